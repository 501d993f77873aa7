package clinician

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/reflect"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// How much Today shows at most, so that it is one glance.
const (
	mostLooks   = 5
	mostArrived = 4
	aheadDays   = 8 // how far the next session may lie
)

type todayPage struct {
	frame   ui.FrameProps
	next    *nextCard
	rest    []laterHour // what is still to come today
	over    []laterHour // and what is over
	looks   []look
	more    int // looks that are not shown
	arrived []arrival
	others  int // arrivals that are not shown
	since   string
	clients int
	week    string // a question to sit with; empty: none is asked
	asked   string // how many enquiries wait; empty: none
	ended   []string
	worries []string // of the server, for whoever manages the practice as well
}

// A nextCard is the one card of the page: the next hour.
type nextCard struct {
	kicker string
	title  string
	chips  []string
	name   string
	href   string // of the client's page
	held   string // where the session is prepared and held
	enter  string // what leads there
	since  string
	lines  []sinceLine
	known  bool      // something was answered, then or before
	hour   []ui.Link // what there is to talk about
	agenda []agendaLine
	brief  string // where everything before the session stands; empty: nowhere
}

// An agendaLine is what somebody brings, what was left open, or a step of one's own.
type agendaLine struct{ words, by string }

type sinceLine struct{ name, words string }

// A laterHour is another session of today.
type laterHour struct {
	clock, name, href, chip, line string
	after                         []ui.Link // where one goes once it is over
}

// A look is somebody to look at, and why.
type look struct {
	name  string
	chip  *ui.ChipProps
	words string
	link  ui.Link
}

// An arrival is what somebody sent. It asks for nothing.
type arrival struct {
	name, words, note, href string
}

func (p *Pages) today(w http.ResponseWriter, r *http.Request) error {
	now, actor := web.NowOf(r), web.ActorOf(r)
	clients, err := p.People.Clients(r.Context(), actor)
	if err != nil {
		return err
	}
	who := make(map[access.Compartment]person.Person, len(clients))
	for _, c := range clients {
		who[access.ClientRecord(c.ID)] = c
	}
	asked, err := p.asked(r)
	if err != nil {
		return err
	}
	ended, err := p.finished(r)
	if err != nil {
		return err
	}
	var worries []string
	if web.VisitorOf(r).Is(web.Manager) {
		worries = p.Machine.WorriesOf(r)
	}
	if len(clients) == 0 {
		// Asking the door for what there cannot be would stand in the log as refused.
		page := todayPage{frame: desk.Frame(r, "Today"), asked: asked, ended: ended, worries: worries, since: "since " + trimOn(desk.On(lastWorkingDay(now), now))}
		page.frame.Kicker = ui.Date(now, now)
		return web.Show(w, r, http.StatusOK, todayView(page))
	}
	day := startOf(now)
	hours, err := p.Sessions.Day(r.Context(), actor, day, day.AddDate(0, 0, aheadDays))
	if err != nil {
		return err
	}
	ahead, err := p.ahead(r, hours)
	if err != nil {
		return err
	}
	flags, err := p.Flags.Open(r.Context(), actor)
	if err != nil {
		return err
	}
	since := lastWorkingDay(now)
	standings, err := p.Measures.Overview(r.Context(), actor, since)
	if err != nil {
		return err
	}
	checkIns, err := p.Alliances.Overview(r.Context(), actor, now.AddDate(0, 0, -recentCheckIns))
	if err != nil {
		return err
	}

	page := todayPage{frame: desk.Frame(r, "Today"), asked: asked, ended: ended, worries: worries, clients: len(clients), since: "since " + trimOn(desk.On(since, now))}
	page.frame.Kicker = ui.Date(now, now)
	page.frame.Lead = dayInWords(hours, now)
	if p.Briefs != nil {
		page.week = reflect.OfWeek(now).Text
	}
	looks := looksAt(p.Measures.Library(actor.Practice), flags, standings, checkIns, who, now)
	looks = append(looks, harderLooks(ahead, hours, who)...)
	page.looks = looks[:min(len(looks), mostLooks)]
	page.more = len(looks) - len(page.looks)
	arrived := append(allianceArrivals(checkIns, who, since, now), arrivals(standings, who, now)...)
	begun, err := p.beginnings(r, who)
	if err != nil {
		return err
	}
	arrived = append(arrived, begun...)
	page.arrived = arrived[:min(len(arrived), mostArrived)]
	page.others = len(arrived) - len(page.arrived)

	next := slices.IndexFunc(hours, func(a session.Appointment) bool { return !ahead.Over(a, now) })
	if next >= 0 {
		around, err := p.Sessions.Around(r.Context(), actor, hours[next].Client)
		if err != nil {
			return err
		}
		page.next = nextOf(hours[next], who[hours[next].Client], around, standings, flags, now)
		page.next.running(ahead.Frames[hours[next].ID], now)
		if ahead.Of != nil {
			page.next.withAhead(ahead.Of[hours[next].Client], who[hours[next].Client], actor.ID, now)
			page.next.brief = page.next.href + "/brief"
		}
		if err := p.goalsFor(r, page.next, hours[next].Client, around.Held); err != nil {
			return err
		}
		if shown, ok := page.next.withCheckIn(checkIns, hours[next].Client, around.Last, now); ok {
			if err := p.read(r, hours[next].Client, shown); err != nil {
				return err
			}
		}
	}
	for i, a := range hours {
		if i != next && desk.DaysBetween(a.Start, now) == 0 {
			h := hourOf(a, who[a.Client], standings, ahead, now)
			if s, ok := ahead.Of[a.Client]; ok && !ahead.Over(a, now) {
				if words := inShort(s, desk.First(h.name), now); words != "" {
					h.line = strings.TrimSpace(words + " " + h.line)
				}
			}
			if ahead.Over(a, now) && !ahead.Frames[a.ID].Runs(now) {
				page.over = append(page.over, h)
			} else {
				page.rest = append(page.rest, h)
			}
		}
	}
	return web.Show(w, r, http.StatusOK, todayView(page))
}

