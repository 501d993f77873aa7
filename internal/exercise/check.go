package exercise

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// Limits of an exercise.
const (
	MaxTitle    = 120   // characters
	MaxLabel    = 200   // characters of a label or a choice
	MaxSaid     = 1_500 // characters of any other text
	MaxSteps    = 40    // steps of a guide, and of how it goes
	MaxFields   = 30    // fields, and fields of a row
	MaxChoices  = 20    // of one field
	maxFieldID  = 24    // bytes
	maxVersion  = 9999  // of one exercise
	maxSeconds  = 600   // of one step
	maxBreath   = 20    // seconds of one part of a breath
	longestOnce = 180   // minutes
)

// wrongAt says what is wrong, and where: "fields[2].choices".
type wrongAt struct{ at, why string }

func (e *wrongAt) Error() string { return e.at + ": " + e.why }

// A checker looks through an exercise, and keeps the first that is wrong.
type checker struct{ err *wrongAt }

func (c *checker) fail(at, why string) {
	if c.err == nil {
		c.err = &wrongAt{at, why}
	}
}

// check says what is wrong with e by itself, or nil.
func (e Exercise) check() *wrongAt {
	c := &checker{}
	if !sound(e.ID, 64) {
		c.fail("id", "must be small letters, digits and hyphens")
	}
	if e.Version < 1 || e.Version > maxVersion {
		c.fail("version", "must be 1 or more")
	}
	c.text("title", e.Title, MaxTitle, true)
	if _, ok := group(e.Group); !ok {
		c.fail("group", "must be one of those there are")
	}
	c.text("what", e.What, MaxSaid, true)
	c.list("how", e.How, MaxSteps, MaxSaid)
	if len(e.How) == 0 {
		c.fail("how", "missing")
	}
	if e.Minutes < 0 || e.Minutes > longestOnce {
		c.fail("minutes", fmt.Sprintf("must be from 0 to %d", longestOnce))
	}
	c.list("notwhen", e.NotWhen, MaxSteps, MaxSaid)
	c.text("care", e.Care, MaxSaid, false)
	c.text("smallest", e.Smallest, MaxSaid, true)
	if !slices.Contains(Levels(), e.Level) {
		c.fail("level", "must be from 1 to 5")
	}
	if r := e.Rating; r != (Rating{}) {
		c.text("rating.label", r.Label, MaxLabel, true)
		c.text("rating.low", r.Low, MaxLabel, false)
		c.text("rating.high", r.High, MaxLabel, false)
		if r.Most != 10 && r.Most != 100 {
			c.fail("rating.most", "must be 10 or 100")
		}
	}
	c.fields("fields", e.Fields, false)
	if room(e.Fields) > MaxFilled {
		c.fail("asks", "can hold more than one note keeps")
	}
	c.guide(e)
	return c.err
}

// text looks at one text by the rule that every form has.
func (c *checker) text(at, text string, most int, needed bool) {
	if text == "" {
		if needed {
			c.fail(at, "missing")
		}
		return
	}
	clean, err := fault.Text(at, text, most)
	switch {
	case fault.Length(text) > most:
		c.fail(at, fmt.Sprintf("longer than %d", most))
	case err != nil || clean != text:
		c.fail(at, "has space around it, or a sign that cannot be shown")
	}
}

func (c *checker) list(at string, all []string, most, long int) {
	if len(all) > most {
		c.fail(at, fmt.Sprintf("more than %d", most))
	}
	for i, text := range all {
		c.text(fmt.Sprintf("%s[%d]", at, i), text, long, true)
	}
}

func (c *checker) fields(at string, all []Field, within bool) {
	if len(all) > MaxFields {
		c.fail(at, fmt.Sprintf("more than %d", MaxFields))
	}
	seen := make(map[string]bool)
	for i, f := range all {
		here := fmt.Sprintf("%s[%d]", at, i)
		if !fieldID(f.ID) {
			c.fail(here+".id", "must be small letters and digits")
		}
		if seen[f.ID] {
			c.fail(here+".id", "given twice")
		}
		seen[f.ID] = true
		c.field(here, f, within)
	}
}

