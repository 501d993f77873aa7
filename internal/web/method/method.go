// Package method has the pages of the catalogue of methods, for clinicians, and the
// parts by which other pages show an approach and let one be chosen.
//
// # For other pages
//
//	@method.Choose(ChooseProps{Name: "approach", Choice: choice, Chosen: ref, Who: "Tom"})
//	@method.Told(approach, link, client)   // one approach in short, for one reader
//	@method.Sources(sources)               // as cited, and how each was checked
//
// Choose is a fieldset of radio buttons inside the caller's own form, whose value
// is the Ref that a plan keeps. The caller asks method.Library.For for the Choice,
// with what the client would rather do; the last option is always "none for now".
// They take the values of package internal/method as they are: a page that places
// them is one that knows the plan, and no page in public or of those who only
// manage may import them.
package method

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about methods.
type Pages struct {
	Methods *method.Shelf
}

// toMethods is where the catalogue is.
const toMethods = "/methods"

// Routes are all addresses about methods.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		desk.Get(toMethods, access.ReadMethods, p.list),
		desk.Get(toMethods+"/sources", access.ReadMethods, p.sources),
		desk.Get(toMethods+"/new", access.ReadMethods, p.fresh),
		desk.Post(toMethods+"/new", access.KeepMethods, p.write),
		desk.Post(toMethods+"/preview", access.ReadMethods, p.preview),
		desk.Get(toMethods+"/{method}", access.ReadMethods, p.entry),
		desk.Get(toMethods+"/{method}/edit", access.ReadMethods, p.edit),
		desk.Post(toMethods+"/{method}/edit", access.KeepMethods, p.write),
		desk.Post(toMethods+"/{method}/hide", access.KeepMethods, p.hide),
	}
}

// done are the words after something was kept.
var done = map[string]string{
	"kept":   "Kept. It stands to choose from, for everybody who works here.",
	"hidden": "Left out of what can be chosen. Plans that were made with it read as ever.",
	"shown":  "It can be chosen again.",
}

// frame stands around a page of the catalogue.
func frame(r *http.Request, heading string) ui.FrameProps {
	f := web.FrameSaying(r, heading, done)
	if r.URL.Path != toMethods {
		f.Back = &ui.Link{Text: "Methods", Href: toMethods}
	}
	return f
}

// to is the address of an entry.
func to(id string) string { return toMethods + "/" + id }
