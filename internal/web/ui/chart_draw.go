package ui

import (
	"slices"
	"strings"
	"time"
)

// A drawing is a course laid out: everything that chart.templ writes.
type drawing struct {
	Width, Height float64
	Grid          []label // one line of the grid each, with its value
	Left, Right   float64
	Fan80, Fan50  string // paths
	Mid           string
	Usual         *rect
	Reliable      *rect
	Events        []eventLine
	Own, Gaps     string // paths
	Dots          []dot
	Labels        []label
	Base          float64 // of the axis
	Ticks         []label // with a short stroke above each
	Steps         string  // a stroke for each session; a path
	LaneY         float64 // 0: no lane
	LaneLines     string
	Lanes         []laneShape
}

type rect struct{ X, Y, W, H float64 }

type dot struct {
	X, Y, R float64
	State   State
}

type laneShape struct {
	Pause bool
	Path  string
	Rect  rect
}

// A sheet is the paper of a drawing: how wide, and what stays free at its sides.
type sheet struct {
	width, left, right, plot float64
}

var (
	deskSheet = sheet{width: 704, left: 36, right: 696, plot: 262}
	handSheet = sheet{width: 360, left: 26, right: 352, plot: 150}
)

// draw lays a course out on a sheet. It is a pure function: the same props give
// the same drawing.
func draw(p CourseProps, s sheet) drawing {
	from, to := p.span()
	x := scale{0, to.Sub(from).Hours(), s.left, s.right}
	at := func(t time.Time) float64 { return x.held(t.Sub(from).Hours()) }

	rows, lines, words := eventRows(p.Events, from, to, at, s)
	top := 24 + eventRow*float64(rows)
	base := top + s.plot
	y := scale{p.Lo, p.Hi, base, top}
	d := drawing{Width: s.width, Left: s.left, Right: s.right, Base: base}

	for _, v := range valueTicks(p.Lo, p.Hi, p.Step) {
		d.Grid = append(d.Grid, label{X: s.left - 10, Y: y.at(v), Anchor: "end", Words: figure(v)})
	}
	d.Fan80 = fanPath(p.Fan80, from, to, at, y)
	d.Fan50 = fanPath(p.Fan50, from, to, at, y)
	d.Mid = midPath(p.Mid, from, to, at, y)
	d.Usual = bandRect(p.Usual, s, y)
	d.Reliable = bandRect(p.Reliable, s, y)

	room := placer{bounds: box{s.left, 2, s.right + 6, base - 2}}
	if r := d.Reliable; r != nil {
		room.take(box{r.X, r.Y - 1, r.X + r.W, r.Y + 1})
		room.take(box{r.X, r.Y + r.H - 1, r.X + r.W, r.Y + r.H + 1})
	}
	d.Events = lines
	for i, l := range lines {
		room.takeLine(l.X, top-20, l.X, base, 2)
		d.Labels = append(d.Labels, words[i])
		room.take(words[i].box())
	}
	d.ownLine(p, at, y, &room)
	d.words(p, from, to, at, y, &room)
	d.axis(p, from, to, at, s)
	d.Steps = stepsPath(p.Sessions, from, to, at, base)
	d.lanes(p, from, to, at, s)
	return d
}

