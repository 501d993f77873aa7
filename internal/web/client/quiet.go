package client

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

const (
	toReminders = "/my/reminders"
	toForms     = "/my/forms"
)

// quietRoutes are where a client says when to be left alone, and asks somebody
// close to fill in a form.
func (p *Pages) quietRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: toReminders, Audience: web.Client, Action: access.ReadReminders, Page: p.reminders, Wakes: true},
		{Method: "POST", Pattern: toReminders, Audience: web.Client, Action: access.ReviseReminders, Page: p.keepReminders},
		{Method: "POST", Pattern: toReminders + "/off", Audience: web.Client, Action: access.ReadReminders, Page: p.noReminders},
		{Method: "POST", Pattern: toReminders + "/appointments", Audience: web.Client, Action: access.ReviseReminders, Page: p.keepAhead},
		{Method: "POST", Pattern: toReminders + "/practice", Audience: web.Client, Action: access.ReviseReminders, Page: p.keepPractise},
		{Method: "POST", Pattern: toReminders + "/devices", Audience: web.Client, Action: access.ReviseReminders, Page: p.allowDevice},
		{Method: "POST", Pattern: toReminders + "/devices/{device}/off", Audience: web.Client, Action: access.ReviseReminders, Page: p.forgetDevice},
		{Method: "GET", Pattern: toForms, Audience: web.Client, Action: access.ReadMeasures, Page: p.forms},
		{Method: "POST", Pattern: toForms, Audience: web.Client, Action: access.AskOther, Page: p.askOther},
		{Method: "GET", Pattern: toForms + "/{other}", Audience: web.Client, Action: access.ReadMeasures, Page: p.form},
		{Method: "POST", Pattern: toForms + "/{other}/end", Audience: web.Client, Action: access.AskOther, Page: p.endForm},
	}
}

// remindersPage is when somebody is reminded, and when not.
type remindersPage struct {
	Frame    ui.FrameProps
	On       bool
	Rev      string
	From, To string
	Days     []ui.Option
	Flaw     *web.Flaw

	Ahead    aheadPart
	Practise practisePart
}

// weekdays are the days of the week, from Monday.
var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

func (p *Pages) reminders(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	wish, err := p.Reminders.Wish(r.Context(), actor)
	if err != nil {
		return err
	}
	page, err := p.remindersOf(r, wish)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, remindersView(page))
}

func (p *Pages) remindersOf(r *http.Request, wish reminder.Wish) (page remindersPage, err error) {
	page = remindersPage{
		Frame: web.Frame(r), On: wish.On, Rev: strconv.FormatInt(wish.Rev, 10),
		From: minutes(wish.Quiet.From), To: minutes(wish.Quiet.To),
	}
	page.Frame.Heading, page.Frame.Toast = "Reminders", said(r)
	quiet := map[time.Weekday]bool{}
	for _, d := range wish.Quiet.Days {
		quiet[d] = true
	}
	for _, d := range weekdays {
		page.Days = append(page.Days, ui.Option{Value: strconv.Itoa(int(d)), Text: d.String(), Chosen: quiet[d]})
	}
	page.Frame.Scripts = []string{"push.js"}
	if page.Practise, err = p.practiseOf(r); err != nil {
		return page, err
	}
	page.Ahead, err = p.aheadOf(r)
	return page, err
}

func minutes(n int) string { return fmt.Sprintf("%02d:%02d", n/60, n%60) }

