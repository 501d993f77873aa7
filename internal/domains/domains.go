// Package domains is everything that knows therapy, put together on one door.
package domains

import (
	"context"
	"errors"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/device"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/outward"
	"github.com/waymark-care/waymark/internal/path"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/reflect"
	"github.com/waymark-care/waymark/internal/release"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/takeout"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waiting"
)

// All is every domain, on one door.
type All struct {
	Accounts  *account.Accounts
	People    *person.People
	Shelf     *instrument.Shelf
	Measures  *measure.Measures
	Flags     *safety.Flags
	Sessions  *session.Sessions
	Hours     *hour.Hours
	Calendars *calendar.Calendars
	Lines     *waiting.Lines
	Feeds     *feed.Feeds
	Tokens    *token.Tokens
	Launches  *launch.Launches
	Logs      *mood.Logs
	Alliances *alliance.Alliances
	Outcomes  *outcome.Outcomes
	Methods   *method.Shelf
	Exercises *exercise.Shelf
	Goals     *goal.Goals
	Plans     *plan.Plans
	Paths     *path.Paths
	Profiles  *profile.Profiles
	Intakes   *intake.Intakes
	Briefs    *brief.Briefs

	Assignments *assignment.Assignments
	SafetyPlans *safetyplan.Plans
	Nourishing  *nourish.Books

	Reflections *reflect.Reflections
	Notes       *note.Notes
	Vaults      *vault.Vaults
	Devices     *device.Devices
	Shares      *journal.Shares
	Releases    *release.Releases
	Takeouts    *takeout.Takeouts
	Arrivals    *arrival.Arrivals
	Endings     *retention.Endings

	Reminders  *reminder.Reminders
	Pushes     *push.Pushes
	Informants *informant.Informants
	Enquiries  *enquiry.Enquiries
}

// New puts the domains on door; links and passkeys belong to origin, such as
// https://waymark.example.
func New(door *access.Door, origin string) (*All, error) {
	accounts, err := account.New(door, account.Site{Origin: origin, Name: "Waymark"})
	if err != nil {
		return nil, err
	}
	accounts.OnRemoved(func(ctx context.Context, tx *access.Tx, of, passkey string) error {
		return errors.Join(vault.RemovedIn(ctx, tx, of, passkey), feed.RemovedIn(ctx, tx, of, passkey), token.RemovedIn(ctx, tx, of, passkey), launch.RemovedIn(ctx, tx, of, passkey), push.RemovedIn(ctx, tx, of, passkey), device.RemovedIn(ctx, tx, of, passkey))
	})
	// What opens a vault stays: it opens nothing without a sign-in, and without it the vault might be lost.
	accounts.OnEndRest(func(ctx context.Context, tx *access.Tx, of string) error {
		return errors.Join(feed.RemovedIn(ctx, tx, of, ""), token.RemovedIn(ctx, tx, of, ""), launch.RemovedIn(ctx, tx, of, ""), push.RemovedIn(ctx, tx, of, ""), device.RemovedIn(ctx, tx, of, ""))
	})
	shelf, methods := instrument.NewShelf(door), method.NewShelf(door)
	measures := measure.New(door, shelf)
	outcomes := outcome.New(door, measures)
	measures.LearnedFrom(outcomes.Prior)
	people := person.New(door, accounts, origin)
	informants := informant.New(door, shelf, origin)
	tokens := token.New(door, origin)
	return &All{
		Accounts:  accounts,
		People:    people,
		Shelf:     shelf,
		Measures:  measures,
		Flags:     safety.New(door),
		Sessions:  session.New(door),
		Hours:     hour.New(door),
		Calendars: calendar.New(door, origin),
		Lines:     waiting.New(door, origin, calendar.FreeIn),
		Feeds:     feed.New(door, origin, outward.New()),
		Tokens:    tokens,
		Launches:  launch.New(door, tokens, origin+launch.Root),
		Logs:      mood.New(door),
		Alliances: alliance.New(door),
		Outcomes:  outcomes,
		Methods:   methods,
		Exercises: exercise.NewShelf(door),
		Goals:     goal.New(door),
		Plans:     plan.New(door).With(measures, methods),
		Paths:     path.New(door),
		Profiles:  profile.New(door),
		Intakes:   intake.New(door),
		Briefs:    brief.New(door, measures),

		Assignments: assignment.New(door),
		SafetyPlans: safetyplan.New(door),
		Nourishing:  nourish.New(door),

		Reflections: reflect.New(door),
		Notes:       note.New(door),
		Vaults:      vault.New(door),
		Devices:     device.New(door, origin),
		Shares:      journal.New(door),
		Releases:    release.New(door),
		Endings:     retention.New(door, people),
		Takeouts:    takeout.New(door, measures, informants, methods),
		Arrivals:    arrival.New(door, people, measures),

		Pushes:     push.New(door, outward.New(), origin, reminder.StillPushed),
		Reminders:  reminder.New(door, origin, measures.Waiting).Practising(assignment.AgreedFor),
		Informants: informants,
		Enquiries:  enquiry.New(door, people, origin, received),
	}, nil
}

