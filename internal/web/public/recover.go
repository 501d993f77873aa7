package public

import (
	"fmt"
	"net/http"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/passwords"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A lostPage is for whoever cannot sign in.
type lostPage struct {
	Frame    ui.FrameProps
	Practice choice
	Email    string
	Asked    bool // a link was asked for; whether one was sent is not said
	Stuck    bool // no letter leaves just now
	Mute     bool // none ever does here
	Wrong    *fault.Error
}

func (p *Pages) lostFrame(r *http.Request) ui.FrameProps {
	f := plain(r, p.Facts)
	f.Heading = "I cannot sign in"
	return f
}

func (p *Pages) lost(w http.ResponseWriter, r *http.Request) error {
	page := lostPage{Frame: p.lostFrame(r), Practice: p.choice(r.URL.Query().Get("p"), ""), Stuck: p.Facts.Here.StuckSince(r) != "", Mute: p.Facts.Here.Mute()}
	return web.Show(w, r, http.StatusOK, lostView(page))
}

// askLink answers the same whether or not the address is known.
func (p *Pages) askLink(w http.ResponseWriter, r *http.Request) error {
	page := lostPage{Frame: p.lostFrame(r), Practice: p.choice("", r.PostForm.Get("practice")), Email: r.PostForm.Get("email"), Stuck: p.Facts.Here.StuckSince(r) != "", Mute: p.Facts.Here.Mute()}
	err := error(fault.New(fault.Invalid, "practice", "Choose the practice that you come to."))
	if page.Practice.Chosen != "" {
		err = p.Accounts.RequestRecovery(r.Context(), page.Practice.Chosen, page.Email, web.DeviceOf(r), web.VisitorOf(r).Source)
	}
	f, ok := web.AsFault(err)
	switch {
	case err == nil:
		page.Asked, page.Email = true, ""
		if !page.Mute {
			page.Frame.Heading = "Look into your mail"
		}
		if page.Stuck {
			page.Frame.Heading = "No letter leaves just now"
		}
		return web.Show(w, r, http.StatusOK, lostView(page))
	case ok && f.Kind == fault.Invalid:
		page.Wrong = f
		return web.Show(w, r, http.StatusUnprocessableEntity, lostView(page))
	case ok && f.Kind == fault.TooSoon:
		page.Wrong = f
		wait(w, r, err)
		return web.Show(w, r, http.StatusTooManyRequests, lostView(page))
	}
	return err
}

// A recoverPage is where a link in a letter leads. To look at it uses nothing up.
type recoverPage struct {
	Frame    ui.FrameProps
	Link     string
	Code     bool // a code is needed as well
	Gone     string
	Practice choice
	Wrong    *fault.Error
}

func (p *Pages) recoverPage(r *http.Request) (recoverPage, error) {
	page := recoverPage{Frame: plain(r, p.Facts), Link: r.PathValue("link"), Practice: p.choice("", "")}
	page.Frame.Heading = "Choose a new password"
	var err error
	page.Code, err = p.Accounts.Recovering(r.Context(), page.Link)
	return page, err
}

func (p *Pages) recover(w http.ResponseWriter, r *http.Request) error {
	page, err := p.recoverPage(r)
	if err != nil {
		return p.noLink(w, r, page, err)
	}
	return web.Show(w, r, http.StatusOK, recoverView(page))
}

// noLink says that a link is no longer good, and how to get another.
func (p *Pages) noLink(w http.ResponseWriter, r *http.Request, page recoverPage, err error) error {
	f, ok := web.AsFault(err)
	if !ok || f.Kind != fault.Invalid {
		return err
	}
	page.Gone, page.Frame.Heading = f.Text, "This link is no longer good"
	return web.Show(w, r, http.StatusNotFound, recoverView(page))
}

func (p *Pages) regain(w http.ResponseWriter, r *http.Request) error {
	page, err := p.recoverPage(r)
	if err != nil {
		return p.noLink(w, r, page, err)
	}
	token, err := p.Accounts.Recover(r.Context(), account.RecoverForm{
		Token: page.Link, Password: r.PostForm.Get("password"), Code: r.PostForm.Get("code"), Former: r.PostForm.Get("former"),
		Agent: r.UserAgent(), Device: web.DeviceOf(r), Source: web.VisitorOf(r).Source,
	})
	f, ok := web.AsFault(err)
	switch {
	case err == nil:
	case ok && f.Kind == fault.Invalid && f.Field == "token":
		return p.noLink(w, r, page, err)
	case ok && (f.Kind == fault.Invalid || f.Kind == fault.TooSoon):
		status := http.StatusUnprocessableEntity
		if f.Kind == fault.TooSoon {
			status = http.StatusTooManyRequests
			wait(w, r, err)
		}
		page.Wrong = f
		return web.Show(w, r, status, recoverView(page))
	default:
		return err
	}
	if err := p.begun(w, r, token); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account/entrances?then=go")
}

// recoverRule is the rule for everybody: whose link it is, the page does not say.
func recoverRule() string {
	return fmt.Sprintf("At least %d characters, or %d if you work at the practice. A few words that only you would put together are good.",
		passwords.Min, passwords.MinStaff)
}
