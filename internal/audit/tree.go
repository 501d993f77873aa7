package audit

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/waymark-care/waymark/internal/store"
)

// The hash of every whole block of leaves is stored, and of every pair above.
// Below, hashes are computed again when they are asked for: at most one block.
const (
	blockLevel = 8
	blockSize  = 1 << blockLevel
)

// A tree is as much of the Merkle tree as the next leaf needs: the roots of its
// whole subtrees, largest first, one for each bit set in size.
type tree struct {
	size  int64
	roots []tlog.Hash
	marks []byte // whose records the leaves of the open block speak of
}

type stored struct {
	index int64
	hash  tlog.Hash
}

// mark is four bytes that tell of which compartment a leaf speaks, or of a few others.
func mark(practice, compartment string) [4]byte {
	h := fnv.New32a()
	h.Write([]byte(practice))
	h.Write([]byte{0})
	h.Write([]byte(compartment))
	return [4]byte(h.Sum(nil))
}

// about is whose records l speaks of: one, or, for a list, those named in Detail.
func (l Leaf) about() []string {
	if l.Compartment != "" {
		return []string{l.Compartment}
	}
	return strings.Fields(l.Detail)
}

// add puts one more leaf at the end and returns the hashes to be stored. When
// that makes a block whole, its marks are to be stored too.
func (t *tree) add(h tlog.Hash, l Leaf) (made []stored) {
	if t.size%blockSize == 0 {
		t.marks = nil
	}
	for _, c := range l.about() {
		if m := mark(l.Practice, c); !marked(t.marks, m) {
			t.marks = append(t.marks, m[:]...)
		}
	}
	for level := 1; t.size>>(level-1)&1 == 1; level++ {
		last := len(t.roots) - 1
		h = tlog.NodeHash(t.roots[last], h)
		t.roots = t.roots[:last]
		if level >= blockLevel {
			made = append(made, stored{tlog.StoredHashIndex(level, t.size>>level), h})
		}
	}
	t.roots = append(t.roots, h)
	t.size++
	return made
}

func marked(marks []byte, m [4]byte) bool {
	for i := 0; i+4 <= len(marks); i += 4 {
		if [4]byte(marks[i:i+4]) == m {
			return true
		}
	}
	return false
}

// root is the hash of the whole tree.
func (t *tree) root() tlog.Hash {
	if t.size == 0 {
		return tlog.Hash{}
	}
	h := t.roots[len(t.roots)-1]
	for i := len(t.roots) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.roots[i], h)
	}
	return h
}

// endOfLog asks how many leaves there are.
const endOfLog = `SELECT coalesce((SELECT seq + 1 FROM audit ORDER BY seq DESC LIMIT 1), 0)`

// grown returns t with leaves at the end, and what writes them. t stays as it was,
// in case that fails.
func (t tree) grown(signer *Signer, leaves []Leaf) (tree, []store.Statement, error) {
	first := t.size
	t.roots = append(make([]tlog.Hash, 0, len(t.roots)+1), t.roots...)
	t.marks = slices.Clone(t.marks)
	var all []store.Statement
	macs := make([][]byte, len(leaves))
	for i, l := range leaves {
		h, err := l.hash(t.size)
		if err != nil {
			return t, nil, err
		}
		macs[i] = signer.leafMAC(h)
		made := t.add(h, l)
		if len(made) > 0 {
			all = append(all, store.Statement{
				Text: `INSERT INTO audit_block (block, marks) VALUES ($1, $2)`,
				Args: []any{t.size/blockSize - 1, append([]byte{}, t.marks...)}, // empty, and not NULL, where they speak of nobody
			})
		}
		for _, made := range made {
			all = append(all, store.Statement{
				Text: `INSERT INTO audit_hash (idx, hash) VALUES ($1, $2)`,
				Args: []any{made.index, made.hash[:]},
			})
		}
	}
	return t, append(all, insertLeaves(first, leaves, macs)...), nil
}

