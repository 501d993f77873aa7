package exercise

import (
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/fill"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// onePage is an exercise as a client sees it, with what a clinician does with it.
type onePage struct {
	frame     ui.FrameProps
	e         exercise.Exercise
	group     string
	technique *ui.Link
	from      *ui.Link
	versions  []line // of an own one, newest first
	newest    bool
	hidden    bool
	draft     string // the address of one's draft
}

// one is the page of an exercise, in its newest version or in the one that is asked for.
func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Exercises.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	e, ok := version(st.Library, r)
	if !ok {
		return web.Absent()
	}
	latest, _ := st.One(e.ID, 0)
	page := onePage{frame: frame(r, e.Title), e: e, newest: latest.Version == e.Version, hidden: st.Hidden(e.ID)}
	page.frame.Scripts = fill.Scripts(e)
	for _, g := range exercise.Groups() {
		if g.ID == e.Group {
			page.group = g.Name
		}
	}
	if t, ok := p.methods(r).Technique(e.Technique); ok && e.Technique != "" {
		page.technique = &ui.Link{Text: t.Name, Href: "/methods/" + t.ID}
	}
	page.from = fromLink(st.Library, e.From)
	if _, ok := st.Draft(e.ID); ok {
		page.draft = toDraft(e.ID)
	}
	me, now := web.ActorOf(r).ID, web.NowOf(r)
	for _, k := range st.Versions(e.ID) {
		by := "by a colleague"
		if k.By == me {
			by = "by you"
		}
		page.versions = append(page.versions, line{
			name: "Version " + strconv.Itoa(k.Version), href: to(k.ID) + "?version=" + strconv.Itoa(k.Version),
			note: desk.Upper(desk.On(k.MadeAt.In(now.Location()), now)) + ", " + by,
		})
	}
	return web.Show(w, r, http.StatusOK, oneView(page))
}

// version is the exercise that the address names, in the version that it asks for.
func version(l *exercise.Library, r *http.Request) (exercise.Exercise, bool) {
	number := 0
	if v := r.URL.Query().Get("version"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return exercise.Exercise{}, false
		}
		number = n
	}
	return l.One(r.PathValue("exercise"), number)
}

func (p *Pages) methods(r *http.Request) *method.Library {
	if p.Methods == nil {
		return method.Shipped()
	}
	return p.Methods(web.ActorOf(r).Practice)
}

// fromLink leads to what an exercise was adapted from.
func fromLink(l *exercise.Library, ref string) *ui.Link {
	e, ok := l.Ref(ref)
	if !ok {
		return nil
	}
	return &ui.Link{Text: e.Title, Href: to(e.ID) + "?version=" + strconv.Itoa(e.Version)}
}

// hide leaves an exercise out of the lists, or takes it back.
func (p *Pages) hide(w http.ResponseWriter, r *http.Request) error {
	id, hides := r.PathValue("exercise"), r.PostFormValue("hidden") == "yes"
	if err := p.Exercises.Hide(r.Context(), web.ActorOf(r), id, hides); err != nil {
		return err
	}
	what := "shown"
	if hides {
		what = "hidden"
	}
	return web.SeeOther(w, r, to(id)+"?done="+what)
}
