package change_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/waymark-care/waymark/internal/change"
)

// examples are worked by hand and checked against published software.
type example struct {
	ID              string
	Pre, Post       float64
	SD, R, R2, M    float64
	SEM, Sdiff      *float64
	Threshold95, RC *float64
	JT, GLN, EN, NK *float64
	MClin           float64 `json:"m_clin"`
	SDClin          float64 `json:"sd_clin"`
	MFunc           float64 `json:"m_func"`
	SDFunc          float64 `json:"sd_func"`
	CutA            float64 `json:"cut_a"`
	CutB            float64 `json:"cut_b"`
	CutC            float64 `json:"cut_c"`
	Thr, Cut        float64

	CategoryUsingC, Category, CategoryPost9, CategoryNHS, CategoryOwnSD string
	A, B, C, D, E                                                       string
}

func examples(t testing.TB) map[string]example {
	t.Helper()
	text, err := os.ReadFile("testdata/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		RCI []json.RawMessage `json:"rci_csc"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	all := make(map[string]example)
	for _, raw := range file.RCI {
		var e example
		var words map[string]any
		if err := errors.Join(json.Unmarshal(raw, &e), json.Unmarshal(raw, &words)); err != nil {
			t.Fatal(err)
		}
		for name, to := range map[string]*string{
			"category_using_c": &e.CategoryUsingC, "category": &e.Category, "category_post9": &e.CategoryPost9,
			"category_nhs": &e.CategoryNHS, "category_own_sd": &e.CategoryOwnSD,
			"a_pre16_post10": &e.A, "b_pre16_post9": &e.B, "c_pre6_post14": &e.C, "d_pre12_post20": &e.D, "e_pre8_post1": &e.E,
		} {
			*to, _ = words[name].(string)
		}
		all[e.ID] = e
	}
	if len(all) != 5 {
		t.Fatalf("%d examples", len(all))
	}
	return all
}

func near(t *testing.T, what string, got float64, want *float64) {
	t.Helper()
	if want != nil && !(math.Abs(got-*want) <= 1e-6) {
		t.Errorf("%s: got %v, want %v", what, got, *want)
	}
}

func TestErrorsAndIndicesMeetTheWorkedExamples(t *testing.T) {
	met := 0
	for id, e := range examples(t) {
		if e.SD == 0 {
			continue
		}
		ref := change.Reference{SD: e.SD, Reliability: e.R, ReliabilityPost: e.R2, Mean: e.M}
		near(t, id+" SEM", ref.SEM(), e.SEM)
		near(t, id+" Sdiff", ref.Sdiff(), e.Sdiff)
		threshold, err := ref.Threshold(.95)
		if err != nil {
			t.Error(err)
		}
		near(t, id+" threshold", threshold, e.Threshold95)
		for method, want := range map[change.Method][]*float64{
			change.JT: {e.JT, e.RC}, change.EN: {e.EN}, change.GLN: {e.GLN}, change.NK: {e.NK},
		} {
			index, err := change.NewIndex(method, ref)
			if err != nil {
				t.Fatal(err)
			}
			got, err := index.Of(e.Pre, e.Post)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range want {
				near(t, id+" "+string(method), got, w)
				if w != nil {
					met++
				}
			}
		}
	}
	if met != 7 {
		t.Errorf("%d indices were held against an example, want 7", met)
	}
}

func TestHLLHoldsTheSecondScoreAgainstItsOwnMean(t *testing.T) {
	ref := change.Reference{SD: 8.26, Reliability: .8, Mean: 34.73, PostMean: 30}
	hll, err := change.NewIndex(change.HLL, ref)
	if err != nil {
		t.Fatal(err)
	}
	got, err := hll.Of(40, 30)
	want := (0 - .8*(40-34.73)) / (8.26 * .6)
	if err != nil || math.Abs(got-want) > 1e-9 {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	ref.PostMean = ref.Mean
	hll, _ = change.NewIndex(change.HLL, ref)
	gln, _ := change.NewIndex(change.GLN, ref)
	a, _ := hll.Of(40, 30)
	if b, _ := gln.Of(40, 30); a != b {
		t.Errorf("with equal means HLL is %v and GLN %v", a, b)
	}
}

func TestCutsMeetTheWorkedExampleAndBTakesTheFunctionalDeviation(t *testing.T) {
	e := examples(t)["R1"]
	clinical, functional := change.Norm{Mean: e.MClin, SD: e.SDClin}, change.Norm{Mean: e.MFunc, SD: e.SDFunc}
	a, err1 := change.CutA(clinical, change.HigherIsBetter)
	b, err2 := change.CutB(functional, change.HigherIsBetter)
	c, err3 := change.CutC(clinical, functional)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	near(t, "a", a, &e.CutA)
	near(t, "b", b, &e.CutB)
	near(t, "c", c, &e.CutC)

	// With unequal deviations, and lower is better.
	clinical, functional = change.Norm{Mean: 16, SD: 5}, change.Norm{Mean: 4, SD: 3}
	for _, tt := range []struct {
		name string
		got  func() (float64, error)
		want float64
	}{
		{"a", func() (float64, error) { return change.CutA(clinical, change.LowerIsBetter) }, 6},
		{"b", func() (float64, error) { return change.CutB(functional, change.LowerIsBetter) }, 10},
		{"c", func() (float64, error) { return change.CutC(clinical, functional) }, 8.5},
	} {
		got, err := tt.got()
		if err != nil {
			t.Error(err)
		}
		near(t, tt.name, got, &tt.want)
	}
}

func TestCategoriesMeetTheWorkedExamples(t *testing.T) {
	all := examples(t)
	z, _ := change.Z(.95)
	by := func(e example, post, cut float64, better change.Direction) change.Category {
		t.Helper()
		index, err := change.NewIndex(change.JT, change.Reference{SD: e.SD, Reliability: e.R})
		if err != nil {
			t.Fatal(err)
		}
		moved, err := index.Of(e.Pre, post)
		if err != nil {
			t.Fatal(err)
		}
		c, err := change.Rule{Better: better, Cut: cut, Limit: z}.Category(moved, e.Pre, post)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	points := func(pre, post float64, r change.Rule) change.Category {
		c, err := r.Category(post-pre, pre, post)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	r1, r2, r3, r6 := all["R1"], all["R2"], all["R3"], all["R6"]
	strict := change.Rule{Better: change.LowerIsBetter, Cut: r6.Cut, Limit: r6.Thr}
	for _, tt := range []struct {
		name string
		got  change.Category
		want string
	}{
		{"R1 by cut c", by(r1, r1.Post, r1.CutC, change.HigherIsBetter), r1.CategoryUsingC},
		{"R2", by(r2, r2.Post, 9.5, change.LowerIsBetter), r2.Category},
		{"R2 to 9", by(r2, 9, 9.5, change.LowerIsBetter), r2.CategoryPost9},
		{"R3 by the published threshold", points(r3.Pre, r3.Post, change.Rule{Better: change.LowerIsBetter, Cut: 7.5, Limit: 4, OrMore: true}), r3.CategoryNHS},
		{"R3 by its own deviation", by(r3, r3.Post, 7.5, change.LowerIsBetter), r3.CategoryOwnSD},
		{"R6 a", points(16, 10, strict), r6.A},
		{"R6 b", points(16, 9, strict), r6.B},
		{"R6 c", points(6, 14, strict), r6.C},
		{"R6 d", points(12, 20, strict), r6.D},
		{"R6 e", points(8, 1, strict), r6.E},
	} {
		if string(tt.got) != tt.want || tt.want == "" {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestACutIsOnNeitherSideAndTheDirectionMirrorsAll(t *testing.T) {
	for _, tt := range []struct {
		pre, post float64
		orMore    bool
		want      change.Category
	}{
		{16, 9.99, false, change.Recovered},
		{16, 10, true, change.Improved}, // exactly on the cut
		{10, 2, false, change.Improved}, // from the cut
		{10, 18, false, change.Deteriorated},
		{4, 10, true, change.Deteriorated},
		{9.9, 15.9, true, change.Harmed},
		{9.9, 15.9, false, change.Unchanged},
		{16, 10.1, false, change.Unchanged},
		{0.1 + 0.2 + 9, 15.3, false, change.Unchanged}, // six, but for the last bit
		{0.1 + 0.2 + 9, 15.3, true, change.Harmed},
		{12, 12, false, change.Unchanged},
	} {
		rule := change.Rule{Better: change.LowerIsBetter, Cut: 10, Limit: 6, OrMore: tt.orMore}
		got, err := rule.Category(tt.post-tt.pre, tt.pre, tt.post)
		if err != nil || got != tt.want {
			t.Errorf("%v to %v: got %q, %v, want %q", tt.pre, tt.post, got, err, tt.want)
		}
		rule.Better, rule.Cut = change.HigherIsBetter, -10
		if mirrored, err := rule.Category(tt.pre-tt.post, -tt.pre, -tt.post); err != nil || mirrored != got {
			t.Errorf("%v to %v mirrored: got %q, %v, want %q", tt.pre, tt.post, mirrored, err, got)
		}
	}
}

func TestByAMethodThatExpectsRegressionTheIndexDecidesAndNotTheDifference(t *testing.T) {
	index, err := change.NewIndex(change.EN, change.Reference{SD: 5, Reliability: .5, Mean: 10})
	if err != nil {
		t.Fatal(err)
	}
	moved, err := index.Of(30, 29) // expected: 20
	if err != nil {
		t.Fatal(err)
	}
	z, _ := change.Z(.95)
	got, err := change.Rule{Better: change.LowerIsBetter, Cut: 10, Limit: z}.Category(moved, 30, 29)
	if err != nil || got != change.Deteriorated {
		t.Errorf("got %q, %v, with an index of %v", got, err, moved)
	}
}

func TestWhatIsNoNumberIsAnErrorAndNeverACategory(t *testing.T) {
	good := change.Reference{SD: 5, Reliability: .8, ReliabilityPost: .8, Mean: 10, PostMean: 9}
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, method := range []change.Method{change.JT, change.EN, change.GLN, change.HLL, change.NK} {
			index, err := change.NewIndex(method, good)
			if err != nil {
				t.Fatal(err)
			}
			if x, err := index.Of(bad, 1); err == nil {
				t.Errorf("%s from %v: got %v", method, bad, x)
			}
			if x, err := index.Of(1, bad); err == nil {
				t.Errorf("%s to %v: got %v", method, bad, x)
			}
			for i := range 5 {
				ref := good
				*[]*float64{&ref.SD, &ref.Reliability, &ref.ReliabilityPost, &ref.Mean, &ref.PostMean}[i] = bad
				if _, err := change.NewIndex(method, ref); err == nil {
					t.Errorf("%s took %+v", method, ref)
				}
			}
		}
		rule := change.Rule{Better: change.LowerIsBetter, Cut: 10, Limit: 6}
		for _, x := range [][3]float64{{bad, 1, 2}, {1, bad, 2}, {1, 2, bad}} {
			if c, err := rule.Category(x[0], x[1], x[2]); err == nil || c != "" {
				t.Errorf("%v: got %q, %v", x, c, err)
			}
		}
		for _, r := range []change.Rule{{Better: -1, Cut: bad, Limit: 6}, {Better: -1, Limit: bad}} {
			if _, err := r.Category(1, 1, 2); err == nil {
				t.Errorf("took %+v", r)
			}
		}
		if _, err := change.TalkingTherapies.Outcome(change.Pair{Pre: bad, Post: 1}, change.Pair{}); err == nil {
			t.Errorf("a course from %v was counted", bad)
		}
		if _, ok := change.Reliable(change.Published{AtLeast: 6}, -1, bad, 3); ok {
			t.Errorf("a verdict from %v", bad)
		}
	}
}

func TestWhatAMethodCannotReckonWithIsRefused(t *testing.T) {
	for _, tt := range []struct {
		method change.Method
		ref    change.Reference
	}{
		{change.JT, change.Reference{SD: 0, Reliability: .8}},
		{change.JT, change.Reference{SD: -1, Reliability: .8}},
		{change.JT, change.Reference{SD: 5, Reliability: 1}},
		{change.JT, change.Reference{SD: 5, Reliability: -.1}},
		{change.NK, change.Reference{SD: 5, Reliability: .8, ReliabilityPost: 1}},
		{change.JT, change.Reference{SD: 5e-324, Reliability: .9}},
		{"rci", change.Reference{SD: 5, Reliability: .8}},
		{"", change.Reference{SD: 5, Reliability: .8}},
	} {
		if _, err := change.NewIndex(tt.method, tt.ref); err == nil {
			t.Errorf("%s with %+v was taken", tt.method, tt.ref)
		}
	}
	for _, confidence := range []float64{0, 1, -1, 95, math.NaN()} {
		if z, err := change.Z(confidence); err == nil {
			t.Errorf("a confidence of %v was taken: %v", confidence, z)
		}
	}
	if _, err := (change.Index{}).Of(1, 2); err == nil {
		t.Error("an index that nobody made reckoned")
	}
	if _, err := (change.Rule{Cut: 1, Limit: 6}).Category(1, 1, 2); err == nil {
		t.Error("a rule without a direction judged")
	}
	if _, err := change.CutC(change.Norm{Mean: 1}, change.Norm{Mean: 2, SD: 1}); err == nil {
		t.Error("a cut without a deviation")
	}
	if _, err := change.CutB(change.Norm{Mean: math.MaxFloat64, SD: math.MaxFloat64}, change.LowerIsBetter); err == nil {
		t.Error("an infinite cut")
	}
}

func TestQuantilesAreThoseOfTheNormalDistribution(t *testing.T) {
	for confidence, want := range map[float64]float64{
		.95: 1.959963984540054, .9: 1.6448536269514722, .8: 1.2815515655446004, .99: 2.5758293035489004, .68268949213708585: 1,
	} {
		got, err := change.Z(confidence)
		if err != nil {
			t.Error(err)
		}
		near(t, "z", got, &want)
	}
}

func FuzzAChangeIsAFiniteIndexAndACategoryOrAnError(f *testing.F) {
	f.Add("jt", 32.5, 47.5, 7.5, .8, .8, 34.73, 30.0, 10.0, 1.96, true)
	f.Add("nk", 40.0, 30.0, 8.26, .8, .9, 34.73, 30.0, 9.5, 6.0, false)
	f.Add("hll", math.MaxFloat64, -math.MaxFloat64, 5e-324, .999999, 0.0, math.Inf(1), math.NaN(), 0.0, 0.0, true)
	f.Fuzz(func(t *testing.T, method string, pre, post, sd, r, r2, m, m2, cut, limit float64, orMore bool) {
		ref := change.Reference{SD: sd, Reliability: r, ReliabilityPost: r2, Mean: m, PostMean: m2}
		for _, method := range []change.Method{change.Method(method), change.JT, change.EN, change.GLN, change.HLL, change.NK} {
			index, err := change.NewIndex(method, ref)
			if err != nil {
				continue
			}
			moved, err := index.Of(pre, post)
			if err != nil {
				continue
			}
			if math.IsNaN(moved) || math.IsInf(moved, 0) {
				t.Fatalf("%s of %v and %v is %v", method, pre, post, moved)
			}
			for _, better := range []change.Direction{-1, 0, 1} {
				c, err := change.Rule{Better: better, Cut: cut, Limit: limit, OrMore: orMore}.Category(moved, pre, post)
				if (err == nil) != (c != "") {
					t.Fatalf("got %q and %v", c, err)
				}
				if (c == change.Recovered || c == change.Harmed) && !(pre < cut && post > cut || pre > cut && post < cut) {
					t.Fatalf("%v to %v over %v is %q", pre, post, cut, c)
				}
			}
		}
		o, err := change.Service{change.Measure{Cut: cut, AtLeast: limit}, change.Measure{Cut: m, AtLeast: m2}}.Outcome(change.Pair{pre, post}, change.Pair{sd, r})
		if err != nil && o != (change.Outcome{}) || o.ReliableImprovement && o.ReliableDeterioration || o.Recovery && !o.CaseAtStart {
			t.Fatalf("got %+v, %v", o, err)
		}
	})
}
