package plan

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	catalogue "github.com/waymark-care/waymark/internal/web/method"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// revisePage is the plan to be written or revised.
type revisePage struct {
	*seat
	From     int64 // the revision that it begins from
	First    bool
	Problems []problemForm
	More     bool // another problem can be added
	Third    bool // one more step would be the third thing added in a week
	Format   []ui.Option
	Where    []ui.Option
	Rhythm   string
	Review   string
	Why      string
	Flaw     *web.Flaw
	Theirs   []problemView // as it is now, where somebody was quicker
	TheirWhy string
	TheirBy  string
}

// A problemForm is one problem as it is typed.
type problemForm struct {
	N        int
	ID       string
	Words    string
	Goals    []ui.Option
	Concerns []ui.Option
	Choose   *catalogue.ChooseProps // for the concern that is chosen
	None     bool                   // without a concern: nothing for now
	Own      string
	Because  string
	Guesses  []plan.Hypothesis // as many as may be typed
	Steps    string
	Known    []string // steps that the chosen approach has in the catalogue
}

func (f problemForm) field(name string) string { return fmt.Sprintf("%s-%d", name, f.N) }

func (f problemForm) guess(name string, i int) string { return fmt.Sprintf("%s-%d-%d", name, f.N, i) }

// choose is the part in which an approach is chosen, with what is wrong in it.
func (f problemForm) choose(flaw *web.Flaw) catalogue.ChooseProps {
	c := *f.Choose
	c.Error = flaw.At(f.field("approach"))
	return c
}

func (f problemForm) legend() string {
	if f.N == 0 {
		return "What the work is about"
	}
	return "Something else that it is about"
}

// A typed is the form as it came, before it is a plan.
type typed struct {
	plan.Form
	do string
}

// reviewsIn is how many days ahead the first review is suggested. Reviews every
// two to three months are common; which day fits is for both to say.
const reviewsIn = 70

// sentPlan is what a form brought.
func sentPlan(r *http.Request) typed {
	f := typed{do: r.PostFormValue("do")}
	f.From, f.Why = number(r, "from"), r.PostFormValue("why")
	f.Format, f.Where = plan.Format(r.PostFormValue("format")), plan.Where(r.PostFormValue("where"))
	f.Rhythm, f.Review = r.PostFormValue("rhythm"), measure.Day(r.PostFormValue("review"))
	for n := range min(max(int(number(r, "problems")), 0), plan.MostProblems) {
		at := func(name string) string { return r.PostFormValue(fmt.Sprintf("%s-%d", name, n)) }
		one := plan.Problem{
			ID: at("id"), Words: at("words"), Goal: at("goal"), Concern: at("concern"), Approach: at("approach"),
			Own: at("own"), Because: at("because"), Steps: strings.Split(strings.ReplaceAll(at("steps"), "\r\n", "\n"), "\n"),
		}
		for i := range plan.MostHypotheses {
			one.Hypotheses = append(one.Hypotheses, plan.Hypothesis{
				Words: r.PostFormValue(fmt.Sprintf("hypothesis-%d-%d", n, i)), Against: r.PostFormValue(fmt.Sprintf("against-%d-%d", n, i)),
			})
		}
		if one.Concern == "" && !one.NoneNow() {
			one.Approach = "" // the ways of a concern that was taken off again
		}
		f.Problems = append(f.Problems, one)
	}
	return f
}

// revise shows the plan as it is, to be changed.
func (p *Pages) revise(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r, "Revise the plan", "/plan")
	if err != nil {
		return err
	}
	now, err := p.Plans.Plan(r.Context(), s.Actor, s.Record)
	if err != nil {
		return err
	}
	f := typed{Form: plan.Form{From: now.Number, Content: now.Content}}
	if now.Number == 0 {
		f.Format, f.Where = plan.Individual, plan.InPerson
		f.Review = measure.DayOf(s.Now.AddDate(0, 0, reviewsIn), s.Now.Location())
		if f.Problems, err = another(nil); err != nil {
			return err
		}
	}
	page, err := p.form(r, s, f)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, reviseView(page))
}

// another is problems with an empty one more.
func another(problems []plan.Problem) ([]plan.Problem, error) {
	id, err := web.NewID()
	return append(problems, plan.Problem{ID: id}), err
}

// prefers is what the client would rather do, as far as they have said.
func (p *Pages) prefers(r *http.Request, s *seat) (method.Way, error) {
	if p.Intakes == nil {
		return method.Either, nil
	}
	said, err := p.Intakes.Preference(r.Context(), s.Actor, s.Record)
	if err != nil {
		return method.Either, err
	}
	switch said.Way {
	case intake.Skills:
		return method.Skills, nil
	case intake.Exploring:
		return method.Exploring, nil
	case intake.Both, intake.Unsure:
	}
	return method.Either, nil
}

// form is the page with what is typed in f.
func (p *Pages) form(r *http.Request, s *seat, f typed) (revisePage, error) {
	page := revisePage{
		seat: s, From: f.From, First: f.From == 0, Rhythm: f.Rhythm, Review: string(f.Review), Why: f.Why,
		More: len(f.Problems) < plan.MostProblems,
	}
	if page.First {
		s.Frame.Heading = "Write the plan"
	}
	for _, one := range plan.Formats() {
		page.Format = append(page.Format, ui.Option{Value: string(one), Text: capital(one.Words()), Chosen: one == f.Format})
	}
	for _, one := range plan.Wheres() {
		page.Where = append(page.Where, ui.Option{Value: string(one), Text: capital(one.Words()), Chosen: one == f.Where})
	}
	gs, err := p.Goals.Worded(r.Context(), s.Actor, s.Record)
	if err != nil {
		return page, err
	}
	prefers, err := p.prefers(r, s)
	if err != nil {
		return page, err
	}
	if page.Third, err = desk.Third(r, p.Briefs); err != nil {
		return page, err
	}
	lib := p.Plans.Library(s.Actor.Practice)
	for n, one := range f.Problems {
		page.Problems = append(page.Problems, s.problemForm(n, one, gs, lib, prefers))
	}
	return page, nil
}

