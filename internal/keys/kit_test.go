package keys

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

var november = time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)

func TestAPrintedKitIsReadBackHoweverItIsTyped(t *testing.T) {
	dir := t.TempDir()
	root, kit := create(t, dir, LockPassphrase())
	text := kit.Text(november)
	_, key, _ := strings.Cut(text, "Recovery key:")
	key, _, _ = strings.Cut(key, "Spaces and new lines")
	tests := map[string]struct {
		text       string
		passphrase bool
	}{
		"the whole page":           {text, true},
		"the page scanned":         {strings.ReplaceAll(strings.ToLower(text), "\n", "\r\n   "), true},
		"the page as one line":     {strings.Join(strings.Fields(text), " "), true},
		"the key as printed":       {key, false},
		"the key on one line":      {kit.Identity(), false},
		"the key small":            {strings.ToLower(kit.Identity()), false},
		"letters taken for others": {swapAlike(kit.Identity()), false},
		"a false start before":     {"AGE-SECRET-KEY-1 " + strings.Repeat("Q", 60) + text, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseKit(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if got.Identity() != kit.Identity() || got.Recipient() != kit.Recipient() {
				t.Error("another key was read")
			}
			if want := map[bool]string{true: kit.Passphrase()}[test.passphrase]; got.Passphrase() != want {
				t.Errorf("the passphrase was read as %q", got.Passphrase())
			}
			back, err := open(t, dir).Recover(test.text)
			if err != nil || !same(root, back) {
				t.Errorf("Recover gave %v", err)
			}
		})
	}
}

// swapAlike types what the key never has for what it resembles.
func swapAlike(identity string) string {
	head, tail := identity[:len(kitKey)], identity[len(kitKey):]
	return head + strings.NewReplacer("L", "1", "0", "O", "8", "B").Replace(tail)
}

func TestASlipInTheRecoveryKeyIsNoticed(t *testing.T) {
	_, kit := create(t, t.TempDir(), LockMounted(secretOf(1)))
	id := kit.Identity()
	for i := len(kitKey); i < len(id); i++ {
		c := "Q"
		if id[i] == 'Q' {
			c = "P"
		}
		_, err := ParseKit(id[:i] + c + id[i+1:])
		if !fault.Is(err, fault.Invalid) || !errors.Is(err, ErrWrongKey) {
			t.Errorf("letter %d: %v", i, err)
		}
	}
	for _, text := range []string{"", "AGE-SECRET-KEY-1", id[:len(id)-1], kit.Recipient(), strings.Repeat("x", 1<<20)} {
		if _, err := ParseKit(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.80q: %v", text, err)
		}
	}
}

func TestAKitIsFitForThePrinter(t *testing.T) {
	dir := t.TempDir()
	root, first := create(t, dir, LockPassphrase())
	s := open(t, dir)
	_, second, err := s.BeginRotation(root, LockMounted(secretOf(1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, kit := range []Kit{first, second} {
		text := kit.Text(november)
		for _, line := range strings.Split(text, "\n") {
			if len(line) > 72 || strings.HasSuffix(line, " ") {
				t.Errorf("a line does not fit: %q", line)
			}
		}
		for _, want := range []string{"Tuesday 24 November 2026", "waymark restore", "waymark keys recover", kit.Recipient()} {
			if !strings.Contains(text, want) {
				t.Errorf("the kit does not say %q", want)
			}
		}
		if strings.Contains(text, "!") || !regexp.MustCompile(`(?m)^[ -~]*$`).MatchString(text) {
			t.Error("the kit has letters that a printer may not have, or an exclamation mark")
		}
	}
	if a := first.Text(november); !strings.Contains(a, first.Passphrase()) || strings.Contains(a, "older kits") {
		t.Error("the first kit lacks its passphrase or speaks of older ones")
	}
	if b := second.Text(november); strings.Contains(b, kitPassphrase) || !strings.Contains(b, "older kits") || !strings.Contains(b, "number 2") {
		t.Error("the second kit has a passphrase or does not speak of the first")
	}
}

func FuzzParseKit(f *testing.F) {
	_, kit := create(f, f.TempDir(), LockPassphrase())
	f.Add(kit.Text(november))
	f.Add(kit.Identity())
	f.Add("AGE-SECRET-KEY-1" + strings.Repeat("Q", 58))
	f.Add("passphrase passphrase AGE SECRET KEY 1")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseKit(text)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("an error that does not say what to do: %v", err)
			}
			return
		}
		again, err := ParseKit(got.Text(november))
		if err != nil || again.Identity() != got.Identity() || again.Passphrase() != got.Passphrase() {
			t.Errorf("what was read is not read back: %v", err)
		}
	})
}
