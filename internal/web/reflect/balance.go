package reflect

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// balancePage is whose work it has been with one client, and what became of tools.
type balancePage struct {
	*seat
	frame  ui.FrameProps
	tabs   []ui.Tab
	since  string
	words  string
	rows   []balanceRow
	harder bool
	aside  string // until when it was put aside; empty: not
	tools  toolsView
	week   bool // one more tool would be the third in a week
}

// A balanceRow is what both sides did of one kind.
type balanceRow struct {
	what         string
	theirs, ours string
	bars         [2]int // of each side, so many signs
}

// toolsView is what was brought in and what became of it.
type toolsView struct {
	words string
	rows  []toolRow
	steps string
}

type toolRow struct {
	name, became, last string
}

func (p *Pages) balance(w http.ResponseWriter, r *http.Request) error {
	s, err := p.seatOf(r)
	if err != nil {
		return err
	}
	b, err := p.Briefs.Whose(r.Context(), s.actor, s.record)
	if err != nil {
		return err
	}
	page := balancePage{seat: s, frame: s.frame(r, "Whose work it has been"), tabs: desk.Tabs(s.record.Of(), "/together")}
	page.since = "Since " + ui.Date(b.Work.Since.In(s.now.Location()), s.now)
	page.words = workWords(b.Work, s.name)
	page.rows = rowsOf(b.Work)
	page.harder = b.Work.Harder()
	if !b.Aside.IsZero() {
		page.aside = ui.Date(b.Aside.In(s.now.Location()), s.now)
	}
	page.week = brief.Third(b.Week)
	page.tools = toolsOf(b.Tools, p.library(s.actor.Practice), s.now)
	return web.Show(w, r, http.StatusOK, balanceView(page))
}

// workWords says whose work it has been, and blames nobody.
func workWords(w brief.Work, name string) string {
	ours, theirs := w.By(hour.ByClinician), w.By(hour.ByClient)
	switch {
	case w.Harder():
		return desk.Harder(name)
	case ours+theirs+w.By(hour.ByBoth) == 0:
		return "Nothing was brought or taken on in this time, by nobody. The hours may well have been enough."
	case theirs > ours:
		return "More of it began with " + name + "."
	case ours > theirs:
		return "Somewhat more of it began with you and your colleagues, which is nothing unusual."
	}
	return "Both of you began things."
}

// kinds are what is looked at, as a row is called.
var kinds = []struct {
	what brief.What
	name string
}{
	{brief.Brought, "Brought to a session"},
	{brief.TookOn, "Next steps taken on"},
	{brief.Proposed, "Goals proposed"},
	{brief.Set, "Milestones set"},
	{brief.Suggested, "Practice suggested or taken up"},
}

func rowsOf(w brief.Work) (all []balanceRow) {
	for _, k := range kinds {
		theirs, ours, both := w.Of(hour.ByClient, k.what), w.Of(hour.ByClinician, k.what), w.Of(hour.ByBoth, k.what)
		if theirs+ours+both == 0 {
			continue
		}
		row := balanceRow{what: k.name, theirs: countWords(theirs), ours: countWords(ours), bars: [2]int{theirs, ours}}
		if both > 0 {
			row.what += " (" + desk.Number(both) + " by both)"
		}
		all = append(all, row)
	}
	return all
}

func countWords(n int) string {
	if n == 0 {
		return "none"
	}
	return desk.Number(n)
}

func toolsOf(t brief.Tools, lib *method.Library, now time.Time) toolsView {
	v := toolsView{words: toolWords(t), steps: stepWords(t)}
	for _, one := range t.Tried {
		v.rows = append(v.rows, toolRow{
			name: nameOf(one.Tool, lib), became: becameWords(one), last: desk.Short(one.Last, now),
		})
	}
	for _, k := range t.Kept {
		v.rows = append(v.rows, toolRow{name: k.Title, became: keptWords(k), last: desk.Short(k.At, now)})
	}
	return v
}

// keptWords is what became of something to practise between sessions.
func keptWords(k brief.Kept) string {
	words := "Between sessions: suggested"
	if k.Side == goal.ByClient {
		words = "Between sessions: begun by the client"
	}
	if k.Times > 0 {
		words += ", practised " + desk.Often(k.Times)
	}
	switch k.State {
	case assignment.Suggested:
		words += ", not answered"
	case assignment.Postponed:
		words += ", put off"
	case assignment.Declined:
		words += ", not taken up"
	case assignment.LetGo:
		words += ", let go"
	case assignment.Agreed, assignment.Withdrawn:
	}
	return words + "."
}

func nameOf(t hour.Tool, lib *method.Library) string {
	if t.Technique == "" {
		return t.Name
	}
	if entry, ok := lib.Technique(t.Technique); ok {
		return entry.Name
	}
	return "A technique that is not in the catalogue any more"
}

