package course_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/course"
)

func TestSignalsAskOnlyWhenTheRulesSaySo(t *testing.T) {
	for _, tt := range []struct {
		name   string
		scores []course.Moment
		want   []course.Kind
		rule   string
	}{
		{"no score", nil, nil, ""},
		{"the first score alone", []course.Moment{{0, 27}}, nil, ""},
		{"inside the band", []course.Moment{{0, 18}, {4, 19}}, nil, ""},
		{"one beyond the band", []course.Moment{{0, 18}, {4, 20}}, []course.Kind{course.LookCloser}, "band80-first.1"},
		{"beyond the band long ago is not now", []course.Moment{{0, 18}, {4, 20}, {5, 15}}, nil, ""},
		{"two running", []course.Moment{{0, 18}, {4, 20}, {8, 20}}, []course.Kind{course.SlowerThan, course.LookCloser}, "band80-first-two-running.1"},
		{"two, but not running", []course.Moment{{0, 18}, {4, 20}, {6, 12}, {8, 20}}, []course.Kind{course.LookCloser}, "band80-first.1"},
		{"two within a day are one", []course.Moment{{0, 18}, {4, 20}, {4.1, 20}}, []course.Kind{course.LookCloser}, "band80-first.1"},
		{"and so are three", []course.Moment{{0, 18}, {4, 20}, {4.05, 20}, {4.1, 20}}, []course.Kind{course.LookCloser}, "band80-first.1"},
		{"of one day the newest counts", []course.Moment{{0, 18}, {4, 20}, {4.1, 12}, {5, 20}}, []course.Kind{course.LookCloser}, "band80-first.1"},
		{"two on a day and one a week before", []course.Moment{{0, 18}, {4, 20}, {5, 20}, {5.1, 20}}, []course.Kind{course.SlowerThan, course.LookCloser}, "band80-first-two-running.1"},
		{"a day later is another day", []course.Moment{{0, 18}, {4, 20}, {4.15, 20}}, []course.Kind{course.SlowerThan, course.LookCloser}, "band80-first-two-running.1"},
		{"reliably worse than the first", []course.Moment{{0, 5}, {1, 11}}, []course.Kind{course.SlowerThan}, "reliably-worse-than-first.1"},
		{"five worse is still wobble", []course.Moment{{0, 5}, {1, 10}}, nil, ""},
		{"a good course", []course.Moment{{0, 18}, {4, 9}, {8, 5}}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := shipped(t, "phq-9")
			got, err := p.Signals(phq9, tt.scores)
			if err != nil {
				t.Fatal(err)
			}
			var kinds []course.Kind
			for _, s := range got {
				kinds = append(kinds, s.Kind)
				if s.Words == "" || strings.Contains(s.Words, "!") {
					t.Errorf("words: %q", s.Words)
				}
			}
			if !slices.Equal(kinds, tt.want) {
				t.Fatalf("got %v, want %v", kinds, tt.want)
			}
			if name := map[string]string{
				"": "", "band80-first.1": "Look closer", "band80-first-two-running.1": "Slower than most", "reliably-worse-than-first.1": "Worse than at the start",
			}[tt.rule]; len(got) > 0 && got[0].Name() != name {
				t.Errorf("it is called %q, want %q", got[0].Name(), name)
			}
			if tt.rule != "" && got[0].Rule != tt.rule {
				t.Errorf("rule: got %q, want %q", got[0].Rule, tt.rule)
			}
			trail, err := p.Trail(phq9, tt.scores)
			if err != nil || len(trail) != len(tt.scores) || len(trail) > 0 && !slices.Equal(trail[len(trail)-1], got) {
				t.Errorf("the trail ends otherwise: %v, %v", trail, err)
			}
		})
	}
}

