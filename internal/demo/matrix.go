package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
)

// A team is everybody of one practice, by name. No name stands in both, so that
// one that is read in the wrong place is noticed.
type team struct {
	manager, first, second, supervisor, leaver string
	ofFirst, ofSecond, ofLeaver                []string // their clients
	invited                                    string   // by the first
}

// Matrix makes two practices with everybody in them: two clinicians, a
// supervisor of the first, a manager, two clients for each clinician, somebody
// who left, and an invitation that nobody took up.
func (s *Story) Matrix(ctx context.Context) error {
	s.At = s.Now.AddDate(0, 0, -20)
	for _, one := range []struct {
		p person.Practice
		team
	}{
		{
			person.Practice{Slug: Slug, Name: "Linden House", Country: "GB", TimeZone: "Europe/London", Leave: "about:blank"},
			team{"Mona", "Cleo", "Carl", "Suna", "Lev", []string{"Ada", "Bela"}, []string{"Dora", "Emil"}, []string{"Fay"}, "Gus"},
		},
		{
			person.Practice{Slug: "harbour-street", Name: "Harbour Street", Country: "IE", TimeZone: "Europe/Dublin", Leave: "about:blank"},
			team{"Maeve", "Ciara", "Conor", "Sorcha", "Liam", []string{"Aoife", "Brona"}, []string{"Deirdre", "Eamon"}, []string{"Fionn"}, "Grania"},
		},
	} {
		s.Zone = one.p.Location()
		if err := s.onePractice(ctx, one.p, one.team); err != nil {
			return err
		}
	}
	if err := s.letters(ctx); err != nil {
		return err
	}
	s.At = s.Now
	return nil
}

func (s *Story) onePractice(ctx context.Context, p person.Practice, t team) error {
	id, err := s.Found(ctx, p)
	if err != nil {
		return err
	}
	at := func(name string) string { return name + "@" + p.Slug + ".example" }
	operator := access.System(id, "operator")
	staff := make(map[string]access.Actor)
	for _, one := range []struct{ role, name, note string }{
		{role: "manager", name: t.manager},
		{role: "clinician", name: t.first},
		{role: "clinician", name: t.second},
		{role: "supervisor", name: t.supervisor},
		{"leaver", t.leaver, "has left: nobody can sign in as them, so there is no link"},
	} {
		role := person.Clinician
		if one.role == "manager" {
			role = person.Manager
		}
		personID, err := s.Join(ctx, operator, one.name, at(one.name), role)
		if err != nil {
			return err
		}
		staff[one.name] = Who(id, personID)
		s.Cast = append(s.Cast, Player{Practice: id, ID: personID, Role: one.role, Name: one.name, Email: at(one.name), Note: one.note})
	}
	for _, one := range []struct {
		clinician string
		clients   []string
	}{{t.first, t.ofFirst}, {t.second, t.ofSecond}, {t.leaver, t.ofLeaver}} {
		if err := s.clientsOf(ctx, staff[one.clinician], one.clinician, one.clients, at); err != nil {
			return err
		}
	}
	invited, link, err := s.Invite(ctx, staff[t.first], t.invited, at(t.invited), person.Client)
	if err != nil {
		return err
	}
	s.Cast = append(s.Cast, Player{Practice: id, ID: invited, Role: "invited", Name: t.invited, Email: at(t.invited), Invite: link, Note: "has not come yet: the link is their invitation, and works once"})
	return s.relations(ctx, staff, t)
}

