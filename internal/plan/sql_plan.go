package plan

import (
	"context"
	"fmt"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
)

// What somebody said of a plan, in the database.
const (
	saySigned = "signed"
	sayUnfit  = "unfit"
)

// sealedPlan is what the database holds of a revision under the compartment's key.
type sealedPlan struct {
	Content
	Why string `json:"why,omitempty"`
}

type sealedWords struct {
	Words string `json:"words,omitempty"`
}

type sealedPace struct {
	Problem string `json:"problem"`
	Step    string `json:"step,omitempty"`
	Words   string `json:"words,omitempty"`
}

// insertPlan says whether the revision is new.
func insertPlan(ctx context.Context, tx *access.Tx, r Revision) (bool, error) {
	body, err := tx.SealJSON(ctx, place("plan", "", r.Number), sealedPlan{r.Content, r.Why})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO plan (practice, compartment, revision, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), r.Number, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("insert plan: %w", err)
	}
	return changed(done)
}

// insertSay says whether it is new.
func insertSay(ctx context.Context, tx *access.Tx, id string, number int64, kind string, side goal.Side, text string) (bool, error) {
	body, err := tx.SealJSON(ctx, place("plan_say", id, number), sealedWords{text})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO plan_say (practice, compartment, id, revision, kind, side, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), id, number, kind, string(side), tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return false, fmt.Errorf("insert what was said of a plan: %w", err)
	}
	return changed(done)
}

func insertPace(ctx context.Context, tx *access.Tx, p Pace) error {
	body, err := tx.SealJSON(ctx, place("plan_pace", p.ID, 0), sealedPace{p.Problem, p.Step, p.Words})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO plan_pace (practice, compartment, id, at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), p.ID, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("insert pace: %w", err)
	}
	return nil
}

// planIn is the plan as it is now.
func planIn(ctx context.Context, tx *access.Tx) (p Plan, err error) {
	all, err := revisions(ctx, tx, 1)
	if err != nil {
		return p, err
	}
	if p.Open, err = openDetours(ctx, tx); err != nil || len(all) == 0 {
		return p, err
	}
	p.Revision = all[len(all)-1]
	if p.Paces, err = paces(ctx, tx); err != nil {
		return p, err
	}
	p.Review, err = reviewDay(ctx, tx, p.Revision)
	return p, err
}

// revisions are the newest of them, as many as most, the oldest first; all of them
// if most is 0.
func revisions(ctx context.Context, tx *access.Tx, most int) ([]Revision, error) {
	text := `
		SELECT revision, at, by_id, sealed FROM plan
		WHERE practice = $1 AND compartment = $2
		ORDER BY revision DESC`
	if most > 0 {
		text += fmt.Sprintf(" LIMIT %d", most)
	}
	rows, err := tx.Query(ctx, text, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	defer rows.Close()

	var all []Revision
	for rows.Next() {
		var r Revision
		var at int64
		var body []byte
		if err := rows.Scan(&r.Number, &at, &r.By, &body); err != nil {
			return nil, fmt.Errorf("read revision of plan: %w", err)
		}
		var s sealedPlan
		if err := tx.OpenJSON(ctx, place("plan", "", r.Number), body, &s); err != nil {
			return nil, err
		}
		r.Content, r.Why, r.At = s.Content, s.Why, access.Moment(at)
		all = append(all, r)
	}
	if err := rows.Err(); err != nil || len(all) == 0 {
		return nil, err
	}
	slices.Reverse(all)
	return all, said(ctx, tx, all)
}

// said notes on revisions, which are in order, what was said of each.
func said(ctx context.Context, tx *access.Tx, all []Revision) error {
	first := all[0].Number
	rows, err := tx.Query(ctx, `
		SELECT id, revision, kind, side, at, by_id, sealed FROM plan_say
		WHERE practice = $1 AND compartment = $2 AND revision >= $3
		ORDER BY at, id`, tx.Practice, string(tx.Compartment), first)
	if err != nil {
		return fmt.Errorf("read what was said of a plan: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var id, kind, by string
		var side goal.Side
		var number, at int64
		var body []byte
		if err := rows.Scan(&id, &number, &kind, &side, &at, &by, &body); err != nil {
			return fmt.Errorf("read what was said of a plan: %w", err)
		}
		i := int(number - first)
		if i >= len(all) {
			continue
		}
		r := &all[i]
		if kind == saySigned {
			if r.signs == nil {
				r.signs = map[goal.Side]goal.Sign{}
			}
			r.signs[side] = goal.Sign{By: by, At: access.Moment(at)}
			continue
		}
		var s sealedWords
		if err := tx.OpenJSON(ctx, place("plan_say", id, number), body, &s); err != nil {
			return err
		}
		r.Unfit = append(r.Unfit, Unfit{Words: s.Words, By: by, Side: side, At: access.Moment(at)})
	}
	return rows.Err()
}

func paces(ctx context.Context, tx *access.Tx) ([]Pace, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, at, by_id, sealed FROM plan_pace
		WHERE practice = $1 AND compartment = $2
		ORDER BY at, id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read paces: %w", err)
	}
	defer rows.Close()

	var all []Pace
	for rows.Next() {
		var p Pace
		var at int64
		var body []byte
		if err := rows.Scan(&p.ID, &at, &p.By, &body); err != nil {
			return nil, fmt.Errorf("read pace: %w", err)
		}
		var s sealedPace
		if err := tx.OpenJSON(ctx, place("plan_pace", p.ID, 0), body, &s); err != nil {
			return nil, err
		}
		p.Problem, p.Step, p.Words, p.At = s.Problem, s.Step, s.Words, access.Moment(at)
		p.Side = goal.SideOf(access.Actor{ID: p.By}, tx.Compartment)
		all = append(all, p)
	}
	return all, rows.Err()
}

// openDetours are those that are open, in order of day.
func openDetours(ctx context.Context, tx *access.Tx) ([]Detour, error) {
	if open, err := aside(ctx, tx); err != nil || !open {
		return nil, err
	}
	all, err := detours(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(d Detour) bool { return !d.Open() }), nil
}

// waits counts, with one statement: the newest revision of the plan, how much the
// client said of it, and the detours that are open.
func waits(ctx context.Context, tx *access.Tx) (number, said, open int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COALESCE(max(p.revision), 0),
		       (SELECT count(*) FROM plan_say s
			WHERE s.practice = $1 AND s.compartment = $2 AND s.side = 'client'
			  AND s.revision = (SELECT max(n.revision) FROM plan n WHERE n.practice = $1 AND n.compartment = $2)),
		       (SELECT count(*) FROM detour d
			WHERE d.practice = $1 AND d.compartment = $2 AND d.state = 'open'
			  AND NOT EXISTS (SELECT 1 FROM detour later
				WHERE later.practice = d.practice AND later.compartment = d.compartment
				  AND later.id = d.id AND later.revision > d.revision))
		FROM plan p WHERE p.practice = $1 AND p.compartment = $2`,
		tx.Practice, string(tx.Compartment)).Scan(&number, &said, &open)
	if err != nil {
		return 0, 0, 0, fmt.Errorf("look what of the plan waits: %w", err)
	}
	return number, said, open, nil
}
