package arrival

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An invitePage invites a client who has no account: one who came from another product,
// or whose invitation was withdrawn. While they are invited it puts that right.
type invitePage struct {
	frame     ui.FrameProps
	base      string
	id, email string
	now       string // the address that the practice has
	name      string
	made      bool   // it is done
	link      string // of what was made; empty: this form was sent before
	mail      bool
	stuck     string // since when no letter has left
	hand      string // what helps then
	sure      string // the address that was asked back about
	flaw      *web.Flaw
}

// page is about the client of r, and where they stand.
func (p *Pages) page(r *http.Request) (page invitePage, stands person.State, err error) {
	id := r.PathValue("client")
	who, err := p.People.Person(r.Context(), web.ActorOf(r), id)
	if err != nil {
		return page, "", err
	}
	if who.Staff {
		return page, "", web.Absent()
	}
	name := desk.First(desk.NameOf(who))
	page = invitePage{frame: desk.Frame(r, "Invite "+name), base: "/clients/" + id, email: who.Email, now: who.Email, name: name, mail: p.Mail, stuck: p.Machine.StuckSince(r), hand: web.ByHand(id)}
	if who.State == person.Invited {
		page.frame.Heading = "The invitation of " + name
	}
	page.id, err = web.NewID()
	return page, who.State, err
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	page, stands, err := p.page(r)
	switch {
	case err != nil:
		return err
	case stands == person.Invited:
		return web.Show(w, r, http.StatusOK, correctView(page))
	case stands != person.Arrived:
		return web.SeeOther(w, r, page.base)
	}
	return web.Show(w, r, http.StatusOK, inviteView(page))
}

func (p *Pages) inviteNow(w http.ResponseWriter, r *http.Request) error {
	page, stands, err := p.page(r)
	if err != nil {
		return err
	}
	if stands != person.Arrived {
		return web.SeeOther(w, r, page.base)
	}
	page.email = r.PostForm.Get("email")
	if page.flaw = web.AskBack(r); page.flaw == nil {
		page.link, err = p.People.InviteArrived(r.Context(), web.ActorOf(r), r.PostForm.Get("id"), r.PathValue("client"), page.email)
	} else {
		page.sure = page.email
	}
	if err != nil {
		var ok bool
		if page.flaw, ok = web.FlawIn(err); !ok {
			return err
		}
	}
	page.made = page.flaw == nil
	return web.Show(w, r, page.flaw.Status(), inviteView(page))
}

// correct puts the address right. The link is shown only where it reaches nobody otherwise.
func (p *Pages) correct(w http.ResponseWriter, r *http.Request) error {
	page, stands, err := p.page(r)
	if err != nil {
		return err
	}
	page.email = r.PostForm.Get("email")
	if page.flaw = web.AskBack(r); page.flaw == nil {
		page.link, err = p.People.CorrectInvite(r.Context(), web.ActorOf(r), r.PostForm.Get("id"), r.PathValue("client"), page.email)
	} else {
		page.sure = page.email
	}
	if err != nil {
		var ok bool
		if page.flaw, ok = web.FlawIn(err); !ok {
			return err
		}
		if page.flaw.Clash() && stands != person.Invited { // they came in meanwhile, or it was withdrawn
			return web.SeeOther(w, r, page.base)
		}
	}
	page.made = page.flaw == nil
	return web.Show(w, r, page.flaw.Status(), correctView(page))
}

// withdraw ends the invitation.
func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("client")
	err := p.People.WithdrawInvite(r.Context(), web.ActorOf(r), id)
	if flaw, ok := web.FlawIn(err); ok && flaw.Clash() { // they have come in: their page says so
		return web.SeeOther(w, r, "/clients/"+id)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"?done=uninvited")
}
