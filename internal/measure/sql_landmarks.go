package measure

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/fault"
)

// The kinds of landmark in the database.
const (
	kindEvent  = "event"
	kindDetour = "detour"
	kindTalk   = "talk"
)

// sealedMark is what the database holds of a landmark under the compartment's key.
type sealedMark struct {
	Day   Day    `json:"day,omitempty"`
	Words string `json:"words,omitempty"`

	// Of a talk alone.
	Instrument string            `json:"instrument,omitempty"`
	Answer     string            `json:"answer,omitempty"`
	Score      int64             `json:"score,omitempty"` // when it was given
	Signal     course.Kind       `json:"signal,omitempty"`
	Aid        map[string]string `json:"aid,omitempty"`
	Plain      bool              `json:"plain,omitempty"` // without the aid
}

func (s sealedMark) same(o sealedMark) bool {
	return s.Day == o.Day && s.Words == o.Words && s.Instrument == o.Instrument && s.Answer == o.Answer && maps.Equal(s.Aid, o.Aid)
}

// A mark is one revision of a landmark.
type mark struct {
	sealedMark
	id, kind, by string
	revision     int64
	at           time.Time
}

func markPlace(id string, revision int64) string {
	return "landmark.sealed " + id + " " + strconv.FormatInt(revision, 10)
}

// insertMark says whether the revision is new.
func insertMark(ctx context.Context, tx *access.Tx, id string, revision int64, kind string, s sealedMark) (bool, error) {
	plain, err := json.Marshal(s)
	if err != nil {
		return false, fmt.Errorf("encode landmark: %w", err)
	}
	body, err := tx.Seal(ctx, markPlace(id, revision), plain)
	if err != nil {
		return false, fmt.Errorf("seal landmark: %w", err)
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO landmark (practice, compartment, id, revision, kind, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), id, revision, kind, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("insert landmark: %w", err)
	}
	return changed(done)
}

// sameMark is nil if that revision is kept with the same content by the same
// person, and fault.Conflict otherwise.
func sameMark(ctx context.Context, tx *access.Tx, id string, revision int64, kind string, s sealedMark) error {
	all, err := marksOf(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.revision == revision && m.kind == kind && m.by == tx.Actor.ID && m.same(s) {
			return nil
		}
	}
	return fault.New(fault.Conflict, "", "This form was used for something else already. Please open the page again.")
}

// marksOf are the revisions of one landmark, in order.
func marksOf(ctx context.Context, tx *access.Tx, id string) ([]mark, error) {
	return queryMarks(ctx, tx, func(_ access.Compartment, place string, body []byte) ([]byte, error) {
		return tx.Open(ctx, place, body)
	}, `
		SELECT compartment, id, revision, kind, at, by_id, sealed FROM landmark
		WHERE practice = $1 AND compartment = $2 AND id = $3
		ORDER BY revision`,
		tx.Practice, string(tx.Compartment), id)
}

// allMarks are all revisions of all landmarks of one client, in order of id.
func allMarks(ctx context.Context, tx *access.Tx) ([]mark, error) {
	return queryMarks(ctx, tx, func(_ access.Compartment, place string, body []byte) ([]byte, error) {
		return tx.Open(ctx, place, body)
	}, `
		SELECT compartment, id, revision, kind, at, by_id, sealed FROM landmark
		WHERE practice = $1 AND compartment = $2
		ORDER BY id, revision`,
		tx.Practice, string(tx.Compartment))
}

