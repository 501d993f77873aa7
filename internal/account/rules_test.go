package account_test

import (
	"context"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
)

// holds says whether any value of a column holds text in the clear.
func (h house) holds(table, column, text string) bool {
	h.t.Helper()
	tx, err := h.DB.Read(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	defer tx.Rollback()
	rows, err := tx.Query(h.t.Context(), `SELECT `+column+` FROM `+table)
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var held []byte
		if err := rows.Scan(&held); err != nil {
			h.t.Fatal(err)
		}
		if strings.Contains(string(held), text) {
			return true
		}
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	return false
}

func TestWhatIsAskedOfAPassword(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		for _, tt := range []struct {
			name, roles, password string
			ok                    bool
		}{
			{"nine characters", "client", "nine char", false},
			{"ten characters", "client", "ten charac", true},
			{"ten characters that are thirty bytes", "client", "ผีเสื้อสวย", true},
			{"eleven characters for staff", "clinician", "eleven char", false},
			{"twelve characters for staff", "manager", "twelve chars", true},
			{"a client who also manages", "client manager", "eleven char", false},
			{"many people's", "client", "Qwertyuiop123", false},
			{"one letter", "client", "aaaaaaaaaaaaaaa", false},
			{"the address", "client", "Somebody.Long@example.org", false},
			{"the name in the address", "client", "somebody.long", false},
			{"not text", "client", "\xff\xfe\xfd 123456789", false},
			{"200 bytes", "client", strings.Repeat("ab", 100), true},
			{"201 bytes", "client", strings.Repeat("ab", 100) + "c", false},
		} {
			err := h.in(func(ctx context.Context) error {
				_, err := h.HashPassword(ctx, "", "somebody.long@example.org", tt.roles, tt.password)
				return err
			})
			if tt.ok && err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			if !tt.ok {
				wants(t, tt.name, err, fault.Invalid, "password")
			}
		}
	})
}

func TestAnAddressIsKeptInOneForm(t *testing.T) {
	for text, want := range map[string]string{
		" Tomas@Example.ORG ": "tomas@example.org",
		"a+b@x.example":       "a+b@x.example",
		"":                    "", "tomas": "", "tomas@": "", "@example.org": "", "a@b@c": "", "Tomas <t@example.org>": "",
		"t@example.org\nBcc: x@example.org": "", "\"a\x00b\"@example.org": "", "a b@example.org": "", "<t@example.org>": "",
		strings.Repeat("a", 250) + "@example.org": "",
	} {
		got, err := account.Address(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}

func TestABrowserIsNamedSoThatItsOwnerKnowsIt(t *testing.T) {
	for agent, want := range map[string]string{
		firefox: "Firefox on Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1":    "Safari on iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0":              "Edge on Windows",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36":                                      "Chrome on Linux",
		"Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                      "Safari on Mac",
		"<script>alert(1)</script>": "A browser", "": "A browser",
	} {
		if got := account.Describe(agent); got != want {
			t.Errorf("%q: got %q, want %q", agent, got, want)
		}
	}
}
