// Package exercise has the pages of the library of practice for clinicians: what there
// is, each as a client sees it, and a builder by which they adapt one or write their
// own. The builder works without script: a button that changes its shape sends the
// form, and it comes back with everything that was typed.
//
// How an exercise looks to whoever does it is package web/fill; the library as clients
// find it is web/doing.
package exercise

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about exercises, for clinicians.
type Pages struct {
	Exercises *exercise.Shelf
	Methods   func(practice string) *method.Library // what is said of techniques
}

// toLibrary is where the library is.
const toLibrary = "/exercises"

// Routes are all addresses of the library for clinicians.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		desk.Get(toLibrary, access.WriteExercises, p.list),
		desk.Get(toLibrary+"/new", access.WriteExercises, p.fresh),
		desk.Post(toLibrary+"/new", access.KeepExercises, p.keep),
		desk.Post(toLibrary+"/preview", access.WriteExercises, p.preview),
		desk.Post(toLibrary+"/draft", access.KeepExercises, p.save),
		desk.Get(toLibrary+"/{exercise}/draft", access.WriteExercises, p.draft),
		desk.Post(toLibrary+"/{exercise}/draft/drop", access.KeepExercises, p.drop),
		desk.Get(toLibrary+"/{exercise}", access.WriteExercises, p.one),
		desk.Get(toLibrary+"/{exercise}/edit", access.WriteExercises, p.edit),
		desk.Post(toLibrary+"/{exercise}/edit", access.KeepExercises, p.keep),
		desk.Post(toLibrary+"/{exercise}/hide", access.KeepExercises, p.hide),
	}
}

// done are the words after something was kept.
var done = map[string]string{
	"kept":    "Kept. It stands in the library, and can be suggested to clients.",
	"draft":   "Your draft is kept. Only you see it.",
	"dropped": "The draft is thrown away.",
	"hidden":  "Left out of the lists. What was agreed on stays as it is.",
	"shown":   "It stands in the lists again.",
}

// frame stands around a page of the library.
func frame(r *http.Request, heading string) ui.FrameProps {
	f := web.FrameSaying(r, heading, done)
	if r.URL.Path != toLibrary {
		f.Back = &ui.Link{Text: "Library", Href: toLibrary}
	}
	return f
}

// to is the address of an exercise, and toDraft of one's draft of it.
func to(id string) string { return toLibrary + "/" + id }

func toDraft(id string) string { return to(id) + "/draft" }
