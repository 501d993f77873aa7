package method_test

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

	"github.com/waymark-care/waymark/internal/method"
)

var update = flag.Bool("update", false, "add new versions to testdata/versions.txt")

// What the product promises: A3 of its checklist, each concern with its approaches.
func TestTheCatalogueCoversWhatIsPromised(t *testing.T) {
	lib := method.Shipped()
	for concern, approaches := range map[string]string{
		"anxiety":               "cbt exposure applied-relaxation",
		"panic":                 "cbt exposure",
		"social-anxiety":        "cbt exposure",
		"generalised-worry":     "cbt applied-relaxation",
		"health-anxiety":        "cbt exposure",
		"specific-fear":         "exposure cbt",
		"depression":            "behavioural-activation cbt ipt psychodynamic",
		"recurrent-depression":  "mbct cbt",
		"trauma":                "emdr trauma-focused-cbt",
		"complex-trauma":        "trauma-focused-cbt emdr phase-based",
		"grief":                 "supportive-grief",
		"prolonged-grief":       "prolonged-grief-therapy supportive-grief",
		"life-stress":           "problem-solving coping-plan",
		"relational":            "psychodynamic",
		"emotion-dysregulation": "dbt-skills",
		"sleep":                 "cbt-i",
		"obsessive-compulsive":  "erp",
		"self-criticism":        "compassion-focused",
		"long-illness":          "act",
	} {
		choice, ok := lib.For(concern, method.Either)
		if !ok {
			t.Errorf("there is no %s", concern)
			continue
		}
		var ids []string
		for _, o := range choice.Options {
			ids = append(ids, o.Approach.ID)
		}
		for id := range strings.FieldsSeq(approaches) {
			if !slices.Contains(ids, id) {
				t.Errorf("%s: %s is missing among %v", concern, id, ids)
			}
		}
		if ids[len(ids)-1] != method.None {
			t.Errorf("%s: nothing for now is not offered last: %v", concern, ids)
		}
	}
	for _, a := range lib.Approaches() {
		if a.ID != method.None && len(lib.TechniquesOf(a.ID)) == 0 {
			t.Errorf("%s has no technique", a.ID)
		}
		if len(lib.Uses(a.ID)) == 0 {
			t.Errorf("%s is for nothing", a.ID)
		}
	}
}

func TestEveryConcernHasAWayAndNone(t *testing.T) {
	lib := method.Shipped()
	for _, c := range lib.Concerns() {
		for _, prefers := range []method.Way{method.Either, method.Skills, method.Exploring} {
			choice, ok := lib.For(c.Ref(), prefers)
			if !ok || len(choice.Options) < 2 || choice.Concern != c {
				t.Fatalf("%s: %d options", c.ID, len(choice.Options))
			}
			last := choice.Options[len(choice.Options)-1]
			if !last.IsNone() || last.Clinician == "" || last.Client == "" {
				t.Errorf("%s: none has no words of its own: %+v", c.ID, last.Link)
			}
			rank := 0
			for i, o := range choice.Options[:len(choice.Options)-1] {
				r := slices.Index(method.Strengths(), o.Strength)
				if r < rank {
					t.Errorf("%s: %s stands after a weaker one", c.ID, o.Approach.ID)
				}
				if i > 0 && r == rank && o.Fits && !choice.Options[i-1].Fits {
					t.Errorf("%s, %s: %s fits and stands after one that does not", c.ID, prefers, o.Approach.ID)
				}
				rank = r
			}
		}
	}
}

func TestWhatIsKnownOfAWiderConcernCountsAndSaysSo(t *testing.T) {
	choice, _ := method.Shipped().For("health-anxiety", method.Either)
	for _, o := range choice.Options {
		if want := map[string]string{"cbt": "health-anxiety", "act": "anxiety"}[o.Approach.ID]; want != "" && o.For.ID != want {
			t.Errorf("%s is known for %s", o.Approach.ID, o.For.ID)
		}
	}
}

func TestPreferenceComesAfterEvidence(t *testing.T) {
	lib := method.Shipped()
	first := func(prefers method.Way) string {
		choice, _ := lib.For("depression", prefers)
		return choice.Options[0].Approach.ID
	}
	if a, b := first(method.Skills), first(method.Exploring); a == b {
		t.Errorf("both wishes lead to %s first, although several ways are equally strong", a)
	}
	choice, _ := lib.For("grief", method.Skills)
	if choice.Options[0].Fits {
		t.Error("the strongest evidence for grief is not for a skill")
	}
}

func TestTechniquesGoFromSimpleToDemanding(t *testing.T) {
	lib := method.Shipped()
	for _, a := range lib.Approaches() {
		seen, demand := map[string]bool{}, 0
		all := lib.TechniquesOf(a.ID)
		for _, k := range all {
			if k.Demand < demand {
				t.Errorf("%s: %s stands after something harder", a.ID, k.ID)
			}
			for _, before := range k.After {
				if slices.ContainsFunc(all, func(o *method.Technique) bool { return o.ID == before }) && !seen[before] {
					t.Errorf("%s: %s stands before %s", a.ID, k.ID, before)
				}
			}
			seen[k.ID], demand = true, k.Demand
		}
	}
}

