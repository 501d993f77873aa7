package hour

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An agendaView is what both sides bring, as one of them sees it.
type agendaView struct {
	base    string
	at      string // the session that it stands beside; empty: none is planned
	mine    bool
	other   string // how the other side is called
	things  []thing
	nothing []string // who said that there is nothing yet, in a sentence
	quiet   bool     // "nothing yet" can be said
	runs    bool
	form    thingForm // for something new
	flaw    *web.Flaw
}

// A thing is one thing on the agenda.
type thing struct {
	id, revision string
	by           string
	text         string  // empty: it is closed
	note         string  // how it may be opened, or how it stands
	from         ui.Link // to what it came from; without words: nowhere
	chip         string
	waits        bool // it was not talked about, in a session that is over
	closed       bool
	canOpen      bool
	canTalk      bool
	canLeave     bool
	canChange    bool
	form         thingForm
	open         bool // its form came back
}

// A thingForm is what was typed, as it was typed.
type thingForm struct {
	id, revision, text string
	hard, may          bool
	keep               string
	asItIs             string // what stands there now, if somebody was quicker
}

// agendaOf is what waits, or what stood on the agenda of a session that has begun.
func (s *seat) agendaOf(all []hour.Item, nothing hour.Agenda, sessionID, with string, runs bool) (agendaView, error) {
	v := agendaView{base: s.Base, at: sessionID, mine: s.Mine, other: s.other(with), runs: runs}
	side := hour.SideOf(s.Actor, s.Record)
	waiting := 0
	for _, i := range all {
		if i.Side == side && i.State == hour.Waiting {
			waiting++
		}
		v.things = append(v.things, s.thingOf(i, side, sessionID, runs, v.other))
	}
	for _, of := range []hour.Side{hour.ByClient, hour.ByClinician} {
		if _, said := nothing.Nothing[of]; !said {
			continue
		}
		if of == side {
			v.nothing = append(v.nothing, "You have nothing yet, and that is fine.")
		} else {
			v.nothing = append(v.nothing, desk.Upper(v.other)+" has nothing yet.")
		}
	}
	_, said := nothing.Nothing[side]
	v.quiet = !runs && waiting == 0 && !said
	id, err := web.NewID()
	v.form = thingForm{id: id, revision: "0", keep: s.Keep("agenda")}
	return v, err
}

func (s *seat) thingOf(i hour.Item, side hour.Side, sessionID string, runs bool, other string) thing {
	t := thing{id: i.ID, revision: digits(i.Revision), text: i.Text, closed: i.Closed, by: desk.Upper(s.Who(i.By))}
	if s.Mine && i.Side == hour.ByClinician {
		t.by = desk.Upper(other)
		if name := s.Known(i.By); name != "" {
			t.by = name
		}
	}
	t.from = s.sourceLink(i.Source)
	waits := i.State == hour.Waiting
	if i.State == hour.Talked {
		t.chip = "Talked about"
	}
	switch {
	case i.Hard && i.Opened.IsZero() && s.Mine && i.May:
		t.note = "Opened in the session only, by you or by " + other + ". Until then nobody else reads it."
	case i.Hard && i.Opened.IsZero() && s.Mine:
		t.note = "Opened in the session only, by you. Until then nobody else reads it."
	case i.Hard && i.Opened.IsZero() && i.May:
		t.note = "Something for the session only. You may open it together once it has begun."
	case i.Hard && i.Opened.IsZero():
		t.note = "Something for the session only. " + s.Name + " opens it, or says it, or leaves it."
	case i.Hard:
		t.note = "Opened " + desk.At(i.Opened, s.Now) + " by " + s.Who(i.OpenedBy) + "."
	}
	t.canOpen = runs && i.Hard && i.Opened.IsZero() && (s.Mine || i.May)
	t.canTalk = runs && waits
	t.canLeave = runs && i.State == hour.Talked && i.SessionID == sessionID
	t.canChange = waits && i.Side == side && !runs
	t.form = thingForm{id: i.ID, revision: t.revision, text: i.Text, hard: i.Hard && i.Opened.IsZero(), may: i.May, keep: s.Keep("thing", i.ID)}
	return t
}

// past makes the agenda one of a session that is over: it is read, and no more.
func (v *agendaView) past() {
	v.quiet, v.nothing = false, nil
	for i := range v.things {
		t := &v.things[i]
		t.canChange = false
		if t.chip == "" {
			t.chip, t.waits = "For next time", true
		}
	}
}

