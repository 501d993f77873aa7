package instrument_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/instrument"
)

// An example is one line of testdata/examples.json, worked out by hand.
type example struct {
	ID                          string
	Instrument                  string
	Items                       []*int
	Total                       *float64
	ClinicalScore               *float64 `json:"clinical_score"`
	Display                     *int
	Band                        string
	BandFromDisplay             string `json:"band_from_display"`
	CriticalFlag                any    `json:"critical_flag"`
	Clusters                    map[string]float64
	Depression, Anxiety, Stress *float64
	Levels                      []*int
	Weights                     []float64
	T                           *float64
}

func TestWorkedExamplesAreMet(t *testing.T) {
	text, err := os.ReadFile("testdata/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	dass := invented(t, 21, 0, 3, members(yes("noTotal"), num("maxMissing", 0), part("depression", 1, 2, 3, 5, 10, 13, 16, 17, 21),
		part("anxiety", 1, 2, 2, 4, 7, 9, 15, 19, 20), part("stress", 1, 2, 1, 6, 8, 11, 12, 14, 18)))
	met := 0
	for _, e := range all {
		if e.T != nil {
			got, err := instrument.GAS(e.Levels, e.Weights)
			if err != nil || !near(&got, *e.T) {
				t.Errorf("%s: got %v, %v, want %v", e.ID, got, err, *e.T)
			}
			met++
			continue
		}
		in, ok := instrument.Lookup(strings.ToLower(e.Instrument), "")
		if e.Instrument == "DASS-21" {
			in, ok = dass, true
		}
		if !ok {
			t.Errorf("%s: there is no %s", e.ID, e.Instrument)
			continue
		}
		a, err := instrument.InOrder(in, e.Items...)
		if err != nil {
			t.Fatal(err)
		}
		r, err := instrument.Score(in, a)
		if err != nil {
			t.Fatal(err)
		}
		e.check(t, r)
		met++
	}
	if met != 7 {
		t.Errorf("%d examples were compared", met)
	}
}

func (e example) check(t *testing.T, r instrument.Result) {
	t.Helper()
	want := e.Total
	if e.ClinicalScore != nil {
		want = e.ClinicalScore
	}
	switch {
	case want == nil:
		if r.Total != nil || r.Reason == "" {
			t.Errorf("%s: got %+v, want no total", e.ID, r)
		}
	case !near(r.Total, *want):
		t.Errorf("%s: got %v, want %v", e.ID, r.Total, *want)
	}
	if e.Display != nil && *r.Display != *e.Display {
		t.Errorf("%s: shown as %d, want %d", e.ID, *r.Display, *e.Display)
	}
	if band := e.Band + e.BandFromDisplay; band != "" && (r.Band == nil || !strings.HasPrefix(band, r.Band.Words)) {
		t.Errorf("%s: band %v, want %s", e.ID, r.Band, band)
	}
	switch e.CriticalFlag {
	case true:
		if !r.Endorsed() {
			t.Errorf("%s: a critical item was endorsed", e.ID)
		}
	case false:
		if r.Endorsed() || r.CriticalUnknown() {
			t.Errorf("%s: no critical item was endorsed", e.ID)
		}
	case "unknown - ask":
		if !r.CriticalUnknown() {
			t.Errorf("%s: a skipped critical item is unknown", e.ID)
		}
	}
	parts := map[string]*float64{"depression": e.Depression, "anxiety": e.Anxiety, "stress": e.Stress}
	for name, x := range e.Clusters {
		parts[strings.ToLower(name)] = &x
	}
	for _, p := range r.Subscales {
		if x := parts[p.ID]; x == nil || !near(p.Total, *x) {
			t.Errorf("%s: part %s is %v", e.ID, p.ID, p.Total)
		}
	}
}

