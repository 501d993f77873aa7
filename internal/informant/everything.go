package informant

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// EverythingIn are, in tx, all forms for others about the client, newest first, for the
// client's own archive. The action of tx must open.
func (is *Informants) EverythingIn(ctx context.Context, tx *access.Tx) ([]Form, error) {
	return is.all(ctx, tx)
}
