package enquiry

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A row is what lies in the clear of an enquiry.
type row struct {
	id       string
	token    []byte
	state    State
	junk     bool
	revision int64
	madeAt   time.Time
	forID    string
	byID     string
	toldAt   time.Time
	newsAt   time.Time
	lines    int64
	forgetAt time.Time
	size     int64
	contact  []byte
	words    []byte
	whole    []byte
}

// rowColumns are of a table that the statement calls enquiry. Whoever was asked for, or
// proposed to, and is no clinician here any more is nobody: what waited for them waits for all.
const rowColumns = `id, state, junk, revision, made_at,
	CASE WHEN EXISTS (SELECT 1 FROM grants g
		WHERE g.practice = enquiry.practice AND g.actor_id = enquiry.for_id AND g.compartment = 'operations' AND g.kind = 'clinician') THEN for_id ELSE '' END,
	by_id, told_at, news_at, lines, forget_at, size, contact, words`

func (e *row) scan(scan func(...any) error, more ...any) error {
	var made, told, news, forget int64
	dest := []any{&e.id, &e.state, &e.junk, &e.revision, &made, &e.forID, &e.byID, &told, &news, &e.lines, &forget, &e.size, &e.contact, &e.words}
	if err := scan(append(dest, more...)...); err != nil {
		return err
	}
	e.madeAt, e.toldAt, e.newsAt, e.forgetAt = at(made), at(told), at(news), at(forget)
	if e.state == Proposed && e.forID == "" {
		e.state = Asked
	}
	return nil
}

// at is a time from the database; 0 is none.
func at(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func sealedPlace(id string) string { return "enquiry.sealed " + id }
func callerPlace(id string) string { return "enquiry.sealed_caller " + id }
func linePlace(id string) string   { return "enquiry_line.sealed " + id }

// room is how much of a practice's quota is used.
type room struct{ open, junk, size int64 }

func (r room) takes(junk bool) bool {
	if junk {
		return r.junk < MostJunk && r.size < MostBytes
	}
	return r.open < MostOpen && r.size < MostBytes
}

// selectRoom counts a practice's room; roomIn reads it.
const selectRoom = `
	SELECT coalesce(sum(CASE WHEN NOT junk AND state IN ('asked', 'proposed') THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN junk AND state = 'asked' THEN 1 ELSE 0 END), 0), coalesce(sum(size), 0)
	FROM enquiry WHERE practice = $1`

func roomIn(found interface{ Scan(...any) error }) (r room, err error) {
	if err = found.Scan(&r.open, &r.junk, &r.size); err != nil {
		return r, fmt.Errorf("count enquiries: %w", err)
	}
	return r, nil
}

// wholeOf is the mark of the form with this id, if it is there; ended says that it was.
func wholeOf(ctx context.Context, tx *access.Tx, id string) (whole []byte, ended bool, err error) {
	err = tx.QueryRow(ctx, `SELECT whole FROM enquiry WHERE practice = $1 AND compartment = $2`,
		tx.Practice, string(access.EnquiryRecord(id))).Scan(&whole)
	if err == nil {
		return whole, false, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, false, fmt.Errorf("read enquiry: %w", err)
	}
	var n int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM enquiry_end WHERE practice = $1 AND id = $2`, tx.Practice, id).Scan(&n); err != nil {
		return nil, false, fmt.Errorf("read end of enquiry: %w", err)
	}
	return nil, n > 0, nil
}

// sameWords is how many others sent the same words, by other addresses.
func sameWords(ctx context.Context, tx *access.Tx, words, contact []byte) (n int, err error) {
	if len(words) == 0 {
		return 0, nil
	}
	err = tx.QueryRow(ctx, `
		SELECT count(DISTINCT contact) FROM enquiry WHERE practice = $1 AND words = $2 AND contact <> $3`,
		tx.Practice, words, contact).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count the same words: %w", err)
	}
	return n, nil
}

// others is how many more enquiries there are of whoever asked in e.
func others(ctx context.Context, tx *access.Tx, e row) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM enquiry WHERE practice = $1 AND contact = $2 AND id <> $3`,
		tx.Practice, e.contact, e.id).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count enquiries of one person: %w", err)
	}
	return n, nil
}

