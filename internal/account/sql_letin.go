package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// letInBy is whose code a link ends that goes by hash; empty: nobody's.
func (a *Accounts) letInBy(ctx context.Context, practice string, hash []byte) (person string, err error) {
	tx, err := a.door.Glance(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	err = tx.QueryRow(ctx, `
		SELECT person_id FROM let_in WHERE practice = $1 AND stop_hash = $2 AND until_at > $3`,
		practice, hash, tx.Now.UnixMicro()).Scan(&person)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read whom somebody lets in: %w", err)
	}
	return person, nil
}

// letInFrom is from when on a code works that is made now.
func letInFrom(ctx context.Context, tx *access.Tx, person string) (time.Time, error) {
	var undone int64
	err := tx.QueryRow(ctx, `
		SELECT coalesce(max(expires_at), 0) FROM address_change
		WHERE practice = $1 AND person_id = $2 AND undoes`, tx.Practice, person).Scan(&undone)
	if err != nil {
		return time.Time{}, fmt.Errorf("read changes of an address: %w", err)
	}
	return at(max(undone, tx.Now.Add(letInWaits).UnixMicro())), nil
}

func letInOf(ctx context.Context, tx *access.Tx, person string) (l keptLetIn, err error) {
	var made, from, until int64
	err = tx.QueryRow(ctx, `
		SELECT id, code_hash, by_id, made_at, from_at, until_at FROM let_in
		WHERE practice = $1 AND person_id = $2`, tx.Practice, person).Scan(&l.id, &l.code, &l.By, &made, &from, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return keptLetIn{}, nil
	}
	if err != nil {
		return l, fmt.Errorf("read whom somebody lets in: %w", err)
	}
	l.Made, l.From, l.Until = at(made), at(from), at(until)
	return l, nil
}

// keepLetIn keeps l in the place of any before, and has every browser of the person know.
func keepLetIn(ctx context.Context, tx *access.Tx, person string, l keptLetIn) error {
	if err := endLetIn(ctx, tx, person); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO let_in (practice, person_id, id, code_hash, stop_hash, by_id, made_at, from_at, until_at)
		VALUES ($1, $2, $3, $4, NULL, $5, $6, $7, $8)`,
		tx.Practice, person, l.id, l.code, l.By, l.Made.UnixMicro(), l.From.UnixMicro(), l.Until.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep whom somebody lets in: %w", err)
	}
	for _, text := range []string{
		`UPDATE account SET ways = ways || ' ` + wayLetIn + `' WHERE practice = $1 AND person_id = $2`,
		`UPDATE sign_in SET ways = ways || ' ` + wayLetIn + `' WHERE practice = $1 AND person_id = $2`,
	} {
		if _, err := tx.Exec(ctx, text, tx.Practice, person); err != nil {
			return fmt.Errorf("say whom somebody lets in: %w", err)
		}
	}
	return nil
}

func keepNotMe(ctx context.Context, tx *access.Tx, person string, hash []byte) error {
	_, err := tx.Exec(ctx, `
		UPDATE let_in SET stop_hash = $3 WHERE practice = $1 AND person_id = $2`, tx.Practice, person, hash)
	if err != nil {
		return fmt.Errorf("keep whom somebody lets in: %w", err)
	}
	return nil
}

// endLetIn ends, in tx, the code that the person was given, if there is one.
func endLetIn(ctx context.Context, tx *access.Tx, person string) error {
	done, err := tx.Exec(ctx, `DELETE FROM let_in WHERE practice = $1 AND person_id = $2`, tx.Practice, person)
	if err != nil {
		return fmt.Errorf("end what lets somebody in: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	for _, text := range []string{
		`UPDATE account SET ways = trim(replace(ways, '` + wayLetIn + `', '')) WHERE practice = $1 AND person_id = $2`,
		`UPDATE sign_in SET ways = trim(replace(ways, '` + wayLetIn + `', '')) WHERE practice = $1 AND person_id = $2`,
	} {
		if _, err := tx.Exec(ctx, text, tx.Practice, person); err != nil {
			return fmt.Errorf("end what lets somebody in: %w", err)
		}
	}
	return nil
}

// endLetIns ends, in tx, the codes that somebody gave, who leaves, and those that have run
// out.
func endLetIns(ctx context.Context, tx *access.Tx, by string) error {
	rows, err := tx.Query(ctx, `
		SELECT person_id FROM let_in WHERE practice = $1 AND (by_id = $2 OR until_at <= $3)`, tx.Practice, by, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("read whom somebody lets in: %w", err)
	}
	defer rows.Close()

	var all []string
	for rows.Next() {
		var person string
		if err := rows.Scan(&person); err != nil {
			return fmt.Errorf("read whom somebody lets in: %w", err)
		}
		all = append(all, person)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, person := range all {
		if err := endLetIn(ctx, tx, person); err != nil {
			return err
		}
	}
	return nil
}
