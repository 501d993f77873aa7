package reflect

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// sealedReflection is what the database holds under the key of whoever wrote it, and,
// where it is about a session, under that of the client within.
type sealedReflection struct {
	Prompt  string  `json:"prompt"`
	Text    string  `json:"text,omitempty"`
	Leaving Leaving `json:"leaving,omitempty"`
}

func place(id string, revision int64) string {
	return "reflection.sealed " + id + " " + strconv.FormatInt(revision, 10)
}

func changed(done sql.Result) (bool, error) {
	n, err := done.RowsAffected()
	return n > 0, err
}

func seal(ctx context.Context, tx *access.Tx, r Reflection) ([]byte, error) {
	plain, err := json.Marshal(sealedReflection{r.Prompt, r.Text, r.Leaving})
	if err != nil {
		return nil, fmt.Errorf("encode reflection: %w", err)
	}
	body, err := tx.SealAbout(ctx, r.Client, place(r.ID, r.Revision), plain)
	if err != nil {
		return nil, fmt.Errorf("seal reflection: %w", err)
	}
	return body, nil
}

// insert keeps a new reflection, and says whether it did.
func insert(ctx context.Context, tx *access.Tx, r Reflection) (bool, error) {
	body, err := seal(ctx, tx, r)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO reflection (practice, compartment, id, kind, about_record, session_id, revision, at, changed_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), r.ID, string(r.Kind), string(r.Client), r.SessionID, r.Revision, r.At.UnixMicro(), body)
	if err != nil {
		return false, fmt.Errorf("keep reflection: %w", err)
	}
	return changed(done)
}

// update puts r in the place of the revision before it, and says whether it did.
func update(ctx context.Context, tx *access.Tx, r Reflection) (bool, error) {
	body, err := seal(ctx, tx, r)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		UPDATE reflection SET revision = $4, changed_at = $5, sealed = $6
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND revision = $7`,
		tx.Practice, string(tx.Compartment), r.ID, r.Revision, r.ChangedAt.UnixMicro(), body, r.Revision-1)
	if err != nil {
		return false, fmt.Errorf("change reflection: %w", err)
	}
	return changed(done)
}

func remove(ctx context.Context, tx *access.Tx, id string) (bool, error) {
	done, err := tx.Exec(ctx, `
		DELETE FROM reflection WHERE practice = $1 AND compartment = $2 AND id = $3 AND kind <> 'skipped'`,
		tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return false, fmt.Errorf("let go of reflection: %w", err)
	}
	return changed(done)
}

// removeAgain removes what is older than its end.
func removeAgain(ctx context.Context, tx *access.Tx, e access.Ending, id string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM reflection WHERE practice = $1 AND compartment = $2 AND id = $3 AND kind <> 'skipped' AND at <= $4`,
		tx.Practice, string(e.Compartment), id, e.At.UnixMicro())
	if err != nil {
		return fmt.Errorf("let go of reflection again: %w", err)
	}
	return nil
}

func skip(ctx context.Context, tx *access.Tx, client access.Compartment, sessionID string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO reflection (practice, compartment, id, kind, about_record, session_id, revision, at, changed_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $3, 0, $6, 0, $7) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), sessionID, skipped, string(client), tx.Now.UnixMicro(), []byte{})
	if err != nil {
		return fmt.Errorf("skip reflection: %w", err)
	}
	return nil
}

func unskip(ctx context.Context, tx *access.Tx, sessionID string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM reflection WHERE practice = $1 AND compartment = $2 AND id = $3 AND kind = 'skipped'`,
		tx.Practice, string(tx.Compartment), sessionID)
	if err != nil {
		return fmt.Errorf("take back a skipped reflection: %w", err)
	}
	return nil
}

func allOf(ctx context.Context, tx *access.Tx) ([]Reflection, error) {
	return query(ctx, tx, `TRUE ORDER BY at DESC, id DESC`)
}

func aboutSession(ctx context.Context, tx *access.Tx, sessionID string) ([]Reflection, error) {
	return query(ctx, tx, `session_id = $3 ORDER BY at DESC, id DESC`, sessionID)
}

func one(ctx context.Context, tx *access.Tx, id string) (Reflection, bool, error) {
	all, err := query(ctx, tx, `id = $3`, id)
	if err != nil || len(all) == 0 {
		return Reflection{}, false, err
	}
	return all[0], true, nil
}

func query(ctx context.Context, tx *access.Tx, which string, args ...any) ([]Reflection, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, kind, about_record, session_id, revision, at, changed_at, sealed FROM reflection
		WHERE practice = $1 AND compartment = $2 AND kind <> 'skipped' AND `+which,
		append([]any{tx.Practice, string(tx.Compartment)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read reflections: %w", err)
	}
	defer rows.Close()

	var all []Reflection
	for rows.Next() {
		var r Reflection
		var at, changedAt int64
		var body []byte
		if err := rows.Scan(&r.ID, &r.Kind, &r.Client, &r.SessionID, &r.Revision, &at, &changedAt, &body); err != nil {
			return nil, fmt.Errorf("read reflection: %w", err)
		}
		r.At, r.ChangedAt = access.Moment(at), access.Moment(changedAt)
		plain, err := tx.OpenAbout(ctx, r.Client, place(r.ID, r.Revision), body)
		if err != nil {
			return nil, fmt.Errorf("open reflection %s: %w", r.ID, err)
		}
		var s sealedReflection
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, fmt.Errorf("decode reflection %s: %w", r.ID, err)
		}
		r.Prompt, r.Said = s.Prompt, Said{s.Text, s.Leaving}
		all = append(all, r)
	}
	return all, rows.Err()
}

func setAside(ctx context.Context, tx *access.Tx, client access.Compartment, until time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO reflection_aside (practice, compartment, about_record, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (practice, compartment, about_record) DO UPDATE SET until = excluded.until`,
		tx.Practice, string(tx.Compartment), string(client), access.Micros(until))
	if err != nil {
		return fmt.Errorf("put aside: %w", err)
	}
	return nil
}

// asides are what the actor has put aside and is still aside.
func asides(ctx context.Context, tx *access.Tx) (map[access.Compartment]time.Time, error) {
	rows, err := tx.Query(ctx, `
		SELECT about_record, until FROM reflection_aside
		WHERE practice = $1 AND compartment = $2 AND until > $3`,
		tx.Practice, string(access.ReflectionRecord(tx.Actor.ID)), tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read what is aside: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment]time.Time)
	for rows.Next() {
		var c access.Compartment
		var until int64
		if err := rows.Scan(&c, &until); err != nil {
			return nil, fmt.Errorf("read what is aside: %w", err)
		}
		all[c] = access.Moment(until)
	}
	return all, rows.Err()
}

// done is after which of the actor's sessions something was written or skipped.
func done(ctx context.Context, tx *access.Tx, since time.Time) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT session_id FROM reflection
		WHERE practice = $1 AND compartment = $2 AND at >= $3 AND session_id <> ''`,
		tx.Practice, string(access.ReflectionRecord(tx.Actor.ID)), since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read after which sessions something was written: %w", err)
	}
	defer rows.Close()

	all := make(map[string]bool)
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read after which session something was written: %w", err)
		}
		all[id] = true
	}
	return all, rows.Err()
}
