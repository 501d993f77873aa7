package store

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// moveEvery is after how many commits the pages that they wrote are moved from
// SQLite's log into the database. It is done beside the commits; what is left for
// the one that has to (wal_autocheckpoint), and for those who wait behind it, is then
// a few pages instead of thousands. Those who save in one hour write to the same pages
// again and again, and each is moved once: every 150 commits gave a tenth more saves, but the slowest of a
// hundred took 19 ms instead of 12, and in a practice of ten thousand clients 65.
const moveEvery = 30

// mostMoved is how many pages may have been moved before they are made durable. SQLite does
// that only where nothing is left to be moved, which is seldom while others commit, and so
// leaves it to the commit that moves the rest of the log itself. In a practice of ten thousand
// clients, where those who save share few pages, that one waited for some 5,000 of them, and
// everybody behind it: the slowest of a hundred took 46 ms, and take 25 now. With half as many
// it would be 22, and a small practice, where fewer are moved in that time, would save less.
const mostMoved = 2000

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
		into, err := os.OpenFile(db.path, os.O_RDWR, 0) // of its own: what fails here is told to SQLite's own too
		if err != nil {
			slog.Warn("pages that are moved wait for the commit that ends the log", "err", err)
		} else {
			defer into.Close()
		}
		var moved map[int64]struct{}
		for {
			select {
			case <-m.due:
			case <-ctx.Done():
				return
			}
			err := l.ready(ctx)
			if err == nil && moved == nil && into != nil {
				moved, err = l.moves()
			}
			if err == nil {
				// Where there is no room it fails, and the next commit says so.
				m.at.Lock()
				_, err = l.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
				m.at.Unlock()
			}
			if len(moved) >= mostMoved {
				if err := durable(into); err != nil {
					slog.Error("pages that were moved into the database are not durable", "err", err)
					db.noteTrouble(errors.Join(sqlite3.IOERR, err))
				}
				clear(moved)
			}
			if l.doubt = err != nil; l.doubt {
				moved = nil
			}
		}
	}()
}

// moves has the database's file note where pages are moved to by this connection.
func (l *line) moves() (map[int64]struct{}, error) {
	file, err := l.lite.FileControl("main", sqlite3.FCNTL_FILE_POINTER)
	if err != nil {
		return nil, err
	}
	below, _ := file.(vfs.File)
	opened, ok := vfsutil.UnwrapFile[*openedFile](below)
	if !ok {
		return nil, errors.New("the database is no file of ours")
	}
	opened.moved = make(map[int64]struct{})
	return opened.moved, nil
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
