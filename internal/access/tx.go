package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// A Tx is a transaction that one actor may use for one action in one
// compartment. Every statement it runs must name the practice, and, where the
// table has one, the compartment.
type Tx struct {
	Now         time.Time
	Practice    string
	Actor       Actor
	Compartment Compartment

	action Action
	tx     *store.Tx     // may be shared with other changes: never ended here
	change *audit.Change // if the action changes anything
	ring   *keys.Ring
	visit  *Visit
	leaf   *audit.Leaf
	over   bool
}

// Exec runs a statement that returns no rows.
func (tx *Tx) Exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if tx.over {
		return nil, sql.ErrTxDone
	}
	return tx.tx.Exec(ctx, text, args...)
}

// Rows are what Query found.
type Rows = store.Rows

// Query runs a statement that returns rows.
func (tx *Tx) Query(ctx context.Context, text string, args ...any) (*Rows, error) {
	if tx.over {
		return nil, sql.ErrTxDone
	}
	return tx.tx.Query(ctx, text, args...)
}

// QueryRow runs a statement that returns one row, or none (sql.ErrNoRows).
func (tx *Tx) QueryRow(ctx context.Context, text string, args ...any) store.Row {
	if tx.over {
		return store.NoRow(sql.ErrTxDone)
	}
	return tx.tx.QueryRow(ctx, text, args...)
}

// Seal encrypts plain under the compartment's key; place names the table, the
// column and the row.
func (tx *Tx) Seal(ctx context.Context, place string, plain []byte) ([]byte, error) {
	return tx.SealIn(ctx, tx.Compartment, place, plain)
}

// SealIn encrypts plain under the key of another compartment of the practice,
// which the actor cannot thereby read.
func (tx *Tx) SealIn(ctx context.Context, c Compartment, place string, plain []byte) ([]byte, error) {
	if tx.over {
		return nil, sql.ErrTxDone
	}
	return tx.ring.Seal(ctx, keys.Name{Practice: tx.Practice, Compartment: string(c)}, place, plain)
}

// Open decrypts what Seal made for the same place.
func (tx *Tx) Open(ctx context.Context, place string, sealed []byte) ([]byte, error) {
	return tx.open(ctx, tx.Compartment, place, sealed)
}

// SealJSON is Seal for content that is kept as JSON.
func (tx *Tx) SealJSON(ctx context.Context, place string, content any) ([]byte, error) {
	return tx.SealJSONIn(ctx, tx.Compartment, place, content)
}

// SealJSONIn is SealIn for content that is kept as JSON.
func (tx *Tx) SealJSONIn(ctx context.Context, c Compartment, place string, content any) ([]byte, error) {
	plain, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", place, err)
	}
	return tx.SealIn(ctx, c, place, plain)
}

// OpenJSON decrypts what SealJSON made for the same place, into content.
func (tx *Tx) OpenJSON(ctx context.Context, place string, sealed []byte, content any) error {
	plain, err := tx.Open(ctx, place, sealed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, content); err != nil {
		return fmt.Errorf("decode %s: %w", place, err)
	}
	return nil
}

// Micros is a time as the database keeps it, in microseconds since 1970; none is 0.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Moment is the time that Micros made, in UTC.
func Moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

func (tx *Tx) open(ctx context.Context, c Compartment, place string, sealed []byte) ([]byte, error) {
	if tx.over {
		return nil, sql.ErrTxDone
	}
	if !manners[tx.action].opens {
		return nil, errors.New("this action opens nothing: see Action")
	}
	return tx.ring.Open(ctx, keys.Name{Practice: tx.Practice, Compartment: string(c)}, place, sealed)
}

// Names says in the audit log which rows were read or changed: ids, never content.
// An id that somebody made up may be anything: what cannot be one is left out.
func (tx *Tx) Names(rows string) {
	if namesIDs(rows) { // as lists do, by the hundred
		tx.leaf.Detail = tx.Actor.mandated(rows)
		return
	}
	words := strings.Fields(rows)
	for i, word := range words {
		if len(word) > longestID || !ofIDs(word) {
			words[i] = "?"
		}
	}
	tx.leaf.Detail = tx.Actor.mandated(strings.Join(words, " "))
}

