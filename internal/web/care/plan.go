package care

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A PlanPart is one part of a safety plan as it is read.
type PlanPart struct {
	ID     string // of its heading
	Label  string
	Lines  []string
	People []Reached
}

// Reached is somebody whom a plan names.
type Reached struct {
	Name  string
	Phone string // as it was written
	Tel   string // calls it; empty: it is read only
	Call  string // what is said on the button that does
	Words string
}

// callWords is "Call Lea": a friend is called by their first name, and anybody else in full.
func callWords(part safetyplan.Part, name string) string {
	if part == safetyplan.Professionals {
		return "Call " + name
	}
	return "Call " + desk.First(name)
}

// PartsOf are the parts of a version that say something, in order.
func PartsOf(v safetyplan.Version) (all []PlanPart) {
	for _, s := range safetyplan.Sections() {
		part := PlanPart{ID: "h-" + string(s.Part), Label: s.Label, Lines: v.Lines(s.Part)}
		for _, p := range v.People[s.Part] {
			part.People = append(part.People, Reached{p.Name, p.Phone, p.Tel(), callWords(s.Part, p.Name), p.Words})
		}
		if len(part.Lines)+len(part.People) > 0 {
			all = append(all, part)
		}
	}
	return all
}

// A planPage is the safety plan as either side reads it.
type planPage struct {
	frame   ui.FrameProps
	mine    bool
	name    string
	tabs    []ui.Tab
	base    string
	there   bool // there is something to read
	state   string
	calls   []ui.CallRow // danger to life first; the others are for paper
	parts   []PlanPart
	draft   *draftView // newer than what both agreed to, or the same while nothing is agreed
	canSay  bool       // whoever looks has not agreed to the newest yet
	newest  string
	here    string // what the device may keep, as JSON; empty: nothing
	help    string // address of Help now for somebody who is not signed in
	flaw    *web.Flaw
	earlier bool
	only    bool   // it is read in an emergency, and not changed
	nourish string // at a desk: the page of what nourishes
}

// A draftView is a version that is not agreed by both.
type draftView struct {
	made  string
	parts []PlanPart
}

func (p *Pages) planPage(r *http.Request) (planPage, error) {
	s, err := p.seatOf(r, "Safety plan", deskPlan)
	if err != nil {
		return planPage{}, err
	}
	plan, err := p.Plans.Plan(r.Context(), s.Actor, s.Record)
	if err != nil {
		return planPage{}, err
	}
	held, ok := plan.Held()
	if err := s.Meet(r.Context(), p.People, plan.Newest.By, held.By); err != nil {
		return planPage{}, err
	}
	page := planPage{
		frame: s.frame, mine: s.Mine, name: s.Name, tabs: s.tabs, base: s.toPlan(),
		there: ok, parts: PartsOf(held), newest: digits(plan.Newest.Number), earlier: plan.Newest.Number > 1,
		state: s.stateOf(plan), nourish: s.Base + "/nourish",
	}
	page.frame.Scripts = []string{"plan-here.js", "print.js"}
	if s.Mine {
		page.frame.Heading = "Your safety plan"
		country, _ := safety.Contacts(web.PracticeOf(r).Country)
		page.calls = web.Calls(country)
	}
	if draft, is := plan.Draft(); is {
		_, said := draft.Of(safetyplan.SideOf(s.Actor, s.Record))
		page.canSay = !said
		if plan.Agreed.Number > 0 {
			page.draft = &draftView{made: s.made(draft), parts: PartsOf(draft)}
		}
	}
	if s.Mine && ok {
		page.here, err = hereOf(page.parts, held)
		page.help = toHelp
		if slug := web.PracticeOf(r).Slug; slug != "" {
			page.help += "?p=" + url.QueryEscape(slug)
		}
	}
	return page, err
}

// made is who wrote a version, and when.
func (s *seat) made(v safetyplan.Version) string {
	return "Version " + digits(v.Number) + ", written by " + s.Who(v.By) + " " + desk.At(v.At, s.Now) + "."
}

// stateOf is how the plan stands, in a sentence.
func (s *seat) stateOf(p safetyplan.Plan) string {
	held, ok := p.Held()
	switch {
	case !ok:
		return ""
	case held.Agreed():
		return "Agreed by both " + desk.On(held.Since(), s.Now) + "."
	}
	other, mySide := "whoever works with you", safetyplan.ByClient
	if !s.Mine {
		other, mySide = s.Name, safetyplan.ByClinician
	}
	_, mine := held.Of(mySide)
	switch {
	case mine:
		return "A draft. You agree to it; " + other + " has not said so yet. It can be used as it is."
	case len(held.Yes) > 0:
		return "A draft, and " + other + " agrees to it. Is it right for you as well?"
	}
	return "A draft by " + s.Who(held.By) + ". It becomes the plan when both have agreed to it, and it can be used as it is."
}

