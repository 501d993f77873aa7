package course_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/course"
)

func shipped(t testing.TB, id string) course.Prior {
	t.Helper()
	p, ok := course.Shipped(id)
	if !ok {
		t.Fatalf("no prior for %s", id)
	}
	return p
}

var phq9 = course.Scale{Lo: 0, Hi: 27, Reliable: 6}

func near(got, want float64) bool { return math.Abs(got-want) < 1e-6 }

// growth.json has worked examples, computed elsewhere.
type example struct {
	ID    string `json:"id"`
	Prior *struct {
		M0     course.Vector `json:"m0"`
		V0     course.Matrix `json:"V0"`
		Sigma2 float64       `json:"sigma2"`
	} `json:"prior"`
	T         []float64 `json:"t"`
	Y         []float64 `json:"y"`
	Mu        []float64 `json:"mu"`
	SD        []float64 `json:"sd"`
	Upper     []float64 `json:"upper"`
	Lower     []float64 `json:"lower"`
	Below10   float64   `json:"p_below_10_at_12"`
	Posterior *struct {
		Mean course.Vector `json:"mean"`
		Cov  course.Matrix `json:"cov"`
	} `json:"posterior"`
}

func TestTheWorkedExamplesAreMet(t *testing.T) {
	data, err := os.ReadFile("testdata/growth.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	// What the examples say in their descriptions alone.
	scores := map[string][]course.Moment{"G1": nil, "G2": {{Week: 0, Score: 18}}}
	weeks := map[string][]float64{"G1": {0, 4, 8, 12}, "G2": {4, 8, 12}, "G4": {12}}
	if len(all) != len(weeks) {
		t.Fatalf("%d examples, %d known", len(all), len(weeks))
	}
	p := shipped(t, "phq-9")
	for _, e := range all {
		t.Run(e.ID, func(t *testing.T) {
			if e.Prior != nil && (e.Prior.M0 != p.Mean || e.Prior.V0 != p.Cov || e.Prior.Sigma2 != p.Sigma2) {
				t.Errorf("the shipped prior is %+v, the example's %+v", p, e.Prior)
			}
			in := scores[e.ID]
			for i := range e.T {
				in = append(in, course.Moment{Week: e.T[i], Score: e.Y[i]})
			}
			post, err := p.Posterior(in)
			if err != nil {
				t.Fatal(err)
			}
			if w := e.Posterior; w != nil {
				for i := range 2 {
					if !near(post.Mean[i], w.Mean[i]) || !near(post.Cov[i][0], w.Cov[i][0]) || !near(post.Cov[i][1], w.Cov[i][1]) {
						t.Errorf("posterior %+v, want %+v", post, w)
					}
				}
			}
			fan, err := p.Fan(in, weeks[e.ID])
			if err != nil {
				t.Fatal(err)
			}
			for i, pt := range fan {
				if !near(pt.Mean, e.Mu[i]) || !near(pt.SD, e.SD[i]) {
					t.Errorf("week %v: %v (%v), want %v (%v)", pt.Week, pt.Mean, pt.SD, e.Mu[i], e.SD[i])
				}
				if e.Upper != nil && (!near(pt.P80[1], e.Upper[i]) || !near(pt.P80[0], e.Lower[i])) {
					t.Errorf("week %v: %v, want %v to %v", pt.Week, pt.P80, e.Lower[i], e.Upper[i])
				}
				if half := pt.P50[1] - pt.Mean; !near(half, 0.6744897501960817*pt.SD) {
					t.Errorf("week %v: half of the 50 %% band is %v", pt.Week, half)
				}
			}
			if e.Below10 > 0 {
				// 9.5 is the cut of "10 or more": below it lies what is shown as 9 or less.
				if got := 0.5 * math.Erfc(-(9.5-fan[0].Mean)/fan[0].SD/math.Sqrt2); !near(got, e.Below10) {
					t.Errorf("share below 10: %v, want %v", got, e.Below10)
				}
			}
		})
	}
}

// plainly is the closed form written down as in the books, with determinants.
func plainly(p course.Prior, scores []course.Moment) (mean course.Vector, cov course.Matrix) {
	inv := func(m course.Matrix) course.Matrix {
		d := m[0][0]*m[1][1] - m[0][1]*m[1][0]
		return course.Matrix{{m[1][1] / d, -m[0][1] / d}, {-m[1][0] / d, m[0][0] / d}}
	}
	mul := func(m course.Matrix, x course.Vector) course.Vector {
		return course.Vector{m[0][0]*x[0] + m[0][1]*x[1], m[1][0]*x[0] + m[1][1]*x[1]}
	}
	a := inv(p.Cov)
	c := mul(a, p.Mean)
	for _, s := range scores {
		l := math.Log(1 + s.Week)
		a[0][0] += 1 / p.Sigma2
		a[0][1] += l / p.Sigma2
		a[1][0] += l / p.Sigma2
		a[1][1] += l * l / p.Sigma2
		c[0] += s.Score / p.Sigma2
		c[1] += l * s.Score / p.Sigma2
	}
	cov = inv(a)
	return mul(cov, c), cov
}

func TestEveryPosteriorIsPositiveDefiniteSmallerThanItsPriorAndAsInTheBooks(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for _, id := range []string{"phq-9", "gad-7"} {
		for _, p := range course.ShippedFor(id) {
			for range 50 {
				var scores []course.Moment
				for range r.IntN(30) {
					scores = append(scores, course.Moment{Week: r.Float64() * 60, Score: float64(r.IntN(28))})
				}
				post, err := p.Posterior(scores)
				if err != nil {
					t.Fatal(err)
				}
				positive(t, post.Cov)
				if len(scores) > 0 {
					positive(t, course.Matrix{
						{p.Cov[0][0] - post.Cov[0][0] + 1e-9, p.Cov[0][1] - post.Cov[0][1]},
						{p.Cov[1][0] - post.Cov[1][0], p.Cov[1][1] - post.Cov[1][1] + 1e-9},
					})
				}
				mean, cov := plainly(p, scores)
				if !near(post.Mean[0], mean[0]) || !near(post.Mean[1], mean[1]) || !near(post.Cov[0][0], cov[0][0]) || !near(post.Cov[0][1], cov[0][1]) || !near(post.Cov[1][1], cov[1][1]) {
					t.Fatalf("%s, %v: %+v, want %v %v", p.ID, scores, post, mean, cov)
				}
			}
		}
	}
}

func positive(t *testing.T, m course.Matrix) {
	t.Helper()
	if m[0][1] != m[1][0] || !(m[0][0] > 0) || !(m[0][0]*m[1][1]-m[0][1]*m[1][0] > 0) {
		t.Fatalf("not symmetric and positive definite: %v", m)
	}
}

func TestManyScoresAtNearlyOneTimeLoseNoDigits(t *testing.T) {
	p := shipped(t, "phq-9")
	var scores []course.Moment
	for i := range 200_000 {
		scores = append(scores, course.Moment{Week: 5000 + float64(i%2)*1e-6, Score: 10})
	}
	post, err := p.Posterior(scores)
	if err != nil {
		t.Fatal(err)
	}
	positive(t, post.Cov)
	if pt := post.At(5000); math.Abs(pt.Mean-10) > 1e-3 || math.Abs(pt.SD-math.Sqrt(p.Sigma2)) > 1e-3 {
		t.Errorf("where all scores are 10 it expects %v (%v)", pt.Mean, pt.SD)
	}
}

func TestWhatCannotBeComputedIsAnErrorAndNeverNaN(t *testing.T) {
	good := shipped(t, "phq-9")
	for name, scores := range map[string][]course.Moment{
		"a score that is no number": {{0, math.NaN()}},
		"an endless score":          {{0, math.Inf(1)}},
		"an endless week":           {{math.Inf(1), 3}},
		"a week that is no number":  {{math.NaN(), 3}},
		"before the first":          {{0, 3}, {-1, 3}},
	} {
		if post, err := good.Posterior(scores); err == nil {
			t.Errorf("%s gave %+v", name, post)
		}
		if got, err := good.Signals(phq9, append([]course.Moment{{0, 9}}, scores...)); err == nil {
			t.Errorf("%s gave the signals %+v", name, got)
		}
	}
	for name, spoil := range map[string]func(*course.Prior){
		"not symmetric":    func(p *course.Prior) { p.Cov[0][1] = 1 },
		"not definite":     func(p *course.Prior) { p.Cov[1][1] = 0.1 },
		"no residual":      func(p *course.Prior) { p.Sigma2 = 0 },
		"endless residual": func(p *course.Prior) { p.Sigma2 = math.Inf(1) },
		"not a number":     func(p *course.Prior) { p.Mean[0] = math.NaN() },
	} {
		p := good
		spoil(&p)
		if p.Check() == nil {
			t.Errorf("%s was taken", name)
		}
		if post, err := p.Posterior([]course.Moment{{0, 3}}); err == nil {
			t.Errorf("%s gave %+v", name, post)
		}
	}
	nameless := good
	nameless.Sample = ""
	if nameless.Check() == nil {
		t.Error("a prior without a sample was taken")
	}
}

func TestBandsAreCutOffForShowingOnly(t *testing.T) {
	p := shipped(t, "phq-9")
	post, err := p.Posterior([]course.Moment{{0, 2}})
	if err != nil {
		t.Fatal(err)
	}
	raw := post.At(30)
	if raw.P80[0] >= 0 {
		t.Fatalf("this course should reach below 0, got %+v", raw)
	}
	if shown := raw.Clamp(phq9); shown.P80[0] != 0 || shown.P50[0] != 0 || shown.SD != raw.SD {
		t.Errorf("shown: got %+v", shown)
	}
	if high := (course.Point{Mean: 30, P50: [2]float64{28, 31}, P80: [2]float64{20, 40}}).Clamp(phq9); high.P80 != [2]float64{20, 27} || high.Mean != 27 {
		t.Errorf("high: got %+v", high)
	}
}

func TestShippedPriorsAreSoundAndSayWhereTheyComeFrom(t *testing.T) {
	ids := map[string]bool{}
	for _, id := range []string{"phq-9", "gad-7"} {
		all := course.ShippedFor(id)
		if len(all) != 26 {
			t.Errorf("%s: %d priors, want 26", id, len(all))
		}
		if first := all[0]; first.Problem != "" || first.N != 233776 || first.ID != id+".nhs-cbt-2025.1" {
			t.Errorf("%s: the usual prior is %+v", id, first)
		}
		for _, p := range all {
			if err := p.Check(); err != nil {
				t.Error(err)
			}
			said := strings.Join(p.Assumptions, " ")
			for _, must := range []string{"week 14", "-0.25", "31 %"} {
				if !strings.Contains(said, must) {
					t.Errorf("%s does not say that %s is assumed", p.ID, must)
				}
			}
			if ids[p.ID] || !strings.Contains(p.Sample, "NHS Talking Therapies") {
				t.Errorf("%s: twice, or without its sample: %s", p.ID, p.Sample)
			}
			ids[p.ID] = true
		}
	}
	if got := shipped(t, "phq-9").Sample; got != "233,776 courses of cognitive behaviour therapy in NHS Talking Therapies, England, 2024-25: 14.2 (SD 6.1) at the start and 9.5 (SD 6.6) at the end" {
		t.Errorf("sample: %s", got)
	}
	if _, ok := course.Shipped("phq-2"); ok {
		t.Error("a prior for an instrument that has none")
	}
}

func BenchmarkACourseOf200Scores(b *testing.B) {
	p := shipped(b, "phq-9")
	r := rand.New(rand.NewPCG(1, 1))
	scores := make([]course.Moment, 200)
	weeks := make([]float64, 60)
	for i := range scores {
		scores[i] = course.Moment{Week: float64(i) * 0.9, Score: float64(r.IntN(28))}
	}
	for i := range weeks {
		weeks[i] = float64(3 * i)
	}
	for b.Loop() {
		if _, err := p.Posterior(scores); err != nil {
			b.Fatal(err)
		}
		if _, err := p.Fan(scores[:1], weeks); err != nil {
			b.Fatal(err)
		}
		if _, err := p.Trail(phq9, scores); err != nil {
			b.Fatal(err)
		}
	}
}
