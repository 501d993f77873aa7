package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/waymark-care/waymark/internal/store"
)

// errHeld says that another process holds a file.
var errHeld = errors.New("another waymark holds it")

// holdFile makes this process the only one that holds the named file of the data
// folder, until what it returns is closed or the process ends, however it ends.
func holdFile(c config, name string) (io.Closer, error) {
	f, err := os.OpenFile(c.in(name), os.O_CREATE|os.O_RDWR, 0o600)
	if store.NoRoom(err) { // one that is there can be held where nothing can be written
		f, err = os.Open(c.in(name))
	}
	if err != nil {
		return nil, c.whoMay(fmt.Errorf("hold the data folder: %w", err))
	}
	lend(c.Data, f)
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errHeld
		}
		return nil, fmt.Errorf("hold the data folder: %w", err)
	}
	return f, nil
}

// holdFolder makes this process the only one that serves the data folder, or
// that changes its keys, until what it returns is closed. A server that was killed a moment
// ago holds it until the system has put it away.
func holdFolder(c config) (io.Closer, error) {
	for until := time.Now().Add(endsWithin); ; time.Sleep(waitStep) {
		held, err := holdFile(c, "serving")
		if !errors.Is(err, errHeld) {
			return held, err
		}
		if _, err := askState(context.Background(), c); err == nil {
			return nil, errors.New("a server is running on this data folder: stop it first")
		}
		if time.Now().After(until) {
			return nil, errors.New("another waymark is at work in this data folder, and no server answers: it is a command, or a server that starts or stops; wait until it has ended")
		}
	}
}

// endsWithin is how long a server that was killed may take to be gone.
const endsWithin = 3 * time.Second

const (
	waitStep   = 100 * time.Millisecond
	waitAtMost = 10 * time.Minute
)

// holdFiles waits until no other process has the databases open, be it a server
// or a command, and makes this one the only that has: of the block that another
// process is just writing nothing can be read. It asks quit each time whether to
// go on waiting, and calls waiting once if it has to.
func holdFiles(ctx context.Context, c config, most time.Duration, waiting func(), quit func() error) (io.Closer, error) {
	began := time.Now()
	for said := false; ; {
		held, err := holdFile(c, "open")
		if !errors.Is(err, errHeld) {
			return held, err
		}
		if err := quit(); err != nil {
			return nil, err
		}
		if time.Since(began) > most {
			return nil, errors.New("another waymark command has the files open and does not end: see what it does, and try again")
		}
		if !said {
			waiting()
			said = true
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(waitStep):
		}
	}
}

// errServes says that a server has been unlocked meanwhile, which can be asked.
var errServes = errors.New("a server was unlocked meanwhile")

// waitForFiles is holdFiles for a command: it says what it waits for, and stops
// waiting once there is a server that can do its work.
func (c *call) waitForFiles() (io.Closer, error) {
	say := func() {
		fmt.Fprintln(c.notes, "Another waymark has the files of this practice open: waiting until it has closed them.")
	}
	return holdFiles(c.ctx, c.config, waitAtMost, say, func() error {
		if state, err := askState(c.ctx, c.config); err == nil && state != stateSealed {
			return errServes
		}
		return nil
	})
}
