package audit

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/waymark-care/waymark/internal/store"
)

// A Proof shows that one leaf stands in the log, to anybody who knows the key by
// which heads are signed, and without the log (RFC 9162, section 2.1.3).
type Proof struct {
	Seq  int64
	Leaf Leaf
	Path tlog.RecordProof // from the leaf to the root
	Head string           // signed, of a log that holds the leaf
}

// errUnsigned says that no head has been signed since the leaf was written.
var errUnsigned = errors.New("no head that holds this leaf has been signed yet")

// Prove proves that the leaf at seq is in the log, by the newest signed head.
func Prove(ctx context.Context, tx *store.Tx, seq int64) (p Proof, err error) {
	var size int64
	err = tx.QueryRow(ctx, `SELECT size, note FROM audit_checkpoint WHERE size > $1 ORDER BY size DESC LIMIT 1`, seq).Scan(&size, &p.Head)
	if errors.Is(err, sql.ErrNoRows) {
		return p, errUnsigned
	}
	if err != nil {
		return p, fmt.Errorf("read checkpoint: %w", err)
	}
	p.Seq = seq
	err = leavesBetween(ctx, tx, seq, seq+1, func(_ int64, l Leaf, _ []byte) error {
		p.Leaf = l
		return nil
	})
	if err != nil {
		return p, err
	}
	p.Path, err = tlog.ProveRecord(size, seq, hashesOf(ctx, tx))
	if err != nil {
		return p, fmt.Errorf("prove audit leaf %d: %w", seq, err)
	}
	return p, nil
}

// hashesOf reads the hashes that are stored, and computes those within one block.
func hashesOf(ctx context.Context, tx *store.Tx) tlog.HashReaderFunc {
	return func(indexes []int64) ([]tlog.Hash, error) {
		all := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			var err error
			if level >= blockLevel {
				var h []byte
				if err = tx.QueryRow(ctx, `SELECT hash FROM audit_hash WHERE idx = $1`, index).Scan(&h); err == nil {
					copy(all[i][:], h)
				}
			} else {
				all[i], err = hashAbove(ctx, tx, n<<level, (n+1)<<level)
			}
			if err != nil {
				return nil, fmt.Errorf("read audit hash %d: %w", index, err)
			}
		}
		return all, nil
	}
}

// hashAbove is the hash of the whole subtree over the leaves from first to before.
func hashAbove(ctx context.Context, tx *store.Tx, first, before int64) (tlog.Hash, error) {
	var row []tlog.Hash
	err := leavesBetween(ctx, tx, first, before, func(seq int64, l Leaf, _ []byte) error {
		h, err := l.hash(seq)
		row = append(row, h)
		return err
	})
	if err == nil && int64(len(row)) != before-first {
		err = fmt.Errorf("audit leaves %d to %d are not all there", first, before-1)
	}
	if err != nil {
		return tlog.Hash{}, err
	}
	for ; len(row) > 1; row = row[:len(row)/2] {
		for i := range len(row) / 2 {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
	}
	return row[0], nil
}

// Check says whether the proof holds: its path leads to the root that its head
// names, and the head is signed by signer.
func (p Proof) Check(signer note.Verifier) error {
	size, text, err := openHead(p.Head, signer)
	if err != nil {
		return err
	}
	h, err := p.Leaf.hash(p.Seq)
	if err != nil {
		return err
	}
	lines := strings.Split(text, "\n")
	root, err := tlog.ParseHash(lines[min(2, len(lines)-1)])
	if err != nil {
		return fmt.Errorf("the head cannot be read: %w", err)
	}
	if err := tlog.CheckRecord(p.Path, size, root, p.Seq, h); err != nil {
		return errors.New("the proof does not lead from its entry to its head")
	}
	return nil
}

// Text is the proof in lines, with the signed head after an empty one.
func (p Proof) Text() (string, error) {
	leaf, err := json.Marshal(struct {
		Seq int64
		Leaf
	}{p.Seq, p.Leaf})
	if err != nil {
		return "", fmt.Errorf("encode audit leaf: %w", err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "entry: %s\n", leaf)
	for _, h := range p.Path {
		fmt.Fprintf(&b, "beside: %s\n", base64.StdEncoding.EncodeToString(h[:]))
	}
	return b.String() + "\n" + p.Head, nil
}

// mostPath is longer than the path in any log that fits on a disk.
const mostPath = 64

// ReadProof is the proof that Text wrote. That it can be read proves nothing yet.
func ReadProof(text string) (p Proof, err error) {
	lines, head, ok := strings.Cut(text, "\n\n")
	if !ok {
		return p, errors.New("the proof is not whole")
	}
	p.Head = head
	for i, line := range strings.Split(lines, "\n") {
		what, value, _ := strings.Cut(line, ": ")
		switch {
		case i == 0 && what == "entry":
			var leaf struct {
				Seq int64
				Leaf
			}
			if err := json.Unmarshal([]byte(value), &leaf); err != nil {
				return p, errors.New("the entry of the proof cannot be read")
			}
			p.Seq, p.Leaf = leaf.Seq, leaf.Leaf
		case i > 0 && i <= mostPath && what == "beside":
			h, err := tlog.ParseHash(value)
			if err != nil {
				return p, errors.New("the proof cannot be read")
			}
			p.Path = append(p.Path, h)
		default:
			return p, errors.New("the proof cannot be read")
		}
	}
	return p, nil
}
