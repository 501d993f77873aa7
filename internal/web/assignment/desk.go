package assignment

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// mySide is the client's.
const mySide = goal.ByClient

// A deskPage is what one client practises, as those who treat them see it.
type deskPage struct {
	frame  ui.FrameProps
	full   string
	name   string
	base   string
	tabs   []ui.Tab
	words  string
	agreed []deskView
	waits  []deskView
	later  []deskView
	past   []deskView
}

// A deskView is one thing that a client practises, or was offered.
type deskView struct {
	id       string
	title    string
	words    string
	facts    []string // what it is for, and since when
	times    string   // how often it went how
	patterns []string
	logs     []logView
	earlier  []logView
	call     string
	wish     string // "", "yes" or "no": what a tap says
	rates    string
	withdraw bool
}

// An answerForm is a line to a log.
type answerForm struct {
	action   string
	revision string
	id       string // of the elements
	line     string
	rated    bool
	quality  assignment.Mark
	amount   assignment.Mark
	flaw     *web.Flaw
	keep     string
	theirs   string // what stands there now, where somebody was quicker
}

// mostShown is how many logs of one thing stand open.
const mostShown = 3

// desk shows what was agreed, tried, found helpful and dropped.
func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	page, err := p.deskPage(r, nil)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, practiceView(page))
}

func (p *Pages) deskPage(r *http.Request, came *answerForm) (deskPage, error) {
	s, err := p.deskSeat(r)
	if err != nil {
		return deskPage{}, err
	}
	set, err := p.set(r, s)
	if err != nil {
		return deskPage{}, err
	}
	page := deskPage{frame: web.FrameSaying(r, "Practice", done), full: s.Full, name: s.Name, base: s.Base, tabs: desk.Tabs(s.Record.Of(), "/practice")}
	page.frame.Kicker = s.Full
	for _, a := range set.All {
		v := s.deskOf(set, a, came)
		switch a.State {
		case assignment.Agreed:
			page.agreed = append(page.agreed, v)
		case assignment.Suggested:
			page.waits = append(page.waits, v)
		case assignment.Postponed:
			page.later = append(page.later, v)
		case assignment.Declined, assignment.LetGo:
			page.past = append([]deskView{v}, page.past...)
		case assignment.Withdrawn:
		}
	}
	page.words = loadWords(len(page.agreed), len(page.waits))
	return page, nil
}

// loadWords is how much there is, in a sentence.
func loadWords(agreed, waits int) string {
	words := "Nothing is agreed at the moment, and that can be just right."
	switch {
	case agreed == 1:
		words = "One thing is agreed at the moment."
	case agreed > assignment.Few:
		words = desk.Upper(desk.Number(agreed)) + " things are agreed at the moment, which is a lot to carry."
	case agreed > 1:
		words = desk.Upper(desk.Number(agreed)) + " things are agreed at the moment."
	}
	if waits > 0 {
		words += " " + desk.Upper(desk.Count(waits, "suggestion waits", "suggestions wait")) + " for an answer, which can be none."
	}
	return words
}

func (s *seat) deskOf(set assignment.Set, a assignment.Assignment, came *answerForm) deskView {
	v := deskView{id: a.ID, title: a.Title, words: a.Words}
	fact := func(text string) {
		if text != "" {
			v.facts = append(v.facts, text)
		}
	}
	by := "Suggested by " + s.Who(a.Turns[0].By)
	if a.Side() == goal.ByClient {
		by = "Begun by " + s.Name
	}
	by += " " + desk.On(a.Turns[0].At.In(s.zone()), s.Now)
	if begun := a.Begun(); a.Side() != goal.ByClient && !begun.IsZero() {
		by += ", taken up " + desk.On(begun.In(s.zone()), s.Now)
	}
	fact(by + ".")
	fact(aim(set, a))
	fact(rhythm(a))
	fact(s.endWords(a))
	logs := set.Of(a.ID)
	t := assignment.TallyOf(a, logs, set.Exercise(a).Rating.Most, s.today())
	v.times = strings.TrimSpace(desk.PractisedInWords(t.Times) + " " + metWords(t))
	for _, one := range t.Patterns {
		v.patterns = append(v.patterns, patternWords(one, s.Name))
	}
	for i, l := range logs {
		one := s.logView(set, a, l)
		one.form = s.answerOf(a, l)
		if came != nil && came.id == one.form.id {
			one.form = came
		}
		if i < mostShown || came != nil && came.id == one.form.id {
			v.logs = append(v.logs, one)
		} else {
			v.earlier = append(v.earlier, one)
		}
	}
	for _, d := range a.Turns {
		when := "When it was taken up"
		if d.Turn == assignment.Suggest {
			when = "When it was suggested"
		}
		switch d.Call {
		case assignment.Presence:
			v.call = when + " as well, it called for presence."
		case assignment.Tool:
			v.call = when + " as well, it called for a tool."
		case assignment.NotAsked:
		}
	}
	v.withdraw = a.State == assignment.Suggested && a.Side() == goal.ByClinician
	if a.Open() {
		v.wish, v.rates = "yes", wishDesk(a, s.Name)
		if a.Rating[goal.ByClinician] {
			v.wish = "no"
		}
	}
	return v
}

// endWords say what became of something that is not agreed.
func (s *seat) endWords(a assignment.Assignment) string {
	last := a.Last()
	on := desk.On(last.At.In(s.zone()), s.Now)
	switch a.State {
	case assignment.Declined:
		return "Not taken up " + on + ". No reason is asked for."
	case assignment.LetGo:
		return "Let go " + on + "."
	case assignment.Postponed:
		if t, err := a.Until.Begins(s.zone()); err == nil {
			return "Put off until " + strings.TrimPrefix(desk.On(t, s.Now), "on ") + "."
		}
		return "Put off " + on + "."
	case assignment.Suggested, assignment.Agreed, assignment.Withdrawn:
	}
	return ""
}

