package account

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A ceremony is what must be remembered between two forms. The browser carries
// it, with a mark that only the server can make, so that any node can go on and
// a flood of visitors leaves nothing behind. It is good once, for a few minutes.
//
//	<practice>.<base64 of JSON>.<mark>
type ceremony struct {
	Kind    string                // which two forms
	Person  string                `json:",omitempty"` // whose it is, if that is known
	Nonce   string                // by which it is spent
	Until   int64                 // microseconds
	Session *webauthn.SessionData `json:",omitempty"`
	TOTP    string                `json:",omitempty"` // a second step that is not yet confirmed
	Sum     string                `json:",omitempty"` // mark of the password that was right
}

const (
	kindEnter  = "enter"   // sign in by passkey
	kindStepUp = "step up" // say once more who one is, by passkey
	kindAdd    = "add"     // add a passkey
	kindTOTP   = "totp"    // add a second step
	kindCode   = "code"    // the password was right, the code is missing
)

const (
	ceremonyLasts = 5 * time.Minute
	totpLasts     = 15 * time.Minute // one has to find and set up an app
)

func (a *Accounts) carry(practice string, c ceremony, now time.Time) (string, error) {
	c.Nonce = secret()
	lasts := ceremonyLasts
	if c.Kind == kindTOTP {
		lasts = totpLasts
	}
	c.Until = now.Add(lasts).UnixMicro()
	plain, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encode ceremony: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString(plain)
	return practice + "." + text + "." + hex.EncodeToString(a.mark(practice, "ceremony", text)), nil
}

// carried reads what carry wrote for a ceremony of the given kind. Whether it
// is still good is for spend to say.
func (a *Accounts) carried(token, kind string) (practice string, c ceremony, err error) {
	practice, rest, _ := strings.Cut(token, ".")
	text, given, _ := strings.Cut(rest, ".")
	if !isPractice(practice) || !written(given, a.mark(practice, "ceremony", text)) {
		return "", c, overdue()
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(plain, &c) != nil || c.Kind != kind {
		return "", c, overdue()
	}
	return practice, c, nil
}

// spend uses c up in tx. It fails if it was used before, or too long ago.
func spend(ctx context.Context, tx *access.Tx, c ceremony) error {
	if tx.Now.UnixMicro() >= c.Until {
		return overdue()
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO spent (practice, hash, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, tx.Practice, hashOf(c.Nonce), c.Until)
	if err != nil {
		return fmt.Errorf("spend ceremony: %w", err)
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return overdue()
	}
	return err
}

func overdue() error {
	return fault.New(fault.Invalid, "ceremony", "This took too long, or was done already. Please begin again.")
}
