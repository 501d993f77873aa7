package profile

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A Stand is where a public page is shown from.
type Stand struct {
	Practice person.Practice
	Said     profile.Public
	Open     bool     // people can sign in and ask; false while the server is sealed
	Draft    *preview // of a draft; nil: what anybody reads
	Frame    ui.FrameProps
	Now      time.Time // in the practice's zone
}

// StandFor is where the public pages of a practice are shown from for r, by what
// the facts say.
func StandFor(r *http.Request, facts *web.Facts, one person.Practice, open bool) Stand {
	f := web.Frame(r)
	f.Audience, f.Home, f.Places, f.SignOut, f.Leave = ui.Public, "/p/"+one.Slug, nil, "", one.Leave
	f.Brand = one.Name
	return Stand{Practice: one, Said: facts.Profile(one.ID), Open: open, Frame: f, Now: facts.Now().In(one.Location())}
}

// Show shows the page of a practice. A practice decides whether search engines may
// list it; they may not until it does.
func Show(w http.ResponseWriter, r *http.Request, s Stand) error {
	s.tellRobots(w)
	return web.Show(w, r, http.StatusOK, PracticeView(practicePageOf(s)))
}

// ShowClinician shows the page of one clinician.
func ShowClinician(w http.ResponseWriter, r *http.Request, s Stand, c profile.Shown) error {
	s.tellRobots(w)
	return web.Show(w, r, http.StatusOK, clinicianView(clinicianPageOf(s, c)))
}

func (s Stand) tellRobots(w http.ResponseWriter) {
	if s.Said.Practice != nil && s.Said.Practice.Listed && s.Draft == nil {
		w.Header().Del("X-Robots-Tag")
	}
}

// address is that of the practice's page.
func (s Stand) address() string { return "/p/" + s.Practice.Slug }

// begin is where somebody asks for a first consultation, with c or with whomever;
// empty if nobody can ask at the moment.
func (s Stand) begin(room profile.Room, with string) string {
	if !s.Open || !room.Begins() || s.Said.Practice == nil {
		return ""
	}
	to := s.address() + "/begin"
	if with != "" {
		to += "?with=" + with // small letters, digits and dashes
	}
	return to
}

// places are where a visitor can go from any page of the practice.
func (s Stand) places(here ...ui.Link) []ui.Place {
	var all []ui.Place
	for _, l := range here {
		all = append(all, ui.Place{Link: l})
	}
	if s.Open {
		all = append(all, ui.Place{Link: ui.Link{Text: "Sign in", Href: "/sign-in?p=" + s.Practice.Slug}})
	}
	return all
}

// A practicePage is what a practice says of itself in public.
type practicePage struct {
	Stand
	Headline  string
	Lead      string
	How       []string // paragraphs; the first is larger
	Scope     string   // with whom, how and in which languages
	Begin     string
	BeginText string
	Room      string // in words, below the button
	People    []card
	Times     []timeLine
	TimesNote string
	Fees      *ui.TableProps
	Sliding   []string
	Policies  []policy
	Elsewhere []string
	Link      *ui.Link
	Foot      footer
}

// A card is one clinician on the page of the practice.
type card struct {
	Initials, Name, Href string
	Text                 string
	Room                 string
}

// A timeLine is one free time.
type timeLine struct {
	When string
	How  string
	Href string // where to ask with whoever offers it
	Name string // who that is; empty on their own page
}

// A policy is one thing that is good to know, in paragraphs.
type policy struct {
	Heading string
	Text    []string
}

// A footer is what stands at the foot of each public page.
type footer struct {
	Practice  person.Practice
	Emergency safety.Emergency
	Help      string
}

func (s Stand) footer() footer {
	country, _ := safety.Contacts(s.Practice.Country)
	return footer{Practice: s.Practice, Emergency: country.Emergency, Help: "/help?p=" + s.Practice.Slug}
}

// shownTimes is how many free times a page shows.
const shownTimes = 4

func practicePageOf(s Stand) practicePage {
	p := practicePage{Stand: s, Headline: s.Practice.Name, Foot: s.footer()}
	if all := Paragraphs(s.Practice.About); len(all) > 0 {
		p.Lead, p.How = all[0], all[1:]
	}
	for _, c := range s.Said.Clinicians {
		p.People = append(p.People, cardOf(s, c))
	}
	var here []ui.Link
	if len(p.People) > 0 {
		here = append(here, ui.Link{Text: "People", Href: "#people"})
	}
	if said := s.Said.Practice; said != nil {
		p.say(*said)
	}
	if p.Fees != nil {
		here = append(here, ui.Link{Text: "Fees", Href: "#fees"})
	}
	p.Frame.Places = s.places(append(here, ui.Link{Text: "Get in touch", Href: "#contact"})...)
	p.Frame.Foot = foot(p.Foot)
	return p
}

