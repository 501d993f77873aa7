package audit_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/waytest"
)

// raw changes the database beside the log, which knows nothing of it.
func raw(t *testing.T, w *waytest.World, text string) {
	t.Helper()
	tx, err := w.DB.Write(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

const (
	noMore = `CREATE TRIGGER nomore BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`
	again  = `DROP TRIGGER nomore`
)

func times(t *testing.T, w *waytest.World, detail string) int {
	t.Helper()
	return w.Count(t, `SELECT count(*) FROM audit WHERE detail = $1`, detail)
}

// TestLeavesThatCouldNotBeMovedAreMovedLater checks that leaves which the log did not
// take stay beside it, also when a change is committed while somebody is just writing
// there, so that it takes none of them along.
func TestLeavesThatCouldNotBeMovedAreMovedLater(t *testing.T) {
	w := waytest.In(t, t.TempDir())
	w.Log.Linger()
	if err := look(t, w, "early"); err != nil {
		t.Fatal(err)
	}
	raw(t, w, noMore)
	if err := w.Log.Gather(); err == nil {
		t.Fatal("leaves went into a log that takes none")
	}
	raw(t, w, again)
	over := w.Log.Writing()
	err := keep(t, w, "change", 10)
	over()
	if err != nil {
		t.Fatal(err)
	}
	if n := times(t, w, "early"); n != 1 {
		t.Errorf("a page that was shown is written down %d times", n)
	}
	w.AuditHolds(t)
}

// TestAfterAWriteThatFailedTheFileIsUsedAgain checks that a disk that was full for a
// moment does not have every reading committed by itself from then on.
func TestAfterAWriteThatFailedTheFileIsUsedAgain(t *testing.T) {
	w := waytest.In(t, t.TempDir())
	w.Log.Linger()
	over := w.Log.Fails(t)
	if err := look(t, w, "failed"); err != nil {
		t.Fatalf("the file cannot be written to, and the log could: %v", err)
	}
	over()
	over = w.Log.FailsToSync(t)
	if err := look(t, w, "not durable"); err != nil {
		t.Fatalf("what is in the file is not durable, and in the log could be: %v", err)
	}
	over()
	for i := range 3 {
		if err := look(t, w, fmt.Sprint("after.", i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.Log.Waits(); n < 2 {
		t.Errorf("%d leaves wait, so the file is not used", n)
	}
	for _, detail := range []string{"failed", "not durable", "after.0", "after.1", "after.2"} {
		if n := times(t, w, detail); n != 1 {
			t.Errorf("%s is written down %d times", detail, n)
		}
	}
	w.AuditHolds(t)
}

// TestNothingThatWasToldIsLostWhenTheLogIsClosed closes the log while others still
// read: whatever was shown is there afterwards, and nothing is there twice.
func TestNothingThatWasToldIsLostWhenTheLogIsClosed(t *testing.T) {
	dir := t.TempDir()
	w := waytest.In(t, dir)
	for round := range 15 {
		var all sync.WaitGroup
		var mu sync.Mutex
		var told []string
		begun := make(chan bool, 4)
		for reader := range 4 {
			all.Go(func() {
				for n := range 25 {
					id := fmt.Sprintf("c%d.%d.%d", round, reader, n)
					l := leaf(n)
					l[0].Detail = id
					if w.Log.Record(l) == nil {
						mu.Lock()
						told = append(told, id)
						mu.Unlock()
					}
					if n == round%10 {
						begun <- true
					}
				}
			})
		}
		<-begun
		if err := w.Log.Close(); err != nil {
			t.Fatal(err)
		}
		all.Wait()
		w.Log = w.Reopen(t)
		for _, id := range told {
			if n := times(t, w, id); n != 1 {
				t.Fatalf("%s was shown and is written down %d times", id, n)
			}
		}
	}
	w.AuditHolds(t)
}

// TestWhileTheLogTakesNothingWhatACrashLeftWaits checks that a disk which is still full
// when the server starts again does not keep it from starting, that nobody is shown a log
// without what belongs to it, and that it goes in once there is room.
func TestWhileTheLogTakesNothingWhatACrashLeftWaits(t *testing.T) {
	dir := t.TempDir()
	w := waytest.In(t, dir)
	w.Log.Linger()
	for i := range 5 {
		if err := look(t, w, fmt.Sprint("left.", i)); err != nil {
			t.Fatal(err)
		}
	}
	crashed, err := os.ReadFile(waits(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Log.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, w, `DELETE FROM audit`) // as if none had been moved
	raw(t, w, `DELETE FROM audit_checkpoint`)
	raw(t, w, noMore)
	if err := os.WriteFile(waits(t, dir), crashed, 0o600); err != nil {
		t.Fatal(err)
	}
	w.Log = w.Reopen(t)
	if err := w.Log.Gather(); err == nil {
		t.Error("the log is shown without what waits for it")
	}
	if err := look(t, w, "now"); err == nil {
		t.Error("a page was shown that is written down nowhere")
	}
	if text, err := os.ReadFile(waits(t, dir)); err != nil || !bytes.Equal(text, crashed) {
		t.Errorf("what waits was written over: %v", err)
	}
	raw(t, w, again)
	if err := look(t, w, "later"); err != nil {
		t.Fatal(err)
	}
	for _, detail := range []string{"left.0", "left.4", "later"} {
		if n := times(t, w, detail); n != 1 {
			t.Errorf("%s is written down %d times", detail, n)
		}
	}
	w.AuditHolds(t)
}

// ofAnotherKey is the log of a server with other keys, in w's database.
func ofAnotherKey(t *testing.T, w *waytest.World) *audit.Log {
	t.Helper()
	if err := w.Log.Close(); err != nil {
		t.Fatal(err)
	}
	key := make([]byte, 32)
	rand.Read(key)
	signer, err := audit.NewSigner(key, key)
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(t.Context(), w.DB, signer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	log.Linger()
	return log
}

// TestAFileThatIsNotOfThisStateAddsNothingThatDidNotHappen puts other files in the place
// of the one beside the log: an older copy of its own, another server's, and noise.
func TestAFileThatIsNotOfThisStateAddsNothingThatDidNotHappen(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	w, other := waytest.In(t, dir), waytest.In(t, elsewhere)
	w.Log.Linger()
	read := func(log *audit.Log, dir, id string) []byte {
		t.Helper()
		for i := range 5 {
			l := leaf(i)
			l[0].Detail = fmt.Sprint(id, i)
			if err := log.Record(l); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(waits(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	older := read(w.Log, dir, "old.")
	if err := keep(t, w, "between", 10); err != nil {
		t.Fatal(err)
	}
	newer := read(w.Log, dir, "new.")
	foreign := read(ofAnotherKey(t, other), elsewhere, "foreign.")
	torn := slices.Clone(newer)
	torn[3*4096+100] ^= 1
	for _, text := range [][]byte{older, foreign, torn, older[:100], {1}} {
		if err := w.Log.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(waits(t, dir), text, 0o600); err != nil {
			t.Fatal(err)
		}
		w.Log = w.Reopen(t)
		w.AuditHolds(t)
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE action = 'test'`); n != 10 {
			t.Errorf("after a file of %d bytes %d readings are written down, want 10", len(text), n)
		}
	}
}

// TestASecondProcessOnTheSameFilesWritesIntoTheLogAtOnce checks that whoever does not
// have the file takes nothing from who has it, and that both are written down.
func TestASecondProcessOnTheSameFilesWritesIntoTheLogAtOnce(t *testing.T) {
	w := waytest.In(t, t.TempDir())
	w.Log.Linger()
	for i := range 4 {
		if err := look(t, w, fmt.Sprint("first.", i)); err != nil {
			t.Fatal(err)
		}
	}
	second := w.Reopen(t)
	one := leaf(7)
	one[0].Detail = "second"
	if err := second.Record(one); err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Log.Waits() != 4 {
		t.Errorf("%d of 4 leaves wait", w.Log.Waits())
	}
	for _, detail := range []string{"first.0", "first.3", "second"} {
		if n := times(t, w, detail); n != 1 {
			t.Errorf("%s is written down %d times", detail, n)
		}
	}
	w.AuditHolds(t)
}

// TestAnEntryIsFoundBehindOneThatWaitedBesideTheLog checks that one which came into the
// log a moment after its time, at the end of a block that is not whole, hides none of
// those before it.
func TestAnEntryIsFoundBehindOneThatWaitedBesideTheLog(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		at := w.Clock.Now().UnixMicro()
		put := func(many int, detail string, at int64) {
			t.Helper()
			var all []audit.Leaf
			for range many {
				l := leaf(0)[0]
				l.Detail, l.At, l.Compartment = detail, at, "client/tomas"
				all = append(all, l)
			}
			if err := errors.Join(w.Log.Record(all), w.Log.Gather()); err != nil {
				t.Fatal(err)
			}
		}
		put(1, "sought", at)
		put(256-w.Count(t, `SELECT count(*) FROM audit`)%256, "other", at+1)
		put(1, "waited", at-150_000)
		tx, err := w.DB.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		found, err := audit.Since(t.Context(), tx, w.Practice, "client/tomas", at, 1, func(e audit.Entry) bool { return e.Detail == "sought" })
		if err != nil || len(found) != 1 {
			t.Errorf("found %d, %v", len(found), err)
		}
	})
}

// TestWithoutTheFileReadingGoesOnByTheLog checks that a file which cannot be had costs
// time and nothing else.
func TestWithoutTheFileReadingGoesOnByTheLog(t *testing.T) {
	dir := t.TempDir()
	w := waytest.In(t, dir)
	if err := errors.Join(w.Log.Close(), os.Remove(waits(t, dir)), os.Mkdir(waits(t, dir), 0o700)); err != nil {
		t.Fatal(err)
	}
	w.Log = w.Reopen(t)
	if err := look(t, w, "alone"); err != nil {
		t.Fatal(err)
	}
	if n := times(t, w, "alone"); n != 1 {
		t.Errorf("it is written down %d times", n)
	}
	if err := w.Log.Close(); err != nil {
		t.Error(err)
	}
	w.AuditHolds(t)
}

// TestWhoOpenedARecordIsToldTheNewestReadingAtOnce checks that a client who looks right
// after somebody read their record finds it, also within one brief visit that had looked
// at something else before.
func TestWhoOpenedARecordIsToldTheNewestReadingAtOnce(t *testing.T) {
	w := waytest.In(t, t.TempDir())
	w.Log.Linger()
	ctx, v := w.Door.Brief(t.Context())
	tx, err := w.Door.Begin(ctx, w.Tomas, access.ReadMeasures, w.Client)
	if err != nil {
		t.Fatal(err)
	}
	tx.Rollback()
	if err := look(t, w, "newest"); err != nil {
		t.Fatal(err)
	}
	if tx, err = w.Door.Begin(ctx, w.Tomas, access.ReadOpenings, w.Client); err != nil {
		t.Fatal(err)
	}
	all, err := tx.Openings(ctx, 1)
	tx.Rollback()
	if err != nil || len(all) != 1 || all[0].ActorID != w.Clinician.ID {
		t.Errorf("the newest is %+v, %v", all, err)
	}
	if err := v.Settle(); err != nil {
		t.Error(err)
	}
}
