package access

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/fault"
)

// A List is a transaction that reads across every record of one kind in which
// the actor may do the action. An empty list means none, never all.
type List struct {
	*Tx
	Compartments []Compartment // in order of id, which is the order of making

	shown []bool        // which of them something was shown of; nil: of none
	also  []Compartment // what was shown beside them
}

// A Page is the part of a list that is shown at once: what comes after the record
// After, at most Most of it.
type Page struct {
	After Compartment
	Most  int
}

// BeginList asks, record by record, in which compartments of the given kind
// actor may do action. It starts from the actor's grants, or, where the policy
// agrees by role alone, from every record of the kind; given a page, no further
// than that. One leaf names what was shown. An empty list is a refusal only of
// somebody who could not do action in any record of the kind.
func (d *Door) BeginList(ctx context.Context, actor Actor, action Action, kind string, page ...Page) (*List, error) {
	tx, have, err := d.enter(ctx, actor, action, "")
	if err != nil {
		return nil, err
	}
	l := &List{Tx: tx}
	part := Page{Most: math.MaxInt32}
	if len(page) > 0 {
		part = page[0]
	}
	var may bool
	var gathered error
	if actor.Mandate.lets(action, "") {
		may, gathered = l.gather(ctx, d.policy, kind, have, part)
	}
	fresh := !manners[action].fresh || actor.Fresh || !actor.IsPerson()
	tx.leaf = tx.visit.add(audit.Leaf{
		At: tx.Now.UnixMicro(), Practice: actor.Practice, Actor: actor.ID, Action: string(action),
		Allowed: may && fresh && gathered == nil, Detail: actor.mandated(""),
	})
	if gathered != nil {
		tx.abandon()
		return nil, fmt.Errorf("list %s: %w", action, gathered)
	}
	if !fresh && may {
		tx.leaf.Detail = actor.mandated(steppingUp)
		tx.abandon()
		return nil, stepUp()
	}
	tx.visit.open = true
	return l, nil
}

// gather fills the list, and says whether the actor may do the action in such
// records, be there any or not.
func (l *List) gather(ctx context.Context, p *policy, kind string, have held, part Page) (may bool, err error) {
	byRole, err := p.allows(l.Actor, l.action, kind, have)
	if err != nil {
		return false, err
	}
	if byRole {
		return true, l.all(ctx, kind, part)
	}
	if !l.Actor.IsPerson() {
		return false, nil // who holds no grants
	}
	if err := l.granted(ctx, p, kind, have, part); err != nil || len(l.Compartments) > 0 {
		return err == nil, err
	}
	return p.couldAllow(l.Actor, l.action, kind, have.roles)
}

// granted fills the list from what the actor was given.
func (l *List) granted(ctx context.Context, p *policy, kind string, have held, part Page) error {
	rows, err := l.tx.Query(ctx, `
		SELECT compartment, kind FROM grants
		WHERE practice = $1 AND actor_id = $2 AND compartment > $3 AND compartment < $4 AND until > $5
		ORDER BY compartment, kind`,
		l.Practice, l.Actor.ID, part.after(kind), kind+"0", l.Now.UnixMicro()) // 0 comes after /
	if err != nil {
		return err
	}
	defer rows.Close()

	ask := func(c Compartment, grants []string) error {
		ok, err := p.allows(l.Actor, l.action, kind, held{grants: grants, roles: have.roles})
		if ok && len(l.Compartments) < part.Most {
			l.add(c)
		}
		return err
	}
	var last Compartment
	var grants []string
	for rows.Next() {
		var c Compartment
		var grant string
		if err := rows.Scan(&c, &grant); err != nil {
			return err
		}
		if c != last && last != "" {
			if err := ask(last, grants); err != nil {
				return err
			}
			grants = nil
		}
		last, grants = c, append(grants, grant)
	}
	if last != "" {
		if err := ask(last, grants); err != nil {
			return err
		}
	}
	return rows.Err()
}

// after is the name that comes just before the first of kind on the page.
func (p Page) after(kind string) string { return max(kind+"/", string(p.After)) }

func (l *List) all(ctx context.Context, kind string, part Page) error {
	rows, err := l.tx.Query(ctx, `
		SELECT compartment FROM compartment
		WHERE practice = $1 AND compartment > $2 AND compartment < $3
		ORDER BY compartment LIMIT $4`, l.Practice, part.after(kind), kind+"0", part.Most)
	if err != nil {
		return err
	}
	defer rows.Close()

	for rows.Next() {
		var c Compartment
		if err := rows.Scan(&c); err != nil {
			return err
		}
		l.add(c)
	}
	return rows.Err()
}

