package archive

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
)

// An Arriving says which practice comes, and how it is known.
type Arriving struct {
	File string
	Kits []string // recovery kits as typed, one of which opens the file
	From string   // the key of the log that it comes from, as that server printed it
	Data string   // the data folder here
	Slug string   // another public address, if its own is taken; may be empty
	// Ready is called with everything verified and nothing here changed yet; an error
	// stops. It may be nil.
	Ready func(Arrived) error
}

// Arrived says what came.
type Arrived struct {
	Practice string
	From     string // which database it was taken from
	Rows     int64
	Leaves   int64 // of the audit log, proved
	Opened   int64 // sealed values, all
	Erased   []keys.Name
	Ended    []Ending
}

var (
	// ErrHere says that the practice is here already.
	ErrHere = errors.New("this practice is here already, and nothing was changed")
	// ErrAddress says that its public address is another practice's.
	ErrAddress = errors.New("its public address belongs to another practice here: give it another (--address)")
	// errNotFrom says that the file was signed by another server.
	errNotFrom = errors.New("it was not made by the server whose key was given")
)

// PracticeIn brings a practice in that PracticeOut wrote on another server. All of it is
// verified first, in a folder of its own that is encrypted under a key that is never
// written: every row, every sealed value, and its part of the audit log. Only then is
// anything here changed, the records in one transaction. Nobody else may have the
// practice's databases open for writing meanwhile, or they wait. With ErrHere it says which
// practice that is.
func (h House) PracticeIn(ctx context.Context, a Arriving) (r Arrived, err error) {
	in := arrival{House: h, Arriving: a, stage: arriving(a.Data)}
	if err := os.RemoveAll(in.stage); err != nil { // of one that was interrupted
		return r, err
	}
	if err := os.MkdirAll(in.stage, 0o700); err != nil {
		return r, err
	}
	defer func() {
		in.close()
		err = errors.Join(err, os.RemoveAll(in.stage))
	}()
	if err := in.read(ctx); err != nil {
		return r, fmt.Errorf("the archive of a practice: %w", err)
	}
	defer in.pass.Forget()
	if err := in.verify(ctx); err != nil {
		return r, fmt.Errorf("the archive of a practice: %w", err)
	}
	if err := in.renew(ctx); err != nil {
		return r, err
	}
	if err := in.readdress(ctx); err != nil {
		return r, err
	}
	if err := in.vacant(ctx); err != nil {
		return Arrived{Practice: in.pass.Practice}, err
	}
	if err := in.since(ctx); err != nil {
		return r, err
	}
	if a.Ready != nil {
		if err := a.Ready(in.Arrived); err != nil {
			return r, err
		}
	}
	undo, err := h.Ring.Bring(ctx, in.pass.Practice, in.pass.Bundle)
	if err != nil {
		return r, err
	}
	if err := in.settle(ctx); err != nil {
		here, unknown := in.here(context.WithoutCancel(ctx))
		switch {
		case unknown != nil: // it may be here, and then it needs its keys
			return r, errors.Join(err, unknown, errors.New("whether the practice is here is not known: run this again"))
		case !here:
			return r, errors.Join(err, undo(context.WithoutCancel(ctx)))
		}
	}
	return in.Arrived, nil
}

