package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/method"
)

// methodCmd looks after the methods of a practice's own.
type methodCmd struct {
	Check  methodCheckCmd  `cmd:"" help:"Say whether a file of methods can be used, and what is in it. Needs no practice."`
	Import methodImportCmd `cmd:"" help:"Bring a file of methods into a practice."`
}

// methodCheckCmd reads a file of methods.
type methodCheckCmd struct {
	File string `arg:"" help:"Concerns, approaches and techniques as JSON; - reads standard input."`
}

// Help is what "waymark method check --help" adds.
func (methodCheckCmd) Help() string {
	return "What is wrong is named with its place in the file, as in approaches[0].links[2].concern, and the status is 1. What a file names must be in it or come with " +
		"Waymark. The form of a file is described in doc/methods.md."
}

// Run checks.
func (m *methodCheckCmd) Run(c *call) error {
	data, err := readDefinition(c, m.File)
	if err != nil {
		return err
	}
	all, err := method.Bring(data)
	if err != nil {
		return said(err)
	}
	for _, o := range all {
		c.say("%s, version %d (%s %s)", o.Entry().Name, o.Entry().Version, o.Kind(), o.Entry().ID)
		c.say("  %s", o.Entry().About.Clinician)
		for _, s := range o.Sources() {
			c.say("  Rests on: %s (%s)", s.Cite, s.CheckedWords())
		}
	}
	return nil
}

// methodImportCmd brings a file of methods into a practice.
type methodImportCmd struct {
	File     string `arg:"" json:"-" help:"Concerns, approaches and techniques as JSON; - reads standard input."`
	Practice string `placeholder:"P" help:"Id or public address of the practice, if there are several."`
	Content  []byte `kong:"-"`
}

// Help is what "waymark method import --help" adds.
func (methodImportCmd) Help() string {
	return "All of the file is brought in, or nothing. A version that is here already is never changed: the same content again is all right, other content needs the next " +
		"version, and plans keep the version that they were made with."
}

// Run reads the file here, and brings it in by the running server or by hand.
func (m *methodImportCmd) Run(c *call) error {
	data, err := readDefinition(c, m.File)
	if err != nil {
		return err
	}
	if _, err := method.Parse(data); err != nil {
		return err
	}
	m.Content = data
	return c.perform("method-import", m, c.out)
}

func (m *methodImportCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return err
	}
	practice, err := d.Practice(ctx, m.Practice)
	if err != nil {
		return err
	}
	var all []method.Own
	err = inVisit(ctx, g, func(ctx context.Context) (err error) {
		all, err = d.Methods.Import(ctx, operatorOf(practice), m.Content)
		return err
	})
	if err != nil {
		return said(err)
	}
	for _, o := range all {
		fmt.Fprintf(out, "%s, version %d, can be chosen.\n", o.Entry().Name, o.Entry().Version)
	}
	if len(all) == 0 {
		fmt.Fprintln(out, "All of it was here already.")
	}
	return nil
}

// said is err in the words of a person, if it has some.
func said(err error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Text != "" {
		return errors.New(f.Text)
	}
	return err
}
