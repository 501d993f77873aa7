package hour

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/web"
)

// A told is what a page that is open is told once a minute.
type told struct {
	Left string `json:"left"` // how much of the time is left, in words; empty: it is not running
	Mark string `json:"mark"` // another one as soon as anything has changed
}

// now says how far a session is. It opens nothing and keeps nobody signed in.
func (p *Pages) now(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	g, err := p.Hours.HowFar(r.Context(), s.actor, s.record, r.PathValue("session"))
	if err != nil {
		return err
	}
	t := told{Mark: g.Mark}
	if g.Runs(s.now) {
		t.Left = leftOf(g.Until, s.now)
	}
	return web.Tell(w, t)
}
