package web

import (
	"cmp"
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// A client may use Waymark on a phone without a network (package web/away). What a
// phone may do with a route says Route.Away, on routes below /my/ alone:
//
//   - GET: its page is kept on the phone, sealed, and shown where the practice does not
//     answer. Addresses without variables are kept by themselves, others if a kept page
//     links to them. A page that is kept must be of use though it is some days old.
//   - POST: where there is no network its form waits on the phone, sealed, and is sent
//     once when there is one. So it must be right days later, too, and sending it twice
//     must be sending it once: its hidden field "id" is the id of what it makes, never
//     of something that is there already, because the phone gives each form that it
//     shows a fresh one. What it edits is named by the address, and "revision" is where
//     it started from. A hidden field "day" may be set by the phone to the day it is
//     there, and may be wrong by what its clock is wrong: a day after today is today.
//
// What the phone sends of what waited has the header Waymark-Outbox, and whose it is
// in Waymark-Whose. It is answered by Sent, with the status that a page would have.

// Sent is what became of something that waited on a phone.
type Sent struct {
	State string `json:"state"`
	Field string `json:"field,omitempty"` // what has to be put right
	Text  string `json:"text,omitempty"`  // to be shown
	Go    string `json:"go,omitempty"`    // the page about it
}

// What can become of it. Only SentKept means that the phone may let go of it.
const (
	SentKept     = "kept"
	SentRefused  = "refused"  // something in it has to be put right
	SentConflict = "conflict" // something else is there meanwhile: the page shows both
	SentGone     = "gone"     // what it is about is there no more
	SentSignIn   = "sign in"  // nobody is signed in, or somebody else is
	SentLater    = "later"    // try again
)

// fromBox says whether a phone sends what waited there.
func fromBox(r *http.Request) bool {
	return r.Method == http.MethodPost && r.Header.Get("Waymark-Outbox") != ""
}

// Waited says whether the form of r may have waited on a phone, so that the clock there
// set its day.
func Waited(r *http.Request) bool { return fromBox(r) || OnPhone(r) }

// alone says whether a phone asks on its own, which keeps nobody signed in.
func alone(r *http.Request) bool { return r.Header.Get("Waymark-Away") != "" }

// whoseBox refuses what waited on a phone for somebody other than who is signed in.
func (v *Visitor) whoseBox(r *http.Request) error {
	if whose := r.Header.Get("Waymark-Whose"); fromBox(r) && (!v.In() || whose != v.Actor.ID) {
		return fault.New(fault.SignIn, "", "This waits for whoever wrote it to sign in.")
	}
	return nil
}

func stateOf(status int) string {
	switch {
	case status < 400:
		return SentKept
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return SentSignIn
	case status == http.StatusNotFound, status == http.StatusGone:
		return SentGone
	case status == http.StatusConflict:
		return SentConflict
	case status == http.StatusTooManyRequests, status >= 500:
		return SentLater
	}
	return SentRefused
}

var (
	formError = regexp.MustCompile(`(?s)id="form-error".*?<div>(.*?)</div>`)
	anyTag    = regexp.MustCompile(`(?s)<[^>]*>`)
)

// sentOf is what a page says that came as the answer: the summary above its form.
func sentOf(status int, page string) Sent {
	s := Sent{State: stateOf(status)}
	if found := formError.FindStringSubmatch(page); found != nil && s.State != SentKept {
		var lines []string
		for line := range strings.SplitSeq(anyTag.ReplaceAllString(strings.ReplaceAll(found[1], "</b>", "."), "\n"), "\n") {
			if line = strings.TrimSpace(html.UnescapeString(line)); line != "" && line != "." {
				lines = append(lines, line)
			}
		}
		s.Text = strings.Join(lines, " ")
	}
	return s
}

func tellBox(w http.ResponseWriter, status int, s Sent) {
	text, _ := json.Marshal(s) // four texts: it cannot fail
	tell(w, cmp.Or(status, http.StatusOK), text)
}

// Away are the patterns of the pages that are kept on a phone, and of the forms that
// may wait there.
func Away(r *http.Request) (pages, forms []string) {
	s := VisitorOf(r).site
	if s == nil {
		return nil, nil
	}
	for _, route := range s.routes {
		switch {
		case !route.Away:
		case route.Method == http.MethodGet:
			pages = append(pages, route.Pattern)
		default:
			forms = append(forms, route.Pattern)
		}
	}
	slices.Sort(pages)
	slices.Sort(forms)
	return pages, forms
}

// phoneLasts is for how long a browser is known to be one on which somebody uses
// Waymark without a network.
const phoneLasts = deviceLasts

// KeepPhone notes with the browser that Waymark is used on it without a network: its
// pages then bring the script for that, and signing out wipes nothing that waits.
func KeepPhone(w http.ResponseWriter, r *http.Request, yes bool) {
	s := VisitorOf(r).site
	c := &http.Cookie{
		Name: s.cookie() + "-phone", Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: s.options.Secure, SameSite: http.SameSiteLaxMode,
	}
	if yes {
		c.Value, c.MaxAge = "1", int(phoneLasts.Seconds())
	}
	http.SetCookie(w, c)
}

// OnPhone says whether Waymark is used on the browser without a network.
func OnPhone(r *http.Request) bool {
	s := VisitorOf(r).site
	if s == nil {
		return false
	}
	c, err := r.Cookie(s.cookie() + "-phone")
	return err == nil && c.Value == "1"
}
