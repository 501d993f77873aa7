package access_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/waytest"
)

// What somebody holds may be remembered from one visit to the next; what ended acts at
// once all the same, for reading and for changing.
func TestWhatEndedLetsNobodyInWhomItLetInAMomentAgo(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		may := func(want bool, when string) {
			t.Helper()
			for range 2 {
				for _, action := range []access.Action{access.ReadMeasures, access.Ask} {
					err := try(t, w, w.Clinician, action, w.Client)
					if err != nil && !fault.Is(err, fault.NotFound) {
						t.Fatal(err)
					}
					if (err == nil) != want {
						t.Errorf("%s: %s let in: %v", when, action, err == nil)
					}
				}
			}
		}
		may(true, "who treats")
		w.Ungrant(t, w.Clinician, w.Client)
		may(false, "who treats no more")
		w.Grant(t, w.Clinician, w.Client, access.Treats)
		may(true, "who treats again")

		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, w.Clinician, access.EndCare, w.Client)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := access.End(ctx, tx, w.Clinician.ID, w.Client, access.Treats); err != nil {
				return err
			}
			return tx.Commit()
		})
		may(false, "whose care ended by their own hand")
	})
}

func TestWhatWasGivenForAWhileEndsByItself(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		until := w.Clock.Now().Add(4 * time.Hour)
		w.Exec(t, `UPDATE grants SET until = $1 WHERE practice = $2 AND actor_id = $3 AND compartment = $4`,
			until.UnixMicro(), w.Practice, w.Clinician.ID, string(w.Client))
		for range 2 {
			if err := try(t, w, w.Clinician, access.ReadMeasures, w.Client); err != nil {
				t.Fatal(err)
			}
		}
		w.Clock.Pass(4 * time.Hour)
		for _, action := range []access.Action{access.ReadMeasures, access.Ask} {
			if err := try(t, w, w.Clinician, action, w.Client); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s after it had ended: %v", action, err)
			}
		}
	})
}

// Who comes in may send much and ask for what there is not: what is remembered of it is as
// small as what it says.
func TestWhatIsRememberedKeepsNoRequestInMemory(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		const large, many = 1 << 20, 16
		with := func(text string) string { return (text + strings.Repeat(" ", large))[:len(text)] }
		ask := func(n int) {
			for i := range n {
				who := access.Actor{Practice: with(w.Practice), ID: with(w.Stranger.ID)}
				of := access.Compartment(with(string(access.ClientRecord(strings.Repeat("n", i+1)))))
				if err := try(t, w, who, access.ReadMeasures, of); !fault.Is(err, fault.NotFound) {
					t.Fatal(err)
				}
			}
		}
		held := func() uint64 {
			if err := w.Log.Gather(); err != nil { // leaves wait beside the log for a moment
				t.Fatal(err)
			}
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		ask(1)
		before := held()
		ask(many)
		if after := held(); after > before+large*many/2 {
			t.Errorf("%d questions keep %d bytes", many, after-before)
		}
		for i := range many {
			long := access.ClientRecord(strings.Repeat("n", large/2+i))
			if err := try(t, w, w.Stranger, access.ReadMeasures, long); !fault.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
		}
		if after := held(); after > before+large*many/4 {
			t.Errorf("%d long names keep %d bytes", many, after-before)
		}
	})
}
