package takeout

import (
	"context"
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/takeout"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// practicePage says what the practice's archive of a client is.
type practicePage struct {
	frame  ui.FrameProps
	client string // id
	name   string // first name
	fresh  bool
}

func (p *Pages) ofClient(w http.ResponseWriter, r *http.Request) error {
	actor, client := web.ActorOf(r), r.PathValue("client")
	if err := p.Vaults.May(r.Context(), actor, client); err != nil { // for who treats them
		return err
	}
	who, err := p.People.Person(r.Context(), actor, client)
	if err != nil {
		return err
	}
	page := practicePage{frame: web.Frame(r), client: client, name: desk.First(desk.NameOf(who)), fresh: web.VisitorOf(r).Self().Fresh}
	page.frame.Heading, page.frame.Kicker = "An archive of the record", desk.NameOf(who)
	return web.Show(w, r, http.StatusOK, practiceView(page))
}

// practiceArchive sends it: what whoever treats the client may read, with the copies that
// the client shares. That each of those was opened the client sees.
func (p *Pages) practiceArchive(w http.ResponseWriter, r *http.Request) error {
	actor, client := web.ActorOf(r), r.PathValue("client")
	record, shares, err := p.practiceRecord(r, actor, client)
	if err != nil {
		return err
	}
	return p.archive(w, r, client, record, shares, func(ctx context.Context, share, piece string, from int64, most int) ([]byte, journal.Piece, error) {
		return p.Shares.Part(ctx, actor, client, share, piece, from, most)
	})
}

func (p *Pages) practiceRecord(r *http.Request, actor access.Actor, client string) (takeout.Record, []journal.Share, error) {
	ctx := r.Context()
	none := takeout.Record{}
	who, err := p.who(r, actor, client)
	if err != nil {
		return none, nil, err
	}
	if !actor.Fresh { // said before anything that is shared is opened
		_, err := p.Takeouts.ForPractice(ctx, actor, access.ClientRecord(client), who, web.LocationOf(r))
		return none, nil, err
	}
	all, err := p.Shares.List(ctx, actor, client)
	if err != nil {
		return none, nil, err
	}
	for _, s := range all {
		one, err := p.Shares.One(ctx, actor, client, s.ID)
		if err != nil {
			return none, nil, err
		}
		who.Shares = append(who.Shares, one)
	}
	record, err := p.Takeouts.ForPractice(ctx, actor, access.ClientRecord(client), who, web.LocationOf(r))
	return record, who.Shares, err
}

// who is what a record cannot say of itself.
func (p *Pages) who(r *http.Request, actor access.Actor, client string) (takeout.Who, error) {
	self, err := p.People.Person(r.Context(), actor, client)
	if err != nil {
		return takeout.Who{}, err
	}
	staff, err := p.People.Staff(r.Context(), actor)
	if err != nil {
		return takeout.Who{}, err
	}
	names := map[string]string{}
	for _, s := range staff {
		names[s.ID] = s.Name
	}
	return takeout.Who{Practice: web.PracticeOf(r).Name, Client: self, Names: names}, nil
}
