package safety_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "We spoke on the phone, her brother stays tonight"

// raise raises a flag as measure does, inside a change by the client.
func raise(t *testing.T, w *waytest.World, answerID string) safety.Flag {
	t.Helper()
	var f safety.Flag
	w.Do(t, func(ctx context.Context) error {
		tx, err := w.Door.Begin(ctx, w.Tomas, access.GiveAnswer, w.Client)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		f, err = safety.Raise(ctx, tx, safety.Flag{
			AnswerID: answerID, Instrument: "phq-9", Version: "1", Items: []safety.Endorsed{{Item: "q9", Answer: 2}},
		})
		if err != nil {
			return err
		}
		return tx.Commit()
	})
	return f
}

func of(t *testing.T, w *waytest.World, flags *safety.Flags) []safety.Flag {
	t.Helper()
	var all []safety.Flag
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = flags.Of(ctx, w.Clinician, w.Client)
		return err
	})
	return all
}

func TestAFlagTellsWhoLearnedOfItAndWhen(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		flags := safety.New(w.Door)
		f := raise(t, w, "a1")
		if got := of(t, w, flags); len(got) != 1 || !cmp.Equal(got[0], f) {
			t.Errorf("raised: got %+v, want %+v", got, f)
		}
		w.Clock.Pass(time.Minute)
		told := w.Clock.Now()
		teller := access.System(w.Practice, "tell")
		q := job.New(w.Door)
		q.Handle(safety.Tell, func(ctx context.Context, run *job.Run) error {
			return flags.Told(ctx, access.System(run.Practice, "tell"), access.ClientRecord(run.Args["client"]), run.Args["flag"], w.Clinician.ID)
		})
		if n, err := q.Drain(t.Context()); err != nil || n != 1 || q.Failed() != 0 {
			t.Fatalf("drain: %d runs, %d failed, %v", n, q.Failed(), err)
		}
		w.Clock.Pass(time.Minute)
		seen := w.Clock.Now()
		for range 2 { // the first time counts
			w.Do(t, func(ctx context.Context) error { return flags.Seen(ctx, w.Clinician, w.Client, f.ID) })
			w.Do(t, func(ctx context.Context) error { return flags.Told(ctx, teller, w.Client, f.ID, w.Clinician.ID) })
			w.Clock.Pass(time.Hour)
		}
		got := of(t, w, flags)[0]
		if want := []safety.Notice{{PersonID: w.Clinician.ID, At: told}}; !cmp.Equal(got.Told, want) {
			t.Errorf("told: got %+v, want %+v", got.Told, want)
		}
		if want := []safety.Notice{{PersonID: w.Clinician.ID, At: seen}}; !cmp.Equal(got.Seen, want) {
			t.Errorf("seen: got %+v, want %+v", got.Seen, want)
		}
		w.Do(t, func(ctx context.Context) error {
			all, err := flags.ForClient(ctx, w.Tomas, w.Client)
			want := []safety.State{{FlagID: f.ID, AnswerID: "a1", RaisedAt: f.RaisedAt, ToldAt: told, SeenAt: seen, SeenBy: w.Clinician.ID}}
			if diff := cmp.Diff(want, all); diff != "" {
				t.Errorf("for the client (-want +got):\n%s", diff)
			}
			return err
		})
		w.AuditHolds(t)
	})
}

