package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// onText runs a command of the group as it is typed; text is standard input.
func onText(t testing.TB, text string, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), append([]string{"measure"}, args...), func(string) string { return "" }, strings.NewReader(text), &out)
	return out.String(), err
}

// rciAndCategory are the last two cells of each row.
func rciAndCategory(t *testing.T, out string) (all [][2]string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("got %q, %v", out, err)
	}
	for _, row := range rows {
		all = append(all, [2]string{row[len(row)-2], row[len(row)-1]})
	}
	if all[0] != [2]string{"rci", "category"} {
		t.Fatalf("the names are %v", all[0])
	}
	return all[1:]
}

func TestTheChangeCommandMeetsTheWorkedExamples(t *testing.T) {
	for _, tt := range []struct {
		name, pre, post string
		args            string
		rci             float64
		category        string
	}{
		{"R1", "32.5", "47.5", "--method jt --sd 7.5 --reliability .8 --direction higher --cutoff c --clinical 40,7.5 --functional 60,7.5", 3.16227766016838, "improved"},
		{"R1 by a", "32.5", "56", "--method jt --sd 7.5 --reliability .8 --direction higher --cutoff a --clinical 40,7.5", 23.5 / 4.743416490252568, "recovered"},
		{"R1 by b", "32.5", "47.5", "--method jt --sd 7.5 --reliability .8 --direction higher --cutoff b --functional 60,7.5", 3.16227766016838, "recovered"},
		{"R2", "17", "10", "--sd 5.7 --reliability .84 --direction lower --cut 9.5", -2.1709418720639615, "improved"},
		{"R2 to 9", "17", "9", "--sd 5.7 --reliability .84 --direction lower --cut 9.5", -8 / 3.2244069222106573, "recovered"},
		{"R3 as published", "12", "16", "--sd 5.1 --reliability .83 --direction lower --cut 7.5 --at-least 4", 1.3450869422941867, "deteriorated"},
		{"R3 by its own deviation", "12", "16", "--sd 5.1 --reliability .83 --direction lower --cut 7.5", 1.3450869422941867, "unchanged"},
		{"R4 JT", "40", "30", "--method jt --sd 8.26 --reliability .8 --direction lower --cut 20", -1.9142116586975664, "unchanged"},
		{"R4 JT, less sure", "40", "30", "--method jt --sd 8.26 --reliability .8 --direction lower --cut 20 --confidence .9", -1.9142116586975664, "improved"},
		{"R4 GLN", "40", "30", "--method gln --mean 34.73 --sd 8.26 --reliability .8 --direction lower --cut 20", -1.8050847457627124, "unchanged"},
		{"R4 EN", "40", "30", "--method en --mean 34.73 --sd 8.26 --reliability .8 --direction lower --cut 31", -2.421775318004009, "recovered"},
		{"R4 NK", "40", "30", "--method nk --mean 34.73 --sd 8.26 --reliability .8 --reliability-post .8 --direction lower --cut 20", -1.891088809308307, "unchanged"},
		{"R4 NK, one reliability", "40", "30", "--method nk --mean 34.73 --sd 8.26 --reliability .8 --direction lower --cut 20", -1.891088809308307, "unchanged"},
		{"R6 a", "16", "10", "--sd 5.7 --reliability .84 --direction lower --cut 10 --threshold 6", -6 / 3.2244069222106573, "unchanged"},
		{"R6 b", "16", "9", "--sd 5.7 --reliability .84 --direction lower --cut 10 --threshold 6", -7 / 3.2244069222106573, "recovered"},
		{"R6 c", "6", "14", "--sd 5.7 --reliability .84 --direction lower --cut 10 --threshold 6", 8 / 3.2244069222106573, "harmed"},
		{"R6 d", "12", "20", "--sd 5.7 --reliability .84 --direction lower --cut 10 --threshold 6", 8 / 3.2244069222106573, "deteriorated"},
		{"R6 e", "8", "1", "--sd 5.7 --reliability .84 --direction lower --cut 10 --threshold 6", -7 / 3.2244069222106573, "improved"},
	} {
		out, err := onText(t, "before,after\n"+tt.pre+","+tt.post+"\n", append([]string{"change", "-", "--pre", "before", "--post", "after"}, strings.Fields(tt.args)...)...)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := rciAndCategory(t, out)[0]
		if rci, err := strconv.ParseFloat(got[0], 64); err != nil || math.Abs(rci-tt.rci) > 1e-6 || got[1] != tt.category {
			t.Errorf("%s: got %v, want %v and %s", tt.name, got, tt.rci, tt.category)
		}
	}
}