// clientsOf has clients join who answer one questionnaire, the second with an
// answer that raises a flag, and have one more waiting.
func (s *Story) clientsOf(ctx context.Context, clinician access.Actor, name string, clients []string, at func(string) string) error {
	for n, c := range clients {
		personID, err := s.Join(ctx, clinician, c, at(c), person.Client)
		if err != nil {
			return err
		}
		client, record := Who(clinician.Practice, personID), access.ClientRecord(personID)
		for i := range s.Cast {
			if s.Cast[i].Practice == clinician.Practice && s.Cast[i].Name == name {
				s.Cast[i].Clients = append(s.Cast[i].Clients, personID)
			}
		}
		s.Cast = append(s.Cast, Player{Practice: clinician.Practice, ID: personID, Role: "client", Name: c, Email: at(c)})
		for _, instrument := range []string{"phq-9", "gad-7"} {
			err := s.Visit(ctx, func(ctx context.Context) error {
				_, err := s.Measures.Ask(ctx, clinician, record, measure.AskForm{ID: s.NewID(), Instrument: instrument, Rhythm: measure.Weekly}, s.Zone)
				return err
			})
			if err != nil {
				return err
			}
		}
		if err := s.FirstAnswer(ctx, client, record, n); err != nil {
			return err
		}
		if err := s.firstCheckIn(ctx, clinician, client, n); err != nil {
			return err
		}
	}
	return nil
}

// FirstAnswer has a client answer a questionnaire that waits.
func (s *Story) FirstAnswer(ctx context.Context, client access.Actor, record access.Compartment, critical int) error {
	in, _ := instrument.Shipped().Lookup("phq-9", "")
	return s.Visit(ctx, func(ctx context.Context) error {
		due, err := s.Measures.Due(ctx, client, record, s.Zone)
		if err != nil {
			return err
		}
		for _, d := range due {
			if d.Ask.Instrument != in.ID {
				continue
			}
			items := make(instrument.Answers)
			for i, item := range in.Items {
				n := i % 3
				if i == 8 {
					n = critical
				}
				items[item.ID] = &n
			}
			_, err := s.Measures.Give(ctx, client, record, measure.Answer{
				ID: s.NewID(), AskID: d.Ask.ID, Occasion: d.Occasion, Instrument: in.ID, Version: in.Version,
				Items: items, Note: "A sentence that only two people may read.",
			})
			return err
		}
		return nil
	})
}

// firstCheckIn has a client say something about the work together, which the
// clinician reads; both notice something, and a session is planned that will have
// been held by the end of the story.
func (s *Story) firstCheckIn(ctx context.Context, clinician, client access.Actor, n int) error {
	record, five := access.ClientRecord(client.ID), 5
	return s.Visit(ctx, func(ctx context.Context) error {
		in, err := s.Alliances.Give(ctx, client, record, alliance.Form{ID: s.NewID(), Said: alliance.Said{
			Answers: alliance.Answers{&five, &five, &five, &five}, Worry: "A worry that only two people may read.",
		}})
		if err != nil {
			return err
		}
		if err := s.Alliances.Seen(ctx, clinician, record, in); err != nil {
			return err
		}
		for _, by := range []access.Actor{client, clinician} {
			_, err := s.Alliances.Notice(ctx, by, record, alliance.MarkerForm{ID: s.NewID(), Word: "Trust", Line: "A line that only two people may read."})
			if err != nil {
				return err
			}
		}
		_, err = s.Sessions.Plan(ctx, clinician, record, session.Form{
			ID: s.NewID(), Start: s.At.Truncate(time.Minute).Add(time.Duration(n+1) * time.Hour), Length: 50 * time.Minute,
		})
		return err
	})
}

// relations has the first clinician supervised, one client shown, and one
// clinician leave.
func (s *Story) relations(ctx context.Context, staff map[string]access.Actor, t team) error {
	manager, supervisor, first := staff[t.manager], staff[t.supervisor], staff[t.first]
	var shown string
	for _, p := range s.Cast {
		if p.ID == first.ID {
			shown = p.Clients[0]
		}
	}
	for _, do := range []func(ctx context.Context) error{
		func(ctx context.Context) error {
			return s.People.SetSupervision(ctx, manager, supervisor.ID, first.ID, true)
		},
		func(ctx context.Context) error {
			return s.People.Share(ctx, first, shown, supervisor.ID, true)
		},
		func(ctx context.Context) error { return s.People.Leave(ctx, manager, staff[t.leaver].ID) },
	} {
		if err := s.Visit(ctx, do); err != nil {
			return err
		}
	}
	return nil
}
