package web

import (
	"context"
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A Machine is what pages know of the server that they run on: what only whoever looks
// after it can mend, and what others must know meanwhile. One that is nil knows nothing.
type Machine struct {
	Stuck   func(context.Context) time.Time                       // since when no letter has left; zero: they do
	Worries func(ctx context.Context, in *time.Location) []string // what is to be mended, in words; empty: nothing
	NoMail  bool                                                  // no letter leaves, because no mail server is set
}

// Mute says whether no letter leaves here at all: then no page promises one.
func (m *Machine) Mute() bool { return m != nil && m.NoMail }

// StuckSince says in words since when no letter has left, for r. Empty: they do.
func (m *Machine) StuckSince(r *http.Request) string {
	if m == nil || m.Stuck == nil {
		return ""
	}
	return since(r, m.Stuck(r.Context()))
}

// WorriesOf are what a manager is told of the server.
func (m *Machine) WorriesOf(r *http.Request) []string {
	if m == nil || m.Worries == nil {
		return nil
	}
	return m.Worries(r.Context(), LocationOf(r))
}

func since(r *http.Request, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(LocationOf(r))
	return ui.Date(t, NowOf(r)) + ", " + t.Format("15:04")
}

// LetterWords say what became of the letter with an invitation that can be taken up, to
// whoever may invite; empty: nothing is known, or no letters leave this house.
func LetterWords(r *http.Request, i person.Invite, mail bool) string {
	if !mail || !i.Mailed || !i.Open(NowOf(r)) {
		return ""
	}
	switch i.Letter {
	case post.Waits:
		return " The letter with it is about to leave."
	case post.Refused:
		return " The mail server takes no letters for this address, since " + since(r, i.Stuck) + ". Look together whether it is right."
	case post.Fails:
		return " The letter with it has not left: no mail server has taken it since " + since(r, i.Stuck) + ". It is tried again by itself. " + ByHand(i.PersonID)
	case post.Went:
	}
	return " The letter with it has left. If it did not come, look together whether the address is right, and among unwanted mail."
}

// ByHand says how somebody comes in whom no letter reaches.
func ByHand(personID string) string {
	return "If it cannot wait, whoever looks after the server can print a link for them: waymark invite-link --person " + personID
}
