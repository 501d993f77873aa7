package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/waytest"
)

// enqueue queues all, and keeps them or not.
func enqueue(t *testing.T, w *waytest.World, keep bool, all ...job.Job) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		tx, err := w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		for _, j := range all {
			if err := job.Enqueue(ctx, tx, j); err != nil {
				return err
			}
		}
		if !keep {
			return nil
		}
		return tx.Commit()
	})
}

func drain(t *testing.T, q *job.Queue) int {
	t.Helper()
	runs, err := q.Drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// effect notes in tx that the run was done: a row that may be there once only.
func effect(ctx context.Context, tx *access.Tx, n string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO letter (practice, id, compartment, made_at, sent_at, sealed) VALUES ($1, $2, '', 0, 0, $3)`,
		tx.Practice, n, []byte{})
	return err
}

// doing is a worker that makes its effect and ends its job in one transaction.
func doing(door *access.Door) job.Worker {
	return func(ctx context.Context, run *job.Run) error {
		tx, err := door.Begin(ctx, access.System(run.Practice, "queue"), access.RunJob, access.Operations)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := effect(ctx, tx, run.Args["n"]); err != nil {
			return err
		}
		if err := run.Done(ctx, tx); err != nil {
			return err
		}
		return tx.Commit()
	}
}

func nth(n int) job.Job {
	return job.Job{Name: "work", Args: map[string]string{"n": fmt.Sprint(n)}}
}

func TestAJobIsQueuedWithItsTransactionOrNotAtAll(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := job.New(w.Door)
		done := 0
		q.Handle("work", func(_ context.Context, run *job.Run) error {
			if run.Args["n"] != "2" || run.Attempt != 1 || run.Practice != w.Practice {
				t.Errorf("got %+v", run)
			}
			done++
			return nil
		})
		enqueue(t, w, false, nth(1))
		enqueue(t, w, true, nth(2))
		if drain(t, q) != 1 || done != 1 || drain(t, q) != 0 {
			t.Errorf("done %d times, want once", done)
		}
		if n := w.Count(t, `SELECT count(*) FROM job`); n != 0 {
			t.Errorf("%d jobs are left", n)
		}
		w.AuditHolds(t)
	})
}

func TestTheSameKeyWaitsOnce(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := job.New(w.Door)
		q.Handle("work", func(context.Context, *job.Run) error { return nil })
		q.Handle("other", func(context.Context, *job.Run) error { return nil })
		keyed := job.Job{Name: "work", Key: "k"}
		enqueue(t, w, true, keyed, keyed, job.Job{Name: "other", Key: "k"}, job.Job{Name: "work"}, job.Job{Name: "work"})
		if runs := drain(t, q); runs != 4 {
			t.Errorf("%d runs, want 4", runs)
		}
		enqueue(t, w, true, keyed)
		if runs := drain(t, q); runs != 1 {
			t.Errorf("after it was done: %d runs, want 1", runs)
		}
	})
}

func TestAJobWaitsForItsTimeAndForItsLeaseToEnd(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		first, second := job.New(w.Door), job.New(w.Door)
		taken := 0
		var died *job.Run
		first.Handle("work", func(context.Context, *job.Run) error {
			taken++
			// The other queue looks meanwhile, as another node would.
			if drain(t, second) != 0 {
				t.Error("a job that somebody is at was taken up")
			}
			return nil
		})
		second.Handle("work", func(_ context.Context, run *job.Run) error { died = run; return nil })
		later := nth(1)
		later.At = w.Clock.Now().Add(time.Hour)
		enqueue(t, w, true, later)
		if drain(t, first) != 0 {
			t.Error("done before its time")
		}
		w.Clock.Pass(time.Hour)
		if drain(t, first) != 1 || taken != 1 {
			t.Error("not done at its time")
		}

		// A node that took a job up and died.
		enqueue(t, w, true, nth(2))
		w.Exec(t, `UPDATE job SET lease = 'dead', lease_until = $1, attempt = 1`, w.Clock.Now().Add(job.Lease).UnixMicro())
		w.Clock.Pass(job.Lease - time.Microsecond)
		if drain(t, second) != 0 {
			t.Error("taken over before the lease ended")
		}
		w.Clock.Pass(time.Microsecond)
		if drain(t, second) != 1 || died == nil || died.Attempt != 2 {
			t.Errorf("not taken over when the lease had ended: %+v", died)
		}
	})
}

func TestWhoLostTheLeaseCannotEndTheJob(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		slow, quick := job.New(w.Door), job.New(w.Door)
		quick.Handle("work", doing(w.Door))
		slow.Handle("work", func(ctx context.Context, run *job.Run) error {
			w.Clock.Pass(job.Lease)
			if drain(t, quick) != 1 {
				t.Error("not taken over")
			}
			run.Args["n"] = "again"
			return doing(w.Door)(ctx, run)
		})
		enqueue(t, w, true, nth(1))
		drain(t, slow)
		if n := w.Count(t, `SELECT count(*) FROM letter`); n != 1 {
			t.Errorf("the job had %d effects, want 1", n)
		}
		if n := w.Count(t, `SELECT count(*) FROM job`); n != 0 {
			t.Errorf("%d jobs are left", n)
		}
	})
}

// Whoever is slow comes back while the other is still at it: neither what they did nor that
// they failed ends or puts back what is the other's now.
func TestWhoLostTheLeaseLeavesItToWhoHasIt(t *testing.T) {
	for name, ends := range map[string]func(w *waytest.World) job.Worker{
		"done": func(w *waytest.World) job.Worker { return doing(w.Door) },
		"failed": func(*waytest.World) job.Worker {
			return func(context.Context, *job.Run) error { return errors.New("no") }
		},
		"panics": func(*waytest.World) job.Worker { return func(context.Context, *job.Run) error { panic("no") } },
	} {
		t.Run(name, func(t *testing.T) {
			waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
				slow, quick := job.New(w.Door), job.New(w.Door)
				inside, goOn, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
				quick.Handle("work", func(ctx context.Context, run *job.Run) error {
					close(inside)
					<-goOn
					return doing(w.Door)(ctx, run)
				})
				slow.Handle("work", func(ctx context.Context, run *job.Run) error {
					w.Clock.Pass(job.Lease)
					go func() {
						_, err := quick.Drain(t.Context())
						done <- err
					}()
					<-inside
					run.Args["n"] = "again"
					return ends(w)(ctx, run)
				})
				enqueue(t, w, true, nth(1))
				drain(t, slow)
				if n := w.Count(t, `SELECT count(*) FROM job WHERE lease <> ''`); n != 1 {
					t.Errorf("%d jobs are somebody's, want the one that is being done", n)
				}
				close(goOn)
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				if n := w.Count(t, `SELECT count(*) FROM letter`); n != 1 {
					t.Errorf("the job had %d effects, want 1", n)
				}
				if n := w.Count(t, `SELECT count(*) FROM job`); n != 0 {
					t.Errorf("%d jobs are left", n)
				}
			})
		})
	}
}

func TestTwoQueuesNeverRunTheSameJob(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		const jobs = 60
		for n := range jobs {
			enqueue(t, w, true, nth(n))
		}
		var runs atomic.Int64
		var at sync.Map
		var wg sync.WaitGroup
		for range 4 {
			q := job.New(w.Door)
			q.Handle("work", func(_ context.Context, run *job.Run) error {
				if _, twice := at.LoadOrStore(run.ID, true); twice {
					t.Errorf("job %s was run twice", run.Args["n"])
				}
				return nil
			})
			wg.Go(func() {
				n, err := q.Drain(t.Context())
				if err != nil {
					t.Error(err)
				}
				runs.Add(int64(n))
			})
		}
		wg.Wait()
		if runs.Load() != jobs {
			t.Errorf("%d runs of %d jobs", runs.Load(), jobs)
		}
	})
}

func TestWhatFailsIsTriedAgainLaterAndThenRests(t *testing.T) {
	for attempt, want := range map[int64]time.Duration{
		1: 5 * time.Second, 2: 10 * time.Second, 3: 20 * time.Second, 9: 1280 * time.Second, 10: 2560 * time.Second,
		11: time.Hour, 12: time.Hour, 60: time.Hour, 1 << 40: time.Hour,
	} {
		if got := job.Backoff(attempt); got != want {
			t.Errorf("after attempt %d: %v, want %v", attempt, got, want)
		}
	}
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := job.New(w.Door)
		q.Handle("work", func(context.Context, *job.Run) error { return errors.New("no") })
		enqueue(t, w, true, nth(1))
		began := w.Clock.Now()
		for attempt := int64(1); attempt <= job.Attempts; attempt++ {
			if drain(t, q) != 1 {
				t.Fatalf("attempt %d did not come", attempt)
			}
			w.Clock.Pass(job.Backoff(attempt) - time.Microsecond)
			if drain(t, q) != 0 {
				t.Fatalf("attempt %d came too soon", attempt+1)
			}
			w.Clock.Pass(time.Microsecond)
		}
		if tried := w.Clock.Now().Sub(began); tried < 72*time.Hour {
			t.Errorf("given up after %v: a mail server may be away for a weekend", tried)
		}
		if waiting, resting, err := q.Waiting(t.Context()); waiting != 1 || resting != 1 || err != nil {
			t.Errorf("waiting %d, resting %d, %v", waiting, resting, err)
		}
		if q.Failed() != job.Attempts {
			t.Errorf("%d failures counted", q.Failed())
		}
		// The server is started again, and what was wrong has been mended.
		if err := q.Begin(t.Context(), w.Practice); err != nil {
			t.Fatal(err)
		}
		if waiting, resting, err := q.Waiting(t.Context()); waiting != 1 || resting != 0 || err != nil {
			t.Errorf("after a start: waiting %d, resting %d, %v", waiting, resting, err)
		}
		if drain(t, q) != 1 {
			t.Error("after a start it was not tried anew")
		}
		w.Clock.Pass(job.Backoff(1))
		q.Handle("work", doing(w.Door))
		if drain(t, q) != 1 {
			t.Error("it was not tried as often as at first")
		}
		if waiting, _, err := q.Waiting(t.Context()); waiting != 0 || err != nil {
			t.Errorf("done: %d wait, %v", waiting, err)
		}
	})
}

func TestAWorkerThatFallsOverHarmsNobodyAndWhatItReadIsWrittenDown(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		var said lines
		defer slog.SetDefault(slog.Default())
		slog.SetDefault(slog.New(slog.NewTextHandler(&said, nil)))
		q := job.New(w.Door)
		q.Handle("panic", func(ctx context.Context, _ *job.Run) error {
			tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadMeasures, w.Client)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			panic("content of a record")
		})
		q.Handle("work", doing(w.Door))
		enqueue(t, w, true, job.Job{Name: "panic"}, nth(1), job.Job{Name: "nobody knows this"})
		if runs := drain(t, q); runs != 3 {
			t.Errorf("%d runs, want 3", runs)
		}
		if n := w.Count(t, `SELECT count(*) FROM letter`); n != 1 {
			t.Error("the job after the one that fell over was not done")
		}
		if n := w.Count(t, `SELECT count(*) FROM job`); n != 2 {
			t.Errorf("%d jobs wait to be tried again, want 2", n)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE action = 'measure.read'`); n != 1 {
			t.Error("what the worker opened before it fell over is not in the log")
		}
		if all := said.String(); !strings.Contains(all, "job_test.go:") || strings.Contains(all, "content of a record") {
			t.Errorf("the operator reads where it fell over, and not with what:\n%s", all)
		}
	})
}

