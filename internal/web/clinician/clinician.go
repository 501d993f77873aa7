// Package clinician has the pages of whoever works with clients: Today, the
// clients, each client's page, sharing, supervision, and opening a
// record in an emergency. The pages by which they ask are in package asking.
//
// It decides nothing: every page asks the domains, and the domains ask the door.
package clinician

import (
	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
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
	Goals      *goal.Goals
	Plans      *plan.Plans
	Intakes    *intake.Intakes
	Briefs     *brief.Briefs      // nil: nothing is told before sessions
	Enquiries  *enquiry.Enquiries // nil: nobody can ask here
	Mail       bool               // letters leave the house: invitations say so
	Machine    *web.Machine       // what pages know of the server; nil: nothing
}

// Routes are all addresses of a clinician but those about asking.
func (p *Pages) Routes() []web.Route {
	return append([]web.Route{
		desk.Get("/today", access.ListClients, p.today),

		desk.Get("/clients", access.ListClients, p.clients),
		desk.Get("/clients/look", access.ListClients, p.caseload),
		desk.Get("/clients/new", "", p.invite),
		desk.Post("/clients/new", access.InviteClient, p.inviteNow),
		desk.Post("/clients/{client}/invite-again", access.InviteAgain, p.inviteAgain),

		desk.Get("/clients/{client}", access.ReadMeasures, p.client),
		desk.Get("/clients/{client}/answers/{answer}", access.ReadMeasures, p.answer),
		desk.Post("/clients/{client}/answers/{answer}/talked", access.TalkAbout, p.talked),
		desk.Get("/clients/{client}/course", access.ReadTalks, p.course),
		desk.Get("/clients/{client}/course/aid", access.ReadTalks, p.aid),
		desk.Post("/clients/{client}/course/aid", access.TalkSignal, p.talkSignal),
		desk.Post("/clients/{client}/events", access.NoteEvent, p.noteEvent),
		desk.Post("/clients/{client}/events/{event}/drop", access.NoteEvent, p.dropEvent),
		desk.Get("/clients/{client}/others/{other}", access.ReadMeasures, p.other),
		desk.Get("/clients/{client}/flags/{flag}", access.ReadFlags, p.flag),
		desk.Post("/clients/{client}/flags/{flag}/seen", access.SeeFlag, p.seeFlag),
		desk.Post("/clients/{client}/flags/{flag}/close", access.CloseFlag, p.closeFlag),

		desk.Get("/clients/{client}/team", access.ReadCare, p.team),
		desk.Post("/clients/{client}/team", access.BeginCare, p.changeTeam),
		desk.Post("/clients/{client}/share", access.ShareRecord, p.share),
		desk.Get("/clients/{client}/work", access.ReadEpisodes, p.work),
		desk.Post("/clients/{client}/work", access.FinishEpisode, p.finish),
		desk.Post("/clients/{client}/work/{episode}/reopen", access.FinishEpisode, p.goOn),

		desk.Get("/clients/{client}/together", access.ReadAlliance, p.together),
		desk.Post("/clients/{client}/check-ins/{checkin}/talked", access.TalkAlliance, p.allianceTalked),
		desk.Post("/clients/{client}/markers", access.NoticeMarker, p.notice),
		desk.Post("/clients/{client}/markers/{marker}/take-back", access.NoticeMarker, p.takeMarker),
		desk.Get("/markers/words", access.ReadWords, p.markerWords),
		desk.Post("/markers/words", access.ReviseWords, p.reviseWords),

		desk.Get("/supervision", access.ListSupervised, p.supervision),
		desk.Get("/supervision/{client}", access.ListSupervised, p.supervised),
		desk.Get("/emergency", "", p.emergency),
		desk.Post("/emergency", access.BreakGlass, p.breakGlass),
		desk.Get("/emergency/{client}", access.ReadMeasures, p.emergencyRecord),
		desk.Get("/emergency/{client}/answers/{answer}", access.ReadMeasures, p.emergencyAnswer),
	}, p.logRoutes()...)
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
