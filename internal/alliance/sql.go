package alliance

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// What came of a session, in the database.
const (
	stateGiven   = "given"
	stateSkipped = "skipped"
)

// sealedCheckIn is what the database holds of a check-in under the compartment's
// key. Usual is what the earlier ones said when it was given, for lists that read
// only what is new; a client's own course is reckoned again from the answers.
type sealedCheckIn struct {
	Answers Answers `json:"answers"`
	Landed  string  `json:"landed,omitempty"`
	Missed  string  `json:"missed,omitempty"`
	Worry   string  `json:"worry,omitempty"`
	Usual   Usual   `json:"usual"`
}

func checkInPlace(id string, revision int64) string {
	return "check_in.sealed " + id + " " + strconv.FormatInt(revision, 10)
}

const columns = `c.compartment, c.id, c.session_id, c.at, c.changed_at, c.revision, c.seen_rev, c.seen_at, c.seen_by, c.talked_at, c.talked_by, c.talked_rev, c.sealed`

// A row is a check-in as the database holds it.
type row struct {
	CheckIn
	client                      access.Compartment
	at, changed, seenAt, talked int64
	seenRev, talkedRev          int64
	talkedBy                    string
	body                        []byte
	usual                       Usual
}

func (r *row) scan(from interface{ Scan(...any) error }) error {
	err := from.Scan(&r.client, &r.ID, &r.SessionID, &r.at, &r.changed, &r.Revision, &r.seenRev, &r.seenAt, &r.SeenBy,
		&r.talked, &r.talkedBy, &r.talkedRev, &r.body)
	r.GivenAt, r.ChangedAt, r.SeenAt = access.Moment(r.at), access.Moment(r.changed), access.Moment(r.seenAt)
	r.Unread = r.seenRev < r.Revision
	if r.talkedRev == r.Revision {
		r.TalkedAt, r.TalkedBy = access.Moment(r.talked), r.talkedBy
	}
	return err
}

func (r *row) unseal(plain []byte, err error) error {
	if err != nil {
		return fmt.Errorf("open check-in %s: %w", r.ID, err)
	}
	s, err := decode(plain)
	if err != nil {
		return fmt.Errorf("decode check-in %s: %w", r.ID, err)
	}
	r.Said, r.usual = s.said(), s.Usual
	return nil
}

func decode(plain []byte) (s sealedCheckIn, err error) {
	err = json.Unmarshal(plain, &s)
	return s, err
}

func (s sealedCheckIn) said() Said { return Said{s.Answers, s.Landed, s.Missed, s.Worry} }

func seal(ctx context.Context, tx *access.Tx, in CheckIn, earlier Usual) ([]byte, error) {
	return tx.SealJSON(ctx, checkInPlace(in.ID, in.Revision), sealedCheckIn{in.Answers, in.Landed, in.Missed, in.Worry, earlier})
}

// insert keeps a new check-in, also in place of a "not this time", and says
// whether it did: there may be one with its id, or about its session.
func insert(ctx context.Context, tx *access.Tx, in CheckIn, earlier Usual) (bool, error) {
	body, err := seal(ctx, tx, in, earlier)
	if err != nil {
		return false, err
	}
	if in.SessionID != "" {
		_, err := tx.Exec(ctx, `
			DELETE FROM check_in WHERE practice = $1 AND compartment = $2 AND session_id = $3 AND state = 'skipped'`,
			tx.Practice, string(tx.Compartment), in.SessionID)
		if err != nil {
			return false, fmt.Errorf("keep check-in: %w", err)
		}
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO check_in (practice, compartment, id, session_id, state, at, changed_at, revision, seen_rev, seen_at, seen_by, talked_at, talked_by, talked_rev, sealed)
		VALUES ($1, $2, $3, $4, 'given', $5, 0, 1, 0, 0, '', 0, '', 0, $6)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), in.ID, in.SessionID, tx.Now.UnixMicro(), body)
	if err != nil {
		return false, fmt.Errorf("keep check-in: %w", err)
	}
	return changed(done)
}

func changed(done sql.Result) (bool, error) {
	n, err := done.RowsAffected()
	return n > 0, err
}

// skip notes "not this time", and says whether that is new.
func skip(ctx context.Context, tx *access.Tx, sessionID string) (bool, error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO check_in (practice, compartment, id, session_id, state, at, changed_at, revision, seen_rev, seen_at, seen_by, talked_at, talked_by, talked_rev, sealed)
		VALUES ($1, $2, $3, $3, 'skipped', $4, 0, 0, 0, 0, '', 0, '', 0, $5)
		ON CONFLICT DO NOTHING`, tx.Practice, string(tx.Compartment), sessionID, tx.Now.UnixMicro(), []byte{})
	if err != nil {
		return false, fmt.Errorf("skip check-in: %w", err)
	}
	return changed(done)
}

// aboutSession is which check-in there is about a session, and its state; both
// empty if there is none.
func aboutSession(ctx context.Context, tx *access.Tx, sessionID string) (id, state string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT id, state FROM check_in
		WHERE practice = $1 AND compartment = $2 AND session_id = $3 AND session_id <> ''`,
		tx.Practice, string(tx.Compartment), sessionID).Scan(&id, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	if err != nil {
		return "", "", fmt.Errorf("find check-in: %w", err)
	}
	return id, state, nil
}

