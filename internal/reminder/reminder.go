// Package reminder reminds a client, by one letter that says nothing, of what
// waits for them; and, if they ask for it, of their appointments and of what they
// practise, by letter or on their devices. It keeps when they want to be left alone.
//
// It does not know what waits: somebody who does (measure) says so, in a
// transaction that opens nothing clinical. There is one reminder for each
// occasion and never a second: that it was sent is kept in the transaction that
// queues the letter, and the letter goes at most once (post).
package reminder

import (
	"context"
	"encoding/hex"
	"log/slog"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
)

// Job is the name of the job that reminds: it comes round Every so often.
const (
	Job   = "reminder.round"
	Every = 5 * time.Minute
)

const (
	pause  = 20 * time.Hour // after a reminder there is no other, whatever opens meanwhile
	within = 72 * time.Hour // for how long a letter is tried
	rest   = 24 * time.Hour // until it is looked again where nothing is known to come
	atOnce = 200            // people in one round
)

// A Thing is something that waits for somebody.
type Thing struct {
	Keys []Key     // what it is known by: whoever was reminded of one was reminded of it
	Ripe time.Time // not reminded of before
	End  time.Time // nor from then on; zero: always
}

// A Key names one occasion of an ask.
type Key struct {
	Ask string
	Nth int64
}

// Waiting says what waits for a client, and when there may be something else; zero
// if nobody knows. tx is in the compartment of the person and opens nothing else.
type Waiting func(ctx context.Context, tx *access.Tx, client access.Compartment, loc *time.Location) (now []Thing, next time.Time, err error)

// Reminders keeps who wants to be reminded when, and reminds.
type Reminders struct {
	door      *access.Door
	origin    string
	waiting   Waiting
	practised Practised // nil: nobody is reminded of what they practise
}

// New returns the reminders behind door of what waiting says, to be answered at origin.
func New(door *access.Door, origin string, waiting Waiting) *Reminders {
	return &Reminders{door: door, origin: origin, waiting: waiting}
}

// A Wish is how somebody wants to be reminded.
type Wish struct {
	On    bool
	Quiet Quiet
	Rev   int64 // of the quiet hours
}

// Wish returns how actor wants to be reminded.
func (rs *Reminders) Wish(ctx context.Context, actor access.Actor) (Wish, error) {
	tx, err := rs.door.Begin(ctx, actor, access.ReadReminders, access.PersonRecord(actor.ID))
	if err != nil {
		return Wish{}, err
	}
	defer tx.Rollback()

	s, err := readAsking(ctx, tx)
	return s.Wish, err
}

// Keep keeps how actor wants to be reminded. w.Rev is that of the form:
// if it was changed elsewhere since, the answer is fault.Conflict together with
// what stands. Sending the same twice is success.
func (rs *Reminders) Keep(ctx context.Context, actor access.Actor, w Wish) (Wish, error) {
	tx, err := rs.door.Begin(ctx, actor, access.ReviseReminders, access.PersonRecord(actor.ID))
	if err != nil {
		return Wish{}, err
	}
	defer tx.Rollback()

	if err := w.Quiet.check(); err != nil {
		return w, err
	}
	was, err := readAsking(ctx, tx)
	if err != nil {
		return w, err
	}
	if was.On == w.On && was.Quiet.same(w.Quiet) {
		return was.Wish, nil
	}
	if was.Rev != w.Rev {
		return was.Wish, fault.New(fault.Conflict, "", "This was changed meanwhile, perhaps in another window or on another device. Please look again.")
	}
	w.Rev++
	if err := rs.keep(ctx, tx, w); err != nil {
		return w, err
	}
	note := noteOff
	if w.On {
		note = noteOn
	}
	if err := note(ctx, tx); err != nil {
		return w, err
	}
	return w, tx.Commit()
}

// off is what the link in a reminder ends with: it turns reminders off and tells nothing.
func (rs *Reminders) off(practice, personID string) string {
	return link(practice, offMark(rs.door, practice, personID))
}

func link(practice string, mark []byte) string { return practice + "." + hex.EncodeToString(mark) }

func offMark(door *access.Door, practice, personID string) []byte {
	return door.Lookup(practice, "no reminders "+personID)
}

// Stop turns off the reminders of whoever a link was made for. A link
// that is nobody's is no error: whoever follows one learns nothing.
func (rs *Reminders) Stop(ctx context.Context, text string) error {
	practice, mark, ok := strings.Cut(text, ".")
	hash, err := hex.DecodeString(mark)
	if !ok || err != nil {
		return nil
	}
	c, err := rs.whose(ctx, practice, hash)
	if err != nil {
		return err
	}
	if c != "" {
		return rs.stop(ctx, access.Anyone(practice), c)
	}
	if c, err = rs.whoseAhead(ctx, practice, hash); err != nil {
		return err
	}
	if c != "" {
		return rs.stopAhead(ctx, access.Anyone(practice), c)
	}
	if c, err = rs.whosePractice(ctx, practice, hash); err != nil || c == "" {
		return err
	}
	return rs.stopPractice(ctx, access.Anyone(practice), c)
}

