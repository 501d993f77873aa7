package reflect

import (
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/reflect"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// minutePage is a minute for oneself after a session.
type minutePage struct {
	*seat
	frame  ui.FrameProps
	tabs   []ui.Tab
	back   ui.Link
	at     string // the page's own address
	when   string
	form   minuteForm
	before []shown // what was written about this session already
	other  string  // the address with another question
}

// A minuteForm is what is typed into it.
type minuteForm struct {
	id       string
	prompt   reflect.Prompt
	text     string
	leaving  reflect.Leaving
	keep     string
	revision string
	flaw     *web.Flaw
	asItIs   *shown // what stands there now, if it was changed somewhere else
}

// leavings are how one may have left the room. None is chosen for anybody.
func (f minuteForm) leavings() ui.ChoiceProps {
	p := ui.ChoiceProps{Name: "leaving", Label: "How did you leave the room?", Hint: "Only if you like.", Error: f.flaw.At("leaving")}
	for _, l := range []reflect.Leaving{reflect.Lighter, reflect.Same, reflect.Heavier} {
		p.Options = append(p.Options, ui.Option{Value: string(l), Text: l.Words(), Chosen: f.leaving == l})
	}
	return p
}

// A shown is one reflection as it is read back.
type shown struct {
	id      string
	when    string
	href    string
	prompt  string
	text    string
	leaving string
}

func shownOf(r reflect.Reflection, with string, now time.Time) shown {
	s := shown{id: r.ID, when: desk.Upper(trimOn(desk.On(r.At, now))), prompt: reflect.Words(r.Prompt), text: r.Text, leaving: r.Leaving.Words()}
	if !r.ChangedAt.IsZero() {
		s.when += ", changed " + desk.On(r.ChangedAt, now)
	}
	if with != "" {
		s.when += ", after a session with " + with
	}
	s.href = "/reflections/" + r.ID
	return s
}

func trimOn(s string) string {
	if len(s) > 3 && s[:3] == "on " {
		return s[3:]
	}
	return s
}

func (p *Pages) minute(w http.ResponseWriter, r *http.Request) error {
	page, err := p.minuteOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, minuteView(page))
}

func (p *Pages) minuteOf(r *http.Request) (page minutePage, err error) {
	if page.seat, err = p.seatOf(r); err != nil {
		return page, err
	}
	session := r.PathValue("session")
	began, before, err := p.Reflections.Asked(r.Context(), page.actor, page.record, session)
	if err != nil {
		return page, err
	}
	nth, err := strconv.Atoi(r.FormValue("other"))
	if err != nil || nth < 0 || nth > len(reflect.Minute()) {
		nth = 0
	}
	page.frame = page.seat.frame(r, "A minute for yourself")
	page.tabs = desk.Tabs(page.record.Of(), "/sessions")
	page.back = ui.Link{Text: "The session", Href: page.base + "/sessions/" + session}
	page.at = page.base + "/sessions/" + session + "/minute"
	page.other = page.at + "?other=" + strconv.Itoa(nth+1)
	page.when = "After the session with " + page.name + " " + desk.At(began, page.now) + "."
	for _, one := range before {
		page.before = append(page.before, shownOf(one, "", page.now))
	}
	page.form = minuteForm{prompt: reflect.AfterSession(session, nth), keep: "minute-" + session}
	page.form.id, err = web.NewID()
	return page, err
}

// keepMinute keeps what was written, or notes that nothing shall be.
func (p *Pages) keepMinute(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	session, actor := r.PathValue("session"), web.ActorOf(r)
	if r.PostFormValue("do") == "skip" {
		if err := p.Reflections.Skip(r.Context(), actor, record, session); err != nil {
			return err
		}
		return web.Kept(w, r, "/today", "minute-"+session)
	}
	typed := reflect.Form{
		ID: r.PostFormValue("id"), Kind: reflect.AfterHour, Client: record, SessionID: session, Prompt: r.PostFormValue("prompt"),
		Said: said(r),
	}
	_, failed := p.Reflections.Keep(r.Context(), actor, typed)
	if failed == nil {
		return web.Kept(w, r, "/clients/"+id+"/sessions/"+session+"/minute?done=minute", "minute-"+session)
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.minuteOf(r)
	if err != nil {
		return err
	}
	page.form.text, page.form.leaving, page.form.flaw = typed.Text, typed.Leaving, flaw
	if words := reflect.Words(typed.Prompt); words != "" {
		page.form.prompt = reflect.Prompt{ID: typed.Prompt, Text: words}
	}
	return web.Show(w, r, flaw.Status(), minuteView(page))
}

func said(r *http.Request) reflect.Said {
	return reflect.Said{Text: r.PostFormValue("text"), Leaving: reflect.Leaving(r.PostFormValue("leaving"))}
}

// ownPage is what a clinician keeps for themself.
type ownPage struct {
	frame ui.FrameProps
	week  minuteForm
	all   []shown
	more  int // that are not shown
}

// mostShown is how many reflections are shown at once; ?all=1 shows the others too.
const mostShown = 40

func (p *Pages) own(w http.ResponseWriter, r *http.Request) error {
	page, err := p.ownOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, ownView(page))
}

