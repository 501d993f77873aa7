package hour_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/hour"
)

func TestSummariesAreReadByBothAndNoMoreOnceTheyAreTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.planned(t, time.Hour)
		share := func(revision int64, text string) {
			t.Helper()
			w.Do(t, func(ctx context.Context) error {
				tx, err := w.Door.Begin(ctx, w.Clinician, access.ShareNote, w.Client)
				if err != nil {
					return err
				}
				defer tx.Rollback()
				if _, err = hour.ShareIn(ctx, tx, hour.Share{SessionID: id, Revision: revision, Text: text}); err != nil {
					return err
				}
				return tx.Commit()
			})
		}
		of := func(actor access.Actor) (all []hour.Summary) {
			t.Helper()
			w.Do(t, func(ctx context.Context) (err error) {
				all, err = w.hs.Summaries(ctx, actor, w.Client)
				return err
			})
			return all
		}
		w.Clock.Pass(2 * time.Hour)
		share(0, canary)
		for _, actor := range []access.Actor{w.Clinician, w.Tomas} {
			if all := of(actor); len(all) != 1 || all[0].SessionID != id || all[0].Text != canary || all[0].By != w.Clinician.ID {
				t.Errorf("%s reads %+v", actor.ID, all)
			}
		}
		share(1, "")
		if all := of(w.Tomas); len(all) != 0 {
			t.Errorf("taken back, and still there: %+v", all)
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadHour, func(ctx context.Context) error {
				_, err := w.hs.Summaries(ctx, actor, w.Client)
				return err
			})
		}
	})
}
