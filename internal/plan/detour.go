package plan

import (
	"context"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
)

// How many characters may be written of a detour.
const (
	MaxDetourName = 60   // of what it is called
	MaxDetour     = 500  // of its reason, of what stays, and of what changed
	MaxDetourNote = 1000 // of a note on the way
)

// A DetourState says where a detour stands.
type DetourState string

const (
	DetourProposed DetourState = "proposed" // the client said that something else is in the way
	DetourOpen     DetourState = "open"
	DetourClosed   DetourState = "closed" // the work is back on its way
	DetourAside    DetourState = "aside"  // it was proposed, and not taken
)

// A Detour is a time in which the work goes another way, with its reason. While
// it is open the goals stand still. Those who treat the client open it, by
// themselves or when the client says that something else is in the way; both
// follow it with short notes, and it is closed with the way back to the goals.
type Detour struct {
	ID       string // UUIDv7, made by the form
	State    DetourState
	Name     string // what both call it
	From     measure.Day
	Until    measure.Day // empty until it is closed
	Reason   string
	Stays    string // of the goals and of the plan, when it was closed
	Changed  string // the same
	Why      string // why it was set aside; may be empty
	By       string // person id of whoever named it
	OpenedBy string
	ClosedBy string // or set it aside
	At       time.Time
	Revision int64        // from 1
	Notes    []DetourNote // in order of day
}

// Open says whether the detour still runs.
func (d Detour) Open() bool { return d.State == DetourOpen }

// Walked says whether the detour is or was a part of the way.
func (d Detour) Walked() bool { return d.State == DetourOpen || d.State == DetourClosed }

// A DetourNote is a short note on the way, with its day.
type DetourNote struct {
	ID    string // UUIDv7, made by the form
	Day   measure.Day
	Words string
	By    string // person id
	At    time.Time
}

// A WayBack is how the work goes on after a detour: at least one of both is said.
type WayBack struct {
	Until   measure.Day // since when the work is back
	Stays   string
	Changed string
}

// Meanwhile is what stands beside the courses of one client.
type Meanwhile struct {
	Events  []LifeEvent // in order of day
	Detours []Detour    // in order of day, with those that are proposed and set aside
}

// Walked are the detours that are or were a part of the way, in order of day.
func (m Meanwhile) Walked() []Detour {
	var all []Detour
	for _, d := range m.Detours {
		if d.Walked() {
			all = append(all, d)
		}
	}
	return all
}

// Meanwhile returns the life events and detours of client: for the client, and
// for those who treat them.
func (ps *Plans) Meanwhile(ctx context.Context, actor access.Actor, client access.Compartment) (Meanwhile, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPlan, client)
	if err != nil {
		return Meanwhile{}, err
	}
	defer tx.Rollback()

	m, err := meanwhile(ctx, tx)
	if err != nil {
		return Meanwhile{}, err
	}
	var ids []string
	for _, e := range m.Events {
		ids = append(ids, e.ID)
	}
	for _, d := range m.Detours {
		ids = append(ids, d.ID)
	}
	tx.Names(strings.Join(ids, " "))
	return m, nil
}

func (d Detour) check(today measure.Day) (Detour, error) {
	err := fault.FormID(d.ID)
	if err != nil {
		return d, err
	}
	if d.Name, err = fault.Line("name", d.Name, MaxDetourName); err != nil {
		return d, err
	}
	if d.Name == "" {
		return d, fault.New(fault.Invalid, "name", "Please give it a name: a few words are enough.")
	}
	if err := d.From.Within("from", today, eventBack, 0); err != nil {
		return d, err
	}
	d.Reason, err = fault.Words("reason", d.Reason, MaxDetour, "Please say why the work takes another way.")
	return d, err
}

func (d Detour) same(e Detour) bool {
	return d.State == e.State && d.Name == e.Name && d.From == e.From && d.Reason == e.Reason
}

