package mood_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "Kanarienvogel im Kirschbaum"

// A place is a world with logs in it.
type place struct {
	*waytest.World
	t    *testing.T
	logs *mood.Logs
	zone *time.Location
}

func each(t *testing.T, f func(*testing.T, *place)) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, &place{w, t, mood.New(w.Door), zone}) })
}

func id(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func (p *place) today() mood.Day { return mood.DayOf(p.Clock.Now().In(p.zone)) }

func (p *place) form(value int) mood.Form {
	return mood.Form{ID: id(p.t), Day: p.today(), Values: map[string]int{mood.Mood: value}}
}

// try keeps f as Tomas.
func (p *place) try(f mood.Form) (k mood.Kept, err error) {
	p.t.Helper()
	ctx, settle := p.Visit(p.t)
	k, err = p.logs.Keep(ctx, p.Tomas, p.Client, f, p.zone)
	settle()
	return k, err
}

func (p *place) keep(f mood.Form) mood.Kept {
	p.t.Helper()
	k, err := p.try(f)
	if err != nil {
		p.t.Fatal(err)
	}
	return k
}

func (p *place) open(from mood.Day) (l mood.Log) {
	p.t.Helper()
	p.Do(p.t, func(ctx context.Context) (err error) {
		l, err = p.logs.Open(ctx, p.Tomas, p.Client, from)
		return err
	})
	return l
}

func (p *place) shared() (l mood.Log) {
	p.t.Helper()
	p.Do(p.t, func(ctx context.Context) (err error) {
		l, err = p.logs.Shared(ctx, p.Clinician, p.Client, 0)
		return err
	})
	return l
}

func (p *place) share(how mood.Sharing) {
	p.t.Helper()
	p.Do(p.t, func(ctx context.Context) error {
		l, err := p.logs.Open(ctx, p.Tomas, p.Client, 0)
		if err != nil {
			return err
		}
		_, err = p.logs.Share(ctx, p.Tomas, p.Client, how, l.Settings.Revision, p.zone)
		return err
	})
}

func (p *place) watch(scale string) {
	p.t.Helper()
	p.Do(p.t, func(ctx context.Context) error {
		l, err := p.logs.Open(ctx, p.Tomas, p.Client, 0)
		if err != nil {
			return err
		}
		_, err = p.logs.Watch(ctx, p.Tomas, p.Client, scale, l.Settings.Revision, p.zone)
		return err
	})
}

// days notes one value a day, each day a day later, and returns on how many of
// them something was asked.
func (p *place) days(values ...int) (asked int) {
	p.t.Helper()
	for _, v := range values {
		p.Clock.Pass(24 * time.Hour)
		if p.keep(p.form(v)).Asked {
			asked++
		}
	}
	return asked
}

var usual = []int{6, 7, 5, 6, 8, 6, 7, 5, 6, 6, 7, 5, 7, 6, 6, 7, 5, 6, 8, 6, 7, 5, 6, 6, 7, 5, 7, 6}

func TestADayIsKeptWholeAndNothingOfItLiesInTheClear(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		f := p.form(4)
		f.Values[mood.Hours], f.Values[mood.Energy], f.There, f.Line = 6, 3, []string{"outside", "argument"}, canary
		k := p.keep(f)
		if k.Entry.Revision != 1 {
			t.Errorf("kept as %+v", k.Entry)
		}
		for range 2 { // it came twice
			if again := p.keep(f); again.Entry.Revision != 1 {
				t.Errorf("sent twice: %+v", again.Entry)
			}
		}
		f.Values = map[string]int{mood.Mood: 9}
		if _, err := p.try(f); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form with something else: %v", err)
		}
		l := p.open(0)
		if len(l.Entries) != 1 || l.Entries[0].Values[mood.Mood] != 4 || l.Entries[0].Values[mood.Hours] != 6 ||
			!slices.Equal(l.Entries[0].There, []string{"argument", "outside"}) || l.Entries[0].Line != canary || l.Last != p.today() {
			t.Errorf("got %+v", l)
		}
		p.AuditHolds(t)
		p.NotOnDisk(t, canary)
	})
}

func TestEverythingCanBeLeftOutAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.keep(mood.Form{ID: id(t), Day: p.today()})
		if n := p.Count(t, `SELECT count(*) FROM mood_entry`); n != 0 {
			t.Errorf("an empty form kept %d rows", n)
		}
		p.keep(p.form(4))
		p.keep(mood.Form{ID: id(t), Day: p.today(), Revision: 1})
		if l := p.open(0); len(l.Entries) != 0 {
			t.Errorf("emptied: got %+v", l.Entries)
		}
		p.keep(mood.Form{ID: id(t), Day: p.today(), Revision: 2, Line: "again"})
		if n := p.Count(t, `SELECT count(*) FROM mood_entry`); n != 3 {
			t.Errorf("%d revisions, want 3", n)
		}
	})
}

