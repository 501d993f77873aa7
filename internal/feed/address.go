package feed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/session"
)

// MakeAddress makes a secret address of actor's own, at which a calendar reads when
// they have appointments, and returns it. It is shown this once and kept nowhere: the
// same form sent again is fault.Conflict. actor has just said who they are, and is told
// by mail.
func (fs *Feeds) MakeAddress(ctx context.Context, actor access.Actor, f Form) (string, error) {
	tx, err := fs.door.Begin(ctx, actor, access.MakeFeed, access.PersonRecord(actor.ID))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	s := secret()
	if err := insertConnection(ctx, tx, addresses, f, MaxAddresses, fs.mark(tx.Practice, "feed", s)); err != nil {
		return "", err
	}
	if err := post.Entrance(ctx, tx, fs.origin); err != nil {
		return "", err
	}
	return fs.origin + "/feed/" + tx.Practice + "." + s + ".ics", tx.Commit()
}

// EndAddress ends a secret address, at once. Ending twice is success.
func (fs *Feeds) EndAddress(ctx context.Context, actor access.Actor, id string) error {
	tx, err := fs.door.Begin(ctx, actor, access.KeepFeeds, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if err := deleteConnection(ctx, tx, addresses, id); err != nil {
		return err
	}
	return tx.Commit()
}

// plain says whether text may be the id of a practice.
func plain(text string) bool {
	return len(text) > 0 && len(text) <= 64 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// Every is how often calendars are told to look again.
const Every = time.Hour

// Fetch returns the calendar at a secret address, which is what comes after /feed/.
// An address that leads nowhere is fault.NotFound, whatever became of it.
func (fs *Feeds) Fetch(ctx context.Context, link string) ([]byte, error) {
	practice, s, _ := strings.Cut(strings.TrimSuffix(link, ".ics"), ".")
	if len(s) != secretLength || !plain(practice) || !strings.HasSuffix(link, ".ics") {
		return nil, fault.Absent()
	}
	person, _, err := fs.whose(ctx, practice, addresses, fs.mark(practice, "feed", s))
	if err != nil {
		return nil, err
	}
	return fs.fetch(ctx, access.Anyone(practice), person)
}

func (fs *Feeds) fetch(ctx context.Context, actor access.Actor, person access.Compartment) ([]byte, error) {
	tx, err := fs.door.Begin(ctx, actor, access.FetchFeed, person)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	roles, err := rolesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	var all []session.Published
	var free []nourish.Time
	since := tx.Now.Add(-Behind)
	switch {
	case slices.Contains(roles, string(access.Clinician)):
		all, err = session.PublishedByIn(ctx, tx, person.Of(), since)
	case slices.Contains(roles, string(access.Client)):
		record := access.ClientRecord(person.Of())
		if free, err = nourish.TimesIn(ctx, tx, record, since); err == nil {
			all, err = session.PublishedOfIn(ctx, tx, record, since)
		}
	default:
		return nil, fault.Absent() // they belong here no more
	}
	if err != nil {
		return nil, err
	}
	return calendarOf(append(fs.events(tx, all), fs.keptFree(tx, free)...), Every), nil
}

// keptFree are times that somebody keeps free for themself, as calendars hold them:
// busy, and nothing that says with what.
func (fs *Feeds) keptFree(tx *access.Tx, all []nourish.Time) []Event {
	events := make([]Event, len(all))
	for i, t := range all {
		events[i] = Event{
			UID: fs.unknown(tx, "free", t.Moment), Start: t.Start, End: t.End,
			Cancelled: t.Off, Sequence: t.Revision - 1, Changed: t.ChangedAt, Busy: true,
		}
	}
	return events
}

// events are meetings as calendars hold them.
func (fs *Feeds) events(tx *access.Tx, all []session.Published) []Event {
	events := make([]Event, len(all))
	for i, p := range all {
		events[i] = Event{
			UID: fs.unknown(tx, "meeting", p.Meeting), Start: p.Start, End: p.End,
			Cancelled: p.Cancelled, Sequence: p.Revision - 1, Changed: p.ChangedAt,
		}
	}
	return events
}

// rolesOf is what whoever's record it is, is in the practice at the moment.
func rolesOf(ctx context.Context, tx *access.Tx) (all []string, err error) {
	rows, err := tx.Query(ctx, `
		SELECT kind FROM grants WHERE practice = $1 AND actor_id = $2 AND compartment = 'operations' AND until > $3`,
		tx.Practice, tx.Compartment.Of(), tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var role string
		if err := rows.Scan(&role); err != nil {
			return nil, fmt.Errorf("read role: %w", err)
		}
		all = append(all, role)
	}
	return all, rows.Err()
}

// A kind is a table of connections that have a secret.
type kind struct {
	table string
	most  int
	what  string
}

var (
	addresses = kind{"feed_address", MaxAddresses, "addresses"}
	programs  = kind{"app_password", MaxPrograms, "app passwords"}
)

type sealedLabel struct {
	Label string `json:"label"`
}

func (k kind) place(id string) string { return k.table + ".sealed " + id }

// whose glances at whose a secret is, by its mark, and says whether it was not used
// lately.
func (fs *Feeds) whose(ctx context.Context, practice string, k kind, mark []byte) (c access.Compartment, stale bool, err error) {
	tx, err := fs.door.Glance(ctx)
	if err != nil {
		return "", false, err
	}
	defer tx.Rollback()

	var micros int64
	text := `SELECT compartment, 0 FROM feed_address WHERE practice = $1 AND mark = $2`
	if k == programs {
		text = `SELECT compartment, used_at FROM app_password WHERE practice = $1 AND mark = $2`
	}
	err = tx.QueryRow(ctx, text, practice, mark).Scan(&c, &micros)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, fault.Absent()
	}
	if err != nil {
		return "", false, fmt.Errorf("look up a calendar: %w", err)
	}
	return c, tx.Now.Sub(access.Moment(micros)) > lately, nil
}

// insertConnection keeps what f makes, whose secret has the mark, unless there are
// most already or it was made before.
func insertConnection(ctx context.Context, tx *access.Tx, k kind, f Form, most int, mark []byte) error {
	tx.Names(f.ID)
	f, err := f.check()
	if err != nil {
		return err
	}
	var before, there int
	err = tx.QueryRow(ctx, `
		SELECT count(*), coalesce(sum(CASE WHEN id = $3 THEN 1 ELSE 0 END), 0) FROM `+k.table+`
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment), f.ID).Scan(&before, &there)
	switch {
	case err != nil:
		return fmt.Errorf("count %s: %w", k.what, err)
	case there > 0:
		return shownOnce()
	case before >= most:
		return tooMany(most, k.what)
	}
	body, err := tx.SealJSON(ctx, k.place(f.ID), sealedLabel{f.Label})
	if err != nil {
		return err
	}
	text := `INSERT INTO feed_address (practice, compartment, id, mark, made_at, sealed) VALUES ($1, $2, $3, $4, $5, $6)`
	if k == programs {
		text = `INSERT INTO app_password (practice, compartment, id, mark, made_at, used_at, sealed) VALUES ($1, $2, $3, $4, $5, 0, $6)`
	}
	if _, err := tx.Exec(ctx, text, tx.Practice, string(tx.Compartment), f.ID, mark, tx.Now.UnixMicro(), body); err != nil {
		return fmt.Errorf("insert into %s: %w", k.table, err)
	}
	return nil
}

func deleteConnection(ctx context.Context, tx *access.Tx, k kind, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM `+k.table+` WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return fmt.Errorf("delete from %s: %w", k.table, err)
	}
	return nil
}

func connections(ctx context.Context, tx *access.Tx, k kind) (all []Connection, err error) {
	used := "0"
	if k == programs {
		used = "used_at"
	}
	rows, err := tx.Query(ctx, `
		SELECT id, made_at, `+used+`, sealed FROM `+k.table+`
		WHERE practice = $1 AND compartment = $2 ORDER BY made_at, id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", k.what, err)
	}
	defer rows.Close()

	for rows.Next() {
		var c Connection
		var made, used int64
		var body []byte
		if err := rows.Scan(&c.ID, &made, &used, &body); err != nil {
			return nil, fmt.Errorf("read %s: %w", k.what, err)
		}
		var s sealedLabel
		if err := tx.OpenJSON(ctx, k.place(c.ID), body, &s); err != nil {
			return nil, err
		}
		c.Label, c.MadeAt, c.UsedAt = s.Label, access.Moment(made), access.Moment(used)
		all = append(all, c)
	}
	return all, rows.Err()
}

// EndAgain is for after a restore: which addresses and app passwords were ended since
// the backup nobody knows, so all of them end. Calendars elsewhere, and busy blocks,
// stay. actor is the operator.
func (fs *Feeds) EndAgain(ctx context.Context, actor access.Actor) error {
	tx, err := fs.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, k := range []kind{addresses, programs} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+k.table+` WHERE practice = $1`, tx.Practice); err != nil {
			return fmt.Errorf("end %s: %w", k.what, err)
		}
	}
	return tx.Commit()
}
