package person

import (
	"context"
	"errors"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// countLetter counts, in tx, a letter with a link to an address that somebody typed. After
// several within a short time it is fault.Invalid, field "email": whoever is reached there
// has not asked for them, and ever new people may be invited at one address.
func (ps *People) countLetter(ctx context.Context, tx *access.Tx, email string) error {
	err := ps.accounts.CountLetter(ctx, tx, email)
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.TooSoon {
		return fault.New(fault.Invalid, "email", f.Text)
	}
	return err
}