// lines are what was logged.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestAJobThatCannotBeReadDoesNotStopTheOthers(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := job.New(w.Door)
		q.Handle("work", doing(w.Door))
		enqueue(t, w, true, nth(1), nth(2))
		w.Exec(t, `UPDATE job SET args = '{' WHERE args = '{"n":"1"}'`)
		if runs := drain(t, q); runs != 1 {
			t.Errorf("%d runs, want 1", runs)
		}
	})
}

func TestRoundsComeAgainAndAgain(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := job.New(w.Door)
		runs, fail := 0, false
		q.Every("round", time.Hour, func(context.Context, *job.Run) error {
			runs++
			if fail {
				return errors.New("no")
			}
			return nil
		})
		for range 2 { // each start begins them
			if err := q.Begin(t.Context(), w.Practice); err != nil {
				t.Fatal(err)
			}
		}
		drain(t, q)
		if runs != 0 {
			t.Error("the first came at once")
		}
		for range 3 {
			w.Clock.Pass(time.Hour)
			drain(t, q)
			drain(t, q)
		}
		if runs != 3 {
			t.Errorf("%d rounds in three hours", runs)
		}
		fail = true
		for attempt := range job.Attempts {
			w.Clock.Pass(time.Hour)
			drain(t, q)
			if runs != 4+attempt {
				t.Fatalf("a round that fails came %d times", runs-3)
			}
		}
		fail = false
		w.Clock.Pass(time.Hour)
		drain(t, q)
		if runs != 4+job.Attempts {
			t.Error("a round that failed often came no more")
		}
	})
}

