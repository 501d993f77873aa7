package client

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// coursePage is a client's own lines, one for each questionnaire.
type coursePage struct {
	Frame ui.FrameProps
	Lines []ownLine
}

// An ownLine is one questionnaire over time: words first, then the line, then a
// table. It holds no band of others, no prediction and no percentile.
type ownLine struct {
	ID     string
	Title  string
	Words  string
	Wobble string // what the shaded band means; empty without one
	Open   string // about answers that have no total
	Chart  *ui.CourseProps
}

func (p *Pages) course(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	all, err := p.Measures.Whole(r.Context(), actor, record)
	if err != nil {
		return err
	}
	page := coursePage{Frame: web.Frame(r)}
	page.Frame.Heading = "My course"
	now := web.NowOf(r)
	for _, c := range all.Courses {
		page.Lines = append(page.Lines, lineFrom(c, now.Location()))
	}
	return web.Show(w, r, http.StatusOK, courseView(page))
}

// pause is how many days without an answer are drawn as a pause.
const pause = 28

func lineFrom(c measure.Course, loc *time.Location) ownLine {
	in, totals := c.Instrument, c.Totals()
	line := ownLine{ID: in.ID, Title: in.Title, Words: measure.OwnLine(in, totals), Open: openWords(len(c.Given) - len(totals))}
	if len(totals) == 0 {
		return line
	}
	lo, hi := in.Range()
	chart := &ui.CourseProps{
		ID: in.ID, Lo: lo, Hi: hi, Place: loc, Unit: "Total", NoScore: "a pause", Open: "Your answers as a table",
		Source: fmt.Sprintf("Each dot is the total of one time you answered, from %.0f to %.0f. %s", lo, hi, better(in)),
	}
	var before time.Time
	for _, g := range c.Given {
		if g.Result.Total == nil {
			continue
		}
		chart.Points = append(chart.Points, ui.Point{
			Time: g.At, Value: *g.Result.Total, Href: "/my/answers/" + g.AnswerID,
			Gap: !before.IsZero() && g.At.Sub(before) > pause*24*time.Hour,
		})
		before = g.At
	}
	chart.Title = in.Title + ", " + stretch(chart.Points[0].Time.In(loc), before.In(loc))
	chart.Desc = descOf(totals, line.Words)
	if low, high, ok := measure.UsualWobble(in, totals); ok && len(totals) > 1 {
		chart.Usual = &ui.Band{Lo: low, Hi: high, Words: "your usual wobble"}
		line.Wobble = measure.UsualWobbleWords
	}
	line.Chart = chart
	return line
}

func better(in *instrument.Instrument) string {
	if in.Direction == instrument.HigherIsBetter {
		return "Higher means easier days."
	}
	return "Lower means easier days."
}

// stretch is from when to when: "September to November".
func stretch(from, to time.Time) string {
	switch {
	case from.Year() != to.Year():
		return from.Format("January 2006") + " to " + to.Format("January 2006")
	case from.Month() != to.Month():
		return from.Format("January") + " to " + to.Format("January")
	}
	return from.Format("January")
}

// descOf is what a reader is told of the line.
func descOf(totals []float64, words string) string {
	all := make([]string, len(totals))
	for i, t := range totals {
		all[i] = fmt.Sprint(instrument.RoundHalfUp(t))
	}
	return words + " In order: " + strings.Join(all, ", ") + "."
}

func openWords(n int) string {
	switch {
	case n <= 0:
		return ""
	case n == 1:
		return "Once you left too many questions open for a dot. What you did answer is kept."
	}
	return capital(numeral(n)) + " times you left too many questions open for a dot. What you did answer is kept."
}
