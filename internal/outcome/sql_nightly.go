package outcome

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// A finished episode as the nightly work finds it: sealed, until it is opened.
type finished struct {
	Episode
	client  access.Compartment
	quarter Quarter
	used    bool // the newest version was learned from it
	body    []byte
}

// open reads what is sealed. It notes that it was shown.
func (f *finished) open(ctx context.Context, l *access.List) error {
	plain, err := l.OpenIn(ctx, f.client, episodePlace(f.ID, f.Revision), f.body)
	if err != nil {
		return fmt.Errorf("open episode %s: %w", f.ID, err)
	}
	return f.read(plain)
}

func instruments(found []finished) []string {
	all := make(map[string]bool)
	for _, f := range found {
		for in := range f.Scores {
			all[in] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// saidYes is the condition that the client of e said yes to learning; notNo that
// they did not say no to the report.
const (
	saidYes = ` EXISTS (SELECT 1 FROM choice c
			WHERE c.practice = e.practice AND c.compartment = e.compartment AND c.about = 'learning' AND c.yes = 1
			  AND NOT EXISTS (SELECT 1 FROM choice later
				WHERE later.practice = c.practice AND later.compartment = c.compartment
				  AND later.about = c.about AND later.revision > c.revision))`
	notNo = ` NOT EXISTS (SELECT 1 FROM choice c
			WHERE c.practice = e.practice AND c.compartment = e.compartment AND c.about = 'report' AND c.yes = 0
			  AND NOT EXISTS (SELECT 1 FROM choice later
				WHERE later.practice = c.practice AND later.compartment = c.compartment
				  AND later.about = c.about AND later.revision > c.revision))`
)

// toLearn is the finished work of all clients who said yes.
func toLearn(ctx context.Context, l *access.List) ([]finished, error) {
	return queryFinished(ctx, l, `
		SELECT e.compartment, e.id, e.revision, e.quarter, e.sealed,
		       CASE WHEN f.episode_id IS NULL THEN 0 ELSE 1 END
		FROM episode e LEFT JOIN learned_from f
		  ON f.practice = e.practice AND f.compartment = e.compartment AND f.episode_id = e.id AND f.revision = e.revision
		WHERE e.practice = $1 AND e.compartment IN AMONG($2) AND e.state = 'finished' AND`+newestEpisode+` AND`+saidYes+`
		ORDER BY e.compartment, e.id`, l.Practice, l.Among())
}

// toCount is the finished work, up to the quarter over, that stands in no table
// and whose clients did not say no; and the quarter with which the next table
// begins, 0 if it is the first.
func toCount(ctx context.Context, l *access.List, over Quarter) (next Quarter, found []finished, err error) {
	err = l.QueryRow(ctx, `SELECT COALESCE(max(upto) + 1, 0) FROM report WHERE practice = $1`, l.Practice).Scan(&next)
	if err != nil {
		return 0, nil, fmt.Errorf("read the last table: %w", err)
	}
	if next > over {
		return next, nil, nil
	}
	found, err = queryFinished(ctx, l, `
		SELECT e.compartment, e.id, e.revision, e.quarter, e.sealed, 0
		FROM episode e
		WHERE e.practice = $1 AND e.compartment IN AMONG($2) AND e.state = 'finished' AND e.quarter <= $3 AND`+newestEpisode+` AND`+notNo+`
		  AND NOT EXISTS (SELECT 1 FROM counted k
			WHERE k.practice = e.practice AND k.compartment = e.compartment AND k.episode_id = e.id)
		ORDER BY e.compartment, e.id`, l.Practice, l.Among(), int64(over))
	return next, found, err
}

func queryFinished(ctx context.Context, l *access.List, text string, args ...any) ([]finished, error) {
	rows, err := l.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read finished work: %w", err)
	}
	defer rows.Close()

	var all []finished
	for rows.Next() {
		f := finished{Episode: Episode{State: Finished}}
		var used int
		if err := rows.Scan(&f.client, &f.ID, &f.Revision, &f.quarter, &f.body, &used); err != nil {
			return nil, fmt.Errorf("read finished work: %w", err)
		}
		f.used = used == 1
		all = append(all, f)
	}
	return all, rows.Err()
}

// tonight notes that the nightly work is done, and says whether it is the first
// time in this night.
func tonight(ctx context.Context, tx *access.Tx, work string) (bool, error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO night (practice, work, night, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, tx.Practice, work, tx.Now.UTC().Format(time.DateOnly), tx.Now.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("note the night: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// ---- what was learned ----

func versionPlace(number int64) string { return fmt.Sprintf("learned.sealed %d", number) }

// newestNumber is which version is the newest, and from how many it was learned.
func newestNumber(ctx context.Context, tx *access.Tx) (number int64, episodes int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT version, episodes FROM learned WHERE practice = $1
		ORDER BY version DESC LIMIT 1`, tx.Practice).Scan(&number, &episodes)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, 0, fmt.Errorf("read what was learned: %w", err)
	}
	return number, episodes, nil
}

// newest is which version is the newest, by practice.
func (o *Outcomes) newest(ctx context.Context) (map[string]int64, error) {
	tx, err := o.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, `SELECT practice, max(version) FROM learned GROUP BY practice`)
	if err != nil {
		return nil, fmt.Errorf("look for what was learned: %w", err)
	}
	defer rows.Close()

	all := make(map[string]int64)
	for rows.Next() {
		var practice string
		var number int64
		if err := rows.Scan(&practice, &number); err != nil {
			return nil, fmt.Errorf("look for what was learned: %w", err)
		}
		all[practice] = number
	}
	return all, rows.Err()
}

func newestVersion(ctx context.Context, tx *access.Tx) (Version, error) {
	var v Version
	var made int64
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT version, made_at, episodes, sealed FROM learned WHERE practice = $1
		ORDER BY version DESC LIMIT 1`, tx.Practice).Scan(&v.Number, &made, &v.Episodes, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return Version{}, nil
	}
	if err != nil {
		return Version{}, fmt.Errorf("read what was learned: %w", err)
	}
	v.MadeAt = time.UnixMicro(made).UTC()
	plain, err := tx.Open(ctx, versionPlace(v.Number), body)
	if err != nil {
		return Version{}, fmt.Errorf("open what was learned: %w", err)
	}
	if err := json.Unmarshal(plain, &v.Learned); err != nil {
		return Version{}, fmt.Errorf("decode what was learned: %w", err)
	}
	return v, nil
}

// insertVersion keeps v; from whose work the one before was is forgotten.
func insertVersion(ctx context.Context, tx *access.Tx, v Version) error {
	body, err := tx.SealJSON(ctx, versionPlace(v.Number), v.Learned)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO learned (practice, version, made_at, episodes, sealed)
		VALUES ($1, $2, $3, $4, $5)`, tx.Practice, v.Number, tx.Now.UnixMicro(), v.Episodes, body)
	if err != nil {
		return fmt.Errorf("insert what was learned: %w", err)
	}
	if _, err := tx.Exec(ctx, `DELETE FROM learned_from WHERE practice = $1`, tx.Practice); err != nil {
		return fmt.Errorf("forget from whom was learned: %w", err)
	}
	return nil
}

// insertLearnedFrom notes that f was learned from, if its client still says yes
// and it is as it was; and says whether.
func insertLearnedFrom(ctx context.Context, tx *access.Tx, f finished) (bool, error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO learned_from (practice, compartment, episode_id, revision)
		SELECT e.practice, e.compartment, e.id, e.revision FROM episode e
		WHERE e.practice = $1 AND e.compartment = $2 AND e.id = $3 AND e.revision = $4 AND`+newestEpisode+` AND`+saidYes,
		tx.Practice, string(f.client), f.ID, f.Revision)
	if err != nil {
		return false, fmt.Errorf("note from whom was learned: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// ---- the report ----

// sealedTable is what the database holds of a table: only what may be shown.
type sealedTable struct {
	Counts []Count `json:"counts"`
	Weeks  int     `json:"weeks"`
}

func tablePlace(upto Quarter) string { return fmt.Sprintf("report.sealed %d", upto) }

func insertTable(ctx context.Context, tx *access.Tx, t Table, episodes int) error {
	body, err := tx.SealJSON(ctx, tablePlace(t.Upto), sealedTable{Counts: t.Counts[:], Weeks: t.Weeks})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO report (practice, upto, since, made_at, episodes, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)`, tx.Practice, int64(t.Upto), int64(t.Since), tx.Now.UnixMicro(), episodes, body)
	if err != nil {
		return fmt.Errorf("insert table: %w", err)
	}
	return nil
}

// insertCounted notes that f was counted, if its client did not say no meanwhile
// and it is as it was; and says whether.
func insertCounted(ctx context.Context, tx *access.Tx, f finished, upto Quarter) (bool, error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO counted (practice, compartment, episode_id, upto)
		SELECT e.practice, e.compartment, e.id, CAST($5 AS BIGINT) FROM episode e
		WHERE e.practice = $1 AND e.compartment = $2 AND e.id = $3 AND e.revision = $4 AND`+newestEpisode+` AND`+notNo,
		tx.Practice, string(f.client), f.ID, f.Revision, int64(upto))
	if err != nil {
		return false, fmt.Errorf("note what was counted: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// emptyTables destroys what stands in tables some of whose work was taken out.
func emptyTables(ctx context.Context, tx *access.Tx) error {
	_, err := tx.Exec(ctx, `
		UPDATE report SET sealed = $2
		WHERE practice = $1 AND episodes > (SELECT count(*) FROM counted k
			WHERE k.practice = report.practice AND k.upto = report.upto)`, tx.Practice, []byte{})
	if err != nil {
		return fmt.Errorf("empty tables: %w", err)
	}
	return nil
}

// tables are those of the report, newest first.
func tables(ctx context.Context, tx *access.Tx) ([]Table, error) {
	rows, err := tx.Query(ctx, `
		SELECT r.upto, r.since, r.made_at, r.sealed,
		       CASE WHEN r.episodes > (SELECT count(*) FROM counted k
				WHERE k.practice = r.practice AND k.upto = r.upto) THEN 1 ELSE 0 END
		FROM report r
		WHERE r.practice = $1
		ORDER BY r.upto DESC`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	defer rows.Close()

	var all []Table
	for rows.Next() {
		var t Table
		var made int64
		var body []byte
		var out int
		if err := rows.Scan(&t.Upto, &t.Since, &made, &body, &out); err != nil {
			return nil, fmt.Errorf("read table: %w", err)
		}
		t.MadeAt = time.UnixMicro(made).UTC()
		if t.Withdrawn = out == 1 || len(body) == 0; !t.Withdrawn {
			plain, err := tx.Open(ctx, tablePlace(t.Upto), body)
			if err != nil {
				return nil, fmt.Errorf("open table: %w", err)
			}
			var s sealedTable
			if err := json.Unmarshal(plain, &s); err != nil {
				return nil, fmt.Errorf("decode table: %w", err)
			}
			copy(t.Counts[:], s.Counts)
			t.Weeks = s.Weeks
		}
		all = append(all, t)
	}
	return all, rows.Err()
}
