package intake

import (
	"net/http"
	"slices"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// overviewPage is the beginning of one client at one glance.
type overviewPage struct {
	frame    ui.FrameProps
	base     string
	client   string // id
	name     string
	tabs     []ui.Tab
	isNewest bool
	course   string
	courses  []ui.Link // other courses of work
	rows     [][]ui.Cell
	fresh    string // what is new since it was last opened
	cards    []partCard

	terms    string
	termsRef string
	id       string
	choices  []ui.Option
	note     string
	flaw     *web.Flaw
	waits    []waitLine
	asked    []string
	askHref  string
}

// A waitLine is an invitation that is open.
type waitLine struct{ Text, TakeBack string }

// overview shows what is there, by whom and when, and what is new.
func (p *Pages) overview(w http.ResponseWriter, r *http.Request) error {
	page, in, err := p.overviewPage(r)
	if err != nil {
		return err
	}
	var unread []intake.Revision
	for _, st := range in.Parts {
		if st.Unread {
			unread = append(unread, st.Revision)
		}
	}
	if len(unread) > 0 {
		s := sideOf(r)
		if err := p.Intakes.Seen(r.Context(), s.actor, s.record, unread...); err != nil && !fault.Is(err, fault.NotSaved) {
			return err // where nothing can be kept it is shown all the same
		}
	}
	return web.Show(w, r, http.StatusOK, overviewView(page))
}

func (p *Pages) overviewPage(r *http.Request) (overviewPage, intake.Intake, error) {
	s := sideOf(r)
	course := int64(0)
	if q := r.URL.Query().Get("course"); len(q) == 1 && q[0] >= '1' && q[0] <= '9' {
		course = int64(q[0] - '0')
	}
	in, err := p.Intakes.Open(r.Context(), s.actor, s.record, course)
	if err != nil {
		return overviewPage{}, in, err
	}
	terms, err := p.Intakes.Terms(r.Context(), s.actor, s.record, in.Course)
	if err != nil {
		return overviewPage{}, in, err
	}
	asking, err := p.Measures.Asking(r.Context(), s.actor, s.record)
	if err != nil {
		return overviewPage{}, in, err
	}
	who, err := p.peopleOf(r, s)
	if err != nil {
		return overviewPage{}, in, err
	}
	page := overviewPage{
		frame: who.frame(r, "Intake"), base: s.base, client: s.record.Of(), name: who.first(), tabs: who.tabs(), isNewest: terms.IsNewest, course: digits(in.Course),
		terms: termsWords(terms, who), termsRef: s.terms, askHref: "/clients/" + s.record.Of() + "/ask", cards: p.cards(in, who),
	}
	if n := in.Unread(); n > 0 {
		page.fresh = desk.Upper(desk.Count(n, "part is", "parts are")) + " new since you last looked."
	}
	for _, st := range in.Parts {
		page.rows = append(page.rows, rowOf(st, who, in.Course, terms.IsNewest))
		if st.Part == intake.Summary {
			continue
		}
		if st.Invite.State == intake.Open {
			page.waits = append(page.waits, waitLine{st.Part.Title() + ", asked " + desk.On(st.Invite.At, who.now), s.base + "/" + string(st.Part) + "/take-back"})
		} else if st.State == intake.Empty {
			page.choices = append(page.choices, ui.Option{Value: string(st.Part), Text: st.Part.Title()})
		}
	}
	for _, c := range in.Courses {
		if c.Number == in.Course {
			continue
		}
		text := "The first course of work"
		if !c.At.IsZero() {
			text = "The one begun " + desk.On(c.At, who.now)
		}
		page.courses = append(page.courses, ui.Link{Text: text, Href: s.base + "?course=" + digits(c.Number)})
	}
	lib := p.Measures.Library(s.actor.Practice)
	for _, a := range asking.Asks {
		last := asking.Answered[a.Instrument]
		if a.State != measure.AskOpen && last.IsZero() {
			continue
		}
		text := desk.AskInWords(lib, a, who.now) + ". Not answered yet."
		if !last.IsZero() {
			text = desk.AskInWords(lib, a, who.now) + ". Last answered " + desk.On(last, who.now) + "."
		}
		if !slices.Contains(page.asked, text) {
			page.asked = append(page.asked, text)
		}
	}
	page.id, err = web.NewID()
	return page, in, err
}

// rowOf is one part in the table: what, how it stands, by whom and when.
func rowOf(st intake.Standing, who people, course int64, newest bool) []ui.Cell {
	href := who.base + "/" + string(st.Part)
	if !newest {
		href += "?course=" + digits(course)
	}
	state, by := "", ""
	switch {
	case st.State == intake.Room:
		state, by = "For the room only", who.made(st.Revision)
	case st.State == intake.Told && st.Unread && st.Number > 1:
		state, by = "Changed, new to you", who.made(st.Revision)
	case st.State == intake.Told && st.Unread:
		state, by = "New to you", who.made(st.Revision)
	case st.State == intake.Told:
		state, by = "Told", who.made(st.Revision)
	case st.Invite.State == intake.Open:
		state, by = "Invited, not written yet", desk.Upper(desk.On(st.Invite.At, who.now))
	case st.Invite.State == intake.Later:
		state, by = "Not now", "Said "+desk.On(st.Invite.Since, who.now)
	case st.State == intake.Empty && st.Number > 0:
		state, by = "Taken out", who.made(st.Revision)
	default:
		state = "Nothing yet"
	}
	if st.Begun {
		state += ". You have begun a draft"
	}
	return []ui.Cell{{Text: st.Part.Title(), Href: href}, {Text: state}, {Text: by}}
}

// invite asks the client to write parts beforehand.
func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	f := intake.InviteForm{ID: r.PostFormValue("id"), Course: number(r, "course"), Note: r.PostFormValue("note")}
	for _, name := range r.PostForm["part"] {
		f.Parts = append(f.Parts, intake.Part(name))
	}
	err := p.Intakes.Invite(r.Context(), s.actor, s.record, f)
	if err == nil {
		return web.Kept(w, r, s.base+"?done=invited", "invite-"+s.record.Of())
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, _, err := p.overviewPage(r)
	if err != nil {
		return err
	}
	page.flaw, page.note, page.id = flaw, f.Note, f.ID
	for i := range page.choices {
		page.choices[i].Chosen = slices.Contains(r.PostForm["part"], page.choices[i].Value)
	}
	return web.Show(w, r, flaw.Status(), overviewView(page))
}

// anew begins a new course of work.
func (p *Pages) anew(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	if _, err := p.Intakes.BeginAnew(r.Context(), s.actor, s.record, number(r, "course")); err != nil {
		return err
	}
	return web.SeeOther(w, r, s.base+"?done=anew")
}
