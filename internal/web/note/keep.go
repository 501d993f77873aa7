package note

import (
	"net/http"
	"net/url"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
)

// formIn is what came with the form of a note.
func formIn(r *http.Request) note.Form {
	f := note.Form{
		ID: r.PostFormValue("id"), Session: r.PostFormValue("session"), Rev: number(r, "rev"), Base: number(r, "base"),
		Page: r.PostFormValue("page"), Nth: number(r, "nth"), Shape: note.Shape(r.PostFormValue("shape")),
		Words: make(note.Words), Goals: r.PostForm["goal"], Reason: r.PostFormValue("reason"),
	}
	for _, field := range f.Shape.Fields() {
		if text := r.PostFormValue(field.Name); text != "" {
			f.Words[field.Name] = text
		}
	}
	return f
}

// kept is what the island of the form is told.
type kept struct {
	Rev  int64  `json:"rev"`
	Text string `json:"text"`
}

// draft keeps what is written so far: on each pause of typing, or by the button; in
// another shape, or together with what was written elsewhere.
func (p *Pages) draft(w http.ResponseWriter, r *http.Request) error {
	record, client := desk.RecordOf(r)
	f, do := formIn(r), r.PostFormValue("do")
	said := "draft"
	switch do {
	case "theirs":
		return p.leave(w, r, f, "theirs")
	case "shape":
		to := note.Shape(r.PostFormValue("to"))
		if len(to.Fields()) > 0 && len(f.Shape.Fields()) > 0 {
			f.Words, f.Shape, said = note.Reshape(f.Words, f.Shape, to), to, "shape"
		}
		f.Nth = 0
	case "both":
		all, err := p.both(r, f)
		if err != nil {
			return err
		}
		f, said = all, "both"
	}
	d, stands, err := p.Notes.KeepDraft(r.Context(), web.ActorOf(r), record, f)
	if fault.Is(err, fault.Conflict) && stands.Note == "" {
		d, stands, err = p.Notes.KeepDraft(r.Context(), web.ActorOf(r), record, f)
	}
	switch {
	case err == nil && isScript(r):
		return web.Tell(w, kept{d.Rev, "Draft kept at " + d.At.In(web.LocationOf(r)).Format("15:04") + ". Nobody else reads it."})
	case isScript(r):
		return err
	case err != nil:
		return p.again(w, r, f, stands, err)
	}
	to := "/clients/" + client + "/notes/" + d.Note
	if d.Base > 0 {
		to += "/amend"
	}
	return web.Kept(w, r, to+"?done="+said, keepOf(client, f, d.Note))
}

// keepOf is the name of what the device kept of a form.
func keepOf(client string, f note.Form, id string) string {
	return url.QueryEscape(people{id: client}.keep(note.Note{ID: id, Session: f.Session, Revision: f.Base}))
}

// leave goes on to the note as it stands, without what was typed here.
func (p *Pages) leave(w http.ResponseWriter, r *http.Request, f note.Form, said string) error {
	_, client := desk.RecordOf(r)
	return web.Kept(w, r, "/clients/"+client+"/notes/"+f.ID+"?done="+said, keepOf(client, f, f.ID))
}

// both is f together with what stands: the draft, or what is signed.
func (p *Pages) both(r *http.Request, f note.Form) (note.Form, error) {
	now, err := p.Notes.Open(r.Context(), web.ActorOf(r), recordOf(r), f.ID)
	if err != nil {
		return f, err
	}
	mine := note.Content{Shape: f.Shape, Words: f.Words}
	for _, id := range f.Goals {
		mine.Goals = append(mine.Goals, note.Goal{ID: id})
	}
	all := mine
	switch {
	case now.Draft.Rev > 0:
		all = note.Both(now.Draft.Content, mine)
	case len(now.Texts) > 0:
		all = note.Both(now.Texts[0].Content, mine)
	}
	f.Words, f.Goals = all.Words, nil
	for _, g := range all.Goals {
		f.Goals = append(f.Goals, g.ID)
	}
	f.Rev, f.Base, f.Nth = now.Draft.Rev, now.Revision, 0
	return f, nil
}

