package plan_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/waytest"
)

const hers = "A colleague of his left, and the heron was on the roof"

func beside(t *testing.T, w *waytest.World, ps *plan.Plans) (m plan.Meanwhile) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		m, err = ps.Meanwhile(ctx, w.Clinician, w.Client)
		return err
	})
	return m
}

func TestALifeEventIsNotedByEitherAndTakenOffByWhoeverNotedIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		note := func(actor access.Actor, e plan.LifeEvent) (plan.LifeEvent, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.NoteEvent(ctx, actor, w.Client, e, time.UTC)
		}
		late := plan.LifeEvent{ID: newID(t), Day: "2026-11-10", Words: hers}
		soon := plan.LifeEvent{ID: newID(t), Day: "2027-01-03", Words: "A new job begins"}
		for range 2 {
			if _, err := note(w.Tomas, late); err != nil {
				t.Fatal(err)
			}
			if _, err := note(w.Clinician, soon); err != nil {
				t.Fatal(err)
			}
		}
		long := time.Date(1987, 5, 2, 0, 0, 0, 0, time.UTC)
		if _, err := note(w.Tomas, plan.LifeEvent{ID: newID(t), Day: measure.DayOf(long, time.UTC), Words: "  We came here\r\n"}); err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, e := range beside(t, w, ps).Events {
			said = append(said, string(e.Day)+" "+e.Words+" "+e.By)
		}
		if diff := cmp.Diff([]string{"1987-05-02 We came here tomas", "2026-11-10 " + hers + " tomas", "2027-01-03 A new job begins ines"}, said); diff != "" {
			t.Error(diff)
		}
		for field, e := range map[string]plan.LifeEvent{
			"words": {ID: newID(t), Day: "2026-11-10", Words: " "},
			"day":   {ID: newID(t), Day: "2030-11-10", Words: "x"},
			"id":    {ID: "x", Day: "2026-11-10", Words: "x"},
		} {
			if _, err := note(w.Tomas, e); !fault.Is(err, fault.Invalid) || fieldOf(err) != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := note(w.Tomas, plan.LifeEvent{ID: late.ID, Day: late.Day, Words: "Other words"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form with other words: %v", err)
		}

		drop := func(actor access.Actor, id string) error {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.DropEvent(ctx, actor, w.Client, id)
		}
		if err := drop(w.Clinician, late.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else's event: %v", err)
		}
		for range 2 {
			if err := drop(w.Tomas, late.ID); err != nil {
				t.Fatal(err)
			}
		}
		if got := beside(t, w, ps).Events; len(got) != 2 {
			t.Errorf("after taking one off: %+v", got)
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.NoteEvent, func(ctx context.Context) error {
				_, err := ps.NoteEvent(ctx, actor, w.Client, late, time.UTC)
				return err
			})
			w.Refused(t, actor, access.NoteEvent, func(ctx context.Context) error { return ps.DropEvent(ctx, actor, w.Client, soon.ID) })
		}
		w.AuditHolds(t)
		w.NotOnDisk(t, hers)
		w.NotOnDisk(t, "2026-11-10")
	})
}

