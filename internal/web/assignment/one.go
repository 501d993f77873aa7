package assignment

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/fill"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A onePage is one thing that the client practises, or may.
type onePage struct {
	frame    ui.FrameProps
	set      assignment.Set
	a        assignment.Assignment
	e        exercise.Exercise
	origin   string
	aim      string
	rhythm   string
	why      string
	small    string // the smallest step, where today is a day for it
	third    bool   // agreeing to it would make three
	form     *logForm
	change   changeForm
	flaw     *web.Flaw // of the change, or of agreeing
	logs     []logView
	bring    string
	revision string
}

// A changeForm is what the client makes of something.
type changeForm struct {
	assignment.Wording
	until string
	call  assignment.Call
	open  string // which part was sent and came back
	keep  string
}

// one shows one thing, to do it and to say how it went.
func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	page, err := p.onePage(r, seatIn(r))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, oneView(page))
}

func (p *Pages) onePage(r *http.Request, s *seat) (onePage, error) {
	set, err := p.set(r, s)
	if err != nil {
		return onePage{}, err
	}
	a, ok := set.One(r.PathValue("assignment"))
	if !ok {
		return onePage{}, web.Absent()
	}
	page := onePage{
		frame: web.FrameSaying(r, a.Title, done), set: set, a: a, e: set.Exercise(a), origin: s.origin(a), aim: aim(set, a),
		rhythm: rhythm(a), why: a.Why, third: a.State != assignment.Agreed && assignment.Third(set.All, goal.ByClient, a.Replaces),
		change:   changeForm{Wording: a.Wording, keep: s.Keep("change", a.ID)},
		revision: digits(a.Revision), bring: "/my/bring?kind=practice&of=" + a.ID,
	}
	page.frame.Back = &ui.Link{Text: "Practice", Href: toMine}
	page.frame.Scripts = fill.Scripts(page.e)
	if set.Low {
		page.small = set.Smallest(a)
	}
	for _, l := range set.Of(a.ID) {
		page.logs = append(page.logs, s.logView(set, a, l))
	}
	if a.State == assignment.Agreed || len(page.logs) > 0 {
		form, err := s.freshForm(set, a)
		if err != nil {
			return page, err
		}
		page.form = form
	}
	return page, nil
}

