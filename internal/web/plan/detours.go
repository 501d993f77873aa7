package plan

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
)

func (p *Pages) detourRoutes() []web.Route {
	mine, desk := sides[0], sides[1]
	all := []web.Route{
		mine.post("/detours", access.FollowDetour, p.inTheWay),
		desk.post("/detours", access.TurnAside, p.openDetour),
		desk.post("/detours/{detour}/close", access.TurnAside, p.closeDetour),
	}
	for _, s := range sides {
		all = append(all,
			s.get("/detours", access.ReadPlan, p.detours),
			s.post("/detours/{detour}/notes", access.FollowDetour, p.follow),
			s.post("/detours/{detour}/aside", access.FollowDetour, p.setAside),
		)
	}
	return all
}

// detoursPage is every detour, those that are open first.
type detoursPage struct {
	*seat
	Proposed []detourView
	Open     []detourView
	Walked   []detourView // newest first
	Aside    []detourView

	ID, Named, From, Reason string // of the form for a new one
	Flaw                    *web.Flaw
	FlawAt                  string // new, or the id of a detour and what was sent of it: "<id> close"
	Typed                   typedDetour
}

type detourView struct {
	ID      string
	Name    string
	When    string
	Reason  string
	Stays   string
	Changed string
	Why     string
	Who     string // who named it
	From    string // as a date field wants it
	Notes   []noteView
	NoteID  string
	Href    string
}

type noteView struct{ When, Who, Words string }

// typedDetour is what was typed into a form of one detour.
type typedDetour struct{ day, words, stays, changed, why string }

func (p *Pages) detours(w http.ResponseWriter, r *http.Request) error {
	page, err := p.detoursOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, detoursView(page))
}

func (p *Pages) detoursOf(r *http.Request) (detoursPage, error) {
	s, err := p.seatOf(r, "Detours", "/plan")
	if err != nil {
		return detoursPage{}, err
	}
	m, err := p.Plans.Meanwhile(r.Context(), s.Actor, s.Record)
	if err != nil {
		return detoursPage{}, err
	}
	var ids []string
	for _, d := range m.Detours {
		ids = append(ids, d.By)
		for _, n := range d.Notes {
			ids = append(ids, n.By)
		}
	}
	if err := s.Meet(r.Context(), p.People, ids...); err != nil {
		return detoursPage{}, err
	}
	page := detoursPage{seat: s, From: s.Now.Format(time.DateOnly)}
	page.Typed.day = page.From
	if page.ID, err = web.NewID(); err != nil {
		return page, err
	}
	for _, d := range slices.Backward(m.Detours) {
		v := s.detour(d)
		if v.NoteID, err = web.NewID(); err != nil {
			return page, err
		}
		switch d.State {
		case plan.DetourProposed:
			page.Proposed = append(page.Proposed, v)
		case plan.DetourOpen:
			page.Open = append(page.Open, v)
		case plan.DetourClosed:
			page.Walked = append(page.Walked, v)
		case plan.DetourAside:
			page.Aside = append(page.Aside, v)
		}
	}
	return page, nil
}

func (s *seat) detour(d plan.Detour) detourView {
	v := detourView{
		ID: d.ID, Name: d.Name, Reason: d.Reason, Stays: d.Stays, Changed: d.Changed, Why: d.Why, From: string(d.From),
		Who: "Named by " + s.Who(d.By) + ".", Href: s.Base + "/detours/" + d.ID,
	}
	if v.When = "Since " + dayWords(d.From, s.Now); d.State == plan.DetourClosed {
		v.When = capital(dayWords(d.From, s.Now)) + " to " + dayWords(d.Until, s.Now)
	}
	for _, n := range d.Notes {
		v.Notes = append(v.Notes, noteView{dayWords(n.Day, s.Now), s.Who(n.By), n.Words})
	}
	return v
}

// detoursAgain shows the page with what was typed.
func (p *Pages) detoursAgain(w http.ResponseWriter, r *http.Request, failed error, at string, typed func(*detoursPage)) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.detoursOf(r)
	if err != nil {
		return err
	}
	page.Flaw, page.FlawAt = flaw, at
	typed(&page)
	return web.Show(w, r, flaw.Status(), detoursView(page))
}

func sentDetour(r *http.Request) plan.Detour {
	return plan.Detour{
		ID: r.PostFormValue("id"), Name: r.PostFormValue("name"), From: measure.Day(r.PostFormValue("from")), Reason: r.PostFormValue("reason"),
	}
}

