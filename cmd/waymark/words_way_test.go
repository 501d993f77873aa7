package main

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/enquiry"
)

// wayWritings are the forms of the beginning, of what the work is for and how it is
// planned, in an order in which one follows the other.
func (p *product) wayWritings(t *testing.T) []writing {
	t.Helper()
	bela := p.find("Bela")
	desk, goal := "/clients/"+bela.ID, "/my/goals/"+bela.has["goal"][0]
	asked := "/enquiries/" + p.asksToBegin(t)
	later := time.Now().AddDate(0, 0, 60).Format(time.DateOnly)
	return []writing{
		{"Cleo", asked, asked, map[string]string{"move": "wait", "told": longWords, "among": "Call her first."}},
		{"Cleo", asked + "/accept", "/accept", map[string]string{"name": "Kim of the long name", "email": "kim@example.org"}},
		{"Cleo", "/profile/times", "/profile/times", map[string]string{"day": later, "clock": "09:15", "length": "50", "time_ways": "person", "weeks": "1"}},
		{"Bela", "/beginning/6", "/beginning/6", map[string]string{"work": longWords, "home": "A flat of mine"}},
		{"Cleo", desk + "/intake/strengths", "/intake/strengths", map[string]string{"carries": longWords, "good": "Baking for many"}},
		{"Cleo", desk + "/intake", "/invite", map[string]string{"part": "health", "note": "If it suits you"}},
		{"Bela", "/beginning/agreement/text", "/agreement/text", map[string]string{"client": longWords}},
		{"Bela", "/my/goals/vision", "/goals/vision", map[string]string{"vision": longWords}},
		{"Bela", "/my/goals/new", "/my/goals", map[string]string{"words": "Go out in the rain", "know": longWords}},
		{"Bela", goal + "/change", "/change", map[string]string{"words": "Go out in the snow", "know": longWords}},
		{"Bela", goal, "/milestones", map[string]string{"words": "Three stops by tram"}},
		{"Cleo", desk + "/plan/revise", "/plan", map[string]string{
			"do": "keep", "words-0": "Going out alone", "own-0": "Small steps", "because-0": longWords, "format": "individual", "where": "remote", "review": later, "why": "A move to town",
		}},
		{"Bela", "/my/plan", "/plan/unfit", map[string]string{"unfit": longWords}},
		{"Bela", "/my/detours", "/my/detours", map[string]string{"name": "Dad in hospital", "reason": longWords}},
		{"Cleo", desk + "/detours", "/notes", map[string]string{"words": longWords}},
		{"Bela", "/my/review", "/review/words", map[string]string{"helps": longWords, "not": "Going too fast"}},
		{"Cleo", desk + "/review", "/review", map[string]string{"outcome": "go-on", "words": longWords, "next": later}},
		{"Cleo", desk + "/detours", "/close", map[string]string{"stays": longWords, "changed": "The hours at home"}},
		{"Cleo", desk + "/notes/" + bela.has["note"][0] + "/amend", "/notes/sign", map[string]string{"text": longWords, "reason": "A line was missing"}},
		{"Cleo", desk + "/notes/" + bela.has["note"][0], "/share", map[string]string{"summary": longWords}},
		{"Cleo", "/methods/new", "/methods/new", map[string]string{"name": "Walking together", "about": longWords, "to0": "grief", "strength0": "own experience"}},
		{"Cleo", "/exercises/new", "/exercises/new", map[string]string{"title": "Walking alone", "what": longWords, "how": "Go out.", "smallest": "Open the door."}},
		{"Bela", goal, "/retire", map[string]string{"as": "let-go", "reason": "Another time then."}},
	}
}

// asksToBegin has somebody ask for a consultation.
func (p *product) asksToBegin(t *testing.T) string {
	t.Helper()
	var f enquiry.Form
	p.does(t, func(ctx context.Context) (err error) {
		practice := p.named("Mona").Practice
		f.ID, f.Stamp, err = p.Enquiries.Blank(practice, time.Now().Add(-time.Minute))
		f.Agree, f.Name, f.Email, f.Reach, f.Brings = true, "Kimberly", "kimberly@example.net", enquiry.Message, "Wandering nights"
		if err == nil {
			_, err = p.Enquiries.Ask(ctx, practice, "203.0.113.9", f)
		}
		return err
	})
	return f.ID
}

