package person_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
)

// A practice is one that was founded by its own methods, in a world.
type practice struct {
	*waytest.World
	*person.People
	accounts *account.Accounts
	id       string

	manager, ines, carl, sven access.Actor
	tomas                     access.Actor // a client of Ines
	record                    access.Compartment
}

func eachPractice(t *testing.T, f func(*testing.T, *practice)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		accounts, err := account.New(w.Door, account.Site{Origin: "https://way.example", Name: "Waymark"})
		if err != nil {
			t.Fatal(err)
		}
		p := &practice{World: w, People: person.New(w.Door, accounts, "https://way.example"), accounts: accounts, id: person.NewPracticeID()}
		operator := access.System(p.id, "operator")
		p.Do(t, func(ctx context.Context) error {
			_, err := p.Found(ctx, operator, linden)
			return err
		})
		p.manager = p.join(t, operator, "Otto", person.Manager)
		p.ines = p.join(t, operator, "Ines", person.Clinician)
		p.carl = p.join(t, operator, "Carl", person.Clinician)
		p.sven = p.join(t, operator, "Sven", person.Clinician)
		p.tomas = p.join(t, p.ines, "Tomas", person.Client)
		p.record = access.ClientRecord(p.tomas.ID)
		f(t, p)
	})
}

var linden = person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (p *practice) invite(t *testing.T, by access.Actor, name string, roles ...person.Role) (id, link string) {
	t.Helper()
	p.Do(t, func(ctx context.Context) (err error) {
		id, link, err = p.Invite(ctx, by, person.InviteForm{ID: newID(), Name: name, Email: strings.ToLower(name) + "@example.org", Roles: roles})
		return err
	})
	_, link, ok := strings.Cut(link, "https://way.example/join/")
	if !ok {
		t.Fatalf("the link does not lead to the practice: %q", link)
	}
	return id, link
}

func (p *practice) join(t *testing.T, by access.Actor, name string, roles ...person.Role) access.Actor {
	t.Helper()
	id, link := p.invite(t, by, name, roles...)
	p.Do(t, func(ctx context.Context) error {
		_, err := p.Accept(ctx, link, account.Hashed{}, "Firefox")
		return err
	})
	return access.Actor{Practice: p.id, ID: id, Fresh: true}
}