// OpenDetour notes that the work takes another way from a day on; actor treats
// the client. d needs ID, Name, From and Reason; with the id of a detour that was
// proposed it takes that one up, in the words given. Sending the same form twice
// is success; the same id with other content is fault.Conflict together with what
// there is.
func (ps *Plans) OpenDetour(ctx context.Context, actor access.Actor, client access.Compartment, d Detour, loc *time.Location) (Detour, error) {
	tx, err := ps.door.Begin(ctx, actor, access.TurnAside, client)
	if err != nil {
		return Detour{}, err
	}
	defer tx.Rollback()

	tx.Names(d.ID)
	if d, err = d.check(measure.DayOf(tx.Now, loc)); err != nil {
		return Detour{}, err
	}
	d.State = DetourOpen
	was, err := detourOf(ctx, tx, d.ID)
	switch {
	case err != nil:
		return Detour{}, err
	case was.Revision > 0 && was.State != DetourProposed:
		if was.State == DetourOpen && was.same(d) && was.OpenedBy == actor.ID {
			return was, nil // it came twice
		}
		return was, fault.New(fault.Conflict, "", "This detour was opened or set aside already. What was noted then is kept.")
	}
	return ps.step(ctx, tx, was, sealedDetour{Name: d.Name, From: d.From, Reason: d.Reason}, d.ID, DetourOpen)
}

// ProposeDetour notes that something else is in the way; actor is the client. d
// needs ID, Name, From and Reason. Nothing stands still by it until those who
// treat the client open it. Sending the same form twice is success.
func (ps *Plans) ProposeDetour(ctx context.Context, actor access.Actor, client access.Compartment, d Detour, loc *time.Location) (Detour, error) {
	tx, err := ps.door.Begin(ctx, actor, access.FollowDetour, client)
	if err != nil {
		return Detour{}, err
	}
	defer tx.Rollback()

	tx.Names(d.ID)
	if d, err = d.check(measure.DayOf(tx.Now, loc)); err != nil {
		return Detour{}, err
	}
	d.State = DetourProposed
	all, err := detours(ctx, tx, "")
	if err != nil {
		return Detour{}, err
	}
	for _, was := range all {
		switch {
		case was.same(d) && was.By == actor.ID:
			return was, nil // it came twice, perhaps from a page that was opened anew
		case was.ID == d.ID:
			return was, fault.UsedTwice()
		}
	}
	return ps.step(ctx, tx, Detour{}, sealedDetour{Name: d.Name, From: d.From, Reason: d.Reason}, d.ID, DetourProposed)
}

