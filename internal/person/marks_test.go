package person_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
)

// arrives is a client whom another product knew, and with whom nobody works here but,
// if one is given, that clinician.
func (p *practice) arrives(t *testing.T, name, email string, with ...access.Actor) (id string) {
	t.Helper()
	id = newID()
	a := person.Arrival{ID: id, Name: name, Email: email}
	for _, w := range with {
		a.ClinicianID = w.ID
	}
	p.Do(t, func(ctx context.Context) error { return p.ReadyArrivals(ctx, p.id, id) })
	p.Do(t, func(ctx context.Context) error {
		tx, err := p.Door.Begin(ctx, p.manager, access.BringClients, access.Operations)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := p.ArriveIn(ctx, tx, a); err != nil {
			return err
		}
		return tx.Commit()
	})
	return id
}

// breaks has Carl open the record of whoever is meant; nobody is an empty id.
func (p *practice) breaks(t *testing.T, email, name string) (id string) {
	t.Helper()
	ctx, settle := p.Visit(t)
	defer settle()
	id, err := p.BreakGlass(ctx, p.carl, person.GlassForm{ID: newID(), Email: email, Name: name, Reason: "He rang and sounded lost"})
	if err == nil {
		return id
	}
	if f := new(fault.Error); !fault.Is(err, fault.NotFound) || !errors.As(err, &f) || f.Field != "email" || !strings.HasPrefix(f.Text, "No record is found by this.") {
		t.Errorf("%s, %q: got %v", email, name, err)
	}
	return ""
}

func (p *practice) marks(t *testing.T, id string) int {
	t.Helper()
	return p.Count(t, `SELECT count(*) FROM client_mark WHERE compartment = $1`, string(access.PersonRecord(id)))
}

func TestAClientWithoutAnAccountIsFoundInAnEmergency(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		letters := func() int { return p.Count(t, `SELECT count(*) FROM letter`) }
		gus, link := p.invite(t, p.ines, "Gus", person.Client)
		before := letters()
		if got := p.breaks(t, " GUS@example.org ", ""); got != gus {
			t.Fatalf("whoever was invited: got %q, want %s", got, gus)
		}
		record := access.ClientRecord(gus)
		if !p.opens(t, p.carl, access.ReadMeasures, record) || !p.opens(t, p.carl, access.ReadPerson, access.PersonRecord(gus)) {
			t.Error("the record is not open")
		}
		if n := letters() - before; n != 2 {
			t.Errorf("%d were told, want the clinician and the manager: a client who cannot sign in yet would find nothing", n)
		}

		// The client is told once there is something that they could open.
		p.lettersGo(t)
		before = letters()
		p.Do(t, func(ctx context.Context) error {
			_, err := p.Accept(ctx, link, account.Hashed{}, "Firefox")
			return err
		})
		if n := letters() - before; n != 1 {
			t.Errorf("%d letters as they came in, want 1", n)
		}
		p.Do(t, func(ctx context.Context) error {
			all, err := p.Emergencies(ctx, access.Actor{Practice: p.id, ID: gus}, gus)
			if len(all) != 1 || all[0].ActorID != p.carl.ID || all[0].Reason == "" {
				t.Errorf("they read %+v", all)
			}
			return err
		})
		if got := p.breaks(t, "gus@example.org", ""); got != gus {
			t.Errorf("with an account and the practice's address: got %q", got)
		}

		// Brought from another product, with nobody working with them.
		rosa := p.arrives(t, "Rosa Lindqvist", "Rosa@example.org")
		p.arrives(t, "Without An-Address", "")
		before = letters()
		if got := p.breaks(t, "rosa@example.org", ""); got != rosa {
			t.Errorf("whoever was brought: got %q, want %s", got, rosa)
		}
		if n := letters() - before; n != 1 {
			t.Errorf("%d were told, want the manager", n)
		}

		// The address is changed as they are invited, by whoever works with them by then.
		p.Do(t, func(ctx context.Context) error { return p.TakeOver(ctx, p.manager, rosa, p.ines.ID) })
		p.Do(t, func(ctx context.Context) error {
			_, err := p.InviteArrived(ctx, p.ines, newID(), rosa, "rosa@example.com")
			return err
		})
		if old, now := p.breaks(t, "rosa@example.org", ""), p.breaks(t, "rosa@example.com", ""); old != "" || now != rosa {
			t.Errorf("by the former address %q, by the newest %q", old, now)
		}
		for _, no := range []string{"ros@example.com", "rosa@example.co", "osa@example.com"} {
			if got := p.breaks(t, no, ""); got != "" {
				t.Errorf("%s finds %s", no, got)
			}
		}
		p.NotOnDisk(t, "rosa@example")
		p.NotOnDisk(t, "Lindqvist")
		p.NotOnDisk(t, "lindqvist")
		p.AuditHolds(t)
	})
}

