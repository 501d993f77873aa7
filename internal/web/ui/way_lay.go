package ui

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A picture is a journey laid out: everything that way.templ writes.
type picture struct {
	Top, High float64 // of the view; its width is wayWide
	Hills     []hill
	Edges     []string // the way itself, as paths
	Turns     []string // detours
	Kept      []string // the direct lines beside them
	Dotted    []string // what lies ahead, and before
	Glades    []pt
	Steps     []foot
	Signs     []sign
	Labels    []label
	Here      pt

	left  int // how much found no room
	boxes []box
	beds  []trace
}

// A foot is one step: where, and which way it points, in degrees.
type foot struct {
	pt
	Angle float64
	Turn  bool
}

// A sign is one stone, cairn or light.
type sign struct {
	pt
	Sign
	Lean float64 // degrees
}

// A hill is a group of contour lines, which only decorate.
type hill struct {
	pt
	Lean, Wide, High float64
	Shape            string
	Rings            []ring
}

type ring struct{ Scale, X, Y float64 }

// laid lays a journey out: the fewer sessions, the longer the steps; and where
// words find no room, the way is drawn longer until they do, or until steps are as
// far apart as they may be.
func (p WayProps) laid() picture {
	n := 0
	for _, s := range p.Stretches {
		n += s.Steps
	}
	near := reaches()
	spacing := min(max(2000/float64(max(n, 1)), stepLeast), 74)
	var best picture
	for try := 0; ; try++ {
		d := p.drawn(spacing, near)
		if try == 0 || d.left < best.left {
			best = d
		}
		if best.left == 0 || spacing >= stepMost || try == 3 {
			return best
		}
		spacing = min(spacing*1.17, stepMost)
	}
}

// drawn is the journey with steps so far apart.
func (p WayProps) drawn(spacing float64, near []reach) picture {
	stretches := p.Stretches
	if len(stretches) == 0 {
		stretches = []Stretch{{}}
	}
	w := walked(stretches, spacing)
	begun := p.Before != nil || len(stretches) > 1 || stretches[0].Steps+len(stretches[0].Spots) > 0
	if !begun {
		w.pieces = nil // no way lies behind
	}
	d := picture{Here: w.at}
	g := newGround(box{6, math.Inf(-1), wayWide - 6, math.Inf(1)})

	d.walk(w, g)
	ahead := route([]pt{
		d.Here, d.Here.plus(w.side*46, -24), d.Here.plus(w.side*54, -68), d.Here.plus(w.side*22, -100), d.Here.plus(w.side*8, -136),
	})
	d.dotted(ahead, g)
	if p.Before != nil {
		d.dotted(route([]pt{{wayMid - 40, 92}, {wayMid - 8, 66}, {wayMid + 8, 36}, {wayMid - 4, 14}}), g)
	}
	last := len(w.pieces) - 1
	g.take(box{d.Here.x - 13, d.Here.y - 13, d.Here.x + 13, d.Here.y + 13})

	d.clearings(w, g)
	d.words(g, near, w.at, w.side, p.Here, "t-b", 2)
	if p.Before != nil {
		d.words(g, near, pt{wayMid, 50}, 1, *p.Before, "t-b", 2)
	}
	for i := range w.pieces {
		if s := &w.pieces[i]; s.Kind == Turned {
			mid, _ := s.trace.at(s.trace.length() / 2)
			d.words(g, near, mid, -s.side, s.Words, "t-turn t-b", 2)
		}
	}
	g.bounds.y0 = d.Here.y - 12 // nothing that was stands beyond now
	d.spots(w, g, near)
	for i := range w.pieces {
		if s := &w.pieces[i]; s.Kind == Turned && p.Stayed != "" {
			line := traced(s.direct())
			mid, _ := line.at(line.length() / 2)
			d.words(g, near[:len(near)/3], mid, -s.side, Words{Text: p.Stayed}, "t-date", 0)
		}
	}
	g.bounds.y0 = math.Inf(-1)
	if p.Ahead != "" {
		far := traced(ahead)
		at, _ := far.at(far.length() * 0.62)
		d.words(g, near, at, w.side, Words{Text: p.Ahead}, "t-date", 0)
	}
	if last >= 0 && w.pieces[last].Kind == Turned && w.pieces[last].Open {
		// The way back is open as well: the direct line goes on beside what lies ahead.
		end := d.Here.plus(w.side*8, -136)
		d.Kept[len(d.Kept)-1] = path(route([]pt{w.pieces[last].trace.points[0], {wayMid + w.side*26, (w.pieces[last].trace.points[0].y + end.y) / 2}, end}))
	}
	d.frame()
	return d
}