// What comes with the product, as it was compared with its sources: whoever
// changes a word makes another version, and another line here.
func TestTheWordsOfAPublishedQuestionnaireStay(t *testing.T) {
	want := map[string]string{
		"audit-c 1":      "3 items, 0 to 12, 0ae7d65e7617e673",
		"core-10 1":      "10 items, 0 to 40, a4aa75ac71c6972c",
		"gad-2 1":        "2 items, 0 to 6, 9bd7029dd8f86349",
		"gad-7 1":        "7 items, 0 to 21, 3e8a26a25e58df7f",
		"k10-au 1":       "10 items, 10 to 50, f55786c170204c37",
		"k10-us 1":       "10 items, 0 to 40, f638338dcd13a899",
		"k6 1":           "6 items, 0 to 24, ee8eb3a8cd03a9fb",
		"outside-view 1": "6 items, 0 to 18, a0b5be4d3515115f",
		"pc-ptsd-5 1":    "6 items, 0 to 5, 67230ec6525f3449",
		"pcl-5 1":        "20 items, 0 to 80, a13241417fd16c83",
		"phq-15 1":       "15 items, 0 to 30, 7a107fa11b2057a9",
		"phq-2 1":        "2 items, 0 to 6, 5db616487db9112c",
		"phq-8 1":        "8 items, 0 to 24, 0c144840d451dfff",
		"phq-9 1":        "9 items, 0 to 27, cf9e7473da471b82",
		"pswq 1":         "16 items, 16 to 80, e968db390753fecc",
		"swls 1":         "5 items, 5 to 35, 0570f546b4bf7a8d",
		"who-5 1":        "5 items, 0 to 100, 37598b8b65673d26",
	}
	got := instrument.Shipped().All()
	for _, in := range got {
		h := sha256.New()
		for _, it := range in.Items {
			fmt.Fprintf(h, "%s\n%s\n", in.Above(it), it.Text)
			for _, c := range it.Answers {
				fmt.Fprintf(h, "%d %s\n", c.Value, c.Text)
			}
		}
		lo, hi := in.Range()
		line := fmt.Sprintf("%d items, %v to %v, %s", len(in.Items), lo, hi, hex.EncodeToString(h.Sum(nil)[:8]))
		if key := in.ID + " " + in.Version; want[key] != line {
			t.Errorf("%q: %q,", key, line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d questionnaires, want %d", len(got), len(want))
	}
}

func TestWhatComesWithTheProductSaysWhereItIsFrom(t *testing.T) {
	for _, in := range instrument.Shipped().All() {
		if in.Basis.Wording != instrument.Verified {
			t.Errorf("%s: words that were not compared are not shipped", in.ID)
		}
		if in.Basis.Missing == "" || len(in.Scoring.Bands) > 0 && in.Basis.Bands == "" || len(in.Scoring.Reverse) > 0 && in.Basis.Reverse == "" ||
			len(in.Scoring.Critical) > 0 && in.Basis.Critical == "" || len(in.Scoring.Subscales) > 0 && in.Basis.Subscales == "" {
			t.Errorf("%s: a figure says nothing of its basis: %+v", in.ID, in.Basis)
		}
		for _, c := range in.Scoring.Caseness {
			if c.Basis == "" {
				t.Errorf("%s: %s says nothing of its basis", in.ID, c.Rule)
			}
		}
		if len(in.Rule()) == 0 {
			t.Errorf("%s: no rule in words", in.ID)
		}
	}
	var packs []string
	for _, in := range instrument.Packs() {
		packs = append(packs, in.ID)
	}
	if got := strings.Join(packs, " "); got != "swls who-5" {
		t.Errorf("packs: %s", got)
	}
	for _, in := range instrument.Free() {
		if in.Terms != "" {
			t.Errorf("%s is free and has terms", in.ID)
		}
	}
}

func TestBothFormsOfTheK10StayApart(t *testing.T) {
	au, us := shipped(t, "k10-au"), shipped(t, "k10-us")
	aLo, aHi := au.Range()
	uLo, uHi := us.Range()
	if aLo != 10 || aHi != 50 || uLo != 0 || uHi != 40 || len(au.Scoring.Bands) == 0 || len(us.Scoring.Bands) != 0 || au.Scoring.Rule == us.Scoring.Rule {
		t.Errorf("au %v to %v, us %v to %v", aLo, aHi, uLo, uHi)
	}
}

func TestDoubtsAreSaid(t *testing.T) {
	all := strings.Join(shipped(t, "core-10").Doubts(), "\n")
	for _, want := range []string{"The bands are from memory", "How many answers may be missing is from memory", "The cut “11 or more” is from memory", "reliable change is from memory"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not said in:\n%s", want, all)
		}
	}
	for id, want := range map[string]string{"phq-15": "The bands are from memory", "pswq": "Which items are reversed is from memory"} {
		if all := strings.Join(shipped(t, id).Doubts(), "\n"); !strings.Contains(all, want) {
			t.Errorf("%s: %q is not said in:\n%s", id, want, all)
		}
	}
	if !strings.Contains(strings.Join(shipped(t, "pcl-5").Doubts(), "\n"), "taken from sources that differ") {
		t.Error("a threshold on which sources differ is not shown as such")
	}
}

func TestThePCL5CountsWhatWasEndorsedInEachCluster(t *testing.T) {
	in := shipped(t, "pcl-5")
	with := func(change map[int]int) instrument.Result {
		items := []int{3, 2, 2, 1, 3, 2, 1, 2, 3, 1, 2, 0, 2, 1, 1, 0, 2, 3, 2, 2}
		for i, v := range change {
			items[i-1] = v
		}
		return score(t, in, items...)
	}
	for _, tt := range []struct {
		what   string
		change map[int]int
		want   instrument.Pattern
		counts [4]int
	}{
		{"the worked example", nil, instrument.PatternMet, [4]int{4, 1, 4, 4}},
		{"avoidance below the mark", map[int]int{6: 1}, instrument.PatternNotMet, [4]int{4, 0, 4, 4}},
		{"avoidance skipped where it counts", map[int]int{6: skip}, instrument.PatternUnknown, [4]int{4, 0, 4, 4}},
		{"one skipped that decides nothing", map[int]int{1: skip}, instrument.PatternMet, [4]int{3, 1, 4, 4}},
		{"one cluster unknown and another not met", map[int]int{6: skip, 8: 1, 9: 1, 11: 1}, instrument.PatternNotMet, [4]int{4, 0, 1, 4}},
	} {
		r := with(tt.change)
		if r.Pattern == nil || *r.Pattern != tt.want {
			t.Errorf("%s: got %v, want %s", tt.what, r.Pattern, tt.want)
		}
		for i, p := range r.Subscales {
			if p.Endorsed == nil || *p.Endorsed != tt.counts[i] || p.Needed != [4]int{1, 1, 2, 2}[i] {
				t.Errorf("%s: %s has %+v", tt.what, p.ID, p)
			}
		}
	}
	if r := score(t, shipped(t, "gad-2"), 1, 1); r.Pattern != nil {
		t.Errorf("nothing is counted, and yet: %v", *r.Pattern)
	}
}

func TestThePCL5NeedsEveryCluster(t *testing.T) {
	in := shipped(t, "pcl-5")
	items := make([]int, 20)
	items[5], items[6] = skip, skip // both of avoidance
	if r := score(t, in, items...); r.Total != nil || !strings.Contains(r.Reason, "every part") {
		t.Errorf("got %+v", r)
	}
	items[6], items[0], items[7] = 0, skip, skip // one of each of three clusters
	if r := score(t, in, items...); !near(r.Total, 0) {
		t.Errorf("got %+v", r)
	}
}

func TestGoalsAreScaledByWeight(t *testing.T) {
	n := func(values ...int) []*int {
		all := make([]*int, len(values))
		for i := range values {
			if values[i] != skip {
				all[i] = &values[i]
			}
		}
		return all
	}
	for _, tt := range []struct {
		levels  []*int
		weights []float64
		want    float64
	}{
		{n(0, 0), nil, 50},
		{n(2), nil, 70},
		{n(-2), []float64{5}, 30},
		{n(1, skip, 1), []float64{1, 9, 1}, 62.40347345892702},
		{n(2, -1), []float64{3, 1}, 50 + 10*5/3.4351128074635335},
	} {
		if got, err := instrument.GAS(tt.levels, tt.weights); err != nil || !near(&got, tt.want) {
			t.Errorf("%v: got %v, %v, want %v", tt.weights, got, err, tt.want)
		}
	}
	for _, bad := range []struct {
		levels  []*int
		weights []float64
	}{{n(3), nil}, {n(), nil}, {n(skip), nil}, {n(1), []float64{0}}, {n(1), []float64{1, 1}}} {
		if _, err := instrument.GAS(bad.levels, bad.weights); err == nil {
			t.Errorf("%v %v was taken", bad.levels, bad.weights)
		}
	}
}

func FuzzGoalsStayInReach(f *testing.F) {
	f.Add([]byte{0, 1, 2}, 1.0)
	f.Fuzz(func(t *testing.T, raw []byte, weight float64) {
		levels, weights := make([]*int, len(raw)), make([]float64, len(raw))
		for i, b := range raw {
			v := int(int8(b))
			levels[i], weights[i] = &v, weight+float64(i)
		}
		got, err := instrument.GAS(levels, weights)
		if err == nil && !(got >= 0 && got <= 100) {
			t.Errorf("%v %v: %v", raw, weights, got)
		}
	})
}
