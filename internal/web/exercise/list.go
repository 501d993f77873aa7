package exercise

import (
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/fill"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// listPage is the library in its groups, or what was looked for.
type listPage struct {
	frame  ui.FrameProps
	asked  string // the words that were looked for
	found  []line
	groups []part
	own    []line
	drafts []line
	hidden []line
}

type part struct {
	exercise.Group
	lines []line
}

// A line is an exercise in a list.
type line struct {
	name, href, note string
	chips            []ui.ChipProps
}

// list is the library, or what is found in it.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Exercises.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	page := listPage{frame: frame(r, "Library"), asked: r.URL.Query().Get("q")}
	for _, e := range st.Search(page.asked) {
		page.found = append(page.found, lineOf(e, e.What))
	}
	for _, g := range exercise.Groups() {
		one := part{Group: g}
		for _, e := range st.All() {
			if e.Group == g.ID {
				one.lines = append(one.lines, lineOf(e, fill.Asks(e)))
			}
		}
		if len(one.lines) > 0 {
			page.groups = append(page.groups, one)
		}
	}
	now := web.NowOf(r)
	seen := make(map[string]bool)
	for _, k := range st.Own {
		if !seen[k.ID] {
			seen[k.ID] = true
			page.own = append(page.own, line{name: k.Title, href: to(k.ID), note: "Version " + strconv.Itoa(k.Version) + ", " + desk.On(k.MadeAt.In(now.Location()), now)})
		}
	}
	for _, d := range st.Drafts {
		page.drafts = append(page.drafts, line{name: named(d.Title), href: toDraft(d.Of()), note: desk.Upper(desk.On(d.ChangedAt.In(now.Location()), now))})
	}
	for _, e := range st.HiddenOnes() {
		page.hidden = append(page.hidden, line{name: e.Title, href: to(e.ID)})
	}
	return web.Show(w, r, http.StatusOK, listView(page))
}

// named is the title of a draft, which may have none yet.
func named(title string) string {
	if title == "" {
		return "Without a name yet"
	}
	return title
}

func lineOf(e exercise.Exercise, note string) line {
	l := line{name: e.Title, href: to(e.ID), note: note}
	if e.Own {
		l.chips = append(l.chips, ui.ChipProps{Text: "Your own", Tone: ui.Draft})
	}
	if e.Unlisted {
		l.chips = append(l.chips, ui.ChipProps{Text: "Only when suggested"})
	}
	return l
}