// makes says whether the form makes something each time it is opened and sent.
func makes(w writing) bool {
	return w.fields["revision"] == "0" || slices.Contains([]string{
		"/clients/new", "/ask", "/sessions", "/accept", "/profile/times", "/invite", "/my/goals", "/milestones", "/plan/unfit", "/my/detours", "/notes", "/methods/new", "/exercises/new",
		"/minute", "/reflections", "/calendar/new", "/calendar/hours", "/hours/protected", "/practice/holidays", "/my/times", "/cancel",
		"/calendar/addresses", "/calendar/sources", "/calendar/programs", "/reminders/appointments",
	}, w.to)
}

// ends says whether the form cannot be sent again by somebody who was slower.
func ends(w writing) bool {
	return slices.Contains([]string{"/review", "/close", "/retire"}, w.to) || strings.HasPrefix(w.page, "/my/times/") // the time is theirs now
}

// forgets checks that the page after a form says that what the device keeps of it can
// be forgotten.
func (p *product) forgets(t *testing.T, s *someone, f pageForm, sent answered) {
	t.Helper()
	to, err := url.Parse(sent.header.Get("Location"))
	if err != nil || f.keep == "" {
		return
	}
	if got := to.Query().Get("kept"); got != f.keep {
		t.Errorf("the device forgets %q, and keeps %q", got, f.keep)
	}
	if got := p.gets(s, to.RequestURI()); got.status != http.StatusOK || !strings.Contains(got.body, `data-kept="`+f.keep+`"`) {
		t.Errorf("GET %s: %d, and nothing says that %q can be forgotten", to, got.status, f.keep)
	}
}

// While somebody writes, what they write about is closed, taken off or kept for the
// room: their words are on the page that says so.
func TestWordsAboutWhatIsGoneMeanwhileAreOnThePage(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		bela, cleo := p.find("Bela"), p.find("Cleo")
		desk, goal, detour := "/clients/"+bela.ID, "/my/goals/"+bela.has["goal"][0], bela.has["detour"][0]
		today, asked := time.Now().Format(time.DateOnly), "/enquiries/"+p.asksToBegin(t)
		free, kept, times := p.freeTimes(t)[0], p.reflects(t), "/my/times/"+bela.has["session"][0]
		for _, one := range []struct {
			writing
			by   *someone
			path string
			form func(*product, string) url.Values
		}{
			{writing{"Cleo", desk + "/detours", "/notes", map[string]string{"words": longWords}}, cleo, desk + "/detours/" + detour + "/close", values("until", today, "stays", "All of it")},
			{writing{"Cleo", desk + "/intake/context", "/intake/context", map[string]string{"home": longWords}}, bela, "/beginning/6/room", values("course", "1", "revision", "0")},
			{writing{"Bela", goal, "/milestones", map[string]string{"words": "Three stops by tram"}}, cleo, desk + "/goals/" + bela.has["goal"][0] + "/retire", values("id", newID(t), "as", "let-go", "reason", "Not now")},
			{writing{"Bela", goal + "/change", "/change", map[string]string{"words": "Four stops", "know": longWords}}, nil, "", nil},
			{writing{"Bela", times + "/move", "/move", map[string]string{"time": free, "words": longWords}}, cleo, desk + "/times/" + bela.has["session"][0] + "/cancel", values("id", newID(t), "revision", "1")},
			{writing{"Bela", "/my/session", "/my/agenda", map[string]string{"text": longWords}}, bela, "/my/agenda/" + bela.has["item"][0] + "/take-back", values("at", "", "revision", "1")},
			{writing{"Cleo", "/reflections/" + kept, "/" + kept, map[string]string{"text": longWords}}, cleo, "/reflections/" + kept + "/drop", values()},
			{writing{"Cleo", asked, asked, map[string]string{"move": "wait", "told": longWords}}, cleo, asked + "/accept", values("id", newID(t), "session", newID(t), "revision", "1", "name", "Kim", "email", "kim@example.org")},
		} {
			t.Run(one.who+strings.ReplaceAll(one.to, "/", " "), func(t *testing.T) {
				f := p.fillsIn(t, one.writing)
				if one.by != nil {
					if got := p.posts(one.by, one.path, one.form(p, "")); got.status != http.StatusSeeOther {
						t.Fatalf("the other side: %d\n%s", got.status, got.body)
					}
				}
				before := p.kept(t)
				got := p.posts(p.find(one.who), f.action, f.fields)
				if got.status == http.StatusSeeOther {
					if wrong := changed(before, p.kept(t)); len(wrong) == 0 {
						t.Error("it is said to be kept, and is not")
					}
					return
				}
				said := strings.ReplaceAll(html.UnescapeString(got.body), "\r\n", "\n")
				for _, value := range one.fields {
					if strings.ContainsAny(value, " \n") && !strings.Contains(said, value) {
						t.Errorf("%d, and %q is not on the page\n%s", got.status, value, got.body)
					}
				}
			})
		}
	})
}