func queryMarks(ctx context.Context, tx *access.Tx, open func(c access.Compartment, place string, body []byte) ([]byte, error), text string, args ...any) ([]mark, error) {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read landmarks: %w", err)
	}
	defer rows.Close()

	var all []mark
	for rows.Next() {
		var m mark
		var c string
		var at int64
		var body []byte
		if err := rows.Scan(&c, &m.id, &m.revision, &m.kind, &at, &m.by, &body); err != nil {
			return nil, fmt.Errorf("read landmark: %w", err)
		}
		m.at = moment(at)
		plain, err := open(access.Compartment(c), markPlace(m.id, m.revision), body)
		if err != nil {
			return nil, fmt.Errorf("open landmark %s: %w", m.id, err)
		}
		if err := json.Unmarshal(plain, &m.sealedMark); err != nil {
			return nil, fmt.Errorf("decode landmark %s: %w", m.id, err)
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

func (m mark) talk() Talk {
	return Talk{
		ID: m.id, Instrument: m.Instrument, AnswerID: m.Answer, ScoreAt: moment(m.Score), Kind: m.Signal,
		Day: m.Day, By: m.by, At: m.at, Plain: m.Plain, Aid: m.Aid,
	}
}

// detourOf is the detour whose revisions are given.
func detourOf(revisions []mark) Detour {
	d := Detour{ID: revisions[0].id, From: revisions[0].Day, Reason: revisions[0].Words, By: revisions[0].by, Revision: 1}
	if n := len(revisions); n > 1 {
		last := revisions[n-1]
		d.Until, d.Back, d.ClosedBy, d.Revision = last.Day, last.Words, last.by, last.revision
	}
	return d
}

// landmarks are those of one client.
func landmarks(ctx context.Context, tx *access.Tx) (Landmarks, error) {
	marks, err := allMarks(ctx, tx)
	if err != nil {
		return Landmarks{}, err
	}
	var l Landmarks
	for len(marks) > 0 {
		n := slices.IndexFunc(marks, func(m mark) bool { return m.id != marks[0].id })
		if n < 0 {
			n = len(marks)
		}
		switch m := marks[0]; m.kind {
		case kindEvent:
			if n == 1 { // a second revision took it off
				l.Events = append(l.Events, LifeEvent{ID: m.id, Day: m.Day, Words: m.Words, By: m.by})
			}
		case kindDetour:
			l.Detours = append(l.Detours, detourOf(marks[:n]))
		case kindTalk:
			t := m.talk()
			t.Aid = nil
			l.talks = append(l.talks, t)
		}
		marks = marks[n:]
	}
	slices.SortStableFunc(l.Events, func(a, b LifeEvent) int { return cmp.Compare(a.Day, b.Day) })
	slices.SortStableFunc(l.Detours, func(a, b Detour) int { return cmp.Compare(a.From, b.From) })
	return l, nil
}

// talksIn are the talks of one client, in order of id; nothing else is opened.
func talksIn(ctx context.Context, tx *access.Tx) ([]Talk, error) {
	marks, err := queryMarks(ctx, tx, func(_ access.Compartment, place string, body []byte) ([]byte, error) {
		return tx.Open(ctx, place, body)
	}, `
		SELECT compartment, id, revision, kind, at, by_id, sealed FROM landmark
		WHERE practice = $1 AND compartment = $2 AND kind = 'talk'
		ORDER BY id, revision`,
		tx.Practice, string(tx.Compartment))
	talks := make([]Talk, len(marks))
	for i, m := range marks {
		talks[i] = m.talk()
	}
	return talks, err
}

// talksOf are the talks in the records of l that are wanted.
func talksOf(ctx context.Context, l *access.List, wanted map[access.Compartment]bool) (map[access.Compartment][]Talk, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	rows, err := l.Query(ctx, `
		SELECT compartment, id, revision, at, by_id, sealed FROM landmark
		WHERE practice = $1 AND compartment IN AMONG($2) AND kind = 'talk'`,
		l.Practice, l.Among())
	if err != nil {
		return nil, fmt.Errorf("read talks: %w", err)
	}
	defer rows.Close()

	talks := make(map[access.Compartment][]Talk)
	for rows.Next() {
		m := mark{kind: kindTalk}
		var c string
		var at int64
		var body []byte
		if err := rows.Scan(&c, &m.id, &m.revision, &at, &m.by, &body); err != nil {
			return nil, fmt.Errorf("read talk: %w", err)
		}
		if !wanted[access.Compartment(c)] {
			continue
		}
		m.at = moment(at)
		plain, err := l.OpenIn(ctx, access.Compartment(c), markPlace(m.id, m.revision), body)
		if err != nil {
			return nil, fmt.Errorf("open talk %s: %w", m.id, err)
		}
		if err := json.Unmarshal(plain, &m.sealedMark); err != nil {
			return nil, fmt.Errorf("decode talk %s: %w", m.id, err)
		}
		talks[access.Compartment(c)] = append(talks[access.Compartment(c)], m.talk())
	}
	return talks, rows.Err()
}