// choose does what the client chose with something.
func (p *Pages) choose(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	id := r.PathValue("assignment")
	c := assignment.Choice{
		Revision: number(r.PostFormValue("revision")), Turn: assignment.Turn(r.PostFormValue("turn")),
		Until: measure.Day(r.PostFormValue("until")), Call: assignment.Call(r.PostFormValue("call")), Wording: wordingIn(r),
	}
	_, err := p.Assignments.Choose(r.Context(), s.Actor, s.Record, id, c, s.zone())
	if err == nil {
		to, word := toMine+"/"+id, map[assignment.Turn]string{
			assignment.Agree: "agreed", assignment.Adapt: "changed", assignment.Smaller: "smaller",
			assignment.Postpone: "postponed", assignment.Decline: "declined", assignment.Drop: "let-go",
		}[c.Turn]
		if c.Turn == assignment.Postpone || c.Turn == assignment.Decline || c.Turn == assignment.Drop {
			to = toMine
		}
		return web.Kept(w, r, to+"?done="+word, s.Keep("change", id))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.onePage(r, s)
	if err != nil {
		return err
	}
	page.flaw = flaw
	page.change.open = string(c.Turn)
	if c.Turn == assignment.Adapt || c.Turn == assignment.Smaller {
		page.change.Wording = c.Wording
	}
	page.change.until, page.change.call = string(c.Until), c.Call
	if page.a.State != assignment.Agreed {
		page.third = page.third || flaw.Field == "call"
	}
	return web.Show(w, r, flaw.Status(), oneView(page))
}

// wordingIn is what a form says of how something is meant.
func wordingIn(r *http.Request) assignment.Wording {
	w := assignment.Wording{
		Title: r.PostFormValue("title"), Words: r.PostFormValue("words"), Often: r.PostFormValue("often"), When: r.PostFormValue("when"),
		Small: r.PostFormValue("small"), Goal: r.PostFormValue("goal"), Step: r.PostFormValue("step"), Why: r.PostFormValue("why"),
	}
	for _, text := range r.PostForm["days"] {
		if n, err := strconv.Atoi(text); err == nil {
			w.Days = append(w.Days, time.Weekday(n))
		}
	}
	return w
}

// ownWish says whether the client would like to look at how well and how much.
func (p *Pages) ownWish(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	id := r.PathValue("assignment")
	if _, err := p.Assignments.Wish(r.Context(), s.Actor, s.Record, id, r.PostFormValue("wish") == "yes"); err != nil {
		return err
	}
	return web.SeeOther(w, r, toMine+"/"+id+"?done=wish")
}

// days are the days of the week to choose from.
func days(chosen []time.Weekday) []ui.Option {
	var all []ui.Option
	for _, d := range assignment.Week() {
		all = append(all, ui.Option{Value: strconv.Itoa(int(d)), Text: d.String(), Chosen: slices.Contains(chosen, d)})
	}
	return all
}

// calls are the answers to the question before a third.
func calls(chosen assignment.Call) []ui.Option {
	return []ui.Option{
		{Value: string(assignment.Tool), Text: "For a tool", Hint: "Something to do with it would help.", Chosen: chosen == assignment.Tool},
		{Value: string(assignment.Presence), Text: "For presence", Hint: "Somebody beside, or time, and nothing to do. It can be taken up all the same.", Chosen: chosen == assignment.Presence},
	}
}

// A logForm is how it went, or how it is meant to go.
type logForm struct {
	action   string
	id       string // of the log that it makes; empty: it changes one
	revision string
	a        assignment.Assignment
	e        exercise.Exercise
	how      assignment.How
	when     string // today, day, week or none
	day      string // of today
	other    string // another day
	mine     bool
	planned  bool // what is expected is written down already
	said     assignment.Said
	before   string
	after    string
	flaw     *web.Flaw
	wrong    ui.FieldError
	keep     string
	now      *logView // as it stands, where somebody was quicker
}

// freshForm is the form for the next log of a, or for the one that is planned already.
func (s *seat) freshForm(set assignment.Set, a assignment.Assignment) (*logForm, error) {
	if l, ok := set.Planned(a.ID); ok {
		return s.formOf(set, a, l), nil
	}
	id, err := web.NewID()
	if err != nil {
		return nil, err
	}
	f := &logForm{action: toMine + "/" + a.ID + "/logs", id: id, revision: "0", a: a, e: set.Exercise(a), when: "today", day: string(s.today()), keep: s.Keep("log", a.ID)}
	if len(set.Logs) > 0 && set.Logs[0].Fine != assignment.ByDay { // as exactly as the last time
		f.when = whenOf(set.Logs[0].Fine)
	}
	return f, nil
}

func whenOf(f assignment.Fine) string {
	switch f {
	case assignment.ByWeek:
		return "week"
	case assignment.AnyTime:
		return "none"
	case assignment.ByDay:
	}
	return "day"
}

// formOf is the form that changes l.
func (s *seat) formOf(set assignment.Set, a assignment.Assignment, l assignment.Log) *logForm {
	f := &logForm{
		action: toMine + "/" + a.ID + "/logs/" + l.ID, revision: digits(l.Revision), a: a, e: set.Exercise(a), how: l.How, when: whenOf(l.Fine),
		day: string(s.today()), other: string(l.Day), mine: l.Mine, said: l.Said, planned: l.How == assignment.Planned, keep: s.Keep("log", a.ID, l.ID),
	}
	if l.Fine == assignment.ByDay && l.Day == s.today() {
		f.when, f.other = "today", ""
	}
	if f.planned {
		f.when, f.other = "today", ""
	}
	if l.Before != nil {
		f.before = strconv.Itoa(*l.Before)
	}
	if l.After != nil {
		f.after = strconv.Itoa(*l.After)
	}
	return f
}

// typedLog is what the form of r says, as the domain reads it.
func (s *seat) typedLog(r *http.Request) assignment.LogForm {
	f := assignment.LogForm{
		ID: r.PostFormValue("id"), Assignment: r.PathValue("assignment"), How: assignment.How(r.PostFormValue("how")),
		Mine: r.PostFormValue("mine") == "yes", Expect: r.PostFormValue("expect"), Happened: r.PostFormValue("happened"),
		Met: assignment.Met(r.PostFormValue("met")), Before: r.PostFormValue("before"), After: r.PostFormValue("after"),
		Note: r.PostFormValue("note"), Quality: mark(r.PostFormValue("quality")), Amount: mark(r.PostFormValue("amount")), Fields: r.PostForm,
	}
	if r.PostFormValue("plan") == "yes" {
		f.How = assignment.Planned
	}
	switch r.PostFormValue("when") {
	case "week":
		f.Fine, f.Day = assignment.ByWeek, measure.Day(r.PostFormValue("day"))
		if other := r.PostFormValue("other"); other != "" {
			f.Day = measure.Day(other)
		}
	case "none":
		f.Fine = assignment.AnyTime
	case "day":
		f.Fine, f.Day = assignment.ByDay, measure.Day(r.PostFormValue("other"))
		if f.Day == "" {
			f.Day = "-" // another day was chosen, and none was said
		}
	default:
		f.Fine, f.Day = assignment.ByDay, measure.Day(r.PostFormValue("day"))
	}
	return f
}

// log keeps how it went.
func (p *Pages) log(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	return p.keepLog(w, r, s, s.typedLog(r))
}

// logAgain changes what was logged.
func (p *Pages) logAgain(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	f := s.typedLog(r)
	f.ID, f.Revision = r.PathValue("log"), number(r.PostFormValue("revision"))
	return p.keepLog(w, r, s, f)
}

func (p *Pages) keepLog(w http.ResponseWriter, r *http.Request, s *seat, f assignment.LogForm) error {
	l, err := p.Assignments.Log(r.Context(), s.Actor, s.Record, f, s.zone())
	if err == nil {
		to, word := toMine+"/"+f.Assignment, "logged"
		switch {
		case r.PostFormValue("quick") != "":
			to = toMine
			if r.PostFormValue("quick") == "week" {
				word = "/my/week?said=practised"
				if l.How == assignment.NotNow {
					word += "-not"
				}
				return web.Kept(w, r, word, s.Keep("quick", f.Assignment))
			}
		case l.How == assignment.Planned:
			word = "planned"
		}
		if l.How == assignment.NotNow {
			word = "not"
		}
		keep := s.Keep("log", f.Assignment)
		if f.Revision > 0 {
			keep = s.Keep("log", f.Assignment, f.ID)
		}
		return web.Kept(w, r, to+"?done="+word, keep)
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, failed := p.onePage(r, s)
	if failed != nil {
		return failed
	}
	page.logFlaw(s, r, f, l, flaw, err)
	return web.Show(w, r, flaw.Status(), oneView(page))
}

// logFlaw puts what was typed back into the form, with what is to be corrected; now is
// the log as it stands, where somebody was quicker.
func (page *onePage) logFlaw(s *seat, r *http.Request, f assignment.LogForm, now assignment.Log, flaw *web.Flaw, err error) {
	form := &logForm{
		action: toMine + "/" + f.Assignment + "/logs", id: f.ID, revision: "0", a: page.a, e: page.e, how: f.How,
		when: r.PostFormValue("when"), day: string(s.today()), other: r.PostFormValue("other"), mine: f.Mine,
		before: f.Before, after: f.After, flaw: flaw, wrong: fill.Wrong(err), keep: s.Keep("log", f.Assignment),
	}
	if form.when == "today" && f.Day != "" && f.Day != s.today() { // of a page that a phone kept, or that lay open overnight
		form.when, form.other = "day", string(f.Day)
	}
	form.planned = r.PostFormValue("planned") == "yes"
	form.said = assignment.Said{Expect: f.Expect, Happened: f.Happened, Met: f.Met, Note: f.Note, Quality: f.Quality, Amount: f.Amount}
	form.said.Filled, _ = exercise.Read(page.e, f.Fields) // as it was typed, whatever is wrong in it
	if f.Revision > 0 || flaw.Clash() && now.ID != "" {
		form.action, form.id, form.revision = toMine+"/"+f.Assignment+"/logs/"+f.ID, "", digits(max(f.Revision, 0))
		form.keep = s.Keep("log", f.Assignment, f.ID)
	}
	if flaw.Clash() && now.ID != "" && !now.Gone {
		v := s.logView(page.set, page.a, now)
		form.now, form.revision = &v, digits(now.Revision)
	}
	page.form = form
}

// again shows one log, to change it or take it back.
func (p *Pages) again(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	page, err := p.onePage(r, s)
	if err != nil {
		return err
	}
	l, err := p.Assignments.One(r.Context(), s.Actor, s.Record, r.PathValue("log"))
	if err != nil {
		return err
	}
	if l.Assignment != page.a.ID {
		return web.Absent()
	}
	page.form = s.formOf(page.set, page.a, l)
	page.form.planned = false
	return web.Show(w, r, http.StatusOK, againView(page))
}

// takeBack takes back what was logged.
func (p *Pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	id := r.PathValue("assignment")
	_, err := p.Assignments.TakeBack(r.Context(), s.Actor, s.Record, id, r.PathValue("log"), number(r.PostFormValue("revision")))
	if fault.Is(err, fault.Conflict) {
		return web.SeeOther(w, r, toMine+"/"+id+"/logs/"+r.PathValue("log"))
	}
	if err != nil {
		return err
	}
	return web.Kept(w, r, toMine+"/"+id+"?done=taken-back", s.Keep("log", id, r.PathValue("log")))
}

// ratingOf is a rating as it was typed, for showing it again.
func ratingOf(text string) *int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil
	}
	return &n
}

