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

// The members of the scoring extension, as a test writes them.
func text(key, v string) string { return fmt.Sprintf(`{"url":%q,"valueString":%q}`, key, v) }

func num(key string, v float64) string {
	return fmt.Sprintf(`{"url":%q,"valueDecimal":%v}`, key, v)
}
func yes(key string) string { return fmt.Sprintf(`{"url":%q,"valueBoolean":true}`, key) }
func group(key string, members ...string) string {
	return fmt.Sprintf(`{"url":%q,"extension":[%s]}`, key, strings.Join(members, ","))
}
func members(all ...string) string { return strings.Join(all, ",") }

func band(low, high float64, words string) string {
	return group("band", num("low", low), num("high", high), text("words", words), text("client", "c"))
}

// part is a subscale of the items with the given numbers.
func part(id string, maxMissing, multiplier float64, items ...int) string {
	all := []string{text("id", id), text("name", strings.ToUpper(id)), num("maxMissing", maxMissing), num("multiplier", multiplier)}
	for _, i := range items {
		all = append(all, text("item", fmt.Sprintf("q%d", i)))
	}
	return group("subscale", all...)
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
// given as members of our extension: for the parts of the engine that no shipped instrument uses yet.
func invented(t testing.TB, n, lo, hi int, scoring string) *instrument.Instrument {
	t.Helper()
	in, err := instrument.Parse("invented", []byte(inventedJSON(n, lo, hi, scoring)))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func inventedJSON(n, lo, hi int, scoring string) string {
	var items []string
	for i := range n {
		var options []string
		for v := lo; v <= hi; v++ {
			options = append(options, fmt.Sprintf(`{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":%d}],"valueCoding":{"display":"Answer %d"}}`, v, v))
		}
		items = append(items, fmt.Sprintf(`{"linkId":"q%d","text":"Item %d","type":"choice","answerOption":[%s]}`, i+1, i+1, strings.Join(options, ",")))
	}
	return fmt.Sprintf(`{"resourceType":"Questionnaire","id":"invented","url":"urn:test:invented","version":"1","language":"en","title":"N","description":"A","copyright":"L",
"extension":[{"url":"urn:waymark:fhir:scoring","extension":[{"url":"clientTitle","valueString":"T"},{"url":"subject","valueString":"s"},{"url":"source","valueString":"S"},
{"url":"recall","valueString":"R"},{"url":"stem","valueString":"Q"},{"url":"intervalDays","valueInteger":7},{"url":"minutes","valueInteger":1},{"url":"informant","valueCode":"self"},
{"url":"direction","valueCode":"lower is better"},{"url":"rule","valueCode":"r"},%s]}],"item":[%s]}`, scoring, strings.Join(items, ","))
}

func TestReversedItemsAndAMeanTimesTen(t *testing.T) {
	in := invented(t, 10, 0, 4, members(text("method", "mean"), num("multiplier", 10), text("reverse", "q2"), text("reverse", "q3"), num("maxMissing", 1),
		group("critical", text("item", "q6"), num("from", 1))))
	r := score(t, in, 3, 1, skip, 2, 3, 0, 2, 1, 4, 2)
	if !near(r.Total, 22.22222222222222) || *r.Display != 22 || r.Critical[0].State != instrument.NotEndorsed {
		t.Errorf("got %+v", r)
	}
	if lo, hi := in.Range(); lo != 0 || hi != 40 {
		t.Errorf("range: %v to %v", lo, hi)
	}
}

// The PSWQ asks from 1 to 5, and five of its sixteen statements count the other way round:
// whoever says 3 to each has 48, the middle of 16 to 80, and whoever agrees with all 16
// statements has 11 times 5 and 5 times 1.
func TestWhatCountsTheOtherWayRoundOnAScaleThatBeginsAtOne(t *testing.T) {
	in := shipped(t, "pswq")
	all := func(v int) (values []int) {
		for range in.Items {
			values = append(values, v)
		}
		return values
	}
	for v, want := range map[int]float64{3: 48, 5: 60, 1: 36} {
		if r := score(t, in, all(v)...); !near(r.Total, want) {
			t.Errorf("%d to each: %v, want %v", v, *r.Total, want)
		}
	}
	if lo, hi := in.Range(); lo != 16 || hi != 80 {
		t.Errorf("range: %v to %v", lo, hi)
	}
}

func TestAGateOnAScaleThatBeginsAtOne(t *testing.T) {
	in := invented(t, 3, 1, 3, members(num("maxMissing", 0), text("reverse", "q3"), group("gate", text("item", "q1"), num("from", 2))))
	if r := score(t, in, 1); !near(r.Total, 2) || r.Missing != 0 {
		t.Errorf("shut: got %+v", r)
	}
	if r := score(t, in, 1, 1, 3); !near(r.Total, 2) {
		t.Errorf("shut, and the lowest: got %+v", r)
	}
	if r := score(t, in, 2, 3, 1); !near(r.Total, 6) {
		t.Errorf("open: got %+v", r)
	}
}

func TestSubscalesAreMultipliedAfterwards(t *testing.T) {
	in := invented(t, 21, 0, 3, members(yes("noTotal"), num("maxMissing", 0),
		group("subscale", text("id", "d"), text("name", "D"), text("item", "q3"), text("item", "q5"), text("item", "q10"), text("item", "q13"),
			text("item", "q16"), text("item", "q17"), text("item", "q21"), num("maxMissing", 1), num("multiplier", 2),
			band(0, 9, "normal"), band(10, 27, "between"), band(28, 42, "extremely severe")),
		part("a", 1, 2, 2, 4, 7, 9, 15, 19, 20), part("s", 1, 2, 1, 6, 8, 11, 12, 14, 18)))
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
	in := invented(t, 20, 0, 4, members(num("maxMissing", 4), part("b", 1, 1, 1, 2, 3, 4, 5), part("c", 1, 1, 6, 7),
		part("d", 1, 1, 8, 9, 10, 11, 12, 13, 14), part("e", 1, 1, 15, 16, 17, 18, 19, 20)))
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

func TestAGateDecidesWhetherTheRestIsAsked(t *testing.T) {
	in := invented(t, 4, 0, 1, members(num("maxMissing", 0), group("gate", text("item", "q1"), num("from", 1))))
	if lo, hi := in.Range(); lo != 0 || hi != 3 {
		t.Errorf("the gate itself adds nothing: %v to %v", lo, hi)
	}
	if r := score(t, in, 0); !near(r.Total, 0) || r.Missing != 0 {
		t.Errorf("shut: got %+v", r)
	}
	if r := score(t, in, 1, 1, 0, 1); !near(r.Total, 2) {
		t.Errorf("open: got %+v", r)
	}
	if r := score(t, in, skip, 1, 0, 1); r.Total != nil || r.Reason != "the first question was not answered, and the others follow from it" {
		t.Errorf("skipped: got %+v", r)
	}
	// Whoever goes on with the lowest answers says nothing else than the gate did.
	if r := score(t, in, 0, 0, skip, 0); !near(r.Total, 0) || r.Missing != 0 {
		t.Errorf("shut, and the lowest: got %+v", r)
	}
	for _, tt := range []struct {
		values []int
		says   string
	}{
		{[]int{0, skip, 1}, `After “Answer 0” to question 1 nothing more is asked, and question 3 says something else. If the “Answer 0” is right, leave it out or change it to “Answer 0”. If not, change question 1.`},
		{[]int{0, 0, 1, 1}, `After “Answer 0” to question 1 nothing more is asked, and questions 3 and 4 say something else. If the “Answer 0” is right, leave them out or change them to “Answer 0”. If not, change question 1.`},
	} {
		var f *fault.Error
		if _, err := instrument.Score(in, answers(t, in, tt.values...)); !errors.As(err, &f) || f.Field != "q3" || f.Text != tt.says {
			t.Errorf("%v contradict: got %v", tt.values, err)
		}
	}
	gate, behind := in.Items[0], in.Items[1]
	if ends := in.Ends(gate); len(ends) != 1 || ends[0].Value != 0 || in.Ends(behind) != nil {
		t.Errorf("it ends with %v", ends)
	}
	if shut := answers(t, in, 0); in.Asks(shut, "q2") || !in.Asks(shut, "q1") || !in.Asks(answers(t, in, 1), "q2") || !in.Asks(nil, "q2") {
		t.Error("what is asked does not follow from the gate")
	}
}

func TestBehindAGateWhatCountsTheOtherWayRoundIsLowestAtItsHighest(t *testing.T) {
	in := invented(t, 3, 0, 2, members(num("maxMissing", 0), text("reverse", "q2"), group("gate", text("item", "q1"), num("from", 2))))
	if r := score(t, in, 1, 2, 0); !near(r.Total, 0) {
		t.Errorf("got %+v", r)
	}
	var f *fault.Error
	if _, err := instrument.Score(in, answers(t, in, 1, 0, 0)); !errors.As(err, &f) || f.Field != "q2" || !strings.Contains(f.Text, "change it to “Answer 2”") {
		t.Errorf("contradictory: got %v", err)
	}
	if ends := in.Ends(in.Items[0]); len(ends) != 2 {
		t.Errorf("it ends with %v", ends)
	}
}

func TestWhatDoesNotConcernEverybodyIsNotMissing(t *testing.T) {
	in := invented(t, 4, 0, 2, members(num("maxMissing", 1), text("optional", "q2"), text("unscored", "q4")))
	for _, tt := range []struct {
		items []int
		total float64
	}{
		{[]int{2, 2, 2}, 6},
		{[]int{2, skip, 2}, 4},
		{[]int{2, skip, skip}, 4},
		{[]int{1, 2, skip}, 4.5},
		{[]int{1, 1, 1, 2}, 3},
	} {
		if r := score(t, in, tt.items...); !near(r.Total, tt.total) {
			t.Errorf("%v: got %+v, want %v", tt.items, r, tt.total)
		}
	}
	if r := score(t, in, skip, 2, skip); r.Total != nil || r.Missing != 2 {
		t.Errorf("two missing: got %+v", r)
	}
}

func TestRoundingIsHalfUp(t *testing.T) {
	for x, want := range map[float64]int{14.4999: 14, 14.5: 15, 14.499999999999998: 15, 15.428571428571429: 15, -0.5: 0, -0.6: -1, 0: 0} {
		if got := instrument.RoundHalfUp(x); got != want {
			t.Errorf("%v: got %d, want %d", x, got, want)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	data := []byte(inventedJSON(9, 0, 3, `{"url":"maxMissing","valueInteger":1}`))
	for b.Loop() {
		if _, err := instrument.Parse("x", data); err != nil {
			b.Fatal(err)
		}
	}
}
