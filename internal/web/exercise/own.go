package exercise

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/fill"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// ownPage is the builder of an exercise of the practice's own.
type ownPage struct {
	frame      ui.FrameProps
	lead       string
	form       exercise.Form
	action     string
	from       *ui.Link
	groups     []ui.Option
	levels     []ui.Option
	guides     []ui.Option
	mosts      []ui.Option
	techniques []ui.Option
	asks       []askPart
	draft      string             // the address of a draft that is there besides
	look       *exercise.Exercise // as it would stand
	theirs     *exercise.Exercise // kept by somebody who was quicker, or one's own draft from elsewhere
	theirsHead string
	flaw       *web.Flaw
	wrong      []string // names of controls that are there, for what is to be corrected
}

// An askPart is one field of the form as the builder shows it.
type askPart struct {
	exercise.Ask
	name  string // "Field 3, beforehand", "In field 3"
	kinds []ui.Option
	whens []ui.Option
	mayIn bool // there are rows above it
	open  bool // what is folded is shown
}

// at is the name of one of its controls.
func (a askPart) at(what string) string { return exercise.AskName(a.ID, what) }

// ownFields are those of the form besides the fields that are asked.
var ownFields = []string{
	"title", "group", "what", "how", "minutes", "notwhen", "care", "smallest", "level",
	"ratinglabel", "ratinglow", "ratinghigh", "ratingmost", "guide", "pace", "steps", "asks",
}

// fresh is an empty builder, or with from one that begins with what is there.
func (p *Pages) fresh(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Exercises.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	id, err := web.NewID()
	if err != nil {
		return err
	}
	f := exercise.Form{ID: id, Group: "days", Level: "1"}
	f.Add(false)
	if ref := r.URL.Query().Get("from"); ref != "" {
		e, ok := st.Ref(ref)
		if !ok {
			return web.Absent()
		}
		f = e.FormOf(id, true)
	}
	return web.Show(w, r, http.StatusOK, ownView(p.ownOf(r, st, f)))
}

// edit is the builder with an own exercise, to revise it.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Exercises.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	k, ok := st.Latest(r.PathValue("exercise"))
	if !ok {
		return web.Absent()
	}
	id, err := web.NewID()
	if err != nil {
		return err
	}
	page := p.ownOf(r, st, k.FormOf(id, false))
	if _, ok := st.Draft(k.ID); ok {
		page.draft = toDraft(k.ID)
	}
	return web.Show(w, r, http.StatusOK, ownView(page))
}

// draft is the builder with one's own draft.
func (p *Pages) draft(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Exercises.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	d, ok := st.Draft(r.PathValue("exercise"))
	if !ok {
		return web.Absent()
	}
	return web.Show(w, r, http.StatusOK, ownView(p.ownOf(r, st, d.Form)))
}

// preview shows the form with another shape, or what it says as a client would see
// it. It keeps nothing.
func (p *Pages) preview(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Exercises.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	f := formIn(r)
	if what := r.PostFormValue("do"); what != "" {
		shape(&f, what)
		return web.Show(w, r, http.StatusOK, ownView(p.ownOf(r, st, f)))
	}
	page := p.ownOf(r, st, f)
	e, err := f.Try()
	if err != nil {
		flaw, ok := web.FlawIn(err)
		if !ok {
			return err
		}
		page.correct(flaw)
		return web.Show(w, r, flaw.Status(), ownView(page))
	}
	page.look = &e
	page.frame.Scripts = append(page.frame.Scripts, fill.Scripts(e)...)
	return web.Show(w, r, http.StatusOK, ownView(page))
}

// shape changes which fields a form has, by the value of the button: "add", "rows",
// or what is done and the id of a field, as in "up-f3".
func shape(f *exercise.Form, do string) {
	what, id, _ := strings.Cut(do, "-")
	switch what {
	case "add":
		f.Add(false)
	case "rows":
		f.Add(true)
	case "in":
		f.AddWithin(id)
	case "up":
		f.Move(id, false)
	case "down":
		f.Move(id, true)
	case "off":
		f.Remove(id)
	}
}

