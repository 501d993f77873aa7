package access_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/waytest"
)

// try begins action in a visit of its own and ends it.
func try(t *testing.T, w *waytest.World, actor access.Actor, action access.Action, c access.Compartment) error {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	tx, err := w.Door.Begin(ctx, actor, action, c)
	if err == nil {
		tx.Rollback()
	}
	return err
}

func TestWhoMayNotCannotTellARecordFromNone(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		elsewhere := w.Clinician
		elsewhere.Practice = "elsewhere"
		for name, actor := range map[string]access.Actor{"a colleague": w.Stranger, "the manager": w.Manager, "the same id in another practice": elsewhere} {
			there := try(t, w, actor, access.ReadMeasures, w.Client)
			nowhere := try(t, w, actor, access.ReadMeasures, access.ClientRecord("nobody"))
			if !fault.Is(there, fault.NotFound) || there.Error() != nowhere.Error() {
				t.Errorf("%s: %v for a record, %v for none", name, there, nowhere)
			}
		}
		var f *fault.Error
		if err := try(t, w, w.Stranger, access.ReadMeasures, w.Client); !errors.As(err, &f) || f.Field != "" || f.Err != nil {
			t.Errorf("the refusal says more: %#v", err)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE NOT allowed`); n != 7 {
			t.Errorf("%d refusals were written down, want 7", n)
		}
	})
}

func TestAFreshSignInIsAskedForOnlyWhereThePolicyAgrees(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		asked := 0
		for _, action := range access.Actions() {
			_, _, fresh, _ := access.Manners(action)
			if !fresh {
				continue
			}
			for _, c := range []access.Compartment{access.Operations, w.Client, access.PersonRecord("otto"), access.AccountRecord("otto"), access.AccountRecord("ines")} {
				for _, actor := range []access.Actor{w.Manager, w.Clinician, w.Stranger, w.Tomas} {
					stale := actor
					stale.Fresh = false
					may, got := try(t, w, actor, action, c), try(t, w, stale, action, c)
					switch {
					case may == nil && !fault.Is(got, fault.StepUp):
						t.Errorf("%s by %s, unfresh, in %s: got %v, want step up", action, actor.ID, c, got)
					case may != nil && !fault.Is(got, fault.NotFound):
						t.Errorf("%s by %s, unfresh, in %s: got %v: they learn that there is something", action, actor.ID, c, got)
					case may == nil:
						asked++
					}
				}
			}
		}
		if asked < 5 {
			t.Errorf("only %d times somebody was asked", asked)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE detail = 'asked to sign in again' AND NOT allowed`); n != asked {
			t.Errorf("%d of %d were written down as not allowed", n, asked)
		}
	})
}

func TestAGrantEndsWithItsTimeAndAtOnceWhenTaken(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		w.Exec(t, `INSERT INTO grants (practice, actor_id, compartment, kind, since, until) VALUES ($1, $2, $3, $4, $5, $6)`,
			w.Practice, w.Stranger.ID, string(w.Client), string(access.Emergency), 0, w.Clock.Now().Add(4*time.Hour).UnixMicro())
		w.Clock.Pass(4*time.Hour - time.Microsecond)
		if err := try(t, w, w.Stranger, access.ReadMeasures, w.Client); err != nil {
			t.Errorf("before its end: %v", err)
		}
		w.Clock.Pass(time.Microsecond)
		if err := try(t, w, w.Stranger, access.ReadMeasures, w.Client); !fault.Is(err, fault.NotFound) {
			t.Errorf("at its end: %v", err)
		}
		w.Ungrant(t, w.Clinician, w.Client)
		if err := try(t, w, w.Clinician, access.ReadMeasures, w.Client); !fault.Is(err, fault.NotFound) {
			t.Errorf("once taken: %v", err)
		}
	})
}

