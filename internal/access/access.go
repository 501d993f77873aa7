// Package access decides who may reach whose record, writes the decision down,
// and then hands out the only transaction that can read or change that record.
//
// There is no other way in: rows are reached through a Tx, sealed values are
// opened by a Tx, and a Tx comes only from Begin or BeginList. What was decided
// is durable before anything leaves the house (visit.go).
//
// The policy (policy.cedar) never sees who is asking or whose record it is, only
// by what relation: the grants that the actor has in the compartment, the roles
// that the actor has in the practice, the kind of record and the action. That
// makes it a table that a privacy officer can read, and a test can read whole.
package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// An Actor is whoever is asking: a person who signed in, the program itself
// under the name of a job, or somebody who has not said who they are.
type Actor struct {
	Practice string
	ID       string
	Fresh    bool // said who they are within the last minutes

	Mandate *Mandate // if a program does it in their name
}

const (
	anyone = "anyone"
	system = "system:"
)

// Anyone is somebody who has not said who they are, at the door of a practice.
func Anyone(practice string) Actor { return Actor{Practice: practice, ID: anyone} }

// System is the program itself, doing the job called name.
func System(practice, name string) Actor { return Actor{Practice: practice, ID: system + name} }

// IsPerson says whether a is somebody who signed in.
func (a Actor) IsPerson() bool {
	return a.ID != "" && a.ID != anyone && !strings.HasPrefix(a.ID, system)
}

// A Compartment is one record with a key of its own, within a practice.
type Compartment string

// Operations is what belongs to the practice as a whole.
const Operations Compartment = "operations"

// The kinds of compartment. A person has three, so that who may see one need
// not see the others, and so that erasing somebody leaves nothing in old backups.
const (
	KindClient   = "client"  // what is clinical about a client
	KindPerson   = "person"  // name and contact of anybody
	KindAccount  = "account" // what anybody signs in with
	KindPractice = "practice"
)

// Somebody who asks for a consultation is no client yet. They have two, for as
// long as that is open: what they wrote, and what whoever answers the door may know.
const (
	KindEnquiry = "enquiry" // all that they wrote
	KindCaller  = "caller"  // what they are called, how to reach them, whom they ask for, and what they are answered
)

// KindReflection is what a clinician keeps for themself: what stays with them after
// a session. It is no part of anybody's record, and nobody else reads it.
const KindReflection = "reflection"

// Whoever keeps a vault has a record of its keys, and one of entries for each person
// whom they write about. What lies in both is sealed in a browser before it comes here.
const (
	KindVault   = "vault"   // the wrapped key of somebody's vault
	KindEntries = "entries" // what one person wrote about another, or about themselves
)

// VaultRecord is the wrapped key of the vault of the person with the given id.
func VaultRecord(id string) Compartment { return KindVault + "/" + Compartment(id) }

// EntriesRecord is what owner keeps in their vault about somebody: a key of its own
// for each pair, so that erasing either of them erases it.
func EntriesRecord(owner, about string) Compartment {
	return KindEntries + "/" + Compartment(owner) + "/" + Compartment(about)
}

// Pair is whose entries they are and about whom, in a compartment of that kind.
func (c Compartment) Pair() (owner, about string) {
	owner, about, _ = strings.Cut(c.Of(), "/")
	return owner, about
}

// ClientRecord is the clinical record of the client with the given id.
func ClientRecord(id string) Compartment { return KindClient + "/" + Compartment(id) }

// PersonRecord is the name and contact of the person with the given id.
func PersonRecord(id string) Compartment { return KindPerson + "/" + Compartment(id) }

// AccountRecord is what the person with the given id signs in with.
func AccountRecord(id string) Compartment { return KindAccount + "/" + Compartment(id) }

// Nobody is whose account somebody tries who has an address that is not known.
const Nobody = "nobody"

// EnquiryRecord is what somebody wrote who asks for a consultation.
func EnquiryRecord(id string) Compartment { return KindEnquiry + "/" + Compartment(id) }

// CallerRecord is how they are reached, and what they are answered.
func CallerRecord(id string) Compartment { return KindCaller + "/" + Compartment(id) }

// ReflectionRecord is what the clinician with the given id keeps for themself.
func ReflectionRecord(id string) Compartment { return KindReflection + "/" + Compartment(id) }

// Kind is the part before the slash.
func (c Compartment) Kind() string {
	if c == Operations {
		return KindPractice
	}
	kind, _, _ := strings.Cut(string(c), "/")
	return kind
}

// Of is whose record it is: the id after the slash.
func (c Compartment) Of() string {
	_, id, _ := strings.Cut(string(c), "/")
	return id
}

// A Door guards every record.
type Door struct {
	db     *store.DB
	log    *audit.Log
	ring   *keys.Ring
	lookup []byte
	policy *policy
	held   *store.Kept[whose, holding]

	brought map[string][]byte // the lookup keys of practices that came from another server
}

