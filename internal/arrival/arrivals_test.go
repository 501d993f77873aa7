package arrival_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

// A practice is one that was founded by its own methods, in a world.
type practice struct {
	*waytest.World
	people   *person.People
	arrivals *arrival.Arrivals
	measures *measure.Measures
	sessions *session.Sessions
	operator access.Actor

	otto, ines, carl access.Actor // a manager and two clinicians
}

func eachPractice(t *testing.T, f func(*testing.T, *practice)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		accounts, err := account.New(w.Door, account.Site{Origin: "https://way.example", Name: "Waymark"})
		if err != nil {
			t.Fatal(err)
		}
		p := &practice{World: w, people: person.New(w.Door, accounts, "https://way.example"), sessions: session.New(w.Door)}
		p.measures = measure.New(w.Door, instrument.NewShelf(w.Door))
		p.arrivals = arrival.New(w.Door, p.people, p.measures)
		p.operator = access.System(person.NewPracticeID(), "operator")
		p.Do(t, func(ctx context.Context) error {
			_, err := p.people.Found(ctx, p.operator, person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
			return err
		})
		p.otto = p.join(t, "Otto", person.Manager)
		p.ines, p.carl = p.join(t, "Ines", person.Clinician), p.join(t, "Carl", person.Clinician)
		f(t, p)
	})
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (p *practice) join(t *testing.T, name string, role person.Role) access.Actor {
	t.Helper()
	var id, link string
	p.Do(t, func(ctx context.Context) (err error) {
		id, link, err = p.people.Invite(ctx, p.operator, person.InviteForm{ID: newID(), Name: name, Email: strings.ToLower(name) + "@example.org", Roles: []person.Role{role}})
		return err
	})
	p.Do(t, func(ctx context.Context) error {
		_, err := p.people.Accept(ctx, strings.TrimPrefix(link, "https://way.example/join/"), account.Hashed{}, "Firefox")
		return err
	})
	return access.Actor{Practice: p.operator.Practice, ID: id, Fresh: true}
}

