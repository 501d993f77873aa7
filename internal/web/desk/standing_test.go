package desk

import (
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
	"github.com/waymark-care/waymark/internal/measure"
)

func TestAnAnswerWithoutAScoreHidesNothingOfWhatCameBefore(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	in, _ := instrument.Lookup("phq-9", "")
	given := func(id string, total float64, ago int) measure.Given {
		g := measure.Given{AnswerID: id, At: now.AddDate(0, 0, -ago)}
		if total >= 0 {
			shown := int(total)
			g.Result = instrument.Result{Total: &total, Display: &shown}
		}
		return g
	}
	worse, _ := meaning.ReliableChange(in, 10, 20)
	first, before, score, halfEmpty := given("a", 10, 28), given("b", 18, 14), given("c", 20, 4), given("d", -1, 4)
	for want, s := range map[string]measure.Standing{
		"20 on Friday 20 November, was 18. Began at 10: worse by more than its wobble.":                                            {First: first, Before: before, Newest: score, Change: &worse},
		"Answered on Friday 20 November, too few answers for a score. Before that 18. Began at 10: worse by more than its wobble.": {First: first, Before: before, Newest: halfEmpty, Change: &worse},
		"Answered on Friday 20 November, too few answers for a score.":                                                             {First: halfEmpty, Before: halfEmpty, Newest: halfEmpty},
		"20 on Friday 20 November.": {First: score, Before: score, Newest: score},
	} {
		if got := StandingInWords(s, now); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}
