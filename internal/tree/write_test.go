package tree_test

import (
	"encoding/json"
	"testing"

	"github.com/waymark-care/waymark/internal/tree"
)

func FuzzTextIsWrittenAsEncodingJSONDoes(f *testing.F) {
	for _, text := range []string{"", "plain words, and more", `"quoted" \ back`, "a\nb\tc\r\x00\x1f\x7f", "<b>&amp;</b>", "“curly” – née 🌱", "\u2028\u2029", "\xff\xfe half \xe2\x80", "~ !#"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := tree.AppendText([]byte("x"), text); string(got) != "x"+string(want) {
			t.Errorf("%q is written %s, want %s", text, got[1:], want)
		}
		if got := tree.AppendText(nil, text[:len(text)/2], "", text[len(text)/2:]); string(got) != string(want) {
			t.Errorf("%q in parts is written %s, want %s", text, got, want)
		}
		got := tree.AppendMember(nil, `"a":`, text)
		if want := `"a":` + string(want); text != "" && string(got) != want || text == "" && len(got) > 0 {
			t.Errorf("%q as a member is written %s", text, got)
		}
	})
}
