package calendar

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/waiting"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A waitingPart is what somebody waits for, and the form to do so.
type waitingPart struct {
	all     []wishLine
	id      string
	with    []ui.Option // clinicians, where there are several
	earlier bool
	days    waiting.Days
	parts   waiting.Part
}

type wishLine struct{ text, leave string }

var weekdays = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

var partNames = []struct {
	part waiting.Part
	text string
}{{waiting.Morning, "In the morning"}, {waiting.Afternoon, "In the afternoon"}, {waiting.Evening, "From five on"}}

func (b bookOf) waitingOf() (part waitingPart, err error) {
	part.days, part.parts = waiting.AnyDay&^(1<<5|1<<6), waiting.AnyPart
	part.earlier = len(b.Coming) > 0
	for _, w := range b.Waiting {
		part.all = append(part.all, wishLine{text: b.wishText(w), leave: b.base + "/waiting/" + w.ID + "/leave"})
		part.earlier, part.days, part.parts = w.Earlier, w.Days, w.Parts
	}
	for _, id := range b.With {
		part.with = append(part.with, ui.Option{Value: id, Text: desk.Upper(b.with(id))})
	}
	part.id, err = web.NewID()
	return part, err
}

// wishText is what somebody waits for, in words.
func (b bookOf) wishText(w waiting.Wish) string {
	return wishWords(w, b.with(w.ClinicianID)) + ". In the line since " + trimOn(desk.On(w.Since, b.now)) + "."
}

func wishWords(w waiting.Wish, with string) string {
	text := "Any time"
	if w.Earlier {
		text = "An earlier time"
	}
	if with != "" {
		text += " " + with
	}
	if w.Days != waiting.AnyDay {
		var days []string
		for i, name := range weekdays {
			if w.Days&(1<<i) != 0 {
				days = append(days, name)
			}
		}
		text += ", on " + strings.Join(days, ", ")
	}
	if w.Parts != waiting.AnyPart {
		var parts []string
		for _, p := range partNames {
			if w.Parts&p.part != 0 {
				parts = append(parts, strings.ToLower(p.text))
			}
		}
		text += ", " + strings.Join(parts, " or ")
	}
	return text
}

func (w waitingPart) dayOptions() (all []ui.Option) {
	for i, name := range weekdays {
		all = append(all, ui.Option{Value: strconv.Itoa(i), Text: name, Chosen: w.days&(1<<i) != 0})
	}
	return all
}

func (w waitingPart) partOptions() (all []ui.Option) {
	for _, p := range partNames {
		all = append(all, ui.Option{Value: strconv.Itoa(int(p.part)), Text: p.text, Chosen: w.parts&p.part != 0})
	}
	return all
}

func (w waitingPart) whenOptions() []ui.Option {
	return []ui.Option{
		{Value: "earlier", Text: "A time before the next session", Chosen: w.earlier},
		{Value: "any", Text: "Any time that becomes free", Chosen: !w.earlier},
	}
}

func (p *Pages) await(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	if err := r.ParseForm(); err != nil {
		return err
	}
	wish := waiting.Wish{ID: r.PostFormValue("id"), ClinicianID: r.PostFormValue("with"), Earlier: r.PostFormValue("when") == "earlier"}
	for _, text := range r.PostForm["days"] {
		if n, err := strconv.Atoi(text); err == nil && n >= 0 && n < len(weekdays) {
			wish.Days |= 1 << n
		}
	}
	for _, text := range r.PostForm["parts"] {
		if n, err := strconv.Atoi(text); err == nil && n > 0 && n <= int(waiting.AnyPart) {
			wish.Parts |= waiting.Part(n)
		}
	}
	err := p.Lines.Await(r.Context(), s.actor, s.record, wish)
	if err == nil {
		return web.SeeOther(w, r, s.base+"?done=waiting#h-waiting")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	id, err := web.NewID()
	if err != nil {
		return err
	}
	return p.showTimes(w, r, timesPage{id: id, flaw: flaw, wish: &wish}, calendar.Choice{})
}

func (p *Pages) leaveLine(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	if err := p.Lines.Leave(r.Context(), s.actor, s.record, r.PathValue("wish")); err != nil {
		return err
	}
	return web.SeeOther(w, r, s.base+"?done=left")
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	giveUp, text, _ := strings.Cut(r.PostFormValue("give"), ".")
	revision, _ := strconv.ParseInt(text, 10, 64) // 0 is nobody's revision: a conflict
	_, err := p.Calendars.Accept(r.Context(), s.actor, s.record, r.PathValue("offer"), giveUp, revision, web.LocationOf(r))
	if err == nil && giveUp != "" {
		return web.SeeOther(w, r, s.base+"?done=moved")
	}
	if err == nil {
		return web.SeeOther(w, r, s.base+"?done=booked")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	id, err := web.NewID()
	if err != nil {
		return err
	}
	return p.showTimes(w, r, timesPage{id: id, flaw: flaw}, calendar.Choice{})
}

func (p *Pages) decline(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	if err := p.Lines.Decline(r.Context(), s.actor, s.record, r.PathValue("offer")); err != nil {
		return err
	}
	return web.SeeOther(w, r, s.base+"?done=declined")
}

// linePage is who waits for a time with whoever looks, and what clients changed.
type linePage struct {
	frame   ui.FrameProps
	line    []waitingLine
	changed []changedLine
	policy  policyWords
}

type waitingLine struct{ name, text, offered, href string }

type changedLine struct{ text, words, href string }

// lately is for how long what clients changed is listed.
const lately = 14 * 24 * time.Hour

func (p *Pages) line(w http.ResponseWriter, r *http.Request) error {
	actor, now := web.ActorOf(r), web.NowOf(r)
	line, changed, err := p.Calendars.Line(r.Context(), actor, now.Add(-lately))
	if err != nil {
		return err
	}
	policy, err := p.Calendars.Policy(r.Context(), actor)
	if err != nil {
		return err
	}
	page := linePage{frame: web.Frame(r), policy: wordsOf(policy)}
	page.frame.Heading = "Waiting for a time"
	names := map[string]string{}
	if len(line)+len(changed) > 0 {
		clients, err := p.People.Clients(r.Context(), actor)
		if err != nil {
			return err
		}
		for _, c := range clients {
			names[c.ID] = desk.NameOf(c)
		}
	}
	for _, one := range line {
		l := waitingLine{name: names[one.Client.Of()], text: wishWords(one.Wish, ""), href: "/clients/" + one.Client.Of() + "/times"}
		l.text += ", in the line since " + trimOn(desk.On(one.Since, now))
		if !one.Offered.IsZero() {
			l.offered = desk.Upper(trimOn(desk.At(one.Offered, now))) + " is offered to them"
		}
		page.line = append(page.line, l)
	}
	b := bookOf{side: side{actor: actor}, now: now, here: now.Location(), names: map[string]string{}}
	for _, one := range changed {
		b.record, b.name = one.Client, names[one.Client.Of()]
		said := b.saidOf(one.Words)
		page.changed = append(page.changed, changedLine{text: said.text, words: said.words, href: "/clients/" + one.Client.Of() + "/times"})
	}
	return web.Show(w, r, http.StatusOK, lineView(page))
}
