package calendar

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// What a series may be.
const (
	MaxEvery    = 4  // weeks
	MaxTogether = 12 // clients who come to one series
	aheadWeeks  = 28 // how far ahead there are appointments of it
	aheadDays   = 7 * aheadWeeks
)

// A Series is an appointment that comes round: every so many weeks on the same day at
// the same time of the practice's clocks, whatever these do in spring and autumn. Where
// several clients come together each has it in their own record, under one id.
type Series struct {
	ID          string // UUIDv7, made with the form
	Client      access.Compartment
	ClinicianID string
	First, Last Day // Last 0: until further notice
	Minute      int // of the day
	Length      time.Duration
	Every       int // weeks: 1 every week, 2 every other week
	Place       string
	Format      session.Format
	Revision    int64
	RolledTo    Day // up to this day there are appointments of it
}

// Over says whether no further appointment comes of s after today.
func (s Series) Over(today Day) bool { return s.Last != 0 && s.Last < today }

// days are those after one day and up to another on which s comes round.
func (s Series) days(after, to Day) (all []Day) {
	if s.Last != 0 {
		to = min(to, s.Last)
	}
	step := Day(7 * s.Every)
	d := s.First
	if after >= d {
		d += (after-d)/step*step + step
	}
	for ; d <= to; d += step {
		all = append(all, d)
	}
	return all
}

// nth is the id of what s makes on a day: always the same, so that rolling it out
// twice makes it once. A change of the series makes others.
func (s Series) nth(d Day, what string) string {
	at := uuid.MustParse(s.ID)
	id := uuid.NewSHA1(at, fmt.Appendf(nil, "%s %d %d", what, s.Revision, d))
	copy(id[:6], at[:6])
	id[6] = id[6]&0x0f | 0x70
	return id.String()
}

// booking is the appointment that s makes on a day, at start.
func (s Series) booking(d Day, start time.Time) session.Booking {
	b := session.Booking{
		Form:   session.Form{ID: s.nth(d, string(s.Client)), Start: start, Length: s.Length, Place: s.Place, Format: s.Format},
		Client: s.Client, ClinicianID: s.ClinicianID, Series: s.ID,
	}
	if s.Format != session.Individual {
		b.Meeting = s.nth(d, "meeting")
	}
	return b
}

// A Pattern is how a series comes round, as a form has it.
type Pattern struct {
	First, Last Day // Last 0: until further notice
	Minute      int
	Length      time.Duration
	Every       int
	Place       string
	Format      session.Format // empty: individual
}

func (p Pattern) check(today Day) (Pattern, error) {
	if p.Format == "" {
		p.Format = session.Individual
	}
	switch {
	case p.First < today:
		return p, fault.New(fault.Invalid, "day", "That day is over already. Please choose a later one.")
	case p.First > today+366:
		return p, fault.New(fault.Invalid, "day", "That is more than a year ahead. Please choose an earlier day.")
	case p.Last != 0 && p.Last < p.First:
		return p, fault.New(fault.Invalid, "last", "Choose a last day that is not before the first.")
	case p.Minute < 0 || p.Minute >= dayMinutes:
		return p, fault.New(fault.Invalid, "clock", "Write the time with hours and minutes, as in 14:30.")
	case p.Length < session.MinLength || p.Length > session.MaxLength || p.Length%time.Minute != 0:
		return p, fault.New(fault.Invalid, "minutes", "Please choose a length from 5 minutes to 8 hours.")
	case p.Every < 1 || p.Every > MaxEvery:
		return p, fault.New(fault.Invalid, "every", "Choose every week, or every two, three or four weeks.")
	case !slices.Contains(session.Formats(), p.Format):
		return p, fault.New(fault.Invalid, "format", "Please choose who meets.")
	}
	var err error
	p.Place, err = fault.Text("place", p.Place, MaxPlace)
	return p, err
}

// take puts the pattern p into s.
func (s Series) take(p Pattern) Series {
	s.First, s.Last, s.Minute, s.Length, s.Every, s.Place, s.Format = p.First, p.Last, p.Minute, p.Length, p.Every, p.Place, p.Format
	return s
}

// Why says why a series has no appointment on a day.
type Why string

// The reasons.
const (
	WhyTaken   Why = "taken"   // the clinician has something else then
	WhyHoliday Why = "holiday" // the practice is closed
	WhyClocks  Why = "clocks"  // the clocks leave that time out
	WhyApart   Why = "apart"   // that of this week was moved or cancelled by itself
	WhyKept    Why = "kept"    // the clinician protects that time
)

// A Left is a day on which a series has no appointment.
type Left struct {
	Day Day
	Why Why
}

