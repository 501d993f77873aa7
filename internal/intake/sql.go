package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// sealedPart is what the database holds of a revision under the compartment's key.
type sealedPart struct {
	State State                 `json:"state"`
	Lines map[string]sealedLine `json:"lines,omitempty"`
}

type sealedLine struct {
	Text   string `json:"text"`
	By     string `json:"by"`
	Side   Side   `json:"side"`
	At     int64  `json:"at"`
	Before string `json:"before,omitempty"`
}

// sealedDraft is what the database holds of a draft.
type sealedDraft struct {
	Said Said `json:"said"`
}

func partPlace(course int64, p Part, revision int64) string {
	return fmt.Sprintf("intake_part.sealed %d %s %d", course, p, revision)
}

func draftPlace(course int64, p Part, person string, rev int64) string {
	return fmt.Sprintf("intake_draft.sealed %d %s %s %d", course, p, person, rev)
}

func invitePlace(course int64, p Part, id string) string {
	return fmt.Sprintf("intake_invite.sealed %d %s %s", course, p, id)
}

func changed(done sql.Result) (bool, error) {
	n, err := done.RowsAffected()
	return n > 0, err
}

// courseIn is the number of the newest course of work of a record.
func courseIn(ctx context.Context, tx *access.Tx, client access.Compartment) (nth int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(MAX(nth), 1) FROM intake_course
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(client)).Scan(&nth)
	if err != nil {
		return 0, fmt.Errorf("read course of work: %w", err)
	}
	return nth, nil
}

func coursesOf(ctx context.Context, tx *access.Tx) ([]Course, error) {
	rows, err := tx.Query(ctx, `
		SELECT nth, at, by_id FROM intake_course
		WHERE practice = $1 AND compartment = $2
		ORDER BY nth`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read courses of work: %w", err)
	}
	defer rows.Close()

	all := []Course{{Number: 1}}
	for rows.Next() {
		var c Course
		var at int64
		if err := rows.Scan(&c.Number, &at, &c.By); err != nil {
			return nil, fmt.Errorf("read course of work: %w", err)
		}
		c.At = access.Moment(at)
		all = append(all, c)
	}
	return all, rows.Err()
}

func insertCourse(ctx context.Context, tx *access.Tx, nth int64) (bool, error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO intake_course (practice, compartment, nth, at, by_id)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), nth, tx.Now.UnixMicro(), tx.Actor.ID)
	if err != nil {
		return false, fmt.Errorf("begin a course of work: %w", err)
	}
	return changed(done)
}

// insertRevision keeps r in client's record, and says whether it did: somebody may
// have been quicker.
func insertRevision(ctx context.Context, tx *access.Tx, client access.Compartment, r Revision) (bool, error) {
	s := sealedPart{State: r.State, Lines: make(map[string]sealedLine, len(r.Lines))}
	for name, l := range r.Lines {
		s.Lines[name] = sealedLine{l.Text, l.By, l.Side, l.At.UnixMicro(), l.Before}
	}
	body, err := tx.SealJSONIn(ctx, client, partPlace(r.Course, r.Part, r.Number), s)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO intake_part (practice, compartment, course, part, revision, at, by_id, side, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		tx.Practice, string(client), r.Course, string(r.Part), r.Number, r.At.UnixMicro(), r.By, string(r.Side), body)
	if err != nil {
		return false, fmt.Errorf("keep part: %w", err)
	}
	return changed(done)
}

const partColumns = `p.course, p.part, p.revision, p.at, p.by_id, p.side, p.sealed`