// SetAside notes that what was proposed is no detour, with a reason if anybody
// wants to give one; actor is the client who proposed it, or treats the client.
// Doing so twice is success.
func (ps *Plans) SetAside(ctx context.Context, actor access.Actor, client access.Compartment, id, why string) (Detour, error) {
	tx, err := ps.door.Begin(ctx, actor, access.FollowDetour, client)
	if err != nil {
		return Detour{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	if why, err = fault.Text("why", why, MaxDetour); err != nil {
		return Detour{}, err
	}
	was, err := detourOf(ctx, tx, id)
	switch {
	case err != nil:
		return Detour{}, err
	case was.Revision == 0:
		return Detour{}, fault.Absent()
	case was.State == DetourAside && was.Why == why:
		return was, nil // it came twice
	case was.State != DetourProposed:
		return was, fault.New(fault.Conflict, "", "This detour was opened or set aside already. What was noted then is kept.")
	}
	return ps.step(ctx, tx, was, sealedDetour{Why: why}, id, DetourAside)
}

// CloseDetour notes that the work is back on its way, what stays and what
// changed; actor treats the client, whoever of them opened it. Sending the same
// twice is success; if somebody closed it otherwise meanwhile, it is
// fault.Conflict together with the detour as it is.
func (ps *Plans) CloseDetour(ctx context.Context, actor access.Actor, client access.Compartment, id string, back WayBack, loc *time.Location) (Detour, error) {
	tx, err := ps.door.Begin(ctx, actor, access.TurnAside, client)
	if err != nil {
		return Detour{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	was, err := detourOf(ctx, tx, id)
	if err != nil {
		return Detour{}, err
	}
	if !was.Walked() {
		return Detour{}, fault.Absent()
	}
	if err := back.Until.Within("until", measure.DayOf(tx.Now, loc), eventBack, 0); err != nil {
		return Detour{}, err
	}
	if back.Until < was.From {
		return Detour{}, fault.New(fault.Invalid, "until", "That lies before the detour began.")
	}
	if back.Changed, err = fault.Text("changed", back.Changed, MaxDetour); err != nil {
		return Detour{}, err
	}
	if back.Stays, err = fault.Text("stays", back.Stays, MaxDetour); err != nil {
		return Detour{}, err
	}
	if back.Stays == "" && back.Changed == "" {
		return Detour{}, fault.New(fault.Invalid, "stays", "Please say in a few words how you go on: what stays, or what is different now.")
	}
	if !was.Open() {
		if was.Until == back.Until && was.Stays == back.Stays && was.Changed == back.Changed && was.ClosedBy == actor.ID {
			return was, nil // it came twice
		}
		return was, closedAlready()
	}
	return ps.step(ctx, tx, was, sealedDetour{Until: back.Until, Stays: back.Stays, Changed: back.Changed}, id, DetourClosed)
}

func closedAlready() error {
	return fault.New(fault.Conflict, "", "This detour was closed already. What was noted then is kept.")
}

// step keeps the next revision of was and returns the detour as it is then.
func (ps *Plans) step(ctx context.Context, tx *access.Tx, was Detour, s sealedDetour, id string, to DetourState) (Detour, error) {
	kept, err := insertDetour(ctx, tx, id, was.Revision+1, to, s)
	if err != nil {
		return Detour{}, err
	}
	if !kept { // somebody was quicker by a moment
		return was, fault.New(fault.Conflict, "", "Somebody changed this detour at the same moment. What was noted is kept.")
	}
	was.ID = id
	was.after(was.Revision+1, to, tx.Actor.ID, tx.Now, s)
	return was, tx.Commit()
}

// FollowDetour adds a short note to a detour that is open; actor is the client or
// treats them. n needs ID, Day and Words. Sending the same form twice is success.
func (ps *Plans) FollowDetour(ctx context.Context, actor access.Actor, client access.Compartment, id string, n DetourNote, loc *time.Location) (DetourNote, error) {
	tx, err := ps.door.Begin(ctx, actor, access.FollowDetour, client)
	if err != nil {
		return DetourNote{}, err
	}
	defer tx.Rollback()

	tx.Names(id + " " + n.ID)
	if err := fault.FormID(n.ID); err != nil {
		return DetourNote{}, err
	}
	if n.Words, err = fault.Words("words", n.Words, MaxDetourNote, "A few words, please, or leave it for now."); err != nil {
		return DetourNote{}, err
	}
	if err := n.Day.Within("day", measure.DayOf(tx.Now, loc), eventBack, 0); err != nil {
		return DetourNote{}, err
	}
	was, err := detourOf(ctx, tx, id)
	if err != nil {
		return DetourNote{}, err
	}
	if !was.Walked() {
		return DetourNote{}, fault.Absent()
	}
	for _, m := range was.Notes {
		if m.Words == n.Words && m.Day == n.Day && m.By == actor.ID {
			return m, nil // it came twice, perhaps from a page that was opened anew
		}
		if m.ID == n.ID {
			return m, fault.UsedTwice()
		}
	}
	if !was.Open() {
		return DetourNote{}, closedAlready()
	}
	if n.Day < was.From {
		return DetourNote{}, fault.New(fault.Invalid, "day", "That lies before the detour began.")
	}
	n.By, n.At = actor.ID, tx.Now
	made, err := insertNote(ctx, tx, id, n)
	if err != nil {
		return DetourNote{}, err
	}
	if !made {
		return DetourNote{}, fault.UsedTwice()
	}
	return n, tx.Commit()
}
