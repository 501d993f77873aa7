package method_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/method"
)

func asFault(err error, to **fault.Error) bool { return errors.As(err, to) }

// ownFile is what a practice brings along: a concern, an approach and a technique.
const ownFile = `{
"sources":[{"id":"own-notes","kind":"stated","cite":"Our notes","checked":"not checked"}],
"concerns":[{"id":"own-homesick","version":1,"name":"Homesickness","plain":"Missing home","about":{"clinician":"Missing a place."},
 "first":[{"clinician":"Ask about safety."}]}],
"approaches":[{"id":"own-garden","version":1,"name":"Garden therapy","plain":"Working in the garden","about":{"clinician":"Work in the garden.","client":"You work in the garden."},
 "effect":{"clinician":"People sleep better.","sources":["own-notes"]},
 "cautions":[{"kind":"care","clinician":"Hay fever.","client":"Say if you have hay fever."}],
 "steps":[{"technique":"own-sowing","clinician":"Sow."}],
 "links":[{"concern":"depression","strength":"own experience","clinician":"Ten clients.","sources":["own-notes"]},
  {"concern":"own-homesick","strength":"own experience"}]}],
"techniques":[{"id":"own-sowing","version":1,"name":"Sowing","plain":"Sowing","about":{"clinician":"Sowing in the garden."},
 "approaches":["own-garden"],"demand":1,"strength":"own experience","steps":[{"clinician":"One pot.","client":"One pot."}]}]}`

