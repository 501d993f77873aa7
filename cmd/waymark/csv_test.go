package main

import (
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

// readAll reads text as a table with columns a and b, as numbers.
func readAll(text string, flags csvFlags) (rows [][2]float64, err error) {
	t, err := readTable(strings.NewReader(text), "scores.csv", flags)
	if err != nil {
		return nil, err
	}
	a, err := t.column("a")
	if err != nil {
		return nil, err
	}
	b, err := t.column("b")
	if err != nil {
		return nil, err
	}
	for t.next() {
		var row [2]float64
		for i, c := range []int{a, b} {
			x, ok, err := t.number(c)
			if err != nil {
				return nil, err
			}
			if !ok {
				x = math.NaN()
			}
			row[i] = x
		}
		rows = append(rows, row)
	}
	return rows, t.err
}

func sameNumbers(a, b [2]float64) bool {
	for i := range a {
		if a[i] != b[i] && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}

func TestATableIsReadHoweverASpreadsheetWroteIt(t *testing.T) {
	nan := math.NaN()
	for name, tt := range map[string]struct {
		text  string
		flags csvFlags
		want  [][2]float64
	}{
		"plain":                            {"a,b\n1,2\n3,4\n", csvFlags{}, [][2]float64{{1, 2}, {3, 4}}},
		"without a last line break":        {"a,b\n1,2", csvFlags{}, [][2]float64{{1, 2}}},
		"a byte order mark":                {"\ufeffa,b\n1,2\n", csvFlags{}, [][2]float64{{1, 2}}},
		"a byte order mark before quotes":  {"\ufeff\"a\",b\n1,2\n", csvFlags{}, [][2]float64{{1, 2}}},
		"CRLF":                             {"a,b\r\n1,2\r\n", csvFlags{}, [][2]float64{{1, 2}}},
		"semicolons":                       {"a;b\n1;2\n", csvFlags{}, [][2]float64{{1, 2}}},
		"semicolons and decimal commas":    {"a;b\n1,5;2\n", csvFlags{Decimal: "comma"}, [][2]float64{{1.5, 2}}},
		"commas and decimal commas":        {"a,b\n\"1,5\",2\n", csvFlags{Decimal: "comma"}, [][2]float64{{1.5, 2}}},
		"tabs":                             {"a\tb\n1\t2\n", csvFlags{}, [][2]float64{{1, 2}}},
		"a comma in a quoted name":         {"\"x, y\";a;b\n9;1;2\n", csvFlags{}, [][2]float64{{1, 2}}},
		"columns in another order":         {"b,other,a\n2,text,1\n", csvFlags{}, [][2]float64{{1, 2}}},
		"spaces":                           {" a , b\n 1 , 2 \n", csvFlags{}, [][2]float64{{1, 2}}},
		"blank lines":                      {"a,b\n\n1,2\n\n\n", csvFlags{}, [][2]float64{{1, 2}}},
		"empty cells":                      {"a,b\n,2\n1,\n\"\", \n", csvFlags{}, [][2]float64{{nan, 2}, {1, nan}, {nan, nan}}},
		"a word for no value":              {"a,b\nNA,2\n", csvFlags{Missing: "NA"}, [][2]float64{{nan, 2}}},
		"signs, fractions and exponents":   {"a,b\n-1.5,+2e-3\n", csvFlags{}, [][2]float64{{-1.5, .002}}},
		"figures of one, two and more":     {"a,b\n7,27\n100,07\n", csvFlags{}, [][2]float64{{7, 27}, {100, 7}}},
		"a line break within quotes":       {"note,a,b\n\"two\nlines\",1,2\n", csvFlags{}, [][2]float64{{1, 2}}},
		"no rows":                          {"a,b\n", csvFlags{}, nil},
		"the number of all numbers nearby": {"a,b\n0.1,0.30000000000000004\n", csvFlags{}, [][2]float64{{.1, .30000000000000004}}},
	} {
		got, err := readAll(tt.text, tt.flags)
		if err != nil || !slices.EqualFunc(got, tt.want, sameNumbers) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, tt.want)
		}
	}
}

