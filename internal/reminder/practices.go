package reminder

import (
	"context"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/push"
)

// Practised says whether anything is agreed to be practised in a client's record. tx is
// in the compartment of the person and opens nothing else.
type Practised func(ctx context.Context, tx *access.Tx, client access.Compartment) (bool, error)

// Practising has clients who ask for it reminded of what they practise, as long as
// anything is agreed.
func (rs *Reminders) Practising(agreed Practised) *Reminders {
	rs.practised = agreed
	return rs
}

// Practice returns how actor, a client, wants to be reminded of what they practise.
func (rs *Reminders) Practice(ctx context.Context, actor access.Actor) (Practice, error) {
	tx, err := rs.door.Begin(ctx, actor, access.ReadReminders, access.PersonRecord(actor.ID))
	if err != nil {
		return Practice{}, err
	}
	defer tx.Rollback()

	p, _, err := readPractice(ctx, tx)
	return p, err
}

// KeepPractice keeps how actor, a client, wants to be reminded of what they practise.
// p.Rev is that of the form: if it was changed elsewhere since, the answer is
// fault.Conflict together with what stands. Sending the same twice is success. loc is
// the practice's zone.
func (rs *Reminders) KeepPractice(ctx context.Context, actor access.Actor, p Practice, loc *time.Location) (Practice, error) {
	tx, err := rs.door.Begin(ctx, actor, access.ReviseReminders, access.PersonRecord(actor.ID))
	if err != nil {
		return Practice{}, err
	}
	defer tx.Rollback()

	if p, err = p.check(); err != nil {
		return p, err
	}
	was, _, err := readPractice(ctx, tx)
	if err != nil {
		return p, err
	}
	switch {
	case was.same(p), was.How == NotAtAll && p.How == NotAtAll:
		return was, nil // it came twice, or nothing changed
	case was.Rev != p.Rev:
		return was, fault.New(fault.Conflict, "", "This was changed meanwhile, perhaps in another window or on another device. Please look again.")
	}
	p.Rev++
	if err := keepPractice(ctx, tx, p, practiceMark(rs.door, tx.Practice, actor.ID), p.next(tx.Now, loc)); err != nil {
		return p, err
	}
	note := access.Ended
	if p.How != NotAtAll {
		note = access.NotEnded
	}
	if err := note(ctx, tx, actor.ID, tx.Compartment, endedPractice); err != nil {
		return p, err
	}
	return p, tx.Commit()
}

func practiceMark(door *access.Door, practice, personID string) []byte {
	return door.Lookup(practice, "no reminders of practice "+personID)
}

// stopPractice ends reminders of practice, and those alone.
func (rs *Reminders) stopPractice(ctx context.Context, actor access.Actor, person access.Compartment) error {
	tx, err := rs.door.Begin(ctx, actor, access.StopReminders, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := endPractice(ctx, tx, person); err != nil {
		return err
	}
	if err := access.Ended(ctx, tx, person.Of(), person, endedPractice); err != nil {
		return err
	}
	return tx.Commit()
}

// roundPractice reminds of practice, each person in a change of their own.
func (rs *Reminders) roundPractice(ctx context.Context, practice string, loc *time.Location) error {
	if rs.practised == nil {
		return nil
	}
	all, err := rs.toPractise(ctx, practice)
	if err != nil {
		return err
	}
	return inTurn(ctx, practice, all, loc, rs.practise)
}

// practise looks whether to remind one person of what they practise, and when to look
// again. What it decides and what it queues are durable together or not at all.
func (rs *Reminders) practise(ctx context.Context, actor access.Actor, person access.Compartment, loc *time.Location) error {
	tx, err := rs.door.Begin(ctx, actor, access.Remind, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	p, due, err := readPractice(ctx, tx)
	if err != nil {
		return err
	}
	s, err := readAsking(ctx, tx)
	if err != nil {
		return err
	}
	now := tx.Now.In(loc)
	next := p.next(now, loc)
	over, ok := s.Quiet.Over(now)
	switch {
	case p.How == NotAtAll || tx.Now.Sub(due) > mostLate || !ok || !over.Before(tomorrow(now)):
		// Not today: another day is as good.
	case over.After(now):
		if over.Sub(due) <= mostLate {
			next = over
		}
	default:
		if err := rs.practiseNow(ctx, tx, p, s.Quiet, now); err != nil {
			return err
		}
	}
	if err := lookAtPractice(ctx, tx, next); err != nil {
		return err
	}
	return tx.Commit()
}

// practiseNow sends the reminder, if something is agreed, somebody works with the
// client, and the day has no other message.
func (rs *Reminders) practiseNow(ctx context.Context, tx *access.Tx, p Practice, q Quiet, now time.Time) error {
	client := access.ClientRecord(tx.Compartment.Of())
	agreed, err := rs.practised(ctx, tx, client)
	if err != nil || !agreed {
		return err
	}
	here, err := atWork(ctx, tx, client)
	if err != nil || !here {
		return err
	}
	if first, err := aheadOn(ctx, tx, now); err != nil || first {
		return err
	}
	free, err := takeDay(ctx, tx, now)
	if err != nil || !free {
		return err
	}
	about := aboutPractice + now.Format(time.DateOnly)
	if p.How == ByPush {
		return push.Queue(ctx, tx, about)
	}
	stop := rs.origin + "/no-reminders/" + link(tx.Practice, practiceMark(rs.door, tx.Practice, tx.Compartment.Of()))
	return post.Post(ctx, tx, tx.Compartment, post.Letter{
		Subject: "Something of yours is here, if it suits you",
		Text: "Hello,\n\nsomething that you chose is here, if it suits you today. You see it once you have signed in:\n\n" + rs.origin +
			"/\n\nNothing happens if you leave it. You asked for this message. You would rather have none like it? One tap, without signing in:\n\n" + stop +
			"\n\nThis message says no more on purpose.\n",
		Off: stop, Once: true, Wish: p.Rev, About: about,
		Within: []post.Window{{From: now, To: q.Until(now, practiceEnds(now).Sub(now))}},
	})
}

// aboutPractice begins what a message about practice is known by: with its day.
const aboutPractice = "practice "

// practiceEnds is until when a message about the day of now is of use.
func practiceEnds(now time.Time) time.Time {
	if late := now.Add(mostLate); late.Before(tomorrow(now)) {
		return late
	}
	return tomorrow(now)
}

// StillPushed says for push whether a message is wanted still, be it about an
// appointment or about practice.
func StillPushed(ctx context.Context, tx *access.Tx, about string, loc *time.Location) (until time.Time, ok bool, err error) {
	day, practice := strings.CutPrefix(about, aboutPractice)
	if !practice {
		return StillAhead(ctx, tx, about, loc)
	}
	now := tx.Now.In(loc)
	p, _, err := readPractice(ctx, tx)
	if err != nil || p.How != ByPush || now.Format(time.DateOnly) != day {
		return until, false, err
	}
	s, err := readAsking(ctx, tx)
	if err != nil {
		return until, false, err
	}
	here, err := atWork(ctx, tx, access.ClientRecord(tx.Compartment.Of()))
	until = s.Quiet.Until(now, practiceEnds(now).Sub(now))
	return until, here && !s.Quiet.Holds(now) && until.After(now), err
}

// stillPractice says for post whether a letter about practice is wanted still.
func stillPractice(ctx context.Context, tx *access.Tx, l post.Letter) (bool, error) {
	p, _, err := readPractice(ctx, tx)
	if err != nil || p.How != ByMail || p.Rev != l.Wish {
		return false, err
	}
	return atWork(ctx, tx, access.ClientRecord(tx.Compartment.Of()))
}
