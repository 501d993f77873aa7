package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fault"
)

// letInCmd makes a link for somebody who has lost every way to sign in.
type letInCmd struct {
	Email    string `required:"" placeholder:"ADDRESS" help:"Address that they sign in with."`
	Practice string `placeholder:"SLUG" help:"Id or public address of the practice, if there are several."`
}

// Help is what "waymark let-in --help" adds.
func (letInCmd) Help() string {
	return "It is for somebody who has lost passkey, authenticator app and recovery codes and whom nobody at the practice can invite anew, most " +
		"of all a clinician who works alone. Be sure that it is they who ask: see them, or call a number that you know. The link that it prints " +
		"needs no code and works once, for 60 minutes. Give it to nobody else, and not by mail. All their sign-ins end at once, and they are told by mail. With " +
		"the link they choose a new password; passkeys, app and recovery codes from before end with it, and they set them up anew. It is written " +
		"in the audit log, which the practice can read."
}

// Run makes the link.
func (l *letInCmd) Run(c *call) error { return c.perform("let-in", l, c.out) }

func (l *letInCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return err
	}
	practice, err := d.Practice(ctx, l.Practice)
	if err != nil {
		return err
	}
	var link string
	err = inVisit(ctx, g, func(ctx context.Context) (err error) {
		link, err = d.Accounts.Reinstate(ctx, operatorOf(practice), l.Email)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return errors.New("nobody signs in with this address in the practice")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "They are signed out everywhere. This link lets them in again, once, within 60 minutes:\n\n%s\n\nGive it to them yourself. It is written in the audit log.\n", link)
	return nil
}
