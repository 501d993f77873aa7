package path_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/path"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

type world struct {
	*waytest.World
	paths    *path.Paths
	goals    *goal.Goals
	plans    *plan.Plans
	sessions *session.Sessions
	as       *alliance.Alliances
}

func each(t *testing.T, f func(*testing.T, world)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		f(t, world{w, path.New(w.Door), goal.New(w.Door), plan.New(w.Door), session.New(w.Door), alliance.New(w.Door)})
	})
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// held holds a session now.
func (w world) held(t *testing.T) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		_, err := w.sessions.Plan(ctx, w.Clinician, w.Client, session.Form{ID: newID(), Start: w.Clock.Now().Truncate(time.Minute).Add(time.Minute), Length: 50 * time.Minute})
		return err
	})
	w.Clock.Pass(time.Hour)
}

func (w world) notice(t *testing.T, by access.Actor, word, line string, just bool) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		_, err := w.as.Notice(ctx, by, w.Client, alliance.MarkerForm{ID: newID(), Word: word, Line: line, Just: just})
		return err
	})
}

func (w world) today() measure.Day { return measure.DayOf(w.Clock.Now(), london) }

func (w world) of(t *testing.T, actor access.Actor) (s path.Story) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		s, err = w.paths.Of(ctx, actor, w.Client, london)
		return err
	})
	return s
}

// walked lets a client come three times, agree on a goal with whoever treats them,
// reach a milestone, and turn aside and come back.
func (w world) walked(t *testing.T) {
	t.Helper()
	w.held(t)
	var aim goal.Goal
	w.Do(t, func(ctx context.Context) (err error) {
		aim, err = w.goals.Propose(ctx, w.Tomas, w.Client, goal.Form{ID: newID(), Worded: goal.Worded{Words: "Take the tram", Know: "I am there"}})
		return err
	})
	w.Do(t, func(ctx context.Context) error {
		_, err := w.goals.Agree(ctx, w.Clinician, w.Client, aim.ID, 1)
		return err
	})
	w.Do(t, func(ctx context.Context) error {
		_, err := w.goals.WriteVision(ctx, w.Tomas, w.Client, 0, "A quiet house")
		return err
	})
	w.notice(t, w.Tomas, "Trust", "I said it", false)
	w.notice(t, w.Tomas, "Safety", "Only mine", true)
	w.Clock.Pass(7 * 24 * time.Hour)
	w.held(t)
	milestone := newID()
	w.Do(t, func(ctx context.Context) error {
		_, err := w.goals.SetMilestone(ctx, w.Tomas, w.Client, goal.MilestoneForm{ID: milestone, GoalID: aim.ID, Words: "Three stops"})
		return err
	})
	w.Do(t, func(ctx context.Context) error {
		_, err := w.goals.Reach(ctx, w.Tomas, w.Client, goal.ReachForm{ID: newID(), GoalID: aim.ID, MilestoneID: milestone, Day: w.today(), Note: "It rained"}, london)
		return err
	})
	detour := newID()
	w.Do(t, func(ctx context.Context) error {
		_, err := w.plans.OpenDetour(ctx, w.Clinician, w.Client, plan.Detour{ID: detour, Name: "A move", From: w.today(), Reason: "The flat was sold."}, london)
		return err
	})
	w.Clock.Pass(7 * 24 * time.Hour)
	w.notice(t, w.Clinician, "Continuity", "He came", false)
	w.held(t)
	w.Do(t, func(ctx context.Context) error {
		_, err := w.plans.CloseDetour(ctx, w.Clinician, w.Client, detour, plan.WayBack{Until: w.today(), Stays: "The tram"}, london)
		return err
	})
}

func kindsOf(s path.Story) (all string) {
	for _, st := range s.Stations {
		all += kinds[st.Kind] + " "
	}
	return all
}

