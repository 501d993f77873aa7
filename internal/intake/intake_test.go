package intake_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/intake"
)

func TestWhoWroteWhichLineStaysWithIt(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Brings, Said: intake.Said{"brings": canary, "since": "Since March"}})
		w.Clock.Pass(time.Hour)
		first := w.Clock.Now()
		r := w.mustKeep(t, w.Clinician, intake.Form{Part: intake.Brings, Revision: 1, Said: intake.Said{
			"brings": canary, "since": "Since March, after the move", "harder": "Sleep",
		}})
		if l := r.Lines["brings"]; l.By != w.Tomas.ID || l.Side != intake.ByClient || l.Before != "" {
			t.Errorf("a line that stayed: %+v", l)
		}
		if l := r.Lines["since"]; l.By != w.Clinician.ID || l.Before != w.Tomas.ID || !l.At.Equal(first) {
			t.Errorf("a line that was gone over: %+v", l)
		}
		if l := r.Lines["harder"]; l.Side != intake.ByClinician || l.Before != "" {
			t.Errorf("a new line: %+v", l)
		}
		page := w.page(t, w.Tomas, intake.Brings)
		if len(page.History) != 2 || page.History[1].Said()["since"] != "Since March" || page.History[0].Number != 2 {
			t.Errorf("the history: %+v", page.History)
		}
		if got := w.open(t, w.Tomas).Standing(intake.Brings); got.Said()["harder"] != "Sleep" || got.State != intake.Told {
			t.Errorf("as the client reads it: %+v", got)
		}
		w.NotOnDisk(t, canary)
		w.NotOnDisk(t, "Since March")
	})
}

func TestWhatIsSentTwiceIsKeptOnceAndNothingIsRequired(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := intake.Form{Part: intake.Strengths, Course: 1, Said: intake.Said{"side": "My sister"}}
		var kept atomic.Int32
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if _, err := w.keep(t, w.Tomas, f); err == nil {
					kept.Add(1)
				} else {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := w.Count(t, `SELECT count(*) FROM intake_part`); n != 1 || kept.Load() != 5 {
			t.Errorf("rows %d, successes %d", n, kept.Load())
		}
		w.mustKeep(t, w.Clinician, intake.Form{Part: intake.Strengths, Revision: 1, Said: intake.Said{"side": "My sister, and Ben"}})
		if r, err := w.keep(t, w.Tomas, f); err != nil || r.Number != 2 {
			t.Errorf("the first once more, after it was changed: %+v, %v", r, err)
		}
		for p, said := range map[intake.Part]intake.Said{intake.Life: {}, intake.Health: {"health": "  \n "}} {
			if _, err := w.keep(t, w.Tomas, intake.Form{Part: p, Said: said}); fieldOf(err) != "" {
				t.Errorf("an empty %s: %v", p, err)
			}
		}
		r := w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Strengths, Revision: 2})
		if r.State != intake.Empty || r.Number != 3 {
			t.Errorf("everything taken out: %+v", r)
		}
	})
}

func TestTwoWhoWriteAtOnceLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Context, Said: intake.Said{"work": "Nights at the hospital"}})
		w.mustKeep(t, w.Clinician, intake.Form{Part: intake.Context, Revision: 1, Said: intake.Said{"work": "Nights at the hospital, four a week"}})
		now, err := w.keep(t, w.Tomas, intake.Form{Part: intake.Context, Revision: 1, Said: intake.Said{"work": "Nights, and I am looking for something else"}})
		if !fault.Is(err, fault.Conflict) || now.Number != 2 || now.Said()["work"] != "Nights at the hospital, four a week" {
			t.Errorf("got %+v, %v", now, err)
		}
		if n := w.Count(t, `SELECT count(*) FROM intake_part`); n != 2 {
			t.Errorf("%d revisions", n)
		}
		r := w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Context, Revision: 2, Said: intake.Said{"work": "Both"}})
		if r.Number != 3 || r.Lines["work"].Before != w.Clinician.ID {
			t.Errorf("after both were seen: %+v", r)
		}
	})
}