// fields are the names of what the form shows, for the summary of what is wrong.
func (f *logForm) fields() []string {
	all := []string{"how", "expect", "happened", "met", "before", "after", "note", "quality", "amount", "other"}
	if f.wrong.Name != "" {
		all = append(all, f.wrong.Name)
	}
	return all
}

// at is what to correct in a field.
func (f *logForm) at(name string) string {
	if name == "other" && f.flaw.At("day") != "" {
		return f.flaw.At("day")
	}
	return f.flaw.At(name)
}

// expects says whether the form asks what is expected: what stretches does, unless the
// exercise has fields of its own for that.
func (f *logForm) expects() bool { return f.e.Stretches && !f.e.Planned() }

// beforehand says whether anything can be written down before it is done.
func (f *logForm) beforehand() bool { return f.expects() || f.e.Planned() }

func (f *logForm) howOptions() []ui.Option {
	words := map[assignment.How]string{
		assignment.Did: "I did it", assignment.Tried: "I tried", assignment.Part: "Part of it",
		assignment.Changed: "I changed it", assignment.NotNow: "Not this week",
	}
	var all []ui.Option
	for _, h := range assignment.Hows() {
		all = append(all, ui.Option{Value: string(h), Text: words[h], Chosen: h == f.how})
	}
	return all
}

