package calendar

import (
	"context"
	"log/slog"
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
// client any more ends, and what it made is taken out. One that cannot be looked at, which
// the log is told, keeps no other from it.
func (cs *Calendars) Roll(ctx context.Context, run *job.Run, zone *time.Location) error {
	actor := access.System(run.Practice, "calendar")
	all, err := cs.dueSeries(ctx, actor, zone)
	if err != nil {
		return err
	}
	for _, d := range all {
		if err := cs.rollOne(ctx, actor, d, zone); err != nil {
			if ctx.Err() != nil {
				return err
			}
			slog.Warn("a series was not rolled on", "series", d.id, "err", err)
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
	off, err := session.CallOffIn(ctx, tx, s.ID, tx.Now, time.Time{}, s.made(zone))
	if err != nil {
		return err
	}
	last := max(today, s.First) // First: it never began
	if len(off) == 0 && s.Last != 0 && s.Last <= last {
		return nil // it has ended already
	}
	s.Last, s.Revision = last, s.Revision+1
	if err := updateSeries(ctx, tx, s); err != nil {
		return err
	}
	return tx.Commit()
}

// closeFor takes out the appointments of s on days on which the practice is closed, if
// they are as s made them, by this pattern or by one that it had before.
func closeFor(ctx context.Context, tx *access.Tx, s Series, today Day, zone *time.Location) (off int, err error) {
	closed, err := holidaysIn(ctx, tx, today, today+aheadDays)
	if err != nil {
		return 0, err
	}
	for _, h := range closed {
		taken, err := session.CallOffIn(ctx, tx, s.ID, max(h.First, today).Begins(zone), (h.Last + 1).Begins(zone), s.made(zone))
		if err != nil {
			return off, err
		}
		off += len(taken)
		for _, start := range taken {
			if err := insertLeft(ctx, tx, s, Left{DayOf(start, zone), WhyHoliday}); err != nil {
				return off, err
			}
		}
	}
	return off, nil
}

// made is the booking of what s made at a time.
func (s Series) made(zone *time.Location) func(time.Time) session.Booking {
	return func(start time.Time) session.Booking { return s.booking(DayOf(start, zone), start) }
}
