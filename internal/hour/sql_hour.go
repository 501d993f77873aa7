package hour

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// What the database holds under the compartment's key.
type (
	sealedKept struct {
		Decisions []string `json:"decisions,omitempty"`
		Steps     []Step   `json:"steps,omitempty"`
		Open      []string `json:"open,omitempty"`
		Calm      string   `json:"calm,omitempty"`
	}
	sealedWork struct {
		Call    Call   `json:"call,omitempty"`
		Intent  string `json:"intent,omitempty"`
		Tools   []Tool `json:"tools,omitempty"`
		Instead string `json:"instead,omitempty"`
	}
	sealedSummary struct {
		Text string `json:"text,omitempty"`
	}
)

const frameColumns = `session_id, clinician_id, starts_at, until_at, began_at, ended_at, by_id`

func scanFrame(h *Hour, from interface{ Scan(...any) error }) error {
	var start, until, began, ended int64
	err := from.Scan(&h.SessionID, &h.ClinicianID, &start, &until, &began, &ended, &h.BeganBy)
	h.Start, h.Until, h.Began, h.Ended = access.Moment(start), access.Moment(until), access.Moment(began), access.Moment(ended)
	return err
}

// frameIn is the frame of a session; ok is false if nobody has begun or kept anything.
func frameIn(ctx context.Context, tx *access.Tx, sessionID string) (h Hour, ok bool, err error) {
	err = scanFrame(&h, tx.QueryRow(ctx, `
		SELECT `+frameColumns+` FROM hour
		WHERE practice = $1 AND compartment = $2 AND session_id = $3`, tx.Practice, string(tx.Compartment), sessionID))
	if errors.Is(err, sql.ErrNoRows) {
		return Hour{SessionID: sessionID}, false, nil
	}
	if err != nil {
		return h, false, fmt.Errorf("read session: %w", err)
	}
	return h, true, nil
}

// framesIn are the frames of the record's sessions, in order of time.
func framesIn(ctx context.Context, tx *access.Tx) ([]Hour, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+frameColumns+` FROM hour
		WHERE practice = $1 AND compartment = $2
		ORDER BY starts_at, session_id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	defer rows.Close()

	var all []Hour
	for rows.Next() {
		var h Hour
		if err := scanFrame(&h, rows); err != nil {
			return nil, fmt.Errorf("read session: %w", err)
		}
		all = append(all, h)
	}
	return all, rows.Err()
}

// keepFrame writes the frame of h in place of what it was.
func keepFrame(ctx context.Context, tx *access.Tx, h Hour) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO hour (practice, compartment, session_id, clinician_id, starts_at, until_at, began_at, ended_at, by_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (practice, compartment, session_id) DO UPDATE
		SET starts_at = excluded.starts_at, until_at = excluded.until_at, began_at = excluded.began_at, ended_at = excluded.ended_at, by_id = excluded.by_id`,
		tx.Practice, string(tx.Compartment), h.SessionID, h.ClinicianID, access.Micros(h.Start), access.Micros(h.Until),
		access.Micros(h.Began), access.Micros(h.Ended), h.BeganBy)
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	return nil
}

// newestOf reads the newest revision of a session in one of the tables that keep all
// of them, into content; revision is 0 if there is none.
func newestOf(ctx context.Context, tx *access.Tx, table, sessionID string, content any) (revision int64, at time.Time, by string, err error) {
	var micros int64
	var body []byte
	err = tx.QueryRow(ctx, `
		SELECT revision, at, by_id, sealed FROM `+table+`
		WHERE practice = $1 AND compartment = $2 AND session_id = $3
		ORDER BY revision DESC LIMIT 1`, tx.Practice, string(tx.Compartment), sessionID).Scan(&revision, &micros, &by, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, at, "", nil
	}
	if err != nil {
		return 0, at, "", fmt.Errorf("read what is kept of a session: %w", err)
	}
	return revision, access.Moment(micros), by, tx.OpenJSON(ctx, place(table+".sealed", sessionID, revision), body, content)
}

