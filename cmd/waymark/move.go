package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/domains"
)

// moveCmd moves one practice to another server.
type moveCmd struct {
	Key  moveKeyCmd  `cmd:"" help:"Print by what another server knows this one: what it encrypts to, and whose word it takes."`
	Out  moveOutCmd  `cmd:"" help:"Write one practice into a file for another server. Here everything stays."`
	In   moveInCmd   `cmd:"" help:"Bring in a practice that another server has written out."`
	Away moveAwayCmd `cmd:"" help:"Take away from here, for good, a practice that has moved."`
}

// Help is what "waymark move --help" adds.
func (moveCmd) Help() string {
	return "A practice moves in three steps. There: waymark move key, and what it prints is told here. Here: waymark move out, and the file is carried " +
		"over. There: waymark move in. When people work there, waymark move away here. Nothing lies in clear on any disk on the way, and either " +
		"server may keep its records in SQLite or in PostgreSQL. A server that has no practice yet is made by waymark init --empty."
}

// moveKeyCmd prints what is no secret and must not be mistaken.
type moveKeyCmd struct{}

// Run prints it.
func (m *moveKeyCmd) Run(c *call) error { return c.perform("move-key", m, c.out) }

func (m *moveKeyCmd) do(_ context.Context, g *ground, out io.Writer) error {
	key, err := g.signer.Key()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "To bring a practice here, the other server writes it out for\n    --for %s\nA practice written out here is brought in there from\n    --from %s\n", g.safe.Recipient(), key)
	return nil
}

// moveOutCmd writes one practice out.
type moveOutCmd struct {
	Practice string   `placeholder:"P" help:"Id or public address of the practice, if there are several."`
	To       string   `required:"" type:"path" placeholder:"FILE" help:"The file to be made."`
	For      []string `required:"" placeholder:"AGE" help:"Recipient that waymark move key prints on the other server (age1...). May be repeated."`
}

// Help is what "waymark move out --help" adds.
func (moveOutCmd) Help() string {
	return "The file holds the practice's records and its keys together: whoever has it and the recovery kit of the server that it is for can read all of it. " +
		"Delete it when the practice has arrived. It works while people work, and what they write afterwards is not in it."
}

// Run writes it.
func (m *moveOutCmd) Run(c *call) error { return c.perform("move-out", m, c.out) }

func (m *moveOutCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return err
	}
	practice, err := d.Practice(ctx, m.Practice)
	if err != nil {
		return err
	}
	to, err := recipients(m.For)
	if err != nil {
		return err
	}
	r, err := g.house().PracticeOut(ctx, archive.Leaving{Practice: practice, To: m.To, For: to, Lookup: g.door.LookupKey(practice)})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s  %d tables, %d rows, %.1f MB; %d of them are entries of the audit log. It was read back from the disk, decrypted and compared.\n",
		m.To, r.Tables, r.Rows, float64(r.Bytes)/1e6, r.Leaves)
	fmt.Fprintf(out, "It is brought in with\n    waymark move in --file FILE --from %s\n", r.From)
	fmt.Fprintln(out, "What is written here from now on is not in it.")
	return nil
}

// moveInCmd brings one practice in.
type moveInCmd struct {
	File    string   `required:"" type:"existingfile" placeholder:"FILE" help:"What waymark move out wrote on the other server."`
	From    string   `required:"" placeholder:"KEY" help:"The key of the other server, as waymark move out printed it there (waymark+...)."`
	Kit     []string `type:"existingfile" placeholder:"FILE" help:"Recovery kit of this server as a text file. Without it the recovery key is asked for."`
	Address string   `placeholder:"WORD" help:"Another public address, if its own belongs to another practice here."`
}

// Help is what "waymark move in --help" adds.
func (moveInCmd) Help() string {
	return "It needs the server to be stopped; other servers on the same database are restarted afterwards. Everything is verified before anything is changed: a file that is torn, altered, " +
		"of another server or of a newer Waymark is refused with the reason, and so is a practice that is here already. Everybody signs in again. Passkeys " +
		"belong to the public address of a server: who has nothing else is let in by waymark let-in."
}