// toolWords are what became of all of them, in a sentence.
func toolWords(t brief.Tools) string {
	meant, used, letGo := t.Counts()
	if meant == 0 {
		return "No tool was brought in. Presence needs none."
	}
	var parts []string
	if used > 0 {
		parts = append(parts, desk.Number(used)+" used")
	}
	if letGo > 0 {
		parts = append(parts, desk.Number(letGo)+" let go")
	}
	if rest := meant - used - letGo; rest > 0 {
		parts = append(parts, "of "+desk.Number(rest)+" nothing is noted")
	}
	return desk.Upper(desk.Count(meant, "tool was", "tools were")) + " brought in: " + strings.Join(parts, ", ") + "."
}

func stepWords(t brief.Tools) string {
	s := t.Steps
	if len(s.Begun)+len(s.Ahead)+len(s.Left) == 0 {
		return ""
	}
	words := desk.Upper(desk.Count(len(s.Begun)+len(s.Ahead), "step stands", "steps stand")) + " in the plan, " + desk.Number(len(s.Begun)) + " of them begun."
	if n := len(s.Left); n > 0 {
		words += " " + desk.Upper(desk.Count(n, "other was", "others were")) + " taken out again."
	}
	return words
}

func becameWords(t brief.Tried) string {
	var parts []string
	add := func(n int, word string) {
		switch {
		case n == 1 && t.Meant == 1:
			parts = append(parts, word)
		case n > 0:
			parts = append(parts, word+" "+times(n))
		}
	}
	add(t.Used, "used")
	add(t.LetGo, "let go")
	words := desk.Upper(strings.Join(parts, ", "))
	switch n := t.Unsaid(); {
	case n > 0 && words == "":
		return "Nothing is noted of it."
	case n > 0:
		words += "; of " + desk.Number(n) + " nothing is noted"
	}
	return words + "."
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return desk.Number(n) + " times"
}

// putAside puts the question aside for a while, or takes it up again.
func (p *Pages) putAside(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	aside := r.PostFormValue("do") != "again"
	if err := p.Reflections.PutAside(r.Context(), web.ActorOf(r), record, aside); err != nil {
		return err
	}
	said := "aside"
	if !aside {
		said = "again"
	}
	return web.SeeOther(w, r, "/clients/"+id+"/balance?done="+said)
}

// caseloadPage is that with every client.
type caseloadPage struct {
	frame ui.FrameProps
	words string
	rows  []caseRow
}

type caseRow struct {
	name, href, work, tools string
	chip                    *ui.ChipProps
	harder                  bool
}

func (p *Pages) caseload(w http.ResponseWriter, r *http.Request) error {
	actor, now := web.ActorOf(r), web.NowOf(r)
	clients, err := p.People.Clients(r.Context(), actor)
	if err != nil {
		return err
	}
	page := caseloadPage{frame: web.FrameSaying(r, "Whose work it has been", done)}
	page.frame.Kicker = "The last twelve weeks, " + ui.Date(now, now)
	if len(clients) == 0 {
		return web.Show(w, r, http.StatusOK, caseloadView(page))
	}
	all, err := p.Briefs.Caseload(r.Context(), actor)
	if err != nil {
		return err
	}
	var whole brief.Tools
	for _, c := range clients {
		one, ok := all.Of[access.ClientRecord(c.ID)]
		if !ok {
			continue
		}
		whole.Tried = append(whole.Tried, one.Tools.Tried...)
		row := caseRow{
			name: desk.NameOf(c), href: "/clients/" + c.ID + "/balance", tools: toolWords(one.Tools),
			work: shortWork(one.Work, desk.First(desk.NameOf(c))), harder: one.Work.Harder() && one.Aside.IsZero(),
		}
		if row.harder {
			row.chip = &ui.ChipProps{Text: "Mostly from you", Tone: ui.Clay}
		}
		page.rows = append(page.rows, row)
	}
	slices.SortStableFunc(page.rows, func(a, b caseRow) int { return cmp.Compare(rank(a), rank(b)) })
	page.words = toolWords(whole)
	return web.Show(w, r, http.StatusOK, caseloadView(page))
}

func rank(r caseRow) int {
	if r.harder {
		return 0
	}
	return 1
}

func shortWork(w brief.Work, name string) string {
	ours, theirs := w.By(hour.ByClinician), w.By(hour.ByClient)
	switch {
	case ours+theirs == 0:
		return "Nothing was brought or taken on lately."
	case w.Harder():
		return "Lately most of it came from you and your colleagues."
	case theirs > ours:
		return "More of it began with " + name + "."
	}
	return "Both began things."
}
