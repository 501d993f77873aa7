package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/store"
)

// What is wrong with a database that is not the one that belongs to the safe.
var (
	ErrAnothers = errors.New("it belongs to another practice")
	ErrNobodys  = errors.New("it holds nothing that shows whose it is")
	errNoKeys   = fmt.Errorf("it has no key, and the records have a practice: %w", ErrAnothers)
)

// RecordsBelong looks, before anything is changed, whether the records in db are of
// the safe that root opened. It fails with ErrAnothers or ErrNobodys.
func RecordsBelong(ctx context.Context, db *store.DB, root *keys.Root, signer *audit.Signer) error {
	if known, err := belongs(ctx, db, root); known || err != nil {
		return err
	}
	tx, err := db.Glance(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var head string
	err = tx.QueryRow(ctx, `SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1`).Scan(&head)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNobodys
	}
	if err != nil {
		return fmt.Errorf("read checkpoint: %w", err)
	}
	if _, err := audit.HeadSize(head, signer); err != nil {
		return ErrAnothers
	}
	return nil
}

// KeysBelong is RecordsBelong for the wrapped keys.
func KeysBelong(ctx context.Context, db *store.DB, root *keys.Root) error {
	if known, err := belongs(ctx, db, root); known || err != nil {
		return err
	}
	any, opens, err := keys.Opens(ctx, db, root)
	switch {
	case err != nil:
		return err
	case !any:
		return ErrNobodys
	case !opens:
		return ErrAnothers
	}
	return nil
}

// belongs says whether it is known that db is of the safe that root opened: by what
// is written there; or because its file opens by a key of the safe.
func belongs(ctx context.Context, db *store.DB, root *keys.Root) (known bool, err error) {
	tx, err := db.Read(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	noted, err := tx.Has(ctx, whoseTable)
	if err != nil {
		return false, err
	}
	if noted {
		var safe string
		err := tx.QueryRow(ctx, `SELECT safe FROM whose WHERE one = 1`).Scan(&safe)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return false, fmt.Errorf("read whose it is: %w", err)
		case safe != root.Identity():
			return false, ErrAnothers
		default:
			return true, nil
		}
	}
	return db.IsSQLite(), nil
}

const whoseTable = "whose"

// Claim notes in both databases whose they are, if that is not there yet: they were
// just made, or come from before it was noted. Keys without one, beside records
// that have a practice, are refused.
func (h House) Claim(ctx context.Context) error {
	if err := h.haveKeys(ctx); err != nil {
		return err
	}
	for _, db := range []*store.DB{h.Records, h.Keys} {
		if err := claim(ctx, db, h.Root.Identity()); err != nil {
			return fmt.Errorf("note whose it is: %w", err)
		}
	}
	return nil
}

func claim(ctx context.Context, db *store.DB, safe string) error {
	look, err := db.Glance(ctx)
	if err != nil {
		return err
	}
	var there int64
	err = look.QueryRow(ctx, `SELECT count(*) FROM whose`).Scan(&there)
	look.Rollback()
	if err != nil || there > 0 {
		return err
	}
	tx, err := db.Write(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(ctx, `INSERT INTO whose (one, safe) VALUES (1, $1) ON CONFLICT DO NOTHING`, safe); err != nil {
		return err
	}
	return tx.Commit()
}

// haveKeys refuses a database of keys that has lost all of them.
func (h House) haveKeys(ctx context.Context) error {
	s, err := h.KeysNow(ctx)
	if err != nil || s.Keys+s.Tombstones > 0 {
		return err
	}
	tx, err := h.Records.Glance(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var practices int64
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM practice`).Scan(&practices); err != nil {
		return fmt.Errorf("count practices: %w", err)
	}
	if practices > 0 {
		return errNoKeys
	}
	return nil
}