// span is the time that the drawing covers, in the place's own days. A single
// score gets eight weeks, so that it does not stand in a corner alone.
func (p CourseProps) span() (from, to time.Time) {
	from, to = p.From, p.To
	if from.IsZero() && len(p.Points) > 0 {
		from = p.Points[0].Time
	}
	if to.IsZero() {
		for _, pt := range p.Points {
			to = later(to, pt.Time)
		}
		for _, l := range p.Lanes {
			to = later(to, l.To)
		}
		to = to.Add(to.Sub(from) / 16) // room for the last number
		for _, s := range p.Fan80 {
			to = later(to, s.Time)
		}
	}
	if to.Sub(from) < 7*24*time.Hour {
		to = from.AddDate(0, 0, 56)
	}
	place := p.Place
	if place == nil {
		place = time.UTC
	}
	return from.In(place), to.In(place)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// fanPath is the area between the lows and the highs, cut at both ends of the
// drawing.
func fanPath(spans []Span, from, to time.Time, at func(time.Time) float64, y scale) string {
	spans = cut(spans, from, to)
	if len(spans) < 2 {
		return ""
	}
	var b strings.Builder
	for i, s := range spans {
		b.WriteString(step(i == 0, at(s.Time), y.held(s.Hi)))
	}
	for i := len(spans) - 1; i >= 0; i-- {
		b.WriteString(step(false, at(spans[i].Time), y.held(spans[i].Lo)))
	}
	b.WriteString("Z")
	return b.String()
}

func midPath(spans []Span, from, to time.Time, at func(time.Time) float64, y scale) string {
	spans = cut(spans, from, to)
	if len(spans) < 2 {
		return ""
	}
	var b strings.Builder
	for i, s := range spans {
		b.WriteString(step(i == 0, at(s.Time), y.held(s.Lo)))
	}
	return b.String()
}

// step is one move (first) or line of a path.
func step(first bool, x, y float64) string {
	if first {
		return "M" + num(x) + " " + num(y)
	}
	return "L" + num(x) + " " + num(y)
}

// cut keeps the spans between from and to, with one set between its neighbours
// where the drawing begins or ends.
func cut(spans []Span, from, to time.Time) []Span {
	var kept []Span
	for i, s := range spans {
		if i > 0 {
			for _, edge := range []time.Time{from, to} {
				if prev := spans[i-1]; prev.Time.Before(edge) && s.Time.After(edge) {
					f := float64(edge.Sub(prev.Time)) / float64(s.Time.Sub(prev.Time))
					kept = append(kept, Span{edge, prev.Lo + f*(s.Lo-prev.Lo), prev.Hi + f*(s.Hi-prev.Hi)})
				}
			}
		}
		if !s.Time.Before(from) && !s.Time.After(to) {
			kept = append(kept, s)
		}
	}
	return kept
}

func bandRect(b *Band, s sheet, y scale) *rect {
	if b == nil || b.Hi <= b.Lo {
		return nil
	}
	top, bottom := y.held(b.Hi), y.held(b.Lo)
	return &rect{s.left, top, s.right - s.left, bottom - top}
}

// ownLine draws the person's line, dotted where there was nothing, and its dots.
func (d *drawing) ownLine(p CourseProps, at func(time.Time) float64, y scale, room *placer) {
	var own, gaps strings.Builder
	pen, dotted := false, p.dotted()
	for i, pt := range p.Points {
		px, py := at(pt.Time), y.held(pt.Value)
		if i > 0 {
			prev := p.Points[i-1]
			qx, qy := at(prev.Time), y.held(prev.Value)
			if dotted[i] {
				gaps.WriteString(step(true, qx, qy) + step(false, px, py))
				pen = false
			} else {
				if !pen {
					own.WriteString(step(true, qx, qy))
				}
				own.WriteString(step(false, px, py))
				pen = true
			}
			room.takeLine(qx, qy, px, py, 3)
		}
		r := 5.0
		if len(p.Points) > 40 || d.Width < 500 && len(p.Points) > 16 {
			r = 3.2
		}
		d.Dots = append(d.Dots, dot{px, py, r, pt.State})
		room.take(box{px - r - 2, py - r - 2, px + r + 2, py + r + 2})
	}
	d.Own, d.Gaps = own.String(), gaps.String()
}

// dotted says of each score whether the line to it is dotted: nothing lies between the
// two (Gap), a pause does, or the time is long. It is the one rule for every chart, so
// that a client and their clinician see the same pause.
func (p CourseProps) dotted() []bool {
	dotted := make([]bool, len(p.Points))
	var gaps []time.Duration
	for i := 1; i < len(p.Points); i++ {
		gaps = append(gaps, p.Points[i].Time.Sub(p.Points[i-1].Time))
	}
	sorted := slices.Sorted(slices.Values(gaps))
	for i, gap := range gaps {
		dotted[i+1] = p.Points[i+1].Gap || paused(p.Lanes, p.Points[i].Time, p.Points[i+1].Time) || long(gap, sorted)
	}
	return dotted
}

const (
	longGap  = 28 * 24 * time.Hour // up to this nothing is missing in any rhythm
	aloneGap = 35 * 24 * time.Hour // or up to this between two scores alone: they may be of a monthly one
)

// long reports whether a gap, one of sorted, is long, and long for this course: half
// as long again as the others are. So scores of a monthly rhythm are joined.
func long(gap time.Duration, sorted []time.Duration) bool {
	if len(sorted) == 1 {
		return gap > aloneGap
	}
	mid := (len(sorted) - 2) / 2
	if sorted[mid] >= gap { // the one that is left out lies at or before the middle
		mid++
	}
	return gap > max(longGap, sorted[mid]*3/2)
}

// paused reports whether a pause lies between two scores, at least for the most
// part of the time between them.
func paused(lanes []Lane, from, to time.Time) bool {
	for _, l := range lanes {
		if !l.Pause {
			continue
		}
		a, b := later(l.From, from), to
		if l.To.Before(b) {
			b = l.To
		}
		if b.Sub(a) > to.Sub(from)/3 {
			return true
		}
	}
	return false
}

// words sets the numbers at both ends of the line, and what the bands mean.
func (d *drawing) words(p CourseProps, from, to time.Time, at func(time.Time) float64, y scale, room *placer) {
	add := func(candidates ...label) {
		if l, ok := room.place(candidates...); ok {
			d.Labels = append(d.Labels, l)
		}
	}
	if n := len(d.Dots); n > 0 {
		last := d.Dots[n-1]
		add(around(last, figure(p.Points[n-1].Value), true)...)
		if n > 1 {
			add(around(d.Dots[0], figure(p.Points[0].Value), false)...)
		}
	}
	if b := p.Reliable; b != nil && d.Reliable != nil && b.Words != "" {
		add(bandLabels(*d.Reliable, b.Words, "")...)
	}
	if b := p.Usual; b != nil && d.Usual != nil && b.Words != "" {
		add(bandLabels(*d.Usual, b.Words, "t-water")...)
	}
	inner := cut(p.Fan50, from, to)
	add(fanLabels(cut(p.Fan80, from, to), inner, "8 in 10", at, y)...)
	add(fanLabels(inner, nil, "5 in 10", at, y)...)
}

// around are the places for a number beside its dot.
func around(o dot, words string, last bool) []label {
	at := func(dx, dy float64, anchor string) label {
		return label{X: o.X + dx, Y: o.Y + dy, Anchor: anchor, Class: "t-ink", Words: words}
	}
	gap := o.R + 5
	right, left := at(gap, 4.5, "start"), at(-gap, 4.5, "end")
	above, below := at(0, -gap-2, "middle"), at(0, gap+10, "middle")
	upper, lower := at(gap+2, -gap, "start"), at(gap+2, gap+9, "start")
	if last {
		return []label{right, above, below, upper, lower, left}
	}
	return []label{upper, above, lower, below, right, left}
}

// bandLabels are the places for the words of a band: under its upper edge, then
// over its lower one, then further out.
func bandLabels(r rect, words, class string) []label {
	var all []label
	for _, y := range []float64{r.Y + 16, r.Y + r.H - 6, r.Y - 6, r.Y + r.H + 15, r.Y + r.H/2} {
		for i := range 9 {
			x := r.X + 8 + float64(i)*r.W/9
			all = append(all, label{X: x, Y: y, Anchor: "start", Class: class, Words: words})
		}
	}
	return all
}

// fanLabels are places inside the upper part of a fan, above what lies within it,
// wherever it is high enough for a word.
func fanLabels(spans, inner []Span, words string, at func(time.Time) float64, y scale) []label {
	var all []label
	for _, f := range []float64{0.62, 0.7, 0.54, 0.8, 0.45, 0.9, 0.35, 0.25} {
		i := int(f * float64(len(spans)-1))
		if i < 0 || i >= len(spans) {
			continue
		}
		top, bottom := y.held(spans[i].Hi), y.held(spans[i].Lo)
		if len(inner) > 0 {
			bottom = y.held(inner[int(f*float64(len(inner)-1))].Hi)
		}
		if bottom-top < ascent+descent {
			continue
		}
		l := label{X: at(spans[i].Time), Y: min(top+18, (top+bottom)/2+4.5), Anchor: "middle", Class: inFan, Words: words}
		all = append(all, l)
		if len(inner) == 0 {
			l.Y = bottom - 7
			all = append(all, l)
		}
	}
	return all
}

// axis sets the words of time under the base, leaving out those without room.
func (d *drawing) axis(p CourseProps, from, to time.Time, at func(time.Time) float64, s sheet) {
	room := placer{bounds: box{s.left - 20, 0, s.width, 1e6}}
	ticks := timeTicks(from, to, int((s.right-s.left)/52))
	y := d.Base + 20
	for _, t := range ticks {
		x := at(t.Time)
		l := label{X: x, Y: y, Anchor: "middle", Words: t.Words}
		if x-s.left < 12 {
			l.Anchor = "start"
		}
		if b := l.box(); b.x1 > s.width {
			l.Anchor = "end"
		}
		if l, ok := room.place(l); ok {
			d.Ticks = append(d.Ticks, l)
		}
	}
	// A course that begins within a month says which.
	first := label{X: s.left, Y: y, Anchor: "start", Words: from.Format("Jan")}
	if len(ticks) > 0 && ticks[0].Time.After(from) {
		if l, ok := room.place(first); ok {
			d.Ticks = append([]label{l}, d.Ticks...)
		}
	}
	d.Height = y + 12
}

// stepsPath is a short stroke on the axis for each session.
func stepsPath(sessions []time.Time, from, to time.Time, at func(time.Time) float64, base float64) string {
	var b strings.Builder
	for _, t := range sessions {
		if t.Before(from) || t.After(to) {
			continue
		}
		b.WriteString("M" + num(at(t)) + " " + num(base-8) + "v7")
	}
	return b.String()
}

// longest is how many characters of an event's or a lane's words stand in the
// drawing; the notes below it hold them whole.
const longest = 30

// clipped is words that fit into the drawing.
func clipped(words string) string {
	r := []rune(words)
	if len(r) <= longest {
		return words
	}
	cut := string(r[:longest-1])
	if i := strings.LastIndexByte(cut, ' '); i > 0 && r[longest-1] != ' ' {
		cut = cut[:i] // no word is broken, unless one is as long as that
	}
	return strings.TrimRight(cut, " ,.;:") + "…"
}

// lanes draws detours and pauses on a line of their own under the axis.
func (d *drawing) lanes(p CourseProps, from, to time.Time, at func(time.Time) float64, s sheet) {
	if len(p.Lanes) == 0 {
		return
	}
	y := d.Base + 58
	d.LaneY = y
	room := placer{bounds: box{s.left - 10, 0, s.width, 1e6}}
	var line strings.Builder
	x, lowest := s.left, y+24
	for _, l := range p.Lanes {
		if l.To.Before(from) || l.From.After(to) {
			continue
		}
		a, b := at(l.From), at(l.To)
		b = max(b, a+14)
		if a > x {
			line.WriteString(step(true, x, y) + step(false, a, y))
		}
		x = max(x, b)
		shape, class := laneShape{Pause: l.Pause}, "t-clay"
		if l.Pause {
			shape.Rect, class = rect{a, y - 6, b - a, 12}, ""
		} else {
			shape.Path = detourPath(a, b, y)
		}
		d.Lanes = append(d.Lanes, shape)
		var places []label
		for row := range 3 {
			ly := y + 24 + 17*float64(row)
			words := clipped(l.Words)
			places = append(places,
				label{(a + b) / 2, ly, "middle", class, words},
				label{a, ly, "start", class, words},
				label{b, ly, "end", class, words})
		}
		if w, ok := room.place(places...); ok {
			d.Labels = append(d.Labels, w)
			lowest = max(lowest, w.Y)
		}
	}
	if x < s.right {
		line.WriteString(step(true, x, y) + step(false, s.right, y))
	}
	d.LaneLines = line.String()
	d.Height = lowest + 10
}

// detourPath leaves the line, turns once, and comes back to it.
func detourPath(a, b, y float64) string {
	m, k := (a+b)/2, min(1, (b-a)/44)
	pt := func(dx, dy float64) string { return num(m+dx*k) + " " + num(y+dy) }
	out := min((b-a)/5, 14)
	return "M" + num(a) + " " + num(y) +
		"C" + num(a+out) + " " + num(y) + " " + pt(-16, 1) + " " + pt(-12, -9) +
		"C" + pt(-6, -17) + " " + pt(14, -12) + " " + pt(8, -3) +
		"C" + pt(2, 4) + " " + num(b-out) + " " + num(y) + " " + num(b) + " " + num(y)
}
