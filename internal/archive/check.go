package archive

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// How many sealed values of a table are opened.
const (
	sample = 50
	// All is for Check: every one.
	All = 0
)

// Checked is what Check found.
type Checked struct {
	Leaves  int64    `json:"leaves"`  // of the audit log
	Rows    int64    `json:"rows"`    // with something sealed
	Opened  int64    `json:"opened"`  // of those that were tried
	Empty   int64    `json:"empty"`   // where nothing was sealed
	Erased  int64    `json:"erased"`  // tried and rightly closed: the key was destroyed
	Orphans int64    `json:"orphans"` // keys of no record: harmless
	Wrong   []string `json:"wrong"`   // what is not as it should be; table, key column names and ids, never content
}

// mostWrong is how many wrong things are listed: more do not help.
const mostWrong = 50

func (c *Checked) wrong(format string, args ...any) {
	if len(c.Wrong) < mostWrong {
		c.Wrong = append(c.Wrong, fmt.Sprintf(format, args...))
	}
}

// Check looks whether everything is as it was written: the databases' own
// checks, the audit log, that every record has a key or a tombstone, and that
// sealed values open: most of each table, or All. It changes nothing.
func (h House) Check(ctx context.Context, most int) (Checked, error) {
	tx, err := h.Records.Read(ctx)
	if err != nil {
		return Checked{}, err
	}
	defer tx.Rollback()
	if err := tx.Patient(ctx); err != nil {
		return Checked{}, err
	}
	apart, err := h.Keys.Read(ctx)
	if err != nil {
		return Checked{}, err
	}
	defer apart.Rollback()
	return check(ctx, tx, apart, h.Ring, h.Signer, most)
}

func check(ctx context.Context, tx, apart *store.Tx, ring *keys.Ring, signer *audit.Signer, most int) (c Checked, err error) {
	for _, db := range []*store.Tx{tx, apart} {
		said, err := db.Integrity(ctx)
		if err != nil {
			return c, err
		}
		for _, s := range said {
			c.wrong("the database says: %s", s)
		}
	}
	c.Leaves, err = audit.Verify(ctx, tx, signer, "")
	var finding *audit.Finding
	if errors.As(err, &finding) {
		c.wrong("%s", finding.Text)
	} else if err != nil {
		return c, err
	}
	if err := c.moved(ctx, tx); err != nil {
		return c, err
	}
	return c, c.sealed(ctx, tx, apart, ring, most)
}

// moved proves the leaves of practices that came from other servers.
func (c *Checked) moved(ctx context.Context, tx *store.Tx) error {
	tables, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(tables, func(t store.Table) bool { return t.Name == movedTable }) {
		return nil // an archive from before practices could move
	}
	_, err = VerifyMoved(ctx, tx)
	var finding *audit.Finding
	if errors.As(err, &finding) {
		c.wrong("%s", finding.Text)
		return nil
	}
	return err
}

// sealed looks whether every record has its key, and sealed values open.
func (c *Checked) sealed(ctx context.Context, tx, apart *store.Tx, ring *keys.Ring, most int) error {
	known, err := readKnown(ctx, apart)
	if err != nil {
		return err
	}
	if err := c.compartments(ctx, tx, known); err != nil {
		return err
	}
	tables, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		for _, col := range t.Columns {
			if col.Kind != store.Bytes || !strings.HasPrefix(col.Name, "sealed") {
				continue
			}
			if err := c.column(ctx, tx, ring, known, t, col.Name, most); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
	}
	return nil
}

// known is what the keys database knows of each compartment.
type known struct {
	keys, tombstones map[keys.Name]bool
}

func readKnown(ctx context.Context, apart *store.Tx) (k known, err error) {
	if k.keys, err = names(ctx, apart, `SELECT practice, compartment FROM compartment_key`); err != nil {
		return k, err
	}
	k.tombstones, err = names(ctx, apart, `SELECT practice, compartment FROM tombstone`)
	return k, err
}

func names(ctx context.Context, tx *store.Tx, query string) (map[keys.Name]bool, error) {
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()

	all := make(map[keys.Name]bool)
	for rows.Next() {
		var n keys.Name
		if err := rows.Scan(&n.Practice, &n.Compartment); err != nil {
			return nil, err
		}
		all[n] = true
	}
	return all, rows.Err()
}

// compartments compares the records that there are with the keys that there are.
func (c *Checked) compartments(ctx context.Context, tx *store.Tx, k known) error {
	there, err := names(ctx, tx, `SELECT practice, compartment FROM compartment`)
	if err != nil {
		return err
	}
	for n := range there {
		if !k.keys[n] && !k.tombstones[n] {
			c.wrong("the record %s of practice %s has no key: the keys are older than the records", n.Compartment, n.Practice)
		}
	}
	for n := range k.keys {
		if !there[n] {
			c.Orphans++
		}
		if k.tombstones[n] {
			c.wrong("the record %s of practice %s was erased and yet has a key: erase it again", n.Compartment, n.Practice)
		}
	}
	return nil
}

// column opens sealed values of one column.
func (c *Checked) column(ctx context.Context, tx *store.Tx, ring *keys.Ring, k known, t store.Table, column string, most int) error {
	var n int64
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+quote(t.Name)).Scan(&n); err != nil {
		return err
	}
	c.Rows += n
	text, args := "SELECT "+strings.Join(columns(t), ", ")+" FROM "+quote(t.Name)+orderBy(t), []any(nil)
	if most > 0 && n > int64(most) {
		text += " LIMIT $1 OFFSET $2"
		args = []any{most, rand.Int64N(n - int64(most) + 1)}
	}
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()

	o := opener{ring: ring, known: k, table: t, column: column}
	row := newRow(t)
	for rows.Next() {
		if err := rows.Scan(row.dest...); err != nil {
			return err
		}
		switch o.open(ctx, row) {
		case empty:
			c.Empty++
		case opened:
			c.Opened++
		case erased:
			c.Erased++
		case wrong:
			c.wrong("%s of %s does not open, in the row %s", column, t.Name, row.name())
		}
	}
	return rows.Err()
}

