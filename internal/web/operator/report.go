package operator

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Where the report lies for a manager, and for a clinician.
const (
	managersReport   = "/report"
	cliniciansReport = "/outcomes"
)

type reportPage struct {
	frame  ui.FrameProps
	base   string
	byYear bool
	tabs   []ui.Tab
	tables []reportTable
}

type reportTable struct {
	id, heading, note string
	withdrawn         bool
	table             ui.TableProps
}

// report is the anonymous report of the whole practice. There is none of one
// clinician, and nothing on it leads to anybody.
func (p *Pages) report(base string) web.Page {
	return func(w http.ResponseWriter, r *http.Request) error {
		all, err := p.Outcomes.Report(r.Context(), web.ActorOf(r))
		if err != nil {
			return err
		}
		page := reportPage{frame: frame(r, "Report"), base: base, byYear: r.URL.Query().Get("by") == "year"}
		page.frame.Lead = "How finished work went, of everybody together."
		page.frame.Scripts = []string{"print.js"}
		page.tabs = []ui.Tab{
			{Link: ui.Link{Text: "By quarter", Href: base}, Current: !page.byYear},
			{Link: ui.Link{Text: "By year", Href: base + "?by=year"}, Current: page.byYear},
		}
		if page.byYear {
			all = outcome.Years(all)
		}
		if len(all) > 0 {
			page.frame.Actions = reportActions(page)
		}
		for i, t := range all {
			page.tables = append(page.tables, tableOf(t, i, page.byYear, web.NowOf(r)))
		}
		return web.Show(w, r, http.StatusOK, reportView(page))
	}
}

// reportCSV is the same as a file.
func (p *Pages) reportCSV(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Outcomes.Report(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	name := "report-by-quarter.csv"
	if r.URL.Query().Get("by") == "year" {
		all, name = outcome.Years(all), "report-by-year.csv"
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
	var file bytes.Buffer
	out := csv.NewWriter(&file)
	out.Write([]string{"from", "to", "what", "count", "of", "share", "low", "high", "state"})
	for _, t := range all {
		from, to := t.Since.Begins().Format(time.DateOnly), t.Upto.Ends().Format(time.DateOnly)
		if t.Withdrawn {
			out.Write([]string{from, to, "", "", "", "", "", "", "withdrawn"})
			continue
		}
		for _, l := range linesOf(t) {
			row := []string{from, to, l.key, "", "", "", "", "", "not shown"}
			if l.shown {
				row[3], row[8] = strconv.Itoa(l.n), "shown"
			}
			if s := l.share; s != nil {
				row[4] = strconv.Itoa(s.Of)
				for i, x := range []*float64{s.Rate, s.Low, s.High} {
					row[5+i] = strconv.FormatFloat(*x, 'f', 3, 64)
				}
			}
			out.Write(row)
		}
	}
	out.Flush()
	file.WriteTo(w) // a browser that left is nobody's fault
	return nil
}

// A reportLine is one count of a table, and, where both are shown, its share.
type reportLine struct {
	key, words string
	n          int
	shown      bool
	unit       string
	share      *change.Share
}

// linesOf are the lines of a table, in the order in which they are read.
func linesOf(t outcome.Table) []reportLine {
	line := func(key, words string, s, of outcome.Stat) reportLine {
		c, whole := t.Counts[s], t.Counts[of]
		l := reportLine{key: key, words: words, n: c.N, shown: c.Shown}
		if s != of && c.Shown && whole.Shown {
			share := change.NewShare(c.N, whole.N)
			l.share = &share
		}
		return l
	}
	all := []reportLine{
		line("finished", "Pieces of work finished", outcome.All, outcome.All), // if it is not shown, it is LeastTable at least
		line("ended as planned", "of these, ended as planned", outcome.EndedAsPlanned, outcome.All),
		line("ended early", "of these, ended early", outcome.EndedEarly, outcome.All),
		line("goes on elsewhere", "of these, go on elsewhere", outcome.EndedElsewhere, outcome.All),
	}
	if t.Weeks > 0 {
		all = append(all, reportLine{key: "median weeks", words: "Median length", n: t.Weeks, shown: true, unit: " weeks"})
	}
	all = append(all, line("measured", "Measured at the start and the end, by PHQ-9 and GAD-7", outcome.Measured, outcome.All))
	rest := reportLine{key: "not classifiable", words: "Not classifiable, because a measure is missing"}
	if n, m := t.Counts[outcome.All], t.Counts[outcome.Measured]; n.Shown && m.Shown {
		rest.n, rest.shown = n.N-m.N, true
	}
	return append(
		all, rest,
		line("case at the start", "A case at the start: PHQ-9 10 or more, or GAD-7 8 or more", outcome.CaseAtStart, outcome.Measured),
		line("recovery", "Recovery: a case at the start, and below both at the end", outcome.Recovery, outcome.CaseAtStart),
		line("reliable improvement", "Reliable improvement: PHQ-9 by 6 or GAD-7 by 4, and neither worse by that", outcome.Improvement, outcome.Measured),
		line("reliable recovery", "Reliable recovery: both", outcome.ReliableRecovery, outcome.CaseAtStart),
		line("reliable deterioration", "Reliable deterioration: worse by that on one, and better by that on neither", outcome.Deterioration, outcome.Measured),
	)
}

func tableOf(t outcome.Table, nth int, year bool, now time.Time) reportTable {
	out := reportTable{id: fmt.Sprintf("h-t%d", nth), heading: t.Period(), withdrawn: t.Withdrawn}
	if year {
		out.heading = strconv.Itoa(t.Since.Year())
	}
	out.note = "Counted on " + t.MadeAt.In(now.Location()).Format("2 January 2006")
	if t.Withdrawn {
		out.note = ""
		return out
	}
	out.table = ui.TableProps{
		Caption: out.heading, RowHeads: true,
		Columns: []ui.Column{{Name: "What"}, {Name: "How many", Right: true}, {Name: "Share", Right: true}},
	}
	for _, l := range linesOf(t) {
		row := []ui.Cell{{Text: l.words}, {Text: "not shown"}, {}}
		if l.key == "finished" {
			row[1].Text = strconv.Itoa(outcome.LeastTable) + " or more"
		}
		if l.shown {
			row[1].Text = strconv.Itoa(l.n) + l.unit
		}
		if l.share != nil {
			row[1].Text += " of " + strconv.Itoa(l.share.Of)
			row[2].Text = shareInWords(*l.share)
		}
		out.table.Rows = append(out.table.Rows, row)
	}
	return out
}

// shareInWords is "58 % (32 to 81)".
func shareInWords(s change.Share) string {
	whole := func(x *float64) string { return strconv.Itoa(int(math.Floor(*x*100 + .5))) }
	return strings.Join([]string{whole(s.Rate), "%", "(" + whole(s.Low), "to", whole(s.High) + ")"}, " ")
}