func (p *practice) file(t *testing.T, kind arrival.Kind, by access.Actor, text string) arrival.File {
	t.Helper()
	o := arrival.Options{Kind: kind, Order: arrival.DayFirst, Source: "Old Book"}
	if by == p.ines || by == p.carl {
		o.Clinician = by.ID
	}
	f, err := read(t, text, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// look and bring return a word for each line: its verdict and what is said of it.
func (p *practice) look(t *testing.T, by access.Actor, kind arrival.Kind, text string) []string {
	t.Helper()
	return p.does(t, by, kind, text, p.arrivals.Look)
}

func (p *practice) bring(t *testing.T, by access.Actor, kind arrival.Kind, text string) []string {
	t.Helper()
	return p.does(t, by, kind, text, p.arrivals.Bring)
}

func (p *practice) does(t *testing.T, by access.Actor, kind arrival.Kind, text string, do func(context.Context, access.Actor, arrival.File, *time.Location) (arrival.Report, error)) (words []string) {
	t.Helper()
	f := p.file(t, kind, by, text)
	p.Do(t, func(ctx context.Context) error {
		r, err := do(ctx, by, f, london)
		for _, l := range r.Lines {
			word := string(l.Verdict)
			for _, fl := range l.Flaws {
				word += ": " + strings.TrimSpace(fl.Column+" "+fl.Why)
			}
			if l.Note != "" {
				word += ": " + l.Note
			}
			words = append(words, word)
		}
		return err
	})
	return words
}

func (p *practice) clients(t *testing.T, of access.Actor) (all []person.Person) {
	t.Helper()
	p.Do(t, func(ctx context.Context) (err error) {
		all, err = p.people.Clients(ctx, of)
		return err
	})
	return all
}

func says(t *testing.T, got []string, want ...string) {
	t.Helper()
	same := len(got) == len(want)
	for i := range want {
		same = same && strings.HasPrefix(got[i], want[i])
	}
	if !same {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

const twoClients = "Client ID;First name;Last name;E-mail;Phone;Diagnosis\n" +
	"1001;Zoë;Quillfeather;zoe@example.org;030 12345;F32\n" +
	"1002;=cmd();O'Neil;;;\n" +
	"1003;;;nobody;;\n"

func TestALookKeepsNothingAndBringingTwiceMakesNothingTwice(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		want := []string{"new", "new", "wrong: Last name There is no name."}
		says(t, p.look(t, p.ines, arrival.Clients, twoClients), want...)
		if n := len(p.clients(t, p.ines)); n != 0 {
			t.Fatalf("a look made %d clients", n)
		}
		if n := p.Count(t, `SELECT count(*) FROM arrival`); n != 0 {
			t.Fatalf("a look kept %d marks", n)
		}
		says(t, p.bring(t, p.ines, arrival.Clients, twoClients), want...)
		says(t, p.bring(t, p.ines, arrival.Clients, twoClients), "same", "same", "wrong")
		all := p.clients(t, p.ines)
		if len(all) != 2 || all[0].Name != "=cmd() O'Neil" || all[1].Name != "Zoë Quillfeather" || all[1].Phone != "030 12345" || all[1].State != person.Arrived {
			t.Errorf("%+v", all)
		}
		if n := p.Count(t, `SELECT count(*) FROM invite WHERE made_by = $1`, p.ines.ID); n != 0 {
			t.Errorf("%d invitations went out", n)
		}
		changed := strings.Replace(twoClients, "zoe@example.org", "new@example.org", 1)
		says(t, p.bring(t, p.ines, arrival.Clients, changed), "changed: is here already, with another e-mail address", "same", "wrong")
		if got := p.clients(t, p.ines)[1].Email; got != "zoe@example.org" {
			t.Errorf("it was overwritten: %s", got)
		}
		p.NotOnDisk(t, "Quillfeather")
		p.NotOnDisk(t, "Old Book")
		p.AuditHolds(t)
	})
}

func TestNobodyLearnsWhoElseIsHere(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.bring(t, p.ines, arrival.Clients, twoClients)
		says(t, p.look(t, p.carl, arrival.Clients, twoClients), "new", "new", "wrong") // as if nobody were here
		says(t, p.look(t, p.otto, arrival.Clients, twoClients), "same", "same", "wrong")
		says(t, p.bring(t, p.carl, arrival.Clients, twoClients), "new", "new", "wrong")
		if a, b := p.clients(t, p.ines), p.clients(t, p.carl); len(a) != 2 || len(b) != 2 || a[0].ID == b[0].ID {
			t.Errorf("%v and %v", a, b)
		}
		says(t, p.look(t, p.carl, arrival.Scores, "client;instrument;date;score\nines@example.org;PHQ-9;2026-01-01;3\n"), "wrong: is about nobody whom you treat")
	})
}

func TestWhoeverWasHereBeforeIsKnownByTheirNumberFromThenOn(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.bring(t, p.ines, arrival.Clients, "name;email\nAnn;ann@example.org\n")
		appointment := "client;start;length\n7;24.11.2020 10:00;50\n"
		says(t, p.look(t, p.ines, arrival.Appointments, appointment), "wrong")
		numbered := "id;name;email\n7;Ann;ann@example.org\n"
		says(t, p.look(t, p.ines, arrival.Clients, numbered), "same")
		says(t, p.look(t, p.ines, arrival.Appointments, appointment), "wrong") // a look keeps nothing
		says(t, p.bring(t, p.ines, arrival.Clients, numbered), "same")
		says(t, p.bring(t, p.ines, arrival.Appointments, appointment), "new")
		if all := p.clients(t, p.ines); len(all) != 1 {
			t.Errorf("%v", all)
		}
	})
}

func TestAManagerBringsClientsForTheirClinicians(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		text := "name;email;therapist\nAnn;ann@example.org;ines@example.org\nBob;bob@example.org;\nCid;cid@example.org;Nobody\nAnn;ann@example.org;ines@example.org\n"
		says(t, p.bring(t, p.otto, arrival.Clients, text), "new", "new", "wrong: is treated by “Nobody”", "same: stands in the file twice, the first time in line 2")
		if all := p.clients(t, p.ines); len(all) != 1 || all[0].Name != "Ann" {
			t.Errorf("%v", all)
		}
		says(t, p.look(t, p.ines, arrival.Clients, "name;email\nann;ANN@example.org\nAnnie;ANN@example.org\n"), "same", "wrong: has the same number or address as line 2")
		says(t, p.look(t, p.ines, arrival.Clients, "id;name;email\n7;Annie;ann@example.org\n"), "wrong: has the e-mail address of somebody")
		says(t, p.look(t, p.otto, arrival.Appointments, "client;start;length\nAnn;24.11.2020 10:00;50\n"), "wrong: is about nobody whom you treat")
	})
}

