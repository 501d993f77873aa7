package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// An eventLine goes from the words of an event down to the axis.
type eventLine struct {
	X, Top float64
	breaks []box // words of others that could be set nowhere else: it goes behind them
}

// path is the line, without the pieces that are behind words.
func (e eventLine) path(base float64) string {
	var b strings.Builder
	y := e.Top
	for _, w := range e.breaks { // from the top
		b.WriteString("M" + num(e.X) + " " + num(y) + "V" + num(w.y0))
		y = w.y1
	}
	b.WriteString("M" + num(e.X) + " " + num(y) + "V" + num(base))
	return b.String()
}

// crosses reports whether a line at x would go through the words, or touch them.
func (b box) crosses(x float64) bool { return b.x0-3 < x && x < b.x1+3 }

const eventRow = 18.0

// An eventAt is an event with its words beside its line, so many rows above the plot.
type eventAt struct {
	x     float64
	words label
	level int
	set   bool
}

// over reports whether the words go over the line of another.
func (e *eventAt) over(o *eventAt) bool { return o.x != e.x && e.words.box().crosses(o.x) }

// eventRows sets the words of events above the plot, in as many rows as they need: to the
// right of their line, or to its left. A line stands through all rows below its words, so
// words that reach over the line of another event are set above that one's.
func eventRows(events []Event, from, to time.Time, at func(time.Time) float64, s sheet) (rows int, lines []eventLine, words []label) {
	var all []*eventAt
	for _, e := range events {
		if !e.Time.Before(from) && !e.Time.After(to) {
			it := &eventAt{x: at(e.Time), words: label{Class: "t-clay", Words: clipped(e.Words)}}
			if it.right(); it.words.box().x1 > s.width && !it.left(s) {
				it.words.X, it.words.Anchor = s.left, "start" // wider than the sheet: they begin at its left
			}
			all = append(all, it)
		}
	}
	keepApart(all, s)
	for range all {
		e := lowest(all)
		for _, o := range all {
			if o.set && e.over(o) {
				e.level = max(e.level, o.level+1)
			}
		}
		for slices.ContainsFunc(all, func(o *eventAt) bool { return o.set && o.level == e.level && o.words.box().meets(e.words.box()) }) {
			e.level++
		}
		e.set = true
		rows = max(rows, e.level+1)
	}
	for _, e := range all {
		e.words.Y = 20 + eventRow*float64(rows-1-e.level)
	}
	for _, e := range all {
		line := eventLine{X: e.x, Top: e.words.Y - ascent + 1}
		for _, o := range all {
			if o.level <= e.level && o.over(e) {
				line.breaks = append(line.breaks, o.words.box())
			}
		}
		slices.SortFunc(line.breaks, func(a, b box) int { return cmp.Compare(a.y0, b.y0) })
		lines, words = append(lines, line), append(words, e.words)
	}
	return rows, lines, words
}

// keepApart has none go over the line of another that goes over its own: the earlier one goes
// to the left, too, if there is room.
func keepApart(all []*eventAt, s sheet) {
	for again := true; again; {
		again = false
		for _, e := range all {
			for _, o := range all {
				if e.words.Anchor == "start" && e.x < o.x && e.over(o) && o.over(e) {
					again = e.left(s) || again
				}
			}
		}
	}
}

// lowest is one that goes over no line that is not set yet, if there is one.
func lowest(all []*eventAt) (last *eventAt) {
	for _, e := range slices.Backward(all) {
		if e.set {
			continue
		}
		if !slices.ContainsFunc(all, func(o *eventAt) bool { return !o.set && e.over(o) }) {
			return e
		}
		if last == nil {
			last = e
		}
	}
	return last
}

func (e *eventAt) right() { e.words.X, e.words.Anchor = e.x+6, "start" }

// left sets the words to the left of their line, if there is room.
func (e *eventAt) left(s sheet) bool {
	l := e.words
	l.X, l.Anchor = e.x-6, "end"
	if l.box().x0 < s.left {
		return false
	}
	e.words = l
	return true
}
