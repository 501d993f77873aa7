package retention

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

func escaped(path string) string { return url.QueryEscape(path) }

// recordsPage is what there is to decide about.
type recordsPage struct {
	frame             ui.FrameProps
	rule              retention.Rule
	wishes, due, held []personLine
	kept              string
	lapsed            string // about those who would be due but for a care relation; empty: there are none
	newest            []certificateLine
}

// A personLine is somebody whose record asks for a decision.
type personLine struct{ id, name, note string }

// mostShown is how many certificates the first page names.
const mostShown = 5

func (p *Pages) records(w http.ResponseWriter, r *http.Request) error {
	actor, now := web.ActorOf(r), web.NowOf(r)
	o, err := p.Endings.Overview(r.Context(), actor, now.Location())
	if err != nil {
		return err
	}
	all, err := p.Endings.Certificates(r.Context(), actor)
	if err != nil {
		return err
	}
	page := recordsPage{frame: frame(r, "Records"), rule: o.Rule, kept: desk.Upper(desk.Count(o.Kept, "record is", "records are")) + " kept here."}
	page.frame.Lead = "Until when they are kept. Nothing is erased by itself."
	for _, s := range o.Wishes {
		page.wishes = append(page.wishes, personLine{s.Person.ID, nameOf(s.Person), "Asked on " + day(s.Wish.At, now)})
	}
	for _, s := range o.Due {
		page.due = append(page.due, personLine{s.Person.ID, nameOf(s.Person), "Since " + day(s.Until(o.Rule, now.Location()), now) + "; last contact " + day(s.Last, now)})
	}
	if o.Lapsed > 0 {
		page.lapsed = "Of " + desk.Count(o.Lapsed, "other", "others") + " nothing was noted for as long, but somebody treats them still, so they are kept. If that is over, whoever treats them closes the record: on the client’s page, Beginning and end."
	}
	for _, s := range o.Held {
		page.held = append(page.held, personLine{s.Person.ID, nameOf(s.Person), "Since " + day(s.Holds[0].At, now)})
	}
	for _, c := range all[:min(mostShown, len(all))] {
		page.newest = append(page.newest, lineOf(c, now))
	}
	return web.Show(w, r, http.StatusOK, recordsView(page))
}

func nameOf(q person.Person) string { return orElse(q.Name, "Without a name") }

// rulePage decides for how long records are kept.
type rulePage struct {
	frame             ui.FrameProps
	years, until, why string
	revision          string
	stands            string
	law               *retention.Law
	flaw              *web.Flaw
}

func (p *Pages) ruleForm(r *http.Request) (rulePage, error) {
	rule, err := p.Endings.RuleWhole(r.Context(), web.ActorOf(r))
	if err != nil {
		return rulePage{}, err
	}
	page := rulePage{frame: frame(r, "For how long records are kept"), revision: strconv.FormatInt(rule.Revision, 10), stands: "No time was set yet, so nothing is ever due."}
	page.frame.Kicker = "Records"
	if law, ok := retention.LawOf(web.PracticeOf(r).Country); ok {
		page.law = &law
		page.years = strconv.Itoa(law.Years)
	}
	if rule.Set() {
		page.stands = ruleWords(rule) + " Set on " + day(rule.SetAt, web.NowOf(r)) + "."
		page.years, page.why = strconv.Itoa(rule.Years), rule.Why
		if rule.Until > 0 {
			page.until = strconv.Itoa(rule.Until)
		}
	}
	return page, nil
}

func (p *Pages) rule(w http.ResponseWriter, r *http.Request) error {
	if sent, err := freshFor(w, r); sent {
		return err
	}
	page, err := p.ruleForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, ruleView(page))
}

