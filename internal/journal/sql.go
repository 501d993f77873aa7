package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// sealedShare is what journal_share.sealed holds.
type sealedShare struct {
	Entry  string
	Kind   Kind
	Last   string
	Pieces []Piece `json:",omitempty"`
}

func sharePlace(id string) string { return "journal_share.sealed " + id }

func wordsPlace(id string) string { return "journal_share.sealed_words " + id }

func chunkPlace(share, piece string, n int) string {
	return "journal_share_chunk.sealed " + share + " " + piece + " " + strconv.Itoa(n)
}

const shareColumns = `id, made_at, until, whole_at, sealed`

func readShare(ctx context.Context, tx *access.Tx, from interface{ Scan(...any) error }) (s Share, err error) {
	var made, until, whole int64
	var sealed []byte
	if err := from.Scan(&s.ID, &made, &until, &whole, &sealed); err != nil {
		return s, err
	}
	var body sealedShare
	if err := tx.OpenJSON(ctx, sharePlace(s.ID), sealed, &body); err != nil {
		return s, fmt.Errorf("open share: %w", err)
	}
	s.Made, s.Until, s.Whole = access.Moment(made), access.Moment(until), whole > 0
	s.EntryID, s.Kind, s.Last, s.Pieces = body.Entry, body.Kind, body.Last, body.Pieces
	return s, nil
}

