package mood

import (
	"context"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
)

// ThereIn are, in tx, the activities and triggers that the client's own log has, put
// away ones too, and on which of the days from one day on and before another each was
// there. It is for what else is the client's own: the action of tx must open, and be
// one that nobody but the client may do.
func ThereIn(ctx context.Context, tx *access.Tx, from, before Day) ([]Item, map[Day][]string, error) {
	items, err := itemsOf(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	items = slices.DeleteFunc(items, func(i Item) bool { return i.Kind == Scale })
	all, err := entriesIn(ctx, tx, from, before)
	if err != nil {
		return nil, nil, err
	}
	there := make(map[Day][]string)
	for _, e := range all {
		if len(e.There) > 0 {
			there[e.Day] = e.There
		}
	}
	return items, there, nil
}