func TestADraftIsItsWritersAloneAndGoesOnFromAnyDevice(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		d, err := w.draft(t, w.Tomas, intake.Form{Part: intake.Life, Said: intake.Said{"story": canary}})
		if err != nil || d.Rev != 1 {
			t.Fatalf("got %+v, %v", d, err)
		}
		if again, err := w.draft(t, w.Tomas, intake.Form{Part: intake.Life, Said: intake.Said{"story": canary}}); err != nil || again.Rev != 1 {
			t.Errorf("the same twice: %+v, %v", again, err)
		}
		if d, err = w.draft(t, w.Tomas, intake.Form{Part: intake.Life, Rev: 1, Said: intake.Said{"story": canary + ", and more"}}); err != nil || d.Rev != 2 {
			t.Errorf("gone on: %+v, %v", d, err)
		}
		other, err := w.draft(t, w.Tomas, intake.Form{Part: intake.Life, Rev: 1, Said: intake.Said{"story": "From the other device"}})
		if !fault.Is(err, fault.Conflict) || other.Said["story"] != canary+", and more" {
			t.Errorf("from another device: %+v, %v", other, err)
		}
		for _, who := range []access.Actor{w.Tomas, w.Clinician} {
			page := w.page(t, who, intake.Life)
			if own := who.ID == w.Tomas.ID; page.Begun != own || (page.Draft.Said["story"] != "") != own || page.Number != 0 {
				t.Errorf("as %s reads it: %+v", who.ID, page)
			}
			if got := w.open(t, who).Standing(intake.Life).Begun; got != (who.ID == w.Tomas.ID) {
				t.Errorf("in the overview of %s: begun %t", who.ID, got)
			}
		}
		w.NotOnDisk(t, canary)
		if _, err := w.draft(t, w.Clinician, intake.Form{Part: intake.Life, Said: intake.Said{"story": "Mine"}}); err != nil {
			t.Error(err)
		}
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Life, Rev: 1, Said: intake.Said{"story": "As I want it"}})
		if !w.page(t, w.Tomas, intake.Life).Begun {
			t.Error("keeping an older draft took away what went on elsewhere")
		}
		w.Do(t, func(ctx context.Context) error { return w.is.DropDraft(ctx, w.Tomas, w.Client, intake.Life, 1, 2) })
		if w.page(t, w.Tomas, intake.Life).Begun || !w.page(t, w.Clinician, intake.Life).Begun {
			t.Error("dropping one’s own draft dropped another, or nothing")
		}
	})
}

func TestForTheRoomOnlyStoresNothingAndLeavesWhatWasRead(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		room := func(p intake.Part, revision int64) (r intake.Revision, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.is.Room(ctx, w.Tomas, w.Client, p, 1, revision)
		}
		one := w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Life, Said: intake.Said{"story": "Read"}})
		w.seen(t, one)
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Life, Revision: 1, Said: intake.Said{"story": "Not read"}})
		if _, err := w.draft(t, w.Tomas, intake.Form{Part: intake.Life, Revision: 2, Said: intake.Said{"story": "Begun"}}); err != nil {
			t.Fatal(err)
		}
		if now, err := room(intake.Life, 1); !fault.Is(err, fault.Conflict) || now.Number != 2 {
			t.Errorf("of an older one: %+v, %v", now, err)
		}
		r, err := room(intake.Life, 2)
		if err != nil || r.State != intake.Room || len(r.Lines) != 0 {
			t.Fatalf("got %+v, %v", r, err)
		}
		if again, err := room(intake.Life, 2); err != nil || again.Number != r.Number {
			t.Errorf("the same twice: %+v, %v", again, err)
		}
		page := w.page(t, w.Tomas, intake.Life)
		if len(page.History) != 2 || page.History[1].Said()["story"] != "Read" || page.Begun {
			t.Errorf("what is left: %+v", page)
		}
		if _, err := w.keep(t, w.Clinician, intake.Form{Part: intake.Life, Revision: r.Number, Said: intake.Said{"story": "Told today"}}); fieldOf(err) != "" {
			t.Errorf("written down by the clinician all the same: %v", err)
		}
		w.Do(t, func(ctx context.Context) error {
			err := w.is.Invite(ctx, w.Clinician, w.Client, intake.InviteForm{ID: newID(), Course: 1, Parts: []intake.Part{intake.Life}})
			if fieldOf(err) != "part" {
				t.Errorf("asked for all the same: %v", err)
			}
			return nil
		})
		if back := w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Life, Revision: r.Number, Said: intake.Said{"story": "After all"}}); back.State != intake.Told {
			t.Errorf("taken back: %+v", back)
		}
		w.mustKeep(t, w.Clinician, intake.Form{Part: intake.Tried, Said: intake.Said{"earlier": "Heard in the room"}})
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Tried, Revision: 1, Said: intake.Said{"earlier": "Heard in the room, and mine"}})
		if _, err := room(intake.Tried, 2); err != nil {
			t.Fatal(err)
		}
		if page := w.page(t, w.Tomas, intake.Tried); len(page.History) != 2 || page.History[1].Side != intake.ByClinician {
			t.Errorf("what somebody else wrote is gone: %+v", page.History)
		}
	})
}

