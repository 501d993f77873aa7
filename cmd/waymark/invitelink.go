package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

// inviteLinkCmd prints a fresh link for somebody who was invited and whom no letter reaches.
type inviteLinkCmd struct {
	Person   string `xor:"whom" required:"" placeholder:"ID" help:"Whom: what stands in the address of their page."`
	Email    string `xor:"whom" required:"" placeholder:"ADDRESS" help:"Whom: the address at which they were invited."`
	Practice string `placeholder:"SLUG" help:"Id or public address of the practice, if there are several."`
}

// Help is what "waymark invite-link --help" adds.
func (inviteLinkCmd) Help() string {
	return "It is for somebody who was invited while letters do not leave. Where mail is set up the pages show the link to nobody, because whoever " +
		"has it can come in as that person; neither should whoever invited them. So give it to the person themself: see them, or call a number that you " +
		"know. It works once, and for two weeks. Links before it end, and a letter that waits with one is taken back. It is written in the audit " +
		"log, which the practice can read."
}

// Run makes the link.
func (l *inviteLinkCmd) Run(c *call) error { return c.perform("invite-link", l, c.out) }

func (l *inviteLinkCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return err
	}
	practice, err := d.Practice(ctx, l.Practice)
	if err != nil {
		return err
	}
	nobody := errors.New("nobody who was invited in the practice has this id or address; the id stands in the address of their page, behind /people/ or /clients/")
	if l.Person != "" && uuid.Validate(l.Person) != nil {
		return nobody
	}
	var link string
	err = inVisit(ctx, g, func(ctx context.Context) (err error) {
		id, actor := l.Person, operatorOf(practice)
		if id == "" {
			if id, err = d.People.Awaited(ctx, actor, l.Email); err != nil {
				return err
			}
		}
		link, err = d.People.InviteByHand(ctx, actor, id)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nobody
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "This link lets them in, once, within %d days. Those before it are over:\n\n%s\n\nGive it to them yourself. It is written in the audit log.\n", int(person.InviteLasts.Hours()/24), link)
	return nil
}
