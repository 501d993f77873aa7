package goal

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
)

// What goal_step holds, beside Retired and Reopened.
const (
	stepSigned    = "signed"
	stepMilestone = "milestone"
	stepReached   = "reached"
	stepUnreached = "unreached" // that it was reached is taken back
	stepDropped   = "dropped"   // the milestone itself is taken off
)

type sealedVision struct {
	Words string `json:"words"`
}

type sealedWording struct {
	Words string `json:"words"`
	Know  string `json:"know"`
	Low   string `json:"low,omitempty"`
	High  string `json:"high,omitempty"`
	Why   string `json:"why,omitempty"`
}

// sealedStep is what a step says; which of it depends on its kind.
type sealedStep struct {
	Milestone string      `json:"milestone,omitempty"` // id
	Words     string      `json:"words,omitempty"`     // of a milestone, beside one that was reached, or the reason
	Day       measure.Day `json:"day,omitempty"`
	As        As          `json:"as,omitempty"`
}

type sealedRating struct {
	Day   measure.Day `json:"day"`
	Value int         `json:"value"`
	Voice Voice       `json:"voice"`
}

// visionPlace is where one wording of the life the client wants lies sealed.
func visionPlace(revision int64) string { return "vision.sealed " + strconv.FormatInt(revision, 10) }

// wordingPlace is where one wording of a goal lies sealed.
func wordingPlace(id string, revision int64) string {
	return "goal.sealed " + id + " " + strconv.FormatInt(revision, 10)
}

// A stepRow is one row of what became of goals.
type stepRow struct {
	sealedStep
	id, goal, kind, by string
	revision, at       int64
	side               Side
}

func insertVision(ctx context.Context, tx *access.Tx, v Vision) error {
	body, err := tx.SealJSON(ctx, visionPlace(v.Revision), sealedVision{v.Words})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO vision (practice, compartment, revision, at, by_id, sealed) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.Practice, string(tx.Compartment), v.Revision, tx.Now.UnixMicro(), v.By, body)
	if err != nil {
		return fmt.Errorf("keep the life the client wants: %w", err)
	}
	return nil
}

// visions is every wording of the life the client wants.
func visions(ctx context.Context, tx *access.Tx) ([]Vision, error) {
	rows, err := tx.Query(ctx, `
		SELECT revision, at, by_id, sealed FROM vision
		WHERE practice = $1 AND compartment = $2 ORDER BY revision`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read the life the client wants: %w", err)
	}
	defer rows.Close()

	var all []Vision
	for rows.Next() {
		var v Vision
		var at int64
		var body []byte
		if err := rows.Scan(&v.Revision, &at, &v.By, &body); err != nil {
			return nil, fmt.Errorf("read the life the client wants: %w", err)
		}
		var s sealedVision
		if err := tx.OpenJSON(ctx, visionPlace(v.Revision), body, &s); err != nil {
			return nil, err
		}
		v.Words, v.At = s.Words, access.Moment(at)
		v.Side = SideOf(access.Actor{ID: v.By}, tx.Compartment)
		all = append(all, v)
	}
	return all, rows.Err()
}

func insertWording(ctx context.Context, tx *access.Tx, g Goal, w Wording) error {
	body, err := tx.SealJSON(ctx, wordingPlace(g.ID, w.Revision), sealedWording{w.Words, w.Know, w.Low, w.High, w.Why})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO goal (practice, compartment, id, revision, at, by_id, side, replaces, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.Practice, string(tx.Compartment), g.ID, w.Revision, tx.Now.UnixMicro(), w.By, string(w.Side), g.Replaces, body)
	if err != nil {
		return fmt.Errorf("keep goal: %w", err)
	}
	return insertSign(ctx, tx, g.ID, w.Revision, w.Side)
}

// insertSign keeps that actor's side agrees to a wording; once is enough.
func insertSign(ctx context.Context, tx *access.Tx, goal string, revision int64, side Side) error {
	id := goal + "/" + strconv.FormatInt(revision, 10) + "/" + string(side)
	return insertStep(ctx, tx, stepRow{id: id, goal: goal, kind: stepSigned, revision: revision, side: side})
}

