package note

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A listPage is all notes of a client.
type listPage struct {
	frame  ui.FrameProps
	name   string
	tabs   []ui.Tab
	base   string
	newID  string
	rows   []row
	older  []row // folded
	words  string
	sought bool
	found  []row
	much   bool
	flaw   *web.Flaw
}

// A row is one note in a list, or a session without one.
type row struct {
	Title string
	Href  string
	How   string // how it stands, in words
	First string // how it begins, or what stands around what was found
	About string // the goals
	Chip  *ui.ChipProps
}

// inSight is how many notes stand in the list at once.
const inSight = 20

// list shows all notes.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	page, err := p.listPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, listView(page))
}

func (p *Pages) listPage(r *http.Request) (listPage, error) {
	actor := web.ActorOf(r)
	record, _ := desk.RecordOf(r)
	all, err := p.Notes.List(r.Context(), actor, record)
	if err != nil {
		return listPage{}, err
	}
	who, err := p.peopleOf(r)
	if err != nil {
		return listPage{}, err
	}
	id, err := web.NewID()
	if err != nil {
		return listPage{}, err
	}
	page := listPage{frame: who.frame(r, "Notes"), name: who.first(), tabs: desk.Tabs(who.id, "/sessions"), base: who.base(), newID: id}
	for i, l := range all {
		if i < inSight {
			page.rows = append(page.rows, who.row(l))
		} else {
			page.older = append(page.older, who.row(l))
		}
	}
	return page, nil
}

// row is a line of the list in words.
func (w people) row(l note.Line) row {
	one := row{Title: w.heading(l.Note, l.Meeting), Href: w.base() + "/" + l.ID, First: l.First, About: goalsIn(l.Goals)}
	switch l.State {
	case note.None:
		one.Href = "/clients/" + w.id + "/sessions/" + l.Session + "/note"
		one.How = "No note."
	case note.Begun:
		one.How = "You have begun it, " + w.at(l.When) + "."
		one.Chip = &ui.ChipProps{Text: "Draft", Tone: ui.Draft}
	case note.Theirs:
		one.How = desk.Upper(w.by(l.By)) + " has begun a note, " + w.at(l.When) + "."
		one.Chip = &ui.ChipProps{Text: "Draft", Tone: ui.Draft}
	case note.Left:
		one.How = desk.Upper(w.by(l.By)) + " left it unsigned, " + w.at(l.When) + "."
		one.Chip = &ui.ChipProps{Text: "Unsigned", Tone: ui.Draft}
	case note.Signed:
		one.How = "Signed by " + w.by(l.By) + ", " + w.at(l.When) + "."
		if l.Revision > 1 {
			one.How = "Amended by " + w.by(l.By) + ", " + w.at(l.When) + ": " + l.Reason
		}
		if l.Going {
			one.Chip = &ui.ChipProps{Text: "Amendment begun", Tone: ui.Draft}
		}
	}
	return one
}

func goalsIn(all []note.Goal) string {
	text := ""
	for i, g := range all {
		if i > 0 {
			text += "; "
		}
		text += g.Words
	}
	return text
}

// search shows the notes in which some words stand. It is sent as a form, so that the
// words stand in no address and in no history.
func (p *Pages) search(w http.ResponseWriter, r *http.Request) error {
	record, _ := desk.RecordOf(r)
	words := r.PostFormValue("words")
	found, more, wrong := p.Notes.Find(r.Context(), web.ActorOf(r), record, words)
	flaw, ok := web.FlawIn(wrong)
	if wrong != nil && !ok {
		return wrong
	}
	page, err := p.listPage(r)
	if err != nil {
		return err
	}
	who, err := p.peopleOf(r)
	if err != nil {
		return err
	}
	page.words, page.sought, page.much, page.flaw = words, flaw == nil && words != "", more, flaw
	for _, f := range found {
		one := row{Title: who.heading(f.Note, f.Meeting), Href: who.base() + "/" + f.ID, First: f.Around}
		switch {
		case f.Draft:
			one.How = "In your draft."
		case f.Earlier:
			one.How = "In an earlier version."
		}
		page.found = append(page.found, one)
	}
	return web.Show(w, r, flaw.Status(), listView(page))
}

// begin begins a note about something else than a session.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	form := note.Form{ID: r.PostFormValue("id"), Page: r.PostFormValue("id"), Shape: note.Free}
	d, _, err := p.Notes.KeepDraft(r.Context(), web.ActorOf(r), record, form)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"/notes/"+d.Note)
}

// share lets the client read a summary, or takes it back.
func (p *Pages) share(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	said, text := "shared", r.PostFormValue("summary")
	if r.PostFormValue("do") == "back" {
		said, text = "back", ""
	}
	f := note.ShareForm{Note: r.PathValue("note"), Revision: number(r, "revision"), Text: text}
	now, err := p.Notes.Share(r.Context(), web.ActorOf(r), record, f)
	if err == nil {
		return web.Kept(w, r, "/clients/"+id+"/notes/"+f.Note+"?done="+said, keepSummary(f.Note))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.notePage(r, f.Note)
	if err != nil {
		return err
	}
	page.flaw, page.summary.Text, page.summary.Flaw = flaw, text, flaw.At("summary")
	if flaw.Clash() {
		page.summary.Other, page.summary.Revision = now.Text, digits(now.Revision)
	}
	return web.Show(w, r, flaw.Status(), noteView(page))
}

func keepSummary(id string) string { return "summary-" + id }

// recordOf is the client's record that the address names.
func recordOf(r *http.Request) access.Compartment {
	record, _ := desk.RecordOf(r)
	return record
}
