package outcome

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/measure"
)

// sealedEpisode is what the database holds under the client's key. Scores are
// pairs of week and total.
type sealedEpisode struct {
	Began  measure.Day             `json:"began"`
	Ended  measure.Day             `json:"ended,omitempty"`
	Ending Ending                  `json:"ending,omitempty"`
	Scores map[string][][2]float64 `json:"scores,omitempty"`
}

func episodePlace(id string, revision int64) string {
	return "episode.sealed " + id + " " + strconv.FormatInt(revision, 10)
}

// newestEpisode is the condition that e is the newest revision.
const newestEpisode = ` NOT EXISTS (SELECT 1 FROM episode later
			WHERE later.practice = e.practice AND later.compartment = e.compartment
			  AND later.id = e.id AND later.revision > e.revision)`

// episodes returns every episode of one client as it is now.
func episodes(ctx context.Context, tx *access.Tx) ([]Episode, error) {
	rows, err := tx.Query(ctx, `
		SELECT e.id, e.revision, e.state, e.made_at, e.by_id, e.sealed FROM episode e
		WHERE e.practice = $1 AND e.compartment = $2 AND`+newestEpisode+`
		ORDER BY e.id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read episodes: %w", err)
	}
	defer rows.Close()

	var all []Episode
	for rows.Next() {
		var e Episode
		var made int64
		var body []byte
		if err := rows.Scan(&e.ID, &e.Revision, &e.State, &made, &e.NotedBy, &body); err != nil {
			return nil, fmt.Errorf("read episode: %w", err)
		}
		e.NotedAt = time.UnixMicro(made).UTC()
		plain, err := tx.Open(ctx, episodePlace(e.ID, e.Revision), body)
		if err != nil {
			return nil, fmt.Errorf("open episode %s: %w", e.ID, err)
		}
		if err := e.read(plain); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

func (e *Episode) read(plain []byte) error {
	var s sealedEpisode
	if err := json.Unmarshal(plain, &s); err != nil {
		return fmt.Errorf("decode episode %s: %w", e.ID, err)
	}
	e.Began, e.Ended, e.Ending = s.Began, s.Ended, s.Ending
	if len(s.Scores) > 0 {
		e.Scores = make(map[string][]course.Moment, len(s.Scores))
	}
	for instrument, pairs := range s.Scores {
		for _, p := range pairs {
			e.Scores[instrument] = append(e.Scores[instrument], course.Moment{Week: p[0], Score: p[1]})
		}
	}
	return nil
}

func insertEpisode(ctx context.Context, tx *access.Tx, e Episode) error {
	s := sealedEpisode{Began: e.Began, Ended: e.Ended, Ending: e.Ending, Scores: make(map[string][][2]float64, len(e.Scores))}
	for instrument, all := range e.Scores {
		for _, m := range all {
			s.Scores[instrument] = append(s.Scores[instrument], [2]float64{m.Week, m.Score})
		}
	}
	body, err := tx.SealJSON(ctx, episodePlace(e.ID, e.Revision), s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO episode (practice, compartment, id, revision, state, quarter, made_at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.Practice, string(tx.Compartment), e.ID, e.Revision, string(e.State), int64(QuarterOf(e.Ended)),
		tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("insert episode: %w", err)
	}
	return nil
}

// choices returns what one client decided.
func choices(ctx context.Context, tx *access.Tx) (Choices, error) {
	out := Choices{
		Learning: Choice{About: AboutLearning, Yes: AboutLearning.unasked()},
		Report:   Choice{About: AboutReport, Yes: AboutReport.unasked()},
	}
	rows, err := tx.Query(ctx, `
		SELECT about, revision, id, yes, words, at FROM choice
		WHERE practice = $1 AND compartment = $2
		ORDER BY at DESC, about, revision DESC`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return out, fmt.Errorf("read choices: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var c Choice
		var yes, at int64
		if err := rows.Scan(&c.About, &c.Revision, &c.ID, &yes, &c.Words, &at); err != nil {
			return out, fmt.Errorf("read choice: %w", err)
		}
		c.Yes, c.At = yes == 1, time.UnixMicro(at).UTC()
		out.Past = append(out.Past, c)
		now := &out.Learning
		if c.About == AboutReport {
			now = &out.Report
		}
		if c.Revision > now.Revision {
			*now = c
		}
	}
	return out, rows.Err()
}

func insertChoice(ctx context.Context, tx *access.Tx, c Choice) error {
	yes := 0
	if c.Yes {
		yes = 1
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO choice (practice, compartment, about, revision, id, yes, words, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.Practice, string(tx.Compartment), string(c.About), c.Revision, c.ID, yes, c.Words, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("insert choice: %w", err)
	}
	return nil
}

// takeOut takes the client's work out of what was made from it.
func takeOut(ctx context.Context, tx *access.Tx, client access.Compartment, about About) error {
	text := `DELETE FROM learned_from WHERE practice = $1 AND compartment = $2`
	if about == AboutReport {
		text = `DELETE FROM counted WHERE practice = $1 AND compartment = $2`
	}
	if _, err := tx.Exec(ctx, text, tx.Practice, string(client)); err != nil {
		return fmt.Errorf("take work out: %w", err)
	}
	return nil
}

// allFinished are the clients in l with a finished episode and none that goes on
// again.
func allFinished(ctx context.Context, l *access.List) (map[access.Compartment]bool, error) {
	rows, err := l.Query(ctx, `
		SELECT e.compartment, max(e.state) FROM episode e
		WHERE e.practice = $1 AND e.compartment IN AMONG($2) AND`+newestEpisode+`
		GROUP BY e.compartment`, l.Practice, l.Among())
	if err != nil {
		return nil, fmt.Errorf("read finished work: %w", err)
	}
	defer rows.Close()

	all := make(map[access.Compartment]bool)
	for rows.Next() {
		var c access.Compartment
		var state State
		if err := rows.Scan(&c, &state); err != nil {
			return nil, fmt.Errorf("read finished work: %w", err)
		}
		all[c] = state == Finished // "open" comes after it, and is the larger of both
		l.Shows(c)
	}
	return all, rows.Err()
}

// refuseAgain keeps the no that e noted, if it is not there.
func refuseAgain(ctx context.Context, tx *access.Tx, e access.Ending, about About) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO choice (practice, compartment, about, revision, id, yes, words, at)
		SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT),
		       1 + COALESCE((SELECT max(c.revision) FROM choice c WHERE c.practice = $1 AND c.compartment = $2 AND c.about = $3), 0),
		       CAST($4 AS TEXT), 0, CAST($5 AS TEXT), CAST($6 AS BIGINT)
		WHERE EXISTS (SELECT 1 FROM grants g WHERE g.practice = $1 AND g.compartment = $2)
		  AND NOT EXISTS (SELECT 1 FROM choice c WHERE c.practice = $1 AND c.compartment = $2 AND c.about = $3 AND c.at >= $6)`,
		tx.Practice, string(e.Compartment), string(about), id.String(), Explained.Version, e.At.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep a no again: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return takeOut(ctx, tx, e.Compartment, about)
}
