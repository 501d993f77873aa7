package retention

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

func rulePlace(revision int64) string { return fmt.Sprintf("retention_rule.sealed %d", revision) }

// newestRule is the rule that holds; why is opened only if that is asked for.
func newestRule(ctx context.Context, tx *access.Tx, why bool) (r Rule, err error) {
	var at int64
	var body []byte
	err = tx.QueryRow(ctx, `
		SELECT revision, years, until, made_at, by_id, sealed FROM retention_rule
		WHERE practice = $1 ORDER BY revision DESC LIMIT 1`, tx.Practice).Scan(&r.Revision, &r.Years, &r.Until, &at, &r.SetBy, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return Rule{}, nil
	}
	if err != nil {
		return r, fmt.Errorf("read retention rule: %w", err)
	}
	r.SetAt = access.Moment(at)
	if why {
		err = tx.OpenJSON(ctx, rulePlace(r.Revision), body, &r.Why)
	}
	return r, err
}

func insertRule(ctx context.Context, tx *access.Tx, r Rule) error {
	sealed, err := tx.SealJSON(ctx, rulePlace(r.Revision), r.Why)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO retention_rule (practice, revision, years, until, made_at, by_id, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Practice, r.Revision, r.Years, r.Until, tx.Now.UnixMicro(), tx.Actor.ID, sealed)
	if err != nil {
		return fmt.Errorf("keep retention rule: %w", err)
	}
	return nil
}

// fill reads, for everybody in all, what stands in the clear: the last contact, whether
// a session is planned, and how the record was closed, held and asked for. Sealed words
// are opened by open.
func fill(ctx context.Context, tx *access.Tx, all map[string]*Standing, open func(c access.Compartment, place string, body []byte, into any) error) error {
	clinical, names, ids := []access.Compartment{}, []access.Compartment{}, []string{}
	for id := range all {
		c, n := clientOf(id)
		clinical, names, ids = append(clinical, c), append(names, n), append(ids, id)
	}
	if err := contacts(ctx, tx, all, text(clinical), text(ids)); err != nil {
		return err
	}
	if err := closings(ctx, tx, all, text(names), open); err != nil {
		return err
	}
	if err := holds(ctx, tx, all, text(names), open); err != nil {
		return err
	}
	return wishes(ctx, tx, all, text(names), open)
}

func text(list any) string {
	b, err := json.Marshal(list)
	if err != nil {
		return "[]" // strings always marshal
	}
	return string(b)
}

// selectAhead finds records with a session that is not over.
const selectAhead = `SELECT DISTINCT a.compartment` + fromAhead

// fromAhead are the sessions, of some records, that are not over.
const fromAhead = ` FROM appointment a
	WHERE a.practice = $1 AND a.compartment IN AMONG($2) AND a.ends_at > $3 AND a.state = 'planned'
	  AND NOT EXISTS (SELECT 1 FROM appointment later
		WHERE later.practice = a.practice AND later.compartment = a.compartment
		  AND later.id = a.id AND later.revision > a.revision)`

// plannedIn are the sessions of one record that are not over, in order of time.
func plannedIn(ctx context.Context, tx *access.Tx, clinical access.Compartment) (all []Planned, err error) {
	err = each(ctx, tx, func(rows *access.Rows) error {
		var at int64
		var p Planned
		err := rows.Scan(&at, &p.ClinicianID)
		p.Start = access.Moment(at)
		all = append(all, p)
		return err
	}, `SELECT a.starts_at, a.clinician_id`+fromAhead+` ORDER BY a.starts_at, a.id`,
		tx.Practice, text([]access.Compartment{clinical}), tx.Now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("read what is planned: %w", err)
	}
	return all, nil
}

// idIn is whose it is: an id, or a compartment of theirs.
func idIn(of string) string {
	if id := access.Compartment(of).Of(); id != "" {
		return id
	}
	return of
}

