package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// An Audience decides which frame stands around a page.
type Audience int

const (
	Plain  Audience = iota // sign-in, help, problems: the mark and Leave
	Client                 // thumb bar on a phone, top line at a desk
	Desk                   // clinician and manager: a strip at the side
	Public                 // what a visitor sees: a wide page with a foot
)

// A Link leads somewhere.
type Link struct {
	Text string
	Href string
	Icon string // name of an icon, or empty
}

// A Place is one of the pages that a frame always offers.
type Place struct {
	Link
	Count   int // shown in plain ink at a desk if above zero, never to a client
	Current bool
}

// FrameProps are what a page tells the frame around it.
type FrameProps struct {
	Audience Audience
	Home     string  // where the mark leads; empty: "/"
	Brand    string  // beside the mark; empty: "Waymark". The title of a page is always "Waymark"
	Places   []Place // the client's four, the desk's strip, or a visitor's few
	Back     *Link   // a task page of a client offers one way back instead of Places

	Kicker  string          // the small line above the heading
	Heading string          // the h1; empty if the page writes its own
	Lead    string          // one sentence under the heading, at a desk beside it
	Actions templ.Component // at a desk: buttons beside the heading
	Wide    bool            // a client's page of two columns

	Plan    string     // address of a client's safety plan, one tap away from each of their pages; empty: none
	Help    string     // address of Help now; empty on Help now itself and at a desk
	Reach   ReachProps // who answers, held by the page for when there is no network and Help now does not come
	Leave   string     // where quick exit leads; empty: about:blank
	Person  string     // name of whoever is signed in, shown beside Sign out
	Account string     // address of one's own account, beside Sign out; empty: it is among the places
	SignOut string     // address that signs out by POST; empty if nobody is signed in

	Banners []BannerProps // permanent plain words: evaluation data, read-only
	Toast   *ToastProps   // what just happened
	Kept    string        // id of the kept form that the server has now saved; the device forgets its copy
	Whose   string        // id of whoever is signed in: the device keeps apart what each of several people types

	Phone   bool            // Waymark is used on this phone without a network, too
	Scripts []string        // islands besides those of every page, such as "ask.js"
	Theme   string          // "light" or "dark" overrides the device
	Foot    templ.Component // Public: the foot of the page
}

// islands are loaded by every page: kept text, patience, dialogs. The way out,
// leave.js, comes before them: nothing is painted until it has run, so that Back
// shows nothing of a page that somebody left.
var islands = [...]string{"keep.js", "busy.js", "dialog.js"}

func (p FrameProps) home() string {
	if p.Home == "" {
		return "/"
	}
	return p.Home
}

func (p FrameProps) brand() string {
	if p.Brand == "" {
		return "Waymark"
	}
	return p.Brand
}

// to makes an address safe to put into a page: our own, or one that opens a
// page, a letter, a call or a message. Anything else leads nowhere.
func to(href string) templ.SafeURL {
	scheme, _, found := strings.Cut(href, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		return templ.SafeURL(href)
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel", "sms":
		return templ.SafeURL(href)
	}
	return "about:invalid"
}

// away is where quick exit leads: what the practice has set, or an empty page.
func away(href string) templ.SafeURL {
	if href == "" || href == "about:blank" {
		return "about:blank"
	}
	return to(href)
}

func barName(p FrameProps) string {
	if p.Back != nil {
		return "This page"
	}
	return "Main"
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
