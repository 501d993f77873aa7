package hour

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A sessionPage is one session at the desk: before it, while it is running, and after.
type sessionPage struct {
	frame   ui.FrameProps
	base    string // of this session
	name    string
	tabs    []ui.Tab
	back    ui.Link
	state   string // before, runs, over, cancelled
	words   string // how it stands
	chips   []string
	clock   clockView
	can     bool // it can be begun
	agenda  agendaView
	last    *lastView
	kept    keptForm
	keptAt  string
	told    *keptView // what is kept, to be read
	work    workForm
	shared  string // the summary that the client may read
	revisit attendForm
	beside  []ui.Link // what else belongs to this session
	flaw    *web.Flaw
}

// A clockView is the frame of a session, quietly: no seconds, and nothing that turns red.
type clockView struct {
	until string
	left  string
	words string // how much is left, from now on, for the page to say by itself: see leftAhead
	href  string // asked once a minute; empty: the page need not know
	mark  string
}

// A lastView is what is left from the session before.
type lastView struct {
	when  string
	href  string
	steps []stepLine
	open  []string
	calm  string
}

type stepLine struct{ whose, text string }

// A keptView is what both took with them.
type keptView struct {
	decisions []string
	steps     []stepLine
	open      []string
	calm      string
}

// A keptForm is what is kept, as it was typed.
type keptForm struct {
	action, keep, revision                      string
	decisions, forClient, forClinician, forBoth string
	open, calm                                  string
	asItIs                                      *keptView // what is kept now, if somebody was quicker
}

// A attendForm says what became of the appointment.
type attendForm struct {
	revision string
	choice   ui.ChoiceProps
	past     bool
}

