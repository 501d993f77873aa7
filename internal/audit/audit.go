// Package audit is the append-only record of who asked for what, on whose
// record, and whether they were allowed. Entries are the leaves of a Merkle
// tree, so that a missing, altered or reordered one shows.
//
// It is also the only way to change the records: a change and its leaf become
// durable together or not at all (log.go), and a leaf of mere reading before
// the reader sees anything. How the tree is kept is in tree.go.
package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/waymark-care/waymark/internal/store"
)

// A Leaf is one act, or one refused attempt. It never holds content.
type Leaf struct {
	At          int64 // microseconds since 1970
	Practice    string
	Actor       string
	Action      string
	Compartment string
	Detail      string // which rows
	Allowed     bool
}

// plain is l as every database can keep it. A leaf that cannot be kept would
// take with it the changes of others that share its transaction, and some of it
// comes from whoever asks: the id of a record that is not there, say.
func (l Leaf) plain() Leaf {
	for _, s := range []*string{&l.Practice, &l.Actor, &l.Action, &l.Compartment, &l.Detail} {
		*s = strings.ReplaceAll(strings.ToValidUTF8(*s, "?"), "\x00", "?")
	}
	for _, s := range []*string{&l.Practice, &l.Actor, &l.Action, &l.Compartment} {
		if len(*s) > mostName {
			*s = strings.ToValidUTF8((*s)[:mostName], "") + "…"
		}
	}
	return l
}

// mostName is longer than any name of ours, in bytes.
const mostName = 200

func (l Leaf) hash(seq int64) (tlog.Hash, error) {
	text, err := json.Marshal(struct {
		Seq int64
		Leaf
	}{seq, l})
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("encode audit leaf: %w", err)
	}
	return tlog.RecordHash(text), nil
}

// A Signer signs the heads of the tree and marks each leaf as ours.
type Signer struct {
	note.Verifier
	key ed25519.PrivateKey
	mac []byte
}

// macSize is how many bytes of a leaf's MAC are kept.
const macSize = 12

// leafMAC marks the leaf whose hash is h as written by us.
func (s *Signer) leafMAC(h tlog.Hash) []byte {
	m := hmac.New(sha256.New, s.mac)
	m.Write(h[:])
	return m.Sum(nil)[:macSize]
}

// NewSigner returns the signer whose key grows from seed, 32 bytes, and whose
// MACs are made with mac.
func NewSigner(seed, mac []byte) (*Signer, error) {
	key := ed25519.NewKeyFromSeed(seed)
	text, err := note.NewEd25519VerifierKey("waymark", key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("audit key: %w", err)
	}
	v, err := note.NewVerifier(text)
	if err != nil {
		return nil, fmt.Errorf("audit key: %w", err)
	}
	return &Signer{Verifier: v, key: key, mac: mac}, nil
}

// Sign signs msg, as note.Signer asks.
func (s *Signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// head is what a checkpoint says: whose log, how many leaves, and their root.
func head(size int64, root tlog.Hash) string {
	return fmt.Sprintf("waymark audit\n%d\n%s\n", size, root)
}

// A Finding is the first thing in the log that is not as it was written.
type Finding struct {
	Seq  int64 // the first wrong leaf, or the end of what is there
	Text string
}

func (f *Finding) Error() string { return f.Text }

func found(seq int64, format string, args ...any) error {
	return &Finding{Seq: seq, Text: fmt.Sprintf(format, args...)}
}

// Verify reads the whole log and reports the first thing that is not as it was
// written, as a *Finding: a leaf missing or changed, a hash, or a head signed by
// another. If checkpoint is not empty, it is a signed head that was kept
// elsewhere, and the log must still begin with what it says.
func Verify(ctx context.Context, tx *store.Tx, signer *Signer, checkpoint string) (leaves int64, err error) {
	hashes, err := storedHashes(ctx, tx)
	if err != nil {
		return 0, err
	}
	heads, err := storedHeads(ctx, tx, signer)
	if err != nil {
		return 0, err
	}
	if checkpoint != "" {
		size, text, err := openHead(checkpoint, signer)
		if err != nil {
			return 0, err
		}
		if have, ok := heads[size]; ok && have != text {
			return 0, found(size, "the log's own head at %d is another than the checkpoint that was kept elsewhere", size)
		}
		heads[size] = text
	}
	marks, err := storedMarks(ctx, tx)
	if err != nil {
		return 0, err
	}
	v := verification{signer: signer, hashes: hashes, heads: heads, marks: marks}
	if want, ok := heads[0]; ok && want != head(0, v.tree.root()) {
		return 0, found(0, "the head of the empty log is not ours")
	}
	delete(heads, 0)
	if err := eachLeaf(ctx, tx, 0, v.leaf); err != nil {
		return v.tree.size, err
	}
	if len(hashes) > 0 || len(heads) > 0 || len(marks) > 0 {
		return v.tree.size, found(v.tree.size, "the audit log ends at leaf %d, but once was longer", v.tree.size)
	}
	return v.tree.size, nil
}

type verification struct {
	signer *Signer
	hashes map[int64]tlog.Hash
	heads  map[int64]string
	marks  map[int64][]byte
	tree   tree
}

func (v *verification) leaf(seq int64, l Leaf, mac []byte) error {
	t := &v.tree
	if seq != t.size {
		return found(t.size, "audit leaf %d is missing", t.size)
	}
	h, err := l.hash(seq)
	if err != nil {
		return err
	}
	if !hmac.Equal(mac, v.signer.leafMAC(h)) {
		return found(seq, "audit leaf %d is not as it was written", seq)
	}
	made := t.add(h, l)
	for _, m := range made {
		if v.hashes[m.index] != m.hash {
			return found(t.size-blockSize, "audit leaves %d to %d are not as they were written", t.size-blockSize, t.size-1)
		}
		delete(v.hashes, m.index)
	}
	if block := t.size/blockSize - 1; len(made) > 0 {
		if !bytes.Equal(v.marks[block], t.marks) {
			return found(t.size-blockSize, "of whom audit leaves %d to %d speak is not as it was written", t.size-blockSize, t.size-1)
		}
		delete(v.marks, block)
	}
	if want, ok := v.heads[t.size]; ok && want != head(t.size, t.root()) {
		return found(seq, "the first %d audit leaves are not as they were signed", t.size)
	}
	delete(v.heads, t.size)
	return nil
}

// openHead returns the size and the text of a head signed by signer.
func openHead(signed string, signer note.Verifier) (size int64, text string, err error) {
	n, err := note.Open([]byte(signed), note.VerifierList(signer))
	if err != nil {
		return 0, "", fmt.Errorf("the checkpoint is not signed by this log: %w", err)
	}
	if _, err := fmt.Sscanf(n.Text, "waymark audit\n%d\n", &size); err != nil {
		return 0, "", fmt.Errorf("the checkpoint cannot be read: %w", err)
	}
	return size, n.Text, nil
}

func storedHeads(ctx context.Context, tx *store.Tx, signer note.Verifier) (map[int64]string, error) {
	rows, err := tx.Query(ctx, `SELECT size, note FROM audit_checkpoint`)
	if err != nil {
		return nil, fmt.Errorf("read checkpoints: %w", err)
	}
	defer rows.Close()

	heads := make(map[int64]string)
	for rows.Next() {
		var size int64
		var text string
		if err := rows.Scan(&size, &text); err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		n, err := note.Open([]byte(text), note.VerifierList(signer))
		if err != nil {
			return nil, found(size, "the checkpoint at %d is not signed by this log", size)
		}
		heads[size] = n.Text
	}
	return heads, rows.Err()
}
