package plan_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/waytest"
)

const day = 24 * time.Hour

func look(t *testing.T, w *waytest.World, ps *plan.Plans, actor access.Actor) (l plan.Look, held []plan.Review) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		l, held, err = ps.Look(ctx, actor, w.Client, time.UTC)
		return err
	})
	return l, held
}

func TestAReviewPreparesItselfAndIsKeptAsItWas(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := measure.New(w.Door, instrument.NewShelf(w.Door))
		ps, gl, as := plan.New(w.Door).With(ms, nil), goal.New(w.Door), alliance.New(w.Door)
		f := draft(t) // to be looked at again on 19 January
		if _, err := revise(t, w, ps, f); err != nil {
			t.Fatal(err)
		}
		aim := goal.Form{ID: newID(t), Worded: goal.Worded{Words: "Take the tram to work", Know: "Two weeks in a row"}}
		w.Do(t, func(ctx context.Context) error {
			_, err := gl.Propose(ctx, w.Tomas, w.Client, aim)
			return err
		})
		rate := func(value int) {
			w.Do(t, func(ctx context.Context) error {
				_, err := gl.Rate(ctx, w.Tomas, w.Client, goal.RatingForm{ID: newID(t), GoalID: aim.ID, Day: measure.DayOf(w.Clock.Now(), time.UTC), Value: value}, time.UTC)
				return err
			})
		}
		answer := func(worst int) {
			w.Do(t, func(ctx context.Context) error {
				items := instrument.Answers{}
				for _, n := range strings.Fields("q1 q2 q3 q4 q5 q6 q7") {
					items[n] = &worst
				}
				_, err := ms.Give(ctx, w.Tomas, w.Client, measure.Answer{ID: newID(t), Instrument: "gad-7", Version: "1", Items: items})
				return err
			})
		}
		notice := func(actor access.Actor, word string, just bool) {
			w.Do(t, func(ctx context.Context) error {
				_, err := as.Notice(ctx, actor, w.Client, alliance.MarkerForm{ID: newID(t), Word: word, Just: just})
				return err
			})
		}
		rate(2)
		answer(2)
		notice(w.Tomas, "Trust", false)
		notice(w.Tomas, "Just mine", true)
		w.Clock.Pass(14 * day)
		rate(3)
		answer(0)

		l, held := look(t, w, ps, w.Tomas)
		if l.Nth != 1 || l.Near || l.Day != "2027-01-19" || len(held) != 0 {
			t.Errorf("six weeks before: %+v", l)
		}
		w.Clock.Pass(40 * day) // 12 January
		said := func(actor access.Actor, nth, revision int64, b plan.Before) (plan.Word, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.SayBefore(ctx, actor, w.Client, nth, revision, b)
		}
		for range 2 {
			if _, err := said(w.Tomas, 1, 0, plan.Before{Helps: hers}); err != nil {
				t.Fatal(err)
			}
		}
		if was, err := said(w.Tomas, 1, 0, plan.Before{Helps: "From the other device"}); !fault.Is(err, fault.Conflict) || was.Helps != hers {
			t.Errorf("from an older wording: %+v, %v", was, err)
		}
		if _, err := said(w.Clinician, 1, 0, plan.Before{}); err != nil {
			t.Errorf("nothing to add: %v", err)
		}
		if _, err := said(w.Tomas, 2, 0, plan.Before{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("the one after the next: %v", err)
		}

		l, _ = look(t, w, ps, w.Clinician)
		pic := l.Picture
		if !l.Near || l.Said[goal.ByClient].Helps != hers || l.Said[goal.ByClinician].Revision != 1 {
			t.Errorf("it nears: %+v", l)
		}
		if len(pic.Goals) != 1 || *pic.Goals[0].First != 2 || *pic.Goals[0].Last != 3 || pic.Goals[0].Before != nil || pic.Goals[0].Agreed {
			t.Errorf("goals: %+v", pic.Goals)
		}
		if len(pic.Measures) != 1 || pic.Measures[0].Words == "" || !strings.Contains(pic.Measures[0].Own, "easier days") || pic.Measures[0].Lately != "" {
			t.Errorf("measures: %+v", pic.Measures)
		}
		if diff := cmp.Diff([]plan.MarkerThen{{Word: "Trust", Side: goal.ByClient, Day: "2026-11-19"}}, pic.Markers); diff != "" {
			t.Errorf("what a client keeps for themself is in it: %s", diff)
		}

		// Who began what is for those who treat the client.
		w.Do(t, func(ctx context.Context) error {
			b, err := ps.Balance(ctx, w.Clinician, w.Client, time.UTC)
			if err == nil && (len(b.Of(goal.ByClient)) != 3 || len(b.Of(goal.ByClinician)) != 2 || b.Words("Tomas") != "Both of you began things.") {
				t.Errorf("who began what: %+v, %s", b, b.Words("Tomas"))
			}
			return err
		})

		keep := func(f plan.ReviewForm) (plan.Review, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.KeepReview(ctx, w.Clinician, w.Client, f, time.UTC)
		}
		form := plan.ReviewForm{Nth: 1, Day: "2027-01-12", Outcome: plan.GoOn, Words: "The tram is ours now", Next: "2027-04-12"}
		for field, spoil := range map[string]func(*plan.ReviewForm){
			"day":     func(f *plan.ReviewForm) { f.Day = "2027-01-13" },
			"outcome": func(f *plan.ReviewForm) { f.Outcome = "grade" },
			"next":    func(f *plan.ReviewForm) { f.Next = "" },
			"words":   func(f *plan.ReviewForm) { f.Words = strings.Repeat("x", plan.MaxConclusion+1) },
		} {
			f := form
			spoil(&f)
			if _, err := keep(f); !fault.Is(err, fault.Invalid) || fieldOf(err) != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		for range 2 {
			if r, err := keep(form); err != nil || r.Said[goal.ByClient].Helps != hers {
				t.Fatalf("%+v, %v", r, err)
			}
		}
		other := form
		other.Words = "Somebody else kept it"
		if r, err := keep(other); !fault.Is(err, fault.Conflict) || r.Words != form.Words {
			t.Errorf("kept otherwise: %+v, %v", r, err)
		}
		if _, err := said(w.Tomas, 1, 1, plan.Before{Helps: "Late"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a word after it was held: %v", err)
		}

		// It stays as it was, and the next one begins there.
		w.Clock.Pass(30 * day)
		rate(7)
		notice(w.Clinician, "Safety", false)
		l, held = look(t, w, ps, w.Tomas)
		if len(held) != 1 || *held[0].Picture.Goals[0].Last != 3 || held[0].Next != "2027-04-12" {
			t.Fatalf("the first: %+v", held)
		}
		if diff := cmp.Diff(pic, held[0].Picture); diff != "" {
			t.Errorf("the picture changed: %s", diff)
		}
		if pic := l.Picture; l.Nth != 2 || l.Day != "2027-04-12" || l.Near || *pic.Goals[0].Before != 3 || *pic.Goals[0].Last != 7 || len(pic.Markers) != 1 || pic.Since != "2027-01-12" || len(l.Said) != 0 {
			t.Errorf("the second: %+v", l)
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadReview, func(ctx context.Context) error {
				_, _, err := ps.Look(ctx, actor, w.Client, time.UTC)
				return err
			})
			w.Refused(t, actor, access.SayReview, func(ctx context.Context) error {
				_, err := ps.SayBefore(ctx, actor, w.Client, 2, 0, plan.Before{Helps: "x"})
				return err
			})
			w.Refused(t, actor, access.ReadPlan, func(ctx context.Context) error {
				_, err := ps.Nears(ctx, actor, w.Client, time.UTC)
				return err
			})
		}
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.KeepReview, func(ctx context.Context) error {
				_, err := ps.KeepReview(ctx, actor, w.Client, form, time.UTC)
				return err
			})
			w.Refused(t, actor, access.ReadBalance, func(ctx context.Context) error {
				_, err := ps.Balance(ctx, actor, w.Client, time.UTC)
				return err
			})
		}
		w.AuditHolds(t)
		w.NotOnDisk(t, hers)
		w.NotOnDisk(t, "The tram is ours")
	})
}

