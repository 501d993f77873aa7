package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// ballastSize is let go when the disk is full, so that reading, which needs room
// for its audit leaves, goes on.
const ballastSize = 40 << 20

// A ground is what everything else stands on, open and unlocked.
type ground struct {
	config  config
	safe    *keys.Safe
	root    *keys.Root
	records *store.DB
	apart   *store.DB // the wrapped keys
	ring    *keys.Ring
	signer  *audit.Signer
	log     *audit.Log
	door    *access.Door
	held    io.Closer // says to other processes that the files are open; may be nil

	keysTurn sync.Mutex // one archive of keys is written at a time

	saidOfKeys, saidOfHeads saidOnce // what could not be copied to where backups go
}

// stand opens everything in the order of the rows, with a root that opened safe.
// It makes no database: where one is missing, empty or another one, nothing is
// changed, and that is an *archive.Refusal (there.go).
func stand(ctx context.Context, c config, safe *keys.Safe, root *keys.Root) (*ground, error) {
	return (&ground{config: c, safe: safe, root: root}).stand(ctx, (*ground).openThere)
}

func (g *ground) stand(ctx context.Context, databases func(*ground, context.Context) error) (*ground, error) {
	err := g.sign()
	if err == nil {
		err = databases(g, ctx)
	}
	if err == nil {
		err = g.open(ctx)
	}
	if err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

func (g *ground) sign() (err error) {
	g.signer, err = audit.NewSigner(g.root.Derive(keys.UseAuditSignature), g.root.Derive(keys.UseAuditMAC))
	return err
}

// open opens the rest, once the databases are.
func (g *ground) open(ctx context.Context) (err error) {
	if err := g.house().Claim(ctx); err != nil {
		return g.config.lost(keys.UseKeys, err)
	}
	if g.records.IsSQLite() {
		if err := g.records.Ballast(g.config.in("ballast"), ballastSize); err != nil {
			return err
		}
	}
	if g.ring, err = keys.NewRing(ctx, g.apart, g.root); err != nil {
		return err
	}
	if g.log, err = audit.Open(ctx, g.records, g.signer); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	if g.door, err = access.NewDoor(g.records, g.log, g.ring, g.root.Derive(keys.UseLookup)); err != nil {
		return err
	}
	return g.bring(ctx)
}

// standHolding is stand by one who holds the files, until the ground is closed.
func standHolding(ctx context.Context, c config, safe *keys.Safe, root *keys.Root, held io.Closer) (*ground, error) {
	g, err := stand(ctx, c, safe, root)
	if err != nil {
		return nil, errors.Join(err, held.Close())
	}
	g.held = held
	return g, nil
}

// close closes what is open. The root is forgotten: whoever opens again unlocks again.
func (g *ground) close() error {
	var all []error
	if g.log != nil {
		all = append(all, g.log.Close())
	}
	for _, db := range []*store.DB{g.apart, g.records} {
		if db != nil {
			all = append(all, db.Close())
		}
	}
	g.root.Forget()
	if g.held != nil {
		all = append(all, g.held.Close())
	}
	return errors.Join(all...)
}

// makeFolder makes the data folder, to ourselves.
func makeFolder(c config) error {
	for _, dir := range []string{c.Data, c.keysDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make the data folder: %w", err)
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			return fmt.Errorf("keep %s to ourselves: %w", filepath.Base(dir), err)
		}
	}
	return nil
}

// nothingKept refuses databases that hold something already: a new safe would
// open none of it.
func nothingKept(ctx context.Context, c config) error {
	for _, url := range []string{c.recordsURL(), c.keysURL()} {
		empty, err := true, error(nil)
		if path, file := strings.CutPrefix(url, "sqlite:"); file {
			_, stat := os.Lstat(path)
			empty = errors.Is(stat, fs.ErrNotExist)
		} else {
			empty, err = store.Empty(ctx, url)
		}
		if err != nil {
			return err
		}
		if !empty {
			return errors.New("there is a database already, and a new practice would not open it: bring the old one back with waymark restore, or give an empty folder and an empty database")
		}
	}
	return nil
}

// found makes the data folder of a new practice, its safe and its databases, and
// returns them open, with the recovery kit. It fails where there is a safe or a database already.
func found(ctx context.Context, c config, lock keys.Lock) (*ground, keys.Kit, error) {
	if err := nothingKept(ctx, c); err != nil {
		return nil, keys.Kit{}, err
	}
	if err := makeFolder(c); err != nil {
		return nil, keys.Kit{}, err
	}
	root, kit, err := keys.Create(c.keysDir(), lock)
	if err != nil {
		return nil, kit, err
	}
	safe, err := keys.Open(c.keysDir())
	if err != nil {
		return nil, kit, err
	}
	g, err := (&ground{config: c, safe: safe, root: root}).stand(ctx, (*ground).makeDatabases)
	return g, kit, err
}
