package outcome

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
)

// ReportJob is the name of the nightly job that counts; it takes no arguments.
const ReportJob = "outcome.report"

// settles is how long after its end a quarter is counted: what was finished may
// be noted late.
const settles = 30 * 24 * time.Hour

// A Table is one table of the anonymous report: of all work that was finished in
// some quarters, one after the other. Tables do not overlap, and each is counted
// once, for good; so no two of them say anything together that each does not say
// for itself.
type Table struct {
	Since, Upto Quarter
	MadeAt      time.Time
	Counts      Counts
	Weeks       int // median length; 0 if it is not shown
	// Withdrawn: work that was counted here was taken out since. Nothing is shown,
	// and the table is never counted anew: the difference would tell whose it was.
	Withdrawn bool
}

// Period is "January to March 2026".
func (t Table) Period() string { return Period(t.Since, t.Upto) }

// Year is the year of the whole table; 0 if it goes over two.
func (t Table) Year() int {
	if t.Since.Year() == t.Upto.Year() {
		return t.Since.Year()
	}
	return 0
}

// Report returns the tables of the practice's anonymous report, newest first: for
// those who work in the practice. It opens nobody's record.
func (o *Outcomes) Report(ctx context.Context, actor access.Actor) ([]Table, error) {
	tx, err := o.door.Begin(ctx, actor, access.ReadReport, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return tables(ctx, tx)
}

// Years puts the tables of each year together, newest first. A year is shown only
// if its tables cover it and are all shown; of each count the sum, if all of them
// have it. So it says nothing that they do not.
func Years(tables []Table) []Table {
	var all []Table
	for _, t := range tables {
		if t.Since%4 != 0 || t.Year() == 0 {
			continue
		}
		if y, ok := yearOf(t.Since, tables); ok {
			all = append(all, y)
		}
	}
	return all
}

// yearOf is the year that begins with the quarter.
func yearOf(first Quarter, tables []Table) (Table, bool) {
	y := Table{Since: first, Upto: first + 3}
	for s := range y.Counts {
		y.Counts[s].Shown = true
	}
	for next := first; next <= y.Upto; {
		i := slices.IndexFunc(tables, func(t Table) bool { return t.Since == next && t.Upto <= y.Upto && !t.Withdrawn })
		if i < 0 {
			return Table{}, false
		}
		for s, c := range tables[i].Counts {
			y.Counts[s].N += c.N
			y.Counts[s].Shown = y.Counts[s].Shown && c.Shown
		}
		if tables[i].MadeAt.After(y.MadeAt) {
			y.MadeAt = tables[i].MadeAt
		}
		next = tables[i].Upto + 1
	}
	for s := range y.Counts {
		if !y.Counts[s].Shown {
			y.Counts[s].N = 0
		}
	}
	return y, true
}

// Count is the worker for ReportJob: it counts finished work of clients who did
// not say no into tables, once a night, as soon as quarters are over and settled
// and hold enough. Each record is opened once for it, ever.
func (o *Outcomes) Count(ctx context.Context, run *job.Run) error {
	return o.count(ctx, access.System(run.Practice, "report"))
}

func (o *Outcomes) count(ctx context.Context, actor access.Actor) error {
	fresh, err := o.uncounted(ctx, actor)
	if err != nil {
		return err
	}
	return o.keepTables(ctx, actor, fresh)
}

// A pending table is one that was counted and is not kept yet.
type pending struct {
	Table
	of []finished
}

// uncounted are the tables that can be made now. Nothing is opened unless one can.
func (o *Outcomes) uncounted(ctx context.Context, actor access.Actor) ([]pending, error) {
	l, err := o.door.BeginList(ctx, actor, access.CountEpisodes, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	over := quarterAt(l.Now.Add(-settles)) - 1
	next, found, err := toCount(ctx, l, over)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	all := parted(next, over, found)
	for i := range all {
		var groups []group
		var weeks []int
		for j := range all[i].of {
			if err := all[i].of[j].open(ctx, l); err != nil {
				return nil, err
			}
			groups = append(groups, groupOf(all[i].of[j].Episode))
			weeks = append(weeks, all[i].of[j].Weeks())
		}
		all[i].Counts, all[i].Weeks = countsOf(groups), medianOf(weeks)
	}
	return all, nil
}

// parted puts what is to be counted into tables: each begins where the one before
// ended, and goes on, quarter by quarter, until it holds enough. What was finished
// earlier and noted late goes into the next. The rest waits.
func parted(next, over Quarter, found []finished) []pending {
	slices.SortStableFunc(found, func(a, b finished) int { return cmp.Compare(a.quarter, b.quarter) })
	if next == 0 {
		next = found[0].quarter
	}
	var all []pending
	t := pending{Table: Table{Since: next}}
	for q := next; q <= over; q++ {
		for len(found) > 0 && found[0].quarter <= q {
			t.of, found = append(t.of, found[0]), found[1:]
		}
		if len(t.of) >= LeastTable {
			t.Upto = q
			all = append(all, t)
			t = pending{Table: Table{Since: q + 1}}
		}
	}
	return all
}

var errMeanwhile = errors.New("what was read has changed meanwhile")

// keepTables keeps what was counted, and empties tables some of whose work was
// taken out. The second to do so in one night changes nothing.
func (o *Outcomes) keepTables(ctx context.Context, actor access.Actor, fresh []pending) error {
	tx, err := o.door.Begin(ctx, actor, access.KeepReport, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	first, err := tonight(ctx, tx, "report")
	if err != nil || !first {
		return err
	}
	if err := emptyTables(ctx, tx); err != nil {
		return err
	}
	for _, t := range fresh {
		if err := insertTable(ctx, tx, t.Table, len(t.of)); err != nil {
			return err
		}
		for _, f := range t.of {
			kept, err := insertCounted(ctx, tx, f, t.Upto)
			if err != nil {
				return err
			}
			if !kept {
				return fmt.Errorf("count %s: %w", f.ID, errMeanwhile)
			}
		}
	}
	return tx.Commit()
}