// NewDoor returns a door to the records in db, sealed by ring, whose every
// opening is written in log. lookup is the key under which e-mail addresses are
// found again.
func NewDoor(db *store.DB, log *audit.Log, ring *keys.Ring, lookup []byte) (*Door, error) {
	p, err := readPolicy()
	if err != nil {
		return nil, err
	}
	db.Watch(forgets)
	return &Door{db: db, log: log, ring: ring, lookup: lookup, policy: p, held: store.NewKept[whose, holding](db)}, nil
}

// Begin asks whether actor may do action in compartment, and if so returns the
// transaction to do it with. ctx must be that of a visit, which keeps the answer
// for the audit log. A refusal looks exactly like absence: the actor does not
// learn that the record exists. A visit has one transaction open at a time.
func (d *Door) Begin(ctx context.Context, actor Actor, action Action, compartment Compartment) (*Tx, error) {
	tx, have, err := d.enter(ctx, actor, action, compartment)
	if err != nil {
		return nil, err
	}
	allowed, err := d.policy.allows(actor, action, compartment.Kind(), have)
	allowed = allowed && actor.Mandate.lets(action, compartment)
	fresh := !manners[action].fresh || actor.Fresh || !actor.IsPerson()
	detail := ""
	if allowed && !fresh {
		detail = steppingUp
	}
	tx.leaf = tx.visit.add(audit.Leaf{
		At: tx.Now.UnixMicro(), Practice: actor.Practice, Actor: actor.ID, Action: string(action),
		Compartment: string(compartment), Allowed: allowed && fresh, Detail: actor.mandated(detail),
	})
	switch {
	case err != nil:
		tx.abandon()
		return nil, fmt.Errorf("decide %s: %w", action, err)
	case !allowed:
		tx.abandon()
		return nil, fault.Absent()
	case !fresh:
		tx.abandon()
		return nil, stepUp()
	}
	tx.visit.open = true
	return tx, nil
}

// steppingUp is the detail of a leaf whose actor was asked to sign in again.
const steppingUp = "asked to sign in again"

func stepUp() error {
	return fault.New(fault.StepUp, "", "Please say once more who you are: this needs a sign-in of the last five minutes.")
}

// enter starts the transaction that action needs and reads what the actor holds.
func (d *Door) enter(ctx context.Context, actor Actor, action Action, compartment Compartment) (*Tx, held, error) {
	v := visitIn(ctx)
	if v == nil || v.open {
		return nil, held{}, errors.New("begin outside a visit, or inside another transaction")
	}
	if actor.Practice == "" || actor.ID == "" {
		return nil, held{}, errors.New("begin without an actor")
	}
	if ofLog[action] {
		v.rest()
		if err := d.log.Gather(); err != nil {
			return nil, held{}, fmt.Errorf("gather the audit log: %w", err)
		}
	}
	tx := &Tx{Practice: actor.Practice, Actor: actor, Compartment: compartment, action: action, ring: d.ring, visit: v}
	if manners[action].changes {
		if err := d.asksAgain(ctx, v, actor); err != nil {
			return nil, held{}, err
		}
		before, known := v.knows(whose{actor.Practice, actor.ID, compartment})
		v.rest()
		c, err := d.log.Begin(ctx)
		if err != nil {
			return nil, held{}, notSaved(err)
		}
		tx.tx, tx.Now, tx.change = c.Tx, c.Now, c
		if known && actor.IsPerson() && time.Since(v.began) < lately && c.Unchanged(v.as) {
			return tx, before, nil
		}
	} else {
		r, err := v.look(ctx, d.db)
		if err != nil {
			return nil, held{}, err
		}
		tx.tx, tx.Now = r, r.Now
	}
	have, err := d.heldBy(ctx, tx, actor, compartment)
	if err != nil {
		tx.abandon()
		return nil, held{}, err
	}
	return tx, have, nil
}

// notSaved says to the person that nothing was kept, and to the operator why.
func notSaved(err error) error {
	return &fault.Error{
		Kind: fault.NotSaved, Err: err,
		Text: "Not saved: there is no room to write at the moment. Your text is still here; please try again in a while.",
	}
}

// Glance starts a transaction for one statement that reads what is nobody's
// record, such as who a cookie belongs to. It can open nothing that is sealed.
// Which packages may glance is written out in house.
func (d *Door) Glance(ctx context.Context) (*store.Tx, error) {
	if v := visitIn(ctx); v != nil && v.brief && !v.open {
		return v.look(ctx, d.db)
	}
	return d.db.Glance(ctx)
}

// Prepare makes keys for compartments that are about to be made, durably. A key
// that is never used does no harm.
func (d *Door) Prepare(ctx context.Context, practice string, all ...Compartment) error {
	return d.ring.Make(ctx, named(practice, all)...)
}

// Forget destroys the keys of compartments, and with them all that they hold,
// in every backup too. person.Erase calls it once the policy has agreed.
func (d *Door) Forget(ctx context.Context, practice string, all ...Compartment) error {
	return d.ring.Destroy(ctx, named(practice, all)...)
}

func named(practice string, all []Compartment) []keys.Name {
	names := make([]keys.Name, len(all))
	for i, c := range all {
		names[i] = keys.Name{Practice: practice, Compartment: string(c)}
	}
	return names
}