func TestAnInvitationWaitsUntilItIsWrittenOrPutAside(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if !w.waits(t).Nothing() {
			t.Error("something waits before anything was asked")
		}
		f := w.invite(t, intake.Brings, intake.Life, intake.Health)
		w.Do(t, func(ctx context.Context) error { return w.is.Invite(ctx, w.Clinician, w.Client, f) })
		got := w.waits(t)
		if !slices.Equal(got.Parts, []intake.Part{intake.Brings, intake.Life, intake.Health}) || got.Note != f.Note || got.By != w.Clinician.ID {
			t.Errorf("what waits: %+v", got)
		}
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Brings, Said: intake.Said{"brings": "Sleep"}})
		w.mustKeep(t, w.Clinician, intake.Form{Part: intake.Life, Said: intake.Said{"story": "Told in the room"}})
		w.Do(t, func(ctx context.Context) error { return w.is.TakeBack(ctx, w.Clinician, w.Client, intake.Health) })
		if got := w.waits(t).Parts; !slices.Equal(got, []intake.Part{intake.Life}) {
			t.Errorf("after writing one and taking one back: %v", got)
		}
		w.Do(t, func(ctx context.Context) error { return w.is.Later(ctx, w.Tomas, w.Client) })
		if !w.waits(t).Nothing() {
			t.Error("it waits after “not now”")
		}
		if s := w.open(t, w.Clinician).Standing(intake.Life).Invite; s.State != intake.Later {
			t.Errorf("as the clinician sees it: %+v", s)
		}
		w.Do(t, func(ctx context.Context) error { return w.is.Invite(ctx, w.Clinician, w.Client, f) })
		if !w.waits(t).Nothing() {
			t.Error("the same form once more asks again")
		}
		w.invite(t, intake.Life)
		if got := w.waits(t).Parts; len(got) != 1 {
			t.Errorf("asked anew: %v", got)
		}
	})
}

func TestWhatIsNewIsNewForEachWhoTreats(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		lately := func(actor access.Actor) (n intake.News, ok bool) {
			w.Do(t, func(ctx context.Context) (err error) {
				n, ok, err = w.is.Lately(ctx, actor, w.Client)
				return err
			})
			return n, ok
		}
		arrived := func(actor access.Actor) (all []access.Compartment) {
			w.Do(t, func(ctx context.Context) (err error) {
				all, err = w.is.Arrived(ctx, actor)
				return err
			})
			return all
		}
		r := w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Brings, Said: intake.Said{"brings": "Sleep"}})
		w.mustKeep(t, w.Clinician, intake.Form{Part: intake.Context, Said: intake.Said{"work": "Nights"}})
		w.invite(t, intake.Life)
		n, ok := lately(w.Clinician)
		if !ok || !slices.Equal(n.Unread, []intake.Part{intake.Brings}) || len(n.Told) != 2 || len(n.Waits) != 1 {
			t.Errorf("got %+v, %t", n, ok)
		}
		if all := arrived(w.Clinician); !slices.Equal(all, []access.Compartment{w.Client}) {
			t.Errorf("arrived: %v", all)
		}
		if in := w.open(t, w.Clinician); in.Unread() != 1 || !in.Standing(intake.Brings).Unread {
			t.Errorf("on the page: %+v", in)
		}
		if in := w.open(t, w.Tomas); in.Unread() != 0 {
			t.Error("the client’s own words are new to the client")
		}
		w.seen(t, r)
		if n, _ := lately(w.Clinician); len(n.Unread) != 0 || len(arrived(w.Clinician)) != 0 {
			t.Errorf("after it was read: %+v", n)
		}
		w.Grant(t, w.Stranger, w.Client, access.Treats)
		if n, _ := lately(w.Stranger); len(n.Unread) != 2 {
			t.Errorf("for a colleague who joined: %+v", n)
		}
		if _, ok := lately(w.Supervisor); ok {
			t.Error("somebody else learns how it stands")
		}
	})
}

