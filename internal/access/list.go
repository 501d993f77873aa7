package access

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/fault"
)

// A List is a transaction that reads across every record of one kind in which
// the actor may do the action. An empty list means none, never all.
type List struct {
	*Tx
	Compartments []Compartment // in order of id, which is the order of making

	allowed map[Compartment]bool
	shown   map[Compartment]bool
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
	l := &List{Tx: tx, allowed: make(map[Compartment]bool), shown: make(map[Compartment]bool)}
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
	l.allowed[c] = true
	l.Compartments = append(l.Compartments, c)
}

// Only leaves in the list what is also among these.
func (l *List) Only(these []Compartment) {
	kept := l.Compartments[:0:0]
	for _, c := range l.Compartments {
		if slices.Contains(these, c) {
			kept = append(kept, c)
		} else {
			delete(l.allowed, c)
		}
	}
	l.Compartments = kept
}

// Alone is tx as the list of its one record, so that what is read for lists is read
// for one in the same words. It ends with tx and is never ended by itself.
func (tx *Tx) Alone() *List {
	return &List{
		Tx: tx, Compartments: []Compartment{tx.Compartment},
		allowed: map[Compartment]bool{tx.Compartment: true}, shown: make(map[Compartment]bool),
	}
}

// Among is the list as AMONG($n) in a statement wants it.
func (l *List) Among() string {
	text, err := json.Marshal(l.Compartments)
	if err != nil || l.Compartments == nil {
		return "[]"
	}
	return string(text)
}

// AmongIDs is whose records they are, as AMONG($n) in a statement wants it.
func (l *List) AmongIDs() string {
	ids := make([]string, len(l.Compartments))
	for i, c := range l.Compartments {
		ids[i] = c.Of()
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return "[]"
	}
	return string(text)
}

// May says whether c is in the list.
func (l *List) May(c Compartment) bool { return l.allowed[c] }

// Shows notes that something of c was shown.
func (l *List) Shows(c Compartment) { l.shown[c] = true }

// Rollback ends the list: its leaf now names what was shown.
func (l *List) Rollback() {
	if !l.over {
		names := make([]string, 0, len(l.shown))
		for c := range l.shown {
			names = append(names, string(c))
		}
		slices.Sort(names)
		l.Names(strings.Join(names, " "))
	}
	l.Tx.Rollback()
}

// OpenIn decrypts what was sealed in c, if c is in the list, and notes that it
// was shown.
func (l *List) OpenIn(ctx context.Context, c Compartment, place string, sealed []byte) ([]byte, error) {
	if !l.allowed[c] {
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
