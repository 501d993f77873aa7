package exercise_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
)

// every has a field of each kind.
func every() exercise.Exercise {
	return exercise.Exercise{ID: "every", Version: 1, Fields: []exercise.Field{
		{ID: "line", Label: "A line", Kind: exercise.Line, Most: 20},
		{ID: "text", Label: "A text", Kind: exercise.Text},
		{ID: "number", Label: "How many", Kind: exercise.Number, Min: -5, Max: 5, Unit: "times"},
		{ID: "scale", Label: "How strong", Kind: exercise.Scale, Max: 100},
		{ID: "choice", Label: "Which", Kind: exercise.Choice, Choices: []string{"one", "two"}},
		{ID: "choices", Label: "Which ones", Kind: exercise.Choices, Choices: []string{"red", "green", "blue"}},
		{ID: "day", Label: "When", Kind: exercise.Date},
		{ID: "long", Label: "How long", Kind: exercise.Minutes},
		{ID: "feelings", Label: "What", Kind: exercise.FeelingWords, Most: 3},
		{ID: "steps", Label: "Steps", Kind: exercise.Rows, Row: "Step", Most: 2, Fields: []exercise.Field{
			{ID: "what", Label: "What is it", Kind: exercise.Line},
			{ID: "fear", Label: "How hard", Kind: exercise.Scale, Max: 10},
		}},
	}}
}

func filledIn() url.Values {
	return url.Values{
		"x-line": {"  On the\tbridge "}, "x-text": {"First\r\nsecond"}, "x-number": {" -2 "}, "x-scale": {"70"}, "x-choice": {"two"},
		"x-choices": {"blue", "red"}, "x-day": {"2026-11-26"}, "x-long": {"1"},
		"x-feelings-0-word": {"uneasy"}, "x-feelings-0-strength": {"60"}, "x-feelings": {"Uneasy", "sad"},
		"x-steps-0-what": {""}, "x-steps-4-what": {"The corner"}, "x-steps-4-fear": {"4"}, "x-steps-7-fear": {"9"},
		"id": {"something of the page"}, "x-unknown": {"passed over"},
	}
}

func TestWhatWasFilledInIsReadAndSaidAgain(t *testing.T) {
	filled, err := exercise.Read(every(), filledIn())
	if err != nil {
		t.Fatal(err)
	}
	want := []exercise.Said{
		{Label: "A line", Text: "On the bridge"},
		{Label: "A text", Text: "First\nsecond"},
		{Label: "How many", Text: "-2 times"},
		{Label: "How strong", Text: "70 of 100"},
		{Label: "Which", Text: "two"},
		{Label: "Which ones", Text: "red, blue"},
		{Label: "When", Text: "Thursday 26 November 2026"},
		{Label: "How long", Text: "1 minute"},
		{Label: "What", Text: "uneasy (60 of 100), sad"},
		{Label: "Step 1"},
		{Label: "What is it", Text: "The corner", Within: true},
		{Label: "How hard", Text: "4 of 10", Within: true},
		{Label: "Step 2"},
		{Label: "How hard", Text: "9 of 10", Within: true},
	}
	if diff := cmp.Diff(want, every().Words(filled)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingHasToBeFilledIn(t *testing.T) {
	filled, err := exercise.Read(every(), url.Values{"x-line": {" "}, "x-choice": {""}, "x-steps-0-what": {"\n"}})
	if err != nil || !filled.Empty() || len(every().Words(filled)) > 0 {
		t.Errorf("read %v, %v", filled, err)
	}
}

func TestWhatIsWrongIsNamedAndStaysAsItWasTyped(t *testing.T) {
	for name, typed := range map[string]string{
		"x-line": strings.Repeat("a", 21), "x-text": "a\x00b", "x-number": "6", "x-scale": "seventy", "x-choice": "three", "x-choices": "mauve",
		"x-day": "26 November", "x-long": "1441", "x-feelings-1-strength": "101", "x-steps-4-fear": "11",
	} {
		form := filledIn()
		form.Set(name, typed)
		if name == "x-feelings-1-strength" {
			form.Set("x-feelings-1-word", "tired")
		}
		filled, err := exercise.Read(every(), form)
		var f *fault.Error
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f = err.(*fault.Error); f.Field != name || f.Text == "" {
			t.Errorf("%s: named at %q: %s", name, f.Field, f.Text)
		}
		if name == "x-scale" && filled["scale"].Text != typed || name == "x-line" && filled["line"].Text != typed {
			t.Errorf("%s: what was typed is gone: %v", name, filled)
		}
		if filled["choice"].Text != "two" && name != "x-choice" {
			t.Errorf("%s: what was right is gone", name)
		}
	}
}

func TestMoreThanFitsIsRefusedAndNeverCut(t *testing.T) {
	form := filledIn()
	form.Set("x-steps-9-what", "A third")
	if _, err := exercise.Read(every(), form); !fault.Is(err, fault.Invalid) {
		t.Errorf("a row too many: %v", err)
	}
	form = filledIn()
	form["x-feelings"] = []string{"a", "b", "c"}
	if _, err := exercise.Read(every(), form); !fault.Is(err, fault.Invalid) {
		t.Errorf("a word too many: %v", err)
	}
	e := exercise.Exercise{ID: "long", Version: 1}
	form = url.Values{}
	for i := range exercise.MaxFields {
		f := exercise.Field{ID: "f" + string(rune('a'+i%26)) + string(rune('a'+i/26)), Label: "A text", Kind: exercise.Text, Most: 100_000}
		e.Fields = append(e.Fields, f)
		form.Set(f.Name(), strings.Repeat("森", exercise.MaxText))
	}
	if _, err := exercise.Read(e, form); err != nil {
		t.Errorf("what every page has room for: %v", err)
	}
	for _, f := range e.Fields {
		form.Set(f.Name(), strings.Repeat("a", 100_000))
	}
	if _, err := exercise.Read(e, form); !fault.Is(err, fault.TooLarge) {
		t.Errorf("more than one note holds: %v", err)
	}
}

func TestARatingIsANumberOrNothing(t *testing.T) {
	r := exercise.Rating{Label: "How tense", Most: 10}
	if n, err := r.Read("before", " 7"); err != nil || n == nil || *n != 7 {
		t.Errorf("7: %v, %v", n, err)
	}
	if n, err := r.Read("before", " "); err != nil || n != nil {
		t.Errorf("nothing: %v, %v", n, err)
	}
	for _, typed := range []string{"11", "-1", "7.5", "much"} {
		if _, err := r.Read("before", typed); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", typed, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("x-text=a&x-steps-0-what=b&x-feelings-0-word=c")
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		filled, err := exercise.Read(every(), form)
		if err != nil {
			return
		}
		for _, said := range every().Words(filled) {
			if said.Label == "" || len(said.Text) > exercise.MaxText {
				t.Errorf("%+v", said)
			}
		}
	})
}
