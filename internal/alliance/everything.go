package alliance

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// CheckInsIn are, in tx, all check-ins of the record with what had been read of each
// before it was changed, oldest first, for archives of the client and of those who treat
// them. The action of tx must open.
func CheckInsIn(ctx context.Context, tx *access.Tx) ([]CheckIn, error) {
	all, err := allOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	formers, err := formersOf(ctx, tx, "")
	for i := range all {
		all[i].Earlier = formers[all[i].ID]
	}
	return all, err
}