// add takes c in, unless a program asks whose mandate does not reach it.
func (l *List) add(c Compartment) {
	if !l.Actor.Mandate.lets(l.action, c) {
		return
	}
	l.Compartments = append(l.Compartments, c)
}

// Only leaves in the list what is also among these.
func (l *List) Only(these []Compartment) {
	kept := l.Compartments[:0:0]
	for _, c := range l.Compartments {
		if slices.Contains(these, c) {
			kept = append(kept, c)
		}
	}
	l.also, l.shown = l.shows(), nil
	l.Compartments = kept
}

// Alone is tx as the list of its one record, so that what is read for lists is read
// for one in the same words. It ends with tx and is never ended by itself.
func (tx *Tx) Alone() *List {
	return &List{Tx: tx, Compartments: []Compartment{tx.Compartment}}
}

// Among is the list as AMONG($n) in a statement wants it.
func (l *List) Among() string { return l.inJSON(func(c Compartment) string { return string(c) }) }

// AmongIDs is whose records they are, as AMONG($n) in a statement wants it.
func (l *List) AmongIDs() string { return l.inJSON(Compartment.Of) }

// inJSON is what of says of each, as a list in JSON.
func (l *List) inJSON(of func(Compartment) string) string {
	text := make([]byte, 0, len("[]")+len(l.Compartments)*(len(`"",`)+longestID))
	text = append(text, '[')
	for i, c := range l.Compartments {
		if i > 0 {
			text = append(text, ',')
		}
		if id := of(c); ofIDs(id) {
			text = append(append(append(text, '"'), id...), '"')
		} else {
			quoted, _ := json.Marshal(id) // a text always can be
			text = append(text, quoted...)
		}
	}
	return string(append(text, ']'))
}

// May says whether c is in the list.
func (l *List) May(c Compartment) bool { return l.at(c) >= 0 }

// at is where in the list c is, or -1.
func (l *List) at(c Compartment) int {
	if i, there := slices.BinarySearch(l.Compartments, c); there {
		return i
	}
	return -1
}

// Shows notes that something of c was shown.
func (l *List) Shows(c Compartment) {
	i := l.at(c)
	if i < 0 {
		l.also = append(l.also, c)
		return
	}
	if l.shown == nil {
		l.shown = make([]bool, len(l.Compartments))
	}
	l.shown[i] = true
}

// shows is what something was shown of, in order.
func (l *List) shows() []Compartment {
	all := slices.Grow(slices.Clone(l.also), len(l.shown))
	for i, shown := range l.shown {
		if shown {
			all = append(all, l.Compartments[i])
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Rollback ends the list: its leaf now names what was shown.
func (l *List) Rollback() {
	if !l.over {
		var names []byte
		for i, c := range l.shows() {
			if i == 0 {
				names = make([]byte, 0, (len(l.shown)+len(l.also))*(len(c)+1))
			} else {
				names = append(names, ' ')
			}
			names = append(names, c...)
		}
		l.Names(string(names))
	}
	l.Tx.Rollback()
}

// OpenIn decrypts what was sealed in c, if c is in the list, and notes that it
// was shown.
func (l *List) OpenIn(ctx context.Context, c Compartment, place string, sealed []byte) ([]byte, error) {
	if !l.May(c) {
		return nil, fault.Absent()
	}
	l.Shows(c)
	return l.open(ctx, c, place, sealed)
}

// OpenJSONIn is OpenIn for content that is kept as JSON.
func (l *List) OpenJSONIn(ctx context.Context, c Compartment, place string, sealed []byte, content any) error {
	plain, err := l.OpenIn(ctx, c, place, sealed)
	if err != nil {
		return fmt.Errorf("open %s: %w", place, err)
	}
	if err := json.Unmarshal(plain, content); err != nil {
		return fmt.Errorf("decode %s: %w", place, err)
	}
	return nil
}

// Enrol notes, in tx, that the compartments exist, so that lists by role find them.
func Enrol(ctx context.Context, tx *Tx, all ...Compartment) error {
	for _, c := range all {
		_, err := tx.Exec(ctx, `
			INSERT INTO compartment (practice, compartment, made_at) VALUES ($1, $2, $3)
			ON CONFLICT DO NOTHING`, tx.Practice, string(c), tx.Now.UnixMicro())
		if err != nil {
			return fmt.Errorf("enrol %s: %w", c.Kind(), err)
		}
	}
	return nil
}
