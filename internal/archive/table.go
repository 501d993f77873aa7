package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/store"
)

// dump writes every row of every table that tx sees, and then files.
func dump(ctx context.Context, w *writer, tx *store.Tx, m Manifest, files map[string][]byte) (rows int64, err error) {
	if m.Tables, err = tx.Tables(ctx); err != nil {
		return 0, err
	}
	if m.Schema, err = tx.Version(ctx); err != nil {
		return 0, err
	}
	m.Format = Format
	for name := range files {
		m.Files = append(m.Files, name)
	}
	slices.Sort(m.Files)
	if err := w.json(markManifest, m); err != nil {
		return 0, err
	}
	for _, t := range m.Tables {
		n, err := dumpTable(ctx, w, tx, t)
		if err != nil {
			return 0, fmt.Errorf("table %s: %w", t.Name, err)
		}
		rows += n
	}
	for _, name := range m.Files {
		if err := w.record(markFile, files[name]); err != nil {
			return 0, err
		}
	}
	return rows, w.end()
}

func dumpTable(ctx context.Context, w *writer, tx *store.Tx, t store.Table) (n int64, err error) {
	n, err = dumpRows(ctx, w, tx, t, "")
	if err != nil {
		return n, err
	}
	return n, w.json(markCount, count{t.Name, n})
}

// dumpRows writes the rows of one practice, or all.
func dumpRows(ctx context.Context, w *writer, tx *store.Tx, t store.Table, practice string) (n int64, err error) {
	err = eachRow(ctx, tx, t, practice, func(row *row) error {
		body, err := row.json()
		if err != nil {
			return err
		}
		n++
		return w.record(markRow, body)
	})
	return n, err
}

