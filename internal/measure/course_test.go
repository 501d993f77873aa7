package measure_test

import (
	"math"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

func prior(t testing.TB, id string) measure.Prior {
	t.Helper()
	p, ok := measure.ShippedPrior(id)
	if !ok {
		t.Fatalf("no prior for %s", id)
	}
	return p
}

func close6(got, want float64) bool { return math.Abs(got-want) < 1e-6 }

func TestBeforeAnyScoreThePriorSpeaks(t *testing.T) {
	p := prior(t, "phq-9")
	mu := []float64{14.2, 11.383483653240324, 10.354856989661616, 9.711338624442309}
	sd := []float64{6.099180272790763, 6.0916713482849, 6.343437672636062, 6.561910341180578}
	for i, pt := range p.Fan(nil, []float64{0, 4, 8, 12}) {
		if !close6(pt.Mean, mu[i]) || !close6(pt.SD, sd[i]) {
			t.Errorf("week %v: got %v (%v), want %v (%v)", pt.Week, pt.Mean, pt.SD, mu[i], sd[i])
		}
	}
}

func TestOneScoreGivesABand(t *testing.T) {
	p := prior(t, "phq-9")
	post := p.Posterior([]measure.Moment{{Week: 0, Score: 18}})
	if !close6(post.Mean[0], 16.825268817204304) || !close6(post.Mean[1], -1.9543010752688172) ||
		!close6(post.Cov[0][0], 7.94489247311828) || !close6(post.Cov[0][1], -0.6182795698924731) ||
		!close6(post.Cov[1][0], -0.6182795698924731) || !close6(post.Cov[1][1], 2.34247311827957) {
		t.Errorf("posterior: got %+v", post)
	}
	mu := []float64{13.679942574355941, 12.531230463109058, 11.81258552990716}
	sd := []float64{4.8499910236017945, 5.294985960624334, 5.628874669418146}
	upper := []float64{19.895456163530078, 19.317028010483853, 19.02627867475433}
	lower := []float64{7.464428985181803, 5.745432915734262, 4.59889238505999}
	for i, w := range []float64{4, 8, 12} {
		pt := post.At(w)
		lo, hi := p.Band80FromFirst(18, w)
		if !close6(pt.Mean, mu[i]) || !close6(pt.SD, sd[i]) || !close6(hi, upper[i]) || !close6(lo, lower[i]) || pt.P80 != [2]float64{lo, hi} {
			t.Errorf("week %v: got %+v, %v to %v", w, pt, lo, hi)
		}
		if half := pt.P50[1] - pt.Mean; !close6(half, 0.6744897501960817*sd[i]) {
			t.Errorf("week %v: half of the 50 %% band is %v", w, half)
		}
	}
}

func TestScoresAtUnevenTimesAreWeighed(t *testing.T) {
	p := prior(t, "phq-9")
	post := p.Posterior([]measure.Moment{{0, 18}, {9.0 / 7, 15}, {3, 12}, {43.0 / 7, 9}})
	if !close6(post.Mean[0], 16.089666187597295) || !close6(post.Mean[1], -2.614098995132832) ||
		!close6(post.Cov[0][0], 4.323708336768497) || !close6(post.Cov[0][1], -1.7204112007653474) || !close6(post.Cov[1][1], 1.6860259791779542) {
		t.Errorf("posterior: got %+v", post)
	}
	pt := post.At(12)
	below10 := 0.5 * math.Erfc(-(10-pt.Mean)/pt.SD/math.Sqrt2)
	if !close6(pt.Mean, 9.38463464969049) || !close6(pt.SD, 4.253290418349555) {
		t.Errorf("week 12: got %+v", pt)
	}
	// 9.5 is the cut of "10 or more": below it lies what is shown as 9 or less.
	if cut := 0.5 * math.Erfc(-(9.5-pt.Mean)/pt.SD/math.Sqrt2); !close6(cut, 0.5108194994240169) || below10 < cut {
		t.Errorf("share below 10: got %v and %v", cut, below10)
	}
}

func TestBandsAreCutOffForShowingOnly(t *testing.T) {
	in, p := shipped(t, "phq-9"), prior(t, "phq-9")
	raw := p.Posterior([]measure.Moment{{0, 2}}).At(30)
	if raw.P80[0] >= 0 {
		t.Fatalf("this course should reach below 0, got %+v", raw)
	}
	if shown := raw.Clamp(in); shown.P80[0] != 0 || shown.P50[0] != 0 || shown.SD != raw.SD {
		t.Errorf("shown: got %+v", shown)
	}
	if high := (measure.Point{Mean: 30, P50: [2]float64{28, 31}, P80: [2]float64{20, 40}}).Clamp(in); high.P80 != [2]float64{20, 27} || high.Mean != 27 {
		t.Errorf("high: got %+v", high)
	}
}

func TestShippedPriorsAreSoundAndSayWhereTheyComeFrom(t *testing.T) {
	for _, id := range []string{"phq-9", "gad-7"} {
		p := prior(t, id)
		if err := p.Check(); err != nil {
			t.Error(err)
		}
		if p.Clients != 233776 || len(p.Assumptions) < 3 || !strings.Contains(strings.Join(p.Assumptions, " "), "week 14") {
			t.Errorf("%s: the assumptions must be said: %+v", id, p)
		}
	}
	good := prior(t, "phq-9")
	for name, spoil := range map[string]func(*measure.Prior){
		"not symmetric":    func(p *measure.Prior) { p.V0[0][1] = 1 },
		"not definite":     func(p *measure.Prior) { p.V0[1][1] = 0.1 },
		"no residual":      func(p *measure.Prior) { p.S2 = 0 },
		"not a number":     func(p *measure.Prior) { p.M0[0] = math.NaN() },
		"without a sample": func(p *measure.Prior) { p.Sample = "" },
	} {
		p := good
		spoil(&p)
		if p.Check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, ok := measure.ShippedPrior("phq-2"); ok {
		t.Error("a prior for an instrument that has none")
	}
}

func TestSignalsAskOnlyWhenTheRulesSaySo(t *testing.T) {
	for _, tt := range []struct {
		name   string
		scores []measure.Moment
		want   []measure.SignalKind
		rule   string
	}{
		{"no score", nil, nil, ""},
		{"the first score alone", []measure.Moment{{0, 27}}, nil, ""},
		{"inside the band", []measure.Moment{{0, 18}, {4, 19}}, nil, ""},
		{"one beyond the band", []measure.Moment{{0, 18}, {4, 20}}, []measure.SignalKind{measure.LookCloser}, "band80-first.1"},
		{"beyond the band long ago is not now", []measure.Moment{{0, 18}, {4, 20}, {5, 15}}, nil, ""},
		{"two running", []measure.Moment{{0, 18}, {4, 20}, {8, 20}}, []measure.SignalKind{measure.SlowerThan, measure.LookCloser}, "band80-first-two-running.1"},
		{"two, but not running", []measure.Moment{{0, 18}, {4, 20}, {6, 12}, {8, 20}}, []measure.SignalKind{measure.LookCloser}, "band80-first.1"},
		{"reliably worse than the first", []measure.Moment{{0, 5}, {1, 11}}, []measure.SignalKind{measure.SlowerThan}, "reliably-worse-than-first.1"},
		{"five worse is still wobble", []measure.Moment{{0, 5}, {1, 10}}, nil, ""},
		{"a good course", []measure.Moment{{0, 18}, {4, 9}, {8, 5}}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := prior(t, "phq-9").Signals(shipped(t, "phq-9"), tt.scores)
			var kinds []measure.SignalKind
			for _, s := range got {
				kinds = append(kinds, s.Kind)
				if s.Words == "" || strings.Contains(s.Words, "!") {
					t.Errorf("words: %q", s.Words)
				}
			}
			if len(kinds) != len(tt.want) {
				t.Fatalf("got %v, want %v", kinds, tt.want)
			}
			for i := range kinds {
				if kinds[i] != tt.want[i] {
					t.Fatalf("got %v, want %v", kinds, tt.want)
				}
			}
			if tt.rule != "" && got[0].Rule != tt.rule {
				t.Errorf("rule: got %q, want %q", got[0].Rule, tt.rule)
			}
		})
	}
}

func TestSignalsMirrorWhereHigherIsBetter(t *testing.T) {
	in := *shipped(t, "phq-9")
	in.Direction = instrument.HigherIsBetter
	p := prior(t, "phq-9")
	p.M0, p.V0 = [2]float64{12.8, 1.75}, [2][2]float64{{25.7, -2}, {-2, 2.45}}
	if got := p.Signals(&in, []measure.Moment{{0, 9}, {4, 7}}); len(got) != 1 || got[0].Kind != measure.LookCloser {
		t.Errorf("a score far below: got %+v", got)
	}
	if got := p.Signals(&in, []measure.Moment{{0, 9}, {4, 26}}); got != nil {
		t.Errorf("a score far above: got %+v", got)
	}
}