// metWords is how often what was expected came.
func metWords(t assignment.Tally) string {
	var parts []string
	for _, m := range []struct {
		met   assignment.Met
		words string
	}{{assignment.AsFeared, "as expected"}, {assignment.PartlyMet, "partly"}, {assignment.NotMet, "otherwise"}} {
		if n := t.Mets[m.met]; n > 0 {
			parts = append(parts, m.words+" "+desk.Often(n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "It came " + strings.Join(parts, ", ") + "."
}

func wishWords(a assignment.Assignment) string {
	switch mine, theirs := a.Rating[goal.ByClient], a.Rating[goal.ByClinician]; {
	case mine && theirs:
		return "Both of you look at how well it fitted and how much it was. Either can stop that at any time."
	case mine:
		return "You would like that. It begins once those who work with you would like it too."
	case theirs:
		return "Those who work with you would like that. It only begins if you would like it too."
	}
	return "If both of you want to, either can say how well it fitted and how much it was. It is for looking at it together, and no mark."
}

func wishDesk(a assignment.Assignment, name string) string {
	switch theirs, ours := a.Rating[goal.ByClient], a.Rating[goal.ByClinician]; {
	case theirs && ours:
		return "Both of you look at how well it fitted, and how much it was."
	case ours:
		return "You would like to look at how well it fitted, and how much it was. It begins if " + name + " wants to as well."
	case theirs:
		return name + " would like to look together at how well it fitted, and how much it was."
	}
	return "If both of you want to, either can say how well it fitted and how much it was. It is for looking at it together, and no mark."
}

func (s *seat) answerOf(a assignment.Assignment, l assignment.Log) *answerForm {
	return &answerForm{
		action: s.Base + "/practice/logs/" + digits(l.N) + "/line", revision: digits(l.Answer.Revision), id: "line-" + digits(l.N), line: l.Answer.Line,
		rated: a.Rated() && l.How.Practised(), quality: l.Answer.Quality, amount: l.Answer.Amount, keep: s.Keep("line", digits(l.N)),
	}
}

// answer keeps a line beside a log.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	f := assignment.AnswerForm{
		N: number(r.PathValue("nth")), Revision: number(r.PostFormValue("revision")), Line: r.PostFormValue("line"),
		Quality: mark(r.PostFormValue("quality")), Amount: mark(r.PostFormValue("amount")),
	}
	l, err := p.Assignments.Answer(r.Context(), s.Actor, s.Record, f)
	if err == nil {
		return web.Kept(w, r, s.Base+"/practice?done=answered", s.Keep("line", digits(f.N)))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	came := &answerForm{
		action: r.URL.Path, revision: digits(max(f.Revision, 0)), id: "line-" + digits(f.N), line: f.Line, rated: r.PostForm.Has("quality"),
		quality: f.Quality, amount: f.Amount, flaw: flaw, keep: s.Keep("line", digits(f.N)),
	}
	if flaw.Clash() {
		came.revision, came.theirs = digits(l.Answer.Revision), l.Answer.Line
	}
	page, err := p.deskPage(r, came)
	if err != nil {
		return err
	}
	return web.Show(w, r, flaw.Status(), practiceView(page))
}

// withdraw takes back what was suggested and not answered.
func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	_, err := p.Assignments.Withdraw(r.Context(), s.Actor, s.Record, r.PathValue("assignment"))
	if err != nil && !fault.Is(err, fault.Conflict) { // it was answered meanwhile: the page says how
		return err
	}
	if err != nil {
		return web.SeeOther(w, r, s.Base+"/practice")
	}
	return web.SeeOther(w, r, s.Base+"/practice?done=withdrawn")
}

// deskWish says whether the clinician would like to look at how well and how much.
func (p *Pages) deskWish(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	if _, err := p.Assignments.Wish(r.Context(), s.Actor, s.Record, r.PathValue("assignment"), r.PostFormValue("wish") == "yes"); err != nil {
		return err
	}
	return web.SeeOther(w, r, s.Base+"/practice?done=wish")
}

// A usedPage is what is used again and again, over all clients.
type usedPage struct {
	frame ui.FrameProps
	words string
	table ui.TableProps
	any   bool
}

// used shows what is used again and again, and how much is agreed. It names nobody.
func (p *Pages) used(w http.ResponseWriter, r *http.Request) error {
	uses, load, err := p.Assignments.Used(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	page := usedPage{frame: web.Frame(r), any: len(uses) > 0}
	page.frame.Heading = "What is used"
	page.words = "Of " + desk.Count(load.Clients, "person", "people") + " whom you work with, " + desk.Number(load.None) +
		" have nothing agreed at the moment, " + desk.Number(load.Few) + " one or two things, and " + desk.Number(load.More) + " more than that."
	page.table = ui.TableProps{
		Caption: "What became of each exercise", RowHeads: true,
		Columns: []ui.Column{{Name: "Exercise"}, {Name: "Came up with", Right: true}, {Name: "Agreed now", Right: true}, {Name: "Times practised", Right: true}, {Name: "Again and again", Right: true}, {Name: "Left or let go", Right: true}},
	}
	for _, u := range uses {
		head := ui.Cell{Text: u.Title}
		if u.Exercise == "" {
			head = ui.Cell{Text: "Something of their own"}
		}
		row := []ui.Cell{head}
		for _, n := range []int{u.Clients, u.Open, u.Times, u.Again, u.Declined + u.LetGo} {
			row = append(row, ui.Cell{Text: strconv.Itoa(n)})
		}
		page.table.Rows = append(page.table.Rows, row)
	}
	return web.Show(w, r, http.StatusOK, usedView(page))
}
