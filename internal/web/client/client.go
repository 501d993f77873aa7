// Package client is the pages of the person who comes for help: what is next,
// what they are asked, and what their answers say. It
// decides nothing: whatever it shows came through the door of the person
// themself, and each record it asks for is their own.
package client

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	practise "github.com/waymark-care/waymark/internal/web/assignment"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of a client.
type Pages struct {
	Measures  *measure.Measures
	Flags     *safety.Flags
	Sessions  *session.Sessions
	People    *person.People
	Alliances *alliance.Alliances
	Logs      *mood.Logs
	Goals     *goal.Goals
	Plans     *plan.Plans
	Intakes   *intake.Intakes
	Calendars *calendar.Calendars
	// SafetyPlans are what opens at once after an answer that signals danger; nil: none.
	SafetyPlans *safetyplan.Plans

	// Practice says what is practised today; nil: nothing is.
	Practice *practise.Pages

	Reminders  *reminder.Reminders
	Pushes     *push.Pushes
	Informants *informant.Informants
}

// Routes are all addresses for clients.
func (p *Pages) Routes() []web.Route {
	return append([]web.Route{
		{Method: "GET", Pattern: "/my/week", Audience: web.Client, Action: access.ReadDue, Page: p.week, Away: true},

		{Method: "GET", Pattern: "/my/asks/{ask}/{occasion}", Audience: web.Client, Action: access.ReadDue, Page: p.ask, Away: true},
		{Method: "POST", Pattern: "/my/asks/{ask}/{occasion}", Audience: web.Client, Action: access.GiveAnswer, Page: p.give, Away: true},
		{Method: "POST", Pattern: "/my/asks/{ask}/{occasion}/draft", Audience: web.Client, Action: access.KeepDraft, Page: p.draft},
		{Method: "POST", Pattern: "/my/asks/{ask}/refuse", Audience: web.Client, Action: access.Refuse, Page: p.refuse},
		{Method: "POST", Pattern: "/my/asks/{ask}/again", Audience: web.Client, Action: access.Refuse, Page: p.askAgain},
		{Method: "POST", Pattern: "/my/asks/{ask}/decline", Audience: web.Client, Action: access.Decline, Page: p.decline},
		{Method: "GET", Pattern: "/my/answers/{answer}", Audience: web.Client, Action: access.ReadMeasures, Page: p.answer},

		{Method: "GET", Pattern: "/my/course", Audience: web.Client, Action: access.ReadMeasures, Page: p.course},
		{Method: "GET", Pattern: "/my/course/others", Audience: web.Client, Action: access.ReadMeasures, Page: p.others},
		{Method: "POST", Pattern: "/my/events", Audience: web.Client, Action: access.NoteEvent, Page: p.noteEvent},
		{Method: "POST", Pattern: "/my/events/{event}/drop", Audience: web.Client, Action: access.NoteEvent, Page: p.dropEvent},

		{Method: "GET", Pattern: "/my/together", Audience: web.Client, Action: access.ReadAlliance, Page: p.together, Away: true},
		{Method: "GET", Pattern: "/my/sessions/{held}/check-in", Audience: web.Client, Action: access.ReadAlliance, Page: p.checkIn, Away: true},
		{Method: "POST", Pattern: "/my/sessions/{held}/check-in", Audience: web.Client, Action: access.CheckIn, Page: p.giveCheckIn, Away: true},
		{Method: "POST", Pattern: "/my/sessions/{held}/skip", Audience: web.Client, Action: access.CheckIn, Page: p.skipCheckIn},
		{Method: "GET", Pattern: "/my/check-in", Audience: web.Client, Action: access.ReadCare, Page: p.freeCheckIn, Away: true},
		{Method: "POST", Pattern: "/my/check-in", Audience: web.Client, Action: access.CheckIn, Page: p.giveFreeCheckIn, Away: true},
		{Method: "GET", Pattern: "/my/check-ins/{checkin}", Audience: web.Client, Action: access.ReadAlliance, Page: p.checkInAgain},
		{Method: "POST", Pattern: "/my/check-ins/{checkin}", Audience: web.Client, Action: access.CheckIn, Page: p.reviseCheckIn},
		{Method: "GET", Pattern: "/my/markers/new", Audience: web.Client, Action: access.ReadMarkers, Page: p.notice, Away: true},
		{Method: "POST", Pattern: "/my/markers", Audience: web.Client, Action: access.NoticeMarker, Page: p.noticeNow, Away: true},
		{Method: "POST", Pattern: "/my/markers/{marker}", Audience: web.Client, Action: access.NoticeMarker, Page: p.changeMarker},
	}, append(p.logRoutes(), p.quietRoutes()...)...)
}

