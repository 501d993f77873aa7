package assignment

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A newPage suggests something, or, for the client, takes it up.
type newPage struct {
	frame  ui.FrameProps
	mine   bool
	full   string
	tabs   []ui.Tab
	action string
	keep   string
	id     string
	e      exercise.Exercise
	chosen bool // one of the library
	own    bool // something of one's own was asked for, or came back
	groups []groupView
	assignment.Wording
	goals    []ui.Option
	steps    []ui.Option
	replaces []ui.Option
	third    bool
	leaps    bool
	call     assignment.Call
	flaw     *web.Flaw
}

type groupView struct {
	id, name string
	lines    []ui.LineProps
}

func (p *Pages) ownNew(w http.ResponseWriter, r *http.Request) error { return p.newOf(w, r, seatIn(r)) }

func (p *Pages) deskNew(w http.ResponseWriter, r *http.Request) error {
	s, err := p.deskSeat(r)
	if err != nil {
		return err
	}
	return p.newOf(w, r, s)
}

func (p *Pages) newOf(w http.ResponseWriter, r *http.Request, s *seat) error {
	id, err := web.NewID()
	if err != nil {
		return err
	}
	q := r.URL.Query()
	version, _ := strconv.Atoi(q.Get("version"))
	f := assignment.Form{ID: id, Exercise: q.Get("exercise"), Version: version}
	if s.Mine && f.Exercise != "" {
		if f.Exercise, err = p.marked(r, s, f.Exercise); err != nil {
			return err
		}
	}
	page, err := p.newPage(r, s, f)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, newView(page))
}

// marked is the id of the exercise that has a mark in an address of the client's: one that
// they find by themselves, or once agreed on.
func (p *Pages) marked(r *http.Request, s *seat, mark string) (string, error) {
	set, err := p.Assignments.All(r.Context(), s.Actor, s.Record, s.zone())
	if err != nil {
		return "", err
	}
	for _, e := range set.Library().Listed() {
		if web.Mark(r, e.ID) == mark {
			return e.ID, nil
		}
	}
	for _, a := range set.All {
		if a.Exercise != "" && web.Mark(r, a.Exercise) == mark {
			return a.Exercise, nil
		}
	}
	return "", web.Absent()
}

// keptAs names what the device keeps of the form for something with an exercise, or none:
// a client's browser keeps a name that does not say which.
func (s *seat) keptAs(r *http.Request, exercise string) string {
	if s.Mine {
		exercise = web.Mark(r, exercise)
	}
	return s.Keep("new", exercise)
}

func (p *Pages) newPage(r *http.Request, s *seat, f assignment.Form) (newPage, error) {
	set, err := p.Assignments.All(r.Context(), s.Actor, s.Record, s.zone())
	if err != nil {
		return newPage{}, err
	}
	page := newPage{mine: s.Mine, full: s.Full, action: s.Base + "/practice", keep: s.keptAs(r, f.Exercise), id: f.ID, Wording: f.Wording, call: f.Call}
	heading := "Suggest something"
	if s.Mine {
		heading = "Something of your own"
	}
	if f.Exercise != "" {
		e, ok := set.Library().One(f.Exercise, f.Version)
		if !ok || s.Mine && e.Unlisted && !slices.ContainsFunc(set.All, func(a assignment.Assignment) bool { return a.Exercise == e.ID }) {
			return page, web.Absent()
		}
		page.e, page.chosen, heading = e, true, e.Title
		if page.Title == "" {
			page.Title = e.Title
		}
		page.leaps = set.Leaps(e)
	} else if !s.Mine {
		page.groups = groupsOf(set.Library(), s.Base+"/practice/new")
	}
	page.frame = web.FrameSaying(r, heading, done)
	if s.Mine {
		page.frame.Back = &ui.Link{Text: "Practice", Href: toMine}
	} else {
		page.frame.Kicker = s.Full
		page.tabs = desk.Tabs(s.Record.Of(), "/practice")
	}
	page.third = assignment.Third(set.All, s.side, f.Replaces)
	page.goals = append(page.goals, ui.Option{Text: "Nothing in particular"})
	for _, g := range set.Goals.Current() {
		page.goals = append(page.goals, ui.Option{Value: g.ID, Text: g.Standing().Words, Chosen: g.ID == f.Goal})
	}
	page.replaces = append(page.replaces, ui.Option{Text: "Nothing"})
	for _, a := range set.Open() {
		page.replaces = append(page.replaces, ui.Option{Value: a.ID, Text: a.Title, Chosen: a.ID == f.Replaces})
	}
	return page, p.stepsOf(r, s, &page, f.Step)
}

// stepsOf adds the steps of the plan, from simple to demanding as they stand in it.
func (p *Pages) stepsOf(r *http.Request, s *seat, page *newPage, chosen string) error {
	now, err := p.Plans.Plan(r.Context(), s.Actor, s.Record)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, problem := range now.Problems {
		at := now.StepNow(problem)
		for i, step := range problem.Steps {
			text := step
			if i == at {
				text += " (where you are)"
			}
			page.steps = append(page.steps, ui.Option{Value: step, Text: text, Chosen: step == chosen})
		}
	}
	if len(page.steps) > 0 {
		page.steps = append([]ui.Option{{Text: "None"}}, page.steps...)
	}
	return nil
}

// groupsOf is the library to choose from, in each part from simple to demanding.
func groupsOf(lib *exercise.Library, to string) []groupView {
	var all []groupView
	for _, g := range exercise.Groups() {
		one := groupView{id: g.ID, name: g.Name}
		for _, e := range lib.All() {
			if e.Group == g.ID {
				one.lines = append(one.lines, ui.LineProps{Text: e.Title, Href: to + "?exercise=" + e.ID, Note: e.Level.Words() + ". " + e.What})
			}
		}
		if len(one.lines) > 0 {
			all = append(all, one)
		}
	}
	return all
}

func (p *Pages) takeUp(w http.ResponseWriter, r *http.Request) error {
	return p.keepNew(w, r, seatIn(r))
}

func (p *Pages) suggest(w http.ResponseWriter, r *http.Request) error {
	s, err := p.deskSeat(r)
	if err != nil {
		return err
	}
	return p.keepNew(w, r, s)
}

func (p *Pages) keepNew(w http.ResponseWriter, r *http.Request, s *seat) error {
	f := assignment.Form{
		ID: r.PostFormValue("id"), Exercise: r.PostFormValue("exercise"), Replaces: r.PostFormValue("replaces"),
		Wording: wordingIn(r), Call: assignment.Call(r.PostFormValue("call")),
	}
	f.Version, _ = strconv.Atoi(r.PostFormValue("version"))
	a, err := p.Assignments.Suggest(r.Context(), s.Actor, s.Record, f)
	if err == nil {
		to := s.Base + "/practice?done=suggested"
		if s.Mine {
			to = toMine + "/" + a.ID + "?done=agreed"
		}
		return web.Kept(w, r, to, s.keptAs(r, f.Exercise))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.newPage(r, s, f)
	if err != nil {
		return err
	}
	page.flaw, page.own = flaw, true
	page.third = page.third || flaw.Field == "call"
	return web.Show(w, r, flaw.Status(), newView(page))
}

// inWords leads to how it is meant here.
func (p newPage) inWords() string {
	if p.mine {
		return "In your own words, and when"
	}
	return "In words for this person, and when"
}
