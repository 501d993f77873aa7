package path_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/path"
)

var london = must(time.LoadLocation("Europe/London"))

func must(loc *time.Location, err error) *time.Location {
	if err != nil {
		panic(err)
	}
	return loc
}

// on is a day of 2026.
func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, london)
}

// weekly are sessions at ten, each week from a day on.
func weekly(from time.Time, n int) []time.Time {
	all := make([]time.Time, n)
	for i := range all {
		d := from.AddDate(0, 0, 7*i)
		all[i] = time.Date(d.Year(), d.Month(), d.Day(), 10, 0, 0, 0, london)
	}
	return all
}

var kinds = [...]string{"came", "agreed", "ended", "reopened", "reached", "turned", "back", "lit", "rest", "finished", "here"}

// told writes a story in a line for each station.
func told(s path.Story) string {
	var b strings.Builder
	line := func(st path.Station) {
		fmt.Fprintf(&b, "%s %s", st.At.Format("2 Jan"), kinds[st.Kind])
		if st.Kind == path.Turned {
			fmt.Fprintf(&b, " %d-%d", st.First, st.Last)
		} else {
			fmt.Fprintf(&b, " @%d", st.Last)
		}
		if !st.Until.IsZero() {
			fmt.Fprintf(&b, " until %s", st.Until.Format("2 Jan"))
		}
		b.WriteString("\n")
	}
	for _, c := range s.Earlier {
		fmt.Fprintf(&b, "%d: %d-%d, %d\n", c.Year, c.First, c.Last, len(c.Stations))
	}
	for _, st := range s.Stations {
		line(st)
	}
	return b.String()
}

