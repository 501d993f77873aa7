package main

import (
	"context"
	"errors"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
)

// domains are what knows therapy, on one door.
type domains struct {
	accounts  *account.Accounts
	people    *person.People
	shelf     *instrument.Shelf
	measures  *measure.Measures
	flags     *safety.Flags
	sessions  *session.Sessions
	logs      *mood.Logs
	alliances *alliance.Alliances
	outcomes  *outcome.Outcomes

	reminders  *reminder.Reminders
	informants *informant.Informants
}

func newDomains(g *ground, c config) (*domains, error) {
	accounts, err := account.New(g.door, account.Site{Origin: c.Origin, Name: "Waymark"})
	if err != nil {
		return nil, err
	}
	shelf := instrument.NewShelf(g.door)
	measures := measure.New(g.door, shelf)
	outcomes := outcome.New(g.door, measures)
	measures.LearnedFrom(outcomes.Prior)
	return &domains{
		accounts:  accounts,
		people:    person.New(g.door, accounts, c.Origin),
		shelf:     shelf,
		measures:  measures,
		flags:     safety.New(g.door),
		sessions:  session.New(g.door),
		logs:      mood.New(g.door),
		alliances: alliance.New(g.door),
		outcomes:  outcomes,

		reminders:  reminder.New(g.door, c.Origin, measures.Waiting),
		informants: informant.New(g.door, shelf, c.Origin),
	}, nil
}

// practice is the id of the practice with this id or public address; if none is
// named, of the only one there is.
func (d *domains) practice(ctx context.Context, name string) (string, error) {
	all, err := d.people.Practices(ctx)
	if err != nil {
		return "", err
	}
	for id, slug := range all {
		if id == name || slug == name || name == "" && len(all) == 1 {
			return id, nil
		}
	}
	if name == "" && len(all) > 1 {
		return "", errors.New("there are several practices on this server: say which with --practice")
	}
	return "", errors.New("there is no such practice on this server")
}

// remind is the worker for reminder.Job: what is quiet is so by the practice's clocks.
func (d *domains) remind(ctx context.Context, run *job.Run) error {
	p, err := d.people.Public(ctx, access.Anyone(run.Practice))
	if err != nil {
		return err
	}
	return d.reminders.Round(ctx, run.Practice, p.Location())
}

// tell is the worker for safety.Tell: letters go to those who treat the client,
// and the flag notes to whom.
func (d *domains) tell(ctx context.Context, run *job.Run) error {
	actor := access.System(run.Practice, "tell")
	client := run.Args["client"]
	told, err := d.people.TellCareTeam(ctx, actor, client, run)
	if err != nil {
		return err
	}
	for _, p := range told {
		if err := d.flags.Told(ctx, actor, access.ClientRecord(client), run.Args["flag"], p); err != nil {
			return err
		}
	}
	return nil
}
