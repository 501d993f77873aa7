package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
)

// EraseRows deletes, in tx, every row of a compartment from every table that has
// some, grants and all, but for the audit log; and every row that is about it and
// lies elsewhere (SealAbout). Only erasing may do that, or, with an enquiry, what
// ends it, or, with what somebody kept for themself, the end of their work; tables
// made later are found by themselves.
func EraseRows(ctx context.Context, tx *Tx, c Compartment) error {
	_, err := EraseCounted(ctx, tx, c)
	return err
}

// EraseCounted is EraseRows, and says how many rows there were.
func EraseCounted(ctx context.Context, tx *Tx, c Compartment) (rows int64, err error) {
	enquiry := c.Kind() == KindEnquiry || c.Kind() == KindCaller
	left := (tx.action == EndWork || tx.action == EndAgain) && slices.Contains([]string{KindReflection, KindVault, KindEntries}, c.Kind())
	if may := tx.action == EraseClient || manners[tx.action].drops && enquiry || left; !may || tx.over {
		return 0, errors.New("only erasing deletes a compartment")
	}
	return rows, tx.rowsOf(ctx, func(table, column string) error {
		done, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE practice = $1 AND `+column+` = $2`, tx.Practice, string(c))
		if err != nil {
			return fmt.Errorf("erase from %s: %w", table, err)
		}
		n, err := done.RowsAffected()
		rows += n
		return err
	})
}

// CountRows says how many rows EraseRows would delete, for whoever is about to.
func CountRows(ctx context.Context, tx *Tx, c Compartment) (rows int64, err error) {
	if tx.action != LookErasure || tx.over {
		return 0, errors.New("only whoever is about to erase counts a compartment")
	}
	return rows, tx.rowsOf(ctx, func(table, column string) error {
		var n int64
		err := tx.QueryRow(ctx, `SELECT count(*) FROM `+table+` WHERE practice = $1 AND `+column+` = $2`, tx.Practice, string(c)).Scan(&n)
		if err != nil {
			return fmt.Errorf("count in %s: %w", table, err)
		}
		rows += n
		return nil
	})
}

// rowsOf calls do for every column, of whatever table, that says whose record a row is of.
func (tx *Tx) rowsOf(ctx context.Context, do func(table, column string) error) error {
	tables, err := tx.tx.Tables(ctx)
	if err != nil {
		return err
	}
	for _, table := range tables {
		for _, column := range table.Columns {
			if table.Name == "audit" || column.Name != "compartment" && column.Name != "about_record" {
				continue
			}
			if err := do(table.Name, column.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// RecordTables are the tables in which EraseRows looks, in order of name.
func RecordTables(ctx context.Context, tx *Tx) (all []string, err error) {
	err = tx.rowsOf(ctx, func(table, _ string) error {
		all = append(all, table)
		return nil
	})
	slices.Sort(all)
	return slices.Compact(all), err
}

// KeyFingerprint tells the key of a compartment from every other and nothing else of
// it: for the certificate of who is erasing it. Without a key it is empty.
func (tx *Tx) KeyFingerprint(ctx context.Context, c Compartment) (string, error) {
	if tx.action != EraseClient || tx.over {
		return "", errors.New("only erasing asks for the fingerprint of a key")
	}
	mark, err := tx.ring.Fingerprint(ctx, keys.Name{Practice: tx.Practice, Compartment: string(c)})
	if errors.Is(err, keys.ErrDestroyed) {
		return "", nil
	}
	return mark, err
}

// KeyDestroyed is when the key of a compartment was destroyed; gone says that it was,
// and that there is none now. Whoever certifies an erasure asks.
func (tx *Tx) KeyDestroyed(ctx context.Context, c Compartment) (at time.Time, gone bool, err error) {
	if tx.action != CertifyErasure || tx.over {
		return at, false, errors.New("only whoever certifies an erasure asks for that")
	}
	return tx.ring.DestroyedAt(ctx, keys.Name{Practice: tx.Practice, Compartment: string(c)})
}

// SignLog signs the head of the audit log as it is now, so that what was written last
// can be proved at once. No transaction of the visit may be open.
func (d *Door) SignLog(ctx context.Context) error {
	Rest(ctx)
	_, err := d.log.Checkpoint(ctx)
	return err
}

// ErrNotProved says that there is nothing to prove, or no signed head to prove it by yet.
var ErrNotProved = errors.New("there is no proof of this yet")

// ProveErasure proves that the erasure of the client whose record c was, certified
// then or later, stands in the audit log under the given sum: lines for people and
// programs (audit.ReadProof), which hold ids and no content.
func (tx *Tx) ProveErasure(ctx context.Context, c Compartment, since time.Time, sum string) (string, error) {
	if tx.action != ReadErasures || tx.over {
		return "", errors.New("this action does not read the audit log")
	}
	found, err := audit.Since(ctx, tx.tx, tx.Practice, string(c), since.UnixMicro(), 1, func(e audit.Entry) bool {
		return Action(e.Action) == CertifyErasure && e.Allowed && slices.Contains(strings.Fields(e.Detail), sum)
	})
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", ErrNotProved
	}
	p, err := audit.Prove(ctx, tx.tx, found[0].Seq)
	if err != nil {
		return "", errors.Join(ErrNotProved, err)
	}
	return p.Text()
}
