package meaning_test

import (
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