func insertStep(ctx context.Context, tx *access.Tx, s stepRow) error {
	body := []byte{}
	if s.kind != stepSigned { // which says nothing more
		var err error
		if body, err = tx.SealJSON(ctx, "goal_step.sealed "+s.id, s.sealedStep); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO goal_step (practice, compartment, id, goal_id, kind, revision, at, by_id, side, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), s.id, s.goal, s.kind, s.revision, tx.Now.UnixMicro(), tx.Actor.ID, string(s.side), body)
	if err != nil {
		return fmt.Errorf("keep what became of a goal: %w", err)
	}
	return nil
}

func insertRating(ctx context.Context, tx *access.Tx, goal string, r Rating) error {
	body, err := tx.SealJSON(ctx, "goal_rating.sealed "+r.ID, sealedRating{r.Day, r.Value, r.Voice})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO goal_rating (practice, compartment, id, goal_id, at, by_id, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Practice, string(tx.Compartment), r.ID, goal, tx.Now.UnixMicro(), r.By, body)
	if err != nil {
		return fmt.Errorf("keep rating: %w", err)
	}
	return nil
}

// WordedIn are all goals of the record without their ratings, in tx, whose action
// must open.
func WordedIn(ctx context.Context, tx *access.Tx) (Set, error) {
	gs, err := wordings(ctx, tx, true)
	if err != nil {
		return gs, err
	}
	done, err := stepRows(ctx, tx, true, "")
	if err != nil {
		return gs, err
	}
	gs.take(done)
	return gs, nil
}

// NamedIn is WordedIn without milestones, for what only names goals: of those a goal has
// many in the end.
func NamedIn(ctx context.Context, tx *access.Tx) (Set, error) {
	gs, err := wordings(ctx, tx, true)
	if err != nil || len(gs.All) == 0 {
		return gs, err
	}
	done, err := stepRows(ctx, tx, true, turnsOnly)
	if err != nil {
		return gs, err
	}
	gs.take(done)
	return gs, nil
}

// OutlinedIn are all goals of the record without a word, in tx: who agreed to what,
// and what was retired. Nothing is opened for it.
func OutlinedIn(ctx context.Context, tx *access.Tx) (Set, error) {
	gs, err := wordings(ctx, tx, false)
	if err != nil || len(gs.All) == 0 {
		return gs, err
	}
	done, err := stepRows(ctx, tx, false, "")
	if err != nil {
		return gs, err
	}
	gs.take(done)
	return gs, nil
}

