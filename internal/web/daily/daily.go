// Package daily shows what a daily log says, in the same words to the client
// whose log it is and to whoever they share it with: weeks as a small line, days
// with and without something, and every day as a table. Words come first, and say
// how sure they are.
package daily

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Props are what a log shows.
type Props struct {
	Span     string // "71 days, from 14 August to 20 November."
	Pair     []Line // mood and hours of sleep, side by side
	Scales   []Line // the others
	Nights   string // mood after longer and shorter nights
	Compared []string
	NotYet   string // why nothing is compared; empty if something is
	Table    ui.TableProps
	Days     ui.TableProps
	Empty    bool
}

// A Line is one scale over the weeks.
type Line struct {
	ID    string
	Name  string
	Words []string
	Chart *ui.CourseProps
}

// Caution stands above everything that is compared.
const Caution = "Two things that go together need not cause one another, and what one remembers of a day is coloured by how it ended. Take it as something to wonder about."

// mostDays is how many days the table of days holds.
const mostDays = 100

// From is what log says on the day today, which is in the zone of the practice.
func From(log mood.Log, today mood.Day, zone *time.Location) Props {
	p := Props{Empty: len(log.Entries) == 0}
	if p.Empty {
		return p
	}
	first, last := log.Entries[0].Day, log.Entries[len(log.Entries)-1].Day
	p.Span = fmt.Sprintf("%s, from %s to %s.", upper(days(len(log.Entries))), date(first, today), date(last, today))
	for _, item := range log.Items {
		if item.Kind != mood.Scale || len(log.Values(item.ID, 0)) == 0 {
			continue
		}
		line := lineOf(log, item, today, zone, first, last)
		if item.ID == mood.Mood || item.ID == mood.Hours {
			p.Pair = append(p.Pair, line)
		} else {
			p.Scales = append(p.Scales, line)
		}
	}
	p.Nights = nights(log)
	p.compare(log)
	p.Days = table(log, today)
	return p
}

func lineOf(log mood.Log, item mood.Item, today mood.Day, zone *time.Location, first, last mood.Day) Line {
	values := log.Values(item.ID, 0)
	line := Line{ID: "scale-" + item.ID, Name: item.Name, Words: []string{middle(values)}}
	if words := lately(log.Lately(item.ID, today), item); words != "" {
		line.Words = append(line.Words, words)
	}
	weeks := log.Weeks(item.ID)
	if len(weeks) < 2 {
		return line
	}
	lo, hi := item.Range()
	chart := &ui.CourseProps{
		ID: line.ID, Title: item.Name + ", week by week", Lo: float64(lo), Hi: float64(hi), Place: zone, Unit: "Mean of the week",
		From: first.Week().In(zone), To: max(last, weeks[len(weeks)-1].Monday+3).In(zone), NoScore: "a week with fewer than two days", Open: "The weeks as a table",
		Source: "Each dot is the mean of one week with at least two days. " + ends(item),
	}
	if chart.Step = 2; item.ID == mood.Hours {
		chart.Step = 3
	}
	for i, w := range weeks {
		chart.Points = append(chart.Points, ui.Point{
			Time: (w.Monday + 3).In(zone), Value: w.Mean, Gap: i > 0 && w.Monday-weeks[i-1].Monday > 7, Note: days(w.Days),
		})
	}
	if low, high, ok := mood.Middle(values); ok {
		chart.Usual = &ui.Band{Lo: low, Hi: high, Words: "The shaded band is where half of the days lie."}
	}
	chart.Desc = strings.Join(line.Words, " ") + " The table below the chart holds the weeks."
	line.Chart = chart
	return line
}

func ends(item mood.Item) string {
	if item.Low == "" {
		return ""
	}
	return fmt.Sprintf("0 is “%s”, %d is “%s”.", item.Low, mood.Top, item.High)
}

func middle(values []mood.Value) string {
	lo, hi, ok := mood.Middle(values)
	switch {
	case !ok:
		return upper(days(len(values))) + " so far: too few to say what is usual."
	case figure(lo) == figure(hi):
		return "At least half of the days are " + figure(lo) + "."
	}
	return "Half of the days lie between " + figure(lo) + " and " + figure(hi) + "."
}

// lately is how the last two weeks were; empty if there are too few days.
func lately(d mood.Difference, item mood.Item) string {
	if d.Certainty == mood.TooFew {
		return ""
	}
	words := fmt.Sprintf("The last two weeks: %s on average, on %s; the six weeks before: %s, on %s.",
		figure(d.With), days(d.DaysWith), figure(d.Without), days(d.DaysWithout))
	switch {
	case d.Certainty == mood.Open && figure(d.With) == figure(d.Without):
		return words
	case d.Certainty == mood.Open:
		return words + " That may well be chance, since days resemble the one before."
	}
	words += " That is more than days differ by chance, for the most part."
	if item.Better == mood.Higher && d.By() < 0 || item.Better == mood.Lower && d.By() > 0 {
		words += " That may pass, and it may be worth a word."
	}
	return words
}

