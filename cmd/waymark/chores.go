package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/waymark-care/waymark/internal/keys"
)

const (
	signEvery    = time.Minute
	refreshEvery = 2 * time.Second
	keysEvery    = 5 * time.Second
)

// begin starts what a site does on its own, and returns what ends it.
func (s *server) begin(ctx context.Context, site *site) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	var unsigned, unlearned, unnoticed, unlooked saidOnce
	all.Go(func() { site.queue.Serve(ctx) })
	all.Go(func() { s.rest(ctx) })
	all.Go(func() {
		every(ctx, signEvery, func() {
			if err := site.ground.signHead(ctx); ctx.Err() == nil {
				unsigned.say("audit head not signed", err)
			}
		})
	})
	if s.config.BackupDir != "" {
		all.Go(func() {
			copyKeys(ctx, site.ground)
			every(ctx, keysEvery, func() { copyKeys(ctx, site.ground) })
		})
	}
	all.Go(func() {
		every(ctx, signEvery, func() {
			if err := site.refresh(ctx); ctx.Err() == nil {
				unlearned.say("what was learned not read", err)
			}
		})
	})
	all.Go(func() {
		every(ctx, refreshEvery, func() {
			if err := site.notice(ctx); ctx.Err() == nil {
				unnoticed.say("what is public not read", err)
			}
		})
	})
	all.Go(func() {
		every(ctx, refreshEvery, func() {
			site.ground.records.Writable(ctx) // after trouble, it checks whether there is room again
			err := site.ground.ring.Refresh(ctx)
			switch {
			case ctx.Err() != nil:
			case errors.Is(err, keys.ErrChanged):
				slog.Error("keys not in force any more", "err", err)
				go func() { // seal waits for this very chore to end
					if err := s.seal(context.WithoutCancel(ctx), "the root key was changed"); err != nil {
						slog.Error("sealing", "err", err)
					}
					select {
					case s.again <- struct{}{}:
					default:
					}
				}()
			default: // that it cannot be looked says nothing about the root key
				unlooked.say("not looked whether the keys are in force", err)
			}
		})
	})
	return func() { cancel(); all.Wait() }
}

// copyKeys keeps the archive of keys where backups go up to date, so that nobody
// who was added is lost, and nobody who was erased comes back.
func copyKeys(ctx context.Context, g *ground) {
	ok, err := g.keysCopied(ctx)
	if err == nil && !ok {
		_, err = g.house().BackupKeys(ctx, g.config.BackupDir)
	}
	if ctx.Err() == nil {
		g.saidOfKeys.say("keys not copied to the backup folder", err)
	}
}

// sayAgain is how often what goes on as it was is said in the log.
const sayAgain = 10 * time.Minute

// A saidOnce logs an error when it comes, now and then while it lasts, and that it is over.
type saidOnce struct {
	mu   sync.Mutex
	last string // its kind
	at   time.Time
}

func (o *saidOnce) say(what string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err == nil {
		if o.last != "" && what != "" {
			slog.Info("over: " + what)
		}
		o.last = ""
		return
	}
	if kind := kindOf(err); kind != o.last || time.Since(o.at) >= sayAgain {
		o.last, o.at = kind, time.Now()
		slog.Error(what, "err", err)
	}
}

// signHead signs the head of the audit log, and copies it to where backups go.
func (g *ground) signHead(ctx context.Context) error {
	head, err := g.log.Checkpoint(ctx)
	if err != nil || g.config.BackupDir == "" {
		return err
	}
	err = g.house().CopyHead(ctx, g.config.BackupDir, head, time.Now())
	if ctx.Err() == nil {
		g.saidOfHeads.say("audit head not copied to the backup folder", err)
	}
	return nil
}

// keysCopied says whether the archive of keys in the backup folder is up to date.
func (g *ground) keysCopied(ctx context.Context) (bool, error) {
	return g.house().KeysCopied(ctx, g.config.BackupDir)
}

// every does do again and again until ctx ends.
func every(ctx context.Context, pause time.Duration, do func()) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do()
		}
	}
}

// answers says whether the database does.
func (g *ground) answers(ctx context.Context) error {
	tx, err := g.records.Glance(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var one int
	if err := tx.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
		return err
	}
	if one != 1 {
		return errors.New("1 is not 1")
	}
	return nil
}