func TestATableNamesTheLineAndTheColumnOfWhatIsWrong(t *testing.T) {
	long := strings.Repeat("x", maxRow+8192)
	for name, tt := range map[string]struct {
		text  string
		flags csvFlags
		want  []string // all in the error
	}{
		"an empty file":                 {"", csvFlags{}, []string{"scores.csv", "empty"}},
		"only a byte order mark":        {"\ufeff", csvFlags{}, []string{"empty"}},
		"a column that is not there":    {"a,c\n1,2\n", csvFlags{}, []string{"line 1", `"b"`, "a, c"}},
		"a column that is there twice":  {"a,b,a\n1,2,3\n", csvFlags{}, []string{"line 1", "columns 1 and 3", `"a"`}},
		"another case":                  {"A,b\n1,2\n", csvFlags{}, []string{`no column is called "a"`}},
		"text":                          {"a,b\n1,2\n3,four\n", csvFlags{}, []string{"line 3", `column "b"`, `"four"`}},
		"text after a cell of lines":    {"x,a,b\n\"two\nlines\",1,2\n\"\",3,four\n", csvFlags{}, []string{"line 4", `column "b"`, `"four"`}},
		"NA without being told":         {"a,b\nNA,2\n", csvFlags{}, []string{"line 2", `column "a"`, "--missing"}},
		"not a number, as computers do": {"a,b\n1,NaN\n", csvFlags{}, []string{"line 2", `column "b"`}},
		"infinity":                      {"a,b\n1,Inf\n", csvFlags{}, []string{"line 2", `column "b"`}},
		"too large":                     {"a,b\n1e999,1\n", csvFlags{}, []string{"line 2", `column "a"`, "too large"}},
		"hexadecimal":                   {"a,b\n0x10,1\n", csvFlags{}, []string{"line 2", `column "a"`}},
		"underscores":                   {"a,b\n1_000,1\n", csvFlags{}, []string{"line 2", `column "a"`}},
		"two points":                    {"a,b\n1.2.3,1\n", csvFlags{}, []string{"line 2", `column "a"`}},
		"a sign alone":                  {"a,b\n-,1\n", csvFlags{}, []string{"line 2", `column "a"`}},
		"mixed signs, one quoted":       {"a,b\n1.5,\"1,5\"\n", csvFlags{}, []string{"line 2", `column "b"`, "comma"}},
		"mixed signs, semicolons":       {"a;b\n1.5;2\n1;2,5\n", csvFlags{}, []string{"line 3", `column "b"`, "--decimal comma"}},
		"mixed signs, commas meant":     {"a;b\n1,5;2.5\n", csvFlags{Decimal: "comma"}, []string{"line 2", `column "b"`, "decimal point"}},
		"thousands":                     {"a;b\n1,000.5;2\n", csvFlags{}, []string{"line 2", `column "a"`}},
		"a decimal comma in the open":   {"a,b\n1,5,2\n", csvFlags{}, []string{"line 2", "column 3", "3 cells", "quotes"}},
		"a row too short":               {"a,b\n1,2\n3\n", csvFlags{}, []string{"line 3", `column "b"`, "1 of 2"}},
		"semicolons below commas":       {"a,b\n1;2\n", csvFlags{}, []string{"line 2", `column "b"`}},
		"two kinds of separator":        {"a,b;c\n1,2\n", csvFlags{}, []string{"line 1", "semicolon"}},
		"quotes never closed":           {"a,b\n1,2\n\"3,4\n5,6\n", csvFlags{}, []string{"line", "began in line 3"}},
		"quotes within a cell":          {"a,b\n1,2\"3\"\n", csvFlags{}, []string{"line 2", "column 4", "quotes"}},
		"a row without an end":          {"a,b\n1,2\n\"" + long, csvFlags{}, []string{"scores.csv", "after line 2", "longer than"}},
		"a first line without an end":   {long, csvFlags{}, []string{"scores.csv", "longer than"}},
		"UTF-16":                        {"\xff\xfea\x00,\x00b\x00\n\x00", csvFlags{}, []string{"UTF-16"}},
		"a name in another encoding":    {"a,b,gr\xf6\xdfe\n1,2,3\n", csvFlags{}, []string{"line 1", "column 3", "UTF-8"}},
	} {
		got, err := readAll(tt.text, tt.flags)
		if err == nil {
			t.Errorf("%s: read as %v", name, got)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", name, err, want)
			}
		}
		if len(err.Error()) > 700 {
			t.Errorf("%s: the error has %d characters", name, len(err.Error()))
		}
	}
}

