package instrument_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/instrument"
)

func TestShippedInstrumentsAreWordedAsPublished(t *testing.T) {
	phq, gad := shipped(t, "phq-9"), shipped(t, "gad-7")
	if phq.Stem != "Over the last 2 weeks, how often have you been bothered by any of the following problems?" ||
		gad.Stem != "Over the last 2 weeks, how often have you been bothered by the following problems?" {
		t.Errorf("stems: %q, %q", phq.Stem, gad.Stem)
	}
	for in, want := range map[*instrument.Instrument][]string{
		phq: {
			"44250-9 Little interest or pleasure in doing things",
			"44255-8 Feeling down, depressed, or hopeless",
			"44259-0 Trouble falling or staying asleep, or sleeping too much",
			"44254-1 Feeling tired or having little energy",
			"44251-7 Poor appetite or overeating",
			"44258-2 Feeling bad about yourself — or that you are a failure or have let yourself or your family down",
			"44252-5 Trouble concentrating on things, such as reading the newspaper or watching television",
			"44253-3 Moving or speaking so slowly that other people could have noticed? Or the opposite — being so fidgety or restless that you have been moving around a lot more than usual",
			"44260-8 Thoughts that you would be better off dead or of hurting yourself in some way",
		},
		gad: {
			"69725-0 Feeling nervous, anxious or on edge",
			"68509-9 Not being able to stop or control worrying",
			"69733-4 Worrying too much about different things",
			"69734-2 Trouble relaxing",
			"69735-9 Being so restless that it is hard to sit still",
			"69689-8 Becoming easily annoyed or irritable",
			"69736-7 Feeling afraid as if something awful might happen",
		},
	} {
		if len(in.Items) != len(want) {
			t.Fatalf("%s: %d items", in.ID, len(in.Items))
		}
		for i, it := range in.Items {
			if got := it.LOINC + " " + it.Text; got != want[i] {
				t.Errorf("%s item %d:\n got %s\nwant %s", in.ID, i+1, got, want[i])
			}
			var choices []string
			for _, c := range it.Answers {
				choices = append(choices, c.LOINC+" "+c.Text)
			}
			if got := strings.Join(choices, ", "); got != "LA6568-5 Not at all, LA6569-3 Several days, LA6570-1 More than half the days, LA6571-9 Nearly every day" {
				t.Errorf("%s item %d: answers %s", in.ID, i+1, got)
			}
		}
		if !strings.Contains(in.Licence, "No permission required to reproduce, translate, display or distribute") {
			t.Errorf("%s: licence %q", in.ID, in.Licence)
		}
	}
	if c := phq.Scoring.Caseness[0]; c.Cut() != 9.5 || c.Basis != instrument.Verified {
		t.Errorf("caseness: got %v", c)
	}
}

func TestTheClientsTitleTellsNothing(t *testing.T) {
	for _, in := range instrument.Shipped().Newest() {
		for _, word := range []string{"depress", "anxi", "PHQ", "GAD", "mood", "suicid"} {
			if strings.Contains(strings.ToLower(in.Title), strings.ToLower(word)) {
				t.Errorf("%s: title %q says %q", in.ID, in.Title, word)
			}
		}
	}
}