func TestWhoeverMayNotBreakTheGlassLearnsOfNobodyWithoutAnAccount(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.invite(t, p.ines, "Gus", person.Client)
		unfresh := p.carl
		unfresh.Fresh = false
		elsewhere := p.carl
		elsewhere.Practice = p.World.Practice
		for _, email := range []string{"gus@example.org", "nobody@example.org"} {
			for _, tt := range []struct {
				who    access.Actor
				reason string
				want   fault.Kind
			}{
				{unfresh, "He rang", fault.StepUp},
				{p.carl, " ", fault.Invalid},
				{p.manager, "He rang", fault.NotFound},
				{p.tomas, "He rang", fault.NotFound},
				{access.Anyone(p.id), "He rang", fault.NotFound},
				{access.System(p.id, "marks"), "He rang", fault.NotFound},
				{elsewhere, "He rang", fault.NotFound},
			} {
				p.fails(t, tt.want, func(ctx context.Context) error {
					_, err := p.BreakGlass(ctx, tt.who, person.GlassForm{ID: newID(), Email: email, Reason: tt.reason})
					return err
				})
			}
		}
		if n := p.Count(t, `SELECT count(*) FROM emergency`); n != 0 {
			t.Errorf("%d records were opened", n)
		}
	})
}

func TestOfAFamilyWithOneAddressTheNameSaysWhoIsMeantAndNobodyIsListed(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		const home = "tomas@example.org" // Tomas signs in with it
		mia, ben := p.arrives(t, "Mia Brandt-Okoye", home, p.ines), p.arrives(t, "Ben Okoye", home)
		for _, tt := range []struct{ name, want string }{
			{"", ""},
			{"  ", ""},
			{"Okoye", ""}, // there are two
			{"Anna", ""},
			{"Mi", ""},
			{"Mia Lindqvist", ""},
			{"tomas", p.tomas.ID},
			{"mia", mia},
			{"Okoye, Mia", mia},
			{"MIA BRANDT OKOYE", mia},
			{"Ben", ben},
		} {
			if got := p.breaks(t, home, tt.name); got != tt.want {
				t.Errorf("%q finds %q, want %q", tt.name, got, tt.want)
			}
		}
		if got := p.breaks(t, "nobody@example.org", "Mia"); got != "" {
			t.Errorf("a name alone finds %s", got)
		}

		// Whoever was entered a second time, by mistake, is who signs in.
		p.arrives(t, "Tomas", home)
		if got := p.breaks(t, home, "Tomas"); got != p.tomas.ID {
			t.Errorf("of two by one name and address: got %q, want who signs in with it", got)
		}

		// A colleague's address is nobody's record, and hides none.
		p.arrives(t, "Sven", "sven@example.org")
		if got := p.breaks(t, "ines@example.org", ""); got != "" {
			t.Errorf("the address of a colleague opens %s", got)
		}
		if got := p.breaks(t, "sven@example.org", ""); got == "" || got == p.sven.ID {
			t.Errorf("a client at a colleague's address: got %q", got)
		}
	})
}