func TestThePathIsReadFromWhatTheOthersHold(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if got := kindsOf(w.of(t, w.Tomas)); got != "here " {
			t.Errorf("at the beginning: %s", got)
		}
		w.walked(t)
		w.Do(t, func(ctx context.Context) error {
			_, err := w.sessions.Plan(ctx, w.Clinician, w.Client, session.Form{ID: newID(), Start: w.Clock.Now().Truncate(time.Minute).Add(48 * time.Hour), Length: 50 * time.Minute})
			return err
		})
		mine, theirs := w.of(t, w.Tomas), w.of(t, w.Clinician)
		if got := kindsOf(mine); got != "came agreed lit turned reached lit back here " && got != "came agreed lit turned reached back lit here " {
			t.Errorf("got %s", got)
		}
		if kindsOf(theirs) != kindsOf(mine) || len(mine.Held) != 3 || mine.Next.IsZero() || mine.Detours != 1 {
			t.Errorf("the clinician reads %s of %d sessions, next %v", kindsOf(theirs), len(theirs.Held), theirs.Next)
		}
		lights := func(s path.Story) (all string) {
			for _, st := range s.Stations {
				for _, l := range st.Lights {
					all += l.Word + " "
				}
			}
			return all
		}
		if got := lights(mine); got != "Trust Safety Continuity " {
			t.Errorf("the client’s lights: %s", got)
		}
		if got := lights(theirs); got != "Trust Continuity " {
			t.Errorf("the clinician’s lights: %s", got)
		}
		for _, st := range mine.Stations {
			switch st.Kind {
			case path.Agreed:
				if st.Goals[0].Words != "Take the tram" {
					t.Errorf("got %+v", st.Goals)
				}
			case path.Reached:
				if st.Milestone.Words != "Three stops" || st.Milestone.Note != "It rained" || st.Milestone.Goal != "Take the tram" {
					t.Errorf("got %+v", st.Milestone)
				}
			case path.Back:
				if st.Detour.Name != "A move" || st.Detour.Stays != "The tram" {
					t.Errorf("got %+v", st.Detour)
				}
			}
		}
		w.AuditHolds(t)
	})
}

func TestFinishedWorkStandsOnThePath(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.walked(t)
		outcomes := outcome.New(w.Door, measure.New(w.Door, instrument.NewShelf(w.Door)))
		w.Do(t, func(ctx context.Context) error {
			_, err := outcomes.Finish(ctx, w.Clinician, w.Client, outcome.FinishForm{ID: newID(), Ending: outcome.AsPlanned}, london)
			return err
		})
		w.Clock.Pass(90 * 24 * time.Hour)
		s := w.of(t, w.Tomas)
		last := s.Stations[len(s.Stations)-2]
		if last.Kind != path.Finished || last.Finish.Ending != outcome.AsPlanned || s.Rests != 0 {
			t.Errorf("got %s%d rests, %+v", kindsOf(s), s.Rests, last)
		}
	})
}

func TestThePathIsClosedToOthers(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.walked(t)
		w.Grant(t, w.Stranger, w.Client, access.Emergency)
		w.Grant(t, w.Supervisor, w.Client, access.Supervises)
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadPath, func(ctx context.Context) error {
				_, err := w.paths.Of(ctx, actor, w.Client, london)
				return err
			})
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor, w.Clinician} {
			w.Refused(t, actor, access.OwnWords, func(ctx context.Context) error {
				_, _, err := w.paths.Then(ctx, actor, w.Client, 0, london)
				return err
			})
		}
	})
}

func TestOnesOwnWordsComeUpAfterAMonthAndOneAtATime(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		then := func(nth int) (o path.Own, ok bool) {
			w.Do(t, func(ctx context.Context) (err error) {
				o, ok, err = w.paths.Then(ctx, w.Tomas, w.Client, nth, london)
				return err
			})
			return o, ok
		}
		if _, ok := then(0); ok {
			t.Error("there is something before anything was written")
		}
		w.walked(t)
		if o, ok := then(0); ok {
			t.Errorf("within the month there is %+v", o)
		}
		w.Clock.Pass(18 * 24 * time.Hour) // the first day is a month ago, the others are not
		seen := map[string]string{}
		for n := range 8 {
			o, ok := then(n)
			if !ok {
				t.Fatal("there is nothing")
			}
			seen[o.Words] = o.About
		}
		if len(seen) != 4 || seen["A quiet house"] == "" || seen["Take the tram"] == "" || seen["I said it"] != "beside a light: Trust" || seen["Only mine"] == "" {
			t.Errorf("got %q", seen)
		}
		w.Clock.Pass(31 * 24 * time.Hour)
		for n := range 10 {
			o, _ := then(n - 5)
			seen[o.Words] = o.About
		}
		if len(seen) != 5 || seen["It rained"] != "beside a milestone: Three stops" {
			t.Errorf("later: %q", seen)
		}
	})
}