// one is the check-in with the given id.
func one(ctx context.Context, tx *access.Tx, id string) (CheckIn, bool, error) {
	r, there, err := single(ctx, tx, `c.id = $3`, id)
	return r.CheckIn, there, err
}

// usualNow is what all check-ins so far say of the next.
func usualNow(ctx context.Context, tx *access.Tx) (Usual, error) {
	r, there, err := single(ctx, tx, `TRUE ORDER BY c.at DESC, c.id DESC LIMIT 1`)
	if err != nil || !there {
		return Usual{}, err
	}
	return stepOf(r.CheckIn, r.usual).after(), nil
}

func single(ctx context.Context, tx *access.Tx, which string, args ...any) (r row, there bool, err error) {
	err = r.scan(tx.QueryRow(ctx, `
		SELECT `+columns+` FROM check_in c
		WHERE c.practice = $1 AND c.compartment = $2 AND c.state = 'given' AND `+which,
		append([]any{tx.Practice, string(tx.Compartment)}, args...)...))
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	if err != nil {
		return row{}, false, fmt.Errorf("read check-in: %w", err)
	}
	err = r.unseal(tx.Open(ctx, checkInPlace(r.ID, r.Revision), r.body))
	return r, err == nil, err
}

const allText = `
	SELECT ` + columns + ` FROM check_in c
	WHERE c.practice = $1 AND c.compartment = $2 AND c.state = 'given'
	ORDER BY c.at, c.id`

func allOf(ctx context.Context, tx *access.Tx) ([]CheckIn, error) {
	return scanAll(tx.Query(ctx, allText, tx.Practice, string(tx.Compartment)))(func(r *row) ([]byte, error) {
		return tx.Open(ctx, checkInPlace(r.ID, r.Revision), r.body)
	})
}

// allIn are the check-ins of one client in a list.
func allIn(ctx context.Context, l *access.List, client access.Compartment) ([]CheckIn, error) {
	return scanAll(l.Query(ctx, allText, l.Practice, string(client)))(func(r *row) ([]byte, error) {
		return l.OpenIn(ctx, client, checkInPlace(r.ID, r.Revision), r.body)
	})
}

// scanAll reads rows, each opened by open.
func scanAll(rows *access.Rows, err error) func(open func(*row) ([]byte, error)) ([]CheckIn, error) {
	return func(open func(*row) ([]byte, error)) ([]CheckIn, error) {
		if err != nil {
			return nil, fmt.Errorf("read check-ins: %w", err)
		}
		defer rows.Close()

		var all []CheckIn
		for rows.Next() {
			var r row
			if err := r.scan(rows); err != nil {
				return nil, fmt.Errorf("read check-in: %w", err)
			}
			if err := r.unseal(open(&r)); err != nil {
				return nil, err
			}
			all = append(all, r.CheckIn)
		}
		return all, rows.Err()
	}
}