func TestAppointmentsComeOnceAndTheirTimeIsHeld(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.bring(t, p.ines, arrival.Clients, twoClients)
		var now time.Time
		p.Do(t, func(ctx context.Context) error {
			l, err := p.Door.BeginList(ctx, p.ines, access.ListSessions, access.KindClient)
			if err == nil {
				now = l.Now
				l.Rollback()
			}
			return err
		})
		next := now.In(london).AddDate(0, 0, 7).Format("02.01.2006")
		text := "id;client;date;time;length;status;place\n" +
			"a;1001;24.11.2020;10:00;50;attended;Room 2\n" +
			"b;zoe@example.org;01.12.2020;10:00;50;no show;\n" +
			"c;Zoë Quillfeather;" + next + ";10:00;50;;\n" +
			"d;1002;" + next + ";10:30;50;;\n" +
			"e;1002;" + next + ";12:00;50;attended;\n" +
			"f;4711;" + next + ";13:00;50;;\n" +
			"a;1001;24.11.2020;10:00;50;attended;Room 2\n"
		want := []string{"new", "new", "new", "wrong: is at a time that is taken", "wrong: is yet to come", "wrong: is about nobody", "same: stands in the file twice"}
		says(t, p.look(t, p.ines, arrival.Appointments, text), want...)
		says(t, p.bring(t, p.ines, arrival.Appointments, text), want...)
		says(t, p.bring(t, p.ines, arrival.Appointments, text), "same", "same", "same", "wrong", "wrong", "wrong", "same")
		says(t, p.look(t, p.ines, arrival.Appointments, strings.Replace(text, "Room 2", "Room 3", 1))[:1], "changed: was brought before")
		says(t, p.look(t, p.ines, arrival.Appointments, "client;date;time;length\n1001;"+next+";10:00;50\n"), "same: is planned here already")

		zoe := access.ClientRecord(p.clients(t, p.ines)[1].ID)
		p.Do(t, func(ctx context.Context) error {
			all, err := p.sessions.Of(ctx, p.ines, zoe)
			var got []string
			for _, a := range all {
				got = append(got, string(a.State)+" "+string(a.Attendance)+" "+a.Place)
			}
			if diff := cmp.Diff([]string{"planned came Room 2", "missed missed ", "planned  "}, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
		p.Do(t, func(ctx context.Context) error { // the time is held against everything else
			day, err := time.ParseInLocation("02.01.2006 15:04", next+" 10:30", london)
			if err != nil {
				return err
			}
			_, err = p.sessions.Plan(ctx, p.ines, zoe, session.Form{ID: newID(), Start: day, Length: 50 * time.Minute})
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("planned over it: %v", err)
			}
			return nil
		})
		p.NotOnDisk(t, "Room 2")
	})
}

func TestScoresComeOnceAndSayThatTheyAreFromElsewhere(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.bring(t, p.ines, arrival.Clients, twoClients)
		text := "client;instrument;date;score\n" +
			"1001;PHQ-9;24.11.2020;18\n" +
			"1001;44261-6;01.12.2020;14\n" +
			"1001;PHQ-9;08.12.2020;28\n" +
			"1001;Unheard of;08.12.2020;2\n" +
			"1001;gad7;08.12.2020;7,5\n" +
			"1001;PHQ-9;08.12.2199;3\n"
		want := []string{"new", "new", "wrong: score PHQ-9 goes from 0 to 27.", "wrong: is of “Unheard of”", "new", "wrong: date That day is yet to come"}
		says(t, p.look(t, p.ines, arrival.Scores, text), want...)
		says(t, p.bring(t, p.ines, arrival.Scores, text), want...)
		says(t, p.bring(t, p.ines, arrival.Scores, text), "same", "same", "wrong", "wrong", "same", "wrong")
		says(t, p.look(t, p.ines, arrival.Scores, strings.Replace(text, ";18", ";17", 1))[:1], "changed: was brought before")

		zoe := access.ClientRecord(p.clients(t, p.ines)[1].ID)
		p.Do(t, func(ctx context.Context) error {
			c, err := p.measures.Course(ctx, p.ines, zoe, "phq-9")
			if err != nil || len(c.Given) != 2 {
				t.Fatalf("%v, %v", c.Given, err)
			}
			g := c.Given[0]
			if n, ok := g.Result.Shown(); !ok || n != 18 || g.Mode != measure.ModeElsewhere || g.Source != "Old Book" || g.Result.Rule != instrument.Elsewhere || g.Result.Band == nil {
				t.Errorf("%+v", g)
			}
			return nil
		})
		if n := p.Count(t, `SELECT count(*) FROM flag`); n != 0 {
			t.Errorf("%d flags were raised", n)
		}
		p.AuditHolds(t)
	})
}

