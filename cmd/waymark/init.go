package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
)

// initCmd sets up a new practice.
type initCmd struct {
	Mounted    bool   `help:"The machine gives the root key at each start (WAYMARK_ROOT_KEY_FILE, WAYMARK_ROOT_KEY or a systemd credential), instead of a passphrase that somebody types."`
	Evaluation bool   `help:"For trying out: the key lies beside the data and protects nothing."`
	Empty      bool   `help:"Make no practice: one comes by waymark move in."`
	KitFile    string `type:"path" placeholder:"FILE" help:"Also write the recovery kit to this file, which must not be there yet. Print it and delete it."`

	Practice string `placeholder:"NAME" help:"Name of the practice."`
	Address  string `placeholder:"WORD" help:"Its public address, small letters, digits and dashes. Default: from its name."`
	Country  string `placeholder:"CC" help:"Two letters, such as DE: decides which crisis lines are shown."`
	TimeZone string `placeholder:"ZONE" help:"Such as Europe/Berlin."`
	Name     string `placeholder:"NAME" help:"Name of the first clinician, who also manages the practice."`
	Email    string `placeholder:"ADDRESS" help:"Their e-mail address."`
}

// Help is what "waymark init --help" adds.
func (initCmd) Help() string {
	return "It makes the data folder, the safe with a new root key, the databases, the practice and an invitation for its first clinician, and prints " +
		"the recovery kit. The kit is printed once and kept nowhere: without it and without the passphrase nothing brings the record back. " +
		"What is not given as a flag is asked for. It makes all of it or nothing: what an init that was interrupted has left, the next one takes away."
}

// Run makes the practice, and prints what must be kept and what comes next.
func (i initCmd) Run(c *call) error {
	lock, err := i.lock(c)
	if err != nil {
		return err
	}
	if err := clearBegun(c.ctx, c.config); err != nil {
		return err
	}
	if _, err := keys.Open(c.config.keysDir()); !errors.Is(err, keys.ErrNoSafe) {
		return keys.ErrExists
	}
	if err := noBackups(c.config); err != nil {
		return err
	}
	file, err := takeKitFile(i.KitFile)
	if err != nil {
		return err
	}
	defer file.drop()
	var practice person.Practice
	var first person.InviteForm
	if !i.Empty {
		if practice, first, err = i.ask(c); err != nil {
			return err
		}
	}
	if err := nothingKept(c.ctx, c.config); err != nil {
		return err
	}
	b, err := begin(c.config, file.path())
	if err != nil {
		return fmt.Errorf("no practice was made: %w", err)
	}
	if err := i.make(c, b, lock, practice, first, file); err != nil {
		if left := b.undo(); left != nil {
			return fmt.Errorf("no practice was made; %s: %s", c.config.undone("run waymark init again, which takes away what is left of this one"), plain(errors.Join(err, left)))
		}
		return fmt.Errorf("no practice was made, and nothing is left of it in %s; %s: %s", c.config.Data, c.config.undone("try again"), plain(err))
	}
	file.keep()
	return nil
}

// make makes the practice that was begun, and prints what must be kept and what comes
// next. With an error there is none.
func (i initCmd) make(c *call, b *beginning, lock keys.Lock, practice person.Practice, first person.InviteForm, file *kitFile) error {
	g, kit, err := found(c.ctx, c.config, lock)
	if err != nil {
		return err
	}
	link := ""
	if !i.Empty {
		link, err = foundPractice(c.ctx, g, practice, first)
	}
	if err = errors.Join(err, g.close()); err != nil {
		return err
	}
	text := kit.Text(time.Now())
	if err := file.write(text); err != nil {
		return fmt.Errorf("its kit was not written to the file: %w", err)
	}
	if _, err := io.WriteString(c.out, text+"\n"+i.next(g.safe.How(), practice, first, link)+"\n"); err != nil {
		return fmt.Errorf("its kit was not printed: %w", err)
	}
	return b.finish()
}

