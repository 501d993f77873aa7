package note

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A notePage is a note to be read, with every version.
type notePage struct {
	frame   ui.FrameProps
	name    string
	tabs    []ui.Tab
	base    string // of all notes
	href    string // of this one
	back    ui.Link
	readers string
	waits   string // that a colleague has begun it, and that there is nothing to read
	left    string // that somebody who left did, and what reading it does
	newest  *version
	earlier []version
	going   string // that an amendment was begun
	summary *summary
	flaw    *web.Flaw
}

// A version is a signed text.
type version struct {
	Made   string
	Reason string
	Parts  []part
	Goals  string
}

// A part is one field of a note; Label is empty where there is only one.
type part struct{ Label, Text string }

// A summary is what the client may read of the session.
type summary struct {
	Action, Keep, Revision string
	Shared                 string // what they may read now
	Made                   string // who shared it, when
	Text                   string // in the form
	Other                  string // what stands, where somebody was quicker
	Flaw                   string
}

func partsOf(c note.Content) (all []part) {
	fields := c.Shape.Fields()
	for _, f := range fields {
		if text := c.Words[f.Name]; text != "" {
			label := f.Label
			if len(fields) == 1 {
				label = ""
			}
			all = append(all, part{label, text})
		}
	}
	return all
}

// version is a signed text in words that stay true on paper.
func (w people) version(t note.Text) version {
	who, when := cmp.Or(w.names[t.By], w.by(t.By)), t.At.In(w.now.Location()).Format("Monday 2 January 2006, 15:04")
	v := version{Made: "Signed by " + who + ", " + when + ".", Parts: partsOf(t.Content), Goals: goalsIn(t.Goals)}
	if t.Revision > 1 {
		v.Made, v.Reason = "Amended by "+who+", "+when+".", t.Reason
	}
	return v
}

// one shows a note: the form as long as it is a draft of whoever asks, else what is
// signed.
func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	kept, err := p.Notes.Open(r.Context(), web.ActorOf(r), recordOf(r), r.PathValue("note"))
	if err != nil {
		return err
	}
	if kept.Revision == 0 && kept.Write && (kept.Draft.Rev > 0 || len(kept.Left) == 0) {
		return p.showForm(w, r, kept)
	}
	who, err := p.peopleOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, noteView(who.notePage(r, kept)))
}

// left shows the form with what somebody who left the practice had not signed.
func (p *Pages) left(w http.ResponseWriter, r *http.Request) error {
	kept, err := p.Notes.OpenLeft(r.Context(), web.ActorOf(r), recordOf(r), r.PathValue("note"))
	if err != nil {
		return err
	}
	if kept.Revision > 0 {
		return web.Absent()
	}
	return p.showForm(w, r, kept)
}

// notePage is the page of a signed note.
func (p *Pages) notePage(r *http.Request, id string) (notePage, error) {
	kept, err := p.Notes.Open(r.Context(), web.ActorOf(r), recordOf(r), id)
	if err != nil {
		return notePage{}, err
	}
	who, err := p.peopleOf(r)
	if err != nil {
		return notePage{}, err
	}
	return who.notePage(r, kept), nil
}

func (w people) notePage(r *http.Request, kept note.Page) notePage {
	page := notePage{
		frame: w.frame(r, w.heading(kept.Note, kept.Meeting)), name: w.first(), tabs: desk.Tabs(w.id, "/sessions"),
		base: w.base(), href: w.base() + "/" + kept.ID, back: w.back(kept.Session), readers: w.readers(),
	}
	page.frame.Scripts = []string{"print.js"}
	for _, d := range kept.Begun {
		if kept.Revision == 0 {
			page.waits = desk.Upper(w.by(d.By)) + " has begun this note, " + w.at(d.At) + ". What is not signed is read by its writer alone, as long as they work here."
		}
	}
	if kept.Revision == 0 && kept.Write && len(kept.Left) > 0 {
		page.left = desk.Upper(w.by(kept.Left[0].By)) + " left this unsigned, " + w.at(kept.Left[0].At) + ", and does not work here any more. You can read it, go on with it and sign it as yours. That you read it is written down, and " + w.first() + " sees it in the list of who opened the record."
	}
	for i, t := range kept.Texts {
		v := w.version(t)
		if i == 0 {
			page.newest = &v
		} else {
			page.earlier = append(page.earlier, v)
		}
	}
	if kept.Revision > 0 && kept.Draft.Rev > 0 {
		page.going = "You have begun to amend it, " + w.at(kept.Draft.At) + ". Nobody else reads that."
	}
	if kept.Session != "" && kept.Revision > 0 {
		s := &summary{Action: page.href + "/share", Keep: keepSummary(kept.ID), Revision: digits(kept.Hour.Summary.Revision), Shared: kept.Hour.Summary.Text, Text: kept.Hour.Summary.Text}
		switch {
		case s.Shared != "":
			s.Made = "Shared by " + w.by(kept.Hour.Summary.By) + ", " + w.at(kept.Hour.Summary.At) + "."
		case kept.Hour.Summary.Revision > 0:
			s.Made = "Taken back by " + w.by(kept.Hour.Summary.By) + ", " + w.at(kept.Hour.Summary.At) + ". What was read was read."
		}
		page.summary = s
	}
	return page
}

// back leads to the session that a note is about, or to all notes.
func (w people) back(session string) ui.Link {
	if session == "" {
		return ui.Link{Text: "All notes", Href: w.base()}
	}
	return ui.Link{Text: "The session", Href: "/clients/" + w.id + "/sessions/" + session}
}

// writers says who reads what is not signed yet.
func (w people) writers() string {
	return "Until it is signed, you alone. After that also whoever else treats " + w.first() + " now. Neither " + w.first() + " nor a manager, a supervisor or a colleague in an emergency."
}