func TestAnEnquiryComesFirstAndOnlyWhereNothingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		e := intake.FromEnquiry{
			At: w.Clock.Now().Add(-48 * time.Hour), ClientID: w.Tomas.ID, Brings: canary, Way: "skills", Place: "remote", Language: "German", Also: "Rather a woman",
		}
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Preferences, Said: intake.Said{"way": "exploring", "more": "Ask me", "less": "Advice"}})
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return w.is.FromEnquiry(ctx, w.Clinician, w.Client, e) })
		}
		r := w.open(t, w.Clinician).Standing(intake.Brings)
		if l := r.Lines["brings"]; l.Text != canary || l.Side != intake.ByEnquiry || l.By != w.Tomas.ID || !l.At.Equal(e.At) || r.Number != 1 {
			t.Errorf("what brings them: %+v", r)
		}
		var p intake.Preference
		w.Do(t, func(ctx context.Context) (err error) {
			p, err = w.is.Preference(ctx, w.Clinician, w.Client)
			return err
		})
		if p.Way != intake.Exploring || p.More != "Ask me" || p.Less != "Advice" || len(p.Lines) != 3 || p.Side != intake.ByClient || !p.Known() {
			t.Errorf("what was written already: %+v", p)
		}
		if p.Lines[0].Text != "Understand where it comes from, with room to talk" || p.Way.InWords() == "" {
			t.Errorf("in words: %+v", p.Lines)
		}
		w.NotOnDisk(t, canary)
		bad := e
		bad.Way = "hypnosis"
		w.Do(t, func(ctx context.Context) error {
			if err := w.is.FromEnquiry(ctx, w.Clinician, w.Client, bad); fieldOf(err) != "way" {
				t.Errorf("a way that there is not: %v", err)
			}
			return nil
		})
	})
}

func TestAnEnquiryIsReceivedWithinTheChangeOfAnotherRecord(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, w.Clinician, access.InviteClient, access.Operations)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := intake.Receive(ctx, tx, w.Client, intake.FromEnquiry{ClientID: w.Tomas.ID, Brings: "Sleep", Way: "unsure"}); err != nil {
				return err
			}
			return tx.Commit()
		})
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadIntake, w.Client)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			p, err := intake.PreferenceIn(ctx, tx)
			if p.Way != intake.Unsure || p.Side != intake.ByEnquiry {
				t.Errorf("got %+v", p)
			}
			return err
		})
	})
}

func TestWhatCannotBeKeptIsSaidAndNothingIsStored(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		long := strings.Repeat("a", intake.MaxWords+1)
		for _, tt := range []struct {
			field string
			part  intake.Part
			said  intake.Said
		}{
			{"brings", intake.Brings, intake.Said{"brings": long}},
			{"brings", intake.Brings, intake.Said{"brings": "\x00"}},
			{"nothing", intake.Brings, intake.Said{"nothing": "x"}},
			{"concern", intake.Brings, intake.Said{"concern": "a b c d e f g"}},
			{"concern", intake.Brings, intake.Said{"concern": "<b>"}},
			{"important", intake.Readiness, intake.Said{"important": "11"}},
			{"sure", intake.Readiness, intake.Said{"sure": "07"}},
			{"way", intake.Preferences, intake.Said{"way": "any"}},
			{"judged-2", intake.Tried, intake.Said{"judged-2": "wonderful"}},
			{"doctor", intake.Health, intake.Said{"doctor": strings.Repeat("d", intake.MaxLine+1)}},
		} {
			if _, err := w.keep(t, w.Tomas, intake.Form{Part: tt.part, Said: tt.said}); fieldOf(err) != tt.field {
				t.Errorf("%s %v: got %v", tt.part, tt.said, err)
			}
		}
		if _, err := w.keep(t, w.Tomas, intake.Form{Part: "dreams", Said: intake.Said{"x": "y"}}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a part that there is not: %v", err)
		}
		if n := w.Count(t, `SELECT count(*) FROM intake_part`); n != 0 {
			t.Errorf("%d were stored", n)
		}
		r := w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Brings, Said: intake.Said{"concern": "low-mood anxiety low-mood", "brings": "<b>x</b>"}})
		if r.Said()["concern"] != "anxiety low-mood" || r.Said()["brings"] != "<b>x</b>" {
			t.Errorf("got %v", r.Said())
		}
	})
}