func (p *Pages) setRule(w http.ResponseWriter, r *http.Request) error {
	law, _ := retention.LawOf(web.PracticeOf(r).Country)
	typed := retention.Rule{Years: number(r, "years"), Until: number(r, "until"), Why: r.PostFormValue("why")}
	typed.Revision, _ = strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	_, failed := p.Endings.SetRule(r.Context(), web.ActorOf(r), typed, law)
	if failed == nil {
		return web.SeeOther(w, r, toRecords+"?done=set")
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.ruleForm(r)
	if err != nil {
		return err
	}
	page.flaw = flaw
	page.years, page.until, page.why = r.PostFormValue("years"), r.PostFormValue("until"), r.PostFormValue("why")
	return web.Show(w, r, flaw.Status(), ruleView(page))
}

// number is a whole number that was typed; empty is 0, and what is none is -1.
func number(r *http.Request, field string) int {
	text := r.PostFormValue(field)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

// standingPage is one record, as whoever manages the practice sees it.
type standingPage struct {
	frame      ui.FrameProps
	id, name   string
	lines      []line
	holds      holdsPart
	wish       *retention.Wish
	asked      string
	answered   string
	typed      string
	flaw       *web.Flaw
	flawAnswer bool // the flaw is in the answer, and not in a hold
}

// holdsPart is what holds a record, on whosever page.
type holdsPart struct {
	base  string // where its forms go
	keep  string
	id    string
	all   []holdLine
	typed string
	flaw  *web.Flaw
}

// Under these the device keeps what is typed, until it was sent.
func keptHold(client string) string   { return "hold-" + client }
func keptAnswer(client string) string { return "answer-" + client }

type holdLine struct{ id, reason, note string }

func holdsOf(base, client string, s retention.Standing, known map[string]string, now time.Time) (holdsPart, error) {
	part := holdsPart{base: base, keep: keptHold(client)}
	for _, h := range s.Holds {
		part.all = append(part.all, holdLine{h.ID, h.Reason, "Since " + day(h.At, now) + ", by " + orElse(known[h.By], "a colleague")})
	}
	var err error
	part.id, err = web.NewID()
	return part, err
}

func (p *Pages) standingForm(r *http.Request) (standingPage, error) {
	actor, now, id := web.ActorOf(r), web.NowOf(r), r.PathValue("person")
	s, rule, err := p.Endings.Standing(r.Context(), actor, id)
	if err != nil {
		return standingPage{}, err
	}
	known, err := p.names(r.Context(), actor)
	if err != nil {
		return standingPage{}, err
	}
	page := standingPage{frame: frame(r, nameOf(s.Person)), id: id, name: nameOf(s.Person), lines: stands(s, rule, now), wish: s.Wish}
	page.frame.Kicker = "The record of"
	if s.Wish != nil {
		page.asked = "On " + day(s.Wish.At, now)
		if s.Wish.State == retention.Answered {
			page.answered = "Answered on " + day(s.Wish.Ended, now) + " by " + orElse(known[s.Wish.By], "a colleague") + ":"
		}
	}
	page.holds, err = holdsOf(toRecords+"/"+id+"/hold", id, s, known, now)
	return page, err
}

func (p *Pages) standing(w http.ResponseWriter, r *http.Request) error {
	page, err := p.standingForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, standingView(page))
}

// again is the page with what was wrong, and with what was typed.
func (p *Pages) standingAgain(w http.ResponseWriter, r *http.Request, failed error, answer bool) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.standingForm(r)
	if err != nil {
		return err
	}
	page.flaw, page.flawAnswer = flaw, answer
	if answer {
		page.typed = r.PostFormValue("answer")
	} else {
		page.holds.typed, page.holds.flaw, page.holds.id = r.PostFormValue("reason"), flaw, r.PostFormValue("id")
	}
	return web.Show(w, r, flaw.Status(), standingView(page))
}

func (p *Pages) hold(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	err := p.Endings.Hold(r.Context(), web.ActorOf(r), id, r.PostFormValue("id"), r.PostFormValue("reason"))
	if err != nil {
		return p.standingAgain(w, r, err, false)
	}
	return web.Kept(w, r, toRecords+"/"+id+"?done=held", keptHold(id))
}

func (p *Pages) release(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	if err := p.Endings.Release(r.Context(), web.ActorOf(r), id, r.PathValue("hold")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toRecords+"/"+id+"?done=released")
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	err := p.Endings.Answer(r.Context(), web.ActorOf(r), id, r.PostFormValue("wish"), r.PostFormValue("answer"))
	if err != nil {
		return p.standingAgain(w, r, err, true)
	}
	return web.Kept(w, r, toRecords+"/"+id+"?done=answered", keptAnswer(id))
}