// opens says whether actor may do action in the client's record.
func (p *practice) opens(t *testing.T, actor access.Actor, action access.Action, c access.Compartment) bool {
	t.Helper()
	ctx, settle := p.Visit(t)
	defer settle()
	tx, err := p.Door.Begin(ctx, actor, action, c)
	if err == nil {
		tx.Rollback()
	} else if !fault.Is(err, fault.NotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func (p *practice) fails(t *testing.T, want fault.Kind, do func(context.Context) error) {
	t.Helper()
	ctx, settle := p.Visit(t)
	defer settle()
	if err := do(ctx); !fault.Is(err, want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestWhoeverIsInvitedComesInAsWhatTheyAre(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		for _, tt := range []struct {
			who    access.Actor
			action access.Action
			c      access.Compartment
			want   bool
		}{
			{p.ines, access.ReadMeasures, p.record, true},
			{p.tomas, access.ReadMeasures, p.record, true},
			{p.tomas, access.GiveAnswer, p.record, true},
			{p.carl, access.ReadMeasures, p.record, false},
			{p.manager, access.ReadMeasures, p.record, false},
			{p.manager, access.ReadPerson, access.PersonRecord(p.tomas.ID), true},
			{p.carl, access.ReadPerson, access.PersonRecord(p.tomas.ID), false},
			{p.carl, access.ReadPerson, access.PersonRecord(p.ines.ID), true},
			{p.tomas, access.ReadPerson, access.PersonRecord(p.ines.ID), true},
			{p.tomas, access.ReadPerson, access.PersonRecord(p.carl.ID), false},
		} {
			if got := p.opens(t, tt.who, tt.action, tt.c); got != tt.want {
				t.Errorf("%s %s %s: got %t, want %t", tt.who.ID, tt.action, tt.c.Kind(), got, tt.want)
			}
		}
		p.Do(t, func(ctx context.Context) error {
			mine, err := p.Clients(ctx, p.ines)
			if err != nil || len(mine) != 1 || mine[0].Name != "Tomas" || mine[0].State != person.Here {
				t.Errorf("clients: got %+v, %v", mine, err)
			}
			return err
		})
		p.Do(t, func(ctx context.Context) error {
			none, err := p.Clients(ctx, p.tomas)
			if err != nil || len(none) != 0 {
				t.Errorf("a client lists clients: got %+v, %v", none, err)
			}
			return err
		})
		p.NotOnDisk(t, "tomas@example.org")
		p.NotOnDisk(t, "Linden House")
		p.AuditHolds(t)
	})
}

func TestALinkWorksOnceAndNotForEver(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		_, link := p.invite(t, p.ines, "Nora", person.Client)
		for range 3 { // as mail scanners do
			p.Do(t, func(ctx context.Context) error {
				o, err := p.OpenInvite(ctx, link)
				if err == nil && (o.Name != "Nora" || o.Email != "nora@example.org" || o.Staff) {
					t.Errorf("the invitation shows %+v", o)
				}
				return err
			})
		}
		accept := func(ctx context.Context) error {
			_, err := p.Accept(ctx, link, account.Hashed{}, "")
			return err
		}
		p.Do(t, accept)
		p.fails(t, fault.NotFound, accept)
		p.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := p.OpenInvite(ctx, link); return err })

		old, late := p.invite(t, p.ines, "Late", person.Client)
		p.Clock.Pass(person.InviteLasts + time.Minute)
		p.fails(t, fault.NotFound, func(ctx context.Context) error {
			_, err := p.Accept(ctx, late, account.Hashed{}, "")
			return err
		})
		var again string
		p.Do(t, func(ctx context.Context) (err error) {
			again, err = p.InviteAgain(ctx, p.ines, newID(), old)
			return err
		})
		_, again, _ = strings.Cut(again, "/join/")
		p.Do(t, func(ctx context.Context) error { _, err := p.Accept(ctx, again, account.Hashed{}, ""); return err })

		p.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := p.OpenInvite(ctx, p.id+".nonsense"); return err })
		p.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := p.OpenInvite(ctx, "nonsense"); return err })
	})
}

func TestTheSameFormTwiceInvitesOnce(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		f := person.InviteForm{ID: newID(), Name: "Nora", Email: "nora@example.org", Roles: []person.Role{person.Client}}
		var first, second string
		before := p.Count(t, `SELECT count(*) FROM letter`)
		p.Do(t, func(ctx context.Context) (err error) { first, _, err = p.Invite(ctx, p.ines, f); return err })
		p.Do(t, func(ctx context.Context) (err error) {
			var link string
			second, link, err = p.Invite(ctx, p.ines, f)
			if link != "" {
				t.Error("a second link was made")
			}
			return err
		})
		if first != second {
			t.Errorf("two people were made: %s and %s", first, second)
		}
		if n := p.Count(t, `SELECT count(*) FROM letter`) - before; n != 1 {
			t.Errorf("%d letters wait, want 1", n)
		}
	})
}

