package keys

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/store"
)

// Opens says whether root opens a key in db. any is false if there is none to try.
func Opens(ctx context.Context, db *store.DB, root *Root) (any, opens bool, err error) {
	tx, err := db.Glance(ctx)
	if err != nil {
		return false, false, err
	}
	defer tx.Rollback()
	var n Name
	var epoch int64
	var sealed []byte
	err = tx.QueryRow(ctx, `SELECT practice, compartment, epoch, wrapped FROM compartment_key LIMIT 1`).Scan(&n.Practice, &n.Compartment, &epoch, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("read key: %w", err)
	}
	if root, err = root.At(epoch); err != nil {
		return true, false, nil
	}
	wrap, err := root.Wrap()
	if err != nil {
		return true, false, err
	}
	key, err := wrap.Open(nil, nil, sealed, wrapped(n))
	clear(key)
	return true, err == nil, nil
}
