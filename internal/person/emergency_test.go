package person_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

func TestTheGlassIsBrokenInTheOpen(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		before := p.Count(t, `SELECT count(*) FROM letter`)
		unfresh := p.carl
		unfresh.Fresh = false
		smash := func(who access.Actor, email, reason string) func(context.Context) error {
			return func(ctx context.Context) error {
				_, err := p.BreakGlass(ctx, who, person.GlassForm{ID: newID(), Email: email, Reason: reason})
				return err
			}
		}
		p.fails(t, fault.StepUp, smash(unfresh, "tomas@example.org", "He rang"))
		p.fails(t, fault.Invalid, smash(p.carl, "tomas@example.org", " "))
		p.fails(t, fault.NotFound, smash(p.carl, "nobody@example.org", "He rang"))
		p.fails(t, fault.NotFound, smash(p.carl, "ines@example.org", "curious"))
		p.fails(t, fault.NotFound, smash(p.manager, "tomas@example.org", "He rang"))
		p.fails(t, fault.NotFound, smash(p.tomas, "tomas@example.org", "He rang"))
		if p.opens(t, p.carl, access.ReadMeasures, p.record) {
			t.Fatal("a refused attempt opened the record")
		}
		p.Do(t, smash(p.carl, "Tomas@example.org", "He rang and sounded lost"))
		if !p.opens(t, p.carl, access.ReadMeasures, p.record) || !p.opens(t, p.carl, access.ReadPerson, access.PersonRecord(p.tomas.ID)) {
			t.Error("the record is not open")
		}
		if p.opens(t, p.carl, access.Ask, p.record) || p.opens(t, p.carl, access.ShareRecord, p.record) {
			t.Error("more than reading is open")
		}
		if n := p.Count(t, `SELECT count(*) FROM letter`) - before; n != 3 {
			t.Errorf("%d were told, want the client, the clinician and the manager", n)
		}
		p.Do(t, func(ctx context.Context) error {
			all, err := p.Emergencies(ctx, p.tomas, p.tomas.ID)
			if len(all) != 1 || all[0].Reason != "He rang and sounded lost" || all[0].ActorID != p.carl.ID {
				t.Errorf("the client sees %+v", all)
			}
			return err
		})
		p.Do(t, func(ctx context.Context) error {
			all, err := p.Glasses(ctx, p.manager)
			if len(all) != 1 || all[0].Reason != "" {
				t.Errorf("the manager sees %+v", all)
			}
			return err
		})
		p.Clock.Pass(person.EmergencyLasts + time.Second)
		if p.opens(t, p.carl, access.ReadMeasures, p.record) || p.opens(t, p.carl, access.ReadPerson, access.PersonRecord(p.tomas.ID)) {
			t.Error("after four hours the record is still open")
		}
		p.NotOnDisk(t, "sounded lost")
	})
}

func TestOneFormBreaksTheGlassOnce(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		id := newID()
		smash := func(who access.Actor, reason string) func(context.Context) error {
			return func(ctx context.Context) error {
				_, err := p.BreakGlass(ctx, who, person.GlassForm{ID: id, Email: "tomas@example.org", Reason: reason})
				return err
			}
		}
		seen := func() (all []person.EmergencyNote) {
			p.Do(t, func(ctx context.Context) (err error) { all, err = p.Emergencies(ctx, p.tomas, p.tomas.ID); return err })
			return all
		}
		p.Do(t, smash(p.carl, "He rang"))
		letters := p.Count(t, `SELECT count(*) FROM letter`)
		p.Clock.Pass(time.Hour)
		p.Do(t, smash(p.carl, "He rang")) // it came twice
		p.fails(t, fault.Conflict, smash(p.carl, "just looking"))
		p.fails(t, fault.Conflict, smash(p.sven, "He rang"))
		if p.opens(t, p.sven, access.ReadMeasures, p.record) {
			t.Error("the form of another opened the record")
		}
		p.Clock.Pass(3*time.Hour + time.Minute)
		if p.opens(t, p.carl, access.ReadMeasures, p.record) {
			t.Error("the form that came twice keeps the record open for longer")
		}
		for range 3 {
			p.Clock.Pass(24 * time.Hour)
			for _, reason := range []string{"He rang", "just looking"} {
				p.fails(t, fault.Conflict, smash(p.carl, reason))
				if p.opens(t, p.carl, access.ReadMeasures, p.record) {
					t.Errorf("a form of some days ago opens the record again, because of %q", reason)
				}
			}
		}
		if all := seen(); len(all) != 1 || all[0].Reason != "He rang" {
			t.Errorf("the client sees %+v", all)
		}
		if n := p.Count(t, `SELECT count(*) FROM letter`) - letters; n != 0 {
			t.Errorf("%d were told of nothing", n)
		}
		id = newID()
		p.Do(t, smash(p.carl, "He rang again"))
		if all := seen(); len(all) != 2 || !p.opens(t, p.carl, access.ReadMeasures, p.record) {
			t.Errorf("with a form of its own: the client sees %+v", all)
		}
	})
}
