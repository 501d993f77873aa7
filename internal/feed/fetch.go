package feed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/outward"
	"github.com/waymark-care/waymark/internal/session"
)

// The work for later: RoundJob looks what is to be read, FetchJob reads one calendar.
const (
	RoundJob   = "feed.round"
	RoundEvery = 15 * time.Minute
	FetchJob   = "feed.fetch"

	again     = time.Hour      // how soon a calendar is read again
	longestGo = 24 * time.Hour // and if it fails again and again
	anew      = 24 * time.Hour // how soon blocks that come again are worked out further ahead
)

// asked is what one calendar elsewhere may cost.
var asked = outward.Limits{
	Bytes: MaxBytes, Time: 20 * time.Second, Redirects: 3,
	Types: []string{"text/calendar", "text/plain", "application/octet-stream", "application/ics", "application/calendar"},
}

func (fs *Feeds) actor(practice string) access.Actor { return access.System(practice, "feed") }

// Round is the worker for RoundJob: it queues what is to be read, and works out blocks
// that come again for the days that came nearer. loc is where the practice is.
func (fs *Feeds) Round(ctx context.Context, practice string, loc *time.Location) error {
	sources, err := fs.due(ctx, practice)
	if err != nil {
		return err
	}
	for _, s := range sources {
		if err := oneOfMany(ctx, fs.queue(ctx, fs.actor(practice), s.person, s.source)); err != nil {
			return err
		}
	}
	people, err := fs.behind(ctx, practice)
	if err != nil {
		return err
	}
	for _, person := range people {
		if err := oneOfMany(ctx, fs.refresh(ctx, fs.actor(practice), person, loc)); err != nil {
			return err
		}
	}
	return nil
}

// oneOfMany is err only if the work as a whole has to end: what is wrong with one person's
// calendar, which the log is told, keeps no other's from being read.
func oneOfMany(ctx context.Context, err error) error {
	if err != nil && ctx.Err() == nil {
		slog.Warn("a calendar was not looked at", "err", err)
		return nil
	}
	return err
}

type dueSource struct {
	person access.Compartment
	source string
}

