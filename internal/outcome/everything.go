package outcome

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// ChoicesIn is, in tx, what the client decided, for their own archive. The action of tx
// must be one that nobody but the client may do.
func ChoicesIn(ctx context.Context, tx *access.Tx) (Choices, error) {
	return choices(ctx, tx)
}