func TestADayCanBeFilledInForAWeek(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		for back, want := range map[mood.Day]bool{-1: false, 0: true, 1: true, 7: true, 8: false} {
			f := p.form(5)
			f.Day -= back
			if _, err := p.try(f); (err == nil) != want || err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("%d days back: %v", back, err)
			}
		}
		// It is the practice's day that counts: an hour after midnight in London in summer.
		p.Clock.Pass(time.Date(2027, 6, 1, 23, 30, 0, 0, time.UTC).Sub(p.Clock.Now()))
		f := mood.Form{ID: id(t), Values: map[string]int{mood.Mood: 5}}
		f.Day, _ = mood.ParseDay("2027-06-02")
		if _, err := p.try(f); err != nil {
			t.Errorf("after midnight: %v", err)
		}
	})
}

func TestTwoDevicesAreBroughtTogetherFieldByField(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.keep(mood.Form{ID: id(t), Day: p.today(), Values: map[string]int{mood.Mood: 5}, There: []string{"rest"}})
		phone := mood.Form{ID: id(t), Day: p.today(), Revision: 1, Values: map[string]int{mood.Mood: 5, mood.Energy: 4}, There: []string{"outside", "rest"}}
		laptop := mood.Form{ID: id(t), Day: p.today(), Revision: 1, Values: map[string]int{mood.Mood: 5, mood.Hours: 7}, Line: "long day"}
		p.keep(phone)
		k := p.keep(laptop)
		want := map[string]int{mood.Mood: 5, mood.Energy: 4, mood.Hours: 7}
		if k.Entry.Revision != 3 || !reflect.DeepEqual(k.Entry.Values, want) || !slices.Equal(k.Entry.There, []string{"outside"}) || k.Entry.Line != "long day" {
			t.Errorf("brought together: %+v", k.Entry)
		}
		if again := p.keep(laptop); again.Entry.Revision != 3 {
			t.Errorf("sent twice: %+v", again.Entry)
		}

		late := mood.Form{ID: id(t), Day: p.today(), Revision: 1, Values: map[string]int{mood.Mood: 5, mood.Energy: 8}, There: []string{"rest"}, Line: "short day"}
		k, err := p.try(late)
		if !fault.Is(err, fault.Conflict) || !slices.Equal(k.Clashes, []string{mood.Energy, mood.LineField}) ||
			k.Theirs.Line != "long day" || k.Entry.Line != "short day" || k.Entry.Values[mood.Hours] != 7 || k.Entry.Revision != 3 {
			t.Fatalf("a clash: %+v, %v", k, err)
		}
		late.Revision, late.Values, late.There = k.Entry.Revision, k.Entry.Values, k.Entry.There
		if k = p.keep(late); k.Entry.Revision != 4 || k.Entry.Line != "short day" || k.Entry.Values[mood.Energy] != 8 {
			t.Errorf("decided: %+v", k.Entry)
		}
		if n := p.Count(t, `SELECT count(*) FROM mood_entry`); n != 4 {
			t.Errorf("%d revisions: something was lost", n)
		}
	})
}

func TestWhatDoesNotBelongIsRefused(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		for name, f := range map[string]mood.Form{
			"too high":        {Values: map[string]int{mood.Mood: 11}},
			"below":           {Values: map[string]int{mood.Mood: -1}},
			"hours":           {Values: map[string]int{mood.Hours: 2}},
			"no such scale":   {Values: map[string]int{"weight": 5}},
			"a tag as scale":  {Values: map[string]int{"rest": 5}},
			"no such tag":     {There: []string{"dancing"}},
			"a scale as tag":  {There: []string{mood.Mood}},
			"too long":        {Line: strings.Repeat("x", mood.MaxLine+1)},
			"no text":         {Line: "a\x00b"},
			"ahead of itself": {Revision: 3, Line: "x"},
		} {
			f.ID, f.Day = id(t), p.today()
			if _, err := p.try(f); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := p.try(mood.Form{ID: "1", Day: p.today(), Line: "x"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("no id: %v", err)
		}
		if n := p.Count(t, `SELECT count(*) FROM mood_entry`); n != 0 {
			t.Errorf("%d rows were kept", n)
		}
	})
}

