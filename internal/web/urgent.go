package web

import (
	"errors"
	"net/http"

	"github.com/waymark-care/waymark/internal/web/ui"
)

// urgent is an error whose page begins with whom to reach.
type urgent struct{ error }

func (u urgent) Unwrap() error { return u.error }

// Urgent is err of somebody who may be in danger, as an answer of theirs said that
// could not be kept: the page that says so begins with whom to reach.
func Urgent(err error) error { return urgent{err} }

// urgentHeader tells a script that the page is to be shown at once, and not tried
// for again in silence.
const urgentHeader = "Waymark-Urgent"

// reachFor is whom to reach, if err is urgent.
func reachFor(w http.ResponseWriter, r *http.Request, err error) ui.ReachProps {
	var u urgent
	if !errors.As(err, &u) {
		return ui.ReachProps{}
	}
	w.Header().Set(urgentHeader, "1")
	return ReachOf(PracticeOf(r))
}
