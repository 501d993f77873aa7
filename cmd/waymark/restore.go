package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/keys"
)

// restoreCmd brings a practice back.
type restoreCmd struct {
	From string   `required:"" type:"existingfile" placeholder:"FILE" help:"Archive of the records, waymark-DATE.age."`
	Keys string   `required:"" type:"existingfile" placeholder:"FILE" help:"The newest archive of the keys, waymark-keys.age."`
	Kit  []string `type:"existingfile" placeholder:"FILE" help:"Recovery kit as a text file. Without it the recovery key is asked for. Give older kits too for older archives."`
}

// Help is what "waymark restore --help" adds.
func (restoreCmd) Help() string {
	return "It fills an empty data folder (--data) or an empty PostgreSQL database (--database), whichever database the archive was taken from, " +
		"and so also moves a practice from one to the other. Everything is verified before anything is put in its place: an archive that is torn, " +
		"altered, of another practice or of a newer Waymark is refused with the reason, and nothing is changed. Whoever was erased since stays erased."
}

// Run restores.
func (r *restoreCmd) Run(c *call) error {
	kits, err := r.kits(c)
	if err != nil {
		return err
	}
	done, err := archive.Restore(c.ctx, archive.Restoring{
		Archive: r.From, Keys: r.Keys, Kits: kits,
		Data: c.config.Data, Records: c.config.Database, Apart: c.config.KeysDatabase,
	})
	if err != nil {
		return err
	}
	erased, err := replay(c, kits, done.Erased)
	if err != nil {
		return fmt.Errorf("everything is back, but erasing again whoever was erased since did not succeed: %w", err)
	}
	c.say("Restored what was kept on %s (from %s): %d rows, %d audit leaves, %d sealed values opened.",
		done.MadeAt.Format("Monday 2 January 2006 15:04 MST"), done.From, done.Rows, done.Leaves, done.Opened)
	if erased > 0 {
		c.say("Erased again, because it was erased after the archive was made: %d.", erased)
	}
	c.say("What was written after that time is not there. Start the server with waymark serve; it opens by the same passphrase or secret as before.")
	return nil
}

func (r *restoreCmd) kits(c *call) ([]string, error) {
	var all []string
	for _, name := range r.Kit {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, string(text))
	}
	if len(all) > 0 {
		return all, nil
	}
	typed, err := c.ask("Recovery key (AGE-SECRET-KEY-1 ...): ")
	if err != nil {
		return nil, err
	}
	defer clear(typed)
	return []string{string(typed)}, nil
}

// replay erases again every client whose keys have been destroyed, because the
// archive may be from before.
func replay(c *call, kits []string, names []keys.Name) (erased int, err error) {
	g, err := standByKit(c, kits)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	d, err := newDomains(g, c.config)
	if err != nil {
		return 0, err
	}
	for _, n := range names {
		compartment := access.Compartment(n.Compartment)
		if compartment.Kind() != access.KindClient {
			continue
		}
		err := inVisit(c.ctx, g, func(ctx context.Context) error {
			return d.people.Erase(ctx, operator(n.Practice), compartment.Of())
		})
		switch {
		case err == nil:
			erased++
		case !fault.Is(err, fault.NotFound): // or came after the archive
			return erased, err
		}
	}
	return erased, nil
}

// standByKit opens the ground with a recovery kit.
func standByKit(c *call, kits []string) (*ground, error) {
	safe, err := keys.Open(c.config.keysDir())
	if err != nil {
		return nil, err
	}
	for _, kit := range kits {
		root, err := safe.Recover(kit)
		if err == nil {
			return stand(c.ctx, c.config, safe, root)
		}
	}
	return nil, keys.ErrWrongKey
}

// operator is whoever types commands at the machine.
func operator(practice string) access.Actor { return access.System(practice, "operator") }

// inVisit does something at the door, and has it noted in the audit log.
func inVisit(ctx context.Context, g *ground, do func(context.Context) error) error {
	ctx, visit := g.door.Visit(ctx)
	err := do(ctx)
	return errors.Join(err, visit.Settle())
}
