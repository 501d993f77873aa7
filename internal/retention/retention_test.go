package retention_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/session"
)

func TestUntilWhenARecordIsKept(t *testing.T) {
	day := func(text string) time.Time { return must(time.ParseInLocation("2006-01-02 15:04", text, berlin)) }
	for _, tt := range []struct {
		what, last, born string
		years, until     int
		want             string
	}{
		{"ten years, and the day is over", "2026-11-19 09:30", "", 10, 0, "2036-11-20"},
		{"shortly before midnight by the practice’s clocks", "2026-11-19 23:30", "", 10, 0, "2036-11-20"},
		{"an age without a day of birth", "2026-11-19 09:30", "", 10, 25, "2036-11-20"},
		{"under age, and the age comes later", "2026-11-19 09:30", "2020-03-01", 10, 25, "2045-03-01"},
		{"under age, and the years are longer", "2026-11-19 09:30", "2009-03-01", 10, 25, "2036-11-20"},
		{"a day before eighteen", "2026-11-19 09:30", "2008-11-20", 1, 25, "2033-11-20"},
		{"eighteen that day", "2026-11-19 09:30", "2008-11-19", 1, 25, "2027-11-20"},
		{"no rule for who is under age", "2026-11-19 09:30", "2020-03-01", 10, 0, "2036-11-20"},
	} {
		s := retention.Standing{Last: day(tt.last).UTC(), Closing: retention.Closing{Born: tt.born}}
		if got := s.Until(retention.Rule{Revision: 1, Years: tt.years, Until: tt.until}, berlin).Format(time.DateOnly); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.what, got, tt.want)
		}
	}
}

func TestWhenARecordIsDue(t *testing.T) {
	set, held := retention.Rule{Revision: 1, Years: 10}, []retention.Hold{{}}
	day := func(text string) time.Time { return must(time.ParseInLocation(time.DateOnly, text, berlin)) }
	for _, tt := range []struct {
		what string
		s    retention.Standing
		rule retention.Rule
		now  string
		want bool
	}{
		{"the day before", retention.Standing{}, set, "2036-11-19", false},
		{"the day", retention.Standing{}, set, "2036-11-20", true},
		{"no rule was set", retention.Standing{}, retention.Rule{Years: 10}, "2036-11-20", false},
		{"somebody treats them", retention.Standing{Treated: true}, set, "2036-11-20", false},
		{"somebody treats them on paper, and closed the record", retention.Standing{Treated: true, Closing: retention.Closing{Closed: true}}, set, "2036-11-20", true},
		{"it was closed, and a session is planned", retention.Standing{Ahead: true, Closing: retention.Closing{Closed: true}}, set, "2036-11-20", false},
		{"a session is planned", retention.Standing{Ahead: true}, set, "2036-11-20", false},
		{"something holds it", retention.Standing{Holds: held}, set, "2036-11-20", false},
	} {
		tt.s.Last = day("2026-11-19")
		if got := tt.s.Due(tt.rule, day(tt.now), berlin); got != tt.want {
			t.Errorf("%s: due is %v", tt.what, got)
		}
	}
}

func TestARuleIsSetOnceAndNotBelowTheLawWithoutAReason(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		law, ok := retention.LawOf("DE")
		if !ok || law.Years != 10 || !law.Binding || law.Source == "" {
			t.Fatalf("the law of Germany: %+v", law)
		}
		if _, ok := retention.LawOf("AT"); ok {
			t.Error("a figure nobody verified is known")
		}
		set := func(ctx context.Context, by access.Actor, r retention.Rule) error {
			_, err := p.SetRule(ctx, by, r, law)
			return err
		}
		for _, by := range []access.Actor{p.ines, p.tomas, p.mallory, access.Anyone(p.id), p.operator} {
			p.Refused(t, by, access.SetRetention, func(ctx context.Context) error { return set(ctx, by, retention.Rule{Years: 10}) })
		}
		for _, by := range []access.Actor{access.Anyone(p.id), p.operator} {
			p.Refused(t, by, access.ReadRetention, func(ctx context.Context) error { _, err := p.Rule(ctx, by); return err })
		}
		for _, by := range []access.Actor{p.ines, p.tomas, access.Anyone(p.id)} {
			p.Refused(t, by, access.ReadErasures, func(ctx context.Context) error { _, err := p.RuleWhole(ctx, by); return err })
		}
		p.fails(t, fault.Invalid, "years", func(ctx context.Context) error { return set(ctx, p.otto, retention.Rule{Years: 0}) })
		p.fails(t, fault.Invalid, "years", func(ctx context.Context) error { return set(ctx, p.otto, retention.Rule{Years: 101}) })
		p.fails(t, fault.Invalid, "until", func(ctx context.Context) error { return set(ctx, p.otto, retention.Rule{Years: 10, Until: 17}) })
		p.fails(t, fault.Invalid, "why", func(ctx context.Context) error { return set(ctx, p.otto, retention.Rule{Years: 9}) })
		p.fails(t, fault.Invalid, "why", func(ctx context.Context) error {
			return set(ctx, p.otto, retention.Rule{Years: 9, Why: strings.Repeat("x", retention.MaxWords+1)})
		})
		stale := p.otto
		stale.Fresh = false
		p.fails(t, fault.StepUp, "", func(ctx context.Context) error { return set(ctx, stale, retention.Rule{Years: 10}) })

		p.rule(t, retention.Rule{Years: 9, Why: "canary-counsel says so"})
		p.rule(t, retention.Rule{Years: 9, Why: "canary-counsel says so"}) // the form came twice
		p.rule(t, retention.Rule{Revision: 1, Years: 12, Until: 25})
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return set(ctx, p.otto, retention.Rule{Revision: 1, Years: 30}) })
		for _, by := range []access.Actor{p.otto, p.ines, p.tomas} {
			p.Do(t, func(ctx context.Context) error {
				r, err := p.Rule(ctx, by)
				if r.Years != 12 || r.Until != 25 || r.Revision != 2 || r.Why != "" {
					t.Errorf("the rule is %+v", r)
				}
				return err
			})
		}
		p.NotOnDisk(t, "canary-counsel")
	})
}