func wordings(ctx context.Context, tx *access.Tx, open bool) (gs Set, err error) {
	rows, err := tx.Query(ctx, `
		SELECT id, revision, at, by_id, side, replaces, sealed FROM goal
		WHERE practice = $1 AND compartment = $2 ORDER BY id, revision`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return gs, fmt.Errorf("read goals: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var id, replaces string
		var at int64
		var body []byte
		w := Wording{signs: map[Side]Sign{}}
		if err := rows.Scan(&id, &w.Revision, &at, &w.By, &w.Side, &replaces, &body); err != nil {
			return gs, fmt.Errorf("read goal: %w", err)
		}
		w.At = access.Moment(at)
		if open {
			var s sealedWording
			if err := tx.OpenJSON(ctx, wordingPlace(id, w.Revision), body, &s); err != nil {
				return gs, err
			}
			w.Worded, w.Why = Worded{s.Words, s.Know, s.Low, s.High}, s.Why
		}
		if n := len(gs.All); n == 0 || gs.All[n-1].ID != id {
			gs.All = append(gs.All, Goal{ID: id, Replaces: replaces})
		}
		g := &gs.All[len(gs.All)-1]
		g.Wordings = append(g.Wordings, w)
	}
	slices.SortStableFunc(gs.All, func(a, b Goal) int { return a.Wordings[0].At.Compare(b.Wordings[0].At) })
	return gs, rows.Err()
}

// turnsOnly leaves milestones out of stepRows.
const turnsOnly = `AND kind IN ('signed', 'retired', 'reopened')`

// stepRows is what became of the goals of the record, in order of time.
func stepRows(ctx context.Context, tx *access.Tx, open bool, which string) ([]stepRow, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, goal_id, kind, revision, at, by_id, side, sealed FROM goal_step
		WHERE practice = $1 AND compartment = $2 `+which+`
		ORDER BY at, id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read what became of goals: %w", err)
	}
	defer rows.Close()

	var all []stepRow
	for rows.Next() {
		var s stepRow
		var body []byte
		if err := rows.Scan(&s.id, &s.goal, &s.kind, &s.revision, &s.at, &s.by, &s.side, &body); err != nil {
			return nil, fmt.Errorf("read what became of a goal: %w", err)
		}
		if open && s.kind != stepSigned {
			if err := tx.OpenJSON(ctx, "goal_step.sealed "+s.id, body, &s.sealedStep); err != nil {
				return nil, err
			}
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// take notes in the goals what became of them.
func (gs *Set) take(done []stepRow) {
	for _, s := range done {
		i := slices.IndexFunc(gs.All, func(g Goal) bool { return g.ID == s.goal })
		if i < 0 {
			continue
		}
		gs.All[i].take(s)
	}
	gs.link()
}

func (g *Goal) take(s stepRow) {
	on := slices.IndexFunc(g.Milestones, func(m Milestone) bool { return m.ID == s.Milestone })
	switch s.kind {
	case stepSigned:
		if w, ok := g.Wording(s.revision); ok {
			w.signs[s.side] = Sign{s.by, access.Moment(s.at)}
		}
	case string(Retired), string(Reopened):
		g.Turns = append(g.Turns, Turn{Kind: TurnKind(s.kind), As: s.As, Reason: s.Words, By: s.by, Side: s.side, At: access.Moment(s.at)})
	case stepMilestone:
		g.Milestones = append(g.Milestones, Milestone{ID: s.id, Words: s.Words, SetAt: access.Moment(s.at), SetBy: s.by})
	case stepReached:
		if on >= 0 {
			g.Milestones[on].Day, g.Milestones[on].Note, g.Milestones[on].ReachedBy = s.Day, s.Words, s.by
		}
	case stepUnreached:
		if on >= 0 {
			g.Milestones[on].Day, g.Milestones[on].Note, g.Milestones[on].ReachedBy = "", "", ""
		}
	case stepDropped:
		if on >= 0 {
			g.Milestones = slices.Delete(g.Milestones, on, on+1)
		}
	}
}

// rated puts the ratings to the goals.
func rated(ctx context.Context, tx *access.Tx, gs *Set) error {
	rows, err := tx.Query(ctx, `
		SELECT id, goal_id, at, by_id, sealed FROM goal_rating
		WHERE practice = $1 AND compartment = $2 ORDER BY at, id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return fmt.Errorf("read ratings: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var r Rating
		var goal string
		var at int64
		var body []byte
		if err := rows.Scan(&r.ID, &goal, &at, &r.By, &body); err != nil {
			return fmt.Errorf("read rating: %w", err)
		}
		var s sealedRating
		if err := tx.OpenJSON(ctx, "goal_rating.sealed "+r.ID, body, &s); err != nil {
			return err
		}
		r.Day, r.Value, r.Voice, r.At = s.Day, s.Value, s.Voice, access.Moment(at)
		r.Side = SideOf(access.Actor{ID: r.By}, tx.Compartment)
		if i := slices.IndexFunc(gs.All, func(g Goal) bool { return g.ID == goal }); i >= 0 {
			gs.All[i].Ratings = append(gs.All[i].Ratings, r)
		}
	}
	for i := range gs.All {
		gs.All[i].Ratings = byDay(gs.All[i].Ratings)
	}
	return rows.Err()
}