func TestAWordForNoValueMustNotBeANumber(t *testing.T) {
	for word, ok := range map[string]bool{"": true, "NA": true, "-": true, "99": false, "-9": false, "1.5": false} {
		if err := (&csvFlags{Missing: word, Decimal: "point"}).Validate(); (err == nil) != ok {
			t.Errorf("%q: %v", word, err)
		}
	}
}

func TestARowThatIsWrittenReadsAsItWas(t *testing.T) {
	for _, comma := range []rune{',', ';', '\t'} {
		for _, cells := range [][]string{
			{"a", "b"},
			{"", "x"},
			{"with, comma", "with; semicolon", "with\ttab"},
			{`with "quotes"`, "two\nlines", " spaces "},
			{"1,5", "-1"},
		} {
			line := append(appendRow(nil, cells, comma), '\n')
			r := csv.NewReader(strings.NewReader(string(line)))
			r.Comma = comma
			if got, err := r.Read(); err != nil || !slices.Equal(got, cells) {
				t.Errorf("%q: got %q, %v from %q", cells, got, err, line)
			}
		}
	}
}

// A slow reader gives one byte at a time.
type slowReader struct{ r io.Reader }

func (s slowReader) Read(p []byte) (int, error) { return s.r.Read(p[:min(1, len(p))]) }

func TestAFileThatComesByteByByteReadsTheSame(t *testing.T) {
	table, err := readTable(slowReader{strings.NewReader("\ufeffa;b\r\n1;2\r\n")}, "pipe", csvFlags{})
	if err != nil || table.comma != ';' || !table.next() || !slices.Equal(table.row, []string{"1", "2"}) || table.next() || table.err != nil {
		t.Errorf("got %+v, %v", table, err)
	}
}

func TestAnErrorOfReadingIsPassedOn(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, before := range []string{"", "a,b\n1,2\n"} {
		table, err := readTable(io.MultiReader(strings.NewReader(before), failing{broken}), "f.csv", csvFlags{})
		if err == nil {
			for table.next() {
			}
			err = table.err
		}
		if !errors.Is(err, broken) {
			t.Errorf("after %q: got %v", before, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzATableGivesFiniteNumbersOrAnErrorWithItsPlace(f *testing.F) {
	f.Add("a,b\n1,2\n", "", false)
	f.Add("\ufeffa;b\r\n1,5;\"\"\r\n", "NA", true)
	f.Add("a\tb\n\"1\n\"\t0x1p-2\n", "-", false)
	f.Add("a,b\n1e308,-1e308\n1,\"2", "", false)
	f.Fuzz(func(t *testing.T, text, missing string, comma bool) {
		flags := csvFlags{Missing: missing, Decimal: "point"}
		if comma {
			flags.Decimal = "comma"
		}
		if flags.Validate() != nil {
			return
		}
		table, err := readTable(strings.NewReader(text), "scores.csv", flags)
		if err != nil {
			return
		}
		last := 0
		for table.next() {
			if len(table.row) != len(table.names) {
				t.Fatalf("a row of %d cells below %d names", len(table.row), len(table.names))
			}
			line, _ := table.reader.FieldPos(0)
			if line <= last {
				t.Fatalf("line %d after line %d", line, last)
			}
			last = line
			for i := range table.row {
				x, ok, err := table.number(i)
				if math.IsNaN(x) || math.IsInf(x, 0) || !ok && x != 0 || err != nil && ok {
					t.Fatalf("%q read as %v, %v, %v", table.row[i], x, ok, err)
				}
				if err != nil && !strings.Contains(err.Error(), ", line ") {
					t.Fatalf("no line in %q", err)
				}
				if s, err := table.text(i); err == nil && s != strings.TrimSpace(table.row[i]) {
					t.Fatalf("%q became %q", table.row[i], s)
				}
			}
		}
	})
}
