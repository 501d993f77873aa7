package person_test

import (
	"context"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestWhoSupervisesWhomIsForTheManagerAlone(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		people := person.New(w.Door, nil, "http://localhost")
		w.Do(t, func(ctx context.Context) error {
			return people.SetSupervision(ctx, w.Manager, w.Supervisor.ID, w.Clinician.ID, true)
		})
		w.Do(t, func(ctx context.Context) error {
			all, err := people.Supervisions(ctx, w.Manager)
			want := person.Supervision{SupervisorID: w.Supervisor.ID, SuperviseeID: w.Clinician.ID, Since: waytest.Start}
			if len(all) != 1 || all[0] != want {
				t.Errorf("got %+v, want %+v", all, want)
			}
			return err
		})
		for _, actor := range []access.Actor{w.Clinician, w.Supervisor, w.Stranger, w.Tomas} {
			w.Refused(t, actor, access.ReadSupervisor, func(ctx context.Context) error {
				_, err := people.Supervisions(ctx, actor)
				return err
			})
		}
	})
}
