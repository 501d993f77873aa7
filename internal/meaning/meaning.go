// Package meaning is what the answers to one questionnaire mean, in words: for the
// client, without a number, and for whoever treats them, with how sure it is; and
// whether two totals differ by more than the questionnaire's own wobble.
//
// Everything in it is a pure function of its arguments. It knows nothing of who
// asked, when, or where answers are kept: that is package measure.
package meaning

import (
	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
)

// A Change compares two totals of one instrument by its published threshold, and
// has words for it.
type Change struct {
	change.Change
}

// Worse says whether it is reliably towards harder days.
func (c Change) Worse() bool { return c.Verdict == change.Worse }

// ReliableChange compares two totals by in's published threshold: a difference of
// AtLeast or more is reliable. ok is false if in has no such rule; then nothing
// may be said about chance.
func ReliableChange(in *instrument.Instrument, from, to float64) (c Change, ok bool) {
	var published change.Published
	if t := in.Scoring.ReliableChange; t != nil {
		published = change.Published{Rule: t.Rule, AtLeast: t.AtLeast, Source: t.Source}
	}
	better := change.LowerIsBetter
	if in.Direction == instrument.HigherIsBetter {
		better = change.HigherIsBetter
	}
	c.Change, ok = change.Reliable(published, better, from, to)
	return c, ok
}

// UsualWobble is the band for a client's own chart (change.UsualWobble), by in's
// published threshold and within its range. ok is false without totals or without
// a published rule.
func UsualWobble(in *instrument.Instrument, totals []float64) (lo, hi float64, ok bool) {
	t := in.Scoring.ReliableChange
	if t == nil {
		return 0, 0, false
	}
	lowest, highest := in.Range()
	return change.UsualWobble(t.AtLeast, lowest, highest, totals)
}

// Scale is what package course has to know of in.
func Scale(in *instrument.Instrument) course.Scale {
	lo, hi := in.Range()
	s := course.Scale{Lo: lo, Hi: hi, HigherIsBetter: in.Direction == instrument.HigherIsBetter}
	if t := in.Scoring.ReliableChange; t != nil {
		s.Reliable = t.AtLeast
	}
	return s
}
