package plan

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
)

// OnTheWay is, in tx, what of goals and detours stands on the path: all goals with
// their milestones and the life the client wants, without ratings, and the detours
// that are or were a part of the way, in order of day.
func OnTheWay(ctx context.Context, tx *access.Tx) (goal.Set, []Detour, error) {
	gs, err := goal.WayIn(ctx, tx)
	if err != nil {
		return gs, nil, err
	}
	all, err := detours(ctx, tx, "")
	return gs, Meanwhile{Detours: all}.Walked(), err
}
