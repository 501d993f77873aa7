package profile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

func draftPlace(revision int64) string { return fmt.Sprintf("profile.sealed %d", revision) }

func publishedPlace(personID string, revision int64) string {
	return fmt.Sprintf("published.sealed %s %d", personID, revision)
}

func namePlace(mark []byte) string { return fmt.Sprintf("public_name.sealed %x", mark) }

// newest reads into body the newest draft of the record that tx is in, and returns
// where it stands. Without one body stays as it is.
func newest(ctx context.Context, tx *access.Tx, body any) (State, error) {
	var s State
	var at int64
	var sealed []byte
	err := tx.QueryRow(ctx, `
		SELECT revision, made_at, sealed FROM profile
		WHERE practice = $1 AND compartment = $2
		ORDER BY revision DESC LIMIT 1`, tx.Practice, string(tx.Compartment)).Scan(&s.Revision, &at, &sealed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, fmt.Errorf("read draft: %w", err)
	}
	if err == nil {
		s.MadeAt = access.Moment(at)
		if err := tx.OpenJSON(ctx, draftPlace(s.Revision), sealed, body); err != nil {
			return s, err
		}
	}
	s.Published, at, err = publishedRevision(ctx, tx, personIn(tx))
	s.PublishedAt = access.Moment(at)
	return s, err
}

// personIn is whose page the record that tx is in is about; empty: the practice's.
func personIn(tx *access.Tx) string { return tx.Compartment.Of() }

func insertDraft(ctx context.Context, tx *access.Tx, revision int64, plain []byte) error {
	sealed, err := tx.Seal(ctx, draftPlace(revision), plain)
	if err != nil {
		return fmt.Errorf("seal draft: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO profile (practice, compartment, revision, made_at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.Practice, string(tx.Compartment), revision, tx.Now.UnixMicro(), tx.Actor.ID, sealed)
	if err != nil {
		return fmt.Errorf("insert draft: %w", err)
	}
	return nil
}

// publishedRevision is which revision of somebody's page anybody may read, and
// since when; 0 if none.
func publishedRevision(ctx context.Context, tx *access.Tx, personID string) (revision, at int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT revision, at FROM published WHERE practice = $1 AND person_id = $2`, tx.Practice, personID).Scan(&revision, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, fmt.Errorf("read what is published: %w", err)
	}
	return revision, at, nil
}

// publish keeps, in tx, what anybody may read from now on.
func publish(ctx context.Context, tx *access.Tx, personID string, revision int64, body any) error {
	sealed, err := tx.SealJSONIn(ctx, access.Operations, publishedPlace(personID, revision), body)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO published (practice, person_id, revision, at, by_id, sealed) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (practice, person_id) DO UPDATE
		SET revision = excluded.revision, at = excluded.at, by_id = excluded.by_id, sealed = excluded.sealed`,
		tx.Practice, personID, revision, tx.Now.UnixMicro(), tx.Actor.ID, sealed)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := noteOn(ctx, tx); err != nil {
		return err
	}
	return changed(ctx, tx)
}

// unpublish takes somebody's page off, and says whether there was one.
func unpublish(ctx context.Context, tx *access.Tx, personID string) (bool, error) {
	done, err := tx.Exec(ctx, `DELETE FROM published WHERE practice = $1 AND person_id = $2`, tx.Practice, personID)
	if err != nil {
		return false, fmt.Errorf("take a page off: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if err := noteOff(ctx, tx); err != nil {
		return false, err
	}
	return true, changed(ctx, tx)
}

// nameOf is whose address mark is; empty if it is nobody's.
func nameOf(ctx context.Context, tx *access.Tx, mark []byte) (string, error) {
	var personID string
	err := tx.QueryRow(ctx, `
		SELECT person_id FROM public_name WHERE practice = $1 AND mark = $2`, tx.Practice, mark).Scan(&personID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read whose address it is: %w", err)
	}
	return personID, nil
}

func countNames(ctx context.Context, tx *access.Tx, personID string) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM public_name WHERE practice = $1 AND person_id = $2`, tx.Practice, personID).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count addresses: %w", err)
	}
	return n, nil
}

// insertName gives the address to the person whose page tx is about, unless it is
// somebody's already: the key of the table decides.
func insertName(ctx context.Context, tx *access.Tx, mark []byte, address string) error {
	sealed, err := tx.SealIn(ctx, access.Operations, namePlace(mark), []byte(address))
	if err != nil {
		return fmt.Errorf("seal address: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO public_name (practice, mark, person_id, made_at, sealed) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, tx.Practice, mark, personIn(tx), tx.Now.UnixMicro(), sealed)
	if err != nil {
		return fmt.Errorf("insert address: %w", err)
	}
	return nil
}

// A publicRow is one published page, still sealed.
type publicRow struct {
	personID string
	revision int64
	sealed   []byte
}

// published are the pages of the practice and of those who take on clients there.
func published(ctx context.Context, tx *access.Tx) ([]publicRow, error) {
	rows, err := tx.Query(ctx, `
		SELECT p.person_id, p.revision, p.sealed FROM published p
		WHERE p.practice = $1 AND (p.person_id = '' OR EXISTS (SELECT 1 FROM grants g
			WHERE g.practice = p.practice AND g.actor_id = p.person_id AND g.compartment = 'operations' AND g.kind = 'clinician' AND g.until > $2))
		ORDER BY p.person_id`, tx.Practice, tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read what is published: %w", err)
	}
	defer rows.Close()

	var all []publicRow
	for rows.Next() {
		var r publicRow
		if err := rows.Scan(&r.personID, &r.revision, &r.sealed); err != nil {
			return nil, fmt.Errorf("read page: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

func (r publicRow) open(ctx context.Context, tx *access.Tx, body any) error {
	return tx.OpenJSON(ctx, publishedPlace(r.personID, r.revision), r.sealed, body)
}

// addresses are all that were ever published, by whose they are.
func addresses(ctx context.Context, tx *access.Tx) (map[string][]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT mark, person_id, sealed FROM public_name WHERE practice = $1`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("read addresses: %w", err)
	}
	defer rows.Close()

	all := make(map[string][]string)
	for rows.Next() {
		var mark, sealed []byte
		var personID string
		if err := rows.Scan(&mark, &personID, &sealed); err != nil {
			return nil, fmt.Errorf("read address: %w", err)
		}
		plain, err := tx.Open(ctx, namePlace(mark), sealed)
		if err != nil {
			return nil, fmt.Errorf("open address: %w", err)
		}
		all[personID] = append(all[personID], string(plain))
	}
	return all, rows.Err()
}