// say puts on the page what the practice published.
func (p *practicePage) say(said profile.Practice) {
	if said.Headline != "" {
		p.Headline = said.Headline
	}
	p.Lead, p.How = said.Lead, Paragraphs(said.Approach)
	p.Scope = scope(said.Formats, said.Ways, said.Languages)
	p.Fees, p.Sliding = feeTable(said.Currency, said.Fees), Paragraphs(said.Sliding)
	p.Policies = policies(said)
	p.Begin, p.BeginText = p.begin(said.Room, ""), "Ask for a first consultation"
	p.Room = said.RoomWords
	switch said.Room {
	case profile.Waiting:
		p.Room = joined("There is a waiting list at the moment.", said.RoomWords)
	case profile.Closed:
		p.Room = joined("There is no room for anybody new at the moment.", said.RoomWords)
	case profile.Open:
		p.times()
	}
	if said.Room != profile.Open {
		p.Elsewhere = Paragraphs(said.Elsewhere)
	}
	p.Link = outside(said.Link)
}

// times puts the next free times of all on the page, the earliest first.
func (p *practicePage) times() {
	type one struct {
		who profile.Shown
		at  profile.Time
	}
	var all []one
	for _, c := range p.Said.Clinicians {
		if p.Said.RoomWith(c) == profile.Open {
			for _, t := range c.Free {
				all = append(all, one{c, t})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b one) int { return a.at.Start.Compare(b.at.Start) })
	if !p.Open {
		return
	}
	p.TimesNote = noTimes
	if len(all) > 0 {
		p.Room = joined("The next free one is on "+dayAndTime(all[0].at, p.Now)+".", p.Room)
		p.TimesNote = zoneNote(p.Practice)
	}
	for _, o := range all[:min(len(all), shownTimes)] {
		line := timeLineOf(o.at, p.Now)
		line.Name, line.Href = o.who.Name, p.address()+"/"+o.who.Address
		p.Times = append(p.Times, line)
	}
}

const noTimes = "None is free at the moment. You can ask all the same: we look for a time together."

// zoneNote says by whose clocks times are, by the town that a time zone is called
// after.
func zoneNote(p person.Practice) string {
	town := p.TimeZone[strings.LastIndexByte(p.TimeZone, '/')+1:]
	return "Times are by the clocks in " + strings.ReplaceAll(town, "_", " ") + "."
}

func timeLineOf(t profile.Time, now time.Time) timeLine {
	return timeLine{When: dayAndTime(t, now), How: fmt.Sprintf("%d minutes, %s", int(t.Length.Minutes()), or(waysWords(t.Ways)))}
}

func dayAndTime(t profile.Time, now time.Time) string {
	at := t.Start.In(now.Location())
	return ui.Date(at, now) + " at " + at.Format("15:04")
}

// joined are sentences that there are, with a space between.
func joined(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), " ")
}

func cardOf(s Stand, c profile.Shown) card {
	text := c.Lead
	if c.Title != "" {
		text = joined(strings.TrimSuffix(c.Title, ".")+".", text)
	}
	if len(c.Languages) > 0 {
		text = joined(text, profile.Listed(profile.NamesOf(c.Languages))+".")
	}
	return card{
		Initials: initials(c.Name), Name: c.Name, Href: s.address() + "/" + c.Address, Text: text,
		Room: roomWords(s.Said.RoomWith(c), c.RoomWords),
	}
}

// roomWords says whether there is room: in the clinician's own words where they
// wrote some and do not say that there is none.
func roomWords(room profile.Room, own string) string {
	if own != "" {
		if room == profile.Open {
			return own
		}
		return room.Words() + ". " + own
	}
	return room.Words()
}

// initials stand where a portrait would.
func initials(name string) string {
	words := strings.Fields(name)
	first := func(word string) string {
		for _, r := range word {
			return strings.ToUpper(string(r))
		}
		return ""
	}
	switch len(words) {
	case 0:
		return ""
	case 1:
		return first(words[0])
	}
	return first(words[0]) + first(words[len(words)-1])
}

