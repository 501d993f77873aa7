// Package web serves the product to browsers: it knows every route, gives each
// request its visit and its actor, and turns errors into pages. The pages
// themselves are in one package per audience: public, self, client, clinician
// and operator.
package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"github.com/waymark-care/waymark/assets"
	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
)

// An Audience is for whom a route is: nobody else finds it.
type Audience string

// The audiences.
const (
	Anyone    Audience = "anyone"
	SignedIn  Audience = "signed in" // whoever has signed in, for what is their own
	Client    Audience = "client"
	Clinician Audience = "clinician"
	Manager   Audience = "manager"

	// Token and AppPassword are programs: each brings with every request what it was let
	// in with, and the page looks at that itself. A browser's cookie is not even read.
	Token       Audience = "token"        // of FHIR; an app that was let in comes with one, too
	AppPassword Audience = "app password" // of a calendar program
)

// program says whether a is for programs, which bring what lets them in themselves.
func (a Audience) program() bool { return a == Token || a == AppPassword }

// A Page answers one request, or says why it cannot.
type Page func(w http.ResponseWriter, r *http.Request) error

// A Route is one address of the product. All of them are on one screen per
// audience, and each stands in the refusal matrix.
type Route struct {
	Method   string
	Pattern  string
	Audience Audience
	Action   access.Action // what it asks of the door first; empty if it opens no record
	Page     Page
	Polls    bool  // asked for by a script on its own: it does not keep somebody signed in
	Most     int64 // bytes of a form; 0: the usual, or ours of who signed in
	Wakes    bool  // its script may have the browser woken (package push): it registers a service worker
	Away     bool  // it is for a phone without a network, too: see away.go
	Records  bool  // its script may ask for microphone and camera, and shows what it made itself (the journal)
	Takes    bool  // it takes what is sent by itself, once it knows by whom
	Plays    bool  // its page plays sound and film that are served from here
}

// usual is how many bytes a form may have that anybody can send.
const usual = 256 << 10

// ours is how many a form may have of somebody who signed in: room for every field of
// every page, filled to its end with letters of nine bytes each, as those of many scripts
// are on the way. It is read once it is known by whom.
const ours = 4 << 20

// A Site is everything that is served.
type Site struct {
	door     *access.Door
	accounts *account.Accounts
	facts    *Facts
	options  Options
	routes   []Route
	mux      *http.ServeMux
	blanks   sync.Pool // of *bytes.Buffer, to render pages on
}

// Options are how a site is set up.
type Options struct {
	Secure     bool                       // served with TLS, here or in front
	Evaluation bool                       // the key lies beside the data
	Source     func(*http.Request) string // where a request comes from, for rate limits only
	Writable   func(context.Context) bool // whether changes can be kept at the moment
}

// NewSite returns a site with the given routes.
func NewSite(door *access.Door, accounts *account.Accounts, facts *Facts, o Options, routes ...[]Route) *Site {
	s := &Site{door: door, accounts: accounts, facts: facts, options: o, mux: http.NewServeMux()}
	for _, some := range routes {
		s.routes = append(s.routes, some...)
	}
	for _, route := range s.routes {
		s.mux.Handle(route.Method+" "+route.Pattern, s.serve(route))
	}
	s.mux.Handle("GET /assets/", assets.Handler())
	s.mux.Handle("/", s.serve(Route{Audience: Anyone, Page: nothing}))
	return s
}

// nothing answers at addresses where there is nothing.
func nothing(http.ResponseWriter, *http.Request) error { return Absent() }

// Absent says that there is nothing, or nothing for whoever asks.
func Absent() error { return fault.Absent() }

// Routes are all routes of the site.
func (s *Site) Routes() []Route { return slices.Clone(s.routes) }

// Pattern is the route that r takes, for metrics: never the path.
func (s *Site) Pattern(r *http.Request) string {
	_, pattern := s.mux.Handler(r)
	return pattern
}

// Handler serves the site.
func (s *Site) Handler() http.Handler {
	protected := http.NewCrossOriginProtection().Handler(s.mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Headers(w.Header(), s.options.Secure)
		protected.ServeHTTP(w, r)
	})
}

