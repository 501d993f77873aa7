// Package fhir lets other programs read and write what a practice keeps, as FHIR R4
// (hl7.org/fhir/R4). Its words stop here: each file translates what one domain holds,
// both ways, and asks the same door as the pages do.
//
// A program comes in with a token (package token), which says in whose name it acts
// and, by SMART scopes, what it may do (scope.go). What is not in the list of kinds
// (kinds.go) is not there: routes, scopes and the CapabilityStatement are read from it.
package fhir

import (
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/note"
	outcomes "github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/throttle"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/web"
)

// root is where everything is.
const root = "/fhir/R4"

// Limits of what a program may send.
const (
	mostOne    = 256 << 10 // bytes
	mostItems  = 500       // of a list
	mostDepth  = 32
	mostValues = 10_000 // each carries its place, so that few bytes can take much memory
)

// API answers programs.
type API struct {
	Tokens   *token.Tokens
	People   *person.People
	Measures *measure.Measures
	Shelf    *instrument.Shelf
	Sessions *session.Sessions
	Goals    *goal.Goals
	Facts    *web.Facts

	Assignments *assignment.Assignments
	Calendars   *calendar.Calendars
	Hours       *hour.Hours
	Informants  *informant.Informants
	Intakes     *intake.Intakes
	Logs        *mood.Logs
	Notes       *note.Notes
	Outcomes    *outcomes.Outcomes
	Plans       *plan.Plans
	SafetyPlans *safetyplan.Plans

	Origin  string // under which programs find it
	Version string // of the product
	Gate    *Gate
	Pages   *Pager
}

// A Gate counts what programs ask for, by network.
type Gate struct {
	asked *throttle.Networks // anything
	wrong *throttle.Networks // with no token that is known
	given *throttle.Networks // answers of one client, by their id
}

// NewGate returns a gate at which nobody has asked yet. A system that fetches a whole
// practice asks often; nobody guesses 160 bits.
func NewGate() *Gate {
	return &Gate{asked: throttle.New(20_000, time.Millisecond), wrong: throttle.New(30, 20*time.Second), given: throttle.New(40, 20*time.Minute)}
}

// Routes are its addresses.
func (api *API) Routes() []web.Route {
	all := []web.Route{
		{Method: "GET", Pattern: root + "/metadata", Audience: web.Anyone, Page: api.metadata},
	}
	for _, k := range kinds() {
		here := root + "/" + k.name
		if k.read != nil {
			all = append(all, web.Route{Method: "GET", Pattern: here + "/{name}", Audience: web.Anyone, Action: k.reads[0], Page: api.by(k, reading, api.readOne)})
		}
		if k.search != nil {
			all = append(all,
				web.Route{Method: "GET", Pattern: here, Audience: web.Anyone, Action: k.reads[0], Page: api.by(k, searching, api.searchAll)},
				web.Route{Method: "POST", Pattern: here + "/_search", Audience: web.Anyone, Action: k.reads[0], Page: api.by(k, searching, api.searchAll), Most: mostOne})
		}
		if k.create != nil {
			all = append(all, web.Route{Method: "POST", Pattern: here, Audience: web.Anyone, Action: k.writes[0], Page: api.by(k, creating, api.createOne), Most: mostOne})
		}
	}
	all = append(all, web.Route{Method: "GET", Pattern: root + "/Patient/{name}/$everything", Audience: web.Anyone, Action: access.ReadPerson, Page: api.by(patients(), reading, api.showEverything)})
	return all
}

func (api *API) readOne(c *call) error {
	found, err := c.kind.read(c, c.r.PathValue("name"))
	if err != nil {
		return err
	}
	return c.resource(http.StatusOK, found)
}

func (api *API) searchAll(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	ids, alone, err := c.ids(q)
	if err != nil {
		return err
	}
	var found answers
	if alone {
		found, err = c.byID(q, ids)
	} else {
		found, err = c.kind.search(c, q)
	}
	if err != nil {
		return err
	}
	return c.bundle(q, found)
}

func (api *API) createOne(c *call) error {
	body, err := c.body()
	if err != nil {
		return err
	}
	made, fresh, err := c.kind.create(c, body)
	if err != nil {
		return err
	}
	status := http.StatusOK // it was there already
	if fresh {
		status = http.StatusCreated
	}
	c.w.Header().Set("Location", c.base()+"/"+c.kind.name+"/"+made.id())
	return c.resource(status, made)
}
