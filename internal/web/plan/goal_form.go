package plan

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// visionPage is the life the client wants, to be written.
type visionPage struct {
	*seat
	Words    string
	Revision string
	Was      []string // as it is kept, where somebody was quicker
	WasOf    string
	Earlier  []earlierVision
	Flaw     *web.Flaw
}

type earlierVision struct {
	When  string
	Words []string
}

func (p *Pages) visionForm(r *http.Request) (visionPage, error) {
	s, gs, err := p.allGoals(r, "The life you want", "/goals")
	if err != nil {
		return visionPage{}, err
	}
	if !s.Mine {
		s.Frame.Heading = "The life " + s.Name + " wants"
	}
	v := gs.Vision()
	page := visionPage{seat: s, Words: v.Words, Revision: strconv.FormatInt(v.Revision, 10)}
	for i := len(gs.Visions) - 2; i >= 0; i-- {
		was := gs.Visions[i]
		words := paragraphs(was.Words)
		if len(words) == 0 {
			words = []string{"Taken off for a while."}
		}
		page.Earlier = append(page.Earlier, earlierVision{"Since " + trimOn(s.on(was.At)), words})
	}
	return page, nil
}

func (p *Pages) vision(w http.ResponseWriter, r *http.Request) error {
	page, err := p.visionForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, visionView(page))
}

func (p *Pages) writeVision(w http.ResponseWriter, r *http.Request) error {
	s, text := bare(r), r.PostFormValue("vision")
	_, failed := p.Goals.WriteVision(r.Context(), s.Actor, s.Record, number(r, "revision"), text)
	if failed == nil {
		return web.Kept(w, r, s.Base+"/goals?done=vision", s.Keep("vision"))
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.visionForm(r)
	if err != nil {
		return err
	}
	if page.Flaw = flaw; flaw.Clash() {
		page.Was, page.WasOf = paragraphs(page.Words), "As it is kept now"
	} else {
		page.Revision = r.PostFormValue("revision")
	}
	page.Words = text
	return web.Show(w, r, flaw.Status(), visionView(page))
}

// number is a revision that a form carries; 0 is nobody's.
func number(r *http.Request, name string) int64 {
	n, _ := strconv.ParseInt(r.PostFormValue(name), 10, 64)
	return n
}

// wordPage is a goal to be worded: a new one, or one that is there.
type wordPage struct {
	*seat
	Action string
	Keep   string
	Back   string
	Send   string
	New    bool

	ID, Replaces, Old string // of a new goal; Old are the words of the one that it replaces
	Revision, Signs   string // of one that is there
	goal.Worded
	Why  string
	Flaw *web.Flaw

	Theirs  *wordingView // as it is now, where somebody was quicker
	Agree   string       // address to agree to that, if it waits
	AgreeTo string       // its revision
	Yours   bool         // the fields hold what was looked at, and not what was typed
}

func (p *Pages) newForm(r *http.Request, replaces string) (wordPage, error) {
	s, gs, err := p.allGoals(r, "A goal, in your words", "/goals")
	if err != nil {
		return wordPage{}, err
	}
	if !s.Mine {
		s.Frame.Heading = "A goal, in " + s.Name + "’s words"
	}
	page := wordPage{seat: s, New: true, Keep: s.Keep("goal", cmp.Or(replaces, "new")), Action: s.Base + "/goals", Back: s.Base + "/goals", Send: "Propose this goal"}
	if page.ID, err = web.NewID(); err != nil {
		return page, err
	}
	if replaces != "" {
		old, ok := gs.One(replaces)
		if !ok {
			return page, web.Absent()
		}
		page.Replaces, page.Old, page.Back = old.ID, old.Standing().Words, s.Base+"/goals/"+old.ID
	}
	return page, nil
}

func (p *Pages) newGoal(w http.ResponseWriter, r *http.Request) error {
	page, err := p.newForm(r, replaced(r.FormValue("replaces")))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, wordView(page))
}

// replaced is the id of a goal, or nothing.
func replaced(text string) string {
	if !isID(text) {
		return ""
	}
	return text
}

func wordedIn(r *http.Request) goal.Worded {
	return goal.Worded{Words: r.PostFormValue("words"), Know: r.PostFormValue("know"), Low: r.PostFormValue("low"), High: r.PostFormValue("high")}
}

