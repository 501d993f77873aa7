package note

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// sealedText is what the database holds of a draft or a signed text under the
// compartment's key.
type sealedText struct {
	Shape  Shape  `json:"shape"`
	Words  Words  `json:"words"`
	Goals  []Goal `json:"goals,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func seals(c Content, reason string) sealedText {
	return sealedText{Shape: c.Shape, Words: c.Words, Goals: c.Goals, Reason: reason}
}

func (s sealedText) content() Content {
	return Content{Shape: s.Shape, Words: s.Words, Goals: s.Goals}
}

func draftPlace(note, person string, rev int64) string {
	return fmt.Sprintf("note_draft.sealed %s %s %d", note, person, rev)
}

func textPlace(note string, revision int64) string {
	return fmt.Sprintf("note_text.sealed %s %d", note, revision)
}

const noteColumns = `id, session_id, author_id, at, about_at, revision, away`

func scanNote(from interface{ Scan(...any) error }) (n Note, err error) {
	var at, about, away int64
	err = from.Scan(&n.ID, &n.Session, &n.Author, &at, &about, &n.Revision, &away)
	n.At, n.About, n.Away = access.Moment(at), access.Moment(about), away != 0
	return n, err
}

// noteOf is the note with the given id; ok is false if there is none.
func noteOf(ctx context.Context, tx *access.Tx, id string) (Note, bool, error) {
	return oneNote(ctx, tx, `id = $3`, id)
}

// ownOf is the note that actor began about a session.
func ownOf(ctx context.Context, tx *access.Tx, session, actor string) (Note, bool, error) {
	return oneNote(ctx, tx, `session_id = $3 AND session_id <> '' AND author_id = $4`, session, actor)
}

func oneNote(ctx context.Context, tx *access.Tx, which string, args ...any) (Note, bool, error) {
	n, err := scanNote(tx.QueryRow(ctx, `SELECT `+noteColumns+` FROM note WHERE practice = $1 AND compartment = $2 AND `+which,
		append([]any{tx.Practice, string(tx.Compartment)}, args...)...))
	if errors.Is(err, sql.ErrNoRows) {
		return n, false, nil
	}
	if err != nil {
		return n, false, fmt.Errorf("read note: %w", err)
	}
	return n, true, nil
}

// notesOf are all notes of the record that were not thrown away, newest first.
func notesOf(ctx context.Context, tx *access.Tx) ([]Note, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+noteColumns+` FROM note
		WHERE practice = $1 AND compartment = $2 AND away = 0
		ORDER BY about_at DESC, id DESC`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	defer rows.Close()

	var all []Note
	for rows.Next() {
		n, err := scanNote(rows)
		if err != nil {
			return nil, fmt.Errorf("read note: %w", err)
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// insertNote begins a note; false if somebody was quicker.
func insertNote(ctx context.Context, tx *access.Tx, n Note) (bool, error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO note (practice, compartment, id, session_id, author_id, at, about_at, revision, away)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), n.ID, n.Session, n.Author, access.Micros(n.At), access.Micros(n.About))
	if err != nil {
		return false, fmt.Errorf("begin note: %w", err)
	}
	made, err := done.RowsAffected()
	return made > 0, err
}

// putAway notes that a note was thrown away, or is taken up again.
func putAway(ctx context.Context, tx *access.Tx, id string, away bool) error {
	n := 0
	if away {
		n = 1
	}
	_, err := tx.Exec(ctx, `
		UPDATE note SET away = $4
		WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id, n)
	if err != nil {
		return fmt.Errorf("put note away: %w", err)
	}
	return nil
}

// insertText keeps the next signed text of a note; false if somebody was quicker.
func insertText(ctx context.Context, tx *access.Tx, note string, t Text) (bool, error) {
	body, err := tx.SealJSON(ctx, textPlace(note, t.Revision), seals(t.Content, t.Reason))
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		UPDATE note SET revision = $4, away = 0
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND revision = $5`,
		tx.Practice, string(tx.Compartment), note, t.Revision, t.Revision-1)
	if err != nil {
		return false, fmt.Errorf("sign note: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO note_text (practice, compartment, note_id, revision, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Practice, string(tx.Compartment), note, t.Revision, access.Micros(t.At), t.By, body)
	if err != nil {
		return false, fmt.Errorf("keep signed note: %w", err)
	}
	return true, nil
}

// textOf is one signed text of a note.
func textOf(ctx context.Context, tx *access.Tx, note string, revision int64) (Text, error) {
	all, err := texts(ctx, tx, func(id string, t *Text, body []byte) error {
		return openText(ctx, tx, id, t, body)
	}, `note_id = $3 AND revision = $4`, note, revision)
	if err == nil && len(all[note]) == 0 {
		err = errors.New("a signed text is missing")
	}
	if err != nil {
		return Text{}, err
	}
	return all[note][0], nil
}

func openText(ctx context.Context, tx *access.Tx, note string, t *Text, body []byte) error {
	var s sealedText
	if err := tx.OpenJSON(ctx, textPlace(note, t.Revision), body, &s); err != nil {
		return err
	}
	t.Content, t.Reason = s.content(), s.Reason
	return nil
}

// shapeOf is the shape of the note of this record that somebody signed last.
func shapeOf(ctx context.Context, tx *access.Tx, person string) (Shape, error) {
	var t Text
	var note string
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT note_id, revision, sealed FROM note_text
		WHERE practice = $1 AND compartment = $2 AND by_id = $3
		ORDER BY at DESC, note_id DESC, revision DESC LIMIT 1`,
		tx.Practice, string(tx.Compartment), person).Scan(&note, &t.Revision, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return Free, nil
	}
	if err != nil {
		return Free, fmt.Errorf("read the shape of notes: %w", err)
	}
	err = openText(ctx, tx, note, &t, body)
	return t.Shape, err
}

