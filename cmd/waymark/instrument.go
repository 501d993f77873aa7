package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
)

// instrumentCmd looks after the questionnaires of a practice.
type instrumentCmd struct {
	Check  instrumentCheckCmd  `cmd:"" help:"Say whether a definition can be used, and what would be asked and scored. Needs no practice."`
	Import instrumentImportCmd `cmd:"" help:"Bring a definition into a practice."`
}

// instrumentCheckCmd reads a definition.
type instrumentCheckCmd struct {
	File string `arg:"" help:"A FHIR R4 Questionnaire with the scoring extension; - reads standard input."`
}

// Help is what "waymark instrument check --help" adds.
func (instrumentCheckCmd) Help() string {
	return "What is wrong is named with its place in the file, as in item[3].answerOption[1], and the status is 1. The form of a definition is described in doc/instruments.md."
}

// Run checks.
func (i *instrumentCheckCmd) Run(c *call) error {
	data, err := readDefinition(c, i.File)
	if err != nil {
		return err
	}
	in, err := instrument.Parse(i.File, data)
	if err != nil {
		return err
	}
	c.say("%s, version %s (%s, %s): %d questions.", in.Name, in.Version, in.ID, in.Language, len(in.Items))
	if _, ships := instrument.Lookup(in.ID, ""); ships {
		c.say("Its id belongs to a questionnaire that comes with Waymark: give it another before it is brought into a practice.")
	}
	c.say("\nHow it is scored")
	for _, line := range in.Rule() {
		c.say("  %s", line)
	}
	if doubts := in.Doubts(); len(doubts) > 0 {
		c.say("\nHow sure this is")
		for _, line := range doubts {
			c.say("  %s", line)
		}
	}
	c.say("\nWhat is asked")
	above := ""
	for n, it := range in.Items {
		if a := in.Above(it); a != above {
			above = a
			c.say("  %s", strings.ReplaceAll(a, "\n", "\n  "))
		}
		c.say("  %d. %s", n+1, it.Text)
		for _, a := range it.Answers {
			c.say("       %d  %s", a.Value, a.Text)
		}
	}
	return nil
}

// instrumentImportCmd brings a definition into a practice.
type instrumentImportCmd struct {
	File     string `arg:"" json:"-" help:"A FHIR R4 Questionnaire with the scoring extension; - reads standard input."`
	Practice string `placeholder:"P" help:"Id or public address of the practice, if there are several."`
	Content  []byte `kong:"-"`
}

// Help is what "waymark instrument import --help" adds.
func (instrumentImportCmd) Help() string {
	return "From then on it can be asked for. A version that is here already is never changed: the same content again is all right, other content needs " +
		"another version, and answers keep the version that they were given under. Whether you may use a published questionnaire is between you and " +
		"whoever holds its rights."
}

// Run reads the file here, and brings it in by the running server or by hand.
func (i *instrumentImportCmd) Run(c *call) error {
	data, err := readDefinition(c, i.File)
	if err != nil {
		return err
	}
	if _, err := instrument.Parse(i.File, data); err != nil {
		return err
	}
	i.Content = data
	return c.perform("instrument-import", i, c.out)
}

func (i *instrumentImportCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return err
	}
	practice, err := d.Practice(ctx, i.Practice)
	if err != nil {
		return err
	}
	var o instrument.Own
	err = inVisit(ctx, g, func(ctx context.Context) (err error) {
		o, err = d.Shelf.Import(ctx, operatorOf(practice), i.Content)
		return err
	})
	var f *fault.Error
	if errors.As(err, &f) && f.Text != "" {
		return errors.New(f.Text)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, version %s, can be asked for.\n", o.Name, o.Version)
	return nil
}
