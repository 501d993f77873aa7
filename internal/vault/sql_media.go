package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

func chunkPlace(media string, n int) string {
	return "vault_media_chunk.sealed " + media + " " + strconv.Itoa(n)
}

// usedIn is how many bytes, and how many pieces, there are in c.
func usedIn(ctx context.Context, tx *access.Tx, c access.Compartment) (size int64, pieces int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT CAST(coalesce(sum(size), 0) AS BIGINT), count(*) FROM vault_media
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(c)).Scan(&size, &pieces)
	if err != nil {
		return 0, 0, fmt.Errorf("measure media: %w", err)
	}
	return size, pieces, nil
}

// mediaIn is the piece with the given id in the record of tx.
func mediaIn(ctx context.Context, tx *access.Tx, id string) (m Media, there bool, err error) {
	m.ID = id
	var whole int64
	err = tx.QueryRow(ctx, `
		SELECT entry_id, whole_at, chunks, size FROM vault_media
		WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id).Scan(&m.EntryID, &whole, &m.Chunks, &m.Size)
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	if err != nil {
		return m, false, fmt.Errorf("read media: %w", err)
	}
	m.Whole = whole > 0
	return m, true, nil
}

func allMedia(ctx context.Context, tx *access.Tx, c access.Compartment) ([]Media, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, entry_id, whole_at, chunks, size FROM vault_media
		WHERE practice = $1 AND compartment = $2 ORDER BY made_at, id`, tx.Practice, string(c))
	if err != nil {
		return nil, fmt.Errorf("read media: %w", err)
	}
	defer rows.Close()

	var all []Media
	for rows.Next() {
		var m Media
		var whole int64
		if err := rows.Scan(&m.ID, &m.EntryID, &whole, &m.Chunks, &m.Size); err != nil {
			return nil, fmt.Errorf("read media: %w", err)
		}
		m.Whole = whole > 0
		all = append(all, m)
	}
	return all, rows.Err()
}

// chunksOf are the numbers of the chunks that are there, in order.
func chunksOf(ctx context.Context, tx *access.Tx, media string) ([]int, error) {
	rows, err := tx.Query(ctx, `
		SELECT n FROM vault_media_chunk
		WHERE practice = $1 AND compartment = $2 AND media_id = $3 ORDER BY n`, tx.Practice, string(tx.Compartment), media)
	if err != nil {
		return nil, fmt.Errorf("read chunks: %w", err)
	}
	defer rows.Close()

	all := []int{}
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("read chunks: %w", err)
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// chunkIn is a chunk as the browser sealed it.
func chunkIn(ctx context.Context, tx *access.Tx, media string, n int) (chunk []byte, there bool, err error) {
	var sealed []byte
	err = tx.QueryRow(ctx, `
		SELECT sealed FROM vault_media_chunk
		WHERE practice = $1 AND compartment = $2 AND media_id = $3 AND n = $4`,
		tx.Practice, string(tx.Compartment), media, n).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read chunk: %w", err)
	}
	chunk, err = tx.Open(ctx, chunkPlace(media, n), sealed)
	if err != nil {
		return nil, false, fmt.Errorf("open chunk: %w", err)
	}
	return chunk, true, nil
}

func insertChunk(ctx context.Context, tx *access.Tx, f ChunkForm) error {
	sealed, err := tx.Seal(ctx, chunkPlace(f.Media, f.N), f.Sealed)
	if err != nil {
		return fmt.Errorf("seal chunk: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO vault_media_chunk (practice, compartment, media_id, n, sealed) VALUES ($1, $2, $3, $4, $5)`,
		tx.Practice, string(tx.Compartment), f.Media, f.N, sealed)
	if err != nil {
		return fmt.Errorf("keep chunk: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO vault_media (practice, compartment, id, entry_id, made_at, changed_at, whole_at, chunks, size)
		VALUES ($1, $2, $3, '', $4, $4, 0, 1, $5)
		ON CONFLICT (practice, compartment, id) DO UPDATE SET
			changed_at = excluded.changed_at, chunks = vault_media.chunks + 1, size = vault_media.size + excluded.size`,
		tx.Practice, string(tx.Compartment), f.Media, tx.Now.UnixMicro(), len(f.Sealed))
	if err != nil {
		return fmt.Errorf("keep media: %w", err)
	}
	return nil
}

func endMedia(ctx context.Context, tx *access.Tx, f EndForm) error {
	_, err := tx.Exec(ctx, `
		UPDATE vault_media SET entry_id = $4, whole_at = $5
		WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), f.Media, f.Entry, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("end media: %w", err)
	}
	return nil
}

// dropMedia deletes a piece in c.
func dropMedia(ctx context.Context, tx *access.Tx, c access.Compartment, id string) (gone bool, err error) {
	_, err = tx.Exec(ctx, `
		DELETE FROM vault_media_chunk
		WHERE practice = $1 AND compartment = $2 AND media_id = $3`, tx.Practice, string(c), id)
	if err != nil {
		return false, fmt.Errorf("delete chunks: %w", err)
	}
	done, err := tx.Exec(ctx, `
		DELETE FROM vault_media
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(c), id)
	if err != nil {
		return false, fmt.Errorf("delete media: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// dropEntry deletes an entry in c, in all its revisions, with its media.
func dropEntry(ctx context.Context, tx *access.Tx, c access.Compartment, id string) (gone bool, err error) {
	var deleted int64
	for _, text := range []string{
		`DELETE FROM vault_media_chunk
			WHERE practice = $1 AND compartment = $2 AND media_id IN (
				SELECT id FROM vault_media WHERE practice = $1 AND compartment = $2 AND entry_id = $3)`,
		`DELETE FROM vault_media WHERE practice = $1 AND compartment = $2 AND entry_id = $3`,
		`DELETE FROM vault_entry WHERE practice = $1 AND compartment = $2 AND id = $3`,
	} {
		done, err := tx.Exec(ctx, text, tx.Practice, string(c), id)
		if err != nil {
			return false, fmt.Errorf("delete entry: %w", err)
		}
		n, err := done.RowsAffected()
		if err != nil {
			return false, err
		}
		deleted += n
	}
	return deleted > 0, nil
}

// endedIn says whether it is noted that the actor ended something in the record of tx.
func endedIn(ctx context.Context, tx *access.Tx, kind string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM ended
		WHERE practice = $1 AND compartment = $2 AND actor_id = $3 AND kind = $4`,
		tx.Practice, string(tx.Compartment), tx.Actor.ID, kind).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("read what was deleted: %w", err)
	}
	return n > 0, nil
}

// An old is a piece that nobody finished.
type old struct {
	compartment access.Compartment
	id          string
}

const atOnce = 16

// unfinished are some pieces of which nothing has come since then.
func unfinished(ctx context.Context, tx *access.Tx, since time.Time) ([]old, error) {
	rows, err := tx.Query(ctx, `
		SELECT compartment, id FROM vault_media
		WHERE practice = $1 AND whole_at = 0 AND changed_at < $2
		ORDER BY compartment, id LIMIT $3`, tx.Practice, since.UnixMicro(), atOnce)
	if err != nil {
		return nil, fmt.Errorf("read what was not finished: %w", err)
	}
	defer rows.Close()

	var all []old
	for rows.Next() {
		var o old
		if err := rows.Scan(&o.compartment, &o.id); err != nil {
			return nil, fmt.Errorf("read what was not finished: %w", err)
		}
		all = append(all, o)
	}
	return all, rows.Err()
}
