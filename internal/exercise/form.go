package exercise

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// A Form is an exercise of the practice's own as somebody writes it, and as a draft
// keeps it: numbers as they were typed, lists with one member on each line.
type Form struct {
	ID       string `json:"id"`                 // of the form, a UUID: a new exercise is called after it
	Exercise string `json:"exercise,omitempty"` // id of the one that is revised; "" for a new one
	Version  int    `json:"version,omitempty"`  // the version it started from; 0 for a new one
	From     string `json:"from,omitempty"`     // Ref of what is adapted
	Draft    int    `json:"-"`                  // the revision of the draft it started from; 0 if there is none

	Title     string `json:"title,omitempty"`
	Group     string `json:"group,omitempty"`
	What      string `json:"what,omitempty"`
	How       string `json:"how,omitempty"` // one step on each line
	Minutes   string `json:"minutes,omitempty"`
	NotWhen   string `json:"notwhen,omitempty"` // one on each line
	Care      string `json:"care,omitempty"`
	Smallest  string `json:"smallest,omitempty"`
	Level     string `json:"level,omitempty"`
	Stretches bool   `json:"stretches,omitempty"`
	Now       bool   `json:"now,omitempty"`
	Unlisted  bool   `json:"unlisted,omitempty"`
	Technique string `json:"technique,omitempty"`

	Rating Rating    `json:"rating,omitzero"` // a Rating without Label is none
	Guide  Guide     `json:"guide,omitempty"`
	Pace   [4]string `json:"pace,omitzero"`   // in, hold, out, rest
	Steps  string    `json:"steps,omitempty"` // one on each line: see stepsIn
	Asks   []Ask     `json:"asks,omitempty"`
}

// An Ask is one field of a form. A form has them one below the other: those Within
// belong to the rows above them.
type Ask struct {
	ID      string `json:"id,omitempty"` // made when it is new; kept, so that what was filled in keeps its meaning
	Within  bool   `json:"within,omitempty"`
	Label   string `json:"label,omitempty"`
	Kind    Kind   `json:"kind,omitempty"`
	Help    string `json:"help,omitempty"`
	When    When   `json:"when,omitempty"`
	Min     string `json:"min,omitempty"`
	Max     string `json:"max,omitempty"`
	Low     string `json:"low,omitempty"`
	High    string `json:"high,omitempty"`
	Unit    string `json:"unit,omitempty"`
	Choices string `json:"choices,omitempty"` // one on each line
	Row     string `json:"row,omitempty"`
	Most    string `json:"most,omitempty"`
}

// MaxAsks is how many fields a form has, those of rows counted.
const MaxAsks = 40

// names is the id of the exercise that the form makes or revises.
func (f Form) names() string {
	if f.Exercise != "" {
		return f.Exercise
	}
	return ownPrefix + f.ID
}

// AskName is the control of a field of a form: "q-f3-label". It goes with the field
// when that is moved.
func AskName(id, what string) string { return "q-" + id + "-" + what }

// Try is what a form says, as it would be kept. It keeps nothing. What is wrong is
// fault.Invalid with the name of the control.
func (f Form) Try() (Exercise, error) {
	if err := fault.FormID(f.ID); err != nil {
		return Exercise{}, err
	}
	d := &drafter{}
	e := Exercise{
		ID: f.names(), Version: f.Version + 1, Group: f.Group, Stretches: f.Stretches, Now: f.Now, Unlisted: f.Unlisted,
		Technique: f.Technique, From: f.From, Guide: f.Guide, Own: true,
		Title:    d.words("title", f.Title, MaxTitle, "Please give it a name."),
		What:     d.words("what", f.What, MaxSaid, "Please say in a sentence or two what it is for."),
		How:      d.lines("how", f.How, MaxSteps),
		Minutes:  d.number("minutes", f.Minutes, 0, longestOnce, 0),
		NotWhen:  d.lines("notwhen", f.NotWhen, MaxSteps),
		Care:     d.text("care", f.Care, MaxSaid),
		Smallest: d.words("smallest", f.Smallest, MaxSaid, "Please say what its smallest step is, for a day without strength."),
		Level:    Level(d.number("level", f.Level, 1, 5, 1)),
	}
	if len(e.How) == 0 {
		d.fail("how", "Please say how it goes, one step on each line.")
	}
	if _, ok := group(f.Group); !ok {
		d.fail("group", "Please choose where it stands in the library.")
	}
	if f.Rating.Label != "" {
		e.Rating = Rating{
			Label: d.line("ratinglabel", f.Rating.Label, MaxLabel), Most: f.Rating.Most,
			Low: d.line("ratinglow", f.Rating.Low, MaxLabel), High: d.line("ratinghigh", f.Rating.High, MaxLabel),
		}
	}
	e.Fields = d.fields(f.Asks)
	d.guide(f, &e)
	if d.err != nil {
		return Exercise{}, d.err
	}
	if wrong := e.check(); wrong != nil {
		return Exercise{}, wrong.fault()
	}
	return e, nil
}