type outcome int

const (
	empty outcome = iota
	opened
	erased
	wrong
)

// An opener opens the sealed values of one column. Where a value is sealed is
// for the domain to say; by the house's convention it is in the compartment that
// the row names, or in the other of the same person, or in one of somebody it names,
// or else in operations, and its
// place is "table.column " and the row's id, or key, or both, and perhaps its revision
// or when it changed, bytes in hexadecimal; what a table ending in "_former" holds may
// have been moved there as it was. All are tried, the one that
// fitted the row before first: a wrong one never opens anything.
type opener struct {
	ring   *keys.Ring
	known  known
	table  store.Table
	column string

	compartment, place int // that fitted last
}

func (o *opener) open(ctx context.Context, r *row) outcome {
	values := r.values()
	sealed, ok := r.dest[o.index(o.column)].(*blob)
	if !ok || !sealed.valid || len(sealed.bytes) == 0 {
		return empty
	}
	compartments, places := o.compartments(values), o.places(values)
	try := func(i, j int) bool {
		n := keys.Name{Practice: values["practice"], Compartment: compartments[i]}
		if !o.known.keys[n] {
			return false
		}
		_, err := o.ring.Open(ctx, n, places[j], sealed.bytes)
		return err == nil
	}
	if o.compartment < len(compartments) && o.place < len(places) && try(o.compartment, o.place) {
		return opened
	}
	for i := range compartments {
		for j := range places {
			if try(i, j) {
				o.compartment, o.place = i, j
				return opened
			}
		}
	}
	for _, c := range compartments {
		if o.known.tombstones[keys.Name{Practice: values["practice"], Compartment: c}] {
			return erased
		}
	}
	return wrong
}

func (o *opener) index(column string) int {
	return slices.IndexFunc(o.table.Columns, func(c store.Column) bool { return c.Name == column })
}

// compartments are those in which a row may be sealed.
func (o *opener) compartments(values map[string]string) []string {
	if c, ok := values["compartment"]; ok {
		kind, id, _ := strings.Cut(c, "/")
		switch kind { // what is about both the record and the person may be sealed in part for either
		case "client":
			return []string{c, "person/" + id}
		case "person":
			return []string{c, "client/" + id}
		case "enquiry":
			return []string{c, "caller/" + id}
		}
		return []string{c}
	}
	all := []string{"operations"}
	for _, c := range o.table.Columns {
		if v := values[c.Name]; c.Kind == store.Text && (c.Name == "id" || strings.HasSuffix(c.Name, "_id") || strings.HasSuffix(c.Name, "_by")) {
			all = append(all, "client/"+v, "person/"+v, "account/"+v)
		}
	}
	return all
}

// places are those at which a row may be sealed: named by its whole key, or by
// a part of it or an id.
func (o *opener) places(values map[string]string) []string {
	var key []string
	for _, name := range keyOf(o.table) {
		if name != "practice" && name != "compartment" {
			key = append(key, name)
		}
	}
	named := func(columns ...string) string {
		s := o.table.Name + "." + o.column
		for _, c := range columns {
			if v := values[c]; o.table.Columns[o.index(c)].Kind == store.Bytes {
				s += " " + hex.EncodeToString([]byte(v))
			} else {
				s += " " + v
			}
		}
		return s
	}
	all := []string{named(key...)}
	if of, ok := strings.CutSuffix(o.table.Name, "_former"); ok { // as it was sealed where it once stood
		all = append(all, of+strings.TrimPrefix(named(key...), o.table.Name))
	}
	for i := range key {
		all = append(all, named(key[i]), named(key[i:]...))
	}
	for _, c := range o.table.Columns {
		if c.Kind == store.Text && (c.Name == "id" || strings.HasSuffix(c.Name, "_id")) {
			all = append(all, named(c.Name), named(append(slices.Clone(key), c.Name)...))
		}
		if (c.Name == "revision" || c.Name == "rev" || c.Name == "changed_at") && c.Key == 0 { // of the one row that is kept
			all = append(all, named(append(slices.Clone(key), c.Name)...))
		}
	}
	for _, c := range o.table.Columns {
		if v := values[c.Name]; c.Kind == store.Bytes && c.Key > 0 {
			raw := []byte(v)
			for _, s := range []string{hex.EncodeToString(raw), base64.StdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw)} {
				all = append(all, o.table.Name+"."+o.column+" "+s)
			}
		}
	}
	return all
}

// values are a row's texts, numbers and bytes as they stand in places.
func (r *row) values() map[string]string {
	all := make(map[string]string, len(r.dest))
	for i, c := range r.table.Columns {
		switch d := r.dest[i].(type) {
		case **string:
			if *d != nil {
				all[c.Name] = **d
			}
		case **int64:
			if *d != nil {
				all[c.Name] = strconv.FormatInt(**d, 10)
			}
		case *blob:
			all[c.Name] = string(d.bytes)
		}
	}
	return all
}

// name says which row it is, by its key, for the operator.
func (r *row) name() string {
	values := r.values()
	var parts []string
	for _, c := range r.table.Columns {
		if c.Key == 0 {
			continue
		}
		v := values[c.Name]
		if c.Kind == store.Bytes {
			v = hex.EncodeToString([]byte(v))
		}
		parts = append(parts, c.Name+"="+v)
	}
	return strings.Join(parts, " ")
}
