package hour

import (
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

func TestTheFrameEndsWhenItWasPlannedToEnd(t *testing.T) {
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		begins time.Duration // after start
		want   time.Duration // after start
		length time.Duration
	}{
		{name: "on time", want: 50 * time.Minute},
		{name: "early", begins: -10 * time.Minute, want: 50 * time.Minute},
		{name: "late", begins: 15 * time.Minute, want: 50 * time.Minute},
		{name: "with ten minutes left", begins: 40 * time.Minute, want: 50 * time.Minute},
		{name: "with hardly anything left", begins: 41 * time.Minute, want: 91 * time.Minute},
		{name: "after its end", begins: 2 * time.Hour, want: 170 * time.Minute},
		{name: "on another day", begins: -24 * time.Hour, want: -24*time.Hour + 50*time.Minute},
		{name: "short, and on time", length: 5 * time.Minute, want: 5 * time.Minute},
		{name: "short, and late", length: 5 * time.Minute, begins: time.Minute, want: 6 * time.Minute},
	} {
		if c.length == 0 {
			c.length = 50 * time.Minute
		}
		if got := frameOf(start, c.length, start.Add(c.begins)).Sub(start); got != c.want {
			t.Errorf("%s: until %v after its planned beginning, want %v", c.name, got, c.want)
		}
	}
}

func TestASessionThatNobodyEndedIsOverSomeTime(t *testing.T) {
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	f := Frame{Start: start, Until: start.Add(50 * time.Minute)}
	if f.Runs(start.Add(time.Minute)) || f.Over(start.Add(time.Minute)) || !f.Over(f.Until) {
		t.Error("a session that nobody began runs, or is not over after its time")
	}
	f.Began = start
	if !f.Runs(f.Until.Add(time.Hour)) || f.Over(f.Until.Add(time.Hour)) {
		t.Error("a session that is an hour over its time does not run")
	}
	if f.Runs(f.Until.Add(forgotten)) || !f.Over(f.Until.Add(forgotten)) {
		t.Error("a session that nobody ended runs for ever")
	}
	f.Ended = start.Add(20 * time.Minute)
	if f.Runs(start.Add(21*time.Minute)) || !f.Over(start.Add(21*time.Minute)) {
		t.Error("a session that was ended early is not over")
	}
}

func TestASessionIsBegunAroundItsTime(t *testing.T) {
	a := session.Appointment{Start: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC), Length: 50 * time.Minute, State: session.Planned}
	cancelled := a
	cancelled.State = session.Cancelled
	for _, c := range []struct {
		name string
		a    session.Appointment
		at   time.Duration // from its planned beginning
		may  bool
	}{
		{"an hour before", a, -time.Hour, true},
		{"earlier", a, -time.Hour - time.Second, false},
		{"while it goes", a, 20 * time.Minute, true},
		{"in the evening", a, 12*time.Hour + 50*time.Minute, true},
		{"the day after", a, 24 * time.Hour, false},
		{"cancelled", cancelled, 0, false},
	} {
		if err := Beginning(c.a, c.a.Start.Add(c.at)); (err == nil) != c.may {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestWhatIsKeptIsALineEach(t *testing.T) {
	k, err := KeptForm{
		Decisions: " We go to the lake \r\n\n  and to the stairs\n", ForClient: "the tram, one stop", ForBoth: "look at it on Tuesday",
		Open: "\n \n", Calm: "The lake in the morning",
	}.check()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(k.Decisions, "|") != "We go to the lake|and to the stairs" || len(k.Open) != 0 || k.Empty() ||
		len(k.Of(ByClient)) != 1 || len(k.Of(ByClinician)) != 0 || len(k.Of(ByBoth)) != 1 {
		t.Errorf("%+v", k)
	}
	for field, f := range map[string]KeptForm{
		"decisions":     {Decisions: strings.Repeat("a\n", MaxLines+1)},
		"for-client":    {ForClient: strings.Repeat("a", MaxLine+1)},
		"for-clinician": {ForClinician: "bell\a"},
		"open":          {Open: strings.Repeat("a", 1<<20)},
		"calm":          {Calm: strings.Repeat("a", MaxCalm+1)},
	} {
		_, err := f.check()
		if got, ok := err.(*fault.Error); !ok || got.Kind != fault.Invalid || got.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestAToolIsNamedOnceAndSaysWhatBecameOfIt(t *testing.T) {
	w, err := WorkForm{Call: CallTool, Tools: []Tool{
		{Technique: "worry-time", Name: "ignored", Use: Used}, {Use: Used}, {Name: "two chairs", Use: LetGo}, {Technique: "worry-time", Use: Intended},
	}}.check()
	if err != nil || len(w.Tools) != 2 || w.Tools[0] != (Tool{Technique: "worry-time", Use: Used}) || w.Tools[1] != (Tool{Name: "two chairs", Use: LetGo}) {
		t.Errorf("%+v, %v", w, err)
	}
	for field, f := range map[string]WorkForm{
		"call": {Call: "both"}, "intent": {Intent: strings.Repeat("a", MaxLine+1)}, "instead": {Instead: "a\x00"},
		"tool": {Tools: []Tool{{Technique: "../etc", Use: Used}}},
	} {
		_, err := f.check()
		if got, ok := err.(*fault.Error); !ok || got.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := (WorkForm{Tools: []Tool{{Name: "a"}}}).check(); !fault.Is(err, fault.Invalid) {
		t.Errorf("a tool that nothing became of: %v", err)
	}
}

func TestOnlyAClientKeepsSomethingForTheSession(t *testing.T) {
	f := ItemForm{ID: "01936f00-0000-7000-8000-000000000001", Text: " the stairs ", Hard: true, May: true}
	if got, err := f.check(ByClient); err != nil || !got.Hard || !got.May || got.Text != "the stairs" {
		t.Errorf("the client: %+v, %v", got, err)
	}
	if got, err := f.check(ByClinician); err != nil || got.Hard || got.May {
		t.Errorf("the clinician: %+v, %v", got, err)
	}
	f.Text = " \n"
	if _, err := f.check(ByClient); !fault.Is(err, fault.Invalid) {
		t.Errorf("no words: %v", err)
	}
}
