// Package doing has the client's pages of the library of practice: what there is to
// practise, in plain groups, and each exercise with what leads through it, usable at
// once and without agreeing on anything. They keep nothing: what two people agreed on,
// and what became of it, is package assignment.
package doing

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/fill"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of the library, for clients.
type Pages struct {
	Exercises *exercise.Shelf
}

const (
	toExercises = "/my/exercises"
	toPractice  = "/my/practice"
)

// Routes are all addresses of the library for clients.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: toExercises, Audience: web.Client, Action: access.ReadExercises, Page: p.list, Away: true},
		{Method: "GET", Pattern: toExercises + "/{exercise}", Audience: web.Client, Action: access.ReadExercises, Page: p.one, Away: true}, // {exercise} is a mark (web.Mark)
	}
}

// listPage is the whole library.
type listPage struct {
	Frame  ui.FrameProps
	Groups []group
}

// A group is a part of the library.
type group struct {
	ID, Name, Line string
	Lines          []ui.LineProps
}

// now is the group of what helps in a hard moment, which comes first.
const now = "now"

// list is everything that there is to practise. What helps in a hard moment stands
// first, and only there.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	lib, err := p.Exercises.Library(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	page := listPage{Frame: web.Frame(r), Groups: groupsOf(r, lib.Listed())}
	page.Frame.Heading = "Things to practise"
	page.Frame.Lead = "Look around, and use what suits you. None of it has to be."
	page.Frame.Back = &ui.Link{Text: "Back to practice", Href: toPractice}
	return web.Show(w, r, http.StatusOK, listView(page))
}

// groupsOf are the groups in which there is something.
func groupsOf(r *http.Request, all []exercise.Exercise) []group {
	var out []group
	for _, g := range exercise.Groups() {
		one := group{ID: g.ID, Name: g.Name, Line: g.Line}
		for _, e := range all {
			if in := e.Group == g.ID; e.Now && g.ID == now || in && !e.Now {
				one.Lines = append(one.Lines, ui.LineProps{Icon: "leaf", Text: e.Title, Href: toExercises + "/" + web.Mark(r, e.ID), Note: fill.Asks(e)})
			}
		}
		if len(one.Lines) > 0 {
			out = append(out, one)
		}
	}
	return out
}

// onePage is one exercise.
type onePage struct {
	Frame    ui.FrameProps
	Exercise exercise.Exercise
	Guided   bool   // something leads through it here
	TakeUp   string // where it is taken up for a while
}

// one is an exercise with what leads through it.
func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	lib, err := p.Exercises.Library(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	listed := lib.Listed()
	i := slices.IndexFunc(listed, func(e exercise.Exercise) bool { return web.Mark(r, e.ID) == r.PathValue("exercise") })
	if i < 0 {
		return web.Absent()
	}
	e := listed[i]
	page := onePage{
		Frame: web.Frame(r), Exercise: e, Guided: fill.Leads(e),
		TakeUp: toPractice + "/new?exercise=" + web.Mark(r, e.ID) + "&version=" + strconv.Itoa(e.Version),
	}
	page.Frame.Heading = e.Title
	page.Frame.Back = &ui.Link{Text: "Things to practise", Href: toExercises}
	if page.Guided {
		page.Frame.Scripts = fill.GuideScripts(e)
	}
	return web.Show(w, r, http.StatusOK, oneView(page))
}