func (f *logForm) metOptions() []ui.Option {
	var all []ui.Option
	for _, m := range assignment.Mets() {
		all = append(all, ui.Option{Value: string(m), Text: m.Words(), Chosen: m == f.said.Met})
	}
	return all
}

func (f *logForm) whenOptions() []ui.Option {
	return []ui.Option{
		{Value: "today", Text: "Today", Chosen: f.when == "today"},
		{Value: "day", Text: "Another day", Chosen: f.when == "day"},
		{Value: "week", Text: "Only the week", Chosen: f.when == "week"},
		{Value: "none", Text: "Leave it out", Hint: "Nothing is kept of when it was.", Chosen: f.when == "none"},
	}
}

// closed says whether something is over.
func (page onePage) closed() bool { return !page.a.Open() }

// stateWords say where it stands, where that is not plain.
func (page onePage) stateWords() string {
	switch page.a.State {
	case assignment.Postponed:
		return "You put this off."
	case assignment.Declined:
		return "You left this one."
	case assignment.LetGo:
		return "You let this go."
	case assignment.Withdrawn:
		return "This was taken back."
	case assignment.Suggested, assignment.Agreed:
	}
	return ""
}

func formHeading(p onePage) string {
	if p.form.planned {
		return "You planned this"
	}
	return "Do it, and say how it went"
}

// smallerWords is what stands in the form that makes something smaller.
func smallerWords(p onePage) string {
	if p.change.open == "smaller" {
		return p.change.Words
	}
	return p.a.Words
}
