package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/post"
)

const (
	mailPatience = 15 * time.Second // with a mail server that is only tried
	mailPasses   = time.Hour        // so long letters may wait for a mail server before that is a finding
)

// lookAtMail asks the mail server whether it would take letters, and sends none.
func (c *config) lookAtMail(ctx context.Context) finding {
	if c.Mail == "" {
		return finding{"mail", fails, "No way to send mail is set up: recovery links and notices wait, and invitations are handed over as links.", "Set WAYMARK_MAIL to smtp://user:password@host:587."}
	}
	ctx, cancel := context.WithTimeout(ctx, mailPatience)
	defer cancel()
	if err := post.Try(ctx, c.Mail, c.MailFrom); err != nil {
		return finding{
			"mail", fails, "The mail server does not take letters: " + strings.TrimPrefix(err.Error(), "mail: ") + ".",
			"See that WAYMARK_MAIL has the right host, port, user name and password, that the server may send from " + c.MailFrom + " (WAYMARK_MAIL_FROM), and that nothing in between keeps it from being reached.",
		}
	}
	if strings.HasPrefix(c.Mail, "dir:") {
		return finding{"mail", note, "Letters are put into a folder and sent to nobody.", "Set WAYMARK_MAIL to smtp://user:password@host:587 for real people."}
	}
	return finding{Name: "mail", Level: good, Means: "The mail server takes letters from " + c.MailFrom + ", just now."}
}

// lookAtLetters looks whether letters wait that no mail server took.
func (g *ground) lookAtLetters(ctx context.Context) finding {
	u, err := post.Waiting(ctx, g.door)
	switch {
	case err != nil:
		return finding{"letters", fails, "It cannot be told which letters wait: " + err.Error() + ".", "waymark db check"}
	case u.Letters == 0:
		return finding{Name: "letters", Level: good, Means: "No letter waits that a mail server did not take."}
	}
	f := finding{
		"letters", note, fmt.Sprintf("%s not left since %s; the last try was on %s.", lettersHave(u.Letters), onDay(u.Since), onDay(u.Tried)),
		"What the mail server answers stands in the server's log. Each is tried again by itself, at least once an hour; what is too old to be of use then is dropped. For somebody who waits for an invitation, waymark invite-link prints one.",
	}
	if g.records.Clock().Sub(u.Since) > mailPasses {
		f.Level = fails
	}
	return f
}

func lettersHave(n int) string {
	if n == 1 {
		return "1 letter has"
	}
	return fmt.Sprintf("%d letters have", n)
}