// TestKilledInTheMiddleOfItsWorkEachJobHasItsEffectOnce kills a real process
// that works on a queue, again and again, and looks what became of the jobs.
func TestKilledInTheMiddleOfItsWorkEachJobHasItsEffectOnce(t *testing.T) {
	if w := waytest.Inside(t); w != nil {
		q := job.New(w.Door)
		do := doing(w.Door)
		q.Handle("work", func(ctx context.Context, run *job.Run) error {
			err := do(ctx, run)
			fmt.Println("did", run.Args["n"])
			return err
		})
		fmt.Println("begun")
		for {
			if _, err := q.Drain(t.Context()); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
			time.Sleep(time.Millisecond)
		}
	}
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		const jobs, rounds = 3000, 5
		var all []job.Job
		for n := range jobs {
			all = append(all, nth(n))
		}
		enqueue(t, w, true, all...)
		said := 0
		for range rounds {
			for _, line := range w.Child(t, "TestKilledInTheMiddleOfItsWorkEachJobHasItsEffectOnce", 150*time.Millisecond) {
				if n, ok := strings.CutPrefix(line, "did "); ok {
					said++
					if w.Count(t, `SELECT count(*) FROM letter WHERE id = $1`, n) != 1 {
						t.Fatalf("job %s was done, and its effect is not there", n)
					}
				}
			}
			// What the dead process had leased is taken over once the lease ends.
			w.Exec(t, `UPDATE job SET lease_until = 0`)
		}
		if left := w.Count(t, `SELECT count(*) FROM job`); said == 0 || left == 0 || left+w.Count(t, `SELECT count(*) FROM letter`) != jobs {
			t.Errorf("%d said to be done, %d jobs left, %d effects, of %d", said, left, w.Count(t, `SELECT count(*) FROM letter`), jobs)
		}
		// What remains is done in peace. A second effect would fail its job.
		q := job.New(w.Door)
		q.Handle("work", doing(w.Door))
		w.Exec(t, `DELETE FROM job WHERE id IN (SELECT id FROM job ORDER BY id DESC LIMIT $1)`, max(0, w.Count(t, `SELECT count(*) FROM job`)-200))
		left := w.Count(t, `SELECT count(*) FROM job`)
		w.Clock.Pass(24 * 365 * time.Hour) // the dead process lived by the clock on the wall
		if runs := drain(t, q); runs != left || q.Failed() != 0 {
			t.Errorf("%d runs of %d, %d failed", runs, left, q.Failed())
		}
		w.AuditHolds(t)
	})
}