func (p *Pages) ownOf(r *http.Request) (page ownPage, err error) {
	actor, now := web.ActorOf(r), web.NowOf(r)
	all, err := p.Reflections.All(r.Context(), actor)
	if err != nil {
		return page, err
	}
	names, err := p.names(r, actor, all)
	if err != nil {
		return page, err
	}
	page.frame = web.FrameSaying(r, "For yourself", done)
	for i, one := range all {
		if i >= mostShown && r.FormValue("all") == "" {
			page.more = len(all) - i
			break
		}
		with := ""
		if one.Kind == reflect.AfterHour {
			if with = names[one.Client]; with == "" {
				with = "somebody with whom you worked"
			}
		}
		page.all = append(page.all, shownOf(one, with, now))
	}
	page.week = minuteForm{prompt: reflect.OfWeek(now), keep: keepWeek}
	page.week.id, err = web.NewID()
	return page, err
}

// names are how the clients are called whom actor works with, if any of all is about one.
func (p *Pages) names(r *http.Request, actor access.Actor, all []reflect.Reflection) (map[access.Compartment]string, error) {
	about := false
	for _, one := range all {
		about = about || one.Client != ""
	}
	if !about {
		return nil, nil
	}
	clients, err := p.People.Clients(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	names := make(map[access.Compartment]string, len(clients))
	for _, c := range clients {
		names[access.ClientRecord(c.ID)] = desk.First(desk.NameOf(c))
	}
	return names, nil
}

// keepWeek is under which name the device keeps what is typed over a week: the same in
// the next, so that what was begun on a Sunday night comes back on Monday.
const keepWeek = "week"

// keepOfWeek keeps what was written on the question of a week.
func (p *Pages) keepOfWeek(w http.ResponseWriter, r *http.Request) error {
	typed := reflect.Form{ID: r.PostFormValue("id"), Kind: reflect.OverWeek, Prompt: r.PostFormValue("prompt"), Said: said(r)}
	_, failed := p.Reflections.Keep(r.Context(), web.ActorOf(r), typed)
	if failed == nil {
		return web.Kept(w, r, "/reflections?done=minute", keepWeek)
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.ownOf(r)
	if err != nil {
		return err
	}
	page.week.text, page.week.flaw = typed.Text, flaw
	if words := reflect.Words(typed.Prompt); words != "" {
		page.week.prompt = reflect.Prompt{ID: typed.Prompt, Text: words}
	}
	return web.Show(w, r, flaw.Status(), ownView(page))
}

// onePage is one reflection, to be changed or let go of.
type onePage struct {
	frame ui.FrameProps
	it    shown
	form  minuteForm
	hour  bool // it is about a session
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	page, err := p.oneOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, oneView(page))
}

func (p *Pages) oneOf(r *http.Request) (page onePage, err error) {
	one, err := p.Reflections.One(r.Context(), web.ActorOf(r), r.PathValue("reflection"))
	if err != nil {
		return page, err
	}
	page.frame = web.FrameSaying(r, "For yourself", done)
	page.it = shownOf(one, "", web.NowOf(r))
	page.hour = one.Kind == reflect.AfterHour
	page.form = minuteForm{
		prompt: reflect.Prompt{ID: one.Prompt, Text: reflect.Words(one.Prompt)}, text: one.Text, leaving: one.Leaving,
		revision: strconv.FormatInt(one.Revision, 10), keep: "reflection-" + one.ID,
	}
	return page, nil
}

func (p *Pages) revise(w http.ResponseWriter, r *http.Request) error {
	id, typed := r.PathValue("reflection"), said(r)
	revision, err := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	if err != nil {
		revision = 0
	}
	_, failed := p.Reflections.Revise(r.Context(), web.ActorOf(r), id, revision, typed)
	if failed == nil {
		return web.Kept(w, r, "/reflections?done=revised", "reflection-"+id)
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.oneOf(r)
	if err != nil {
		return err
	}
	page.form.text, page.form.leaving, page.form.flaw = typed.Text, typed.Leaving, flaw
	if flaw.Clash() {
		page.form.asItIs = &page.it
	}
	return web.Show(w, r, flaw.Status(), oneView(page))
}

func (p *Pages) drop(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("reflection")
	if err := p.Reflections.Drop(r.Context(), web.ActorOf(r), id); err != nil {
		return err
	}
	return web.Kept(w, r, "/reflections?done=dropped", "reflection-"+id)
}
