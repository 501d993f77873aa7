package exercise

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// Filled is what somebody wrote down with an exercise, by the ids of its fields. What
// was left empty is not in it. It is kept as JSON.
type Filled map[string]Value

// A Value is what one field holds; which part of it depends on the kind.
type Value struct {
	Text     string    `json:"text,omitempty"`     // line, text, choice; a day as 2006-01-02
	Number   *int      `json:"number,omitempty"`   // number, scale, minutes
	Several  []string  `json:"several,omitempty"`  // choices, in the order of the field
	Rows     []Filled  `json:"rows,omitempty"`     // rows; empty ones are left out
	Feelings []Feeling `json:"feelings,omitempty"` // feelings
}

// A Feeling is one word for a feeling.
type Feeling struct {
	Word     string `json:"word"`
	Strength *int   `json:"strength,omitempty"` // 0 to FeelingMost; nil: not said
}

// Empty says whether nothing was written down.
func (f Filled) Empty() bool { return len(f) == 0 }

// Read reads from a form what was filled in for e. Nothing has to be: an empty form
// is an empty Filled. What is wrong is fault.Invalid with the name of its control, and
// then Filled holds everything as it was typed, numbers as Text: for showing it once
// more, and never for keeping it. Controls that e does not have are passed over.
func Read(e Exercise, form url.Values) (Filled, error) {
	r := &reader{form: form}
	out := r.fields(e.Fields, Field.Name)
	if r.err == nil {
		if kept, err := json.Marshal(out); err != nil || len(kept) > MaxFilled {
			r.err = fault.New(fault.TooLarge, "", "This is more than one note can hold. Please put a part of it into another.")
		}
	}
	return out, r.err
}

// A reader reads a form and keeps the first that is wrong.
type reader struct {
	form url.Values
	err  error
}

func (r *reader) fail(name, text string) {
	if r.err == nil {
		r.err = fault.New(fault.Invalid, name, text)
	}
}

func (r *reader) fields(all []Field, name func(Field) string) Filled {
	out := make(Filled)
	for _, f := range all {
		if v, ok := r.value(f, name(f)); ok {
			out[f.ID] = v
		}
	}
	return out
}

// value is what the control name holds, and whether it holds anything.
func (r *reader) value(f Field, name string) (Value, bool) {
	switch f.Kind {
	case Line, Text:
		text := r.text(f, name, r.form.Get(name))
		return Value{Text: text}, text != ""
	case Number, Scale, Minutes:
		return r.number(f, name)
	case Choice:
		picked := r.form.Get(name)
		if picked != "" && !slices.Contains(f.Choices, picked) {
			r.fail(name, "Please choose one of what is there.")
			return Value{}, false
		}
		return Value{Text: picked}, picked != ""
	case Choices:
		return r.several(f, name)
	case Date:
		return r.day(name)
	case FeelingWords:
		return r.feelings(f, name)
	case Rows:
		return r.rows(f, name)
	default:
		return Value{}, false
	}
}

// text is a text as it is kept; as it was typed if it cannot be.
func (r *reader) text(f Field, name, typed string) string {
	read := fault.Text
	if f.Kind != Text {
		read = fault.Line
	}
	text, err := read(name, typed, f.Limit())
	if err != nil {
		if r.err == nil {
			r.err = err
		}
		return typed
	}
	return text
}

