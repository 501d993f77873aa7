package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// measured runs a command of the group and reads what it printed as JSON.
func measured(t *testing.T, into any, args ...string) error {
	t.Helper()
	var out strings.Builder
	if err := run(t.Context(), append([]string{"measure"}, args...), func(string) string { return "" }, strings.NewReader(""), &out); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(out.String()), into); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	return nil
}

type coursePrinted struct {
	Posterior struct {
		Mean [2]float64
		Cov  [2][2]float64
	}
	At []struct {
		Week, Mean, SD float64
		P50, P80       [2]float64
	}
	Signals []struct{ Kind, Rule, Words string }
	Prior   struct {
		ID          string
		Sample      string
		Assumptions []string
	}
}

func TestTheCourseCommandMeetsTheWorkedExamples(t *testing.T) {
	data, err := os.ReadFile("../../internal/course/testdata/growth.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		ID                   string
		T, Y                 []float64
		Mu, SD, Upper, Lower []float64
		Posterior            *struct {
			Mean [2]float64
			Cov  [2][2]float64
		}
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
	for _, e := range all {
		scores, at := "", map[string]string{"G1": "0,4,8,12", "G2": "4,8,12", "G4": "12"}[e.ID]
		if e.ID == "G2" {
			scores = "0:18"
		}
		for i := range e.T {
			scores += fmt.Sprintf(",%v:%v", e.T[i], e.Y[i])
		}
		var got coursePrinted
		if err := measured(t, &got, "course", "--instrument", "phq-9", "--scores", strings.TrimPrefix(scores, ","), "--at", at); err != nil {
			t.Fatal(err)
		}
		if w := e.Posterior; w != nil && (!near(got.Posterior.Mean[0], w.Mean[0]) || !near(got.Posterior.Mean[1], w.Mean[1]) || !near(got.Posterior.Cov[0][1], w.Cov[0][1]) || !near(got.Posterior.Cov[1][1], w.Cov[1][1])) {
			t.Errorf("%s: posterior %+v, want %+v", e.ID, got.Posterior, w)
		}
		for i, pt := range got.At {
			if !near(pt.Mean, e.Mu[i]) || !near(pt.SD, e.SD[i]) || e.Upper != nil && (!near(pt.P80[1], e.Upper[i]) || !near(pt.P80[0], e.Lower[i])) {
				t.Errorf("%s, week %v: %+v", e.ID, pt.Week, pt)
			}
		}
		if len(got.At) != len(e.Mu) || got.Signals == nil || got.Prior.ID != "phq-9.nhs-cbt-2025.1" || len(got.Prior.Assumptions) < 4 {
			t.Errorf("%s: %+v", e.ID, got)
		}
	}
}

func TestTheCourseCommandSaysItsSignals(t *testing.T) {
	for scores, want := range map[string]string{
		"0:18,1:17,2:19":  "",
		"0:18,4:20":       "look closer",
		"0:18,4:20, 8:20": "slower than most so far",
		"0:5,1:11":        "slower than most so far",
	} {
		var got coursePrinted
		if err := measured(t, &got, "course", "--instrument", "phq-9", "--scores", scores, "--at", "4"); err != nil {
			t.Fatal(err)
		}
		kind := ""
		if len(got.Signals) > 0 {
			kind = got.Signals[0].Kind
		}
		if kind != want {
			t.Errorf("%s: %q, want %q", scores, kind, want)
		}
	}
	var other coursePrinted
	if err := measured(t, &other, "course", "--instrument", "gad-7", "--prior", "gad-7.nhs-emdr-2025.1"); err != nil || !strings.Contains(other.Prior.Sample, "EMDR") {
		t.Errorf("another prior: %+v, %v", other.Prior, err)
	}
}

func TestTheCourseCommandSaysWhatIsWrongAndWhere(t *testing.T) {
	for want, args := range map[string][]string{
		`no questionnaire is called "phq"`:                                {"--instrument", "phq"},
		"no prior comes with the product":                                 {"--instrument", "core-10"},
		`no prior of PHQ-9 is called "x"; there are phq-9.nhs-cbt-2025.1`: {"--instrument", "phq-9", "--prior", "x"},
		`--scores, number 2: "1-17" is not a week and a score`:            {"--instrument", "phq-9", "--scores", "0:18,1-17"},
		`--scores, number 1: "0:28" is outside of PHQ-9`:                  {"--instrument", "phq-9", "--scores", "0:28"},
		`--scores, number 2: "1:x" is not a number`:                       {"--instrument", "phq-9", "--scores", "0:18,1:x"},
		`--scores, number 1: "-1:5" lies before the first score`:          {"--instrument", "phq-9", "--scores=-1:5"},
		`--scores, number 2: "1:5" lies before the one in front of it`:    {"--instrument", "phq-9", "--scores", "2:5,1:5"},
		`--scores, number 1: "NaN:5" is not a number`:                     {"--instrument", "phq-9", "--scores", "NaN:5"},
		`--at, number 2: "" is not a number`:                              {"--instrument", "phq-9", "--at", "4,"},
	} {
		if err := measured(t, &struct{}{}, append([]string{"course"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", args, err, want)
		}
	}
}

type learnPrinted struct {
	Mean                 [2]float64
	Cov                  [2][2]float64
	Sigma2               float64
	Iterations, Episodes int
	Scores, Outside      int
	Converged            bool
	Prior                string
}

func csvOf(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "scores.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheLearnCommandFindsTheNumbersThatPeopleWereDrawnFrom(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 5))
	var text strings.Builder
	text.WriteString("score;week;episode;remark\n")
	for i := range 1000 {
		a, b := 15+4*r.NormFloat64(), -2+1.4*r.NormFloat64()
		for _, w := range []float64{0, 1.5, 3, 6, 10, 14} {
			fmt.Fprintf(&text, "%v;%v;p%d;x\n", a+b*math.Log1p(w)+3*r.NormFloat64(), w, i)
		}
	}
	file := csvOf(t, text.String())
	for _, weights := range [][]string{nil, {"--weight", "0", "--residual-weight", "0"}} {
		var got learnPrinted
		if err := measured(t, &got, append([]string{"learn", file, "--instrument", "phq-9"}, weights...)...); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ got, want, most float64 }{
			{got.Mean[0], 15, 0.6}, {got.Mean[1], -2, 0.25}, {got.Cov[0][0], 16, 3}, {got.Cov[0][1], 0, 1}, {got.Cov[1][1], 1.96, 0.5}, {got.Sigma2, 9, 0.7},
		} {
			if math.Abs(c.got-c.want) > c.most {
				t.Errorf("%v: got %v, want %v", weights, c.got, c.want)
			}
		}
		if !got.Converged || got.Iterations < 1 || got.Episodes != 1000 || got.Scores != 6000 || got.Outside == 0 || (got.Prior == "") != (weights != nil) {
			t.Errorf("%v: %+v", weights, got)
		}
	}
}

func TestTheLearnCommandNamesLineAndColumn(t *testing.T) {
	for want, text := range map[string]string{
		`line 1: no column is called "week"`:                      "episode,weeks,score\n1,0,3\n",
		`line 3, column "score": "x" is not a number`:             "episode,week,score\n1,0,3\n1,1,x\n",
		`line 2, column "score": "" is empty`:                     "episode,week,score\n1,0,\n",
		`line 2, column "week": "-1" lies before the first score`: "episode,week,score\n1,-1,3\n",
		`line 2, column "episode": "" is no name of an episode`:   "episode,week,score\n,1,3\n",
		`line 3, column "score": the row ends`:                    "episode,week,score\n1,1,3\n1,2\n",
		`line 2, column "score": "1,5" has a comma`:               "episode,week,score\n1,1,\"1,5\"\n",
		"there are no scores to learn from":                       "episode,week,score\n",
	} {
		if err := measured(t, &struct{}{}, "learn", csvOf(t, text), "--instrument", "phq-9"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	short := csvOf(t, "episode,week,score\n1,0,3\n2,0,4\n3,0,9\n")
	if err := measured(t, &struct{}{}, "learn", short, "--instrument", "phq-9", "--weight", "0", "--residual-weight", "0"); err == nil || !strings.Contains(err.Error(), "more episodes with several scores") {
		t.Errorf("too little: %v", err)
	}
	if err := measured(t, &struct{}{}, "learn", short, "--instrument", "phq-9", "--weight=-1"); err == nil || !strings.Contains(err.Error(), "must be 0 or more") {
		t.Errorf("a negative weight: %v", err)
	}
	if err := measured(t, &struct{}{}, "learn", short, "--instrument", "core-10"); err == nil {
		t.Error("a questionnaire without a prior was learned with a weight for it")
	}
}
