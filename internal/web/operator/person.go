package operator

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

type personPage struct {
	frame      ui.FrameProps
	q          person.Person
	href       string
	me         bool
	since      string
	roles      string
	invited    string // words on the newest invitation; empty: they have come in
	inviteID   string
	email      string // of the invitation, as it is typed
	sure       string // the address that was asked back about
	supervises []member
	supervised []member // by whom
	colleagues []ui.Option
	known      map[string]string // who works here, by id
	team       []member          // who works with a client
	ending     *member           // whose work with them is about to be ended: the question
	alone      bool              // a client with whom nobody works
	clinicians []ui.Option       // who could, if so
	flaw       *web.Flaw
}

type member struct{ id, name string }

func (p *Pages) personForm(r *http.Request) (personPage, error) {
	id, actor, now := r.PathValue("person"), web.ActorOf(r), web.NowOf(r)
	q, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return personPage{}, err
	}
	page := personPage{
		frame: frame(r, nameOf(q)), q: q, href: "/people/" + id, me: id == actor.ID,
		since: day(q.Since, now), roles: kindOf(q), email: q.Email,
	}
	page.frame.Kicker = stateOf(q)
	invites, err := p.People.Invites(r.Context(), actor, id)
	if err != nil {
		return page, err
	}
	if len(invites) > 0 {
		page.roles = rolesInWords(invites[0].Roles)
		if q.State == person.Invited {
			page.invited = "The link runs until " + ui.Date(invites[0].ExpiresAt.In(now.Location()), now) + "."
			if !invites[0].Open(now) {
				page.invited = "The link has run out."
			}
			page.invited += web.LetterWords(r, invites[0], p.Mail)
		}
	}
	if page.inviteID, err = web.NewID(); err != nil {
		return page, err
	}
	switch {
	case !q.Staff:
		err = p.attendance(r, &page)
	case q.State != person.Left:
		err = p.supervisions(r, &page)
	}
	return page, err
}

// attendance adds who works with a client, or that they have nobody and who could.
func (p *Pages) attendance(r *http.Request, page *personPage) error {
	actor := web.ActorOf(r)
	all, err := p.People.Unattended(r.Context(), actor, "")
	if err != nil {
		return err
	}
	page.alone = slices.ContainsFunc(all, func(q person.Person) bool { return q.ID == page.q.ID })
	staff, err := p.People.Staff(r.Context(), actor)
	if err != nil {
		return err
	}
	if !page.alone {
		return p.team(r, page, staff)
	}
	for _, s := range staff {
		if s.State == person.Here && s.Clinician {
			page.clinicians = append(page.clinicians, ui.Option{Value: s.ID, Text: s.Name})
		}
	}
	return nil
}

// team adds who works with a client, and whose work is about to be ended.
func (p *Pages) team(r *http.Request, page *personPage, staff []person.Person) error {
	ids, err := p.People.Team(r.Context(), web.ActorOf(r), page.q.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		m := member{id: id}
		if i := slices.IndexFunc(staff, func(s person.Person) bool { return s.ID == id }); i >= 0 {
			m.name = staff[i].Name
		}
		page.team = append(page.team, m)
		if id == r.URL.Query().Get("end") {
			page.ending = &m
		}
	}
	return nil
}