// minuteOf is a time of day, "21:00", as minutes after midnight; -1 if it is none.
func minuteOf(text string) int {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

func (p *Pages) keepReminders(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	wish := reminder.Wish{On: r.PostFormValue("on") == "yes", Quiet: reminder.Quiet{From: minuteOf(r.PostFormValue("from")), To: minuteOf(r.PostFormValue("to"))}}
	wish.Rev, _ = strconv.ParseInt(r.PostFormValue("rev"), 10, 64)
	for _, text := range r.PostForm["days"] {
		d, err := strconv.Atoi(text)
		if err != nil {
			d = -1
		}
		wish.Quiet.Days = append(wish.Quiet.Days, time.Weekday(d))
	}
	stands, err := p.Reminders.Keep(r.Context(), actor, wish)
	if err == nil {
		return web.Kept(w, r, toReminders+"?said=quiet", "reminders")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	if flaw.Clash() {
		wish.Rev = stands.Rev
	}
	page, err := p.remindersOf(r, wish)
	if err != nil {
		return err
	}
	page.From, page.To, page.Flaw = r.PostFormValue("from"), r.PostFormValue("to"), flaw
	return web.Show(w, r, flaw.Status(), remindersView(page))
}

// noReminders turns reminders off with one tap, and leaves the quiet hours.
func (p *Pages) noReminders(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	wish, err := p.Reminders.Wish(r.Context(), actor)
	if err != nil {
		return err
	}
	wish.On = false
	if _, err := p.Reminders.Keep(r.Context(), actor, wish); err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	return web.SeeOther(w, r, toReminders+"?said=quiet")
}

// formsPage is what somebody close was asked.
type formsPage struct {
	Frame ui.FrameProps
	Lines []formLine
	What  []ui.Option
	ID    string
	Who   string
	Link  string // to hand on, just made
	Flaw  *web.Flaw
}

type formLine struct {
	Line ui.LineProps
	End  string // to take it back
}

func (p *Pages) formsPage(r *http.Request) (formsPage, error) {
	actor, record := own(r)
	now := web.NowOf(r)
	all, err := p.Informants.Of(r.Context(), actor, record)
	if err != nil {
		return formsPage{}, err
	}
	page := formsPage{Frame: web.Frame(r)}
	page.Frame.Heading, page.Frame.Toast = "Somebody close to you", said(r)
	for _, f := range all {
		line := formLine{Line: ui.LineProps{Icon: "person", Text: capital(f.Who)}}
		href := toForms + "/" + f.ID
		switch {
		case f.State == informant.Given:
			line.Line.Note, line.Line.Href = "Answered "+on(f.GivenAt.In(now.Location()), now), href
		case f.State == informant.Ended:
			line.Line.Note = "Taken back"
		case f.Over(now):
			line.Line.Note = "Not answered in time"
		case f.State == informant.Opened:
			line.Line.Note, line.End = "Opened, not sent yet", href+"/end"
		default:
			line.Line.Note, line.End = "Not opened yet", href+"/end"
		}
		if f.By != actor.ID {
			line.Line.Note += ". Asked by those who work with you, because you agreed: “" + f.Agreed + "”"
		}
		page.Lines = append(page.Lines, line)
	}
	for _, in := range p.Informants.Instruments(actor.Practice) {
		page.What = append(page.What, ui.Option{Value: in.ID, Text: in.Title, Hint: in.About})
	}
	if len(page.What) == 1 {
		page.What[0].Chosen = true
	}
	page.ID, err = web.NewID()
	return page, err
}

func (p *Pages) forms(w http.ResponseWriter, r *http.Request) error {
	page, err := p.formsPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, formsView(page))
}

func (p *Pages) askOther(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	f := informant.AskForm{ID: r.PostFormValue("id"), Instrument: r.PostFormValue("instrument"), Who: r.PostFormValue("who")}
	_, link, failed := p.Informants.Ask(r.Context(), actor, record, f)
	flaw, ok := web.FlawIn(failed)
	if failed != nil && !ok {
		return failed
	}
	page, err := p.formsPage(r)
	if err != nil {
		return err
	}
	if failed != nil {
		page.Flaw, page.ID, page.Who = flaw, f.ID, f.Who
		for i := range page.What {
			page.What[i].Chosen = page.What[i].Value == f.Instrument
		}
		return web.Show(w, r, flaw.Status(), formsView(page))
	}
	page.Link = link
	return web.Show(w, r, http.StatusOK, formsView(page))
}

// formPage is what somebody close said.
type formPage struct {
	Frame ui.FrameProps
	Table ui.TableProps
	Note  string
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	now := web.NowOf(r)
	f, err := p.Informants.One(r.Context(), actor, record, r.PathValue("other"))
	if err != nil {
		return err
	}
	in, ok := p.Informants.Questionnaire(actor.Practice, f.Instrument, f.Version)
	if !ok || f.State != informant.Given {
		return web.Absent()
	}
	page := formPage{Frame: web.Frame(r), Note: f.Note, Table: ui.TableProps{
		Caption: "What was answered", RowHeads: true, Columns: []ui.Column{{Name: "Question"}, {Name: "Answer"}},
	}}
	page.Frame.Heading, page.Frame.Kicker = capital(f.Who), capital(on(f.GivenAt.In(now.Location()), now))
	page.Frame.Back = &ui.Link{Text: "Somebody close to you", Href: toForms}
	for _, it := range in.Items {
		words := it.Wording(f.Items[it.ID])
		if words == "" {
			words = "left out"
		}
		page.Table.Rows = append(page.Table.Rows, []ui.Cell{{Text: it.Text}, {Text: words}})
	}
	return web.Show(w, r, http.StatusOK, formView(page))
}

func (p *Pages) endForm(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	if err := p.Informants.End(r.Context(), actor, record, r.PathValue("other")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toForms+"?said=form-ended")
}