// sign signs a note, or an amendment.
func (p *Pages) sign(w http.ResponseWriter, r *http.Request) error {
	record, client := desk.RecordOf(r)
	f := formIn(r)
	_, stands, err := p.Notes.Sign(r.Context(), web.ActorOf(r), record, f)
	if fault.Is(err, fault.Conflict) && stands.Note == "" {
		_, stands, err = p.Notes.Sign(r.Context(), web.ActorOf(r), record, f) // a draft of this very page was on its way
	}
	if err != nil {
		return p.again(w, r, f, stands, err)
	}
	return web.Kept(w, r, "/clients/"+client+"/notes/"+f.ID+"?done=signed", keepOf(client, f, f.ID))
}

// again shows the form with everything that was typed, and what to correct; and where
// somebody was quicker, also what stands.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, f note.Form, stands note.Standing, wrong error) error {
	flaw, ok := web.FlawIn(wrong)
	if !ok || len(f.Shape.Fields()) == 0 {
		return wrong
	}
	if flaw.Clash() && stands.Note != "" {
		f.ID, f.Rev, f.Base = stands.Note, stands.Draft.Rev, stands.Text.Revision
	}
	known, err := p.pageFor(r, f)
	if err != nil {
		return err
	}
	who, err := p.peopleOf(r)
	if err != nil {
		return err
	}
	typed := note.Content{Shape: f.Shape, Words: f.Words}
	for _, id := range f.Goals {
		typed.Goals = append(typed.Goals, note.Goal{ID: id})
	}
	page, err := who.formPage(r, known, typed, f.Reason, flaw)
	if err != nil {
		return err
	}
	page.id, page.session, page.state, page.throw = f.ID, f.Session, "", ""
	if !flaw.Clash() {
		page.rev, page.baseRev, page.amends = digits(f.Rev), digits(f.Base), f.Base > 0
		return web.Show(w, r, flaw.Status(), formView(page))
	}
	page.other = &stood{Parts: partsOf(stands.Content())}
	switch {
	case stands.Unsigned:
		page.other.Made = "You, in another window or on another device, " + who.at(stands.Draft.At) + "."
	case stands.Text.Revision > 0:
		page.other.Made = who.version(stands.Text).Made
	}
	return web.Show(w, r, flaw.Status(), formView(page))
}

// pageFor is the note that f is about, or would begin.
func (p *Pages) pageFor(r *http.Request, f note.Form) (note.Page, error) {
	if f.Session != "" {
		now, err := p.Notes.Begin(r.Context(), web.ActorOf(r), recordOf(r), f.Session, f.ID)
		if err != nil || now.ID == f.ID {
			return now, err
		}
	}
	now, err := p.Notes.Open(r.Context(), web.ActorOf(r), recordOf(r), f.ID)
	if fault.Is(err, fault.NotFound) && f.Session == "" {
		return note.Page{Note: note.Note{ID: f.ID, About: web.NowOf(r)}}, nil
	}
	return now, err
}

// throw throws one's own draft away, if it is still the one that was looked at.
func (p *Pages) throw(w http.ResponseWriter, r *http.Request) error {
	record, client := desk.RecordOf(r)
	id := r.PathValue("note")
	stands, err := p.Notes.Throw(r.Context(), web.ActorOf(r), record, id, number(r, "rev"))
	if err == nil {
		return web.Kept(w, r, "/clients/"+client+"/notes?done=thrown", keepOf(client, note.Form{Session: r.PostFormValue("session"), Base: number(r, "base")}, id))
	}
	flaw, ok := web.FlawIn(err)
	if !ok || !stands.Unsigned {
		return err
	}
	now, err := p.Notes.Open(r.Context(), web.ActorOf(r), record, id)
	if err != nil {
		return err
	}
	who, err := p.peopleOf(r)
	if err != nil {
		return err
	}
	page, err := who.formPage(r, now, now.Draft.Content, now.Draft.Reason, flaw)
	if err != nil {
		return err
	}
	return web.Show(w, r, flaw.Status(), formView(page))
}
