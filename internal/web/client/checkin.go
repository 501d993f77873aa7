package client

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An after is the session about which somebody may say something this week.
type after struct {
	Title string // "How was today’s session?"
	Href  string
	Skip  string
}

const toTogether = "/my/together"

func sessionPath(id string) string { return "/my/sessions/" + id + "/check-in" }

// afterSession is what is offered, if anything is.
func (p *Pages) afterSession(r *http.Request) (*after, error) {
	actor, record := own(r)
	o, ok, err := p.Alliances.Offer(r.Context(), actor, record)
	if err != nil || !ok {
		return nil, err
	}
	return &after{
		Title: howWas(o.Began, web.NowOf(r)), Href: sessionPath(o.SessionID), Skip: "/my/sessions/" + o.SessionID + "/skip",
	}, nil
}

// howWas is "How was today’s session?", "How was the session on Tuesday 24 November?".
func howWas(began, now time.Time) string {
	began = began.In(now.Location())
	switch daysBetween(began, now) {
	case 0:
		return "How was today’s session?"
	case 1:
		return "How was yesterday’s session?"
	}
	return "How was the session on " + ui.Date(began, now) + "?"
}

// checkInPage is the one page of a check-in, new or to be changed.
type checkInPage struct {
	Frame    ui.FrameProps
	Action   string
	Skip     string // where "not this time" is posted; empty: a way back to Back
	Back     string
	Keep     string
	ID       string // of the check-in to be made; empty: it is there
	Revision string
	Readers  string // who reads it, and when
	Read     string // that it was read, and what a change then means
	Scales   []ui.ChoiceProps
	Landed   string
	Missed   string
	Worry    string
	Send     string
	Flaw     *web.Flaw
	Was      []alliance.Line // as it is kept, where somebody was quicker
}

// checkInForm is the page with what is said in it.
func (p *Pages) checkInForm(r *http.Request, title, with string, said alliance.Said, typed map[string]string) checkInPage {
	page := checkInPage{Frame: web.Frame(r), Landed: said.Landed, Missed: said.Missed, Worry: said.Worry}
	page.Frame.Kicker, page.Frame.Heading = "Two minutes, if you like", title
	page.Frame.Back = &ui.Link{Text: "Back", Href: toWeek}
	page.Back = toWeek
	page.Readers, page.Send = "Those who work with you can read it before your next session.", "Send it"
	if with != "" {
		page.Readers = with + " reads it before your next session, and whoever else works with you can."
		page.Send = "Send it to " + with
	}
	for _, item := range alliance.Items() {
		low, high := item.Ends()
		c := ui.ChoiceProps{Name: item.Field(), Label: item.Text(), Low: low, High: high, Out: "Leave this one out", Options: ui.Scale0To10(-1)}
		chosen := typed[item.Field()]
		if v := said.Answers[item]; v != nil {
			chosen = strconv.Itoa(*v)
		}
		for i := range c.Options {
			c.Options[i].Chosen = c.Options[i].Value == chosen
		}
		page.Scales = append(page.Scales, c)
	}
	return page
}

// saidIn is what a form says. What is no number on the scale is wrong.
func saidIn(r *http.Request) (alliance.Said, error) {
	s := alliance.Said{Landed: r.PostFormValue("landed"), Missed: r.PostFormValue("missed"), Worry: r.PostFormValue("worry")}
	for _, item := range alliance.Items() {
		text := r.PostFormValue(item.Field())
		if text == "" {
			continue
		}
		v, err := strconv.Atoi(text)
		if err != nil || len(text) > 3 {
			return s, fault.New(fault.Invalid, item.Field(), "Please choose a number from 0 to 10, or leave it out.")
		}
		s.Answers[item] = &v
	}
	return s, nil
}

// comesBack is the page as it was sent, with what to correct.
func (page checkInPage) comesBack(w http.ResponseWriter, r *http.Request, flaw *web.Flaw) error {
	page.Flaw = flaw
	for i := range page.Scales {
		page.Scales[i].Error = flaw.At(page.Scales[i].Name)
	}
	return web.Show(w, r, flaw.Status(), checkInView(page))
}

// quicker shows what is kept beside what was written here. Sent again, this one
// stands.
func (page checkInPage) quicker(w http.ResponseWriter, r *http.Request, was alliance.CheckIn, flaw *web.Flaw) error {
	page.Was, page.Skip, page.ID = was.Lines(), "", ""
	page.Action, page.Revision = "/my/check-ins/"+was.ID, strconv.FormatInt(was.Revision, 10)
	page.Back, page.Send = toTogether, "Put this in its place"
	return page.comesBack(w, r, flaw)
}

func (p *Pages) sessionForm(r *http.Request, o alliance.Offer, said alliance.Said) (checkInPage, error) {
	actor, _ := own(r)
	with, err := p.nameOf(r.Context(), actor, names{}, o.ClinicianID)
	if err != nil {
		return checkInPage{}, err
	}
	page := p.checkInForm(r, howWas(o.Began, web.NowOf(r)), first(with), said, nil)
	page.Action, page.Skip = sessionPath(o.SessionID), "/my/sessions/"+o.SessionID+"/skip"
	page.Keep = "check-in-" + o.SessionID
	page.ID, err = web.NewID()
	return page, err
}

// checkIn asks about one session.
func (p *Pages) checkIn(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	o, err := p.Alliances.About(r.Context(), actor, record, r.PathValue("held"))
	if err != nil {
		return err
	}
	if o.Given != "" {
		return web.SeeOther(w, r, "/my/check-ins/"+o.Given)
	}
	page, err := p.sessionForm(r, o, alliance.Said{})
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, checkInView(page))
}