func (w people) readers() string {
	return "You, and whoever else treats " + w.first() + " now. Neither " + w.first() + " nor a manager, a supervisor or a colleague in an emergency."
}

// A formPage is a note as it is written.
type formPage struct {
	frame   ui.FrameProps
	name    string
	tabs    []ui.Tab
	base    string // of all notes
	back    ui.Link
	keep    string
	id      string
	session string
	rev     string
	baseRev string // the signed revision that it began from
	page    string // of this opened form
	amends  bool
	readers string
	state   string // what is kept, in words
	left    string // who left it unsigned
	fields  []ui.FieldProps
	goals   *ui.ChoiceProps
	reason  ui.FieldProps
	shape   note.Shape
	shapes  []ui.Option
	before  *version // what is signed, beside an amendment
	throw   string   // address that throws the draft away; empty: there is none
	flaw    *web.Flaw
	other   *stood // what stands, where somebody was quicker
	names   []string
}

// stood is what stands where somebody was quicker. Without parts nothing does: the
// draft was thrown away.
type stood struct {
	Made  string
	Parts []part
}

// ofSession begins a note about a session, or goes on with it.
func (p *Pages) ofSession(w http.ResponseWriter, r *http.Request) error {
	id, err := web.NewID()
	if err != nil {
		return err
	}
	kept, err := p.Notes.Begin(r.Context(), web.ActorOf(r), recordOf(r), r.PathValue("session"), id)
	if err != nil {
		return err
	}
	if kept.Revision > 0 {
		_, client := desk.RecordOf(r)
		return web.SeeOther(w, r, "/clients/"+client+"/notes/"+kept.ID)
	}
	return p.showForm(w, r, kept)
}

// amend shows the form of an amendment.
func (p *Pages) amend(w http.ResponseWriter, r *http.Request) error {
	kept, err := p.Notes.Open(r.Context(), web.ActorOf(r), recordOf(r), r.PathValue("note"))
	if err != nil {
		return err
	}
	if kept.Revision == 0 {
		return web.Absent()
	}
	return p.showForm(w, r, kept)
}

func (p *Pages) showForm(w http.ResponseWriter, r *http.Request, kept note.Page) error {
	who, err := p.peopleOf(r)
	if err != nil {
		return err
	}
	content, reason := kept.Start, kept.Draft.Reason
	if kept.Draft.Rev == 0 && kept.Revision == 0 && len(kept.Left) == 0 {
		content = note.Prefill(kept.Hour, content.Shape, p.toolName(who.actor.Practice))
	}
	page, err := who.formPage(r, kept, content, reason, nil)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, formView(page))
}

// formPage is the form of a note with content in it.
func (w people) formPage(r *http.Request, kept note.Page, content note.Content, reason string, flaw *web.Flaw) (formPage, error) {
	id, err := web.NewID()
	if err != nil {
		return formPage{}, err
	}
	page := formPage{
		frame: w.frame(r, w.heading(kept.Note, kept.Meeting)), name: w.first(), tabs: desk.Tabs(w.id, "/sessions"),
		base: w.base(), back: w.back(kept.Session), keep: w.keep(kept.Note), id: kept.ID, session: kept.Session, rev: digits(kept.Draft.Rev), baseRev: digits(kept.Revision),
		page: id, amends: kept.Revision > 0, readers: w.writers(), shape: content.Shape, flaw: flaw,
	}
	page.frame.Scripts = []string{"note.js"}
	switch {
	case kept.Draft.Rev > 0:
		page.state = "Draft kept " + w.at(kept.Draft.At) + ". Nobody else reads it."
		page.throw = w.base() + "/" + kept.ID + "/throw"
	case kept.Revision == 0 && len(kept.Left) > 0:
		page.left = desk.Upper(w.by(kept.Left[0].By)) + " left this unsigned, " + w.at(kept.Left[0].At) + ", and does not work here any more. You can go on with it and sign it as yours."
	case !content.Empty() && kept.Revision == 0:
		page.state = "This is what is known of the session, to begin with. It is kept once you write."
	}
	for _, f := range content.Shape.Fields() {
		page.fields = append(page.fields, ui.FieldProps{Name: f.Name, Label: f.Label, Hint: f.Hint, Value: content.Words[f.Name], Rows: rowsOf(content.Shape), Max: note.MaxText, Error: flaw.At(f.Name)})
		page.names = append(page.names, f.Name)
	}
	page.names = append(page.names, "goal", "reason")
	if len(kept.Goals) > 0 {
		c := &ui.ChoiceProps{Name: "goal", Label: "What it is about", Hint: "Goals that were worked on. None is all right.", Several: true, Error: flaw.At("goal")}
		for _, g := range kept.Goals {
			chosen := slices.ContainsFunc(content.Goals, func(o note.Goal) bool { return o.ID == g.ID })
			c.Options = append(c.Options, ui.Option{Value: g.ID, Text: g.Standing().Words, Chosen: chosen})
		}
		page.goals = c
	}
	page.reason = ui.FieldProps{Name: "reason", Label: "Why it is amended", Hint: "It stands beside the amendment.", Value: reason, Rows: 2, Max: note.MaxReason, Error: flaw.At("reason")}
	for _, s := range note.Shapes() {
		page.shapes = append(page.shapes, ui.Option{Value: string(s), Text: s.Title(), Chosen: s == content.Shape})
	}
	if len(kept.Texts) > 0 {
		v := w.version(kept.Texts[0])
		page.before = &v
	}
	return page, nil
}

func rowsOf(s note.Shape) int {
	if s == note.Free {
		return 16
	}
	return 5
}
