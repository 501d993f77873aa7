package reminder

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/session"
)

// Ahead returns how actor, a client, wants to be reminded of their appointments.
func (rs *Reminders) Ahead(ctx context.Context, actor access.Actor) (Ahead, error) {
	tx, err := rs.door.Begin(ctx, actor, access.ReadReminders, access.PersonRecord(actor.ID))
	if err != nil {
		return Ahead{}, err
	}
	defer tx.Rollback()

	return readAhead(ctx, tx)
}

// KeepAhead keeps how actor, a client, wants to be reminded of their appointments.
// a.Rev is that of the form: if it was changed elsewhere since, the answer is
// fault.Conflict together with what stands. Sending the same twice is success.
func (rs *Reminders) KeepAhead(ctx context.Context, actor access.Actor, a Ahead) (Ahead, error) {
	tx, err := rs.door.Begin(ctx, actor, access.ReviseReminders, access.PersonRecord(actor.ID))
	if err != nil {
		return Ahead{}, err
	}
	defer tx.Rollback()

	if err := a.check(); err != nil {
		return a, err
	}
	was, err := readAhead(ctx, tx)
	if err != nil {
		return a, err
	}
	switch {
	case was.How == a.How && (was.Lead == a.Lead || a.How == NotAtAll):
		return was, nil // it came twice, or nothing changed
	case was.Rev != a.Rev:
		return was, fault.New(fault.Conflict, "", "This was changed meanwhile, perhaps in another window or on another device. Please look again.")
	}
	a.Rev++
	if err := keepAhead(ctx, tx, a, aheadMark(rs.door, tx.Practice, actor.ID)); err != nil {
		return a, err
	}
	note := access.Ended
	if a.How != NotAtAll {
		note = access.NotEnded
	}
	if err := note(ctx, tx, actor.ID, tx.Compartment, endedAhead); err != nil {
		return a, err
	}
	return a, tx.Commit()
}

func aheadMark(door *access.Door, practice, personID string) []byte {
	return door.Lookup(practice, "no reminders of appointments "+personID)
}

// roundAhead reminds of appointments, each person in a change of their own.
func (rs *Reminders) roundAhead(ctx context.Context, practice string, loc *time.Location) error {
	all, err := rs.toTell(ctx, practice)
	if err != nil {
		return err
	}
	return inTurn(ctx, practice, all, loc, rs.tell)
}

