// Package fill shows exercises: what one is for, what leads through it, and its
// fields, for filling in and as a preview. It reads no record and decides nothing:
// what a form sent is read by exercise.Read, and said in words by exercise.Words.
//
// # For other pages
//
//	@fill.About(e)                    // what it is for, how it goes, when it is not the right thing
//	@fill.Form(e, filled, wrong)      // its guide and fields, inside the caller's own form
//	@fill.At(e, filled, wrong, when)  // only the fields of that time, and the guide unless it is beforehand
//	@fill.Rating(e, name, label, n, wrong)
//	@fill.Guide(e)                    // only what leads through it, outside of any form, where fill.Leads(e)
//	frame.Scripts = fill.Scripts(e)   // the islands that the guide and the fields need
//
// wrong is what came back wrong, made of exercise.Read's error by Wrong; the caller
// shows ui.FormError with the same.
//
// Everything works without script. Rows beyond the first few then stand folded, and
// words for feelings are boxes to tick; nothing has to be sent to get room for more,
// and keep.ts finds every field that there can be. Everything of a guide that a script
// adds says what the page says in words anyway.
package fill

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Wrong is the field that err names, with its words; nothing if it names none.
func Wrong(err error) ui.FieldError {
	var f *fault.Error
	if !errors.As(err, &f) || f.Field == "" {
		return ui.FieldError{}
	}
	return ui.FieldError{Name: f.Field, Text: f.Text}
}

// Scripts are the islands that a page with the exercise needs.
func Scripts(e exercise.Exercise) []string {
	var all []string
	switch e.Guide {
	case exercise.Breathing, exercise.Relaxation, exercise.Grounding, exercise.Hierarchy, exercise.Timeline:
		all = append(all, "guide-"+string(e.Guide)+".js")
	}
	rows, feelings, wide := kinds(e.Fields)
	if rows {
		all = append(all, "guide-rows.js")
	}
	if feelings {
		all = append(all, "guide-feelings.js")
	}
	if wide || feelings || e.Rating.Is() {
		all = append(all, "guide-scales.js")
	}
	return all
}

// Leads says whether something leads through the exercise outside of any form.
func Leads(e exercise.Exercise) bool {
	switch e.Guide {
	case exercise.Breathing, exercise.Relaxation, exercise.Grounding, exercise.Feelings:
		return true
	}
	return false
}

// GuideScripts are the islands that Guide needs.
func GuideScripts(e exercise.Exercise) []string {
	switch {
	case e.Guide == exercise.Feelings:
		return []string{"guide-feelings.js", "guide-scales.js"}
	case Leads(e):
		return []string{"guide-" + string(e.Guide) + ".js"}
	}
	return nil
}

// kinds says which kinds of field that want a script are among them.
func kinds(fields []exercise.Field) (rows, feelings, wide bool) {
	for _, f := range fields {
		switch f.Kind {
		case exercise.Rows:
			_, in, over := kinds(f.Fields)
			rows, feelings, wide = true, feelings || in, wide || over
		case exercise.FeelingWords:
			feelings = true
		case exercise.Scale:
			wide = wide || !short(f)
		}
	}
	return rows, feelings, wide
}

// short says whether a scale fits as numbers to tap.
func short(f exercise.Field) bool { return f.Max-f.Min <= 10 }

// A form is what is shown of an exercise, and what came back wrong in it.
type form struct {
	e      exercise.Exercise
	filled exercise.Filled
	wrong  ui.FieldError
	when   exercise.When
	every  bool // whatever the time
	alone  bool // outside of a form: steps have no fields
}

// fields are those that stand below the guide: a step of a guide has its own with it.
func (f form) fields() []exercise.Field {
	var out []exercise.Field
	for _, field := range f.e.Fields {
		if f.shows(field) && !f.inStep(field) {
			out = append(out, field)
		}
	}
	return out
}

// shows says whether the field belongs to the time that the form is for.
func (f form) shows(field exercise.Field) bool {
	switch {
	case f.every:
		return true
	case f.when == exercise.Before:
		return field.When == exercise.Before
	default:
		return field.When != exercise.Before
	}
}

// guides says whether the form has the guide of the exercise: one leads through doing
// it, and not through planning it.
func (f form) guides() bool { return f.every || f.when != exercise.Before || ordered(f.e.Guide) }

