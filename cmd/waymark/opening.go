package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// A server that is sealed and could open itself does. What the machine gives may open the
// safe while the database does not answer yet, or there is no room to write, or another
// root key came into force: the public pages and Help now are up meanwhile, and it is
// tried again, until it is open or told to stop.
const (
	tryFirst = time.Second
	tryMost  = 30 * time.Second
)

// What keeps a server from opening although its safe opens, as /readyz and the log say it.
const (
	waitsForDatabase = "the database does not answer"
	waitsForRoom     = "there is no room to write, or the disk cannot be written"
)

// waitsFor is what err says that a server waits for, which passes by itself or by what
// the operator does elsewhere; empty if it is something else.
func (c *config) waitsFor(err error) string {
	switch {
	case err == nil:
		return ""
	case store.Away(err):
		return waitsForDatabase
	case errors.Is(err, audit.ErrNoRoom), store.NoRoom(err) && store.NoRoom(c.writable()):
		return waitsForRoom
	}
	return ""
}

// writable writes a little into the data folder and takes it away again.
func (c *config) writable() error {
	f, err := os.CreateTemp(c.Data, ".room-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 64<<10))
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}

// openAtStart opens with what the machine gives, and stays sealed without it, with a secret
// that is not the practice's, or where it has to wait. What waiting does not mend, such as a
// database that is not there or was made by a newer version, ends the server.
func (s *server) openAtStart(ctx context.Context) error {
	err := s.config.there(ctx) // before anybody has to unlock it
	var lost *archive.Refusal
	if errors.As(err, &lost) {
		return err
	}
	if err == nil {
		err = s.openItself(ctx)
	}
	switch waits := s.config.waitsFor(err); {
	case err == nil:
	case errors.Is(err, errSealed):
		slog.Warn("sealed: waiting for waymark unlock")
	case errors.Is(err, keys.ErrWrongKey):
		slog.Error("sealed: what the machine gives does not open the safe, as after the root key was changed; waiting for another start with the newest, or for waymark unlock")
	case waits != "":
		s.wait(waits, err)
	case ctx.Err() != nil:
	default:
		return err
	}
	return nil
}

// wait notes what the server waits for.
func (s *server) wait(what string, err error) {
	if before := s.waits.Swap(&what); before == nil || *before != what {
		slog.Error("sealed: "+what+"; trying again until it opens", "err", err)
	}
}

// openItself builds the site with what the machine gives, or with what somebody typed
// when it could not be built.
func (s *server) openItself(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.site.Load() != nil || ctx.Err() != nil {
		return ctx.Err()
	}
	safe, err := s.config.openSafe() // it may have been rotated since
	if err != nil {
		return err
	}
	root, err := s.typedOrGiven(safe)
	if err != nil {
		return err
	}
	s.safe = safe
	return s.open(ctx, root)
}

func (s *server) typedOrGiven(safe *keys.Safe) (*keys.Root, error) {
	if s.typed != nil {
		return safe.Unlock(s.typed)
	}
	return unlockUnattended(s.config, s.env, safe)
}

// keepOpening opens the server whenever it is sealed and can open itself, until ctx ends.
func (s *server) keepOpening(ctx context.Context) {
	pause, said := tryFirst, new(saidOnce)
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.again: // it was sealed just now
			pause = tryFirst
		case <-time.After(pause):
		}
		if s.site.Load() != nil {
			pause = tryFirst
			continue
		}
		// Asked first, because a passphrase costs a fifth of a second and 64 MiB.
		err := s.config.there(ctx)
		if err == nil {
			err = s.openItself(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		switch waits := s.config.waitsFor(err); {
		case err == nil:
			said.say("", nil)
			pause = tryFirst
			continue
		case waits != "":
			s.wait(waits, err)
		case !errors.Is(err, errSealed) && !errors.Is(err, keys.ErrWrongKey):
			s.waits.Store(nil)
			said.say("sealed: it does not open by itself", err)
		default:
			s.waits.Store(nil)
		}
		pause = min(2*pause, tryMost)
	}
}

// kindOf is what an error of the ground comes to, so that what is said once is not said
// again because an address or a number in it is another one.
func kindOf(err error) string {
	switch {
	case store.Away(err):
		return waitsForDatabase
	case errors.Is(err, audit.ErrNoRoom), store.NoRoom(err) && !errors.Is(err, fs.ErrNotExist):
		return waitsForRoom
	}
	return err.Error()
}
