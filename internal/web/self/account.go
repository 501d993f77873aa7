package self

import (
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An accountPage is all that somebody's account holds, on one page.
type accountPage struct {
	Frame    ui.FrameProps
	Person   person.Person
	Ways     account.Credentials
	Passkeys bool // can be made at this address
	Staff    bool
	Calendar bool // has appointments of their own
	Vault    bool // can have one
	Mute     bool // no letter leaves here
	SignIns  []account.SignIn
	This     string // the sign-in that shows this page
	Now      time.Time
}

func (p *Pages) account(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	if v.NeedsSetup {
		return web.SeeOther(w, r, "/account/setup")
	}
	page := accountPage{
		Frame: frame(r, "Your account"), Passkeys: p.Accounts.PasskeysWork(), Staff: staff(v),
		Calendar: v.Is(web.Client) || v.Is(web.Clinician), Vault: v.Is(web.Clinician), Mute: p.Machine.Mute(), This: v.SignInID, Now: web.NowOf(r),
	}
	ctx := r.Context()
	var err error
	if page.Person, err = p.People.Person(ctx, v.Self(), v.Self().ID); err != nil {
		return err
	}
	if page.Ways, err = p.Accounts.Credentials(ctx, v.Self()); err != nil {
		return err
	}
	if page.SignIns, err = p.Accounts.SignIns(ctx, v.Self()); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, accountView(page))
}

// moment is a time as it is written beside something: "today at 14:05".
func moment(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return "today at " + t.Format("15:04")
	}
	return ui.Date(t, now) + " at " + t.Format("15:04")
}

// how is the way a sign-in began, in words.
func how(s account.SignIn) string {
	switch s.How {
	case "password":
		return "by password"
	case "passkey":
		return "by passkey"
	case "joined":
		return "when you joined"
	case "recovered":
		return "by a link in a letter"
	}
	return "in the sample practice"
}

func (p *Pages) endSignIn(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	if err := p.Accounts.EndSignIn(r.Context(), v.Self(), r.PathValue("signin")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account#sign-ins")
}

func (p *Pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	if err := p.Accounts.EndOthers(r.Context(), v.Self(), v.SignInID); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account#sign-ins")
}

// A namePage is how somebody wants to be called and reached.
type namePage struct {
	Frame  ui.FrameProps
	Person person.Person // as it is typed
	Now    person.Person // as it stands, if somebody changed it meanwhile
	Wrong  *fault.Error
}

func (p *Pages) name(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	page := namePage{Frame: task(r, "Name and contact")}
	var err error
	if page.Person, err = p.People.Person(r.Context(), v.Self(), v.Self().ID); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, nameView(page))
}

func (p *Pages) rename(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	page := namePage{Frame: task(r, "Name and contact"), Person: person.Person{
		ID: v.Self().ID, Name: r.PostForm.Get("name"), Phone: r.PostForm.Get("phone"), Revision: revision(r),
	}}
	err := p.People.Rename(r.Context(), v.Self(), page.Person)
	f, ok := web.AsFault(err)
	switch {
	case err == nil:
		return web.SeeOther(w, r, onward(v, "/account"))
	case ok && f.Kind == fault.Invalid:
		page.Wrong = f
		return web.Show(w, r, http.StatusUnprocessableEntity, nameView(page))
	case ok && f.Kind == fault.Conflict:
		page.Wrong = f
		if page.Now, err = p.People.Person(r.Context(), v.Self(), v.Self().ID); err != nil {
			return err
		}
		page.Person.Revision = page.Now.Revision
		return web.Show(w, r, http.StatusConflict, nameView(page))
	}
	return err
}

// revision is the revision that a form began from.
func revision(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil {
		return -1 // none is that
	}
	return n
}