// revisions reads rows of partColumns, each opened by open.
func revisions(rows *access.Rows, err error, open func(place string, sealed []byte) ([]byte, error)) ([]Revision, error) {
	if err != nil {
		return nil, fmt.Errorf("read parts: %w", err)
	}
	defer rows.Close()

	var all []Revision
	for rows.Next() {
		var r Revision
		var at int64
		var body []byte
		if err := rows.Scan(&r.Course, &r.Part, &r.Number, &at, &r.By, &r.Side, &body); err != nil {
			return nil, fmt.Errorf("read part: %w", err)
		}
		r.At = access.Moment(at)
		plain, err := open(partPlace(r.Course, r.Part, r.Number), body)
		if err != nil {
			return nil, fmt.Errorf("open part %s %d: %w", r.Part, r.Number, err)
		}
		if err := r.unseal(plain); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// unseal reads what was sealed of r.
func (r *Revision) unseal(plain []byte) error {
	var s sealedPart
	if err := json.Unmarshal(plain, &s); err != nil {
		return fmt.Errorf("decode part %s %d: %w", r.Part, r.Number, err)
	}
	r.State, r.Lines = s.State, make(map[string]Line, len(s.Lines))
	for name, l := range s.Lines {
		r.Lines[name] = Line{l.Text, l.By, l.Side, access.Moment(l.At), l.Before}
	}
	return nil
}

// newestOf is the newest revision of every part of a course, or of those given.
func newestOf(ctx context.Context, tx *access.Tx, course int64, only ...Part) (map[Part]Revision, error) {
	some, args := "", []any{tx.Practice, string(tx.Compartment), course}
	if len(only) > 0 {
		names := make([]string, len(only))
		for i, p := range only {
			args = append(args, string(p))
			names[i] = fmt.Sprintf("$%d", len(args))
		}
		some = ` AND p.part IN (` + strings.Join(names, ", ") + `)`
	}
	rows, err := tx.Query(ctx, `
		SELECT `+partColumns+` FROM intake_part p
		WHERE p.practice = $1 AND p.compartment = $2 AND p.course = $3`+some+`
		  AND p.revision = (SELECT MAX(n.revision) FROM intake_part n
			WHERE n.practice = p.practice AND n.compartment = p.compartment AND n.course = p.course AND n.part = p.part)
		ORDER BY p.part`, args...)
	found, err := revisions(rows, err, func(place string, sealed []byte) ([]byte, error) { return tx.Open(ctx, place, sealed) })
	if err != nil {
		return nil, err
	}
	all := make(map[Part]Revision, len(found))
	for _, r := range found {
		all[r.Part] = r
	}
	return all, nil
}

// historyOf are all revisions of a part, newest first.
func historyOf(ctx context.Context, tx *access.Tx, course int64, p Part) ([]Revision, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+partColumns+` FROM intake_part p
		WHERE p.practice = $1 AND p.compartment = $2 AND p.course = $3 AND p.part = $4
		ORDER BY p.revision DESC`, tx.Practice, string(tx.Compartment), course, string(p))
	return revisions(rows, err, func(place string, sealed []byte) ([]byte, error) { return tx.Open(ctx, place, sealed) })
}

// dropUnread deletes the revisions of a part that the client wrote and nobody who
// treats them has read.
func dropUnread(ctx context.Context, tx *access.Tx, client access.Compartment, course int64, p Part) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM intake_part
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND part = $4 AND side = 'client'
		  AND revision > (SELECT COALESCE(MAX(s.revision), 0) FROM intake_seen s
			WHERE s.practice = $1 AND s.compartment = $2 AND s.course = $3 AND s.part = $4)
		  AND NOT EXISTS (SELECT 1 FROM intake_part l
			WHERE l.practice = $1 AND l.compartment = $2 AND l.course = $3 AND l.part = $4 AND l.side <> 'client' AND l.revision > intake_part.revision)`,
		tx.Practice, string(client), course, string(p))
	if err != nil {
		return fmt.Errorf("take unread words away: %w", err)
	}
	return nil
}

// insertDraft keeps d in place of a draft with a lower Rev, and says whether it did.
func insertDraft(ctx context.Context, tx *access.Tx, d Draft) (bool, error) {
	body, err := tx.SealJSON(ctx, draftPlace(d.Course, d.Part, tx.Actor.ID, d.Rev), sealedDraft{d.Said})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO intake_draft (practice, compartment, course, part, person_id, rev, base, at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (practice, compartment, course, part, person_id) DO UPDATE
		SET rev = excluded.rev, base = excluded.base, at = excluded.at, sealed = excluded.sealed
		WHERE intake_draft.rev < excluded.rev`,
		tx.Practice, string(tx.Compartment), d.Course, string(d.Part), tx.Actor.ID, d.Rev, d.Base, tx.Now.UnixMicro(), body)
	if err != nil {
		return false, fmt.Errorf("keep draft: %w", err)
	}
	return changed(done)
}

