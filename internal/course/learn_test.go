package course_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/course"
)

// A town is people drawn from known numbers, with scores now and then.
func town(t testing.TB, of course.Prior, people int, seed uint64) *course.Learner {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	var ln course.Learner
	for i := range people {
		weeks := []float64{0}
		for range 2 + r.IntN(8) {
			weeks = append(weeks, r.Float64()*20)
		}
		sim := simulation{r: r, of: of, weeks: weeks, exact: true}
		for _, m := range sim.person() {
			if err := ln.Add(fmt.Sprint("e", i), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	return &ln
}

func within(t *testing.T, what string, got, want, most float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > most {
		t.Errorf("%s: %v, want %v within %v", what, got, want, most)
	}
}

func TestLearningFindsTheNumbersThatPeopleWereDrawnFrom(t *testing.T) {
	truth := course.Prior{Mean: course.Vector{16, -2.6}, Cov: course.Matrix{{18, -1.2}, {-1.2, 3.1}}, Sigma2: 8}
	ln := town(t, truth, 10_000, 5)
	p := shipped(t, "phq-9")
	for name, w := range map[string]course.Weights{"with the usual prior": course.UsualWeights, "by likelihood alone": {}} {
		begin := time.Now()
		got, err := ln.Learn(&p, w)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %+v in %v", name, got, time.Since(begin))
		if !got.Converged || got.Iterations < 2 || got.Episodes != 10_000 {
			t.Errorf("%s: %+v", name, got)
		}
		// Standard errors at 10,000 people are near .05, .02, .3, .08, .06 and .07.
		within(t, name+", start", got.Mean[0], 16, 0.2)
		within(t, name+", slope", got.Mean[1], -2.6, 0.1)
		within(t, name+", variance of the start", got.Cov[0][0], 18, 1.2)
		within(t, name+", covariance", got.Cov[0][1], -1.2, 0.4)
		within(t, name+", variance of the slope", got.Cov[1][1], 3.1, 0.25)
		within(t, name+", residual", got.Sigma2, 8, 0.25)
		positive(t, got.Cov)
	}
}

// loss is minus two times the logarithm of the posterior density, written down
// from its definition with whole covariances of all scores of a person. n by n
// determinants of XVX' + s2 I come from the two eigenvalues that differ from s2.
func loss(all [][]course.Moment, prior course.Prior, w course.Weights, at course.Learned) float64 {
	inv := func(m course.Matrix) (course.Matrix, float64) {
		d := m[0][0]*m[1][1] - m[0][1]*m[1][0]
		return course.Matrix{{m[1][1] / d, -m[0][1] / d}, {-m[1][0] / d, m[0][0] / d}}, d
	}
	vi, vd := inv(at.Cov)
	sum := 0.0
	for _, scores := range all {
		p := course.Prior{Mean: at.Mean, Cov: at.Cov, Sigma2: at.Sigma2}
		// The chain rule: each score given those before it.
		for i, s := range scores {
			mean, cov := plainly(p, scores[:i])
			l := math.Log(1 + s.Week)
			v := cov[0][0] + 2*l*cov[0][1] + l*l*cov[1][1] + at.Sigma2
			r := s.Score - mean[0] - l*mean[1]
			sum += math.Log(v) + r*r/v
		}
	}
	d := course.Vector{at.Mean[0] - prior.Mean[0], at.Mean[1] - prior.Mean[1]}
	sum += w.Episodes * (math.Log(vd) + vi[0][0]*prior.Cov[0][0] + 2*vi[0][1]*prior.Cov[0][1] + vi[1][1]*prior.Cov[1][1] +
		d[0]*d[0]*vi[0][0] + 2*d[0]*d[1]*vi[0][1] + d[1]*d[1]*vi[1][1])
	return sum + w.Scores*(math.Log(at.Sigma2)+prior.Sigma2/at.Sigma2)
}

func TestWhatIsLearnedIsTheMostProbableAndNothingNearIsMoreSo(t *testing.T) {
	prior := shipped(t, "phq-9")
	sim := simulation{r: rand.New(rand.NewPCG(9, 9)), of: course.Prior{Mean: course.Vector{12, -1}, Cov: course.Matrix{{20, -1}, {-1, 4}}, Sigma2: 9}, weeks: []float64{0, 1, 3, 6, 12}}
	var all [][]course.Moment
	var ln course.Learner
	for i := range 60 {
		scores := sim.person()
		all = append(all, scores)
		for _, m := range scores {
			if err := ln.Add(fmt.Sprint(i), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, w := range []course.Weights{{}, course.UsualWeights, {Episodes: 20}, {Scores: 60}, {Episodes: 1000, Scores: 1000}} {
		got, err := ln.Learn(&prior, w)
		if err != nil || !got.Converged {
			t.Fatalf("%+v: %+v, %v", w, got, err)
		}
		best := loss(all, prior, w, got)
		for i := range 6 {
			for _, by := range []float64{-0.003, 0.003} {
				other := got
				switch i {
				case 0, 1:
					other.Mean[i] += by
				case 2:
					other.Cov[0][0] *= 1 + by
				case 3:
					other.Cov[0][1] += by
					other.Cov[1][0] += by
				case 4:
					other.Cov[1][1] *= 1 + by
				case 5:
					other.Sigma2 *= 1 + by
				}
				if l := loss(all, prior, w, other); l <= best {
					t.Errorf("%+v: moving number %d by %v is better: %v, not %v", w, i, by, l, best)
				}
			}
		}
	}
}

func TestFewPeopleWithNearlyTheSameSlopeAreGivenTimeEnough(t *testing.T) {
	sim := simulation{r: rand.New(rand.NewPCG(49, 9)), of: course.Prior{Mean: course.Vector{12, -1}, Cov: course.Matrix{{20, 0}, {0, .04}}, Sigma2: 9}, weeks: []float64{0, 1, 3, 6, 12}}
	var ln course.Learner
	for i := range 30 {
		for _, m := range sim.person() {
			if err := ln.Add(fmt.Sprint(i), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := ln.Learn(nil, course.Weights{})
	if err != nil || !got.Converged || got.Iterations < 2000 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWithHardlyAnyScoresThePriorSpeaks(t *testing.T) {
	p := shipped(t, "phq-9")
	var ln course.Learner
	if err := ln.Add("e1", course.Moment{Score: 20}); err != nil {
		t.Fatal(err)
	}
	got, err := ln.Learn(&p, course.UsualWeights)
	if err != nil || !got.Converged {
		t.Fatalf("%+v, %v", got, err)
	}
	within(t, "start", got.Mean[0], p.Mean[0], 0.3)
	within(t, "slope", got.Mean[1], p.Mean[1], 0.05)
	within(t, "residual", got.Sigma2, p.Sigma2, 0.5)
	positive(t, got.Cov)
	// One episode counts as one beside twenty.
	post, err := p.Posterior([]course.Moment{{Score: 20}})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "start", got.Mean[0], (20*p.Mean[0]+post.Mean[0])/21, 0.05)
}

func TestScoresThatLeaveSomethingOpenTeachNothing(t *testing.T) {
	p := shipped(t, "phq-9")
	r := rand.New(rand.NewPCG(2, 2))
	for name, c := range map[string]struct {
		of   func(person, nth int) course.Moment
		n    int
		some error
	}{
		"no score":        {nil, 0, course.ErrNoEpisodes},
		"one score each":  {func(i, _ int) course.Moment { return course.Moment{Week: float64(i % 7), Score: 27 * r.Float64()} }, 1, course.ErrTooLittle},
		"all at one week": {func(int, int) course.Moment { return course.Moment{Week: 3, Score: 27 * r.Float64()} }, 4, course.ErrTooLittle},
		"all the same":    {func(_, j int) course.Moment { return course.Moment{Week: float64(j), Score: 9} }, 4, course.ErrTooLittle},
		"all on one line": {func(_, j int) course.Moment {
			return course.Moment{Week: float64(j), Score: 20 - 3*math.Log1p(float64(j))}
		}, 4, course.ErrTooLittle},
		"all on their own": {func(i, j int) course.Moment {
			return course.Moment{Week: float64(j), Score: float64(i) - float64(i%3)*math.Log1p(float64(j))}
		}, 4, course.ErrTooLittle},
		"no two people differ": {func(_, j int) course.Moment { return course.Moment{Week: float64(j), Score: 15 + float64(j%2)} }, 6, course.ErrTooLittle},
	} {
		var ln course.Learner
		for i := range 40 {
			for j := range c.n {
				if err := ln.Add(fmt.Sprint(i), c.of(i, j)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got, err := ln.Learn(nil, course.Weights{}); !errors.Is(err, c.some) {
			t.Errorf("%s, without a prior: %+v, %v", name, got, err)
		}
		if c.n == 0 {
			continue
		}
		got, err := ln.Learn(&p, course.UsualWeights)
		if err != nil || !got.Converged {
			t.Errorf("%s, with a prior: %+v, %v", name, got, err)
			continue
		}
		for _, x := range []float64{got.Mean[0], got.Mean[1], got.Cov[0][0], got.Cov[0][1], got.Cov[1][1], got.Sigma2} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Errorf("%s: %+v", name, got)
			}
		}
		positive(t, got.Cov)
	}

	ln := town(t, p, 5, 1)
	for _, w := range []course.Weights{{Episodes: -1}, {Scores: math.NaN()}, {Episodes: math.Inf(1)}} {
		if _, err := ln.Learn(&p, w); !errors.Is(err, course.ErrWeight) {
			t.Errorf("%+v: %v", w, err)
		}
	}
	if _, err := ln.Learn(nil, course.UsualWeights); !errors.Is(err, course.ErrNoPrior) {
		t.Errorf("no prior: %v", err)
	}
	var fresh course.Learner
	for _, m := range []course.Moment{{-1, 3}, {0, math.NaN()}, {math.Inf(1), 2}} {
		if fresh.Add("e", m) == nil {
			t.Errorf("%v was taken", m)
		}
	}
	if _, err := fresh.Learn(&p, course.UsualWeights); !errors.Is(err, course.ErrNoEpisodes) {
		t.Errorf("after nothing but refusals: %v", err)
	}
}

func TestTheOrderOfEpisodesAndScoresDoesNotMatter(t *testing.T) {
	p := shipped(t, "phq-9")
	sim := simulation{r: rand.New(rand.NewPCG(6, 6)), of: p, weeks: []float64{0, 2, 5, 9}}
	type row struct {
		id string
		m  course.Moment
	}
	var rows []row
	for i := range 80 {
		for _, m := range sim.person() {
			rows = append(rows, row{fmt.Sprint(i), m})
		}
	}
	learn := func() course.Learned {
		var ln course.Learner
		for _, r := range rows {
			if err := ln.Add(r.id, r.m); err != nil {
				t.Fatal(err)
			}
		}
		got, err := ln.Learn(&p, course.UsualWeights)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	a := learn()
	sim.r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	b := learn()
	for i := range 2 {
		within(t, "mean", b.Mean[i], a.Mean[i], 1e-7)
		within(t, "covariance", b.Cov[i][1], a.Cov[i][1], 1e-7)
	}
	within(t, "residual", b.Sigma2, a.Sigma2, 1e-7)
}

func BenchmarkLearningFrom10000Episodes(b *testing.B) {
	p := shipped(b, "phq-9")
	ln := town(b, p, 10_000, 3)
	for b.Loop() {
		if got, err := ln.Learn(&p, course.UsualWeights); err != nil || !got.Converged {
			b.Fatal(got, err)
		}
	}
}
