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

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// A beginning is a practice that waymark init makes: all of it, or nothing. Before
// anything is made a file says so (config.begunFile), and after the kit was printed it goes.
// What stands beside that file nobody has a kit of: it is served by nobody, and the next
// init takes it away and begins anew.
type beginning struct {
	config config
	made   bool      // the data folder was not there
	held   io.Closer // the folder, so that no other init takes it for one that was interrupted
	ended  bool
}

const begunText = "waymark init has begun a practice here and not finished: nobody has its recovery kit. Run waymark init again.\n"

// begin says in the data folder that a practice is being made, before it is. kit is where
// its kit goes besides being printed, or empty. Call undo by defer.
func begin(c config, kit string) (*beginning, error) {
	_, err := os.Stat(c.Data)
	b := &beginning{config: c, made: errors.Is(err, fs.ErrNotExist)}
	if err := makeFolder(c); err != nil {
		return nil, errors.Join(err, b.undo())
	}
	if b.held, err = holdToMake(c); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(c.begunFile(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err == nil {
		_, err = f.WriteString(begunText + kit)
		err = errors.Join(err, f.Sync(), f.Close(), syncFolder(c.Data))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("begin a practice: %w", err), b.undo())
	}
	return b, nil
}

// holdToMake is holdFolder for who makes a practice, or takes away what is left of one.
func holdToMake(c config) (io.Closer, error) {
	held, err := holdFile(c, "serving")
	if errors.Is(err, errHeld) {
		return nil, errors.New("another waymark is at work in this data folder, perhaps a waymark init: wait until it has ended")
	}
	return held, err
}

// finish makes the practice one that stands. Its kit was printed.
func (b *beginning) finish() error {
	if err := os.Remove(b.config.begunFile()); err != nil {
		return err
	}
	b.ended = true
	return errors.Join(syncFolder(b.config.Data), b.held.Close())
}

// undo takes away what was made, unless it is finished.
func (b *beginning) undo() error {
	if b == nil || b.ended {
		return nil
	}
	b.ended = true
	if b.held != nil {
		defer b.held.Close()
	}
	if err := b.config.clear(); err != nil {
		return err
	}
	if b.made {
		os.Remove(b.config.Data) // stays if somebody put something there
	}
	return nil
}

// clear takes away what an init makes in the data folder, and nothing else that lies
// there. The file that says that it was begun goes last.
func (c *config) clear() error {
	var made []string
	for _, pattern := range []string{
		"waymark.db", "waymark.db-*", "public.json", ".public.json.half", "ballast", keys.EvaluationFile, "." + keys.EvaluationFile + "-*",
		filepath.Join("keys", "keys.db"), filepath.Join("keys", "keys.db-*"), filepath.Join("keys", keys.SafeFile), filepath.Join("keys", "."+keys.SafeFile+"-*"),
	} {
		found, err := filepath.Glob(filepath.Join(literally(c.Data), pattern))
		if err != nil {
			return err
		}
		made = append(made, found...)
	}
	for _, path := range append(made, c.begunFile()) {
		if info, err := os.Lstat(path); err != nil || info.IsDir() {
			continue
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	os.Remove(c.keysDir()) // both stay if something else lies there
	os.Remove(c.in("serving"))
	return nil
}

// literally is path as a part of a pattern that means only itself.
func literally(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// clearBegun takes away what an init that was interrupted has left in the data folder,
// if there is such a one. Databases on PostgreSQL that it left are the operator's to empty.
func clearBegun(ctx context.Context, c config) error {
	text, err := os.ReadFile(c.begunFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	held, err := holdToMake(c)
	if err != nil {
		return err
	}
	defer held.Close()
	for _, url := range []string{c.Database, c.KeysDatabase} {
		if url == "" {
			continue
		}
		empty, err := store.Empty(ctx, url)
		if err != nil {
			return err
		}
		if !empty {
			return c.begun()
		}
	}
	if _, kit, said := strings.Cut(string(text), "\n"); said && kit != "" {
		dropKit(c, kit)
	}
	return c.clear()
}

// dropKit removes the file that an interrupted init has left with a kit: there is nothing
// that it opens. A file with another kit stays.
func dropKit(c config, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return
	}
	if len(text) > 0 {
		kit, err := keys.ParseKit(string(text))
		safe, open := keys.Open(c.keysDir())
		if err != nil || open != nil || kit.Recipient() != safe.Recipient() {
			return
		}
	}
	os.Remove(path)
}

// begun refuses a practice that was begun and not finished.
func (c *config) begun() error {
	if _, err := os.Lstat(c.begunFile()); err != nil {
		return nil
	}
	return &archive.Refusal{
		What: "This practice was begun and not finished: waymark init was interrupted, and nobody has its recovery kit.",
		Do:   upper(c.undone("run waymark init again, which takes away what it left in "+c.Data+" and begins anew")) + ".",
	}
}

// undone says what there is to do before a practice that was begun can be begun again:
// its databases on PostgreSQL lie in no folder.
func (c *config) undone(then string) string {
	switch {
	case c.Database != "" && c.KeysDatabase != "":
		return "empty the databases (WAYMARK_DATABASE, WAYMARK_KEYS_DATABASE), and " + then
	case c.Database != "":
		return "empty the database (WAYMARK_DATABASE), and " + then
	case c.KeysDatabase != "":
		return "empty the database (WAYMARK_KEYS_DATABASE), and " + then
	}
	return then
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// syncFolder makes the names in a folder durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