// walk draws the bed, the detours, the direct lines and the steps.
func (d *picture) walk(w walk, g *ground) {
	flip := 1.0
	for i := range w.pieces {
		p := &w.pieces[i]
		if len(p.curves) == 0 {
			continue
		}
		if p.Kind == Turned {
			d.Turns = append(d.Turns, path(p.curves))
			direct := p.direct()
			d.Kept = append(d.Kept, path(direct))
			g.takeLine(traced(direct), 5)
		} else {
			d.Edges = append(d.Edges, path(p.curves))
		}
		g.takeLine(p.trace, rimWide/2+7)
		d.beds = append(d.beds, p.trace)
		for _, far := range p.steps {
			at, angle := p.trace.at(far)
			flip = -flip
			const aside = 4.4
			d.Steps = append(d.Steps, foot{at.plus(-math.Sin(angle)*aside*flip, math.Cos(angle)*aside*flip), angle * 180 / math.Pi, p.Kind == Turned})
		}
	}
}

func (d *picture) dotted(curves []curve, g *ground) {
	d.Dotted = append(d.Dotted, path(curves))
	g.takeLine(traced(curves), 7)
}

// clearings draws each with its words inside.
func (d *picture) clearings(w walk, g *ground) {
	for _, p := range w.pieces {
		if p.Kind != Clearing {
			continue
		}
		d.Glades = append(d.Glades, p.rest)
		g.take(box{p.rest.x - gladeWide - 2, p.rest.y - gladeAbove, p.rest.x + gladeWide + 2, p.rest.y + gladeBelow})
		s := scripted(p.Words, 122, "t-b t-in", true)
		for i := range s.lines {
			if s.lines[i].Class == "t-date" {
				s.lines[i].Class = "t-date t-in"
			}
		}
		labels, b := s.at(p.rest.x, p.rest.y-s.high/2+6, "middle")
		d.Labels = append(d.Labels, labels...)
		d.boxes = append(d.boxes, b)
	}
}

// widths are how wide words may be: the wider, the less is cut; the narrower, the
// more often there is room.
var widths = [...]float64{116, 92, 72, 56}

// words sets words alone beside p.
func (d *picture) words(g *ground, near []reach, p pt, inside float64, w Words, class string, weight int) {
	across := 30.0
	if strings.Contains(class, "t-turn") {
		across = 110 // a detour is named inside its loop
	}
	var right, left []block
	least := math.Inf(1)
	for _, wide := range widths {
		text := scripted(w, min(wide, least), class, class != "t-date" && class != "")
		if text.wide >= least {
			continue
		}
		least = text.wide
		right = append(right, text.block("start"))
		first, second := "end", "start"
		if strings.Contains(class, "t-turn") {
			first, second = second, first
		}
		left = append(left, text.block(first), text.block(second))
	}
	if weight == 0 { // it need not be there, and says nothing if it is cut
		cut := func(b block) bool { return b.cut }
		right, left = slices.DeleteFunc(right, cut), slices.DeleteFunc(left, cut)
	}
	if b, ok := g.set(p, inside, across, near, right, left); ok {
		d.put(b)
		return
	}
	d.left += weight
}

