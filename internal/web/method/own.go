package method

import (
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// ownPage is the form of an entry of the practice's own.
type ownPage struct {
	frame      ui.FrameProps
	lead       string
	form       method.Form
	action     string
	keep       string
	kinds      []ui.Tab
	ways       []ui.Option
	demands    []ui.Option
	strengths  []ui.Option
	within     []ui.Option
	approaches []ui.Option
	ties       []tieLine
	tieTo      string // what a tie leads to, as a label
	look       *method.Own
	theirs     *method.Own // written by somebody who was quicker
	flaw       *web.Flaw
}

// A tieLine is one row of the form: a concern or an approach, and how strong.
type tieLine struct {
	to, strength         string // names of the fields
	toOptions, strengths []ui.Option
	label                string
}

// ownFields are those of the form, for what is to be corrected.
var ownFields = []string{
	"name", "plain", "about", "aboutplain", "mechanism", "effect", "effectplain", "lasts", "asks", "notif", "waitif", "care", "steps",
	"strength", "approaches", "links", "evidence", "evidenceplain", "sources",
}

const (
	spareTies = 3  // empty rows of a form
	mostTies  = 40 // rows that are read
)

// fresh is an empty form.
func (p *Pages) fresh(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Methods.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	f := method.Form{Kind: kindOf(r.URL.Query().Get("kind")), Strength: method.OwnExperience, Demand: 1}
	if f.ID, err = web.NewID(); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, ownView(ownOf(r, st.Library, f)))
}

// edit is the form of an own entry, to revise it.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Methods.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	o, ok := st.Latest(r.PathValue("method"))
	if !ok || !o.FitsForm(st.Library) {
		return web.Absent()
	}
	f := o.FormOf()
	if f.ID, err = web.NewID(); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, ownView(ownOf(r, st.Library, f)))
}

// preview shows an entry as it would stand. It keeps nothing.
func (p *Pages) preview(w http.ResponseWriter, r *http.Request) error {
	st, err := p.Methods.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	f := formIn(r)
	page := ownOf(r, st.Library, f)
	o, err := st.Try(f)
	if err != nil {
		flaw, ok := web.FlawIn(err)
		if !ok {
			return err
		}
		page.flaw = flaw
		return web.Show(w, r, flaw.Status(), ownView(page))
	}
	page.look = &o
	return web.Show(w, r, http.StatusOK, ownView(page))
}

