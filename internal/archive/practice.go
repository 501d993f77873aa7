package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// One practice of several moves to another server in an archive of a third kind.
// It holds the practice's rows of every table, still sealed; its leaves of the
// audit log, with the signed head of that log and the hashes of the leaves of others;
// and the practice's keys. So it opens by itself, and is encrypted to the server
// that it goes to: to the recovery kit there. It is signed with the key of the
// audit log it comes from, by which the other server knows whose it is.

// The files of such an archive, and the tables that prove where leaves come from.
const (
	practiceFile = "practice.json"
	sealFile     = "seal"

	movedTable  = "moved"
	othersTable = "moved_other"
	auditTable  = "audit"
)

// The acts that the log of each server tells of a practice that moves.
const (
	takenOut    = "practice.take_out"
	broughtIn   = "practice.bring_in"
	takenAway   = "practice.take_away"
	whoOperates = "system:operator"
)

// passport is practiceFile: what the rows alone do not say.
type passport struct {
	Practice string `json:"practice"`
	Log      string `json:"log"` // by which its heads are verified
	Lookup   []byte `json:"lookup"`
	keys.Bundle
}

// ofPractice says whether a table is divided by practices.
func ofPractice(t store.Table) bool {
	return slices.ContainsFunc(t.Columns, func(c store.Column) bool { return c.Name == "practice" })
}

// A Leaving says what PracticeOut takes out, and for whom.
type Leaving struct {
	Practice string
	To       string // the file to be made
	For      []age.Recipient
	Lookup   []byte // the key of its keyed marks
}

// Left is what PracticeOut wrote.
type Left struct {
	Bytes        int64
	Tables       int
	Rows, Leaves int64
	From         string // by which the other server knows the file: the key of the log here
}

// PracticeOut writes one practice into a file for another server, while others go on
// working, and reads it back. Here everything stays as it is.
func (h House) PracticeOut(ctx context.Context, l Leaving) (r Left, err error) {
	if len(l.For) == 0 {
		return r, errors.New("say for whom: the recipient that the other server prints")
	}
	if _, err := os.Lstat(l.To); err == nil {
		return r, fmt.Errorf("%s is there already: give another name", l.To)
	}
	if err := h.noteOf(ctx, l.Practice, takenOut, ""); err != nil {
		return r, err
	}
	checked, err := h.Check(ctx, sample)
	if err != nil {
		return r, err
	}
	if len(checked.Wrong) > 0 {
		return r, fmt.Errorf("the records are not sound, so nothing is taken out: %s (waymark db check lists all)", checked.Wrong[0])
	}
	if r.From, err = h.Signer.Key(); err != nil {
		return r, err
	}
	tx, err := h.Records.Read(ctx)
	if err != nil {
		return r, err
	}
	defer tx.Rollback()
	if err := tx.Patient(ctx); err != nil {
		return r, err
	}
	m := Manifest{
		Kind: KindPractice, Product: h.Product, Database: databaseOf(tx, h, KindRecords), MadeAt: time.Now().UTC().Truncate(time.Second),
		Practice: l.Practice, Format: Format, Files: []string{practiceFile, sealFile},
	}
	out := leaving{House: h, Leaving: l, tx: tx, m: m, from: r.From}
	r.Bytes, err = writeFile(l.To, l.For, nil,
		func(w *writer) (err error) {
			r.Rows, err = out.dump(ctx, w)
			return err
		},
		func(f *os.File, id age.Identity) error {
			again, found, err := h.readBack(ctx, f, id, KindPractice)
			if err == nil && again != r.Rows {
				err = fmt.Errorf("%d rows of %d", again, r.Rows)
			}
			r.Tables = len(found.Tables)
			return err
		})
	r.Leaves = out.leaves
	return r, err
}

// noteOf writes into the audit log what is done with a practice.
func (h House) noteOf(ctx context.Context, practice, action, detail string) error {
	err := h.Log.Record([]audit.Leaf{{
		At: h.Records.Clock().UnixMicro(), Practice: practice, Actor: whoOperates, Action: action,
		Compartment: "operations", Detail: detail, Allowed: true,
	}})
	if err != nil {
		return fmt.Errorf("note it in the audit log: %w", err)
	}
	_, err = h.Log.Checkpoint(ctx)
	return err
}

