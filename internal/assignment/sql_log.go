package assignment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// sealedLog is what is known of a log without what was written down.
type sealedLog struct {
	How  How         `json:"how"`
	Fine Fine        `json:"fine"`
	Day  measure.Day `json:"day,omitempty"`
	Sent []string    `json:"sent"`
}

type sealedAnswer struct {
	Line    string `json:"line,omitempty"`
	Quality Mark   `json:"quality,omitempty"`
	Amount  Mark   `json:"amount,omitempty"`
}

// The states of a log.
const (
	logKept    = "kept"
	logDropped = "dropped"
)

// lately is how many logs are read where not all of them are needed.
const lately = 120

const logColumns = `
	g.compartment, g.id, g.n, g.assignment_id, g.revision, g.since_at, g.state, g.mine, g.sealed, g.sealed_words,
	COALESCE(a.revision, 0), COALESCE(a.at, 0), COALESCE(a.by_id, ''), a.sealed
	FROM assignment_log g
	LEFT JOIN assignment_answer a ON a.practice = g.practice AND a.compartment = g.compartment AND a.log_id = g.id`

// readLogs reads rows of logColumns, and opens what is written there for whoever stands on side.
func readLogs(rows *access.Rows, err error, side func(access.Compartment) goal.Side, open opens) (map[access.Compartment][]Log, error) {
	if err != nil {
		return nil, fmt.Errorf("read what was practised: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment][]Log)
	for rows.Next() {
		var c access.Compartment
		var l Log
		var since, answered, mine int64
		var state string
		var body, words, answer []byte
		err := rows.Scan(&c, &l.ID, &l.N, &l.Assignment, &l.Revision, &since, &state, &mine, &body, &words,
			&l.Answer.Revision, &answered, &l.Answer.By, &answer)
		if err != nil {
			return nil, fmt.Errorf("read what was practised: %w", err)
		}
		var s sealedLog
		if err := open(c, place("assignment_log.sealed", l.ID, l.Revision), body, &s); err != nil {
			return nil, err
		}
		l.How, l.Fine, l.Day, l.sent = s.How, s.Fine, s.Day, s.Sent
		l.Mine = mine > 0
		l.Since, l.Gone = access.Moment(since), state == logDropped
		if l.Answer.Revision > 0 {
			var s sealedAnswer
			if err := open(c, place("assignment_answer.sealed", l.ID, l.Answer.Revision), answer, &s); err != nil {
				return nil, err
			}
			l.Answer.Line, l.Answer.Quality, l.Answer.Amount, l.Answer.At = s.Line, s.Quality, s.Amount, access.Moment(answered)
		}
		who := side(c)
		if len(words) > 0 && (!l.Mine || who == goal.ByClient) {
			if err := open(c, place("assignment_log.sealed_words", l.ID, l.Revision), words, &l.Said); err != nil {
				return nil, err
			}
		}
		l.Hidden = l.Mine && who != goal.ByClient
		all[c] = append(all[c], l)
	}
	return all, rows.Err()
}

func logsOf(ctx context.Context, tx *access.Tx, rows *access.Rows, err error) ([]Log, error) {
	all, err := readLogs(rows, err,
		func(c access.Compartment) goal.Side { return goal.SideOf(tx.Actor, c) },
		func(_ access.Compartment, place string, body []byte, into any) error {
			return tx.OpenJSON(ctx, place, body, into)
		})
	return all[tx.Compartment], err
}

// logs are those of the record, the newest first: of one assignment, if one is given,
// since a time, and no more than most.
func logs(ctx context.Context, tx *access.Tx, assignment string, since time.Time, most int) ([]Log, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+logColumns+`
		WHERE g.practice = $1 AND g.compartment = $2 AND g.state = 'kept' AND ($3 = '' OR g.assignment_id = $3) AND g.since_at >= $4
		ORDER BY g.n DESC LIMIT $5`, tx.Practice, string(tx.Compartment), assignment, access.Micros(since), most)
	return logsOf(ctx, tx, rows, err)
}

// logOf is the one with an id, taken back or not.
func logOf(ctx context.Context, tx *access.Tx, id string) (Log, bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+logColumns+`
		WHERE g.practice = $1 AND g.compartment = $2 AND g.id = $3`, tx.Practice, string(tx.Compartment), id)
	all, err := logsOf(ctx, tx, rows, err)
	if err != nil || len(all) == 0 {
		return Log{}, false, err
	}
	return all[0], true, nil
}

// logNamed is the one with a number.
func logNamed(ctx context.Context, tx *access.Tx, n int64) (Log, bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+logColumns+`
		WHERE g.practice = $1 AND g.compartment = $2 AND g.n = $3 AND g.state = 'kept'`, tx.Practice, string(tx.Compartment), n)
	all, err := logsOf(ctx, tx, rows, err)
	if err != nil || len(all) == 0 {
		return Log{}, false, err
	}
	return all[0], true, nil
}