func TestARecordIsClosedWhenNothingGoesOnAndOpenedAgain(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		closing := func(ctx context.Context, by access.Actor, f retention.CloseForm) error {
			return p.Close(ctx, by, p.tomas.ID, f, berlin)
		}
		for _, by := range []access.Actor{p.otto, p.tomas, p.mallory, access.Anyone(p.id), p.operator} {
			p.Refused(t, by, access.CloseRecord, func(ctx context.Context) error {
				return closing(ctx, by, retention.CloseForm{ID: newID(), Closed: true})
			})
		}
		var a session.Appointment
		p.Do(t, func(ctx context.Context) (err error) {
			a, err = p.sessions.Plan(ctx, p.ines, access.ClientRecord(p.tomas.ID), session.Form{ID: newID(), Start: p.Clock.Now().Add(24 * time.Hour), Length: 50 * time.Minute})
			return err
		})
		p.fails(t, fault.Invalid, "", func(ctx context.Context) error {
			return closing(ctx, p.ines, retention.CloseForm{ID: newID(), Closed: true})
		})
		p.Do(t, func(ctx context.Context) error {
			_, err := p.sessions.Cancel(ctx, p.ines, access.ClientRecord(p.tomas.ID), a.ID, a.Revision)
			return err
		})
		p.Clock.Pass(48 * time.Hour)
		p.fails(t, fault.Invalid, "id", func(ctx context.Context) error {
			return closing(ctx, p.ines, retention.CloseForm{ID: "x", Closed: true})
		})
		for _, born := range []string{"tomorrow", "2999-01-01", "1600-01-01", "canary-born"} {
			p.fails(t, fault.Invalid, "born", func(ctx context.Context) error {
				return closing(ctx, p.ines, retention.CloseForm{ID: newID(), Closed: true, Born: born})
			})
		}
		f := retention.CloseForm{ID: newID(), Closed: true, Born: "2012-08-09"}
		for range 2 { // twice is once
			p.Do(t, func(ctx context.Context) error { return closing(ctx, p.ines, f) })
		}
		s, _ := p.standing(t, p.otto)
		if !s.Closing.Closed || s.Closing.Born != "2012-08-09" || s.Closing.By != p.ines.ID || s.Closing.Revision != 1 {
			t.Errorf("the closing is %+v", s.Closing)
		}
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return closing(ctx, p.ines, retention.CloseForm{ID: newID()}) })
		p.Do(t, func(ctx context.Context) error {
			return closing(ctx, p.ines, retention.CloseForm{ID: newID(), Revision: 1})
		})
		if s, _ := p.standing(t, p.ines); s.Closing.Closed || s.Closing.Revision != 2 || s.Closing.Born != "" {
			t.Errorf("after it was opened again: %+v", s.Closing)
		}
		p.NotOnDisk(t, "2012-08-09")
	})
}

func TestWorkThatIsNotFinishedIsNotClosed(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		p.Do(t, func(ctx context.Context) error {
			_, err := p.sessions.Plan(ctx, p.ines, access.ClientRecord(p.tomas.ID), session.Form{ID: newID(), Start: p.Clock.Now().Add(24 * time.Hour), Length: 50 * time.Minute})
			return err
		})
		p.Clock.Pass(48 * time.Hour) // it was held
		p.fails(t, fault.Invalid, "", func(ctx context.Context) error {
			return p.Close(ctx, p.ines, p.tomas.ID, retention.CloseForm{ID: newID(), Closed: true}, berlin)
		})
		s, _ := p.standing(t, p.ines)
		if s.Ahead || s.Last.Before(p.Clock.Now().Add(-25*time.Hour)) {
			t.Errorf("the last contact was the session, and nothing is ahead: %+v", s)
		}
	})
}