func TestVersionsStandSideBySide(t *testing.T) {
	file := func(version string) *instrument.Instrument {
		in, err := instrument.Parse(version, []byte(strings.Replace(inventedJSON(2, 0, 1, num("maxMissing", 0)), `"version":"1"`, `"version":"`+version+`"`, 1)))
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	lib := instrument.LibraryOf(file("10"), file("2"), file("2.1"))
	var order []string
	for _, in := range lib.All() {
		order = append(order, in.Version)
	}
	if got := strings.Join(order, " "); got != "2 2.1 10" {
		t.Errorf("order: got %s", got)
	}
	if in, ok := lib.Lookup("invented", ""); !ok || in.Version != "10" {
		t.Errorf("newest: got %+v", in)
	}
	if in, ok := lib.Lookup("invented", "2"); !ok || in.Version != "2" {
		t.Errorf("version 2: got %+v", in)
	}
	if _, ok := lib.Lookup("invented", "3"); ok {
		t.Error("a version that is not there")
	}
	if got := lib.Newest(); len(got) != 1 || got[0].Version != "10" {
		t.Errorf("newest: got %d", len(got))
	}
}

func TestWhatToKnowBesideAResultStandsInTheFile(t *testing.T) {
	pcl, _ := instrument.Lookup("pcl-5", "")
	if !strings.Contains(pcl.Caution, "A total alone is no diagnosis.") || !slices.Contains(pcl.Rule(), pcl.Caution) {
		t.Errorf("got %q", pcl.Caution)
	}
}

func FuzzAnInstrumentFileEitherScoresOrIsRefused(f *testing.F) {
	f.Add([]byte(inventedJSON(3, 0, 3, num("maxMissing", 1))), int8(1), uint8(0))
	f.Add([]byte(inventedJSON(2, -1, 1, members(yes("noTotal"), num("maxMissing", 0), text("reverse", "q1"), part("a", 0, 2.5, 1)))), int8(-1), uint8(1))
	f.Add([]byte(inventedJSON(4, 0, 2, members(num("maxMissing", 1), text("method", "mean"), text("optional", "q2"), group("gate", text("item", "q1"), num("from", 2))))), int8(2), uint8(0))
	f.Add([]byte(`{"resourceType":"Questionnaire","item":[{"answerOption":[{"valueInteger":1e99}]}]}`), int8(0), uint8(3))
	f.Add([]byte(inventedJSON(1, 0, 2, members(num("maxMissing", 0), counted(1, 1)))), int8(1), uint8(0))
	// No shipped file: they are so long that a second would see three inputs, and not hundreds.
	f.Fuzz(func(t *testing.T, data []byte, value int8, skipped uint8) {
		in, err := instrument.Parse("fuzz", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz: ") {
				t.Errorf("an error without its file: %v", err)
			}
			return
		}
		a := instrument.Answers{}
		for i, it := range in.Items {
			if i >= int(skipped) {
				v := it.Answers[(i+int(uint8(value)))%len(it.Answers)].Value
				a[it.ID] = &v
			}
		}
		inRange(t, in, a)
	})
}

func FuzzAScoreIsInRangeOrRefused(f *testing.F) {
	f.Add("phq-9", []byte{2, 3, 2, 3, 1, 2, 1, 0, 1})
	f.Add("phq-9", []byte{3, 2, 255, 3, 1, 255, 255, 1, 255})
	f.Add("gad-7", []byte{3, 3, 3, 3, 3, 3, 4})
	f.Fuzz(func(t *testing.T, id string, raw []byte) {
		in, ok := instrument.Lookup(id, "")
		if !ok {
			return
		}
		a, allowed := instrument.Answers{}, true
		for i, b := range raw {
			if i == len(in.Items) {
				break
			}
			if b == 255 {
				continue
			}
			v := int(int8(b))
			a[in.Items[i].ID] = &v
			allowed = allowed && v >= 0 && v <= 3
		}
		if got := inRange(t, in, a); got != allowed {
			t.Errorf("%v: scored %v, want %v", raw, got, allowed)
		}
	})
}

// inRange scores a, fails the test if anything lies outside of its range, and
// reports whether the answers were taken.
func inRange(t *testing.T, in *instrument.Instrument, a instrument.Answers) bool {
	t.Helper()
	r, err := instrument.Score(in, a)
	if err != nil {
		return false
	}
	lo, hi := in.Range()
	if r.Total != nil && (*r.Total < lo-1e-6 || *r.Total > hi+1e-6) {
		t.Errorf("total %v outside of %v to %v", *r.Total, lo, hi)
	}
	if (r.Total == nil) != (r.Reason != "") || (r.Total == nil) != (r.Display == nil) {
		t.Errorf("a total, its display and a reason do not fit: %+v", r)
	}
	if r.Total != nil && len(in.Scoring.Bands) > 0 && r.Band == nil {
		t.Errorf("no band for %v", *r.Total)
	}
	return true
}