// A filled form of somebody.
type filled struct {
	pageForm
	cookie string
}

// beginnings are forms of a client who is new, and of who treats them, opened and
// filled in.
func (p *process) beginnings(t *testing.T, client *writer, clinician string) (all []filled) {
	t.Helper()
	desk := "/clients/" + client.id
	later := time.Now().AddDate(0, 0, 60).Format(time.DateOnly)
	note := newID(t)
	if status, _, body, err := p.browse("waymark="+clinician, desk+"/notes", url.Values{"id": {note}}); err != nil || status != http.StatusSeeOther {
		t.Fatalf("a note: %d %v\n%s", status, err, body)
	}
	held := newID(t)
	if status, _, body, err := p.browse("waymark="+clinician, desk+"/begin", url.Values{"id": {held}, "minutes": {"50"}}); err != nil || status != http.StatusSeeOther {
		t.Fatalf("a session: %d %v\n%s", status, err, body)
	}
	for _, w := range []writing{
		{"clinician", desk + "/notes/" + note, "/notes/sign", map[string]string{"text": longWords}},
		{"client", "/my/session", "/my/agenda", map[string]string{"text": longWords}},
		{"clinician", desk + "/sessions/" + held, "/kept", map[string]string{"decisions": "To go on\nTo write it down", "calm": "The lake at night"}},
		{"clinician", desk + "/sessions/" + held, "/meant", map[string]string{"intent": "To stay with it", "instead": longWords}},
		{"clinician", desk + "/sessions/" + held + "/minute", "/minute", map[string]string{"do": "keep", "text": longWords}},
		{"clinician", "/reflections", "/reflections", map[string]string{"text": longWords}},
		{"clinician", "/calendar/new", "/calendar/new", map[string]string{"with": client.id, "day": later, "clock": "06:15", "every": "1", "place": "The room up there"}},
		{"clinician", "/calendar/hours", "/hours/protected", map[string]string{"first": later, "for": "Writing and rest"}},
		{"client", "/my/times", "/times/waiting", map[string]string{"when": "any"}},
		{"client", "/my/goals/vision", "/goals/vision", map[string]string{"vision": longWords}},
		{"client", "/my/goals/new", "/my/goals", map[string]string{"words": "Go out in the rain", "know": longWords}},
		{"client", "/my/detours", "/my/detours", map[string]string{"name": "Dad in hospital", "reason": longWords}},
		{"client", "/beginning/6", "/beginning/6", map[string]string{"work": longWords, "home": "A flat of mine"}},
		{"clinician", desk + "/agreement/text", "/agreement/text", map[string]string{"client": longWords}},
		{"clinician", desk + "/plan/revise", "/plan", map[string]string{
			"do": "keep", "words-0": "Going out alone", "own-0": "Small steps", "because-0": longWords, "format": "individual", "where": "remote", "review": later,
		}},
		{"clinician", "/methods/new", "/methods/new", map[string]string{"name": "Walking together", "about": longWords, "to0": "grief", "strength0": "own experience"}},
		{"clinician", "/profile", "/profile", map[string]string{"about": longWords, "title": "A title of some length"}},
	} {
		cookie := clinician
		if w.who == "client" {
			cookie = client.cookie
		}
		status, _, body, err := p.browse("waymark="+cookie, w.page, nil)
		if err != nil || status != http.StatusOK {
			t.Fatalf("GET %s: %d %v", w.page, status, err)
		}
		f := formTo(t, answered{status: status, body: body}, w.to)
		for name, value := range w.fields {
			f.fields.Set(name, strings.ReplaceAll(value, "\n", "\r\n"))
		}
		all = append(all, filled{f, cookie})
	}
	return all
}
