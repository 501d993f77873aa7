package public

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A notMePage is where the letter leads that says that somebody was given a code. To look
// at it ends nothing.
type notMePage struct {
	Frame ui.FrameProps
	Link  string
	Gone  string // there is nothing to end
	Done  bool
}

func (p *Pages) notMePage(r *http.Request) notMePage {
	page := notMePage{Frame: plain(r, p.Facts), Link: r.PathValue("link")}
	page.Frame.Heading = "Was it not you?"
	return page
}

func (p *Pages) askNotMe(w http.ResponseWriter, r *http.Request) error {
	page := p.notMePage(r)
	if err := p.Accounts.IsNotMe(r.Context(), page.Link); err != nil {
		return noNotMe(w, r, page, err)
	}
	return web.Show(w, r, http.StatusOK, notMeView(page))
}

func (p *Pages) notMe(w http.ResponseWriter, r *http.Request) error {
	page := p.notMePage(r)
	if err := p.Accounts.NotMeBy(r.Context(), page.Link, web.VisitorOf(r).Source); err != nil {
		return noNotMe(w, r, page, err)
	}
	page.Done, page.Frame.Heading = true, "It has ended"
	return web.Show(w, r, http.StatusOK, notMeView(page))
}

func noNotMe(w http.ResponseWriter, r *http.Request, page notMePage, err error) error {
	f, ok := web.AsFault(err)
	if !ok || f.Kind != fault.Invalid {
		return err
	}
	page.Gone, page.Frame.Heading = f.Text, "Nothing to end"
	return web.Show(w, r, http.StatusNotFound, notMeView(page))
}