// namesIDs says whether rows is what ids of ours look like, a space between each and the next.
func namesIDs(rows string) bool {
	for word := range strings.SplitSeq(rows, " ") {
		if word == "" || len(word) > longestID || !ofIDs(word) {
			return false
		}
	}
	return true
}

// ofIDs says whether word is written as ids of ours are.
func ofIDs(word string) bool {
	for i := range len(word) {
		switch c := word[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', '-' <= c && c <= '/', c == ':', c == '_': // -./
		default:
			return false
		}
	}
	return true
}

// longestID is longer than any id of ours.
const longestID = 64

// Commit makes the change durable, and with it every leaf of the visit so far.
// If it fails nothing was kept, unless the answer to the commit was lost on the
// way (PostgreSQL): only the id that came with a form makes sending again safe.
func (tx *Tx) Commit() error {
	if tx.over {
		return sql.ErrTxDone
	}
	if tx.change == nil {
		return errors.New("commit of an action that only reads: see Action")
	}
	tx.end()
	if err := tx.change.Commit(tx.visit.pending()); err != nil {
		return notSaved(err)
	}
	tx.visit.settled()
	return nil
}

// Rollback ends a transaction that reads, and undoes one that would change,
// unless Commit came first. That it was tried stays in the log.
func (tx *Tx) Rollback() {
	if tx.over {
		return
	}
	if manners[tx.action].proves {
		tx.Refuse()
	}
	tx.end()
	tx.stop()
}

// Refuse says in the audit log that what was asked was refused after all: by what was
// found behind the door. What ends in Rollback without it stays there as tried.
func (tx *Tx) Refuse() { tx.leaf.Allowed = false }

// Absent is fault.Absent behind the door: Refuse, in the words of whoever finds nothing.
func (tx *Tx) Absent() error {
	tx.Refuse()
	return fault.Absent()
}

// abandon ends a transaction that was never handed out.
func (tx *Tx) abandon() {
	tx.over = true
	tx.stop()
}

func (tx *Tx) stop() {
	if tx.change != nil {
		tx.change.Rollback(nil) // its leaf stays in the visit
		return
	}
	tx.tx.Rollback()
}

func (tx *Tx) end() {
	tx.over = true
	tx.visit.open = false
}

// Lookup is how an e-mail address is found again without being kept in clear.
// The same address has another one in another practice.
func (d *Door) Lookup(practice, text string) []byte {
	m := hmac.New(sha256.New, d.LookupKey(practice))
	m.Write([]byte(practice))
	m.Write([]byte{0})
	m.Write([]byte(text))
	return m.Sum(nil)[:16]
}

// LookupKey is the key of a practice's keyed marks. It goes with the practice when
// that moves to another server, and tells nothing of the others' here.
func (d *Door) LookupKey(practice string) []byte {
	if key := d.brought[practice]; key != nil {
		return key
	}
	m := hmac.New(sha256.New, d.lookup)
	m.Write([]byte("practice\x00" + practice))
	return m.Sum(nil)
}

// Bring tells the door the lookup keys of practices that came from another server.
// It is called before anybody comes in.
func (d *Door) Bring(all map[string][]byte) { d.brought = all }

// An Opening is one entry of the audit log, as somebody reads it about a record.
type Opening struct {
	Seq         int64
	At          time.Time
	ActorID     string
	Action      Action
	Compartment Compartment
	Allowed     bool
	By          string // which program did it in their name (Mandate.ID); empty: they did it themselves
}

// ofLog are the actions that read the audit log: all that was written down before they
// begin is there.
var ofLog = map[Action]bool{ReadOpenings: true, TakeOut: true, ReadShares: true, EndShare: true, ReadAuditOfAll: true}