func TestACorrectedNameIsTheOneByWhichSomebodyIsFound(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.arrives(t, "Mia", "tomas@example.org")
		p.Do(t, func(ctx context.Context) error {
			return p.Rename(ctx, p.tomas, person.Person{ID: p.tomas.ID, Name: "Thomas Ruiz", Revision: 1})
		})
		if old, now := p.breaks(t, "tomas@example.org", "Tomas"), p.breaks(t, "tomas@example.org", "Thomas"); old != "" || now != p.tomas.ID {
			t.Errorf("by the former name %q, by the newest %q", old, now)
		}
	})
}

func TestErasingLeavesNothingToFindAClientBy(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		rosa := p.arrives(t, "Rosa Lindqvist", "rosa@example.org")
		if n := p.marks(t, rosa); n != 3 {
			t.Errorf("%d marks, want of the address and of each word", n)
		}
		p.Do(t, func(ctx context.Context) error { return p.Erase(ctx, p.manager, rosa) })
		if n := p.marks(t, rosa); n != 0 {
			t.Errorf("%d marks are left", n)
		}
		if got := p.breaks(t, "rosa@example.org", ""); got != "" {
			t.Errorf("whoever was erased is found: %s", got)
		}
		p.Do(t, func(ctx context.Context) error {
			all, err := p.AllMarked(ctx, p.id)
			if !all {
				t.Error("whoever was erased is still to be marked")
			}
			return err
		})
	})
}

func TestWhoeverWasHereBeforeThereWereMarksIsMarkedByTheQueue(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		rosa := p.arrives(t, "Rosa Lindqvist", "rosa@example.org")
		torn := p.arrives(t, "Torn", "torn@example.org")
		gone := p.arrives(t, "Gone", "gone@example.org")
		p.Do(t, func(ctx context.Context) error { return p.Erase(ctx, p.manager, gone) })
		p.Exec(t, `DELETE FROM client_mark`)
		p.Exec(t, `DELETE FROM job`)
		p.Exec(t, `UPDATE person_name SET sealed = $1 WHERE person_id = $2`, []byte("torn"), torn)
		marked := func() (all bool) {
			p.Do(t, func(ctx context.Context) (err error) { all, err = p.AllMarked(ctx, p.id); return err })
			return all
		}
		if marked() {
			t.Error("it is not said that some are not found yet")
		}
		if by, without := p.breaks(t, "tomas@example.org", ""), p.breaks(t, "rosa@example.org", ""); by != p.tomas.ID || without != "" {
			t.Errorf("before: by an account %q, without %q", by, without)
		}
		q := job.New(p.Door)
		q.Handle(person.MarkJob, p.MarkWork)
		soon := func(ctx context.Context) error { return p.MarkSoon(ctx, p.id) }
		p.Do(t, soon)
		p.Do(t, soon)
		p.Exec(t, `DELETE FROM job WHERE name <> 'person.mark'`)
		if n, err := q.Drain(t.Context()); n != 1 || err != nil {
			t.Errorf("%d runs, %v", n, err)
		}
		if got := p.breaks(t, "rosa@example.org", "Rosa"); got != rosa {
			t.Errorf("afterwards: got %q", got)
		}
		if n := p.marks(t, gone); n != 0 {
			t.Errorf("whoever was erased has %d marks", n)
		}
		// One name does not open: the others are found, and it is still said.
		if marked() || q.Failed() != 1 {
			t.Errorf("a name that does not open is passed over in silence (%d runs failed)", q.Failed())
		}
		p.Do(t, func(ctx context.Context) error { return p.Erase(ctx, p.manager, torn) })
		if !marked() {
			t.Error("all that there are were marked")
		}
		p.Exec(t, `DELETE FROM job`)
		p.Do(t, soon)
		if n := p.Count(t, `SELECT count(*) FROM job WHERE name = 'person.mark'`); n != 0 {
			t.Errorf("with nobody to mark there are %d jobs", n)
		}
		p.AuditHolds(t)
	})
}
