package desk

import "testing"

func TestASentenceBeginsWithWhateverLetterItHas(t *testing.T) {
	for text, want := range map[string]string{"": "", "a": "A", "öffentlich": "Öffentlich", "“so”": "“so”", "12 rows": "12 rows"} {
		if got := Upper(text); got != want {
			t.Errorf("%q begins as %q", text, got)
		}
	}
}
