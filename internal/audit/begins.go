package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/waymark-care/waymark/internal/store"
)

// HeadSize is of how many leaves a head speaks that signer has signed.
func HeadSize(signed string, signer note.Verifier) (int64, error) {
	size, _, err := openHead(signed, signer)
	return size, err
}

// Restored is the action of the leaf that is written first after a backup was restored.
const Restored = "practice.restore"

// LastRestore says where a log of fewer than before leaves went on after a backup was
// restored, and when: of that many leaves it was then. ok says that this ever was.
func LastRestore(ctx context.Context, tx *store.Tx, before int64) (leaves int64, at time.Time, ok bool, err error) {
	last := int64(-2)
	err = leavesBetween(ctx, tx, 0, before, func(seq int64, l Leaf, _ []byte) error {
		if l.Action != Restored {
			return nil
		}
		if seq != last+1 { // one leaf for each practice, one after the other
			leaves, at, ok = seq, time.UnixMicro(l.At), true
		}
		last = seq
		return nil
	})
	return leaves, at, ok, err
}

// Begins says whether the log, as tx sees it, begins with what a signed head says,
// without reading all of it: what is not so is a *Finding. Verify proves more.
func Begins(ctx context.Context, tx *store.Tx, signed string, signer note.Verifier) error {
	size, text, err := openHead(signed, signer)
	if err != nil {
		return err
	}
	var end int64
	if err := tx.QueryRow(ctx, endOfLog).Scan(&end); err != nil {
		return fmt.Errorf("read the audit log's end: %w", err)
	}
	if end < size {
		return found(end, "the audit log ends at leaf %d, but once was longer", end)
	}
	root := tlog.Hash{}
	if size > 0 {
		root, err = tlog.TreeHash(size, hashesOf(ctx, tx))
		if errors.Is(err, sql.ErrNoRows) {
			return found(size, "the first %d audit leaves are not all there", size)
		}
		if err != nil {
			return err
		}
	}
	if text != head(size, root) {
		return found(size, "the first %d audit leaves are not as they were signed", size)
	}
	return nil
}
