package main

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/waymark-care/waymark/internal/change"
)

const courses = `phq_pre,phq_post,gad_pre,gad_post,group
18,5,15,4,north
10,8,8,7,north
18,12,15,8,north
9,2,7,2,north
5,15,3,12,north
9,9,7,7,south
18,6,6,12,south
18,,15,4,south
18,5,15,4,east
`

func ratesOf(t *testing.T, text string, args ...string) (r ratesReport) {
	t.Helper()
	out, err := onText(t, text, append([]string{"rates", "-"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return r
}

func TestTheRatesCommandCountsByDenominators(t *testing.T) {
	r := ratesOf(t, courses)
	if r.Courses != 9 || r.NotClassifiable != 1 || r.Classifiable != 8 {
		t.Errorf("got %+v", r.Rates)
	}
	for _, tt := range []struct {
		name  string
		got   change.Share
		n, of int
	}{
		{"case at start", r.CaseAtStart, 5, 8},
		{"recovery", r.Recovery, 3, 5},
		{"reliable improvement", r.ReliableImprovement, 4, 8},
		{"reliable recovery", r.ReliableRecovery, 2, 5},
		{"reliable deterioration", r.ReliableDeterioration, 1, 8},
		{"mixed", r.Mixed, 1, 8},
		{"no reliable change", r.NoReliableChange, 2, 8},
	} {
		if tt.got.N != tt.n || tt.got.Of != tt.of || tt.got.Rate == nil || *tt.got.Rate != float64(tt.n)/float64(tt.of) {
			t.Errorf("%s: got %+v, want %d of %d", tt.name, tt.got, tt.n, tt.of)
		}
	}
	if north := r.Groups["north"]; len(r.Groups) != 3 || north.Courses != 5 || north.Recovery.N != 2 || north.Recovery.Of != 3 {
		t.Errorf("got %+v", r.Groups)
	}
	if south := r.Groups["south"]; south.Courses != 3 || south.NotClassifiable != 1 {
		t.Errorf("got %+v", south)
	}
}

func TestGroupsAreHeldBackSoThatNoneCanBeReckoned(t *testing.T) {
	for least, want := range map[string][]string{"0": nil, "1": nil, "2": {"east", "south"}, "4": {"east", "south"}, "5": {"east", "south"}, "6": {"east", "north", "south"}} {
		r := ratesOf(t, courses, "--hold-back", least)
		if !slices.Equal(r.HeldBack, want) || len(r.Groups)+len(want) != 3 {
			t.Errorf("below %s: held back %v of %v, want %v", least, r.HeldBack, r.Groups, want)
		}
		for _, name := range want {
			if _, shown := r.Groups[name]; shown {
				t.Errorf("below %s: %s is shown", least, name)
			}
		}
	}
}

func TestColumnsAreFoundByNameOrAreNamed(t *testing.T) {
	for head, args := range map[string]string{
		"phq_pre,phq_post,gad_pre,gad_post":           "",
		"PHQ-9 start,PHQ-9 end,GAD-7 start,GAD-7 end": "",
		"pre_phq9,post_phq9,pre_gad7,post_gad7":       "",
		"w,x,y,z":                                     "--phq-pre w --phq-post x --gad-pre y --gad-post z",
		"phq_pre,phq_post,spin_pre,spin_post":         "--gad-pre spin_pre --gad-post spin_post --gad-cut 7.5 --gad-at-least 4",
	} {
		if r := ratesOf(t, head+"\n18,5,15,4\n", strings.Fields(args)...); r.Courses != 1 || r.ReliableRecovery.N != 1 {
			t.Errorf("%s: got %+v", head, r.Rates)
		}
	}
	if r := ratesOf(t, "service,phq_pre,phq_post,gad_pre,gad_post\nx,18,5,15,4\n", "--group", "service"); r.Groups["x"].Courses != 1 {
		t.Errorf("got %+v", r.Groups)
	}
}

func TestAnotherMeasureBringsItsOwnCutAndThreshold(t *testing.T) {
	r := ratesOf(t, "phq_pre,phq_post,gad_pre,gad_post\n5,5,30,19\n", "--gad-cut", "18.5", "--gad-at-least", "10")
	if r.CaseAtStart.N != 1 || r.Recovery.N != 0 || r.ReliableImprovement.N != 1 || r.Anxiety != (judgedBy{18.5, 10}) {
		t.Errorf("got %+v", r)
	}
}

func TestTheRatesCommandNamesLineAndColumn(t *testing.T) {
	for text, want := range map[string]string{
		"phq_pre,phq_post,gad_pre\n1,2,3\n":                                "--gad-post",
		"phq_pre,phq_post,gad_pre,gad_post\n18,5,15,four\n":                `line 2, column "gad_post"`,
		"phq_pre,phq_post,gad_pre,gad_post\n18,5,15\n":                     `line 2, column "gad_post"`,
		"phq_pre,phq_post,gad_pre,gad_post\n18,5,15,\"4,5\"\n":             `line 2, column "gad_post"`,
		"phq9_pre,phq_start,phq_post,gad_pre,gad_post\n18,18,5,15,4\n":     "--phq-pre",
		"phq_pre,phq_post,gad_pre,gad_post\n-1e308,1.7e308,0,0\n":          "line 2",
		"phq_pre,phq_post,gad_pre,gad_post,group\n18,5,15,4,gr\xf6\xdfe\n": `line 2, column "group"`,
	} {
		out, err := onText(t, text, "rates", "-")
		if err == nil || out != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %q, %v, want %q", text, out, err, want)
		}
	}
	for _, args := range []string{"--phq-cut NaN", "--phq-at-least 0", "--gad-at-least -4", "--hold-back=-1", "--decimal dot"} {
		_, err := onText(t, courses, append([]string{"rates", "-"}, strings.Fields(args)...)...)
		var typed *kong.ParseError
		if !errors.As(err, &typed) {
			t.Errorf("%s: got %v", args, err)
		}
	}
}

func TestTheRatesCommandRefusesAScoreThatTheMeasureCannotHave(t *testing.T) {
	const head = "phq_pre,phq_post,gad_pre,gad_post\n"
	for _, tt := range []struct{ row, want string }{
		{"99,5,15,4", `line 3, column "phq_pre": "99" is outside of the PHQ-9`},
		{"18,-1,15,4", `line 3, column "phq_post": "-1" is outside of the PHQ-9`},
		{"18,5,15,22", `line 3, column "gad_post": "22" is outside of the GAD-7`},
	} {
		out, err := onText(t, head+"27,0,21,0\n"+tt.row+"\n", "rates", "-")
		if err == nil || !strings.Contains(err.Error(), tt.want) || out != "" {
			t.Errorf("%s: got %q, %v", tt.row, out, err)
		}
	}
	r := ratesOf(t, head+"27,0,40,20\n", "--gad-cut", "19.5", "--gad-at-least", "10")
	if r.ReliableImprovement.N != 1 {
		t.Errorf("another measure of anxiety: got %+v", r)
	}
}