// stopAhead ends reminders of appointments, and those alone.
func (rs *Reminders) stopAhead(ctx context.Context, actor access.Actor, person access.Compartment) error {
	tx, err := rs.door.Begin(ctx, actor, access.StopReminders, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := endAhead(ctx, tx, person); err != nil {
		return err
	}
	if err := access.Ended(ctx, tx, person.Of(), person, endedAhead); err != nil {
		return err
	}
	return tx.Commit()
}

func (rs *Reminders) stop(ctx context.Context, actor access.Actor, person access.Compartment) error {
	tx, err := rs.door.Begin(ctx, actor, access.StopReminders, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := endReminders(ctx, tx); err != nil {
		return err
	}
	if err := noteOff(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Round reminds everybody of a practice whose time has come of their appointments, of
// what waits for them, and of what they practise: in this order, because nobody gets more
// than one message in a day, and an appointment does not wait. loc is the practice's zone.
// Each is a change of their own, so whoever fails is left for the next round and keeps
// nobody else waiting.
func (rs *Reminders) Round(ctx context.Context, practice string, loc *time.Location) error {
	if err := rs.roundAhead(ctx, practice, loc); err != nil {
		return err
	}
	all, err := rs.toLookAt(ctx, practice)
	if err != nil {
		return err
	}
	if err := inTurn(ctx, practice, all, loc, rs.remind); err != nil {
		return err
	}
	return rs.roundPractice(ctx, practice, loc)
}

// inTurn reminds one after the other. Whoever fails is left out, unless ctx has ended.
func inTurn(ctx context.Context, practice string, all []access.Compartment, loc *time.Location,
	remind func(context.Context, access.Actor, access.Compartment, *time.Location) error,
) error {
	actor := access.System(practice, "remind")
	for _, c := range all {
		if err := remind(ctx, actor, c, loc); err != nil {
			if ctx.Err() != nil {
				return err
			}
			slog.Warn("not looked whether to remind", "err", err)
		}
	}
	return nil
}

// remind looks whether to remind one person, and when to look again. What it
// decides, that it was done and the letter are durable together or not at all: so
// there is one reminder for each occasion, however often and on however many
// nodes this runs.
func (rs *Reminders) remind(ctx context.Context, actor access.Actor, person access.Compartment, loc *time.Location) error {
	tx, err := rs.door.Begin(ctx, actor, access.Remind, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	client := access.ClientRecord(person.Of())
	s, err := readAsking(ctx, tx)
	if err != nil {
		return err
	}
	here, err := atWork(ctx, tx, client)
	if err != nil {
		return err
	}
	next := tx.Now.Add(rest)
	if s.On && here {
		if next, err = rs.look(ctx, tx, client, s, loc); err != nil {
			return err
		}
	}
	if err := lookAgain(ctx, tx, next); err != nil {
		return err
	}
	return tx.Commit()
}

// look reminds of what is ripe, and returns when to look again.
func (rs *Reminders) look(ctx context.Context, tx *access.Tx, client access.Compartment, s asking, loc *time.Location) (next time.Time, err error) {
	all, next, err := rs.waiting(ctx, tx, client, loc)
	if err != nil {
		return next, err
	}
	if next.IsZero() || !next.After(tx.Now) {
		next = tx.Now.Add(rest)
	}
	open, err := unreminded(ctx, tx, all)
	if err != nil {
		return next, err
	}
	ripe := false
	for _, o := range open {
		switch {
		case !o.End.IsZero() && !tx.Now.Before(o.End):
		case !o.Ripe.After(tx.Now):
			ripe = true
		case o.Ripe.Before(next):
			next = o.Ripe
		}
	}
	if !ripe {
		return next, nil
	}
	if over := s.sentAt.Add(pause); !s.sentAt.IsZero() && over.After(tx.Now) {
		return over, nil
	}
	now := tx.Now.In(loc)
	if over, ok := s.Quiet.Over(now); !ok {
		return next, nil
	} else if over.After(now) {
		return over, nil
	}
	if first, err := aheadOn(ctx, tx, now); err != nil {
		return next, err
	} else if first {
		return tomorrow(now), nil
	}
	if free, err := takeDay(ctx, tx, now); err != nil {
		return next, err
	} else if !free {
		return tomorrow(now), nil
	}
	if err := markReminded(ctx, tx, open); err != nil {
		return next, err
	}
	return tx.Now.Add(pause), post.Post(ctx, tx, tx.Compartment, rs.letter(tx, s.Wish, now))
}

// Still says for post whether a reminder is wanted still: nobody has turned it off
// or changed their quiet hours since it was written, and somebody works with them.
func Still(ctx context.Context, tx *access.Tx, l post.Letter) (bool, error) {
	switch {
	case strings.HasPrefix(l.About, aboutPractice):
		return stillPractice(ctx, tx, l)
	case l.About != "":
		return stillAhead(ctx, tx, l)
	}
	s, err := readAsking(ctx, tx)
	if err != nil {
		return false, err
	}
	here, err := atWork(ctx, tx, access.ClientRecord(tx.Compartment.Of()))
	return s.On && s.Rev == l.Wish && here, err
}

// letter is the reminder. It names nothing that is asked, nobody and no practice.
func (rs *Reminders) letter(tx *access.Tx, wish Wish, now time.Time) post.Letter {
	stop := rs.origin + "/no-reminders/" + rs.off(tx.Practice, tx.Compartment.Of())
	l := post.Letter{
		Subject: "Something is here for you, if it suits you",
		Text: "Hello,\n\nsomething that you were asked is still here, if it suits you. You see it once you have signed in:\n\n" + rs.origin +
			"/\n\nNothing happens if you leave it, and you are not reminded of it again.\n\n" +
			"You would rather have no messages like this? One tap, without signing in:\n\n" + stop +
			"\n\nThis message says no more on purpose.\n",
		Off: stop, Once: true, Wish: wish.Rev,
	}
	for at := now; at.Sub(now) < within; {
		from, ok := wish.Quiet.Over(at)
		if !ok {
			break
		}
		at = wish.Quiet.Until(from, within)
		l.Within = append(l.Within, post.Window{From: from, To: at})
	}
	return l
}
