package mood

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// What the database holds under the compartment's key.
type (
	sealedEntry struct {
		Values map[string]int `json:"values,omitempty"`
		There  []string       `json:"there,omitempty"`
		Line   string         `json:"line,omitempty"`
	}
	sealedItem struct {
		Kind   Kind   `json:"kind"`
		Name   string `json:"name"`
		Low    string `json:"low,omitempty"`
		High   string `json:"high,omitempty"`
		Better Better `json:"better,omitempty"`
		From   string `json:"from,omitempty"`
		Away   bool   `json:"away,omitempty"`
	}
	sealedSetting struct {
		Sharing Sharing `json:"sharing"`
		From    Day     `json:"from,omitempty"`
		Watch   string  `json:"watch,omitempty"`
		Since   Day     `json:"since,omitempty"`
	}
	sealedQuestion struct {
		AskedAt  int64   `json:"asked"`
		Scale    string  `json:"scale"`
		Day      Day     `json:"day"`
		Z        float64 `json:"z"`
		Mean     float64 `json:"mean"`
		Since    Day     `json:"since"`
		Early    bool    `json:"early,omitempty"`
		Answer   Answer  `json:"answer"`
		Words    string  `json:"words,omitempty"`
		TalkedAt int64   `json:"talked,omitempty"`
		TalkedBy string  `json:"talked_by,omitempty"`
	}
)

// ---- entries -----------------------------------------------------------------

func entryPlace(day Day, revision int64) string {
	return fmt.Sprintf("mood_entry.sealed %d %d", day, revision)
}

// never is later than any day.
const never Day = 1 << 31

// entriesFrom are the entries as they are now, from a day on, in order of day.
func entriesFrom(ctx context.Context, tx *access.Tx, from Day) ([]Entry, error) {
	return entriesIn(ctx, tx, from, never)
}

// entriesIn are those from a day on, and before another.
func entriesIn(ctx context.Context, tx *access.Tx, from, before Day) ([]Entry, error) {
	rows, err := tx.Query(ctx, `
		SELECT e.day, e.revision, e.id, e.at, e.sealed FROM mood_entry e
		WHERE e.practice = $1 AND e.compartment = $2 AND e.day >= $3 AND e.day < $4
		  AND NOT EXISTS (SELECT 1 FROM mood_entry later
			WHERE later.practice = e.practice AND later.compartment = e.compartment
			  AND later.day = e.day AND later.revision > e.revision)
		ORDER BY e.day`,
		tx.Practice, string(tx.Compartment), int64(from), int64(before))
	all, _, err := entries(ctx, tx, rows, err)
	return all, err
}

// revisionsOf are all revisions of one day, and the ids of the forms that made them.
func revisionsOf(ctx context.Context, tx *access.Tx, day Day) ([]Entry, []string, error) {
	rows, err := tx.Query(ctx, `
		SELECT e.day, e.revision, e.id, e.at, e.sealed FROM mood_entry e
		WHERE e.practice = $1 AND e.compartment = $2 AND e.day = $3
		ORDER BY e.revision`,
		tx.Practice, string(tx.Compartment), int64(day))
	return entries(ctx, tx, rows, err)
}

func entries(ctx context.Context, tx *access.Tx, rows *access.Rows, err error) (all []Entry, ids []string, _ error) {
	if err != nil {
		return nil, nil, fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var e Entry
		var at int64
		var id string
		var body []byte
		if err := rows.Scan(&e.Day, &e.Revision, &id, &at, &body); err != nil {
			return nil, nil, fmt.Errorf("read entry: %w", err)
		}
		var s sealedEntry
		if err := tx.OpenJSON(ctx, entryPlace(e.Day, e.Revision), body, &s); err != nil {
			return nil, nil, err
		}
		e.KeptAt, e.Values, e.There, e.Line = access.Moment(at), s.Values, s.There, s.Line
		all, ids = append(all, e), append(ids, id)
	}
	return all, ids, rows.Err()
}