// Openings returns up to most entries about the compartment, newest first, of
// acts by people, and of the program reading finished work. What else the
// program did on its own is left out; and of the savings of a note that somebody is
// writing, with nothing else in between, the first stands for all, as it does for the
// parts of something shared that are sent, heard or watched.
func (tx *Tx) Openings(ctx context.Context, most int) ([]Opening, error) {
	if tx.over {
		return nil, sql.ErrTxDone
	}
	if tx.action != ReadOpenings && tx.action != TakeOut {
		return nil, errors.New("this action does not read the audit log")
	}
	var found []audit.Entry
	var newer audit.Entry
	err := audit.Of(ctx, tx.tx, tx.Practice, string(tx.Compartment), func(e audit.Entry) bool {
		many := slices.Contains([]Action{DraftNote, OpenShare, MakeShare}, Action(e.Action))
		same := many && newer.Action == e.Action && newer.Actor == e.Actor && newer.Allowed == e.Allowed && byOf(newer) == byOf(e)
		shown := Actor{ID: e.Actor}.IsPerson() || Action(e.Action) == LearnFrom || Action(e.Action) == CountEpisodes
		newer = e
		switch {
		case !shown:
		case same:
			found[len(found)-1] = e
		case len(found) == most:
			return false
		default:
			found = append(found, e)
		}
		return len(found) < most || shown && many
	})
	return openings(found), err
}

// A ShareOpening is when somebody opened something that a client shared: Rows is what
// the log names.
type ShareOpening struct {
	At      time.Time
	ActorID string
	Rows    string
}

// SharesOpened returns when people opened what the record's client shares, since then,
// newest first: for the client, who sees what was read.
func (tx *Tx) SharesOpened(ctx context.Context, since time.Time) ([]ShareOpening, error) {
	if tx.over {
		return nil, sql.ErrTxDone
	}
	if own := tx.Compartment == ClientRecord(tx.Actor.ID); !own || tx.action != ReadShares && tx.action != EndShare {
		return nil, errors.New("this action does not read the audit log")
	}
	found, err := audit.Since(ctx, tx.tx, tx.Practice, string(tx.Compartment), since.UnixMicro(), mostOpened, func(e audit.Entry) bool {
		return Action(e.Action) == OpenShare && e.Allowed && e.Detail != ""
	})
	all := make([]ShareOpening, len(found))
	for i, e := range found {
		all[i] = ShareOpening{At: time.UnixMicro(e.At).UTC(), ActorID: e.Actor, Rows: e.Detail}
	}
	return all, err
}

// mostOpened is how many of these are looked at.
const mostOpened = 4096

// Back goes through the entries about the practice from before a time, newest first, for
// those who watch over it, until visit wants no more: of what one person did and what was
// done in what is theirs, or, if person is empty, of everybody. They name acts and ids,
// never content, and not by which program. visit asks nothing of tx.
func (tx *Tx) Back(ctx context.Context, before time.Time, person string, visit func(Opening) (more bool)) error {
	if tx.over {
		return sql.ErrTxDone
	}
	if tx.action != ReadAuditOfAll {
		return errors.New("this action does not read the audit log")
	}
	var whom *audit.Whom
	if person != "" {
		whom = &audit.Whom{Actor: person, Begin: KindEntries + "/" + person + "/"}
		for i, kind := range []string{KindClient, KindPerson, KindAccount, KindVault, KindReflection} { // Opening.Whose
			whom.Compartments[i] = kind + "/" + person
		}
	}
	at := audit.Place{At: math.MaxInt64}
	if !before.IsZero() {
		at.At = before.UnixMicro()
	}
	for most := 512; ; most = min(2*most, 8192) {
		found, err := audit.Back(ctx, tx.tx, tx.Practice, at, whom, most)
		if err != nil {
			return err
		}
		for _, o := range openings(found) {
			if !visit(o) {
				return nil
			}
		}
		if len(found) < most {
			return nil
		}
		last := found[len(found)-1]
		at = audit.Place{At: last.At, Seq: last.Seq}
	}
}

func openings(found []audit.Entry) []Opening {
	all := make([]Opening, len(found))
	for i, e := range found {
		all[i] = Opening{
			Seq: e.Seq, At: time.UnixMicro(e.At).UTC(), ActorID: e.Actor,
			Action: Action(e.Action), Compartment: Compartment(e.Compartment), Allowed: e.Allowed, By: byOf(e),
		}
	}
	return all
}

// byOf is which program e says that it was done by.
func byOf(e audit.Entry) string {
	first, _, _ := strings.Cut(e.Detail, " ")
	id, _ := strings.CutPrefix(first, byProgram)
	if id == first {
		return ""
	}
	return id
}