const byPHQ = " --sd 5.7 --reliability .84 --direction lower --cut 9.5"

func TestTheChangeCommandKeepsTheFileAsItIs(t *testing.T) {
	for name, tt := range map[string]struct{ text, args, want string }{
		"commas": {
			"id,\"who, where\",pre,post\n1,\"x, \"\"y\"\"\",17,9\n2,,,9\n3,z,17,\n",
			"",
			"id,\"who, where\",pre,post,rci,category\n1,\"x, \"\"y\"\"\",17,9,-2.4810764252159556,recovered\n2,,,9,,not classifiable\n3,z,17,,,not classifiable\n",
		},
		"semicolons and decimal commas": {
			"\ufeffid;pre;post\r\n1;17,5;9,5\r\n",
			" --decimal comma",
			"id;pre;post;rci;category\n1;17,5;9,5;-2,4810764252159556;improved\n",
		},
		"commas and decimal commas": {
			"id,pre,post\n1,\"17,5\",\"9,0\"\n",
			" --decimal comma",
			"id,pre,post,rci,category\n1,\"17,5\",\"9,0\",\"-2,636143701791953\",recovered\n",
		},
		"a word for no value": {"pre,post\nNA,9\n", " --missing NA", "pre,post,rci,category\nNA,9,,not classifiable\n"},
		"no rows":             {"pre,post\n", "", "pre,post,rci,category\n"},
		"points alone":        {"pre,post\n17,9\n", "only points", "pre,post,rci,category\n17,9,,recovered\n"},
	} {
		args := byPHQ + tt.args
		if tt.args == "only points" {
			args = "--at-least 6 --direction lower --cut 9.5"
		}
		got, err := onText(t, tt.text, append([]string{"change", "-", "--pre", "pre", "--post", "post"}, strings.Fields(args)...)...)
		if err != nil || got != tt.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, tt.want)
		}
	}
}

