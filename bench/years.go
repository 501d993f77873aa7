package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/keys"
	notes "github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
)

// years is a practice as it is after a long time: every client answers PHQ-9 and GAD-7
// and has a session every other week, which is noted as held, and a signed note of
// each eighth week.
type years struct {
	clients, weeks int
}

const (
	perClinician = 50
	sessionEvery = 2 // weeks
	noteEvery    = 8
)

// make makes it in dir, on SQLite, by the domains' own methods.
func (y years) make(ctx context.Context, dir string, out io.Writer) (s *place, id string, clients []string, err error) {
	began := time.Now()
	p := &practice{dir: dir}
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		return nil, "", nil, err
	}
	m := &maker{practice: p}
	root, kit, err := keys.Create(filepath.Join(dir, "keys"), keys.LockEvaluation(dir))
	if err != nil {
		return nil, "", nil, err
	}
	if err := m.stand(ctx, root); err != nil {
		return nil, "", nil, err
	}
	all, err := y.tell(ctx, m, time.Now())
	if err != nil {
		return nil, "", nil, fmt.Errorf("make a practice of years: %w", err)
	}
	m.apart.Close()
	m.db.Close()
	for _, c := range all {
		clients = append(clients, c.id)
	}
	fmt.Fprintf(out, "%d clients, %d weeks, made in %.0f s\n", y.clients, y.weeks, time.Since(began).Seconds())
	s, err = openPlace(ctx, p, root, kit.Identity())
	return s, m.id, clients, err
}

func (y years) tell(ctx context.Context, m *maker, end time.Time) ([]member, error) {
	m.id = person.NewPracticeID()
	set := func(at time.Time) { m.now.Store(at.UnixMicro()) }
	set(end.Add(-time.Duration(y.weeks+1) * week))
	operator := access.System(m.id, "operator")
	err := m.visit(ctx, func(ctx context.Context) error {
		_, err := m.people.Found(ctx, operator, person.Practice{Slug: "years", Name: "Years", Country: "GB", TimeZone: "Europe/London"})
		return err
	})
	if err != nil {
		return nil, err
	}
	clinicians := make([]string, (y.clients+perClinician-1)/perClinician)
	for i := range clinicians {
		if clinicians[i], err = m.join(ctx, operator, "staff", i, person.Clinician); err != nil {
			return nil, err
		}
	}
	clients := make([]member, y.clients)
	err = each(len(clients), func(i int) error {
		clients[i].clinician = clinicians[i%len(clinicians)]
		return m.begin(ctx, &clients[i], "client", i, false)
	})
	if err != nil {
		return nil, err
	}
	if err := m.letters(ctx); err != nil {
		return nil, err
	}
	kept := notes.New(m.door)
	for w := y.weeks; w > 0; w -= sessionEvery {
		at := end.Add(-time.Duration(w) * week).Truncate(time.Hour)
		set(at.Add(-week))
		planned := make([]session.Appointment, len(clients))
		err := each(len(clients), func(i int) (err error) {
			c, start := &clients[i], at.Add(-time.Duration(1+i/len(clinicians))*time.Hour)
			return m.visit(ctx, func(ctx context.Context) error {
				planned[i], err = m.sessions.Plan(ctx, m.who(c.clinician), access.ClientRecord(c.id), session.Form{ID: m.newID(), Start: start, Length: 50 * time.Minute, Place: "Room 2"})
				return err
			})
		})
		if err != nil {
			return nil, fmt.Errorf("planned %d weeks before the end: %w", w, err)
		}
		set(at)
		err = each(len(clients), func(i int) error {
			c := &clients[i]
			if err := m.week(ctx, c, int64(w)); err != nil {
				return err
			}
			return m.met(ctx, kept, c, planned[i], w%noteEvery == 0)
		})
		if err != nil {
			return nil, fmt.Errorf("%d weeks before the end: %w", w, err)
		}
	}
	set(end)
	_, err = m.log.Checkpoint(ctx)
	return clients, err
}

// met is a session that was held, and perhaps the note of it.
func (m *maker) met(ctx context.Context, kept *notes.Notes, c *member, a session.Appointment, noted bool) error {
	record, by := access.ClientRecord(c.id), m.who(c.clinician)
	err := m.visit(ctx, func(ctx context.Context) error {
		_, err := m.sessions.Attend(ctx, by, record, a.ID, a.Revision, session.Said{Attendance: session.Came})
		return err
	})
	if err != nil || !noted {
		return err
	}
	return m.visit(ctx, func(ctx context.Context) error {
		_, _, err := kept.Sign(ctx, by, record, notes.Form{
			ID: m.newID(), Session: a.ID, Page: uuid.Must(uuid.NewV7()).String(), Shape: notes.Free,
			Words: notes.Words{"text": strings.Repeat(note+" ", 12)}, // 2.4 kB
		})
		return err
	})
}
