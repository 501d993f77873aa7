package safety

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// EverythingIn are, in tx, all flags of the record with what was done about each, newest
// first: for archives of those who treat the client. The action of tx must open.
func EverythingIn(ctx context.Context, tx *access.Tx) ([]Flag, error) { return flagsIn(ctx, tx) }