// span is the first and the last day with an entry, also one that was emptied
// since; 0 if there is none.
func span(ctx context.Context, tx *access.Tx) (first, last Day, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(min(e.day), 0), COALESCE(max(e.day), 0) FROM mood_entry e
		WHERE e.practice = $1 AND e.compartment = $2`,
		tx.Practice, string(tx.Compartment)).Scan(&first, &last)
	if err != nil {
		return 0, 0, fmt.Errorf("read span of entries: %w", err)
	}
	return first, last, nil
}

// countDays is on how many days from since on something was noted, and the newest
// day of those from from on. An emptied entry counts: nothing is opened here.
func countDays(ctx context.Context, tx *access.Tx, from, since Day) (n int, last Day, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COUNT(DISTINCT CASE WHEN e.day >= $4 THEN e.day END), COALESCE(max(e.day), 0) FROM mood_entry e
		WHERE e.practice = $1 AND e.compartment = $2 AND e.day >= $3`,
		tx.Practice, string(tx.Compartment), int64(from), int64(max(from, since))).Scan(&n, &last)
	if err != nil {
		return 0, 0, fmt.Errorf("count entries: %w", err)
	}
	return n, last, nil
}

func insertEntry(ctx context.Context, tx *access.Tx, e Entry, form string) error {
	body, err := tx.SealJSON(ctx, entryPlace(e.Day, e.Revision), sealedEntry{Values: e.Values, There: e.There, Line: e.Line})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO mood_entry (practice, compartment, day, revision, id, at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Practice, string(tx.Compartment), int64(e.Day), e.Revision, form, tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("insert entry: %w", err)
	}
	return nil
}

// ---- items -------------------------------------------------------------------

// itemTable is mood_item, or mood_offer, which has the same columns.
type itemTable string

const (
	ofClient   itemTable = "mood_item"
	ofPractice itemTable = "mood_offer"
)

func (t itemTable) place(id string, revision int64) string {
	return fmt.Sprintf("%s.sealed %s %d", string(t), id, revision)
}

// rows are the items of a table as they are now, in order of making.
func (t itemTable) rows(ctx context.Context, tx *access.Tx) ([]Item, error) {
	rows, err := tx.Query(ctx, `
		SELECT i.id, i.revision, i.sealed FROM `+string(t)+` i
		WHERE i.practice = $1 AND i.compartment = $2
		  AND NOT EXISTS (SELECT 1 FROM `+string(t)+` later
			WHERE later.practice = i.practice AND later.compartment = i.compartment
			  AND later.id = i.id AND later.revision > i.revision)
		ORDER BY i.id`,
		tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read items of a log: %w", err)
	}
	defer rows.Close()

	var all []Item
	for rows.Next() {
		var i Item
		var body []byte
		if err := rows.Scan(&i.ID, &i.Revision, &body); err != nil {
			return nil, fmt.Errorf("read item of a log: %w", err)
		}
		var s sealedItem
		if err := tx.OpenJSON(ctx, t.place(i.ID, i.Revision), body, &s); err != nil {
			return nil, err
		}
		i.Kind, i.Name, i.Low, i.High, i.Better, i.From, i.Away = s.Kind, s.Name, s.Low, s.High, s.Better, s.From, s.Away
		all = append(all, i)
	}
	return all, rows.Err()
}

func (t itemTable) insert(ctx context.Context, tx *access.Tx, i Item) error {
	body, err := tx.SealJSON(ctx, t.place(i.ID, i.Revision), sealedItem{
		Kind: i.Kind, Name: i.Name, Low: i.Low, High: i.High, Better: i.Better, From: i.From, Away: i.Away,
	})
	if err != nil {
		return err
	}
	columns, values := "practice, compartment, id, revision, at, sealed", "$1, $2, $3, $4, $5, $6"
	args := []any{tx.Practice, string(tx.Compartment), i.ID, i.Revision, tx.Now.UnixMicro(), body}
	if t == ofPractice {
		columns, values, args = columns+", by_id", values+", $7", append(args, tx.Actor.ID)
	}
	if _, err = tx.Exec(ctx, `INSERT INTO `+string(t)+` (`+columns+`) VALUES (`+values+`)`, args...); err != nil {
		return fmt.Errorf("insert item of a log: %w", err)
	}
	return nil
}