// draftOf is the actor's own draft of a part; ok is false if there is none.
func draftOf(ctx context.Context, tx *access.Tx, course int64, p Part) (d Draft, ok bool, err error) {
	var at int64
	var body []byte
	err = tx.QueryRow(ctx, `
		SELECT rev, base, at, sealed FROM intake_draft
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND part = $4 AND person_id = $5`,
		tx.Practice, string(tx.Compartment), course, string(p), tx.Actor.ID).Scan(&d.Rev, &d.Base, &at, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	if err != nil {
		return d, false, fmt.Errorf("read draft: %w", err)
	}
	d.Course, d.Part, d.At = course, p, access.Moment(at)
	var s sealedDraft
	if err := tx.OpenJSON(ctx, draftPlace(course, p, tx.Actor.ID, d.Rev), body, &s); err != nil {
		return d, false, err
	}
	d.Said = s.Said
	return d, true, nil
}

// dropDraft takes the actor's own draft away, unless it went on elsewhere meanwhile.
func dropDraft(ctx context.Context, tx *access.Tx, course int64, p Part, rev int64) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM intake_draft
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND part = $4 AND person_id = $5 AND rev <= $6`,
		tx.Practice, string(tx.Compartment), course, string(p), tx.Actor.ID, rev)
	if err != nil {
		return fmt.Errorf("take draft away: %w", err)
	}
	return nil
}

// dropDraftOf takes away whatever somebody had begun in a part.
func dropDraftOf(ctx context.Context, tx *access.Tx, client access.Compartment, course int64, p Part, person string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM intake_draft
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND part = $4 AND person_id = $5`,
		tx.Practice, string(client), course, string(p), person)
	if err != nil {
		return fmt.Errorf("take draft away: %w", err)
	}
	return nil
}

// draftsOf are the parts of which the actor has a draft.
func draftsOf(ctx context.Context, tx *access.Tx, course int64) (map[Part]bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT part FROM intake_draft
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND person_id = $4`,
		tx.Practice, string(tx.Compartment), course, tx.Actor.ID)
	if err != nil {
		return nil, fmt.Errorf("read drafts: %w", err)
	}
	defer rows.Close()

	all := make(map[Part]bool)
	for rows.Next() {
		var p Part
		if err := rows.Scan(&p); err != nil {
			return nil, fmt.Errorf("read draft: %w", err)
		}
		all[p] = true
	}
	return all, rows.Err()
}

// seenOf is up to which revision the actor has read each part.
func seenOf(ctx context.Context, tx *access.Tx, course int64) (map[Part]int64, error) {
	rows, err := tx.Query(ctx, `
		SELECT part, revision FROM intake_seen
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND person_id = $4`,
		tx.Practice, string(tx.Compartment), course, tx.Actor.ID)
	if err != nil {
		return nil, fmt.Errorf("read what was read: %w", err)
	}
	defer rows.Close()

	all := make(map[Part]int64)
	for rows.Next() {
		var p Part
		var revision int64
		if err := rows.Scan(&p, &revision); err != nil {
			return nil, fmt.Errorf("read what was read: %w", err)
		}
		all[p] = revision
	}
	return all, rows.Err()
}

func markSeen(ctx context.Context, tx *access.Tx, r Revision) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO intake_seen (practice, compartment, course, part, person_id, revision, at)
		SELECT $1, $2, CAST($3 AS BIGINT), $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT)
		FROM intake_part p
		WHERE p.practice = $1 AND p.compartment = $2 AND p.course = $3 AND p.part = $4 AND p.revision = $6
		ON CONFLICT (practice, compartment, course, part, person_id) DO UPDATE
		SET revision = excluded.revision, at = excluded.at
		WHERE intake_seen.revision < excluded.revision`,
		tx.Practice, string(tx.Compartment), r.Course, string(r.Part), tx.Actor.ID, r.Number, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("note that a part was read: %w", err)
	}
	return nil
}

