package self

import (
	"fmt"
	"net/http"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

type passwordPage struct {
	Frame ui.FrameProps
	Email string
	Rule  string // said before, not after
	Back  string
	Wrong *fault.Error
}

func (p *Pages) passwordPage(r *http.Request) (passwordPage, error) {
	v := web.VisitorOf(r)
	page := passwordPage{
		Frame: task(r, "Choose a password"), Back: onward(v, "/account"),
		Rule: fmt.Sprintf("At least %d characters. A few words that only you would put together are good; spaces are welcome.", least(v)),
	}
	ways, err := p.Accounts.Credentials(r.Context(), v.Self())
	page.Email = ways.Email
	return page, err
}

func (p *Pages) password(w http.ResponseWriter, r *http.Request) error {
	if err := fresh(r); err != nil {
		return err
	}
	page, err := p.passwordPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, passwordView(page))
}

func (p *Pages) setPassword(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	err := fresh(r)
	if err == nil {
		err = p.Accounts.SetPassword(r.Context(), v.Self(), v.SignInID, r.PostForm.Get("password"))
	}
	if err == nil {
		return web.SeeOther(w, r, onward(v, "/account#ways"))
	}
	f, status := correctable(err)
	if f == nil {
		return err
	}
	page, err := p.passwordPage(r)
	if err != nil {
		return err
	}
	page.Wrong = f
	return web.Show(w, r, status, passwordView(page))
}

// correctable is the fault that a form shows itself, and the status it shows it
// with: something to correct, too many tries, or saying once more who one is,
// in another window, because a secret that was typed is never sent back.
func correctable(err error) (*fault.Error, int) {
	f, ok := web.AsFault(err)
	if !ok {
		return nil, 0
	}
	switch f.Kind {
	case fault.Invalid:
		return f, http.StatusUnprocessableEntity
	case fault.TooSoon:
		return f, http.StatusTooManyRequests
	case fault.StepUp:
		return f, http.StatusForbidden
	}
	return nil, 0
}
