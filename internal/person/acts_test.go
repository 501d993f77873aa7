package person_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
)

// acts are what the manager sees.
func (p *practice) acts(t *testing.T, most int) (all []person.Act, more bool) {
	t.Helper()
	all, next := p.actsOf(t, person.Which{Most: most})
	return all, next != nil
}

func (p *practice) actsOf(t *testing.T, w person.Which) (all []person.Act, next *person.Which) {
	t.Helper()
	w.Days = time.UTC
	p.Do(t, func(ctx context.Context) (err error) {
		all, next, err = p.Acts(ctx, p.manager, w)
		return err
	})
	return all, next
}

// does asks the door for an action, as a page would.
func (p *practice) does(t *testing.T, who access.Actor, c access.Compartment, actions ...access.Action) {
	t.Helper()
	for _, a := range actions {
		p.Clock.Pass(time.Second)
		if !p.opens(t, who, a, c) {
			t.Fatalf("%s may not %s", who.ID, a)
		}
	}
}

func TestTheManagerDoesNotLearnWhichClientsRaisedAFlag(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		nora := p.join(t, p.ines, "Nora", person.Client)
		norasRecord := access.ClientRecord(nora.ID)
		p.Clock.Pass(24 * time.Hour)
		// Both answer, and Ines reads both. What Nora said is dangerous: she is shown whom
		// to reach, letters go out, and Ines deals with it.
		p.does(t, p.tomas, p.record, access.ReadDue, access.GiveAnswer)
		p.does(t, p.ines, p.record, access.ReadMeasures)
		p.does(t, nora, norasRecord, access.ReadDue, access.GiveAnswer, access.ReadSafetyPlan, access.ReadCare)
		p.does(t, nora, access.Operations, access.ReadPractice)
		q := job.New(p.Door)
		q.Handle("safety.tell", func(ctx context.Context, run *job.Run) error {
			actor := access.System(run.Practice, "tell")
			_, err := p.TellCareTeam(ctx, actor, nora.ID, run)
			p.does(t, actor, norasRecord, access.TellFlag)
			return err
		})
		q.Handle("post.send", func(ctx context.Context, run *job.Run) error { return nil })
		p.Do(t, func(ctx context.Context) error {
			tx, err := p.Door.Begin(ctx, nora, access.GiveAnswer, norasRecord)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := job.Enqueue(ctx, tx, job.Job{Name: "safety.tell", Key: newID(), Args: map[string]string{"client": nora.ID}}); err != nil {
				return err
			}
			return tx.Commit()
		})
		if _, err := q.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		p.does(t, p.ines, norasRecord, access.ReadMeasures, access.ReadFlags, access.SeeFlag, access.CloseFlag)
		p.does(t, p.ines, access.PersonRecord(nora.ID), access.ReadPerson)
		if n := p.Count(t, `SELECT count(*) FROM audit WHERE action IN ('care.tell', 'flag.tell', 'job.run') AND at > $1`, p.Clock.Now().Add(-time.Hour).UnixMicro()); n < 3 {
			t.Fatalf("%d entries of the program in the log: this test shows nothing", n)
		}

		of := func(client access.Actor) (seen []person.Act) {
			all, _ := p.acts(t, 100)
			for _, a := range all {
				if a.At.Before(p.Clock.Now().Add(-24 * time.Hour)) {
					continue // how they came in
				}
				if a.ActorID == client.ID || a.Compartment.Of() == client.ID {
					a.ActorID = map[bool]string{true: "the client", false: a.ActorID}[a.ActorID == client.ID]
					if a.Compartment.Of() == client.ID {
						a.Compartment = "the client"
					}
					seen = append(seen, a)
				}
				if !(access.Actor{ID: a.ActorID}).IsPerson() && a.ActorID != "the client" {
					t.Errorf("the program is seen: %+v", a)
				}
			}
			return seen
		}
		p.does(t, p.tomas, access.Operations, access.ReadPractice) // on some other page
		quiet, flagged := of(p.tomas), of(nora)
		if diff := cmp.Diff(byActor(quiet), byActor(flagged)); diff != "" || len(quiet) != 3 {
			t.Errorf("who raised a flag looks different (-nobody did +raised):\n%s%+v", diff, quiet)
		}
	})
}

// byActor is what was seen, whatever its order is.
func byActor(all []person.Act) map[string]int {
	n := make(map[string]int)
	for _, a := range all {
		n[a.ActorID+" "+string(a.Action)+" "+string(a.Compartment)+" "+a.At.Format(time.RFC3339)]++
	}
	return n
}

