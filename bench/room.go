package main

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
)

const (
	aDay  = 8  // sessions of the leading clinician today
	desks = 40 // clinicians whose week is full
	// staff is how many others there are in every practice that is compared, however few
	// of them share its clients: so the week of all of them is as long on its page, and
	// whoever lists their clients knows as many colleagues.
	staff = 100
)

// furnish has the clinicians join whose week is measured, each with one client, and the
// colleagues who have none.
func (m *maker) furnish(ctx context.Context, operator access.Actor) error {
	err := each(staff-m.size.clinicians, func(i int) error {
		_, err := m.join(ctx, operator, "colleague", i, person.Clinician)
		return err
	})
	if err != nil {
		return err
	}
	m.desks = make([]member, desks)
	return each(desks, func(i int) (err error) {
		if m.desks[i].clinician, err = m.join(ctx, operator, "desk", i, person.Clinician); err != nil {
			return err
		}
		return m.begin(ctx, &m.desks[i], "beside", i, false)
	})
}

// lastTime holds a session with each client of today, from at on: something was
// brought, decided and left open.
func (m *maker) lastTime(ctx context.Context, at time.Time) error {
	hours := hour.New(m.door)
	for i := range aDay {
		c := &m.yearly[i]
		by, own, record := m.who(c.clinician), m.who(c.id), access.ClientRecord(c.id)
		id := m.newID()
		start := at.Truncate(time.Hour).Add(time.Duration(i+1) * time.Hour)
		err := m.visit(ctx, func(ctx context.Context) error {
			_, err := m.sessions.Plan(ctx, by, record, session.Form{ID: id, Start: start, Length: 50 * time.Minute, Place: "Room 2"})
			if err != nil {
				return err
			}
			_, err = hours.Bring(ctx, own, record, hour.ItemForm{ID: m.newID(), Text: "The visit at home, and what came after it"})
			return err
		})
		if err != nil {
			return err
		}
		m.now.Store(start.UnixMicro())
		err = m.visit(ctx, func(ctx context.Context) error {
			if _, err := hours.Begin(ctx, by, record, id, 0); err != nil {
				return err
			}
			_, err := hours.Keep(ctx, by, record, id, hour.KeptForm{
				Decisions: "We look at the mornings first", ForClient: "Go out once before ten", ForClinician: "Bring the sheet",
				Open: "What to say to the brother", Calm: "The walk along the river",
			})
			if err != nil {
				return err
			}
			_, err = hours.End(ctx, by, record, id)
			return err
		})
		if err != nil {
			return fmt.Errorf("session %d: %w", i, err)
		}
	}
	return nil
}

// rooms fills the week after next of every desk, in which nobody else has a session, and
// the day of the leading clinician, each of whose clients brings something.
func (m *maker) rooms(ctx context.Context, end time.Time) error {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return err
	}
	y, mo, d := end.In(london).Date()
	today := time.Date(y, mo, d, 0, 0, 0, 0, london)
	full := today.AddDate(0, 0, 14-(int(today.Weekday())+6)%7)
	m.full = full.Format(time.DateOnly)
	meets := func(c *member, start time.Time) error {
		return m.visit(ctx, func(ctx context.Context) error {
			_, err := m.sessions.Plan(ctx, m.who(c.clinician), access.ClientRecord(c.id), session.Form{
				ID: m.newID(), Start: start, Length: 50 * time.Minute, Place: "Room 2",
			})
			return err
		})
	}
	m.now.Store(today.UnixMicro())
	err = each(desks, func(i int) error {
		for day := range 5 {
			for _, clock := range []int{9, 10, 11, 14, 15} {
				if err := meets(&m.desks[i], full.AddDate(0, 0, day).Add(time.Duration(clock)*time.Hour)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range aDay {
		c := &m.yearly[i]
		if err := meets(c, today.Add(time.Duration(8+i)*time.Hour)); err != nil {
			return err
		}
		err := m.visit(ctx, func(ctx context.Context) error {
			_, err := hour.New(m.door).Bring(ctx, m.who(c.id), access.ClientRecord(c.id), hour.ItemForm{ID: m.newID(), Text: "How the mornings went"})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