func TestALogIsNobodyElsesUntilItIsShared(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.keep(p.form(4))
		nothing := p.shared()
		if len(nothing.Entries) != 0 || nothing.Settings.Sharing != mood.Mine || nothing.Last != 0 || len(nothing.Questions) != 0 {
			t.Errorf("not shared: got %+v", nothing)
		}
		p.share(mood.Whole)
		if l := p.shared(); len(l.Entries) != 1 || l.Entries[0].Values[mood.Mood] != 4 {
			t.Errorf("shared: got %+v", l)
		}
		p.share(mood.Mine)
		if l := p.shared(); !reflect.DeepEqual(l, nothing) {
			t.Errorf("no longer shared: got %+v, want what was there when nothing was shared", l)
		}
		p.Clock.Pass(48 * time.Hour)
		p.share(mood.Onward)
		p.keep(p.form(7))
		if l := p.shared(); len(l.Entries) != 1 || l.Entries[0].Values[mood.Mood] != 7 || l.First != p.today() {
			t.Errorf("shared from today on: got %+v", l)
		}
		line := p.line()
		if line.Sharing != mood.Onward || line.Noted != 1 || line.Last != p.today() {
			t.Errorf("the line: got %+v", line)
		}
		p.share(mood.Mine)
		if line = p.line(); line != (mood.Line{Sharing: mood.Mine}) {
			t.Errorf("the line of what is not shared: got %+v", line)
		}
	})
}

func (p *place) line() (l mood.Line) {
	p.t.Helper()
	p.Do(p.t, func(ctx context.Context) (err error) {
		l, err = p.logs.Line(ctx, p.Clinician, p.Client, p.today())
		return err
	})
	return l
}

func TestToStopSharingIsNeverRefusedAndToBeginFromAnOldPageIs(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.share(mood.Whole)
		p.share(mood.Mine)
		ctx, settle := p.Visit(t)
		if _, err := p.logs.Share(ctx, p.Tomas, p.Client, mood.Whole, 0, p.zone); !fault.Is(err, fault.Conflict) {
			t.Errorf("from an old page: %v", err)
		}
		if _, err := p.logs.Watch(ctx, p.Tomas, p.Client, mood.Mood, 0, p.zone); !fault.Is(err, fault.Conflict) {
			t.Errorf("from an old page: %v", err)
		}
		settle()
		p.share(mood.Whole)
		p.Do(t, func(ctx context.Context) error {
			if _, err := p.logs.Watch(ctx, p.Tomas, p.Client, "", 0, p.zone); err != nil {
				return err
			}
			_, err := p.logs.Share(ctx, p.Tomas, p.Client, mood.Mine, 0, p.zone)
			return err
		})
		if l := p.shared(); l.Settings.Sharing != mood.Mine {
			t.Error("still shared")
		}
	})
}

func TestNobodyElseReachesALog(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.keep(p.form(4))
		p.share(mood.Whole)
		own := map[access.Action]func(context.Context, access.Actor) error{
			access.ReadLog: func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Open(ctx, a, p.Client, 0)
				return err
			},
			access.KeepLog: func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Keep(ctx, a, p.Client, p.form(1), p.zone)
				return err
			},
		}
		more := []func(context.Context, access.Actor) error{
			func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Brief(ctx, a, p.Client, 0)
				return err
			},
			func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Draft(ctx, a, p.Client, 0, 0)
				return err
			},
		}
		change := []func(context.Context, access.Actor) error{
			func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Share(ctx, a, p.Client, mood.Whole, 1, p.zone)
				return err
			},
			func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Watch(ctx, a, p.Client, mood.Mood, 1, p.zone)
				return err
			},
			func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Add(ctx, a, p.Client, scale(t))
				return err
			},
			func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.PutAway(ctx, a, p.Client, "rest", true)
				return err
			},
			func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Answer(ctx, a, p.Client, id(t), mood.AnswerForm{Answer: mood.Bring})
				return err
			},
		}
		theirs := map[access.Action]func(context.Context, access.Actor) error{
			access.ReadSharedLog: func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Shared(ctx, a, p.Client, 0)
				return err
			},
			access.GlanceLog: func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Line(ctx, a, p.Client, 0)
				return err
			},
			access.TalkLog: func(ctx context.Context, a access.Actor) error { return p.logs.Talked(ctx, a, p.Client, id(t)) },
		}
		nobody := []access.Actor{p.Stranger, p.Manager, p.Supervisor, access.Anyone(p.Practice), access.System(p.Practice, "queue")}
		refuse := func(a access.Actor, action access.Action, do func(context.Context, access.Actor) error) {
			p.Refused(t, a, action, func(ctx context.Context) error { return do(ctx, a) })
		}
		for _, a := range append(nobody, p.Clinician) {
			for action, do := range own {
				refuse(a, action, do)
			}
			for _, do := range more {
				refuse(a, access.ReadLog, do)
			}
			for _, do := range change {
				refuse(a, access.KeepLog, do)
			}
		}
		for _, a := range append(nobody, p.Tomas) {
			for action, do := range theirs {
				refuse(a, action, do)
			}
		}
		for _, a := range []access.Actor{p.Manager, access.Anyone(p.Practice)} {
			refuse(a, access.ReadLogScales, func(ctx context.Context, a access.Actor) error { _, err := p.logs.Offers(ctx, a); return err })
		}
		for _, a := range []access.Actor{p.Manager, p.Tomas, access.Anyone(p.Practice)} {
			refuse(a, access.ReviseLogScales, func(ctx context.Context, a access.Actor) error { _, err := p.logs.Offer(ctx, a, scale(t)); return err })
			refuse(a, access.ReviseLogScales, func(ctx context.Context, a access.Actor) error {
				_, err := p.logs.Withdraw(ctx, a, id(t), true)
				return err
			})
		}
		// Whoever broke the glass opens no log.
		p.Grant(t, p.Stranger, p.Client, access.Emergency)
		for action, do := range theirs {
			refuse(p.Stranger, action, do)
		}
	})
}

