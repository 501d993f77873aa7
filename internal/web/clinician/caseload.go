package clinician

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
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
	// quietDays is after how long without a session and an answer somebody has
	// long not been heard.
	quietDays = 28
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
	flagged, stands := make(map[access.Compartment][]safety.Flag), make(map[access.Compartment][]measure.Standing)
	for _, f := range flags {
		flagged[f.Client] = append(flagged[f.Client], f)
	}
	for _, s := range standings {
		stands[s.Client] = append(stands[s.Client], s)
	}
	dipped := make(map[access.Compartment][]alliance.Step)
	for _, s := range checkIns {
		dipped[s.Client] = s.Open
	}
	type placed struct {
		caseRow
		next time.Time
	}
	var all []placed
	for _, c := range clients { // in order of name
		record := access.ClientRecord(c.ID)
		row := placed{caseRow{name: desk.NameOf(c), href: "/clients/" + c.ID, next: "No session planned"}, near[record].Next}
		row.whys = append(whysOf(row.href, flagged[record], stands[record], near[record], now), dipsOf(row.href, dipped[record], now)...)
		if c.State == person.Here && !finished[record] {
			if w, ok := longQuiet(row.href, c, stands[record], near[record], now); ok {
				row.whys = append(row.whys, w)
			}
		}
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

// whysOf are flags that are open, signals that were not talked about, and what
// came since the last session and is worth reading before the next.
func whysOf(href string, flags []safety.Flag, stands []measure.Standing, near session.Near, now time.Time) []why {
	var all []why
	flagged := make(map[string]bool)
	for _, f := range flags {
		flagged[f.AnswerID] = true
		all = append(all, why{
			chip: &ui.ChipProps{Text: "Safety flag", Tone: ui.Danger}, words: "Open since " + trimOn(desk.At(f.RaisedAt, now)) + ".",
			link: ui.Link{Text: "Look at it", Href: href + "/flags/" + f.ID},
		})
	}
	for _, s := range stands {
		if !s.Newest.TalkedAt.IsZero() {
			continue
		}
		answers := ui.Link{Text: "Open the answers", Href: href + "/answers/" + s.Newest.AnswerID}
		if len(s.Signals) > 0 {
			all = append(all, why{chip: chipOf(s.Signals[0]), words: s.Instrument.Name + ", " + trimOn(desk.On(s.Newest.At, now)) + ". Not talked about yet.", link: ui.Link{Text: "See the course", Href: href + "/course?of=" + s.Instrument.ID}})
		}
		if s.Newest.Result.CriticalUnknown() && !flagged[s.Newest.AnswerID] {
			all = append(all, why{chip: &ui.ChipProps{Text: "Worth asking about", Tone: ui.Clay}, words: s.Instrument.Name + ", " + trimOn(desk.On(s.Newest.At, now)) + ": the question about danger was skipped.", link: answers})
		}
		if s.Newest.Wrote && s.Newest.At.After(near.Last) {
			all = append(all, why{words: "Wrote something with the " + s.Instrument.Name + " " + desk.On(s.Newest.At, now) + ", since the last session.", link: answers})
		}
	}
	return all
}

// dipsOf are the check-ins that are worth asking about.
func dipsOf(href string, open []alliance.Step, now time.Time) (all []why) {
	for _, s := range open {
		all = append(all, why{
			chip: worthAsking(), words: "The work together, " + trimOn(desk.On(s.GivenAt, now)) + ". Not talked about yet.",
			link: ui.Link{Text: "Read it", Href: href + "/together"},
		})
	}
	return all
}

// longQuiet says that nothing was heard of somebody for long: no session, no
// answer, though they came in before that.
func longQuiet(href string, c person.Person, stands []measure.Standing, near session.Near, now time.Time) (why, bool) {
	last := near.Last
	for _, s := range stands {
		if s.Newest.At.After(last) {
			last = s.Newest.At
		}
	}
	heard := "No session and no answer since " + desk.Short(last, now)
	if last.IsZero() {
		last, heard = c.Since, "No session in "+desk.Number(backWeeks)+" weeks, and no answer yet"
	}
	if desk.DaysBetween(last, now) < quietDays {
		return why{}, false
	}
	w := why{words: heard + ".", link: ui.Link{Text: "Ask for something", Href: href + "/ask"}}
	if near.Next.IsZero() {
		w.words = heard + ", and none is planned. If the work is over, it can be finished."
		w.link = ui.Link{Text: "Finish the work", Href: href + "/work"}
	}
	return w, true
}