func TestAFormWithOtherWordsThanItHadInvitesNobodyAndSaysSo(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		for _, tt := range []struct {
			by       access.Actor
			as, then person.Role
		}{{p.ines, person.Client, person.Clinician}, {p.manager, person.Clinician, person.Manager}} {
			f := person.InviteForm{ID: newID(), Name: "Nora", Email: string(tt.as) + "@exmaple.org", Roles: []person.Role{tt.as}}
			var link string
			p.Do(t, func(ctx context.Context) (err error) { _, link, err = p.Invite(ctx, tt.by, f); return err })
			letters, people := p.Count(t, `SELECT count(*) FROM letter`), p.Count(t, `SELECT count(*) FROM person`)
			send := func(f person.InviteForm) func(context.Context) error {
				return func(ctx context.Context) error { _, _, err := p.Invite(ctx, tt.by, f); return err }
			}
			address, name, role := f, f, f
			address.Email, name.Name, role.Roles = "nora@example.org", "Nora W", []person.Role{tt.then}
			p.fails(t, fault.Conflict, send(address))
			p.fails(t, fault.Conflict, send(name))
			if tt.by == p.manager {
				p.fails(t, fault.Conflict, send(role))
			} else {
				p.fails(t, fault.NotFound, send(role)) // who only treats clients invites no staff
				p.fails(t, fault.Conflict, func(ctx context.Context) error { _, _, err := p.Invite(ctx, p.carl, f); return err })
			}
			if n := p.Count(t, `SELECT count(*) FROM letter`) - letters; n != 0 {
				t.Errorf("%d letters more", n)
			}
			if n := p.Count(t, `SELECT count(*) FROM person`) - people; n != 0 {
				t.Errorf("%d people more", n)
			}
			_, link, _ = strings.Cut(link, "/join/")
			p.Do(t, func(ctx context.Context) error {
				_, err := p.Accept(ctx, link, account.Hashed{}, "")
				return err
			})
			f.Name = " Nora "
			p.Do(t, send(f)) // the same, also when they have come in
		}
	})
}

func TestWhoeverInvitesAnAddressDoesNotLearnWhetherItIsKnownHere(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		for _, email := range []string{"tomas@example.org", "nobody@example.org"} { // a client of Ines, and nobody
			f := person.InviteForm{ID: newID(), Name: "Tomas", Email: email, Roles: []person.Role{person.Client}}
			before := p.Count(t, `SELECT count(*) FROM letter`)
			p.Do(t, func(ctx context.Context) error {
				id, link, err := p.Invite(ctx, p.carl, f)
				if id == p.tomas.ID || link == "" {
					t.Errorf("%s: made %q with the link %q", email, id, link)
				}
				return err
			})
			if n := p.Count(t, `SELECT count(*) FROM letter`) - before; n != 1 {
				t.Errorf("%s: %d letters wait, want 1", email, n)
			}
		}
	})
}

func TestBadInvitationsAreRefused(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		client := []person.Role{person.Client}
		for name, f := range map[string]person.InviteForm{
			"no name":           {Name: " ", Email: "a@example.org", Roles: client},
			"no address":        {Name: "A", Email: "a", Roles: client},
			"two addresses":     {Name: "A", Email: "a@example.org, b@example.org", Roles: client},
			"a header":          {Name: "A", Email: "a@example.org\r\nBcc: b@example.org", Roles: client},
			"a name that rings": {Name: "\atsitrap", Email: "a@example.org", Roles: client},
			"a long name":       {Name: strings.Repeat("a", person.MaxName+1), Email: "a@example.org", Roles: client},
			"client and staff":  {Name: "A", Email: "a@example.org", Roles: []person.Role{person.Client, person.Clinician}},
			"an unknown role":   {Name: "A", Email: "a@example.org", Roles: []person.Role{"king"}},
		} {
			f.ID = newID()
			ctx, settle := p.Visit(t)
			if _, _, err := p.Invite(ctx, p.ines, f); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: got %v, want it refused", name, err)
			}
			settle()
		}
		// A clinician invites no staff, and a client nobody.
		staff := person.InviteForm{ID: newID(), Name: "A", Email: "a@example.org", Roles: []person.Role{person.Clinician}}
		p.Refused(t, p.ines, access.InviteStaff, func(ctx context.Context) error { _, _, err := p.Invite(ctx, p.ines, staff); return err })
		other := person.InviteForm{ID: newID(), Name: "A", Email: "a@example.org", Roles: client}
		p.Refused(t, p.tomas, access.InviteClient, func(ctx context.Context) error { _, _, err := p.Invite(ctx, p.tomas, other); return err })
		if n := p.Count(t, `SELECT count(*) FROM person`); n != 5 {
			t.Errorf("there are %d people, want 5: something was half kept", n)
		}
	})
}

