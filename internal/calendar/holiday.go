package calendar

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// What holidays may be.
const (
	MaxHolidayName = 200 // characters
	MaxHolidays    = 200 // that are not over
	maxClosed      = 100 // days in a row
)

// A Holiday is when the whole practice is closed: nothing is open to be booked then,
// and no series has an appointment.
type Holiday struct {
	ID          string // UUIDv7, made with the form
	First, Last Day
	Name        string
}

func (h Holiday) on(d Day) bool { return d >= h.First && d <= h.Last }

func (h Holiday) check(today Day) (Holiday, error) {
	if err := fault.FormID(h.ID); err != nil {
		return h, err
	}
	switch {
	case h.Last < h.First:
		return h, fault.New(fault.Invalid, "last", "Choose a last day that is not before the first.")
	case h.Last < today:
		return h, fault.New(fault.Invalid, "first", "That is over already. Please choose a later day.")
	case h.Last-h.First >= maxClosed:
		return h, fault.New(fault.Invalid, "last", "That is more than a hundred days. Please choose an earlier last day.")
	}
	var err error
	h.Name, err = fault.Line("name", h.Name, MaxHolidayName)
	return h, err
}

// Holidays returns those that are not over, in order: for everybody who works there.
func (cs *Calendars) Holidays(ctx context.Context, actor access.Actor, zone *time.Location) ([]Holiday, error) {
	tx, err := cs.door.Begin(ctx, actor, access.ReadHolidays, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return holidaysIn(ctx, tx, DayOf(tx.Now, zone), farDay)
}

// Close keeps that the practice is closed then. The program takes the appointments of
// series on those days out, as the practice's; what was planned by itself stays, for
// whoever planned it to settle. Sending the same form twice is success.
func (cs *Calendars) Close(ctx context.Context, actor access.Actor, h Holiday, zone *time.Location) error {
	tx, err := cs.door.Begin(ctx, actor, access.SetHolidays, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(h.ID)
	today := DayOf(tx.Now, zone)
	if h, err = h.check(today); err != nil {
		return err
	}
	all, err := holidaysIn(ctx, tx, today, farDay)
	if err != nil {
		return err
	}
	for _, was := range all {
		if was.ID == h.ID {
			if was != h {
				return fault.UsedTwice()
			}
			return nil
		}
	}
	if len(all) >= MaxHolidays {
		return fault.New(fault.TooLarge, "first", "Two hundred holidays ahead are as many as fit. Please take some out first.")
	}
	if won, err := insertHoliday(ctx, tx, h); err != nil || !won {
		return err
	}
	if err := rollSoon(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Open takes a holiday out. What was taken out of series for it does not come back by
// itself. Doing so twice is success.
func (cs *Calendars) Open(ctx context.Context, actor access.Actor, id string) error {
	tx, err := cs.door.Begin(ctx, actor, access.SetHolidays, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if there, err := endHoliday(ctx, tx, id); err != nil || !there {
		return orAbsent(err)
	}
	return tx.Commit()
}