// sealLog seals both parts of l. Of what was taken back no words stay.
func sealLog(ctx context.Context, tx *access.Tx, c access.Compartment, l Log) (body, words []byte, err error) {
	s := sealedLog{How: l.How, Fine: l.Fine, Day: l.Day, Sent: l.sent}
	if body, err = tx.SealJSONIn(ctx, c, place("assignment_log.sealed", l.ID, l.Revision), s); err != nil || l.Gone {
		return body, []byte{}, err
	}
	words, err = tx.SealJSONIn(ctx, c, place("assignment_log.sealed_words", l.ID, l.Revision), l.Said)
	return body, words, err
}

func mark(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// insertLog keeps a new log under the next number, and says whether it did.
func insertLog(ctx context.Context, tx *access.Tx, l *Log) (bool, error) {
	l.Revision = 1
	body, words, err := sealLog(ctx, tx, tx.Compartment, *l)
	if err != nil {
		return false, err
	}
	for range 3 { // two devices may reach for one number
		err := tx.QueryRow(ctx, `
			SELECT COALESCE(max(n), 0) + 1 FROM assignment_log
			WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment)).Scan(&l.N)
		if err != nil {
			return false, fmt.Errorf("count what was practised: %w", err)
		}
		done, err := tx.Exec(ctx, `
			INSERT INTO assignment_log (practice, compartment, id, n, assignment_id, revision, since_at, state, mine, sealed, sealed_words)
			VALUES ($1, $2, $3, $4, $5, 1, $6, 'kept', $7, $8, $9)
			ON CONFLICT DO NOTHING`,
			tx.Practice, string(tx.Compartment), l.ID, l.N, l.Assignment, access.Micros(l.Since), mark(l.Mine), body, words)
		if err != nil {
			return false, fmt.Errorf("keep what was practised: %w", err)
		}
		if ok, err := isNew(done); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

// updateLog writes the next revision of l in place of the last, and says whether it did.
func updateLog(ctx context.Context, tx *access.Tx, l Log) (bool, error) {
	body, words, err := sealLog(ctx, tx, tx.Compartment, l)
	if err != nil {
		return false, err
	}
	state := logKept
	if l.Gone {
		state = logDropped
	}
	done, err := tx.Exec(ctx, `
		UPDATE assignment_log SET revision = $4, state = $5, mine = $6, sealed = $7, sealed_words = $8
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND revision = $4 - 1`,
		tx.Practice, string(tx.Compartment), l.ID, l.Revision, state, mark(l.Mine), body, words)
	if err != nil {
		return false, fmt.Errorf("keep what was practised: %w", err)
	}
	return isNew(done)
}

// dropAnswer takes away what was answered to a log that was taken back.
func dropAnswer(ctx context.Context, tx *access.Tx, c access.Compartment, logID string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM assignment_answer
		WHERE practice = $1 AND compartment = $2 AND log_id = $3`, tx.Practice, string(c), logID)
	if err != nil {
		return fmt.Errorf("take back an answer: %w", err)
	}
	return nil
}

// keepAnswer writes the next revision of an answer, and says whether it did.
func keepAnswer(ctx context.Context, tx *access.Tx, logID string, a Answer) (bool, error) {
	body, err := tx.SealJSON(ctx, place("assignment_answer.sealed", logID, a.Revision), sealedAnswer{a.Line, a.Quality, a.Amount})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO assignment_answer (practice, compartment, log_id, revision, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (practice, compartment, log_id) DO UPDATE
		SET revision = excluded.revision, at = excluded.at, by_id = excluded.by_id, sealed = excluded.sealed
		WHERE assignment_answer.revision = excluded.revision - 1`,
		tx.Practice, string(tx.Compartment), logID, a.Revision, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("keep an answer: %w", err)
	}
	return isNew(done)
}

// dropLogAgain takes away what a log that was taken back says.
func dropLogAgain(ctx context.Context, tx *access.Tx, c access.Compartment, id string) error {
	var revision int64
	err := tx.QueryRow(ctx, `
		SELECT revision FROM assignment_log
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'kept'`, tx.Practice, string(c), id).Scan(&revision)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read what was practised: %w", err)
	}
	body, words, err := sealLog(ctx, tx, c, Log{ID: id, Revision: revision + 1, Gone: true})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE assignment_log SET revision = $4, state = 'dropped', sealed = $5, sealed_words = $6
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND revision = $4 - 1`,
		tx.Practice, string(c), id, revision+1, body, words)
	if err != nil {
		return fmt.Errorf("take back what was practised: %w", err)
	}
	return dropAnswer(ctx, tx, c, id)
}

// mineAgain leaves the words of a log to the client alone.
func mineAgain(ctx context.Context, tx *access.Tx, c access.Compartment, id string) error {
	_, err := tx.Exec(ctx, `
		UPDATE assignment_log SET mine = 1
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(c), id)
	if err != nil {
		return fmt.Errorf("leave words to the client: %w", err)
	}
	return nil
}