func (p *Pages) propose(w http.ResponseWriter, r *http.Request) error {
	s := bare(r)
	f := goal.Form{ID: r.PostFormValue("id"), Worded: wordedIn(r), Replaces: replaced(r.PostFormValue("replaces")), Why: r.PostFormValue("why")}
	_, failed := p.Goals.Propose(r.Context(), s.Actor, s.Record, f)
	if failed == nil {
		return web.Kept(w, r, s.Base+"/goals?done=proposed", s.Keep("goal", cmp.Or(f.Replaces, "new")))
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.newForm(r, f.Replaces)
	if err != nil {
		return err
	}
	page.ID = cmp.Or(f.ID, page.ID)
	page.Worded, page.Why, page.Flaw = f.Worded, f.Why, flaw
	return web.Show(w, r, flaw.Status(), wordView(page))
}

// changeForm is a goal that is there, to be worded anew.
func (p *Pages) changeForm(r *http.Request) (wordPage, goal.Goal, error) {
	s, gs, err := p.allGoals(r, "Change the words", "/goals")
	if err != nil {
		return wordPage{}, goal.Goal{}, err
	}
	g, ok := gs.One(r.PathValue("goal"))
	if !ok {
		return wordPage{}, g, web.Absent()
	}
	now := g.Now()
	to := s.Base + "/goals/" + g.ID
	return wordPage{
		seat: s, Action: to + "/change", Back: to, Keep: s.Keep("words", g.ID), Send: "Propose these words", Worded: now.Worded,
		Revision: strconv.FormatInt(now.Revision, 10), Signs: strconv.Itoa(now.Signs()),
	}, g, nil
}

func (p *Pages) change(w http.ResponseWriter, r *http.Request) error {
	page, _, err := p.changeForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, wordView(page))
}

func (p *Pages) reword(w http.ResponseWriter, r *http.Request) error {
	s := bare(r)
	seen := goal.Seen{Revision: number(r, "revision"), Signs: int(number(r, "signs"))}
	typed, why := wordedIn(r), r.PostFormValue("why")
	_, failed := p.Goals.Reword(r.Context(), s.Actor, s.Record, r.PathValue("goal"), seen, typed, why)
	if failed == nil {
		return web.Kept(w, r, goalPath(s, r)+"?done=worded", s.Keep("words", r.PathValue("goal")))
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, g, err := p.changeForm(r)
	if err != nil {
		return err
	}
	page.Worded, page.Why, page.Flaw = typed, why, flaw
	if flaw.Clash() {
		page.quicker(g)
	} else {
		page.Revision, page.Signs = r.PostFormValue("revision"), r.PostFormValue("signs")
	}
	return web.Show(w, r, flaw.Status(), wordView(page))
}

// agree notes a yes to one wording. If the goal was worded anew meanwhile, both
// wordings are shown, and nothing was agreed.
func (p *Pages) agree(w http.ResponseWriter, r *http.Request) error {
	s, revision := bare(r), number(r, "revision")
	_, failed := p.Goals.Agree(r.Context(), s.Actor, s.Record, r.PathValue("goal"), revision)
	if failed == nil {
		return web.Kept(w, r, s.Base+"/goals?done=agreed", s.Keep("words", r.PathValue("goal")))
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, g, err := p.changeForm(r)
	if err != nil {
		return err
	}
	looked, ok := g.Wording(revision)
	if !ok {
		return failed
	}
	page.Worded, page.Flaw, page.Yours = looked.Worded, flaw, true
	page.quicker(g)
	return web.Show(w, r, flaw.Status(), wordView(page))
}

// quicker shows what there is now beside what is in the form. Sent again, the form
// proposes what is in it.
func (page *wordPage) quicker(g goal.Goal) {
	v := page.wording(g.Now())
	v.Heading = "As it is now"
	page.Theirs = &v
	page.Frame.Heading = "Both wordings"
	page.Send = "Propose mine all the same"
	if page.Yours {
		page.Send = "Propose the earlier words again"
	}
	if g.WaitsFor(page.mySide()) {
		page.Agree, page.AgreeTo = page.Base+"/goals/"+g.ID+"/agree", strconv.FormatInt(g.Now().Revision, 10)
	}
}

// paragraphs are what somebody wrote, line by line.
func paragraphs(text string) (all []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// wordsFields are those of a form that words a goal.
func (page wordPage) summary() ui.FormErrorProps {
	return page.Flaw.Summary("words", "know", "low", "high", "why")
}
