package main

import (
	"context"
	"log/slog"
	"time"
)

const (
	restAfterStart = time.Second      // from when the site stands
	restAfterUse   = 10 * time.Minute // without a request
)

// rest lets go of what only the start needed, soon after it, and of what only use
// needed, when nobody has asked for anything for a while (ten to twenty minutes).
//
// Nearly four fifths of what an idle server was seen to hold were pages of the
// program's own file, mapped because they, or their neighbours, are read once, while
// it starts. They are clean, so a system that needs the room takes them; until it does
// they are counted as the server's: 34 MB then, and 17 MB after this. They stay in the
// system's cache of files, so that whoever comes first waits microseconds: the slowest
// of the first hundred pages took 3.8 ms, and 3.5 without.
func (s *server) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
		return
	case <-time.After(restAfterStart):
	}
	letGo := func() {
		if err := letGoOfProgram(); err != nil {
			slog.Debug("the program's pages stay mapped", "err", err)
		}
	}
	letGo()
	before, rested := s.asked.Load(), true
	every(ctx, restAfterUse, func() {
		now := s.asked.Load()
		switch {
		case now != before:
			before, rested = now, false
		case !rested:
			letGo()
			rested = true
		}
	})
}