// asked is how many enquiries wait for a decision, in words; empty if none does.
func (p *Pages) asked(r *http.Request) (string, error) {
	if p.Enquiries == nil {
		return "", nil
	}
	all, mine, err := p.Enquiries.Waiting(r.Context(), web.ActorOf(r))
	if err != nil || all == 0 {
		return "", err
	}
	words := desk.Upper(desk.Number(all)) + " wait for a decision."
	if all == 1 {
		words = "One waits for a decision."
	}
	switch {
	case mine == 1:
		words += " One is for you."
	case mine > 1:
		words += " " + desk.Upper(desk.Number(mine)) + " are for you."
	}
	return words, nil
}

// trimOn is a day without its "on", after "since".
func trimOn(s string) string {
	if len(s) > 3 && s[:3] == "on " {
		return s[3:]
	}
	return s
}

// dayInWords is the whole day in a sentence. Several who come together are one session.
func dayInWords(hours []session.Appointment, now time.Time) string {
	meetings, last := map[string]bool{}, time.Time{}
	for _, a := range hours {
		if desk.DaysBetween(a.Start, now) == 0 {
			meetings[a.Meeting] = true
			if a.End().After(last) {
				last = a.End()
			}
		}
	}
	word := func(ahead, over string) string {
		if last.After(now) {
			return ahead
		}
		return over
	}
	n := len(meetings)
	switch n {
	case 0:
		return ""
	case 1:
		return "One session, " + word("until", "over since") + " " + last.In(now.Location()).Format("15:04") + "."
	}
	return desk.Upper(desk.Number(n)) + " sessions, the last " + word("ends at", "ended at") + " " + last.In(now.Location()).Format("15:04") + "."
}

func nextOf(a session.Appointment, who person.Person, around session.Around, standings []measure.Standing, flags []safety.Flag, now time.Time) *nextCard {
	start := a.Start.In(now.Location())
	card := &nextCard{
		title: start.Format("15:04") + " to " + a.End().In(now.Location()).Format("15:04") + ", " + desk.NameOf(who),
		name:  desk.First(desk.NameOf(who)),
		href:  "/clients/" + a.Client.Of(), held: "/clients/" + a.Client.Of() + "/sessions/" + a.ID, enter: "The session", since: "Since last time",
	}
	switch {
	case !start.After(now):
		card.kicker = "Now, until " + a.End().In(now.Location()).Format("15:04")
	case desk.DaysBetween(a.Start, now) == 0:
		card.kicker = "Next, " + until(start.Sub(now))
	default:
		card.kicker = "Next, " + desk.On(a.Start, now)
	}
	card.chips = append(card.chips, "Session "+figures(around.Held+1))
	if a.Place != "" {
		card.chips = append(card.chips, a.Place)
	}
	if last := around.Last; !last.IsZero() {
		card.since = "Since " + ui.Date(last.In(now.Location()), now)
	}
	for _, f := range flags {
		if f.Client == a.Client {
			card.hour = append(card.hour, ui.Link{Text: "The safety flag of " + desk.Short(f.RaisedAt, now), Href: card.href + "/flags/" + f.ID})
		}
	}
	for _, s := range standings {
		if s.Client != a.Client {
			continue
		}
		if s.Newest.TalkedAt.IsZero() {
			card.hour = append(card.hour, ui.Link{Text: s.Instrument.Name + " of " + desk.Short(s.Newest.At, now), Href: card.href + "/answers/" + s.Newest.AnswerID})
		}
		card.known = true
		if s.Newest.At.After(around.Last) {
			card.lines = append(card.lines, sinceLine{
				name: s.Instrument.Name, words: desk.StandingInWords(s, now),
			})
		}
	}
	return card
}

