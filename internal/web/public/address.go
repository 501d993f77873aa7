package public

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A backPage puts back an address that somebody signed in with before. To look at it uses
// nothing up.
type backPage struct {
	Frame    ui.FrameProps
	Link     string
	Gone     string
	Practice choice
	Wrong    *fault.Error
}

func (p *Pages) backPage(r *http.Request) (backPage, error) {
	page := backPage{Frame: plain(r, p.Facts), Link: r.PathValue("link"), Practice: p.choice("", "")}
	page.Frame.Heading = "Put your address back"
	return page, p.Accounts.Undoing(r.Context(), page.Link)
}

func (p *Pages) askBack(w http.ResponseWriter, r *http.Request) error {
	page, err := p.backPage(r)
	if err != nil {
		return notBack(w, r, page, err)
	}
	return web.Show(w, r, http.StatusOK, backView(page))
}

// putBack leads on to a new password: whoever changed the address may know this one.
func (p *Pages) putBack(w http.ResponseWriter, r *http.Request) error {
	page, err := p.backPage(r)
	if err != nil {
		return notBack(w, r, page, err)
	}
	link, err := p.Accounts.UndoAddress(r.Context(), account.UndoForm{Token: page.Link, Password: r.PostForm.Get("former"), Source: web.VisitorOf(r).Source})
	if err != nil {
		return notBack(w, r, page, err)
	}
	return web.SeeOther(w, r, account.RecoverPath+link)
}

func notBack(w http.ResponseWriter, r *http.Request, page backPage, err error) error {
	f, ok := web.AsFault(err)
	status := http.StatusUnprocessableEntity
	switch {
	case ok && f.Kind == fault.Invalid && f.Field == "token":
		page.Gone, page.Frame.Heading, status = f.Text, "This link is no longer good", http.StatusNotFound
	case ok && f.Kind == fault.TooSoon:
		page.Wrong, status = f, http.StatusTooManyRequests
		wait(w, r, err)
	case ok && f.Kind == fault.Conflict:
		page.Wrong, status = f, http.StatusConflict
	case ok && f.Kind == fault.Invalid:
		page.Wrong = f
	default:
		return err
	}
	return web.Show(w, r, status, backView(page))
}
