package measure

import (
	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/instrument"
)

// A Change compares two totals of one instrument by its published threshold, and
// has words for it.
type Change struct {
	change.Change
}

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
