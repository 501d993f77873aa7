package clinician

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
)

// finished are sentences for whoever had their work with a client ended by another. With
// whom it was they do not say: the name is not theirs to know any more.
func (p *Pages) finished(r *http.Request) (all []string, err error) {
	ends, err := p.People.Finishes(r.Context(), web.ActorOf(r))
	if err != nil || len(ends) == 0 {
		return nil, err
	}
	staff, err := p.People.Staff(r.Context(), web.ActorOf(r))
	if err != nil {
		return nil, err
	}
	known := names(staff)
	for _, f := range ends {
		who := "" // a restore, or somebody whom the visitor does not know
		switch {
		case f.ByClient:
			who = " by the client"
		case known[f.ByID] != "":
			who = " by " + known[f.ByID]
		}
		all = append(all, "Ended"+who+", "+desk.At(f.At, web.NowOf(r))+".")
	}
	return all, nil
}
