package calendar

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// What a policy may say.
const (
	MaxPolicyWords = 2000 // characters of each text
	MaxNotice      = 14 * 24 * time.Hour
	MaxLead        = 14 * 24 * time.Hour
	MaxAhead       = 26 * 7 * 24 * time.Hour
	MaxSelfBooked  = 12
)

// Rules are the part of a practice's policy that is counted with.
type Rules struct {
	Books  bool          // clients book open times themselves
	Moves  bool          // clients move a session themselves, while it is early
	Notice time.Duration // up to so long before a session, moving or cancelling is early
	Lead   time.Duration // a time is booked by a client at the latest so long before
	Ahead  time.Duration // and at the earliest so long before
	Length time.Duration // of a session that a client books
	Every  time.Duration // open times begin so far apart, from the beginning of the clinician's hours on
	Most   int           // coming sessions that a client may have booked themselves
}

// A Policy is how a practice has sessions booked, moved and cancelled, and what it
// says about that. It is the practice's own and says nothing of anybody.
type Policy struct {
	Rules
	Late     string // what follows from cancelling late, in the practice's words
	Contact  string // what this page is for, and when what is written here is read
	Revision int64  // 0: nobody has written one yet
}

// FirstPolicy holds until a practice has written its own. Clients do not book
// themselves until somebody has decided that they may.
func FirstPolicy() Policy {
	return Policy{
		Rules: Rules{
			Moves: true, Notice: 24 * time.Hour, Lead: 12 * time.Hour, Ahead: 6 * 7 * 24 * time.Hour,
			Length: 50 * time.Minute, Every: time.Hour, Most: 2,
		},
		Contact: "A few words with a booking are for the practical side: being late, a different room, meeting by video. " +
			"They are read on working days, before the session at the latest. For anything that matters to you there is the session itself.",
	}
}

// check returns p as it can be kept, or what to correct.
func (p Policy) check() (Policy, error) {
	wrong := func(field, text string) (Policy, error) { return p, fault.New(fault.Invalid, field, text) }
	switch {
	case p.Notice < 0 || p.Notice > MaxNotice || p.Notice%time.Hour != 0:
		return wrong("notice", "Choose whole hours, from none to 336, which is two weeks.")
	case p.Lead < 0 || p.Lead > MaxLead || p.Lead%time.Hour != 0:
		return wrong("lead", "Choose whole hours, from none to 336, which is two weeks.")
	case p.Ahead < 7*24*time.Hour || p.Ahead > MaxAhead || p.Ahead%(7*24*time.Hour) != 0:
		return wrong("ahead", "Choose from 1 to 26 weeks.")
	case p.Length < 15*time.Minute || p.Length > 3*time.Hour || p.Length%(5*time.Minute) != 0:
		return wrong("length", "Choose from 15 to 180 minutes, in steps of five.")
	case p.Every < p.Length || p.Every > 4*time.Hour || p.Every%(5*time.Minute) != 0:
		return wrong("every", "Choose at least as many minutes as a session has, up to 240, in steps of five.")
	case p.Most < 1 || p.Most > MaxSelfBooked:
		return wrong("most", "Choose from 1 to 12 sessions.")
	}
	var err error
	if p.Late, err = fault.Text("late", p.Late, MaxPolicyWords); err != nil {
		return p, err
	}
	p.Contact, err = fault.Text("contact", p.Contact, MaxPolicyWords)
	return p, err
}

// Early says whether now is early enough before start to move or cancel without
// anything following from it. Exactly at the hour is early.
func (r Rules) Early(now, start time.Time) bool { return !now.After(start.Add(-r.Notice)) }

// EarlyUntil is the last moment that is early.
func (r Rules) EarlyUntil(start time.Time) time.Time { return start.Add(-r.Notice) }

// MayMove says whether a client may move a session from start themselves, at now.
// Cancelling is never forbidden while it has not begun.
func (r Rules) MayMove(now, start time.Time) bool {
	return r.Moves && r.Early(now, start) && start.After(now)
}

// MayBook says whether a client may book a time that begins at start, at now.
func (r Rules) MayBook(now, start time.Time) bool {
	return r.Books && !start.Before(now.Add(r.Lead)) && start.After(now) && !start.After(now.Add(r.Ahead))
}

// more is how often somebody's plans may change within a week, beyond what they may have booked.
const more = 6

// Often says whether a client who has booked and moved n times lately is to
// talk with somebody of the practice before they do so again. It keeps a calendar, and who
// looks after it, from changing without end; cancelling is never refused.
func (r Rules) Often(n int) bool { return n >= r.Most+more }

// lately is the time in which Often counts.
const lately = 7 * 24 * time.Hour

// Policy returns how the practice has sessions booked, for everybody who belongs to it.
func (cs *Calendars) Policy(ctx context.Context, actor access.Actor) (Policy, error) {
	tx, err := cs.door.Begin(ctx, actor, access.ReadPolicy, access.Operations)
	if err != nil {
		return Policy{}, err
	}
	defer tx.Rollback()

	return newestPolicy(ctx, tx)
}

// RevisePolicy keeps what those who manage the practice have decided. p.Revision is
// that which the form began from; if it was changed since, the answer is
// fault.Conflict together with what stands. Sending the same twice is success.
func (cs *Calendars) RevisePolicy(ctx context.Context, actor access.Actor, p Policy) (Policy, error) {
	tx, err := cs.door.Begin(ctx, actor, access.RevisePolicy, access.Operations)
	if err != nil {
		return Policy{}, err
	}
	defer tx.Rollback()

	if p, err = p.check(); err != nil {
		return p, err
	}
	was, err := newestPolicy(ctx, tx)
	if err != nil {
		return p, err
	}
	same := was
	same.Revision = p.Revision
	if same == p && was.Revision > 0 {
		return was, nil
	}
	if was.Revision != p.Revision {
		return was, fault.New(fault.Conflict, "", "Somebody changed this while you were writing. Both are below.")
	}
	p.Revision++
	if err := insertPolicy(ctx, tx, p); err != nil {
		return p, err
	}
	return p, tx.Commit()
}
