package main

import (
	"errors"
	"os"
	"time"

	"github.com/waymark-care/waymark/internal/keys"
)

// initCmd sets up a new practice.
type initCmd struct {
	Mounted    bool   `help:"The machine gives the root key at each start (WAYMARK_ROOT_KEY_FILE, WAYMARK_ROOT_KEY or a systemd credential), instead of a passphrase that somebody types."`
	Evaluation bool   `help:"For trying out: the key lies beside the data and protects nothing."`
	KitFile    string `type:"path" placeholder:"FILE" help:"Also write the recovery kit to this file. Print it and delete it."`
}

// Help is what "waymark init --help" adds.
func (initCmd) Help() string {
	return "This makes the data folder, the safe with a new root key, and the databases, and prints the recovery kit. " +
		"The kit is printed once and kept nowhere: without it and without the passphrase nothing brings the record back."
}

// Run makes the practice, and prints what must be kept and what comes next.
func (i initCmd) Run(c *call) error {
	lock, err := i.lock(c)
	if err != nil {
		return err
	}
	g, kit, err := found(c.ctx, c.config, lock)
	if err != nil {
		return err
	}
	defer g.close()
	text := kit.Text(time.Now())
	c.say("%s", text)
	if i.KitFile != "" {
		if err := os.WriteFile(i.KitFile, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (i initCmd) lock(c *call) (keys.Lock, error) {
	switch {
	case i.Mounted && i.Evaluation:
		return keys.Lock{}, errors.New("choose one of --mounted and --evaluation")
	case i.Evaluation:
		return keys.LockEvaluation(c.config.Data), nil
	case i.Mounted:
		secret, ok, err := keys.FromEnvironment(c.env)
		if err == nil && !ok {
			err = errors.New("no root key is mounted: set WAYMARK_ROOT_KEY_FILE to a file made by openssl rand -hex 32")
		}
		return keys.LockMounted(secret), err
	}
	return keys.LockPassphrase(), nil
}
