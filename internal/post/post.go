// Package post sends letters out: by SMTP, or into a folder for those who set
// up a server without mail. What it sends says nothing private: no names, no
// content, no word of therapy; only that something waits behind a sign-in.
//
// A letter is sealed until it goes out. It is queued in the transaction that
// makes it necessary, and goes out at least once: its Message-ID is always the
// same, so that a mail server which sees it twice can drop the second. A letter
// that says Once goes out at most once: whoever would rather miss one than get
// two is told so, and a crash at the wrong moment loses it.
//
// Of what was tried in vain it is kept since when, and whether no server takes letters
// or only this address is not taken (undelivered.go).
package post

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
)

// Send is the name of the job that sends one letter.
const Send = "post.send"

// A Letter is a message to one address.
type Letter struct {
	To      string // e-mail address; empty: that of the person in whose compartment it is sealed
	Subject string // neutral
	Text    string // plain, neutral

	// Off is an address that ends letters of this kind when something is posted to
	// it (RFC 8058); empty: there is none.
	Off string
	// Once is for what must never come twice: it is noted as gone before it goes.
	// What a mail server did not take, for certain, is tried again.
	Once bool
	// Within are the times in which it may go, in order; empty: always. After the
	// last it is dropped.
	Within []Window

	// Kind is for what says the same as others of its kind do: while one of them waits
	// that was tried in vain, no second one is posted to the same person.
	Kind string

	Wish  int64  // of whom it is for, when it was written: Still looks whether it holds
	About string // what it is about, for Still: an id of some kind; empty: nothing that changes

	Tries int64 // of a letter that goes once; Work counts

	over   bool      // it is not wanted any more
	failed time.Time // when it was first tried in vain; zero: it was not
}

// A Window is a stretch of time.
type Window struct{ From, To time.Time }

// opens is when l may go, from now on; ok is false if that is never.
func (l Letter) opens(now time.Time) (at time.Time, ok bool) {
	if len(l.Within) == 0 {
		return now, true
	}
	for _, w := range l.Within {
		if now.Before(w.From) {
			return w.From, true
		}
		if now.Before(w.To) {
			return now, true
		}
	}
	return now, false
}

// ErrNotTaken is what a Carrier's error wraps if it is certain that the letter
// did not leave the house.
var ErrNotTaken = errors.New("the letter was not taken")

// ErrNobody is what it wraps as well if a mail server answered that it takes no letters
// for this address: others may go.
var ErrNobody = errors.New("nobody there takes letters")

// A Carrier takes letters out of the house. id is the same however often the
// same letter is carried.
type Carrier interface {
	Carry(ctx context.Context, id string, at time.Time, l Letter) error
}

// An Addresser finds the e-mail address of the person whose compartment tx is in.
type Addresser func(ctx context.Context, tx *access.Tx) (string, error)

// Office keeps letters until they are carried.
type Office struct {
	door    *access.Door
	carrier Carrier
	address Addresser
	still   Still

	went   atomic.Int64 // when a letter last left, in microseconds, by the door's clock
	failed atomic.Int64 // how many tries were in vain, since the start
	glance glance       // what was last seen of those that wait
}

// Still says of a letter that can be ended (Off) whether it is wanted still by the
// person in whose compartment tx is. Between writing and carrying lie days, where
// a mail server is away.
type Still func(ctx context.Context, tx *access.Tx, l Letter) (bool, error)

// Heed has o ask still before such a letter goes, and returns o.
func (o *Office) Heed(still Still) *Office {
	o.still = still
	return o
}

// New returns an office behind door whose letters are carried by carrier to
// where address says.
func New(door *access.Door, carrier Carrier, address Addresser) *Office {
	return &Office{door: door, carrier: carrier, address: address}
}

// Post queues l in tx, sealed under the key of compartment c: the person it is
// for, so that erasing the person erases the letter.
func Post(ctx context.Context, tx *access.Tx, c access.Compartment, l Letter) error {
	_, err := Put(ctx, tx, c, l)
	return err
}

// Put is Post for whoever wants to know later what became of the letter (FateOf), or to
// take it back (Withdraw). id is empty if another of its kind waits.
func Put(ctx context.Context, tx *access.Tx, c access.Compartment, l Letter) (id string, err error) {
	if l.Kind != "" {
		if waits, err := alike(ctx, tx, c, l.Kind); waits || err != nil {
			return "", err
		}
	}
	made, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make id: %w", err)
	}
	return made.String(), keep(ctx, tx, c, made.String(), tx.Now, l, "")
}

// keep keeps a letter in tx, to be carried from at on. why says why it was tried in vain,
// if it was.
func keep(ctx context.Context, tx *access.Tx, c access.Compartment, id string, at time.Time, l Letter, why string) error {
	body, err := tx.SealJSONIn(ctx, c, place(id), l)
	if err != nil {
		return err
	}
	if err := insert(ctx, tx, c, id, body, l, why); err != nil {
		return err
	}
	return enqueue(ctx, tx, c, id, at)
}

func enqueue(ctx context.Context, tx *access.Tx, c access.Compartment, id string, at time.Time) error {
	return job.Enqueue(ctx, tx, job.Job{
		Name: Send, Key: id, At: at,
		Args: map[string]string{"letter": id, "compartment": string(c)},
	})
}

