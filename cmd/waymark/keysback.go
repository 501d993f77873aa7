package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/keys"
)

// openSafe reads the safe of the data folder. Where it is lost or damaged the error says
// what to do, which depends on whether records lie beside it.
func (c *config) openSafe() (*keys.Safe, error) {
	safe, err := keys.Open(c.keysDir())
	back := "put it back with waymark keys restore, from the newest waymark-keys.age where your backups are and the recovery kit"
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, c.whoMay(err)
	case errors.Is(err, keys.ErrBroken):
		return nil, fmt.Errorf("%w: %s", err, back)
	case errors.Is(err, keys.ErrNoSafe) && c.recordsLie():
		return nil, fmt.Errorf("%w, and records are here that only it opens: %s", err, back)
	case errors.Is(err, keys.ErrNoSafe):
		return nil, fmt.Errorf("%w: if this is not the folder of your practice, name that one (--data, WAYMARK_DATA); otherwise make a practice with waymark init, or bring one back with waymark restore", err)
	}
	return safe, err
}

// recordsLie says whether there are records that belong to a safe.
func (c *config) recordsLie() bool {
	if c.Database != "" {
		return true // somebody has said where
	}
	_, err := os.Stat(c.in("waymark.db"))
	return err == nil
}

// keysRestoreCmd puts back keys that were lost or damaged.
type keysRestoreCmd struct {
	Keys   string   `required:"" type:"existingfile" placeholder:"FILE" help:"The newest archive of the keys, waymark-keys.age."`
	Kit    []string `type:"existingfile" placeholder:"FILE" help:"Recovery kit as a text file. Without it the recovery key is asked for."`
	Anyway bool     `help:"Also if some of the records does not open by these keys, which is lost then."`
}

// Help is what "waymark keys restore --help" adds.
func (keysRestoreCmd) Help() string {
	return "For when keys/root.json or keys/keys.db is lost or damaged and the records are not: nothing that was written since the last backup is lost then. " +
		"It needs the server to be stopped. The records have to belong to the keys, and all of them has to open, or nothing is changed; what is sound stays as it is, " +
		"and what was damaged is put aside and not deleted. Whoever was erased after this archive of keys was made has a key again: erase them once more."
}

// Run puts them back.
func (k *keysRestoreCmd) Run(c *call) error {
	kits, err := (&restoreCmd{Kit: k.Kit}).kits(c)
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.config.Data); err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	if err := c.config.begun(); err != nil {
		return err
	}
	held, err := holdFolder(c.config)
	if err != nil {
		return err
	}
	defer held.Close()
	files, err := c.waitForFiles()
	if err != nil {
		return err
	}
	defer files.Close()
	done, err := archive.ReturnKeys(c.ctx, archive.KeysReturning{
		Archive: k.Keys, Kits: kits, Data: c.config.Data, Records: c.config.recordsURL(), Apart: c.config.keysURL(), Anyway: k.Anyway,
	})
	if err != nil {
		return err
	}
	if done.Safe {
		c.say("The safe was put back.")
	}
	if done.Keys {
		c.say("The keys were put back as they were when the archive was made.")
	} else {
		c.say("The keys database is sound, and stayed as it was.")
	}
	c.say("%d sealed values of the records opened, %d audit leaves are as they were written.", done.Opened, done.Leaves)
	if len(done.Wrong) > 0 {
		c.say("Not everything opens: waymark db check --all lists what does not.")
	}
	c.say("Start the server with waymark serve; it opens by the passphrase or secret of that time. Then make a backup.")
	return nil
}
