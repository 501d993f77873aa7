package instrument_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
)

const skip = -99 // stands for a skipped item in the lists of these tests

func shipped(t testing.TB, id string) *instrument.Instrument {
	t.Helper()
	in, ok := instrument.Lookup(id, "")
	if !ok {
		t.Fatalf("no instrument %s", id)
	}
	return in
}

func answers(t testing.TB, in *instrument.Instrument, values ...int) instrument.Answers {
	t.Helper()
	list := make([]*int, len(values))
	for i := range values {
		if values[i] != skip {
			list[i] = &values[i]
		}
	}
	a, err := instrument.InOrder(in, list...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func score(t testing.TB, in *instrument.Instrument, values ...int) instrument.Result {
	t.Helper()
	r, err := instrument.Score(in, answers(t, in, values...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(got *float64, want float64) bool { return got != nil && math.Abs(*got-want) < 1e-6 }

func TestPHQ9IsScoredAsPublished(t *testing.T) {
	one, zero := 1, 0
	for _, tt := range []struct {
		name     string
		items    []int
		total    float64 // NaN: none
		display  int
		band     string
		missing  int
		critical instrument.CriticalAnswer
	}{
		{"all answered", []int{2, 3, 2, 3, 1, 2, 1, 0, 1}, 15, 15, "moderately severe", 0, instrument.CriticalAnswer{Item: "q9", Answer: &one, State: instrument.Endorsed}},
		{"two missing are estimated", []int{3, 2, skip, 3, 1, 2, skip, 1, 0}, 15.428571428571429, 15, "moderately severe", 2, instrument.CriticalAnswer{Item: "q9", Answer: &zero, State: instrument.NotEndorsed}},
		{"four missing give no total, and an unanswered item 9 is not zero", []int{3, 2, skip, 3, 1, skip, skip, 1, skip}, math.NaN(), 0, "", 4, instrument.CriticalAnswer{Item: "q9", State: instrument.Unknown}},
		{"nothing answered", []int{skip, skip, skip, skip, skip, skip, skip, skip, skip}, math.NaN(), 0, "", 9, instrument.CriticalAnswer{Item: "q9", State: instrument.Unknown}},
		{"lowest", []int{0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 0, "minimal", 0, instrument.CriticalAnswer{Item: "q9", Answer: &zero, State: instrument.NotEndorsed}},
		{"item 9 counts whatever the total", []int{0, 0, 0, 0, 0, 0, 0, 0, 1}, 1, 1, "minimal", 0, instrument.CriticalAnswer{Item: "q9", Answer: &one, State: instrument.Endorsed}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := score(t, shipped(t, "phq-9"), tt.items...)
			if diff := cmp.Diff([]instrument.CriticalAnswer{tt.critical}, r.Critical); diff != "" {
				t.Errorf("critical (-want +got):\n%s", diff)
			}
			if r.Missing != tt.missing || r.Rule != "phq-9.sum-prorate-2.1" {
				t.Errorf("missing %d, rule %q; want %d", r.Missing, r.Rule, tt.missing)
			}
			if math.IsNaN(tt.total) {
				if r.Total != nil || r.Display != nil || r.Band != nil || r.Reason == "" {
					t.Errorf("want no total and a reason, got %+v", r)
				}
				return
			}
			if !near(r.Total, tt.total) || *r.Display != tt.display || r.Band.Words != tt.band || r.Reason != "" || r.Prorated != (tt.missing > 0) {
				t.Errorf("got %v %v %v, want %v %d %s", *r.Total, *r.Display, r.Band, tt.total, tt.display, tt.band)
			}
		})
	}
}

func TestBandsMeetAtTheirEdges(t *testing.T) {
	for id, edges := range map[string]map[int]string{
		"phq-9": {0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate", 15: "moderately severe", 19: "moderately severe", 20: "severe", 27: "severe"},
		"gad-7": {0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate", 15: "severe", 21: "severe"},
	} {
		in := shipped(t, id)
		for total, want := range edges {
			items := make([]int, len(in.Items))
			for i := range total {
				items[i%len(items)]++
			}
			if r := score(t, in, items...); r.Band.Words != want || *r.Total != float64(total) {
				t.Errorf("%s: %d is %q, want %q", id, total, r.Band.Words, want)
			}
		}
	}
}

func TestGAD7EstimatesOneMissingItemOnly(t *testing.T) {
	in := shipped(t, "gad-7")
	if r := score(t, in, 3, 3, 3, 3, 3, 3, skip); !near(r.Total, 21) {
		t.Errorf("one missing: got %+v", r)
	}
	if r := score(t, in, 3, 3, 3, 3, 3, skip, skip); r.Total != nil || r.Reason != "2 of 7 items were not answered; at most 1 may be missing for a score" {
		t.Errorf("two missing: got %+v", r)
	}
}

func TestWrongAnswersAreRefusedAndNamed(t *testing.T) {
	in := shipped(t, "phq-9")
	four, minus, one := 4, -1, 1
	for name, tt := range map[string]struct {
		a     instrument.Answers
		field string
	}{
		"too high is not clipped":         {instrument.Answers{"q3": &four}, "q3"},
		"too low is not clipped":          {instrument.Answers{"q7": &minus}, "q7"},
		"an item of another instrument":   {instrument.Answers{"q1": &one, "q12": &one}, "q12"},
		"an unknown item that is skipped": {instrument.Answers{"x": nil}, "x"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := instrument.Score(in, tt.a)
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Field != tt.field {
				t.Errorf("got %v, want invalid at %s", err, tt.field)
			}
		})
	}
	if _, err := instrument.InOrder(in, make([]*int, 10)...); !fault.Is(err, fault.Invalid) {
		t.Errorf("ten answers to nine questions: got %v", err)
	}
}

// invented builds an instrument of n items with answers lo to hi, whose scoring is
// given as JSON: for the parts of the engine that no shipped instrument uses yet.
func invented(t testing.TB, n, lo, hi int, scoring string) *instrument.Instrument {
	t.Helper()
	in, err := instrument.Parse("invented", []byte(inventedJSON(n, lo, hi, scoring)))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func inventedJSON(n, lo, hi int, scoring string) string {
	var items, choices []string
	for i := range n {
		items = append(items, fmt.Sprintf(`{"id":"q%d","linkId":"%d","text":"Item %d"}`, i+1, i+1, i+1))
	}
	for v := lo; v <= hi; v++ {
		choices = append(choices, fmt.Sprintf(`{"value":%d,"text":"Answer %d"}`, v, v))
	}
	return fmt.Sprintf(`{"id":"invented","version":"1","language":"en","title":"T","name":"N","about":"A","subject":"s","licence":"L","source":"S","recall":"R",
"stem":"Q","intervalDays":7,"minutes":1,"informant":"self","direction":"lower is better","answers":[%s],"items":[%s],"scoring":%s}`,
		strings.Join(choices, ","), strings.Join(items, ","), scoring)
}

func TestReversedItemsAndProrationOfAMean(t *testing.T) {
	// Ten items 0 to 4, two of them reversed; the mean times ten is their prorated sum.
	in := invented(t, 10, 0, 4, `{"rule":"r","reverse":["q2","q3"],"maxMissing":1,"critical":[{"item":"q6","from":1}]}`)
	r := score(t, in, 3, 1, skip, 2, 3, 0, 2, 1, 4, 2)
	if !near(r.Total, 22.22222222222222) || *r.Display != 22 || r.Critical[0].State != instrument.NotEndorsed {
		t.Errorf("got %+v", r)
	}
}

func TestSubscalesAreMultipliedAfterwards(t *testing.T) {
	in := invented(t, 21, 0, 3, `{"rule":"r","noTotal":true,"maxMissing":0,"subscales":[
{"id":"d","name":"D","items":["q3","q5","q10","q13","q16","q17","q21"],"maxMissing":1,"multiplier":2,"bands":[
 {"low":0,"high":9,"words":"normal","client":"c"},{"low":10,"high":27,"words":"between","client":"c"},{"low":28,"high":42,"words":"extremely severe","client":"c"}]},
{"id":"a","name":"A","items":["q2","q4","q7","q9","q15","q19","q20"],"maxMissing":1,"multiplier":2},
{"id":"s","name":"S","items":["q1","q6","q8","q11","q12","q14","q18"],"maxMissing":1,"multiplier":2}]}`)
	all := []int{1, 0, 2, 1, 3, 2, 0, 1, 1, 2, 1, 3, 2, 0, 1, 3, 2, 1, 0, 1, 2}
	r := score(t, in, all...)
	if r.Total != nil || r.Reason == "" {
		t.Errorf("total: got %+v, want none", r.Total)
	}
	for i, want := range []float64{32, 8, 18} {
		if !near(r.Subscales[i].Total, want) {
			t.Errorf("%s: got %v, want %v", r.Subscales[i].ID, *r.Subscales[i].Total, want)
		}
	}
	if r.Subscales[0].Band.Words != "extremely severe" || r.Subscales[1].Band != nil {
		t.Errorf("bands: got %+v", r.Subscales)
	}
	all[2], all[1], all[3] = skip, skip, skip // one of D, two of A
	r = score(t, in, all...)
	if !near(r.Subscales[0].Total, 2*14*7/6.0) || r.Subscales[1].Total != nil || r.Subscales[1].Reason == "" || !near(r.Subscales[2].Total, 18) {
		t.Errorf("each prorates on its own: got %+v", r.Subscales)
	}
}

func TestClustersAndATotalStandSideBySide(t *testing.T) {
	in := invented(t, 20, 0, 4, `{"rule":"r","maxMissing":4,"subscales":[
{"id":"b","name":"B","items":["q1","q2","q3","q4","q5"],"maxMissing":1},{"id":"c","name":"C","items":["q6","q7"],"maxMissing":1},
{"id":"d","name":"D","items":["q8","q9","q10","q11","q12","q13","q14"],"maxMissing":1},{"id":"e","name":"E","items":["q15","q16","q17","q18","q19","q20"],"maxMissing":1}]}`)
	r := score(t, in, 3, 2, 2, 1, 3, 2, 1, 2, 3, 1, 2, 0, 2, 1, 1, 0, 2, 3, 2, 2)
	if !near(r.Total, 35) {
		t.Errorf("total: got %v", *r.Total)
	}
	for i, want := range []float64{11, 3, 11, 10} {
		if !near(r.Subscales[i].Total, want) {
			t.Errorf("%s: got %v, want %v", r.Subscales[i].ID, *r.Subscales[i].Total, want)
		}
	}
}

func TestRoundingIsHalfUp(t *testing.T) {
	for x, want := range map[float64]int{14.4999: 14, 14.5: 15, 14.499999999999998: 15, 15.428571428571429: 15, -0.5: 0, -0.6: -1, 0: 0} {
		if got := instrument.RoundHalfUp(x); got != want {
			t.Errorf("%v: got %d, want %d", x, got, want)
		}
	}
}