func insert(ctx context.Context, tx *access.Tx, e row, w Written, plain []byte) error {
	whole, err := tx.Seal(ctx, sealedPlace(e.id), plain)
	if err != nil {
		return fmt.Errorf("seal enquiry: %w", err)
	}
	apart, err := tx.SealJSONIn(ctx, access.CallerRecord(e.id), callerPlace(e.id), w.Caller)
	if err != nil {
		return err
	}
	if e.words == nil {
		e.words = []byte{}
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO enquiry (practice, compartment, id, token, state, junk, revision, made_at, for_id, by_id, told_at, news_at, lines,
			forget_at, size, contact, words, whole, sealed, sealed_caller)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, '', 0, 0, 0, 0, $9, $10, $11, $12, $13, $14)`,
		tx.Practice, string(tx.Compartment), e.id, e.token, string(e.state), e.junk, e.madeAt.UnixMicro(), e.forID,
		int64(len(whole)+len(apart)), e.contact, e.words, e.whole, whole, apart)
	if err != nil {
		return fmt.Errorf("insert enquiry: %w", err)
	}
	return nil
}

// one is the enquiry with the given id, whosever compartment tx is in.
func one(ctx context.Context, tx *access.Tx, id string) (e row, sealed []byte, err error) {
	err = e.scan(tx.QueryRow(ctx, `SELECT `+rowColumns+`, sealed FROM enquiry WHERE practice = $1 AND compartment = $2`,
		tx.Practice, string(access.EnquiryRecord(id))).Scan, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return e, nil, fault.Absent()
	}
	if err != nil {
		return e, nil, fmt.Errorf("read enquiry: %w", err)
	}
	return e, sealed, nil
}

func decode(plain []byte, into any) error {
	if err := json.Unmarshal(plain, into); err != nil {
		return fmt.Errorf("decode enquiry: %w", err)
	}
	return nil
}

// decided keeps e as it now stands, if nobody was quicker than its revision.
func decided(ctx context.Context, tx *access.Tx, e row) error {
	done, err := tx.Exec(ctx, `
		UPDATE enquiry SET state = $3, junk = $4, revision = revision + 1, for_id = $5, by_id = $6, told_at = $7, news_at = $8, forget_at = $9
		WHERE practice = $1 AND compartment = $2 AND revision = $10`,
		tx.Practice, string(access.EnquiryRecord(e.id)), string(e.state), e.junk, e.forID, e.byID, micro(e.toldAt), micro(e.newsAt), micro(e.forgetAt), e.revision)
	if err != nil {
		return fmt.Errorf("keep decision: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fault.New(fault.Conflict, "", "A colleague was quicker."))
	}
	return nil
}

// added notes that the person added a line of so many bytes; who withdrew or was
// answered meanwhile is the same to it.
func added(ctx context.Context, tx *access.Tx, id string, size int) error {
	_, err := tx.Exec(ctx, `
		UPDATE enquiry SET lines = lines + 1, news_at = $3, size = size + $4, junk = FALSE, revision = revision + 1
		WHERE practice = $1 AND compartment = $2`,
		tx.Practice, string(access.EnquiryRecord(id)), tx.Now.UnixMicro(), int64(size))
	if err != nil {
		return fmt.Errorf("note line: %w", err)
	}
	return nil
}

// insertLine keeps a line under the key of c, and says how large it is; 0 means
// that it was there before.
func insertLine(ctx context.Context, tx *access.Tx, c access.Compartment, l Line) (int, error) {
	body, err := tx.SealJSONIn(ctx, c, linePlace(l.ID), l.Text)
	if err != nil {
		return 0, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO enquiry_line (practice, compartment, id, made_at, by_id, kind, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, tx.Practice, string(c), l.ID, tx.Now.UnixMicro(), l.By, string(l.Kind), body)
	if err != nil {
		return 0, fmt.Errorf("insert line: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return 0, err
	}
	return len(body), nil
}

// linesIn are the lines in the compartment that tx is in, in order of time.
func linesIn(ctx context.Context, tx *access.Tx) ([]Line, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, made_at, by_id, kind, sealed FROM enquiry_line
		WHERE practice = $1 AND compartment = $2 ORDER BY made_at, id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read lines: %w", err)
	}
	defer rows.Close()

	var all []Line
	for rows.Next() {
		var l Line
		var made int64
		var body []byte
		if err := rows.Scan(&l.ID, &made, &l.By, &l.Kind, &body); err != nil {
			return nil, fmt.Errorf("read line: %w", err)
		}
		l.At = at(made)
		plain, err := tx.Open(ctx, linePlace(l.ID), body)
		if err != nil {
			return nil, fmt.Errorf("open line: %w", err)
		}
		if err := decode(plain, &l.Text); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// whose is what a link leads to: an enquiry that is there, or what is left of one.
type whose struct {
	id    string
	state State
	at    time.Time // when it ended
	ended bool
}

func (es *Enquiries) whose(ctx context.Context, practice string, hash []byte) (w whose, err error) {
	tx, err := es.door.Glance(ctx)
	if err != nil {
		return w, err
	}
	defer tx.Rollback()

	var ended int64
	err = tx.QueryRow(ctx, `
		SELECT id, state, 0 FROM enquiry WHERE practice = $1 AND token = $2
		UNION ALL SELECT id, state, at FROM enquiry_end WHERE practice = $1 AND token = $2 AND until > $3`,
		practice, hash, tx.Now.UnixMicro()).Scan(&w.id, &w.state, &ended)
	if errors.Is(err, sql.ErrNoRows) {
		return w, fault.Absent()
	}
	if err != nil {
		return w, fmt.Errorf("look up an answer: %w", err)
	}
	w.at, w.ended = at(ended), ended > 0
	return w, nil
}

// rows are all that l may show, in order of asking: what lies in the clear.
func rows(ctx context.Context, l *access.List) ([]row, error) {
	if len(l.Compartments) == 0 {
		return nil, nil
	}
	found, err := l.Query(ctx, `SELECT `+rowColumns+` FROM enquiry WHERE practice = $1 ORDER BY made_at, id`, l.Practice)
	if err != nil {
		return nil, fmt.Errorf("read enquiries: %w", err)
	}
	defer found.Close()

	var all []row
	for found.Next() {
		var e row
		if err := e.scan(found.Scan); err != nil {
			return nil, fmt.Errorf("read enquiry: %w", err)
		}
		if l.May(access.CallerRecord(e.id)) {
			all = append(all, e)
		}
	}
	return all, found.Err()
}

// selectThere counts what there reads.
const selectThere = `
	SELECT (SELECT count(*) FROM enquiry WHERE practice = $1 AND compartment = $2)
	+ (SELECT count(*) FROM enquiry_end WHERE practice = $1 AND id = $3)`

// there says whether an enquiry with some id is there, or was.
func there(from interface{ Scan(...any) error }) (bool, error) {
	var n int
	if err := from.Scan(&n); err != nil {
		return false, fmt.Errorf("look for enquiry: %w", err)
	}
	return n > 0, nil
}

// lying are all that lie there, in order of asking.
func lying(ctx context.Context, tx *access.Tx) ([]row, error) {
	found, err := tx.Query(ctx, `SELECT `+rowColumns+` FROM enquiry WHERE practice = $1 ORDER BY made_at, id`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("count enquiries: %w", err)
	}
	defer found.Close()

	var lie []row
	for found.Next() {
		var e row
		if err := e.scan(found.Scan); err != nil {
			return nil, fmt.Errorf("count enquiry: %w", err)
		}
		lie = append(lie, e)
	}
	return lie, found.Err()
}

func sealedCaller(ctx context.Context, l *access.List, id string) (body []byte, err error) {
	err = l.QueryRow(ctx, `SELECT sealed_caller FROM enquiry WHERE practice = $1 AND compartment = $2`,
		l.Practice, string(access.EnquiryRecord(id))).Scan(&body)
	if err != nil {
		return nil, fmt.Errorf("read caller: %w", err)
	}
	return body, nil
}