// ordered says whether a guide is about rows, and stands with them.
func ordered(g exercise.Guide) bool { return g == exercise.Hierarchy || g == exercise.Timeline }

func (f form) inStep(field exercise.Field) bool {
	return f.guides() && stepwise(f.e.Guide) && slices.ContainsFunc(f.e.Steps, func(s exercise.Step) bool { return s.Field == field.ID })
}

// stepwise says whether a guide goes through the steps of an exercise.
func stepwise(g exercise.Guide) bool { return g == exercise.Grounding || g == exercise.Relaxation }

// ofStep is the field that a step is about, if it has one here.
func (f form) ofStep(s exercise.Step) (exercise.Field, bool) {
	field, ok := f.e.Field(s.Field)
	return field, ok && !f.alone && f.shows(field)
}

// A control is one field as it stands in a form: which, by what name, and what it holds.
type control struct {
	exercise.Field
	name  string
	value exercise.Value
	wrong ui.FieldError
}

func (f form) control(field exercise.Field) control {
	return control{Field: field, name: field.Name(), value: f.filled[field.ID], wrong: f.wrong}
}

// problem is what is wrong in the field.
func (c control) problem() string {
	if c.wrong.Name == c.name {
		return c.wrong.Text
	}
	return ""
}

// text is what is typed there, also where it is no number.
func (c control) text() string {
	if c.value.Number != nil {
		return strconv.Itoa(*c.value.Number)
	}
	return c.value.Text
}

func (c control) label() string { return cmp.Or(c.Label, c.Kind.Words()) }

// hint is the help of a field, with what its ends mean and what it is counted in.
func (c control) hint() string {
	out := c.Help
	add := func(text string) {
		if out != "" {
			out += " "
		}
		out += text
	}
	switch c.Kind {
	case exercise.Scale:
		if !short(c.Field) {
			add(ends(c.Bottom(), c.Top(), c.Low, c.High))
		}
	case exercise.Number:
		if c.Unit != "" {
			add("In " + c.Unit + ", from " + strconv.Itoa(c.Bottom()) + " to " + strconv.Itoa(c.Top()) + ".")
		}
	case exercise.Minutes:
		add("In minutes.")
	}
	return out
}

// ends are what the ends of a scale mean: "0: not at all, 100: as strong as can be."
func ends(bottom, top int, low, high string) string {
	from, to := strconv.Itoa(bottom), strconv.Itoa(top)
	if low == "" && high == "" {
		return "From " + from + " to " + to + "."
	}
	return from + ": " + cmp.Or(low, "least") + ". " + to + ": " + cmp.Or(high, "most") + "."
}

// field is the control as a line, an area or a number.
func (c control) field() ui.FieldProps {
	p := ui.FieldProps{Name: c.name, Label: c.label(), Hint: c.hint(), Error: c.problem(), Value: c.text()}
	switch c.Kind {
	case exercise.Line, exercise.Text:
		p.Max, p.Rows = c.Limit(), 3
	case exercise.Number, exercise.Minutes, exercise.Scale:
		p.Mode, p.Complete = "numeric", "off"
		p.Max = 8
	case exercise.Date:
		p.Type = "date"
	}
	return p
}

// scale is the control as numbers to tap, which may be left open.
func (c control) scale() ui.ChoiceProps {
	p := ui.ChoiceProps{Name: c.name, Label: c.label(), Hint: c.Help, Error: c.problem(), Low: c.Low, High: c.High, Out: "Leave it open"}
	for n := c.Min; n <= c.Max; n++ {
		word := strconv.Itoa(n)
		p.Options = append(p.Options, ui.Option{Value: word, Text: word, Chosen: c.value.Number != nil && *c.value.Number == n})
	}
	return p
}

// choice is the control as answers, one or several to pick.
func (c control) choice() ui.ChoiceProps {
	p := ui.ChoiceProps{Name: c.name, Label: c.label(), Hint: c.Help, Error: c.problem(), Several: c.Kind == exercise.Choices}
	for _, word := range c.Choices {
		chosen := c.value.Text == word
		if p.Several {
			chosen = slices.Contains(c.value.Several, word)
		}
		p.Options = append(p.Options, ui.Option{Value: word, Text: word, Chosen: chosen})
	}
	if !p.Several {
		p.Options = append(p.Options, ui.Option{Value: "", Text: "Leave it open"})
	}
	return p
}