func TestAPolicyThatErrsRefusesAndTheTryIsWrittenDown(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		// Cedar would skip the policy that errs and allow by the other.
		err := access.UsePolicy(w.Door, `permit (principal, action, resource); forbid (principal, action, resource) when { context.nothing };`)
		if err != nil {
			t.Fatal(err)
		}
		if err := try(t, w, w.Clinician, access.ReadMeasures, w.Client); err == nil {
			t.Error("a record was opened although the policy could not be asked")
		}
		ctx, settle := w.Visit(t)
		if l, err := w.Door.BeginList(ctx, w.Clinician, access.ListMeasures, access.KindClient); err == nil {
			l.Rollback()
			t.Error("a list was opened although the policy could not be asked")
		}
		settle()
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE NOT allowed`); n != 2 {
			t.Errorf("%d of 2 tries were written down", n)
		}
	})
}

func TestAListShowsOnlyWhatItMayAndNamesIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		second, foreign := access.ClientRecord("uma"), access.ClientRecord("vera")
		w.Make(t, second, foreign)
		w.Grant(t, w.Clinician, second, access.Treats)
		const place = "test.sealed 1"
		sealed := map[access.Compartment][]byte{}
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			for _, c := range []access.Compartment{w.Client, second, foreign} {
				if sealed[c], err = tx.SealIn(ctx, c, place, []byte("of "+c)); err != nil {
					return err
				}
			}
			if _, err := tx.Open(ctx, place, sealed[second]); err == nil {
				t.Error("one record's transaction opened another")
			}
			return nil
		})

		ctx, settle := w.Visit(t)
		l, err := w.Door.BeginList(ctx, w.Clinician, access.ListMeasures, access.KindClient)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(l.Compartments, []access.Compartment{w.Client, second}) || l.Among() != `["client/tomas","client/uma"]` {
			t.Errorf("the list is %v, %s", l.Compartments, l.Among())
		}
		if _, err := l.OpenIn(ctx, foreign, place, sealed[foreign]); !fault.Is(err, fault.NotFound) {
			t.Errorf("outside the list: %v", err)
		}
		if got, err := l.OpenIn(ctx, second, place, sealed[second]); err != nil || string(got) != "of client/uma" {
			t.Errorf("in the list: %q, %v", got, err)
		}
		if _, err := l.Open(ctx, place, sealed[second]); err == nil {
			t.Error("a list opened something without saying whose")
		}
		l.Rollback()
		if _, err := l.OpenIn(ctx, second, place, sealed[second]); !errors.Is(err, sql.ErrTxDone) {
			t.Errorf("after its end: %v", err)
		}
		settle()
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE action = 'measures.list' AND detail = 'client/uma' AND allowed`); n != 1 {
			t.Error("the leaf does not name exactly what was shown")
		}
	})
}

