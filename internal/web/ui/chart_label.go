package ui

import "strings"

// A box is a piece of the drawing that a label must not cover.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) meets(o box) bool {
	return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1
}

func (b box) within(o box) bool {
	return b.x0 >= o.x0 && b.x1 <= o.x1 && b.y0 >= o.y0 && b.y1 <= o.y1
}

// A label is words on the drawing. X, Y is the beginning, middle or end of their
// base line, by Anchor.
type label struct {
	X, Y   float64
	Anchor string // "start", "middle" or "end"
	Class  string
	Words  string
}

const (
	textSize = 13.0
	ascent   = 10.5
	descent  = 3.5
)

// box is the room that the label takes.
func (l label) box() box {
	w := textWidth(l.Words)
	x := l.X
	switch l.Anchor {
	case "middle":
		x -= w / 2
	case "end":
		x -= w
	}
	return box{x, l.Y - ascent, x + w, l.Y + descent}
}

// halo is the class that sets words off from lines under them; those inside a
// fan stand on one tone and need none.
func (l label) halo() string {
	if l.Class == inFan {
		return ""
	}
	return "halo-text"
}

// textWidth is about how wide the words are at 13 units: the typeface's widths in
// four groups, a little generous, because the server cannot ask a browser.
func textWidth(words string) float64 {
	w := 0.0
	for _, r := range words {
		switch {
		case strings.ContainsRune(" .,:;'’|!iljIt()", r):
			w += 0.32
		case strings.ContainsRune("mwMW", r):
			w += 0.86
		case r >= 'A' && r <= 'Z':
			w += 0.66
		default:
			w += 0.57
		}
	}
	return w * textSize
}

// inFan is the class of words inside a fan.
const inFan = "t-water t-fan"

// A placer sets labels where nothing else is.
type placer struct {
	bounds box
	taken  []box
}

// take keeps a piece of the drawing free of labels.
func (p *placer) take(b box) { p.taken = append(p.taken, b) }

// free reports whether b is inside the drawing and covers nothing.
func (p *placer) free(b box) bool {
	if !b.within(p.bounds) {
		return false
	}
	for _, t := range p.taken {
		if b.meets(t) {
			return false
		}
	}
	return true
}

// place returns the first of the candidates that covers nothing, and takes its
// room. If there is none it returns false: what the label says stands in the
// table too, and a label over another would be no help.
func (p *placer) place(candidates ...label) (label, bool) {
	for _, c := range candidates {
		if b := c.box(); p.free(b) {
			p.take(b)
			return c, true
		}
	}
	return label{}, false
}

// takeLine keeps labels off a straight line from x0, y0 to x1, y1.
func (p *placer) takeLine(x0, y0, x1, y1, wide float64) {
	const every = 5.0
	n := int(max(abs(x1-x0), abs(y1-y0))/every) + 1
	for i := range n + 1 {
		f := float64(i) / float64(n)
		x, y := x0+(x1-x0)*f, y0+(y1-y0)*f
		p.take(box{x - wide, y - wide, x + wide, y + wide})
	}
}

func abs(v float64) float64 { return max(v, -v) }
