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
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/launch"
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
const root = launch.Root

// Limits of what a program may send.
const (
	mostOne    = 256 << 10 // bytes
	mostBundle = 5 << 20
	mostInOne  = 500 // entries of a bundle
	mostItems  = 500 // of a list
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

	words record.Words
	paper sync.Pool // of *[]byte, to write on
}

// A Gate counts what programs ask for, by network.
type Gate struct {
	asked *throttle.Networks // anything
	wrong *throttle.Networks // with no token that is known
	given *throttle.Networks // answers of one client, by their id
	ended ended              // exports
}

// NewGate returns a gate at which nobody has asked yet. A system that fetches a whole
// practice asks often; nobody guesses 160 bits.
func NewGate() *Gate {
	return &Gate{asked: throttle.New(100_000, 50*time.Microsecond), wrong: throttle.New(30, 20*time.Second), given: throttle.New(40, 20*time.Minute)}
}

// An address is one that a program asks with a token.
type address struct {
	method string
	path   string // under the root
	kind   kind
	does   doing
	action access.Action // what it asks of the door first
	page   func(*call) error
	most   int64 // bytes that may be sent
}

// addresses are all of them but those of the whole.
func (api *API) addresses() (all []address) {
	for _, k := range kinds() {
		here := "/" + k.name
		if k.read != nil {
			all = append(all, address{http.MethodGet, here + "/{name}", k, reading, k.reads[0], api.readOne, 0})
		}
		if k.search != nil {
			all = append(all,
				address{http.MethodGet, here, k, searching, k.reads[0], api.searchAll, 0},
				address{http.MethodPost, here + "/_search", k, searching, k.reads[0], api.searchAll, mostOne})
		}
		if k.create != nil {
			all = append(all,
				address{http.MethodPost, here, k, creating, k.writes[0], api.createOne, mostOne},
				address{http.MethodPost, here + "/$validate", k, creating, access.ReadDefinitions, api.validate, mostOne})
		}
		if k.past {
			all = append(all,
				address{http.MethodGet, here + "/{name}/_history", k, reading, k.reads[0], api.history, 0},
				address{http.MethodGet, here + "/{name}/_history/{nth}", k, reading, k.reads[0], api.readVersion, 0})
		}
	}
	return append(all, address{http.MethodGet, "/Patient/{name}/$everything", patients(), reading, access.ReadPerson, api.showEverything, 0})
}

// Routes are its addresses.
func (api *API) Routes() []web.Route {
	all := []web.Route{
		{Method: "GET", Pattern: root + "/metadata", Audience: web.Anyone, Page: api.metadata},
		{Method: "POST", Pattern: root, Audience: web.Token, Page: api.by(kind{}, "", api.batch), Most: mostBundle, Takes: true},
		{Method: "POST", Pattern: root + "/{$}", Audience: web.Token, Page: api.by(kind{}, "", api.batch), Most: mostBundle, Takes: true},
	}
	for _, a := range append(api.addresses(), api.exports()...) { // an export is no entry of a batch
		all = append(all, web.Route{
			Method: a.method, Pattern: root + a.path, Audience: web.Token, Action: a.action,
			Page: api.by(a.kind, a.does, a.page), Most: a.most, Takes: a.method == http.MethodPost,
		})
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		all = append(all, web.Route{Method: method, Pattern: root + "/", Audience: web.Anyone, Page: api.elsewhere, Takes: true})
	}
	return all
}

// elsewhere answers where nothing is, or nothing that can be done so.
func (api *API) elsewhere(w http.ResponseWriter, r *http.Request) error {
	c := &call{api: api, w: w, r: r}
	c.until(time.Now().Add(patience))
	path := strings.TrimPrefix(r.URL.Path, root)
	var allowed []string
	for _, a := range slices.Concat(api.addresses(), api.exports(), []address{{method: http.MethodGet, path: "/metadata"}, {method: http.MethodPost, path: "/"}}) {
		if _, ok := a.leads(path); ok && !slices.Contains(allowed, a.method) {
			allowed = append(allowed, a.method)
		}
	}
	if len(allowed) == 0 {
		return c.fail(refuse(http.StatusNotFound, "not-found", "There is nothing here."))
	}
	w.Header().Set("Allow", strings.Join(slices.Sorted(slices.Values(allowed)), ", "))
	return c.fail(refuse(http.StatusMethodNotAllowed, "not-supported", "This cannot be done here; the CapabilityStatement says what can. What was sent is never changed or deleted by a program."))
}

// leads says whether path is one of the address, and what stands for its variables.
func (a address) leads(path string) (values map[string]string, ok bool) {
	pattern, parts := strings.Split(a.path, "/"), strings.Split(path, "/")
	if len(pattern) != len(parts) {
		return nil, false
	}
	values = map[string]string{}
	for i, p := range pattern {
		switch {
		case strings.HasPrefix(p, "{") && parts[i] != "" && parts[i][0] != '$' && parts[i][0] != '_':
			values[strings.Trim(p, "{}")] = parts[i]
		case p != parts[i]:
			return nil, false
		}
	}
	return values, true
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
	look := func(q query) (answers, error) {
		if alone {
			return c.byID(q, ids)
		}
		return c.kind.search(c, q)
	}
	if q.only {
		look = counted(look)
	}
	found, err := look(q)
	if fault.Is(err, fault.NotFound) && c.whoseIsMissing(q) {
		return refuse(http.StatusBadRequest, "required", "Say whose record: patient=Patient/…")
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
	c.w.Header().Set("Location", c.at(made))
	return c.resource(status, made)
}
