package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/waymark-care/waymark/internal/keys"
)

type keysCmd struct {
	Rotate  keysRotateCmd  `cmd:"" help:"Change the root key, after somebody may have seen it."`
	Recover keysRecoverCmd `cmd:"" help:"Make a new passphrase, with the printed recovery kit."`
	Restore keysRestoreCmd `cmd:"" help:"Put back a lost or damaged safe or keys database beside records that are there."`
}

// keysRotateCmd changes the root key.
type keysRotateCmd struct {
	Mounted    bool   `help:"The new root key is mounted, too: $WAYMARK_NEW_ROOT_KEY, 32 random bytes as openssl rand -hex 32 makes them. Without it a passphrase is made."`
	NewKeyFile string `type:"path" placeholder:"FILE" help:"The same from a file, which whoever runs this may read."`
	KitFile    string `type:"path" placeholder:"FILE" help:"Also write the new recovery kit to this file, which must not be there yet. Print it and delete it."`
	Yes        bool   `help:"Do not ask whether the new kit is kept."`
}

// Help is what "waymark keys rotate --help" adds.
func (keysRotateCmd) Help() string {
	return "It needs the server to be stopped, because a server holds the old key in memory; other servers on the same database notice within two " +
		"seconds and seal themselves. A new passphrase and a new recovery kit are printed, and the key of every record is wrapped anew. Interrupted, " +
		"it is finished or undone by running it again; both passphrases work until then."
}

// Run changes the root key, or finishes what an earlier run left.
func (k *keysRotateCmd) Run(c *call) error {
	held, err := holdFolder(c.config)
	if err != nil {
		return err
	}
	defer held.Close()
	g, err := c.standByHand()
	if err != nil {
		return err
	}
	defer g.close()
	now, err := g.house().KeysNow(c.ctx)
	if err != nil {
		return err
	}
	if g.safe.Rotating() {
		return k.resume(c, g)
	}
	lock, before := keys.LockPassphrase(), g.safe.How()
	secret, err := k.newSecret(c)
	if err != nil {
		return err
	}
	defer clear(secret)
	if secret != nil {
		lock = keys.LockMounted(secret)
	}
	file, err := takeKitFile(k.KitFile)
	if err != nil {
		return err
	}
	defer file.drop()
	next, kit, err := g.safe.BeginRotation(g.root, lock)
	if err != nil {
		return err
	}
	defer next.Forget()
	text := kit.Text(time.Now())
	c.say("%s", text)
	if err := file.write(text); err != nil {
		return errors.Join(fmt.Errorf("the root key was not changed, because the kit was not written to the file: %w", err), g.safe.FinishRotation(now.Epoch))
	}
	if !k.Yes {
		if err := c.confirm("Is this page printed, or written down whole?"); err != nil {
			return errors.Join(err, g.safe.FinishRotation(now.Epoch))
		}
	}
	file.keep() // whatever interrupts it from here on, the new root key may be in force
	if err := g.ring.Rewrap(c.ctx, next); err != nil {
		return err
	}
	if err := g.safe.FinishRotation(next.Epoch()); err != nil {
		return err
	}
	switch {
	case secret != nil:
		c.say("From now on the new secret opens the practice, and the one before opens nothing: put it where the server looks for it (WAYMARK_ROOT_KEY_FILE, " +
			"WAYMARK_ROOT_KEY or the credential waymark-root) before you start the server.")
	case before == keys.ByMounted:
		c.say("From now on the passphrase on this kit opens the practice, after each start by waymark unlock. The mounted secret opens nothing any more: take it out of the server's settings.")
	}
	c.say("The root key was changed. Older backups of records need the kit from their time; backups from now on need this one.")
	if g.config.BackupDir != "" {
		g.root = next
		if _, err := g.house().BackupKeys(c.ctx, g.config.BackupDir); err != nil {
			return fmt.Errorf("the archive of keys beside the backups is still the old one: %w", err)
		}
	} else {
		c.say("Run waymark backup now: the archive of keys beside your backups is still the old one.")
	}
	return nil
}

// newSecret is the new root key if it is one that is mounted, or nil.
func (k *keysRotateCmd) newSecret(c *call) ([]byte, error) {
	const given = "WAYMARK_NEW_ROOT_KEY"
	value := c.env(given)
	switch {
	case k.NewKeyFile != "" && k.Mounted:
		return nil, errors.New("the new root key is given by --mounted and " + given + ", or by --new-key-file, and not by both")
	case k.Mounted && value == "":
		return nil, errors.New("no new root key is given: make one with openssl rand -hex 32 > FILE, and give it as " + given + "=$(cat FILE)")
	case k.Mounted:
		return []byte(value), nil
	case value != "" && k.NewKeyFile == "":
		return nil, errors.New(given + " is set: add --mounted if that is to be the new root key, or unset it for a passphrase")
	case k.NewKeyFile == "":
		return nil, nil
	}
	secret, err := os.ReadFile(k.NewKeyFile)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("%w: what only root may read is given as %s=$(cat %s), with --mounted", err, given, k.NewKeyFile)
	}
	return secret, err
}

// resume ends a change of the root key that was interrupted. The keys database
// says which of the two root keys is in force.
func (k *keysRotateCmd) resume(c *call, g *ground) error {
	if err := g.safe.ResumeRotation(); err != nil {
		return err
	}
	now, err := g.house().KeysNow(c.ctx)
	if err != nil {
		return err
	}
	if err := g.safe.FinishRotation(now.Epoch); err != nil {
		return err
	}
	opens := "the passphrase on it"
	if g.safe.How() == keys.ByMounted {
		opens = "the secret that was mounted with it"
	}
	c.say("An interrupted change of the root key was ended. In force is number %d: the kit with that number opens the practice, and %s.", now.Epoch, opens)
	return nil
}

// keysRecoverCmd makes a new passphrase.
type keysRecoverCmd struct {
	Kit string `type:"existingfile" placeholder:"FILE" help:"Recovery kit as a text file. Without it the recovery key is asked for."`
}

// Help is what "waymark keys recover --help" adds.
func (keysRecoverCmd) Help() string {
	return "For when the passphrase is lost and the kit is not. Nothing else changes: the kit stays the same, and a running server goes on."
}

// Run makes and prints a new passphrase.
func (k *keysRecoverCmd) Run(c *call) error {
	safe, err := c.config.openSafe()
	if err != nil {
		return err
	}
	var typed []byte
	if k.Kit != "" {
		typed, err = os.ReadFile(k.Kit)
	} else {
		typed, err = c.ask("Recovery key (AGE-SECRET-KEY-1 ...): ")
	}
	if err != nil {
		return err
	}
	defer clear(typed)
	root, err := safe.Recover(string(typed))
	if err != nil {
		return err
	}
	defer root.Forget()
	passphrase := keys.NewPassphrase()
	if err := safe.SetPassphrase(root, passphrase); err != nil {
		return err
	}
	c.say("The new passphrase, which opens the practice from now on instead of the old one:\n\n    %s\n\nWrite it on the printed kit.", passphrase)
	return nil
}
