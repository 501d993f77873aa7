package outcome

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/session"
)

func TestAPieceOfWorkGoesFromTheFirstScoreToWhereItIsFinished(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		work := func() (out Work) {
			w.Do(t, func(ctx context.Context) (err error) {
				out, err = w.of.Work(ctx, w.Tomas, w.Client, time.UTC)
				return err
			})
			return out
		}
		if got := work(); got.Now != nil || len(got.Done) != 0 {
			t.Fatalf("before anything happened: %+v", got)
		}
		ctx, settle := w.Visit(t)
		if _, err := w.of.Finish(ctx, w.Clinician, w.Client, FinishForm{ID: newID(), Ending: Early}, time.UTC); !fault.Is(err, fault.Invalid) {
			t.Errorf("finishing nothing: %v", err)
		}
		settle()

		w.answers(t, w.Tomas, 17, 12)
		if got := work(); got.Now == nil || got.Now.Began != "2026-11-19" || got.Now.ID != "" {
			t.Fatalf("after the first answers: %+v", got.Now)
		}
		w.Clock.Pass(70 * 24 * time.Hour)
		w.answers(t, w.Tomas, 6, 4)
		e := w.finishes(t, w.Client, AsPlanned)
		if e.Began != "2026-11-19" || e.Ended != "2027-01-28" || e.Weeks() != 10 || len(e.Scores["phq-9"]) != 2 || e.Scores["gad-7"][1].Week != 10 {
			t.Errorf("finished: %+v", e)
		}
		got := work()
		if got.Now != nil || len(got.Done) != 1 || got.Done[0].NotedBy != w.Clinician.ID {
			t.Fatalf("after it was finished: %+v", got)
		}

		// A year later they come back: a second piece of work.
		w.Clock.Pass(365 * 24 * time.Hour)
		w.Do(t, func(ctx context.Context) error {
			_, err := session.New(w.Door).Plan(ctx, w.Clinician, w.Client, session.Form{ID: newID(), Start: w.Clock.Now().Add(time.Hour), Length: time.Hour})
			return err
		})
		w.Clock.Pass(2 * time.Hour)
		if got := work(); got.Now == nil || got.Now.Began != "2028-01-28" || len(got.Done) != 1 {
			t.Fatalf("the second piece of work: %+v", got)
		}
		w.Clock.Pass(24 * time.Hour)
		second := w.finishes(t, w.Client, Elsewhere)
		if len(second.Scores) != 0 || second.ID == e.ID {
			t.Errorf("the second piece of work holds what belongs to the first: %+v", second)
		}
	})
}

func TestFinishedWorkIsOpenedAgainAndFinishedAnew(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		w.answers(t, w.Tomas, 17, 12)
		w.Clock.Pass(30 * 24 * time.Hour)
		form := FinishForm{ID: newID(), Ending: Early}
		finish := func(f FinishForm) (e Episode, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.of.Finish(ctx, w.Clinician, w.Client, f, time.UTC)
		}
		reopen := func(id string, revision int64) (e Episode, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.of.Reopen(ctx, w.Clinician, w.Client, id, revision)
		}
		for range 2 {
			if e, err := finish(form); err != nil || e.Revision != 1 {
				t.Fatalf("sent twice: %+v, %v", e, err)
			}
		}
		form.Ending = Elsewhere
		if _, err := finish(form); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form with other content: %v", err)
		}
		for range 2 {
			if e, err := reopen(form.ID, 1); err != nil || e.State != Open || e.Revision != 2 || e.Began != "2026-11-19" {
				t.Fatalf("opened again twice: %+v, %v", e, err)
			}
		}
		if _, err := reopen(form.ID, 3); !fault.Is(err, fault.Conflict) {
			t.Errorf("opened again from a revision that is not: %v", err)
		}
		if _, err := reopen(newID(), 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("opened something that is not there: %v", err)
		}
		if _, err := finish(FinishForm{ID: newID(), Ending: AsPlanned}); !fault.Is(err, fault.Conflict) {
			t.Errorf("finished as if it had never been: %v", err)
		}
		w.answers(t, w.Tomas, 5, 3)
		form.Revision, form.Ending = 2, AsPlanned
		e, err := finish(form)
		if err != nil || e.Revision != 3 || len(e.Scores["phq-9"]) != 2 {
			t.Errorf("finished anew: %+v, %v", e, err)
		}
		if n := w.Count(t, `SELECT count(*) FROM episode`); n != 3 {
			t.Errorf("%d revisions are kept, want 3", n)
		}
		if _, err := reopen(form.ID, 3); err != nil {
			t.Fatal(err)
		}
		for _, day := range []measure.Day{"2027-03-01", "2026-11-01", "soon"} {
			_, err := finish(FinishForm{ID: form.ID, Revision: 4, Ending: Early, Ended: day})
			if f, ok := asFault(err); !ok || f.Kind != fault.Invalid || f.Field != "ended" {
				t.Errorf("ended on %q: %v", day, err)
			}
		}
		w.NotOnDisk(t, `"ending"`)
	})
}

