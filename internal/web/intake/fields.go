package intake

import (
	"net/http"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A field is one question of a part, as it stands in the form.
type field struct {
	kind   intake.Kind
	text   ui.FieldProps  // of words, one line, and what is chosen from a list
	choice ui.ChoiceProps // of what is chosen in sight, and of rulers
	list   bool           // chosen from a list
	note   string         // who wrote what stands there
	begins string         // a small heading before it
}

// saidIn is what the form of a part says.
func saidIn(r *http.Request, part intake.Part) intake.Said {
	said := intake.Said{}
	for _, q := range part.Questions() {
		value := r.PostFormValue(q.Name)
		if q.Kind == intake.Concerns {
			value = strings.Join(r.PostForm[q.Name], " ")
		}
		if value != "" {
			said[q.Name] = value
		}
	}
	return said
}

// fieldsOf are the questions of a part with what is said in them: those in sight,
// and those that a tap shows.
func fieldsOf(part intake.Part, said intake.Said, hand func(name string) string, flaw *web.Flaw, concerns []*method.Concern) (sight, folded []field, open bool) {
	for _, q := range part.Questions() {
		f := fieldOf(q, said[q.Name], flaw.At(q.Name), concerns)
		f.note = hand(q.Name)
		if q.Group > 0 && strings.HasPrefix(q.Name, "what-") && (q.Group > 1 || filled(part, said) > 0) {
			f.begins = ordinal(q.Group)
		}
		if q.Fold && !(q.Group > 0 && q.Group <= filled(part, said)+1) {
			folded = append(folded, f)
			open = open || said[q.Name] != "" || flaw.At(q.Name) != ""
			continue
		}
		sight = append(sight, f)
	}
	return sight, folded, open
}

// filled is the last group of a part in which something is said.
func filled(part intake.Part, said intake.Said) (last int) {
	for _, q := range part.Questions() {
		if said[q.Name] != "" {
			last = max(last, q.Group)
		}
	}
	return last
}

func ordinal(n int) string {
	return [...]string{"", "First", "Second", "Third", "Fourth", "Fifth", "Sixth"}[min(n, 6)]
}

func fieldOf(q intake.Question, value, wrong string, concerns []*method.Concern) field {
	f := field{kind: q.Kind}
	switch q.Kind {
	case intake.Words:
		f.text = ui.FieldProps{Name: q.Name, Label: q.Label, Hint: q.Hint, Value: value, Error: wrong, Rows: 3, Max: intake.MaxWords}
	case intake.Short:
		f.text = ui.FieldProps{Name: q.Name, Label: q.Label, Hint: q.Hint, Value: value, Error: wrong, Max: intake.MaxLine}
	case intake.One:
		f.list = q.Fold || q.Group > 0
		f.text = ui.FieldProps{Name: q.Name, Label: q.Label, Hint: q.Hint, Error: wrong, Options: []ui.Option{{Value: "", Text: "Left out"}}}
		f.choice = ui.ChoiceProps{Name: q.Name, Label: q.Label, Hint: q.Hint, Error: wrong}
		for _, o := range q.Options {
			option := ui.Option{Value: o.Value, Text: o.Text, Chosen: o.Value == value}
			f.text.Options = append(f.text.Options, option)
			f.choice.Options = append(f.choice.Options, option)
		}
		if value != "" { // once something is chosen, it must be possible to take that back
			f.choice.Options = append(f.choice.Options, ui.Option{Value: "", Text: "Leave this one out"})
		}
	case intake.Ruler:
		f.choice = ui.ChoiceProps{Name: q.Name, Label: q.Label, Hint: q.Hint, Error: wrong, Low: q.Low, High: q.High, Out: "Leave this one out", Options: ui.Scale0To10(-1)}
		for i := range f.choice.Options {
			f.choice.Options[i].Chosen = f.choice.Options[i].Value == value
		}
	case intake.Concerns:
		f.choice = ui.ChoiceProps{Name: q.Name, Label: q.Label, Hint: q.Hint, Error: wrong, Several: true}
		chosen := strings.Fields(value)
		for _, c := range concerns {
			f.choice.Options = append(f.choice.Options, ui.Option{Value: c.ID, Text: plain(c), Chosen: slices.Contains(chosen, c.ID)})
		}
	}
	return f
}

func plain(c *method.Concern) string {
	if c.Plain != "" {
		return c.Plain
	}
	return c.Name
}

// A told is one line of a part as it is read.
type told struct {
	Label, Text, Note string
	Words             bool // somebody's own words, and no choice
}

// toldIn is what is told in a revision, in the order of the questions.
func toldIn(r intake.Revision, hand func(intake.Line) string, concerns []*method.Concern) (all []told) {
	group := 0 // of the last line, if it has one
	for _, q := range r.Part.Questions() {
		line, ok := r.Lines[q.Name]
		if !ok {
			continue
		}
		t := told{Label: q.Label, Text: textOf(q, line.Text, concerns), Words: q.Kind == intake.Words}
		if !asWhole(line, r) {
			t.Note = hand(line)
		}
		if q.Group > 0 && q.Group == group { // what was tried stands on one line with how it was
			all[len(all)-1].Text += ". " + t.Text
			continue
		}
		group = q.Group
		all = append(all, t)
	}
	return all
}

// asWhole says whether a line is by whoever made the revision, of the same day, so
// that what is said of the whole part is true of it.
func asWhole(l intake.Line, r intake.Revision) bool {
	return l.Before == "" && l.By == r.By && l.Side == r.Side && l.At.Format("2006-01-02") == r.At.Format("2006-01-02")
}

// textOf is what was answered, in words.
func textOf(q intake.Question, value string, concerns []*method.Concern) string {
	if q.Kind != intake.Concerns {
		return q.TextOf(value)
	}
	var words []string
	for _, id := range strings.Fields(value) {
		i := slices.IndexFunc(concerns, func(c *method.Concern) bool { return c.ID == id })
		if i >= 0 {
			words = append(words, plain(concerns[i]))
		}
	}
	return strings.Join(words, ", ")
}

// saidLines are what a form says, for showing it beside another.
func saidLines(part intake.Part, said intake.Said, concerns []*method.Concern) []told {
	r := intake.Revision{Part: part, Lines: map[string]intake.Line{}}
	for name, text := range said {
		r.Lines[name] = intake.Line{Text: text}
	}
	return toldIn(r, func(intake.Line) string { return "" }, concerns)
}
