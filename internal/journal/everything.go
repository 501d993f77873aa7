package journal

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// EverythingIn are, in tx, the copies that are shared now with their words, newest
// first, for the client's own archive. What is spoken or shown is not among it. The
// action of tx must open.
func EverythingIn(ctx context.Context, tx *access.Tx) ([]Share, error) {
	all, err := SharedIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Words, err = wordsOf(ctx, tx, all[i].ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}
