package self

import (
	"encoding/json"
	"net/http"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A stepUpPage asks somebody who is signed in to say once more who they are.
type stepUpPage struct {
	Frame    ui.FrameProps
	To       string
	Ways     account.Credentials
	Passkeys bool // there is one, and it can be used here
	Mute     bool // no letter leaves here, so no link helps
	Wrong    *fault.Error
}

func (p *Pages) stepUpPage(r *http.Request, to string) (stepUpPage, error) {
	page := stepUpPage{Frame: frame(r, "Please say once more who you are"), To: to, Mute: p.Machine.Mute()}
	var err error
	page.Ways, err = p.Accounts.Credentials(r.Context(), web.VisitorOf(r).Self())
	page.Passkeys = p.Accounts.PasskeysWork() && len(page.Ways.Passkeys) > 0
	if page.Passkeys {
		page.Frame.Scripts = []string{"passkey.js"}
	}
	return page, err
}

func (p *Pages) stepUp(w http.ResponseWriter, r *http.Request) error {
	page, err := p.stepUpPage(r, web.Local(r.URL.Query().Get("to")))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, stepUpView(page))
}

func (p *Pages) prove(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	to := web.Local(r.PostForm.Get("to"))
	err := p.Accounts.StepUp(r.Context(), v.Self(), v.SignInID, r.PostForm.Get("password"), r.PostForm.Get("code"))
	if err == nil {
		return web.SeeOther(w, r, to)
	}
	f, status := correctable(err)
	if f == nil {
		return err
	}
	page, err := p.stepUpPage(r, to)
	if err != nil {
		return err
	}
	page.Wrong = f
	return web.Show(w, r, status, stepUpView(page))
}

func (p *Pages) beginStepUp(w http.ResponseWriter, r *http.Request) error {
	options, ceremony, err := p.Accounts.BeginStepUp(r.Context(), web.VisitorOf(r).Self())
	if err != nil {
		return err
	}
	return web.Tell(w, offer{options, ceremony})
}

func (p *Pages) finishStepUp(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Ceremony, To string
		Response     json.RawMessage
	}
	if err := web.Heard(r, &in); err != nil {
		return err
	}
	v := web.VisitorOf(r)
	if err := p.Accounts.FinishStepUp(r.Context(), v.Self(), v.SignInID, in.Ceremony, in.Response); err != nil {
		return err
	}
	return web.Tell(w, map[string]string{"go": web.Local(in.To)})
}
