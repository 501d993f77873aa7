package calendar

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A sessionPage is one session: when it is, moved or cancelled while it is ahead, and
// what became of it once it has begun.
type sessionPage struct {
	frame  ui.FrameProps
	base   string
	week   ui.Link
	when   string
	where  string
	series *ui.Link
	begun  bool
	over   bool // cancelled: nothing more to do before it
	all    []attender
	typed  typed
	anyway bool
	flaw   *web.Flaw
}

// An attender is one who comes, with what became of it.
type attender struct {
	id, name, revision string
	said               string // what was noted, in words
	attendance, by     string
	href, agenda       string
}

func (p *Pages) meeting(r *http.Request) ([]session.Appointment, error) {
	all, err := p.Calendars.Meeting(r.Context(), web.ActorOf(r), access.ClientRecord(r.PathValue("client")), r.PathValue("session"))
	if err == nil && len(all) == 0 {
		err = fault.Absent()
	}
	return all, err
}

func (p *Pages) sessionPage(r *http.Request) (sessionPage, error) {
	now := web.NowOf(r)
	all, err := p.meeting(r)
	if err != nil {
		return sessionPage{}, err
	}
	names, err := p.names(r)
	if err != nil {
		return sessionPage{}, err
	}
	first := all[0]
	for _, a := range all {
		if a.Client.Of() == r.PathValue("client") && a.ID == r.PathValue("session") {
			first = a
		}
	}
	begins := first.Start.In(now.Location())
	page := sessionPage{
		frame: frame(r, desk.Upper(ui.Date(begins, now))), base: toWeek + "/sessions/" + first.Client.Of() + "/" + first.ID,
		week:  ui.Link{Text: "Calendar", Href: toWeek + "?week=" + calendar.DayOf(first.Start, now.Location()).Monday().String()},
		when:  begins.Format("15:04") + " to " + clock(first.End(), now.Location()),
		where: first.Place, begun: !first.Start.After(now), over: true,
		typed: typed{day: begins.Format(time.DateOnly), clock: begins.Format("15:04"), minutes: strconv.Itoa(int(first.Length.Minutes())), place: first.Place},
	}
	if first.Series != "" {
		page.series = &ui.Link{Text: "It comes round: the whole series", Href: toWeek + "/series/" + first.Client.Of() + "/" + first.Series}
	}
	for _, a := range all {
		if !a.Start.Equal(first.Start) {
			continue // moved by itself
		}
		one := attender{
			id: a.Client.Of(), name: desk.NameOf(names[a.Client.Of()]), revision: strconv.FormatInt(a.Revision, 10),
			said: saidOf(a), attendance: string(a.Attendance), by: string(a.By), href: "/clients/" + a.Client.Of(), agenda: "/clients/" + a.Client.Of() + "/sessions/" + a.ID,
		}
		page.over = page.over && a.State == session.Cancelled
		page.frame.Kicker += sep(page.frame.Kicker, ", ") + one.name
		page.all = append(page.all, one)
	}
	if first.Format != session.Individual {
		page.frame.Kicker += ", " + first.Format.Words()
	}
	return page, nil
}

// saidOf is what became of a session in a sentence; empty: nobody said.
func saidOf(a session.Appointment) string {
	by := map[session.Side]string{session.TheClient: " by the client", session.TheClinician: " by you", session.ThePractice: ", because the practice was closed"}[a.By]
	switch {
	case a.State == session.Missed:
		return "Was not there."
	case a.State == session.Cancelled && a.Attendance == session.Late:
		return "Cancelled late" + by + "."
	case a.State == session.Cancelled:
		return "Cancelled" + by + "."
	case a.Attendance == session.Came:
		return "You met."
	}
	return ""
}

func (p *Pages) session(w http.ResponseWriter, r *http.Request) error {
	page, err := p.sessionPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, sessionView(page))
}

// refs are the appointments that a form speaks of, as its author saw them.
func (p *Pages) refs(r *http.Request) ([]calendar.Ref, []session.Appointment, error) {
	all, err := p.meeting(r)
	if err != nil {
		return nil, nil, err
	}
	var refs []calendar.Ref
	for _, a := range all {
		revision, err := strconv.ParseInt(r.PostForm.Get("revision-"+a.Client.Of()), 10, 64)
		if err == nil {
			refs = append(refs, calendar.Ref{Client: a.Client, ID: a.ID, Revision: revision})
		}
	}
	if len(refs) == 0 {
		return nil, nil, fault.New(fault.Conflict, "", "This session was changed while you were looking at it. Please look again.")
	}
	return refs, all, nil
}

