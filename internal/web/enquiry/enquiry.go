// Package enquiry has the pages on which a practice reads who asks for a
// consultation, and answers: for clinicians whole, for managers without what brings
// somebody. The form itself is in package public.
package enquiry

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about enquiries.
type Pages struct {
	Facts     *web.Facts
	People    *person.People
	Enquiries *enquiry.Enquiries
	Sessions  *session.Sessions
}

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		desk.Get("/enquiries", access.ListCallers, p.list),
		desk.Post("/enquiries/junk", access.DropEnquiry, p.drop),
		desk.Get("/enquiries/{enquiry}", access.ReadEnquiry, p.one),
		desk.Post("/enquiries/{enquiry}", access.DecideEnquiry, p.decide),
		desk.Get("/enquiries/{enquiry}/accept", access.ReadEnquiry, p.accept),
		desk.Post("/enquiries/{enquiry}/accept", access.AcceptEnquiry, p.acceptNow),
		{Method: http.MethodGet, Pattern: "/callers", Audience: web.Manager, Action: access.ListCallers, Page: p.callers},
	}
}

// said are the words after something was kept.
var said = map[string]string{
	"note": "Kept. Colleagues see it.", "propose": "Proposed. They see it marked for them.", "wait": "On the waiting list.",
	"tell": "Told. They find it by their link.", "offer": "Offered. You see here when they answer.",
	"decline": "Declined. They find your words by their link.", "reopen": "Back in the inbox.", "dropped": "Deleted for good.",
}

// A listPage is a part of the inbox.
type listPage struct {
	Frame  ui.FrameProps
	Pile   enquiry.Pile
	Tabs   []ui.Tab
	Listed enquiry.Listed
	Items  []itemLine
	Before string // address of the page before, and of the next
	Next   string
	Where  string // "1 to 20 of 57"
}

// An itemLine is one enquiry in a list.
type itemLine struct {
	enquiry.Item
	Href  string
	Asked string
	Note  string
	Chips []ui.ChipProps
}

var pileNames = []struct {
	pile enquiry.Pile
	name string
}{{enquiry.Inbox, "Inbox"}, {enquiry.Queue, "Waiting list"}, {enquiry.Answers, "Declined"}, {enquiry.Junk, "Probably advertising"}}

// names are those who work here, by id.
func (p *Pages) names(r *http.Request) (map[string]string, []person.Person, error) {
	staff, err := p.People.Staff(r.Context(), web.ActorOf(r))
	if err != nil {
		return nil, nil, err
	}
	names := make(map[string]string, len(staff))
	for _, s := range staff {
		names[s.ID] = s.Name
	}
	return names, staff, nil
}

func (p *Pages) listed(r *http.Request, to string) (page listPage, names map[string]string, err error) {
	page.Pile = enquiry.Pile(r.URL.Query().Get("pile"))
	if page.Pile == "" {
		page.Pile = enquiry.Inbox
	}
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	n = max(0, n)
	if page.Listed, err = p.Enquiries.List(r.Context(), web.ActorOf(r), page.Pile, n); err != nil {
		return page, nil, err
	}
	if names, _, err = p.names(r); err != nil {
		return page, nil, err
	}
	at := func(pile enquiry.Pile, n int) string {
		return to + "?" + url.Values{"pile": {string(pile)}, "page": {strconv.Itoa(n)}}.Encode()
	}
	for _, t := range pileNames {
		text := t.name
		if n := page.Listed.Piles[t.pile]; n > 0 {
			text += " (" + strconv.Itoa(n) + ")"
		}
		page.Tabs = append(page.Tabs, ui.Tab{Link: ui.Link{Text: text, Href: at(t.pile, 0)}, Current: t.pile == page.Pile})
	}
	for _, i := range page.Listed.Items {
		page.Items = append(page.Items, lineOf(r, i, names))
	}
	from := n*enquiry.PerPage + 1
	upTo := from + len(page.Items) - 1
	if page.Listed.Total > enquiry.PerPage {
		page.Where = strconv.Itoa(from) + " to " + strconv.Itoa(upTo) + " of " + strconv.Itoa(page.Listed.Total)
	}
	if n > 0 {
		page.Before = at(page.Pile, n-1)
	}
	if upTo < page.Listed.Total {
		page.Next = at(page.Pile, n+1)
	}
	return page, names, nil
}

