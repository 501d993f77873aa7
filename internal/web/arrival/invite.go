package arrival

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An invitePage invites a client who came from another product.
type invitePage struct {
	frame     ui.FrameProps
	base      string
	id, email string
	name      string
	link      string // once it is made
	mail      bool
	flaw      *web.Flaw
}

// page is about the client of r; over is true if they were invited already.
func (p *Pages) page(r *http.Request) (page invitePage, over bool, err error) {
	id := r.PathValue("client")
	who, err := p.People.Person(r.Context(), web.ActorOf(r), id)
	if err != nil {
		return page, false, err
	}
	if who.Staff {
		return page, false, web.Absent()
	}
	page = invitePage{frame: desk.Frame(r, "Invite "+desk.First(desk.NameOf(who))), base: "/clients/" + id, email: who.Email, name: desk.First(desk.NameOf(who)), mail: p.Mail}
	page.id, err = web.NewID()
	return page, who.State != person.Arrived, err
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	page, over, err := p.page(r)
	if err != nil {
		return err
	}
	if over {
		return web.SeeOther(w, r, page.base)
	}
	return web.Show(w, r, http.StatusOK, inviteView(page))
}

func (p *Pages) inviteNow(w http.ResponseWriter, r *http.Request) error {
	page, over, err := p.page(r)
	if err != nil {
		return err
	}
	if over {
		return web.SeeOther(w, r, page.base)
	}
	page.email = r.PostForm.Get("email")
	page.link, err = p.People.InviteArrived(r.Context(), web.ActorOf(r), r.PostForm.Get("id"), r.PathValue("client"), page.email)
	if err != nil {
		var ok bool
		if page.flaw, ok = web.FlawIn(err); !ok {
			return err
		}
	}
	return web.Show(w, r, page.flaw.Status(), inviteView(page))
}