// compact says whether all that one can pick is so short that it stands in a line.
func (c control) compact() bool {
	whole := 0
	for _, word := range c.Choices {
		whole += len(word)
		if len(word) > 20 {
			return false
		}
	}
	return whole <= 80
}

// A row is one row of a field of rows.
type row struct {
	name     string // "Situation 2"
	n        int
	controls []control
}

// openRows and openSlots are how many stand open where none is filled in.
const (
	openRows  = 3
	openSlots = 2
)

// rows are the rows of a field, those that are filled in first, and how many of them
// stand open without script: the rest is folded.
func (c control) rows() (all []row, open int) {
	most := min(max(c.Limit(), len(c.value.Rows)), exercise.MaxRows)
	for n := range most {
		var filled exercise.Filled
		if n < len(c.value.Rows) {
			filled = c.value.Rows[n]
		}
		r := row{name: c.RowName(n), n: n}
		for _, in := range c.Fields {
			r.controls = append(r.controls, control{Field: in, name: in.NameIn(c.Field, n), value: filled[in.ID], wrong: c.wrong})
		}
		all = append(all, r)
	}
	return all, min(most, max(openRows, len(c.value.Rows)+1))
}

// first is the id of the first field in the row that has the kind, for the islands.
func (c control) first(kinds ...exercise.Kind) string {
	for _, f := range c.Fields {
		if slices.Contains(kinds, f.Kind) {
			return f.ID
		}
	}
	return ""
}

// scales are the first two scales of a row: what is expected, and what was met.
func (c control) scales() (by, met exercise.Field) {
	for _, f := range c.Fields {
		switch {
		case f.Kind != exercise.Scale:
		case by.ID == "":
			by = f
		case met.ID == "" && f.Max == by.Max:
			met = f
		}
	}
	return by, met
}

// unit is what the field of the row with that id is counted in.
func (c control) unit(id string) string {
	for _, f := range c.Fields {
		if f.ID == id {
			return f.Unit
		}
	}
	return ""
}

// A slot has room for one word for a feeling, and how strong it is.
type slot struct{ word, strength control }

// slots are as many as fit, those that are filled in first, and how many of them stand
// open without script.
func (c control) slots() (all []slot, open int) {
	all = make([]slot, min(max(c.Limit(), len(c.value.Feelings)), exercise.MaxFeelings))
	for n := range all {
		var there exercise.Feeling
		if n < len(c.value.Feelings) {
			there = c.value.Feelings[n]
		}
		all[n] = slot{
			word: control{
				Field: exercise.Field{Label: "Feeling " + strconv.Itoa(n+1), Kind: exercise.Line, Most: 80},
				name:  exercise.WordName(c.name, n), value: exercise.Value{Text: there.Word}, wrong: c.wrong,
			},
			strength: control{
				Field: exercise.Field{Label: "How strong", Kind: exercise.Scale, Max: exercise.FeelingMost},
				name:  exercise.StrengthName(c.name, n), value: exercise.Value{Number: there.Strength}, wrong: c.wrong,
			},
		}
	}
	return all, min(len(all), max(openSlots, len(c.value.Feelings)+1))
}

// Asks is how much an exercise asks, in words: "Simple. About 5 minutes."
func Asks(e exercise.Exercise) string {
	out := e.Level.Words() + "."
	switch e.Minutes {
	case 0:
	case 1:
		out += " About a minute."
	default:
		out += " About " + strconv.Itoa(e.Minutes) + " minutes."
	}
	if e.Stretches {
		out += " It may feel uneasy; that is part of it."
	}
	return out
}

// pace is a breath in words: "Breathe in for 4 seconds, and out for 6."
func pace(p exercise.Pace) string {
	text := "Breathe in for " + strconv.Itoa(p.In) + " seconds, "
	if p.Hold > 0 {
		text += "stay for " + strconv.Itoa(p.Hold) + ", "
	}
	text += "and out for " + strconv.Itoa(p.Out)
	if p.Rest > 0 {
		text += ". Rest for " + strconv.Itoa(p.Rest)
	}
	return text + ". Then again, as long as it suits you."
}
