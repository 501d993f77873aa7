package enquiry_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/fault"
)

func somebodyElse(f *enquiry.Form) {
	f.Name, f.Email, f.Brings = "Robin", "robin@example.org", "Something quite different, and nobody else’s business at all."
}

func TestWhatSomebodyElseWroteNeverGoesOnIntoARecord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		other, link := h.asked(t, somebodyElse)
		id, _ := h.asked(t)
		f := enquiry.AcceptForm{ID: newID(t), Revision: 1, Name: "Kim Lee", Email: "kim@example.org", Doubles: []string{other}}
		var client string
		h.w.Do(t, func(ctx context.Context) error {
			made, _, err := h.es.Accept(ctx, h.w.Clinician, id, f)
			client = made.ClientID
			return err
		})
		if said := h.carried[access.ClientRecord(client)]; said.Brings != canary {
			t.Errorf("went on: %q", said.Brings)
		}
		if a, err := h.answer(t, link); err != nil || a.State != enquiry.Asked {
			t.Errorf("the other enquiry: %+v, %v", a, err)
		}
	})
}

func TestOnlyWhoeverAskedTwiceIsADouble(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.asked(t, somebodyElse)
		first, _ := h.asked(t)
		double := func(id string) error {
			return h.tries(t, func(ctx context.Context) error { return h.es.Double(ctx, h.w.Clinician, id) })
		}
		if err := double(first); !fault.Is(err, fault.Conflict) {
			t.Errorf("the only one of somebody: %v", err)
		}
		second, _ := h.asked(t)
		for range 2 {
			if err := double(second); err != nil {
				t.Errorf("the second of somebody: %v", err)
			}
		}
		if err := double(first); !fault.Is(err, fault.Conflict) {
			t.Errorf("the one that is left: %v", err)
		}
	})
}

func TestADoubleThatChangedMeanwhileStaysInTheInbox(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		declined, link := h.asked(t)
		if _, err := h.decides(t, h.w.Clinician, declined, enquiry.Decision{Revision: 1, Move: enquiry.Decline, Told: "Sorry."}); err != nil {
			t.Fatal(err)
		}
		id, _ := h.asked(t, func(f *enquiry.Form) { f.Brings = "Again" })
		h.w.Do(t, func(ctx context.Context) error {
			_, _, err := h.es.Accept(ctx, h.w.Clinician, id, enquiry.AcceptForm{ID: newID(t), Revision: 1, Name: "Kim", Email: "kim@example.org", Doubles: []string{declined, declined, id}})
			return err
		})
		if a, err := h.answer(t, link); err != nil || a.State != enquiry.Declined {
			t.Errorf("what was declined: %+v, %v", a, err)
		}
	})
}

func TestAnEnquiryIsProposedToColleaguesOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asked(t)
		for _, to := range []string{newID(t), h.w.Tomas.ID, h.w.Manager.ID, h.w.Stranger.ID} {
			_, err := h.decides(t, h.w.Clinician, id, enquiry.Decision{Revision: 1, Move: enquiry.Propose, To: to, Told: "I asked a colleague."})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("to %s: %v", to, err)
			}
		}
	})
}

func TestADecisionWithoutAnIdIsNotTakenForOneThatCameTwice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asked(t)
		if _, err := h.decides(t, h.w.Clinician, id, enquiry.Decision{Revision: 1, Move: enquiry.Note, Among: "A note."}); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"", "0"} {
			err := h.tries(t, func(ctx context.Context) error {
				_, err := h.es.Decide(ctx, h.w.Clinician, id, enquiry.Decision{ID: bad, Revision: 2, Move: enquiry.Decline, Told: "Sorry."})
				return err
			})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("id %q: %v", bad, err)
			}
		}
	})
}

func TestOnlyClinicianOfThePracticeIsAskedFor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, with := range []string{newID(t), h.w.Tomas.ID, h.w.Manager.ID} {
			f := h.form(t)
			f.With = with
			if _, err := h.sends(t, f); !fault.Is(err, fault.Invalid) {
				t.Errorf("with %s: %v", with, err)
			}
		}
		f := h.form(t)
		f.FirstID, f.First = newID(t), h.w.Clock.Now().Add(24*time.Hour)
		if _, err := h.sends(t, f); !fault.Is(err, fault.Invalid) {
			t.Errorf("a time that nobody offers: %v", err)
		}
	})
}
