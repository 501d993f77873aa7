package clinician

import (
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// What the day ahead says of those who come: the short form of the page before a
// session, for all of them in one opening.

// mostAgenda is how much of an agenda Today shows.
const mostAgenda = 4

// ahead is what there is for the sessions of today and for the next one.
func (p *Pages) ahead(r *http.Request, hours []session.Appointment) (brief.Day, error) {
	if p.Briefs == nil {
		return brief.Day{}, nil
	}
	now := web.NowOf(r)
	var clients []access.Compartment
	later := false
	for _, a := range hours {
		// Whether all of today's are over is not known yet: so the first after today, too.
		today := desk.DaysBetween(a.Start, now) == 0
		if today || !later {
			clients = append(clients, a.Client)
		}
		later = later || !today
	}
	if len(clients) == 0 {
		return brief.Day{}, nil
	}
	return p.Briefs.Today(r.Context(), web.ActorOf(r), clients)
}

// withAhead adds to the next hour what both bring to it, what was left open, and what is new.
func (c *nextCard) withAhead(s brief.Short, who person.Person, me string, now time.Time) {
	name := desk.First(desk.NameOf(who))
	for _, e := range s.Events {
		c.lines = append(c.lines, sinceLine{name: "Happened", words: e.Words})
	}
	for _, d := range s.Detours {
		c.lines = append(c.lines, sinceLine{name: "Detour", words: d.Name + detourStands(d, now)})
	}
	for i, item := range s.Agenda {
		if i == mostAgenda {
			c.agenda = append(c.agenda, agendaLine{words: "And " + desk.Number(len(s.Agenda)-i) + " more."})
			break
		}
		line := agendaLine{words: item.Text, by: name}
		switch {
		case item.By == me:
			line.by = "You"
		case item.Side == hour.ByClinician:
			line.by = "A colleague"
		}
		if item.Closed {
			line.words = "Something for the session only."
		}
		c.agenda = append(c.agenda, line)
	}
	if !s.HasLast {
		return
	}
	for _, words := range s.Before.Kept.Open {
		c.agenda = append(c.agenda, agendaLine{words: words, by: "Left open"})
	}
	for _, words := range s.Before.Kept.Of(hour.ByClinician) {
		c.agenda = append(c.agenda, agendaLine{words: words, by: "Your step"})
	}
}

func detourStands(d plan.NewDetour, now time.Time) string {
	switch d.State {
	case plan.DetourProposed:
		return ": said to be in the way " + desk.On(d.Since, now) + "."
	case plan.DetourOpen:
		return ": open."
	case plan.DetourClosed:
		return ": back on the way " + desk.On(d.Since, now) + "."
	case plan.DetourAside:
	}
	return ": set aside."
}

// inShort is what the list of the day says of one who comes.
func inShort(s brief.Short, name string, now time.Time) (words string) {
	add := func(more string) {
		if words != "" {
			words += " "
		}
		words += more
	}
	theirs, closed := 0, false
	for _, item := range s.Agenda {
		if item.Side == hour.ByClient {
			theirs++
			closed = closed || item.Closed
		}
	}
	if theirs > 0 {
		what := name + " brings " + desk.Count(theirs, "thing", "things")
		if closed {
			what += ", something of it for the session only"
		}
		add(what + ".")
	}
	for _, e := range s.Events {
		add("Happened: " + e.Words + ".")
	}
	for _, d := range s.Detours {
		add("Detour: " + d.Name + detourStands(d, now))
	}
	if n := len(s.Before.Kept.Open); s.HasLast && n > 0 {
		add(desk.Upper(desk.Count(n, "thing was", "things were")) + " left open.")
	}
	if n := len(s.Before.Kept.Of(hour.ByClinician)); s.HasLast && n > 0 {
		add(desk.Upper(desk.Count(n, "next step is", "next steps are")) + " yours.")
	}
	return words
}

// harderLooks are those with whom clearly more of the work has been the clinician's.
func harderLooks(day brief.Day, hours []session.Appointment, who map[access.Compartment]person.Person) (all []look) {
	said := make(map[access.Compartment]bool)
	for _, a := range hours {
		if said[a.Client] || !day.Of[a.Client].Harder {
			continue
		}
		said[a.Client] = true
		name := desk.NameOf(who[a.Client])
		all = append(all, look{
			name: name, chip: &ui.ChipProps{Text: "To wonder about", Tone: ui.Clay}, words: firstSentence(desk.Harder(desk.First(name))),
			link: ui.Link{Text: "Whose work it has been", Href: "/clients/" + a.Client.Of() + "/balance"},
		})
	}
	return all
}

// overSince says that a session is over.
func overSince(a session.Appointment, day brief.Day, now time.Time) string {
	end, f := a.End(), day.Frames[a.ID]
	switch {
	case f.Runs(now):
		return "Its time was until " + f.Until.In(now.Location()).Format("15:04") + ". Nobody has ended it yet."
	case !f.Ended.IsZero():
		end = f.Ended
	case !f.Until.IsZero():
		end = f.Until
	}
	return "Over since " + end.In(now.Location()).Format("15:04") + "."
}

// afterOf is where one goes after a session: to what was decided, to its note, and to a
// minute for oneself, until something was written there or skipped.
func afterOf(a session.Appointment, day brief.Day, now time.Time) []ui.Link {
	base := "/clients/" + a.Client.Of() + "/sessions/" + a.ID
	if day.Frames[a.ID].Runs(now) {
		return []ui.Link{{Text: "Back to the session", Href: base}}
	}
	links := []ui.Link{{Text: "The session", Href: base}, {Text: "Its note", Href: base + "/note"}}
	if day.Of != nil && !day.Done[a.ID] {
		links = append(links, ui.Link{Text: "A minute for yourself", Href: base + "/minute"})
	}
	return links
}

// running says of a session that was begun until when it goes, and leads back to it.
func (c *nextCard) running(f hour.Frame, now time.Time) {
	if f.Runs(now) {
		c.kicker, c.enter = "Now, until "+f.Until.In(now.Location()).Format("15:04"), "Back to the session"
	}
}

// A harderNote is on a client's page that clearly more of the work has been theirs who
// treat them.
type harderNote struct{ words, href string }

func (p *Pages) harder(r *http.Request, name string) (*harderNote, error) {
	if p.Briefs == nil {
		return nil, nil
	}
	record, id := desk.RecordOf(r)
	b, err := p.Briefs.Harder(r.Context(), web.ActorOf(r), record)
	if err != nil || !b {
		return nil, err
	}
	return &harderNote{desk.Harder(name), "/clients/" + id + "/balance"}, nil
}
