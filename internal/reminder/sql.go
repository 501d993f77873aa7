package reminder

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// asking is what the database knows of when somebody may be reminded.
type asking struct {
	Wish
	sentAt time.Time
}

func askingPlace(rev int64) string { return fmt.Sprintf("asking.sealed %d", rev) }

// readAsking reads it in the compartment of the person; without a row, what is
// usual holds.
func readAsking(ctx context.Context, tx *access.Tx) (asking, error) {
	a := asking{Wish: Wish{On: true, Quiet: UsualQuiet()}}
	var state string
	var sent int64
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT state, sent_at, revision, sealed FROM asking
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment)).Scan(&state, &sent, &a.Rev, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("read reminders: %w", err)
	}
	a.On, a.sentAt = state == "on", access.Moment(sent)
	if len(body) == 0 {
		return a, nil
	}
	plain, err := tx.Open(ctx, askingPlace(a.Rev), body)
	if err != nil {
		return a, fmt.Errorf("open quiet hours: %w", err)
	}
	a.Quiet = Quiet{}
	if err := json.Unmarshal(plain, &a.Quiet); err != nil {
		return a, fmt.Errorf("decode quiet hours: %w", err)
	}
	return a, nil
}

func (rs *Reminders) keep(ctx context.Context, tx *access.Tx, w Wish) error {
	body, err := tx.SealJSON(ctx, askingPlace(w.Rev), w.Quiet)
	if err != nil {
		return err
	}
	state := "off"
	if w.On {
		state = "on"
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO asking (practice, compartment, state, look_at, sent_at, off, revision, sealed)
		VALUES ($1, $2, $3, $4, 0, $5, $6, $7)
		ON CONFLICT (practice, compartment) DO UPDATE
		SET state = excluded.state, look_at = excluded.look_at, revision = excluded.revision, sealed = excluded.sealed`,
		tx.Practice, string(tx.Compartment), state, tx.Now.UnixMicro(), offMark(rs.door, tx.Practice, tx.Compartment.Of()), w.Rev, body)
	if err != nil {
		return fmt.Errorf("keep reminders: %w", err)
	}
	return nil
}

// LookAt has it looked at the given time, or before, whether there is something to
// remind the client of in whose record tx is.
func LookAt(ctx context.Context, tx *access.Tx, door *access.Door, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO asking (practice, compartment, state, look_at, sent_at, off, revision, sealed)
		VALUES ($1, $2, 'on', $3, 0, $4, 0, $5)
		ON CONFLICT (practice, compartment) DO UPDATE
		SET look_at = CASE WHEN asking.look_at < excluded.look_at THEN asking.look_at ELSE excluded.look_at END`,
		tx.Practice, string(access.PersonRecord(tx.Compartment.Of())), at.UnixMicro(), offMark(door, tx.Practice, tx.Compartment.Of()), []byte{})
	if err != nil {
		return fmt.Errorf("look at reminders: %w", err)
	}
	return nil
}

func lookAgain(ctx context.Context, tx *access.Tx, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE asking SET look_at = $3 WHERE practice = $1 AND compartment = $2`,
		tx.Practice, string(tx.Compartment), at.UnixMicro())
	if err != nil {
		return fmt.Errorf("look again at reminders: %w", err)
	}
	return nil
}

// endReminders turns them off. Quiet hours stay as they are: whoever does this
// cannot read them.
func endReminders(ctx context.Context, tx *access.Tx) error {
	_, err := tx.Exec(ctx, `
		UPDATE asking SET state = 'off' WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return fmt.Errorf("end reminders: %w", err)
	}
	return nil
}

// toLookAt glances at whom there may be something to remind of: a few of those
// whose time has come.
func (rs *Reminders) toLookAt(ctx context.Context, practice string) ([]access.Compartment, error) {
	tx, err := rs.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, `
		SELECT compartment FROM asking
		WHERE practice = $1 AND look_at <= $2
		ORDER BY look_at LIMIT $3`, practice, tx.Now.UnixMicro(), atOnce)
	return whom(rows, err)
}

// whom reads the records of those whom there may be something to remind of.
func whom(rows *access.Rows, err error) (all []access.Compartment, _ error) {
	if err != nil {
		return nil, fmt.Errorf("look whom to remind: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var c access.Compartment
		if err := rows.Scan(&c); err != nil {
			return nil, fmt.Errorf("look whom to remind: %w", err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// whose glances at whose the link in a reminder is; "" if it is nobody's.
func (rs *Reminders) whose(ctx context.Context, practice string, mark []byte) (c access.Compartment, err error) {
	tx, err := rs.door.Glance(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	err = tx.QueryRow(ctx, `SELECT compartment FROM asking WHERE practice = $1 AND off = $2`, practice, mark).Scan(&c)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look up a reminder: %w", err)
	}
	return c, nil
}

// atWork says whether the client has come in, and somebody works with them.
func atWork(ctx context.Context, tx *access.Tx, client access.Compartment) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(DISTINCT kind) FROM grants
		WHERE practice = $1 AND compartment = $2 AND kind IN ('self', 'treats') AND until > $3`,
		tx.Practice, string(client), tx.Now.UnixMicro()).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look who works with a client: %w", err)
	}
	return n == 2, nil
}

// unreminded are those of all of which nobody was reminded yet.
func unreminded(ctx context.Context, tx *access.Tx, all []Thing) ([]Thing, error) {
	var open []Thing
	for _, d := range all {
		was := false
		for _, o := range d.Keys {
			var n int
			err := tx.QueryRow(ctx, `
				SELECT count(*) FROM reminded
				WHERE practice = $1 AND compartment = $2 AND ask_id = $3 AND nth = $4`,
				tx.Practice, string(tx.Compartment), o.Ask, o.Nth).Scan(&n)
			if err != nil {
				return nil, fmt.Errorf("look for reminders: %w", err)
			}
			was = was || n > 0
		}
		if !was {
			open = append(open, d)
		}
	}
	return open, nil
}

func markReminded(ctx context.Context, tx *access.Tx, open []Thing) error {
	for _, d := range open {
		for _, o := range d.Keys {
			_, err := tx.Exec(ctx, `
				INSERT INTO reminded (practice, compartment, ask_id, nth, at) VALUES ($1, $2, $3, $4, $5)`,
				tx.Practice, string(tx.Compartment), o.Ask, o.Nth, tx.Now.UnixMicro())
			if err != nil {
				return fmt.Errorf("note a reminder: %w", err)
			}
		}
	}
	_, err := tx.Exec(ctx, `
		UPDATE asking SET sent_at = $3 WHERE practice = $1 AND compartment = $2`,
		tx.Practice, string(tx.Compartment), tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("note a reminder: %w", err)
	}
	return nil
}

// turnOff ends what is sent to somebody; it is left as it is if there is nothing.
func turnOff(ctx context.Context, tx *access.Tx, person access.Compartment) error {
	_, err := tx.Exec(ctx, `
		UPDATE asking SET state = 'off' WHERE practice = $1 AND compartment = $2`, tx.Practice, string(person))
	if err != nil {
		return fmt.Errorf("end reminders again: %w", err)
	}
	return nil
}
