package instrument

import (
	"fmt"
	"math"

	"github.com/waymark-care/waymark/internal/fault"
)

// The levels of goal attainment scaling: much less than expected, less, as
// expected, more, much more.
const (
	GASLowest  = -2
	GASHighest = 2
	gasMost    = 20 // goals
)

// GAS is the T score of goal attainment scaling (Kiresuk and Sherman 1968), with
// the usual correlation of .3 between goals:
//
//	T = 50 + 10*sum(w x) / sqrt(0.7*sum(w^2) + 0.3*(sum w)^2)
//
// levels are those of the goals in their order, nil for one that was not rated,
// which counts for nothing. weights are above 0, one for each goal; none at all
// means that all count alike. A level out of range, a wrong weight, and no rated
// goal are fault.Invalid. 50 is "as expected".
func GAS(levels []*int, weights []float64) (float64, error) {
	if len(levels) > gasMost {
		return 0, fault.New(fault.Invalid, "levels", fmt.Sprintf("At most %d goals are scaled together.", gasMost))
	}
	if len(weights) > 0 && len(weights) != len(levels) {
		return 0, fault.New(fault.Invalid, "weights", "There must be one weight for each goal.")
	}
	var wx, ww, w float64
	for i, x := range levels {
		weight := 1.0
		if len(weights) > 0 {
			weight = weights[i]
		}
		if !(weight > 0 && weight <= 1000) {
			return 0, fault.New(fault.Invalid, fmt.Sprintf("weights[%d]", i), "A weight must be above 0, and at most 1000.")
		}
		if x == nil {
			continue
		}
		if *x < GASLowest || *x > GASHighest {
			return 0, fault.New(fault.Invalid, fmt.Sprintf("levels[%d]", i), "A level must be from -2 to 2.")
		}
		wx, ww, w = wx+weight*float64(*x), ww+weight*weight, w+weight
	}
	if w == 0 {
		return 0, fault.New(fault.Invalid, "levels", "No goal was rated.")
	}
	return 50 + 10*wx/math.Sqrt(0.7*ww+0.3*w*w), nil
}