func nights(log mood.Log) string {
	half, d := log.Nights(mood.Mood)
	if d.Certainty == mood.TooFew {
		return ""
	}
	return fmt.Sprintf("On %s after nights of %d hours or more, mood was %s on average; on %s after shorter nights, %s. %s",
		days(d.DaysWith), half, figure(d.With), days(d.DaysWithout), figure(d.Without), sure(d.Certainty, 1))
}

func (p *Props) compare(log mood.Log) {
	all := log.Patterns(mood.Mood)
	if len(all) == 0 {
		p.NotYet = fmt.Sprintf("Nothing is compared yet. That needs %d days with a mood, and %d days both with and without something.", mood.EnoughAll, mood.EnoughDays)
		return
	}
	p.Table = ui.TableProps{Caption: "Mood on days with and without", RowHeads: true, Columns: []ui.Column{
		{Name: "What"}, {Name: "With", Right: true}, {Name: "Days", Right: true}, {Name: "Without", Right: true}, {Name: "Days", Right: true}, {Name: "How sure"},
	}}
	for _, c := range all {
		p.Table.Rows = append(p.Table.Rows, []ui.Cell{
			{Text: c.Item.Name}, {Text: figure(c.With)}, {Text: strconv.Itoa(c.DaysWith)}, {Text: figure(c.Without)}, {Text: strconv.Itoa(c.DaysWithout)}, {Text: short(c.Certainty)},
		})
		if c.Certainty >= mood.Perhaps {
			p.Compared = append(p.Compared, fmt.Sprintf("On %s with “%s”, mood was %s on average; on %s without, %s. %s",
				days(c.DaysWith), c.Item.Name, figure(c.With), days(c.DaysWithout), figure(c.Without), sure(c.Certainty, len(all))))
		}
	}
	if len(p.Compared) == 0 {
		p.Compared = []string{fmt.Sprintf("Mood is much the same on days with and without the %s compared here. What differs may well be chance.", things(len(all)))}
	}
}

func sure(c mood.Certainty, of int) string {
	switch {
	case c == mood.Likely && of > 1:
		return fmt.Sprintf("That is seldom chance, also among the %s compared here.", things(of))
	case c == mood.Likely:
		return "That is seldom chance."
	case c == mood.Perhaps:
		return fmt.Sprintf("Among the %s compared here one such difference may come by chance.", things(of))
	}
	return "That may well be chance."
}

func short(c mood.Certainty) string {
	return map[mood.Certainty]string{mood.Likely: "seldom chance", mood.Perhaps: "perhaps chance", mood.Open: "may well be chance"}[c]
}

// table is every day, newest first.
func table(log mood.Log, today mood.Day) ui.TableProps {
	t := ui.TableProps{Caption: "Day by day, newest first", RowHeads: true, Columns: []ui.Column{{Name: "Day"}}}
	var scales []mood.Item
	for _, i := range log.Items {
		if i.Kind == mood.Scale && len(log.Values(i.ID, 0)) > 0 {
			scales = append(scales, i)
			t.Columns = append(t.Columns, ui.Column{Name: i.Name, Right: true})
		}
	}
	t.Columns = append(t.Columns, ui.Column{Name: "What was there"}, ui.Column{Name: "In words"})
	for _, e := range slices.Backward(log.Entries) {
		if len(t.Rows) == mostDays {
			t.Caption += fmt.Sprintf(" (the newest %d)", mostDays)
			break
		}
		row := []ui.Cell{{Text: date(e.Day, today)}}
		for _, s := range scales {
			c := ui.Cell{}
			if v, ok := e.Value(s.ID); ok {
				c.Text = Value(s, v)
			}
			row = append(row, c)
		}
		var there []string
		for _, id := range e.There {
			if i, ok := log.Item(id); ok {
				there = append(there, i.Name)
			}
		}
		t.Rows = append(t.Rows, append(row, ui.Cell{Text: strings.Join(there, ", ")}, ui.Cell{Text: e.Line}))
	}
	return t
}

// Value is how a value of a scale is read: "6", and "3 or less" hours.
func Value(s mood.Item, v int) string {
	switch {
	case s.ID == mood.Hours && v == mood.FewestHours:
		return strconv.Itoa(v) + " or less"
	case s.ID == mood.Hours && v == mood.MostHours:
		return strconv.Itoa(v) + " or more"
	}
	return strconv.Itoa(v)
}

// figure is a mean with one digit, and none if that is 0.
func figure(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }

func days(n int) string {
	if n == 1 {
		return "one day"
	}
	return strconv.Itoa(n) + " days"
}

func things(n int) string {
	if n == 1 {
		return "one thing"
	}
	return strconv.Itoa(n) + " things"
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// date is "14 August", with its year if it is not the year of today.
func date(d, today mood.Day) string {
	t := d.In(time.UTC)
	if t.Year() == today.In(time.UTC).Year() {
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}
