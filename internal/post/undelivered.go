package post

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
)

// Why a letter was tried in vain.
const (
	server = "server"  // no mail server takes letters, or is there
	nobody = "address" // one takes letters, and none for this address
)

// How an address for which none are taken is tried again.
const (
	soonest = 5 * time.Minute
	latest  = 6 * time.Hour
	giveUp  = 3 * 24 * time.Hour
)

func whyOf(err error) string {
	if errors.Is(err, ErrNobody) {
		return nobody
	}
	return server
}

// inVain notes that a letter did not go. Where no server takes letters the queue tries
// again. An address for which none are taken says nothing about the others: that letter
// is tried more and more seldom, and given up after three days, unless it says itself
// until when it may go.
func (o *Office) inVain(ctx context.Context, actor access.Actor, c access.Compartment, id string, l Letter, run *job.Run, cause error) error {
	o.failed.Add(1)
	tx, err := o.door.Begin(ctx, actor, access.SendLetter, c)
	if err != nil {
		return errors.Join(fmt.Errorf("carry letter: %w", cause), err)
	}
	defer tx.Rollback()

	tx.Names(id)
	why := whyOf(cause)
	if err := markFailed(ctx, tx, id, why); err != nil {
		return err
	}
	if why == server {
		return errors.Join(fmt.Errorf("carry letter: %w", cause), tx.Commit())
	}
	var since time.Duration
	if !l.failed.IsZero() {
		since = tx.Now.Sub(l.failed)
	}
	if err := run.Done(ctx, tx); err != nil {
		return err
	}
	if since > giveUp && len(l.Within) == 0 {
		slog.Warn("letter given up", "id", id, "err", cause)
		if err := drop(ctx, tx, id); err != nil {
			return err
		}
		return tx.Commit()
	}
	slog.Warn("letter not taken for its address; it is tried again", "id", id, "err", cause)
	if err := enqueue(ctx, tx, c, id, tx.Now.Add(min(max(since, soonest), latest))); err != nil {
		return err
	}
	return tx.Commit()
}

// Undelivered are the letters of all practices that no mail server takes.
type Undelivered struct {
	Letters int
	Since   time.Time // when the first of them was tried in vain; zero: there are none
	Tried   time.Time // when one of them last was
}

// Waiting counts them. It opens nothing.
func Waiting(ctx context.Context, door *access.Door) (Undelivered, error) {
	tx, err := door.Glance(ctx)
	if err != nil {
		return Undelivered{}, err
	}
	defer tx.Rollback()

	var u Undelivered
	var since, tried int64
	if err := tx.QueryRow(ctx, selectUndelivered).Scan(&u.Letters, &since, &tried); err != nil {
		return Undelivered{}, fmt.Errorf("count letters that wait: %w", err)
	}
	u.Since, u.Tried = at(since), at(tried)
	return u, nil
}

// Failed is how many tries were in vain, since the start.
func (o *Office) Failed() int64 { return o.failed.Load() }

// A glance is what was seen a moment ago: pages ask often.
type glance struct {
	mu   sync.Mutex
	at   time.Time
	seen Undelivered
}

const (
	moment = 10 * time.Second
	hiccup = 3 * time.Minute // so long a mail server may be away without anybody being told
)

// Stuck says since when no letters leave. It is zero while they do, as far as is known,
// and for an office that is nil. A letter that left ends it.
func (o *Office) Stuck(ctx context.Context) time.Time {
	if o == nil {
		return time.Time{}
	}
	o.glance.mu.Lock()
	defer o.glance.mu.Unlock()
	now := o.door.Clock()
	if seen := now.Sub(o.glance.at); seen < 0 || seen >= moment {
		u, err := Waiting(ctx, o.door)
		if err != nil {
			return time.Time{} // whoever asks has other troubles
		}
		o.glance.at, o.glance.seen = now, u
	}
	u := o.glance.seen
	if u.Letters == 0 || now.Sub(u.Since) < hiccup || o.went.Load() > u.Tried.UnixMicro() {
		return time.Time{}
	}
	return u.Since
}

// A Fate is what became of a letter.
type Fate string

// The fates.
const (
	Went    Fate = ""                // it left the house
	Waits   Fate = "waits"           // its turn comes
	Fails   Fate = "fails"           // no mail server took it, so far
	Refused Fate = "address refused" // the mail server takes none for this address
)

// FateOf is what became of the letter with the given id, in whose compartment tx is, and
// since when that is so. One that was dropped has gone, as far as is known.
func FateOf(ctx context.Context, tx *access.Tx, id string) (Fate, time.Time, error) {
	failed, why, err := selectFate(ctx, tx, id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Went, time.Time{}, nil
	case err != nil:
		return Went, time.Time{}, fmt.Errorf("read what became of a letter: %w", err)
	case failed.IsZero():
		return Waits, time.Time{}, nil
	case why == nobody:
		return Refused, failed, nil
	}
	return Fails, failed, nil
}

// Withdraw takes a letter back that has not gone yet.
func Withdraw(ctx context.Context, tx *access.Tx, id string) error { return drop(ctx, tx, id) }