func TestTheActsGoBackAsFarAsIsAsked(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		for range 6 {
			p.Clock.Pass(24 * time.Hour)
			for range 20 {
				p.does(t, p.ines, p.record, access.ReadMeasures)
			}
		}
		all, more := p.acts(t, 4)
		if len(all) != 4 || !more {
			t.Errorf("%d acts, more: %t", len(all), more)
		}
		days := 0
		all, more = p.acts(t, 1000)
		for i, a := range all {
			if a.Action == "" && a.ActorID == p.ines.ID && a.Compartment == access.PersonRecord(p.tomas.ID) {
				days++
			}
			if i > 0 && a.At.Format(time.DateOnly) > all[i-1].At.Format(time.DateOnly) {
				t.Errorf("%s after %s", a.At, all[i-1].At)
			}
		}
		if days != 6 || more {
			t.Errorf("%d days on which Ines was there, want 6; more: %t", days, more)
		}
	})
}

func TestPageAfterPageHasEveryActOnceAndAPageNeverCutsADay(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		nora := p.join(t, p.ines, "Nora", person.Client)
		for range 5 {
			p.Clock.Pass(24 * time.Hour)
			p.does(t, p.ines, p.record, access.ReadMeasures)
			p.does(t, p.ines, access.ClientRecord(nora.ID), access.ReadMeasures)
			p.does(t, p.manager, access.Operations, access.ReadPractice, access.ListStaff)
			p.does(t, p.ines, p.record, access.ReadMeasures)
		}
		first, _ := p.actsOf(t, person.Which{Most: 1}) // reading the list is an act
		all, next := p.actsOf(t, person.Which{Day: first[0].At.AddDate(0, 0, -1), Most: 1000})
		if next != nil || len(all) < 20 {
			t.Fatalf("%d acts, and more: %t", len(all), next != nil)
		}
		for _, most := range []int{1, 2, 3, 7} {
			var paged []person.Act
			for w := (&person.Which{Day: first[0].At.AddDate(0, 0, -1), Most: most}); w != nil; {
				var some []person.Act
				some, w = p.actsOf(t, *w)
				if len(some) == 0 || len(some) > most {
					t.Fatalf("%d acts on a page of %d", len(some), most)
				}
				paged = append(paged, some...)
			}
			if diff := cmp.Diff(all, paged); diff != "" {
				t.Errorf("page by page, %d at a time (-all +paged):\n%s", most, diff)
			}
		}
	})
}

func TestTheActsOfOnePersonAreThoseOfTheListAndNoOthers(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		nora := p.join(t, p.ines, "Nora", person.Client)
		p.Clock.Pass(24 * time.Hour)
		p.does(t, p.ines, access.ClientRecord(nora.ID), access.ReadMeasures)
		p.does(t, nora, access.ClientRecord(nora.ID), access.ReadDue, access.GiveAnswer)
		p.does(t, access.System(p.manager.Practice, "tell"), access.ClientRecord(nora.ID), access.TellFlag) // never seen
		p.does(t, access.Anyone(p.manager.Practice), access.AccountRecord(nora.ID), access.TrySignIn)
		p.does(t, access.Anyone(p.manager.Practice), access.AccountRecord(p.ines.ID), access.MakeSignIn)
		p.Do(t, func(ctx context.Context) error { _, err := p.Clients(ctx, p.ines); return err }) // names Nora's record among several
		day := p.Clock.Now()
		p.actsOf(t, person.Which{Most: 1000})
		p.Clock.Pass(24 * time.Hour)
		all, _ := p.actsOf(t, person.Which{Day: day, Most: 1000})
		for _, who := range []string{nora.ID, p.ines.ID, p.manager.ID, p.tomas.ID, access.Anyone("").ID, access.Nobody, "somebody-else"} {
			var want []person.Act
			for _, a := range all {
				if a.ActorID == who || a.Compartment != "" && a.Compartment.Of() == who {
					want = append(want, a)
				}
			}
			got, next := p.actsOf(t, person.Which{Person: who, Day: day, Most: 1000})
			if diff := cmp.Diff(want, got); diff != "" || next != nil {
				t.Errorf("of %s (-in the list +of them):\n%s", who, diff)
			}
			if who == nora.ID && len(want) < 3 {
				t.Errorf("of Nora there are %d: this test shows nothing", len(want))
			}
		}
	})
}