const (
	toWeek   = "/my/week"
	toGoals  = "/my/goals"
	toCourse = "/my/course"
	toHelp   = "/help"
)

// own is the record of whoever is asking. There is no other on these pages.
func own(r *http.Request) (access.Actor, access.Compartment) {
	actor := web.ActorOf(r)
	return actor, access.ClientRecord(actor.ID)
}

// isID says whether text can be the id of anything.
func isID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

// names are how people are called, by id.
type names map[string]string

// nameOf is how the person is called, read once for each. Somebody whom the
// client does not know has no name here.
func (p *Pages) nameOf(ctx context.Context, actor access.Actor, known names, id string) (string, error) {
	if name, ok := known[id]; ok || id == "" {
		return name, nil
	}
	who, err := p.People.Person(ctx, actor, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	known[id] = who.Name
	return who.Name, nil
}

// first is what somebody is called by.
func first(name string) string {
	name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
	return name
}

// said are the words for what just happened, which a page is told of by its
// address, so that none of them can come from elsewhere.
func said(r *http.Request) *ui.ToastProps {
	q := r.URL.Query()
	switch q.Get("said") {
	case "declined":
		t := &ui.ToastProps{Text: "Not this time, then. That is all right."}
		if n, ok := occasionOf(q.Get("n")); ok && isID(q.Get("ask")) {
			t.Undo = &ui.ButtonProps{Text: "Answer after all", Href: askPath(q.Get("ask"), n)}
		}
		return t
	case "noted":
		return &ui.ToastProps{Text: "Noted. You can change it for a week."}
	case "kept":
		return &ui.ToastProps{Text: "What you have so far is kept. You can go on from any device."}
	case "not-now":
		t := &ui.ToastProps{Text: "Not this time, then. That is all right."}
		if id := q.Get("session"); isID(id) {
			t.Undo = &ui.ButtonProps{Text: "Say something after all", Href: sessionPath(id)}
		}
		return t
	case "event":
		return &ui.ToastProps{Text: "Noted. It stands beside your line."}
	case "event-off":
		return &ui.ToastProps{Text: "Taken off."}
	case "refused":
		t := &ui.ToastProps{Text: "You will not be asked this any more. Those who work with you see that you said so, and no reason is needed."}
		if id := q.Get("ask"); isID(id) {
			t.Undo, t.UndoTo = &ui.ButtonProps{Text: "Undo"}, "/my/asks/"+id+"/again"
		}
		return t
	case "again":
		return &ui.ToastProps{Text: "Taken back. You are asked as before."}
	case "quiet":
		return &ui.ToastProps{Text: "Kept. That is how you are reminded from now on."}
	case "ahead":
		return &ui.ToastProps{Text: "Kept. That is how you are reminded of appointments."}
	case "practise":
		return &ui.ToastProps{Text: "Kept. That is how you are reminded of what you practise."}
	case "device":
		return &ui.ToastProps{Text: "Messages can come on this device."}
	case "no-device":
		return &ui.ToastProps{Text: "No more messages on that device."}
	case "form-ended":
		return &ui.ToastProps{Text: "Taken back. The link leads nowhere from now on."}
	}
	if text, ok := doneTogether[q.Get("said")]; ok {
		return &ui.ToastProps{Text: text}
	}
	return nil
}

// doneTogether are the words after something about the work together was kept.
var doneTogether = map[string]string{
	"practised":     "Kept.",
	"practised-not": "Not this week, then. That counts the same.",

	"checked-in": "Sent. It is read before your next session, and you can change it under The work together.",
	"changed":    "Changed. It is read anew before your next session.",
	"noticed":    "Noticed.",
	"just":       "From now on it is for you alone. What has been read has been read.",
	"shared":     "Whoever works with you can see it now.",
	"taken":      "Taken back.",
}