// tell looks at the appointments of one person that are near: it decides when to
// remind of each, and reminds of those whose time has come. What it decides and what
// it queues are durable together or not at all, so that each is reminded of once.
func (rs *Reminders) tell(ctx context.Context, actor access.Actor, person access.Compartment, loc *time.Location) error {
	tx, err := rs.door.Begin(ctx, actor, access.Remind, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	client := access.ClientRecord(person.Of())
	a, err := readAhead(ctx, tx)
	if err != nil {
		return err
	}
	s, err := readAsking(ctx, tx)
	if err != nil {
		return err
	}
	here, err := atWork(ctx, tx, client)
	if err != nil {
		return err
	}
	near, err := session.PlannedIn(ctx, tx, client, tx.Now, tx.Now.Add(farAhead))
	if err != nil {
		return err
	}
	for _, one := range near {
		if !one.Start.After(tx.Now) {
			continue
		}
		if err := rs.tellOf(ctx, tx, one.Start, a, s.Quiet, here, loc); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// tellOf decides about one time at which an appointment begins.
func (rs *Reminders) tellOf(ctx context.Context, tx *access.Tx, start time.Time, a Ahead, q Quiet, here bool, loc *time.Location) error {
	t, known, err := toldOf(ctx, tx, start)
	if err != nil || known && t.state != waits {
		return err
	}
	if !known {
		due, ok := a.Lead.due(start, q, loc)
		t = told{start: start, due: due, state: waits}
		if !ok || tx.Now.Sub(due) > mostBehind {
			t.state = left // it was made when the time to remind of it was over
		}
		if err := keepTold(ctx, tx, t); err != nil {
			return err
		}
	}
	if t.state != waits || t.due.After(tx.Now) {
		return nil
	}
	now := tx.Now.In(loc)
	switch over, ok := q.Over(now); {
	case !ok || !over.Before(start.Add(-shortest)):
		t.state = left // nothing is sent any more before it begins
	case over.After(now):
		t.due = over
	case a.How == NotAtAll || !here:
		t.state = left
	default:
		t.state = given
	}
	if t.state == given {
		free, err := takeDay(ctx, tx, now)
		if err != nil {
			return err
		}
		if !free { // they had a message today, and what it leads to shows the appointment too
			t.state = left
		}
	}
	if err := keepTold(ctx, tx, t); err != nil || t.state != given {
		return err
	}
	if a.How == ByPush {
		return push.Queue(ctx, tx, aboutOf(start))
	}
	return post.Post(ctx, tx, tx.Compartment, rs.aheadLetter(tx, a, start, q, now))
}

// aboutAhead begins what a message about an appointment is known by: with the time at
// which it begins, which lies in the clear wherever appointments do.
const aboutAhead = "appointment "

func aboutOf(start time.Time) string {
	return aboutAhead + strconv.FormatInt(start.UnixMicro(), 10)
}

// StillAhead says for push whether a message about an appointment is wanted still:
// nobody has moved or cancelled it, the person is reminded by push, somebody works
// with them, and it is not quiet.
func StillAhead(ctx context.Context, tx *access.Tx, about string, loc *time.Location) (until time.Time, ok bool, err error) {
	start, ok, err := stands(ctx, tx, about)
	if err != nil || !ok {
		return start, false, err
	}
	a, err := readAhead(ctx, tx)
	if err != nil || a.How != ByPush {
		return start, false, err
	}
	s, err := readAsking(ctx, tx)
	if err != nil {
		return start, false, err
	}
	now := tx.Now.In(loc)
	until = s.Quiet.Until(now, start.Add(-shortest).Sub(now))
	return until, !s.Quiet.Holds(now) && until.After(now), nil
}

// stands says whether what a message is about stands still, and when it begins.
func stands(ctx context.Context, tx *access.Tx, about string) (start time.Time, ok bool, err error) {
	text, mine := strings.CutPrefix(about, aboutAhead)
	micros, err := strconv.ParseInt(text, 10, 64)
	if !mine || err != nil {
		return start, false, nil
	}
	start = time.UnixMicro(micros).UTC()
	client := access.ClientRecord(tx.Compartment.Of())
	near, err := session.PlannedIn(ctx, tx, client, start, start.Add(time.Minute))
	if err != nil {
		return start, false, err
	}
	if !slices.ContainsFunc(near, func(s session.Span) bool { return s.Start.Equal(start) }) || !start.After(tx.Now) {
		return start, false, nil
	}
	here, err := atWork(ctx, tx, client)
	return start, here, err
}

// stillAhead says for post whether a letter about an appointment is wanted still.
func stillAhead(ctx context.Context, tx *access.Tx, l post.Letter) (bool, error) {
	a, err := readAhead(ctx, tx)
	if err != nil || a.How != ByMail || a.Rev != l.Wish {
		return false, err
	}
	_, ok, err := stands(ctx, tx, l.About)
	return ok, err
}

// aheadLetter reminds of an appointment. It names no time, nobody and no practice.
func (rs *Reminders) aheadLetter(tx *access.Tx, a Ahead, start time.Time, q Quiet, now time.Time) post.Letter {
	stop := rs.origin + "/no-reminders/" + link(tx.Practice, aheadMark(rs.door, tx.Practice, tx.Compartment.Of()))
	return post.Letter{
		Subject: "Something that you planned is near",
		Text: "Hello,\n\nsomething that you planned is near. You see what, and when, once you have signed in:\n\n" + rs.origin +
			"/\n\nYou asked for this message. You would rather have none like it? One tap, without signing in:\n\n" + stop +
			"\n\nThis message says no more on purpose.\n",
		Off: stop, Once: true, Wish: a.Rev, About: aboutOf(start),
		Within: []post.Window{{From: now, To: q.Until(now, start.Add(-shortest).Sub(now))}},
	}
}
