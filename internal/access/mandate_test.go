package access_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/waytest"
)

// with is actor as a program with the given leave.
func with(actor access.Actor, m access.Mandate) access.Actor {
	actor.Fresh, actor.Mandate = false, &m
	return actor
}

func TestAProgramMayOnlyWhatItWasGivenLeaveForAndItsPersonMay(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		leave := access.Mandate{ID: "token-1", Acts: map[access.Action]bool{access.ReadMeasures: true}}
		for _, c := range []struct {
			what  string
			actor access.Actor
			do    access.Action
			in    access.Compartment
			want  bool
		}{
			{"what it has leave for", with(w.Clinician, leave), access.ReadMeasures, w.Client, true},
			{"what it has no leave for, though its person may", with(w.Clinician, leave), access.ReadAlliance, w.Client, false},
			{"what it has leave for, where its person may not", with(w.Stranger, leave), access.ReadMeasures, w.Client, false},
			{"without leave for anything", with(w.Clinician, access.Mandate{ID: "token-2"}), access.ReadMeasures, w.Client, false},
			{"with leave for the client", with(w.Clinician, access.Mandate{ID: "token-3", Acts: leave.Acts, Of: w.Client.Of()}), access.ReadMeasures, w.Client, true},
			{"with leave for somebody else", with(w.Clinician, access.Mandate{ID: "token-4", Acts: leave.Acts, Of: "somebody"}), access.ReadMeasures, w.Client, false},
		} {
			err := try(t, w, c.actor, c.do, c.in)
			if c.want && err != nil || !c.want && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", c.what, err)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE detail LIKE 'by:token-%'`); n != 6 {
			t.Errorf("%d entries say by which token, want 6", n)
		}
	})
}

func TestAListForAProgramHoldsNobodyBeyondItsLeave(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		acts := map[access.Action]bool{access.ReadMeasures: true}
		for _, c := range []struct {
			what  string
			leave access.Mandate
			want  int
		}{
			{"for everybody of theirs", access.Mandate{ID: "a", Acts: acts}, 1},
			{"for this client", access.Mandate{ID: "b", Acts: acts, Of: w.Client.Of()}, 1},
			{"for somebody else", access.Mandate{ID: "c", Acts: acts, Of: "somebody"}, 0},
			{"for something else", access.Mandate{ID: "d", Acts: map[access.Action]bool{access.ReadAlliance: true}}, 0},
		} {
			ctx, settle := w.Visit(t)
			l, err := w.Door.BeginList(ctx, with(w.Clinician, c.leave), access.ReadMeasures, access.KindClient)
			if err != nil {
				t.Fatal(err)
			}
			if len(l.Compartments) != c.want || l.May(w.Client) != (c.want == 1) {
				t.Errorf("%s: %v", c.what, l.Compartments)
			}
			l.Rollback()
			settle()
		}
	})
}

func TestAProgramNeverDoesWhatAsksWhoOneIs(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		leave := access.Mandate{ID: "token-1", Acts: map[access.Action]bool{access.MakeToken: true}}
		own := access.PersonRecord(w.Clinician.ID)
		if err := try(t, w, with(w.Clinician, leave), access.MakeToken, own); !fault.Is(err, fault.StepUp) {
			t.Errorf("a token makes a token: %v", err)
		}
	})
}