func TestTheChangeCommandCountsAllAndEachGroup(t *testing.T) {
	const text = "service,pre,post\nnorth,17,9\nnorth,17,10\nsouth,6,14\nsouth,12,20\nsouth,12,13\nsouth,,3\n,17,9\n"
	out, err := onText(t, text, append([]string{"change", "-", "--pre", "pre", "--post", "post", "--group", "service", "--summary"}, strings.Fields(byPHQ)...)...)
	if err != nil {
		t.Fatal(err)
	}
	type counted struct {
		Rows   int
		Counts map[string]int
	}
	var got struct {
		counted
		Method, Direction       string
		Cut, Confidence, Z, SEM float64
		Sdiff, Threshold        float64
		Groups                  map[string]counted
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	check := func(name string, c counted, rows int, want map[string]int) {
		t.Helper()
		sum := 0
		for category, n := range c.Counts {
			if sum += n; n != want[category] {
				t.Errorf("%s: %d %s, want %d", name, n, category, want[category])
			}
		}
		if c.Rows != rows || sum != rows || len(c.Counts) != 6 {
			t.Errorf("%s: got %+v of %d", name, c, rows)
		}
	}
	check("all", got.counted, 7, map[string]int{"recovered": 2, "improved": 1, "harmed": 1, "deteriorated": 1, "unchanged": 1, "not classifiable": 1})
	check("north", got.Groups["north"], 2, map[string]int{"recovered": 1, "improved": 1})
	check("south", got.Groups["south"], 4, map[string]int{"harmed": 1, "deteriorated": 1, "unchanged": 1, "not classifiable": 1})
	check("no group", got.Groups[""], 1, map[string]int{"recovered": 1})
	if got.Method != "jt" || got.Direction != "lower" || got.Cut != 9.5 || got.Confidence != .95 ||
		math.Abs(got.Z-1.959963985) > 1e-6 || math.Abs(got.SEM-2.28) > 1e-6 || math.Abs(got.Sdiff-3.2244069222) > 1e-6 || math.Abs(got.Threshold-6.319721439034532) > 1e-6 {
		t.Errorf("got %+v", got)
	}
}

func TestHLLTakesTheMeanOfTheLastScoresFromTheWholeFile(t *testing.T) {
	const text = "pre,post\n40,30\n30,20\n35,\n,99\n50,40\n"
	args := strings.Fields("--pre pre --post post --method hll --mean 34.73 --sd 8.26 --reliability .8 --direction lower --cut 25")
	want := ((30. - 30) - .8*(40-34.73)) / (8.26 * .6)
	path := csvOf(t, text)
	for _, from := range []string{"-", path} {
		out, err := onText(t, text, append([]string{"change", from}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		rows := rciAndCategory(t, out)
		if got, _ := strconv.ParseFloat(rows[0][0], 64); math.Abs(got-want) > 1e-6 || len(rows) != 5 || rows[2][1] != "not classifiable" || rows[3][1] != "not classifiable" {
			t.Errorf("from %s: got %v, want %v", from, rows, want)
		}
	}
	out, err := onText(t, "", append([]string{"change", path, "--summary"}, args...)...)
	var got struct {
		PostMean float64
		Counts   map[string]int
	}
	if err := errors.Join(err, json.Unmarshal([]byte(out), &got)); err != nil || math.Abs(got.PostMean-30) > 1e-9 || got.Counts["not classifiable"] != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestTheChangeCommandPrintsNothingOfAFileThatIsNotInOrder(t *testing.T) {
	good := strings.Repeat("17,9\n", 20_000) // more than any buffer
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"text":               {"pre,post\n" + good + "17,nine\n", []string{"line 20002", `column "post"`, `"nine"`}},
		"a row too short":    {"pre,post\n" + good + "17\n", []string{"line 20002", `column "post"`}},
		"a decimal comma":    {"pre,post\n17,9\n\"17,5\",9\n", []string{"line 3", `column "pre"`, "comma"}},
		"no such column":     {"before,post\n17,9\n", []string{"line 1", `"pre"`, "before, post"}},
		"an rci there":       {"pre,post,rci\n17,9,1\n", []string{"line 1", "column 3", `"rci"`}},
		"a change too large": {"pre,post\n-1e308,1.7e308\n", []string{"line 2", `column "post"`}},
		"an empty file":      {"", []string{"empty"}},
	} {
		for _, from := range []string{"-", csvOf(t, tt.text)} {
			out, err := onText(t, tt.text, append([]string{"change", from, "--pre", "pre", "--post", "post"}, strings.Fields(byPHQ)...)...)
			if err == nil || out != "" {
				t.Errorf("%s: printed %.80q, %v", name, out, err)
				continue
			}
			var typed *kong.ParseError
			if errors.As(err, &typed) {
				t.Errorf("%s: %q counts as typed wrongly", name, err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %q does not say %q", name, err, want)
				}
			}
		}
	}
}

func TestWhatIsTypedWronglyIsSaidBeforeAnythingIsRead(t *testing.T) {
	for _, args := range []string{
		"--pre pre --post post --sd 5.7 --reliability .84 --cut 9.5",                                                      // no direction
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower",                                              // no cut
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cut 9.5 --cutoff a --clinical 16,5",         // two
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cutoff a --functional 4,3",                  // the wrong norm
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cutoff b --clinical 16,5",                   // the wrong norm
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cutoff c --clinical 16,5",                   // one norm
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cutoff a --clinical 16",                     // half a norm
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cutoff a --clinical 16,0",                   // no deviation
		"--pre pre --post post --sd 5.7 --reliability .84 --direction up --cut 9.5",                                       //
		"--pre pre --post post --sd 0 --reliability .84 --direction lower --cut 9.5",                                      //
		"--pre pre --post post --sd 5.7 --reliability 1 --direction lower --cut 9.5",                                      //
		"--pre pre --post post --sd 5.7 --reliability 84 --direction lower --cut 9.5",                                     //
		"--pre pre --post post --sd NaN --reliability .84 --direction lower --cut 9.5",                                    //
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cut Inf",                                    //
		"--pre pre --post post --sd 5.7 --direction lower --cut 9.5",                                                      // no reliability
		"--pre pre --post post --sd 5.7 --direction lower --cut 9.5 --threshold 6",                                        // half of what an index needs
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cut 9.5 --confidence 95",                    //
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cut 9.5 --threshold -6",                     //
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cut 9.5 --threshold 6 --at-least 6",         //
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cut 9.5 --method en",                        // no mean
		"--pre pre --post post --sd 5.7 --reliability .84 --mean 9 --direction lower --cut 9.5 --method en --threshold 6", //
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cut 9.5 --method rci",                       //
		"--pre pre --post post --sd 5.7 --reliability .84 --direction lower --cut 9.5 --missing 99",                       //
		"--pre pre --sd 5.7 --reliability .84 --direction lower --cut 9.5",                                                // no post
	} {
		out, err := onText(t, "pre,post\n17,9\n", append([]string{"change", "-"}, strings.Fields(args)...)...)
		var typed *kong.ParseError
		if !errors.As(err, &typed) || strings.Contains(out, "rci") {
			t.Errorf("%s: got %q, %v", args, out, err)
		}
	}
}

func TestTheStatusTellsAWrongFileFromAWrongCommand(t *testing.T) {
	path := csvOf(t, "pre,post\n17,nine\n")
	fine := csvOf(t, "pre,post\n17,9\n")
	for args, want := range map[string]int{
		"change " + fine + " --pre pre --post post" + byPHQ:               0,
		"change " + path + " --pre pre --post post" + byPHQ:               1,
		"change " + path + ".gone --pre pre --post post" + byPHQ:          1,
		"change " + filepath.Dir(path) + " --pre pre --post post" + byPHQ: 1,
		"change " + path + " --pre pre --post post --direction lower":     2,
		"change":         2,
		"rates " + path:  1,
		"rates --colour": 2,
		"change --help":  0,
	} {
		cmd := exec.Command(os.Args[0], append([]string{"measure"}, strings.Fields(args)...)...)
		cmd.Env = append(os.Environ(), "WAYMARK_TEST_IS_MAIN=1")
		var said bytes.Buffer
		cmd.Stderr = &said
		err := cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != want {
			t.Errorf("%s: status %d, %v, want %d", args, got, err, want)
		}
		if want != 0 && (said.Len() == 0 || strings.Contains(said.String(), "panic")) {
			t.Errorf("%s: said %q", args, said.String())
		}
	}
}

func TestHelpExplainsTheMethodsAndCitesThem(t *testing.T) {
	out, err := onText(t, "", "change", "--help")
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{"1991;59:12-19", "1992;60:402-408", "1989;11:459-467", "1983;22:83-93", "(x2-x1) / (s sqrt(2) sqrt(1-r))", "strict", "functional deviation", "not classifiable"} {
		if !strings.Contains(said, want) {
			t.Errorf("the help does not say %q", want)
		}
	}
}

// rows makes a CSV file of n rows as it is read.
type rows struct {
	n, at int
	rest  []byte
}

func (r *rows) Read(p []byte) (int, error) {
	if r.at == 0 && r.rest == nil {
		r.rest = []byte("id,service,pre,post\n")
	}
	for len(r.rest) < len(p) && r.at < r.n {
		r.at++
		r.rest = fmt.Appendf(r.rest, "%d,s%d,%d,%d\n", r.at, r.at%7, r.at*7%28, r.at*11%28)
	}
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func bigFile(t testing.TB, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "many.csv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(file, &rows{n: n}); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTenTimesTheRowsTakeNoMoreMemory(t *testing.T) {
	held := func(n int) uint64 {
		c := &call{ctx: t.Context(), out: &watched{}}
		m := &measureChangeCmd{File: bigFile(t, n), Pre: "pre", Post: "post", Group: "service", Direction: "lower", Confidence: .95, Method: "jt", Cut: new(float64)}
		sd, r := 5.7, .84
		m.SD, m.Reliability, *m.Cut = &sd, &r, 9.5
		if err := m.Validate(); err != nil {
			t.Fatal(err)
		}
		if err := m.Run(c); err != nil {
			t.Fatal(err)
		}
		return c.out.(*watched).most
	}
	few, many := held(10_000), held(100_000)
	if many > few+4<<20 {
		t.Errorf("%d bytes held with 10,000 rows and %d with 100,000", few, many)
	}
}

// watched throws away what is written, and looks now and then how much is held.
type watched struct {
	writes int
	most   uint64
}

func (w *watched) Write(p []byte) (int, error) {
	if w.writes++; w.writes%4 == 0 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		w.most = max(w.most, m.HeapAlloc)
	}
	return len(p), nil
}

// The goal is a million rows in under three seconds on two cores.
func BenchmarkChangeOfAMillionRows(b *testing.B) {
	path := bigFile(b, 1_000_000)
	for _, args := range []string{"--method jt", "--method hll --mean 14", "--summary --group service"} {
		b.Run(args, func(b *testing.B) {
			for b.Loop() {
				err := run(b.Context(), append([]string{"measure", "change", path, "--pre", "pre", "--post", "post"}, strings.Fields(byPHQ+" "+args)...),
					func(string) string { return "" }, strings.NewReader(""), io.Discard)
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