// hereOf is what a device may keep of a plan. Nothing in it says whose it is.
func hereOf(parts []PlanPart, v safetyplan.Version) (string, error) {
	type reached struct {
		Name  string `json:"name"`
		Phone string `json:"phone,omitempty"`
		Tel   string `json:"tel,omitempty"`
		Call  string `json:"call,omitempty"`
		Words string `json:"words,omitempty"`
	}
	type part struct {
		Label  string    `json:"label"`
		Lines  []string  `json:"lines,omitempty"`
		People []reached `json:"people,omitempty"`
	}
	keep := struct {
		Version int64  `json:"version"`
		Parts   []part `json:"parts"`
	}{Version: v.Number}
	for _, p := range parts {
		one := part{Label: p.Label, Lines: p.Lines}
		for _, r := range p.People {
			one.People = append(one.People, reached(r))
		}
		keep.Parts = append(keep.Parts, one)
	}
	text, err := json.Marshal(keep)
	return string(text), err
}

// plan shows the safety plan.
func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	page, err := p.planPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, planView(page))
}

// emergencyPlan shows it to whoever opened the record in an emergency: to be read only.
func (p *Pages) emergencyPlan(w http.ResponseWriter, r *http.Request) error {
	page, err := p.planPage(r)
	if err != nil {
		return err
	}
	page.only, page.base = true, "/emergency/"+r.PathValue("client")
	return web.Show(w, r, http.StatusOK, planView(page))
}

// agreePlan says yes to the version that was read. If it was changed meanwhile nothing
// is agreed, and the newer one is shown.
func (p *Pages) agreePlan(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	now, err := p.Plans.Agree(r.Context(), s.Actor, s.Record, number(r, "version"))
	if err == nil {
		said := "agreed"
		if now.Newest.Agreed() {
			said = "both"
		}
		return web.SeeOther(w, r, s.toPlan()+"?done="+said)
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.planPage(r)
	if err != nil {
		return err
	}
	page.flaw = flaw
	return web.Show(w, r, flaw.Status(), planView(page))
}

// planHere notes with the browser whether the plan is kept on it. Nothing is noted with
// the practice.
func (p *Pages) planHere(w http.ResponseWriter, r *http.Request) error {
	web.KeepPlanHere(w, r, r.PostFormValue("keep") == "yes")
	return web.SeeOther(w, r, toPlan)
}

// A planForm is the plan, to be written.
type planForm struct {
	frame  ui.FrameProps
	mine   bool
	name   string
	tabs   []ui.Tab
	base   string
	id     string
	from   string
	keep   string
	fields []partFields
	flaw   *web.Flaw
	other  []PlanPart // what stands there now, if somebody was quicker
	made   string
}

// partFields are the fields of one part.
type partFields struct {
	part   safetyplan.Part
	label  string
	hint   string
	text   ui.FieldProps
	people []personFields // none: it is text
}

// personFields are those of one person.
type personFields struct{ name, phone, words ui.FieldProps }

// spare is how many empty places for people a form has beyond those who are named.
const spare = 2

func (p *Pages) planForm(r *http.Request, typed *safetyplan.Form, flaw *web.Flaw) (planForm, error) {
	s, err := p.seatOf(r, "The safety plan, to be written", deskPlan)
	if err != nil {
		return planForm{}, err
	}
	plan, err := p.Plans.Plan(r.Context(), s.Actor, s.Record)
	if err != nil {
		return planForm{}, err
	}
	now := plan.Newest
	page := planForm{
		frame: s.frame, mine: s.Mine, name: s.Name, tabs: s.tabs, base: s.toPlan(),
		from: digits(now.Number), keep: s.keepPlan(), flaw: flaw,
	}
	if s.Mine {
		page.frame.Back = &ui.Link{Text: "Back to the plan", Href: toPlan}
	}
	content := now.Content
	if typed != nil {
		content, page.id = typed.Content, typed.ID
		if !flaw.Clash() {
			page.from = digits(typed.From)
		}
	}
	if flaw.Clash() {
		if err := s.Meet(r.Context(), p.People, now.By); err != nil {
			return page, err
		}
		page.other, page.made = PartsOf(now), s.made(now)
	}
	if page.id == "" || flaw.Clash() {
		if page.id, err = web.NewID(); err != nil {
			return page, err
		}
	}
	for _, sec := range safetyplan.Sections() {
		page.fields = append(page.fields, fieldsOf(sec, content, flaw))
	}
	return page, nil
}

func fieldsOf(sec safetyplan.Section, c safetyplan.Content, flaw *web.Flaw) partFields {
	f := partFields{part: sec.Part, label: sec.Label, hint: sec.Hint}
	if !sec.People {
		name := string(sec.Part)
		f.text = ui.FieldProps{Name: name, Label: sec.Label, Hint: sec.Hint, Value: c.Text[sec.Part], Error: flaw.At(name), Rows: 4, Max: safetyplan.MaxText}
		return f
	}
	people := c.People[sec.Part]
	for i := range min(len(people)+spare, max(safetyplan.MaxPeople, len(people))) {
		var p safetyplan.Person
		if i < len(people) {
			p = people[i]
		}
		field := func(name, label, value string, most int) ui.FieldProps {
			at := fmt.Sprintf("%s-%s-%d", name, sec.Part, i)
			return ui.FieldProps{Name: at, Label: label, Value: value, Error: flaw.At(at), Max: most, Complete: "off"}
		}
		one := personFields{
			name: field("name", "Who", p.Name, safetyplan.MaxName), phone: field("phone", "Telephone", p.Phone, safetyplan.MaxPhone),
			words: field("words", "A word beside it", p.Words, safetyplan.MaxWords),
		}
		one.phone.Type = "tel"
		f.people = append(f.people, one)
	}
	return f
}

// planText shows the plan, to be written.
func (p *Pages) planText(w http.ResponseWriter, r *http.Request) error {
	page, err := p.planForm(r, nil, nil)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, planFormView(page))
}