func TestOnlyThoseWhoMayBringAnythingIn(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.bring(t, p.ines, arrival.Clients, twoClients)
		zoe := access.Actor{Practice: p.ines.Practice, ID: p.clients(t, p.ines)[1].ID, Fresh: true}
		f := p.file(t, arrival.Clients, p.ines, twoClients)
		for _, who := range []access.Actor{zoe, access.Anyone(p.ines.Practice), access.System(p.ines.Practice, "nobody")} {
			for _, do := range []func(context.Context, access.Actor, arrival.File, *time.Location) (arrival.Report, error){p.arrivals.Look, p.arrivals.Bring} {
				ctx, settle := p.Visit(t)
				r, err := do(ctx, who, f, london)
				settle()
				if !fault.Is(err, fault.NotFound) || r.Count(arrival.Fresh) > 0 {
					t.Errorf("%s: %v, %+v", who.ID, err, r)
				}
			}
		}
		if n := p.Count(t, `SELECT count(*) FROM person WHERE role = 'client'`); n != 2 {
			t.Errorf("there are %d clients", n)
		}
	})
}

func TestWhoeverWasErasedIsNotBroughtAgain(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.bring(t, p.ines, arrival.Clients, twoClients)
		zoe := p.clients(t, p.ines)[1].ID
		p.Do(t, func(ctx context.Context) error { return p.people.Erase(ctx, p.operator, zoe) })
		if n := p.Count(t, `SELECT count(*) FROM arrival WHERE compartment = $1`, "person/"+zoe); n != 0 {
			t.Errorf("%d marks are left of them", n)
		}
		says(t, p.bring(t, p.ines, arrival.Clients, twoClients)[:1], "wrong: was erased here for good")
	})
}

func TestWhoeverArrivedIsInvitedWhenSomebodyDecidesTo(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.bring(t, p.ines, arrival.Clients, twoClients)
		oneil := p.clients(t, p.ines)[0].ID
		for _, email := range []string{"", "nobody"} {
			ctx, settle := p.Visit(t)
			if _, err := p.people.InviteArrived(ctx, p.ines, newID(), oneil, email); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", email, err)
			}
			settle()
		}
		var link string
		p.Do(t, func(ctx context.Context) (err error) {
			link, err = p.people.InviteArrived(ctx, p.ines, newID(), oneil, "oneil@example.org")
			return err
		})
		p.Do(t, func(ctx context.Context) error {
			_, err := p.people.Accept(ctx, strings.TrimPrefix(link, "https://way.example/join/"), account.Hashed{}, "Firefox")
			return err
		})
		if got := p.clients(t, p.ines)[0]; got.State != person.Here || got.Email != "oneil@example.org" {
			t.Errorf("%+v", got)
		}
		ctx, settle := p.Visit(t)
		defer settle()
		if _, err := p.people.InviteArrived(ctx, p.carl, newID(), p.clientsNow(t, ctx, p.ines)[1].ID, "x@example.org"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague invited them: %v", err)
		}
	})
}

func (p *practice) clientsNow(t *testing.T, ctx context.Context, of access.Actor) []person.Person { //nolint:revive // in the visit of ctx
	t.Helper()
	all, err := p.people.Clients(ctx, of)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