// here says whether the practice's records were kept, whatever was said when they were.
func (in *arrival) here(ctx context.Context) (bool, error) {
	tx, err := in.House.Records.Glance(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	var n int64
	err = tx.QueryRow(ctx, `SELECT count(*) FROM practice WHERE practice = $1`, in.pass.Practice).Scan(&n)
	return n > 0, err
}

// arrival is one run of PracticeIn.
type arrival struct {
	House
	Arriving
	Arrived
	stage   string
	pass    passport
	schema  int64
	root    *keys.Root // of the staging folder
	records *store.DB  // there
	apart   *store.DB
}

func (in *arrival) close() {
	for _, db := range []*store.DB{in.records, in.apart} {
		if db != nil {
			db.Close()
		}
	}
	in.records, in.apart = nil, nil
	in.root.Forget()
}

func (in *arrival) open(ctx context.Context, schemaOf int64) (err error) {
	key := in.root.Derive(keys.UseRecords)
	defer clear(key)
	in.records, err = store.Open(ctx, "sqlite:"+filepath.Join(in.stage, "waymark.db"), key, upTo{schema.Records(), schemaOf})
	return err
}

// read fills the staging folder, and keeps what came only if it is whole, and signed
// by whom it should.
func (in *arrival) read(ctx context.Context) error {
	w := restore{Restoring: Restoring{Kits: in.Kits}}
	if err := w.identities(); err != nil {
		return err
	}
	r, m, f, err := w.open(in.File, KindPractice)
	if err != nil {
		return err
	}
	defer f.Close()
	in.schema, in.Arrived.From = m.Schema, m.Database

	secret := make([]byte, 32)
	rand.Read(secret)
	dir := filepath.Join(in.stage, "keys")
	if in.root, _, err = keys.Create(dir, keys.LockMounted(secret)); err != nil {
		return err
	}
	if err := in.open(ctx, m.Schema); err != nil {
		return err
	}
	key := in.root.Derive(keys.UseKeys)
	defer clear(key)
	if in.apart, err = store.Open(ctx, "sqlite:"+filepath.Join(dir, "keys.db"), key, schema.Keys()); err != nil {
		return err
	}
	tx, err := in.records.Write(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	rows, files, err := load(ctx, r, tx, m)
	if err != nil {
		return err
	}
	before := r.before
	if err := r.finish(func() ([]byte, error) { return nil, nil }); err != nil {
		return err
	}
	signed, err := audit.OpenSigned(in.Arriving.From, files[sealFile])
	if err != nil {
		return fmt.Errorf("%w (%w)", errNotFrom, ErrForeign)
	}
	if signed != sealText(m.Practice, before) {
		return ErrAltered
	}
	if err := json.Unmarshal(files[practiceFile], &in.pass); err != nil {
		return ErrAltered
	}
	clear(files[practiceFile])
	if in.pass.Practice != m.Practice || m.Practice == "" || len(in.pass.Lookup) == 0 {
		return ErrAltered
	}
	in.Arrived.Practice, in.Rows = m.Practice, rows
	for _, t := range m.Tables {
		var others int64
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+quote(t.Name)+" WHERE practice <> $1", m.Practice).Scan(&others); err != nil {
			return err
		}
		if others > 0 {
			return fmt.Errorf("table %s holds rows of another practice: %w", t.Name, ErrAltered)
		}
	}
	return tx.Commit()
}

// verify opens every sealed value, and proves the leaves of the audit log.
func (in *arrival) verify(ctx context.Context) error {
	ring, err := keys.NewRing(ctx, in.apart, in.root)
	if err != nil {
		return err
	}
	if _, err := ring.Bring(ctx, in.pass.Practice, in.pass.Bundle); err != nil {
		return err
	}
	if in.Leaves, err = in.prove(ctx); err != nil {
		return err
	}
	tx, err := in.records.Read(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	apart, err := in.apart.Read(ctx)
	if err != nil {
		return err
	}
	defer apart.Rollback()
	var c Checked
	if err := c.sealed(ctx, tx, apart, ring, All); err != nil {
		return err
	}
	if len(c.Wrong) > 0 {
		return fmt.Errorf("what is in it is not sound: %s", strings.Join(c.Wrong[:min(3, len(c.Wrong))], "; "))
	}
	in.Opened = c.Opened
	return nil
}

// prove proves the leaves that came in the staging folder against the log that they
// come from, and those that had come there from another before against that.
func (in *arrival) prove(ctx context.Context) (leaves int64, err error) {
	tx, err := in.records.Read(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	all, err := readMoves(ctx, tx, in.pass.Practice)
	if err != nil {
		return 0, err
	}
	if len(all) == 0 || all[0].at != 0 || all[0].proof.Log != strings.TrimSpace(in.Arriving.From) {
		return 0, fmt.Errorf("nothing proves its part of the audit log: %w", ErrAltered)
	}
	var own int64
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM audit`).Scan(&own); err != nil {
		return 0, err
	}
	for _, m := range all {
		n, err := m.proof.Prove(leavesFrom(ctx, tx, in.pass.Practice, m.first))
		if err != nil {
			return 0, err
		}
		if m.at == 0 && n != own {
			return 0, fmt.Errorf("%d leaves of the audit log, and %d of them are proved: %w", own, n, ErrAltered)
		}
	}
	return own, nil
}

func leavesFrom(ctx context.Context, tx *store.Tx, practice string, first int64) func(func(audit.Leaf) error) error {
	return func(put func(audit.Leaf) error) error {
		return audit.LeavesOf(ctx, tx, practice, first, func(_ int64, l audit.Leaf) error { return put(l) })
	}
}

// A move is a row of moved with what belongs to it.
type move struct {
	practice  string
	at, first int64
	proof     audit.Elsewhere
}

// readMoves returns the moves of a practice, or of all, in their order.
func readMoves(ctx context.Context, tx *store.Tx, practice string) (all []move, err error) {
	rows, err := tx.Query(ctx, `
		SELECT practice, at, log, head, first FROM moved
		WHERE practice = $1 OR $1 = '' ORDER BY practice, at`, practice)
	if err != nil {
		return nil, fmt.Errorf("read what has moved: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var m move
		if err := rows.Scan(&m.practice, &m.at, &m.proof.Log, &m.proof.Head, &m.first); err != nil {
			return nil, fmt.Errorf("read what has moved: %w", err)
		}
		all = append(all, m)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range all {
		if err := all[i].readOthers(ctx, tx); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (m *move) readOthers(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Query(ctx, `SELECT seq, hashes FROM moved_other WHERE practice = $1 AND at = $2`, m.practice, m.at)
	if err != nil {
		return fmt.Errorf("read the leaves of others: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var hashes sql.RawBytes
		if err := rows.Scan(&seq, &hashes); err != nil {
			return fmt.Errorf("read the leaves of others: %w", err)
		}
		m.proof.Others(seq, hashes)
	}
	return rows.Err()
}

// VerifyMoved proves the leaves of all practices that came from other servers, as tx
// sees them, and returns how many there are. What is wrong is an *audit.Finding.
func VerifyMoved(ctx context.Context, tx *store.Tx) (leaves int64, err error) {
	all, err := readMoves(ctx, tx, "")
	if err != nil {
		return 0, err
	}
	for _, m := range all {
		n, err := m.proof.Prove(leavesFrom(ctx, tx, m.practice, m.first))
		if err != nil {
			return leaves, err
		}
		leaves += n
	}
	return leaves, nil
}

// renew brings the staging folder to the newest schema, as a database is when it is
// opened by a newer program.
func (in *arrival) renew(ctx context.Context) error {
	newest, err := store.Version(schema.Records())
	if err != nil || newest == in.schema {
		return err
	}
	if err := in.records.Close(); err != nil {
		return err
	}
	in.records = nil
	return in.open(ctx, newest)
}

// readdress gives the practice, in the staging folder, another public address if one
// was named.
func (in *arrival) readdress(ctx context.Context) error {
	if in.Slug == "" {
		return nil
	}
	tx, err := in.records.Write(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(ctx, `UPDATE practice SET slug = $1`, in.Slug); err != nil {
		return err
	}
	return tx.Commit()
}

// vacant refuses a practice that is here, or whose public address is.
func (in *arrival) vacant(ctx context.Context) error {
	there, err := in.records.Glance(ctx)
	if err != nil {
		return err
	}
	var slug string
	err = there.QueryRow(ctx, `SELECT slug FROM practice`).Scan(&slug)
	there.Rollback()
	if err != nil {
		return fmt.Errorf("%w: %w", err, ErrAltered)
	}
	tx, err := in.House.Records.Glance(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var here, taken int64
	err = tx.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM practice WHERE practice = $1), (SELECT count(*) FROM practice WHERE slug = $2)`,
		in.pass.Practice, slug).Scan(&here, &taken)
	switch {
	case err != nil:
		return err
	case here > 0:
		return ErrHere
	case taken > 0:
		return ErrAddress
	}
	return nil
}

// settle puts everything into the databases here, in one transaction.
func (in *arrival) settle(ctx context.Context) error {
	from, err := in.records.Read(ctx)
	if err != nil {
		return err
	}
	defer from.Rollback()
	tx, err := in.House.Records.Write(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.Patient(ctx); err != nil {
		return err
	}
	tables, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if !ofPractice(t) || t.Name == auditTable {
			continue
		}
		if err := copyRows(ctx, from, tx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	if err := in.adopt(ctx, from, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// adopt puts the leaves at the end of the log here, and one that says where they
// come from.
func (in *arrival) adopt(ctx context.Context, from, tx *store.Tx) error {
	moves, err := readMoves(ctx, from, in.pass.Practice)
	if err != nil {
		return err
	}
	at := tx.Now.UnixMicro()
	var n int64
	starts := make(map[int64]int64) // of earlier moves: where among the leaves that came
	first, n, err := audit.Adopt(ctx, tx, in.Signer, func(put func(audit.Leaf) error) error {
		err := audit.LeavesOf(ctx, from, in.pass.Practice, 0, func(seq int64, l audit.Leaf) error {
			for _, m := range moves {
				if _, ok := starts[m.at]; !ok && seq >= m.first {
					starts[m.at] = n
				}
			}
			n++
			return put(l)
		})
		if err != nil {
			return err
		}
		return put(audit.Leaf{
			At: at, Practice: in.pass.Practice, Actor: whoOperates, Action: broughtIn, Compartment: "operations",
			Detail: strings.Join(strings.Fields(moves[0].proof.Log+" "+moves[0].proof.Head), " "), Allowed: true,
		})
	})
	if err != nil {
		return err
	}
	sealed, err := in.Ring.Seal(ctx, keys.Name{Practice: in.pass.Practice, Compartment: "operations"}, lookupPlace(at), in.pass.Lookup)
	if err != nil {
		return err
	}
	for _, m := range moves {
		if m.at != 0 {
			_, err = tx.Exec(ctx, `UPDATE moved SET first = $3 WHERE practice = $1 AND at = $2`, in.pass.Practice, m.at, first+starts[m.at])
		} else {
			_, err = tx.Exec(ctx, `UPDATE moved SET at = $2, first = $3, sealed = $4 WHERE practice = $1 AND at = 0`, in.pass.Practice, at, first, sealed)
		}
		if err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE moved_other SET at = $2 WHERE practice = $1 AND at = 0`, in.pass.Practice, at)
	return err
}

// since is what must be done again here: what had been erased or ended there.
func (in *arrival) since(ctx context.Context) error {
	from, err := in.records.Glance(ctx)
	if err != nil {
		return err
	}
	defer from.Rollback()
	for c := range in.pass.Tombstones {
		in.Erased = append(in.Erased, keys.Name{Practice: in.pass.Practice, Compartment: c})
	}
	slices.SortFunc(in.Erased, func(a, b keys.Name) int { return strings.Compare(a.Compartment, b.Compartment) })
	in.Ended, err = endingsIn(ctx, from)
	return err
}

// copyRows inserts every row of a table that from sees.
func copyRows(ctx context.Context, from, tx *store.Tx, t store.Table) error {
	in := newInserter(tx, t)
	err := eachRow(ctx, from, t, "", func(r *row) error { return in.add(ctx, r.args()) })
	if err != nil {
		return err
	}
	return in.end(ctx)
}

// args are a row's values, as they are inserted; they are the caller's to keep.
func (r *row) args() []any {
	args := make([]any, len(r.dest))
	for i, d := range r.dest {
		switch d := d.(type) {
		case *sql.NullBool:
			if d.Valid {
				args[i] = d.Bool
			}
		case *blob:
			if d.valid {
				args[i] = slices.Clone(d.bytes)
				if d.bytes != nil && args[i].([]byte) == nil {
					args[i] = []byte{}
				}
			}
		case **string:
			if *d != nil {
				args[i] = **d
			}
		case **int64:
			if *d != nil {
				args[i] = **d
			}
		case **float64:
			if *d != nil {
				args[i] = **d
			}
		}
	}
	return args
}