// session shows one session.
func (p *Pages) session(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	page, err := p.sessionPage(r, s, r.PathValue("session"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, sessionView(page))
}

func (p *Pages) sessionPage(r *http.Request, s *seat, id string) (sessionPage, error) {
	if id == "" {
		return sessionPage{}, web.Absent()
	}
	sight, err := p.Hours.Open(r.Context(), s.Actor, s.Record, id)
	if err != nil {
		return sessionPage{}, err
	}
	a := sight.Appointment
	page := sessionPage{
		frame: s.frame(r, whenOf(a.Start, a.End(), s.Now)), base: s.Base + "/sessions/" + a.ID, name: s.Name,
		back: ui.Link{Text: "All sessions", Href: s.Base + "/sessions"}, last: s.lastOf(sight),
		can: a.State == session.Planned && sight.Hour.Began.IsZero() && hour.Beginning(a, s.Now) == nil,
	}
	page.state, page.words = s.stateOf(sight)
	if page.state != "runs" {
		page.tabs = desk.Tabs(s.Record.Of(), "/sessions")
	} else {
		page.frame.Scripts = []string{"hour.js"}
	}
	if a.Place != "" {
		page.chips = append(page.chips, a.Place)
	}
	if a.Format != session.Individual && a.Format != "" {
		page.chips = append(page.chips, a.Format.Words())
	}
	page.clock = s.clockOf(sight, page.state)
	items := sight.Hour.Agenda
	if page.state == "before" {
		items = sight.Waiting.Items
	}
	page.agenda, err = s.agendaOf(items, sight.Waiting, a.ID, a.ClinicianID, page.state == "runs")
	if err != nil {
		return page, err
	}
	if page.state != "before" && page.state != "runs" {
		page.agenda.past()
	}
	page.kept = s.keptFormOf(sight.Hour.Kept, page.base)
	if k := sight.Hour.Kept; !k.Empty() {
		page.told = s.keptViewOf(k)
		page.keptAt = desk.Upper(s.Who(k.By)) + ", " + desk.At(k.At, s.Now)
	}
	page.work = p.workFormOf(s, sight.Hour.Work, a.ID, page.base)
	if page.work.third, err = desk.Third(r, p.Briefs); err != nil {
		return page, err
	}
	if text := sight.Hour.Summary.Text; text != "" {
		page.shared = text
	}
	page.revisit = s.attendOf(a)
	switch page.state {
	case "before":
		page.beside = []ui.Link{
			{Text: "What changed since last time", Href: s.Base + "/brief"},
			{Text: "Move it", Href: s.Base + "/times/" + a.ID + "/move"},
			{Text: "Cancel it", Href: s.Base + "/times/" + a.ID + "/cancel"},
		}
	case "runs":
		page.beside = []ui.Link{
			{Text: "The note of this session", Href: page.base + "/note"},
			{Text: "What changed since last time", Href: s.Base + "/brief"},
		}
	case "over":
		page.beside = []ui.Link{
			{Text: "The note of this session", Href: page.base + "/note"},
			{Text: "A minute for yourself", Href: page.base + "/minute"},
			{Text: "Notes that only you can read", Href: s.Base + "/process"},
		}
	}
	return page, nil
}

// stateOf is how a session stands, and says it.
func (s *seat) stateOf(sight hour.Sight) (state, words string) {
	a, h := sight.Appointment, sight.Hour
	switch {
	case a.State == session.Cancelled:
		return "cancelled", "This session was cancelled."
	case a.State == session.Missed && s.Mine:
		return "over", "You were not there. Would you like another time?"
	case a.State == session.Missed:
		return "over", s.Name + " was not there."
	case h.Runs(s.Now):
		return "runs", ""
	case !h.Ended.IsZero():
		return "over", "Ended at " + at(h.Ended, s.Now) + "."
	case !a.End().After(s.Now):
		return "over", ""
	}
	return "before", ""
}

// soon is how long before its beginning a page looks whether a session has begun.
const soon = 15 * time.Minute

func (s *seat) clockOf(sight hour.Sight, state string) clockView {
	a, h := sight.Appointment, sight.Hour
	c := clockView{mark: sight.Mark}
	if state == "runs" {
		c.until, c.left, c.words = "Until "+at(h.Until, s.Now), leftOf(h.Until, s.Now), leftAhead(h.Until, s.Now)
	}
	if state == "runs" || s.Mine && state == "before" && a.Start.Sub(s.Now) < soon {
		c.href = s.Base + "/sessions/" + a.ID + "/now"
	}
	return c
}

// lastOf is what is left from the session before, if anything is.
func (s *seat) lastOf(sight hour.Sight) *lastView {
	k := sight.Last.Kept
	if !sight.Before || k.Empty() {
		return nil
	}
	v := s.keptViewOf(k)
	return &lastView{
		when: desk.On(sight.Last.Start, s.Now), href: s.Base + "/sessions/" + sight.Last.SessionID,
		steps: v.steps, open: v.open, calm: v.calm,
	}
}

func (s *seat) keptViewOf(k hour.Kept) *keptView {
	v := &keptView{decisions: k.Decisions, open: k.Open, calm: k.Calm}
	for _, step := range k.Steps {
		v.steps = append(v.steps, stepLine{s.whose(step.Whose, k.By), step.Text})
	}
	return v
}

// whose is who takes something on, to whoever looks. by is the clinician who wrote it.
func (s *seat) whose(side hour.Side, by string) string {
	switch side {
	case hour.ByClient:
		if s.Mine {
			return "You"
		}
		return s.Name
	case hour.ByClinician:
		return desk.Upper(s.Who(by))
	case hour.ByBoth:
	}
	return "Together"
}

func (s *seat) keptFormOf(k hour.Kept, base string) keptForm {
	return keptForm{
		action: base + "/kept", keep: s.Keep("kept", base[strings.LastIndexByte(base, '/')+1:]), revision: digits(k.Revision),
		decisions: strings.Join(k.Decisions, "\n"), forClient: strings.Join(k.Of(hour.ByClient), "\n"),
		forClinician: strings.Join(k.Of(hour.ByClinician), "\n"), forBoth: strings.Join(k.Of(hour.ByBoth), "\n"),
		open: strings.Join(k.Open, "\n"), calm: k.Calm,
	}
}

// attendOf is the form that says what became of an appointment that has begun.
func (s *seat) attendOf(a session.Appointment) attendForm {
	f := attendForm{revision: strconv.FormatInt(a.Revision, 10), past: !a.Start.After(s.Now)}
	is := func(value string) bool {
		switch value {
		case "came":
			return a.Attendance == session.Came
		case "away":
			return a.Attendance == session.Away
		case "early":
			return a.Attendance == session.Early && a.By == session.TheClient
		case "late":
			return a.Attendance == session.Late && a.By == session.TheClient
		case "mine":
			return a.State == session.Cancelled && a.By == session.TheClinician
		}
		return false
	}
	f.choice = ui.ChoiceProps{Name: "attended", Label: "What became of it?"}
	for _, o := range []ui.Option{
		{Value: "came", Text: "We met"},
		{Value: "away", Text: s.Name + " was not there"},
		{Value: "early", Text: s.Name + " had cancelled in good time"},
		{Value: "late", Text: s.Name + " had cancelled late"},
		{Value: "mine", Text: "I had cancelled"},
	} {
		o.Chosen = is(o.Value)
		f.choice.Options = append(f.choice.Options, o)
	}
	return f
}

// attended notes what became of an appointment.
func (p *Pages) attended(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	said, ok := map[string]session.Said{
		"came": {Attendance: session.Came}, "away": {Attendance: session.Away},
		"early": {Attendance: session.Early, By: session.TheClient}, "late": {Attendance: session.Late, By: session.TheClient},
		"mine": {Attendance: session.Early, By: session.TheClinician},
	}[r.PostFormValue("attended")]
	if !ok {
		said = session.Said{} // the domain says what is missing
	}
	id := r.PathValue("session")
	if _, err := p.Sessions.Attend(r.Context(), s.Actor, s.Record, id, number(r, "revision"), said); err != nil {
		return p.flawed(w, r, id, err, func(page *sessionPage, flaw *web.Flaw) {
			if flaw.Field == "attendance" {
				flaw.Field = "attended"
			}
			page.revisit.choice.Error = flaw.At("attended")
		})
	}
	return web.SeeOther(w, r, s.page(id)+"?done=attended")
}

// flawed shows a session with a form that could not be kept.
func (p *Pages) flawed(w http.ResponseWriter, r *http.Request, id string, failed error, mend func(*sessionPage, *web.Flaw)) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	page, err := p.sessionPage(r, s, id)
	if err != nil {
		return err
	}
	page.flaw = flaw
	if mend != nil {
		mend(&page, flaw)
	}
	return web.Show(w, r, flaw.Status(), sessionView(page))
}

