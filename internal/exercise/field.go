package exercise

import (
	"slices"
	"strconv"
)

// A Kind is what a field holds.
type Kind string

// The kinds of field.
const (
	Line         Kind = "line"     // one line of text
	Text         Kind = "text"     // text of several lines
	Number       Kind = "number"   // a whole number from Min to Max, with a Unit
	Scale        Kind = "scale"    // a whole number from Min to Max, whose ends have words
	Choice       Kind = "choice"   // one of Choices
	Choices      Kind = "choices"  // any of Choices
	Date         Kind = "date"     // a day
	Minutes      Kind = "minutes"  // how long, in minutes
	Rows         Kind = "rows"     // up to Most rows with the same Fields
	FeelingWords Kind = "feelings" // up to Most words for feelings, each with how strong it is
)

// Kinds are all kinds, in the order in which a form offers them.
func Kinds() []Kind {
	return []Kind{Text, Line, Scale, Number, Minutes, Choice, Choices, Date, FeelingWords, Rows}
}

// Words are what a kind is, as its name.
func (k Kind) Words() string {
	switch k {
	case Line:
		return "One line"
	case Text:
		return "Text"
	case Number:
		return "A number"
	case Scale:
		return "A scale"
	case Choice:
		return "One of several"
	case Choices:
		return "Any of several"
	case Date:
		return "A day"
	case Minutes:
		return "Minutes"
	case Rows:
		return "Rows of fields"
	case FeelingWords:
		return "Words for feelings"
	default:
		return ""
	}
}

// A When says at which time a field is filled in, where that matters.
type When string

// The times.
const (
	Anytime When = ""
	Before  When = "before" // beforehand: a plan, or what is expected
	After   When = "after"  // afterwards: what happened
)

// A Field is something that can be written down with an exercise. Its id stands in
// what was filled in, and means the same within one version of an exercise.
type Field struct {
	ID      string   `json:"id"` // small letters and digits
	Label   string   `json:"label"`
	Help    string   `json:"help,omitempty"`
	Kind    Kind     `json:"kind"`
	When    When     `json:"when,omitempty"`
	Min     int      `json:"min,omitempty"`  // of a number or scale
	Max     int      `json:"max,omitempty"`  // of a number, scale or minutes
	Low     string   `json:"low,omitempty"`  // of a scale: what Min means
	High    string   `json:"high,omitempty"` // and Max
	Unit    string   `json:"unit,omitempty"`
	Choices []string `json:"choices,omitempty"`
	Fields  []Field  `json:"fields,omitempty"` // of a row; no rows among them
	Row     string   `json:"row,omitempty"`    // what one row is called: "Situation"
	Most    int      `json:"most,omitempty"`   // characters of a text, rows, or words for feelings; 0: the usual, see Limit
}

// Limits of what can be filled in.
const (
	MaxLine     = 300       // characters of one line
	MaxText     = 6_000     // characters of one text
	MaxRows     = 30        // rows of one field
	MaxFeelings = 12        // words of one field
	MaxFilled   = 2 << 20   // bytes of everything in one form, as it is kept: as much as any exercise has room for
	maxMinutes  = 24 * 60   // of one field
	maxNumber   = 1_000_000 // either side of 0
)

// room is how many bytes what is filled into fields can have, as it is kept: six for a
// letter, as some have in JSON.
func room(all []Field) (n int) {
	const letter, around = 6, 64
	for _, f := range all {
		n += around
		switch f.Kind {
		case Line, Text, Choice:
			n += letter * max(f.Limit(), MaxLabel)
		case Choices:
			n += letter * MaxLabel * len(f.Choices)
		case FeelingWords:
			n += (letter*MaxLabel + around) * f.Limit()
		case Rows:
			n += room(f.Fields) * f.Limit()
		}
	}
	return n
}

// Limit is how much fits: characters of a line or text, rows, or words for feelings.
func (f Field) Limit() int {
	if f.Most > 0 {
		return f.Most
	}
	switch f.Kind {
	case Line:
		return MaxLine
	case Text:
		return MaxText
	case Rows:
		return 12
	case FeelingWords:
		return 6
	default:
		return 0
	}
}

// Top is the largest number that fits, and Bottom the smallest: of numbers, scales
// and minutes.
func (f Field) Top() int {
	if f.Kind == Minutes && f.Max == 0 {
		return maxMinutes
	}
	return f.Max
}

// Bottom is the smallest number that fits.
func (f Field) Bottom() int { return f.Min }

// RowName is what row n, counted from 0, is called: "Situation 2".
func (f Field) RowName(n int) string {
	name := f.Row
	if name == "" {
		name = "Row"
	}
	return name + " " + strconv.Itoa(n+1)
}

// Field finds a field by its id.
func (e Exercise) Field(id string) (Field, bool) {
	i := slices.IndexFunc(e.Fields, func(f Field) bool { return f.ID == id })
	if i < 0 {
		return Field{}, false
	}
	return e.Fields[i], true
}

// Planned says whether there is anything to fill in beforehand.
func (e Exercise) Planned() bool {
	return slices.ContainsFunc(e.Fields, func(f Field) bool { return f.When == Before })
}

// Names of controls in a form. They begin with x-, so that a page may have fields of
// its own beside them; what is wrong is said at the same name.

// Name is the control of a field: "x-thought". Of Choices it comes once for each; of
// feelings it holds a word that was picked without saying how strong.
func (f Field) Name() string { return "x-" + f.ID }

// NameIn is the control of a field of row n, counted from 0: "x-steps-2-fear".
func (f Field) NameIn(rows Field, n int) string {
	return rows.Name() + "-" + strconv.Itoa(n) + "-" + f.ID
}

// WordName and StrengthName are the controls of feeling n, counted from 0. prefix is
// the Name or NameIn of the field.
func WordName(prefix string, n int) string { return prefix + "-" + strconv.Itoa(n) + "-word" }

// StrengthName is the control of how strong feeling n is, from 0 to FeelingMost.
func StrengthName(prefix string, n int) string { return prefix + "-" + strconv.Itoa(n) + "-strength" }

// FeelingMost is the strongest that a feeling can be.
const FeelingMost = 100
