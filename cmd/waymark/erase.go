package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fault"
)

// eraseCmd ends a client's record for good.
type eraseCmd struct {
	Practice string `required:"" placeholder:"P" help:"Id or public address of the practice."`
	Client   string `required:"" placeholder:"ID" help:"Id of the client, as it stands in the address of their page."`
	Yes      bool   `help:"It cannot be undone, and you mean it."`
}

// Help is what "waymark erase --help" adds.
func (eraseCmd) Help() string {
	return "The keys of the client's record are destroyed, so that nothing of it can be read again, here or in any backup, once the archive of " +
		"keys beside the backups is written anew: with WAYMARK_BACKUP_DIR that happens at once. Copies of older archives of keys that are kept " +
		"elsewhere must be deleted by you. The audit log keeps ids and times."
}

// Run erases.
func (e *eraseCmd) Run(c *call) error {
	if !e.Yes {
		return errors.New("erasing cannot be undone: add --yes if you mean it")
	}
	return c.perform("erase", e, c.out)
}

func (e *eraseCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return err
	}
	practice, err := d.Practice(ctx, e.Practice)
	if err != nil {
		return err
	}
	var text string
	err = inVisit(ctx, g, func(ctx context.Context) error {
		id, err := d.Endings.EraseAtMachine(ctx, operatorOf(practice), e.Client)
		if err != nil {
			return err
		}
		access.Rest(ctx)
		text, err = certificateOf(ctx, d, practice, id)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return errors.New("there is no client with this id in the practice")
	}
	if fault.Is(err, fault.Conflict) {
		return errors.New("something holds this record: whoever manages the practice releases it first, on the client's page under Records")
	}
	if err != nil {
		return err
	}
	if text != "" {
		fmt.Fprint(out, text+"\n")
	}
	fmt.Fprintln(out, "Erased for good.")
	if dir := g.config.BackupDir; dir != "" {
		path, err := g.house().BackupKeys(ctx, dir)
		if err != nil {
			return fmt.Errorf("erased here, but the archive of keys beside the backups was not written anew, and may still hold the destroyed keys: %w", err)
		}
		fmt.Fprintf(out, "%s was written anew without the keys, and those before it were deleted.\n", path)
	} else {
		fmt.Fprintln(out, "Run waymark backup now, and delete every older archive of keys: they still hold the destroyed keys.")
	}
	return nil
}

// certificateOf is the certificate with that id, as a file holds it; empty if the client
// had been erased before.
func certificateOf(ctx context.Context, d *domains.All, practice, id string) (string, error) {
	c, err := d.Endings.Certificate(ctx, operatorOf(practice), id)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return c.Text, err
}
