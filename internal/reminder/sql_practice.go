package reminder

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/clocks"
)

type sealedPractice struct {
	How  How            `json:"how"`
	At   int            `json:"at"`
	Days []time.Weekday `json:"days,omitempty"`
}

func practicePlace(rev int64) string { return fmt.Sprintf("practice_wish.sealed %d", rev) }

func readPractice(ctx context.Context, tx *access.Tx) (p Practice, look time.Time, err error) {
	p = Practice{How: NotAtAll, At: UsualTime}
	var state string
	var at int64
	var body []byte
	err = tx.QueryRow(ctx, `
		SELECT state, look_at, revision, sealed FROM practice_wish
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment)).Scan(&state, &at, &p.Rev, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return p, look, nil
	}
	if err != nil {
		return p, look, fmt.Errorf("read how to remind of practice: %w", err)
	}
	var s sealedPractice
	if err := tx.OpenJSON(ctx, practicePlace(p.Rev), body, &s); err != nil {
		return p, look, err
	}
	if p.At, p.Days = s.At, s.Days; state == "on" { // or else it was turned off by a link, which cannot seal
		p.How = s.How
	}
	return p, access.Moment(at), nil
}

func keepPractice(ctx context.Context, tx *access.Tx, p Practice, mark []byte, look time.Time) error {
	body, err := tx.SealJSON(ctx, practicePlace(p.Rev), sealedPractice{p.How, p.At, p.Days})
	if err != nil {
		return err
	}
	state := "on"
	if p.How == NotAtAll {
		state = "off"
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO practice_wish (practice, compartment, state, look_at, off, revision, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (practice, compartment) DO UPDATE
		SET state = excluded.state, look_at = excluded.look_at, revision = excluded.revision, sealed = excluded.sealed`,
		tx.Practice, string(tx.Compartment), state, access.Micros(look), mark, p.Rev, body)
	if err != nil {
		return fmt.Errorf("keep how to remind of practice: %w", err)
	}
	return nil
}

// lookAtPractice has it looked at the given time whether to remind.
func lookAtPractice(ctx context.Context, tx *access.Tx, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE practice_wish SET look_at = $3 WHERE practice = $1 AND compartment = $2`,
		tx.Practice, string(tx.Compartment), at.UnixMicro())
	if err != nil {
		return fmt.Errorf("look again at practice: %w", err)
	}
	return nil
}

// endPractice turns it off for whoever cannot read it.
func endPractice(ctx context.Context, tx *access.Tx, person access.Compartment) error {
	_, err := tx.Exec(ctx, `
		UPDATE practice_wish SET state = 'off' WHERE practice = $1 AND compartment = $2`, tx.Practice, string(person))
	if err != nil {
		return fmt.Errorf("end reminders of practice: %w", err)
	}
	return nil
}

// toPractise glances at whom there may be something to remind of.
func (rs *Reminders) toPractise(ctx context.Context, practice string) ([]access.Compartment, error) {
	tx, err := rs.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, `
		SELECT compartment FROM practice_wish
		WHERE practice = $1 AND state = 'on' AND look_at <= $2
		ORDER BY look_at LIMIT $3`, practice, tx.Now.UnixMicro(), atOnce)
	return whom(rows, err)
}

// whosePractice glances at whose the link in a reminder of practice is; "" if it is
// nobody's.
func (rs *Reminders) whosePractice(ctx context.Context, practice string, mark []byte) (c access.Compartment, err error) {
	tx, err := rs.door.Glance(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	err = tx.QueryRow(ctx, `
		SELECT compartment FROM practice_wish WHERE practice = $1 AND off = $2`, practice, mark).Scan(&c)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look up a reminder: %w", err)
	}
	return c, nil
}

// takeDay takes the day of now for a message, and says whether it was free: there is at
// most one in a day, of whatever kind. now is by the practice's clocks.
func takeDay(ctx context.Context, tx *access.Tx, now time.Time) (free bool, err error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO reminded_day (practice, compartment, day) VALUES ($1, $2, $3)
		ON CONFLICT (practice, compartment) DO UPDATE SET day = excluded.day
		WHERE reminded_day.day < excluded.day`,
		tx.Practice, string(tx.Compartment), now.Format(time.DateOnly))
	if err != nil {
		return false, fmt.Errorf("take the day for a reminder: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// aheadOn says whether a reminder of an appointment is still to come on the day of now.
func aheadOn(ctx context.Context, tx *access.Tx, now time.Time) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM appointment_told
		WHERE practice = $1 AND compartment = $2 AND state = 'waits' AND due_at < $3`,
		tx.Practice, string(tx.Compartment), tomorrow(now).UnixMicro()).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for a reminder of an appointment: %w", err)
	}
	return n > 0, nil
}

// tomorrow is the first moment of the day after that of now.
func tomorrow(now time.Time) time.Time {
	return clocks.NextDay(now)
}
