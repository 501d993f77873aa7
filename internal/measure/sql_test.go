package measure

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChosenAnswersAreReadAsTheyWereWritten(t *testing.T) {
	one, minus := 1, -12
	for _, want := range []chosen{nil, {nil}, {&one}, {nil, nil, &one}, {&one, nil, &minus, nil}} {
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got chosen
		if err := json.Unmarshal(text, &got); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
	for _, bad := range []string{`["a"]`, `[1.5]`, `[[1]]`, `{}`, `[true]`, `"1"`} {
		var got chosen
		if err := json.Unmarshal([]byte(bad), &got); err == nil {
			t.Errorf("%s was read as %v", bad, got)
		}
	}
}
