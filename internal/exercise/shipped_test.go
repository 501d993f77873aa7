package exercise_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/method"
)

var update = flag.Bool("update", false, "note the sums of new versions in testdata/versions.txt")

func TestEverythingThatThePlanOfTheLibraryNamesIsThere(t *testing.T) {
	for _, id := range []string{
		"thought-record", "behavioural-experiment", "exposure-ladder", "body-ladder", "one-step", "activity-planning", "breathing",
		"muscle-relaxation", "grounding", "reframing", "opposite-action", "hard-moment", "naming-feelings", "values", "life-timeline",
		"grief-tasks", "problem-solving", "coping-plan", "conversation", "old-pattern", "kind-letter", "parts-of-me", "saying-no",
		"journal-prompts", "not-perfect",
	} {
		if _, ok := exercise.Shipped().One(id, 0); !ok {
			t.Errorf("there is no %s", id)
		}
	}
}

func TestEachSaysWhatItIsForHowItGoesWhenNotAndItsSmallestStep(t *testing.T) {
	for _, e := range exercise.Shipped().All() {
		if len(e.How) < 3 || len(e.NotWhen) == 0 || e.Smallest == "" || e.Minutes == 0 || len(e.Fields) == 0 {
			t.Errorf("%s: how %d, not when %d, smallest %q, minutes %d, fields %d", e.ID, len(e.How), len(e.NotWhen), e.Smallest, e.Minutes, len(e.Fields))
		}
		if e.Technique != "" {
			if _, ok := method.Shipped().Technique(e.Technique); !ok {
				t.Errorf("%s: there is no technique called %q", e.ID, e.Technique)
			}
		}
		if e.Stretches != e.Planned() {
			t.Errorf("%s: stretches %v, and asks something beforehand %v", e.ID, e.Stretches, e.Planned())
		}
		if e.Now && e.Level > 2 {
			t.Errorf("%s: for a hard moment it asks too much", e.ID)
		}
	}
}

func TestEachGroupHasSomethingAndBeginsSimple(t *testing.T) {
	seen := map[string]int{}
	for _, e := range exercise.Shipped().All() {
		if was, there := seen[e.Group]; there && int(e.Level) < was {
			t.Errorf("%s stands after something that asks more", e.ID)
		}
		seen[e.Group] = int(e.Level)
	}
	for _, g := range exercise.Groups() {
		if _, there := seen[g.ID]; !there {
			t.Errorf("nothing is in %q", g.Name)
		}
	}
}

// never are words that a client reads nowhere here: they praise, count, blame, or
// make somebody ill.
var never = []string{"!", "should have", "must ", "failed", "failure", "well done", "great job", "congratulations", "streak", "points", "patient ", "lazy", "homework", "disorder", "symptom", "dysfunction", "irrational", "distort"}

func TestTheWordsAreKind(t *testing.T) {
	for _, e := range exercise.Shipped().All() {
		said, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(strings.ToLower(string(said)), "eating disorder", "")
		for _, word := range never {
			if strings.Contains(text, word) {
				t.Errorf("%s says %q", e.ID, word)
			}
		}
	}
}

// TestWhoeverIsInDangerIsSentToPeople checks the exercises in which danger may come up.
func TestWhoeverIsInDangerIsSentToPeople(t *testing.T) {
	for _, id := range []string{"thought-record", "hard-moment", "pause", "grief-tasks", "letter-to-the-lost", "parts-of-me", "coping-plan"} {
		e, _ := exercise.Shipped().One(id, 0)
		if !slices.ContainsFunc(e.NotWhen, func(s string) bool { return strings.Contains(strings.ToLower(s), "safety plan") }) {
			t.Errorf("%s names no safety plan", id)
		}
	}
}

