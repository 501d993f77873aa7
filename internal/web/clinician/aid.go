package clinician

import (
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// aidPage is the short aid when a signal is open: five questions, none of which
// must be answered, and when it was talked about.
type aidPage struct {
	frame  ui.FrameProps
	back   string // of the course
	action string
	name   string
	tabs   []ui.Tab
	id     string
	answer string     // the score that it is about
	line   signalLine // empty: no signal is open any more
	since  string
	of     string // the measure
	asked  []aidField
	day    string
	flaw   *web.Flaw
}

type aidField struct {
	measure.AidQuestion
	text string
}

// aidForm is the page of the signal that is open on the measure that is asked
// for, or on the first that has one.
func (p *Pages) aidForm(r *http.Request) (aidPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	if _, err := p.Measures.Talks(r.Context(), actor, record); err != nil {
		return aidPage{}, err // it is for those who treat the client alone
	}
	courses, err := p.Measures.Courses(r.Context(), actor, record)
	if err != nil {
		return aidPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return aidPage{}, err
	}
	course := coursePage{base: "/clients/" + id}
	c, ok := course.choose(courses, r.FormValue("of"))
	page := aidPage{
		frame: desk.Frame(r, "Worth talking about"), back: course.base + "/course", action: course.base + "/course/aid", of: course.of,
		name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/course"), day: now.Format(time.DateOnly),
	}
	page.frame.Kicker = desk.NameOf(who)
	if !ok {
		return page, nil
	}
	page.back += "?of=" + page.of
	page.frame.Kicker += ", " + c.Instrument.Name
	if open, ok := c.Opened(); ok {
		page.answer, page.since = open.On.AnswerID, "Open since "+desk.Short(open.Since.At, now)+"."
		page.line = signalLine{*desk.SignalChip(c.Signals[0]), c.Signals[0].Words}
	}
	for _, q := range measure.Aid() {
		page.asked = append(page.asked, aidField{AidQuestion: q})
	}
	page.id, err = web.NewID()
	return page, err
}

func (p *Pages) aid(w http.ResponseWriter, r *http.Request) error {
	page, err := p.aidForm(r)
	if err != nil {
		return err
	}
	if page.answer == "" {
		return web.SeeOther(w, r, page.back) // it passed, or a colleague was quicker
	}
	return web.Show(w, r, http.StatusOK, aidView(page))
}

func (p *Pages) talkSignal(w http.ResponseWriter, r *http.Request) error {
	record, _ := desk.RecordOf(r)
	t := measure.Talk{
		ID: r.PostFormValue("id"), Instrument: r.PostFormValue("of"), AnswerID: r.PostFormValue("answer"),
		Day: measure.Day(r.PostFormValue("day")), Aid: map[string]string{},
	}
	for _, q := range measure.Aid() {
		t.Aid[q.ID] = r.PostFormValue(q.ID)
	}
	typed := t.Aid
	_, failed := p.Measures.TalkAboutSignal(r.Context(), web.ActorOf(r), record, t, web.LocationOf(r))
	if failed == nil {
		return web.Kept(w, r, "/clients/"+r.PathValue("client")+"/course?done=signal&of="+t.Instrument, "aid-"+t.ID)
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.aidForm(r)
	if err != nil {
		return err
	}
	page.flaw, page.id, page.answer, page.day = flaw, t.ID, t.AnswerID, string(t.Day)
	for i, q := range page.asked {
		page.asked[i].text = typed[q.ID]
	}
	return web.Show(w, r, flaw.Status(), aidView(page))
}
