package measure_test

import (
	"math"
	"testing"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

func TestReliableChangeIsThePublishedNumberOrMore(t *testing.T) {
	for _, tt := range []struct {
		id       string
		from, to float64
		want     measure.Verdict
	}{
		{"phq-9", 18, 12, measure.Improved},
		{"phq-9", 18, 12.01, measure.NoReliableChange},
		{"phq-9", 12, 18, measure.Worse},
		{"phq-9", 12, 17, measure.NoReliableChange},
		{"phq-9", 9, 9, measure.NoReliableChange},
		{"gad-7", 12, 16, measure.Worse},
		{"gad-7", 12, 8, measure.Improved},
		{"gad-7", 12, 9, measure.NoReliableChange},
	} {
		c, ok := measure.ReliableChange(shipped(t, tt.id), tt.from, tt.to)
		if !ok || c.Verdict != tt.want || c.Rule == "" || c.Source == "" {
			t.Errorf("%s from %v to %v: got %+v, want %s", tt.id, tt.from, tt.to, c, tt.want)
		}
	}
}

func TestWhereHigherIsBetterARiseIsGood(t *testing.T) {
	in := *shipped(t, "phq-9")
	in.Direction = instrument.HigherIsBetter
	if c, _ := measure.ReliableChange(&in, 5, 12); c.Verdict != measure.Improved {
		t.Errorf("a rise: got %s", c.Verdict)
	}
	if c, _ := measure.ReliableChange(&in, 12, 5); c.Verdict != measure.Worse {
		t.Errorf("a fall: got %s", c.Verdict)
	}
}

func TestWithoutAPublishedRuleNothingIsSaidAboutChance(t *testing.T) {
	in := invented(t, 3, 0, 3, `{"rule":"r","maxMissing":0}`)
	if c, ok := measure.ReliableChange(in, 9, 0); ok || c.Verdict != measure.NoReliableChange {
		t.Errorf("got %+v, %v", c, ok)
	}
	if _, _, ok := measure.UsualWobble(in, []float64{3}); ok {
		t.Error("a usual wobble without a rule")
	}
}

func TestJacobsonTruaxMeetsPublishedNumbers(t *testing.T) {
	for _, tt := range []struct {
		name                 string
		x1, x2, sd, r        float64
		sdiff, threshold, rc float64
	}{
		{"the classic of 1991", 32.5, 47.5, 7.5, 0.8, 4.743416490252568, 9.296925484568423, 3.16227766016838},
		{"PHQ-9 with a sample's SD", 17, 10, 5.7, 0.84, 3.2244069222106573, 6.319721439034532, -2.1709418720639615},
		{"GAD-7 with a sample's SD", 12, 16, 5.1, 0.83, 2.973785466371104, 5.828512411836011, 1.3450869422941867},
		{"a pair of 40 and 30", 40, 30, 8.26, 0.8, 8.26 * math.Sqrt(0.4), measure.Z95 * 8.26 * math.Sqrt(0.4), -1.9142116586975664},
	} {
		t.Run(tt.name, func(t *testing.T) {
			jt, ok := measure.JacobsonTruax(tt.x1, tt.x2, tt.sd, tt.r)
			if !ok || math.Abs(jt.Sdiff-tt.sdiff) > 1e-6 || math.Abs(jt.Threshold-tt.threshold) > 1e-6 || math.Abs(jt.RC-tt.rc) > 1e-6 {
				t.Errorf("got %+v", jt)
			}
		})
	}
	if jt, _ := measure.JacobsonTruax(32.5, 47.5, 7.5, 0.8); math.Abs(jt.SEM-3.354101966249684) > 1e-6 {
		t.Errorf("SEM: got %v", jt.SEM)
	}
	for _, bad := range [][2]float64{{0, .8}, {-1, .8}, {7.5, 1}, {7.5, -.1}, {math.NaN(), .8}, {math.Inf(1), .8}, {7.5, math.NaN()}} {
		if _, ok := measure.JacobsonTruax(1, 2, bad[0], bad[1]); ok {
			t.Errorf("sd %v and r %v were taken", bad[0], bad[1])
		}
	}
}

func TestAPublishedRuleAndASamplesOwnMayDisagree(t *testing.T) {
	c, _ := measure.ReliableChange(shipped(t, "gad-7"), 12, 16)
	jt, _ := measure.JacobsonTruax(12, 16, 5.1, 0.83)
	if c.Verdict != measure.Worse || math.Abs(jt.RC) > measure.Z95 || c.Rule != "gad-7.reliable-4" {
		t.Errorf("got %+v and %+v: the rule must be stored with each", c, jt)
	}
}

func TestUsualWobbleIsHalfTheThresholdAroundTheOwnMean(t *testing.T) {
	in := shipped(t, "phq-9")
	for _, tt := range []struct {
		totals []float64
		lo, hi float64
	}{
		{[]float64{12}, 9, 15},
		{[]float64{18, 12, 9}, 10, 16},
		{[]float64{1, 1}, 0, 4},
		{[]float64{27, 27}, 24, 27},
	} {
		lo, hi, ok := measure.UsualWobble(in, tt.totals)
		if !ok || lo != tt.lo || hi != tt.hi {
			t.Errorf("%v: got %v to %v, want %v to %v", tt.totals, lo, hi, tt.lo, tt.hi)
		}
	}
	if _, _, ok := measure.UsualWobble(in, nil); ok {
		t.Error("a usual wobble of nothing")
	}
}
