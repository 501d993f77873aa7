package post

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// Entrance tells the person in whose compartment tx is that something new can come in by
// itself with what is theirs at origin: a program, a calendar, a phone. It does not say
// what: whoever looks over their shoulder learns no more than that there is an account.
func Entrance(ctx context.Context, tx *access.Tx, origin string) error {
	return Post(ctx, tx, tx.Compartment, Letter{
		Subject: "Something new can come in with your account",
		Text: "Hello,\n\n" +
			"something was let in to your account at " + origin + " on " + tx.Now.Format("Monday 2 January 2006, 15:04") + " (UTC).\n\n" +
			"If that was you, there is nothing to do. If not, sign in there and choose a new password. Under your account you see what else can come in, and end it.\n",
	})
}
