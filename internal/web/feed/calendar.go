package feed

import (
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// settings is where the page with everything is.
const settings = "/account/calendar"

// frame is the visitor's own frame, with a way back.
func frame(r *http.Request, heading string, back *ui.Link) ui.FrameProps {
	f := web.Frame(r)
	f.Heading = heading
	switch {
	case f.Audience == ui.Client:
		f.Back = back
	case f.Audience == ui.Desk:
		f.Kicker = "Your account"
	}
	return f
}

var (
	toAccount  = &ui.Link{Text: "Back to my account", Href: "/account"}
	toSettings = &ui.Link{Text: "Back to my calendar", Href: settings}
)

// A calendarPage is everything that connects somebody's calendar.
type calendarPage struct {
	Frame   ui.FrameProps
	All     feed.All
	Staff   bool // a clinician, who has a calendar of their own
	New     string
	Fresh   bool   // an address can be made: who they are was just said
	Again   bool   // it has to be said again before the form that came can be sent
	Label   string // as it was typed
	Wrong   *web.Flaw
	Now     time.Time
	Shown   string // the address that was just made
	Server  string
	Sources bool // there is room for one more
}

func (p *Pages) page(r *http.Request) (calendarPage, error) {
	v := web.VisitorOf(r)
	page := calendarPage{Frame: frame(r, "Calendar", toAccount), Staff: v.Is(web.Clinician), Now: web.NowOf(r), Server: p.Origin + davRoot, Fresh: v.Actor.Fresh}
	var err error
	if page.All, err = p.Feeds.All(r.Context(), v.Actor); err != nil {
		return page, err
	}
	page.Sources = len(page.All.Sources) < feed.MaxSources
	page.New, err = web.NewID()
	return page, err
}

// elsewhere is where somebody goes on who cannot connect a calendar: who has to add a
// second step first, and who has no appointments.
func elsewhere(v *web.Visitor) string {
	switch {
	case v.NeedsSetup:
		return "/account/setup"
	case !v.Is(web.Clinician) && !v.Is(web.Client):
		return "/account"
	}
	return ""
}

func (p *Pages) calendar(w http.ResponseWriter, r *http.Request) error {
	if to := elsewhere(web.VisitorOf(r)); to != "" {
		return web.SeeOther(w, r, to)
	}
	page, err := p.page(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, calendarView(page))
}

// makeAddress shows the new address on the page that answers: no address of ours ever
// holds it, and no history.
func (p *Pages) makeAddress(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	if to := elsewhere(v); to != "" {
		return web.SeeOther(w, r, to)
	}
	f := feed.Form{ID: r.PostForm.Get("id"), Label: r.PostForm.Get("label")}
	where, failed := p.Feeds.MakeAddress(r.Context(), v.Actor, f)
	flaw, ok := web.FlawIn(failed)
	if f, is := web.AsFault(failed); is && f.Kind == fault.StepUp { // what it is called was typed
		flaw, ok = &web.Flaw{Kind: f.Kind, Text: f.Text}, true
	}
	if failed != nil && !ok {
		return failed
	}
	page, err := p.page(r)
	if err != nil {
		return err
	}
	if failed != nil {
		page.Wrong, page.Label, page.Again = flaw, f.Label, flaw.Kind == fault.StepUp
		return web.Show(w, r, flaw.Status(), calendarView(page))
	}
	page.Shown = where
	return web.Show(w, r, http.StatusOK, calendarView(page))
}

func (p *Pages) endAddress(w http.ResponseWriter, r *http.Request) error {
	if to := elsewhere(web.VisitorOf(r)); to != "" {
		return web.SeeOther(w, r, to)
	}
	if err := p.Feeds.EndAddress(r.Context(), web.ActorOf(r), r.PathValue("address")); err != nil {
		return err
	}
	return web.SeeOther(w, r, settings+"#addresses")
}

// A sourcePage asks for the address of a calendar elsewhere.
type sourcePage struct {
	Frame ui.FrameProps
	Form  feed.SourceForm
	Wrong *web.Flaw
}

func (p *Pages) newSource(w http.ResponseWriter, r *http.Request) error {
	id, err := web.NewID()
	if err != nil {
		return err
	}
	page := sourcePage{Frame: frame(r, "A calendar elsewhere", toSettings), Form: feed.SourceForm{Form: feed.Form{ID: id}}}
	return web.Show(w, r, http.StatusOK, sourceView(page))
}

func (p *Pages) addSource(w http.ResponseWriter, r *http.Request) error {
	f := feed.SourceForm{Form: feed.Form{ID: r.PostForm.Get("id"), Label: r.PostForm.Get("label")}, Address: r.PostForm.Get("address")}
	err := p.Feeds.AddSource(r.Context(), web.ActorOf(r), f)
	if err == nil {
		return web.SeeOther(w, r, settings+"#busy")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	return web.Show(w, r, flaw.Status(), sourceView(sourcePage{frame(r, "A calendar elsewhere", toSettings), f, flaw}))
}

func (p *Pages) readSource(w http.ResponseWriter, r *http.Request) error {
	if err := p.Feeds.ReadNow(r.Context(), web.ActorOf(r), r.PathValue("source")); err != nil {
		return err
	}
	return web.SeeOther(w, r, settings+"#busy")
}

func (p *Pages) endSource(w http.ResponseWriter, r *http.Request) error {
	if err := p.Feeds.EndSource(r.Context(), web.ActorOf(r), r.PathValue("source")); err != nil {
		return err
	}
	return web.SeeOther(w, r, settings+"#busy")
}

// A programPage lets a calendar program in, and then shows with what, once.
type programPage struct {
	Frame  ui.FrameProps
	Form   feed.Form
	Key    feed.Key
	Server string
	Wrong  *web.Flaw
}

// fresh fails with fault.StepUp unless the visitor said in the last minutes who they
// are, so that nobody fills in a form for nothing.
func fresh(r *http.Request) error {
	if web.ActorOf(r).Fresh {
		return nil
	}
	return fault.New(fault.StepUp, "", "An app password can be made for five minutes after you said who you are.")
}

func (p *Pages) newProgram(w http.ResponseWriter, r *http.Request) error {
	if err := fresh(r); err != nil {
		return err
	}
	id, err := web.NewID()
	if err != nil {
		return err
	}
	page := programPage{Frame: frame(r, "Let a calendar program in", toSettings), Form: feed.Form{ID: id}}
	return web.Show(w, r, http.StatusOK, programView(page))
}

func (p *Pages) allowProgram(w http.ResponseWriter, r *http.Request) error {
	f := feed.Form{ID: r.PostForm.Get("id"), Label: r.PostForm.Get("label")}
	page := programPage{Frame: frame(r, "Let a calendar program in", toSettings), Form: f, Server: p.Origin + davRoot}
	err := fresh(r)
	if err == nil {
		page.Key, err = p.Feeds.AllowProgram(r.Context(), web.ActorOf(r), f)
	}
	if err == nil {
		page.Frame.Heading = "Type this into your calendar program"
		return web.Show(w, r, http.StatusOK, programView(page))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page.Wrong = flaw
	return web.Show(w, r, flaw.Status(), programView(page))
}

func (p *Pages) endProgram(w http.ResponseWriter, r *http.Request) error {
	if err := p.Feeds.EndProgram(r.Context(), web.ActorOf(r), r.PathValue("program")); err != nil {
		return err
	}
	return web.SeeOther(w, r, settings+"#programs")
}

// named is what something is called, or what stands there if nobody called it anything.
func named(label, otherwise string) string {
	if label == "" {
		return otherwise
	}
	return label
}

// day is a time as it stands beside something.
func day(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return "today at " + t.Format("15:04")
	}
	return ui.Date(t, now) + " at " + t.Format("15:04")
}

func used(c feed.Connection, now time.Time) string {
	if c.UsedAt.IsZero() {
		return "Made " + day(c.MadeAt, now) + ", and not used yet"
	}
	return "Made " + day(c.MadeAt, now) + ", last used " + day(c.UsedAt, now)
}

// state is how it stands with a calendar elsewhere.
func state(s feed.Source, now time.Time) string {
	times := strconv.Itoa(s.Times) + " busy times are known"
	if s.Times == 1 {
		times = "1 busy time is known"
	}
	switch {
	case s.TriedAt.IsZero():
		return "At " + s.Host + ". It will be read in a moment."
	case s.Reason != "" && s.ReadAt.IsZero():
		return "At " + s.Host + ". It could not be read " + day(s.TriedAt, now) + ". " + s.Why()
	case s.Reason != "":
		return "At " + s.Host + ". It could not be read " + day(s.TriedAt, now) + ". " + s.Why() + " What was read " + day(s.ReadAt, now) + " still holds: " + times + "."
	}
	return "At " + s.Host + ". Read " + day(s.ReadAt, now) + ": " + times + " for the next 28 weeks."
}

// mainUnless is the one filled button of a page, unless there is something else to do.
func mainUnless(other bool) ui.ButtonKind {
	if other {
		return ui.Outline
	}
	return ui.Main
}

func chipOf(s feed.Source) *ui.ChipProps {
	if s.Reason == "" {
		return nil
	}
	return &ui.ChipProps{Text: "Not read", Tone: ui.Clay}
}
