package outcome

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/fault"
)

func asFault(err error) (*fault.Error, bool) {
	var f *fault.Error
	ok := errors.As(err, &f)
	return f, ok
}

// learnedIn is what stands in the newest version.
func (w world) learnedIn(t *testing.T) (v Version) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		v, err = w.of.readNewest(ctx, w.learner())
		return err
	})
	return v
}

func TestThePracticeLearnsFromThoseWhoSaidYes(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		w.many(t, 15, false) // who were never asked
		w.night(t)
		if _, ok := w.of.Prior(w.Practice, "phq-9"); ok || w.Count(t, `SELECT count(*) FROM learned`) != 0 {
			t.Fatal("something was learned from people who did not say yes")
		}
		w.many(t, LeastLearned-1, true)
		w.night(t)
		if n := w.Count(t, `SELECT count(*) FROM learned`); n != 0 {
			t.Fatalf("%d versions were learned from fewer than %d", n, LeastLearned)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE action = 'episodes.learn' AND detail <> ''`); n != 0 {
			t.Errorf("records were opened %d times, and nothing could be learned", n)
		}
		last := w.many(t, 1, true)[0]
		w.night(t)
		v := w.learnedIn(t)
		if v.Number != 1 || v.Episodes != LeastLearned || len(v.Learned) != 2 {
			t.Fatalf("learned: %+v", v)
		}
		p, ok := w.of.Prior(w.Practice, "phq-9")
		if !ok || p.ID != "phq-9.practice.1" || p.N != LeastLearned || p.Check() != nil || !strings.Contains(p.Sample, "10 finished pieces of work") {
			t.Errorf("the prior: %+v", p)
		}
		if _, ok := w.of.Prior("otherhouse", "phq-9"); ok {
			t.Error("another practice has learned it too")
		}

		// It is what course.Learn says of the same scores.
		shipped, _ := course.Shipped("phq-9")
		var ln course.Learner
		for i := range LeastLearned {
			start := float64(12 + i%9)
			if i == LeastLearned-1 {
				start = 12
			}
			for _, m := range []course.Moment{{Week: 0, Score: start}, {Week: 4, Score: start - 3}, {Week: 12, Score: start - 9}} {
				if err := ln.Add(string(rune('a'+i)), m); err != nil {
					t.Fatal(err)
				}
			}
		}
		want, err := ln.Learn(&shipped, course.UsualWeights)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			if math.Abs(p.Mean[i]-want.Mean[i]) > 1e-6 {
				t.Errorf("mean: got %v, want %v", p.Mean, want.Mean)
			}
		}

		// The client reads that it happened, and who did not say yes was not opened.
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, last, access.ReadOpenings, access.ClientRecord(last.ID))
			if err != nil {
				return err
			}
			defer tx.Rollback()
			all, err := tx.Openings(ctx, 100)
			if !slices.ContainsFunc(all, func(o access.Opening) bool { return o.Action == access.LearnFrom && o.Allowed }) {
				t.Errorf("the client is not told: %+v", all)
			}
			return err
		})
		// The next night nothing has changed, and nothing is opened.
		before := w.Count(t, `SELECT count(*) FROM audit WHERE action = 'episodes.learn' AND detail <> ''`)
		w.night(t)
		if after := w.Count(t, `SELECT count(*) FROM audit WHERE action = 'episodes.learn' AND detail <> ''`); after != before || w.learnedIn(t).Number != 1 {
			t.Errorf("a night without news opened records %d times", after-before)
		}
		w.NotOnDisk(t, `"sigma2"`)
	})
}

func TestWhoSaysNoIsInNoNewVersion(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		all := w.many(t, LeastLearned+2, true)
		w.night(t)
		first := w.learnedIn(t)
		w.many(t, together-1, true)
		w.night(t)
		if got := w.learnedIn(t); got.Number != 1 {
			t.Fatalf("%d more made version %d", together-1, got.Number)
		}
		w.says(t, all[0], AboutLearning, false, 1)
		w.night(t)
		got := w.learnedIn(t)
		if got.Number != 2 || got.Episodes != LeastLearned+2+together-1-1 {
			t.Errorf("after a no: version %d from %d", got.Number, got.Episodes)
		}
		if n := w.Count(t, `SELECT count(*) FROM learned`); n != 2 {
			t.Errorf("%d versions are kept, want 2", n)
		}
		if cmp.Equal(first.Learned[0].Prior.Mean, got.Learned[0].Prior.Mean) {
			t.Error("the numbers are the same without them")
		}
		if n := w.Count(t, `SELECT count(*) FROM learned_from WHERE compartment = $1`, string(access.ClientRecord(all[0].ID))); n != 0 {
			t.Error("their work is still noted as learned from")
		}

		// Erased is taken out too; and with too few, nothing is learned any more.
		for _, c := range all[1:8] {
			w.Exec(t, `DELETE FROM episode WHERE compartment = $1`, string(access.ClientRecord(c.ID)))
			w.Exec(t, `DELETE FROM learned_from WHERE compartment = $1`, string(access.ClientRecord(c.ID)))
		}
		w.night(t)
		got = w.learnedIn(t)
		if got.Number != 3 || len(got.Learned) != 0 {
			t.Errorf("with too few: version %d with %d", got.Number, len(got.Learned))
		}
		if _, ok := w.of.Prior(w.Practice, "phq-9"); ok {
			t.Error("what was learned from more is still in force")
		}
		w.AuditHolds(t)
	})
}

func TestTheNightComesOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		all := w.many(t, LeastLearned, true)
		w.night(t)
		w.says(t, all[0], AboutLearning, false, 1)
		w.many(t, LeastLearned, true)
		// Another node, in the same night.
		other := New(w.Door, w.of.measures)
		w.Do(t, func(ctx context.Context) error { return other.learn(ctx, w.learner()) })
		w.Do(t, func(ctx context.Context) error { return other.count(ctx, w.counter()) })
		if got := w.learnedIn(t); got.Number != 1 {
			t.Errorf("a second run of the same night made version %d", got.Number)
		}
		// What was worked out from work that is not there any more is not kept.
		w.Clock.Pass(24 * time.Hour)
		ctx, settle := w.Visit(t)
		v, from, err := w.of.relearned(ctx, w.learner())
		if err != nil || v == nil {
			t.Fatalf("nothing to learn: %v", err)
		}
		settle()
		w.says(t, all[1], AboutLearning, false, 1)
		ctx, settle = w.Visit(t)
		if err := w.of.keepLearned(ctx, w.learner(), v, from); !errors.Is(err, errMeanwhile) {
			t.Errorf("who said no meanwhile was learned from: %v", err)
		}
		settle()
		w.Do(t, func(ctx context.Context) error { return w.of.learn(ctx, w.learner()) })
		if got := w.learnedIn(t); got.Number != 2 || got.Episodes != 2*LeastLearned-2 {
			t.Errorf("tried again: version %d from %d", got.Number, got.Episodes)
		}
	})
}

func TestTheReportCountsASettledQuarterOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		all := w.many(t, 24, false) // in November 2026
		w.says(t, all[0], AboutReport, false, 0)
		w.night(t)
		if got := w.report(t); len(got) != 0 {
			t.Fatalf("a quarter that goes on is counted: %+v", got)
		}
		w.Clock.Pass(42 * 24 * time.Hour) // January
		w.night(t)
		if got := w.report(t); len(got) != 0 {
			t.Fatalf("a quarter that has not settled is counted: %+v", got)
		}
		w.Clock.Pass(30 * 24 * time.Hour)
		w.night(t)
		got := w.report(t)
		if len(got) != 1 || got[0].Period() != "October to December 2026" || got[0].Counts[Measured] != (Count{23, true}) || got[0].Weeks != 45 {
			t.Fatalf("the report: %+v", got)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE action = 'episodes.count' AND detail LIKE '%'||$1||'%'`, all[0].ID); n != 0 {
			t.Error("the work of somebody who said no was opened")
		}
		// Noted late, it goes into the next table, and this one stays as it is.
		w.many(t, 3, false)
		w.night(t)
		if again := w.report(t); !cmp.Equal(got, again) {
			t.Errorf("a table changed:\n%s", cmp.Diff(got, again))
		}
		// Who says no later takes the whole table away, at once, and for good.
		w.says(t, all[1], AboutReport, false, 0)
		if again := w.report(t); len(again) != 1 || !again[0].Withdrawn || again[0].Counts != (Counts{}) {
			t.Errorf("after a no: %+v", again)
		}
		w.night(t)
		if n := w.Count(t, `SELECT count(*) FROM report WHERE length(sealed) > 0`); n != 0 {
			t.Error("what was counted is still kept")
		}
		w.says(t, all[1], AboutReport, true, 1)
		w.night(t)
		if again := w.report(t); len(again) != 1 || !again[0].Withdrawn {
			t.Errorf("a table was counted anew: %+v", again)
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := w.of.Report(ctx, w.Clinician)
			return err
		})
		w.AuditHolds(t)
	})
}

func TestAnErasedClientLeavesTheReport(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		all := w.many(t, 20, true)
		w.Clock.Pass(80 * 24 * time.Hour)
		w.night(t)
		if got := w.report(t); len(got) != 1 || got[0].Withdrawn {
			t.Fatalf("the report: %+v", got)
		}
		w.Do(t, func(ctx context.Context) error {
			manager := w.Manager
			tx, err := w.Door.Begin(ctx, manager, access.EraseClient, access.ClientRecord(all[3].ID))
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := access.EraseRows(ctx, tx, access.ClientRecord(all[3].ID)); err != nil {
				return err
			}
			return tx.Commit()
		})
		if got := w.report(t); !got[0].Withdrawn {
			t.Errorf("after erasing: %+v", got)
		}
		w.night(t)
		if v := w.learnedIn(t); v.Number != 2 || v.Episodes != 19 {
			t.Errorf("after erasing: version %d from %d", v.Number, v.Episodes)
		}
	})
}