// insertNext keeps a revision in one of these tables, and says whether it did:
// somebody may have been quicker.
func insertNext(ctx context.Context, tx *access.Tx, table, sessionID string, revision int64, content any) (bool, error) {
	body, err := tx.SealJSON(ctx, place(table+".sealed", sessionID, revision), content)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO `+table+` (practice, compartment, session_id, revision, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), sessionID, revision, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("keep what is kept of a session: %w", err)
	}
	return changed(done)
}

func keptOf(ctx context.Context, tx *access.Tx, sessionID string) (k Kept, err error) {
	var s sealedKept
	k.Revision, k.At, k.By, err = newestOf(ctx, tx, "hour_kept", sessionID, &s)
	k.Decisions, k.Steps, k.Open, k.Calm = s.Decisions, s.Steps, s.Open, s.Calm
	return k, err
}

func insertKept(ctx context.Context, tx *access.Tx, sessionID string, k Kept) (bool, error) {
	return insertNext(ctx, tx, "hour_kept", sessionID, k.Revision, sealedKept{k.Decisions, k.Steps, k.Open, k.Calm})
}

func workOf(ctx context.Context, tx *access.Tx, sessionID string) (w Work, err error) {
	var s sealedWork
	w.Revision, w.At, w.By, err = newestOf(ctx, tx, "hour_work", sessionID, &s)
	w.Call, w.Intent, w.Tools, w.Instead = s.Call, s.Intent, s.Tools, s.Instead
	return w, err
}

func insertWork(ctx context.Context, tx *access.Tx, sessionID string, w Work) (bool, error) {
	return insertNext(ctx, tx, "hour_work", sessionID, w.Revision, sealedWork{w.Call, w.Intent, w.Tools, w.Instead})
}

func summaryOf(ctx context.Context, tx *access.Tx, sessionID string) (s Summary, err error) {
	var sealed sealedSummary
	s.Revision, s.At, s.By, err = newestOf(ctx, tx, "hour_summary", sessionID, &sealed)
	s.SessionID, s.Text = sessionID, sealed.Text
	return s, err
}

func insertSummary(ctx context.Context, tx *access.Tx, s Summary) (bool, error) {
	return insertNext(ctx, tx, "hour_summary", s.SessionID, s.Revision, sealedSummary{s.Text})
}

// summariesOf are the newest summaries of all sessions, those taken back too.
func summariesOf(ctx context.Context, tx *access.Tx) (map[string]Summary, error) {
	rows, err := tx.Query(ctx, `
		SELECT s.session_id, s.revision, s.at, s.by_id, s.sealed FROM hour_summary s
		WHERE s.practice = $1 AND s.compartment = $2
		  AND NOT EXISTS (SELECT 1 FROM hour_summary later
			WHERE later.practice = s.practice AND later.compartment = s.compartment
			  AND later.session_id = s.session_id AND later.revision > s.revision)`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read summaries: %w", err)
	}
	defer rows.Close()

	all := make(map[string]Summary)
	for rows.Next() {
		var s Summary
		var at int64
		var body []byte
		if err := rows.Scan(&s.SessionID, &s.Revision, &at, &s.By, &body); err != nil {
			return nil, fmt.Errorf("read summary: %w", err)
		}
		var sealed sealedSummary
		if err := tx.OpenJSON(ctx, place("hour_summary.sealed", s.SessionID, s.Revision), body, &sealed); err != nil {
			return nil, err
		}
		s.At, s.Text = access.Moment(at), sealed.Text
		all[s.SessionID] = s
	}
	return all, rows.Err()
}