// Run brings it in.
func (m *moveInCmd) Run(c *call) error {
	held, err := holdFolder(c.config)
	if err != nil {
		return err
	}
	defer held.Close()
	kits, err := (&restoreCmd{Kit: m.Kit}).kits(c)
	if err != nil {
		return err
	}
	g, err := standByKit(c, kits)
	if err != nil {
		return err
	}
	defer g.close()
	if m.Address != "" && m.Address != addressFrom(m.Address) {
		return errors.New("the public address has two to forty small letters, digits and dashes")
	}
	// What an earlier run has brought in and not finished: until then whoever had come in on
	// the other server still does here.
	before, err := heedArrived(c.ctx, g)
	if err != nil {
		return err
	}
	r, err := g.house().PracticeIn(c.ctx, archive.Arriving{
		File: m.File, Kits: kits, From: m.From, Data: c.config.Data, Slug: m.Address,
		Ready: func(r archive.Arrived) error { return leaveArrived(g.config, r) },
	})
	switch {
	case errors.Is(err, archive.ErrHere) && before != nil && before.Practice == r.Practice:
		r = *before
		c.say("An earlier run was interrupted when the practice was here already. What was missing is done now.")
	case err != nil:
		_, late := heedArrived(context.WithoutCancel(c.ctx), g) // it takes the file away where nothing came
		return errors.Join(err, late)
	}
	if err := g.bring(c.ctx); err != nil {
		return err
	}
	if _, err := heedArrived(c.ctx, g); err != nil {
		return err
	}
	if _, err := g.log.Checkpoint(c.ctx); err != nil {
		return err
	}
	c.say("Practice %s is here (from %s): %d rows, %d sealed values opened, %d entries of the audit log proved against the log that they come from.",
		r.Practice, r.From, r.Rows, r.Opened, r.Leaves)
	c.say("Everybody is signed out, and open invitations, links, tokens and calendar addresses are over. Start the server, look that all is there, " +
		"then take the practice away from the other server (waymark move away), and delete the file.")
	if g.config.BackupDir != "" {
		if _, err := g.house().BackupKeys(c.ctx, g.config.BackupDir); err != nil {
			return fmt.Errorf("the practice is here, but its keys are not in the archive of keys yet (waymark backup): %w", err)
		}
	} else {
		c.say("Run waymark backup now: its keys are in no archive of keys yet.")
	}
	return nil
}

// arrivedFile lies in the data folder from when a practice is brought in until what had
// been erased or ended there is so here.
const arrivedFile = "arrived.json"

func leaveArrived(c config, r archive.Arrived) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return writeDurably(c.in(arrivedFile), text)
}

// writeDurably makes a file whole, or leaves what was there.
func writeDurably(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // absent after the rename
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// heedArrived does what arrivedFile asks for, if the practice came, and returns it.
// Interrupted, it is done when the server next starts, or the next practice is brought in.
func heedArrived(ctx context.Context, g *ground) (came *archive.Arrived, err error) {
	path := g.config.in(arrivedFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var r archive.Arrived
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", arrivedFile, err)
	}
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return nil, err
	}
	here, err := d.People.Practices(ctx)
	if err != nil {
		return nil, err
	}
	if _, ok := here[r.Practice]; ok {
		if _, err := eraseNames(ctx, g, r.Erased); err != nil {
			return nil, err
		}
		if _, err := endIn(ctx, g, d, r.Practice, r.Ended); err != nil {
			return nil, fmt.Errorf("end again what was ended where the practice comes from: %w", err)
		}
		came = &r
	}
	return came, os.Remove(path)
}

// moveAwayCmd takes a practice away.
type moveAwayCmd struct {
	Practice string `required:"" placeholder:"P" help:"Id or public address of the practice."`
	Yes      bool   `help:"It cannot be undone, and you mean it."`
	Anyway   bool   `help:"Also if people worked in it since it was taken out, or it never was."`
}

// Help is what "waymark move away --help" adds.
func (moveAwayCmd) Help() string {
	return "Its keys are destroyed and its rows deleted, as if every record in it were erased; the audit log keeps ids and times. It refuses if somebody worked " +
		"in the practice since it was last taken out."
}

// Run takes it away.
func (m *moveAwayCmd) Run(c *call) error {
	if !m.Yes {
		return errors.New("taking a practice away cannot be undone: add --yes if you mean it")
	}
	return c.perform("move-away", m, c.out)
}

func (m *moveAwayCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return err
	}
	practice, err := d.Practice(ctx, m.Practice)
	if err != nil {
		return err
	}
	r, err := g.house().PracticeAway(ctx, practice, m.Anyway)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Taken away: %d keys destroyed, %d rows deleted.\n", r.Keys, r.Rows)
	if dir := g.config.BackupDir; dir != "" {
		path, err := g.house().BackupKeys(ctx, dir)
		if err != nil {
			return fmt.Errorf("taken away here, but the archive of keys beside the backups was not written anew, and may still hold the destroyed keys: %w", err)
		}
		fmt.Fprintf(out, "%s was written anew without the keys, and those before it were deleted.\n", path)
	} else {
		fmt.Fprintln(out, "Run waymark backup now, and delete every older archive of keys: they still hold the destroyed keys.")
	}
	return nil
}

// bring tells the door of the practices that came from other servers.
func (g *ground) bring(ctx context.Context) error {
	all, err := g.house().LookupKeys(ctx)
	if err != nil {
		return err
	}
	g.door.Bring(all)
	return nil
}
