// Package feed is the pages on which somebody connects their calendar, and the
// addresses that calendar programs ask: feeds to be read, and a clinician's own
// calendar by CalDAV.
//
// A calendar program brings no cookie. What it brings is a secret address, or an app
// password that opens this one calendar and no page.
package feed

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/throttle"
	"github.com/waymark-care/waymark/internal/web"
)

// Pages are the pages and addresses of calendars.
type Pages struct {
	Feeds  *feed.Feeds
	Facts  *web.Facts
	Origin string // under which programs find the calendar
	Gate   *Gate
}

// A Gate counts what calendar programs ask for, by network.
type Gate struct {
	asked *throttle.Networks // anything
	wrong *throttle.Networks // what leads nowhere
}

// NewGate returns a gate at which nobody has asked yet. One office, and one service that
// reads calendars for many, sits behind one address; nobody guesses 160 bits.
func NewGate() *Gate {
	return &Gate{asked: throttle.New(600, 200*time.Millisecond), wrong: throttle.New(30, 20*time.Second)}
}

// enter lets a request in, unless there were too many from where it comes.
func (g *Gate) enter(r *http.Request) error {
	source, now := web.VisitorOf(r).Source, web.NowOf(r)
	if !g.asked.Of(source, now).AllowN(now, 1) {
		return tooMany()
	}
	return nil
}

// missed counts a request that led nowhere, and says that there were too many from where
// it comes. What leads somewhere is let in from there all the same: nobody shuts out the
// calendars of an office by asking for what is not there.
func (g *Gate) missed(r *http.Request) error {
	if now := web.NowOf(r); !g.wrong.Of(web.VisitorOf(r).Source, now).AllowN(now, 1) {
		return tooMany()
	}
	return nil
}

func tooMany() error {
	return fault.New(fault.TooSoon, "", "There were very many requests from your network. Please try again in a while.")
}

// How many bytes a form and what a program sends may have.
const (
	small  = 32 << 10
	report = 512 << 10
)

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	all := []web.Route{
		{Method: "GET", Pattern: "/account/calendar", Audience: web.SignedIn, Page: p.calendar, Action: access.ReadFeeds},
		{Method: "POST", Pattern: "/account/calendar/addresses", Audience: web.SignedIn, Page: p.makeAddress, Action: access.MakeFeed, Most: small},
		{Method: "POST", Pattern: "/account/calendar/addresses/{address}/end", Audience: web.SignedIn, Page: p.endAddress, Action: access.KeepFeeds, Most: small},
		{Method: "GET", Pattern: "/account/calendar/sources", Audience: web.Clinician, Page: p.newSource},
		{Method: "POST", Pattern: "/account/calendar/sources", Audience: web.Clinician, Page: p.addSource, Action: access.KeepSources, Most: small},
		{Method: "POST", Pattern: "/account/calendar/sources/{source}/read", Audience: web.Clinician, Page: p.readSource, Action: access.KeepSources, Most: small},
		{Method: "POST", Pattern: "/account/calendar/sources/{source}/end", Audience: web.Clinician, Page: p.endSource, Action: access.KeepSources, Most: small},
		{Method: "GET", Pattern: "/account/calendar/programs", Audience: web.Clinician, Page: p.newProgram},
		{Method: "POST", Pattern: "/account/calendar/programs", Audience: web.Clinician, Page: p.allowProgram, Action: access.LetProgram, Most: small},
		{Method: "POST", Pattern: "/account/calendar/programs/{program}/end", Audience: web.Clinician, Page: p.endProgram, Action: access.KeepFeeds, Most: small},

		{Method: "GET", Pattern: "/feed/{link}", Audience: web.Anyone, Page: p.feed, Action: access.FetchFeed},
	}
	for _, method := range []string{"GET", "PROPFIND"} {
		all = append(all, web.Route{Method: method, Pattern: "/.well-known/caldav", Audience: web.Anyone, Page: p.wellKnown})
	}
	for _, where := range []string{davRoot, davSelf, davHome} {
		for _, method := range []string{"OPTIONS", "PROPFIND"} {
			all = append(all, web.Route{Method: method, Pattern: where + "{$}", Audience: web.AppPassword, Page: p.byProgram(p.place), Action: access.ReadByDAV, Most: small})
		}
	}
	for _, method := range []string{"OPTIONS", "PROPFIND", "PROPPATCH", "REPORT"} {
		all = append(all, web.Route{Method: method, Pattern: davOwn + "{$}", Audience: web.AppPassword, Page: p.byProgram(p.own), Action: access.ReadByDAV, Most: report})
	}
	for _, method := range []string{"OPTIONS", "PROPFIND", "GET"} {
		all = append(all, web.Route{Method: method, Pattern: davOwn + "{name}", Audience: web.AppPassword, Page: p.byProgram(p.object), Action: access.ReadByDAV, Most: small})
	}
	for _, method := range []string{"PUT", "DELETE"} {
		all = append(all, web.Route{Method: method, Pattern: davOwn + "{name}", Audience: web.AppPassword, Page: p.byProgram(p.object), Action: access.WriteByDAV, Most: feed.MaxBlock + 1})
	}
	return all
}

// near says whether r comes from this machine itself, and by no proxy.
func near(r *http.Request) bool {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && a.Addr().Unmap().IsLoopback() && len(r.Header.Values("X-Forwarded-For")) == 0
}
