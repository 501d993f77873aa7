package self

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// address is where somebody changes the one with which they sign in.
const address = "/account/address"

// An addressPage asks for another address to sign in with.
type addressPage struct {
	Frame   ui.FrameProps
	Now     string // the one they sign in with
	Pending account.Pending
	Typed   string
	Sure    string // the address that was asked back about
	Mute    bool   // no letter leaves here: nothing could be confirmed
	Back    bool   // it can be put back, by a password, and then takes a code
	Wrong   *fault.Error
}

func (p *Pages) addressPage(r *http.Request) (addressPage, error) {
	ways, err := p.Accounts.Credentials(r.Context(), web.VisitorOf(r).Self())
	return addressPage{Frame: task(r, "Change the address"), Now: ways.Email, Pending: ways.Pending, Mute: p.Machine.Mute(), Back: ways.Password && ways.TOTP}, err
}

func (p *Pages) changeAddress(w http.ResponseWriter, r *http.Request) error {
	if web.VisitorOf(r).NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	if err := fresh(r); err != nil {
		return err
	}
	page, err := p.addressPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, addressView(page))
}

// askAddress answers the same whether or not somebody signs in with that address.
func (p *Pages) askAddress(w http.ResponseWriter, r *http.Request) error {
	typed, sure, err := r.PostForm.Get("email"), "", fresh(r)
	if flaw := web.AskBack(r); err == nil && flaw != nil {
		sure, err = typed, fault.New(flaw.Kind, flaw.Field, flaw.Text)
	}
	if err == nil {
		err = p.Accounts.AskAddress(r.Context(), web.VisitorOf(r).Self(), typed)
	}
	if err == nil {
		return web.SeeOther(w, r, "/account#name")
	}
	f, status := correctable(err)
	if f == nil {
		return err
	}
	page, err := p.addressPage(r)
	if err != nil {
		return err
	}
	page.Typed, page.Sure, page.Wrong = typed, sure, f
	return web.Show(w, r, status, addressView(page))
}

func (p *Pages) takeBackAddress(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.TakeBackAddress(r.Context(), web.VisitorOf(r).Self()); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account#name")
}

// A confirmPage is where the link leads that went to the new address. To look at it uses
// nothing up.
type confirmPage struct {
	Frame ui.FrameProps
	Link  string
	Email string
	Gone  string // why it cannot be
}

func (p *Pages) confirmPage(r *http.Request) (page confirmPage, err error) {
	page = confirmPage{Frame: task(r, "Sign in with this address?"), Link: r.PathValue("link")}
	page.Email, err = p.Accounts.Confirming(r.Context(), web.VisitorOf(r).Self(), page.Link)
	return page, err
}

func (p *Pages) askConfirm(w http.ResponseWriter, r *http.Request) error {
	page, err := p.confirmPage(r)
	if err != nil {
		return notConfirmed(w, r, page, err)
	}
	return web.Show(w, r, http.StatusOK, confirmView(page))
}

func (p *Pages) confirmAddress(w http.ResponseWriter, r *http.Request) error {
	page, err := p.confirmPage(r)
	if err == nil {
		v := web.VisitorOf(r)
		err = p.Accounts.ConfirmAddress(r.Context(), v.Self(), v.SignInID, page.Link)
	}
	if err != nil {
		return notConfirmed(w, r, page, err)
	}
	return web.SeeOther(w, r, "/account#name")
}

// notConfirmed says why a link does not change the address.
func notConfirmed(w http.ResponseWriter, r *http.Request, page confirmPage, err error) error {
	f, ok := web.AsFault(err)
	switch {
	case ok && f.Kind == fault.Invalid && f.Field == "token":
		page.Gone, page.Frame.Heading = "It works once, for an hour. If you asked for it with another account, sign in with that one and open the link again.", "This link is no longer good"
		return web.Show(w, r, http.StatusNotFound, confirmView(page))
	case ok && f.Kind == fault.Conflict:
		page.Gone, page.Frame.Heading = f.Text, "Nothing was changed"
		return web.Show(w, r, http.StatusConflict, confirmView(page))
	}
	return err
}