func scale(t *testing.T) mood.ItemForm {
	return mood.ItemForm{ID: id(t), Kind: mood.Scale, Name: canary, Low: "none", High: "all day", Better: mood.Lower}
}

func TestScalesOfOnesOwnAreAddedPutAwayAndBroughtBack(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		f := scale(t)
		p.Do(t, func(ctx context.Context) error {
			for range 2 {
				if i, err := p.logs.Add(ctx, p.Tomas, p.Client, f); err != nil || i.Revision != 1 || !i.Own() {
					t.Fatalf("got %+v, %v", i, err)
				}
			}
			other := f
			other.Name = "Something else"
			if _, err := p.logs.Add(ctx, p.Tomas, p.Client, other); !fault.Is(err, fault.Conflict) {
				t.Errorf("the same id with other words: %v", err)
			}
			for field, bad := range map[string]mood.ItemForm{
				"name": {Kind: mood.Activity}, "low": {Kind: mood.Scale, Name: "x"}, "better": {Kind: mood.Scale, Name: "x", Low: "a", High: "b"},
				"id": {Kind: "colour", Name: "x"},
			} {
				bad.ID = id(t)
				_, err := p.logs.Add(ctx, p.Tomas, p.Client, bad)
				if err, ok := err.(*fault.Error); !ok || err.Kind != fault.Invalid || err.Field != field {
					t.Errorf("%s: %v", field, err)
				}
			}
			return nil
		})
		day := p.form(4)
		day.Values[f.ID] = 9
		p.keep(day)
		p.Do(t, func(ctx context.Context) error {
			for range 2 {
				if i, err := p.logs.PutAway(ctx, p.Tomas, p.Client, f.ID, true); err != nil || !i.Away || i.Revision != 2 {
					t.Fatalf("got %+v, %v", i, err)
				}
			}
			if _, err := p.logs.PutAway(ctx, p.Tomas, p.Client, mood.Hours, true); err != nil {
				return err
			}
			if _, err := p.logs.PutAway(ctx, p.Tomas, p.Client, mood.Mood, true); !fault.Is(err, fault.Invalid) {
				t.Errorf("the mood was put away: %v", err)
			}
			_, err := p.logs.PutAway(ctx, p.Tomas, p.Client, id(t), true)
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("what is not there was put away: %v", err)
			}
			return nil
		})
		l := p.open(0)
		if i, _ := l.Item(f.ID); !i.Away || l.Entries[0].Values[f.ID] != 9 {
			t.Errorf("put away: got %+v", l)
		}
		if i, _ := l.Item(mood.Hours); !i.Away || i.Own() || i.Name != "Hours of sleep" {
			t.Errorf("hours: got %+v", i)
		}
		p.NotOnDisk(t, canary)
	})
}

func TestAPracticeOffersScalesAndAClientTakesOne(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		f := scale(t)
		p.Do(t, func(ctx context.Context) error {
			if _, err := p.logs.Offer(ctx, p.Clinician, f); err != nil {
				return err
			}
			offers, err := p.logs.Offers(ctx, p.Tomas)
			if err != nil || len(offers) != 1 || offers[0].Name != canary {
				t.Fatalf("got %+v, %v", offers, err)
			}
			took, err := p.logs.Add(ctx, p.Tomas, p.Client, mood.ItemForm{
				ID: id(t), Kind: mood.Scale, Name: offers[0].Name, Low: offers[0].Low, High: offers[0].High, Better: offers[0].Better, From: offers[0].ID,
			})
			if err != nil || took.From != f.ID {
				t.Errorf("took %+v, %v", took, err)
			}
			if i, err := p.logs.Withdraw(ctx, p.Stranger, f.ID, true); err != nil || !i.Away {
				t.Errorf("withdrawn: %+v, %v", i, err) // another clinician of the practice
			}
			l, err := p.logs.Open(ctx, p.Tomas, p.Client, 0)
			if i, ok := l.Item(took.ID); !ok || i.Away {
				t.Error("whoever took it has lost it")
			}
			return err
		})
		p.NotOnDisk(t, canary)
	})
}
