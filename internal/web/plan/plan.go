package plan

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

func (p *Pages) planRoutes() []web.Route {
	desk := sides[1]
	all := []web.Route{
		desk.get("/plan/revise", access.ReadPlan, p.revise),
		desk.post("/plan", access.RevisePlan, p.reviseNow),
	}
	for _, s := range sides {
		all = append(all,
			s.get("/plan", access.ReadPlan, p.plan),
			s.get("/plan/history", access.ReadPlan, p.history),
			s.post("/plan/sign", access.SignPlan, p.sign),
			s.post("/plan/unfit", access.SignPlan, p.unfit),
			s.post("/plan/steps", access.SignPlan, p.goTo),
		)
	}
	return all
}

// planPage is the plan as it is now.
type planPage struct {
	*seat
	None     bool
	Aside    []string // detours that are open, by name
	State    string   // who wrote it, and when
	Why      string   // why it was revised
	Signed   string   // whether the client signed, in words
	Waits    bool     // for the client's word, who is looking
	Unfit    []saidLine
	Problems []problemView
	Meet     string
	Review   string // when both look again
	Number   string
	UnfitID  string
	Typed    string
	Flaw     *web.Flaw
	FlawAt   string // unfit, or the id of a problem whose steps were sent
}

type saidLine struct{ Words, Who string }

// A problemView is one problem of a plan in words.
type problemView struct {
	ID       string
	Words    string
	Goal     string // what it serves; empty: none
	GoalHref string
	Way      string // the approach by name
	About    string // what that is, in a line
	Because  string
	Guesses  []plan.Hypothesis
	Steps    []stepView
	Now      string // where they are on the steps, in words
	PaceID   string
}

type stepView struct {
	Words string
	State string // "here", "walked" or empty
}

func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	page, err := p.planOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, planView(page))
}

// planOf is the page without what was typed.
func (p *Pages) planOf(r *http.Request) (planPage, error) {
	s, err := p.seatOf(r, "Your plan", "/plan")
	if err != nil {
		return planPage{}, err
	}
	if !s.Mine {
		s.Frame.Heading = "The plan"
	}
	now, err := p.Plans.Plan(r.Context(), s.Actor, s.Record)
	if err != nil {
		return planPage{}, err
	}
	page := planPage{seat: s, None: now.Number == 0, Number: strconv.FormatInt(now.Number, 10)}
	for _, d := range now.Open {
		page.Aside = append(page.Aside, d.Name)
	}
	if page.None {
		return page, nil
	}
	ids := []string{now.By}
	for _, u := range now.Unfit {
		ids = append(ids, u.By)
	}
	if err := s.Meet(r.Context(), p.People, ids...); err != nil {
		return page, err
	}
	gs, err := p.goalsOf(r, s, now.Content)
	if err != nil {
		return page, err
	}
	lib := p.Plans.Library(s.Actor.Practice)
	for _, one := range now.Problems {
		v := s.problem(one, gs, lib)
		v.step(one, now.StepNow(one))
		if v.PaceID, err = web.NewID(); err != nil {
			return page, err
		}
		page.Problems = append(page.Problems, v)
	}
	page.State = "Written by " + s.Who(now.By) + " " + s.on(now.At) + "."
	page.Why = now.Why
	page.Signed, page.Waits = s.signed(now.Revision)
	page.Waits = page.Waits && now.Waits()
	for _, u := range now.Unfit {
		page.Unfit = append(page.Unfit, s.unfit(u))
	}
	page.Meet = meetWords(now.Content)
	page.Review = dayLong(now.Review, s.Now)
	page.UnfitID, err = web.NewID()
	return page, err
}

// goalsOf are the goals that a plan names, if it names any.
func (p *Pages) goalsOf(r *http.Request, s *seat, c plan.Content) (goal.Set, error) {
	for _, one := range c.Problems {
		if one.Goal != "" {
			return p.Goals.Worded(r.Context(), s.Actor, s.Record)
		}
	}
	return goal.Set{}, nil
}

// problem is one problem in words for whoever is looking.
func (s *seat) problem(one plan.Problem, gs goal.Set, lib *method.Library) problemView {
	v := problemView{ID: one.ID, Words: one.Words, Because: one.Because, Guesses: one.Hypotheses}
	v.Way, v.About = s.way(one, lib)
	if g, ok := gs.One(one.Goal); ok {
		v.Goal, v.GoalHref = g.Standing().Words, s.Base+"/goals/"+g.ID
	}
	for _, step := range one.Steps {
		v.Steps = append(v.Steps, stepView{Words: step})
	}
	return v
}

// way is how both work on a problem, and what that is.
func (s *seat) way(one plan.Problem, lib *method.Library) (name, about string) {
	if one.NoneNow() {
		return "Nothing for now", "No method, on purpose: the hours, and a day to look again."
	}
	if one.Approach == "" {
		return one.Own, ""
	}
	a, ok := lib.Approach(one.Approach)
	switch {
	case !ok:
		return "An approach that is not in the catalogue any more", ""
	case s.Mine:
		return a.Plain, a.About.Plain()
	}
	return a.Name, a.About.Clinician
}