func TestEndingCareEndsAccessAtOnce(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.Do(t, func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.carl.ID) })
		if !p.opens(t, p.carl, access.ReadMeasures, p.record) {
			t.Fatal("a colleague who was brought in cannot open the record")
		}
		p.Refused(t, p.sven, access.BeginCare, func(ctx context.Context) error { return p.BeginCare(ctx, p.sven, p.tomas.ID, p.sven.ID) })
		p.fails(t, fault.Invalid, func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.manager.ID) })

		p.Do(t, func(ctx context.Context) error { return p.EndCare(ctx, p.tomas, p.tomas.ID, p.carl.ID) })
		for _, c := range []access.Compartment{p.record, access.PersonRecord(p.tomas.ID)} {
			if p.opens(t, p.carl, access.ReadMeasures, c) || p.opens(t, p.carl, access.ReadPerson, c) {
				t.Errorf("after the client ended it, the colleague still opens %s", c.Kind())
			}
		}
		if !p.opens(t, p.tomas, access.ReadPerson, access.PersonRecord(p.carl.ID)) {
			t.Error("the client no longer knows the name of who opened their record")
		}
		p.Do(t, func(ctx context.Context) error {
			team, err := p.CareTeam(ctx, p.tomas, p.tomas.ID)
			if len(team) != 1 || team[0] != p.ines.ID {
				t.Errorf("the care team is %v", team)
			}
			return err
		})
	})
}

func TestASupervisorSeesOnlyWhatIsShown(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		share := func(on bool) func(context.Context) error {
			return func(ctx context.Context) error { return p.Share(ctx, p.ines, p.tomas.ID, p.sven.ID, on) }
		}
		p.fails(t, fault.Invalid, share(true)) // he is not her supervisor yet
		p.Refused(t, p.ines, access.Supervise, func(ctx context.Context) error { return p.SetSupervision(ctx, p.ines, p.sven.ID, p.ines.ID, true) })
		p.fails(t, fault.Invalid, func(ctx context.Context) error { return p.SetSupervision(ctx, p.manager, p.tomas.ID, p.ines.ID, true) })
		p.Do(t, func(ctx context.Context) error { return p.SetSupervision(ctx, p.manager, p.sven.ID, p.ines.ID, true) })
		if p.opens(t, p.sven, access.ReadMeasures, p.record) {
			t.Error("supervision alone opens a record")
		}
		p.Do(t, share(true))
		seen := func() []person.Shown {
			var all []person.Shown
			p.Do(t, func(ctx context.Context) (err error) { all, err = p.Supervised(ctx, p.sven); return err })
			return all
		}
		if all := seen(); len(all) != 1 || all[0].ClientID != p.tomas.ID || all[0].ByID != p.ines.ID {
			t.Errorf("shown: got %+v", all)
		}
		for action, want := range map[access.Action]bool{access.ReadCourse: true, access.Ask: false, access.ReadFlags: false, access.TalkAbout: false} {
			if got := p.opens(t, p.sven, action, p.record); got != want {
				t.Errorf("a supervisor may %s: got %t, want %t", action, got, want)
			}
		}
		if p.opens(t, p.sven, access.ReadPerson, access.PersonRecord(p.tomas.ID)) {
			t.Error("a supervisor learns the name")
		}
		p.Do(t, share(false))
		if p.opens(t, p.sven, access.ReadCourse, p.record) || len(seen()) != 0 {
			t.Error("what was taken back is still shown")
		}
		p.Do(t, share(true))
		p.Do(t, func(ctx context.Context) error { return p.SetSupervision(ctx, p.manager, p.sven.ID, p.ines.ID, false) })
		if p.opens(t, p.sven, access.ReadCourse, p.record) {
			t.Error("after supervision has ended, the record is still shown")
		}
	})
}

func TestNobodyIsFloodedByInvitingEverNewPeopleAtTheirAddress(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		invite := func(name, email string) func(context.Context) error {
			return func(ctx context.Context) error {
				_, _, err := p.Invite(ctx, p.ines, person.InviteForm{ID: newID(), Name: name, Email: email, Roles: []person.Role{person.Client}})
				return err
			}
		}
		before := p.Count(t, `SELECT count(*) FROM person`)
		for i := range 5 {
			p.Do(t, invite(fmt.Sprint("Ruth ", i), "Victim@example.org"))
		}
		p.fails(t, fault.Invalid, invite("Ruth", "victim@example.org"))
		if n := p.Count(t, `SELECT count(*) FROM person`) - before; n != 5 {
			t.Errorf("%d people were invited, want 5", n)
		}
		p.Do(t, invite("Ruth", "another@example.org"))
		p.Clock.Pass(time.Minute)
		p.Do(t, invite("Ruth", "victim@example.org"))
	})
}

