package person

import (
	"context"
	"fmt"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// vaultsOf are the compartments of somebody's vault, and of what anybody keeps about
// them in theirs, as far as there are any. Each has a key of its own, so that all
// of it ends with either of the two.
func vaultsOf(ctx context.Context, tx *access.Tx, personID string) ([]access.Compartment, error) {
	rows, err := tx.Query(ctx, `
		SELECT compartment FROM compartment
		WHERE practice = $1 AND (compartment = $2 OR compartment > 'entries/' AND compartment < 'entries0')
		ORDER BY compartment`, tx.Practice, string(access.VaultRecord(personID)))
	if err != nil {
		return nil, fmt.Errorf("find vaults: %w", err)
	}
	defer rows.Close()

	var all []access.Compartment
	for rows.Next() {
		var c access.Compartment
		if err := rows.Scan(&c); err != nil {
			return nil, fmt.Errorf("find vaults: %w", err)
		}
		owner, about := c.Pair()
		if c.Kind() == access.KindVault || owner == personID || about == personID {
			all = append(all, c)
		}
	}
	return all, rows.Err()
}

// eraseVaults deletes, in tx, what vaultsOf finds, and returns which it was: their
// keys are destroyed afterwards. Of whoever leaves nobody keeps anything, and their own
// nobody is left to open.
func eraseVaults(ctx context.Context, tx *access.Tx, personID string) ([]access.Compartment, error) {
	all, err := vaultsOf(ctx, tx, personID)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if err := access.EraseRows(ctx, tx, c); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// also is how a job names them.
func also(all []access.Compartment) string {
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = string(c)
	}
	return strings.Join(names, " ")
}

// alsoIn is what also named.
func alsoIn(text string) (all []access.Compartment) {
	for _, name := range strings.Fields(text) {
		all = append(all, access.Compartment(name))
	}
	return all
}
