package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/token"
)

// tokenCmd is about the tokens by which other programs come in.
type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token, and print it this once."`
}

// tokenCreateCmd makes one.
type tokenCreateCmd struct {
	For      string        `required:"" placeholder:"ID" help:"Id of the person in whose name the program acts."`
	Scopes   string        `required:"" placeholder:"SCOPES" help:"What it may do, such as \"user/Patient.rs user/Observation.rs\"."`
	TTL      time.Duration `name:"ttl" default:"2160h" placeholder:"TIME" help:"How long it lasts, such as 12h; at most a year."`
	Label    string        `default:"Made by the operator" help:"What it is called under the person's account."`
	Practice string        `placeholder:"SLUG" help:"Id or public address of the practice, if there are several."`
}

// Help is what "waymark token create --help" adds.
func (tokenCreateCmd) Help() string {
	return "The program may do what its scopes say, and never more than the person may at that moment. Whoever has the token has that: keep it like a " +
		"password. The person sees it under their account and can end it there, at once. It is written in the audit log."
}

// Run makes the token.
func (t *tokenCreateCmd) Run(c *call) error { return c.perform("token-create", t, c.out) }

func (t *tokenCreateCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return err
	}
	practice, err := d.Practice(ctx, t.Practice)
	if err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	f := token.Form{ID: id.String(), Label: t.Label, Scopes: strings.Fields(t.Scopes), Lasts: t.TTL}
	var made string
	err = inVisit(ctx, g, func(ctx context.Context) (err error) {
		made, err = d.Tokens.MakeFor(ctx, operatorOf(practice), t.For, f)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return errors.New("there is nobody of this id in the practice")
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(out, made)
	return nil
}