func TestADetourIsOpenedAndClosedWithItsReason(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		colleague := access.Actor{Practice: w.Practice, ID: "ada", Fresh: true}
		w.Grant(t, colleague, access.Operations, access.Clinician)
		w.Grant(t, colleague, w.Client, access.Treats)
		form := plan.Detour{ID: newID(t), Name: "The house", From: "2026-11-02", Reason: hers}
		open := func(actor access.Actor, d plan.Detour) (plan.Detour, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.OpenDetour(ctx, actor, w.Client, d, time.UTC)
		}
		shut := func(actor access.Actor, until measure.Day, back string) (plan.Detour, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.CloseDetour(ctx, actor, w.Client, form.ID, plan.WayBack{Until: until, Stays: back}, time.UTC)
		}
		for range 2 {
			if d, err := open(w.Clinician, form); err != nil || !d.Open() {
				t.Fatalf("%+v, %v", d, err)
			}
		}
		if _, err := open(w.Clinician, plan.Detour{ID: form.ID, Name: "The house", From: form.From, Reason: "Another"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same form with another reason: %v", err)
		}
		if _, err := shut(w.Clinician, "2026-11-18", " "); !fault.Is(err, fault.Invalid) || fieldOf(err) != "stays" {
			t.Errorf("closed without the way back: %v", err)
		}
		for field, d := range map[string]plan.Detour{
			"name":   {ID: newID(t), From: "2026-11-02", Reason: "x"},
			"reason": {ID: newID(t), Name: "The house", From: "2026-11-02"},
			"from":   {ID: newID(t), Name: "The house", From: "2026-11-20", Reason: "x"},
		} {
			if _, err := open(w.Clinician, d); !fault.Is(err, fault.Invalid) || fieldOf(err) != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := shut(w.Clinician, "2026-11-01", "x"); !fault.Is(err, fault.Invalid) || fieldOf(err) != "until" {
			t.Errorf("closed before it began: %v", err)
		}
		for range 2 { // either clinician, and twice
			if d, err := shut(colleague, "2026-11-18", "The house is sold"); err != nil || d.Open() || d.ClosedBy != "ada" || d.By != w.Clinician.ID {
				t.Fatalf("%+v, %v", d, err)
			}
		}
		if d, err := shut(w.Clinician, "2026-11-19", "x"); !fault.Is(err, fault.Conflict) || d.Until != "2026-11-18" {
			t.Errorf("closed twice: %+v, %v", d, err)
		}
		w.Do(t, func(ctx context.Context) error { // the client reads it
			m, err := ps.Meanwhile(ctx, w.Tomas, w.Client)
			if err == nil && (len(m.Detours) != 1 || m.Detours[0].Stays != "The house is sold" || m.Detours[0].Reason != hers) {
				t.Errorf("detours: %+v", m.Detours)
			}
			return err
		})
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.TurnAside, func(ctx context.Context) error {
				_, err := ps.OpenDetour(ctx, actor, w.Client, form, time.UTC)
				return err
			})
			w.Refused(t, actor, access.TurnAside, func(ctx context.Context) error {
				_, err := ps.CloseDetour(ctx, actor, w.Client, form.ID, plan.WayBack{Until: "2026-11-18", Stays: "x"}, time.UTC)
				return err
			})
		}
		w.AuditHolds(t)
		w.NotOnDisk(t, hers)
		w.NotOnDisk(t, "The house is sold")
	})
}

