package job_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/waytest"
)

func keyed(n string) job.Job {
	return job.Job{Name: "work", Key: "k", Args: map[string]string{"n": n}}
}

// TestWhatIsAskedForWhileTheSameIsDoneIsDoneAfterwards asks again while a worker
// is at it, whether it ends its job itself or leaves that to the queue.
func TestWhatIsAskedForWhileTheSameIsDoneIsDoneAfterwards(t *testing.T) {
	for name, ends := range map[string]bool{"the worker ends it": true, "the queue ends it": false} {
		t.Run(name, func(t *testing.T) {
			waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
				q := job.New(w.Door)
				var done []string
				q.Handle("work", func(ctx context.Context, run *job.Run) error {
					done = append(done, run.Args["n"])
					if len(done) == 1 {
						enqueue(t, w, true, keyed("2"))
						enqueue(t, w, false, keyed("never"))
						enqueue(t, w, true, keyed("3"))
					}
					if run.Attempt != 1 {
						t.Errorf("%s was begun for the %d. time", run.Args["n"], run.Attempt)
					}
					if !ends {
						return nil
					}
					return doing(w.Door)(ctx, run)
				})
				enqueue(t, w, true, keyed("1"))
				if drain(t, q); !slices.Equal(done, []string{"1", "3"}) {
					t.Errorf("done %v, want the first, and then the newest of those that came meanwhile", done)
				}
				if n := w.Count(t, `SELECT count(*) FROM job`); n != 0 {
					t.Errorf("%d jobs are left", n)
				}
				w.AuditHolds(t)
			})
		})
	}
}

func TestWhatIsAskedForWhileTheSameFailsIsDoneOnceItHasSucceeded(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := job.New(w.Door)
		var done []string
		fail := true
		q.Handle("work", func(_ context.Context, run *job.Run) error {
			if fail {
				fail = false
				enqueue(t, w, true, keyed("2"))
				return errors.New("not now")
			}
			done = append(done, run.Args["n"])
			return nil
		})
		enqueue(t, w, true, keyed("1"))
		drain(t, q)
		w.Clock.Pass(time.Minute)
		if drain(t, q); !slices.Equal(done, []string{"1", "2"}) {
			t.Errorf("done %v, want both", done)
		}
	})
}

func TestWhatIsAskedForWhileTheSameWaitsIsDoneAtOnceAndAsItWasAskedLast(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := job.New(w.Door)
		var done []string
		q.Handle("work", func(_ context.Context, run *job.Run) error {
			done = append(done, run.Args["n"])
			return nil
		})
		later := keyed("later")
		later.At = w.Clock.Now().Add(time.Hour)
		enqueue(t, w, true, later, keyed("now"))
		if drain(t, q); !slices.Equal(done, []string{"now"}) {
			t.Errorf("done %v", done)
		}
		later.At = w.Clock.Now().Add(time.Hour)
		enqueue(t, w, true, keyed("now"), later)
		if drain(t, q); !slices.Equal(done, []string{"now", "later"}) {
			t.Errorf("done %v: asking for it later put off what was to be done now", done)
		}
	})
}

func TestWhatIsAskedForWhileTheSameRestsIsTriedAnew(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := job.New(w.Door)
		var done []string
		q.Handle("work", func(_ context.Context, run *job.Run) error {
			if run.Args["n"] == "1" {
				return errors.New("never")
			}
			done = append(done, run.Args["n"])
			return nil
		})
		enqueue(t, w, true, keyed("1"))
		for range job.Attempts {
			drain(t, q)
			w.Clock.Pass(time.Hour)
		}
		if _, resting, err := q.Waiting(t.Context()); err != nil || resting != 1 {
			t.Fatalf("%d rest, %v", resting, err)
		}
		enqueue(t, w, true, keyed("2"))
		if drain(t, q); !slices.Equal(done, []string{"2"}) {
			t.Errorf("done %v", done)
		}
	})
}

// TestWhatIsAskedForInTheLastTryBeforeARestIsTried has the worker fail for good.
func TestWhatIsAskedForInTheLastTryBeforeARestIsTried(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := job.New(w.Door)
		var done []string
		q.Handle("work", func(_ context.Context, run *job.Run) error {
			if run.Args["n"] == "2" {
				done = append(done, "2")
				return nil
			}
			if run.Attempt == job.Attempts {
				enqueue(t, w, true, keyed("2"))
			}
			return errors.New("never")
		})
		enqueue(t, w, true, keyed("1"))
		for range job.Attempts {
			drain(t, q)
			w.Clock.Pass(time.Hour)
		}
		if !slices.Equal(done, []string{"2"}) {
			t.Errorf("done %v", done)
		}
	})
}

// TestWhatIsAskedForAfterAServerDiedIsNotLostToTheOneThatTakesOver checks the
// case that the first of them is still alive, and ends what is not its any more.
func TestWhatIsAskedForAfterAServerDiedIsNotLostToTheOneThatTakesOver(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		slow, other := job.New(w.Door), job.New(w.Door)
		var done []string
		other.Handle("work", func(_ context.Context, run *job.Run) error {
			done = append(done, run.Args["n"])
			return nil
		})
		slow.Handle("work", func(ctx context.Context, run *job.Run) error {
			w.Clock.Pass(job.Lease)
			enqueue(t, w, true, keyed("2"))
			drain(t, other)
			tx, err := w.Door.Begin(ctx, access.System(run.Practice, "queue"), access.RunJob, access.Operations)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := run.Done(ctx, tx); err == nil {
				t.Error("who lost the lease ended the job")
			}
			return nil
		})
		enqueue(t, w, true, keyed("1"))
		drain(t, slow)
		if !slices.Contains(done, "2") {
			t.Errorf("done %v: the newest is lost", done)
		}
	})
}
