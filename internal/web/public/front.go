package public

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/profile"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// front leads those who are signed in to their first page, and everybody else
// to the practice.
func (p *Pages) front(w http.ResponseWriter, r *http.Request) error {
	if v := web.VisitorOf(r); v.In() {
		return web.SeeOther(w, r, v.Home())
	}
	if one, ok := p.Facts.Only(); ok {
		return profile.Show(w, r, profile.StandFor(r, p.Facts, one, true))
	}
	page := practicesPage{Frame: plain(r, p.Facts), All: p.Facts.All()}
	page.Frame.Heading = "Practices here"
	if len(page.All) == 0 {
		page.Frame.Heading = "Not set up yet"
	}
	return web.Show(w, r, http.StatusOK, practicesView(page))
}

type practicesPage struct {
	Frame ui.FrameProps
	All   []person.Practice
}

func (p *Pages) practice(w http.ResponseWriter, r *http.Request) error {
	one, ok := p.Facts.At(r.PathValue("slug"))
	if !ok {
		return web.Absent()
	}
	return profile.Show(w, r, profile.StandFor(r, p.Facts, one, true))
}

// clinician is the page of one clinician. An address that it had before leads on to
// the one that it has now.
func (p *Pages) clinician(w http.ResponseWriter, r *http.Request) error {
	return clinician(w, r, p.Facts, true)
}

func clinician(w http.ResponseWriter, r *http.Request, facts *web.Facts, open bool) error {
	one, ok := facts.At(r.PathValue("slug"))
	if !ok {
		return web.Absent()
	}
	stand := profile.StandFor(r, facts, one, open)
	c, former, ok := stand.Said.At(r.PathValue("name"))
	switch {
	case !ok:
		return web.Absent()
	case former:
		return web.SeeOther(w, r, "/p/"+one.Slug+"/"+c.Address)
	}
	return profile.ShowClinician(w, r, stand, c)
}
