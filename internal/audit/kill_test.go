package audit_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/waytest"
)

// keep makes one change, a row of the given id and size, through the door.
func keep(t *testing.T, w *waytest.World, id string, size int) error {
	ctx, v := w.Door.Visit(t.Context())
	tx, err := w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client)
	if err != nil {
		return errors.Join(err, v.Settle())
	}
	defer tx.Rollback()
	_, err = tx.Exec(ctx, `
		INSERT INTO letter (practice, id, compartment, made_at, sent_at, sealed) VALUES ($1, $2, '', 0, 0, $3)`,
		tx.Practice, id, make([]byte, size))
	if err != nil {
		return err
	}
	tx.Names(id)
	return tx.Commit()
}

// open reads the client's record and settles: what comes back may be shown.
func open(t *testing.T, w *waytest.World) error {
	ctx, v := w.Door.Visit(t.Context())
	tx, err := w.Door.Begin(ctx, w.Clinician, access.ReadMeasures, w.Client)
	if err != nil {
		return err
	}
	tx.Rollback()
	return v.Settle()
}

// TestKilledUnderEightWritersEverythingAcknowledgedIsThere kills a real process
// under load, again and again, and looks row by row.
func TestKilledUnderEightWritersEverythingAcknowledgedIsThere(t *testing.T) {
	const name = "TestKilledUnderEightWritersEverythingAcknowledgedIsThere"
	if w := waytest.Inside(t); w != nil {
		var said sync.Mutex
		var all sync.WaitGroup
		for writer := range 8 {
			all.Go(func() {
				for n := 0; ; n++ {
					id := fmt.Sprintf("%s.%d.%d", os.Getenv("ROUND"), writer, n)
					if err := keep(t, w, id, 300); err != nil {
						t.Error(err)
						return
					}
					said.Lock()
					fmt.Println("kept", id)
					said.Unlock()
				}
			})
		}
		all.Wait()
		return
	}
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		var acknowledged []string
		for round := range 5 {
			for _, line := range w.Child(t, name, 150*time.Millisecond, fmt.Sprint("ROUND=", round)) {
				if id, ok := strings.CutPrefix(line, "kept "); ok {
					acknowledged = append(acknowledged, id)
				}
			}
		}
		for _, id := range acknowledged {
			if n := w.Count(t, `SELECT count(*) FROM letter WHERE id = $1`, id); n != 1 {
				t.Fatalf("%s was acknowledged and is not there", id)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM letter l WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.detail = l.id)`); n != 0 {
			t.Errorf("%d changes have no leaf", n)
		}
		stored := w.Count(t, `SELECT count(*) FROM letter`)
		if len(acknowledged) < 100 || stored < len(acknowledged) {
			t.Errorf("%d acknowledged, %d stored", len(acknowledged), stored)
		}
		t.Logf("%d acknowledged, %d stored", len(acknowledged), stored)
		w.AuditHolds(t)
	})
}

// TestAFullDiskStopsChangesAndNothingElse fills a small file system.
func TestAFullDiskStopsChangesAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err != nil {
		t.Skip("a small file system cannot be mounted here:", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	w := waytest.In(t, dir)
	ballast := filepath.Join(dir, "ballast")
	if err := w.DB.Ballast(ballast, 12<<20); err != nil {
		t.Fatal(err)
	}
	if err := open(t, w); err != nil { // so that somebody is connected who reads, as always
		t.Fatal(err)
	}
	var acknowledged []string
	save := func() error {
		id := fmt.Sprint("row", time.Now().UnixNano())
		err := keep(t, w, id, 20000)
		if err == nil {
			acknowledged = append(acknowledged, id)
		}
		return err
	}
	var err error
	for n := 0; n < 5000 && err == nil; n++ {
		err = save()
	}
	if !fault.Is(err, fault.NotSaved) && !strings.Contains(fmt.Sprint(err), "I/O") && !strings.Contains(fmt.Sprint(err), "full") {
		t.Fatalf("the disk is full: got %v", err)
	}
	if _, err := os.Stat(ballast); !errors.Is(err, os.ErrNotExist) {
		t.Error("the ballast was not let go")
	}
	until := time.Now().Add(2500 * time.Millisecond) // two checks
	reads := 0
	for time.Now().Before(until) {
		w.DB.Writable(t.Context()) // as the server asks every two seconds
		if err := open(t, w); err != nil {
			t.Fatalf("reading stopped after %d reads: %v", reads, err)
		}
		reads++
		if err := save(); !fault.Is(err, fault.NotSaved) {
			t.Fatalf("saving into a full disk: %v", err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if _, err := w.Log.Begin(t.Context()); !errors.Is(err, audit.ErrNoRoom) {
		t.Errorf("the log says %v", err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if err = save(); err == nil || time.Now().After(until) {
			break
		}
	}
	if err != nil {
		t.Fatalf("there is room again, and still: %v", err)
	}
	if _, err := os.Stat(ballast); err != nil {
		t.Errorf("the ballast is not back: %v", err)
	}
	for _, id := range acknowledged {
		if w.Count(t, `SELECT count(*) FROM letter WHERE id = $1`, id) != 1 {
			t.Fatalf("%s was acknowledged and is not there", id)
		}
	}
	if n := w.Count(t, `SELECT count(*) FROM letter`); n != len(acknowledged) {
		t.Errorf("%d acknowledged, %d stored", len(acknowledged), n)
	}
	t.Logf("%d saved, %d read while full", len(acknowledged), reads)
	w.AuditHolds(t)
}

// TestATransactionThatBrokeIsNotPassedOn checks that while many come to write,
// one whose transaction cannot go on is given up, and the next ones can write.
func TestATransactionThatBrokeIsNotPassedOn(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		var wg sync.WaitGroup
		kept := make(chan bool, 1000)
		stop := time.Now().Add(700 * time.Millisecond)
		for i := range 16 {
			wg.Go(func() {
				for n := 0; time.Now().Before(stop); n++ {
					c, err := w.Log.Begin(t.Context())
					if err != nil {
						continue // at once again: somebody always waits
					}
					if i == 0 && n == 3 {
						c.Exec(t.Context(), "ROLLBACK") // as SQLite does by itself when the disk fails
						c.Rollback(nil)
						continue
					}
					if c.Commit(leaf(i)) == nil && time.Until(stop) < 300*time.Millisecond {
						select {
						case kept <- true:
						default:
						}
					}
				}
			})
		}
		wg.Wait()
		if len(kept) == 0 {
			t.Error("nobody could write any more")
		}
		w.AuditHolds(t)
	})
}
