package measure

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A Scored is one total and when it was given, without the answers behind it.
type Scored struct {
	Instrument string
	At         time.Time
	Total      float64 // unrounded
}

// ScoredIn returns every total of the record of tx, oldest first, for a domain
// that puts finished work together (outcome). What has no score is not in it.
func (ms *Measures) ScoredIn(ctx context.Context, tx *access.Tx) ([]Scored, error) {
	answers, err := ms.allAnswers(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := make([]Scored, 0, len(answers))
	for _, a := range answers {
		if a.Result.Total != nil {
			all = append(all, Scored{Instrument: a.Instrument, At: a.GivenAt, Total: *a.Result.Total})
		}
	}
	return all, nil
}
