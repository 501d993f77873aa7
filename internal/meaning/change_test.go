package meaning_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
)

func TestAnInstrumentsOwnThresholdAndDirectionDecide(t *testing.T) {
	for _, tt := range []struct {
		id       string
		from, to float64
		want     change.Verdict
	}{
		{"phq-9", 18, 12, change.Better},
		{"phq-9", 18, 12.01, change.NoReliableChange},
		{"phq-9", 12, 18, change.Worse},
		{"gad-7", 12, 16, change.Worse},
		{"gad-7", 12, 9, change.NoReliableChange},
	} {
		c, ok := meaning.ReliableChange(shipped(t, tt.id), tt.from, tt.to)
		if !ok || c.Verdict != tt.want || c.Rule == "" || c.Source == "" {
			t.Errorf("%s from %v to %v: got %+v, want %s", tt.id, tt.from, tt.to, c, tt.want)
		}
	}
	in := *shipped(t, "phq-9")
	in.Direction = instrument.HigherIsBetter
	if c, _ := meaning.ReliableChange(&in, 5, 12); c.Verdict != change.Better {
		t.Errorf("a rise where higher is better: got %s", c.Verdict)
	}
	in.Scoring.ReliableChange = nil
	if c, ok := meaning.ReliableChange(&in, 9, 0); ok || c.Verdict != change.NoReliableChange {
		t.Errorf("without a rule: got %+v", c)
	}
	if _, _, ok := meaning.UsualWobble(&in, []float64{3}); ok {
		t.Error("a usual wobble without a rule")
	}
}

func TestTheUsualWobbleStaysWithinTheInstrument(t *testing.T) {
	in := shipped(t, "phq-9")
	lo, hi, ok := meaning.UsualWobble(in, []float64{1, 1})
	if !ok || lo != 0 || hi < 3.69 || hi > 3.71 {
		t.Errorf("got %v to %v", lo, hi)
	}
}
