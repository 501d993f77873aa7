package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Without care (whole.go) this finds a malformed database after some hundred
// commits on two busy cores.
func TestWhoReadsWhileAnotherCommitsNeverMeetsHalfABlock(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "way.db"), notes)
	ctx := context.WithoutCancel(t.Context())
	text := strings.Repeat("heron ", 20)
	var stored atomic.Int64
	stop := time.Now().Add(4 * time.Second)
	var all sync.WaitGroup
	defer all.Wait()
	for range 6 {
		all.Go(func() {
			for time.Now().Before(stop) && !t.Failed() {
				n := stored.Load()
				if n == 0 {
					continue
				}
				id := max(0, n-1-rand.Int64N(40)) // what lies at the end of the log
				tx, err := db.Glance(ctx)
				if err != nil {
					t.Error(err)
					return
				}
				var got string
				err = tx.QueryRow(ctx, `SELECT text FROM note WHERE id = $1`, id).Scan(&got)
				tx.Rollback()
				if want := fmt.Sprint(id, text); err != nil || got != want {
					t.Errorf("note %d: %q, %v", id, got, err)
				}
			}
		})
	}
	for time.Now().Before(stop) && !t.Failed() {
		tx, err := db.Write(ctx)
		if err == nil {
			_, err = tx.Exec(ctx, `INSERT INTO note (id, text) VALUES ($1, $2)`, stored.Load(), fmt.Sprint(stored.Load(), text))
		}
		if err == nil {
			err = tx.Commit()
		}
		if err != nil {
			t.Error(err)
			return
		}
		stored.Add(1)
	}
}