func TestAWrongFileIsRefusedWithItsPlace(t *testing.T) {
	if all, err := method.Bring([]byte(ownFile)); err != nil || len(all) != 3 {
		t.Fatalf("%d, %v", len(all), err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"an unknown name", `"plain":"Sowing"`, `"plain":"Sowing","colour":"red"`, `unknown field "colour"`},
		{"a name in capitals", `"plain":"Sowing"`, `"Plain":"Sowing"`, `techniques[0]: "Plain": names are small letters`},
		{"given twice", `"plain":"Sowing"`, `"plain":"Sowing","plain":"Digging"`, "techniques[0].plain: given twice"},
		{"null", `"plain":"Sowing"`, `"plain":null`, "techniques[0].plain: must not be null; leave it out"},
		{"empty", `"plain":"Sowing"`, `"plain":""`, "techniques[0].plain: must not be empty; leave it out"},
		{"space around", `"plain":"Sowing"`, `"plain":" Sowing"`, "techniques[0].plain: has space around it, or a sign that cannot be seen"},
		{"turned round", `"plain":"Sowing"`, `"plain":"\u202eSowing"`, "techniques[0].plain: has space around it, or a sign that cannot be seen"},
		{"a control character", `"plain":"Sowing"`, `"plain":"So\u0000wing"`, "techniques[0].plain: has a character that cannot be shown"},
		{"a huge text", `"plain":"Sowing"`, `"plain":"` + strings.Repeat("a", 4001) + `"`, "techniques[0].plain: longer than 4000"},
		{"a long name", `"plain":"Sowing"`, `"plain":"` + strings.Repeat("a", 201) + `"`, "techniques[0].plain: must be one line of at most 200"},
		{"a number for text", `"plain":"Sowing"`, `"plain":7`, "techniques.plain: must be text"},
		{"text for a number", `"demand":1`, `"demand":"low"`, "techniques.demand: must be a whole number"},
		{"a fraction", `"demand":1`, `"demand":1.5`, "techniques.demand: must be a whole number"},
		{"too demanding", `"demand":1`, `"demand":6`, "techniques[0].demand: must be from 1, simple, to 5, demanding"},
		{"no list", `"approaches":["own-garden"]`, `"approaches":"own-garden"`, "techniques.approaches: must be a list"},
		{"an approach of nowhere", `"approaches":["own-garden"]`, `"approaches":["own-wood"]`, `techniques[0].approaches[0]: there is no approach called "own-wood"`},
		{"no approach", `"approaches":["own-garden"]`, `"approaches":[]`, "techniques[0].approaches: missing"},
		{"a technique of nowhere", `"technique":"own-sowing"`, `"technique":"own-digging"`, `approaches[0].steps[0].technique: there is no technique called "own-digging"`},
		{"a concern of nowhere", `"concern":"depression"`, `"concern":"sorrow"`, `approaches[0].links[0].concern: there is no concern called "sorrow"`},
		{"linked twice", `"concern":"own-homesick"`, `"concern":"depression"`, `approaches[0].links[1]: "depression" is linked twice`},
		{"off the scale", `"strength":"own experience","clinician"`, `"strength":"proven","clinician"`, `approaches[0].links[0].strength: "proven" is not on the scale of evidence`},
		{"a source of nowhere", `"sources":["own-notes"]},
 "cautions"`, `"sources":["own-book"]},
 "cautions"`, `approaches[0].effect.sources[0]: there is no source called "own-book"`},
		{"a source that was checked oddly", `"checked":"not checked"`, `"checked":"surely"`, `sources[0].checked: must be "read", "found" or "not checked"`},
		{"a script for an address", `"checked":"not checked"`, `"url":"javascript:alert(1)","checked":"not checked"`, "sources[0].url: must be an https address"},
		{"a caution of no kind", `"kind":"care"`, `"kind":"maybe"`, `approaches[0].cautions[0].kind: must be "not", "wait" or "care"`},
		{"a way of no kind", `"plain":"Working in the garden"`, `"plain":"Working in the garden","way":"both"`, `approaches[0].way: must be "skills" or "exploring", or left out`},
		{"an id that is not its own", `"id":"own-garden"`, `"id":"cbt"`, "approaches[0].id: must begin with own-"},
		{"an odd id", `"id":"own-garden"`, `"id":"own-../x"`, "approaches[0].id: must be small letters, digits and hyphens"},
		{"one id for two kinds", `"id":"own-homesick"`, `"id":"own-garden"`, `approaches[0].id: "own-garden" is there already, among the concerns`},
		{"version nought", `"id":"own-garden","version":1`, `"id":"own-garden","version":0`, "approaches[0].version: must be 1 or more"},
		{"within nowhere", `"plain":"Missing home"`, `"plain":"Missing home","within":"loneliness"`, `concerns[0].within: there is no concern called "loneliness"`},
		{"within itself", `"plain":"Missing home"`, `"plain":"Missing home","within":"own-homesick"`, "own-homesick.within: goes round in a circle"},
		{"after itself", `"demand":1`, `"demand":1,"after":["own-sowing"]`, "own-sowing.after: goes round in a circle"},
		{"after something harder", `"demand":1`, `"demand":1,"after":["behavioural-experiment"]`, "techniques[0].after[0]: asks for more than what comes after it"},
		{"deep", `"plain":"Sowing"`, `"plain":` + strings.Repeat("[", 500), "techniques[0].plain" + strings.Repeat("[0]", 9) + ": more than 12 levels deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bad := strings.Replace(ownFile, tt.old, tt.new, 1)
			if bad == ownFile {
				t.Fatal("nothing was replaced")
			}
			_, err := method.Bring([]byte(bad))
			if err == nil || !strings.Contains(err.Error(), "What is wrong: "+tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, data, want string }{
		{"empty", "", "not valid JSON: EOF"},
		{"null", "null", "must not be null"},
		{"a list", "[]", "must be an object"},
		{"nothing in it", "{}", "no concern, approach or technique is in it"},
		{"two in one", ownFile + "{}", "something follows the end"},
		{"larger than a megabyte", ownFile + strings.Repeat(" ", 1<<20), "larger than 1048576 bytes"},
		{"half a character", "{\"a\":\"\xff\"}", "is no UTF-8 text"},
		{"more than anybody writes", `{"sources":[` + strings.TrimSuffix(strings.Repeat("{},", 501), ",") + "]}", "sources[500]: more than 500"},
		{"more values than anybody writes", `{"sources":[` + strings.TrimSuffix(strings.Repeat("["+strings.TrimSuffix(strings.Repeat("0,", 400), ",")+"],", 400), ",") + "]}", "more than 100000 values"},
	} {
		if _, err := method.Bring([]byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestACircleOverSeveralCornersIsFound(t *testing.T) {
	one := func(within, after string) string {
		return `{"concerns":[{"id":"own-a","version":1,"name":"a","plain":"a","about":{"clinician":"a"},"within":"` + within + `"},
{"id":"own-b","version":1,"name":"b","plain":"b","about":{"clinician":"b"},"within":"own-a"}],
"techniques":[{"id":"own-c","version":1,"name":"c","plain":"c","about":{"clinician":"c"},"approaches":["cbt"],"demand":2,"strength":"tradition","after":["` + after + `"]},
{"id":"own-d","version":1,"name":"d","plain":"d","about":{"clinician":"d"},"approaches":["cbt"],"demand":2,"strength":"tradition","after":["own-c"]}]}`
	}
	if _, err := method.Bring([]byte(one("anxiety", "thought-record"))); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{one("own-b", "thought-record"), one("anxiety", "own-d")} {
		if _, err := method.Bring([]byte(bad)); err == nil || !strings.Contains(err.Error(), "goes round in a circle") {
			t.Errorf("got %v", err)
		}
	}
}

func TestARefIsTakenApart(t *testing.T) {
	for ref, want := range map[string]struct {
		id      string
		version int
		ok      bool
	}{
		"cbt": {"cbt", 0, true}, "cbt@1": {"cbt", 1, true}, "cbt@12": {"cbt", 12, true},
		"cbt@": {}, "cbt@0": {}, "cbt@-1": {}, "cbt@01": {}, "cbt@x": {}, "": {}, "@1": {}, "C": {}, "../x": {}, "cbt@99999999999999999999": {},
	} {
		id, version, err := method.ParseRef(ref)
		if id != want.id || version != want.version || (err == nil) != want.ok {
			t.Errorf("%q: %q %d %v", ref, id, version, err)
		}
	}
}

// FuzzBring: whatever is brought is refused, or can be read again and says the same.
func FuzzBring(f *testing.F) {
	f.Add([]byte(ownFile))
	f.Add([]byte(`{"concerns":[{}]}`))
	f.Add([]byte(`{"techniques":[{"id":"own-a","version":1,"name":"a","plain":"a","about":{"clinician":"a"},"approaches":["cbt"],"demand":1,"strength":"tradition"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := method.Bring(data)
		if err != nil {
			if e := new(fault.Error); !asFault(err, &e) || e.Kind != fault.Invalid {
				t.Fatalf("an error for nobody: %v", err)
			}
			return
		}
		for _, o := range all {
			if o.Entry().Name == "" || o.Entry().About.Plain() == "" || !strings.HasPrefix(o.Entry().ID, "own-") {
				t.Errorf("taken without what it needs: %s", o.File)
			}
			if _, err := method.Parse(o.File); err != nil {
				t.Errorf("cannot be read again: %v", err)
			}
		}
	})
}
