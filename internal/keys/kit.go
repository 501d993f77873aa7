package keys

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/fault"
)

// errUnreadable says that what was typed is no recovery kit.
var errUnreadable error = &fault.Error{Kind: fault.Invalid, Field: "kit", Err: ErrWrongKey, Text: "No recovery key can be read in this. " +
	"It begins with AGE-SECRET-KEY-1, and 58 letters and digits follow. Compare them with the printed kit."}

// A Kit is the recovery kit: what opens the safe when everything else is lost.
// It exists once, in memory, until it is printed. It shows nothing of itself
// when formatted or logged; Text is for the printer.
type Kit struct{ secrets func() printed }

type printed struct {
	epoch      int64
	identity   string
	recipient  string
	passphrase string // if one was made
}

// Identity returns the age identity, AGE-SECRET-KEY-1 and 58 letters: secret.
func (k Kit) Identity() string {
	if k.secrets == nil {
		return ""
	}
	return k.secrets().identity
}

// Passphrase returns the passphrase that was made, or "" where there is none: secret.
func (k Kit) Passphrase() string {
	if k.secrets == nil {
		return ""
	}
	return k.secrets().passphrase
}

// Recipient returns the age recipient of the kit, which is no secret.
func (k Kit) Recipient() string {
	if k.secrets == nil {
		return ""
	}
	return k.secrets().recipient
}

// String shows that there is a kit and nothing of it.
func (k Kit) String() string { return "keys.Kit(…)" }

// Format shows the same under every verb.
func (k Kit) Format(f fmt.State, _ rune) { io.WriteString(f, k.String()) }

// LogValue shows the same in a log.
func (k Kit) LogValue() slog.Value { return slog.StringValue(k.String()) }

const (
	kitKey        = "AGE-SECRET-KEY-1"
	kitKeyLetters = 58
	kitPassphrase = "Passphrase:"
)

// Text returns the kit for a printer, in lines of at most 72 letters, with the day it was made.
func (k Kit) Text(made time.Time) string {
	if k.secrets == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "WAYMARK RECOVERY KIT, number %d\n", k.secrets().epoch)
	fmt.Fprintf(&b, "Made on %s\n\n", made.Format("Monday 2 January 2006"))
	b.WriteString(`What this is
  The spare key to your practice's record. With this page and a backup,
  or with this page and the server's disk, everything can be opened
  again. Nobody else has a copy, the makers of Waymark included: if this
  page is lost together with what opens the server day by day, nothing
  brings the record back.

Where to keep it
  On paper, in two places that do not burn together: a safe, a bank, a
  lawyer's office. Not in a photograph, an e-mail or a shared folder,
  and not beside the server or its backups. Whoever finds this page and
  a backup can read what your clients have told you.

`)
	if k.secrets().passphrase != "" {
		fmt.Fprintf(&b, "%s\n\n    %s\n\n", kitPassphrase, k.secrets().passphrase)
		b.WriteString(`  Type it after each start of the server: waymark unlock
  Small letters, and spaces for dashes, are fine. There is no letter O,
  I or L in it: those are the digits 0 and 1.

`)
	}
	b.WriteString("Recovery key:\n\n    " + kitKey + "\n")
	letters := strings.TrimPrefix(k.secrets().identity, kitKey)
	for line := letters; line != ""; {
		n := min(len(line), 30)
		b.WriteString("   ")
		for part := line[:n]; part != ""; {
			m := min(len(part), 5)
			b.WriteString(" " + part[:m])
			part = part[m:]
		}
		b.WriteByte('\n')
		line = line[n:]
	}
	b.WriteString(`
  Spaces and new lines do not matter when you type it.

How to use it
  The passphrase is lost and the server is there:  waymark keys recover
  The server is lost and a backup is there:        waymark restore
  Both ask for the recovery key.

`)
	fmt.Fprintf(&b, "It opens what was made for this address, which is no secret:\n  %s\n", k.secrets().recipient)
	if k.secrets().epoch > 1 {
		b.WriteString(`
Keep the older kits
  This one opens the record as it is now and the backups from now on.
  Keep each older kit for as long as you keep backups from its time.
`)
	}
	return b.String()
}

// ParseKit reads a recovery kit that was typed or scanned, whole or the recovery
// key alone, whatever the spaces, line breaks and case. Letters that the key
// never has are taken for those they resemble; a checksum finds other slips. The
// passphrase is read too if it is there and without a slip.
func ParseKit(text string) (Kit, error) {
	const most = 64 << 10
	if len(text) > most {
		return Kit{}, errUnreadable
	}
	flat := flatten(text)
	const mark = "AGESECRETKEY1"
	for rest := flat; ; {
		_, after, found := strings.Cut(rest, mark)
		if !found {
			return Kit{}, errUnreadable
		}
		rest = after
		if len(after) < kitKeyLetters {
			return Kit{}, errUnreadable
		}
		// Bech32 has no 1, B, I or O after its separator (BIP 173).
		letters := strings.NewReplacer("1", "L", "I", "L", "B", "8", "O", "0").Replace(after[:kitKeyLetters])
		identity, err := age.ParseX25519Identity(kitKey + letters)
		if err != nil {
			continue
		}
		return Kit{veil(printed{
			epoch:      1,
			identity:   identity.String(),
			recipient:  identity.Recipient().String(),
			passphrase: passphraseIn(flat),
		})}, nil
	}
}

// passphraseIn finds the passphrase that follows its label.
func passphraseIn(flat string) string {
	for rest := flat; ; {
		_, after, found := strings.Cut(rest, "PASSPHRASE")
		if !found {
			return ""
		}
		rest = after
		if len(after) < letters {
			return ""
		}
		if typed, ok := normal(after[:letters]); ok {
			s := string(typed)
			clear(typed)
			return s[:5] + "-" + s[5:10] + "-" + s[10:15] + "-" + s[15:20] + "-" + s[20:]
		}
	}
}

// flatten keeps letters and digits, as capitals.
func flatten(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, text)
}