// sharesOf are the copies in the record of tx whose date has not passed, newest first.
func sharesOf(ctx context.Context, tx *access.Tx) ([]Share, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+shareColumns+` FROM journal_share
		WHERE practice = $1 AND compartment = $2 AND until > $3
		ORDER BY made_at DESC, id DESC`, tx.Practice, string(tx.Compartment), tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read shares: %w", err)
	}
	defer rows.Close()

	var all []Share
	for rows.Next() {
		s, err := readShare(ctx, tx, rows)
		if err != nil {
			return nil, fmt.Errorf("read share: %w", err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// shareOf is the copy with the given id, without its words.
func shareOf(ctx context.Context, tx *access.Tx, id string) (s Share, there bool, err error) {
	s, err = readShare(ctx, tx, tx.QueryRow(ctx, `
		SELECT `+shareColumns+` FROM journal_share
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id))
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

// madeOf is when the copy with the given id was made. It opens nothing.
func madeOf(ctx context.Context, tx *access.Tx, id string) (made time.Time, there bool, err error) {
	var at int64
	err = tx.QueryRow(ctx, `
		SELECT made_at FROM journal_share
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return made, false, nil
	}
	if err != nil {
		return made, false, fmt.Errorf("read share: %w", err)
	}
	return access.Moment(at), true, nil
}

func wordsOf(ctx context.Context, tx *access.Tx, id string) (string, error) {
	var sealed []byte
	err := tx.QueryRow(ctx, `
		SELECT sealed_words FROM journal_share
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id).Scan(&sealed)
	if err != nil {
		return "", fmt.Errorf("read words: %w", err)
	}
	words, err := tx.Open(ctx, wordsPlace(id), sealed)
	if err != nil {
		return "", fmt.Errorf("open words: %w", err)
	}
	return string(words), nil
}

// sizeIn is how many copies there are in the record of tx, and of how many bytes.
func sizeIn(ctx context.Context, tx *access.Tx) (n int, size int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM journal_share
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment)).Scan(&n, &size)
	if err != nil {
		return 0, 0, fmt.Errorf("measure shares: %w", err)
	}
	return n, size, nil
}

func insertShare(ctx context.Context, tx *access.Tx, f ShareForm, until time.Time, whole bool) error {
	head, err := tx.SealJSON(ctx, sharePlace(f.ID), sealedShare{f.EntryID, f.Kind, f.Last, f.Pieces})
	if err != nil {
		return fmt.Errorf("seal share: %w", err)
	}
	words, err := tx.Seal(ctx, wordsPlace(f.ID), []byte(f.Words))
	if err != nil {
		return fmt.Errorf("seal words: %w", err)
	}
	var at int64
	if whole {
		at = tx.Now.UnixMicro()
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO journal_share (practice, compartment, id, made_at, until, whole_at, size, sealed, sealed_words)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.Practice, string(tx.Compartment), f.ID, tx.Now.UnixMicro(), until.UnixMicro(), at, f.size(), head, words)
	if err != nil {
		return fmt.Errorf("keep share: %w", err)
	}
	return nil
}

func finish(ctx context.Context, tx *access.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		UPDATE journal_share SET whole_at = $4
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("finish share: %w", err)
	}
	return nil
}

func chunkOf(ctx context.Context, tx *access.Tx, share, piece string, n int) (chunk []byte, there bool, err error) {
	var sealed []byte
	err = tx.QueryRow(ctx, `
		SELECT sealed FROM journal_share_chunk
		WHERE practice = $1 AND compartment = $2 AND share_id = $3 AND piece_id = $4 AND n = $5`,
		tx.Practice, string(tx.Compartment), share, piece, n).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read chunk: %w", err)
	}
	chunk, err = tx.Open(ctx, chunkPlace(share, piece, n), sealed)
	if err != nil {
		return nil, false, fmt.Errorf("open chunk: %w", err)
	}
	return chunk, true, nil
}

// chunksIn is how many chunks of each piece of a copy are there.
func chunksIn(ctx context.Context, tx *access.Tx, share string) (map[string]int, error) {
	rows, err := tx.Query(ctx, `
		SELECT piece_id, count(*) FROM journal_share_chunk
		WHERE practice = $1 AND compartment = $2 AND share_id = $3 GROUP BY piece_id`,
		tx.Practice, string(tx.Compartment), share)
	if err != nil {
		return nil, fmt.Errorf("count chunks: %w", err)
	}
	defer rows.Close()

	all := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, fmt.Errorf("count chunks: %w", err)
		}
		all[id] = n
	}
	return all, rows.Err()
}

func insertChunk(ctx context.Context, tx *access.Tx, f PartForm) error {
	sealed, err := tx.Seal(ctx, chunkPlace(f.Share, f.Piece, f.N), f.Bytes)
	if err != nil {
		return fmt.Errorf("seal chunk: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO journal_share_chunk (practice, compartment, share_id, piece_id, n, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.Practice, string(tx.Compartment), f.Share, f.Piece, f.N, sealed)
	if err != nil {
		return fmt.Errorf("keep chunk: %w", err)
	}
	return nil
}

// drop deletes a copy in c.
func drop(ctx context.Context, tx *access.Tx, c access.Compartment, id string) error {
	for _, text := range []string{
		`DELETE FROM journal_share_chunk WHERE practice = $1 AND compartment = $2 AND share_id = $3`,
		`DELETE FROM journal_share WHERE practice = $1 AND compartment = $2 AND id = $3`,
	} {
		if _, err := tx.Exec(ctx, text, tx.Practice, string(c), id); err != nil {
			return fmt.Errorf("delete share: %w", err)
		}
	}
	return nil
}

// endedIn says whether it is noted that the actor ended something in the record of tx.
func endedIn(ctx context.Context, tx *access.Tx, kind string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM ended
		WHERE practice = $1 AND compartment = $2 AND actor_id = $3 AND kind = $4`,
		tx.Practice, string(tx.Compartment), tx.Actor.ID, kind).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("read what was taken back: %w", err)
	}
	return n > 0, nil
}

// An over is a copy that is not shared any more, or never was whole.
type over struct {
	compartment access.Compartment
	id          string
}

const atOnce = 16

func overIn(ctx context.Context, tx *access.Tx) ([]over, error) {
	rows, err := tx.Query(ctx, `
		SELECT compartment, id FROM journal_share
		WHERE practice = $1 AND (until <= $2 OR whole_at = 0 AND made_at < $3)
		ORDER BY compartment, id LIMIT $4`,
		tx.Practice, tx.Now.UnixMicro(), tx.Now.Add(-KeptUnfinished).UnixMicro(), atOnce)
	if err != nil {
		return nil, fmt.Errorf("read what is over: %w", err)
	}
	defer rows.Close()

	var all []over
	for rows.Next() {
		var o over
		if err := rows.Scan(&o.compartment, &o.id); err != nil {
			return nil, fmt.Errorf("read what is over: %w", err)
		}
		all = append(all, o)
	}
	return all, rows.Err()
}
