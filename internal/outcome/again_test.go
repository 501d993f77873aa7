package outcome

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

func TestANoThatIsYoungerThanABackupHoldsAfterItsRestore(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		all := w.many(t, LeastLearned, true)
		w.night(t)
		tomas, record := all[0], access.ClientRecord(all[0].ID)
		for _, table := range []string{"choice", "learned_from"} {
			w.Exec(t, `CREATE TABLE old_`+table+` AS SELECT * FROM `+table)
		}
		w.Clock.Pass(time.Hour)
		w.says(t, tomas, AboutLearning, false, 1)
		w.says(t, tomas, AboutReport, false, 0)
		noted := w.Clock.Now()
		if n := w.Count(t, `SELECT count(*) FROM ended WHERE compartment = $1 AND actor_id = $2 AND kind IN ('choice.learning', 'choice.report')`, string(record), tomas.ID); n != 2 {
			t.Fatalf("%d are noted where a restore finds them", n)
		}
		for _, table := range []string{"choice", "learned_from"} {
			w.Exec(t, `DELETE FROM `+table)
			w.Exec(t, `INSERT INTO `+table+` SELECT * FROM old_`+table)
		}
		chosen := func() (c Choices) {
			w.Do(t, func(ctx context.Context) (err error) { c, err = w.of.Choices(ctx, tomas, record); return err })
			return c
		}
		if c := chosen(); !c.Learning.Yes || !c.Report.Yes {
			t.Fatalf("the restore brought nothing back: this test shows nothing: %+v", c)
		}
		ended := []access.Ending{
			{Compartment: record, ActorID: tomas.ID, Kind: "choice.learning", At: noted},
			{Compartment: record, ActorID: tomas.ID, Kind: "choice.report", At: noted},
			{Compartment: "client/nobody", ActorID: "nobody", Kind: "choice.report", At: noted},
			{Compartment: record, ActorID: w.Clinician.ID, Kind: "treats", At: noted},
		}
		operator := access.System(w.Practice, "operator")
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return w.of.EndAgain(ctx, operator, ended) })
		}
		if c := chosen(); c.Learning.Yes || c.Report.Yes || len(c.Past) != 3 {
			t.Errorf("got %+v", c)
		}
		if n := w.Count(t, `SELECT count(*) FROM learned_from WHERE compartment = $1`, string(record)); n != 0 {
			t.Error("it is learned from still")
		}
		if n := w.Count(t, `SELECT count(*) FROM choice WHERE compartment = 'client/nobody'`); n != 0 {
			t.Error("somebody who is not there said no")
		}
		w.says(t, tomas, AboutLearning, true, 2)
		if n := w.Count(t, `SELECT count(*) FROM ended WHERE kind = 'choice.learning'`); n != 0 {
			t.Error("a no is noted still, after a yes")
		}
		w.Do(t, func(ctx context.Context) error { return w.of.EndAgain(ctx, operator, ended) })
		if c := chosen(); !c.Learning.Yes {
			t.Error("a yes that is younger was overruled")
		}
		for _, actor := range []access.Actor{tomas, w.Clinician, w.Manager} {
			w.Refused(t, actor, access.EndAgain, func(ctx context.Context) error { return w.of.EndAgain(ctx, actor, ended) })
		}
	})
}

func TestWhatIsSaidOfTheSampleTellsNobodyWhoHasSaidNo(t *testing.T) {
	eachDB(t, func(t *testing.T, w world) {
		all := w.many(t, LeastLearned+3, true)
		w.night(t)
		before, _ := w.of.Prior(w.Practice, "phq-9")
		w.says(t, all[0], AboutLearning, false, 1)
		w.night(t)
		after, _ := w.of.Prior(w.Practice, "phq-9")
		if before.Version == after.Version || before.Sample != after.Sample || before.N != after.N {
			t.Errorf("before and after a no:\n%d %s\n%d %s", before.N, before.Sample, after.N, after.Sample)
		}
		if !strings.HasPrefix(after.Sample, "at least 10 finished pieces of work of this practice that ended in 2026, weighed with 20 courses") {
			t.Errorf("got %q", after.Sample)
		}
	})
}