// step marks where they are on the steps.
func (v *problemView) step(one plan.Problem, at int) {
	for i := range v.Steps {
		switch {
		case i == at:
			v.Steps[i].State = "here"
		case i < at:
			v.Steps[i].State = "walked"
		}
	}
	if at >= 0 && at < len(one.Steps) {
		v.Now = one.Steps[at]
	}
}

// signed says whether the client signed a revision, and whether that is still to
// come and the client is the one who is looking.
func (s *seat) signed(r plan.Revision) (words string, waits bool) {
	sign, ok := r.Signed(goal.ByClient)
	switch {
	case ok && s.Mine:
		return "You signed it " + s.on(sign.At) + ".", false
	case ok:
		return s.Name + " signed it " + s.on(sign.At) + ".", false
	case s.Mine:
		return "You have not signed it. There is no hurry, and you need not.", true
	}
	return s.Name + " has not signed it.", false
}

func (s *seat) unfit(u plan.Unfit) saidLine {
	who := capital(s.Who(u.By)) + " said " + s.on(u.At) + " that something does not fit."
	return saidLine{u.Words, who}
}

func meetWords(c plan.Content) string {
	text := capital(c.Format.Words()) + ", " + c.Where.Words()
	if c.Rhythm != "" {
		text += ". " + c.Rhythm
	}
	return strings.TrimSuffix(text, ".") + "."
}

// dayLong is a day in a sentence: "Tuesday 24 November".
func dayLong(d measure.Day, now time.Time) string {
	t, err := d.Begins(now.Location())
	switch {
	case err != nil:
		return ""
	case t.Year() != now.Year():
		return t.Format("Monday 2 January 2006")
	}
	return t.Format("Monday 2 January")
}

// planAgain shows the plan with what was typed into one of its forms.
func (p *Pages) planAgain(w http.ResponseWriter, r *http.Request, failed error, at string, typed func(*planPage)) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.planOf(r)
	if err != nil {
		return err
	}
	page.Flaw, page.FlawAt = flaw, at
	typed(&page)
	return web.Show(w, r, flaw.Status(), planView(page))
}

func (p *Pages) sign(w http.ResponseWriter, r *http.Request) error {
	s := bare(r)
	if _, err := p.Plans.Sign(r.Context(), s.Actor, s.Record, number(r, "number")); err != nil {
		return p.planAgain(w, r, err, "", func(*planPage) {})
	}
	return web.SeeOther(w, r, s.Base+"/plan?done=signed")
}

func (p *Pages) unfit(w http.ResponseWriter, r *http.Request) error {
	s, id, text := bare(r), r.PostFormValue("id"), r.PostFormValue("unfit")
	if _, err := p.Plans.SayUnfit(r.Context(), s.Actor, s.Record, id, number(r, "number"), text); err != nil {
		return p.planAgain(w, r, err, "unfit", func(page *planPage) { page.UnfitID, page.Typed = id, text })
	}
	return web.Kept(w, r, s.Base+"/plan?done=unfit", s.Keep("unfit"))
}

func (p *Pages) goTo(w http.ResponseWriter, r *http.Request) error {
	s := bare(r)
	pace := plan.Pace{ID: r.PostFormValue("id"), Problem: r.PostFormValue("problem"), Step: r.PostFormValue("step"), Words: r.PostFormValue("pace")}
	if _, err := p.Plans.GoTo(r.Context(), s.Actor, s.Record, pace); err != nil {
		return p.planAgain(w, r, err, pace.Problem, func(page *planPage) { page.Typed = pace.Words })
	}
	return web.Kept(w, r, s.Base+"/plan?done=step", s.Keep("pace", pace.Problem))
}

// stepField is the choice of where they are.
func (v problemView) stepField() ui.FieldProps {
	f := ui.FieldProps{Name: "step", ID: "f-step-" + v.ID, Label: "Where you both are", Options: []ui.Option{{Value: "", Text: "Before the first step", Chosen: v.Now == ""}}}
	for _, step := range v.Steps {
		f.Options = append(f.Options, ui.Option{Value: step.Words, Text: step.Words, Chosen: step.State == "here"})
	}
	return f
}

// historyPage is every revision with its reason, and what changed.
type historyPage struct {
	*seat
	Revisions []revisionView // newest first
	From, To  []ui.Option
	Compared  *ui.TableProps
	Which     string // which two are compared
}

type revisionView struct {
	Heading string
	State   string
	Why     string
	Signed  string
	Unfit   []saidLine
	Changes *ui.TableProps // against the one before
	First   bool
}

