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
