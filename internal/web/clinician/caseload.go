package clinician

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

const (
	// backWeeks is how far the page looks back for the last session.
	backWeeks = 8
)

// caseloadPage is who needs a look: in order of the next session, which is when
// it can be talked about, and of nothing else. No score and no rank stands on it.
type caseloadPage struct {
	frame ui.FrameProps
	tabs  []ui.Tab
	rows  []caseRow
	rest  string // about those who are not listed
}

type caseRow struct {
	name, href, next string
	whys             []why
}

// A why is one reason for a look, in words.
type why struct {
	chip  *ui.ChipProps
	words string
	link  ui.Link
}

func clientTabs(at string) []ui.Tab {
	return []ui.Tab{
		{Link: ui.Link{Text: "By name", Href: "/clients"}, Current: at == "/clients"},
		{Link: ui.Link{Text: "Who needs a look", Href: "/clients/look"}, Current: at == "/clients/look"},
	}
}

func (p *Pages) caseload(w http.ResponseWriter, r *http.Request) error {
	now, actor := web.NowOf(r), web.ActorOf(r)
	clients, err := p.People.Clients(r.Context(), actor)
	if err != nil {
		return err
	}
	page := caseloadPage{frame: desk.Frame(r, "Clients"), tabs: clientTabs("/clients/look")}
	if len(clients) == 0 {
		return web.Show(w, r, http.StatusOK, caseloadView(page))
	}
	flags, err := p.Flags.Open(r.Context(), actor)
	if err != nil {
		return err
	}
	standings, err := p.Measures.Overview(r.Context(), actor, now)
	if err != nil {
		return err
	}
	near, err := p.Sessions.Near(r.Context(), actor, now.AddDate(0, 0, -7*backWeeks))
	if err != nil {
		return err
	}
	finished, err := p.Outcomes.Finished(r.Context(), actor)
	if err != nil {
		return err
	}
	checkIns, err := p.Alliances.Overview(r.Context(), actor, now.AddDate(0, 0, -recentCheckIns))
	if err != nil {
		return err
	}
	page.rows = caseRows(clients, flags, standings, checkIns, near, finished, now)
	page.frame.Lead = "In the order of the next session."
	switch n := len(clients) - len(page.rows); {
	case n == 0:
	case len(page.rows) == 0:
		page.rest = "Nothing asks for a look at the moment."
	default:
		page.rest = "Nothing asks for a look with the other " + desk.Number(n) + ". That a page is silent is no proof that all is well."
	}
	return web.Show(w, r, http.StatusOK, caseloadView(page))
}

// caseRows are the clients with something to look at.
func caseRows(clients []person.Person, flags []safety.Flag, standings []measure.Standing, checkIns []alliance.Standing, near map[access.Compartment]session.Near, finished map[access.Compartment]bool, now time.Time) []caseRow {
	known := make(map[access.Compartment]brief.Known)
	for _, k := range brief.Gather(flags, standings, checkIns) {
		known[k.Client] = k
	}
	type placed struct {
		caseRow
		next time.Time
	}
	var all []placed
	for _, c := range clients { // in order of name
		record := access.ClientRecord(c.ID)
		row := placed{caseRow{name: desk.NameOf(c), href: "/clients/" + c.ID, next: "No session planned"}, near[record].Next}
		k := known[record]
		k.Client, k.Near, k.Since, k.Working = record, near[record], c.Since, c.State == person.Here && !finished[record]
		row.whys = whysOf(row.href, k, now)
		if len(row.whys) == 0 {
			continue
		}
		if !row.next.IsZero() {
			row.caseRow.next = desk.Upper(trimOn(desk.At(row.next, now)))
		}
		all = append(all, row)
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(later(a.next), later(b.next)), a.next.Compare(b.next))
	})
	rows := make([]caseRow, len(all))
	for i, a := range all {
		rows[i] = a.caseRow
	}
	return rows
}

// later puts those without a session after those with one.
func later(t time.Time) int {
	if t.IsZero() {
		return 1
	}
	return 0
}

// whysOf are the reasons to look at one client, the weightiest first (brief.Looks). Who
// has not seen what their answers say stands on Today alone.
func whysOf(href string, k brief.Known, now time.Time) (all []why) {
	for _, l := range brief.Looks([]brief.Known{k}, now) {
		s := l.Standing
		answers := ui.Link{Text: "Open the answers", Href: href + "/answers/" + s.Newest.AnswerID}
		switch l.Why {
		case brief.Flagged:
			all = append(all, why{
				chip: &ui.ChipProps{Text: "Safety flag", Tone: ui.Danger}, words: "Open since " + trimOn(desk.At(l.Flag.RaisedAt, now)) + ".",
				link: ui.Link{Text: "Look at it", Href: href + "/flags/" + l.Flag.ID},
			})
		case brief.DangerSkipped:
			all = append(all, why{
				chip: worthAsking(), words: s.Instrument.Name + ", " + trimOn(desk.On(s.Newest.At, now)) + ": the question about danger was skipped, so it is unknown.", link: answers,
			})
		case brief.Signalled:
			all = append(all, why{
				chip: desk.SignalChip(s.Signals[0]), words: s.Instrument.Name + ", " + trimOn(desk.On(s.Score().At, now)) + ". Not talked about yet.",
				link: ui.Link{Text: "See the course", Href: href + "/course?of=" + s.Instrument.ID},
			})
		case brief.Worsened:
			all = append(all, why{
				chip: worthAsking(), words: s.Instrument.Name + ", " + trimOn(desk.On(s.Score().At, now)) + ". " + desk.WorsenedInWords(s),
				link: ui.Link{Text: "See the course", Href: href + "/course?of=" + s.Instrument.ID},
			})
		case brief.Dipped:
			all = append(all, why{
				chip: worthAsking(), words: "The work together, " + trimOn(desk.On(l.CheckIn.GivenAt, now)) + ". Not talked about yet.",
				link: ui.Link{Text: "Read it", Href: href + "/together"},
			})
		case brief.Wrote:
			all = append(all, why{words: "Wrote something with the " + s.Instrument.Name + " " + desk.On(s.Newest.At, now) + ", since the last session.", link: answers})
		case brief.Silent:
			all = append(all, silence(href, l.Heard, !k.Near.Next.IsZero(), now))
		case brief.Unseen:
		}
	}
	return all
}

// silence says that nothing was heard of somebody for long.
func silence(href string, heard time.Time, planned bool, now time.Time) why {
	words := "No session and no answer since " + desk.Short(heard, now)
	if heard.IsZero() {
		words = "No session in " + desk.Number(backWeeks) + " weeks, and no answer yet"
	}
	if planned {
		return why{words: words + ".", link: ui.Link{Text: "Ask for something", Href: href + "/ask"}}
	}
	return why{words: words + ", and none is planned. If the work is over, it can be finished.", link: ui.Link{Text: "Finish the work", Href: href + "/work"}}
}
