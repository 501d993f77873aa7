package hour

import (
	"encoding/json"
	"net/http"
	"time"

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
	g, err := p.Hours.HowFar(r.Context(), s.Actor, s.Record, r.PathValue("session"))
	if err != nil {
		return err
	}
	t := told{Mark: g.Mark}
	if g.Runs(s.Now) {
		t.Left = leftOf(g.Until, s.Now)
	}
	return web.Tell(w, t)
}

// leftAhead is what leftOf will say from now on, as JSON: [seconds from now, words] for
// each change. So the page goes on saying it where there is no network, and after its
// sign-in has ended.
func leftAhead(until, now time.Time) string {
	type step struct {
		seconds int
		words   string
	}
	var steps []step
	for t := now; ; t = t.Add(30 * time.Second) {
		words := leftOf(until, t)
		if len(steps) == 0 || steps[len(steps)-1].words != words {
			steps = append(steps, step{int(t.Sub(now).Seconds()), words})
		}
		if !t.Before(until) {
			break
		}
	}
	all := make([][2]any, len(steps))
	for i, s := range steps {
		all[i] = [2]any{s.seconds, s.words}
	}
	text, _ := json.Marshal(all) // numbers and texts: it cannot fail
	return string(text)
}