func (d *picture) put(b block) {
	d.Labels = append(d.Labels, b.labels...)
	d.boxes = append(d.boxes, b.boxes...)
	for i, at := range b.signs {
		lean := 0.0
		if b.sign == Stone {
			lean = [...]float64{-4, 3, -1}[i%3]
		}
		d.Signs = append(d.Signs, sign{at, b.sign, lean})
	}
}

// block is words alone.
func (s script) block(anchor string) block {
	x := 0.0
	if anchor == "end" {
		x = s.wide
	}
	b := block{wide: s.wide, high: s.high, cut: s.cut}
	var all box
	b.labels, all = s.at(x, 0, anchor)
	b.boxes = []box{all}
	return b
}

// spots sets what stands beside the way: what matters most first, so that it
// finds room.
func (d *picture) spots(w walk, g *ground, near []reach) {
	type standing struct {
		Spot
		at     pt
		inside float64
	}
	var all []standing
	for i := range w.pieces {
		p := &w.pieces[i]
		for _, s := range p.Spots {
			at := p.spot(s.After)
			inside := 1.0
			if at.x > wayMid+6 || at.x > wayMid-6 && p.side < 0 {
				inside = -1
			}
			if s.Sign == Stone || s.Sign == Cairn {
				inside = -inside // stones stand outside the bends, if there is room
			}
			all = append(all, standing{s, at, inside})
		}
	}
	weight := func(s Spot) int {
		switch {
		case s.Sign == Stone:
			return 4
		case s.Sign == Cairn || s.Loud:
			return 3
		case s.Sign == NoSign:
			return 2
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b standing) int { return cmp.Compare(weight(b.Spot), weight(a.Spot)) })
	for _, s := range all {
		var right, left []block
		least := math.Inf(1)
		for _, wide := range widths {
			text := scripted(s.Words, min(wide, least), s.class(), s.class() != "")
			if text.wide >= least {
				continue // they were as narrow already
			}
			least = text.wide
			right = append(right, s.blocks(text, true)...)
			left = append(left, s.blocks(text, false)...)
		}
		b, ok := g.set(s.at, s.inside, 30, near, right, left)
		if !ok {
			d.left += weight(s.Spot)
			if s.Sign == NoSign {
				continue
			}
			alone := s.alone()
			if b, ok = g.set(s.at, s.inside, 30, near, []block{alone}, []block{alone}); !ok {
				continue
			}
		}
		d.put(b)
	}
}

// class is that of the words beside a sign.
func (s Spot) class() string {
	if s.Loud || s.Sign == Stone || s.Sign == Cairn {
		return "t-b"
	}
	return ""
}

// size is how much room its sign takes, from its middle.
func (s Spot) size() (wide, above, below float64) {
	switch s.Sign {
	case Stone:
		return 13 + 14*float64(s.count()-1), 23, 18
	case Cairn:
		return 16, 15, 15
	}
	return 15, 15, 15
}

func (s Spot) count() int { return min(max(s.Count, 1), 3) }

// signs are where its signs stand, seen from the middle.
func (s Spot) signs(x, y float64) []pt {
	if s.Sign != Stone {
		return []pt{{x, y}}
	}
	var all []pt
	n := s.count()
	for i := range n {
		all = append(all, pt{x + 28*(float64(i)-float64(n-1)/2), y - [...]float64{0, 5, 2}[i]})
	}
	return all
}

// alone is its sign without words.
func (s Spot) alone() block {
	w, above, below := s.size()
	return block{wide: 2 * w, high: above + below, sign: s.Sign, signs: s.signs(w, above), boxes: []box{{0, 0, 2 * w, above + below}}}
}

