package audit_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/waytest"
)

// look reads the client's record, under the name of id, and settles: the page may go out.
func look(t *testing.T, w *waytest.World, id string) error {
	ctx, v := w.Door.Visit(t.Context())
	tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadMeasures, w.Client)
	if err != nil {
		return err
	}
	tx.Names(id)
	tx.Rollback()
	return v.Settle()
}

// TestKilledWhileEightReadEveryPageThatWentOutIsWrittenDown kills a real process in
// which people read, again and again, and looks leaf by leaf: none is missing, and
// none is there twice.
func TestKilledWhileEightReadEveryPageThatWentOutIsWrittenDown(t *testing.T) {
	const name = "TestKilledWhileEightReadEveryPageThatWentOutIsWrittenDown"
	if w := waytest.Inside(t); w != nil {
		var said sync.Mutex
		var all sync.WaitGroup
		for reader := range 8 {
			all.Go(func() {
				for n := 0; ; n++ {
					id := fmt.Sprintf("r%s.%d.%d", os.Getenv("ROUND"), reader, n)
					err := look(t, w, id)
					if reader == 0 && n%50 == 49 {
						err = errors.Join(err, keep(t, w, "k"+id, 100)) // a change in between
					}
					if err != nil {
						t.Error(err)
						return
					}
					said.Lock()
					fmt.Println("read", id)
					said.Unlock()
				}
			})
		}
		all.Wait()
		return
	}
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		if err := w.Log.Close(); err != nil { // another process has the files now
			t.Fatal(err)
		}
		var told []string
		for round := range 3 {
			lived := time.Duration(60+130*round) * time.Millisecond // before and after leaves were moved
			for _, line := range w.Child(t, name, lived, fmt.Sprint("ROUND=", round)) {
				if id, ok := strings.CutPrefix(line, "read "); ok {
					told = append(told, id)
				}
			}
		}
		w.Log = w.Reopen(t) // and takes up what the last one left
		defer w.Log.Close()
		for _, id := range told {
			if n := w.Count(t, `SELECT count(*) FROM audit WHERE detail = $1 AND action = 'measure.read'`, id); n != 1 {
				t.Fatalf("%s was shown and is written down %d times", id, n)
			}
		}
		if n := w.Count(t, `SELECT count(*) - count(DISTINCT detail) FROM audit WHERE action = 'measure.read'`); n != 0 {
			t.Errorf("%d leaves are there twice", n)
		}
		if len(told) < 100 {
			t.Errorf("only %d were read", len(told))
		}
		w.AuditHolds(t)
	})
}

// waits is what lies beside the database, on SQLite.
func waits(t *testing.T, dir string) string {
	t.Helper()
	return filepath.Join(dir, "way.db-leaves")
}

// TestWhatACrashLeavesBesideTheLogGoesIntoItOnce checks that a file which is there
// after a crash is taken up, that one which was taken up already adds nothing, and that
// one which was cut off while it was written gives what is whole.
func TestWhatACrashLeavesBesideTheLogGoesIntoItOnce(t *testing.T) {
	dir := t.TempDir()
	w := waytest.In(t, dir)
	w.Log.Linger()
	for i := range 9 {
		if err := look(t, w, fmt.Sprintf("first.%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	crashed, err := os.ReadFile(waits(t, dir)) // as it lies there now
	if err != nil {
		t.Fatal(err)
	}
	if len(crashed) < 9*4096 || strings.Contains(string(crashed), "first") {
		t.Fatalf("what waits is %d bytes, or stands there in clear", len(crashed))
	}
	again := func(text []byte) {
		t.Helper()
		if err := w.Log.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(waits(t, dir), text, 0o600); err != nil {
			t.Fatal(err)
		}
		w.Log = w.Reopen(t)
		w.AuditHolds(t)
	}
	count := func() int { return w.Count(t, `SELECT count(*) FROM audit WHERE detail LIKE 'first.%'`) }
	again(crashed)
	if got := count(); got != 9 {
		t.Errorf("all were in the log already, and now %d of 9 are there", got)
	}
	w.Exec(t, `DELETE FROM audit`) // as if none had been moved
	w.Exec(t, `DELETE FROM audit_checkpoint`)
	for _, cut := range []struct {
		text []byte
		want int
	}{
		{slices.Concat(crashed[:5*4096+40], make([]byte, 4096)), 5},
		{crashed, 9},
		{crashed[:0], 9},
		{make([]byte, len(crashed)), 9},
	} {
		again(cut.text)
		if got := count(); got != cut.want {
			t.Errorf("of a file of %d bytes %d are there, want %d", len(cut.text), got, cut.want)
		}
	}
	w.Log.Close()
}

// TestLeavesOfReadingAreInTheLogAMomentLater checks that they do not wait for somebody
// to change something, that many more than the file holds are all kept, and that whoever
// reads the log finds what was written down before.
func TestLeavesOfReadingAreInTheLogAMomentLater(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		var all sync.WaitGroup
		const readers, each = 8, 150
		for i := range readers {
			all.Go(func() {
				for n := range each {
					if err := w.Log.Record(leaf(i*each + n)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if err := w.Log.Record(long(5)); err != nil { // more than goes into one block
			t.Fatal(err)
		}
		if got := w.Count(t, `SELECT count(DISTINCT detail) FROM audit`); got != readers*each+5 {
			t.Errorf("%d of %d leaves are there", got, readers*each+5)
		}
		w.AuditHolds(t)
		if err := w.Log.Record(leaf(-1)); err != nil {
			t.Fatal(err)
		}
		for until := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			var n int
			tx, err := w.DB.Read(t.Context()) // and not by World, which would move them
			if err == nil {
				err = tx.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE detail = '-1'`).Scan(&n)
				tx.Rollback()
			}
			if n == 1 || err != nil || time.Now().After(until) {
				if n != 1 || err != nil {
					t.Errorf("it was not moved into the log: %d, %v", n, err)
				}
				break
			}
		}
	})
}

func long(n int) (all []audit.Leaf) {
	for i := range n {
		l := leaf(100_000 + i)
		l[0].Detail += " " + strings.Repeat("client/tomas ", 1500)
		all = append(all, l...)
	}
	return all
}
