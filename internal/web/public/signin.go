package public

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/tries"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A signInPage asks for an address and a password, or, once these were right,
// for a code.
type signInPage struct {
	Frame    ui.FrameProps
	To       string // where to go on
	Practice choice
	Email    string
	Pending  string // set: a code is asked for
	Passkeys bool
	Wrong    *fault.Error
}

func (p *Pages) signInPage(r *http.Request) signInPage {
	page := signInPage{Frame: plain(r, p.Facts), Passkeys: p.Accounts.PasskeysWork()}
	page.Frame.Heading = "Sign in"
	if one, ok := p.Facts.Only(); ok {
		page.Frame.Kicker = one.Name
	}
	if page.Passkeys {
		page.Frame.Scripts = []string{"passkey.js"}
	}
	return page
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	to := web.Local(r.URL.Query().Get("to"))
	if web.VisitorOf(r).In() {
		return web.SeeOther(w, r, to)
	}
	page := p.signInPage(r)
	page.To, page.Practice = to, p.choice(r.URL.Query().Get("p"), "")
	return web.Show(w, r, http.StatusOK, signInView(page))
}

// enter answers whatever is wrong with the same page and the same words,
// whether or not the address is known.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request) error {
	page := p.signInPage(r)
	page.To, page.Practice = web.Local(r.PostForm.Get("to")), p.choice("", r.PostForm.Get("practice"))
	page.Email, page.Pending = r.PostForm.Get("email"), r.PostForm.Get("pending")
	token, err := p.try(r, page)
	if err == nil {
		if err := p.begun(w, r, token); err != nil {
			return err
		}
		return web.SeeOther(w, r, after(page.To, token))
	}
	return p.notEntered(w, r, page, err)
}

func (p *Pages) try(r *http.Request, page signInPage) (account.Token, error) {
	source, agent, device := web.VisitorOf(r).Source, r.UserAgent(), web.DeviceOf(r)
	if page.Pending != "" {
		return p.Accounts.ByCode(r.Context(), account.CodeForm{
			Pending: page.Pending, Code: r.PostForm.Get("code"), Agent: agent, Device: device, Source: source,
		})
	}
	if page.Practice.Chosen == "" {
		return account.Token{}, fault.New(fault.Invalid, "practice", "Choose the practice that you come to.")
	}
	return p.Accounts.ByPassword(r.Context(), page.Practice.Chosen, account.PasswordForm{
		Email: page.Email, Password: r.PostForm.Get("password"), Agent: agent, Device: device, Source: source,
	})
}

func (p *Pages) notEntered(w http.ResponseWriter, r *http.Request, page signInPage, err error) error {
	f, ok := web.AsFault(err)
	switch {
	case !ok || f.Kind != fault.Invalid && f.Kind != fault.TooSoon:
		return err
	case f.Kind == fault.TooSoon:
		page.Wrong = f
		wait(w, r, err)
		return web.Show(w, r, http.StatusTooManyRequests, signInView(page))
	case f.Field == "ceremony": // the code came too late
		page.Pending = ""
		page.Wrong = f
		return web.Show(w, r, http.StatusUnprocessableEntity, signInView(page))
	}
	first := page.Pending == ""
	var needed account.CodeNeeded
	if errors.As(err, &needed) {
		page.Pending = needed.Pending
		if first { // nothing is wrong yet
			return web.Show(w, r, http.StatusOK, signInView(page))
		}
	}
	page.Wrong = f
	return web.Show(w, r, http.StatusUnprocessableEntity, signInView(page))
}

// wait says in the header, in seconds, what a page says in words.
func wait(w http.ResponseWriter, r *http.Request, err error) {
	var until tries.Wait
	if errors.As(err, &until) {
		seconds := max(int(until.Until.Sub(web.NowOf(r))/time.Second), 1)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
}

// after is where somebody goes on who has signed in. Whoever used up a recovery
// code sees how many are left.
func after(to string, token account.Token) string {
	if to == "/" && token.CodesLeft >= 0 {
		return "/account#codes"
	}
	return to
}

type donePage struct{ Frame ui.FrameProps }

// done is where a window goes that was opened only to sign in.
func (p *Pages) done(w http.ResponseWriter, r *http.Request) error {
	if !web.VisitorOf(r).In() {
		return web.SeeOther(w, r, "/sign-in?to="+url.QueryEscape("/sign-in/done"))
	}
	page := donePage{plain(r, p.Facts)}
	page.Frame.Heading = "You are signed in"
	return web.Show(w, r, http.StatusOK, doneView(page))
}

type offer struct {
	Options  json.RawMessage `json:"options"`
	Ceremony string          `json:"ceremony"`
}

func (p *Pages) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Practice string }
	if err := web.Heard(r, &in); err != nil {
		return err
	}
	c := p.choice("", in.Practice)
	if c.Chosen == "" {
		return fault.New(fault.Invalid, "practice", "Choose the practice that you come to, and then use your passkey.")
	}
	options, ceremony, err := p.Accounts.BeginPasskey(r.Context(), c.Chosen)
	if err != nil {
		return err
	}
	return web.Tell(w, offer{options, ceremony})
}

func (p *Pages) finishPasskey(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Ceremony, To string
		Response     json.RawMessage
	}
	if err := web.Heard(r, &in); err != nil {
		return err
	}
	token, err := p.Accounts.FinishPasskey(r.Context(), account.PasskeyForm{
		Ceremony: in.Ceremony, Response: in.Response,
		Agent: r.UserAgent(), Device: web.DeviceOf(r), Source: web.VisitorOf(r).Source,
	})
	if err != nil {
		return err
	}
	if err := p.begun(w, r, token); err != nil {
		return err
	}
	return web.Tell(w, map[string]string{"go": web.Local(in.To)})
}

// signOut ends the sign-in on the server, and then in the browser.
func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if v := web.VisitorOf(r); v.In() {
		if err := p.Accounts.EndSignIn(r.Context(), v.Self(), v.SignInID); err != nil {
			return err
		}
	}
	web.SignOut(w, r)
	return web.SeeOther(w, r, "/")
}
