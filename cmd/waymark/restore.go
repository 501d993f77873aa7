package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/person"
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
		"altered, of another practice or of a newer Waymark is refused with the reason, and nothing is changed. Whoever was erased since stays erased, who may no longer reach " +
		"a record does not reach it, and everybody signs in again."
}

// Run restores.
func (r *restoreCmd) Run(c *call) error {
	kits, err := r.kits(c)
	if err != nil {
		return err
	}
	if err := clearBegun(c.ctx, c.config); err != nil {
		return err
	}
	done, err := archive.Restore(c.ctx, archive.Restoring{
		Archive: r.From, Keys: r.Keys, Kits: kits,
		Data: c.config.Data, Records: c.config.Database, Apart: c.config.KeysDatabase,
	})
	if err != nil {
		return err
	}
	g, err := standByKit(c, kits)
	if err != nil {
		return err
	}
	defer g.close()
	if err := noteRestore(c.ctx, g); err != nil {
		return err
	}
	erased, err := eraseAgain(c.ctx, g)
	if err != nil {
		return err
	}
	ended, err := endAgain(c.ctx, g)
	if err != nil {
		return err
	}
	c.say("Restored what was kept on %s (from %s): %d rows, %d audit leaves, %d sealed values opened.",
		done.MadeAt.Format("Monday 2 January 2006 15:04 MST"), done.From, done.Rows, done.Leaves, done.Opened)
	if erased > 0 {
		c.say("Erased again, because it was erased after the archive was made: %d.", erased)
	}
	if ended > 0 {
		c.say("Ended again, because it was ended after the archive was made: %d (work with a client, supervision, work in the practice).", ended)
	}
	c.say("Everybody is signed out, and open invitations and links are over. Passwords and other ways to sign in are as they were then: whoever " +
		"has changed theirs since does it again, at once if it was because of a theft.")
	if c.config.BackupDir != "" {
		sayKept(c, g)
	}
	if of, there := whoseIs(r.Keys); there && c.config.rootsOwn() && of.user != rootUser {
		c.say("Look: the data folder belongs to root, as whom this ran. If the server runs as another user, give it the folder before it starts, such as: %s", of.chown(c.config.Data))
	}
	c.say("What was written after that time is not there. Start the server with waymark serve; it opens by the same passphrase or secret as before.")
	return nil
}

