// Package profile is the pages of what a practice and its clinicians say in
// public: how anybody sees them, which package public serves, and how they are
// written, by each clinician for themselves and by those who manage the practice
// for it. A draft is shown by the same view as the published page.
//
//	public.go   the pages as anybody sees them     practice.go   the practice's page, written
//	own.go      a clinician's page, written        times.go      first consultations, offered
//	typed.go    what came with a form
package profile

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages on which public pages are written.
type Pages struct {
	Profiles *profile.Profiles
	People   *person.People
	Facts    *web.Facts   // what is public, renewed when somebody publishes
	Door     *access.Door // behind which Facts ask
}

// Where the pages are.
const (
	toOwn      = "/profile"
	toTimes    = "/profile/times"
	toPractice = "/practice/page"
)

// Routes are all their addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		route(web.Clinician, http.MethodGet, toOwn, access.ReadProfile, p.own),
		route(web.Clinician, http.MethodPost, toOwn, access.ReviseProfile, p.keepOwn),
		route(web.Clinician, http.MethodGet, toOwn+"/preview", access.ReadProfile, p.previewOwn),
		route(web.Clinician, http.MethodPost, toOwn+"/publish", access.PublishProfile, p.publishOwn),
		route(web.Clinician, http.MethodPost, toOwn+"/take-off", access.WithdrawProfile, p.takeOffOwn),

		route(web.Clinician, http.MethodGet, toTimes, access.ReadFirst, p.times),
		route(web.Clinician, http.MethodPost, toTimes, access.OfferFirst, p.offer),
		route(web.Clinician, http.MethodPost, toTimes+"/{time}/withdraw", access.OfferFirst, p.withdraw),

		route(web.Manager, http.MethodGet, toPractice, access.ReadProfile, p.practice),
		route(web.Manager, http.MethodPost, toPractice, access.ReviseProfile, p.keepPractice),
		route(web.Manager, http.MethodGet, toPractice+"/preview", access.ReadProfile, p.previewPractice),
		route(web.Manager, http.MethodPost, toPractice+"/publish", access.PublishProfile, p.publishPractice),
		route(web.Manager, http.MethodPost, toPractice+"/take-off", access.WithdrawProfile, p.takeOffPractice),
		route(web.Manager, http.MethodPost, toPractice+"/{person}/take-off", access.WithdrawProfile, p.takeOff),
	}
}

func route(a web.Audience, method, pattern string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: method, Pattern: pattern, Audience: a, Action: action, Page: page}
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"published": "Published. Anybody can read it from now on.",
	"off":       "Taken off. Nobody finds the page any more; the draft is still here.",
	"offered":   "Offered. Visitors see the next few on your page.",
	"some":      "Offered, but for those that meet an appointment or another time you offer.",
	"withdrawn": "Withdrawn.",
}

func frame(r *http.Request, heading string) ui.FrameProps { return web.FrameSaying(r, heading, done) }

// renewed has the facts know what was just published or taken back, and sends the
// browser on.
func (p *Pages) renewed(w http.ResponseWriter, r *http.Request, to string) error {
	access.Rest(r.Context())
	if err := p.Facts.Refresh(r.Context(), p.Door, p.People); err != nil {
		return err
	}
	return web.SeeOther(w, r, to)
}

// A difference is one field that was changed from somewhere else meanwhile.
type difference struct{ name, theirs, yours string }

// differing are the fields in which two lists of fields and texts differ.
func differing(theirs, yours [][2]string) []difference {
	var all []difference
	for i := range yours {
		if theirs[i][1] != yours[i][1] {
			all = append(all, difference{yours[i][0], theirs[i][1], yours[i][1]})
		}
	}
	return all
}