// keep keeps an exercise for everybody in the practice.
func (p *Pages) keep(w http.ResponseWriter, r *http.Request) error {
	f := formIn(r)
	f.Exercise = r.PathValue("exercise")
	k, err := p.Exercises.Keep(r.Context(), web.ActorOf(r), f)
	if err == nil {
		return web.Kept(w, r, to(k.ID)+"?done=kept", keepOf(f))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	st, err := p.Exercises.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	clash := flaw.Clash() && k.ID != ""
	if clash { // both are shown, and what was typed can be kept as the next version
		f.Version = k.Version
		if f.Exercise == "" {
			f.Exercise = k.ID
		}
		if f.ID, err = web.NewID(); err != nil {
			return err
		}
	}
	page := p.ownOf(r, st, f)
	page.correct(flaw)
	if clash {
		page.theirs, page.theirsHead = &k.Exercise, "What stands there now"
	}
	return web.Show(w, r, flaw.Status(), ownView(page))
}

// save keeps the form as one's own draft.
func (p *Pages) save(w http.ResponseWriter, r *http.Request) error {
	f := formIn(r)
	d, err := p.Exercises.Save(r.Context(), web.ActorOf(r), f)
	if err == nil {
		return web.Kept(w, r, toDraft(d.Of())+"?done=draft", keepOf(f))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	st, err := p.Exercises.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	if flaw.Clash() {
		f.Draft = d.Revision
	}
	page := p.ownOf(r, st, f)
	page.correct(flaw)
	if flaw.Clash() {
		e, err := d.Try()
		if err == nil {
			page.theirs, page.theirsHead = &e, "Your draft, as it is kept"
		}
		page.draft = toDraft(d.Of())
	}
	return web.Show(w, r, flaw.Status(), ownView(page))
}

// drop throws one's draft away.
func (p *Pages) drop(w http.ResponseWriter, r *http.Request) error {
	if err := p.Exercises.Drop(r.Context(), web.ActorOf(r), r.PathValue("exercise")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toLibrary+"?done=dropped")
}

// keepOf is under which name the device keeps what is typed.
func keepOf(f exercise.Form) string {
	switch {
	case f.Exercise != "":
		return "exercise-" + f.Exercise
	case f.From != "":
		return "exercise-from-" + f.From
	default:
		return "exercise-new"
	}
}

// formIn is the form that was sent.
func formIn(r *http.Request) exercise.Form {
	is := func(name string) bool { return r.PostFormValue(name) == "yes" }
	f := exercise.Form{
		ID: r.PostFormValue("id"), Exercise: r.PostFormValue("exercise"), From: r.PostFormValue("from"),
		Title: r.PostFormValue("title"), Group: r.PostFormValue("group"), What: r.PostFormValue("what"), How: r.PostFormValue("how"),
		Minutes: r.PostFormValue("minutes"), NotWhen: r.PostFormValue("notwhen"), Care: r.PostFormValue("care"),
		Smallest: r.PostFormValue("smallest"), Level: r.PostFormValue("level"), Stretches: is("stretches"), Now: is("now"), Unlisted: is("unlisted"),
		Technique: r.PostFormValue("technique"), Guide: exercise.Guide(r.PostFormValue("guide")), Steps: r.PostFormValue("steps"),
		Rating: exercise.Rating{Label: r.PostFormValue("ratinglabel"), Low: r.PostFormValue("ratinglow"), High: r.PostFormValue("ratinghigh")},
	}
	f.Version, _ = strconv.Atoi(r.PostFormValue("revision")) // what is no number is a new one
	f.Draft, _ = strconv.Atoi(r.PostFormValue("draft"))
	f.Rating.Most, _ = strconv.Atoi(r.PostFormValue("ratingmost"))
	for i, name := range []string{"pace", "pacehold", "paceout", "pacerest"} {
		f.Pace[i] = r.PostFormValue(name)
	}
	for _, id := range r.PostForm["ask"] {
		if len(f.Asks) > exercise.MaxAsks {
			break // the form says so
		}
		v := func(what string) string { return r.PostFormValue(exercise.AskName(id, what)) }
		f.Asks = append(f.Asks, exercise.Ask{
			ID: id, Within: v("within") == "yes", Label: v("label"), Kind: exercise.Kind(v("kind")), Help: v("help"), When: exercise.When(v("when")),
			Min: v("min"), Max: v("max"), Low: v("low"), High: v("high"), Unit: v("unit"), Choices: v("choices"), Row: v("row"), Most: v("most"),
		})
	}
	return f
}

// ownOf is the form with its page around it.
func (p *Pages) ownOf(r *http.Request, st exercise.Stock, f exercise.Form) ownPage {
	page := ownPage{frame: frame(r, "Write your own"), form: f, action: toLibrary + "/new", from: fromLink(st.Library, f.From)}
	page.lead = "An exercise for your clients, in your own words. Everybody who works here can suggest it once it is kept."
	if f.From != "" {
		page.frame.Heading = "Adapt an exercise"
		page.lead = "It becomes one of your practice’s own, and what you began with stays as it is."
	}
	if f.Exercise != "" {
		page.action = to(f.Exercise) + "/edit"
		page.frame.Heading = "Revise an exercise"
		page.lead = "It becomes version " + strconv.Itoa(f.Version+1) + ". Whoever agreed on an earlier one keeps that."
		page.frame.Back = &ui.Link{Text: "Back to it", Href: to(f.Exercise)}
	}
	for _, g := range exercise.Groups() {
		page.groups = append(page.groups, ui.Option{Value: g.ID, Text: g.Name, Chosen: g.ID == f.Group})
	}
	for _, l := range exercise.Levels() {
		value := strconv.Itoa(int(l))
		page.levels = append(page.levels, ui.Option{Value: value, Text: l.Words(), Chosen: value == f.Level})
	}
	for _, g := range exercise.Guides() {
		page.guides = append(page.guides, ui.Option{Value: string(g), Text: g.Words(), Chosen: g == f.Guide})
	}
	for _, n := range []int{10, 100} {
		page.mosts = append(page.mosts, ui.Option{Value: strconv.Itoa(n), Text: "From 0 to " + strconv.Itoa(n), Chosen: n == f.Rating.Most})
	}
	page.techniques = techniques(p.methods(r), f.Technique)
	page.asks = asksOf(f.Asks)
	page.wrong = ownFields
	for _, a := range page.asks {
		for _, what := range []string{"label", "kind", "within", "help", "min", "max", "low", "high", "unit", "choices", "row", "most"} {
			page.wrong = append(page.wrong, a.at(what))
		}
	}
	return page
}

func techniques(l *method.Library, chosen string) []ui.Option {
	out := []ui.Option{{Text: "None"}}
	for _, t := range l.Techniques() {
		out = append(out, ui.Option{Value: t.ID, Text: t.Name, Chosen: t.ID == chosen})
	}
	return out
}

func asksOf(asks []exercise.Ask) []askPart {
	var out []askPart
	number, rows := 0, false
	for _, a := range asks {
		part := askPart{Ask: a, mayIn: rows}
		if a.Within && rows {
			part.name = "In field " + strconv.Itoa(number)
		} else {
			number++
			part.name, rows = "Field "+strconv.Itoa(number), a.Kind == exercise.Rows
		}
		switch a.When {
		case exercise.Before:
			part.name += ", beforehand"
		case exercise.After:
			part.name += ", afterwards"
		}
		for _, k := range exercise.Kinds() {
			if k != exercise.Rows || !a.Within {
				part.kinds = append(part.kinds, ui.Option{Value: string(k), Text: k.Words(), Chosen: k == a.Kind})
			}
		}
		for _, w := range []exercise.When{exercise.Anytime, exercise.Before, exercise.After} {
			text := map[exercise.When]string{exercise.Anytime: "At any time", exercise.Before: "Beforehand", exercise.After: "Afterwards"}[w]
			part.whens = append(part.whens, ui.Option{Value: string(w), Text: text, Chosen: w == a.When})
		}
		out = append(out, part)
	}
	return out
}

// correct shows what is to be corrected, unfolded.
func (p *ownPage) correct(flaw *web.Flaw) {
	p.flaw = flaw
	for i, a := range p.asks {
		p.asks[i].open = strings.HasPrefix(flaw.Field, a.at(""))
	}
}

// forWhom is who finds an exercise, in words.
func forWhom(e exercise.Exercise) string {
	switch {
	case e.Unlisted:
		return "Clients to whom somebody suggests it"
	case e.Now:
		return "Every client, at once, in a hard moment too"
	default:
		return "Every client can look at it; it is agreed on with somebody"
	}
}

// draftID is the id under which a draft of the form is found.
func draftID(f exercise.Form) string { return exercise.Draft{Form: f}.Of() }

// stepsHint says how the steps of a guide are written.
func stepsHint(g exercise.Guide) string {
	if g == exercise.Relaxation {
		return "One on each line, with its seconds before it: “7 Make fists.”"
	}
	return "One on each line. An arrow and a number lead to a field above: “Look around. → 1”"
}