// next says what comes next.
func (i initCmd) next(how keys.How, practice person.Practice, first person.InviteForm, link string) string {
	if i.Empty {
		return "What comes next\n  1. Print or write down the page above, twice.\n  2. waymark move key says what the other server needs.\n  3. waymark move in brings the practice."
	}
	var b strings.Builder
	if f := helpNow(practice); f.Level != good {
		fmt.Fprintf(&b, "Help now\n  %s\n  %s\n\n", f.Means, f.Do)
	}
	b.WriteString("What comes next\n  1. Print or write down the page above, twice.\n  2. waymark serve\n")
	if how == keys.ByPassphrase {
		b.WriteString("  3. waymark unlock, in another terminal, after each start\n")
	} else {
		b.WriteString("  3. It opens by itself after each start.\n")
	}
	fmt.Fprintf(&b, "  4. %s opens this, on a device of their own, and chooses how to sign in:\n     %s\n  5. waymark doctor says what is still to be set up.", first.Name, link)
	return b.String()
}

// noBackups refuses a folder for backups in which some lie already: those are of
// another practice than one that is yet to be made.
func noBackups(c config) error {
	if c.BackupDir == "" {
		return nil
	}
	there, err := archive.Holds(c.BackupDir)
	if err != nil || !there {
		return err
	}
	return &archive.Refusal{
		What: "The folder for backups, " + c.BackupDir + ", holds those of another practice, and nothing was made.",
		Do:   "If that practice was lost, bring it back: waymark restore. For a new one give another folder (WAYMARK_BACKUP_DIR).",
	}
}

// foundPractice makes the practice on a new ground, and returns the link by
// which its first clinician gets an account.
func foundPractice(ctx context.Context, g *ground, p person.Practice, first person.InviteForm) (link string, err error) {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return "", err
	}
	actor := operatorOf(person.NewPracticeID())
	err = inVisit(ctx, g, func(ctx context.Context) error {
		if _, err := d.People.Found(ctx, actor, p); err != nil {
			return err
		}
		_, link, err = d.People.Invite(ctx, actor, first)
		return err
	})
	if err != nil {
		return "", err
	}
	// What is public stands in its file from the beginning: the server starts sealed.
	facts, err := web.ReadFacts(g.config.publicFile())
	if err != nil {
		return "", err
	}
	if err := facts.Refresh(ctx, g.door, d.People); err != nil {
		return "", err
	}
	_, err = g.log.Checkpoint(ctx)
	return link, err
}

// ask asks for what no flag has said, and checks all of it before anything is made.
func (i initCmd) ask(c *call) (p person.Practice, first person.InviteForm, err error) {
	for _, q := range []struct {
		to                  *string
		question, otherwise string
	}{
		{&i.Practice, "Name of the practice", ""},
		{&i.Country, "Country, two letters", ""},
		{&i.TimeZone, "Time zone", "Europe/London"},
		{&i.Name, "Name of the first clinician", ""},
		{&i.Email, "Their e-mail address", ""},
	} {
		if *q.to != "" {
			continue
		}
		if *q.to, err = c.prompt(q.question, q.otherwise); err != nil {
			return p, first, err
		}
		if *q.to == "" {
			return p, first, fmt.Errorf("%s: it is needed", strings.ToLower(q.question))
		}
	}
	if i.Address == "" {
		i.Address = addressFrom(i.Practice)
	}
	if i.Address != addressFrom(i.Address) {
		return p, first, errors.New("the public address has two to forty small letters, digits and dashes")
	}
	p = person.Practice{Slug: i.Address, Name: i.Practice, Country: strings.ToUpper(i.Country), TimeZone: i.TimeZone}
	if err := p.Check(); err != nil {
		return p, first, errors.New(plain(err))
	}
	if i.Email, err = person.Address("email", i.Email); err != nil {
		return p, first, err
	}
	id, err := uuid.NewV7()
	first = person.InviteForm{ID: id.String(), Name: i.Name, Email: i.Email, Roles: []person.Role{person.Clinician, person.Manager}}
	return p, first, err
}

// addressFrom makes a public address of a name.
func addressFrom(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := strings.Trim(b.String()[:min(b.Len(), 40)], "-")
	if len(s) < 2 {
		return "practice"
	}
	return s
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
