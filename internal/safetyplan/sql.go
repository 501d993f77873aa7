package safetyplan

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

func place(version int64) string { return fmt.Sprintf("safety_plan.sealed %d", version) }

// insertVersion keeps v, and says whether it did: somebody may have been quicker.
func insertVersion(ctx context.Context, tx *access.Tx, v Version) (bool, error) {
	body, err := tx.SealJSON(ctx, place(v.Number), v.Content)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO safety_plan (practice, compartment, version, id, at, by_id, side, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), v.Number, v.ID, v.At.UnixMicro(), v.By, string(v.Side), body)
	if err != nil {
		return false, fmt.Errorf("keep safety plan: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func insertYes(ctx context.Context, tx *access.Tx, version int64, y Yes) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO safety_plan_yes (practice, compartment, version, side, at, by_id)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), version, string(y.Side), y.At.UnixMicro(), y.By)
	if err != nil {
		return fmt.Errorf("agree to safety plan: %w", err)
	}
	return nil
}

// yesOf is who agreed to which version.
func yesOf(ctx context.Context, tx *access.Tx) (map[int64][]Yes, error) {
	rows, err := tx.Query(ctx, `
		SELECT version, side, at, by_id FROM safety_plan_yes
		WHERE practice = $1 AND compartment = $2
		ORDER BY version, at, side`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read who agreed: %w", err)
	}
	defer rows.Close()

	all := make(map[int64][]Yes)
	for rows.Next() {
		var version, at int64
		var y Yes
		if err := rows.Scan(&version, &y.Side, &at, &y.By); err != nil {
			return nil, fmt.Errorf("read who agreed: %w", err)
		}
		y.At = access.Moment(at)
		all[version] = append(all[version], y)
	}
	return all, rows.Err()
}

// versionsFrom are the versions from one on, the newest first.
func versionsFrom(ctx context.Context, tx *access.Tx, from int64, yes map[int64][]Yes) ([]Version, error) {
	rows, err := tx.Query(ctx, `
		SELECT version, id, at, by_id, side, sealed FROM safety_plan
		WHERE practice = $1 AND compartment = $2 AND version >= $3
		ORDER BY version DESC`, tx.Practice, string(tx.Compartment), from)
	if err != nil {
		return nil, fmt.Errorf("read safety plan: %w", err)
	}
	defer rows.Close()

	var all []Version
	for rows.Next() {
		v, err := scanned(ctx, tx, rows.Scan)
		if err != nil {
			return nil, err
		}
		v.Yes = yes[v.Number]
		all = append(all, v)
	}
	return all, rows.Err()
}

func scanned(ctx context.Context, tx *access.Tx, scan func(...any) error) (v Version, err error) {
	var at int64
	var body []byte
	if err := scan(&v.Number, &v.ID, &at, &v.By, &v.Side, &body); err != nil {
		return v, fmt.Errorf("read safety plan: %w", err)
	}
	v.At = access.Moment(at)
	return v, tx.OpenJSON(ctx, place(v.Number), body, &v.Content)
}

// byForm is the version that a form made, if it did.
func byForm(ctx context.Context, tx *access.Tx, id string) (Version, bool, error) {
	var number int64
	err := tx.QueryRow(ctx, `
		SELECT version FROM safety_plan
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return Version{}, false, nil
	}
	if err != nil {
		return Version{}, false, fmt.Errorf("read safety plan: %w", err)
	}
	v, err := scanned(ctx, tx, tx.QueryRow(ctx, `
		SELECT version, id, at, by_id, side, sealed FROM safety_plan
		WHERE practice = $1 AND compartment = $2 AND version = $3`, tx.Practice, string(tx.Compartment), number).Scan)
	return v, err == nil, err
}