// received puts what somebody said when they asked for a consultation into the
// record of the client whom they became.
func received(ctx context.Context, tx *access.Tx, client access.Compartment, said enquiry.Said) error {
	return intake.Receive(ctx, tx, client, intake.FromEnquiry{
		At: said.At, ClientID: client.Of(), Brings: said.Brings,
		Way: said.Way, Format: said.Format, Place: said.Place, Language: said.Language, Also: said.Also,
	})
}

// Practice is the id of the practice with this id or public address; if none is
// named, of the only one there is.
func (d *All) Practice(ctx context.Context, name string) (string, error) {
	all, err := d.People.Practices(ctx)
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

// Begin makes what has to be there before anybody looks at a page of practice: its
// keys for messages on devices. What is made up for later goes into the queue.
func (d *All) Begin(ctx context.Context, door *access.Door, practice string) error {
	ctx, visit := door.Visit(ctx)
	if err := d.Pushes.Ready(ctx, practice); err != nil {
		return err
	}
	if err := d.People.MarkSoon(ctx, practice); err != nil {
		return err
	}
	return visit.Settle()
}

// Remind is the worker for reminder.Job: what is quiet is so by the practice's clocks.
func (d *All) Remind(ctx context.Context, run *job.Run) error {
	p, err := d.People.Public(ctx, access.Anyone(run.Practice))
	if err != nil {
		return err
	}
	if err := d.Pushes.Ready(ctx, run.Practice); err != nil { // of a practice that another node has opened since
		return err
	}
	return d.Reminders.Round(ctx, run.Practice, p.Location())
}

// RollSeries is the worker for calendar.SeriesJob, by the practice's clocks.
func (d *All) RollSeries(ctx context.Context, run *job.Run) error {
	p, err := d.People.Public(ctx, access.Anyone(run.Practice))
	if err != nil {
		return err
	}
	return d.Calendars.Roll(ctx, run, p.Location())
}

// ReadBusy is the worker for feed.FetchJob, by the practice's clocks.
func (d *All) ReadBusy(ctx context.Context, run *job.Run) error {
	p, err := d.People.Public(ctx, access.Anyone(run.Practice))
	if err != nil {
		return err
	}
	return d.Feeds.Read(ctx, run, p.Location())
}

// FeedRound is the worker for feed.RoundJob, by the practice's clocks.
func (d *All) FeedRound(ctx context.Context, run *job.Run) error {
	p, err := d.People.Public(ctx, access.Anyone(run.Practice))
	if err != nil {
		return err
	}
	return d.Feeds.Round(ctx, run.Practice, p.Location())
}

// OfferTime is the worker for waiting.OfferJob, by the practice's clocks.
func (d *All) OfferTime(ctx context.Context, run *job.Run) error {
	p, err := d.People.Public(ctx, access.Anyone(run.Practice))
	if err != nil {
		return err
	}
	return d.Lines.Offer(ctx, run, p.Location())
}

// Wake is the worker for push.Send, by the practice's clocks.
func (d *All) Wake(ctx context.Context, run *job.Run) error {
	p, err := d.People.Public(ctx, access.Anyone(run.Practice))
	if err != nil {
		return err
	}
	return d.Pushes.Work(ctx, run, p.Location())
}

// Tell is the worker for safety.Tell: letters go to those who treat the client,
// and the flag notes to whom.
func (d *All) Tell(ctx context.Context, run *job.Run) error {
	actor := access.System(run.Practice, "tell")
	client := run.Args["client"]
	told, err := d.People.TellCareTeam(ctx, actor, client, run)
	if err != nil {
		return err
	}
	for _, p := range told {
		if err := d.Flags.Told(ctx, actor, access.ClientRecord(client), run.Args["flag"], p); err != nil {
			return err
		}
	}
	return nil
}
