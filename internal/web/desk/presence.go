package desk

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/web"
)

// Third says whether one more tool with the client whom the address names would be the
// third in a week: then PresenceView asks, before it is added. Without briefs it is not
// looked at.
func Third(r *http.Request, briefs *brief.Briefs) (bool, error) {
	if briefs == nil {
		return false, nil
	}
	record, _ := RecordOf(r)
	n, err := briefs.Week(r.Context(), web.ActorOf(r), record, "")
	return brief.Third(n), err
}