func TestWhatIsTakenBackFromOneSupervisorStaysShownToTheOther(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		share := func(by, with access.Actor, on bool) {
			t.Helper()
			p.Do(t, func(ctx context.Context) error { return p.Share(ctx, by, p.tomas.ID, with.ID, on) })
		}
		for _, supervisor := range []access.Actor{p.sven, p.carl} {
			p.Do(t, func(ctx context.Context) error {
				return p.SetSupervision(ctx, p.manager, supervisor.ID, p.ines.ID, true)
			})
			share(p.ines, supervisor, true)
		}
		for range 2 {
			share(p.ines, p.carl, false)
		}
		if p.opens(t, p.carl, access.ReadCourse, p.record) {
			t.Error("whom it was taken back from reads the course")
		}
		if !p.opens(t, p.sven, access.ReadCourse, p.record) {
			t.Error("it was taken back from the other supervisor too")
		}
	})
}

func TestLeavingEndsEverything(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		var token account.Token
		p.Do(t, func(ctx context.Context) (err error) {
			token, err = p.accounts.Enter(ctx, access.System(p.id, "demo"), p.ines.ID, "")
			return err
		})
		p.Refused(t, p.carl, access.EndWork, func(ctx context.Context) error { return p.Leave(ctx, p.carl, p.ines.ID) })
		p.fails(t, fault.Invalid, func(ctx context.Context) error { return p.Leave(ctx, p.manager, p.manager.ID) })
		p.fails(t, fault.NotFound, func(ctx context.Context) error { return p.Leave(ctx, p.manager, p.tomas.ID) })
		own := access.ReflectionRecord(p.ines.ID)
		if !p.opens(t, p.ines, access.ReadReflections, own) {
			t.Error("what a clinician keeps for themself is not theirs")
		}
		p.Do(t, func(ctx context.Context) error { return p.Leave(ctx, p.manager, p.ines.ID) })

		if _, err := p.accounts.Who(t.Context(), token.Cookie); !fault.Is(err, fault.SignIn) {
			t.Errorf("the sign-in of somebody who left: got %v", err)
		}
		for _, tt := range []struct {
			action access.Action
			c      access.Compartment
		}{
			{access.ReadMeasures, p.record},
			{access.ReadPerson, access.PersonRecord(p.tomas.ID)},
			{access.ReadPractice, access.Operations},
			{access.ReadPerson, access.PersonRecord(p.ines.ID)},
		} {
			if p.opens(t, p.ines, tt.action, tt.c) {
				t.Errorf("somebody who left may still %s", tt.action)
			}
		}
		if n := p.Count(t, `SELECT count(*) FROM grants WHERE actor_id = $1`, p.ines.ID); n != 0 {
			t.Errorf("%d grants are left", n)
		}
		if n := p.Count(t, `SELECT count(*) FROM care WHERE clinician_id = $1 AND until = 0`, p.ines.ID); n != 0 {
			t.Errorf("%d care relations go on", n)
		}
		// What they kept for themself nobody could ever read again: it is destroyed.
		q := job.New(p.Door)
		q.Handle(person.EraseJob, p.EraseWork)
		if _, err := q.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		keys, err := p.Keys.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer keys.Rollback()
		var there int
		if err := keys.QueryRow(t.Context(), `SELECT count(*) FROM compartment_key WHERE compartment = $1`, string(own)).Scan(&there); err != nil || there != 0 {
			t.Errorf("the key of what they kept for themself: %d, %v", there, err)
		}
	})
}