func (c *checker) field(at string, f Field, within bool) {
	c.text(at+".label", f.Label, MaxLabel, true)
	c.text(at+".help", f.Help, MaxSaid, false)
	c.text(at+".low", f.Low, MaxLabel, false)
	c.text(at+".high", f.High, MaxLabel, false)
	c.text(at+".unit", f.Unit, 20, false)
	c.text(at+".row", f.Row, MaxLabel, false)
	if !slices.Contains(Kinds(), f.Kind) {
		c.fail(at+".kind", "is no kind of field")
	}
	if f.When != Anytime && f.When != Before && f.When != After || within && f.When != Anytime {
		c.fail(at+".when", "must be before or after, and not within a row")
	}
	switch f.Kind {
	case Number, Scale:
		most := map[Kind]int{Number: maxNumber, Scale: 100}[f.Kind]
		if f.Min >= f.Max || f.Max > most || f.Min < -most || f.Kind == Scale && f.Min < 0 {
			c.fail(at+".max", "must be more than the smallest, and within what can be shown")
		}
	case Minutes:
		if f.Min < 0 || f.Max != 0 && f.Min >= f.Max || f.Max > maxMinutes {
			c.fail(at+".max", "must be more than the smallest, and no longer than a day")
		}
	}
	if choosing := f.Kind == Choice || f.Kind == Choices; choosing != (len(f.Choices) > 0) || choosing && len(f.Choices) < 2 {
		c.fail(at+".choices", "must be two or more where one chooses, and none elsewhere")
	}
	c.list(at+".choices", f.Choices, MaxChoices, MaxLabel)
	for i, one := range f.Choices {
		if slices.Contains(f.Choices[:i], one) {
			c.fail(at+".choices", "given twice")
		}
	}
	if most := map[Kind]int{Line: MaxLine, Text: MaxText, Rows: MaxRows, FeelingWords: MaxFeelings}[f.Kind]; f.Most < 0 || f.Most > most {
		c.fail(at+".most", fmt.Sprintf("must be at most %d", most))
	}
	if rows := f.Kind == Rows; rows && within {
		c.fail(at+".kind", "no rows within a row")
	} else if rows != (len(f.Fields) > 0) {
		c.fail(at+".fields", "must be there in rows, and nowhere else")
	}
	c.fields(at+".fields", f.Fields, true)
}

// guide asks for what each guide needs.
func (c *checker) guide(e Exercise) {
	has := func(ok func(Field) bool) bool { return slices.ContainsFunc(e.Fields, ok) }
	rows := func(kinds ...Kind) bool {
		i := slices.IndexFunc(e.Fields, func(f Field) bool { return f.Kind == Rows })
		return i >= 0 && slices.ContainsFunc(e.Fields[i].Fields, func(f Field) bool { return slices.Contains(kinds, f.Kind) })
	}
	if !slices.Contains(Guides(), e.Guide) {
		c.fail("guide", "is no guide")
	}
	if p := e.Pace; e.Guide == Breathing {
		if p.In < 1 || p.Out < 1 || p.Hold < 0 || p.Rest < 0 || max(p.In, p.Hold, p.Out, p.Rest) > maxBreath {
			c.fail("pace", fmt.Sprintf("breathing in and out takes from 1 to %d seconds each", maxBreath))
		}
	} else if p != (Pace{}) {
		c.fail("pace", "is of breathing alone")
	}
	if steps := e.Guide == Relaxation || e.Guide == Grounding; steps != (len(e.Steps) > 0) {
		c.fail("steps", "must be there where a guide goes step by step, and nowhere else")
	}
	if len(e.Steps) > MaxSteps {
		c.fail("steps", fmt.Sprintf("more than %d", MaxSteps))
	}
	for i, s := range e.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		c.text(at+".text", s.Text, MaxSaid, true)
		if s.Seconds < 0 || s.Seconds > maxSeconds || e.Guide == Relaxation && s.Seconds == 0 {
			c.fail(at+".seconds", fmt.Sprintf("must be from 1 to %d", maxSeconds))
		}
		if s.Field != "" {
			if _, ok := e.Field(s.Field); !ok {
				c.fail(at+".field", "there is no such field")
			}
		}
	}
	switch e.Guide {
	case Feelings:
		if !has(func(f Field) bool { return f.Kind == FeelingWords }) {
			c.fail("guide", "needs a field for feelings")
		}
	case Hierarchy:
		if !rows(Scale) {
			c.fail("guide", "needs rows with a scale")
		}
	case Timeline:
		if !rows(Number, Date) {
			c.fail("guide", "needs rows with a number or a day")
		}
	case Scales:
		if !e.Rating.Is() {
			c.fail("guide", "needs something to rate")
		}
	}
}

// fieldID says whether something can be the id of a field.
func fieldID(id string) bool { return sound(id, maxFieldID) && !strings.Contains(id, "-") }

// sound says whether something can be an id.
func sound(id string, most int) bool {
	if id == "" || len(id) > most || id[0] < 'a' || id[0] > 'z' {
		return false
	}
	return !strings.ContainsFunc(id, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' })
}
