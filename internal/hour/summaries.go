package hour

import (
	"cmp"
	"context"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
)

// Summaries are what the client may read of sessions in somebody's words, the oldest
// first, and nothing that was taken back: for the client and for those who treat them.
func (hs *Hours) Summaries(ctx context.Context, actor access.Actor, client access.Compartment) ([]Summary, error) {
	tx, err := hs.door.Begin(ctx, actor, access.ReadHour, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	found, err := SummariesIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := make([]Summary, 0, len(found))
	for _, s := range found {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Summary) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.SessionID, b.SessionID)) })
	return all, nil
}
