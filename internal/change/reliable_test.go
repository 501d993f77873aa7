package change_test

import (
	"math"
	"testing"

	"github.com/waymark-care/waymark/internal/change"
)

var (
	phq9 = change.Published{Rule: "phq-9.reliable-6", AtLeast: 6, Source: "a source"}
	gad7 = change.Published{Rule: "gad-7.reliable-4", AtLeast: 4, Source: "a source"}
)

func TestReliableChangeIsThePublishedNumberOrMore(t *testing.T) {
	for _, tt := range []struct {
		rule     change.Published
		from, to float64
		want     change.Verdict
	}{
		{phq9, 18, 12, change.Better},
		{phq9, 18, 12.01, change.NoReliableChange},
		{phq9, 12, 18, change.Worse},
		{phq9, 12, 17, change.NoReliableChange},
		{phq9, 9, 9, change.NoReliableChange},
		{gad7, 12, 16, change.Worse},
		{gad7, 12, 8, change.Better},
		{gad7, 12, 9, change.NoReliableChange},
	} {
		c, ok := change.Reliable(tt.rule, change.LowerIsBetter, tt.from, tt.to)
		if !ok || c.Verdict != tt.want || c.Rule != tt.rule.Rule || c.Source != tt.rule.Source || c.AtLeast != tt.rule.AtLeast || c.Delta != tt.to-tt.from {
			t.Errorf("%s from %v to %v: got %+v, want %s", tt.rule.Rule, tt.from, tt.to, c, tt.want)
		}
	}
}

func TestWhereHigherIsBetterARiseIsGood(t *testing.T) {
	if c, _ := change.Reliable(phq9, change.HigherIsBetter, 5, 12); c.Verdict != change.Better {
		t.Errorf("a rise: got %s", c.Verdict)
	}
	if c, _ := change.Reliable(phq9, change.HigherIsBetter, 12, 5); c.Verdict != change.Worse {
		t.Errorf("a fall: got %s", c.Verdict)
	}
}

func TestWithoutAPublishedRuleNothingIsSaidAboutChance(t *testing.T) {
	for _, rule := range []change.Published{{}, {AtLeast: -6}, {AtLeast: math.NaN()}, {AtLeast: math.Inf(1)}} {
		if c, ok := change.Reliable(rule, change.LowerIsBetter, 9, 0); ok || c.Verdict != change.NoReliableChange || c.Rule != "" {
			t.Errorf("%+v: got %+v, %v", rule, c, ok)
		}
		if _, _, ok := change.UsualWobble(rule.AtLeast, 0, 27, []float64{3}); ok {
			t.Errorf("%+v: a usual wobble without a rule", rule)
		}
	}
}

func TestAPublishedRuleAndASamplesOwnMayDisagree(t *testing.T) {
	c, _ := change.Reliable(gad7, change.LowerIsBetter, 12, 16)
	index, err := change.NewIndex(change.JT, change.Reference{SD: 5.1, Reliability: .83})
	if err != nil {
		t.Fatal(err)
	}
	z, _ := change.Z(.95)
	if rc, _ := index.Of(12, 16); c.Verdict != change.Worse || math.Abs(rc) > z || c.Rule == "" {
		t.Errorf("got %+v and %v: the rule must be stored with each", c, rc)
	}
}

func TestInsideTheUsualWobbleNoTwoScoresDifferReliably(t *testing.T) {
	for _, tt := range []struct {
		totals []float64
		lo, hi float64
	}{
		{[]float64{12}, 9.3, 14.7},
		{[]float64{15, 9}, 9.3, 14.7}, // neither of the two: they differ reliably
		{[]float64{18, 12, 9}, 10.3, 15.7},
		{[]float64{1, 1}, 0, 3.7},
		{[]float64{27, 27}, 24.3, 27},
	} {
		lo, hi, ok := change.UsualWobble(6, 0, 27, tt.totals)
		if !ok || math.Abs(lo-tt.lo) > 1e-9 || math.Abs(hi-tt.hi) > 1e-9 {
			t.Errorf("%v: got %v to %v, want %v to %v", tt.totals, lo, hi, tt.lo, tt.hi)
		}
		if c, _ := change.Reliable(phq9, change.LowerIsBetter, lo, hi); c.Verdict != change.NoReliableChange {
			t.Errorf("%v: from one edge to the other is %s", tt.totals, c.Verdict)
		}
	}
	if _, _, ok := change.UsualWobble(6, 0, 27, nil); ok {
		t.Error("a usual wobble of nothing")
	}
	if _, _, ok := change.UsualWobble(6, 0, 27, []float64{math.NaN()}); ok {
		t.Error("a usual wobble of no number")
	}
}
