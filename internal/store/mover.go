package store

import (
	"context"
	"sync"
	"sync/atomic"
)

// moveEvery is after how many commits the pages that they wrote are moved from
// SQLite's log into the database. It is done beside the commits; what is left for
// the one that has to (wal_autocheckpoint), and for those who wait behind it, is then
// a few pages instead of thousands. Those who save in one hour write to the same pages
// again and again, and each is moved once: every 150 commits gave a tenth more saves, but the slowest of a
// hundred took 19 ms instead of 12, and in a practice of ten thousand clients 65.
const moveEvery = 30

// A mover moves pages from the log into the database, on a connection of its own.
type mover struct {
	at      sync.Mutex // held while pages are moved: whoever else wants to is refused, and does not wait
	commits atomic.Int64
	due     chan struct{}
	quit    func() // may be called more than once
	over    chan struct{}
}

// moving starts a mover; stop it before the database is closed.
func (db *DB) moving() {
	ctx, quit := context.WithCancel(context.Background())
	m := &mover{due: make(chan struct{}, 1), quit: quit, over: make(chan struct{})}
	db.mover = m
	l := newLine(db, nil)
	go func() {
		defer close(m.over)
		defer l.close()
		for {
			select {
			case <-m.due:
			case <-ctx.Done():
				return
			}
			err := l.ready(ctx)
			if err == nil {
				// Where there is no room it fails, and the next commit says so.
				m.at.Lock()
				_, err = l.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
				m.at.Unlock()
			}
			l.doubt = err != nil
		}
	}()
}

// committed notes that something was committed.
func (m *mover) committed() {
	if m == nil || m.commits.Add(1)%moveEvery != 0 {
		return
	}
	select {
	case m.due <- struct{}{}:
	default: // it is at it
	}
}

func (m *mover) stop() {
	if m != nil {
		m.quit()
		<-m.over
	}
}
