package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/inward"
)

// importCmd brings in what another product kept.
type importCmd struct {
	Files     []string          `arg:"" name:"file" json:"-" help:"Tables saved as CSV, or FHIR Bundles, in the order in which they are brought: clients first."`
	Kind      string            `enum:",clients,appointments,scores" default:"" help:"What they hold: clients, appointments or scores. Without it the names of the columns tell."`
	Clinician string            `placeholder:"ID" help:"Id of the clinician who treats the clients, and whose appointments they are."`
	Map       map[string]string `placeholder:"FIELD=COLUMN" help:"Which column a field is read from, such as start=Datum, where its name does not tell."`
	Dates     string            `enum:",dmy,mdy" default:"" help:"Whether the day (dmy) or the month (mdy) comes first. 2026-11-24 is read without."`
	Minutes   int               `placeholder:"N" help:"Length of an appointment that says none."`
	Source    string            `placeholder:"NAME" help:"What the other product is called; it stands beside every score."`
	DryRun    bool              `help:"Say what would happen, row by row, and keep nothing."`
	Practice  string            `placeholder:"P" help:"Id or public address of the practice, if there are several."`

	Contents [][]byte `kong:"-"`
	Names    []string `kong:"-"`
}

// Help is what "waymark import --help" adds.
func (importCmd) Help() string {
	return "Begin with --dry-run. Bringing the same file again brings nothing twice, and what is here is never overwritten. Nobody is written to: " +
		"clients come without a way to sign in, until they are invited. A row that cannot be brought is named with its line and column, the others are " +
		"brought, and the status is 1. See doc/guide-import.md."
}

// Run reads the files and has them brought.
func (i *importCmd) Run(c *call) error {
	for _, name := range i.Files {
		data, err := firstBytes(name, arrival.MaxBytes+1)
		if err != nil {
			return err
		}
		i.Contents, i.Names = append(i.Contents, data), append(i.Names, name)
	}
	return c.perform("import", i, c.out)
}

// firstBytes are at most n bytes of a file.
func firstBytes(name string, n int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, n))
}

func (i *importCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		return err
	}
	practice, err := d.Practice(ctx, i.Practice)
	if err != nil {
		return err
	}
	wrong := 0
	for n, data := range i.Contents {
		err := inVisit(ctx, g, func(ctx context.Context) error {
			bad, err := i.bring(ctx, d, operatorOf(practice), i.Names[n], data, out)
			wrong += bad
			return err
		})
		if fe := (*fault.Error)(nil); errors.As(err, &fe) && fe.Kind == fault.Invalid {
			return fmt.Errorf("%s: %s", i.Names[n], fieldFirst(fe))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", i.Names[n], err)
		}
	}
	switch {
	case wrong == 0:
		return nil
	case i.DryRun:
		return fmt.Errorf("rows that could not be brought as they are: %d", wrong)
	}
	return fmt.Errorf("rows that were not brought: %d", wrong)
}

// fieldFirst is what is wrong, with the option that would help.
func fieldFirst(fe *fault.Error) string {
	switch fe.Field {
	case "", "file", "source":
		return fe.Text
	case "dates":
		return fe.Text + " Add --dates dmy or --dates mdy."
	case "kind":
		return fe.Text + " Add --kind."
	}
	return fe.Field + ": " + fe.Text + " Add --map " + fe.Field + "=COLUMN."
}

func (i *importCmd) bring(ctx context.Context, d *domains.All, actor access.Actor, name string, data []byte, out io.Writer) (wrong int, err error) {
	p, err := d.People.Public(ctx, access.Anyone(actor.Practice))
	if err != nil {
		return 0, err
	}
	o := arrival.Options{
		Kind: arrival.Kind(i.Kind), Order: arrival.Order(i.Dates), Minutes: i.Minutes, Source: i.Source, Clinician: i.Clinician, Location: p.Location(),
	}
	if inward.Is(data) {
		f, err := inward.Read(data, o.Source, o.Clinician, o.Location)
		if err != nil {
			return 0, err
		}
		return i.act(ctx, d, actor, name, f, o, nil, out)
	}
	t, err := arrival.ReadTable(data)
	if err != nil {
		return 0, err
	}
	if o.Kind == "" {
		o.Kind = arrival.GuessKind(t.Names)
	}
	if o.Map, err = i.mapped(o.Kind, t.Names); err != nil {
		return 0, err
	}
	f, err := arrival.Read(t, o)
	if err != nil {
		return 0, err
	}
	return i.act(ctx, d, actor, name, f, o, t.Names, out)
}

// act looks at what a file brings, or brings it, and tells what became of it.
func (i *importCmd) act(ctx context.Context, d *domains.All, actor access.Actor, name string, f arrival.File, o arrival.Options, names []string, out io.Writer) (wrong int, err error) {
	do := d.Arrivals.Bring
	if i.DryRun {
		do = d.Arrivals.Look
	}
	r, err := do(ctx, actor, f, o.Location)
	if err != nil {
		return 0, err
	}
	return r.Count(arrival.Wrong), tell(out, name, o, names, r)
}

// mapped is the guess of the columns, and over it what was said.
func (i *importCmd) mapped(k arrival.Kind, names []string) (arrival.Mapping, error) {
	m := arrival.Guess(k, names)
	known := make(map[string]bool)
	for _, f := range arrival.FieldsOf(k) {
		known[f.Name] = true
	}
	for field, column := range i.Map {
		if !known[field] {
			return nil, fmt.Errorf("there is no field %q in %s", field, k)
		}
		at := -1
		for n, name := range names {
			if strings.EqualFold(name, column) {
				at = n
			}
		}
		if at < 0 {
			return nil, fmt.Errorf("no column is called %q; there are %s", column, strings.Join(names, ", "))
		}
		for other, n := range m {
			if n == at {
				delete(m, other)
			}
		}
		m[field] = at
	}
	return m, nil
}

// tell writes what became of each row, and of which columns it was read.
func tell(out io.Writer, name string, o arrival.Options, names []string, r arrival.Report) error {
	what := string(o.Kind)
	if names == nil {
		what = "a FHIR Bundle"
	}
	fmt.Fprintf(out, "%s: %s\n", name, what)
	for _, f := range arrival.FieldsOf(o.Kind) {
		if at, there := o.Map[f.Name]; there {
			fmt.Fprintf(out, "  %s is read from “%s”\n", f.Name, names[at])
		}
	}
	words := map[arrival.Verdict]string{
		arrival.Fresh: "new", arrival.Same: "here already", arrival.Changed: "here, and otherwise: left as it is", arrival.Wrong: "wrong",
	}
	if r.Brought {
		words[arrival.Fresh], words[arrival.Wrong] = "brought", "not brought"
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, l := range r.Lines {
		why := l.Note
		for _, f := range l.Flaws {
			if why += " "; f.Column != "" {
				why += "“" + f.Column + "” "
			}
			why += f.Why
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", l.Where, words[l.Verdict], strings.TrimSpace(why))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, left := range r.Left {
		fmt.Fprintf(out, "  there is no place here for %s\n", left)
	}
	_, err := fmt.Fprintf(out, "  %d %s, %d here already, %d here and otherwise, %d %s\n", r.Count(arrival.Fresh), words[arrival.Fresh],
		r.Count(arrival.Same), r.Count(arrival.Changed), r.Count(arrival.Wrong), words[arrival.Wrong])
	return err
}