func hourOf(a session.Appointment, who person.Person, standings []measure.Standing, day brief.Day, now time.Time) laterHour {
	h := laterHour{clock: a.Start.In(now.Location()).Format("15:04"), name: desk.NameOf(who), href: "/clients/" + a.Client.Of(), chip: a.Place}
	if day.Over(a, now) {
		h.chip, h.line, h.after = "", overSince(a, day, now), afterOf(a, day, now)
		return h
	}
	var lines []string
	for _, s := range standings {
		if s.Client == a.Client {
			lines = append(lines, s.Instrument.Name+" "+desk.StandingInWords(s, now))
		}
	}
	for i, l := range lines {
		if i > 0 {
			h.line += " "
		}
		h.line += l
	}
	return h
}

// looksAt is who needs a look, the weightiest first (brief.Looks). That somebody wrote
// something stands with what arrived, and who is silent stands with the caseload.
func looksAt(lib *instrument.Library, flags []safety.Flag, standings []measure.Standing, checkIns []alliance.Standing, who map[access.Compartment]person.Person, now time.Time) (looks []look) {
	checkedIn := make(map[access.Compartment]bool) // of several one is told, and the rest where it leads
	for _, l := range brief.Looks(brief.Gather(flags, standings, checkIns), now) {
		s, name, href := l.Standing, desk.NameOf(who[l.Client]), "/clients/"+l.Client.Of()
		answers := ui.Link{Text: "Open the answers", Href: href + "/answers/" + s.Newest.AnswerID}
		switch l.Why {
		case brief.Flagged:
			looks = append(looks, look{
				name: name, chip: &ui.ChipProps{Text: "Safety flag", Tone: ui.Danger},
				words: flagInShort(lib, l.Flag, now),
				link:  ui.Link{Text: "Look at it", Href: href + "/flags/" + l.Flag.ID},
			})
		case brief.DangerSkipped:
			looks = append(looks, look{
				name: name, chip: worthAsking(),
				words: s.Instrument.Name + " " + desk.On(s.Newest.At, now) + ": the question about danger was skipped, so it is unknown.",
				link:  answers,
			})
		case brief.Signalled:
			looks = append(looks, look{
				name: name, chip: desk.SignalChip(s.Signals[0]), words: s.Instrument.Name + ". " + firstSentence(s.Signals[0].Words),
				link: ui.Link{Text: "See the course", Href: href + "/course?of=" + s.Instrument.ID},
			})
		case brief.Worsened:
			looks = append(looks, look{
				name: name, chip: worthAsking(), words: s.Instrument.Name + ", " + trimOn(desk.On(s.Score().At, now)) + ". " + desk.WorsenedInWords(s),
				link: ui.Link{Text: "See the course", Href: href + "/course?of=" + s.Instrument.ID},
			})
		case brief.Dipped:
			if !checkedIn[l.Client] {
				checkedIn[l.Client] = true
				looks = append(looks, look{
					name: name, chip: worthAsking(),
					words: "The work together, " + trimOn(desk.On(l.CheckIn.GivenAt, now)) + ". " + l.CheckIn.Signal.InWords(),
					link:  ui.Link{Text: "Read it", Href: href + "/together"},
				})
			}
		case brief.Unseen:
			looks = append(looks, look{
				name:  name,
				words: "Answered " + s.Instrument.Name + " " + desk.On(s.Newest.At, now) + " and has not seen what it says.",
				link:  answers,
			})
		case brief.Wrote, brief.Silent:
		}
	}
	return looks
}

// flagInShort is where a flag comes from and when, in a line: what was answered stands
// where it is looked at.
func flagInShort(lib *instrument.Library, f safety.Flag, now time.Time) string {
	name := "An answer"
	if in, ok := lib.Lookup(f.Instrument, f.Version); ok {
		name = in.Name
		if in.Informant != "self" {
			name = "Said by somebody close"
		}
	}
	return name + ", " + trimOn(desk.At(f.RaisedAt, now)) + "."
}

// firstSentence is the beginning of words that are told in whole elsewhere.
func firstSentence(words string) string {
	if first, _, more := strings.Cut(words, ". "); more {
		return first + "."
	}
	return words
}

// arrivals are the answers that came, by client.
func arrivals(standings []measure.Standing, who map[access.Compartment]person.Person, now time.Time) []arrival {
	type came struct {
		client access.Compartment
		last   time.Time
		what   []string
	}
	var all []came
	for _, s := range standings {
		if !s.Arrived {
			continue
		}
		if n := len(all); n == 0 || all[n-1].client != s.Client {
			all = append(all, came{client: s.Client})
		}
		c := &all[len(all)-1]
		c.what = append(c.what, s.Instrument.Name)
		if s.Newest.At.After(c.last) {
			c.last = s.Newest.At
		}
	}
	slices.SortStableFunc(all, func(a, b came) int { return b.last.Compare(a.last) })
	var out []arrival
	for _, c := range all {
		out = append(out, arrival{
			name: desk.NameOf(who[c.client]), words: "answered " + list(c.what), note: desk.Upper(trimOn(desk.At(c.last, now))),
			href: "/clients/" + c.client.Of(),
		})
	}
	return out
}
