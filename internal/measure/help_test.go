package measure_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/instrument"
)

const skip = -99 // stands for a skipped item in the lists of these tests

func shipped(t testing.TB, id string) *instrument.Instrument {
	t.Helper()
	in, ok := instrument.Lookup(id, "")
	if !ok {
		t.Fatalf("no instrument %s", id)
	}
	return in
}

func answers(t testing.TB, in *instrument.Instrument, values ...int) instrument.Answers {
	t.Helper()
	list := make([]*int, len(values))
	for i := range values {
		if values[i] != skip {
			list[i] = &values[i]
		}
	}
	a, err := instrument.InOrder(in, list...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func score(t testing.TB, in *instrument.Instrument, values ...int) instrument.Result {
	t.Helper()
	r, err := instrument.Score(in, answers(t, in, values...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// invented builds an instrument of n items with answers lo to hi, whose scoring is
// given as JSON: for the parts of the engine that no shipped instrument uses yet.
func invented(t testing.TB, n, lo, hi int, scoring string) *instrument.Instrument {
	t.Helper()
	in, err := instrument.Parse("invented", []byte(inventedJSON(n, lo, hi, scoring)))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func inventedJSON(n, lo, hi int, scoring string) string {
	var items, choices []string
	for i := range n {
		items = append(items, fmt.Sprintf(`{"id":"q%d","linkId":"%d","text":"Item %d"}`, i+1, i+1, i+1))
	}
	for v := lo; v <= hi; v++ {
		choices = append(choices, fmt.Sprintf(`{"value":%d,"text":"Answer %d"}`, v, v))
	}
	return fmt.Sprintf(`{"id":"invented","version":"1","language":"en","title":"T","name":"N","about":"A","subject":"s","licence":"L","source":"S","recall":"R",
"stem":"Q","intervalDays":7,"minutes":1,"informant":"self","direction":"lower is better","answers":[%s],"items":[%s],"scoring":%s}`,
		strings.Join(choices, ","), strings.Join(items, ","), scoring)
}
