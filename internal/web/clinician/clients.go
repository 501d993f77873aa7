package clinician

import (
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

type clientsPage struct {
	frame ui.FrameProps
	tabs  []ui.Tab
	table ui.TableProps
}

func (p *Pages) clients(w http.ResponseWriter, r *http.Request) error {
	now, actor := web.NowOf(r), web.ActorOf(r)
	clients, err := p.People.Clients(r.Context(), actor)
	if err != nil {
		return err
	}
	page := clientsPage{frame: desk.Frame(r, "Clients"), tabs: clientTabs("/clients")}
	page.frame.Lead = clientsInWords(clients)
	page.frame.Actions = ui.Button(ui.ButtonProps{Text: "Invite a client", Kind: ui.Main, Href: "/clients/new"})
	if len(clients) == 0 {
		return web.Show(w, r, http.StatusOK, clientsView(page))
	}
	last, err := p.Measures.Last(r.Context(), actor)
	if err != nil {
		return err
	}
	near, err := p.Sessions.Near(r.Context(), actor, now)
	if err != nil {
		return err
	}

	page.table = ui.TableProps{
		Caption: "Your clients by name", RowHeads: true,
		Columns: []ui.Column{{Name: "Name"}, {Name: "Last answered"}, {Name: "Next session"}, {Name: "State"}},
	}
	apart := desk.Apart(clients, now)
	for _, c := range clients {
		record := access.ClientRecord(c.ID)
		row := []ui.Cell{{Text: desk.NameOf(c), Href: "/clients/" + c.ID}, {Text: "Nothing yet"}, {Text: "None planned"}, {Text: stateInWords(c, now)}}
		if words := apart[c.ID]; words != "" {
			row[0].Text += ", " + words
		}
		if g, there := last[record]; there {
			row[1].Text = g.Result.Instrument + ", " + trimOn(desk.On(g.At, now))
			if in, ok := p.Measures.Library(actor.Practice).Lookup(g.Result.Instrument, ""); ok {
				row[1].Text = in.Name + ", " + trimOn(desk.On(g.At, now))
				if score, ok := g.Result.Shown(); ok {
					row[1].Text = in.Name + " " + figures(score) + ", " + trimOn(desk.On(g.At, now))
				}
			}
		}
		if t := near[record].Next; !t.IsZero() {
			row[2].Text = desk.Upper(trimOn(desk.At(t, now)))
		}
		page.table.Rows = append(page.table.Rows, row)
	}
	return web.Show(w, r, http.StatusOK, clientsView(page))
}

func clientsInWords(clients []person.Person) string {
	invited := 0
	for _, c := range clients {
		if c.State == person.Invited {
			invited++
		}
	}
	if len(clients) == 0 {
		return ""
	}
	words := desk.Upper(desk.Count(len(clients), "client", "clients"))
	if invited > 0 {
		words += ", " + desk.Number(invited) + " invited and not yet here"
	}
	return words + "."
}

func stateInWords(c person.Person, now time.Time) string {
	switch c.State {
	case person.Invited:
		return "Invited " + desk.On(c.Since, now)
	case person.Arrived:
		return "Not invited yet"
	case person.Left:
		return "Left"
	case person.Here, person.Erased:
	}
	return "Here since " + desk.Short(c.Since, now)
}

type invitePage struct {
	frame       ui.FrameProps
	id          string
	name, email string
	sure        string // the address that was asked back about
	flaw        *web.Flaw
	mail        bool
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	id, err := web.NewID()
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, inviteView(invitePage{frame: desk.Frame(r, "Invite a client"), id: id, mail: p.Mail}))
}

// inviteNow answers with the link itself where no letters leave: it is shown this once, and kept nowhere.
func (p *Pages) inviteNow(w http.ResponseWriter, r *http.Request) error {
	page := invitePage{
		frame: desk.Frame(r, "Invite a client"), mail: p.Mail,
		id: r.PostFormValue("id"), name: r.PostFormValue("name"), email: r.PostFormValue("email"),
	}
	if page.flaw = web.AskBack(r); page.flaw != nil {
		page.sure = page.email
		return web.Show(w, r, page.flaw.Status(), inviteView(page))
	}
	id, link, err := p.People.Invite(r.Context(), web.ActorOf(r), person.InviteForm{
		ID: page.id, Name: page.name, Email: page.email, Roles: []person.Role{person.Client},
	})
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
	frame    ui.FrameProps
	clientID string
	made     ui.InvitationProps
}

// invited shows the link only where it reaches nobody otherwise.
func (p *Pages) invited(w http.ResponseWriter, r *http.Request, id, link string, who person.Person) error {
	name := desk.First(desk.NameOf(who))
	page := invitedPage{frame: desk.Frame(r, ui.InvitationHeading(p.Mail, name)), clientID: id, made: ui.InvitationProps{
		Name: name, Email: who.Email, Mail: p.Mail, Link: link,
		Quiet: "The letter names neither you nor what this is about.", Page: "on " + name + "’s page",
		Stuck: p.Machine.StuckSince(r), Hand: web.ByHand(id),
	}}
	return web.Show(w, r, http.StatusOK, invitedView(page))
}

func (p *Pages) inviteAgain(w http.ResponseWriter, r *http.Request) error {
	_, id := desk.RecordOf(r)
	link, err := p.People.InviteAgain(r.Context(), web.ActorOf(r), r.PostFormValue("id"), id)
	if err != nil {
		return err
	}
	who, err := p.People.Person(r.Context(), web.ActorOf(r), id)
	if err != nil {
		return err
	}
	return p.invited(w, r, id, link, who)
}