func place(id string) string { return "letter.sealed " + id }

// Work is the worker for Send: it carries the letter and notes that it went.
func (o *Office) Work(ctx context.Context, run *job.Run) error {
	actor := access.System(run.Practice, "post")
	id, c := run.Args["letter"], access.Compartment(run.Args["compartment"])
	l, at, now, err := o.letter(ctx, actor, c, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it went, or whoever it was for was erased
	}
	if err != nil {
		return err
	}
	switch when, ok := l.opens(now); {
	case !ok || l.over:
		if !ok && !l.failed.IsZero() {
			slog.Warn("letter dropped: its time is over, and no mail server took it", "id", id, "since", l.failed)
		}
		return o.sent(ctx, actor, c, id, run)
	case when.After(now):
		return o.later(ctx, actor, c, id, run, when)
	}
	if l.Once {
		return o.once(ctx, actor, c, id, at, l, run)
	}
	// A letter leaves the house, so it is written down before that it was opened.
	if err := access.Settle(ctx); err != nil {
		return fmt.Errorf("note that the letter was opened: %w", err)
	}
	if err := o.carrier.Carry(ctx, id, at, l); err != nil {
		return o.inVain(context.WithoutCancel(ctx), actor, c, id, l, run, err)
	}
	o.went.Store(o.door.Clock().UnixMicro())
	return o.sent(ctx, actor, c, id, run)
}

// once carries a letter that goes at most once: that it went is durable before it
// goes. What was certainly not taken comes back into the queue, with more
// patience each time.
func (o *Office) once(ctx context.Context, actor access.Actor, c access.Compartment, id string, at time.Time, l Letter, run *job.Run) error {
	if err := o.sent(ctx, actor, c, id, run); err != nil {
		return err
	}
	err := o.carrier.Carry(ctx, id, at, l)
	if err == nil {
		o.went.Store(o.door.Clock().UnixMicro())
		return nil
	}
	o.failed.Add(1)
	if !errors.Is(err, ErrNotTaken) {
		slog.Warn("it is not known whether a letter went; it does not go again", "id", id, "err", err)
		return nil
	}
	l.Tries++
	if l.Tries > mostTries {
		slog.Warn("letter given up", "id", id, "err", err)
		return nil
	}
	slog.Warn("letter not taken; it is tried again", "id", id, "try", l.Tries, "err", err)
	return o.back(context.WithoutCancel(ctx), actor, c, id, l, whyOf(err)) // also where the server is stopping
}

// mostTries is how often a letter that goes once is tried: for about two days.
const mostTries = 50

func (o *Office) back(ctx context.Context, actor access.Actor, c access.Compartment, id string, l Letter, why string) error {
	tx, err := o.door.Begin(ctx, actor, access.SendLetter, c)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	wait := min(30*time.Second<<min(l.Tries, 8), time.Hour)
	if err := keep(ctx, tx, c, id, tx.Now.Add(wait), l, why); err != nil {
		return err
	}
	return tx.Commit()
}

// later puts the letter off.
func (o *Office) later(ctx context.Context, actor access.Actor, c access.Compartment, id string, run *job.Run, at time.Time) error {
	tx, err := o.door.Begin(ctx, actor, access.SendLetter, c)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if err := run.Done(ctx, tx); err != nil {
		return err
	}
	if err := enqueue(ctx, tx, c, id, at); err != nil {
		return err
	}
	return tx.Commit()
}

func (o *Office) letter(ctx context.Context, actor access.Actor, c access.Compartment, id string) (l Letter, at, now time.Time, err error) {
	tx, err := o.door.Begin(ctx, actor, access.ReadLetter, c)
	if err != nil {
		return l, at, now, err
	}
	defer tx.Rollback()

	tx.Names(id)
	made, failed, body, err := selectLetter(ctx, tx, c, id)
	if err != nil {
		return l, at, tx.Now, err
	}
	plain, err := tx.Open(ctx, place(id), body)
	if err != nil {
		return l, at, tx.Now, fmt.Errorf("open letter: %w", err)
	}
	if err := json.Unmarshal(plain, &l); err != nil {
		return l, at, tx.Now, fmt.Errorf("decode letter: %w", err)
	}
	l.failed = failed
	if l.Off != "" && o.still != nil {
		wanted, err := o.still(ctx, tx, l)
		if err != nil {
			return l, at, tx.Now, fmt.Errorf("look whether a letter is wanted: %w", err)
		}
		l.over = !wanted
	}
	if l.To == "" {
		if l.To, err = o.address(ctx, tx); err != nil {
			return l, at, tx.Now, fmt.Errorf("find address: %w", err)
		}
	}
	return l, made, tx.Now, nil
}

// sent drops the letter's text: that one went is in the audit log.
func (o *Office) sent(ctx context.Context, actor access.Actor, c access.Compartment, id string, run *job.Run) error {
	tx, err := o.door.Begin(ctx, actor, access.SendLetter, c)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if err := drop(ctx, tx, id); err != nil {
		return err
	}
	if err := run.Done(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}