// policy allows a page what is served from here, and no script in the page itself.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// wakes is policy where a script may register the one worker that there is: a name
// for that is all that Trusted Types let through.
var wakes = strings.Replace(policy, "trusted-types 'none'", "trusted-types waymark-worker", 1)

// records has a page show pictures, sound and film that its script has made or
// opened, and nothing else that is not served from here.
func records(policy string) string {
	return strings.Replace(policy, "img-src 'self' data:;", "img-src 'self' data: blob:; media-src blob:;", 1)
}

// plays is policy where a page plays sound and film that are served from here.
var plays = strings.Replace(policy, "img-src 'self' data:;", "img-src 'self' data:; media-src 'self';", 1)

// What a page may ask the device for.
const (
	asksNothing = "camera=(), microphone=(), geolocation=(), browsing-topics=()"
	asksToHear  = "camera=(self), microphone=(self), geolocation=(), browsing-topics=()"
)

// Headers sets on h what every reply carries.
func Headers(h http.Header, secure bool) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", asksNothing)
	h.Set("X-Robots-Tag", "noindex")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// How many bytes a page has: about, and at most to be kept for another page.
const (
	usualPage = 16 << 10
	largePage = 64 << 10
)

// blank is where a page is rendered, and what to do when it was sent: it is used again,
// for whoever asks next. Over HTTP/1 a page has been written once Write returns. Over HTTP/2
// it may still be on its way then, if whoever asked has gone; so that is used once.
func blank(r *http.Request) (page *bytes.Buffer, done func(*bytes.Buffer)) {
	site := VisitorOf(r).site
	if site == nil || r.ProtoMajor != 1 {
		return bytes.NewBuffer(make([]byte, 0, usualPage)), func(*bytes.Buffer) {}
	}
	if used, ok := site.blanks.Get().(*bytes.Buffer); ok {
		page = used
	} else {
		page = bytes.NewBuffer(make([]byte, 0, usualPage))
	}
	return page, site.again
}

// again lets another page be rendered where one was.
func (s *Site) again(page *bytes.Buffer) {
	if page.Cap() <= largePage {
		page.Reset()
		s.blanks.Put(page)
	}
}

// Show renders view whole and only then sends it, so that a view that fails
// midway never reaches the browser.
func Show(w http.ResponseWriter, r *http.Request, status int, view templ.Component) error {
	page, done := blank(r)
	defer done(page)
	if err := view.Render(context.WithoutCancel(r.Context()), page); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	if fromBox(r) {
		tellBox(w, status, sentOf(status, page.String()))
		return nil
	}
	if status >= 400 && r.Method == http.MethodPost && !VisitorOf(r).strange {
		if err := giveBack(r, page); err != nil {
			return fmt.Errorf("give back what was typed: %w", err)
		}
	}
	VisitorOf(r).says(page)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(page.Len()))
	comes(r, page.Len())
	w.WriteHeader(status)
	page.WriteTo(w) // a browser that left is nobody's fault
	return nil
}

// SeeOther sends the browser on to another page of ours, after a form was kept.
// A form that a script sent (keep.ts, ask.ts) learns where to go on, and goes
// there itself: followed by fetch, the page would be opened, and noted, twice.
func SeeOther(w http.ResponseWriter, r *http.Request, to string) error {
	w.Header().Set("Cache-Control", "no-store")
	if fromBox(r) {
		tellBox(w, http.StatusOK, Sent{State: SentKept, Go: to})
		return nil
	}
	if r.Header.Get("Waymark-Form") != "" {
		w.Header().Set("Waymark-Go", to)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// Kept sends the browser on after a form was kept, and tells it that what it
// keeps of the form can be forgotten.
func Kept(w http.ResponseWriter, r *http.Request, to, form string) error {
	sep := "?"
	if strings.Contains(to, "?") {
		sep = "&"
	}
	return SeeOther(w, r, to+sep+"kept="+form)
}

// Now is the time by the server's clock in the practice's zone, for what pages
// say about today.
func (s *Site) now(r *http.Request) time.Time { return s.facts.Now().In(LocationOf(r)) }