func (p *Pages) history(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r, "How the plan moved", "/plan")
	if err != nil {
		return err
	}
	all, err := p.Plans.History(r.Context(), s.Actor, s.Record)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return web.SeeOther(w, r, s.Base+"/plan")
	}
	var ids []string
	for _, one := range all {
		ids = append(ids, one.By)
	}
	if err := s.Meet(r.Context(), p.People, ids...); err != nil {
		return err
	}
	var gs goal.Set
	for _, one := range all {
		if gs, err = p.goalsOf(r, s, one.Content); err != nil {
			return err
		}
		if len(gs.All) > 0 {
			break
		}
	}
	page := historyPage{seat: s}
	read := reader{s, gs, p.Plans.Library(s.Actor.Practice)}
	for i := len(all) - 1; i >= 0; i-- {
		one := all[i]
		v := revisionView{Heading: "Revision " + strconv.FormatInt(one.Number, 10), Why: one.Why, First: i == 0}
		v.State = "Written by " + s.Who(one.By) + " " + s.on(one.At) + "."
		if sign, ok := one.Signed(goal.ByClient); ok {
			who := s.Name
			if s.Mine {
				who = "you"
			}
			v.Signed = "Signed by " + who + " " + s.on(sign.At) + "."
		}
		for _, u := range one.Unfit {
			v.Unfit = append(v.Unfit, s.unfit(u))
		}
		if i > 0 {
			v.Changes = read.changes(all[i-1].Content, one.Content, "before", "from then on")
		}
		page.Revisions = append(page.Revisions, v)
	}
	page.compare(r, all, read)
	return web.Show(w, r, http.StatusOK, historyView(page))
}

// compare puts any two revisions beside each other, the first and the newest if
// nothing else is asked for.
func (p *historyPage) compare(r *http.Request, all []plan.Revision, read reader) {
	if len(all) < 2 {
		return
	}
	from, to := chosen(r.FormValue("from"), len(all), 1), chosen(r.FormValue("to"), len(all), len(all))
	for _, one := range all {
		n := int(one.Number)
		o := ui.Option{Value: strconv.Itoa(n), Text: "Revision " + strconv.Itoa(n) + ", " + p.short(one.At)}
		o.Chosen = n == from
		p.From = append(p.From, o)
		o.Chosen = n == to
		p.To = append(p.To, o)
	}
	if r.FormValue("from") == "" && r.FormValue("to") == "" {
		return
	}
	a, b := "revision "+strconv.Itoa(from), "revision "+strconv.Itoa(to)
	p.Which = capital(a) + " beside " + b
	p.Compared = read.changes(all[from-1].Content, all[to-1].Content, a, b)
}

// chosen is a revision that an address names, or otherwise.
func chosen(text string, most, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= most {
		return n
	}
	return otherwise
}

// A reader says what two plans say differently.
type reader struct {
	s   *seat
	gs  goal.Set
	lib *method.Library
}

// changes is a table of what differs between two contents; nil if nothing does.
func (d reader) changes(a, b plan.Content, then, now string) *ui.TableProps {
	t := &ui.TableProps{
		Caption: "What is different", RowHeads: true,
		Columns: []ui.Column{{Name: "What"}, {Name: capital(then)}, {Name: capital(now)}},
	}
	row := func(what, was, is string) {
		if was == is {
			return
		}
		for _, text := range []*string{&was, &is} {
			if *text == "" {
				*text = "Nothing"
			}
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: what}, {Text: was}, {Text: is}})
	}
	byID := func(c plan.Content) map[string]plan.Problem {
		m := map[string]plan.Problem{}
		for _, one := range c.Problems {
			m[one.ID] = one
		}
		return m
	}
	was, is := byID(a), byID(b)
	for _, one := range a.Problems {
		if _, there := is[one.ID]; !there {
			row("Taken off", one.Words, "")
		}
	}
	for _, one := range b.Problems {
		old, there := was[one.ID]
		if !there {
			way, _ := d.s.way(one, d.lib)
			row("Taken up", "", one.Words+". "+way+": "+one.Because)
			continue
		}
		about := short(one.Words)
		row("What it is about", old.Words, one.Words)
		row(about+": the goal", d.goal(old), d.goal(one))
		before, _ := d.s.way(old, d.lib)
		after, _ := d.s.way(one, d.lib)
		row(about+": the way of working", before, after)
		row(about+": why this way", old.Because, one.Because)
		row(about+": guesses", guesses(old), guesses(one))
		row(about+": steps", strings.Join(old.Steps, "; "), strings.Join(one.Steps, "; "))
	}
	row("How you meet", meetWords(a), meetWords(b))
	row("When both look again", dayLong(a.Review, d.s.Now), dayLong(b.Review, d.s.Now))
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

func (d reader) goal(one plan.Problem) string {
	g, _ := d.gs.One(one.Goal)
	return g.Standing().Words
}

func guesses(one plan.Problem) string {
	var all []string
	for _, h := range one.Hypotheses {
		all = append(all, h.Words+" (against it: "+h.Against+")")
	}
	return strings.Join(all, "; ")
}

// short is the beginning of text, for a label.
func short(text string) string {
	words := strings.Fields(text)
	if len(words) > 6 {
		return strings.Join(words[:6], " ") + " …"
	}
	return strings.Join(words, " ")
}
