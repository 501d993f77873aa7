package clinician

import (
	"net/http"
	"slices"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

type teamPage struct {
	frame    ui.FrameProps
	base     string
	name     string
	me       string
	tabs     []ui.Tab
	team     []member
	others   []ui.Option // colleagues who could be brought in
	sharings []sharing
	glasses  []glass
	ending   bool // their own work is about to be ended: the question
	lastOne  bool
	flaw     *web.Flaw
}

type member struct {
	id, name string
	me       bool
}

type sharing struct {
	id, name string
	shown    bool
}

type glass struct{ who, when, until, reason string }

func (p *Pages) teamForm(r *http.Request) (teamPage, error) {
	_, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	treating, err := p.People.CareTeam(r.Context(), actor, id)
	if err != nil {
		return teamPage{}, err
	}
	shown, err := p.People.Sharings(r.Context(), actor, id)
	if err != nil {
		return teamPage{}, err
	}
	glasses, err := p.People.Emergencies(r.Context(), actor, id)
	if err != nil {
		return teamPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return teamPage{}, err
	}
	staff, err := p.People.Staff(r.Context(), actor)
	if err != nil {
		return teamPage{}, err
	}

	known := names(staff)
	page := teamPage{frame: desk.Frame(r, "Team and sharing"), me: actor.ID, base: "/clients/" + id, name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/team")}
	page.frame.Kicker = desk.NameOf(who)
	for _, t := range treating {
		page.team = append(page.team, member{t, desk.Upper(called(known, t, actor.ID)), t == actor.ID})
	}
	page.ending, page.lastOne = r.URL.Query().Get("end") == actor.ID, len(treating) == 1
	for _, s := range staff {
		if s.State == person.Here && s.Clinician && !slices.Contains(treating, s.ID) {
			page.others = append(page.others, ui.Option{Value: s.ID, Text: s.Name})
		}
	}
	for _, s := range shown {
		page.sharings = append(page.sharings, sharing{s.SupervisorID, called(known, s.SupervisorID, actor.ID), s.Shown})
	}
	for _, g := range glasses {
		page.glasses = append(page.glasses, glass{
			desk.Upper(called(known, g.ActorID, actor.ID)), desk.At(g.At, now), g.Until.In(now.Location()).Format("15:04"), g.Reason,
		})
	}
	return page, nil
}

func (p *Pages) team(w http.ResponseWriter, r *http.Request) error {
	page, err := p.teamForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, teamView(page))
}

// changeTeam brings a colleague in, or ends the actor's work with the client.
func (p *Pages) changeTeam(w http.ResponseWriter, r *http.Request) error {
	_, id := desk.RecordOf(r)
	actor, whom := web.ActorOf(r), r.PostFormValue("clinician")
	if r.PostFormValue("do") == "end" {
		if failed := p.People.EndCare(r.Context(), actor, id, whom); failed != nil {
			return p.teamAgain(w, r, failed)
		}
		return web.SeeOther(w, r, "/clients?done=left")
	}
	failed := p.People.BeginCare(r.Context(), actor, id, whom)
	if failed == nil {
		return web.SeeOther(w, r, "/clients/"+id+"/team?done=joined")
	}
	return p.teamAgain(w, r, failed)
}

// share shows the client's course to a supervisor, or stops.
func (p *Pages) share(w http.ResponseWriter, r *http.Request) error {
	_, id := desk.RecordOf(r)
	on := r.PostFormValue("do") == "show"
	failed := p.People.Share(r.Context(), web.ActorOf(r), id, r.PostFormValue("supervisor"), on)
	switch {
	case failed != nil:
		return p.teamAgain(w, r, failed)
	case on:
		return web.SeeOther(w, r, "/clients/"+id+"/team?done=shown")
	}
	return web.SeeOther(w, r, "/clients/"+id+"/team?done=hidden")
}

func (p *Pages) teamAgain(w http.ResponseWriter, r *http.Request, failed error) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.teamForm(r)
	if err != nil {
		return err
	}
	page.flaw = flaw
	return web.Show(w, r, flaw.Status(), teamView(page))
}