// eachRow reads the rows of one practice, or all, in the order of their key. A row
// is good until the next.
func eachRow(ctx context.Context, tx *store.Tx, t store.Table, practice string, f func(*row) error) error {
	text, args := "SELECT "+strings.Join(columns(t), ", ")+" FROM "+quote(t.Name), []any(nil)
	if practice != "" {
		text += " WHERE practice = $1"
		args = []any{practice}
	}
	rows, err := tx.Query(ctx, text+orderBy(t), args...)
	if err != nil {
		return err
	}
	defer rows.Close()

	row := newRow(t)
	for rows.Next() {
		if err := rows.Scan(row.dest...); err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// load reads what dump wrote and inserts it through tx, or, if tx is nil, only
// reads it. What it finds is to be believed only once finish has succeeded.
func load(ctx context.Context, r *reader, tx *store.Tx, m Manifest) (rows int64, files map[string][]byte, err error) {
	if tx != nil {
		if err := sameTables(ctx, tx, m); err != nil {
			return 0, nil, err
		}
	}
	for _, t := range m.Tables {
		n, err := loadTable(ctx, r, tx, t)
		if err != nil {
			return 0, nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
		rows += n
	}
	files = make(map[string][]byte)
	for _, name := range m.Files {
		r.before = r.sum.Sum(nil)
		mark, body, err := r.record()
		if err == nil && mark != markFile {
			err = ErrAltered
		}
		if err != nil {
			return 0, nil, fmt.Errorf("file %s: %w", name, err)
		}
		files[name] = body
	}
	mark, _, err := r.record()
	if err == nil && mark != markEnd {
		err = ErrAltered
	}
	return rows, files, err
}

// sameTables refuses an archive whose tables are not those of the database,
// which was brought to the same version.
func sameTables(ctx context.Context, tx *store.Tx, m Manifest) error {
	have, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	if m.Kind == KindPractice {
		have = slices.DeleteFunc(have, func(t store.Table) bool { return !ofPractice(t) })
	}
	shape := func(all []store.Table) string {
		var lines []string
		for _, t := range all {
			line := t.Name
			for _, c := range t.Columns {
				line += " " + c.Name + ":" + string(c.Kind)
			}
			lines = append(lines, line)
		}
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	if shape(have) != shape(m.Tables) {
		return fmt.Errorf("its tables are not those of schema %d: %w", m.Schema, ErrForeign)
	}
	return nil
}

func loadTable(ctx context.Context, r *reader, tx *store.Tx, t store.Table) (n int64, err error) {
	if tx != nil {
		// Migrations may have put rows there.
		if _, err := tx.Exec(ctx, "DELETE FROM "+quote(t.Name)); err != nil {
			return 0, err
		}
	}
	in := newInserter(tx, t)
	row := newRow(t)
	for {
		mark, body, err := r.record()
		if err != nil {
			return n, err
		}
		switch mark {
		case markCount:
			var c count
			if err := json.Unmarshal(body, &c); err != nil || c.Table != t.Name || c.Rows != n {
				return n, fmt.Errorf("%d rows are there and %d of %q were counted: %w", n, c.Rows, c.Table, ErrAltered)
			}
			return n, in.end(ctx)
		case markRow:
			args, err := row.read(body)
			if err != nil {
				return n, fmt.Errorf("row %d: %w", n, err)
			}
			n++
			if tx == nil {
				continue
			}
			if err := in.add(ctx, args); err != nil {
				return n, fmt.Errorf("up to row %d: %w", n, err)
			}
		default:
			return n, ErrAltered
		}
	}
}

// mostAtOnce is how many rows are inserted by one statement, and mostValues how many
// values.
const (
	mostAtOnce = 64
	mostValues = 900
)

// An inserter inserts rows, many to a statement.
type inserter struct {
	tx        *store.Tx
	columns   int
	group     int
	many, one string
	args      []any
}

func newInserter(tx *store.Tx, t store.Table) *inserter {
	group := max(1, min(mostAtOnce, mostValues/len(t.Columns)))
	return &inserter{tx: tx, columns: len(t.Columns), group: group, many: insertInto(t, group), one: insertInto(t, 1)}
}

func (in *inserter) add(ctx context.Context, args []any) error {
	in.args = append(in.args, args...)
	if len(in.args) < in.group*in.columns {
		return nil
	}
	_, err := in.tx.Exec(ctx, in.many, in.args...)
	in.args = in.args[:0]
	return err
}

// end inserts what is left.
func (in *inserter) end(ctx context.Context) error {
	for ; len(in.args) > 0; in.args = in.args[in.columns:] {
		if _, err := in.tx.Exec(ctx, in.one, in.args[:in.columns]...); err != nil {
			return err
		}
	}
	return nil
}

// A row holds one row's values, as both databases take and give them.
type row struct {
	table store.Table
	dest  []any
}

func newRow(t store.Table) *row {
	r := &row{table: t}
	for _, c := range t.Columns {
		switch c.Kind {
		case store.Int:
			r.dest = append(r.dest, new(*int64))
		case store.Real:
			r.dest = append(r.dest, new(*float64))
		case store.Bool:
			r.dest = append(r.dest, new(sql.NullBool))
		case store.Bytes:
			r.dest = append(r.dest, new(blob))
		default:
			r.dest = append(r.dest, new(*string))
		}
	}
	return r
}

// A blob tells no bytes from none at all, which drivers do not.
type blob struct {
	bytes []byte
	valid bool
}

// Scan takes what the database gives.
func (b *blob) Scan(src any) error {
	b.bytes, b.valid = []byte{}, src != nil
	switch src := src.(type) {
	case nil:
	case []byte:
		b.bytes = append(b.bytes, src...)
	case string:
		b.bytes = append(b.bytes, src...)
	default:
		return fmt.Errorf("%T where bytes should be", src)
	}
	return nil
}

// json returns the values that were scanned as an array, bytes in base64.
func (r *row) json() ([]byte, error) {
	values := make([]any, len(r.dest))
	for i, d := range r.dest {
		switch d := d.(type) {
		case *sql.NullBool:
			if d.Valid {
				values[i] = d.Bool
			}
		case *blob:
			if d.valid {
				values[i] = d.bytes
			}
		case **string:
			if *d != nil && !utf8.ValidString(**d) {
				return nil, fmt.Errorf("column %s holds what is no text", r.table.Columns[i].Name)
			}
			values[i] = *d
		default:
			values[i] = d
		}
	}
	return json.Marshal(values)
}

// read returns the values of an array that json made.
func (r *row) read(body []byte) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil || len(raw) != len(r.dest) {
		return nil, ErrAltered
	}
	args := make([]any, len(raw))
	for i, text := range raw {
		if string(text) == "null" {
			continue
		}
		var err error
		switch r.table.Columns[i].Kind {
		case store.Int:
			args[i], err = decode[int64](text)
		case store.Real:
			args[i], err = decode[float64](text)
		case store.Bool:
			args[i], err = decode[bool](text)
		case store.Bytes:
			args[i], err = decode[[]byte](text)
		default:
			args[i], err = decode[string](text)
		}
		if err != nil {
			return nil, ErrAltered
		}
	}
	return args, nil
}

func decode[T any](text []byte) (T, error) {
	var v T
	err := json.Unmarshal(text, &v)
	return v, err
}

func columns(t store.Table) []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quote(c.Name)
	}
	return names
}

// orderBy keeps a table in the order of its key, which is the fastest to fill.
func orderBy(t store.Table) string {
	key := keyOf(t)
	if len(key) == 0 {
		return ""
	}
	for i := range key {
		key[i] = quote(key[i])
	}
	return " ORDER BY " + strings.Join(key, ", ")
}

// keyOf is the columns of the primary key, in its order.
func keyOf(t store.Table) []string {
	in := slices.Clone(t.Columns)
	slices.SortStableFunc(in, func(a, b store.Column) int { return a.Key - b.Key })
	var key []string
	for _, c := range in {
		if c.Key > 0 {
			key = append(key, c.Name)
		}
	}
	return key
}

// insertInto is a statement that inserts so many rows.
func insertInto(t store.Table, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + quote(t.Name) + " (" + strings.Join(columns(t), ", ") + ") VALUES ")
	n := 0
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range t.Columns {
			if j > 0 {
				b.WriteString(", ")
			}
			n++
			fmt.Fprintf(&b, "$%d", n)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// quote writes a name so that it is never taken for anything else.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
