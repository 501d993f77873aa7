package release

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// sealedRelease is what release.sealed holds.
type sealedRelease struct {
	Words string
	Begun int64 // microseconds
}

func place(id string) string { return "release.sealed " + id }

const columns = `id, by_id, entry_id, revision, made_at, until`

func (r *Release) scan(from interface{ Scan(...any) error }, more ...any) error {
	var made, until int64
	err := from.Scan(append([]any{&r.ID, &r.By, &r.Entry, &r.Revision, &made, &until}, more...)...)
	r.Made, r.Until = access.Moment(made), access.Moment(until)
	return err
}

// open opens what is sealed of r.
func (r *Release) open(ctx context.Context, tx *access.Tx, sealed []byte) error {
	var body sealedRelease
	if err := tx.OpenJSON(ctx, place(r.ID), sealed, &body); err != nil {
		return fmt.Errorf("open release: %w", err)
	}
	r.Words, r.Begun = body.Words, access.Moment(body.Begun)
	return nil
}

// one is the copy with the given id, with its words.
func one(ctx context.Context, tx *access.Tx, id string) (r Release, there bool, err error) {
	var sealed []byte
	err = r.scan(tx.QueryRow(ctx, `
		SELECT `+columns+`, sealed FROM release
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id), &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	if err != nil {
		return r, false, fmt.Errorf("read release: %w", err)
	}
	return r, true, r.open(ctx, tx, sealed)
}

// allOf are the copies in the record of tx whose date has not passed, oldest note first.
func allOf(ctx context.Context, tx *access.Tx) ([]Release, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+columns+`, sealed FROM release
		WHERE practice = $1 AND compartment = $2 AND until > $3
		ORDER BY entry_id, id`, tx.Practice, string(tx.Compartment), tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read releases: %w", err)
	}
	defer rows.Close()

	var all []Release
	for rows.Next() {
		var r Release
		var sealed []byte
		if err := r.scan(rows, &sealed); err != nil {
			return nil, fmt.Errorf("read release: %w", err)
		}
		if err := r.open(ctx, tx, sealed); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// ownOf are the copies of by's in c whose date has not passed, newest first, unopened.
func ownOf(ctx context.Context, tx *access.Tx, by string, c access.Compartment) ([]Release, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+columns+` FROM release
		WHERE practice = $1 AND compartment = $2 AND by_id = $3 AND until > $4
		ORDER BY made_at DESC, id DESC`, tx.Practice, string(c), by, tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read releases: %w", err)
	}
	defer rows.Close()

	var all []Release
	for rows.Next() {
		var r Release
		if err := r.scan(rows); err != nil {
			return nil, fmt.Errorf("read release: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// ofEntry are the ids of the copies of one of by's notes.
func ofEntry(ctx context.Context, tx *access.Tx, by, entry string) (ids []string, err error) {
	rows, err := tx.Query(ctx, `
		SELECT id FROM release
		WHERE practice = $1 AND compartment = $2 AND by_id = $3 AND entry_id = $4`, tx.Practice, string(tx.Compartment), by, entry)
	if err != nil {
		return nil, fmt.Errorf("read releases: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read release: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func countIn(ctx context.Context, tx *access.Tx) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM release
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count releases: %w", err)
	}
	return n, nil
}

// isOwn says whether by released the copy with the given id in c.
func isOwn(ctx context.Context, tx *access.Tx, c access.Compartment, by, id string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM release
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND by_id = $4`, tx.Practice, string(c), id, by).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("read release: %w", err)
	}
	return n > 0, nil
}

// endedIn says whether it is noted that by took the copy with the given id in c back.
func endedIn(ctx context.Context, tx *access.Tx, c access.Compartment, by, id string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM ended
		WHERE practice = $1 AND compartment = $2 AND actor_id = $3 AND kind = $4`, tx.Practice, string(c), by, endedRelease+id).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("read what was taken back: %w", err)
	}
	return n > 0, nil
}

func insert(ctx context.Context, tx *access.Tx, r Release) error {
	sealed, err := tx.SealJSON(ctx, place(r.ID), sealedRelease{r.Words, access.Micros(r.Begun)})
	if err != nil {
		return fmt.Errorf("seal release: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO release (practice, compartment, id, by_id, entry_id, revision, made_at, until, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.Practice, string(tx.Compartment), r.ID, r.By, r.Entry, r.Revision, access.Micros(r.Made), access.Micros(r.Until), sealed)
	if err != nil {
		return fmt.Errorf("keep release: %w", err)
	}
	return nil
}

// drop deletes a copy in c.
func drop(ctx context.Context, tx *access.Tx, c access.Compartment, id string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM release
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(c), id)
	if err != nil {
		return fmt.Errorf("delete release: %w", err)
	}
	return nil
}

// dropOver deletes every copy of the practice whose date has passed.
func dropOver(ctx context.Context, tx *access.Tx) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM release
		WHERE practice = $1 AND until <= $2`, tx.Practice, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("delete what is over: %w", err)
	}
	return nil
}
