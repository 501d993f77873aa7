package self

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A setupPage leads to what is missing before the rest of the product opens.
type setupPage struct {
	Frame    ui.FrameProps
	Ways     account.Credentials
	Passkeys bool // can be made at this address
	Staff    bool
}

// setup leads on by itself once nothing is missing.
func (p *Pages) setup(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	ways, err := p.Accounts.Credentials(r.Context(), v.Self())
	if err != nil {
		return err
	}
	if !ways.NeedsSetup {
		return web.SeeOther(w, r, complete(v, ways))
	}
	page := setupPage{Frame: frame(r, "One more step"), Ways: ways, Passkeys: p.Accounts.PasskeysWork(), Staff: staff(v)}
	if !ways.Password {
		page.Frame.Heading = "How you will sign in"
	}
	return web.Show(w, r, http.StatusOK, setupView(page))
}

// complete is where somebody goes who can sign in now. Those who work in the
// practice are offered recovery codes: a link in a letter is not enough for them.
func complete(v *web.Visitor, ways account.Credentials) string {
	switch {
	case !staff(v):
		return "/account/welcome"
	case ways.CodesLeft == 0:
		return "/account/codes"
	}
	return v.Home()
}

// A welcomePage says to a client what this place is, before they begin.
type welcomePage struct {
	Frame    ui.FrameProps
	Practice string
	Home     string
}

func (p *Pages) welcome(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	if v.NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	page := welcomePage{Frame: frame(r, "What this place is"), Practice: web.PracticeOf(r).Name, Home: v.Home()}
	if !v.Is(web.Client) {
		return web.SeeOther(w, r, page.Home)
	}
	return web.Show(w, r, http.StatusOK, welcomeView(page))
}