// walked writes the stretches: how many steps, and what stands beside after how many.
func walked(s path.Story) string {
	var b strings.Builder
	for _, st := range s.Stretches() {
		fmt.Fprintf(&b, "%s %d", [...]string{"on", "aside", "glade"}[st.Kind], st.Steps)
		if st.Open {
			b.WriteString(" open")
		}
		for _, sp := range st.Also {
			fmt.Fprintf(&b, ", %s after %d", kinds[sp.Kind], sp.After)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// nora is the journey of the sample practice, as it was drawn first.
func nora() path.Facts {
	held := append(weekly(on(time.March, 3), 22), weekly(on(time.September, 1), 12)...)
	return path.Facts{
		Now: on(time.November, 17).Add(12 * time.Hour), Held: held, Next: on(time.November, 24).Add(10 * time.Hour),
		Goals: []path.Goal{
			{ID: "a", Words: "Go out", Agreed: on(time.March, 17).Add(10 * time.Hour), Milestones: []path.Milestone{{Words: "Three stops", At: on(time.May, 5)}, {Words: "The market", At: on(time.October, 20)}}},
			{ID: "b", Words: "Sleep", Agreed: on(time.March, 17).Add(11 * time.Hour), Milestones: []path.Milestone{{Words: "Three nights", At: on(time.July, 14)}}},
			{ID: "c", Words: "Never agreed"},
		},
		Detours: []path.Detour{{Name: "Dad", From: on(time.June, 2), Until: on(time.June, 30)}, {Name: "The old worry", From: on(time.September, 22), Until: on(time.October, 20)}},
		Lights: []path.Light{
			{Word: "Trust", At: on(time.April, 14).Add(20 * time.Hour)},
			{Word: "Safety", At: on(time.June, 16).Add(20 * time.Hour)},
			{Word: "Trust", At: on(time.August, 10).Add(20 * time.Hour)},
			{Word: "Lightness", At: on(time.November, 10).Add(18 * time.Hour)},
			{Word: "Trust", At: on(time.November, 10).Add(20 * time.Hour)},
		},
	}
}

func TestTheStoryIsToldInOrderFromTheFirstHourToNow(t *testing.T) {
	s := path.Tell(nora())
	want := `3 Mar came @1
17 Mar agreed @3
14 Apr lit @7
5 May reached @10
2 Jun turned 14-17 until 30 Jun
16 Jun lit @16
30 Jun back @18
14 Jul reached @20
29 Jul rest @22 until 1 Sep
10 Aug lit @22
22 Sep turned 26-29 until 20 Oct
20 Oct back @30
20 Oct reached @30
10 Nov lit @33
17 Nov here @34
`
	if diff := cmp.Diff(want, told(s)); diff != "" {
		t.Error(diff)
	}
	want = `on 13, came after 0, agreed after 3, lit after 7, reached after 10
aside 4, lit after 3
on 5, back after 1, reached after 3, lit after 5
glade 0
on 3
aside 4
on 5, back after 1, reached after 1, lit after 4
`
	if diff := cmp.Diff(want, walked(s)); diff != "" {
		t.Error(diff)
	}
	if s.Detours != 2 || s.Rests != 1 || len(s.Earlier) != 0 || len(s.Stations[1].Goals) != 2 || len(s.Stations[13].Lights) != 2 {
		t.Errorf("got %d detours, %d rests, %d earlier; %+v", s.Detours, s.Rests, len(s.Earlier), s.Stations[1])
	}
}

func TestAnyBeginningIsAStory(t *testing.T) {
	now := on(time.March, 20).Add(12 * time.Hour)
	for name, tt := range map[string]struct {
		facts path.Facts
		told  string
		walk  string
	}{
		"nothing yet": {path.Facts{Now: now}, "20 Mar here @0\n", "on 0\n"},
		"a goal before the first hour": {
			path.Facts{Now: now, Goals: []path.Goal{{ID: "a", Agreed: on(time.March, 1)}}},
			"1 Mar agreed @0\n20 Mar here @0\n", "on 0, agreed after 0\n",
		},
		"one session": {path.Facts{Now: now, Held: weekly(on(time.March, 17), 1)}, "17 Mar came @1\n20 Mar here @1\n", "on 1, came after 0\n"},
		"a detour that goes on": {
			path.Facts{Now: now, Held: weekly(on(time.March, 3), 3), Detours: []path.Detour{{From: on(time.March, 10)}}},
			"3 Mar came @1\n10 Mar turned 2-3\n20 Mar here @3\n", "on 1, came after 0\naside 2 open\n",
		},
		"a detour without a session, from before the first": {
			path.Facts{Now: now, Held: weekly(on(time.March, 17), 1), Detours: []path.Detour{{From: on(time.March, 2), Until: on(time.March, 4)}}},
			"2 Mar turned 1-0 until 4 Mar\n4 Mar back @0\n17 Mar came @1\n20 Mar here @1\n", "on 0\naside 0\non 1, back after 0, came after 0\n",
		},
		"a detour for a day to come": {
			path.Facts{Now: now, Held: weekly(on(time.March, 17), 1), Detours: []path.Detour{{From: on(time.March, 30)}}},
			"17 Mar came @1\n20 Mar here @1\n", "on 1, came after 0\n",
		},
		"two detours that overlap": {
			path.Facts{Now: on(time.April, 30), Held: weekly(on(time.March, 3), 9), Detours: []path.Detour{
				{Name: "one", From: on(time.March, 10), Until: on(time.March, 31)}, {Name: "two", From: on(time.March, 24), Until: on(time.April, 14)},
			}},
			"3 Mar came @1\n10 Mar turned 2-4 until 31 Mar\n24 Mar turned 4-6 until 14 Apr\n31 Mar back @5\n14 Apr back @7\n30 Apr here @9\n",
			"on 1, came after 0\naside 5, turned after 3, back after 4\non 3, back after 1\n",
		},
		"a pause that goes on": {
			path.Facts{Now: on(time.May, 20), Held: weekly(on(time.March, 3), 4)},
			"3 Mar came @1\n25 Mar rest @4\n20 May here @4\n", "on 4, came after 0\nglade 0 open\n",
		},
		"finished": {
			path.Facts{Now: on(time.September, 20), Held: weekly(on(time.March, 3), 4), Finished: []path.Finish{{At: on(time.March, 24), Ending: outcome.AsPlanned}}},
			"3 Mar came @1\n24 Mar finished @4\n20 Sep here @4\n", "on 4, came after 0, finished after 4\n",
		},
		"a goal that was reached, and taken up again": {
			path.Facts{Now: now, Held: weekly(on(time.March, 3), 3), Goals: []path.Goal{{ID: "a", Agreed: on(time.March, 4), Turns: []path.Turn{
				{Kind: goal.Retired, Arrived: true, At: on(time.March, 10)}, {Kind: goal.Reopened, At: on(time.March, 17)},
			}}}},
			"3 Mar came @1\n4 Mar agreed @1\n10 Mar ended @2\n17 Mar reopened @3\n20 Mar here @3\n", "on 3, came after 0, agreed after 1, ended after 2, reopened after 3\n",
		},
	} {
		s := path.Tell(tt.facts)
		if diff := cmp.Diff(tt.told, told(s)); diff != "" {
			t.Errorf("%s: told\n%s", name, diff)
		}
		if diff := cmp.Diff(tt.walk, walked(s)); diff != "" {
			t.Errorf("%s: walked\n%s", name, diff)
		}
	}
}

func TestAPauseIsLongAndLongerThanUsual(t *testing.T) {
	rests := func(f path.Facts) (all []string) {
		for _, st := range path.Tell(f).Stations {
			if st.Kind == path.Rest {
				until := "now"
				if !st.Open() {
					until = st.Until.Format("2 Jan")
				}
				all = append(all, st.At.Format("2 Jan")+" to "+until)
			}
		}
		return all
	}
	every := func(days, n int) (held []time.Time) {
		for i := range n {
			held = append(held, on(time.January, 5).AddDate(0, 0, days*i).Add(10*time.Hour))
		}
		return held
	}
	gap := func(days int) []time.Time { // weekly, then so many days, then weekly
		return append(weekly(on(time.January, 5), 4), weekly(on(time.January, 26).AddDate(0, 0, days), 4)...)
	}
	end := func(held []time.Time) time.Time { return held[len(held)-1].Add(time.Hour) }
	for name, tt := range map[string]struct {
		held    []time.Time
		now     time.Time
		detours []path.Detour
		want    []string
	}{
		"two weeks":                             {held: gap(14)},
		"twenty days":                           {held: gap(20)},
		"three weeks":                           {held: gap(21), want: []string{"27 Jan to 16 Feb"}},
		"over the change of the clocks":         {held: append(weekly(on(time.February, 17), 3), weekly(on(time.March, 31).AddDate(0, 0, -7), 4)...), want: []string{"4 Mar to 24 Mar"}},
		"monthly":                               {held: every(28, 6)},
		"monthly, and then two":                 {held: append(every(28, 5), every(28, 5)[4].AddDate(0, 0, 56)), want: []string{"28 Apr to 22 Jun"}},
		"every two weeks, and then four":        {held: append(every(14, 5), every(14, 5)[4].AddDate(0, 0, 28)), want: []string{"3 Mar to 30 Mar"}},
		"two sessions, far apart":               {held: every(60, 2), want: []string{"6 Jan to 6 Mar"}},
		"two sessions, a month apart":           {held: every(30, 2)},
		"it goes on":                            {held: weekly(on(time.January, 5), 4), now: on(time.February, 20), want: []string{"27 Jan to now"}},
		"not yet":                               {held: weekly(on(time.January, 5), 4), now: on(time.February, 14)},
		"one session, three weeks ago":          {held: weekly(on(time.January, 5), 1), now: on(time.January, 27)},
		"one session, seven weeks ago":          {held: weekly(on(time.January, 5), 1), now: on(time.February, 24), want: []string{"6 Jan to now"}},
		"a detour explains it":                  {held: gap(35), detours: []path.Detour{{From: on(time.January, 26), Until: on(time.February, 20)}}},
		"a detour fills less than half of it":   {held: gap(35), detours: []path.Detour{{From: on(time.January, 26), Until: on(time.February, 5)}}, want: []string{"27 Jan to 2 Mar"}},
		"a detour that goes on explains it too": {held: weekly(on(time.January, 5), 4), now: on(time.March, 20), detours: []path.Detour{{From: on(time.January, 28)}}},
	} {
		if tt.now.IsZero() {
			tt.now = end(tt.held)
		}
		if diff := cmp.Diff(tt.want, rests(path.Facts{Now: tt.now, Held: tt.held, Detours: tt.detours})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestWhatIsEarlierIsFoldedByYear(t *testing.T) {
	held := weekly(on(time.January, 6).AddDate(-6, 0, 0), 300)
	f := path.Facts{Now: held[299].Add(24 * time.Hour), Held: held}
	for i := 0; i < 300; i += 10 {
		f.Lights = append(f.Lights, path.Light{Word: "Trust", At: held[i].Add(3 * time.Hour)})
	}
	f.Goals = []path.Goal{{ID: "a", Agreed: held[2]}}
	s := path.Tell(f)
	if s.Before != 260 || len(s.Stations) != 5 || s.Stations[4].Last != 300 {
		t.Errorf("got %d before and\n%s", s.Before, told(s))
	}
	n := 0
	for i, c := range s.Earlier {
		if c.First != n+1 || i > 0 && c.Year != s.Earlier[i-1].Year+1 {
			t.Errorf("%d begins with %d after %d", c.Year, c.First, n)
		}
		n = c.Last
	}
	if n != 260 {
		t.Errorf("the folded part ends with %d", n)
	}
	steps := 0
	for _, st := range s.Stretches() {
		steps += st.Steps
	}
	if steps != 40 {
		t.Errorf("%d steps are drawn", steps)
	}

	// Nobody finds three sessions folded away.
	if s := path.Tell(path.Facts{Now: f.Now, Held: held[300-44:]}); s.Before != 0 || len(s.Earlier) > 0 {
		t.Errorf("44 sessions: %d are folded", s.Before)
	}
	// A detour that was begun shortly before is told whole.
	f.Detours = []path.Detour{{From: day(held[257]), Until: day(held[263])}}
	if s := path.Tell(f); s.Before != 257 || s.Stations[0].Kind != path.Turned || s.Stretches()[0].Steps != 6 {
		t.Errorf("a detour over the fold: %d before\n%s", s.Before, told(s))
	}
	// One that goes on since long ago is the way that is drawn.
	f.Detours = []path.Detour{{From: day(held[20])}}
	if s := path.Tell(f); s.Before != 260 || walked(s) != "aside 40 open, lit after 1, lit after 11, lit after 21, lit after 31\n" {
		t.Errorf("a long detour: %d before\n%s", s.Before, walked(s))
	}
}

func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// wild makes facts of any kind, in order as the domains give them.
func wild(dice *rand.Rand) path.Facts {
	at := time.Date(2015, 1, 1, 9, 0, 0, 0, london).AddDate(0, 0, dice.IntN(4000))
	var f path.Facts
	days := func(n int) time.Duration { return time.Duration(dice.IntN(n+1)) * 24 * time.Hour }
	began := at
	for range dice.IntN([]int{2, 6, 40, 120, 400}[dice.IntN(5)]) {
		f.Held = append(f.Held, at)
		at = at.Add(7*24*time.Hour + days([]int{0, 1, 10, 90}[dice.IntN(4)]))
	}
	f.Now = at.Add(days(60))
	span := int(f.Now.Sub(began)/(24*time.Hour)) + 1
	some := func() time.Time { return began.Add(days(span + 20)).Add(-10 * 24 * time.Hour) }
	for range dice.IntN(5) {
		g := path.Goal{ID: fmt.Sprint(dice.Int()), Words: "w"}
		if dice.IntN(4) > 0 {
			g.Agreed = some()
		}
		for range dice.IntN(12) {
			g.Milestones = append(g.Milestones, path.Milestone{Words: "m", At: day(some())})
		}
		if dice.IntN(3) == 0 {
			g.Turns = append(g.Turns, path.Turn{Kind: goal.Retired, At: some()})
		}
		f.Goals = append(f.Goals, g)
	}
	for from := day(began); dice.IntN(3) > 0; {
		from = from.Add(days(span / 3))
		d := path.Detour{From: day(from)}
		if dice.IntN(5) > 0 {
			d.Until = day(from.Add(days(span / 4)))
		}
		f.Detours = append(f.Detours, d)
	}
	for when := began; dice.IntN(30) > 0 && when.Before(f.Now); when = when.Add(days(20)) {
		f.Lights = append(f.Lights, path.Light{Word: "Trust", At: when})
	}
	return f
}

// holds checks what is true of every story.
func holds(t *testing.T, f path.Facts) {
	t.Helper()
	s := path.Tell(f)
	if again := path.Tell(f); !reflect.DeepEqual(s, again) {
		t.Fatal("the same facts make another story")
	}
	last := s.Stations[len(s.Stations)-1]
	if last.Kind != path.Here || last.Last != len(f.Held) {
		t.Fatalf("it does not end here: %+v", last)
	}
	for i := 1; i+1 < len(s.Stations); i++ {
		if a, b := s.Stations[i-1], s.Stations[i]; day(a.At).After(day(b.At)) {
			t.Fatalf("%v stands before %v", a.At, b.At)
		}
	}
	if len(s.Stations) > path.MostStations+10+len(f.Detours) {
		t.Fatalf("%d stations are told whole", len(s.Stations))
	}
	steps, beside, turns := 0, 0, 0
	for i, st := range s.Stretches() {
		steps += st.Steps
		beside += len(st.Also)
		if st.Kind != path.Onward {
			turns++
			if st.Of == nil || st.Kind == path.Glade && st.Steps != 0 {
				t.Fatalf("stretch %d: %+v", i, st)
			}
		}
		if i > 0 && st.Kind == path.Onward && s.Stretches()[i-1].Kind == path.Onward {
			t.Fatalf("stretches %d and %d go on in one", i-1, i)
		}
		for k, sp := range st.Also {
			if sp.After < 0 || sp.After > st.Steps || k > 0 && sp.After < st.Also[k-1].After {
				t.Fatalf("stretch %d of %d: spot %d after %d", i, st.Steps, k, sp.After)
			}
		}
	}
	if s.Before+steps != len(f.Held) {
		t.Fatalf("%d sessions folded and %d drawn of %d\n%s%s", s.Before, steps, len(f.Held), told(s), walked(s))
	}
	if want := len(s.Stations) - 1; beside+turns != want {
		t.Fatalf("%d beside and %d turns of %d stations\n%s%s", beside, turns, want, told(s), walked(s))
	}
	folded := 0
	for _, c := range s.Earlier {
		folded += c.Last - c.First + 1
	}
	if folded != s.Before {
		t.Fatalf("%d sessions in the years before, not %d", folded, s.Before)
	}
}

func TestEveryStoryHoldsTogether(t *testing.T) {
	for seed := range uint64(400) {
		holds(t, wild(rand.New(rand.NewPCG(seed, 1))))
	}
}

func FuzzStories(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) { holds(t, wild(rand.New(rand.NewPCG(a, b)))) })
}
