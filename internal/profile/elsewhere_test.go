package profile_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestAFirstConsultationIsNotFreeWhereItsClinicianIsBusyElsewhere(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		w.Do(t, func(ctx context.Context) error {
			_, _, err := ps.Keep(ctx, w.Clinician, 0, ines())
			return errors.Join(err, second(ps.Publish(ctx, w.Clinician, 1)))
		})
		var made []profile.Time
		w.Do(t, func(ctx context.Context) (err error) {
			made, _, err = ps.Offer(ctx, w.Clinician, filled(profile.Offer{Weeks: 4}), london)
			return err
		})
		free := func() (n int) {
			w.Do(t, func(ctx context.Context) error {
				tx, err := w.Door.Begin(ctx, access.Anyone(w.Practice), access.ReadPublic, access.Operations)
				if err != nil {
					return err
				}
				defer tx.Rollback()
				all, err := profile.Free(ctx, tx, w.Clinician.ID, 100)
				n = len(all)
				return err
			})
			return n
		}
		before := free()
		first := made[0].Start
		w.Exec(t, `INSERT INTO busy_time (practice, compartment, origin, starts_at, ends_at) VALUES ($1, $2, 'elsewhere', $3, $4)`,
			w.Practice, string(access.PersonRecord(w.Clinician.ID)), first.Add(-time.Hour).UnixMicro(), first.Add(time.Minute).UnixMicro())
		if after := free(); before < 2 || after != before-1 {
			t.Errorf("%d free, and %d when the clinician is busy elsewhere", before, after)
		}
	})
}