// due glances at which calendars are to be read now.
func (fs *Feeds) due(ctx context.Context, practice string) (all []dueSource, err error) {
	tx, err := fs.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, `
		SELECT compartment, id FROM busy_source WHERE practice = $1 AND next_at <= $2 ORDER BY next_at LIMIT 500`,
		practice, tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("look what is to be read: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var d dueSource
		if err := rows.Scan(&d.person, &d.source); err != nil {
			return nil, fmt.Errorf("look what is to be read: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// queue has a calendar read by a job of its own: a server that answers slowly keeps
// no other waiting.
func (fs *Feeds) queue(ctx context.Context, actor access.Actor, person access.Compartment, source string) error {
	tx, err := fs.door.Begin(ctx, actor, access.KeepBusy, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := enqueue(ctx, tx, person.Of(), source); err != nil {
		return err
	}
	return tx.Commit()
}

// Read is the worker for FetchJob: it asks for one calendar elsewhere and keeps from
// and to of what is in it, or why that was not possible. loc is where the practice is,
// for times that name no zone.
func (fs *Feeds) Read(ctx context.Context, run *job.Run, loc *time.Location) error {
	person, source := access.PersonRecord(run.Args["person"]), run.Args["source"]
	where, now, err := fs.where(ctx, fs.actor(run.Practice), person, source)
	if fault.Is(err, fault.NotFound) {
		return nil // it was ended meanwhile
	}
	if err != nil {
		return err
	}
	access.Rest(ctx)
	if err := access.Settle(ctx); err != nil { // asking is what leaves the house
		return err
	}
	spans, reason, err := fs.read(ctx, where, loc, now)
	if err != nil {
		return err // the server stops
	}
	return fs.keep(ctx, fs.actor(run.Practice), person, source, spans, reason)
}

// read asks for a calendar; reason is why it could not be read.
func (fs *Feeds) read(ctx context.Context, where string, loc *time.Location, now time.Time) (spans []session.Span, reason string, err error) {
	a, err := fs.out.Get(ctx, where, asked)
	if ctx.Err() != nil {
		return nil, "", ctx.Err()
	}
	if err != nil {
		return nil, outward.Reason(err), nil
	}
	access.Rest(ctx)
	spans, err = busyOf(a.Body, loc, now.Add(-24*time.Hour), now.Add(Ahead))
	if err != nil {
		return nil, string(trouble(err)), nil
	}
	return spans, "", nil
}

func (fs *Feeds) where(ctx context.Context, actor access.Actor, person access.Compartment, source string) (string, time.Time, error) {
	tx, err := fs.door.Begin(ctx, actor, access.FetchBusy, person)
	if err != nil {
		return "", time.Time{}, err
	}
	defer tx.Rollback()

	tx.Names(source)
	where, err := addressIn(ctx, tx, source)
	if errors.Is(err, sql.ErrNoRows) {
		return "", tx.Now, fault.Absent()
	}
	return where, tx.Now, err
}

// keep keeps what came of reading a calendar. If it could not be read, the times that
// were kept before stay: better busy once too often than booked over.
func (fs *Feeds) keep(ctx context.Context, actor access.Actor, person access.Compartment, source string, spans []session.Span, reason string) error {
	tx, err := fs.door.Begin(ctx, actor, access.KeepBusy, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(source)
	var failures int64
	err = tx.QueryRow(ctx, `SELECT failures FROM busy_source WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(person), source).Scan(&failures)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it was ended meanwhile
	}
	if err != nil {
		return fmt.Errorf("read source: %w", err)
	}
	now := tx.Now.UnixMicro()
	if reason != "" {
		wait := min(again<<min(failures, 10), longestGo)
		_, err = tx.Exec(ctx, `
			UPDATE busy_source SET tried_at = $4, next_at = $5, failures = failures + 1, reason = $6
			WHERE practice = $1 AND compartment = $2 AND id = $3`,
			tx.Practice, string(person), source, now, tx.Now.Add(wait).UnixMicro(), reason)
		if err != nil {
			return fmt.Errorf("note why a source was not read: %w", err)
		}
		return tx.Commit()
	}
	_, err = tx.Exec(ctx, `
		UPDATE busy_source SET tried_at = $4, read_at = $4, next_at = $5, failures = 0, reason = ''
		WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(person), source, now, tx.Now.Add(again).UnixMicro())
	if err != nil {
		return fmt.Errorf("note that a source was read: %w", err)
	}
	if err := replace(ctx, tx, source, spans); err != nil {
		return err
	}
	return tx.Commit()
}

// replace keeps, in tx, when somebody is busy by one origin, and forgets what was kept
// of it before. Mostly nothing has changed, and then nothing is written.
func replace(ctx context.Context, tx *access.Tx, origin string, spans []session.Span) error {
	was, err := timesOf(ctx, tx, origin)
	if err != nil || slices.Equal(was, spans) {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM busy_time WHERE practice = $1 AND compartment = $2 AND origin = $3`,
		tx.Practice, string(tx.Compartment), origin)
	if err != nil {
		return fmt.Errorf("forget busy times: %w", err)
	}
	for some := range slices.Chunk(spans, atOnce) {
		text := strings.Builder{}
		text.WriteString(`INSERT INTO busy_time (practice, compartment, origin, starts_at, ends_at) VALUES `)
		args := []any{tx.Practice, string(tx.Compartment), origin}
		for i, s := range some {
			if i > 0 {
				text.WriteString(", ")
			}
			fmt.Fprintf(&text, "($1, $2, $3, $%d, $%d)", len(args)+1, len(args)+2)
			args = append(args, s.Start.UnixMicro(), s.End.UnixMicro())
		}
		if _, err := tx.Exec(ctx, text.String(), args...); err != nil {
			return fmt.Errorf("keep busy times: %w", err)
		}
	}
	return nil
}

// atOnce is how many times are written by one statement.
const atOnce = 200

func timesOf(ctx context.Context, tx *access.Tx, origin string) (all []session.Span, err error) {
	rows, err := tx.Query(ctx, `
		SELECT starts_at, ends_at FROM busy_time
		WHERE practice = $1 AND compartment = $2 AND origin = $3 ORDER BY starts_at, ends_at`,
		tx.Practice, string(tx.Compartment), origin)
	if err != nil {
		return nil, fmt.Errorf("read busy times: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var starts, ends int64
		if err := rows.Scan(&starts, &ends); err != nil {
			return nil, fmt.Errorf("read busy time: %w", err)
		}
		all = append(all, session.Span{Start: access.Moment(starts), End: access.Moment(ends)})
	}
	return all, rows.Err()
}
