package method

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// shared is what the pages of concerns, approaches and techniques have in common.
type shared struct {
	frame    ui.FrameProps
	about    method.Said
	ref      string
	id       string
	newest   bool
	own      bool
	edit     bool // its form holds all that it says
	hidden   bool
	mayHide  bool
	versions []line // of an own entry, newest first
	notes    notes
}

// notes are the sources of a page, numbered as they come.
type notes struct {
	sources []*method.Source
	number  map[string]int
}

// noted numbers the sources of the statements of a page.
func noted(all ...method.Said) notes {
	n := notes{sources: sourcesOf(all...), number: make(map[string]int)}
	for i, s := range n.sources {
		n.number[s.ID] = i + 1
	}
	return n
}

// of are the numbers of what a statement rests on.
func (n notes) of(s method.Said) []string {
	var out []string
	for _, src := range s.Sources() {
		out = append(out, strconv.Itoa(n.number[src.ID]))
	}
	return out
}

type concernPage struct {
	shared
	c       *method.Concern
	wider   *method.Concern
	within  []*method.Concern
	choice  method.Choice
	wishes  []ui.Tab
	options []optionLine
}

type optionLine struct {
	method.Option
	marks []ui.ChipProps
	known string
}

type approachPage struct {
	shared
	a          *method.Approach
	name       string
	uses       []method.Use
	techniques []*method.Technique
	titles     map[string]string // of techniques, by id
}

type techniquePage struct {
	shared
	t          *method.Technique
	approaches []*method.Approach
	after      []*method.Technique
}

// entry is the page of whatever the address names, in its newest version or in the
// one that is asked for.
func (p *Pages) entry(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Methods.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	ref := r.PathValue("method")
	if v := r.URL.Query().Get("version"); v != "" {
		ref += "@" + v
	}
	if c, ok := st.Concern(ref); ok {
		return web.Show(w, r, http.StatusOK, concernView(concernOf(r, st, c)))
	}
	if a, ok := st.Approach(ref); ok {
		return web.Show(w, r, http.StatusOK, approachView(approachOf(r, st, a)))
	}
	if t, ok := st.Technique(ref); ok {
		return web.Show(w, r, http.StatusOK, techniqueView(techniqueOf(r, st, t)))
	}
	return web.Absent()
}

func sharedOf(r *http.Request, st method.Stock, e *method.Entry, all ...method.Said) shared {
	s := shared{frame: frame(r, e.Name), ref: e.Ref(), id: e.ID, about: e.About, newest: true, own: e.Own, hidden: st.Hidden(e.ID), mayHide: e.ID != method.None}
	s.notes = noted(append([]method.Said{e.About}, all...)...)
	me, now := web.ActorOf(r).ID, web.NowOf(r)
	for i, o := range st.Versions(e.ID) {
		l := line{name: "Version " + strconv.Itoa(o.Entry().Version), href: to(e.ID) + "?version=" + strconv.Itoa(o.Entry().Version)}
		by := map[string]string{me: "by you", "operator": "brought in from a file"}[o.By]
		if by == "" {
			by = "by a colleague"
		}
		l.note = desk.Upper(desk.On(o.MadeAt.In(now.Location()), now)) + ", " + by
		s.versions = append(s.versions, l)
		if i == 0 {
			s.newest = o.Entry().Version == e.Version
			s.edit = o.FitsForm(st.Library)
		}
	}
	return s
}

func concernOf(r *http.Request, st method.Stock, c *method.Concern) concernPage {
	way := method.Way(r.URL.Query().Get("way"))
	if way != method.Skills && way != method.Exploring {
		way = method.Either
	}
	page := concernPage{c: c}
	page.choice, _ = st.For(c.Ref(), way)
	says := slices.Clone(c.First)
	for _, o := range page.choice.Options {
		says = append(says, o.Said)
		props := ChooseProps{Choice: page.choice}
		page.options = append(page.options, optionLine{Option: o, marks: props.marks(o), known: props.known(o)})
	}
	page.shared = sharedOf(r, st, &c.Entry, says...)
	page.wider, _ = st.Concern(c.Within)
	for _, o := range st.Concerns() {
		if o.Within == c.ID {
			page.within = append(page.within, o)
		}
	}
	for _, w := range []method.Way{method.Either, method.Skills, method.Exploring} {
		tab := ui.Tab{Link: ui.Link{Text: w.WayWords() + " first", Href: to(c.ID) + "?way=" + string(w)}, Current: w == way}
		if w == method.Either {
			tab.Text, tab.Href = "No preference", to(c.ID)
		}
		page.wishes = append(page.wishes, tab)
	}
	return page
}

func approachOf(r *http.Request, st method.Stock, a *method.Approach) approachPage {
	page := approachPage{a: a, name: nameOf(a, false), uses: st.Uses(a.ID), techniques: st.TechniquesOf(a.ID), titles: make(map[string]string)}
	says := []method.Said{a.Mechanism, a.Effect, a.Lasts, a.Asks}
	for _, c := range a.Cautions {
		says = append(says, c.Said)
	}
	for _, s := range a.Steps {
		says = append(says, s.Said)
		if t, ok := st.Technique(s.Technique); ok {
			page.titles[s.Technique] = t.Name
		}
	}
	for _, u := range page.uses {
		says = append(says, u.Said)
	}
	page.shared = sharedOf(r, st, &a.Entry, says...)
	page.frame.Heading = page.name
	return page
}

func techniqueOf(r *http.Request, st method.Stock, t *method.Technique) techniquePage {
	page := techniquePage{t: t}
	says := []method.Said{t.Mechanism, t.Effect, t.Lasts, t.Asks}
	for _, c := range t.Cautions {
		says = append(says, c.Said)
	}
	for _, s := range t.Steps {
		says = append(says, s.Said)
	}
	page.shared = sharedOf(r, st, &t.Entry, says...)
	for _, id := range t.Approaches {
		if a, ok := st.Approach(id); ok {
			page.approaches = append(page.approaches, a)
		}
	}
	for _, id := range t.After {
		if before, ok := st.Technique(id); ok {
			page.after = append(page.after, before)
		}
	}
	return page
}

// hide leaves an entry out of what can be chosen, or takes it back.
func (p *Pages) hide(w http.ResponseWriter, r *http.Request) error {
	id, hides := r.PathValue("method"), r.PostFormValue("hidden") == "yes"
	if err := p.Methods.Hide(r.Context(), web.ActorOf(r), id, hides); err != nil {
		return err
	}
	what := "shown"
	if hides {
		what = "hidden"
	}
	return web.SeeOther(w, r, to(id)+"?done="+what)
}
