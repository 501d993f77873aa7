// Package desk has what the pages of whoever works with clients have in common:
// how they stand in the site, what is said once something was kept, the views of
// one client, what is asked of somebody in a line, and days and numbers in words.
package desk

import (
	"context"
	"net/http"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Get is a page that clinicians may look for; what it opens, the door decides.
func Get(pattern string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodGet, Pattern: pattern, Audience: web.Clinician, Action: action, Page: page}
}

// Post is a form that clinicians may send; what it changes, the door decides.
func Post(pattern string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodPost, Pattern: pattern, Audience: web.Clinician, Action: action, Page: page}
}

// RecordOf is the client's record that the address names, and its id.
func RecordOf(r *http.Request) (access.Compartment, string) {
	id := r.PathValue("client")
	return access.ClientRecord(id), id
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"asked":      "Asked. It stands on their page from now on.",
	"ended":      "No longer asked. What was answered stays.",
	"entered":    "Kept, as answered on paper or aloud. It stands in the course.",
	"form-ended": "Taken back. The link leads nowhere from now on.",
	"talked":     "Noted: you talked about it.",
	"seen":       "Noted: you have seen it. It stays open until it is closed with a note.",
	"closed":     "Closed. Your note is kept.",
	"signal":     "Noted: you talked about it.",
	"noted":      "Noted. It stands beside the course.",
	"dropped":    "Taken off.",
	"planned":    "Planned.",

	"taken-on":         "Invited. What they wrote when they asked is in their record now.",
	"taken-on-time":    "Invited, and the first consultation is planned. What they wrote when they asked is in their record now.",
	"taken-on-no-time": "Invited. The time that they wished for is not free any more: please plan another.",

	"cancelled":  "Cancelled.",
	"shown":      "Shown, without a name. You can stop showing it at any time.",
	"hidden":     "No longer shown. What has been read has been read.",
	"offered":    "Offered. Clients see it under “What the form asks”.",
	"withdrawn":  "Withdrawn. Whoever has taken it keeps it.",
	"joined":     "They can work with the record from now on.",
	"noticed":    "Noticed.",
	"taken-back": "Taken back.",
	"words":      "Kept. They stand to choose from, for everybody.",
	"uninvited":  "Withdrawn. The link leads nowhere from now on.",
	"left":       "Their access has ended, everywhere and at once.",
}

// Frame stands around a page, with what was just done.
func Frame(r *http.Request, heading string) ui.FrameProps { return web.FrameSaying(r, heading, done) }

// First is how somebody is called between people who know each other.
func First(name string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return word
}

// Meet adds to known, by their ids, how those are called between people who know each
// other whom actor may know by name; whom actor may not know has no name there.
func Meet(ctx context.Context, people *person.People, actor access.Actor, known map[string]string, ids ...string) error {
	for _, id := range ids {
		if _, met := known[id]; met || id == "" || id == actor.ID {
			continue
		}
		who, err := people.Person(ctx, actor, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		known[id] = First(who.Name)
	}
	return nil
}

// NameOf is how p is called in full, as far as whoever asks may know it.
func NameOf(p person.Person) string {
	if p.Name == "" {
		return "A client"
	}
	return p.Name
}

// Tabs are the views of one client; at is what the address of the current one has
// behind the client’s own, "" for the overview.
func Tabs(id, at string) []ui.Tab {
	all := []ui.Tab{
		{Link: ui.Link{Text: "Overview", Href: "/clients/" + id}},
		{Link: ui.Link{Text: "Intake", Href: "/clients/" + id + "/intake"}},
		{Link: ui.Link{Text: "Goals", Href: "/clients/" + id + "/goals"}},
		{Link: ui.Link{Text: "The plan", Href: "/clients/" + id + "/plan"}},
		{Link: ui.Link{Text: "Safety plan", Href: "/clients/" + id + "/safety-plan"}},
		{Link: ui.Link{Text: "The way", Href: "/clients/" + id + "/way"}},
		{Link: ui.Link{Text: "The course", Href: "/clients/" + id + "/course"}},
		{Link: ui.Link{Text: "Working together", Href: "/clients/" + id + "/together"}},
		{Link: ui.Link{Text: "Practice", Href: "/clients/" + id + "/practice"}},
		{Link: ui.Link{Text: "Sessions", Href: "/clients/" + id + "/sessions"}},
		{Link: ui.Link{Text: "What is asked", Href: "/clients/" + id + "/ask"}},
		{Link: ui.Link{Text: "Team and sharing", Href: "/clients/" + id + "/team"}},
		{Link: ui.Link{Text: "Beginning and end", Href: "/clients/" + id + "/work"}},
	}
	for i := range all {
		all[i].Current = all[i].Href == "/clients/"+id+at
	}
	return all
}
