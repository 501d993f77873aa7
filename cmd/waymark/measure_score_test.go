package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type scorePrinted struct {
	Instrument, Version, Rule, Reason string
	Total                             *float64
	Display                           *int
	Band                              *struct{ Words string }
	Critical                          []struct {
		Item, State string
		Answer      *int
	}
	Missing int
	Said    *struct{ Agrees bool }
}

func TestMeasureScoreSaysWhatFollowsFromTheAnswers(t *testing.T) {
	var got scorePrinted
	if err := measured(t, &got, "score", "--instrument", "phq-9", "--answers", "2,3,-,1,0,2,1,0,1", "--total", "10"); err != nil {
		t.Fatal(err)
	}
	if got.Instrument != "phq-9" || got.Total == nil || *got.Total != 11.25 || *got.Display != 11 || got.Band.Words != "moderate" || got.Missing != 1 ||
		len(got.Critical) != 1 || got.Critical[0].Item != "q9" || got.Critical[0].State != "endorsed" || *got.Critical[0].Answer != 1 || got.Said.Agrees {
		t.Errorf("got %+v", got)
	}
	got = scorePrinted{}
	if err := measured(t, &got, "score", "--instrument", "gas", "--answers", "0,1,-1"); err != nil || got.Total == nil || *got.Total != 50 {
		t.Errorf("got %+v, %v", got, err)
	}
	got = scorePrinted{}
	if err := measured(t, &got, "score", "--instrument", "phq-9", "--answers=-,-,-,-,-,-,-,-,-"); err != nil || got.Total != nil || got.Reason == "" || got.Critical[0].State != "unknown" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAValueMayBeginWithAHyphen(t *testing.T) {
	var got scorePrinted
	if err := measured(t, &got, "score", "--instrument", "phq-9", "--answers", "-,3,2,1,0,2,1,0,1"); err != nil || got.Missing != 1 {
		t.Errorf("the first answer left out: got %+v, %v", got, err)
	}
	if err := measured(t, &got, "score", "--instrument", "gas", "--answers", "-1,-2,2"); err != nil || got.Total == nil || !(*got.Total < 50) {
		t.Errorf("a level below 0: got %+v, %v", got, err)
	}
	for _, tt := range []struct{ given, want string }{
		{"--mean -1.5 --cut -.5", "--mean=-1.5 --cut=-.5"},
		{"--mean=3 -1 --summary --sd 2", "--mean=3 -1 --summary --sd 2"},
		{"change - --clinical -4,2", "change - --clinical=-4,2"},
		{"change -- --mean -1", "change -- --mean -1"},
	} {
		if got := strings.Join(joined(strings.Fields(tt.given)), " "); got != tt.want {
			t.Errorf("%q became %q, want %q", tt.given, got, tt.want)
		}
	}
}

func TestMeasureScoreRefusesWhatIsWrongAndNamesIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.json")
	if err := os.WriteFile(file, []byte(`{"resourceType":"Questionnaire"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		want string
		args []string
	}{
		{"answer 3 (q3) is 4", []string{"--instrument", "phq-9", "--answers", "2,3,4,1,0,2,1,0,1"}},
		{"9 questions, and there are 2 answers", []string{"--instrument", "phq-9", "--answers", "2,3"}},
		{`answer 2 is "x"`, []string{"--instrument", "phq-9", "--answers", "2,x"}},
		{`no questionnaire is called "phq"`, []string{"--instrument", "phq", "--answers", "2"}},
		{"own.json: url: missing", []string{"--file", file, "--answers", "2"}},
		{"A level must be from -2 to 2.", []string{"--instrument", "gas", "--answers", "3"}},
	} {
		var got scorePrinted
		if err := measured(t, &got, append([]string{"score"}, tt.args...)...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: got %v, want %s", tt.args, err, tt.want)
		}
	}
}
