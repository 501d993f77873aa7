package person

import (
	"context"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

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