// takeOffAgain takes a page off that was not put up again since e.
func takeOffAgain(ctx context.Context, tx *access.Tx, e access.Ending) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM published WHERE practice = $1 AND person_id = $2 AND at <= $3`, tx.Practice, e.Compartment.Of(), e.At.UnixMicro())
	if err != nil {
		return fmt.Errorf("take a page off again: %w", err)
	}
	return nil
}

// selectMarks reads what marks reads.
const selectMarks = `
		SELECT p.practice,
		       COALESCE((SELECT s.revision FROM public_state s WHERE s.practice = p.practice), 0),
		       (SELECT count(*) FROM published d WHERE d.practice = p.practice AND EXISTS (SELECT 1 FROM grants g
		            WHERE g.practice = d.practice AND g.actor_id = d.person_id AND g.compartment = 'operations' AND g.kind = 'clinician')),
		       COALESCE((SELECT max(t.revision) FROM practice_setting t WHERE t.practice = p.practice), 0)
		FROM practice p`

func marks(rows *access.Rows, err error) (map[string]Mark, error) {
	if err != nil {
		return nil, fmt.Errorf("look what is public: %w", err)
	}
	defer rows.Close()

	all := make(map[string]Mark)
	for rows.Next() {
		var id string
		var m Mark
		if err := rows.Scan(&id, &m.Public, &m.Staff, &m.Setting); err != nil {
			return nil, fmt.Errorf("look what is public: %w", err)
		}
		all[id] = m
	}
	return all, rows.Err()
}
