package method

import (
	"net/http"
	"slices"

	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// listPage is the catalogue by concern, or what was looked for.
type listPage struct {
	frame      ui.FrameProps
	asked      string // the words that were looked for
	found      []line
	concerns   []line
	approaches []line
	own        []line
	hidden     []line
}

// A line is an entry in a list.
type line struct {
	name, href, note string
	chips            []ui.ChipProps
	deep             bool // within the one before
}

// list is the catalogue, or what is found in it.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Methods.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	page := listPage{frame: frame(r, "Methods"), asked: r.URL.Query().Get("q")}
	for _, h := range st.Search(page.asked) {
		page.found = append(page.found, lineOf(h.Entry, kindName(h.Kind)+". "+h.About.Clinician))
	}
	for _, c := range st.Concerns() {
		l := lineOf(&c.Entry, c.Plain)
		l.deep = c.Within != ""
		page.concerns = append(page.concerns, l)
	}
	for _, a := range st.Approaches() {
		l := lineOf(&a.Entry, "")
		l.name = nameOf(a, false)
		page.approaches = append(page.approaches, l)
	}
	seen := make(map[string]bool)
	for _, o := range st.Own {
		e := o.Entry()
		if seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		page.own = append(page.own, line{name: e.Name, href: to(e.ID), note: kindName(o.Kind()) + ", " + desk.On(o.MadeAt.In(web.LocationOf(r)), web.NowOf(r))})
	}
	for _, e := range st.HiddenEntries() {
		page.hidden = append(page.hidden, line{name: e.Name, href: to(e.ID)})
	}
	return web.Show(w, r, http.StatusOK, listView(page))
}

func lineOf(e *method.Entry, note string) line {
	l := line{name: e.Name, href: to(e.ID), note: note}
	if e.Own {
		l.chips = []ui.ChipProps{{Text: "Your own", Tone: ui.Draft}}
	}
	return l
}

func kindName(kind string) string {
	return map[string]string{method.KindConcern: "Concern", method.KindApproach: "Approach", method.KindTechnique: "Technique"}[kind]
}

// sourcesPage is everything that anything rests on, and the scale of evidence.
type sourcesPage struct {
	frame  ui.FrameProps
	scale  ui.TableProps
	groups []sourceGroup
	counts string
}

type sourceGroup struct {
	name, id string
	sources  []*method.Source
}

// sources is the page of what the catalogue rests on.
func (p *Pages) sources(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Methods.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	page := sourcesPage{frame: frame(r, "Evidence and sources")}
	page.scale = ui.TableProps{Caption: "The scale of evidence", RowHeads: true, Columns: []ui.Column{{Name: "On this scale"}, {Name: "Means"}, {Name: "A client reads"}}}
	for _, s := range method.Strengths() {
		page.scale.Rows = append(page.scale.Rows, []ui.Cell{{Text: s.Words()}, {Text: s.Meaning()}, {Text: s.Plain()}})
	}
	groups := []sourceGroup{
		{name: "Guidelines", id: method.Guideline},
		{name: "Reviews and meta-analyses", id: method.Review},
		{name: "Trials and studies", id: method.Trial},
		{name: "Where ways of working were described", id: method.Theory},
		{name: "Stated by your practice", id: method.Stated},
	}
	read := 0
	all := st.Sources()
	for i := range groups {
		for _, s := range all {
			twice := slices.ContainsFunc(groups[i].sources, func(o *method.Source) bool { return o.Cite == s.Cite }) // in two versions of an own entry
			if s.Kind == groups[i].id && !twice {
				groups[i].sources = append(groups[i].sources, s)
			}
			if s.Kind == groups[i].id && s.Checked == method.Read {
				read++
			}
		}
		if len(groups[i].sources) > 0 {
			page.groups = append(page.groups, groups[i])
		}
	}
	page.counts = desk.Upper(desk.Number(read)) + " of " + desk.Count(len(all), "source", "sources") + " were compared with what they say, mostly with their abstracts. The others are known to the field and marked as not checked: read them before you lean on them."
	return web.Show(w, r, http.StatusOK, sourcesView(page))
}
