package instrument

import (
	"fmt"
	"math"
	"strconv"

	"github.com/waymark-care/waymark/internal/fault"
)

// Elsewhere is the rule that stands with a total which was added up by another
// product: nobody here saw the answers behind it.
const Elsewhere = "added up elsewhere"

// ElsewhereResult is what a total says that another product added up. It is refused, as
// fault.Invalid at "score", if in has no total or cannot have this one.
func ElsewhereResult(in *Instrument, total float64) (Result, error) {
	if in.Scoring.NoTotal {
		return Result{}, fault.New(fault.Invalid, "score", in.Name+" has no total, only its parts.")
	}
	lo, hi := in.Range()
	if math.IsNaN(total) || total < lo || total > hi {
		return Result{}, fault.New(fault.Invalid, "score", fmt.Sprintf("%s goes from %s to %s.", in.Name, figure(lo), figure(hi)))
	}
	r := Result{
		Instrument: in.ID, Version: in.Version, Language: in.Language, Rule: Elsewhere, Total: &total, Missing: len(in.scored()),
		Subscales: []SubscaleResult{}, Critical: []CriticalAnswer{},
	}
	r.Display, r.Band = shown(total, in.Scoring.Bands)
	return r, nil
}

func figure(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
