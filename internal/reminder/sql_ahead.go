package reminder

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// What was decided about an appointment, in the database.
const (
	waits = "waits"
	given = "told"
	left  = "left" // nothing is sent
)

// told is what was decided about one time at which an appointment begins.
type told struct {
	start, due time.Time
	state      string
}

type sealedAhead struct {
	How  How  `json:"how"`
	Lead Lead `json:"lead,omitempty"`
}

func aheadPlace(rev int64) string { return fmt.Sprintf("appointment_wish.sealed %d", rev) }

func readAhead(ctx context.Context, tx *access.Tx) (Ahead, error) {
	a := Ahead{How: NotAtAll}
	var state string
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT state, revision, sealed FROM appointment_wish
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment)).Scan(&state, &a.Rev, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("read how to remind of appointments: %w", err)
	}
	var s sealedAhead
	if err := tx.OpenJSON(ctx, aheadPlace(a.Rev), body, &s); err != nil {
		return a, err
	}
	if a.Lead = s.Lead; state == "on" { // or else it was turned off by a link, which cannot seal
		a.How = s.How
	}
	return a, nil
}

// keepAhead keeps it; what was decided for later by what held before is decided anew.
func keepAhead(ctx context.Context, tx *access.Tx, a Ahead, mark []byte) error {
	body, err := tx.SealJSON(ctx, aheadPlace(a.Rev), sealedAhead{a.How, a.Lead})
	if err != nil {
		return err
	}
	state := "on"
	if a.How == NotAtAll {
		state = "off"
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO appointment_wish (practice, compartment, client, state, off, revision, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (practice, compartment) DO UPDATE
		SET state = excluded.state, revision = excluded.revision, sealed = excluded.sealed`,
		tx.Practice, string(tx.Compartment), string(access.ClientRecord(tx.Compartment.Of())), state, mark, a.Rev, body)
	if err != nil {
		return fmt.Errorf("keep how to remind of appointments: %w", err)
	}
	_, err = tx.Exec(ctx, `
		DELETE FROM appointment_told
		WHERE practice = $1 AND compartment = $2 AND (state = 'waits' OR starts_at <= $3)`,
		tx.Practice, string(tx.Compartment), tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("decide anew about reminders: %w", err)
	}
	return nil
}

// endAhead turns it off for whoever cannot read it.
func endAhead(ctx context.Context, tx *access.Tx, person access.Compartment) error {
	_, err := tx.Exec(ctx, `
		UPDATE appointment_wish SET state = 'off' WHERE practice = $1 AND compartment = $2`, tx.Practice, string(person))
	if err != nil {
		return fmt.Errorf("end reminders of appointments: %w", err)
	}
	return nil
}

// toTell glances at whom there may be something to remind of: a few of those who
// want to be, and who have an appointment about which nothing was decided, or of which
// the time to remind has come.
func (rs *Reminders) toTell(ctx context.Context, practice string) ([]access.Compartment, error) {
	tx, err := rs.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, `
		SELECT DISTINCT w.compartment FROM appointment_wish w
		JOIN appointment a ON a.practice = w.practice AND a.compartment = w.client
		WHERE w.practice = $1 AND w.state = 'on'
		  AND a.state = 'planned' AND a.starts_at > $2 AND a.starts_at < $3
		  AND NOT EXISTS (SELECT 1 FROM appointment later
			WHERE later.practice = a.practice AND later.compartment = a.compartment
			  AND later.id = a.id AND later.revision > a.revision)
		  AND NOT EXISTS (SELECT 1 FROM appointment_told t
			WHERE t.practice = w.practice AND t.compartment = w.compartment AND t.starts_at = a.starts_at
			  AND (t.state <> 'waits' OR t.due_at > $2))
		ORDER BY w.compartment LIMIT $4`,
		practice, tx.Now.UnixMicro(), tx.Now.Add(farAhead).UnixMicro(), atOnce)
	return whom(rows, err)
}

func toldOf(ctx context.Context, tx *access.Tx, start time.Time) (t told, known bool, err error) {
	t.start = start
	var due int64
	err = tx.QueryRow(ctx, `
		SELECT due_at, state FROM appointment_told
		WHERE practice = $1 AND compartment = $2 AND starts_at = $3`,
		tx.Practice, string(tx.Compartment), start.UnixMicro()).Scan(&due, &t.state)
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, nil
	}
	if err != nil {
		return t, false, fmt.Errorf("look for a reminder of an appointment: %w", err)
	}
	t.due = access.Moment(due)
	return t, true, nil
}

func keepTold(ctx context.Context, tx *access.Tx, t told) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO appointment_told (practice, compartment, starts_at, due_at, state) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (practice, compartment, starts_at) DO UPDATE SET due_at = excluded.due_at, state = excluded.state`,
		tx.Practice, string(tx.Compartment), t.start.UnixMicro(), t.due.UnixMicro(), t.state)
	if err != nil {
		return fmt.Errorf("note a reminder of an appointment: %w", err)
	}
	return nil
}

// whoseAhead glances at whose the link in a reminder of an appointment is; "" if it
// is nobody's.
func (rs *Reminders) whoseAhead(ctx context.Context, practice string, mark []byte) (c access.Compartment, err error) {
	tx, err := rs.door.Glance(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	err = tx.QueryRow(ctx, `
		SELECT compartment FROM appointment_wish WHERE practice = $1 AND off = $2`, practice, mark).Scan(&c)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look up a reminder: %w", err)
	}
	return c, nil
}
