package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/waymark-care/waymark/internal/archive"
)

type dbCmd struct {
	Check dbCheckCmd `cmd:"" help:"Check the databases, the audit log, the keys, and that what is sealed opens."`
}

// dbCheckCmd checks what is stored.
type dbCheckCmd struct {
	All  bool `help:"Open every sealed value, not fifty of each table."`
	JSON bool `help:"Print JSON."`
}

// Help is what "waymark db check --help" adds.
func (dbCheckCmd) Help() string {
	return "It changes nothing and shows nothing of what people wrote. The status is 1 if something is wrong."
}

// Run checks.
func (d *dbCheckCmd) Run(c *call) error { return c.perform("db-check", d, c.out) }

// few is how many sealed values of each table are opened without --all.
const few = 50

func (d *dbCheckCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	most := few
	if d.All {
		most = archive.All
	}
	c, err := g.house().Check(ctx, most)
	if err != nil {
		return err
	}
	if d.JSON {
		if err := json.NewEncoder(out).Encode(c); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "Audit log: %d leaves.\nSealed values: %d rows, %d opened, %d erased for good.\n", c.Leaves, c.Rows, c.Opened, c.Erased)
		if c.Orphans > 0 {
			fmt.Fprintf(out, "Keys of no record: %d. They do no harm: a key is made before the record it is for.\n", c.Orphans)
		}
		for _, w := range c.Wrong {
			fmt.Fprintf(out, "Wrong: %s.\n", w)
		}
		if len(c.Wrong) == 0 {
			fmt.Fprintln(out, "All is as it was written.")
		} else {
			fmt.Fprintln(out, "Stop the server, keep a copy of everything as it is, and restore the newest backup that is sound.")
		}
	}
	if len(c.Wrong) > 0 {
		return exit(1)
	}
	return nil
}