func TestAnEmptyListMeansNothing(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		nobody := access.Actor{Practice: w.Practice, ID: "gone", Fresh: true}
		for _, actor := range []access.Actor{w.Stranger, w.Tomas, w.Manager, nobody, access.Anyone(w.Practice), access.System(w.Practice, "nobody")} {
			ctx, settle := w.Visit(t)
			l, err := w.Door.BeginList(ctx, actor, access.ListMeasures, access.KindClient)
			if err != nil {
				t.Fatal(err)
			}
			var n int
			err = l.QueryRow(ctx, `SELECT count(*) FROM compartment WHERE practice = $1 AND compartment IN AMONG($2)`, l.Practice, l.Among()).Scan(&n)
			if err != nil || n != 0 || len(l.Compartments) != 0 || l.May(w.Client) {
				t.Errorf("%s: %d rows, %v, %v", actor.ID, n, l.Compartments, err)
			}
			if _, err := l.OpenIn(ctx, w.Client, "x", []byte{1}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", actor.ID, err)
			}
			l.Rollback()
			settle()
		}
		// Mallory may list those whom she treats: that there are none is no refusal.
		for _, actor := range []access.Actor{w.Tomas, w.Manager, nobody, access.Anyone(w.Practice), access.System(w.Practice, "nobody")} {
			if n := w.Count(t, `SELECT count(*) FROM audit WHERE NOT allowed AND actor_id = $1`, actor.ID); n != 1 {
				t.Errorf("%s: %d refusals are written down, want 1", actor.ID, n)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE allowed AND detail = '' AND actor_id = $1`, w.Stranger.ID); n != 1 {
			t.Errorf("a clinician without clients: %d empty lists are written down as allowed, want 1", n)
		}
	})
}

// TestAListThatShowedNothingOfARecordIsNoOpeningOfIt reads what Tomas reads.
func TestAListThatShowedNothingOfARecordIsNoOpeningOfIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		list := func(actor access.Actor, page ...access.Page) {
			t.Helper()
			ctx, settle := w.Visit(t)
			l, err := w.Door.BeginList(ctx, actor, access.ListMeasures, access.KindClient, page...)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range l.Compartments {
				if actor.ID == w.Clinician.ID && len(page) == 0 {
					l.Shows(c)
				}
			}
			l.Rollback()
			settle()
		}
		openings := func() (all []access.Opening) {
			t.Helper()
			w.Do(t, func(ctx context.Context) error {
				tx, err := w.Door.Begin(ctx, w.Tomas, access.ReadOpenings, w.Client)
				if err != nil {
					return err
				}
				defer tx.Rollback()
				all, err = tx.Openings(ctx, 100)
				return err
			})
			return slices.DeleteFunc(all, func(o access.Opening) bool { return o.ActorID == w.Tomas.ID })
		}
		list(w.Stranger)
		list(w.Manager)
		list(w.Clinician, access.Page{After: w.Client, Most: 10}) // the page after the last
		if all := openings(); len(all) != 0 {
			t.Errorf("nothing was shown to anybody, and Tomas reads %+v", all)
		}
		list(w.Clinician)
		if all := openings(); len(all) != 1 || all[0].ActorID != w.Clinician.ID || !all[0].Allowed {
			t.Errorf("Ines saw him in a list, and Tomas reads %+v", all)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE NOT allowed AND actor_id <> $1`, w.Manager.ID); n != 0 {
			t.Errorf("%d of what was allowed is written down as refused", n)
		}
	})
}

// TestSavingsOfANoteAreOneLineWhereverTheyStandInTheLog checks that one stands for all
// between which nothing was, and for none on the other side of something else, also where
// a block of the log ends in between.
func TestSavingsOfANoteAreOneLineWhereverTheyStandInTheLog(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		leaf := func(action access.Action, c access.Compartment, detail string) audit.Leaf {
			return audit.Leaf{At: w.Clock.Now().UnixMicro(), Practice: w.Practice, Actor: w.Clinician.ID, Action: string(action), Compartment: string(c), Detail: detail, Allowed: true}
		}
		var all []audit.Leaf
		for n := w.Count(t, `SELECT count(*) FROM audit`); n < 256; n++ { // until the block is whole
			all = append(all, leaf(access.ListMeasures, access.Operations, ""))
		}
		for range 256 {
			all = append(all, leaf(access.ListMeasures, access.Operations, ""))
		}
		first := len(all) - 256
		save := func(detail string, at ...int) {
			for _, i := range at {
				all[i] = leaf(access.DraftNote, w.Client, detail)
			}
		}
		save("one", first+10, first+11, first+20) // the first that this block tells of the client
		save("two", first+251, first+254)
		all[first+30] = leaf(access.ReadNotes, w.Client, "")
		all = append(all, leaf(access.DraftNote, w.Client, "two"), leaf(access.ReadNotes, w.Client, ""), leaf(access.DraftNote, w.Client, "three"))
		if err := errors.Join(w.Log.Record(all), w.Log.Gather()); err != nil {
			t.Fatal(err)
		}
		start := int64(256 - first) // number of all[0]
		want := []int64{start + int64(first) + 258, start + int64(first) + 257, start + int64(first) + 251, start + int64(first) + 30, start + int64(first) + 10}
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, w.Tomas, access.ReadOpenings, w.Client)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			for most := 1; most <= 6; most++ {
				openings, err := tx.Openings(ctx, most)
				if err != nil {
					return err
				}
				var got []int64
				for _, o := range openings {
					got = append(got, o.Seq)
				}
				if diff := cmp.Diff(want[:min(most, len(want))], got); diff != "" {
					t.Errorf("at most %d (-want +got):\n%s", most, diff)
				}
			}
			return nil
		})
	})
}

