package nourish

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/mood"
)

// What the database holds under the compartment's key.
type (
	sealedThing struct {
		Words  string `json:"words"`
		Kinds  []Kind `json:"kinds,omitempty"`
		Drains bool   `json:"drains,omitempty"`
		Item   string `json:"item,omitempty"`
		Away   bool   `json:"away,omitempty"`
	}
	sealedMoment struct {
		Thing string `json:"thing"`
		State State  `json:"state"`
		Clock Clock  `json:"clock,omitzero"`
		Kept  bool   `json:"kept,omitempty"`
		Line  string `json:"line,omitempty"`
	}
	sealedSetting struct {
		Shown bool `json:"shown"`
	}
)

func inserted(done sql.Result, err error, what string) (bool, error) {
	if err != nil {
		return false, fmt.Errorf("keep %s: %w", what, err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// insertThing keeps a revision, and says whether it did: somebody may have been quicker.
func insertThing(ctx context.Context, tx *access.Tx, t Thing) (bool, error) {
	body, err := tx.SealJSON(ctx, place("nourish_thing", t.ID, t.Revision), sealedThing{t.Words, t.Kinds, t.Drains, t.Item, t.Away})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO nourish_thing (practice, compartment, id, revision, at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), t.ID, t.Revision, t.At.UnixMicro(), body)
	return inserted(done, err, "what nourishes")
}

// thingsOf are the things as they are now, in the order in which they were remembered:
// their ids carry when that was.
func thingsOf(ctx context.Context, tx *access.Tx) ([]Thing, error) {
	rows, err := tx.Query(ctx, `
		SELECT t.id, t.revision, t.at, t.sealed FROM nourish_thing t
		WHERE t.practice = $1 AND t.compartment = $2
		  AND NOT EXISTS (SELECT 1 FROM nourish_thing later
			WHERE later.practice = t.practice AND later.compartment = t.compartment
			  AND later.id = t.id AND later.revision > t.revision)
		ORDER BY t.id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read what nourishes: %w", err)
	}
	defer rows.Close()

	var all []Thing
	for rows.Next() {
		var t Thing
		var at int64
		var body []byte
		if err := rows.Scan(&t.ID, &t.Revision, &at, &body); err != nil {
			return nil, fmt.Errorf("read what nourishes: %w", err)
		}
		var s sealedThing
		if err := tx.OpenJSON(ctx, place("nourish_thing", t.ID, t.Revision), body, &s); err != nil {
			return nil, err
		}
		t.At, t.Words, t.Kinds, t.Drains, t.Item, t.Away = access.Moment(at), s.Words, s.Kinds, s.Drains, s.Item, s.Away
		all = append(all, t)
	}
	return all, rows.Err()
}

func insertMoment(ctx context.Context, tx *access.Tx, m Moment) (bool, error) {
	body, err := tx.SealJSON(ctx, place("nourish_moment", m.ID, m.Revision), sealedMoment{m.Thing, m.State, m.Clock, m.Kept, m.Line})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO nourish_moment (practice, compartment, id, revision, day, at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), m.ID, m.Revision, int64(m.Day), m.At.UnixMicro(), body)
	return inserted(done, err, "a day of it")
}

const newestMoment = `NOT EXISTS (SELECT 1 FROM nourish_moment later
	WHERE later.practice = m.practice AND later.compartment = m.compartment
	  AND later.id = m.id AND later.revision > m.revision)`

// momentsOf are the moments of the days from one to another as they are now, in order
// of day.
func momentsOf(ctx context.Context, tx *access.Tx, from, to mood.Day) ([]Moment, error) {
	rows, err := tx.Query(ctx, `
		SELECT m.id, m.revision, m.day, m.at, m.sealed FROM nourish_moment m
		WHERE m.practice = $1 AND m.compartment = $2 AND m.day >= $3 AND m.day <= $4 AND `+newestMoment+`
		ORDER BY m.day, m.id`, tx.Practice, string(tx.Compartment), int64(from), int64(to))
	return moments(ctx, tx, rows, err)
}

func momentOf(ctx context.Context, tx *access.Tx, id string) (Moment, bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT m.id, m.revision, m.day, m.at, m.sealed FROM nourish_moment m
		WHERE m.practice = $1 AND m.compartment = $2 AND m.id = $3 AND `+newestMoment,
		tx.Practice, string(tx.Compartment), id)
	all, err := moments(ctx, tx, rows, err)
	if err != nil || len(all) == 0 {
		return Moment{}, false, err
	}
	return all[0], true, nil
}

func moments(ctx context.Context, tx *access.Tx, rows *access.Rows, err error) ([]Moment, error) {
	if err != nil {
		return nil, fmt.Errorf("read days: %w", err)
	}
	defer rows.Close()

	var all []Moment
	for rows.Next() {
		var m Moment
		var at int64
		var body []byte
		if err := rows.Scan(&m.ID, &m.Revision, &m.Day, &at, &body); err != nil {
			return nil, fmt.Errorf("read days: %w", err)
		}
		var s sealedMoment
		if err := tx.OpenJSON(ctx, place("nourish_moment", m.ID, m.Revision), body, &s); err != nil {
			return nil, err
		}
		m.At, m.Thing, m.State, m.Clock, m.Kept, m.Line = access.Moment(at), s.Thing, s.State, s.Clock, s.Kept, s.Line
		all = append(all, m)
	}
	// By the clock within a day, where one is said.
	slices.SortStableFunc(all, func(a, b Moment) int {
		if a.Day != b.Day {
			return int(a.Day - b.Day)
		}
		return a.Clock.From - b.Clock.From
	})
	return all, rows.Err()
}

// keepTime writes down from when to when m is kept free, or that it is so no longer.
func keepTime(ctx context.Context, tx *access.Tx, m Moment, zone *time.Location) error {
	at := func(minutes int) int64 {
		day := m.Day.In(zone)
		return time.Date(day.Year(), day.Month(), day.Day(), 0, minutes, 0, 0, zone).UnixMicro()
	}
	off := int64(1)
	if m.Kept {
		off = 0
	}
	if off == 1 {
		_, err := tx.Exec(ctx, `
			UPDATE nourish_time SET revision = $4, changed_at = $5, off = 1
			WHERE practice = $1 AND compartment = $2 AND id = $3`,
			tx.Practice, string(tx.Compartment), m.ID, m.Revision, tx.Now.UnixMicro())
		if err != nil {
			return fmt.Errorf("keep time free no longer: %w", err)
		}
		return nil
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO nourish_time (practice, compartment, id, revision, starts_at, ends_at, changed_at, off)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
		ON CONFLICT (practice, compartment, id) DO UPDATE
		SET revision = excluded.revision, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
		    changed_at = excluded.changed_at, off = 0`,
		tx.Practice, string(tx.Compartment), m.ID, m.Revision, at(m.Clock.From), at(m.Clock.To), tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep time free: %w", err)
	}
	return nil
}

func timesOf(ctx context.Context, tx *access.Tx, client access.Compartment, since time.Time) ([]Time, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, revision, starts_at, ends_at, changed_at, off FROM nourish_time
		WHERE practice = $1 AND compartment = $2 AND ends_at >= $3
		ORDER BY starts_at, id`, tx.Practice, string(client), since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read times kept free: %w", err)
	}
	defer rows.Close()

	var all []Time
	for rows.Next() {
		var t Time
		var start, end, changed, off int64
		if err := rows.Scan(&t.Moment, &t.Revision, &start, &end, &changed, &off); err != nil {
			return nil, fmt.Errorf("read times kept free: %w", err)
		}
		t.Start, t.End, t.ChangedAt, t.Off = access.Moment(start), access.Moment(end), access.Moment(changed), off == 1
		all = append(all, t)
	}
	return all, rows.Err()
}

// offAgain keeps a time free no longer, if it was not changed after it ended.
func offAgain(ctx context.Context, tx *access.Tx, e access.Ending, moment string) error {
	_, err := tx.Exec(ctx, `
		UPDATE nourish_time SET off = 1, revision = revision + 1, changed_at = $4
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND off = 0 AND changed_at < $5`,
		tx.Practice, string(e.Compartment), moment, tx.Now.UnixMicro(), e.At.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep time free no longer: %w", err)
	}
	return nil
}

func sharingOf(ctx context.Context, tx *access.Tx) (set Sharing, err error) {
	var body []byte
	err = tx.QueryRow(ctx, `
		SELECT revision, sealed FROM nourish_setting
		WHERE practice = $1 AND compartment = $2 ORDER BY revision DESC LIMIT 1`,
		tx.Practice, string(tx.Compartment)).Scan(&set.Revision, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return Sharing{}, nil
	}
	if err != nil {
		return set, fmt.Errorf("read who sees what nourishes: %w", err)
	}
	var s sealedSetting
	err = tx.OpenJSON(ctx, place("nourish_setting", "", set.Revision), body, &s)
	set.Shown = s.Shown
	return set, err
}

func insertSharing(ctx context.Context, tx *access.Tx, client access.Compartment, set Sharing) (bool, error) {
	body, err := tx.SealJSONIn(ctx, client, place("nourish_setting", "", set.Revision), sealedSetting{set.Shown})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO nourish_setting (practice, compartment, revision, at, sealed)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		tx.Practice, string(client), set.Revision, tx.Now.UnixMicro(), body)
	return inserted(done, err, "who sees what nourishes")
}

// hideAgain shows nothing any more, if nothing was decided after that ended.
func hideAgain(ctx context.Context, tx *access.Tx, e access.Ending) error {
	var revision, at int64
	err := tx.QueryRow(ctx, `
		SELECT revision, at FROM nourish_setting
		WHERE practice = $1 AND compartment = $2 ORDER BY revision DESC LIMIT 1`,
		tx.Practice, string(e.Compartment)).Scan(&revision, &at)
	switch {
	case errors.Is(err, sql.ErrNoRows): // nothing was ever shown
		return nil
	case err != nil:
		return fmt.Errorf("read who sees what nourishes: %w", err)
	case at >= e.At.UnixMicro():
		return nil
	}
	_, err = insertSharing(ctx, tx, e.Compartment, Sharing{Revision: revision + 1})
	return err
}