// leaving is one run of PracticeOut.
type leaving struct {
	House
	Leaving
	tx     *store.Tx
	m      Manifest
	from   string
	leaves int64
}

// dump writes everything: the tables that prove the log last, because what stands in
// them is found by reading the log.
func (o *leaving) dump(ctx context.Context, w *writer) (rows int64, err error) {
	all, err := o.tx.Tables(ctx)
	if err != nil {
		return 0, err
	}
	var last [2]store.Table
	for _, t := range all {
		switch {
		case t.Name == othersTable:
			last[0] = t
		case t.Name == movedTable:
			last[1] = t
		case ofPractice(t):
			o.m.Tables = append(o.m.Tables, t)
		}
	}
	o.m.Tables = append(o.m.Tables, last[:]...)
	if o.m.Schema, err = o.tx.Version(ctx); err != nil {
		return 0, err
	}
	if err := w.json(markManifest, o.m); err != nil {
		return 0, err
	}
	var head string
	for _, t := range o.m.Tables {
		n, err := dumpRows(ctx, w, o.tx, t, o.Practice)
		if err == nil && t.Name == auditTable {
			o.leaves = n
		}
		if err == nil && t.Name == othersTable {
			var more int64
			more, head, err = o.others(ctx, w, t)
			n += more
		}
		if err == nil && t.Name == movedTable {
			n++
			err = w.json(markRow, inOrder(t, map[string]any{
				"practice": o.Practice, "at": 0, "log": o.from, "head": head, "first": 0, "sealed": []byte{},
			}))
		}
		if err == nil {
			err = w.json(markCount, count{t.Name, n})
		}
		if err != nil {
			return rows, fmt.Errorf("table %s: %w", t.Name, err)
		}
		rows += n
	}
	return rows, o.seal(ctx, w)
}

// others writes the hashes of the leaves of others.
func (o *leaving) others(ctx context.Context, w *writer, t store.Table) (n int64, head string, err error) {
	own, head, err := audit.Depart(ctx, o.tx, o.Signer, o.Practice, func(seq int64, hashes []byte) error {
		n++
		return w.json(markRow, inOrder(t, map[string]any{"practice": o.Practice, "at": 0, "seq": seq, "hashes": hashes}))
	})
	if err == nil && own != o.leaves {
		err = fmt.Errorf("%d leaves of the practice, and then %d", o.leaves, own)
	}
	return n, head, err
}

// inOrder is values in the order of a table's columns.
func inOrder(t store.Table, values map[string]any) []any {
	row := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		row[i] = values[c.Name]
	}
	return row
}

// seal writes the keys, read after the rows so that none is missing, and signs the whole.
func (o *leaving) seal(ctx context.Context, w *writer) error {
	bundle, err := o.Ring.Hand(ctx, o.Practice)
	if err != nil {
		return err
	}
	defer bundle.Forget()
	pass, err := json.Marshal(passport{Practice: o.Practice, Log: o.from, Lookup: o.Lookup, Bundle: bundle})
	if err != nil {
		return err
	}
	defer clear(pass)
	if err := w.record(markFile, pass); err != nil {
		return err
	}
	signed, err := o.Signer.Signed(sealText(o.Practice, w.sum.Sum(nil)))
	if err != nil {
		return err
	}
	if err := w.record(markFile, signed); err != nil {
		return err
	}
	return w.end()
}

// sealText is what is signed.
func sealText(practice string, sum []byte) string {
	return "waymark practice\n" + practice + "\n" + hex.EncodeToString(sum[:sha256.Size]) + "\n"
}

