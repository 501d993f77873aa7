package calendar

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// changePage is where one session is moved or cancelled.
type changePage struct {
	bookOf
	frame    ui.FrameProps
	c        calendar.Coming
	line     comingLine
	id       string // of the form
	revision string
	words    string
	offer    bool
	until    string // until when it is early, in words
	slots    slotsPart
	flaw     *web.Flaw
}

// change reads the session that the address names.
func (p *Pages) change(r *http.Request, heading string) (page changePage, err error) {
	if page.bookOf, err = p.read(r); err != nil {
		return page, err
	}
	at := slices.IndexFunc(page.Coming, func(c calendar.Coming) bool { return c.ID == r.PathValue("session") })
	if at < 0 {
		return page, web.Absent() // begun, cancelled, or nobody's
	}
	page.c = page.Coming[at]
	page.line, page.until = page.comingOf(page.c), page.when(page.c.EarlyUntil)
	page.revision = strconv.FormatInt(page.c.Revision, 10)
	page.frame = page.side.frame(r, heading)
	page.frame.Kicker = page.name
	if !page.desk {
		page.frame.Back = &ui.Link{Text: "Times", Href: page.base}
	}
	page.id, err = web.NewID()
	return page, err
}

func (p *Pages) askMove(w http.ResponseWriter, r *http.Request) error {
	return p.showMove(w, r, changePage{}, calendar.Choice{})
}

func (p *Pages) showMove(w http.ResponseWriter, r *http.Request, typed changePage, wanted calendar.Choice) error {
	page, err := p.change(r, "Move a session")
	if err != nil {
		return err
	}
	if typed.flaw != nil {
		page.flaw, page.words, page.offer, page.id = typed.flaw, typed.words, typed.offer, typed.id
	}
	open := slices.DeleteFunc(page.Open, func(s calendar.Slot) bool { return s.ClinicianID != page.c.ClinicianID })
	page.slots = page.slotsOf(r, open, wanted, page.flaw.Clash() && page.flaw.Field == "time")
	return web.Show(w, r, page.flaw.Status(), moveView(page))
}

func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	f := calendar.Shift{ID: r.PostFormValue("id"), SessionID: r.PathValue("session"), Words: r.PostFormValue("words"), Offer: r.PostFormValue("offer") == "yes"}
	f.Revision, _ = strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // 0 is nobody's revision: a conflict
	var clinicianID string
	var err error
	if clinicianID, f.Start, err = readSlot(r.PostFormValue("time")); err == nil {
		_, err = p.Calendars.Move(r.Context(), s.actor, s.record, f, web.LocationOf(r))
	}
	if err == nil {
		return web.SeeOther(w, r, s.base+"?done=moved&kept="+s.keep(f.SessionID))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	showErr := p.showMove(w, r, changePage{flaw: flaw, words: f.Words, offer: f.Offer, id: f.ID}, calendar.Choice{ClinicianID: clinicianID, Start: f.Start})
	if fault.Is(showErr, fault.NotFound) && flaw.Clash() {
		return err // it is over meanwhile: what was typed is on that page
	}
	return showErr
}

func (p *Pages) askCancel(w http.ResponseWriter, r *http.Request) error {
	page, err := p.change(r, "Cancel a session")
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, cancelView(page))
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	f := calendar.Leave{
		ID: r.PostFormValue("id"), SessionID: r.PathValue("session"), Words: r.PostFormValue("words"), Offer: r.PostFormValue("offer") == "yes",
	}
	f.Revision, _ = strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // 0 is nobody's revision: a conflict
	_, failed := p.Calendars.Cancel(r.Context(), s.actor, s.record, f)
	if failed == nil {
		return web.SeeOther(w, r, s.base+"?done=cancelled&kept="+s.keep(f.SessionID))
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.change(r, "Cancel a session")
	if fault.Is(err, fault.NotFound) {
		return failed // it is over meanwhile: what was typed is on that page
	}
	if err != nil {
		return err
	}
	page.flaw, page.words, page.offer, page.id = flaw, f.Words, f.Offer, f.ID
	return web.Show(w, r, flaw.Status(), cancelView(page))
}
