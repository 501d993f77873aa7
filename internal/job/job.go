// Package job is work for later: a queue in the database, so that work is
// queued in the same transaction that makes it necessary, and is neither lost
// nor done twice when the server dies.
//
// A worker that changes records finishes its job in the transaction of the
// change (Run.Done): then both are durable or neither. A worker that reaches
// outside, as the post does, is begun again if the server died meanwhile, and
// must make sending again harmless.
//
// Arguments are ids, never content: they lie in the clear.
package job

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
)

// A Job is one piece of work to be done.
type Job struct {
	Name string
	Key  string            // jobs of the same name and key are one (see Enqueue); empty: of its own
	Args map[string]string // ids only
	At   time.Time         // not before; zero: at once
}

// A Run is a job that was taken up.
type Run struct {
	Practice string
	ID       string
	Name     string
	Args     map[string]string
	Attempt  int64 // from 1

	lease string
	done  bool
}

// A Worker does one run. An error means that it is tried again later.
type Worker func(ctx context.Context, run *Run) error

const (
	lease    = 2 * time.Minute
	atMost   = lease - 10*time.Second // a worker is told to end before somebody else may begin
	attempts = 84                     // over three days; then it rests until the server starts again (Begin)
	poll     = 500 * time.Millisecond
	sayAgain = 10 * time.Minute // in the log, what is as it was

	pollInTrouble = 2 * time.Second
	atOnce        = 16
)

// rest is when a job that failed too often is looked at next: hardly ever.
var rest = access.Forever

// A Queue takes up jobs and hands them to their workers.
type Queue struct {
	door    *access.Door
	workers map[string]Worker
	rounds  []round

	mu       sync.Mutex
	failed   int64
	trouble  time.Time // when it was last said that no jobs can be taken up; zero: they can
	troubled time.Time // when that was last so
}

type round struct {
	name  string
	every time.Duration
}

// New returns the queue behind door. Workers are added before Serve.
func New(door *access.Door) *Queue {
	return &Queue{door: door, workers: make(map[string]Worker)}
}

// Handle names the worker for jobs called name.
func (q *Queue) Handle(name string, w Worker) { q.workers[name] = w }

// Every has the job called name done again and again in every practice. Its
// worker need not call Done.
func (q *Queue) Every(name string, every time.Duration, w Worker) {
	q.rounds = append(q.rounds, round{name, every})
	q.Handle(name, w)
}

// Failed is how many runs have failed since the start.
func (q *Queue) Failed() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.failed
}

// Enqueue puts j into the queue in tx: it will be done if tx is kept, and not
// otherwise. Of jobs with the same key one waits: with what was asked last, at
// the earliest of the times. One that is asked for while somebody is at it is
// done once more afterwards; one that rests is tried anew.
func Enqueue(ctx context.Context, tx *access.Tx, j Job) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	if j.Key == "" {
		j.Key = id.String()
	}
	if j.At.IsZero() {
		j.At = tx.Now
	}
	args, err := json.Marshal(j.Args)
	if err != nil {
		return fmt.Errorf("encode job: %w", err)
	}
	return insert(ctx, tx, id.String(), j, string(args))
}

// errLost says that somebody else has taken the job up meanwhile.
var errLost = errors.New("the job was taken up by somebody else")

// Done ends the job in tx, so that it is over exactly if tx is kept. If it was
// asked for once more meanwhile, it is done once more.
func (r *Run) Done(ctx context.Context, tx *access.Tx) error {
	err := end(ctx, tx, r)
	r.done = err == nil
	return err
}

// hands is how many jobs are done at once, so that a mail server that hangs does
// not keep what is urgent waiting. A lease keeps two hands from one job.
const hands = 4

// Serve takes up jobs until ctx ends, and returns when those begun are put away.
func (q *Queue) Serve(ctx context.Context) {
	var all sync.WaitGroup
	for range hands {
		all.Go(func() { q.serve(ctx) })
	}
	all.Wait()
}

func (q *Queue) serve(ctx context.Context) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		_, err := q.Drain(ctx)
		if ctx.Err() == nil {
			q.say(err, time.Now())
		}
		if err != nil {
			tick.Reset(pollInTrouble)
		} else {
			tick.Reset(poll)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// say logs that no jobs can be taken up when that begins, every sayAgain while it lasts,
// and when it is over. Hands that meet the same trouble say it once.
func (q *Queue) say(err error, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case err == nil && !q.trouble.IsZero() && now.Sub(q.troubled) > 2*pollInTrouble: // every hand has tried since
		slog.Info("jobs are taken up again")
		q.trouble, q.troubled = time.Time{}, time.Time{}
	case err != nil:
		if q.troubled = now; q.trouble.IsZero() || now.Sub(q.trouble) >= sayAgain {
			slog.Error("jobs not taken up", "err", err)
			q.trouble = now
		}
	}
}

// Drain does all that is due now, and returns how many runs there were.
func (q *Queue) Drain(ctx context.Context) (runs int, err error) {
	for ctx.Err() == nil {
		due, err := q.due(ctx)
		if err != nil || len(due) == 0 {
			return runs, err
		}
		for _, r := range due {
			if ctx.Err() != nil {
				return runs, nil
			}
			taken, err := q.take(ctx, r)
			if err != nil {
				return runs, err
			}
			if taken {
				runs++
				q.do(ctx, r)
			}
		}
	}
	return runs, nil
}

