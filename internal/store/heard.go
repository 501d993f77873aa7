package store

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// On PostgreSQL other nodes write too. Whoever changes what is watched tells all of
// them with the commit, and each that is told forgets what it keeps. One that cannot
// be told, be it that the network is cut or that somebody writes who does not tell,
// forgets by itself: nothing is kept for longer than keptFor there.
const (
	keptFor    = 3 * time.Second
	tell       = "SELECT pg_notify('waymark', '')"
	listen     = "LISTEN waymark"
	listenLate = time.Second // before a connection that was lost is made again
)

// An ear hears what is told, from the first time that something is kept.
type ear struct {
	once sync.Once
	mu   sync.Mutex
	quit context.CancelFunc // nil before
	over chan struct{}
}

// hear has db listen, if it does not yet and has to.
func (db *DB) hear() {
	if db.IsSQLite() {
		return
	}
	db.ear.once.Do(func() {
		ctx, quit := context.WithCancel(context.Background())
		db.ear.mu.Lock()
		defer db.ear.mu.Unlock()
		db.ear.quit, db.ear.over = quit, make(chan struct{})
		go func() {
			defer close(db.ear.over)
			for ctx.Err() == nil {
				db.listens(ctx)
				select {
				case <-ctx.Done():
				case <-time.After(listenLate):
				}
			}
		}()
	})
}

// listens counts what is told until the connection is lost or ctx ends.
func (db *DB) listens(ctx context.Context) {
	conn, err := pgx.Connect(ctx, db.source)
	if err != nil {
		return // whoever asks the database next is told why
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, listen)
	for err == nil {
		db.changes.Add(1)
		_, err = conn.WaitForNotification(ctx)
	}
}

func (db *DB) hearNoMore() {
	db.ear.once.Do(func() {}) // and it does not begin any more
	db.ear.mu.Lock()
	defer db.ear.mu.Unlock()
	if db.ear.quit != nil {
		db.ear.quit()
		<-db.ear.over
	}
}
