package operator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// aPage is how many people one page lists.
const aPage = 50

type peoplePage struct {
	frame ui.FrameProps
	table ui.TableProps
	next  string // address of the next page; empty: this is the last
	first bool

	worries []string // of the server
}

func (p *Pages) people(w http.ResponseWriter, r *http.Request) error {
	after := r.URL.Query().Get("after")
	all, err := p.People.All(r.Context(), web.ActorOf(r), after, aPage+1)
	if err != nil {
		return err
	}
	page := peoplePage{frame: frame(r, "People"), first: after == ""}
	page.worries = p.Facts.Here.WorriesOf(r)
	page.frame.Lead = "Names and contact only. What clients say and answer is not for this page, nor for you."
	page.frame.Actions = ui.Button(ui.ButtonProps{Text: "Invite somebody", Kind: ui.Main, Href: "/people/new"})
	if len(all) > aPage { // the one that came last begins the next page
		last := slices.MaxFunc(all, func(a, b person.Person) int { return strings.Compare(a.ID, b.ID) })
		all = slices.DeleteFunc(all, func(q person.Person) bool { return q.ID == last.ID })
		newest := slices.MaxFunc(all, func(a, b person.Person) int { return strings.Compare(a.ID, b.ID) })
		page.next = "/people?after=" + newest.ID
	}
	page.table = peopleTable(all, web.NowOf(r))
	return web.Show(w, r, http.StatusOK, peopleView(page))
}

func peopleTable(all []person.Person, now time.Time) ui.TableProps {
	t := ui.TableProps{
		Caption: "People of the practice by name", RowHeads: true,
		Columns: []ui.Column{{Name: "Name"}, {Name: "What they are"}, {Name: "State"}, {Name: "Since"}},
	}
	t.Rows = make([][]ui.Cell, 0, len(all))
	for _, q := range all {
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: nameOf(q), Href: "/people/" + q.ID}, {Text: kindOf(q)}, {Text: stateOf(q)}, {Text: day(q.Since, now)},
		})
	}
	return t
}

func nameOf(q person.Person) string {
	if q.Name == "" {
		return "Without a name"
	}
	return q.Name
}

func kindOf(q person.Person) string {
	if q.Staff {
		return "Works here"
	}
	return "Client"
}

func stateOf(q person.Person) string {
	switch q.State {
	case person.Invited:
		return "Invited, not here yet"
	case person.Arrived:
		return "Brought in, not invited yet"
	case person.Left:
		return "Left"
	case person.Erased:
		return "Erased"
	case person.Here:
	}
	return "Here"
}

// day is "20 November", with the year if it is another one.
func day(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() {
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}

type invitePage struct {
	frame       ui.FrameProps
	id          string
	name, email string
	roles       []ui.Option
	sure        string // the address that was asked back about
	flaw        *web.Flaw
	mail        bool
}

func inviteForm(r *http.Request, chosen []string, mail bool) invitePage {
	page := invitePage{frame: frame(r, "Invite somebody"), mail: mail}
	page.roles = []ui.Option{
		{Value: string(person.Clinician), Text: "Clinician", Hint: "Works with clients, and sees only their own."},
		{Value: string(person.Manager), Text: "Manager", Hint: "Sets up the practice and its people, and sees nothing clinical."},
	}
	for i, o := range page.roles {
		page.roles[i].Chosen = slices.Contains(chosen, o.Value)
	}
	return page
}

// invite asks for a fresh sign-in first, so that nothing typed is lost to it.
func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	if sent, err := freshFor(w, r); sent {
		return err
	}
	page := inviteForm(r, nil, p.Mail)
	var err error
	if page.id, err = web.NewID(); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, inviteView(page))
}

// inviteNow answers with the link itself where no letters leave: it is shown this once, and kept nowhere.
func (p *Pages) inviteNow(w http.ResponseWriter, r *http.Request) error {
	page := inviteForm(r, r.PostForm["roles"], p.Mail)
	page.id, page.name, page.email = r.PostFormValue("id"), r.PostFormValue("name"), r.PostFormValue("email")
	form := person.InviteForm{ID: page.id, Name: page.name, Email: page.email}
	for _, o := range page.roles {
		if o.Chosen {
			form.Roles = append(form.Roles, person.Role(o.Value))
		}
	}
	if page.flaw = web.AskBack(r); page.flaw != nil {
		page.sure = page.email
		return web.Show(w, r, page.flaw.Status(), inviteView(page))
	}
	id, link, err := p.People.Invite(r.Context(), web.ActorOf(r), form)
	if flaw, ok := web.FlawIn(err); ok {
		page.flaw = flaw
		if page.id, err = flaw.Afresh(page.id); err != nil {
			return err
		}
		return web.Show(w, r, flaw.Status(), inviteView(page))
	}
	if err != nil {
		return err
	}
	return p.invited(w, r, id, link, person.Person{Name: page.name, Email: page.email})
}

type invitedPage struct {
	frame ui.FrameProps
	id    string
	made  ui.InvitationProps
}

// invited shows the link only where it reaches nobody otherwise.
func (p *Pages) invited(w http.ResponseWriter, r *http.Request, id, link string, who person.Person) error {
	name := nameOf(who)
	page := invitedPage{frame: frame(r, ui.InvitationHeading(p.Mail, name)), id: id, made: ui.InvitationProps{
		Name: name, Email: who.Email, Mail: p.Mail, Link: link, Page: "on their page",
		Stuck: p.Facts.Here.StuckSince(r), Hand: web.ByHand(id),
	}}
	return web.Show(w, r, http.StatusOK, invitedView(page))
}

// correctInvite puts the address of a colleague who was invited right.
func (p *Pages) correctInvite(w http.ResponseWriter, r *http.Request) error {
	id, link := r.PathValue("person"), ""
	flaw, err := web.AskBack(r), error(nil)
	sure := flaw != nil
	if !sure {
		link, err = p.People.CorrectInvite(r.Context(), web.ActorOf(r), r.PostFormValue("id"), id, r.PostFormValue("email"))
		flaw, _ = web.FlawIn(err)
	}
	if err != nil && flaw == nil {
		return err
	}
	if flaw == nil {
		q, err := p.People.Person(r.Context(), web.ActorOf(r), id)
		if err != nil {
			return err
		}
		return p.invited(w, r, id, link, q)
	}
	page, err := p.personForm(r)
	if err != nil {
		return err
	}
	page.flaw, page.email = flaw, r.PostFormValue("email")
	if sure {
		page.sure = page.email
	}
	return web.Show(w, r, flaw.Status(), personView(page))
}

func (p *Pages) inviteAgain(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	link, err := p.People.InviteAgain(r.Context(), web.ActorOf(r), r.PostFormValue("id"), id)
	if err != nil {
		return err
	}
	q, err := p.People.Person(r.Context(), web.ActorOf(r), id)
	if err != nil {
		return err
	}
	return p.invited(w, r, id, link, q)
}
