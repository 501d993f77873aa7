package measure

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzWhatWasSealedIsReadAsEncodingJSONReadsIt(f *testing.F) {
	one, half := 1, 7.5
	for _, s := range []sealedAnswer{
		{},
		{Instrument: "phq-9", Version: "1", Language: "en", Mode: "self", Items: chosen{&one, nil, &one}, Rule: "phq-9.sum", Total: &half},
		{Instrument: "a", Version: "2", Mode: "paper", By: "id", EnteredAt: 17, Items: chosen{nil}, Note: "née 🌱", Sent: "a|b", Missing: 1, From: "elsewhere"},
		{Instrument: "a", Version: "2", Items: chosen{}, Note: "two\nlines and a \"word\""},
	} {
		text, err := json.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		`{"instrument":"a","version":"1","items":[01]}`, `{"instrument":"a","version":"1","items":[1],"total":1e3}`, `{"instrument":"a","version":"1","items":[1,]}`, `{"instrument":"a","version":"1","items":[ 1]}`,
		`{"instrument":"a","version":"1","items":[1],"total":.5}`, `{"instrument":"a","version":"1","items":[1],"total":-0}`, `{"instrument":"a","version":"1","items":[1]}x`, `{"instrument":"a","version":"1"}`, `{"items":[2],"version":"1"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, ok := cutSealed(string(text))
		if !ok {
			return // encoding/json reads it
		}
		var want sealedAnswer
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatalf("%q is read, and is wrong: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	})
}

func TestWhatWeSealIsReadWithoutEncodingJSON(t *testing.T) {
	one, total := 1, 12.25
	for _, s := range []sealedAnswer{
		{Instrument: "phq-9", Version: "1", Items: chosen{&one, nil}},
		{Instrument: "phq-9", Version: "1", Language: "en", Mode: "paper", By: "b", EnteredAt: 5, Items: chosen{&one}, Note: "“Slept” badly", Sent: "a|b", Rule: "r", Total: &total, Missing: 2, From: "c"},
	} {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := cutSealed(string(text))
		if diff := cmp.Diff(s, got); !ok || diff != "" {
			t.Errorf("%s: %v %s", text, ok, diff)
		}
	}
}

func TestWhatIsEscapedIsReadAsWell(t *testing.T) {
	text, err := json.Marshal(sealedAnswer{Instrument: "a", Version: "1", Note: "two\nlines <b>"})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := readSealed(text); err != nil || s.Note != "two\nlines <b>" {
		t.Errorf("got %+v, %v", s, err)
	}
	if _, err := readSealed([]byte(`{"instrument":`)); err == nil {
		t.Error("half of one is read")
	}
}