// blocks are the ways to arrange its sign and its words, to the right or to the
// left of the way.
func (s Spot) blocks(text script, right bool) []block {
	if s.Sign == NoSign {
		if right {
			return []block{text.block("start")}
		}
		return []block{text.block("end"), text.block("start")}
	}
	if len(text.lines) == 0 {
		return []block{s.alone()}
	}
	w, above, below := s.size()
	over := func() block { // the sign over its words
		b := block{wide: max(2*w, text.wide), sign: s.Sign, cut: text.cut}
		mid := b.wide / 2
		b.signs = s.signs(mid, above)
		var words box
		b.labels, words = text.at(mid, above+below+6, "middle")
		b.boxes = []box{{mid - w, 0, mid + w, above + below}, words}
		b.high = above + below + 6 + text.high
		return b
	}
	beside := func(first bool) block { // before its words, or behind them
		b := block{wide: 2*w + 7 + text.wide, high: max(above+below, text.high), sign: s.Sign, cut: text.cut}
		var words box
		top := (b.high - text.high) / 2
		at := w
		if first {
			b.labels, words = text.at(2*w+7, top, "start")
		} else {
			at = b.wide - w
			b.labels, words = text.at(text.wide, top, "end")
		}
		middle := b.high/2 + (above-below)/2
		b.signs = s.signs(at, middle)
		b.boxes = []box{{at - w, middle - above, at + w, middle + below}, words}
		return b
	}
	if s.Sign == Light {
		if right {
			return []block{beside(true)}
		}
		return []block{beside(false), beside(true)}
	}
	return []block{over(), beside(right)}
}

// frame finds the view and sets the hills.
func (d *picture) frame() {
	top, bottom := d.Here.y-142, 24.0
	for _, b := range d.boxes {
		top, bottom = min(top, b.y0-6), max(bottom, b.y1+10)
	}
	if len(d.Dotted) > 1 {
		bottom = max(bottom, 100)
	}
	d.Top, d.High = top, bottom-top
	for i, y := 0, bottom-70; y > top+150; i++ {
		x := [...]float64{322, 32}[i%2]
		h := hill{
			pt:   pt{x + [...]float64{0, 4, -6}[i%3], y},
			Lean: [...]float64{18, -30, 24, 10, -24, 40, 8}[i%7],
			Wide: [...]float64{1.02, 0.7, 0.72, 0.75, 0.85, 0.62, 0.85}[i%7],
			High: [...]float64{1.12, 0.8, 1, 0.95, 0.9, 0.85, 1}[i%7],
		}
		h.Shape, h.Rings = hillShapes[i%2], hillRings[i%3%2]
		d.Hills = append(d.Hills, h)
		y -= [...]float64{158, 154, 178, 200, 156, 172}[i%6]
	}
}

var hillShapes = [...]string{
	"M-82 10C-90 -22 -58 -40 -30 -58C2 -76 44 -58 62 -34C82 -10 96 20 66 42C40 62 16 46 -14 56C-46 66 -74 44 -82 10Z",
	"M-70 -14C-62 -52 -20 -60 14 -56C52 -52 84 -30 80 6C76 36 48 40 26 54C-2 70 -44 66 -62 40C-74 24 -76 6 -70 -14Z",
}

var hillRings = [...][]ring{
	{{0.22, 14, -8}, {0.48, 9, -6}, {0.76, 4, -3}, {1.06, 0, 0}, {1.38, -4, 4}},
	{{0.26, -10, 8}, {0.56, -6, 5}, {0.9, -2, 2}, {1.26, 2, -2}},
}

// A shrub is a tree of a clearing: where, and how large.
type shrub struct{ x, y, size float64 }

var trees = [...]shrub{{-76, 4, 1.45}, {-58, -20, 1.15}, {-86, 24, 1}, {-64, 34, 0.8}, {84, 6, 1.4}, {70, 30, 1.05}, {66, -20, 0.9}}

func (s sign) place() string {
	at := "translate(" + num(s.x) + " " + num(s.y) + ")"
	if s.Lean != 0 {
		at += " rotate(" + num(s.Lean) + ")"
	}
	return at
}

// fineNum writes a scale with at most two digits after the point.
func fineNum(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
