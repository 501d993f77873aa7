// Package arrival is the pages on which a file from another product is looked at,
// said how to be read, and brought in; and the one on which a client who came that way
// is invited, and an invitation is put right.
//
// Nothing of a file stays on the server between its pages: it goes along in the form.
package arrival

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
)

// Pages are the pages about what comes from other products.
type Pages struct {
	Arrivals *arrival.Arrivals
	People   *person.People
	Mail     bool         // letters leave the house
	Machine  *web.Machine // what pages know of the server; nil: nothing
}

const (
	cliniciansImport = "/clients/import"
	managersImport   = "/practice/import"

	mostForm = 8 << 20 // of a file of arrival.MaxBytes as it goes along
	small    = 16 << 10
)

// Routes are their addresses: those of clinicians, who bring clients, appointments and
// scores, and those of whoever manages the practice, who brings clients.
func (p *Pages) Routes() []web.Route {
	all := []web.Route{
		{Method: http.MethodGet, Pattern: "/clients/{client}/invite", Audience: web.Clinician, Action: access.ReadPerson, Page: p.invite},
		{Method: http.MethodPost, Pattern: "/clients/{client}/invite", Audience: web.Clinician, Action: access.InviteAgain, Page: p.inviteNow, Most: small},
		{Method: http.MethodPost, Pattern: "/clients/{client}/invite/address", Audience: web.Clinician, Action: access.CorrectInvite, Page: p.correct, Most: small},
		{Method: http.MethodPost, Pattern: "/clients/{client}/invite/withdraw", Audience: web.Clinician, Action: access.WithdrawInvite, Page: p.withdraw, Most: small},
	}
	for _, at := range []struct {
		root string
		who  web.Audience
	}{{cliniciansImport, web.Clinician}, {managersImport, web.Manager}} {
		all = append(
			all,
			web.Route{Method: http.MethodGet, Pattern: at.root, Audience: at.who, Page: p.begin(at.root)},
			web.Route{Method: http.MethodPost, Pattern: at.root + "/look", Audience: at.who, Action: access.LookArrivals, Page: p.look(at.root), Most: mostForm},
			web.Route{Method: http.MethodPost, Pattern: at.root + "/bring", Audience: at.who, Action: access.LookArrivals, Page: p.bring(at.root), Most: mostForm},
		)
	}
	return all
}

// kindsFor are what can be brought at root.
func kindsFor(root string) []arrival.Kind {
	if root == managersImport {
		return []arrival.Kind{arrival.Clients}
	}
	return arrival.Kinds()
}