// relieve ends the work of a clinician with a client.
func (p *Pages) relieve(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	if err := p.People.Relieve(r.Context(), web.ActorOf(r), id, r.PostFormValue("clinician")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/people/"+id+"?done=relieved")
}

// takeOver brings a clinician in to work with a client who has nobody.
func (p *Pages) takeOver(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	failed := p.People.TakeOver(r.Context(), web.ActorOf(r), id, r.PostFormValue("clinician"))
	if failed == nil {
		return web.SeeOther(w, r, "/people/"+id+"?done=taken")
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.personForm(r)
	if err != nil {
		return err
	}
	page.flaw = flaw
	return web.Show(w, r, flaw.Status(), personView(page))
}

// supervisions adds who supervises whom.
func (p *Pages) supervisions(r *http.Request, page *personPage) error {
	actor, id := web.ActorOf(r), page.q.ID
	all, err := p.People.Supervisions(r.Context(), actor)
	if err != nil {
		return err
	}
	staff, err := p.People.Staff(r.Context(), actor)
	if err != nil {
		return err
	}
	known, taken := map[string]string{}, map[string]bool{id: true}
	for _, s := range staff {
		known[s.ID] = s.Name
	}
	page.known = known
	for _, s := range all {
		switch id {
		case s.SupervisorID:
			page.supervises = append(page.supervises, member{s.SuperviseeID, known[s.SuperviseeID]})
		case s.SuperviseeID:
			page.supervised = append(page.supervised, member{s.SupervisorID, known[s.SupervisorID]})
			taken[s.SupervisorID] = true
		}
	}
	for _, s := range staff {
		if s.Clinician && s.State == person.Here && !taken[s.ID] {
			page.colleagues = append(page.colleagues, ui.Option{Value: s.ID, Text: s.Name})
		}
	}
	return nil
}

func rolesInWords(roles string) string {
	var all []string
	for role := range strings.FieldsSeq(roles) {
		all = append(all, map[string]string{"clinician": "Clinician", "manager": "Manager", "client": "Client"}[role])
	}
	return strings.Join(all, " and ")
}

func (p *Pages) person(w http.ResponseWriter, r *http.Request) error {
	page, err := p.personForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, personView(page))
}

// supervise sets or ends who supervises the person. Both work here.
func (p *Pages) supervise(w http.ResponseWriter, r *http.Request) error {
	id, supervisor := r.PathValue("person"), r.PostFormValue("supervisor")
	page, err := p.personForm(r)
	if err == nil && !page.q.Staff {
		err = web.Absent()
	}
	if err != nil {
		return err
	}
	on, done := r.PostFormValue("do") == "set", "ended"
	if on {
		done = "set"
	}
	if page.known[supervisor] == "" {
		page.flaw = &web.Flaw{Kind: fault.Invalid, Field: "supervisor", Text: "Choose somebody who works here."}
		return web.Show(w, r, page.flaw.Status(), personView(page))
	}
	failed := p.People.SetSupervision(r.Context(), web.ActorOf(r), supervisor, id, on)
	if failed == nil {
		return web.SeeOther(w, r, "/people/"+id+"?done="+done)
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page.flaw = flaw
	return web.Show(w, r, flaw.Status(), personView(page))
}

type endPage struct {
	frame ui.FrameProps
	q     person.Person
	alone []person.Person // leaving: clients who would have nobody
	flaw  *web.Flaw
}

func (p *Pages) endForm(r *http.Request, heading string) (endPage, error) {
	q, err := p.People.Person(r.Context(), web.ActorOf(r), r.PathValue("person"))
	if err != nil {
		return endPage{}, err
	}
	page := endPage{frame: frame(r, heading), q: q}
	page.frame.Kicker = nameOf(q)
	return page, nil
}

// leave asks whether to end somebody's work here, and says what that does.
func (p *Pages) leave(w http.ResponseWriter, r *http.Request) error {
	if sent, err := freshFor(w, r); sent {
		return err
	}
	page, err := p.leaveForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, leaveView(page))
}

func (p *Pages) leaveForm(r *http.Request) (endPage, error) {
	page, err := p.endForm(r, "End their work here")
	if err == nil && !page.q.Staff {
		err = web.Absent()
	}
	if page.q.State == person.Invited {
		page.frame.Heading = "Withdraw the invitation"
	}
	if err == nil {
		page.alone, err = p.People.Unattended(r.Context(), web.ActorOf(r), page.q.ID)
	}
	return page, err
}

func (p *Pages) leaveNow(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	failed := p.People.Leave(r.Context(), web.ActorOf(r), id)
	if failed == nil {
		access.Rest(r.Context())
		if err := p.Facts.Refresh(r.Context(), p.Door, p.People); err != nil { // their public page is gone with them
			slog.ErrorContext(r.Context(), "public pages not refreshed", "err", err)
		}
		return web.SeeOther(w, r, "/people/"+id+"?done=left")
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.leaveForm(r)
	if err != nil {
		return err
	}
	page.flaw = flaw
	return web.Show(w, r, flaw.Status(), leaveView(page))
}