func (p *Pages) inTheWay(w http.ResponseWriter, r *http.Request) error {
	s, d := bare(r), sentDetour(r)
	_, failed := p.Plans.ProposeDetour(r.Context(), s.Actor, s.Record, d, web.LocationOf(r))
	return p.newDetour(w, r, d, failed, "inway")
}

func (p *Pages) openDetour(w http.ResponseWriter, r *http.Request) error {
	s, d := bare(r), sentDetour(r)
	_, failed := p.Plans.OpenDetour(r.Context(), s.Actor, s.Record, d, web.LocationOf(r))
	return p.newDetour(w, r, d, failed, "aside")
}

// newDetour leads on, or shows the form again; what was proposed keeps its own form.
func (p *Pages) newDetour(w http.ResponseWriter, r *http.Request, d plan.Detour, failed error, did string) error {
	s, form := bare(r), "new"
	if r.PostFormValue("proposed") != "" {
		form = d.ID
	}
	if failed == nil {
		return web.Kept(w, r, s.Base+"/detours?done="+did, s.Keep("detour", form))
	}
	return p.detoursAgain(w, r, failed, "new", func(page *detoursPage) {
		page.ID, page.Named, page.From, page.Reason = d.ID, d.Name, string(d.From), d.Reason
		for i, one := range page.Proposed {
			if one.ID == d.ID {
				page.FlawAt = d.ID + " open"
				page.Proposed[i].Name, page.Proposed[i].From, page.Proposed[i].Reason = d.Name, string(d.From), d.Reason
			}
		}
	})
}

func (p *Pages) closeDetour(w http.ResponseWriter, r *http.Request) error {
	s, id := bare(r), r.PathValue("detour")
	back := plan.WayBack{Until: measure.Day(r.PostFormValue("until")), Stays: r.PostFormValue("stays"), Changed: r.PostFormValue("changed")}
	if _, err := p.Plans.CloseDetour(r.Context(), s.Actor, s.Record, id, back, web.LocationOf(r)); err != nil {
		return p.detoursAgain(w, r, err, id+" close", func(page *detoursPage) {
			page.Typed = typedDetour{day: string(back.Until), stays: back.Stays, changed: back.Changed}
		})
	}
	return web.Kept(w, r, s.Base+"/detours?done=back", s.Keep("back", id))
}

func (p *Pages) follow(w http.ResponseWriter, r *http.Request) error {
	s, id := bare(r), r.PathValue("detour")
	n := plan.DetourNote{ID: r.PostFormValue("id"), Day: measure.Day(r.PostFormValue("day")), Words: r.PostFormValue("words")}
	if _, err := p.Plans.FollowDetour(r.Context(), s.Actor, s.Record, id, n, web.LocationOf(r)); err != nil {
		return p.detoursAgain(w, r, err, id+" note", func(page *detoursPage) {
			page.Typed = typedDetour{day: string(n.Day), words: n.Words}
			for i := range page.Open {
				if page.Open[i].ID == id {
					page.Open[i].NoteID = n.ID
				}
			}
		})
	}
	return web.Kept(w, r, s.Base+"/detours?done=followed", s.Keep("note", id))
}

func (p *Pages) setAside(w http.ResponseWriter, r *http.Request) error {
	s, id, why := bare(r), r.PathValue("detour"), r.PostFormValue("why")
	if _, err := p.Plans.SetAside(r.Context(), s.Actor, s.Record, id, why); err != nil {
		return p.detoursAgain(w, r, err, id+" aside", func(page *detoursPage) { page.Typed.why = why })
	}
	return web.Kept(w, r, s.Base+"/detours?done=set-aside", s.Keep("aside", id))
}

// at is whether what was sent of a detour came back.
func (p detoursPage) at(id, what string) bool { return p.FlawAt == id+" "+what }

// wrong is what is wrong in a field of it.
func (p detoursPage) wrong(id, what, field string) string {
	if !p.at(id, what) {
		return ""
	}
	return p.Flaw.At(field)
}

// adrift says whether what came back belongs to a form that is not there any more,
// and what was typed into it.
func (p detoursPage) adrift() (texts []string, is bool) {
	id, _, _ := strings.Cut(p.FlawAt, " ")
	has := func(all []detourView) bool {
		return slices.ContainsFunc(all, func(d detourView) bool { return d.ID == id })
	}
	if p.Flaw == nil || p.FlawAt == "new" && p.Flaw.Kind == fault.Invalid || has(p.Open) || has(p.Proposed) {
		return nil, false
	}
	for _, text := range []string{p.Typed.words, p.Typed.stays, p.Typed.changed, p.Typed.why} {
		if text != "" {
			texts = append(texts, text)
		}
	}
	return texts, true
}