func (s *seat) problemForm(n int, one plan.Problem, gs goal.Set, lib *method.Library, prefers method.Way) problemForm {
	f := problemForm{
		N: n, ID: one.ID, Words: one.Words, None: one.NoneNow(), Own: one.Own, Because: one.Because,
		Guesses: make([]plan.Hypothesis, plan.MostHypotheses), Steps: strings.Trim(strings.Join(one.Steps, "\n"), "\n"),
	}
	copy(f.Guesses, one.Hypotheses)
	f.Goals = []ui.Option{{Text: "No goal in particular"}}
	for _, g := range gs.All {
		if g.Current() || g.ID == one.Goal {
			f.Goals = append(f.Goals, ui.Option{Value: g.ID, Text: g.Standing().Words, Chosen: g.ID == one.Goal})
		}
	}
	f.Concerns = []ui.Option{{Text: "None of these: in your own words"}}
	chosen, _ := lib.Concern(one.Concern)
	there := false
	for _, c := range lib.Concerns() {
		o := ui.Option{Value: c.Ref(), Text: c.Name, Chosen: chosen != nil && c.ID == chosen.ID}
		there = there || o.Chosen
		f.Concerns = append(f.Concerns, o)
	}
	if chosen == nil {
		return f
	}
	if !there {
		f.Concerns = append(f.Concerns, ui.Option{Value: chosen.Ref(), Text: chosen.Name, Chosen: true})
	}
	choice, ok := lib.For(one.Concern, prefers)
	if !ok {
		return f
	}
	before, _ := lib.Approach(one.Approach)
	f.Choose = &catalogue.ChooseProps{Name: f.field("approach"), Choice: choice, Chosen: one.Approach, Before: before, Who: s.Name}
	if before != nil {
		for _, step := range before.Steps {
			f.Known = append(f.Known, step.Plain())
		}
	}
	return f
}

// reviseNow keeps the plan, or shows the form again with what its buttons ask for:
// nothing is kept by those.
func (p *Pages) reviseNow(w http.ResponseWriter, r *http.Request) error {
	s, f := bare(r), sentPlan(r)
	if what, _, _ := strings.Cut(f.do, "-"); what != "keep" {
		return p.shapeAgain(w, r, f)
	}
	now, failed := p.Plans.Revise(r.Context(), s.Actor, s.Record, f.Form, web.LocationOf(r))
	if failed == nil {
		return web.Kept(w, r, s.Base+"/plan?done=revised", s.Keep("plan"))
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	s, err := p.seatOf(r, "Revise the plan", "/plan")
	if err != nil {
		return err
	}
	page, err := p.form(r, s, f)
	if err != nil {
		return err
	}
	if page.Flaw = flaw; flaw.Clash() && now.Number > 0 {
		gs, err := p.goalsOf(r, s, now.Content)
		if err != nil {
			return err
		}
		for _, one := range now.Problems {
			page.Theirs = append(page.Theirs, s.problem(one, gs, p.Plans.Library(s.Actor.Practice)))
		}
		page.From, page.First, page.TheirWhy = now.Number, false, now.Why
		page.TheirBy = "Written by " + s.Who(now.By) + " " + s.on(now.At) + ". " + meetWords(now.Content) + " Both look again on " + dayLong(now.Review, s.Now) + "."
	}
	return web.Show(w, r, flaw.Status(), reviseView(page))
}

// shapeAgain shows the form with one problem more or less, or with the ways of
// working for what was chosen.
func (p *Pages) shapeAgain(w http.ResponseWriter, r *http.Request, f typed) error {
	s, err := p.seatOf(r, "Revise the plan", "/plan")
	if err != nil {
		return err
	}
	// The practice's own methods are looked through by this.
	if _, err := p.Plans.Plan(r.Context(), s.Actor, s.Record); err != nil {
		return err
	}
	what, which, _ := strings.Cut(f.do, "-")
	n, wrong := strconv.Atoi(which)
	one := wrong == nil && n >= 0 && n < len(f.Problems)
	switch {
	case what == "more" && len(f.Problems) < plan.MostProblems:
		if f.Problems, err = another(f.Problems); err != nil {
			return err
		}
	case what == "off" && one && len(f.Problems) > 1:
		f.Problems = append(f.Problems[:n], f.Problems[n+1:]...)
	case what == "steps" && one:
		if a, ok := p.Plans.Library(s.Actor.Practice).Approach(f.Problems[n].Approach); ok {
			var steps []string
			for _, step := range a.Steps {
				steps = append(steps, step.Plain())
			}
			f.Problems[n].Steps = steps
		}
	}
	page, err := p.form(r, s, f)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, reviseView(page))
}

// fields are those that the form shows, for what is wrong in them.
func (p revisePage) fields() []string {
	all := []string{"format", "where", "rhythm", "review", "why"}
	for _, f := range p.Problems {
		for _, name := range []string{"words", "goal", "concern", "approach", "own", "because", "steps"} {
			all = append(all, f.field(name))
		}
		for i := range f.Guesses {
			all = append(all, f.guess("hypothesis", i), f.guess("against", i))
		}
	}
	return all
}

func (p revisePage) guessOpen(f problemForm) bool {
	for i, h := range f.Guesses {
		if h != (plan.Hypothesis{}) || p.Flaw.At(f.guess("against", i)) != "" {
			return true
		}
	}
	return false
}

func revisionID(i int) string { return "h-revision-" + strconv.Itoa(i) }