// begin begins a session that was planned.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request) error {
	s, id := seatIn(r), r.PathValue("session")
	if _, err := p.Hours.Begin(r.Context(), s.Actor, s.Record, id, 0); err != nil {
		return p.flawed(w, r, id, err, nil)
	}
	return web.SeeOther(w, r, s.page(id))
}

// end ends a session.
func (p *Pages) end(w http.ResponseWriter, r *http.Request) error {
	s, id := seatIn(r), r.PathValue("session")
	if _, err := p.Hours.End(r.Context(), s.Actor, s.Record, id); err != nil {
		return p.flawed(w, r, id, err, nil)
	}
	return web.SeeOther(w, r, s.page(id)+"?done=ended")
}

// keep keeps what both take with them.
func (p *Pages) keep(w http.ResponseWriter, r *http.Request) error {
	s, id := seatIn(r), r.PathValue("session")
	f := hour.KeptForm{
		Revision: number(r, "revision"), Decisions: r.PostFormValue("decisions"), Open: r.PostFormValue("open"), Calm: r.PostFormValue("calm"),
		ForClient: r.PostFormValue("for-client"), ForClinician: r.PostFormValue("for-clinician"), ForBoth: r.PostFormValue("for-both"),
	}
	now, err := p.Hours.Keep(r.Context(), s.Actor, s.Record, id, f)
	if err == nil {
		if r.PostFormValue("do") == "end" {
			if _, err := p.Hours.End(r.Context(), s.Actor, s.Record, id); err != nil {
				return p.flawed(w, r, id, err, nil)
			}
			return web.Kept(w, r, s.page(id)+"?done=ended", s.Keep("kept", id))
		}
		return web.Kept(w, r, s.page(id)+"?done=kept", s.Keep("kept", id))
	}
	return p.flawed(w, r, id, err, func(page *sessionPage, flaw *web.Flaw) {
		typed := keptForm{
			action: page.kept.action, keep: page.kept.keep, revision: page.kept.revision, decisions: f.Decisions, forClient: f.ForClient,
			forClinician: f.ForClinician, forBoth: f.ForBoth, open: f.Open, calm: f.Calm,
		}
		if flaw.Clash() {
			typed.revision, typed.asItIs = digits(now.Revision), page.told
		}
		page.kept, page.told = typed, nil
	})
}