// toolsOf are the tools of the sessions since then, in order of time.
func toolsOf(ctx context.Context, tx *access.Tx, since time.Time) ([]ToolUse, error) {
	rows, err := tx.Query(ctx, `
		SELECT w.session_id, w.revision, COALESCE(h.starts_at, w.at), w.sealed FROM hour_work w
		LEFT JOIN hour h ON h.practice = w.practice AND h.compartment = w.compartment AND h.session_id = w.session_id
		WHERE w.practice = $1 AND w.compartment = $2 AND COALESCE(h.starts_at, w.at) >= $3
		  AND NOT EXISTS (SELECT 1 FROM hour_work later
			WHERE later.practice = w.practice AND later.compartment = w.compartment
			  AND later.session_id = w.session_id AND later.revision > w.revision)
		ORDER BY 3, 1`, tx.Practice, string(tx.Compartment), access.Micros(since))
	if err != nil {
		return nil, fmt.Errorf("read tools: %w", err)
	}
	defer rows.Close()

	var all []ToolUse
	for rows.Next() {
		var id string
		var revision, at int64
		var body []byte
		if err := rows.Scan(&id, &revision, &at, &body); err != nil {
			return nil, fmt.Errorf("read tools: %w", err)
		}
		var s sealedWork
		if err := tx.OpenJSON(ctx, place("hour_work.sealed", id, revision), body, &s); err != nil {
			return nil, err
		}
		for _, t := range s.Tools {
			all = append(all, ToolUse{SessionID: id, At: access.Moment(at), Tool: t})
		}
	}
	return all, rows.Err()
}

// keptIn are the sessions of which something is kept. It opens nothing.
func keptIn(ctx context.Context, tx *access.Tx) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT session_id FROM hour_kept
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read what is kept: %w", err)
	}
	defer rows.Close()

	all := make(map[string]bool)
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read what is kept: %w", err)
		}
		all[id] = true
	}
	return all, rows.Err()
}

// markOf is another text as soon as anything of a session or of the agenda changed.
func markOf(ctx context.Context, tx *access.Tx, sessionID string) (string, error) {
	var began, ended, things, newest, kept, shared int64
	err := tx.QueryRow(ctx, `
		SELECT
			COALESCE((SELECT max(began_at) FROM hour WHERE practice = $1 AND compartment = $2 AND session_id = $3), 0),
			COALESCE((SELECT max(ended_at) FROM hour WHERE practice = $1 AND compartment = $2 AND session_id = $3), 0),
			(SELECT count(*) FROM agenda_item WHERE practice = $1 AND compartment = $2),
			COALESCE((SELECT max(changed_at) FROM agenda_item WHERE practice = $1 AND compartment = $2), 0),
			COALESCE((SELECT max(revision) FROM hour_kept WHERE practice = $1 AND compartment = $2 AND session_id = $3), 0),
			COALESCE((SELECT max(revision) FROM hour_summary WHERE practice = $1 AND compartment = $2 AND session_id = $3), 0)`,
		tx.Practice, string(tx.Compartment), sessionID).Scan(&began, &ended, &things, &newest, &kept, &shared)
	if err != nil {
		return "", fmt.Errorf("read how far a session is: %w", err)
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x-%x", began, ended, things, newest, kept, shared), nil
}

// takeBackAgain adds to a summary that is older than its end one revision without words.
func takeBackAgain(ctx context.Context, tx *access.Tx, e access.Ending, sessionID string) error {
	var newest, at int64
	err := tx.QueryRow(ctx, `
		SELECT revision, at FROM hour_summary
		WHERE practice = $1 AND compartment = $2 AND session_id = $3
		ORDER BY revision DESC LIMIT 1`, tx.Practice, string(e.Compartment), sessionID).Scan(&newest, &at)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("read summary: %w", err)
	case at >= e.At.UnixMicro():
		return nil
	}
	body, err := tx.SealJSONIn(ctx, e.Compartment, place("hour_summary.sealed", sessionID, newest+1), sealedSummary{})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO hour_summary (practice, compartment, session_id, revision, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		tx.Practice, string(e.Compartment), sessionID, newest+1, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("take summary back: %w", err)
	}
	return nil
}
