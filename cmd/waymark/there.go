package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
)

// The tables by which a database of records, and one of keys, is known.
const (
	recordsTable = "practice"
	keysTable    = "ring"
)

// makeDatabases is for who founds a practice: it makes both.
func (g *ground) makeDatabases(ctx context.Context) (err error) {
	key := g.root.Derive(keys.UseRecords)
	defer clear(key)
	if g.records, err = store.Open(ctx, g.config.recordsURL(), key, schema.Records()); err != nil {
		return fmt.Errorf("records: %w", err)
	}
	apart := g.root.Derive(keys.UseKeys)
	defer clear(apart)
	if g.apart, err = store.Open(ctx, g.config.keysURL(), apart, schema.Keys()); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// openThere is for everybody else: it opens both, if they are there and of this safe.
func (g *ground) openThere(ctx context.Context) (err error) {
	if err := g.config.there(ctx); err != nil {
		return err
	}
	key := g.root.Derive(keys.UseRecords)
	defer clear(key)
	g.records, err = store.OpenThere(ctx, g.config.recordsURL(), key, schema.Records(), recordsTable, func(ctx context.Context, db *store.DB) error {
		return archive.RecordsBelong(ctx, db, g.root, g.signer)
	})
	if err != nil {
		return g.config.lost(keys.UseRecords, err)
	}
	apart := g.root.Derive(keys.UseKeys)
	defer clear(apart)
	g.apart, err = store.OpenThere(ctx, g.config.keysURL(), apart, schema.Keys(), keysTable, func(ctx context.Context, db *store.DB) error {
		return archive.KeysBelong(ctx, db, g.root)
	})
	return g.config.lost(keys.UseKeys, err)
}

// there looks whether both databases have been made, and the practice to its end, which needs
// no key. What is not so is an *archive.Refusal; that one cannot be asked is another error.
func (c *config) there(ctx context.Context) error {
	if err := c.begun(); err != nil {
		return err
	}
	for _, db := range []struct{ use, url, table string }{
		{keys.UseRecords, c.recordsURL(), recordsTable}, {keys.UseKeys, c.keysURL(), keysTable},
	} {
		if err := c.lost(db.use, store.There(ctx, db.url, db.table)); err != nil {
			return err
		}
	}
	return nil
}

// lost says of an error with one of the two databases what it means, if it means
// that the database is not the one that belongs to the safe.
func (c *config) lost(use string, err error) error {
	what, variable, url, short := "records", "WAYMARK_DATABASE", c.recordsURL(), "records"
	if use == keys.UseKeys {
		what, variable, url, short = "keys", "WAYMARK_KEYS_DATABASE", c.keysURL(), "keys"
	}
	path, file := strings.CutPrefix(url, "sqlite:")
	is := path
	if !file {
		is = "what is at the address in " + variable
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrMissing):
		is = "there is no " + path
	case errors.Is(err, store.ErrBlank):
		is += " is empty"
	case errors.Is(err, store.ErrOther):
		is += " does not open by this practice's key, or is damaged"
	case errors.Is(err, archive.ErrAnothers):
		is += " does not belong to this practice"
	case errors.Is(err, archive.ErrNobodys):
		is += " holds nothing of this practice"
	default:
		return fmt.Errorf("%s: %w", short, err)
	}
	do := "Nothing was changed. If the address is wrong, mend it (" + variable + "). "
	if file {
		do = "Nothing was changed. If the file was moved, put it back with the others that belong to it; if the database is on PostgreSQL, say where (" + variable + "). "
	}
	return &archive.Refusal{
		What: "The database of the " + what + " is missing or is another one: " + is + ".",
		Do: do + "If it is lost, keep what is left of the data folder, and bring the practice back from the newest backup into an empty folder " +
			"(waymark restore). If nobody ever used this practice, remove the data folder, empty the databases on PostgreSQL if they are there, and begin again with waymark init.",
	}
}