// itemsOf are the items of a client's log: those that everybody has, with what
// the client put away of them, and then their own.
func itemsOf(ctx context.Context, tx *access.Tx) ([]Item, error) {
	own, err := ofClient.rows(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := Everybody()
	for _, o := range own {
		if o.Own() {
			all = append(all, o)
			continue
		}
		for n := range all {
			if all[n].ID == o.ID {
				all[n].Away, all[n].Revision = o.Away, o.Revision
			}
		}
	}
	return all, nil
}

// ---- settings ----------------------------------------------------------------

func settingPlace(revision int64) string { return fmt.Sprintf("mood_setting.sealed %d", revision) }

func settingsOf(ctx context.Context, tx *access.Tx) (Settings, error) {
	set := Settings{Sharing: Mine}
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT revision, sealed FROM mood_setting
		WHERE practice = $1 AND compartment = $2 ORDER BY revision DESC LIMIT 1`,
		tx.Practice, string(tx.Compartment)).Scan(&set.Revision, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return set, nil
	}
	if err != nil {
		return set, fmt.Errorf("read settings of a log: %w", err)
	}
	var s sealedSetting
	if err := tx.OpenJSON(ctx, settingPlace(set.Revision), body, &s); err != nil {
		return set, err
	}
	set.Sharing, set.From, set.Watch, set.Since = s.Sharing, s.From, s.Watch, s.Since
	return set, nil
}

func insertSettings(ctx context.Context, tx *access.Tx, client access.Compartment, s Settings) error {
	body, err := tx.SealJSONIn(ctx, client, settingPlace(s.Revision), sealedSetting{Sharing: s.Sharing, From: s.From, Watch: s.Watch, Since: s.Since})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO mood_setting (practice, compartment, revision, at, sealed) VALUES ($1, $2, $3, $4, $5)`,
		tx.Practice, string(client), s.Revision, tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("insert settings of a log: %w", err)
	}
	return nil
}

// ---- questions ---------------------------------------------------------------

func questionPlace(id string, revision int64) string {
	return fmt.Sprintf("mood_question.sealed %s %d", id, revision)
}

// questionsOf are the questions as they are now, in order of asking.
func questionsOf(ctx context.Context, tx *access.Tx) ([]Question, error) {
	rows, err := tx.Query(ctx, `
		SELECT q.id, q.revision, q.sealed FROM mood_question q
		WHERE q.practice = $1 AND q.compartment = $2
		  AND NOT EXISTS (SELECT 1 FROM mood_question later
			WHERE later.practice = q.practice AND later.compartment = q.compartment
			  AND later.id = q.id AND later.revision > q.revision)
		ORDER BY q.id`,
		tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	defer rows.Close()

	var all []Question
	for rows.Next() {
		var q Question
		var body []byte
		if err := rows.Scan(&q.ID, &q.Revision, &body); err != nil {
			return nil, fmt.Errorf("read question: %w", err)
		}
		var s sealedQuestion
		if err := tx.OpenJSON(ctx, questionPlace(q.ID, q.Revision), body, &s); err != nil {
			return nil, err
		}
		q.At, q.Scale, q.Day, q.Z, q.Mean, q.Since, q.Early = access.Moment(s.AskedAt), s.Scale, s.Day, s.Z, s.Mean, s.Since, s.Early
		q.Answer, q.Words, q.TalkedAt, q.TalkedBy = s.Answer, s.Words, access.Moment(s.TalkedAt), s.TalkedBy
		all = append(all, q)
	}
	return all, rows.Err()
}

func insertQuestion(ctx context.Context, tx *access.Tx, q Question) error {
	body, err := tx.SealJSON(ctx, questionPlace(q.ID, q.Revision), sealedQuestion{
		AskedAt: access.Micros(q.At), Scale: q.Scale, Day: q.Day, Z: q.Z, Mean: q.Mean, Since: q.Since, Early: q.Early,
		Answer: q.Answer, Words: q.Words, TalkedAt: access.Micros(q.TalkedAt), TalkedBy: q.TalkedBy,
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO mood_question (practice, compartment, id, revision, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Practice, string(tx.Compartment), q.ID, q.Revision, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("insert question: %w", err)
	}
	return nil
}

// hideAgain makes the log the client's alone, if nothing was decided since.
func hideAgain(ctx context.Context, tx *access.Tx, e access.Ending) error {
	set := Settings{Sharing: Mine}
	var at int64
	err := tx.QueryRow(ctx, `
		SELECT revision, at FROM mood_setting
		WHERE practice = $1 AND compartment = $2 ORDER BY revision DESC LIMIT 1`,
		tx.Practice, string(e.Compartment)).Scan(&set.Revision, &at)
	switch {
	case errors.Is(err, sql.ErrNoRows): // nothing was ever shown
		return nil
	case err != nil:
		return fmt.Errorf("read settings of a log: %w", err)
	case at >= e.At.UnixMicro():
		return nil
	}
	set.Revision++
	return insertSettings(ctx, tx, e.Compartment, set)
}