// do runs one job that was taken up, and puts it away.
func (q *Queue) do(ctx context.Context, r *Run) {
	err := q.work(ctx, r)
	if err == nil && r.done {
		return
	}
	if err != nil {
		slog.Warn("job failed", "job", r.Name, "id", r.ID, "attempt", r.Attempt, "err", err)
		q.mu.Lock()
		q.failed++
		q.mu.Unlock()
	}
	// The server may be stopping: what was done is still put away.
	if err := q.putAway(context.WithoutCancel(ctx), r, err); err != nil {
		slog.Error("job not put away", "job", r.Name, "id", r.ID, "err", err)
	}
}

func (q *Queue) work(ctx context.Context, r *Run) (err error) {
	w := q.workers[r.Name]
	if w == nil {
		return fmt.Errorf("nobody knows how to do %s", r.Name)
	}
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	ctx, visit := q.door.Visit(ctx)
	defer func() {
		switch broke := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("broke down: %w\n%s", broke, debug.Stack())
		default: // its text may hold content: the log says where, and not with what
			err = fmt.Errorf("broke down: %T\n%s", broke, debug.Stack())
		}
		err = errors.Join(err, visit.Settle()) // what a worker read that fell over was read too
	}()
	return w(ctx, r)
}

// backoff is how long to wait after the given attempt: 5 s, doubling, to an hour.
func backoff(attempt int64) time.Duration {
	return min(5*time.Second<<min(attempt-1, 20), time.Hour)
}

func newLease() string { return rand.Text() }

func (q *Queue) actor(practice string) access.Actor { return access.System(practice, "queue") }

// due returns some jobs whose time has come and that nobody is at.
func (q *Queue) due(ctx context.Context) ([]*Run, error) {
	tx, err := q.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, selectDue, tx.Now.UnixMicro(), atOnce)
	if err != nil {
		return nil, fmt.Errorf("read jobs: %w", err)
	}
	defer rows.Close()

	var all []*Run
	for rows.Next() {
		r := new(Run)
		var args string
		if err := rows.Scan(&r.Practice, &r.ID, &r.Name, &args); err != nil {
			return nil, fmt.Errorf("read job: %w", err)
		}
		if err := json.Unmarshal([]byte(args), &r.Args); err != nil {
			slog.Error("job cannot be read", "job", r.Name, "id", r.ID)
			continue // and must not keep the others from being done
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// take leases r to this process, unless somebody was quicker.
func (q *Queue) take(ctx context.Context, r *Run) (bool, error) {
	ctx, _ = q.door.Visit(ctx)
	tx, err := q.door.Begin(ctx, q.actor(r.Practice), access.RunJob, access.Operations)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	r.lease = newLease()
	if taken, err := hold(ctx, tx, r); !taken || err != nil {
		return false, err
	}
	tx.Names(r.Name + " " + r.ID)
	return true, tx.Commit()
}

// putAway ends r, or, if it failed or comes round again, sets when it is next.
func (q *Queue) putAway(ctx context.Context, r *Run, failed error) error {
	ctx, _ = q.door.Visit(ctx)
	tx, err := q.door.Begin(ctx, q.actor(r.Practice), access.RunJob, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	next, again := q.next(r, failed, tx.Now)
	if !again {
		if err := r.Done(ctx, tx); err != nil {
			return err
		}
		return tx.Commit()
	}
	attempt := r.Attempt
	if failed == nil {
		attempt = 0
	}
	if failed != nil && next.Before(rest) {
		err = putBack(ctx, tx, r, next, attempt)
	} else {
		err = putBackOver(ctx, tx, r, next, attempt)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func (q *Queue) next(r *Run, failed error, now time.Time) (at time.Time, again bool) {
	if failed != nil && r.Attempt < attempts {
		return now.Add(backoff(r.Attempt)), true
	}
	for _, round := range q.rounds {
		if round.name == r.Name {
			return now.Add(round.every), true
		}
	}
	if failed != nil {
		return rest, true
	}
	return time.Time{}, false
}

// Begin puts the recurring jobs of practice into the queue, unless they are
// there, and has those that rest tried anew, as if for the first time: whoever
// starts the server has most likely mended something.
func (q *Queue) Begin(ctx context.Context, practice string) error {
	ctx, visit := q.door.Visit(ctx)
	tx, err := q.door.Begin(ctx, q.actor(practice), access.RunJob, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, r := range q.rounds {
		if err := Enqueue(ctx, tx, Job{Name: r.name, Key: "round", At: tx.Now.Add(r.every)}); err != nil {
			return err
		}
	}
	if err := wake(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return visit.Settle()
}

// Waiting is how many jobs wait, and how many of them rest after failing too often.
func (q *Queue) Waiting(ctx context.Context) (waiting, resting int64, err error) {
	tx, err := q.door.Glance(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer tx.Rollback()

	if err := tx.QueryRow(ctx, selectWaiting, rest.UnixMicro()).Scan(&waiting, &resting); err != nil {
		return 0, 0, fmt.Errorf("count jobs: %w", err)
	}
	return waiting, resting, nil
}