// readByAny is the highest revision of a part that anybody who treats the client has read.
func readByAny(ctx context.Context, tx *access.Tx, course int64, p Part) (revision int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(MAX(revision), 0) FROM intake_seen
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND part = $4`,
		tx.Practice, string(tx.Compartment), course, string(p)).Scan(&revision)
	if err != nil {
		return 0, fmt.Errorf("read what was read: %w", err)
	}
	return revision, nil
}

// putInvite keeps an invitation to one part in place of the one before.
func putInvite(ctx context.Context, tx *access.Tx, course int64, p Part, f InviteForm) error {
	body, err := tx.SealJSON(ctx, invitePlace(course, p, f.ID), f.Note)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO intake_invite (practice, compartment, course, part, id, at, by_id, state, state_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $6, $8)
		ON CONFLICT (practice, compartment, course, part) DO UPDATE
		SET id = excluded.id, at = excluded.at, by_id = excluded.by_id, state = 'open', state_at = excluded.at, sealed = excluded.sealed
		WHERE intake_invite.id <> excluded.id`,
		tx.Practice, string(tx.Compartment), course, string(p), f.ID, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("keep invitation: %w", err)
	}
	return nil
}

// setInvite gives the invitations that are open another state.
func setInvite(ctx context.Context, tx *access.Tx, course int64, p Part, s InviteState) error {
	_, err := tx.Exec(ctx, `
		UPDATE intake_invite SET state = $5, state_at = $6
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND part = $4 AND (state = 'open' OR $5 = 'over' AND state = 'later')`,
		tx.Practice, string(tx.Compartment), course, string(p), string(s), tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("change invitation: %w", err)
	}
	return nil
}

// invitesOf are the invitations of a course, with their lines.
func invitesOf(ctx context.Context, tx *access.Tx, course int64) (map[Part]Invite, error) {
	rows, err := tx.Query(ctx, `
		SELECT part, id, at, by_id, state, state_at, sealed FROM intake_invite
		WHERE practice = $1 AND compartment = $2 AND course = $3`,
		tx.Practice, string(tx.Compartment), course)
	if err != nil {
		return nil, fmt.Errorf("read invitations: %w", err)
	}
	defer rows.Close()

	all := make(map[Part]Invite)
	for rows.Next() {
		var in Invite
		var at, since int64
		var body []byte
		if err := rows.Scan(&in.Part, &in.ID, &at, &in.By, &in.State, &since, &body); err != nil {
			return nil, fmt.Errorf("read invitation: %w", err)
		}
		in.At, in.Since = access.Moment(at), access.Moment(since)
		if err := tx.OpenJSON(ctx, invitePlace(course, in.Part, in.ID), body, &in.Note); err != nil {
			return nil, err
		}
		all[in.Part] = in
	}
	return all, rows.Err()
}

// roomAgain keeps a part for the room, if nothing was decided since.
func roomAgain(ctx context.Context, tx *access.Tx, e access.Ending, course int64, p Part) error {
	var newest, at int64
	err := tx.QueryRow(ctx, `
		SELECT revision, at FROM intake_part
		WHERE practice = $1 AND compartment = $2 AND course = $3 AND part = $4
		ORDER BY revision DESC LIMIT 1`,
		tx.Practice, string(e.Compartment), course, string(p)).Scan(&newest, &at)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("read part: %w", err)
	case err == nil && at >= e.At.UnixMicro():
		return nil
	}
	if err := dropUnread(ctx, tx, e.Compartment, course, p); err != nil {
		return err
	}
	if err := dropDraftOf(ctx, tx, e.Compartment, course, p, e.ActorID); err != nil {
		return err
	}
	_, err = insertRevision(ctx, tx, e.Compartment, Revision{
		Part: p, Course: course, Number: newest + 1, At: tx.Now, By: e.ActorID, Side: ByClient, State: Room,
	})
	return err
}