func TestANewCourseOfWorkIsEmptyAndKeepsTheOneBefore(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Brings, Said: intake.Said{"brings": "Then"}})
		anew := func(course int64) (n int64, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.is.BeginAnew(ctx, w.Clinician, w.Client, course)
		}
		for range 2 {
			if n, err := anew(1); err != nil || n != 2 {
				t.Fatalf("got %d, %v", n, err)
			}
		}
		if _, err := anew(0); !fault.Is(err, fault.Conflict) {
			t.Errorf("after another: %v", err)
		}
		in := w.open(t, w.Tomas)
		if in.Course != 2 || len(in.Courses) != 2 || in.Standing(intake.Brings).Number != 0 {
			t.Errorf("the new one: %+v", in)
		}
		w.Do(t, func(ctx context.Context) error {
			old, err := w.is.Open(ctx, w.Clinician, w.Client, 1)
			if old.Standing(intake.Brings).Said()["brings"] != "Then" {
				t.Errorf("the one before: %+v", old)
			}
			return err
		})
		if _, err := w.keep(t, w.Tomas, intake.Form{Part: intake.Brings, Course: 1, Revision: 1, Said: intake.Said{"brings": "Late"}}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a form of the one before: %v", err)
		}
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Brings, Course: 2, Said: intake.Said{"brings": "Now"}})
	})
}

func TestTheSummaryIsWrittenByThoseWhoTreatAndReadByTheClient(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.mustKeep(t, w.Clinician, intake.Form{Part: intake.Summary, Said: intake.Said{"understood": canary}})
		if got := w.open(t, w.Tomas).Standing(intake.Summary).Said()["understood"]; got != canary {
			t.Errorf("the client reads %q", got)
		}
		ctx, settle := w.Visit(t)
		defer settle()
		if _, err := w.is.Keep(ctx, w.Tomas, w.Client, intake.Form{Part: intake.Summary, Course: 1, Revision: 1, Said: intake.Said{"understood": "Mine"}}); !fault.Is(err, fault.NotFound) {
			t.Errorf("written by the client: %v", err)
		}
		if _, err := w.is.KeepDraft(ctx, w.Tomas, w.Client, intake.Form{Part: intake.Summary, Course: 1, Said: intake.Said{"understood": "Mine"}}); !fault.Is(err, fault.NotFound) {
			t.Errorf("begun by the client: %v", err)
		}
	})
}

func TestInAnEmergencyHealthIsReadAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Health, Said: intake.Said{"medicines": "Sertraline 50 mg"}})
		w.Grant(t, w.Stranger, w.Client, access.Emergency)
		w.Do(t, func(ctx context.Context) error {
			r, err := w.is.Health(ctx, w.Stranger, w.Client)
			if r.Said()["medicines"] != "Sertraline 50 mg" {
				t.Errorf("got %+v", r)
			}
			return err
		})
		w.Refused(t, w.Stranger, access.ReadIntake, func(ctx context.Context) error {
			_, err := w.is.One(ctx, w.Stranger, w.Client, intake.Health, 0)
			return err
		})
	})
}