func TestSignalsMirrorWhereHigherIsBetter(t *testing.T) {
	p := shipped(t, "phq-9")
	mirror := p
	mirror.Mean[0], mirror.Mean[1] = 27-p.Mean[0], -p.Mean[1]
	up := phq9
	up.HigherIsBetter = true
	r := rand.New(rand.NewPCG(4, 4))
	raised := 0
	for range 2000 {
		var scores, other []course.Moment
		for i := range 1 + r.IntN(5) {
			m := course.Moment{Week: 3 * float64(i), Score: float64(r.IntN(28))}
			scores = append(scores, m)
			other = append(other, course.Moment{Week: m.Week, Score: 27 - m.Score})
		}
		a, errA := p.Signals(phq9, scores)
		b, errB := mirror.Signals(up, other)
		if errA != nil || errB != nil || len(a) != len(b) {
			t.Fatalf("%v: %v (%v), mirrored %v (%v)", scores, a, errA, b, errB)
		}
		raised += len(a)
		for i := range a {
			if a[i].Kind != b[i].Kind || a[i].Rule != b[i].Rule || !near(a[i].Bound, 27-b[i].Bound) {
				t.Fatalf("%v: %+v, mirrored %+v", scores, a[i], b[i])
			}
		}
	}
	if raised < 200 {
		t.Errorf("only %d signals were compared", raised)
	}
	got, err := mirror.Signals(up, []course.Moment{{0, 9}, {4, 7}})
	if err != nil || len(got) != 1 || !strings.Contains(got[0].Words, "below") || !strings.Contains(got[0].Words, "from 7.2") {
		t.Errorf("words: %+v, %v", got, err)
	}
}

func TestSignalsGiveTheirReason(t *testing.T) {
	p := shipped(t, "phq-9")
	for want, scores := range map[string][]course.Moment{
		"The last two scores lie above where 8 in 10 clients starting at 18 are (up to 19.3 at week 8). Worth talking about together.":                                       {{0, 18}, {4, 20}, {8, 20}},
		"The newest score, 20, lies above where 8 in 10 clients starting at 18 are (up to 19.8 at week 4). One score can be one hard week: worth asking about.":              {{0, 18}, {4, 20}},
		"The newest score is 11 and the first was 5. A rise of 6, towards harder days, is more than the test’s own wobble (6 or more counts). Worth talking about together.": {{0, 5}, {1, 11}},
	} {
		if got, err := p.Signals(phq9, scores); err != nil || len(got) == 0 || got[0].Words != want {
			t.Errorf("\n got %+v\nwant %s", got, want)
		}
	}
}

// Scores of people as the shipped prior says they are, every two weeks for 14
// weeks, rounded and within 0 to 27 as those of the PHQ-9 are, of those who begin
// at 10 or more. Asked every week it is a quarter of all courses, which Doubt says.
func TestTheKnownErrorRatesAreMetOnSimulatedCourses(t *testing.T) {
	p := shipped(t, "phq-9")
	sim := simulation{r: rand.New(rand.NewPCG(18, 31)), of: p, weeks: []float64{0, 2, 4, 6, 8, 10, 12, 14}}
	const people = 20_000
	var signalled, better, found, silent, slow int
	for range people {
		scores := sim.person()
		for scores[0].Score < 9.5 {
			scores = sim.person()
		}
		trail, err := p.Trail(phq9, scores)
		if err != nil {
			t.Fatal(err)
		}
		given := slices.ContainsFunc(trail, func(at []course.Signal) bool { return len(at) > 0 && at[0].Kind == course.SlowerThan })
		helped := scores[0].Score-scores[len(scores)-1].Score >= phq9.Reliable
		signalled += one(given)
		better += one(helped)
		slow += one(!helped)
		found += one(given && !helped)
		silent += one(!given && helped)
	}
	share := func(n, of int) float64 { return float64(n) / float64(of) }
	t.Logf("signalled %.3f, sensitivity %.3f, specificity %.3f", share(signalled, people), share(found, slow), share(silent, better))
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"signalled", share(signalled, people), 0.18},
		{"sensitivity", share(found, slow), 0.31},
		{"specificity", share(silent, better), 0.95},
	} {
		if math.Abs(c.got-c.want) > 0.03 {
			t.Errorf("%s: %.3f, known as %.2f", c.what, c.got, c.want)
		}
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// A simulation draws people from a prior.
type simulation struct {
	r     *rand.Rand
	of    course.Prior
	weeks []float64
	exact bool // neither rounded nor kept within 0 to 27
}

func (s simulation) person() []course.Moment {
	c := s.of.Cov
	l00 := math.Sqrt(c[0][0])
	l10 := c[0][1] / l00
	z := s.r.NormFloat64()
	a := s.of.Mean[0] + l00*z
	b := s.of.Mean[1] + l10*z + math.Sqrt(c[1][1]-l10*l10)*s.r.NormFloat64()
	out := make([]course.Moment, len(s.weeks))
	for i, w := range s.weeks {
		y := a + b*math.Log1p(w) + math.Sqrt(s.of.Sigma2)*s.r.NormFloat64()
		if !s.exact {
			y = min(27, max(0, math.Round(y)))
		}
		out[i] = course.Moment{Week: w, Score: y}
	}
	return out
}
