package clinician

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

type flagPage struct {
	frame    ui.FrameProps
	base     string // of the client's page
	href     string // of the flag
	name     string
	tabs     []ui.Tab
	words    string
	answers  string
	history  []happening
	notes    []noteLine
	open     bool
	mine     bool
	keep     string
	revision string
	note     string
	flaw     *web.Flaw
	reach    reachLine
}

// A happening is who learned of the flag, and when.
type happening struct{ what, when string }

type noteLine struct{ by, when, text string }

// flagForm is the flag that the address names, with its history and its form.
func (p *Pages) flagForm(r *http.Request) (flagPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	flags, err := p.Flags.Of(r.Context(), actor, record)
	if err != nil {
		return flagPage{}, err
	}
	i := slices.IndexFunc(flags, func(f safety.Flag) bool { return f.ID == r.PathValue("flag") })
	if i < 0 {
		return flagPage{}, web.Absent()
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return flagPage{}, err
	}
	staff, err := p.People.Staff(r.Context(), actor)
	if err != nil {
		return flagPage{}, err
	}
	page := flagView(r, desk.FlagInWords(p.Measures.Library(actor.Practice), flags[i]), flags[i], id, desk.NameOf(who), names(staff), actor.ID, now)
	page.reach = reachOf(who, page.name)
	return page, nil
}

func flagView(r *http.Request, words string, f safety.Flag, id, name string, staff map[string]string, me string, now time.Time) flagPage {
	page := flagPage{
		frame: desk.Frame(r, "A safety flag"), base: "/clients/" + id, name: desk.First(name), tabs: desk.Tabs(id, ""),
		words: words, open: f.Open(), keep: "flag-" + f.ID, revision: strconv.FormatInt(f.Revision, 10),
	}
	page.frame.Kicker = name
	page.href = page.base + "/flags/" + f.ID
	page.answers = page.base + "/answers/" + f.AnswerID
	add := func(what string, t time.Time) {
		page.history = append(page.history, happening{what, desk.Upper(desk.At(t, now))})
	}
	add("Answered, and the flag was raised", f.RaisedAt)
	if f.ShownAt.IsZero() {
		page.history = append(page.history, happening{desk.First(name) + " was shown whom to reach", "Not that we know"})
	} else {
		add(desk.First(name)+" was shown whom to reach", f.ShownAt)
	}
	for _, n := range f.Told {
		add("A letter went to "+called(staff, n.PersonID, me), n.At)
	}
	for _, n := range f.Seen {
		add("Seen by "+called(staff, n.PersonID, me), n.At)
		page.mine = page.mine || n.PersonID == me
	}
	for _, c := range f.Closed {
		add("Closed by "+called(staff, c.By, me), c.At)
		page.notes = append(page.notes, noteLine{desk.Upper(called(staff, c.By, me)), desk.At(c.At, now), c.Note})
	}
	return page
}

func (p *Pages) flag(w http.ResponseWriter, r *http.Request) error {
	page, err := p.flagForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, flagTempl(page))
}

func (p *Pages) seeFlag(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	if err := p.Flags.Seen(r.Context(), web.ActorOf(r), record, r.PathValue("flag")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"?done=seen")
}

// closeFlag closes the flag with a note. If somebody was quicker, both notes are
// shown, and this one is still to be sent.
func (p *Pages) closeFlag(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // 0 is nobody's revision: a conflict
	f, failed := p.Flags.Close(r.Context(), web.ActorOf(r), record, r.PathValue("flag"), revision, r.PostFormValue("note"))
	if failed == nil {
		return web.Kept(w, r, "/clients/"+id+"?done=closed", "flag-"+f.ID)
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.flagForm(r)
	if err != nil {
		return err
	}
	page.flaw, page.note = flaw, r.PostFormValue("note")
	return web.Show(w, r, flaw.Status(), flagTempl(page))
}