func TestTheClientSeesWhoOpenedTheRecord(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		if !p.opens(t, p.ines, access.ReadMeasures, p.record) || p.opens(t, p.carl, access.ReadMeasures, p.record) {
			t.Fatal("the wrong people open the record")
		}
		var all []access.Opening
		p.Do(t, func(ctx context.Context) (err error) { all, err = p.Openings(ctx, p.tomas, p.tomas.ID, 50); return err })
		var by, refused bool
		for _, o := range all {
			by = by || o.ActorID == p.ines.ID && o.Action == access.ReadMeasures && o.Allowed
			refused = refused || o.ActorID == p.carl.ID && !o.Allowed
		}
		if !by || !refused {
			t.Errorf("openings: got %+v, want Ines, and Carl who was refused", all)
		}
		p.Refused(t, p.ines, access.ReadOpenings, func(ctx context.Context) error { _, err := p.Openings(ctx, p.ines, p.tomas.ID, 50); return err })
	})
}

func TestErasingLeavesNothing(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.Refused(t, p.ines, access.EraseClient, func(ctx context.Context) error { return p.Erase(ctx, p.ines, p.tomas.ID) })
		p.Do(t, func(ctx context.Context) error { return p.Erase(ctx, p.manager, p.tomas.ID) })
		p.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := p.Person(ctx, p.ines, p.tomas.ID); return err })
		if n := p.Count(t, `SELECT count(*) FROM person_name WHERE person_id = $1`, p.tomas.ID); n != 0 {
			t.Errorf("%d names are left", n)
		}
		tx, err := p.Keys.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		var keys, stones int
		like := "%" + p.tomas.ID
		if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM compartment_key WHERE compartment LIKE $1`, like).Scan(&keys); err != nil {
			t.Fatal(err)
		}
		if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM tombstone WHERE compartment LIKE $1`, like).Scan(&stones); err != nil {
			t.Fatal(err)
		}
		if keys != 0 || stones != 3 {
			t.Errorf("%d keys and %d tombstones, want 0 and 3", keys, stones)
		}
		tx.Rollback()
		// The queue, which would have done it had the machine stopped, does no harm.
		q := job.New(p.Door)
		q.Handle(person.EraseJob, p.EraseWork)
		if n, err := q.Drain(t.Context()); n == 0 || err != nil {
			t.Errorf("the queue did %d jobs: %v", n, err)
		}
		p.AuditHolds(t)
	})
}

func TestThePracticeIsRevisedWithoutLosingEitherText(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		var now person.Practice
		p.Do(t, func(ctx context.Context) (err error) { now, err = p.People.Practice(ctx, p.manager); return err })
		first, second := now, now
		first.Crisis, second.Crisis = "Ring us", "Write to us"
		p.Do(t, func(ctx context.Context) error { _, err := p.RevisePractice(ctx, p.manager, first); return err })
		ctx, settle := p.Visit(t)
		got, err := p.RevisePractice(ctx, p.manager, second)
		settle()
		if !fault.Is(err, fault.Conflict) || got.Crisis != "Ring us" {
			t.Errorf("a stale form: got %+v, %v", got, err)
		}
		p.Refused(t, p.ines, access.RevisePractice, func(ctx context.Context) error { _, err := p.RevisePractice(ctx, p.ines, second); return err })
		bad := first
		bad.Revision, bad.TimeZone = 2, "Mars/Olympus"
		p.fails(t, fault.Invalid, func(ctx context.Context) error { _, err := p.RevisePractice(ctx, p.manager, bad); return err })
		p.Do(t, func(ctx context.Context) error {
			got, err := p.Public(ctx, access.Anyone(p.id))
			if got.Crisis != "Ring us" {
				t.Errorf("in public it says %q", got.Crisis)
			}
			return err
		})
	})
}

func TestAPersonOfAnotherPracticeIsNobodyHere(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		for _, who := range []access.Actor{p.ines, p.manager, p.tomas} {
			who.Practice = p.World.Practice
			if p.opens(t, who, access.ReadMeasures, p.record) || p.opens(t, who, access.ReadPerson, access.PersonRecord(p.tomas.ID)) {
				t.Errorf("%s of another practice opens a record here", who.ID)
			}
		}
	})
}

