package measure

import (
	"math"
	"time"

	"github.com/waymark-care/waymark/internal/instrument"
)

// A Load is how much is asked of one client in a usual week.
type Load struct {
	Questions float64 // in a week
	Minutes   float64 // in a week
	Once      int     // questions that are asked once, beside
}

// What one week may hold before a page says, calmly, that it is a lot. Shorter is
// answered more often: with 30 questions and ten minutes a week every person who
// was asked for feedback in routine care could keep up (PHQ-9, GAD-7 and a
// session check-in are 20); it is a judgement, not a finding.
const (
	muchQuestions = 30
	muchMinutes   = 10
)

// Much says whether that is a lot.
func (l Load) Much() bool { return l.Questions > muchQuestions || l.Minutes > muchMinutes }

// Whole are questions and minutes a week, rounded up.
func (l Load) Whole() (questions, minutes int) {
	up := func(x float64) int { return int(math.Ceil(x - 0.05)) }
	return up(l.Questions), up(l.Minutes)
}

// loadOf is what the open ones of asks come to. sessions is how many there are in
// a week. One answer settles all asks of the same questionnaire, so only the most
// frequent counts; and what waits for its recall period is not asked more often.
func loadOf(asks []Ask, lookup func(id, version string) (*instrument.Instrument, bool), sessions float64) Load {
	often, once := map[string]float64{}, map[string]bool{}
	for _, a := range asks {
		if a.State != AskOpen {
			continue
		}
		in, ok := lookup(a.Instrument, "")
		if !ok {
			continue
		}
		rate := a.Rhythm.perWeek(sessions)
		if !a.Sooner {
			rate = min(rate, float64(week)/float64(RecallDays(in)))
		}
		once[a.Instrument] = once[a.Instrument] || a.Rhythm == Once
		often[a.Instrument] = max(often[a.Instrument], rate)
	}
	var l Load
	for id, rate := range often {
		in, _ := lookup(id, "")
		l.Questions += rate * float64(len(in.Items))
		l.Minutes += rate * float64(in.Minutes)
		if rate == 0 && once[id] {
			l.Once += len(in.Items)
		}
	}
	return l
}

// sessionsPerWeek is how many there are, by what is planned in the next weeks; if
// nothing is, one.
func sessionsPerWeek(planned int, in time.Duration) float64 {
	if planned == 0 {
		return 1
	}
	return float64(planned) / (in.Hours() / (24 * week))
}
