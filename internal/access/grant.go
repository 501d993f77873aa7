package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Grant is a reason for which an actor may reach a compartment. In the
// practice's own compartment it is a role.
type Grant string

const (
	// In somebody's record.
	Treats     Grant = "treats"     // works with the client
	Supervises Grant = "supervises" // was shown the record by whoever works with the client
	Self       Grant = "self"       // it is their own
	Emergency  Grant = "emergency"  // broke the glass; ends after four hours
	Knows      Grant = "knows"      // may see the name
	Glimpses   Grant = "glimpses"   // may see the name while the glass is broken

	// In the practice: roles.
	Clinician Grant = "clinician"
	Manager   Grant = "manager"
	Client    Grant = "client"
)

// Forever is the end of a grant that has none.
var Forever = time.UnixMicro(1 << 62)

// held is what an actor holds at the moment of asking.
type held struct {
	grants []string // in the compartment
	roles  []string // in the practice
}

// heldBy finds out what actor holds, in each visit and again before each change unless
// that was a moment ago, so that ending a grant acts at once.
func (d *Door) heldBy(ctx context.Context, tx *Tx, actor Actor, compartment Compartment) (held, error) {
	if !actor.IsPerson() {
		return held{}, nil
	}
	v, asked := tx.visit, whose{actor.Practice, actor.ID, compartment}
	h, known := v.knows(asked)
	if tx.change == nil && known {
		return h, nil
	}
	found, kept := d.held.GetIn(tx.tx, asked)
	if kept && found.until > tx.Now.UnixMicro() {
		return found.held, nil
	}
	// One row, so that it can go together with the beginning of a change.
	var grants, roles string
	err := tx.tx.Ask(ctx, `
		SELECT coalesce(string_agg(CASE WHEN compartment <> 'operations' THEN kind END, ' '), ''),
		       coalesce(string_agg(CASE WHEN compartment = 'operations' THEN kind END, ' '), ''),
		       coalesce(min(until), $5)
		FROM grants
		WHERE practice = $1 AND actor_id = $2 AND compartment IN ($3, 'operations') AND until > $4`,
		actor.Practice, actor.ID, string(compartment), tx.Now.UnixMicro(), Forever.UnixMicro()).Scan(&grants, &roles, &found.until)
	if err != nil {
		return held{}, fmt.Errorf("read grants: %w", err)
	}
	found.held = held{strings.Fields(grants), strings.Fields(roles)}
	if len(compartment) <= longestKept {
		d.held.Put(tx.tx, asked.apart(), found)
	}
	if v.reading != nil {
		if v.seen == nil {
			v.seen = make(map[whose]held)
		}
		v.seen[asked] = found.held
	}
	return found.held, nil
}

// knows is what the visit has found out already.
func (v *Visit) knows(asked whose) (held, bool) {
	if h, ok := v.seen[asked]; ok {
		return h, true
	}
	if v.whoseOwn == asked {
		return v.own, true
	}
	if asked.compartment == Operations && v.whoseOwn.practice == asked.practice && v.whoseOwn.actor == asked.actor {
		return held{roles: v.own.roles}, true
	}
	return held{}, false
}

// OwnGrants, in a statement that finds a person, s.person_id, of the practice $1 at the
// time $3, is what they hold in the practice and in their record as a client: for Noted.
// GrantsIn is the same of whose record, s.compartment, a token lies in, and the record $4.
const (
	OwnGrants = grantsThen + `s.person_id AND compartment IN ('client/' || s.person_id, 'operations')), '')`
	GrantsIn  = grantsThen + `substr(s.compartment, 8) AND compartment IN ($4, 'operations')), '')` // after "person/"

	grantsThen = `coalesce((
	SELECT string_agg(CASE WHEN compartment = 'operations' THEN 'practice ' ELSE 'client ' END || kind, ' ') FROM grants
	WHERE practice = $1 AND until > $3 AND actor_id = `
)

// Noted has a visit that is over soon know what OwnGrants found out about actor when it
// asked the database who they are, just now and for this visit, so that reading their own
// record asks no more than that. Only account may call it (house keeps that).
func Noted(ctx context.Context, actor Actor, own string) {
	NotedIn(ctx, actor, ClientRecord(actor.ID), own)
}

