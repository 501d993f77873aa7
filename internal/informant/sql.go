package informant

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
)

// sealedForm is what whoever fills the form in may read, under the key of the person.
type sealedForm struct {
	Instrument string `json:"instrument"`
	Version    string `json:"version"`
}

// sealedAsk is who was asked, under the key of the client's record.
type sealedAsk struct {
	sealedForm
	Who    string `json:"who"`
	By     string `json:"by"`
	Agreed string `json:"agreed,omitempty"`
}

// sealedAnswer is what they said, under the same.
type sealedAnswer struct {
	Items instrument.Answers `json:"items"`
	Note  string             `json:"note,omitempty"`
	Rule  string             `json:"rule,omitempty"`
	Total *float64           `json:"total,omitempty"`
}

func place(what, id string) string { return "informant." + what + " " + id }

// personOf is the compartment of the person in whose record tx is.
func personOf(tx *access.Tx) access.Compartment { return access.PersonRecord(tx.Compartment.Of()) }

// insert says whether f is new.
func insert(ctx context.Context, tx *access.Tx, f Form, token []byte) (bool, error) {
	form := sealedForm{f.Instrument, f.Version}
	plain, err := tx.SealJSONIn(ctx, personOf(tx), place("sealed_form", f.ID), form)
	if err != nil {
		return false, err
	}
	body, err := tx.SealJSON(ctx, place("sealed", f.ID), sealedAsk{form, f.Who, f.By, f.Agreed})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO informant (practice, compartment, id, token, state, made_at, expires_at, given_at, sealed_form, sealed, sealed_answer)
		VALUES ($1, $2, $3, $4, 'sent', $5, $6, 0, $7, $8, $9)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(personOf(tx)), f.ID, token, f.MadeAt.UnixMicro(), f.ExpiresAt.UnixMicro(), plain, body, []byte{})
	if err != nil {
		return false, fmt.Errorf("insert form: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func (is *Informants) one(ctx context.Context, tx *access.Tx, id string) (Form, error) {
	all, err := is.query(ctx, tx, `
		SELECT id, state, made_at, expires_at, given_at, sealed, sealed_answer FROM informant
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(personOf(tx)), id)
	if err == nil && len(all) == 0 {
		err = gone()
	}
	if err != nil {
		return Form{}, err
	}
	return all[0], nil
}

func (is *Informants) all(ctx context.Context, tx *access.Tx) ([]Form, error) {
	return is.query(ctx, tx, `
		SELECT id, state, made_at, expires_at, given_at, sealed, sealed_answer FROM informant
		WHERE practice = $1 AND compartment = $2
		ORDER BY made_at DESC, id DESC`, tx.Practice, string(personOf(tx)))
}

func (is *Informants) query(ctx context.Context, tx *access.Tx, text string, args ...any) ([]Form, error) {
	if err := is.shelf.Ready(ctx, tx); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read forms: %w", err)
	}
	defer rows.Close()

	var all []Form
	for rows.Next() {
		var f Form
		var made, expires, given int64
		var body, answer []byte
		if err := rows.Scan(&f.ID, &f.State, &made, &expires, &given, &body, &answer); err != nil {
			return nil, fmt.Errorf("read form: %w", err)
		}
		f.MadeAt, f.ExpiresAt = time.UnixMicro(made).UTC(), time.UnixMicro(expires).UTC()
		if err := is.fill(ctx, tx, &f, body, answer); err != nil {
			return nil, err
		}
		if f.State == Given {
			f.GivenAt = time.UnixMicro(given).UTC()
		}
		all = append(all, f)
	}
	return all, rows.Err()
}

func (is *Informants) fill(ctx context.Context, tx *access.Tx, f *Form, body, answer []byte) error {
	var s sealedAsk
	if err := tx.OpenJSON(ctx, place("sealed", f.ID), body, &s); err != nil {
		return err
	}
	f.Instrument, f.Version, f.Who, f.By, f.Agreed = s.Instrument, s.Version, s.Who, s.By, s.Agreed
	if f.State != Given {
		return nil
	}
	var a sealedAnswer
	if err := tx.OpenJSON(ctx, place("sealed_answer", f.ID), answer, &a); err != nil {
		return err
	}
	f.Items, f.Note = a.Items, a.Note
	in, ok, err := is.shelf.Find(ctx, tx, f.Instrument, f.Version)
	if err != nil {
		return err
	}
	if !ok { // what was said at the time is all that is known
		f.Result = instrument.Result{Instrument: s.Instrument, Version: s.Version, Rule: a.Rule, Total: a.Total}
		return nil
	}
	if f.Result, err = instrument.Score(in, a.Items); err != nil {
		return fmt.Errorf("score form %s: %w", f.ID, err)
	}
	return nil
}

func end(ctx context.Context, tx *access.Tx, id string) error {
	nobodys := make([]byte, 32)
	rand.Read(nobodys)
	done, err := tx.Exec(ctx, `
		UPDATE informant SET state = CASE WHEN state = 'given' THEN state ELSE 'ended' END, token = $4
		WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(personOf(tx)), id, nobodys)
	if err != nil {
		return fmt.Errorf("end form: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, gone())
	}
	return nil
}

// endAll ends every form of the practice that nobody has sent.
func endAll(ctx context.Context, tx *access.Tx) error {
	_, err := tx.Exec(ctx, `
		UPDATE informant SET state = 'ended' WHERE practice = $1 AND state <> 'given'`, tx.Practice)
	if err != nil {
		return fmt.Errorf("end forms: %w", err)
	}
	return nil
}

// whose glances at whose record a form is about, by what a link or a browser has.
func (is *Informants) whose(ctx context.Context, practice string, hash []byte) (c access.Compartment, s State, err error) {
	tx, err := is.door.Glance(ctx)
	if err != nil {
		return "", "", err
	}
	defer tx.Rollback()

	err = tx.QueryRow(ctx, `
		SELECT compartment, state FROM informant
		WHERE practice = $1 AND token = $2 AND expires_at > $3 AND state <> 'ended'`,
		practice, hash, tx.Now.UnixMicro()).Scan(&c, &s)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", gone()
	}
	if err != nil {
		return "", "", fmt.Errorf("look up a form: %w", err)
	}
	return c, s, nil
}

// open gives the form of a link to the browser that keeps token.
func open(ctx context.Context, tx *access.Tx, link, token []byte) error {
	done, err := tx.Exec(ctx, `
		UPDATE informant SET state = 'opened', token = $4
		WHERE practice = $1 AND compartment = $2 AND token = $3 AND state = 'sent' AND expires_at > $5`,
		tx.Practice, string(tx.Compartment), link, token, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("open form: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, gone())
	}
	return nil
}

// held is the form that a browser keeps.
func (is *Informants) held(ctx context.Context, tx *access.Tx, hash []byte) (Sheet, error) {
	s := Sheet{Practice: tx.Practice}
	var state State
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT id, state, sealed_form FROM informant
		WHERE practice = $1 AND compartment = $2 AND token = $3 AND state IN ('opened', 'given') AND expires_at > $4`,
		tx.Practice, string(tx.Compartment), hash, tx.Now.UnixMicro()).Scan(&s.ID, &state, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return s, gone()
	}
	if err != nil {
		return s, fmt.Errorf("read form: %w", err)
	}
	tx.Names(s.ID)
	var f sealedForm
	if err := tx.OpenJSON(ctx, place("sealed_form", s.ID), body, &f); err != nil {
		return s, err
	}
	in, ok, err := is.shelf.Find(ctx, tx, f.Instrument, f.Version)
	if err != nil || !ok {
		return s, errors.Join(err, gone())
	}
	s.Instrument, s.Done = in, state == Given
	return s, nil
}

// keep drops what they said into the client's record.
func keep(ctx context.Context, tx *access.Tx, client access.Compartment, s Sheet, items instrument.Answers, note string, r instrument.Result) error {
	body, err := tx.SealJSONIn(ctx, client, place("sealed_answer", s.ID), sealedAnswer{items, note, r.Rule, r.Total})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE informant SET state = 'given', given_at = $4, sealed_answer = $5
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'opened'`,
		tx.Practice, string(tx.Compartment), s.ID, tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep form: %w", err)
	}
	return nil
}
