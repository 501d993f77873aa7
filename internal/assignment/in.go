package assignment

import (
	"context"
	"math"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/goal"
)

// AllIn is, in tx, everything that was ever agreed or suggested in the record, with all
// logs, as far as whoever asks may read them, and without whether today is a day for the
// smallest step. The action of tx must open.
func AllIn(ctx context.Context, tx *access.Tx) (Set, error) {
	s, err := LogsIn(ctx, tx, time.Time{})
	if err != nil {
		return s, err
	}
	s.Goals, err = goal.NamedIn(ctx, tx)
	return s, err
}

// LogsIn is, in tx, everything that was ever agreed or suggested in the record, and the
// logs that came after the session that began at since; all of them, if since is zero.
// Goals are not among it. The action of tx must open.
func LogsIn(ctx context.Context, tx *access.Tx, since time.Time) (s Set, err error) {
	if s.All, err = assignments(ctx, tx, ""); err != nil || len(s.All) == 0 {
		return s, err
	}
	all, err := logs(ctx, tx, "", since, math.MaxInt32)
	if err != nil {
		return s, err
	}
	side := goal.SideOf(tx.Actor, tx.Compartment)
	for _, l := range all {
		s.Logs = append(s.Logs, l.shownTo(side))
	}
	s.library, err = exercise.AllIn(ctx, tx)
	return s, err
}