// textsOf are all signed texts of a note, newest first.
func textsOf(ctx context.Context, tx *access.Tx, note string) ([]Text, error) {
	all, err := texts(ctx, tx, func(id string, t *Text, body []byte) error {
		return openText(ctx, tx, id, t, body)
	}, `note_id = $3`, note)
	return all[note], err
}

// everyText are the signed texts of all notes of the record by note, the newest of
// each first; only the newest is opened, unless all shall be.
func everyText(ctx context.Context, tx *access.Tx, all bool) (map[string][]Text, error) {
	last := ""
	return texts(ctx, tx, func(id string, t *Text, body []byte) error {
		if id == last && !all {
			return nil
		}
		last = id
		return openText(ctx, tx, id, t, body)
	}, `revision > 0`)
}

func texts(ctx context.Context, tx *access.Tx, open func(string, *Text, []byte) error, which string, args ...any) (map[string][]Text, error) {
	rows, err := tx.Query(ctx, `
		SELECT note_id, revision, at, by_id, sealed FROM note_text
		WHERE practice = $1 AND compartment = $2 AND `+which+`
		ORDER BY note_id, revision DESC`, append([]any{tx.Practice, string(tx.Compartment)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read signed notes: %w", err)
	}
	defer rows.Close()

	all := make(map[string][]Text)
	for rows.Next() {
		var id string
		var t Text
		var at int64
		var body []byte
		if err := rows.Scan(&id, &t.Revision, &at, &t.By, &body); err != nil {
			return nil, fmt.Errorf("read signed note: %w", err)
		}
		t.At = access.Moment(at)
		if err := open(id, &t, body); err != nil {
			return nil, err
		}
		all[id] = append(all[id], t)
	}
	return all, rows.Err()
}

// putDraft keeps a draft in place of the one with the number before, which is 0 if
// there was none; false if somebody was quicker.
func putDraft(ctx context.Context, tx *access.Tx, d Draft, before int64) (bool, error) {
	body, err := tx.SealJSON(ctx, draftPlace(d.Note, d.By, d.Rev), seals(d.Content, d.Reason))
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO note_draft (practice, compartment, note_id, person_id, rev, base, page, nth, at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (practice, compartment, note_id, person_id) DO UPDATE
		SET rev = excluded.rev, base = excluded.base, page = excluded.page, nth = excluded.nth, at = excluded.at, sealed = excluded.sealed
		WHERE note_draft.rev = $11`,
		tx.Practice, string(tx.Compartment), d.Note, d.By, d.Rev, d.Base, d.page, d.nth, access.Micros(d.At), body, before)
	if err != nil {
		return false, fmt.Errorf("keep draft: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// draftOf is somebody's draft of a note; ok is false if there is none.
func draftOf(ctx context.Context, tx *access.Tx, note, person string) (d Draft, ok bool, err error) {
	all, err := drafts(ctx, tx, func(Draft) bool { return true }, `note_id = $3 AND person_id = $4`, note, person)
	if err != nil || len(all) == 0 {
		return d, false, err
	}
	return all[0], true, nil
}

// drafts are the drafts of the record; those that may be opened, are.
func drafts(ctx context.Context, tx *access.Tx, may func(Draft) bool, which string, args ...any) ([]Draft, error) {
	rows, err := tx.Query(ctx, `
		SELECT note_id, person_id, rev, base, page, nth, at, sealed FROM note_draft
		WHERE practice = $1 AND compartment = $2 AND `+which+`
		ORDER BY note_id, person_id`, append([]any{tx.Practice, string(tx.Compartment)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read drafts: %w", err)
	}
	defer rows.Close()

	var all []Draft
	for rows.Next() {
		var d Draft
		var at int64
		var body []byte
		if err := rows.Scan(&d.Note, &d.By, &d.Rev, &d.Base, &d.page, &d.nth, &at, &body); err != nil {
			return nil, fmt.Errorf("read draft: %w", err)
		}
		d.At = access.Moment(at)
		if may(d) {
			var s sealedText
			if err := tx.OpenJSON(ctx, draftPlace(d.Note, d.By, d.Rev), body, &s); err != nil {
				return nil, err
			}
			d.Content, d.Reason = s.content(), s.Reason
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// dropDraft takes somebody's draft of a note away.
func dropDraft(ctx context.Context, tx *access.Tx, note, person string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM note_draft
		WHERE practice = $1 AND compartment = $2 AND note_id = $3 AND person_id = $4`,
		tx.Practice, string(tx.Compartment), note, person)
	if err != nil {
		return fmt.Errorf("take draft away: %w", err)
	}
	return nil
}

// staying are the clinicians of the practice, whether they treat the client or not. Of
// anybody else who wrote here the work in the practice has ended.
func staying(ctx context.Context, tx *access.Tx) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT actor_id FROM grants
		WHERE practice = $1 AND compartment = $2 AND kind = $3 AND until > $4`,
		tx.Practice, string(access.Operations), string(access.Clinician), tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read who works here: %w", err)
	}
	defer rows.Close()

	all := make(map[string]bool)
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read who works here: %w", err)
		}
		all[id] = true
	}
	return all, rows.Err()
}
