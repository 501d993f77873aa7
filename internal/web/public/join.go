package public

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/passwords"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A joinPage is what an invitation leads to. To look at it uses nothing up:
// mail scanners open links too.
type joinPage struct {
	Frame    ui.FrameProps
	Link     string
	Invite   person.Opened
	Practice person.Practice
	Least    int // characters of a password
	Passkeys bool
	Wrong    *fault.Error
}

func (p *Pages) joinPage(r *http.Request) (joinPage, error) {
	page := joinPage{Frame: plain(r, p.Facts), Link: r.PathValue("link"), Passkeys: p.Accounts.PasskeysWork(), Least: passwords.Min}
	err := p.knock(r, func() (err error) {
		page.Invite, err = p.People.OpenInvite(r.Context(), page.Link)
		return err
	})
	if err != nil {
		return page, err
	}
	page.Practice, _ = p.Facts.Of(page.Invite.Practice)
	if page.Invite.Staff {
		page.Least = passwords.MinStaff
	}
	page.Frame.Heading, page.Frame.Kicker, page.Frame.Leave = "Hello "+page.Invite.Name, page.Practice.Name, page.Practice.Leave
	if page.Passkeys {
		page.Frame.Scripts = []string{"passkey.js"}
	}
	return page, nil
}

func (p *Pages) join(w http.ResponseWriter, r *http.Request) error {
	page, err := p.joinPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, joinView(page))
}

// accept takes the invitation up, with a password, or with a passkey that is
// made on the next page.
func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	page, err := p.joinPage(r)
	if err != nil {
		return err
	}
	byPasskey := r.PostForm.Get("way") == "passkey" && page.Passkeys
	token, err := p.comeIn(r, page, byPasskey)
	if f, ok := web.AsFault(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		page.Wrong = f
		return web.Show(w, r, http.StatusUnprocessableEntity, joinView(page))
	}
	if err != nil {
		return err
	}
	if err := p.begun(w, r, token); err != nil {
		return err
	}
	switch {
	case byPasskey:
		return web.SeeOther(w, r, "/account/passkeys")
	case page.Invite.Staff:
		return web.SeeOther(w, r, "/account/setup")
	}
	return web.SeeOther(w, r, "/account/welcome")
}

func (p *Pages) comeIn(r *http.Request, page joinPage, byPasskey bool) (account.Token, error) {
	var password account.Hashed
	if !byPasskey {
		role := string(access.Client)
		if page.Invite.Staff {
			role = string(access.Clinician)
		}
		var err error
		if password, err = p.Accounts.HashPassword(r.Context(), page.Invite.PersonID, page.Invite.Email, role, r.PostForm.Get("password")); err != nil {
			return account.Token{}, err
		}
	}
	return p.People.Accept(r.Context(), page.Link, password, r.UserAgent())
}