func TestAClientWithNobodyIsTakenOverByAClinicianAndBothAreTold(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		over := func(by access.Actor, to string) func(context.Context) error {
			return func(ctx context.Context) error { return p.TakeOver(ctx, by, p.tomas.ID, to) }
		}
		unattended := func(but string) (names string) {
			p.Do(t, func(ctx context.Context) error {
				all, err := p.Unattended(ctx, p.manager, but)
				for _, q := range all {
					names += q.Name
				}
				return err
			})
			return names
		}
		letters := func() int { return p.Count(t, `SELECT count(*) FROM job WHERE name = 'post.send'`) }
		if unattended("") != "" || unattended(p.ines.ID) != "Tomas" || unattended(p.carl.ID) != "" {
			t.Error("who has nobody, or would have, is not told right")
		}
		p.fails(t, fault.Conflict, over(p.manager, p.carl.ID)) // Ines works with him
		for _, who := range []access.Actor{p.ines, p.carl, p.tomas, access.Anyone(p.id), access.System(p.id, "operator")} {
			p.Refused(t, who, access.AssignCare, over(who, p.carl.ID))
		}
		p.Do(t, func(ctx context.Context) error { return p.Leave(ctx, p.manager, p.ines.ID) })
		if got := unattended(""); got != "Tomas" {
			t.Errorf("with nobody is %q, want Tomas", got)
		}
		stale := p.manager
		stale.Fresh = false
		p.fails(t, fault.StepUp, over(stale, p.carl.ID))
		for _, wrong := range []string{p.ines.ID, p.manager.ID, p.tomas.ID, newID()} {
			p.fails(t, fault.Invalid, over(p.manager, wrong)) // who left, only manages, is a client, is nobody
		}
		if p.opens(t, p.carl, access.ReadMeasures, p.record) {
			t.Fatal("something was given though it was refused")
		}
		before := letters()
		p.Do(t, over(p.manager, p.carl.ID))
		p.Do(t, over(p.manager, p.carl.ID)) // the form was sent twice
		if got := letters() - before; got != 2 {
			t.Errorf("%d letters were posted, want one to each of the two", got)
		}
		if !p.opens(t, p.carl, access.ReadMeasures, p.record) || !p.opens(t, p.tomas, access.ReadPerson, access.PersonRecord(p.carl.ID)) {
			t.Error("the clinician does not reach the record, or the client does not know who they are")
		}
		if p.opens(t, p.manager, access.ReadMeasures, p.record) || p.opens(t, p.manager, access.ReadCare, p.record) {
			t.Error("a manager learns something of the record")
		}
		p.fails(t, fault.Conflict, over(p.manager, p.sven.ID))
		p.Do(t, func(ctx context.Context) error { return p.EndCare(ctx, p.tomas, p.tomas.ID, p.carl.ID) })
		if p.opens(t, p.carl, access.ReadMeasures, p.record) {
			t.Error("the client could not end it")
		}
		p.Do(t, func(ctx context.Context) error { return p.Erase(ctx, p.manager, p.tomas.ID) })
		p.fails(t, fault.NotFound, over(p.manager, p.carl.ID))
		if got := unattended(""); got != "" {
			t.Errorf("whoever was erased is listed as %q", got)
		}
	})
}

func TestOfTwoManagersWhoFindAClinicianAtOnceOneIsTold(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.Do(t, func(ctx context.Context) error { return p.EndCare(ctx, p.ines, p.tomas.ID, p.ines.ID) })
		got := make(chan error, 2)
		for _, who := range []string{p.carl.ID, p.sven.ID} {
			ctx, settle := p.Visit(t)
			defer settle()
			go func() { got <- p.TakeOver(ctx, p.manager, p.tomas.ID, who) }()
		}
		one, two := <-got, <-got
		if one != nil {
			one, two = two, one
		}
		if one != nil || !fault.Is(two, fault.Conflict) {
			t.Errorf("got %v and %v, want one to succeed and one to be told", one, two)
		}
		if n := p.Count(t, `SELECT count(*) FROM care WHERE until = 0`); n != 1 {
			t.Errorf("%d work with the client, want 1", n)
		}
	})
}