func each(ctx context.Context, tx *access.Tx, do func(*access.Rows) error, text string, args ...any) error {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()

	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func closingPlace(id string, revision int64) string {
	return fmt.Sprintf("closing.sealed %d %s", revision, id)
}

type sealedClosing struct {
	Born string `json:"born,omitempty"`
}

func closings(ctx context.Context, tx *access.Tx, all map[string]*Standing, names string, open func(access.Compartment, string, []byte, any) error) error {
	err := each(ctx, tx, func(rows *access.Rows) error {
		var of, state, id string
		var c Closing
		var minor, at int64
		var body []byte
		if err := rows.Scan(&of, &c.Revision, &id, &state, &minor, &at, &c.By, &body); err != nil {
			return err
		}
		c.Closed, c.At = state == "closed", access.Moment(at)
		if minor == 1 {
			var s sealedClosing
			if err := open(access.Compartment(of), closingPlace(id, c.Revision), body, &s); err != nil {
				return err
			}
			c.Born = s.Born
		}
		if s := all[idIn(of)]; s != nil {
			s.Closing = c
		}
		return nil
	}, `
		SELECT c.compartment, c.revision, c.id, c.state, c.minor, c.made_at, c.by_id, c.sealed FROM closing c
		WHERE c.practice = $1 AND c.compartment IN AMONG($2)
		  AND c.revision = (SELECT max(n.revision) FROM closing n WHERE n.practice = c.practice AND n.compartment = c.compartment)`,
		tx.Practice, names)
	if err != nil {
		return fmt.Errorf("read closings: %w", err)
	}
	return nil
}

// newestClosing is, in tx, the newest revision for the person, its form and its state.
func newestClosing(ctx context.Context, tx *access.Tx, of access.Compartment) (revision int64, id, state string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT revision, id, state FROM closing WHERE practice = $1 AND compartment = $2
		ORDER BY revision DESC LIMIT 1`, tx.Practice, string(of)).Scan(&revision, &id, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", "open", nil
	}
	if err != nil {
		return 0, "", "", fmt.Errorf("read closing: %w", err)
	}
	return revision, id, state, nil
}

func insertClosing(ctx context.Context, tx *access.Tx, of access.Compartment, id string, revision int64, state, born string) error {
	sealed, err := tx.SealJSONIn(ctx, of, closingPlace(id, revision), sealedClosing{Born: born})
	if err != nil {
		return err
	}
	minor := 0
	if born != "" {
		minor = 1
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO closing (practice, compartment, revision, id, state, minor, made_at, by_id, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.Practice, string(of), revision, id, state, minor, tx.Now.UnixMicro(), tx.Actor.ID, sealed)
	if err != nil {
		return fmt.Errorf("close record: %w", err)
	}
	return nil
}

// goesOn says, in tx at a client's record, what still goes on there: a session that is
// planned, or work that nobody has said is finished.
func goesOn(ctx context.Context, tx *access.Tx) (planned, working bool, err error) {
	var ahead, open, done, met int
	err = tx.QueryRow(ctx, `SELECT count(*) FROM (`+selectAhead+`) s`, tx.Practice, text([]access.Compartment{tx.Compartment}), tx.Now.UnixMicro()).Scan(&ahead)
	if err == nil {
		err = tx.QueryRow(ctx, `
			SELECT coalesce(sum(CASE WHEN e.state = 'open' THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN e.state = 'finished' THEN 1 ELSE 0 END), 0),
			       (SELECT count(*) FROM appointment a WHERE a.practice = $1 AND a.compartment = $2 AND a.state = 'planned'
			          AND NOT EXISTS (SELECT 1 FROM appointment later
			            WHERE later.practice = a.practice AND later.compartment = a.compartment AND later.id = a.id AND later.revision > a.revision))
			       + (SELECT count(*) FROM occasion WHERE practice = $1 AND compartment = $2 AND state = 'given')
			FROM episode e WHERE e.practice = $1 AND e.compartment = $2
			  AND e.revision = (SELECT max(n.revision) FROM episode n WHERE n.practice = e.practice AND n.compartment = e.compartment AND n.id = e.id)`,
			tx.Practice, string(tx.Compartment)).Scan(&open, &done, &met)
	}
	if err != nil {
		return false, false, fmt.Errorf("read what goes on: %w", err)
	}
	return ahead > 0, open > 0 || done == 0 && met > 0, nil
}

func holdPlace(id string) string { return "record_hold.sealed " + id }

func holds(ctx context.Context, tx *access.Tx, all map[string]*Standing, names string, open func(access.Compartment, string, []byte, any) error) error {
	err := each(ctx, tx, func(rows *access.Rows) error {
		var of string
		var h Hold
		var at int64
		var body []byte
		if err := rows.Scan(&of, &h.ID, &at, &h.By, &body); err != nil {
			return err
		}
		h.At = access.Moment(at)
		if err := open(access.Compartment(of), holdPlace(h.ID), body, &h.Reason); err != nil {
			return err
		}
		if s := all[idIn(of)]; s != nil {
			s.Holds = append(s.Holds, h)
		}
		return nil
	}, `
		SELECT compartment, id, made_at, by_id, sealed FROM record_hold
		WHERE practice = $1 AND compartment IN AMONG($2) AND released_at = 0 ORDER BY made_at, id`, tx.Practice, names)
	if err != nil {
		return fmt.Errorf("read holds: %w", err)
	}
	return nil
}

// heldIn says, in tx, whether anything holds the record of that person.
func heldIn(ctx context.Context, tx *access.Tx, of access.Compartment) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM record_hold WHERE practice = $1 AND compartment = $2 AND released_at = 0`, tx.Practice, string(of)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("read holds: %w", err)
	}
	return n > 0, nil
}