func TestNothingNagsWhileADetourIsOpen(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		f := draft(t)
		f.Review = "2026-11-25"
		if _, err := revise(t, w, ps, f); err != nil {
			t.Fatal(err)
		}
		near := func() (l plan.Look) {
			w.Do(t, func(ctx context.Context) (err error) {
				l, err = ps.Nears(ctx, w.Tomas, w.Client, time.UTC)
				return err
			})
			return l
		}
		if l := near(); !l.Near || l.Nth != 1 {
			t.Errorf("six days before: %+v", l)
		}
		d := plan.Detour{ID: newID(t), Name: "The move", From: "2026-11-18", Reason: "Boxes"}
		w.Do(t, func(ctx context.Context) error {
			_, err := ps.OpenDetour(ctx, w.Clinician, w.Client, d, time.UTC)
			return err
		})
		w.Clock.Pass(30 * day)
		if l := near(); l.Near {
			t.Errorf("on a detour: %+v", l)
		}
		w.Do(t, func(ctx context.Context) error {
			p, err := ps.Plan(ctx, w.Tomas, w.Client)
			if err == nil && (len(p.Open) != 1 || p.Open[0].Name != "The move") {
				t.Errorf("open: %+v", p.Open)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			_, err := ps.CloseDetour(ctx, w.Clinician, w.Client, d.ID, plan.WayBack{Until: "2026-12-18", Stays: "All of it"}, time.UTC)
			return err
		})
		if l := near(); !l.Near {
			t.Errorf("after the detour: %+v", l)
		}
	})
}

func TestTheBalanceIsSaidGentlyAndOnlyWhenItLeans(t *testing.T) {
	of := func(theirs, ours int) string {
		var b plan.Balance
		for range theirs {
			b.Starts = append(b.Starts, plan.Start{Side: goal.ByClient})
		}
		for range ours {
			b.Starts = append(b.Starts, plan.Start{Side: goal.ByClinician})
		}
		return b.Words("Nora")
	}
	for _, c := range []struct {
		theirs, ours int
		want         string
	}{
		{0, 0, "Nothing was begun"}, {0, 3, "Both of you"}, {1, 4, "Perhaps there is room to wait"}, {2, 4, "Both of you"}, {2, 5, "Perhaps there is room"}, {5, 2, "Nora began most"},
	} {
		got := of(c.theirs, c.ours)
		if !strings.Contains(got, c.want) || strings.ContainsAny(got, "0123456789!%") {
			t.Errorf("%d and %d: %s", c.theirs, c.ours, got)
		}
	}
}
