package web

import (
	"net/http"
	"strings"

	"github.com/waymark-care/waymark/internal/web/ui"
)

// Frame is what stands around a page for r: the places of the visitor's
// audience, the way out, and what everybody must know. Pages add their heading.
func Frame(r *http.Request) ui.FrameProps {
	v := VisitorOf(r)
	p := ui.FrameProps{
		Help: "/help", Leave: PracticeOf(r).Leave, Kept: keptForm(r),
	}
	if v.site != nil {
		p.Banners = v.site.banners(r)
	}
	if !v.In() {
		return p
	}
	p.Whose = v.Actor.ID
	if v.LettingIn {
		p.Banners = append(p.Banners, ui.BannerProps{
			Text: "Somebody asked to be let in as you, and was given a code for a day later.", Tone: ui.Clay,
			Link: &ui.Link{Text: "Was it not you?", Href: "/account/entrances"},
		})
	}
	switch {
	case v.Is(Client):
		p.Audience, p.Home, p.SignOut = ui.Client, "/my/week", "/sign-out"
		p.Account, p.Phone = "/account", OnPhone(r)
		p.Places, p.Plan = places(r, clientPlaces), "/my/at-hand"
		p.Reach = ReachOf(PracticeOf(r))
	default:
		p.Audience, p.Home, p.SignOut = ui.Desk, v.Home(), "/sign-out"
		if v.Is(Clinician) {
			p.Places = places(r, clinicianPlaces)
		}
		if v.Is(Manager) {
			p.Places = append(p.Places, places(r, managerPlaces)...)
		}
		p.Places = append(p.Places, places(r, ownPlaces)...)
	}
	return p
}

// FrameSaying is Frame with a heading, and with the words for what was just done:
// the address names which of them ("done").
func FrameSaying(r *http.Request, heading string, done map[string]string) ui.FrameProps {
	p := Frame(r)
	p.Heading = heading
	if words, ok := done[r.URL.Query().Get("done")]; ok {
		p.Toast = &ui.ToastProps{Text: words}
	}
	return p
}

// Home is the first page of whoever is signed in.
func (v *Visitor) Home() string {
	switch {
	case v.Is(Client):
		return "/my/week"
	case v.Is(Clinician):
		return "/today"
	case v.Is(Manager):
		return "/practice"
	}
	return "/account"
}

// practicePlace is where a manager finds how the practice is set up, and its records.
const practicePlace = "/practice"

var (
	clientPlaces = []ui.Link{
		{Text: "This week", Href: "/my/week", Icon: "week"},
		{Text: "Practice", Href: "/my/practice", Icon: "leaf"},
		{Text: "Journal", Href: "/my/journal", Icon: "write"},
		{Text: "The way", Href: "/my/way", Icon: "way"},
		{Text: "My record", Href: "/my/record", Icon: "lock"},
	}
	clinicianPlaces = []ui.Link{
		{Text: "Today", Href: "/today"},
		{Text: "Calendar", Href: "/calendar"},
		{Text: "Clients", Href: "/clients"},
		{Text: "Enquiries", Href: "/enquiries"},
		{Text: "Methods", Href: "/methods"},
		{Text: "Library", Href: "/exercises"},
		{Text: "Supervision", Href: "/supervision"},
		{Text: "Public page", Href: "/profile"},
	}
	managerPlaces = []ui.Link{
		{Text: "Practice", Href: practicePlace},
		{Text: "The week", Href: "/practice/week"},
		{Text: "People", Href: "/people"},
		{Text: "Who asked", Href: "/callers"},
		{Text: "Report", Href: "/report"},
		{Text: "Who did what", Href: "/acts"},
	}
	ownPlaces = []ui.Link{{Text: "Your account", Href: "/account"}}
)

func places(r *http.Request, links []ui.Link) []ui.Place {
	all := make([]ui.Place, len(links))
	for i, l := range links {
		all[i] = ui.Place{Link: l, Current: r.URL.Path == l.Href || strings.HasPrefix(r.URL.Path, l.Href+"/")}
		if l.Href == practicePlace && (r.URL.Path == "/records" || strings.HasPrefix(r.URL.Path, "/records/")) {
			all[i].Current = true // the way there is on that page
		}
		for j := range all[:i] { // what lies deeper is where one is
			all[j].Current = all[j].Current && !(all[i].Current && strings.HasPrefix(l.Href, all[j].Href+"/"))
		}
	}
	return all
}

// banners are the permanent plain words.
func (s *Site) banners(r *http.Request) []ui.BannerProps {
	var all []ui.BannerProps
	if s.options.Evaluation {
		all = append(all, ui.BannerProps{Text: "This practice is for trying out: nothing here is protected. Please enter nothing about real people."})
	}
	if s.shortage(r.Context()) {
		all = append(all, ui.BannerProps{Tone: ui.Danger, Text: "Nothing can be saved at the moment: the disk is full or fails. You can still read. Whoever runs the server has to make room."})
	}
	return all
}

// mostOfKept is how long the name of a kept form may be: two ids, and what form it is.
const mostOfKept = 128

// keptForm is the form that the last page kept, so that the device forgets its copy.
func keptForm(r *http.Request) string {
	id := r.URL.Query().Get("kept")
	if len(id) > mostOfKept || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return ""
	}
	return id
}