// revise puts now in place of was, which is kept apart if it was read, and says
// whether it did: somebody may have been quicker.
func revise(ctx context.Context, tx *access.Tx, was, now CheckIn) (bool, error) {
	r, there, err := single(ctx, tx, `c.id = $3`, was.ID)
	if err != nil || !there {
		return false, err
	}
	body, err := seal(ctx, tx, now, r.usual)
	if err != nil {
		return false, err
	}
	if !was.Unread {
		_, err := tx.Exec(ctx, `
			INSERT INTO check_in_former (practice, compartment, check_in_id, revision, at, sealed)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			tx.Practice, string(tx.Compartment), was.ID, was.Revision, max(r.at, r.changed), r.body)
		if err != nil {
			return false, fmt.Errorf("keep what was read: %w", err)
		}
	}
	done, err := tx.Exec(ctx, `
		UPDATE check_in SET revision = $4, changed_at = $5, sealed = $6
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'given' AND revision = $7 AND seen_rev = $8`,
		tx.Practice, string(tx.Compartment), was.ID, now.Revision, tx.Now.UnixMicro(), body, was.Revision, r.seenRev)
	if err != nil {
		return false, fmt.Errorf("change check-in: %w", err)
	}
	return changed(done)
}

// formersOf is what had been read before it was changed, by check-in; of all of
// them if id is empty.
func formersOf(ctx context.Context, tx *access.Tx, id string) (map[string][]Former, error) {
	rows, err := tx.Query(ctx, `
		SELECT check_in_id, revision, at, sealed FROM check_in_former
		WHERE practice = $1 AND compartment = $2 AND ($3 = '' OR check_in_id = $3)
		ORDER BY check_in_id, revision`, tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return nil, fmt.Errorf("read what was changed: %w", err)
	}
	defer rows.Close()

	all := make(map[string][]Former)
	for rows.Next() {
		var of string
		var revision, at int64
		var body []byte
		if err := rows.Scan(&of, &revision, &at, &body); err != nil {
			return nil, fmt.Errorf("read what was changed: %w", err)
		}
		plain, err := tx.Open(ctx, checkInPlace(of, revision), body)
		if err != nil {
			return nil, fmt.Errorf("open former check-in %s: %w", of, err)
		}
		s, err := decode(plain)
		if err != nil {
			return nil, fmt.Errorf("decode former check-in %s: %w", of, err)
		}
		all[of] = append(all[of], Former{s.said(), access.Moment(at)})
	}
	return all, rows.Err()
}

func markSeen(ctx context.Context, tx *access.Tx, id string, revision int64) error {
	_, err := tx.Exec(ctx, `
		UPDATE check_in SET seen_rev = $4,
			seen_by = CASE WHEN seen_at = 0 THEN $5 ELSE seen_by END,
			seen_at = CASE WHEN seen_at = 0 THEN CAST($6 AS BIGINT) ELSE seen_at END
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'given' AND revision = $4 AND seen_rev < $4`,
		tx.Practice, string(tx.Compartment), id, revision, tx.Actor.ID, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("note that a check-in was read: %w", err)
	}
	return nil
}

// givenAt is when a check-in was given, and its revision; 0 if there is none.
func givenAt(ctx context.Context, tx *access.Tx, id string) (at time.Time, revision int64, err error) {
	var micros int64
	err = tx.QueryRow(ctx, `
		SELECT at, revision FROM check_in
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'given'`,
		tx.Practice, string(tx.Compartment), id).Scan(&micros, &revision)
	if errors.Is(err, sql.ErrNoRows) {
		return at, 0, nil
	}
	if err != nil {
		return at, 0, fmt.Errorf("read check-in: %w", err)
	}
	return access.Moment(micros), revision, nil
}

func markTalked(ctx context.Context, tx *access.Tx, id string, on time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE check_in SET talked_at = $4, talked_by = $5, talked_rev = revision
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND talked_rev < revision`,
		tx.Practice, string(tx.Compartment), id, on.UnixMicro(), tx.Actor.ID)
	if err != nil {
		return fmt.Errorf("note that a check-in was talked about: %w", err)
	}
	return nil
}

// standings reads what came since then, client by client.
func standings(ctx context.Context, l *access.List, since time.Time) ([]Standing, error) {
	rows, err := l.Query(ctx, `
		SELECT `+columns+` FROM check_in c
		WHERE c.practice = $1 AND c.compartment IN AMONG($2) AND c.state = 'given' AND c.at >= $3
		ORDER BY c.compartment, c.at, c.id`, l.Practice, l.Among(), since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read check-ins: %w", err)
	}
	defer rows.Close()

	var all []Standing
	var steps []Step
	var client access.Compartment
	whole := func() {
		if len(steps) == 0 {
			return
		}
		c := linked(steps)
		s := Standing{Client: client, Newest: steps[len(steps)-1], Open: c.Open()}
		for _, step := range steps {
			s.Unread = s.Unread || step.Unread
		}
		all, steps = append(all, s), nil
	}
	for rows.Next() {
		var r row
		if err := r.scan(rows); err != nil {
			return nil, fmt.Errorf("read check-in: %w", err)
		}
		if err := r.unseal(l.OpenIn(ctx, r.client, checkInPlace(r.ID, r.Revision), r.body)); err != nil {
			return nil, err
		}
		if r.client != client {
			whole()
			client = r.client
		}
		steps = append(steps, stepOf(r.CheckIn, r.usual))
	}
	whole()
	return all, rows.Err()
}

// GivenIn is, in tx, when the client gave check-ins since then, in order of time.
// It opens nothing.
func GivenIn(ctx context.Context, tx *access.Tx, since time.Time) ([]time.Time, error) {
	rows, err := tx.Query(ctx, `
		SELECT at FROM check_in
		WHERE practice = $1 AND compartment = $2 AND state = 'given' AND at >= $3
		ORDER BY at`, tx.Practice, string(tx.Compartment), since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read when check-ins were given: %w", err)
	}
	defer rows.Close()

	var all []time.Time
	for rows.Next() {
		var at int64
		if err := rows.Scan(&at); err != nil {
			return nil, fmt.Errorf("read when a check-in was given: %w", err)
		}
		all = append(all, access.Moment(at))
	}
	return all, rows.Err()
}