func TestAnActionDoesOnlyWhatItsMannerSays(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ctx, settle := w.Visit(t)
		tx, err := w.Door.Begin(ctx, w.Clinician, access.SeeFlag, w.Client)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := tx.Seal(ctx, "x", []byte("text"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Open(ctx, "x", sealed); err == nil {
			t.Error("an action that opens nothing opened something")
		}
		if err := access.Give(ctx, tx, "mallory", w.Client, access.Treats, access.Forever); err == nil {
			t.Error("an action that gives nothing gave a grant")
		}
		if err := tx.Back(ctx, time.Time{}, "", func(access.Opening) bool { return true }); err == nil {
			t.Error("the audit log was read by another action")
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(); err == nil {
			t.Error("committed twice")
		}
		if _, err := tx.Exec(ctx, `DELETE FROM grants`); !errors.Is(err, sql.ErrTxDone) {
			t.Errorf("after its end: %v", err)
		}
		if _, err := tx.Seal(ctx, "x", nil); !errors.Is(err, sql.ErrTxDone) {
			t.Errorf("sealing after its end: %v", err)
		}
		settle()
		if err := try(t, w, w.Clinician, access.Action("made.up"), w.Client); err == nil {
			t.Error("an action that does not exist was allowed")
		}
		if err := try(t, w, access.Actor{Practice: w.Practice}, access.ReadPublic, access.Operations); err == nil {
			t.Error("nobody at all was let in")
		}
	})
}

// TestWhatSomebodyAsksForCannotHarmTheLog checks that the id of a record that is
// not there, which comes from an address, cannot keep the leaf, and the changes
// of others beside it, from being kept.
func TestWhatSomebodyAsksForCannotHarmTheLog(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		for _, id := range []string{"\x00", "a\x00b", "\xff\xfe", strings.Repeat("ä", 100000), "a b", "'; DROP TABLE audit; --", "../x"} {
			for _, actor := range []access.Actor{w.Clinician, access.Anyone(w.Practice)} {
				ctx, settle := w.Visit(t)
				if tx, err := w.Door.Begin(ctx, actor, access.ReadInvite, access.PersonRecord(id)); err == nil {
					tx.Names("invite " + id)
					tx.Rollback()
				}
				settle()
			}
		}
		w.AuditHolds(t)
		if n := w.Count(t, `SELECT max(length(compartment)) FROM audit`); n > 300 {
			t.Errorf("a compartment of %d characters was written down", n)
		}
	})
}

func TestADatabaseThatAlwaysFailsGivesErrorsAndNoRecord(t *testing.T) {
	w := waytest.Broken(t)
	for _, action := range access.Actions() {
		for _, c := range []access.Compartment{access.Operations, w.Client, access.PersonRecord("ines"), access.AccountRecord("ines")} {
			ctx, v := w.Door.Visit(t.Context())
			if tx, err := w.Door.Begin(ctx, w.Clinician, action, c); err == nil {
				t.Errorf("%s in %s: begun", action, c)
				tx.Rollback()
			} else if action.Changes() != fault.Is(err, fault.NotSaved) {
				t.Errorf("%s in %s: %v", action, c, err)
			}
			if l, err := w.Door.BeginList(ctx, w.Clinician, action, c.Kind()); err == nil {
				t.Errorf("%s of %s: listed", action, c)
				l.Rollback()
			}
			if n := access.Pending(ctx); n > 0 && v.Settle() == nil {
				t.Error("a leaf was said to be durable")
			}
		}
	}
}