// sayKept says what in the folder for backups does not go on from what was restored,
// and so stays as it is.
func sayKept(c *call, g *ground) {
	for _, err := range []error{g.house().Gives(c.ctx, c.config.BackupDir), g.house().HeadKept(c.ctx, c.config.BackupDir)} {
		if err != nil {
			c.say("Look: %s", plain(err))
		}
	}
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

// noteRestore has the audit log say that a backup was restored, before anything else comes
// after what that held.
func noteRestore(ctx context.Context, g *ground) error {
	if _, err := os.Lstat(g.config.in(archive.EndedFile)); err != nil {
		return nil
	}
	return g.house().NoteRestore(ctx)
}

// eraseAgain erases again every client whose keys had been destroyed when the
// practice was restored from an archive that may be from before.
func eraseAgain(ctx context.Context, g *ground) (erased int, err error) {
	path := g.config.in(archive.ErasedFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var names []keys.Name
	if err := json.Unmarshal(text, &names); err != nil {
		return 0, fmt.Errorf("%s: %w", archive.ErasedFile, err)
	}
	if erased, err = eraseNames(ctx, g, names); err != nil {
		return erased, err
	}
	return erased, os.Remove(path)
}

// eraseNames erases again what these keys were of, which are destroyed.
func eraseNames(ctx context.Context, g *ground, names []keys.Name) (erased int, err error) {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return 0, err
	}
	away := make(map[string]bool) // practices whose every key is destroyed: they were taken away whole
	for _, n := range names {
		if access.Compartment(n.Compartment) == access.Operations {
			away[n.Practice] = true
			if _, err := g.house().RemoveRows(ctx, n.Practice); err != nil {
				return erased, fmt.Errorf("take away again a practice that was taken away since: %w", err)
			}
		}
	}
	for _, n := range names {
		if away[n.Practice] {
			continue
		}
		compartment := access.Compartment(n.Compartment)
		if compartment.Kind() == access.KindEnquiry {
			err := inVisit(ctx, g, func(ctx context.Context) error {
				return d.Enquiries.EraseAgain(ctx, operatorOf(n.Practice), compartment.Of())
			})
			if err != nil {
				return erased, fmt.Errorf("delete again what was over since the backup: %w", err)
			}
		}
		if compartment.Kind() != access.KindClient {
			continue
		}
		err := inVisit(ctx, g, func(ctx context.Context) error {
			return d.Endings.EraseAgain(ctx, operatorOf(n.Practice), compartment.Of())
		})
		switch {
		case err == nil:
			erased++
		case !fault.Is(err, fault.NotFound): // or came after the archive
			return erased, fmt.Errorf("erase again whoever was erased since the backup: %w", err)
		}
	}
	return erased, nil
}

// endAgain ends again what had been ended when the practice was restored, and
// every sign-in, open invitation and link.
func endAgain(ctx context.Context, g *ground) (ended int, err error) {
	path := g.config.in(archive.EndedFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var all []archive.Ending
	if err := json.Unmarshal(text, &all); err != nil {
		return 0, fmt.Errorf("%s: %w", archive.EndedFile, err)
	}
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return 0, err
	}
	practices, err := d.People.Practices(ctx)
	if err != nil {
		return 0, err
	}
	for id := range practices {
		n, err := endIn(ctx, g, d, id, all)
		ended += n
		if err != nil {
			return ended, fmt.Errorf("end again what was ended since the backup: %w", err)
		}
	}
	return ended, os.Remove(path)
}

// endIn ends in one practice what is named and is of it, and every sign-in, open
// invitation, link and token there.
func endIn(ctx context.Context, g *ground, d *domains.All, id string, all []archive.Ending) (ended int, err error) {
	var of []person.Ending
	for _, e := range all {
		if e.Practice == id {
			of = append(of, person.Ending{
				Compartment: access.Compartment(e.Compartment), ActorID: e.Actor, Kind: e.Kind, At: time.UnixMicro(e.At),
			})
		}
	}
	actor := operatorOf(id)
	err = inVisit(ctx, g, func(ctx context.Context) error {
		n, err := d.People.EndAgain(ctx, actor, of)
		if err == nil {
			err = d.Informants.EndAgain(ctx, actor)
		}
		if err == nil {
			err = d.Feeds.EndAgain(ctx, actor)
		}
		if err == nil {
			err = d.Tokens.EndAgain(ctx, actor)
		}
		for _, again := range []func(context.Context, access.Actor, []access.Ending) error{
			d.Outcomes.EndAgain, d.Logs.EndAgain, d.Reminders.EndAgain, d.Intakes.EndAgain, d.Profiles.EndAgain, d.Hours.EndAgain, d.Assignments.EndAgain, d.Nourishing.EndAgain, d.Reflections.EndAgain, d.Vaults.EndAgain, d.Shares.EndAgain, d.Launches.EndAgain, d.Releases.EndAgain,
		} {
			if err == nil {
				err = again(ctx, actor, of)
			}
		}
		ended += n
		return err
	})
	return ended, err
}

// standByKit opens the ground with a recovery kit.
func standByKit(c *call, kits []string) (*ground, error) {
	safe, err := c.config.openSafe()
	if err != nil {
		return nil, err
	}
	for _, kit := range kits {
		root, err := safe.Recover(kit)
		if err == nil {
			held, err := c.waitForFiles()
			if err != nil {
				root.Forget()
				return nil, err
			}
			return standHolding(c.ctx, c.config, safe, root, held)
		}
	}
	return nil, keys.ErrWrongKey
}

// operatorOf is whoever types commands at the machine.
func operatorOf(practice string) access.Actor { return access.System(practice, "operator") }

// inVisit does something at the door, and has it noted in the audit log.
func inVisit(ctx context.Context, g *ground, do func(context.Context) error) error {
	ctx, visit := g.door.Visit(ctx)
	err := do(ctx)
	return errors.Join(err, visit.Settle())
}