func TestAManagerSeesWhoseTimeIsOverAndWhatHoldsIt(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		for _, by := range []access.Actor{p.tomas, access.Anyone(p.id), p.operator} {
			p.Do(t, func(ctx context.Context) error {
				o, err := p.Overview(ctx, by, berlin)
				if o.Kept+len(o.Due)+len(o.Held)+len(o.Wishes) > 0 {
					t.Errorf("%s sees %+v", by.ID, o)
				}
				return err
			})
		}
		for _, by := range []access.Actor{p.mallory, access.Anyone(p.id), p.operator} {
			p.Refused(t, by, access.ReadEnding, func(ctx context.Context) error { _, _, err := p.Standing(ctx, by, p.tomas.ID); return err })
		}
		for _, by := range []access.Actor{p.mallory, p.tomas, access.Anyone(p.id), p.operator} {
			p.Refused(t, by, access.HoldRecord, func(ctx context.Context) error { return p.Hold(ctx, by, p.tomas.ID, newID(), "x") })
			p.Refused(t, by, access.HoldRecord, func(ctx context.Context) error { return p.Release(ctx, by, p.tomas.ID, newID()) })
		}
		p.years(11)
		if o := p.overview(t); len(o.Due) != 0 || o.Kept != 1 {
			t.Errorf("without a rule: %+v", o)
		}
		p.rule(t, retention.Rule{Years: 10})
		if o := p.overview(t); len(o.Due) != 0 || o.Lapsed != 1 {
			t.Errorf("Ines treats him still: %+v", o)
		}
		p.Do(t, func(ctx context.Context) error {
			return p.Close(ctx, p.ines, p.tomas.ID, retention.CloseForm{ID: newID(), Closed: true}, berlin)
		})
		o := p.overview(t)
		if len(o.Due) != 1 || o.Lapsed != 0 || o.Due[0].Person.Name != "Tomas" || len(o.Held)+len(o.Wishes) != 0 {
			t.Fatalf("after eleven years: %+v", o)
		}
		id := newID()
		p.fails(t, fault.Invalid, "reason", func(ctx context.Context) error { return p.Hold(ctx, p.ines, p.tomas.ID, id, " ") })
		p.fails(t, fault.NotFound, "", func(ctx context.Context) error { return p.Hold(ctx, p.otto, p.mallory.ID, newID(), "a colleague") })
		for range 2 {
			p.Do(t, func(ctx context.Context) error { return p.Hold(ctx, p.ines, p.tomas.ID, id, "canary-complaint") })
		}
		if o := p.overview(t); len(o.Due) != 0 || len(o.Held) != 1 || len(o.Held[0].Holds) != 1 || o.Held[0].Holds[0].Reason != "canary-complaint" {
			t.Errorf("held: %+v", o)
		}
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return p.Hold(ctx, p.ines, p.tomas.ID, id, "another reason") })
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return p.Hold(ctx, p.otto, p.tomas.ID, id, "canary-complaint") })
		if s, _ := p.standing(t, p.tomas); len(s.Holds) != 1 || s.Holds[0].Reason != "" || s.Holds[0].By != "" {
			t.Errorf("the client reads %+v", s.Holds)
		}
		for range 2 {
			p.Do(t, func(ctx context.Context) error { return p.Release(ctx, p.otto, p.tomas.ID, id) })
		}
		p.Do(t, func(ctx context.Context) error { return p.Hold(ctx, p.ines, p.tomas.ID, id, " canary-complaint") }) // the form came late
		p.fails(t, fault.NotFound, "", func(ctx context.Context) error { return p.Release(ctx, p.otto, p.tomas.ID, newID()) })
		if o := p.overview(t); len(o.Due) != 1 {
			t.Errorf("released: %+v", o)
		}
		p.NotOnDisk(t, "canary-complaint")
	})
}

func TestAClientAsksToBeErasedAndIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		for _, by := range []access.Actor{p.otto, p.ines, access.Anyone(p.id), p.operator} {
			p.Refused(t, by, access.WishErasure, func(ctx context.Context) error { return p.Ask(ctx, by, newID(), "x") })
			p.Refused(t, by, access.WishErasure, func(ctx context.Context) error { return p.Withdraw(ctx, by, newID()) })
		}
		for _, by := range []access.Actor{p.ines, p.tomas, p.mallory, access.Anyone(p.id)} {
			p.Refused(t, by, access.AnswerWish, func(ctx context.Context) error { return p.Answer(ctx, by, p.tomas.ID, newID(), "x") })
		}
		p.fails(t, fault.Invalid, "words", func(ctx context.Context) error { return p.Ask(ctx, p.tomas, newID(), "\x00") })
		first, second := newID(), newID()
		p.Do(t, func(ctx context.Context) error { return p.Ask(ctx, p.tomas, first, "canary-wish") })
		p.Do(t, func(ctx context.Context) error { return p.Ask(ctx, p.tomas, first, "canary-wish") })
		p.Do(t, func(ctx context.Context) error { return p.Ask(ctx, p.tomas, newID(), "") }) // one waits
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return p.Ask(ctx, p.tomas, newID(), "once more") })
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return p.Ask(ctx, p.tomas, first, "other words") })
		p.Do(t, func(ctx context.Context) error { return p.Withdraw(ctx, p.tomas, first) })
		p.Do(t, func(ctx context.Context) error { return p.Withdraw(ctx, p.tomas, first) })
		p.fails(t, fault.NotFound, "", func(ctx context.Context) error { return p.Withdraw(ctx, p.tomas, newID()) })
		if o := p.overview(t); len(o.Wishes) != 0 {
			t.Errorf("taken back: %+v", o.Wishes)
		}
		p.Clock.Pass(time.Minute)
		p.Do(t, func(ctx context.Context) error { return p.Ask(ctx, p.tomas, second, "canary-wish again") })
		if o := p.overview(t); len(o.Wishes) != 1 || o.Wishes[0].Wish.Words != "canary-wish again" {
			t.Errorf("asked: %+v", o.Wishes)
		}
		answer := func(ctx context.Context, id, words string) error { return p.Answer(ctx, p.otto, p.tomas.ID, id, words) }
		p.fails(t, fault.Invalid, "answer", func(ctx context.Context) error { return answer(ctx, second, "") })
		p.fails(t, fault.NotFound, "", func(ctx context.Context) error { return answer(ctx, newID(), "x") })
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return answer(ctx, first, "x") })
		for range 2 {
			p.Do(t, func(ctx context.Context) error { return answer(ctx, second, "canary-answer: until 2036") })
		}
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return answer(ctx, second, "other words") })
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return p.Withdraw(ctx, p.tomas, second) })
		if s, _ := p.standing(t, p.tomas); s.Asks() || s.Wish == nil || s.Wish.Answer != "canary-answer: until 2036" {
			t.Errorf("the client reads %+v", s.Wish)
		}
		p.NotOnDisk(t, "canary-wish")
		p.NotOnDisk(t, "canary-answer")
	})
}

// A client in the midst of treatment keeps a log and has goals, and nothing else is noted.
func TestARecordDoesNotEndWhileSomebodyTreatsTheClient(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		p.rule(t, retention.Rule{Years: 1, Why: "To try it out"})
		p.Clock.Pass(400 * 24 * time.Hour)
		s, r := p.standing(t, p.otto)
		if !s.Treated || s.Due(r, s.Seen, berlin) || !s.Lapsed(r, s.Seen, berlin) {
			t.Errorf("Ines treats him: %+v", s)
		}
		goals := goal.New(p.Door)
		p.Do(t, func(ctx context.Context) error {
			_, err := goals.WriteVision(ctx, p.tomas, access.ClientRecord(p.tomas.ID), 0, "To swim again")
			return err
		})
		noted := p.Clock.Now()
		p.Do(t, func(ctx context.Context) error { return p.people.EndCare(ctx, p.ines, p.tomas.ID, p.ines.ID) })
		p.Clock.Pass(300 * 24 * time.Hour)
		if s, r = p.standing(t, p.otto); s.Treated || s.Due(r, s.Seen, berlin) || s.Last.Before(noted) {
			t.Errorf("not a year ago: %+v", s)
		}
		p.Clock.Pass(100 * 24 * time.Hour)
		if s, r = p.standing(t, p.otto); !s.Due(r, s.Seen, berlin) {
			t.Errorf("more than a year ago: %+v", s)
		}
	})
}

// What the client noted is read too, be there a care relation or none.
func TestADayOfTheLogIsContact(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		p.Do(t, func(ctx context.Context) error { return p.people.EndCare(ctx, p.ines, p.tomas.ID, p.ines.ID) })
		p.Clock.Pass(100 * 24 * time.Hour)
		moods := mood.New(p.Door)
		p.Do(t, func(ctx context.Context) error {
			_, err := moods.Keep(ctx, p.tomas, access.ClientRecord(p.tomas.ID), mood.Form{ID: newID(), Day: mood.DayOf(p.Clock.Now().In(berlin)), Values: map[string]int{mood.Mood: 4}}, berlin)
			return err
		})
		if s, _ := p.standing(t, p.otto); p.Clock.Now().Sub(s.Last) > time.Hour {
			t.Errorf("the last contact was %v", s.Last)
		}
	})
}