// insertHold keeps a hold; made is false if there is one with this id.
func insertHold(ctx context.Context, tx *access.Tx, of access.Compartment, id, reason string) (made bool, err error) {
	sealed, err := tx.SealJSONIn(ctx, of, holdPlace(id), reason)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO record_hold (practice, compartment, id, made_at, by_id, released_at, released_by, sealed) VALUES ($1, $2, $3, $4, $5, 0, '', $6)
		ON CONFLICT DO NOTHING`, tx.Practice, string(of), id, tx.Now.UnixMicro(), tx.Actor.ID, sealed)
	if err != nil {
		return false, fmt.Errorf("hold record: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// holdOf is who made the hold with this id, of the person whose compartment tx is in, and
// for which reason.
func holdOf(ctx context.Context, tx *access.Tx, id string) (by, reason string, err error) {
	var sealed []byte
	err = tx.QueryRow(ctx, `SELECT by_id, sealed FROM record_hold WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id).Scan(&by, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", fault.Absent()
	}
	if err != nil {
		return "", "", fmt.Errorf("read hold: %w", err)
	}
	return by, reason, tx.OpenJSON(ctx, holdPlace(id), sealed, &reason)
}

// releaseHold says whether there was one with this id.
func releaseHold(ctx context.Context, tx *access.Tx, of access.Compartment, id string) (there bool, err error) {
	_, err = tx.Exec(ctx, `
		UPDATE record_hold SET released_at = $4, released_by = $5
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND released_at = 0`, tx.Practice, string(of), id, tx.Now.UnixMicro(), tx.Actor.ID)
	var n int
	if err == nil {
		err = tx.QueryRow(ctx, `SELECT count(*) FROM record_hold WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(of), id).Scan(&n)
	}
	if err != nil {
		return false, fmt.Errorf("release record: %w", err)
	}
	return n > 0, nil
}

func wishPlace(id string) string   { return "erasure_wish.sealed " + id }
func answerPlace(id string) string { return "erasure_wish.sealed_answer " + id }

func wishes(ctx context.Context, tx *access.Tx, all map[string]*Standing, names string, open func(access.Compartment, string, []byte, any) error) error {
	err := each(ctx, tx, func(rows *access.Rows) error {
		var of string
		var w Wish
		var at, ended int64
		var words, answer []byte
		if err := rows.Scan(&of, &w.ID, &w.State, &at, &ended, &w.By, &words, &answer); err != nil {
			return err
		}
		w.At, w.Ended = access.Moment(at), access.Moment(ended)
		if err := open(access.Compartment(of), wishPlace(w.ID), words, &w.Words); err != nil {
			return err
		}
		if len(answer) > 0 {
			if err := open(access.Compartment(of), answerPlace(w.ID), answer, &w.Answer); err != nil {
				return err
			}
		}
		if s := all[idIn(of)]; s != nil {
			s.Wish = &w
		}
		return nil
	}, `
		SELECT compartment, id, state, made_at, ended_at, by_id, sealed, sealed_answer FROM erasure_wish
		WHERE practice = $1 AND compartment IN AMONG($2) ORDER BY made_at, id`, tx.Practice, names)
	if err != nil {
		return fmt.Errorf("read wishes: %w", err)
	}
	return nil
}

// insertWish keeps a wish; made is false if there is one with this id. Of one person
// one wish is open at a time.
func insertWish(ctx context.Context, tx *access.Tx, id, words string) (made bool, err error) {
	sealed, err := tx.SealJSON(ctx, wishPlace(id), words)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO erasure_wish (practice, compartment, id, state, made_at, ended_at, by_id, sealed, sealed_answer)
		VALUES ($1, $2, $3, 'asked', $4, 0, '', $5, $6)
		ON CONFLICT DO NOTHING`, tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro(), sealed, []byte{})
	if err != nil {
		return false, fmt.Errorf("keep wish: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// wishedSo is nil if these words stand in the wish with this id, or if there are none and
// another wish waits.
func wishedSo(ctx context.Context, tx *access.Tx, id, words string) error {
	var sealed []byte
	err := tx.QueryRow(ctx, `SELECT sealed FROM erasure_wish WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		if words == "" {
			return nil
		}
		return fault.New(fault.Conflict, "", "You have asked already, and that waits for an answer. To ask in other words, take it back first.")
	}
	if err != nil {
		return fmt.Errorf("read wish: %w", err)
	}
	var was string
	if err := tx.OpenJSON(ctx, wishPlace(id), sealed, &was); err != nil {
		return err
	}
	if was != words {
		return fault.UsedTwice()
	}
	return nil
}

// wishState is what became of a wish; empty if there is none with this id.
func wishState(ctx context.Context, tx *access.Tx, id string) (state WishState, err error) {
	err = tx.QueryRow(ctx, `SELECT state FROM erasure_wish WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read wish: %w", err)
	}
	return state, nil
}

// answeredSo says whether a wish was answered in these words.
func answeredSo(ctx context.Context, tx *access.Tx, id, words string) (bool, error) {
	var sealed []byte
	err := tx.QueryRow(ctx, `SELECT sealed_answer FROM erasure_wish WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id).Scan(&sealed)
	if err != nil {
		return false, fmt.Errorf("read answer: %w", err)
	}
	var was string
	err = tx.OpenJSON(ctx, answerPlace(id), sealed, &was)
	return was == words, err
}

func endWish(ctx context.Context, tx *access.Tx, id string, state WishState, answer string) error {
	sealed := []byte{}
	if state == Answered {
		var err error
		if sealed, err = tx.SealJSON(ctx, answerPlace(id), answer); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `
		UPDATE erasure_wish SET state = $4, ended_at = $5, by_id = $6, sealed_answer = $7
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'asked'`,
		tx.Practice, string(tx.Compartment), id, string(state), tx.Now.UnixMicro(), tx.Actor.ID, sealed)
	if err != nil {
		return fmt.Errorf("end wish: %w", err)
	}
	return nil
}

// clients are the ids of the clients among the people of l who were not erased.
func clients(ctx context.Context, l *access.List) (map[string]*Standing, error) {
	all := make(map[string]*Standing)
	err := each(ctx, l.Tx, func(rows *access.Rows) error {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		all[id] = &Standing{}
		return nil
	}, `SELECT id FROM person WHERE practice = $1 AND id IN AMONG($2) AND role = 'client' AND state <> $3`, l.Practice, l.AmongIDs(), string(person.Erased))
	if err != nil {
		return nil, fmt.Errorf("read clients: %w", err)
	}
	return all, nil
}