// Begin plans a series of actor's with clients, who come together if they are several,
// and makes the appointments of the next 28 weeks; the program makes the others, week
// by week. What it has to leave out is returned. If nothing could be made the answer
// is fault.Conflict, and nothing is kept. Sending the same form twice is success. Where
// clients come together it is kept for one after the other: sending the form again
// makes whole what was interrupted. zone is the practice's.
func (cs *Calendars) Begin(ctx context.Context, actor access.Actor, clients []access.Compartment, id string, p Pattern, zone *time.Location) (left []Left, err error) {
	for _, c := range clients {
		if left, err = cs.begin(ctx, actor, c, len(clients), id, p, zone); err != nil {
			return left, err
		}
	}
	return left, nil
}

func (cs *Calendars) begin(ctx context.Context, actor access.Actor, client access.Compartment, together int, id string, p Pattern, zone *time.Location) ([]Left, error) {
	tx, err := cs.door.Begin(ctx, actor, access.PlanSession, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	tx.Names(id)
	if err := fault.FormID(id); err != nil {
		return nil, err
	}
	today := DayOf(tx.Now, zone)
	if p, err = p.check(today); err != nil {
		return nil, err
	}
	if err := companyFits(p.Format, together); err != nil {
		return nil, err
	}
	s := Series{ID: id, Client: client, ClinicianID: actor.ID, Revision: 1}.take(p)
	s.RolledTo = s.First - 1
	was, there, err := seriesOne(ctx, tx, client, id)
	if err != nil {
		return nil, err
	}
	if there {
		if was.ClinicianID != actor.ID || was.Revision == 1 && (was.First != s.First || was.Last != s.Last || was.Minute != s.Minute || was.Length != s.Length || was.Every != s.Every) {
			return nil, fault.UsedTwice()
		}
		return leftOf(ctx, tx, client, id, today)
	}
	if err := insertSeries(ctx, tx, s); err != nil {
		return nil, err
	}
	made, left, err := rollIn(ctx, tx, s, today+aheadDays, zone)
	if err != nil {
		return left, err
	}
	if made == 0 && len(left) > 0 {
		return left, nothingMade(left)
	}
	return left, tx.Commit()
}

// companyFits says whether so many clients can come to what has this format.
func companyFits(f session.Format, together int) error {
	switch {
	case together == 0:
		return fault.New(fault.Invalid, "with", "Choose who comes.")
	case together > MaxTogether:
		return fault.New(fault.Invalid, "with", "Twelve people are as many as fit in one series.")
	case f == session.Individual && together > 1:
		return fault.New(fault.Invalid, "format", "Several people come: please choose couple, family or group.")
	}
	return nil
}

func nothingMade(left []Left) error {
	text := map[Why]string{
		WhyTaken:   "You have something else at that time on each of those days. Please choose another time.",
		WhyHoliday: "The practice is closed on those days. Please choose others.",
		WhyClocks:  "The clocks go forward that night: there is no such time on that day. Please choose another.",
		WhyApart:   "What there is in those weeks was moved or cancelled by itself. Please choose others.",
		WhyKept:    "You protect that time. Please choose another, or plan single sessions there.",
	}[left[0].Why]
	return fault.New(fault.Conflict, "clock", text)
}

// rollIn makes, in tx, the appointments of s up to a day, and notes what it has to
// leave out. tx is in the client's record, or in the person's.
func rollIn(ctx context.Context, tx *access.Tx, s Series, to Day, zone *time.Location) (made int, left []Left, err error) {
	days := s.days(s.RolledTo, to)
	if len(days) > 0 {
		on, err := s.openOn(ctx, tx, days[0], days[len(days)-1], zone)
		if err != nil {
			return 0, nil, err
		}
		for _, d := range days {
			why, start := on(d)
			if why == "" && !start.Add(s.Length).After(tx.Now) {
				continue
			}
			if why == "" {
				switch _, err := session.BookIn(ctx, tx, s.booking(d, start)); {
				case err == nil:
					made++
					continue
				case fault.Is(err, fault.Conflict):
					why = WhyTaken
				default:
					return made, left, err
				}
			}
			left = append(left, Left{d, why})
			if err := insertLeft(ctx, tx, s, Left{d, why}); err != nil {
				return made, left, err
			}
		}
	}
	return made, left, rolledTo(ctx, tx, s, to)
}

// openOn looks, for the days from first to last, when the appointment of s begins, or why
// there can be none, also because its clinician protects that time.
func (s Series) openOn(ctx context.Context, tx *access.Tx, first, last Day, zone *time.Location) (func(Day) (Why, time.Time), error) {
	closed, err := holidaysIn(ctx, tx, first, last)
	if err != nil {
		return nil, err
	}
	guarded, err := protectedOf(ctx, tx, s.ClinicianID, first)
	if err != nil {
		return nil, err
	}
	var kept []session.Span
	for _, p := range guarded {
		kept = append(kept, p.spans(first, last+1, zone)...)
	}
	return func(d Day) (Why, time.Time) {
		why, start := s.startOn(d, closed, zone)
		if why == "" && slices.ContainsFunc(kept, func(k session.Span) bool { return k.Start.Before(start.Add(s.Length)) && start.Before(k.End) }) {
			why = WhyKept
		}
		return why, start
	}, nil
}

// startOn is when the appointment of s begins on d, or why there can be none.
func (s Series) startOn(d Day, closed []Holiday, zone *time.Location) (Why, time.Time) {
	if slices.ContainsFunc(closed, func(h Holiday) bool { return h.on(d) }) {
		return WhyHoliday, time.Time{}
	}
	start := d.At(s.Minute, zone)
	if start.IsZero() {
		return WhyClocks, start
	}
	return "", start
}

// A Standing is a series as a page shows it.
type Standing struct {
	Series
	Left []Left   // days ahead without an appointment
	With []string // ids of others who come, for those who work with them
}

// Series returns those of a client that are not over, the newest first: for those who
// treat the client, and for the client. zone is the practice's.
func (cs *Calendars) Series(ctx context.Context, actor access.Actor, client access.Compartment, zone *time.Location) ([]Standing, error) {
	tx, err := cs.door.Begin(ctx, actor, access.ReadSessions, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	today := DayOf(tx.Now, zone)
	own, err := seriesOf(ctx, tx, client, today)
	if err != nil {
		return nil, err
	}
	all := make([]Standing, len(own))
	for i, s := range own {
		all[i].Series = s
		if all[i].Left, err = leftOf(ctx, tx, client, s.ID, today); err != nil {
			return nil, err
		}
		if actor.ID == client.Of() {
			continue
		}
		if all[i].With, err = companions(ctx, tx, client, s.ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Stop ends a series with the last day before from, and takes its later appointments
// out, for all of clients, who come to it together. One that was moved to before from
// stays, and so does one of today that has begun. Everything else as Change.
func (cs *Calendars) Stop(ctx context.Context, actor access.Actor, clients []access.Compartment, id string, revision int64, from Day, zone *time.Location) error {
	for _, c := range clients {
		if err := cs.stop(ctx, actor, c, id, revision, from, zone); err != nil {
			return err
		}
	}
	return nil
}

func (cs *Calendars) stop(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64, from Day, zone *time.Location) error {
	tx, err := cs.door.Begin(ctx, actor, access.PlanSession, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	s, err := mine(ctx, tx, client, id)
	if err != nil {
		return err
	}
	if (s.Last == from-1 || s.Last == from) && s.Revision == revision+1 {
		return nil // it came twice
	}
	if s.Revision != revision {
		return seriesChanged()
	}
	if from < DayOf(tx.Now, zone) {
		return fault.New(fault.Invalid, "from", "That day is over already. Please choose a later one.")
	}
	begun, err := takeOut(ctx, tx, s, from, zone)
	if err != nil {
		return err
	}
	if s.Last, s.Revision = from-1, revision+1; begun {
		s.Last = from
	}
	if err := updateSeries(ctx, tx, s); err != nil {
		return err
	}
	return tx.Commit()
}

// takeOut takes the coming appointments of s out from a day on. What has begun stays, and
// begun says that there is such a one.
func takeOut(ctx context.Context, tx *access.Tx, s Series, from Day, zone *time.Location) (begun bool, err error) {
	ahead, err := session.OfSeriesIn(ctx, tx, s.ID, from.Begins(zone))
	if err != nil {
		return false, err
	}
	for _, a := range ahead {
		if !a.Start.After(tx.Now) {
			begun = true
			continue
		}
		if _, err := session.CancelIn(ctx, tx, a.ID, a.Revision, session.Cancel{By: session.TheClinician, Quiet: true}); err != nil {
			return begun, err
		}
	}
	return begun, dropLeft(ctx, tx, s, from)
}

// Change gives a series another pattern from the first day of that on, for all of
// clients, who come to it together. Its appointments from then on are moved, one by
// one, to those of the pattern, so that what is bound to them stays; what is too much
// is taken out. What was moved or cancelled by itself stays as it is, and its week has
// no other. That day is at most 28 weeks ahead, as far as appointments are made, because
// what lies between has to be there. revision is the one that the author was looking at:
// if it was changed since, the answer is fault.Conflict. Sending the same twice is
// success. zone is the practice's. For the clinician whose series it is.
func (cs *Calendars) Change(ctx context.Context, actor access.Actor, clients []access.Compartment, id string, revision int64, p Pattern, zone *time.Location) (left []Left, err error) {
	for _, c := range clients {
		if left, err = cs.alter(ctx, actor, c, id, revision, p, zone); err != nil {
			return left, err
		}
	}
	return left, nil
}

func (cs *Calendars) alter(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64, p Pattern, zone *time.Location) ([]Left, error) {
	tx, err := cs.door.Begin(ctx, actor, access.PlanSession, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	tx.Names(id)
	s, err := mine(ctx, tx, client, id)
	if err != nil {
		return nil, err
	}
	today := DayOf(tx.Now, zone)
	p.Format = s.Format
	if p, err = p.check(today); err != nil {
		return nil, err
	}
	if p.First > today+aheadDays && s.First <= today+aheadDays {
		return nil, fault.New(fault.Invalid, "day", "Sessions are planned 28 weeks ahead. Please choose a day within them, or come back to this later.")
	}
	now := s.take(p)
	now.Revision = revision + 1
	now.RolledTo = s.RolledTo
	if same := s; same.Revision == now.Revision { // where it is is read from its appointments, and may have been changed there
		same.Place = now.Place
		if same != now {
			return nil, seriesChanged()
		}
		return leftOf(ctx, tx, client, id, today)
	}
	if s.Revision != revision {
		return nil, seriesChanged()
	}
	left, err := cs.alterIn(ctx, tx, s, now, today, zone)
	if err != nil {
		return left, err
	}
	return left, tx.Commit()
}

// alterIn moves what is ahead of the series was to what now makes of it.
func (cs *Calendars) alterIn(ctx context.Context, tx *access.Tx, was, now Series, today Day, zone *time.Location) (left []Left, err error) {
	from := min(now.First, today+aheadDays)
	ahead, err := session.OfSeriesIn(ctx, tx, was.ID, from.Monday().Begins(zone))
	if err != nil {
		return nil, err
	}
	ahead = slices.DeleteFunc(ahead, func(a session.Appointment) bool { return !a.Start.After(tx.Now) || a.By != "" })
	apart, err := session.ApartIn(ctx, tx, was.ID, from.Monday().Begins(zone))
	if err != nil {
		return nil, err
	}
	if err := dropLeft(ctx, tx, was, from); err != nil {
		return nil, err
	}
	if err := session.LetGoIn(ctx, tx, ahead); err != nil {
		return nil, err
	}
	days := now.days(now.First-1, today+aheadDays)
	on, err := now.openOn(ctx, tx, now.First, today+aheadDays, zone)
	if err != nil {
		return nil, err
	}
	for _, d := range days {
		why, start := on(d)
		if slices.ContainsFunc(apart, func(at time.Time) bool { return DayOf(at, zone).Monday() == d.Monday() }) {
			why = WhyApart
		}
		switch {
		case why != "":
		case len(ahead) > 0:
			a := ahead[0]
			_, err = session.MoveIn(ctx, tx, a.ID, a.Revision, session.Move{Start: start, Length: now.Length, Place: now.Place, By: session.TheClinician, Quiet: true})
			if err == nil {
				ahead = ahead[1:]
			}
		default:
			_, err = session.BookIn(ctx, tx, now.booking(d, start))
		}
		if fault.Is(err, fault.Conflict) {
			why, err = WhyTaken, nil
		}
		if err != nil {
			return left, err
		}
		if why != "" {
			left = append(left, Left{d, why})
			if err := insertLeft(ctx, tx, now, Left{d, why}); err != nil {
				return left, err
			}
		}
	}
	if len(days) > 0 && len(left) == len(days) {
		return left, nothingMade(left)
	}
	for _, a := range ahead {
		if _, err := session.CancelIn(ctx, tx, a.ID, a.Revision, session.Cancel{By: session.TheClinician, Quiet: true}); err != nil {
			return left, err
		}
	}
	now.RolledTo = today + aheadDays
	return left, updateSeries(ctx, tx, now)
}

// mine is a series of the actor's own with the client, or that there is none.
func mine(ctx context.Context, tx *access.Tx, client access.Compartment, id string) (Series, error) {
	s, there, err := seriesOne(ctx, tx, client, id)
	if err == nil && (!there || s.ClinicianID != tx.Actor.ID) {
		err = fault.Absent()
	}
	return s, err
}

func seriesChanged() error {
	return fault.New(fault.Conflict, "", "This series was changed while you were looking at it. Please look again.")
}