func TestAFlagIsClosedWithANoteOnlyAndKeepsEveryOne(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		flags := safety.New(w.Door)
		f := raise(t, w, "a1")
		closing := func(actor access.Actor, revision int64, note string) (safety.Flag, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return flags.Close(ctx, actor, w.Client, f.ID, revision, note)
		}
		for _, note := range []string{"", " \n\t ", strings.Repeat("a", safety.MaxNote+1), "a\x1bb"} {
			_, err := closing(w.Clinician, 1, note)
			var fe *fault.Error
			if !errors.As(err, &fe) || fe.Kind != fault.Invalid || fe.Field != "note" {
				t.Errorf("a note of %d bytes: got %v, want it refused", len(note), err)
			}
		}
		if got := of(t, w, flags)[0]; !got.Open() {
			t.Error("the flag was closed without a note")
		}
		for range 2 { // sending it twice is success
			if got, err := closing(w.Clinician, 1, canary); err != nil || got.Revision != 2 || got.Open() {
				t.Errorf("close: got %+v, %v", got, err)
			}
		}
		colleague := access.Actor{Practice: w.Practice, ID: "cara"}
		w.Grant(t, colleague, access.Operations, access.Clinician)
		w.Grant(t, colleague, w.Client, access.Treats)
		got, err := closing(colleague, 1, "I called too")
		if !fault.Is(err, fault.Conflict) || len(got.Closed) != 1 || got.Closed[0].Note != canary {
			t.Errorf("close from a stale revision: got %+v, %v, want a conflict and their note", got, err)
		}
		if _, err := closing(colleague, 2, "I called too"); err != nil {
			t.Errorf("a further note: %v", err)
		}
		all := of(t, w, flags)
		if len(all) != 1 || len(all[0].Closed) != 2 || all[0].Closed[0].Note != canary || all[0].Closed[1].By != "cara" || all[0].Revision != 3 {
			t.Errorf("history: got %+v", all)
		}
		w.NotOnDisk(t, canary)
	})
}

func TestTodayListsOpenFlagsOfOwnClientsOnly(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		flags := safety.New(w.Door)
		first := raise(t, w, "a1")
		w.Clock.Pass(time.Hour)
		second := raise(t, w, "a2")
		open := func(actor access.Actor) (ids []string) {
			w.Do(t, func(ctx context.Context) error {
				all, err := flags.Open(ctx, actor)
				for _, f := range all {
					ids = append(ids, f.ID)
				}
				return err
			})
			return ids
		}
		if got := open(w.Clinician); !cmp.Equal(got, []string{first.ID, second.ID}) {
			t.Errorf("open: got %v", got)
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := flags.Close(ctx, w.Clinician, w.Client, first.ID, 1, canary)
			return err
		})
		if got := open(w.Clinician); !cmp.Equal(got, []string{second.ID}) {
			t.Errorf("open after one was closed: got %v", got)
		}
		for _, a := range []access.Actor{w.Stranger, w.Manager, w.Tomas} {
			if got := open(a); got != nil {
				t.Errorf("open for %s: got %v, want none", a.ID, got)
			}
		}
	})
}

func TestFlagsAreClosedToOthers(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		flags := safety.New(w.Door)
		f := raise(t, w, "a1")
		for _, a := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor, access.System(w.Practice, "tell")} {
			w.Refused(t, a, access.ReadFlags, func(ctx context.Context) error {
				_, err := flags.Of(ctx, a, w.Client)
				return err
			})
			w.Refused(t, a, access.SeeFlag, func(ctx context.Context) error { return flags.Seen(ctx, a, w.Client, f.ID) })
			w.Refused(t, a, access.CloseFlag, func(ctx context.Context) error {
				_, err := flags.Close(ctx, a, w.Client, f.ID, 1, canary)
				return err
			})
		}
		for _, a := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, a, access.ReadMeasures, func(ctx context.Context) error {
				_, err := flags.ForClient(ctx, a, w.Client)
				return err
			})
		}
		for _, a := range []access.Actor{w.Clinician, w.Tomas, w.Stranger, access.System(w.Practice, "post")} {
			w.Refused(t, a, access.TellFlag, func(ctx context.Context) error { return flags.Told(ctx, a, w.Client, f.ID, "ines") })
		}
		ctx, settle := w.Visit(t)
		if err := flags.Seen(ctx, w.Clinician, w.Client, "none"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a flag that is not there: got %v, want not found", err)
		}
		settle()
	})
}
