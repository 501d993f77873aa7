package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Find returns the id of the person who signs in with email, for the domains
// that are told an address (person.BreakGlass). Where there is none it returns
// the id of nobody, so that what follows looks the same.
func (a *Accounts) Find(ctx context.Context, practice, email string) (string, error) {
	email, err := Address(email)
	if err != nil {
		return "", err
	}
	tx, err := a.door.Glance(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	var id string
	err = tx.QueryRow(ctx, `
		SELECT person_id FROM account
		WHERE practice = $1 AND lookup = $2`, practice, a.door.Lookup(practice, email)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return uuid.NewString(), nil
	}
	if err != nil {
		return "", fmt.Errorf("find account: %w", err)
	}
	return id, nil
}
