// Package clinician has the pages of whoever works with clients: Today, the
// clients, each client's page, what is asked of them, sessions, sharing,
// supervision, and opening a record in an emergency.
//
// It decides nothing: every page asks the domains, and the domains ask the door.
package clinician

import (
	"net/http"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of a clinician.
type Pages struct {
	People     *person.People
	Measures   *measure.Measures
	Flags      *safety.Flags
	Sessions   *session.Sessions
	Alliances  *alliance.Alliances
	Outcomes   *outcome.Outcomes
	Logs       *mood.Logs
	Informants *informant.Informants
	Mail       bool // letters leave the house: invitations say so
}

// Routes are all addresses of a clinician.
func (p *Pages) Routes() []web.Route {
	return append([]web.Route{
		get("/today", access.ListClients, p.today),

		get("/clients", access.ListClients, p.clients),
		get("/clients/look", access.ListClients, p.caseload),
		get("/clients/new", "", p.invite),
		post("/clients/new", access.InviteClient, p.inviteNow),
		post("/clients/{client}/invite-again", access.InviteAgain, p.inviteAgain),

		get("/clients/{client}", access.ReadMeasures, p.client),
		get("/clients/{client}/answers/{answer}", access.ReadMeasures, p.answer),
		post("/clients/{client}/answers/{answer}/talked", access.TalkAbout, p.talked),
		get("/clients/{client}/course", access.ReadTalks, p.course),
		get("/clients/{client}/course/aid", access.ReadTalks, p.aid),
		post("/clients/{client}/course/aid", access.TalkSignal, p.talkSignal),
		post("/clients/{client}/events", access.NoteEvent, p.noteEvent),
		post("/clients/{client}/events/{event}/drop", access.NoteEvent, p.dropEvent),
		post("/clients/{client}/detours", access.TurnAside, p.openDetour),
		post("/clients/{client}/detours/{detour}/close", access.TurnAside, p.closeDetour),
		get("/clients/{client}/ask", access.ReadMeasures, p.ask),
		post("/clients/{client}/ask", access.Ask, p.askNow),
		post("/clients/{client}/asks/{ask}/end", access.Ask, p.endAsk),
		get("/clients/{client}/paper", access.ReadMeasures, p.paper),
		post("/clients/{client}/paper", access.EnterAnswer, p.enter),
		get("/clients/{client}/others", access.ReadMeasures, p.others),
		post("/clients/{client}/others", access.AskOther, p.askOther),
		get("/clients/{client}/others/{other}", access.ReadMeasures, p.other),
		post("/clients/{client}/others/{other}/end", access.AskOther, p.endOther),
		get("/clients/{client}/flags/{flag}", access.ReadFlags, p.flag),
		post("/clients/{client}/flags/{flag}/seen", access.SeeFlag, p.seeFlag),
		post("/clients/{client}/flags/{flag}/close", access.CloseFlag, p.closeFlag),

		get("/clients/{client}/sessions", access.ReadSessions, p.sessions),
		post("/clients/{client}/sessions", access.PlanSession, p.plan),
		post("/clients/{client}/sessions/{session}/cancel", access.PlanSession, p.cancel),
		get("/clients/{client}/team", access.ReadCare, p.team),
		post("/clients/{client}/team", access.BeginCare, p.changeTeam),
		post("/clients/{client}/share", access.ShareRecord, p.share),
		get("/clients/{client}/work", access.ReadEpisodes, p.work),
		post("/clients/{client}/work", access.FinishEpisode, p.finish),
		post("/clients/{client}/work/{episode}/reopen", access.FinishEpisode, p.goOn),

		get("/clients/{client}/together", access.ReadAlliance, p.together),
		post("/clients/{client}/check-ins/{checkin}/talked", access.TalkAlliance, p.allianceTalked),
		post("/clients/{client}/markers", access.NoticeMarker, p.notice),
		post("/clients/{client}/markers/{marker}/take-back", access.NoticeMarker, p.takeMarker),
		get("/markers/words", access.ReadWords, p.markerWords),
		post("/markers/words", access.ReviseWords, p.reviseWords),

		get("/supervision", access.ListSupervised, p.supervision),
		get("/supervision/{client}", access.ListSupervised, p.supervised),
		get("/emergency", "", p.emergency),
		post("/emergency", access.BreakGlass, p.breakGlass),
		get("/emergency/{client}", access.ReadMeasures, p.emergencyRecord),
		get("/emergency/{client}/answers/{answer}", access.ReadMeasures, p.emergencyAnswer),
	}, p.logRoutes()...)
}

func get(pattern string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodGet, Pattern: pattern, Audience: web.Clinician, Action: action, Page: page}
}

func post(pattern string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodPost, Pattern: pattern, Audience: web.Clinician, Action: action, Page: page}
}

// recordOf is the client's record that the address names, and its id.
func recordOf(r *http.Request) (access.Compartment, string) {
	id := r.PathValue("client")
	return access.ClientRecord(id), id
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"asked":      "Asked. It stands on their page from now on.",
	"ended":      "No longer asked. What was answered stays.",
	"entered":    "Kept, as answered on paper or aloud. It stands in the course.",
	"form-ended": "Taken back. The link leads nowhere from now on.",
	"talked":     "Noted: you talked about it.",
	"seen":       "Noted: you have seen it. It stays open until it is closed with a note.",
	"closed":     "Closed. Your note is kept.",
	"signal":     "Noted: you talked about it.",
	"noted":      "Noted. It stands beside the course.",
	"dropped":    "Taken off.",
	"aside":      "The detour is open. The way back is kept.",
	"back":       "Back on the way. The detour stays in the course, with its reason.",
	"planned":    "Planned.",
	"cancelled":  "Cancelled.",
	"shown":      "Shown, without a name. You can stop showing it at any time.",
	"hidden":     "No longer shown. What has been read has been read.",
	"offered":    "Offered. Clients see it under “What the form asks”.",
	"withdrawn":  "Withdrawn. Whoever has taken it keeps it.",
	"joined":     "They can work with the record from now on.",
	"noticed":    "Noticed.",
	"taken-back": "Taken back.",
	"words":      "Kept. They stand to choose from, for everybody.",
	"left":       "Their access has ended, everywhere and at once.",
}

// frame stands around a page, with what was just done.
func frame(r *http.Request, heading string) ui.FrameProps { return web.FrameSaying(r, heading, done) }

// first is how somebody is called between people who know each other.
func first(name string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return word
}

// names are how the colleagues are called, by id.
func names(staff []person.Person) map[string]string {
	all := make(map[string]string, len(staff))
	for _, p := range staff {
		all[p.ID] = p.Name
	}
	return all
}

// called is how the person with the given id is called, to whoever is asking.
func called(all map[string]string, id, me string) string {
	switch {
	case id == me:
		return "you"
	case all[id] != "":
		return all[id]
	}
	return "a colleague"
}
