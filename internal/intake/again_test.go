package intake_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/intake"
)

func TestWhatIsForTheRoomOnlyIsSoAfterARestoreToo(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Life, Said: intake.Said{"story": canary}})
		if _, err := w.draft(t, w.Tomas, intake.Form{Part: intake.Life, Revision: 1, Said: intake.Said{"story": canary + " and more"}}); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(time.Hour)
		// The backup has what was written; what was chosen afterwards is noted beside it.
		ended := []access.Ending{
			{Compartment: w.Client, ActorID: w.Tomas.ID, Kind: "intake.room 1 life", At: w.Clock.Now()},
			{Compartment: w.Client, ActorID: w.Tomas.ID, Kind: "log.shared", At: w.Clock.Now()},
			{Compartment: w.Client, ActorID: w.Tomas.ID, Kind: "intake.room 1 dreams", At: w.Clock.Now()},
		}
		operator := access.System(w.Practice, "operator")
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return w.is.EndAgain(ctx, operator, ended) })
		}
		page := w.page(t, w.Tomas, intake.Life)
		if page.State != intake.Room || len(page.History) != 1 || page.Begun {
			t.Errorf("after the restore: %+v", page)
		}
		w.mustKeep(t, w.Tomas, intake.Form{Part: intake.Life, Revision: page.Number, Said: intake.Said{"story": "After all"}})
		if n := w.Count(t, `SELECT count(*) FROM ended WHERE kind LIKE 'intake.room%'`); n != 0 {
			t.Error("it is written, and noted as for the room only")
		}
		w.Do(t, func(ctx context.Context) error { return w.is.EndAgain(ctx, operator, ended) })
		if got := w.page(t, w.Tomas, intake.Life); got.State != intake.Told {
			t.Errorf("what was decided later was overruled: %+v", got)
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := w.is.Room(ctx, w.Tomas, w.Client, intake.Life, 1, page.Number+1)
			return err
		})
		if n := w.Count(t, `SELECT count(*) FROM ended WHERE kind = 'intake.room 1 life'`); n != 1 {
			t.Error("it is not noted where a restore finds it")
		}
		w.Refused(t, w.Tomas, access.EndAgain, func(ctx context.Context) error { return w.is.EndAgain(ctx, w.Tomas, ended) })
	})
}

func TestASignatureThatWasTakenBackStaysSoAfterARestore(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if _, err := w.revise(t, w.Clinician, intake.TermsForm{Text: intake.StartText()}); err != nil {
			t.Fatal(err)
		}
		for _, a := range []access.Actor{w.Clinician, w.Tomas} {
			if _, err := w.sign(t, a, 1); err != nil {
				t.Fatal(err)
			}
		}
		w.Clock.Pass(time.Hour)
		if err := w.withdraw(t, w.Tomas, 1); err != nil {
			t.Fatal(err)
		}
		if n := w.Count(t, `SELECT count(*) FROM ended WHERE kind = 'intake.terms 1 1 client'`); n != 1 {
			t.Fatal("it is not noted where a restore finds it")
		}
		// The backup has that they signed; what was taken back afterwards is noted beside it.
		w.Exec(t, `DELETE FROM terms_sign WHERE kind = 'withdrawn'`)
		ended := []access.Ending{
			{Compartment: w.Client, ActorID: w.Tomas.ID, Kind: "intake.terms 1 1 client", At: w.Clock.Now()},
			{Compartment: w.Client, ActorID: w.Tomas.ID, Kind: "intake.terms 1 7 client", At: w.Clock.Now()},
			{Compartment: w.Client, ActorID: w.Tomas.ID, Kind: "intake.terms 1 1", At: w.Clock.Now()},
		}
		for range 2 {
			w.Do(t, func(ctx context.Context) error {
				return w.is.EndAgain(ctx, access.System(w.Practice, "operator"), ended)
			})
		}
		got := w.terms(t, w.Clinician)
		if last, ok := got.Of(1, intake.ByClient); !ok || !last.Withdrawn || last.By != w.Tomas.ID || len(got.Signs) != 3 {
			t.Errorf("after the restore: %+v", got.Signs)
		}
		if last, ok := got.Of(1, intake.ByClinician); !ok || last.Withdrawn {
			t.Error("the other side's signature went too")
		}
		w.Clock.Pass(time.Hour)
		if _, err := w.sign(t, w.Tomas, 1); err != nil {
			t.Fatal(err)
		}
		if n := w.Count(t, `SELECT count(*) FROM ended WHERE kind LIKE 'intake.terms%'`); n != 0 {
			t.Error("it is signed, and noted as taken back")
		}
		w.Do(t, func(ctx context.Context) error {
			return w.is.EndAgain(ctx, access.System(w.Practice, "operator"), ended)
		})
		if last, _ := w.terms(t, w.Clinician).Of(1, intake.ByClient); last.Withdrawn {
			t.Error("what was decided later was overruled")
		}
	})
}

func TestNobodyKeepsADraftOfWhatIsForTheRoomOnly(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.Do(t, func(ctx context.Context) error {
			_, err := w.is.Room(ctx, w.Tomas, w.Client, intake.Life, 1, 0)
			return err
		})
		_, err := w.draft(t, w.Clinician, intake.Form{Part: intake.Life, Revision: 1, Said: intake.Said{"story": canary}})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("a draft by the clinician: %v", err)
		}
		if n := w.Count(t, `SELECT count(*) FROM intake_draft`); n != 0 {
			t.Error("it is there")
		}
		if _, err := w.draft(t, w.Tomas, intake.Form{Part: intake.Life, Revision: 1, Said: intake.Said{"story": "After all"}}); err != nil {
			t.Errorf("the client may: %v", err)
		}
	})
}