func TestWhatIsInTheWayIsProposedByTheClientAndOpenedByThoseWhoTreat(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := plan.New(w.Door)
		propose := func(actor access.Actor, d plan.Detour) (plan.Detour, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.ProposeDetour(ctx, actor, w.Client, d, time.UTC)
		}
		open := func(d plan.Detour) (plan.Detour, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return ps.OpenDetour(ctx, w.Clinician, w.Client, d, time.UTC)
		}
		follow := func(actor access.Actor, id string, n plan.DetourNote) error {
			ctx, settle := w.Visit(t)
			defer settle()
			_, err := ps.FollowDetour(ctx, actor, w.Client, id, n, time.UTC)
			return err
		}
		form := plan.Detour{ID: newID(t), Name: " Dad\n in hospital ", From: "2026-11-02", Reason: hers}
		for range 2 {
			if d, err := propose(w.Tomas, form); err != nil || d.State != plan.DetourProposed || d.Name != "Dad in hospital" || d.Open() {
				t.Fatalf("%+v, %v", d, err)
			}
		}
		if err := follow(w.Tomas, form.ID, plan.DetourNote{ID: newID(t), Day: "2026-11-03", Words: "x"}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a note on what was only proposed: %v", err)
		}
		taken := plan.Detour{ID: form.ID, Name: "Dad in hospital", From: "2026-11-01", Reason: "The hours are for Dad"}
		for range 2 { // in words that both found, and twice
			if d, err := open(taken); err != nil || !d.Open() || d.By != w.Tomas.ID || d.OpenedBy != w.Clinician.ID || d.Reason != taken.Reason || d.Revision != 2 {
				t.Fatalf("%+v, %v", d, err)
			}
		}
		if d, err := propose(w.Tomas, plan.Detour{ID: form.ID, Name: "Another", From: "2026-11-02", Reason: "x"}); !fault.Is(err, fault.Conflict) || d.Name != "Dad in hospital" {
			t.Errorf("the same form once more: %+v, %v", d, err)
		}
		note := plan.DetourNote{ID: newID(t), Day: "2026-11-03", Words: "He could speak today"}
		for range 2 {
			if err := follow(w.Tomas, form.ID, note); err != nil {
				t.Fatal(err)
			}
		}
		if err := follow(w.Clinician, form.ID, plan.DetourNote{ID: newID(t), Day: "2026-11-02", Words: "We only sat together"}); err != nil {
			t.Fatal(err)
		}
		for field, n := range map[string]plan.DetourNote{
			"day":   {ID: newID(t), Day: "2026-10-31", Words: "x"}, // before it began
			"words": {ID: newID(t), Day: "2026-11-03", Words: "\u0000"},
			"id":    {ID: "1", Day: "2026-11-03", Words: "x"},
		} {
			if err := follow(w.Tomas, form.ID, n); !fault.Is(err, fault.Invalid) || fieldOf(err) != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if err := follow(w.Tomas, form.ID, plan.DetourNote{ID: note.ID, Day: note.Day, Words: "Other words"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same note with other words: %v", err)
		}
		var said []string
		for _, n := range beside(t, w, ps).Detours[0].Notes {
			said = append(said, string(n.Day)+" "+n.Words+" "+n.By)
		}
		if diff := cmp.Diff([]string{"2026-11-02 We only sat together ines", "2026-11-03 He could speak today tomas"}, said); diff != "" {
			t.Error(diff)
		}

		// What is not taken is set aside, by either, and is no part of the way.
		other := plan.Detour{ID: newID(t), Name: "The move", From: "2026-11-02", Reason: "Boxes"}
		if _, err := propose(w.Tomas, other); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			w.Do(t, func(ctx context.Context) error {
				_, err := ps.SetAside(ctx, w.Clinician, w.Client, other.ID, "It fits in beside the goals")
				return err
			})
		}
		if _, err := open(other); !fault.Is(err, fault.Conflict) {
			t.Errorf("opened after it was set aside: %v", err)
		}
		m := beside(t, w, ps)
		if len(m.Detours) != 2 || len(m.Walked()) != 1 || m.Walked()[0].ID != form.ID {
			t.Errorf("walked: %+v", m.Walked())
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := ps.CloseDetour(ctx, w.Clinician, w.Client, form.ID, plan.WayBack{Until: "2026-11-18", Changed: "Slower"}, time.UTC)
			return err
		})
		if err := follow(w.Tomas, form.ID, plan.DetourNote{ID: newID(t), Day: "2026-11-18", Words: "x"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a note after it was closed: %v", err)
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.FollowDetour, func(ctx context.Context) error {
				_, err := ps.ProposeDetour(ctx, actor, w.Client, other, time.UTC)
				return err
			})
			w.Refused(t, actor, access.FollowDetour, func(ctx context.Context) error {
				_, err := ps.SetAside(ctx, actor, w.Client, other.ID, "")
				return err
			})
			w.Refused(t, actor, access.FollowDetour, func(ctx context.Context) error {
				_, err := ps.FollowDetour(ctx, actor, w.Client, form.ID, note, time.UTC)
				return err
			})
			w.Refused(t, actor, access.ReadPlan, func(ctx context.Context) error {
				_, err := ps.Meanwhile(ctx, actor, w.Client)
				return err
			})
		}
		w.AuditHolds(t)
		w.NotOnDisk(t, "He could speak")
		w.NotOnDisk(t, "hospital")
	})
}