// list shows the inbox, or another pile.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	page, _, err := p.listed(r, "/enquiries")
	if err != nil {
		return err
	}
	page.Frame = web.FrameSaying(r, "Enquiries", said)
	if page.Listed.Mine > 0 {
		page.Frame.Lead = many(page.Listed.Mine, "one in the inbox is for you.", "in the inbox are for you.")
	}
	return web.Show(w, r, http.StatusOK, listView(page))
}

func many(n int, one, more string) string {
	if n == 1 {
		return "Of these, " + one
	}
	return "Of these, " + strconv.Itoa(n) + " " + more
}

// lineOf is what a list says of one.
func lineOf(r *http.Request, i enquiry.Item, names map[string]string) itemLine {
	now := web.NowOf(r)
	l := itemLine{Item: i, Href: "/enquiries/" + i.ID, Asked: ui.Date(i.AskedAt.In(now.Location()), now)}
	l.Note = "Asked on " + l.Asked + ", " + ago(i.AskedAt, now)
	if name := names[i.For]; name != "" && i.For != web.ActorOf(r).ID {
		l.Note += ", for " + name
	}
	if !i.ToldAt.IsZero() {
		l.Note += ". Last told on " + ui.Date(i.ToldAt.In(now.Location()), now)
	}
	if !i.ForgetAt.IsZero() {
		l.Note += ". Forgotten on " + ui.Date(i.ForgetAt.In(now.Location()), now)
	}
	if i.For == web.ActorOf(r).ID {
		l.Chips = append(l.Chips, ui.ChipProps{Text: "for you", Tone: ui.Water})
	}
	if !i.NewsAt.IsZero() {
		l.Chips = append(l.Chips, ui.ChipProps{Text: "added a line", Tone: ui.Clay})
	}
	switch i.State {
	case enquiry.Proposed:
		l.Chips = append(l.Chips, ui.ChipProps{Text: "proposed"})
	case enquiry.Offered:
		l.Chips = append(l.Chips, ui.ChipProps{Text: "offered"})
	}
	if n := len(i.Same); n > 0 {
		l.Chips = append(l.Chips, ui.ChipProps{Text: "asked " + times(n+1)})
	}
	return l
}

func times(n int) string {
	if n == 2 {
		return "twice"
	}
	return strconv.Itoa(n) + " times"
}

// ago is how long ago something was, in days.
func ago(at, now time.Time) string {
	at = at.In(now.Location())
	days := int(time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, time.UTC).Sub(time.Date(at.Year(), at.Month(), at.Day(), 12, 0, 0, 0, time.UTC)).Hours() / 24)
	switch days {
	case 0:
		return "today"
	case 1:
		return "yesterday"
	}
	return strconv.Itoa(days) + " days ago"
}

// all are the ids of what is folded into one line.
func (l itemLine) all() string {
	ids := l.ID
	for _, s := range l.Same {
		ids += " " + s.ID
	}
	return ids
}

// drop deletes what was ticked among what looks like advertising.
func (p *Pages) drop(w http.ResponseWriter, r *http.Request) error {
	ids := strings.Fields(strings.Join(r.PostForm["id"], " "))
	for _, id := range ids[:min(len(ids), 2*enquiry.MostJunk)] {
		if err := p.Enquiries.Drop(r.Context(), web.ActorOf(r), id); err != nil {
			return err
		}
	}
	return web.SeeOther(w, r, "/enquiries?pile=junk&done=dropped")
}

// A callersPage is what a manager sees: who asked, how they are reached, for whom,
// and how far it is.
type callersPage struct {
	listPage
	Table ui.TableProps
}

func (p *Pages) callers(w http.ResponseWriter, r *http.Request) error {
	list, names, err := p.listed(r, "/callers")
	if err != nil {
		return err
	}
	page := callersPage{listPage: list}
	page.Frame = web.Frame(r)
	page.Frame.Heading = "Who asked"
	page.Frame.Lead = "How to reach them, for whom they ask, and how far it is. What brings somebody only clinicians read."
	page.Table = ui.TableProps{
		Caption: "Who asked for a consultation", RowHeads: true,
		Columns: []ui.Column{{Name: "Name"}, {Name: "Reach them"}, {Name: "For"}, {Name: "Wishes"}, {Name: "Asked"}, {Name: "State"}},
	}
	for _, i := range page.Items {
		page.Table.Rows = append(page.Table.Rows, []ui.Cell{
			{Text: i.Who.Name}, {Text: reachOf(i.Who)}, {Text: or(names[i.For], "anybody")}, {Text: wishesOf(i.Who)}, {Text: i.Asked}, {Text: stateOf(i.State)},
		})
	}
	return web.Show(w, r, http.StatusOK, callersView(page))
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