// load reads what is needed of the tree of the given size.
func load(ctx context.Context, tx *store.Tx, size int64) (tree, error) {
	var t tree
	for level := 62; level >= blockLevel; level-- {
		if size>>level&1 == 0 {
			continue
		}
		var h []byte
		index := tlog.StoredHashIndex(level, t.size>>level)
		if err := tx.QueryRow(ctx, `SELECT hash FROM audit_hash WHERE idx = $1`, index).Scan(&h); err != nil {
			return t, fmt.Errorf("read audit hash %d: %w", index, err)
		}
		t.roots = append(t.roots, tlog.Hash(h))
		t.size += 1 << level
	}
	err := eachLeaf(ctx, tx, t.size, func(seq int64, l Leaf, _ []byte) error {
		h, err := l.hash(seq)
		t.add(h, l)
		return err
	})
	if err == nil && t.size != size {
		err = fmt.Errorf("audit log holds %d leaves where %d were expected", t.size, size)
	}
	return t, err
}

// insertLeaves writes leaves from seq on, many to a statement.
func insertLeaves(seq int64, leaves []Leaf, macs [][]byte) (all []store.Statement) {
	for len(leaves) > 0 {
		some := leaves[:min(mostInserted, len(leaves))]
		leaves = leaves[len(some):]
		args := make([]any, 0, len(some)*columns)
		for i, l := range some {
			args = append(args, seq, l.At, l.Practice, l.Actor, l.Action, l.Compartment, l.Detail, l.Allowed, macs[i])
			seq++
		}
		macs = macs[len(some):]
		all = append(all, store.Statement{Text: insertText[len(some)], Args: args})
	}
	return all
}

const (
	mostInserted = 32 // leaves to a statement
	columns      = 9  // of a leaf
)

// insertText[n] inserts n leaves. appendText[n] does on PostgreSQL, if the first
// comes right after the last leaf there is.
var insertText, appendText = func() (inserts, appends [mostInserted + 1]string) {
	const into = "INSERT INTO audit (seq, at, practice, actor_id, action, compartment, detail, allowed, mac) "
	var values, typed []string
	for n := range inserts {
		inserts[n] = into + "VALUES " + strings.Join(values, ", ")
		appends[n] = into + "SELECT * FROM (VALUES " + strings.Join(typed, ", ") + ") leaf WHERE $1 = (" + endOfLog + ")"
		var marks, casts []string
		for c, kind := range [columns]string{"BIGINT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "BOOLEAN", "BYTEA"} {
			marks = append(marks, fmt.Sprintf("$%d", n*columns+c+1))
			casts = append(casts, fmt.Sprintf("CAST($%d AS %s)", n*columns+c+1, kind))
		}
		values = append(values, "("+strings.Join(marks, ", ")+")")
		typed = append(typed, "("+strings.Join(casts, ", ")+")")
	}
	return inserts, appends
}()

func eachLeaf(ctx context.Context, tx *store.Tx, from int64, f func(seq int64, l Leaf, mac []byte) error) error {
	return leavesBetween(ctx, tx, from, math.MaxInt64, f)
}

