package clinician

import (
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// workPage is the pieces of work with one client, and where one is finished.
type workPage struct {
	frame    ui.FrameProps
	base     string
	name     string
	tabs     []ui.Tab
	now      string // what goes on, in words; empty if nothing does
	id       string // of what the form finishes
	revision string
	endings  []ui.Option
	ended    string
	done     []doneWork
	flaw     *web.Flaw
}

// doneWork is one that is finished. Only the last can go on.
type doneWork struct {
	id, revision, words, note string
	last                      bool
}

var endings = map[outcome.Ending]struct{ text, hint string }{
	outcome.AsPlanned: {"As planned", "You ended together, when it was time."},
	outcome.Early:     {"Earlier than planned", "Whoever ended it, and for whatever reason."},
	outcome.Elsewhere: {"It goes on elsewhere", "With somebody else, or in another kind of care."},
}

func (p *Pages) workForm(r *http.Request) (workPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	work, err := p.Outcomes.Work(r.Context(), actor, record, now.Location())
	if err != nil {
		return workPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return workPage{}, err
	}
	page := workPage{frame: desk.Frame(r, "Beginning and end"), base: "/clients/" + id, name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/work")}
	page.frame.Kicker = desk.NameOf(who)
	page.ended = string(measure.DayOf(now, now.Location()))
	if page.id, err = web.NewID(); err != nil {
		return page, err
	}
	page.revision = "0"
	if e := work.Now; e != nil {
		page.now = "It began on " + dayInText(e.Began, now) + "."
		if e.ID != "" {
			page.id, page.revision = e.ID, strconv.FormatInt(e.Revision, 10)
			page.now = "It began on " + dayInText(e.Began, now) + ", was finished in between, and goes on since " + desk.Short(e.NotedAt, now) + "."
		}
	}
	for _, e := range outcome.Endings {
		page.endings = append(page.endings, ui.Option{Value: string(e), Text: endings[e].text, Hint: endings[e].hint})
	}
	for i, e := range work.Done {
		d := doneWork{
			id: e.ID, revision: strconv.FormatInt(e.Revision, 10), last: i == 0 && (work.Now == nil || work.Now.ID == ""),
			words: desk.Upper(dayInText(e.Began, now)) + " to " + dayInText(e.Ended, now) + ", " + desk.Count(e.Weeks(), "week", "weeks"),
			note:  endings[e.Ending].text + ". Noted " + desk.On(e.NotedAt, now) + ".",
		}
		page.done = append(page.done, d)
	}
	return page, nil
}

// dayInText is a day without its weekday.
func dayInText(d measure.Day, now time.Time) string {
	t, err := d.Begins(now.Location())
	if err != nil {
		return string(d)
	}
	return desk.Short(t, now)
}

func (p *Pages) work(w http.ResponseWriter, r *http.Request) error {
	page, err := p.workForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, workView(page))
}

// finish says that the work is finished.
func (p *Pages) finish(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	_, err := p.Outcomes.Finish(r.Context(), web.ActorOf(r), record, outcome.FinishForm{
		ID: r.PostFormValue("id"), Revision: revision,
		Ending: outcome.Ending(r.PostFormValue("ending")), Ended: measure.Day(r.PostFormValue("ended")),
	}, web.LocationOf(r))
	if err == nil {
		return web.SeeOther(w, r, "/clients/"+id+"/work?done=finished")
	}
	return p.workAgain(w, r, err)
}

// goOn says that finished work goes on.
func (p *Pages) goOn(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	_, err := p.Outcomes.Reopen(r.Context(), web.ActorOf(r), record, r.PathValue("episode"), revision)
	if err == nil {
		return web.SeeOther(w, r, "/clients/"+id+"/work?done=reopened")
	}
	return p.workAgain(w, r, err)
}

// workAgain is the page with what was wrong, and with what was chosen, but for
// what somebody else changed meanwhile.
func (p *Pages) workAgain(w http.ResponseWriter, r *http.Request, failed error) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.workForm(r)
	if err != nil {
		return err
	}
	page.flaw = flaw
	if day := r.PostFormValue("ended"); day != "" {
		page.ended = day
	}
	for i := range page.endings {
		page.endings[i].Chosen = page.endings[i].Value == r.PostFormValue("ending")
	}
	if !flaw.Clash() && r.PostFormValue("id") != "" && page.revision == r.PostFormValue("revision") && page.revision == "0" {
		page.id = r.PostFormValue("id")
	}
	return web.Show(w, r, flaw.Status(), workView(page))
}