func TestTheBeginningIsClosedToOthers(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Health, Said: intake.Said{"health": "Well"}})
		w.Grant(t, w.Supervisor, w.Client, access.Supervises)
		form := intake.Form{Part: intake.Brings, Course: 1, Said: intake.Said{"brings": "x"}}
		sign := intake.SignForm{ID: newID(), Course: 1, Version: 1}
		others := []access.Actor{w.Stranger, w.Manager, w.Supervisor}
		for _, tt := range []struct {
			action access.Action
			more   []access.Actor
			do     func(context.Context, access.Actor) error
		}{
			{access.ReadIntake, nil, func(ctx context.Context, a access.Actor) error { _, err := w.is.Open(ctx, a, w.Client, 0); return err }},
			{access.ReadIntake, nil, func(ctx context.Context, a access.Actor) error {
				_, err := w.is.One(ctx, a, w.Client, intake.Health, 0)
				return err
			}},
			{access.ReadIntake, nil, func(ctx context.Context, a access.Actor) error {
				_, err := w.is.Preference(ctx, a, w.Client)
				return err
			}},
			{access.ReadIntake, nil, func(ctx context.Context, a access.Actor) error { _, err := w.is.Waits(ctx, a, w.Client); return err }},
			{access.ReadHealth, nil, func(ctx context.Context, a access.Actor) error { _, err := w.is.Health(ctx, a, w.Client); return err }},
			{access.WriteIntake, nil, func(ctx context.Context, a access.Actor) error {
				_, err := w.is.Keep(ctx, a, w.Client, form)
				return err
			}},
			{access.WriteIntake, nil, func(ctx context.Context, a access.Actor) error {
				_, err := w.is.KeepDraft(ctx, a, w.Client, form)
				return err
			}},
			{access.WriteIntake, nil, func(ctx context.Context, a access.Actor) error {
				return w.is.DropDraft(ctx, a, w.Client, intake.Brings, 1, 1)
			}},
			{access.WriteIntake, nil, func(ctx context.Context, a access.Actor) error {
				return w.is.FromEnquiry(ctx, a, w.Client, intake.FromEnquiry{Brings: "x"})
			}},
			{access.Summarise, []access.Actor{w.Tomas}, func(ctx context.Context, a access.Actor) error {
				_, err := w.is.Summarise(ctx, a, w.Client, form)
				return err
			}},
			{access.ChooseIntake, []access.Actor{w.Clinician}, func(ctx context.Context, a access.Actor) error {
				_, err := w.is.Room(ctx, a, w.Client, intake.Life, 1, 0)
				return err
			}},
			{access.ChooseIntake, []access.Actor{w.Clinician}, func(ctx context.Context, a access.Actor) error { return w.is.Later(ctx, a, w.Client) }},
			{access.InviteIntake, []access.Actor{w.Tomas}, func(ctx context.Context, a access.Actor) error {
				return w.is.Invite(ctx, a, w.Client, intake.InviteForm{ID: newID(), Course: 1, Parts: []intake.Part{intake.Life}})
			}},
			{access.InviteIntake, []access.Actor{w.Tomas}, func(ctx context.Context, a access.Actor) error {
				return w.is.TakeBack(ctx, a, w.Client, intake.Life)
			}},
			{access.InviteIntake, []access.Actor{w.Tomas}, func(ctx context.Context, a access.Actor) error {
				_, err := w.is.BeginAnew(ctx, a, w.Client, 1)
				return err
			}},
			{access.SeeIntake, []access.Actor{w.Tomas}, func(ctx context.Context, a access.Actor) error { return w.is.Seen(ctx, a, w.Client) }},
			{access.ReadTerms, nil, func(ctx context.Context, a access.Actor) error { _, err := w.is.Terms(ctx, a, w.Client, 0); return err }},
			{access.ReviseTerms, nil, func(ctx context.Context, a access.Actor) error {
				_, err := w.is.ReviseTerms(ctx, a, w.Client, intake.TermsForm{Course: 1, Text: intake.StartText()})
				return err
			}},
			{access.SignTerms, nil, func(ctx context.Context, a access.Actor) error {
				_, err := w.is.SignTerms(ctx, a, w.Client, sign)
				return err
			}},
			{access.SignTerms, nil, func(ctx context.Context, a access.Actor) error { return w.is.WithdrawTerms(ctx, a, w.Client, sign) }},
		} {
			for _, a := range slices.Concat(others, tt.more) {
				w.Refused(t, a, tt.action, func(ctx context.Context) error { return tt.do(ctx, a) })
			}
		}
		w.Refused(t, w.Manager, access.ListIntakes, func(ctx context.Context) error {
			all, err := w.is.Arrived(ctx, w.Manager)
			if len(all) > 0 {
				t.Errorf("a manager learns of %v", all)
			}
			if err == nil {
				err = fault.New(fault.NotFound, "", "")
			}
			return err
		})
	})
}

func TestErasingLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Brings, Said: intake.Said{"brings": canary}})
		if err := w.Door.Forget(t.Context(), w.Practice, w.Client); err != nil {
			t.Fatal(err)
		}
		ctx, settle := w.Visit(t)
		defer settle()
		if in, err := w.is.Open(ctx, w.Clinician, w.Client, 0); err == nil {
			t.Errorf("without its key: %+v", in)
		}
	})
}

func TestEveryQuestionHasItsOwnName(t *testing.T) {
	for _, p := range append(intake.Parts(), intake.Summary) {
		if p.Title() == "" || p.Why() == "" {
			t.Errorf("%s has no title or no reason", p)
		}
		names := map[string]bool{}
		for i, q := range p.Questions() {
			if names[q.Name] || q.Label == "" {
				t.Errorf("%s: question %d (%q) has the name of another, or no label", p, i, q.Name)
			}
			names[q.Name] = true
			if (q.Kind == intake.One) != (len(q.Options) > 0) {
				t.Errorf("%s: %s", p, strconv.Quote(q.Name))
			}
		}
	}
	if got := intake.Preferences.Questions()[0]; got.TextOf("skills") != "Learn and practise something concrete" {
		t.Errorf("got %q", got.TextOf("skills"))
	}
}