func leavesBetween(ctx context.Context, tx *store.Tx, from, before int64, f func(seq int64, l Leaf, mac []byte) error) error {
	rows, err := tx.Query(ctx, `
		SELECT seq, at, practice, actor_id, action, compartment, detail, allowed, mac
		FROM audit WHERE seq >= $1 AND seq < $2 ORDER BY seq`, from, before)
	if err != nil {
		return fmt.Errorf("read audit: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var seq int64
		var l Leaf
		var mac []byte
		if err := rows.Scan(&seq, &l.At, &l.Practice, &l.Actor, &l.Action, &l.Compartment, &l.Detail, &l.Allowed, &mac); err != nil {
			return fmt.Errorf("read audit leaf: %w", err)
		}
		if err := f(seq, l, mac); err != nil {
			return err
		}
	}
	return rows.Err()
}

// An Entry is a leaf as it is read back.
type Entry struct {
	Seq int64
	Leaf
}

// Of goes through the entries about compartment of practice, newest first, until visit
// wants no more. Whole blocks of leaves that speak only of others are not read. visit
// asks nothing of tx.
func Of(ctx context.Context, tx *store.Tx, practice, compartment string, visit func(Entry) (more bool)) error {
	return back(ctx, tx, practice, compartment, 0, visit)
}

// Since returns up to most entries about compartment of practice, newest first, that
// keep wants, of that time or later, in microseconds since 1970: what is older than the
// first block with a much earlier one is not read.
func Since(ctx context.Context, tx *store.Tx, practice, compartment string, since int64, most int, keep func(Entry) bool) ([]Entry, error) {
	var all []Entry
	err := back(ctx, tx, practice, compartment, since, func(e Entry) bool {
		if keep(e) {
			all = append(all, e)
		}
		return len(all) < most
	})
	return all, err
}

// late is by how much an entry may be older than those before it, in microseconds: one
// of reading waited beside the log, or a clock was set.
const late = int64(time.Hour / time.Microsecond)

// mostBlocks is how many blocks that lie side by side are asked for at once.
const mostBlocks = 16

// back goes through the entries about compartment of practice since then, newest first,
// until visit wants no more. It begins with what is in no whole block and one block
// before, and asks for more blocks the further it goes.
func back(ctx context.Context, tx *store.Tx, practice, compartment string, since int64, visit func(Entry) (more bool)) error {
	blocks, from, err := blocksOf(ctx, tx, mark(practice, compartment))
	if err != nil {
		return err
	}
	before := int64(math.MaxInt64)
	for many := 1; ; many = min(2*many, mostBlocks) {
		last := len(blocks) - 1
		for n := 0; n < many && last >= 0 && (blocks[last]+1)*blockSize == from; n++ {
			from = blocks[last] * blockSize
			last--
		}
		blocks = blocks[:last+1]
		more, err := backBetween(ctx, tx, practice, compartment, from, before, since, visit)
		if err != nil || !more || len(blocks) == 0 {
			return err
		}
		before = (blocks[last] + 1) * blockSize
		from = before
	}
}

// aboutText reads the leaves of backBetween. What another practice brought along may be
// older than all around it. A list names compartments in its detail; replace tells on
// every database whether it does. Nothing but the leaves' numbers may be sought by an
// index: by audit_by_time all that there are of the practice would be gone through.
const aboutText = `
	SELECT seq, at, actor_id, action, compartment, detail, allowed FROM audit
	WHERE seq >= $1 AND seq < $2 AND practice || '' = $3
	  AND (at + 0 < $4 OR at + 0 >= $5 AND (compartment = $6 OR compartment = '' AND replace(detail, $6, '') <> detail))
	ORDER BY seq DESC`

// backBetween is back for some of the leaves. There is more unless visit wants none, or
// nothing before can be of that time.
func backBetween(ctx context.Context, tx *store.Tx, practice, compartment string, from, before, since int64, visit func(Entry) (more bool)) (more bool, err error) {
	rows, err := tx.Query(ctx, aboutText, from, before, practice, since-late, since, compartment)
	if err != nil {
		return false, fmt.Errorf("read audit: %w", err)
	}
	defer rows.Close()

	past := int64(-1) // the first leaf of a block with a much earlier one
	for rows.Next() {
		e := Entry{Leaf: Leaf{Practice: practice}}
		if err := rows.Scan(&e.Seq, &e.At, &e.Actor, &e.Action, &e.Compartment, &e.Detail, &e.Allowed); err != nil {
			return false, fmt.Errorf("read audit leaf: %w", err)
		}
		if e.Seq < past {
			return false, nil
		}
		if e.At < since-late {
			past = e.Seq - e.Seq%blockSize
		}
		if e.At >= since && slices.Contains(e.about(), compartment) && !visit(e) {
			return false, nil
		}
	}
	return past < 0, rows.Err()
}

// A Place is where in the log somebody has come to who goes back by time.
type Place struct{ At, Seq int64 }

// Whom are the entries of one person: what they did, what was done in these compartments,
// and in those whose names begin so.
type Whom struct {
	Actor        string
	Compartments [5]string
	Begin        string
}

// Back returns up to most entries of practice from before a place, newest first by time:
// of whom, or, if that is nil, of everybody. They come without their details.
func Back(ctx context.Context, tx *store.Tx, practice string, before Place, whom *Whom, most int) ([]Entry, error) {
	text, args := `
		SELECT seq, at, actor_id, action, compartment, allowed FROM audit
		WHERE practice = $1 AND at <= $2 AND (at < $2 OR seq < $3)
		ORDER BY at DESC, seq DESC LIMIT $4`, []any{practice, before.At, before.Seq, most}
	if whom != nil {
		text = `
		SELECT seq, at, actor_id, action, compartment, allowed FROM audit
		WHERE practice = $1 AND at <= $2 AND (at < $2 OR seq < $3)
		  AND (actor_id = $5 OR compartment IN ($6, $7, $8, $9, $10) OR compartment >= $11 AND compartment < $12)
		ORDER BY at DESC, seq DESC LIMIT $4`
		args = append(args, whom.Actor)
		for _, c := range whom.Compartments {
			args = append(args, c)
		}
		args = append(args, whom.Begin, whom.Begin+"~") // ~ comes after whatever ids are written with
	}
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read audit: %w", err)
	}
	defer rows.Close()

	var all []Entry
	for rows.Next() {
		e := Entry{Leaf: Leaf{Practice: practice}}
		if err := rows.Scan(&e.Seq, &e.At, &e.Actor, &e.Action, &e.Compartment, &e.Allowed); err != nil {
			return nil, fmt.Errorf("read audit leaf: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// blocksOf returns the whole blocks that mark stands in, and where the leaves
// begin that are in no whole block yet.
func blocksOf(ctx context.Context, tx *store.Tx, mark [4]byte) (blocks []int64, end int64, err error) {
	rows, err := tx.Query(ctx, `SELECT block, marks FROM audit_block ORDER BY block`)
	if err != nil {
		return nil, 0, fmt.Errorf("read audit marks: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var block int64
		var marks sql.RawBytes
		if err := rows.Scan(&block, &marks); err != nil {
			return nil, 0, fmt.Errorf("read audit marks: %w", err)
		}
		end = (block + 1) * blockSize
		if marked(marks, mark) {
			blocks = append(blocks, block)
		}
	}
	return blocks, end, rows.Err()
}

func storedHashes(ctx context.Context, tx *store.Tx) (map[int64]tlog.Hash, error) {
	rows, err := tx.Query(ctx, `SELECT idx, hash FROM audit_hash`)
	if err != nil {
		return nil, fmt.Errorf("read audit hashes: %w", err)
	}
	defer rows.Close()

	all := make(map[int64]tlog.Hash)
	for rows.Next() {
		var index int64
		var h []byte
		if err := rows.Scan(&index, &h); err != nil {
			return nil, fmt.Errorf("read audit hash: %w", err)
		}
		if len(h) != tlog.HashSize {
			return nil, fmt.Errorf("audit hash %d is not a hash", index)
		}
		all[index] = tlog.Hash(h)
	}
	return all, rows.Err()
}

func storedMarks(ctx context.Context, tx *store.Tx) (map[int64][]byte, error) {
	rows, err := tx.Query(ctx, `SELECT block, marks FROM audit_block`)
	if err != nil {
		return nil, fmt.Errorf("read audit marks: %w", err)
	}
	defer rows.Close()

	all := make(map[int64][]byte)
	for rows.Next() {
		var block int64
		var marks []byte
		if err := rows.Scan(&block, &marks); err != nil {
			return nil, fmt.Errorf("read audit marks: %w", err)
		}
		all[block] = marks
	}
	return all, rows.Err()
}