// fault is what is wrong with a form in words for whoever writes it, where drafter
// did not find it.
func (e *wrongAt) fault() error {
	field, text := strings.SplitN(e.at, ".", 2)[0], "This cannot be kept as it stands: "+e.at+" "+e.why+"."
	switch field {
	case "asks":
		text = "Filled in to the end, these fields would hold more than one note keeps. Please take fewer of them, or fewer rows, or lines in place of long answers."
	case "guide":
		text = "What leads through it " + e.why + "."
	case "rating":
		field = "ratingmost"
	case "pace":
		text = "Please look at the pace: " + e.why + "."
	}
	return fault.New(fault.Invalid, field, text)
}

// A drafter reads a form and keeps the first that is wrong.
type drafter struct{ err error }

func (d *drafter) fail(field, text string) {
	if d.err == nil {
		d.err = fault.New(fault.Invalid, field, text)
	}
}

func (d *drafter) keep(err error) {
	if d.err == nil {
		d.err = err
	}
}

func (d *drafter) text(field, text string, most int) string {
	clean, err := fault.Text(field, text, most)
	d.keep(err)
	return clean
}

func (d *drafter) line(field, text string, most int) string {
	clean, err := fault.Line(field, text, most)
	d.keep(err)
	return clean
}

func (d *drafter) words(field, text string, most int, please string) string {
	clean, err := fault.Words(field, text, most, please)
	d.keep(err)
	return clean
}

func (d *drafter) lines(field, text string, most int) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = d.line(field, line, MaxSaid); line != "" {
			out = append(out, line)
		}
	}
	if len(out) > most {
		d.fail(field, fmt.Sprintf("At most %d lines fit here.", most))
	}
	return out
}

// number is a whole number; usual if nothing was typed.
func (d *drafter) number(field, typed string, least, most, usual int) int {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return usual
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < least || n > most {
		d.fail(field, fmt.Sprintf("Please write a whole number from %d to %d.", least, most))
		return usual
	}
	return n
}

// fields are the fields of a form; those without a label and without a help are
// left out.
func (d *drafter) fields(asks []Ask) []Field {
	if len(asks) > MaxAsks {
		d.fail("asks", fmt.Sprintf("At most %d fields fit here.", MaxAsks))
		return nil
	}
	var out []Field
	for _, a := range named(asks) {
		if a.empty() {
			continue
		}
		f := d.field(a)
		if !a.Within {
			out = append(out, f)
			continue
		}
		if len(out) == 0 || out[len(out)-1].Kind != Rows {
			d.fail(AskName(a.ID, "within"), "There are no rows above it that it could belong to.")
			continue
		}
		f.When = Anytime
		rows := &out[len(out)-1]
		rows.Fields = append(rows.Fields, f)
	}
	for _, f := range out {
		if f.Kind == Rows && len(f.Fields) == 0 {
			d.fail(AskName(f.ID, "kind"), "Rows need at least one field in them: add it below, and say that it belongs to the rows above.")
		}
	}
	return out
}

func (d *drafter) field(a Ask) Field {
	at := func(what string) string { return AskName(a.ID, what) }
	f := Field{
		ID: a.ID, Label: d.words(at("label"), d.line(at("label"), a.Label, MaxLabel), MaxLabel, "Please say what is asked here."),
		Help: d.text(at("help"), a.Help, MaxSaid), Kind: a.Kind, When: a.When,
	}
	switch a.Kind {
	case Line, Text:
		f.Most = 0
	case Scale:
		f.Min, f.Max = d.number(at("min"), a.Min, 0, 99, 0), d.number(at("max"), a.Max, 1, 100, 10)
		f.Low, f.High = d.line(at("low"), a.Low, MaxLabel), d.line(at("high"), a.High, MaxLabel)
	case Number:
		f.Min, f.Max = d.number(at("min"), a.Min, -maxNumber, maxNumber-1, 0), d.number(at("max"), a.Max, 1-maxNumber, maxNumber, 100)
		f.Unit = d.line(at("unit"), a.Unit, 20)
	case Minutes, Date:
	case Choice, Choices:
		for line := range strings.Lines(a.Choices) {
			if line = d.line(at("choices"), line, MaxLabel); line != "" && !slices.Contains(f.Choices, line) {
				f.Choices = append(f.Choices, line)
			}
		}
		if len(f.Choices) < 2 || len(f.Choices) > MaxChoices {
			d.fail(at("choices"), fmt.Sprintf("Please write from two to %d, one on each line.", MaxChoices))
		}
	case FeelingWords:
		f.Most = d.number(at("most"), a.Most, 1, MaxFeelings, 0)
	case Rows:
		f.Row, f.Most = d.line(at("row"), a.Row, MaxLabel), d.number(at("most"), a.Most, 1, MaxRows, 0)
		if a.Within {
			d.fail(at("kind"), "Rows cannot stand within rows.")
		}
	default:
		d.fail(at("kind"), "Please choose what kind of field it is.")
	}
	if (a.Kind == Scale || a.Kind == Number) && f.Min >= f.Max {
		d.fail(at("max"), "The largest has to be more than the smallest.")
	}
	return f
}

