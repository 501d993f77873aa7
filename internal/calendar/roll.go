package calendar

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/session"
)

// SeriesJob is the name of the job that makes the appointments of series ahead of time.
const SeriesJob = "calendar.series"

// ClosedJob is the name of the same work, asked for because the practice is closed on
// other days.
const ClosedJob = "calendar.closed"

// SeriesEvery is how often it looks. An appointment is made at most so much later than
// 28 weeks before it.
const SeriesEvery = 6 * time.Hour

// rollSoon has, in tx, what comes round looked at soon.
func rollSoon(ctx context.Context, tx *access.Tx) error {
	return job.Enqueue(ctx, tx, job.Job{Name: ClosedJob, Key: "now"})
}

// A due is a series that the job has to look at.
type due struct {
	person string // compartment
	id     string
}

// Roll is the worker for SeriesJob and ClosedJob: it makes what of each series lies within the next
// 28 weeks, and takes out what meets a holiday of the practice; both by the practice's
// clocks. Doing it twice does nothing more. A series whose clinician does not treat the
// client any more ends, and what it made is taken out.
func (cs *Calendars) Roll(ctx context.Context, run *job.Run, zone *time.Location) error {
	actor := access.System(run.Practice, "calendar")
	all, err := cs.dueSeries(ctx, actor, zone)
	if err != nil {
		return err
	}
	for _, d := range all {
		if err := cs.rollOne(ctx, actor, d, zone); err != nil {
			return err
		}
	}
	return nil
}

func (cs *Calendars) dueSeries(ctx context.Context, actor access.Actor, zone *time.Location) ([]due, error) {
	tx, err := cs.door.Begin(ctx, actor, access.ListSeries, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return dueOf(ctx, tx, DayOf(tx.Now, zone))
}

func (cs *Calendars) rollOne(ctx context.Context, actor access.Actor, d due, zone *time.Location) error {
	tx, err := cs.door.Begin(ctx, actor, access.RollSeries, access.Compartment(d.person))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(d.id)
	client := access.ClientRecord(tx.Compartment.Of())
	s, there, err := seriesOne(ctx, tx, client, d.id)
	if err != nil || !there {
		return err
	}
	today := DayOf(tx.Now, zone)
	works, err := treats(ctx, tx, client, s.ClinicianID)
	if err != nil {
		return err
	}
	if !works {
		return leaveOff(ctx, tx, s, today, zone)
	}
	off, err := closeFor(ctx, tx, s, today, zone)
	if err != nil {
		return err
	}
	if off == 0 && s.RolledTo >= today+aheadDays {
		return nil
	}
	if _, _, err := rollIn(ctx, tx, s, today+aheadDays, zone); err != nil {
		return err
	}
	if err := session.TidyIn(ctx, tx, s.ClinicianID); err != nil {
		return err
	}
	return tx.Commit()
}

// leaveOff ends, in tx, a series whose clinician does not treat the client any more: what
// it made is taken out, so that it holds nobody's time.
func leaveOff(ctx context.Context, tx *access.Tx, s Series, today Day, zone *time.Location) error {
	last := max(today, s.First) // First: it never began
	if s.Last != 0 && s.Last <= last {
		return nil // it has ended already
	}
	for _, d := range s.days(today-1, max(s.RolledTo, today)) {
		if _, start := s.startOn(d, nil, zone); !start.IsZero() {
			if _, err := session.CallOffIn(ctx, tx, s.booking(d, start)); err != nil {
				return err
			}
		}
	}
	s.Last, s.Revision = last, s.Revision+1
	if err := updateSeries(ctx, tx, s); err != nil {
		return err
	}
	return tx.Commit()
}

// closeFor takes out the appointments of s on days on which the practice is closed, if
// they are as s made them.
func closeFor(ctx context.Context, tx *access.Tx, s Series, today Day, zone *time.Location) (off int, err error) {
	closed, err := holidaysIn(ctx, tx, today, today+aheadDays)
	if err != nil {
		return 0, err
	}
	for _, h := range closed {
		for _, d := range s.days(max(h.First, today)-1, h.Last) {
			_, start := s.startOn(d, nil, zone)
			if start.IsZero() {
				continue
			}
			done, err := session.CallOffIn(ctx, tx, s.booking(d, start))
			if err != nil {
				return off, err
			}
			if !done {
				continue
			}
			off++
			if err := insertLeft(ctx, tx, s, Left{d, WhyHoliday}); err != nil {
				return off, err
			}
		}
	}
	return off, nil
}
