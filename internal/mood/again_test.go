package mood_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/mood"
)

func TestALogThatWasTakenBackAfterABackupIsHiddenAfterItsRestore(t *testing.T) {
	for _, less := range []mood.Sharing{mood.Mine, mood.Onward} {
		each(t, func(t *testing.T, p *place) {
			share := func(how mood.Sharing, revision int64) {
				p.Clock.Pass(time.Hour)
				p.Do(t, func(ctx context.Context) error {
					_, err := p.logs.Share(ctx, p.Tomas, p.Client, how, revision, p.zone)
					return err
				})
			}
			shown := func() (how mood.Sharing) {
				p.Do(t, func(ctx context.Context) error {
					l, err := p.logs.Shared(ctx, p.Clinician, p.Client, 0)
					how = l.Settings.Sharing
					return err
				})
				return how
			}
			noted := func() int { return p.Count(t, `SELECT count(*) FROM ended WHERE kind = 'log.shared'`) }
			share(mood.Whole, 0)
			share(less, 1)
			if noted() != 1 {
				t.Errorf("%s: it is not noted where a restore finds it", less)
			}
			operator := access.System(p.Practice, "operator")
			ended := []access.Ending{{Compartment: p.Client, ActorID: p.Tomas.ID, Kind: "log.shared", At: p.Clock.Now()}}
			again := func() {
				p.Do(t, func(ctx context.Context) error { return p.logs.EndAgain(ctx, operator, ended) })
			}
			again()
			if got := shown(); got != less {
				t.Errorf("what was decided with the note was overruled: %s", got)
			}
			p.Exec(t, `DELETE FROM mood_setting WHERE revision > 1`) // as the backup has it
			if shown() != mood.Whole {
				t.Fatal("the restore brought nothing back: this test shows nothing")
			}
			again()
			again()
			if got := shown(); got != mood.Mine {
				t.Errorf("after %s and a restore it is shown: %s", less, got)
			}
			share(mood.Whole, 2)
			if noted() != 0 {
				t.Error("it is shared, and noted as taken back")
			}
			again()
			if got := shown(); got != mood.Whole {
				t.Errorf("what was decided later was overruled: %s", got)
			}
			p.Refused(t, p.Tomas, access.EndAgain, func(ctx context.Context) error { return p.logs.EndAgain(ctx, p.Tomas, ended) })
		})
	}
}
