package fault_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/fault"
)

func TestATextIsKeptAsItWasMeant(t *testing.T) {
	for text, want := range map[string]string{
		"  plain \n":                         "plain",
		"two\r\nlines\rand\vmore\u2028still": "two\nlines\nand\nmore\nstill",
		"\u202d07700 900123\u202c":           "07700 900123", // as phones copy a number
		"invoice\u202egpj.exe":               "invoicegpj.exe",
		"\u2066a\u2067b\u2068c\u2069":        "abc",
		"sui\u200bcide \u2060\ufeffword":     "suicide word",
		"hid\U000e0061\U000e0062den":         "hidden",
		"\U0001F3F4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f flag": "\U0001F3F4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f flag",
		"می\u200cخواهم \u200fabc":                                                     "می\u200cخواهم \u200fabc",
		"\U0001F468\u200d\U0001F469":                                                  "\U0001F468\u200d\U0001F469",
		"<script>alert(1)</script> [x](js:y)":                                         "<script>alert(1)</script> [x](js:y)",
		"tab\tstays":                                                                  "tab\tstays",
		"\u202e \u2066":                                                               "",
	} {
		got, err := fault.Text("words", text, 200)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestWhatIsNoTextIsRefusedWithItsField(t *testing.T) {
	for _, text := range []string{"a\x00b", "a\x1b[31mred", "bell\a", "a\u009bb", "\xff\xfe", strings.Repeat("a", 201), strings.Repeat("a", 1<<20)} {
		got, err := fault.Text("words", text, 200)
		f, _ := err.(*fault.Error)
		if got != "" || f == nil || f.Kind != fault.Invalid || f.Field != "words" || f.Text == "" {
			t.Errorf("%.20q: got %q, %v", text, got, err)
		}
	}
}

func TestWhatABrowserLetsSomebodyTypeFits(t *testing.T) {
	for what, one := range map[string]string{
		"Latin": "a", "Greek": "\u03b1", "Chinese": "\u5fc3", "a line end": "\n", "emoji, which count twice": "\U0001F642",
	} {
		fill := (200 - 2) / fault.Length(one)
		full := "a" + strings.Repeat(one, fill) + "b"
		if got, err := fault.Text("words", full, 200); err != nil || got != full {
			t.Errorf("%s: %d characters, %d bytes: %v", what, fault.Length(full), len(full), err)
		}
		sent := strings.ReplaceAll(full, "\n", "\r\n") // as forms are sent
		if got, err := fault.Text("words", sent, 200); err != nil || got != full {
			t.Errorf("%s, as it is sent: %v", what, err)
		}
		if _, err := fault.Text("words", "a"+strings.Repeat(one, fill+1)+"b", 200); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: one more fits: %v", what, err)
		}
	}
	if n := fault.Length("a\u03b1\u5fc3\U0001F642\xff"); n != 6 {
		t.Errorf("%d characters, want 6", n)
	}
}

func TestALineIsOneLine(t *testing.T) {
	if got, err := fault.Line("name", " Ada\n\tLovelace ", 50); err != nil || got != "Ada Lovelace" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := fault.Line("name", strings.Repeat("a", 51), 50); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "a\r\nb", "\u202eabc\u202c", "\U0001F3F4\U000e0067", "\xff", "a\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := fault.Text("words", s, 100)
		if err != nil {
			if got != "" || !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: %q, %v", s, got, err)
			}
			return
		}
		if fault.Length(got) > 100 || !utf8.ValidString(got) || got != strings.TrimSpace(got) {
			t.Fatalf("%q: kept %q", s, got)
		}
		for _, r := range got {
			if r != '\n' && r != '\t' && unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x2028 {
				t.Fatalf("%q: kept %U", s, r)
			}
		}
		again, err := fault.Text("words", got, 100)
		if err != nil || again != got {
			t.Fatalf("%q: twice is %q, %v", got, again, err)
		}
	})
}