func TestAVersionThatWasReleasedIsNeverChanged(t *testing.T) {
	const name = "testdata/versions.txt"
	noted, err := os.ReadFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(noted)) {
		ref, sum, _ := strings.Cut(strings.TrimSpace(line), " ")
		sums[ref] = sum
	}
	var now strings.Builder
	for _, e := range exercise.Shipped().Everything() {
		said, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(said)
		text := hex.EncodeToString(sum[:8])
		fmt.Fprintf(&now, "%s %s\n", e.Ref(), text)
		if was, there := sums[e.Ref()]; !*update && (!there || was != text) {
			t.Errorf("%s is not as it was released: give it the next version, or note a new one with -update", e.Ref())
		}
		delete(sums, e.Ref())
	}
	for ref := range sums {
		if !*update {
			t.Errorf("%s is gone: what was agreed on keeps it", ref)
		}
	}
	if *update {
		if err := os.WriteFile(name, []byte(now.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAWrongFileIsNamedWithThePlace(t *testing.T) {
	right := `{"id":"walk","version":1,"title":"Walking","group":"days","what":"Air.","how":["Walk."],"smallest":"Open the door.","level":1,` +
		`"fields":[{"id":"where","label":"Where","kind":"choice","choices":["in","out"]}]}`
	if _, err := exercise.Load(fstest.MapFS{"walk.json": {Data: []byte(right)}}); err != nil {
		t.Fatal(err)
	}
	for change, want := range map[string]string{
		`"id":"walk"|"id":"Walk"`:                      "id: must be",
		`"id":"walk"|"id":"own-walk"`:                  "id: is the name",
		`"version":1|"version":2`:                      "walk@2: must be version 1",
		`"group":"days"|"group":"x"`:                   "group: must be",
		`"what":"Air."|"what":" Air."`:                 "what: has space",
		`"how":["Walk."]|"how":[]`:                     "how: missing",
		`"level":1|"level":6`:                          "level: must be",
		`"level":1|"level":1,"guide":"breathing"`:      "pace: breathing in",
		`"level":1|"level":1,"guide":"timeline"`:       "guide: needs rows",
		`"level":1|"level":1,"zest":1`:                 "unknown field",
		`"level":1|"level":1,"rating":{"most":7}`:      "rating.label: missing",
		`"choices":["in","out"]|"choices":["in"]`:      "fields[0].choices",
		`"choices":["in","out"]|"choices":["in","in"]`: "fields[0].choices: given twice",
		`"kind":"choice"|"kind":"sculpture"`:           "fields[0].kind",
		`"id":"where"|"id":"x-y"`:                      "fields[0].id",
		`"kind":"choice"|"kind":"scale","max":500`:     "fields[0].max",
		`"kind":"choice"|"kind":"rows"`:                "fields[0].choices",
	} {
		old, text, _ := strings.Cut(change, "|")
		_, err := exercise.Load(fstest.MapFS{"walk.json": {Data: []byte(strings.Replace(right, old, text, 1))}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "walk") {
			t.Errorf("%s: %v", change, err)
		}
	}
}

func TestWordsForFeelingsAreEachThereOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range exercise.Families() {
		if f.Name == "" || f.Line == "" || len(f.Shades) < 3 {
			t.Errorf("%s: %d shades", f.ID, len(f.Shades))
		}
		for _, s := range f.Shades {
			for _, w := range append([]string{s.Name}, s.Words...) {
				if low := strings.ToLower(w); seen[low] {
					t.Errorf("%q is there twice", w)
				} else {
					seen[low] = true
				}
			}
		}
	}
}

func TestTheLibraryIsLookedThrough(t *testing.T) {
	has := func(all []exercise.Exercise, id string) bool {
		return slices.ContainsFunc(all, func(e exercise.Exercise) bool { return e.ID == id })
	}
	l := exercise.Shipped()
	if !has(l.Search("Thought camera"), "thought-record") || has(l.Search("thought zzz"), "thought-record") || len(l.Search(" ?")) > 0 {
		t.Error("what is looked for is not what is found")
	}
	if len(l.Listed()) != len(l.All()) {
		t.Error("something that comes with the product is not listed")
	}
}