// write keeps an entry of the practice's own.
func (p *Pages) write(w http.ResponseWriter, r *http.Request) error {
	f := formIn(r)
	f.Entry = r.PathValue("method")
	o, err := p.Methods.Write(r.Context(), web.ActorOf(r), f)
	if err == nil {
		return web.Kept(w, r, to(o.Entry().ID)+"?done=kept", keepOf(f))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	st, err := p.Methods.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	if flaw.Clash() && o.File != nil { // both are shown, and what was typed can be kept as the next version
		f.Version = o.Entry().Version
		if f.ID, err = web.NewID(); err != nil {
			return err
		}
	}
	page := ownOf(r, st.Library, f)
	page.flaw = flaw
	if flaw.Clash() && o.File != nil {
		page.theirs = &o
	}
	return web.Show(w, r, flaw.Status(), ownView(page))
}

// kindOf is a kind that is known; an approach if none is.
func kindOf(kind string) string {
	if kind == method.KindConcern || kind == method.KindTechnique {
		return kind
	}
	return method.KindApproach
}

// keepOf is under which name the device keeps what is typed.
func keepOf(f method.Form) string {
	if f.Entry != "" {
		return "method-" + f.Entry
	}
	return "method-" + f.Kind
}

// formIn is the form that was sent.
func formIn(r *http.Request) method.Form {
	f := method.Form{
		ID: r.PostFormValue("id"), Entry: r.PostFormValue("entry"), Kind: r.PostFormValue("kind"),
		Name: r.PostFormValue("name"), Plain: r.PostFormValue("plain"), About: r.PostFormValue("about"), AboutPlain: r.PostFormValue("aboutplain"),
		Mechanism: r.PostFormValue("mechanism"), Effect: r.PostFormValue("effect"), EffectPlain: r.PostFormValue("effectplain"),
		Lasts: r.PostFormValue("lasts"), Asks: r.PostFormValue("asks"), NotIf: r.PostFormValue("notif"), WaitIf: r.PostFormValue("waitif"),
		Care: r.PostFormValue("care"), Steps: r.PostFormValue("steps"), Way: method.Way(r.PostFormValue("way")),
		Strength: method.Strength(r.PostFormValue("strength")), Evidence: r.PostFormValue("evidence"), EvidencePlain: r.PostFormValue("evidenceplain"),
		Sources: r.PostFormValue("sources"), Within: r.PostFormValue("within"), Approaches: r.PostForm["approaches"],
	}
	f.Version, _ = strconv.Atoi(r.PostFormValue("revision")) // what is no number is a new one
	f.Demand, _ = strconv.Atoi(r.PostFormValue("demand"))
	for i := range mostTies {
		tie := method.Tie{To: r.PostFormValue("to" + strconv.Itoa(i)), Strength: method.Strength(r.PostFormValue("strength" + strconv.Itoa(i)))}
		if tie.To != "" {
			f.Links = append(f.Links, tie)
		}
	}
	return f
}

// ownOf is the form with its page around it.
func ownOf(r *http.Request, lib *method.Library, f method.Form) ownPage {
	page := ownPage{frame: frame(r, "Add your own"), form: f, action: toMethods + "/new", keep: keepOf(f)}
	page.lead = "What your practice knows of its own. Say what it rests on: your own experience is an honest answer."
	if f.Entry != "" {
		page.action = to(f.Entry) + "/edit"
		page.frame.Heading = "Revise: " + f.Name
		page.lead = "It becomes version " + strconv.Itoa(f.Version+1) + ". Plans that were made with an earlier one keep that."
		page.frame.Back = &ui.Link{Text: "Back to it", Href: to(f.Entry)}
	}
	for _, k := range []string{method.KindApproach, method.KindTechnique, method.KindConcern} {
		page.kinds = append(page.kinds, ui.Tab{Link: ui.Link{Text: kindName(k), Href: toMethods + "/new?kind=" + k}, Current: k == f.Kind})
	}
	for _, w := range []method.Way{method.Either, method.Skills, method.Exploring} {
		page.ways = append(page.ways, ui.Option{Value: string(w), Text: w.WayWords(), Chosen: w == f.Way})
	}
	for n := 1; n <= 5; n++ {
		page.demands = append(page.demands, ui.Option{Value: strconv.Itoa(n), Text: demandWords(n), Chosen: n == f.Demand})
	}
	page.strengths = strengths(f.Strength)
	page.within = []ui.Option{{Text: "None"}}
	for _, c := range lib.Concerns() {
		if c.ID != f.Entry {
			page.within = append(page.within, ui.Option{Value: c.ID, Text: c.Name, Chosen: c.ID == f.Within})
		}
	}
	chosen := make(map[string]bool)
	for _, id := range f.Approaches {
		chosen[id] = true
	}
	for _, a := range lib.Approaches() {
		if a.ID != method.None {
			page.approaches = append(page.approaches, ui.Option{Value: a.ID, Text: nameOf(a, false), Chosen: chosen[a.ID]})
		}
	}
	page.tieTo = "Concern"
	if f.Kind == method.KindConcern {
		page.tieTo = "Approach"
	}
	for i := range min(len(f.Links)+spareTies, mostTies) {
		tie := method.Tie{Strength: method.OwnExperience}
		if i < len(f.Links) {
			tie = f.Links[i]
		}
		row := tieLine{to: "to" + strconv.Itoa(i), strength: "strength" + strconv.Itoa(i), strengths: strengths(tie.Strength), label: strconv.Itoa(i + 1)}
		row.toOptions = []ui.Option{{Text: "None"}}
		if f.Kind == method.KindConcern {
			for _, a := range lib.Approaches() {
				if a.ID != method.None {
					row.toOptions = append(row.toOptions, ui.Option{Value: a.ID, Text: nameOf(a, false), Chosen: a.ID == tie.To})
				}
			}
		} else {
			for _, c := range lib.Concerns() {
				row.toOptions = append(row.toOptions, ui.Option{Value: c.ID, Text: c.Name, Chosen: c.ID == tie.To})
			}
		}
		page.ties = append(page.ties, row)
	}
	return page
}

func strengths(chosen method.Strength) []ui.Option {
	var out []ui.Option
	for _, s := range method.Strengths() {
		out = append(out, ui.Option{Value: string(s), Text: s.Words(), Chosen: s == chosen})
	}
	return out
}
