package measure_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestAnAnswerThatComesLateIsTheNewestEverywhere(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		var all []measure.Answer
		for i := range 6 {
			all = append(all, own(t, items(1+i/3, 1+i%2, 1, 1, 1, 1, 1, 1, 0)))
		}
		for _, i := range []int{1, 3, 4, 5, 2, 0} { // two were filled in on a phone that had no network for weeks
			give(t, w, ms, all[i])
			w.Clock.Pass(7 * days)
			sameAsCourse(t, w, ms)
		}
	})
}
