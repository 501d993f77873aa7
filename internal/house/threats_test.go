package house

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryThreatSaysByWhatItIsTested checks that doc/threats.md names in each row tests that
// there are, or says that nothing is tested.
func TestEveryThreatSaysByWhatItIsTested(t *testing.T) {
	text, err := os.ReadFile("../../doc/threats.md")
	if err != nil {
		t.Fatal(err)
	}
	there := tests(t)
	named := regexp.MustCompile("`([^`]*)`")
	rows := 0
	for line := range strings.Lines(string(text)) {
		row, ok := strings.CutPrefix(strings.TrimSpace(line), "| ")
		cells := strings.Split(strings.TrimSuffix(row, " |"), " | ")
		last := cells[len(cells)-1]
		if !ok || last == "---" || last == "tested by" {
			continue
		}
		rows++
		tested, _, admits := strings.Cut(last, "not tested: ")
		names := named.FindAllStringSubmatch(tested, -1)
		if len(names) == 0 && !admits {
			t.Errorf("%s: names no test, and does not say that there is none", cells[0])
		}
		for _, name := range names {
			if !there[name[1]] {
				t.Errorf("%s: there is no test %s", cells[0], name[1])
			}
		}
	}
	if rows < 60 {
		t.Errorf("only %d rows were found", rows)
	}
}

// tests are the names of all tests without Test, of all fuzz functions, and of the files of
// journeys.
func tests(t *testing.T) map[string]bool {
	found := make(map[string]bool)
	name := regexp.MustCompile(`(?m)^func (Test|Fuzz)(\w+)\(`)
	for _, dir := range []string{"../../cmd", "..", "../../e2e"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Name() == "results" {
				return fs.SkipDir
			}
			if strings.HasSuffix(path, ".test.ts") {
				found[d.Name()] = true
			}
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range name.FindAllSubmatch(text, -1) {
				found[strings.TrimPrefix(string(m[1])+string(m[2]), "Test")] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
