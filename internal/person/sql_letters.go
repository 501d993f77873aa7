package person

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
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

// postInvite posts the link of i and returns the letter's id. It is of no use once the
// invitation is over.
func postInvite(ctx context.Context, tx *access.Tx, i Invite, link string) (string, error) {
	return post.Put(ctx, tx, access.PersonRecord(i.PersonID), post.Letter{
		Subject: "A link for you",
		Text: "Hello,\n\nyou asked for a link, or somebody you know made one for you. It works once, and for two weeks:\n\n" +
			link + "\n\nIf you did not expect this, you need not do anything.\n",
		Within: []post.Window{{From: i.MadeAt, To: i.ExpiresAt}},
	})
}

// overLetters ends invitations by a statement that returns their letters, and takes back
// those that have not gone: a link that is over is of no use to anybody.
func overLetters(ctx context.Context, tx *access.Tx, what, text string, args ...any) error {
	all, err := ids(ctx, tx, text, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	for _, id := range all {
		if id == "" {
			continue
		}
		if err := post.Withdraw(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// revisionOf is the newest revision of a person's name.
func revisionOf(ctx context.Context, tx *access.Tx, personID string) (revision int64, err error) {
	err = tx.QueryRow(ctx, `SELECT revision FROM person WHERE practice = $1 AND id = $2`, tx.Practice, personID).Scan(&revision)
	if err != nil {
		return 0, fmt.Errorf("read revision: %w", err)
	}
	return revision, nil
}

// selectUnused finds those of whom an invitation was never taken up.
const selectUnused = `SELECT DISTINCT person_id FROM invite WHERE practice = $1 AND used_at = 0`
