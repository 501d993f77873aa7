package plan

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// OnTheWay is, in tx, what of goals and detours stands on the path: all goals with
// their milestones and the life the client wants, without ratings, and the detours
// that are or were a part of the way, in order of day.
func OnTheWay(ctx context.Context, tx *access.Tx) (Goals, []Detour, error) {
	gs, err := goals(ctx, tx)
	if err != nil {
		return Goals{}, nil, err
	}
	if gs.Visions, err = visions(ctx, tx); err != nil {
		return Goals{}, nil, err
	}
	all, err := detours(ctx, tx, "")
	return gs, Meanwhile{Detours: all}.Walked(), err
}