// scope is with whom the work is done, how and in which languages, in a sentence.
func scope(formats []profile.Format, ways []profile.Way, languages []profile.Language) string {
	var parts []string
	for _, f := range formats {
		word := f.Words()
		if f == profile.Individual {
			word = "individuals"
		}
		parts = append(parts, word)
	}
	text := ""
	if len(parts) > 0 {
		text = "With " + profile.Listed(parts)
	}
	if w := or(waysWords(ways)); w != "" {
		text = comma(text, w)
	}
	if names := profile.NamesOf(languages); len(names) > 0 {
		text = comma(text, "in "+profile.Listed(names))
	}
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func comma(text, more string) string {
	if text == "" {
		return more
	}
	return text + ", " + more
}

func waysWords(ways []profile.Way) []string {
	words := make([]string, len(ways))
	for i, w := range ways {
		words[i] = w.Words()
	}
	return words
}

// or is words of which one holds: "in person, by video or by phone".
func or(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return profile.Listed(words)
}

// feeTable shows what meetings cost; nil if nothing is said. A column that would
// be empty is left out.
func feeTable(currency profile.Currency, fees []profile.Fee) *ui.TableProps {
	if len(fees) == 0 {
		return nil
	}
	long := slices.ContainsFunc(fees, func(f profile.Fee) bool { return f.Minutes > 0 })
	slides := slices.ContainsFunc(fees, func(f profile.Fee) bool { return f.Slides })
	t := &ui.TableProps{Caption: "What it costs", RowHeads: true, Columns: []ui.Column{{Name: "What"}}}
	if long {
		t.Columns = append(t.Columns, ui.Column{Name: "How long"})
	}
	t.Columns = append(t.Columns, ui.Column{Name: "Fee", Right: true})
	if slides {
		t.Columns = append(t.Columns, ui.Column{Name: "Reduced", Right: true})
	}
	for _, f := range fees {
		row := []ui.Cell{{Body: feeWhat(f)}}
		if long {
			row = append(row, ui.Cell{Text: f.Length()})
		}
		row = append(row, ui.Cell{Text: currency.Format(f.Price)})
		if slides {
			row = append(row, ui.Cell{Text: f.Reduced(currency)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func policies(said profile.Practice) []policy {
	var all []policy
	for _, p := range []struct{ heading, text string }{
		{"Cancelling", said.Cancelling}, {"Between sessions", said.Contact}, {"Where we are", said.Where},
	} {
		if text := Paragraphs(p.text); len(text) > 0 {
			all = append(all, policy{p.heading, text})
		}
	}
	return all
}

// outside is a link to somebody's own page elsewhere, named by where it leads.
func outside(address string) *ui.Link {
	if address == "" {
		return nil
	}
	name := strings.TrimSuffix(strings.TrimPrefix(address, "https://"), "/")
	return &ui.Link{Text: name, Href: address}
}

// A clinicianPage is what one clinician says in public.
type clinicianPage struct {
	Stand
	C         profile.Shown
	Initials  string
	About     []string
	Scope     string
	Begin     string
	BeginText string
	Room      string
	Times     []timeLine
	TimesNote string
	ShowTimes bool
	Fees      *ui.TableProps
	Sliding   []string
	Policies  []policy
	Elsewhere []string
	Link      *ui.Link
}

func clinicianPageOf(s Stand, c profile.Shown) clinicianPage {
	room := s.Said.RoomWith(c)
	first, _, _ := strings.Cut(c.Name, " ")
	p := clinicianPage{
		Stand: s, C: c, Initials: initials(c.Name), About: Paragraphs(c.About), Link: outside(c.Link),
		Scope: scope(c.Formats, c.Ways, c.Languages), Room: roomWords(room, c.RoomWords),
		Begin: s.begin(room, c.Address), BeginText: "Ask " + first + " for a first consultation",
		Fees: feeTable(c.Currency, c.Fees),
	}
	if said := s.Said.Practice; said != nil {
		if p.Fees == nil {
			p.Fees = feeTable(said.Currency, said.Fees)
		}
		p.Sliding, p.Policies = Paragraphs(said.Sliding), policies(*said)
		if room != profile.Open {
			p.Elsewhere = Paragraphs(said.Elsewhere)
		}
	}
	if p.ShowTimes = room == profile.Open && s.Open; p.ShowTimes {
		p.TimesNote = noTimes
		for _, t := range c.Free[:min(len(c.Free), shownTimes)] {
			p.Times = append(p.Times, timeLineOf(t, s.Now))
			p.TimesNote = zoneNote(s.Practice)
		}
	}
	var here []ui.Link
	if p.Fees != nil {
		here = append(here, ui.Link{Text: "Fees", Href: "#fees"})
	}
	p.Frame.Places = s.places(append([]ui.Link{{Text: "The practice", Href: s.address()}}, here...)...)
	p.Frame.Foot = foot(s.footer())
	return p
}

// Paragraphs are the parts of a text between empty lines.
func Paragraphs(text string) []string {
	var all []string
	for _, part := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// Tel is the address that calls a number as people write it; empty if it is none.
func Tel(number string) string {
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == '+' {
			return c
		}
		return -1
	}, strings.ReplaceAll(number, "(0)", ""))
	if len(digits) < 3 || strings.LastIndex(digits, "+") > 0 {
		return ""
	}
	return "tel:" + digits
}