// formIn is the plan as it was typed.
func formIn(r *http.Request) safetyplan.Form {
	f := safetyplan.Form{
		ID: r.PostFormValue("id"), From: number(r, "from"), Agree: r.PostFormValue("agree") == "yes",
		Content: safetyplan.Content{Text: map[safetyplan.Part]string{}, People: map[safetyplan.Part][]safetyplan.Person{}},
	}
	for _, sec := range safetyplan.Sections() {
		if !sec.People {
			f.Text[sec.Part] = r.PostFormValue(string(sec.Part))
			continue
		}
		for i := range safetyplan.MaxPeople + spare {
			at := func(name string) string { return r.PostFormValue(fmt.Sprintf("%s-%s-%d", name, sec.Part, i)) }
			f.People[sec.Part] = append(f.People[sec.Part], safetyplan.Person{Name: at("name"), Phone: at("phone"), Words: at("words")})
		}
	}
	return f
}

// writePlan makes a new version.
func (p *Pages) writePlan(w http.ResponseWriter, r *http.Request) error {
	s, f := seatIn(r), formIn(r)
	now, err := p.Plans.Write(r.Context(), s.Actor, s.Record, f)
	if err == nil {
		said := "draft"
		switch {
		case now.Newest.Agreed():
			said = "both"
		case f.Agree:
			said = "agreed"
		}
		return web.Kept(w, r, s.toPlan()+"?done="+said, s.keepPlan())
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	f.Content = trimmed(f.Content)
	page, err := p.planForm(r, &f, flaw)
	if err != nil {
		return err
	}
	return web.Show(w, r, flaw.Status(), planFormView(page))
}

// trimmed is c without the empty places behind those who are named, so that each stands
// in the field in which it was typed.
func trimmed(c safetyplan.Content) safetyplan.Content {
	for part, people := range c.People {
		for len(people) > 0 && people[len(people)-1] == (safetyplan.Person{}) {
			people = people[:len(people)-1]
		}
		c.People[part] = people
	}
	return c
}

// A versionsPage is every version of the plan.
type versionsPage struct {
	frame ui.FrameProps
	mine  bool
	name  string
	tabs  []ui.Tab
	base  string
	all   []versionView
}

type versionView struct {
	id    string
	made  string
	yes   string
	parts []PlanPart
}

// planVersions shows all versions, the newest first.
func (p *Pages) planVersions(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r, "The safety plan, in all its versions", deskPlan)
	if err != nil {
		return err
	}
	all, err := p.Plans.Versions(r.Context(), s.Actor, s.Record)
	if err != nil {
		return err
	}
	page := versionsPage{frame: s.frame, mine: s.Mine, name: s.Name, tabs: s.tabs, base: s.toPlan()}
	if s.Mine {
		page.frame.Back = &ui.Link{Text: "Back to the plan", Href: toPlan}
	}
	for _, v := range all {
		people := []string{v.By}
		for _, y := range v.Yes {
			people = append(people, y.By)
		}
		if err := s.Meet(r.Context(), p.People, people...); err != nil {
			return err
		}
		page.all = append(page.all, versionView{"v-" + digits(v.Number), s.made(v), s.yesOf(v), PartsOf(v)})
	}
	return web.Show(w, r, http.StatusOK, versionsView(page))
}

// yesOf is who agreed to a version.
func (s *seat) yesOf(v safetyplan.Version) string {
	if len(v.Yes) == 0 {
		return "Nobody has agreed to it."
	}
	var all []string
	for _, y := range v.Yes {
		all = append(all, desk.Upper(s.Who(y.By))+" agreed "+desk.On(y.At, s.Now))
	}
	return strings.Join(all, ", ") + "."
}