func TestOnlyTheLastPieceOfWorkGoesOn(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		w.answers(t, w.Tomas, 17, 12)
		first := w.finishes(t, w.Client, AsPlanned)
		w.Clock.Pass(100 * 24 * time.Hour)
		w.answers(t, w.Tomas, 15, 12)
		w.finishes(t, w.Client, AsPlanned)
		ctx, settle := w.Visit(t)
		defer settle()
		if _, err := w.of.Reopen(ctx, w.Clinician, w.Client, first.ID, 1); !fault.Is(err, fault.Conflict) {
			t.Errorf("got %v", err)
		}
	})
}

func TestOthersNeitherFinishWorkNorChooseForTheClient(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		w.answers(t, w.Tomas, 17, 12)
		w.Grant(t, w.Supervisor, w.Client, access.Supervises)
		all := []access.Actor{w.Stranger, w.Manager, w.Supervisor, access.Anyone(w.Practice), w.learner(), w.counter()}
		for _, a := range append(all, w.Tomas) {
			w.Refused(t, a, access.FinishEpisode, func(ctx context.Context) error {
				_, err := w.of.Finish(ctx, a, w.Client, FinishForm{ID: newID(), Ending: Early}, time.UTC)
				return err
			})
			w.Refused(t, a, access.FinishEpisode, func(ctx context.Context) error {
				_, err := w.of.Reopen(ctx, a, w.Client, newID(), 1)
				return err
			})
		}
		for _, a := range all {
			w.Refused(t, a, access.ReadEpisodes, func(ctx context.Context) error {
				_, err := w.of.Work(ctx, a, w.Client, time.UTC)
				return err
			})
		}
		for _, a := range append(all, w.Clinician) {
			w.Refused(t, a, access.ReadChoices, func(ctx context.Context) error {
				_, err := w.of.Choices(ctx, a, w.Client)
				return err
			})
			w.Refused(t, a, access.Choose, func(ctx context.Context) error {
				_, err := w.of.Choose(ctx, a, w.Client, ChoiceForm{ID: newID(), About: AboutLearning, Yes: true, Words: Explained.Version})
				return err
			})
		}
		for _, a := range []access.Actor{w.Clinician, w.Tomas, w.Manager, w.counter(), access.Anyone(w.Practice)} {
			w.Refused(t, a, access.KeepLearned, func(ctx context.Context) error { return w.of.learn(ctx, a) }) // nothing is found, and nothing kept
			w.Refused(t, a, access.KeepLearned, func(ctx context.Context) error { return w.of.keepLearned(ctx, a, nil, nil) })
			w.Refused(t, a, access.ReadLearned, func(ctx context.Context) error {
				_, err := w.of.readNewest(ctx, a)
				return err
			})
		}
		for _, a := range []access.Actor{w.Clinician, w.Tomas, w.Manager, w.learner(), access.Anyone(w.Practice)} {
			w.Refused(t, a, access.KeepReport, func(ctx context.Context) error { return w.of.count(ctx, a) })
			w.Refused(t, a, access.KeepReport, func(ctx context.Context) error { return w.of.keepTables(ctx, a, nil) })
		}
		for _, a := range []access.Actor{w.Tomas, w.learner(), w.counter(), access.Anyone(w.Practice)} {
			w.Refused(t, a, access.ReadReport, func(ctx context.Context) error {
				_, err := w.of.Report(ctx, a)
				return err
			})
		}
	})
}

func TestADecisionIsKeptAndTheNextStandsBesideIt(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		read := func() (c Choices) {
			w.Do(t, func(ctx context.Context) (err error) {
				c, err = w.of.Choices(ctx, w.Tomas, w.Client)
				return err
			})
			return c
		}
		if c := read(); c.Learning.Yes || !c.Report.Yes || len(c.Past) != 0 {
			t.Errorf("before anything was decided: %+v", c)
		}
		choose := func(f ChoiceForm) error {
			ctx, settle := w.Visit(t)
			defer settle()
			_, err := w.of.Choose(ctx, w.Tomas, w.Client, f)
			return err
		}
		f := ChoiceForm{ID: newID(), About: AboutLearning, Yes: true, Words: Explained.Version}
		for range 2 {
			if err := choose(f); err != nil {
				t.Fatal(err)
			}
		}
		f.Yes = false
		if err := choose(f); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form with another answer: %v", err)
		}
		f.ID = newID()
		if err := choose(f); !fault.Is(err, fault.Conflict) {
			t.Errorf("decided from what does not stand any more: %v", err)
		}
		old := f
		old.Revision, old.Words = 1, "2020-01"
		if err := choose(old); !fault.Is(err, fault.Invalid) {
			t.Errorf("decided under words that are not those: %v", err)
		}
		w.Clock.Pass(time.Hour)
		f.Revision = 1
		if err := choose(f); err != nil {
			t.Fatal(err)
		}
		c := read()
		if c.Learning.Yes || c.Learning.Revision != 2 || !c.Report.Yes || len(c.Past) != 2 || c.Past[1].Words != Explained.Version {
			t.Errorf("after yes and no: %+v", c)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE action = 'choice.make' AND allowed`); n < 2 {
			t.Errorf("%d decisions stand in the log", n)
		}
	})
}
