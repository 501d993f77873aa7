package person

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// invitesPerHour is how many letters with a link go to one person within an hour:
// whoever has not asked for them, at an address that was mistyped, is not flooded.
const invitesPerHour = 5

// checkLetters fails with fault.TooSoon if so many links were made for the person
// within the last hour that no further letter goes out.
func checkLetters(ctx context.Context, tx *access.Tx, personID string) error {
	var lately int
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM invite
		WHERE practice = $1 AND person_id = $2 AND made_at > $3`,
		tx.Practice, personID, tx.Now.Add(-time.Hour).UnixMicro()).Scan(&lately)
	if err != nil {
		return fmt.Errorf("count invitations: %w", err)
	}
	if lately >= invitesPerHour {
		return fault.New(fault.TooSoon, "", "Several links were made for them within the last hour, and the newest is still good. Please look for its letter together first, and make another one in an hour.")
	}
	return nil
}
