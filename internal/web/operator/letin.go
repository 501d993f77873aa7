package operator

import (
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A letInPage is for letting somebody in again who has lost what they sign in with: for
// whoever manages the practice, and of a client for those who treat them.
type letInPage struct {
	frame  ui.FrameProps
	back   ui.Link
	href   string
	id     string // of the form
	name   string
	client bool
	lost   account.Lost
	mail   bool   // letters leave this practice
	code   string // just made, shown this once
	now    time.Time
	flaw   *web.Flaw
}

// atDesk says whether r is for a clinician, at a client's.
func atDesk(r *http.Request) bool { return r.PathValue("client") != "" }

func (p *Pages) letInForm(r *http.Request) (letInPage, error) {
	ctx, actor, id := r.Context(), web.ActorOf(r), r.PathValue("person")
	page := letInPage{frame: frame(r, "Let them in again"), mail: p.Mail, now: web.NowOf(r)}
	if atDesk(r) {
		id = r.PathValue("client")
		if _, err := p.People.CareTeam(ctx, actor, id); err != nil {
			return page, err
		}
	}
	q, err := p.People.Person(ctx, actor, id)
	if err != nil {
		return page, err
	}
	if atDesk(r) && q.Staff {
		return page, web.Absent()
	}
	page.client, page.name = !q.Staff, nameOf(q)
	page.frame.Kicker = page.name
	page.href, page.back = "/people/"+id+"/let-in", ui.Link{Text: "Back", Href: "/people/" + id}
	if atDesk(r) {
		page.href, page.back = "/clients/"+id+"/let-in", ui.Link{Text: "Back", Href: "/clients/" + id + "/team"}
	}
	if page.lost, err = p.Accounts.LostBy(ctx, actor, id, page.client); err != nil {
		return page, err
	}
	page.id, err = web.NewID()
	return page, err
}

func (p *Pages) letIn(w http.ResponseWriter, r *http.Request) error {
	if sent, err := freshFor(w, r); sent {
		return err
	}
	page, err := p.letInForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, letInView(page))
}

// letInNow answers with the code itself: it is shown this once, and kept nowhere.
func (p *Pages) letInNow(w http.ResponseWriter, r *http.Request) error {
	page, err := p.letInForm(r)
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), web.ActorOf(r)
	id := r.PathValue("person") + r.PathValue("client")
	if r.PostFormValue("do") == "end" {
		if err := p.Accounts.TakeBack(ctx, actor, id, page.client); err != nil {
			return err
		}
		return web.SeeOther(w, r, page.href+"?done=code-ended")
	}
	failed := error(fault.New(fault.Invalid, "sure", "Make sure first that it is they who ask: see them, or call a number that you know."))
	switch {
	case !p.Mail:
		failed = fault.New(fault.Conflict, "", "No letters leave this practice yet, and without one nobody is let in by a code. Whoever runs the server can let them in.")
	case r.PostFormValue("sure") == "yes":
		var made account.LetIn
		if made, failed = p.Accounts.LetIn(ctx, actor, id, r.PostFormValue("id"), page.client); failed == nil {
			page.code, page.lost.Pending = made.Code, &made
			page.frame.Heading = "A code for " + page.name
			return web.Show(w, r, http.StatusOK, letInView(page))
		}
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page.flaw = flaw
	return web.Show(w, r, flaw.Status(), letInView(page))
}

// from is when the code begins to work, and until is when it ends, by the clocks here.
func (p letInPage) from() string  { return moment(p.lost.Pending.From, p.now) }
func (p letInPage) until() string { return moment(p.lost.Pending.Until, p.now) }
