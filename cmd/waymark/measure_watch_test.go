package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// watch runs the command on text.
func watch(t *testing.T, text string, args ...string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "days.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err := run(t.Context(), append([]string{"measure", "watch", file}, args...), func(string) string { return "" }, strings.NewReader(""), &out)
	return out.String(), err
}

func TestTheWatchCommandMeetsTheWorkedExamples(t *testing.T) {
	text, err := os.ReadFile("../../internal/mood/testdata/ewma.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		ID             string
		Mu, SD, Lam, L float64
		Baseline, X    []float64
		Z, Limit       []float64
		Alarm          []bool
		Mean, Phi      float64
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range all {
		if len(e.X) == 0 {
			continue
		}
		seen++
		var file strings.Builder
		file.WriteString("day,value\n")
		for i, x := range append(append([]float64(nil), e.Baseline...), e.X...) {
			fmt.Fprintf(&file, "%d,%v\n", i+1, x)
		}
		args := []string{"--value", "value", "--lambda", fmt.Sprint(e.Lam), "--limit", fmt.Sprint(e.L)}
		if len(e.Baseline) == 0 {
			args = append(args, "--plain", "--mean", fmt.Sprint(e.Mu), "--sd", fmt.Sprint(e.SD))
		}
		out, err := watch(t, file.String(), args...)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil || len(rows) != len(e.X)+1 || strings.Join(rows[0], ",") != "day,z,limit,alarm" {
			t.Fatalf("%s: got %v, %v", e.ID, rows, err)
		}
		for i, row := range rows[1:] {
			z, _ := strconv.ParseFloat(row[1], 64)
			limit, _ := strconv.ParseFloat(row[2], 64)
			if row[0] != fmt.Sprint(len(e.Baseline)+i+1) || math.Abs(z-e.Z[i]) > 1e-6 || math.Abs(limit-e.Limit[i]) > 1e-6 || row[3] != fmt.Sprint(e.Alarm[i]) {
				t.Errorf("%s row %d: got %v, want %v %v %v", e.ID, i, row, e.Z[i], e.Limit[i], e.Alarm[i])
			}
		}
		var sum watchSummary
		out, err = watch(t, file.String(), append(args, "--summary")...)
		if err == nil {
			err = json.Unmarshal([]byte(out), &sum)
		}
		if err != nil || sum.Days != len(e.Baseline) || math.Abs(sum.Phi-e.Phi) > 1e-6 || sum.Watched != len(e.X) || sum.Alarms == 0 {
			t.Errorf("%s summary: got %+v, %v", e.ID, sum, err)
		}
	}
	if seen != 2 {
		t.Errorf("%d examples have days", seen)
	}
}

const steadyDays = "3\n2\n4\n3\n3\n5\n4\n3\n2\n2\n3\n4\n4\n3\n2\n3\n"

func TestTheWatchCommandKnowsDaysThatAreMissing(t *testing.T) {
	with, err := watch(t, "day,v\n1,3\n2,4\n3,5\n5,\n6,9\n", "--value", "v", "--mean", "4", "--sd", "1")
	if err != nil || !strings.Contains(with, "\n5,4.") || strings.Count(with, "\n") != 6 {
		t.Errorf("got %q, %v", with, err)
	}
	rows := strings.Split(strings.TrimSpace(with), "\n")
	if before, at := strings.SplitN(rows[3], ",", 2)[1], strings.SplitN(rows[4], ",", 2)[1]; before != at {
		t.Errorf("a missing day moved something: %q, then %q", before, at)
	}
	single, err := watch(t, "v\n3\n\n4\n", "--value", "v", "--mean", "4", "--sd", "1")
	if err != nil || !strings.Contains(single, "\n3,") || strings.Contains(single, "\n2,") {
		t.Errorf("a blank line in a single column: got %q, %v", single, err)
	}
	short, err := watch(t, "v\n"+steadyDays, "--value", "v", "--summary")
	if err != nil || !strings.Contains(short, `"provisional": true`) || !strings.Contains(short, `"days": 14`) || !strings.Contains(short, `"watched": 2`) {
		t.Errorf("sixteen days: got %s, %v", short, err)
	}
}

func TestTheWatchCommandRefusesWithAPlace(t *testing.T) {
	for _, c := range []struct {
		text string
		args []string
		want string
	}{
		{"day,v\n1,3\n2,many\n", []string{"--value", "v", "--mean", "4", "--sd", "1"}, `line 3, column "v"`},
		{"day,v\n1,3\n2,\"3,5\"\n", []string{"--value", "v", "--mean", "4", "--sd", "1"}, `line 3, column "v"`},
		{"day,v\n2,3\n2,4\n", []string{"--value", "v", "--mean", "4", "--sd", "1"}, `line 3, column "day"`},
		{"day,v\n2,3\nnext,4\n", []string{"--value", "v", "--mean", "4", "--sd", "1"}, `line 3, column "day"`},
		{"day,v\n1,3\n", []string{"--value", "w"}, `no column is called "w"`},
		{"day,v\n1,3\n", []string{"--value", "v"}, "1 days with a value"},
		{"v\n" + strings.Repeat("4\n", 30), []string{"--value", "v"}, "values that differ"},
		{"v\n4\n", []string{"--value", "v", "--mean", "4"}, "go together"},
		{"v\n4\n", []string{"--value", "v", "--mean", "4", "--sd", "0"}, "--sd"},
		{"v\n4\n", []string{"--value", "v", "--lambda", "1.5"}, "--lambda"},
		{"v\n4\n", []string{"--value", "v", "--limit", "-1"}, "--limit"},
		{"v\n4\n", []string{"--value", "v", "--side", "left"}, "--side"},
	} {
		if out, err := watch(t, c.text, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q %v: got %q, %v", c.text, c.args, out, err)
		}
	}
}

func TestTheHelpOfTheWatchCommandCites(t *testing.T) {
	out, err := watch(t, "", "--help")
	for _, want := range []string{"Roberts", "Saccucci", "phi", "14 in"} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("no %q in the help, %v", want, err)
		}
	}
}