// arrow stands before the number of the field that a step is about.
const arrow = "→"

func (d *drafter) guide(f Form, e *Exercise) {
	switch f.Guide {
	case Breathing:
		p := func(i, least int) int { return d.number("pace", f.Pace[i], least, maxBreath, []int{4, 0, 6, 0}[i]) }
		e.Pace = Pace{In: p(0, 1), Hold: p(1, 0), Out: p(2, 1), Rest: p(3, 0)}
	case Relaxation, Grounding:
		steps, problem := stepsIn(f.Guide, d.lines("steps", f.Steps, MaxSteps), e.Fields)
		if problem != "" {
			d.fail("steps", problem)
		}
		e.Steps = steps
	}
}

// stepsIn reads the steps of a guide, one on each line: of Relaxation a number of
// seconds and what to do, "7 Make fists."; of Grounding what to do, and after an arrow
// the number of the field that it is about, if it is about one, "Look around. → 1".
// problem is what is wrong, in words for whoever wrote them.
func stepsIn(g Guide, lines []string, fields []Field) (steps []Step, problem string) {
	if len(lines) == 0 {
		return nil, "Please write the steps, one on each line."
	}
	for _, line := range lines {
		s := Step{Text: line}
		if g == Relaxation {
			number, text, _ := strings.Cut(line, " ")
			n, err := strconv.Atoi(number)
			if err != nil || n < 1 || n > maxSeconds || strings.TrimSpace(text) == "" {
				return nil, fmt.Sprintf("Please begin each line with how many seconds it takes, from 1 to %d: “7 Make fists.”", maxSeconds)
			}
			s = Step{Text: strings.TrimSpace(text), Seconds: n}
		} else if text, number, with := strings.Cut(strings.ReplaceAll(line, "->", arrow), arrow); with {
			n, err := strconv.Atoi(strings.TrimSpace(number))
			if err != nil || n < 1 || n > len(fields) || strings.TrimSpace(text) == "" {
				return nil, fmt.Sprintf("After the arrow stands the number of a field below, from 1 to %d.", len(fields))
			}
			s = Step{Text: strings.TrimSpace(text), Field: fields[n-1].ID}
		}
		steps = append(steps, s)
	}
	return steps, ""
}

// FormOf is e as a form that would make its next version, or with adapt a new
// exercise of the practice's own. id is that of the form.
func (e Exercise) FormOf(id string, adapt bool) Form {
	f := Form{
		ID: id, Exercise: e.ID, Version: e.Version, From: e.From,
		Title: e.Title, Group: e.Group, What: e.What, How: strings.Join(e.How, "\n"), NotWhen: strings.Join(e.NotWhen, "\n"),
		Care: e.Care, Smallest: e.Smallest, Level: strconv.Itoa(int(e.Level)), Stretches: e.Stretches, Now: e.Now, Unlisted: e.Unlisted,
		Technique: e.Technique, Rating: e.Rating, Guide: e.Guide,
	}
	if adapt {
		f.Exercise, f.Version, f.From = "", 0, e.Ref()
	}
	if e.Minutes > 0 {
		f.Minutes = strconv.Itoa(e.Minutes)
	}
	if e.Guide == Breathing {
		f.Pace = [4]string{strconv.Itoa(e.Pace.In), strconv.Itoa(e.Pace.Hold), strconv.Itoa(e.Pace.Out), strconv.Itoa(e.Pace.Rest)}
	}
	var steps []string
	for _, s := range e.Steps {
		line := s.Text
		if s.Seconds > 0 {
			line = strconv.Itoa(s.Seconds) + " " + line
		}
		if i := slices.IndexFunc(e.Fields, func(f Field) bool { return f.ID == s.Field }); i >= 0 {
			line += " " + arrow + " " + strconv.Itoa(i+1)
		}
		steps = append(steps, line)
	}
	f.Steps = strings.Join(steps, "\n")
	for _, field := range e.Fields {
		f.Asks = append(f.Asks, field.ask(false))
		for _, in := range field.Fields {
			f.Asks = append(f.Asks, in.ask(true))
		}
	}
	return f
}

func (f Field) ask(within bool) Ask {
	a := Ask{
		ID: f.ID, Within: within, Label: f.Label, Kind: f.Kind, Help: f.Help, When: f.When, Low: f.Low, High: f.High, Unit: f.Unit,
		Choices: strings.Join(f.Choices, "\n"), Row: f.Row,
	}
	if f.Kind == Scale || f.Kind == Number {
		a.Min, a.Max = strconv.Itoa(f.Min), strconv.Itoa(f.Max)
	}
	if (f.Kind == Rows || f.Kind == FeelingWords) && f.Most > 0 {
		a.Most = strconv.Itoa(f.Most)
	}
	return a
}