// NotedIn does the same with what GrantsIn found out about one record. Only token may
// call it.
func NotedIn(ctx context.Context, actor Actor, record Compartment, own string) {
	v := visitIn(ctx)
	if v == nil || !v.brief || v.open {
		return
	}
	var h held
	words := strings.Fields(own)
	for i := 0; i+1 < len(words); i += 2 {
		if words[i] == "practice" {
			h.roles = append(h.roles, words[i+1])
		} else {
			h.grants = append(h.grants, words[i+1])
		}
	}
	v.own, v.whoseOwn = h, whose{actor.Practice, actor.ID, record}
}

var errNotGiving = errors.New("this action does not give or end grants: see Action")

// Give records, in tx, that actor may reach compartment until then. Only the packages
// in house.Giving may call it, by actions that give (Action).
func Give(ctx context.Context, tx *Tx, actorID string, compartment Compartment, grant Grant, until time.Time) error {
	if !manners[tx.action].gives {
		return errNotGiving
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO grants (practice, actor_id, compartment, kind, since, until) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (practice, actor_id, compartment, kind) DO UPDATE SET until = excluded.until`,
		tx.Practice, actorID, string(compartment), string(grant), tx.Now.UnixMicro(), until.UnixMicro())
	if err != nil {
		return fmt.Errorf("give grant: %w", err)
	}
	return NotEnded(ctx, tx, actorID, compartment, string(grant))
}

// End ends, in tx, one grant, and notes that it was ended.
func End(ctx context.Context, tx *Tx, actorID string, compartment Compartment, grant Grant) error {
	if !manners[tx.action].gives {
		return errNotGiving
	}
	done, err := tx.Exec(ctx, `
		DELETE FROM grants
		WHERE practice = $1 AND actor_id = $2 AND compartment = $3 AND kind = $4`,
		tx.Practice, actorID, string(compartment), string(grant))
	if err != nil {
		return fmt.Errorf("end grant: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err // nobody held it, and who was named may be anything
	}
	return Ended(ctx, tx, actorID, compartment, string(grant))
}

// An Ending is something that was ended, as the archive of keys remembers it.
type Ending struct {
	Compartment Compartment
	ActorID     string // who had it until then
	Kind        string
	At          time.Time
}

// Ended notes, in tx, that actor has what kind names no more in compartment: a
// restore of records from before ends it again (archive).
func Ended(ctx context.Context, tx *Tx, actorID string, compartment Compartment, kind string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO ended (practice, compartment, actor_id, kind, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (practice, compartment, actor_id, kind) DO UPDATE SET at = excluded.at`,
		tx.Practice, string(compartment), actorID, kind, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("note what ended: %w", err)
	}
	return nil
}

// NotEnded takes back, in tx, what Ended noted: it was given again.
func NotEnded(ctx context.Context, tx *Tx, actorID string, compartment Compartment, kind string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM ended WHERE practice = $1 AND compartment = $2 AND actor_id = $3 AND kind = $4`,
		tx.Practice, string(compartment), actorID, kind)
	if err != nil {
		return fmt.Errorf("note what was given again: %w", err)
	}
	return nil
}

// EndAllOf ends, in tx, every grant that somebody holds, and notes it, unless
// they are being erased: then a tombstone says so.
func EndAllOf(ctx context.Context, tx *Tx, actorID string) error {
	if !manners[tx.action].gives {
		return errNotGiving
	}
	if tx.action != EraseClient {
		_, err := tx.Exec(ctx, `
			INSERT INTO ended (practice, compartment, actor_id, kind, at)
			SELECT practice, compartment, actor_id, kind, CAST($3 AS BIGINT) FROM grants WHERE practice = $1 AND actor_id = $2
			ON CONFLICT (practice, compartment, actor_id, kind) DO UPDATE SET at = excluded.at`,
			tx.Practice, actorID, tx.Now.UnixMicro())
		if err != nil {
			return fmt.Errorf("note what ended: %w", err)
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM grants WHERE practice = $1 AND actor_id = $2`, tx.Practice, actorID)
	if err != nil {
		return fmt.Errorf("end grants: %w", err)
	}
	return nil
}