// LookupKeys are the keys of the keyed marks of those practices that came here from
// another server.
func (h House) LookupKeys(ctx context.Context) (map[string][]byte, error) {
	tx, err := h.Records.Read(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	rows, err := tx.Query(ctx, `SELECT practice, at, sealed FROM moved ORDER BY practice, at`)
	if err != nil {
		return nil, fmt.Errorf("read what has moved: %w", err)
	}
	defer rows.Close()

	all := make(map[string][]byte)
	for rows.Next() {
		var practice string
		var at int64
		var sealed []byte
		if err := rows.Scan(&practice, &at, &sealed); err != nil {
			return nil, fmt.Errorf("read what has moved: %w", err)
		}
		all[practice], err = h.Ring.Open(ctx, keys.Name{Practice: practice, Compartment: "operations"}, lookupPlace(at), sealed)
		if errors.Is(err, keys.ErrDestroyed) {
			delete(all, practice) // it was taken away, and these rows are about to go
		} else if err != nil {
			return nil, fmt.Errorf("the keyed marks of a practice that has moved: %w", err)
		}
	}
	return all, rows.Err()
}

func lookupPlace(at int64) string { return fmt.Sprintf("moved.sealed %d", at) }

// A Removal is what PracticeAway took away.
type Removal struct {
	Keys int
	Rows int64
}

// PracticeAway takes away from this server a practice that has moved: its keys are
// destroyed and its rows deleted. The audit log keeps ids and times, as after every
// erasure. If somebody worked in the practice since it was last taken out it
// refuses, unless anyway, because that would be lost.
func (h House) PracticeAway(ctx context.Context, practice string, anyway bool) (r Removal, err error) {
	since, err := h.sinceTakenOut(ctx, practice)
	switch {
	case err != nil:
		return r, err
	case since < 0 && !anyway:
		return r, errors.New("the practice was never taken out of here: nothing would be left of it (waymark move out)")
	case since > 0 && !anyway:
		return r, fmt.Errorf("people worked in the practice since it was taken out (%d entries of the log), and that would be lost: take it out again, or add --anyway", since)
	}
	bundle, err := h.Ring.Hand(ctx, practice)
	if err != nil {
		return r, err
	}
	defer bundle.Forget()
	var names []keys.Name
	for c := range bundle.Keys {
		names = append(names, keys.Name{Practice: practice, Compartment: c})
	}
	if err := h.noteOf(ctx, practice, takenAway, ""); err != nil {
		return r, err
	}
	if err := h.Ring.Destroy(ctx, names...); err != nil {
		return r, err
	}
	r.Keys = len(names)
	r.Rows, err = h.RemoveRows(ctx, practice)
	return r, err
}

// RemoveRows deletes every row of a practice but its leaves of the audit log.
func (h House) RemoveRows(ctx context.Context, practice string) (n int64, err error) {
	tx, err := h.Records.Write(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if err := tx.Patient(ctx); err != nil {
		return 0, err
	}
	tables, err := tx.Tables(ctx)
	if err != nil {
		return 0, err
	}
	slices.Reverse(tables)
	for _, t := range tables {
		if !ofPractice(t) || t.Name == auditTable {
			continue
		}
		done, err := tx.Exec(ctx, "DELETE FROM "+quote(t.Name)+" WHERE practice = $1", practice)
		if err != nil {
			return n, fmt.Errorf("table %s: %w", t.Name, err)
		}
		some, err := done.RowsAffected()
		if err != nil {
			return n, err
		}
		n += some
	}
	if err := tx.Commit(); err != nil {
		return n, err
	}
	return n, h.Records.Wipe(ctx)
}

// sinceTakenOut is how many acts of people, and of whoever runs the machine, the log holds
// since the practice was last taken out, or -1 if it never was.
func (h House) sinceTakenOut(ctx context.Context, practice string) (n int64, err error) {
	if err := h.Log.Gather(); err != nil {
		return 0, err
	}
	tx, err := h.Records.Read(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	n = -1
	return n, audit.LeavesOf(ctx, tx, practice, 0, func(_ int64, l audit.Leaf) error {
		switch {
		case l.Action == takenOut:
			n = 0
		case n >= 0 && l.Allowed && (!isProgram(l.Actor) || l.Actor == whoOperates && isWork(l.Action)):
			n++
		}
		return nil
	})
}

// isWork says whether an act of whoever runs the machine changes what a practice has: most
// of all that somebody was erased, who would still be there where it went.
func isWork(action string) bool {
	return slices.Contains([]string{
		"client.erase", "account.reinstate", "staff.invite", "instruments.keep", "methods.keep", "arrival.clients", "arrival.sessions", "arrival.scores",
	}, action)
}

func isProgram(actor string) bool { return actor == "" || len(actor) > 7 && actor[:7] == "system:" }

// arriving is the folder, in the data folder, in which a practice that comes is
// verified.
func arriving(data string) string { return filepath.Join(data, ".arriving") }