func TestEverySourceIsUsedAndNothingOfOursIsOwn(t *testing.T) {
	lib := method.Shipped()
	used := map[string]bool{}
	each(lib, func(at string, s method.Said) {
		for _, src := range s.Sources() {
			used[src.ID] = true
		}
		for _, line := range []string{s.Clinician, s.Client} {
			if strings.ContainsAny(line, "!%") || strings.Contains(line, "--") {
				t.Errorf("%s: %q", at, line)
			}
		}
	})
	for _, s := range lib.Sources() {
		if !used[s.ID] {
			t.Errorf("nothing rests on %s", s.ID)
		}
		if strings.HasPrefix(s.ID, "own-") || s.Checked != method.NotChecked && s.Note == "" {
			t.Errorf("%s: what was checked is not said", s.ID)
		}
	}
	for _, e := range entries(lib) {
		if strings.HasPrefix(e.ID, "own-") || e.Own {
			t.Errorf("%s is named like a practice's own", e.ID)
		}
	}
}

// What a plan was chosen from must be readable as it was: a released version is
// never changed and never taken away.
func TestAVersionStaysAsItWas(t *testing.T) {
	lib := method.Shipped()
	sum := func(ref string) string {
		var what any
		if c, ok := lib.Concern(ref); ok {
			what = c
		} else if a, ok := lib.Approach(ref); ok {
			what = a
		} else if k, ok := lib.Technique(ref); ok {
			what = k
		} else {
			return ""
		}
		data, err := json.Marshal(what)
		if err != nil {
			t.Fatal(err)
		}
		s := sha256.Sum256(data)
		return hex.EncodeToString(s[:8])
	}
	now := map[string]string{}
	for _, e := range entries(lib) {
		now[e.Ref()] = sum(e.Ref())
	}
	const file = "testdata/versions.txt"
	was, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(was)) {
		ref, kept, _ := strings.Cut(strings.TrimSpace(line), " ")
		if got := sum(ref); got != kept && !*update {
			t.Errorf("%s is not what it was: raise its version, and leave the old one in the file", ref)
		}
		if now[ref] == "" {
			now[ref] = kept
		}
	}
	for ref, s := range now {
		if !strings.Contains(string(was), ref+" "+s+"\n") && !*update {
			t.Errorf("%s is new: go test ./internal/method -run Version -update", ref)
		}
	}
	if *update {
		var lines []string
		for ref, s := range now {
			lines = append(lines, ref+" "+s)
		}
		slices.Sort(lines)
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatShipsIsHeldToMoreThanWhatAPracticeWrites(t *testing.T) {
	good := `{"sources":[{"id":"a-book","kind":"theory","cite":"A book.","year":1990,"checked":"not checked"}],
"concerns":[{"id":"sorrow","version":1,"name":"Sorrow","plain":"Sorrow","about":{"clinician":"a","client":"b","sources":["a-book"]}}]}`
	load := func(data string) error {
		_, err := method.Load(fstest.MapFS{"x.json": {Data: []byte(data)}})
		return err
	}
	if err := load(good); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string][2]string{
		"concerns[0].about.client: missing":                                           {`"clinician":"a","client":"b"`, `"clinician":"a"`},
		"concerns[0].first[0].sources: missing: what is said here rests on something": {`"about"`, `"first":[{"clinician":"a","client":"b"}],"about"`},
		"sources[0].year: must be a year":                                             {`"year":1990,`, ``},
		`sources[0].kind: "stated" is no kind of source`:                              {`"theory"`, `"stated"`},
		"concerns[0].version: must be 1, the next":                                    {`"version":1`, `"version":2`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if err := load(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	two := fstest.MapFS{"a.json": {Data: []byte(good)}, "b.json": {Data: []byte(strings.Replace(good, "sorrow", "Sorrow", 1))}, "c.json": {Data: []byte("{")}}
	if _, err := method.Load(two); err == nil || !strings.Contains(err.Error(), "c: ") {
		t.Errorf("several files: %v", err)
	}
}

func entries(lib *method.Library) []*method.Entry {
	var out []*method.Entry
	for _, c := range lib.Concerns() {
		out = append(out, &c.Entry)
	}
	for _, a := range lib.Approaches() {
		out = append(out, &a.Entry)
	}
	for _, k := range lib.Techniques() {
		out = append(out, &k.Entry)
	}
	return out
}

// each goes through every statement of a library.
func each(lib *method.Library, see func(at string, s method.Said)) {
	around := func(at string, cautions []method.Caution, steps []method.Step, all ...method.Said) {
		for _, s := range all {
			see(at, s)
		}
		for i, c := range cautions {
			see(fmt.Sprintf("%s caution %d", at, i), c.Said)
		}
		for i, s := range steps {
			see(fmt.Sprintf("%s step %d", at, i), s.Said)
		}
	}
	for _, c := range lib.Concerns() {
		see(c.ID, c.About)
		for _, s := range c.First {
			see(c.ID+" first", s)
		}
		for _, k := range c.Links {
			see(c.ID+" "+k.Approach, k.Said)
		}
	}
	for _, a := range lib.Approaches() {
		around(a.ID, a.Cautions, a.Steps, a.About, a.Mechanism, a.Effect, a.Lasts, a.Asks)
		for _, k := range a.Links {
			see(a.ID+" "+k.Concern, k.Said)
		}
	}
	for _, k := range lib.Techniques() {
		around(k.ID, k.Cautions, k.Steps, k.About, k.Mechanism, k.Effect, k.Lasts, k.Asks)
	}
}
