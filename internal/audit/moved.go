package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/waymark-care/waymark/internal/store"
)

// A practice that moves to another server takes its leaves along. There they are
// leaves of another tree, in the same order and with their times, so that whoever
// reads who opened a record reads them too. That they are what stood in the log
// they come from can still be proved: with the signed head of that log, and with
// the leaves of others in it as mere hashes, its tree can be computed again.

// mostOthers is how many hashes of others' leaves are kept together.
const mostOthers = 4096

// Depart reads the whole log as tx sees it, and gives what concerns practice: to
// own each leaf of it, and to others the hashes of the leaves in between, 32 bytes
// each, from the leaf seq on. head is the head of what was read, signed.
func Depart(ctx context.Context, tx *store.Tx, signer *Signer, practice string, others func(seq int64, hashes []byte) error) (own int64, signed string, err error) {
	var t tree
	var run []byte
	began := int64(0)
	flush := func() error {
		if len(run) == 0 {
			return nil
		}
		err := others(began, run)
		run = nil
		return err
	}
	err = eachLeaf(ctx, tx, 0, func(seq int64, l Leaf, _ []byte) error {
		if seq != t.size {
			return found(t.size, "audit leaf %d is missing", t.size)
		}
		h, err := l.hash(seq)
		if err != nil {
			return err
		}
		t.add(h, Leaf{})
		if l.Practice == practice {
			own++
			return flush()
		}
		if len(run) == 0 {
			began = seq
		}
		if run = append(run, h[:]...); len(run) == mostOthers*tlog.HashSize {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return 0, "", err
	}
	text, err := note.Sign(&note.Note{Text: head(t.size, t.root())}, signer)
	if err != nil {
		return 0, "", fmt.Errorf("sign audit head: %w", err)
	}
	return own, string(text), nil
}

// Elsewhere is what Depart gave, to be compared with the leaves that it was about.
type Elsewhere struct {
	Log    string // of the signer
	Head   string
	others map[int64][]byte
}

// Others adds what Depart gave to others.
func (p *Elsewhere) Others(seq int64, hashes []byte) {
	if p.others == nil {
		p.others = make(map[int64][]byte)
	}
	p.others[seq] = bytes.Clone(hashes)
}

// errEnough ends the reading of leaves early.
var errEnough = errors.New("enough")

// Prove computes the tree of the log that p is of, from the leaves that each gives in
// their order and the hashes of the others, and compares it with the head. It
// takes as many leaves as the head stands for, and reports a *Finding if they
// are not those that stood there.
func (p *Elsewhere) Prove(each func(leaf func(Leaf) error) error) (leaves int64, err error) {
	verifier, err := note.NewVerifier(p.Log)
	if err != nil {
		return 0, fmt.Errorf("the log that the practice comes from: %w", err)
	}
	size, text, err := openHead(p.Head, verifier)
	if err != nil {
		return 0, err
	}
	var t tree
	skip := func() {
		for hashes := p.others[t.size]; len(hashes) >= tlog.HashSize; hashes = p.others[t.size] {
			for ; len(hashes) >= tlog.HashSize; hashes = hashes[tlog.HashSize:] {
				t.add(tlog.Hash(hashes[:tlog.HashSize]), Leaf{})
			}
		}
	}
	skip()
	err = each(func(l Leaf) error {
		if t.size >= size {
			return errEnough
		}
		h, err := l.hash(t.size)
		if err != nil {
			return err
		}
		t.add(h, Leaf{})
		leaves++
		skip()
		return nil
	})
	switch {
	case err != nil && !errors.Is(err, errEnough):
		return leaves, err
	case t.size < size:
		return leaves, found(t.size, "the practice's part of the log that it comes from ends at leaf %d, and its head says %d", t.size, size)
	case head(t.size, t.root()) != text:
		return leaves, found(t.size, "the leaves that came with the practice are not those of the log that it comes from")
	}
	return leaves, nil
}

// Key is by which others verify the heads that s signs.
func (s *Signer) Key() (string, error) {
	public, ok := s.key.Public().(ed25519.PublicKey)
	if !ok {
		return "", errors.New("the audit key is of another kind")
	}
	return note.NewEd25519VerifierKey("waymark", public)
}

// Signed is text with s's signature.
func (s *Signer) Signed(text string) ([]byte, error) {
	return note.Sign(&note.Note{Text: text}, s)
}

// OpenSigned returns the text that the holder of key has signed.
func OpenSigned(key string, signed []byte) (string, error) {
	verifier, err := note.NewVerifier(strings.TrimSpace(key))
	if err != nil {
		return "", err
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	return n.Text, nil
}

// Adopt puts the leaves that each gives at the end of the log in tx, with the times
// that they have. It returns where the first stands, and how many there are. tx is
// one that nobody else shares.
func Adopt(ctx context.Context, tx *store.Tx, signer *Signer, each func(leaf func(Leaf) error) error) (first, n int64, err error) {
	if err := tx.QueryRow(ctx, endOfLog).Scan(&first); err != nil {
		return 0, 0, fmt.Errorf("read audit: %w", err)
	}
	t, err := load(ctx, tx, first)
	if err != nil {
		return 0, 0, err
	}
	var some []Leaf
	put := func() error {
		grown, all, err := t.grown(signer, some)
		if err != nil {
			return err
		}
		for _, s := range all {
			if _, err := tx.Exec(ctx, s.Text, s.Args...); err != nil {
				return fmt.Errorf("append to audit: %w", err)
			}
		}
		t, n, some = grown, n+int64(len(some)), some[:0]
		return nil
	}
	err = each(func(l Leaf) error {
		if some = append(some, l.plain()); len(some) == mostOthers {
			return put()
		}
		return nil
	})
	if err == nil {
		err = put()
	}
	return first, n, err
}

// LeavesOf gives the leaves of practice from the leaf from on, in order.
func LeavesOf(ctx context.Context, tx *store.Tx, practice string, from int64, f func(seq int64, l Leaf) error) error {
	return eachLeaf(ctx, tx, from, func(seq int64, l Leaf, _ []byte) error {
		if l.Practice != practice {
			return nil
		}
		return f(seq, l)
	})
}