// sent puts what was typed, and could not be kept, into the form that it came from.
func (v *agendaView) sent(typed thingForm, now hour.Item, flaw *web.Flaw) {
	v.flaw = flaw
	for n := range v.things {
		if t := &v.things[n]; t.id == typed.id {
			typed.keep = t.form.keep
			if flaw.Clash() {
				typed.revision, typed.asItIs = digits(now.Revision), now.Text
			}
			t.form, t.open = typed, true
			return
		}
	}
	typed.keep, typed.revision = v.form.keep, "0"
	v.form = typed
}

// typedIn is what the form of a thing says.
func typedIn(r *http.Request) thingForm {
	f := thingForm{id: r.PostFormValue("id"), revision: r.PostFormValue("revision"), text: r.PostFormValue("text")}
	how := r.PostFormValue("how")
	f.hard, f.may = how == "both" || how == "me", how == "both"
	return f
}

// hards are the choices of how something may be opened, which only a client has.
func (f thingForm) hards(other string) ui.ChoiceProps {
	how := func(value, text, hint string, chosen bool) ui.Option {
		return ui.Option{Value: value, Text: text, Hint: hint, Chosen: chosen}
	}
	return ui.ChoiceProps{Name: "how", ID: "how-" + f.id, Label: "Who may read it, and when?", Options: []ui.Option{
		how("now", desk.Upper(other)+" may read it beforehand", "", !f.hard),
		how("both", "Only in the session: either of us opens it", "Until then "+other+" sees that there is something, and not what.", f.hard && f.may),
		how("me", "Only in the session: only I open it", "You can also leave it closed, or just say it.", f.hard && !f.may),
	}}
}

// bring puts something on the agenda, or changes it.
func (p *Pages) bring(w http.ResponseWriter, r *http.Request) error {
	s, typed := seatIn(r), typedIn(r)
	at := r.PostFormValue("at")
	now, err := p.Hours.Bring(r.Context(), s.Actor, s.Record, hour.ItemForm{
		ID: typed.id, Revision: max(number(r, "revision"), 0), Text: typed.text, Hard: typed.hard, May: typed.may,
	})
	if err == nil {
		if number(r, "revision") > 0 {
			return web.Kept(w, r, s.page(at)+"?done=changed", s.Keep("thing", typed.id))
		}
		return web.Kept(w, r, s.page(at)+"?done=brought", s.Keep("agenda"))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	return p.again(w, r, at, flaw, func(v *agendaView) { v.sent(typed, now, flaw) })
}

// again shows the page that a form of the agenda came from.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, at string, flaw *web.Flaw, mend func(*agendaView)) error {
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	switch {
	case s.Mine:
		page, err := p.nextPage(r, s)
		if err != nil {
			return err
		}
		mend(&page.agenda)
		return web.Show(w, r, flaw.Status(), ownView(page))
	case at == "":
		page, err := p.sessionsForm(r, s)
		if err != nil {
			return err
		}
		mend(&page.agenda)
		return web.Show(w, r, flaw.Status(), sessionsView(page))
	}
	page, err := p.sessionPage(r, s, at)
	if err != nil {
		return err
	}
	mend(&page.agenda)
	return web.Show(w, r, flaw.Status(), sessionView(page))
}

// back leads back after something was noted, or says beside the agenda why not.
func (p *Pages) back(w http.ResponseWriter, r *http.Request, said string, err error) error {
	at := r.PostFormValue("at")
	if err == nil {
		return web.SeeOther(w, r, seatIn(r).page(at)+"?done="+said)
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	return p.again(w, r, at, flaw, func(v *agendaView) { v.flaw = flaw })
}

func (p *Pages) nothing(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	return p.back(w, r, "nothing", p.Hours.Nothing(r.Context(), s.Actor, s.Record))
}

func (p *Pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	_, err := p.Hours.TakeBack(r.Context(), s.Actor, s.Record, r.PathValue("item"), number(r, "revision"))
	return p.back(w, r, "back", err)
}

func (p *Pages) talked(w http.ResponseWriter, r *http.Request) error {
	s, yes := seatIn(r), r.PostFormValue("talked") != "no"
	_, err := p.Hours.Talk(r.Context(), s.Actor, s.Record, r.PathValue("item"), r.PostFormValue("at"), yes)
	said := "talked"
	if !yes {
		said = "later"
	}
	return p.back(w, r, said, err)
}

func (p *Pages) openItem(w http.ResponseWriter, r *http.Request) error {
	s := seatIn(r)
	_, err := p.Hours.OpenItem(r.Context(), s.Actor, s.Record, r.PathValue("item"), r.PostFormValue("at"))
	return p.back(w, r, "open", err)
}
