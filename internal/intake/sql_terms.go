package intake

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// What is signed, in the database.
const (
	signed    = "signed"
	withdrawn = "withdrawn"
)

// sealedTerms is what the database holds of a version of the working agreement.
type sealedTerms struct {
	Text  Text `json:"text"`
	Again bool `json:"again,omitempty"`
}

func termsPlace(course, version int64) string {
	return fmt.Sprintf("terms.sealed %d %d", course, version)
}

func signPlace(id string) string { return "terms_sign.sealed " + id }

// insertVersion keeps v, and says whether it did: somebody may have been quicker.
func insertVersion(ctx context.Context, tx *access.Tx, v Version) (bool, error) {
	body, err := tx.SealJSON(ctx, termsPlace(v.Course, v.Number), sealedTerms{v.Text, v.Again})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO terms (practice, compartment, course, version, at, by_id, side, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), v.Course, v.Number, v.At.UnixMicro(), v.By, string(v.Side), body)
	if err != nil {
		return false, fmt.Errorf("keep working agreement: %w", err)
	}
	return changed(done)
}

// termsOf are all versions and signings of a course of work.
func termsOf(ctx context.Context, tx *access.Tx, course int64) (Terms, error) {
	t := Terms{Course: course}
	rows, err := tx.Query(ctx, `
		SELECT version, at, by_id, side, sealed FROM terms
		WHERE practice = $1 AND compartment = $2 AND course = $3
		ORDER BY version DESC`, tx.Practice, string(tx.Compartment), course)
	if err != nil {
		return t, fmt.Errorf("read working agreement: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		v := Version{Course: course}
		var at int64
		var body []byte
		if err := rows.Scan(&v.Number, &at, &v.By, &v.Side, &body); err != nil {
			return t, fmt.Errorf("read working agreement: %w", err)
		}
		var s sealedTerms
		if err := tx.OpenJSON(ctx, termsPlace(course, v.Number), body, &s); err != nil {
			return t, err
		}
		v.At, v.Text, v.Again = access.Moment(at), s.Text, s.Again
		t.Versions = append(t.Versions, v)
	}
	if err := rows.Err(); err != nil {
		return t, err
	}
	rows.Close()
	t.Signs, err = signsOf(ctx, tx, tx.Compartment, course, true)
	return t, err
}

// signsOf are the signings of a course of work, oldest first, with the words that
// came with them only if they are to be opened.
func signsOf(ctx context.Context, tx *access.Tx, client access.Compartment, course int64, words bool) ([]Sign, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, version, kind, person_id, side, at, sealed FROM terms_sign
		WHERE practice = $1 AND compartment = $2 AND course = $3
		ORDER BY at, id`, tx.Practice, string(client), course)
	if err != nil {
		return nil, fmt.Errorf("read who signed: %w", err)
	}
	defer rows.Close()

	var all []Sign
	for rows.Next() {
		var s Sign
		var kind string
		var at int64
		var body []byte
		if err := rows.Scan(&s.ID, &s.Version, &kind, &s.By, &s.Side, &at, &body); err != nil {
			return nil, fmt.Errorf("read who signed: %w", err)
		}
		s.At, s.Withdrawn = access.Moment(at), kind == withdrawn
		if words {
			if err := tx.OpenJSON(ctx, signPlace(s.ID), body, &s.Words); err != nil {
				return nil, err
			}
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// insertSign keeps s in client's record, and says whether it did: there may be one
// with its id.
func insertSign(ctx context.Context, tx *access.Tx, client access.Compartment, course int64, s Sign) (bool, error) {
	body, err := tx.SealJSONIn(ctx, client, signPlace(s.ID), s.Words)
	if err != nil {
		return false, err
	}
	kind := signed
	if s.Withdrawn {
		kind = withdrawn
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO terms_sign (practice, compartment, id, course, version, kind, person_id, side, at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		tx.Practice, string(client), s.ID, course, s.Version, kind, s.By, string(s.Side), s.At.UnixMicro(), body)
	if err != nil {
		return false, fmt.Errorf("keep signing: %w", err)
	}
	return changed(done)
}

// termsState is how the working agreement of a client stands, without its words.
func termsState(ctx context.Context, tx *access.Tx, client access.Compartment, course int64) (TermsState, error) {
	t := Terms{Course: course}
	var newest int64
	err := tx.QueryRow(ctx, `
		SELECT COALESCE(MAX(version), 0) FROM terms
		WHERE practice = $1 AND compartment = $2 AND course = $3`,
		tx.Practice, string(client), course).Scan(&newest)
	if err != nil {
		return TermsState{}, fmt.Errorf("read working agreement: %w", err)
	}
	if newest == 0 {
		return TermsState{}, nil
	}
	t.Versions = []Version{{Course: course, Number: newest}}
	if t.Signs, err = signsOf(ctx, tx, client, course, false); err != nil {
		return TermsState{}, err
	}
	return t.State(), nil
}

// waitsToSign is the newest version if somebody who treats the client signed it,
// and who that was, and the client neither signed it nor took that back; 0 if not.
func waitsToSign(ctx context.Context, tx *access.Tx, course int64) (version int64, by string, err error) {
	t := Terms{Course: course}
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(MAX(version), 0) FROM terms
		WHERE practice = $1 AND compartment = $2 AND course = $3`,
		tx.Practice, string(tx.Compartment), course).Scan(&version)
	if err != nil {
		return 0, "", fmt.Errorf("read working agreement: %w", err)
	}
	if version == 0 {
		return 0, "", nil
	}
	if t.Signs, err = signsOf(ctx, tx, tx.Compartment, course, false); err != nil {
		return 0, "", err
	}
	theirs, has := t.Of(version, ByClinician)
	if _, said := t.Of(version, ByClient); !has || theirs.Withdrawn || said {
		return 0, "", nil
	}
	return version, theirs.By, nil
}