func (p *Pages) shift(w http.ResponseWriter, r *http.Request) error {
	t := typedOf(r)
	t.every = "1" // for the pattern; nothing comes round here
	day, err := p.shiftNow(r, t)
	if err == nil {
		return web.SeeOther(w, r, toWeek+"?done=moved&week="+day.Monday().String())
	}
	return p.again(w, r, t, err)
}

func (p *Pages) shiftNow(r *http.Request, t typed) (calendar.Day, error) {
	refs, all, err := p.refs(r)
	if err != nil {
		return 0, err
	}
	refs = slices.DeleteFunc(refs, func(ref calendar.Ref) bool { // who cancelled does not move along
		return slices.ContainsFunc(all, func(a session.Appointment) bool { return a.ID == ref.ID && a.State == session.Cancelled })
	})
	pattern, err := t.pattern()
	if err != nil {
		return 0, err
	}
	zone := web.LocationOf(r)
	at, err := start(pattern, zone)
	if err != nil {
		return 0, err
	}
	to := calendar.Elsewhere{Move: session.Move{Start: at, Length: pattern.Length, Place: pattern.Place}, Anyway: t.anyway, Offer: t.offer}
	return pattern.First, p.Calendars.Shift(r.Context(), web.ActorOf(r), refs, to, zone)
}

// again shows the session with what was typed, and what is wrong with it.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, t typed, err error) error {
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.sessionPage(r)
	if err != nil {
		return err
	}
	page.flaw, page.anyway = atClock(flaw), flaw.Field == "anyway" || t.anyway
	if t.day != "" {
		page.typed = t
	}
	return web.Show(w, r, flaw.Status(), sessionView(page))
}

func (p *Pages) callOff(w http.ResponseWriter, r *http.Request) error {
	refs, all, err := p.refs(r)
	if err == nil {
		off := calendar.Off{By: session.Side(r.PostForm.Get("by")), Offer: r.PostForm.Get("offer") == "yes"}
		err = p.Calendars.CallOff(r.Context(), web.ActorOf(r), refs, off)
	}
	if err != nil {
		return p.again(w, r, typed{}, err)
	}
	return web.SeeOther(w, r, toWeek+"?done=cancelled&week="+calendar.DayOf(all[0].Start, web.LocationOf(r)).Monday().String())
}

// attend notes what became of the session, of each who was to come.
func (p *Pages) attend(w http.ResponseWriter, r *http.Request) error {
	refs, _, err := p.refs(r)
	for _, ref := range refs {
		said, ok := attendanceOf(r.PostForm.Get("attendance-" + ref.Client.Of()))
		if err != nil || !ok {
			continue
		}
		_, err = p.Sessions.Attend(r.Context(), web.ActorOf(r), ref.Client, ref.ID, ref.Revision, said)
	}
	if err != nil {
		return p.again(w, r, typed{}, err)
	}
	return web.SeeOther(w, r, toWeek+"/sessions/"+r.PathValue("client")+"/"+r.PathValue("session")+"?done=attended")
}

// becomings are what can have become of a session, in the order in which one chooses.
var becomings = []struct {
	value, text string
	said        session.Said
}{
	{"came", "We met", session.Said{Attendance: session.Came}},
	{"missed", "They were not there", session.Said{Attendance: session.Away}},
	{"early-client", "They cancelled in good time", session.Said{Attendance: session.Early, By: session.TheClient}},
	{"late-client", "They cancelled late", session.Said{Attendance: session.Late, By: session.TheClient}},
	{"early-clinician", "I cancelled", session.Said{Attendance: session.Early, By: session.TheClinician}},
}

func attendanceOf(value string) (session.Said, bool) {
	for _, b := range becomings {
		if b.value == value {
			return b.said, true
		}
	}
	return session.Said{}, false
}

func (a attender) options() []ui.Option {
	all := make([]ui.Option, len(becomings))
	for i, b := range becomings {
		chosen := a.attendance == string(b.said.Attendance) && (b.said.By == "" || a.by == string(b.said.By))
		all[i] = ui.Option{Value: b.value, Text: b.text, Chosen: chosen}
	}
	return all
}
