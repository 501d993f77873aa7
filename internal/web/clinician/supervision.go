package clinician

import (
	"net/http"
	"slices"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

type supervisionPage struct {
	frame ui.FrameProps
	shown []shownLine
}

type shownLine struct{ words, since, href string }

// supervision is what colleagues show. Clients have no names here.
func (p *Pages) supervision(w http.ResponseWriter, r *http.Request) error {
	now, actor := web.NowOf(r), web.ActorOf(r)
	all, err := p.People.Supervised(r.Context(), actor)
	if err != nil {
		return err
	}
	staff, err := p.People.Staff(r.Context(), actor)
	if err != nil {
		return err
	}
	page := supervisionPage{frame: desk.Frame(r, "Supervision")}
	known, nth := names(staff), map[string]int{}
	for _, s := range all {
		nth[s.ByID]++
		page.shown = append(page.shown, shownLine{
			words: whose(known, s, nth[s.ByID]), since: "Shown since " + desk.Short(s.Since, now), href: "/supervision/" + s.ClientID,
		})
	}
	return web.Show(w, r, http.StatusOK, supervisionView(page))
}

// whose is "A client of Miriam’s", and from the second on "Another client of
// Miriam’s".
func whose(known map[string]string, s person.Shown, nth int) string {
	by := "a colleague"
	if name := known[s.ByID]; name != "" {
		by = desk.First(name)
	}
	if nth > 1 {
		return "Another client of " + by + "’s"
	}
	return "A client of " + by + "’s"
}

type supervisedPage struct {
	frame   ui.FrameProps
	since   string
	courses []courseCard
}

// supervised is the course of one client: scores, no words and no name.
func (p *Pages) supervised(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	all, err := p.People.Supervised(r.Context(), actor)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(s person.Shown) bool { return s.ClientID == id })
	if i < 0 {
		return web.Absent()
	}
	page := supervisedPage{since: "Shown to you since " + desk.Short(all[i].Since, now) + ". You see the course of the scores, and neither name, words nor answers."}
	courses, err := p.Measures.Courses(r.Context(), actor, record)
	if err != nil {
		return err
	}
	for _, c := range courses {
		card := cardOf(c, "", "", now)
		card.note = plainNoteOf(c, now) // how a question was answered is not shown
		page.courses = append(page.courses, card)
	}
	line, err := p.Alliances.Line(r.Context(), actor, record)
	if err != nil {
		return err
	}
	if meaning := meaningOf(line, now); meaning != "" {
		page.courses = append(page.courses, courseCard{
			id: "m-alliance", heading: "The work together, after sessions", note: "Higher is better.",
			meaning: meaning, course: allianceChart(line, now),
		})
	}
	staff, err := p.People.Staff(r.Context(), actor)
	if err != nil {
		return err
	}
	page.frame = desk.Frame(r, whose(names(staff), all[i], 1))
	return web.Show(w, r, http.StatusOK, supervisedView(page))
}

type emergencyPage struct {
	frame  ui.FrameProps
	form   person.GlassForm
	partly bool // some clients without an account are not found yet
	flaw   *web.Flaw
}

// emergency asks for a fresh sign-in first, so that nothing typed is lost to it.
func (p *Pages) emergency(w http.ResponseWriter, r *http.Request) error {
	if !web.ActorOf(r).Fresh {
		return web.SeeOther(w, r, "/step-up?to=%2Femergency")
	}
	id, err := web.NewID()
	if err != nil {
		return err
	}
	return p.showEmergency(w, r, http.StatusOK, emergencyPage{form: person.GlassForm{ID: id}})
}

func (p *Pages) showEmergency(w http.ResponseWriter, r *http.Request, status int, page emergencyPage) error {
	all, err := p.People.AllMarked(r.Context(), web.ActorOf(r).Practice)
	if err != nil {
		return err
	}
	page.frame, page.partly = desk.Frame(r, "Open a record in an emergency"), !all
	return web.Show(w, r, status, emergencyView(page))
}

func (p *Pages) breakGlass(w http.ResponseWriter, r *http.Request) error {
	page := emergencyPage{form: person.GlassForm{
		ID: r.PostFormValue("id"), Email: r.PostFormValue("email"), Name: r.PostFormValue("name"), Reason: r.PostFormValue("reason"),
	}}
	clientID, err := p.People.BreakGlass(r.Context(), web.ActorOf(r), page.form)
	if err == nil {
		return web.Kept(w, r, "/emergency/"+clientID, "emergency")
	}
	flaw, ok := web.FlawIn(err)
	if f, is := web.AsFault(err); is && f.Field == "email" { // no such record: said beside the address
		flaw, ok = &web.Flaw{Kind: fault.Invalid, Field: f.Field, Text: f.Text}, true
	}
	if !ok {
		return err
	}
	page.flaw = flaw
	if page.form.ID, err = flaw.Afresh(page.form.ID); err != nil {
		return err
	}
	return p.showEmergency(w, r, flaw.Status(), page)
}

// emergencyRecord is the client's page as somebody reads it who broke the glass:
// nothing on it changes anything.
func (p *Pages) emergencyRecord(w http.ResponseWriter, r *http.Request) error {
	page, err := p.overview(r, "/emergency/")
	if err != nil {
		return err
	}
	page.alone = true
	for i := range page.courses {
		page.courses[i].talk = ""
	}
	return web.Show(w, r, http.StatusOK, clientView(page))
}

// emergencyAnswer is one filled-in questionnaire, to read.
func (p *Pages) emergencyAnswer(w http.ResponseWriter, r *http.Request) error {
	page, err := p.answerOf(r)
	if err != nil {
		return err
	}
	page.alone, page.base = true, "/emergency/"+r.PathValue("client")
	return web.Show(w, r, http.StatusOK, answerView(page))
}
