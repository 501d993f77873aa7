package person_test

import (
	"context"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestWhoSupervisesWhomIsForTheManagerAlone(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.Do(t, func(ctx context.Context) error {
			return p.SetSupervision(ctx, p.manager, p.sven.ID, p.ines.ID, true)
		})
		p.Do(t, func(ctx context.Context) error {
			all, err := p.Supervisions(ctx, p.manager)
			want := person.Supervision{SupervisorID: p.sven.ID, SuperviseeID: p.ines.ID, Since: waytest.Start}
			if len(all) != 1 || all[0] != want {
				t.Errorf("got %+v, want %+v", all, want)
			}
			return err
		})
		for _, actor := range []access.Actor{p.ines, p.sven, p.tomas} {
			p.Refused(t, actor, access.ReadSupervisor, func(ctx context.Context) error {
				_, err := p.Supervisions(ctx, actor)
				return err
			})
		}
	})
}
