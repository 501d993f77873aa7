package retention

import (
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// endingPage is where whoever treats a client closes the record.
type endingPage struct {
	frame    ui.FrameProps
	tabs     []ui.Tab
	name     string
	base     string
	archive  string
	id       string
	revision string
	closed   bool
	born     string
	lines    []line
	holds    holdsPart
	flaw     *web.Flaw
}

func (p *Pages) endingForm(r *http.Request) (endingPage, error) {
	_, id := desk.RecordOf(r)
	actor, now := web.ActorOf(r), web.NowOf(r)
	s, rule, err := p.Endings.StandingHere(r.Context(), actor, id)
	if err != nil {
		return endingPage{}, err
	}
	known, err := p.names(r.Context(), actor)
	if err != nil {
		return endingPage{}, err
	}
	page := endingPage{
		frame: frame(r, "The end of the record"), tabs: desk.Tabs(id, "/work"), name: desk.First(desk.NameOf(s.Person)), base: "/clients/" + id + "/end", archive: "/clients/" + id + "/archive",
		revision: strconv.FormatInt(s.Closing.Revision, 10), closed: s.Closing.Closed, lines: stands(s, rule, now),
	}
	page.frame.Kicker = desk.NameOf(s.Person)
	if page.id, err = web.NewID(); err != nil {
		return page, err
	}
	page.holds, err = holdsOf(page.base+"/hold", id, s, known, now)
	return page, err
}

func (p *Pages) ending(w http.ResponseWriter, r *http.Request) error {
	page, err := p.endingForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, endingView(page))
}

func (p *Pages) endingAgain(w http.ResponseWriter, r *http.Request, failed error, hold bool) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.endingForm(r)
	if err != nil {
		return err
	}
	if hold {
		page.holds.flaw, page.holds.typed = flaw, r.PostFormValue("reason")
	} else {
		page.flaw, page.born = flaw, r.PostFormValue("born")
	}
	return web.Show(w, r, flaw.Status(), endingView(page))
}

// close closes the record, or opens it again.
func (p *Pages) close(w http.ResponseWriter, r *http.Request) error {
	_, id := desk.RecordOf(r)
	f := retention.CloseForm{ID: r.PostFormValue("id"), Closed: r.PostFormValue("do") == "close", Born: r.PostFormValue("born")}
	f.Revision, _ = strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	if err := p.Endings.Close(r.Context(), web.ActorOf(r), id, f, web.LocationOf(r)); err != nil {
		return p.endingAgain(w, r, err, false)
	}
	said := "opened"
	if f.Closed {
		said = "closed"
	}
	return web.SeeOther(w, r, "/clients/"+id+"/end?done="+said)
}

func (p *Pages) holdHere(w http.ResponseWriter, r *http.Request) error {
	_, id := desk.RecordOf(r)
	if err := p.Endings.Hold(r.Context(), web.ActorOf(r), id, r.PostFormValue("id"), r.PostFormValue("reason")); err != nil {
		return p.endingAgain(w, r, err, true)
	}
	return web.Kept(w, r, "/clients/"+id+"/end?done=held", keptHold(id))
}

func (p *Pages) releaseHere(w http.ResponseWriter, r *http.Request) error {
	_, id := desk.RecordOf(r)
	if err := p.Endings.Release(r.Context(), web.ActorOf(r), id, r.PathValue("hold")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"/end?done=released")
}
