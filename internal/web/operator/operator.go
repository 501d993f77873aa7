// Package operator has the pages of whoever manages the practice: how it is set
// up, its people, who supervises whom, who did what, and the anonymous report
// and the questionnaires, which clinicians read as well. It never shows anything clinical about anybody:
// it cannot even import what holds it.
package operator

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of whoever manages the practice.
type Pages struct {
	People   *person.People
	Accounts *account.Accounts
	Outcomes *outcome.Outcomes
	Shelf    *instrument.Shelf
	Facts    *web.Facts   // what is public, renewed when the practice changes
	Door     *access.Door // behind which Facts ask
	Mail     bool         // letters leave the house: invitations say so
}

// Routes are all addresses of whoever manages the practice.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		get("/practice", access.ReadPractice, p.practice),
		post("/practice", access.RevisePractice, p.revise),

		get(toInstruments, access.ReadInstruments, p.instruments(toInstruments)),
		{Method: http.MethodPost, Pattern: toInstruments, Audience: web.Manager, Action: access.KeepInstruments, Page: p.bring, Most: mostForm},
		{Method: http.MethodPost, Pattern: toInstruments + "/preview", Audience: web.Manager, Action: access.ReadInstruments, Page: p.preview, Most: mostForm},
		get(toInstruments+"/{instrument}", access.ReadInstruments, p.instrument(toInstruments)),
		{Method: http.MethodGet, Pattern: cliniciansInstruments, Audience: web.Clinician, Action: access.ReadInstruments, Page: p.instruments(cliniciansInstruments)},
		{Method: http.MethodGet, Pattern: cliniciansInstruments + "/{instrument}", Audience: web.Clinician, Action: access.ReadInstruments, Page: p.instrument(cliniciansInstruments)},
		post(toInstruments+"/{instrument}/retire", access.KeepInstruments, p.retire),
		post(toInstruments+"/{instrument}/switch", access.KeepInstruments, p.switchPack),

		get("/people", access.ListPeople, p.people),
		get("/people/new", "", p.invite),
		post("/people/new", access.InviteStaff, p.inviteNow),
		get("/people/{person}", access.ReadPerson, p.person),
		post("/people/{person}", access.ReadPerson, p.supervise),
		post("/people/{person}/take-over", access.AssignCare, p.takeOver),
		post("/people/{person}/relieve", access.RelieveCare, p.relieve),
		post("/people/{person}/invite-again", access.InviteAgain, p.inviteAgain),
		post("/people/{person}/invite-address", access.CorrectInvite, p.correctInvite),
		get("/people/{person}/let-in", access.ReadPerson, p.letIn),
		post("/people/{person}/let-in", access.LetIn, p.letInNow),
		{Method: http.MethodGet, Pattern: "/clients/{client}/let-in", Audience: web.Clinician, Action: access.ReadCare, Page: p.letIn},
		{Method: http.MethodPost, Pattern: "/clients/{client}/let-in", Audience: web.Clinician, Action: access.LetIn, Page: p.letInNow},
		get("/people/{person}/leave", access.ReadPerson, p.leave),
		post("/people/{person}/leave", access.EndWork, p.leaveNow),

		get(managersReport, access.ReadReport, p.report(managersReport)),
		get(managersReport+"/table.csv", access.ReadReport, p.reportCSV),
		{Method: http.MethodGet, Pattern: cliniciansReport, Audience: web.Clinician, Action: access.ReadReport, Page: p.report(cliniciansReport)},
		{Method: http.MethodGet, Pattern: cliniciansReport + "/table.csv", Audience: web.Clinician, Action: access.ReadReport, Page: p.reportCSV},

		get("/acts", access.ReadAuditOfAll, p.acts),
		get("/acts/glasses", access.ReadGlasses, p.glasses),
	}
}

func get(pattern string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodGet, Pattern: pattern, Audience: web.Manager, Action: action, Page: page}
}

func post(pattern string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodPost, Pattern: pattern, Audience: web.Manager, Action: action, Page: page}
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"kept":  "Kept. What is public has changed with it.",
	"set":   "Set. Nothing is shown by it alone: each clinician chooses what to show.",
	"ended": "Ended. What was shown is no longer shown.",
	"taken": "Done. Whoever of the two can sign in is told that something is waiting.",
	"left":  "Their work here has ended, everywhere and at once.",

	"code-ended": "Ended. Nobody comes in by it.",

	"relieved": "Ended. Both are told that something is waiting.",

	"brought":   "Brought in. It can be asked for from now on.",
	"retired":   "Retired. It is not asked for anew, and what was answered stays.",
	"unretired": "It can be asked for again.",
	"on":        "Switched on. It can be asked for from now on.",
	"off":       "Switched off. It is not asked for anew, and what was answered stays.",
}

// frame stands around a page, with what was just done.
func frame(r *http.Request, heading string) ui.FrameProps { return web.FrameSaying(r, heading, done) }

// freshFor sends somebody to say once more who they are, before they type
// anything that needs it; done is false if there is no need.
func freshFor(w http.ResponseWriter, r *http.Request) (sent bool, err error) {
	if web.ActorOf(r).Fresh {
		return false, nil
	}
	return true, web.SeeOther(w, r, "/step-up?to="+escaped(r.URL.Path))
}