// giveCheckIn keeps what was said about one session. An empty form is "not this time".
func (p *Pages) giveCheckIn(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	id := r.PathValue("held")
	said, wrong := saidIn(r)
	if wrong == nil && said.Empty() {
		return p.skipCheckIn(w, r)
	}
	var was alliance.CheckIn
	if wrong == nil {
		was, wrong = p.Alliances.Give(r.Context(), actor, record, alliance.Form{ID: r.PostFormValue("id"), SessionID: id, Said: said})
	}
	if wrong == nil {
		return web.Kept(w, r, toWeek+"?said=checked-in", "check-in-"+id)
	}
	flaw, ok := web.FlawIn(wrong)
	if !ok {
		return wrong
	}
	o, err := p.Alliances.About(r.Context(), actor, record, id)
	if err != nil {
		return err
	}
	page, err := p.sessionForm(r, o, said)
	if err != nil {
		return err
	}
	if flaw.Clash() && was.ID != "" {
		return page.quicker(w, r, was, flaw)
	}
	page.ID = cmp.Or(r.PostFormValue("id"), page.ID)
	return page.comesBack(w, r, flaw)
}

// skipCheckIn is "not this time".
func (p *Pages) skipCheckIn(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	id := r.PathValue("held")
	if err := p.Alliances.Skip(r.Context(), actor, record, id); err != nil {
		return err
	}
	return web.Kept(w, r, toWeek+"?said=not-now&session="+id, "check-in-"+id)
}

const howTogether = "How is the work together?"

// freeCheckIn is a check-in about no session in particular.
func (p *Pages) freeCheckIn(w http.ResponseWriter, r *http.Request) error {
	page, err := p.freeForm(r, alliance.Said{})
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, checkInView(page))
}

func (p *Pages) freeForm(r *http.Request, said alliance.Said) (page checkInPage, err error) {
	actor, _ := own(r)
	team, err := p.People.CareTeam(r.Context(), actor, actor.ID)
	if err != nil {
		return page, err
	}
	with := ""
	if len(team) == 1 {
		if with, err = p.nameOf(r.Context(), actor, names{}, team[0]); err != nil {
			return page, err
		}
	}
	page = p.checkInForm(r, howTogether, first(with), said, nil)
	page.Action, page.Back, page.Keep = "/my/check-in", toTogether, "check-in"
	page.ID, err = web.NewID()
	return page, err
}

func (p *Pages) giveFreeCheckIn(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	said, wrong := saidIn(r)
	if wrong == nil && said.Empty() {
		return web.Kept(w, r, toTogether, "check-in")
	}
	if wrong == nil {
		_, wrong = p.Alliances.Give(r.Context(), actor, record, alliance.Form{ID: r.PostFormValue("id"), Said: said})
	}
	if wrong == nil {
		return web.Kept(w, r, toTogether+"?said=checked-in", "check-in")
	}
	flaw, ok := web.FlawIn(wrong)
	if !ok {
		return wrong
	}
	page, err := p.freeForm(r, said)
	if err != nil {
		return err
	}
	page.ID = cmp.Or(r.PostFormValue("id"), page.ID)
	return page.comesBack(w, r, flaw)
}

func (p *Pages) revisedForm(r *http.Request, in alliance.CheckIn, said alliance.Said) (checkInPage, error) {
	actor, _ := own(r)
	now := web.NowOf(r)
	page := p.checkInForm(r, "What you said "+on(in.GivenAt.In(now.Location()), now), "", said, nil)
	page.Frame.Kicker, page.Frame.Back = "You can change it", &ui.Link{Text: "Back", Href: toTogether}
	page.Action, page.Back, page.Keep = "/my/check-ins/"+in.ID, toTogether, "check-in-"+in.ID
	page.Revision, page.Send = strconv.FormatInt(in.Revision, 10), "Keep the change"
	if !in.Unread {
		by, err := p.nameOf(r.Context(), actor, names{}, in.SeenBy)
		if err != nil {
			return page, err
		}
		page.Read = cmp.Or(first(by), "Somebody who works with you") + " has read it. If you change it now, what was read stays beside it."
	}
	return page, nil
}

// checkInAgain shows what was said, to be changed.
func (p *Pages) checkInAgain(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	in, err := p.Alliances.One(r.Context(), actor, record, r.PathValue("checkin"))
	if err != nil {
		return err
	}
	page, err := p.revisedForm(r, in, in.Said)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, checkInView(page))
}

// reviseCheckIn changes what was said; an empty form takes it back.
func (p *Pages) reviseCheckIn(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	id := r.PathValue("checkin")
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // 0 is nobody's revision: a conflict
	said, wrong := saidIn(r)
	var was alliance.CheckIn
	if wrong == nil {
		was, wrong = p.Alliances.Revise(r.Context(), actor, record, id, revision, said)
	}
	if wrong == nil {
		return web.Kept(w, r, toTogether+"?said=changed", "check-in-"+id)
	}
	flaw, ok := web.FlawIn(wrong)
	if !ok {
		return wrong
	}
	in := was
	if in.ID == "" {
		var err error
		if in, err = p.Alliances.One(r.Context(), actor, record, id); err != nil {
			return err
		}
	}
	page, err := p.revisedForm(r, in, said)
	if err != nil {
		return err
	}
	if flaw.Clash() {
		return page.quicker(w, r, in, flaw)
	}
	page.Revision = r.PostFormValue("revision")
	return page.comesBack(w, r, flaw)
}
