package mood

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// EverythingIn is, in tx, all that the client ever kept here, for their own archive. The
// action of tx must open, and be one that nobody but the client may do.
func EverythingIn(ctx context.Context, tx *access.Tx) (Log, error) {
	return logOf(ctx, tx, 0)
}