func (r *reader) number(f Field, name string) (Value, bool) {
	typed := strings.TrimSpace(r.form.Get(name))
	if typed == "" {
		return Value{}, false
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < f.Bottom() || n > f.Top() {
		r.fail(name, fmt.Sprintf("Please write a whole number from %d to %d, or leave it empty.", f.Bottom(), f.Top()))
		return Value{Text: typed}, true
	}
	return Value{Number: &n}, true
}

func (r *reader) several(f Field, name string) (Value, bool) {
	picked := r.form[name]
	var v Value
	for _, c := range f.Choices {
		if slices.Contains(picked, c) {
			v.Several = append(v.Several, c)
		}
	}
	if slices.ContainsFunc(picked, func(p string) bool { return p != "" && !slices.Contains(f.Choices, p) }) {
		r.fail(name, "Please choose from what is there.")
	}
	return v, len(v.Several) > 0
}

func (r *reader) day(name string) (Value, bool) {
	typed := strings.TrimSpace(r.form.Get(name))
	if typed == "" {
		return Value{}, false
	}
	day, err := time.Parse(time.DateOnly, typed)
	if err != nil || day.Year() < 1900 || day.Year() > 2200 {
		r.fail(name, "Please write a day, or leave it empty.")
	}
	return Value{Text: typed}, true
}

func (r *reader) feelings(f Field, name string) (Value, bool) {
	var v Value
	add := func(at, word, strength string) {
		feeling := Feeling{Word: r.text(Field{Kind: Line, Most: maxWord}, at, word)}
		same := slices.ContainsFunc(v.Feelings, func(o Feeling) bool { return strings.EqualFold(o.Word, feeling.Word) })
		if feeling.Word == "" || same {
			return
		}
		if strength = strings.TrimSpace(strength); strength != "" {
			n, err := strconv.Atoi(strength)
			if err != nil || n < 0 || n > FeelingMost {
				r.fail(strings.TrimSuffix(at, "-word")+"-strength", fmt.Sprintf("Please write a whole number from 0 to %d, or leave it empty.", FeelingMost))
			} else {
				feeling.Strength = &n
			}
		}
		v.Feelings = append(v.Feelings, feeling)
	}
	for n := range MaxFeelings {
		add(WordName(name, n), r.form.Get(WordName(name, n)), r.form.Get(StrengthName(name, n)))
	}
	for _, word := range r.form[name] {
		if len(v.Feelings) > f.Limit() {
			break
		}
		add(name, word, "")
	}
	if len(v.Feelings) > f.Limit() {
		r.fail(name, fmt.Sprintf("At most %d words fit here. Which of them matter most?", f.Limit()))
	}
	return v, len(v.Feelings) > 0
}

// maxWord is how long a word for a feeling may be, in characters.
const maxWord = 80

func (r *reader) rows(f Field, name string) (Value, bool) {
	var v Value
	for n := range MaxRows {
		row := r.fields(f.Fields, func(in Field) string { return in.NameIn(f, n) })
		if len(row) > 0 {
			v.Rows = append(v.Rows, row)
		}
	}
	if len(v.Rows) > f.Limit() {
		r.fail(name, fmt.Sprintf("At most %d fit here.", f.Limit()))
	}
	return v, len(v.Rows) > 0
}

// A Said is one thing that was written down, in words.
type Said struct {
	Label  string
	Text   string // "" where it is only a heading: a row
	Within bool   // in the row above it
}

// Words are what was filled in as label and value, in the order of the fields, for
// people to read: those who look at it, an agenda, an archive. Days are in the long
// British form.
func (e Exercise) Words(filled Filled) []Said { return words(e.Fields, filled, false) }

func words(fields []Field, filled Filled, within bool) []Said {
	var out []Said
	for _, f := range fields {
		v, ok := filled[f.ID]
		if !ok {
			continue
		}
		for n, row := range v.Rows {
			out = append(out, Said{Label: f.RowName(n), Within: within})
			out = append(out, words(f.Fields, row, true)...)
		}
		if text := f.Say(v); text != "" {
			out = append(out, Said{Label: f.Label, Text: text, Within: within})
		}
	}
	return out
}

// Say is a value of the field in words, "" of rows: "70 of 100", "Thursday 26 November".
func (f Field) Say(v Value) string {
	switch f.Kind {
	case Line, Text, Choice:
		return v.Text
	case Number, Minutes, Scale:
		if v.Number == nil {
			return ""
		}
		return f.sayNumber(*v.Number)
	case Choices:
		return strings.Join(v.Several, ", ")
	case Date:
		day, err := time.Parse(time.DateOnly, v.Text)
		if err != nil {
			return v.Text
		}
		return day.Format("Monday 2 January 2006")
	case FeelingWords:
		var all []string
		for _, one := range v.Feelings {
			word := one.Word
			if one.Strength != nil {
				word += fmt.Sprintf(" (%d of %d)", *one.Strength, FeelingMost)
			}
			all = append(all, word)
		}
		return strings.Join(all, ", ")
	default:
		return ""
	}
}

func (f Field) sayNumber(n int) string {
	text := strconv.Itoa(n)
	switch {
	case f.Kind == Minutes && n == 1:
		return text + " minute"
	case f.Kind == Minutes:
		return text + " minutes"
	case f.Kind == Scale:
		return text + " of " + strconv.Itoa(f.Max)
	case f.Unit == "%":
		return text + "%"
	case f.Unit != "":
		return text + " " + f.Unit
	default:
		return text
	}
}

// Read reads a rating from the control name: nil if it was left empty, fault.Invalid
// at name if it is none.
func (r Rating) Read(name, typed string) (*int, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 0 || n > r.Most {
		return nil, fault.New(fault.Invalid, name, fmt.Sprintf("Please write a whole number from 0 to %d, or leave it empty.", r.Most))
	}
	return &n, nil
}
