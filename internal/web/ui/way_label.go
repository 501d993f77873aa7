package ui

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A disc is a piece of the drawing, rounder than a box, that words must not cover.
type disc struct {
	pt
	r float64
}

func (d disc) meets(b box) bool {
	x, y := min(max(d.x, b.x0), b.x1), min(max(d.y, b.y0), b.y1)
	return (d.x-x)*(d.x-x)+(d.y-y)*(d.y-y) < d.r*d.r
}

// A ground is what is drawn already, sorted into strips so that only what is near
// has to be looked at.
type ground struct {
	bounds box
	discs  map[int][]disc
	boxes  map[int][]box
}

const (
	strip = 48.0
	sea   = 1 << 20 // puts every y above nought
	round = 21.0    // no disc is larger
)

func newGround(bounds box) *ground {
	return &ground{bounds, make(map[int][]disc), make(map[int][]box)}
}

// takeLine keeps words off a curve so wide.
func (g *ground) takeLine(t trace, wide float64) {
	const near = 7.0 // of its points, those closer than that to the last add nothing
	for i, p := range t.points {
		if i > 0 && i < len(t.points)-1 && t.along[i]-t.along[i-1] < near && i%2 == 1 {
			continue
		}
		key := int((p.y + sea) / strip)
		g.discs[key] = append(g.discs[key], disc{p, wide})
	}
}

func (g *ground) take(b box) {
	for k := int((b.y0 - apart + sea) / strip); k <= int((b.y1+apart+sea)/strip); k++ {
		g.boxes[k] = append(g.boxes[k], b)
	}
}

// apart is how far words keep from each other.
const apart = 4.0

func (g *ground) free(b box) bool {
	if !b.within(g.bounds) {
		return false
	}
	wide := box{b.x0 - apart, b.y0 - apart, b.x1 + apart, b.y1 + apart}
	for k := int((b.y0 + sea) / strip); k <= int((b.y1+sea)/strip); k++ {
		for _, t := range g.boxes[k] {
			if t.meets(wide) {
				return false
			}
		}
	}
	for k := int((b.y0 - round + sea) / strip); k <= int((b.y1+round+sea)/strip); k++ {
		for _, d := range g.discs[k] {
			if d.meets(b) {
				return false
			}
		}
	}
	return true
}

// A block is a sign with its words in one arrangement, seen from its upper left
// corner.
type block struct {
	wide, high float64
	signs      []pt
	sign       Sign
	labels     []label
	boxes      []box
	cut        bool // some of the words are left out
}

// at is the block at a place.
func (b block) at(x, y float64) block {
	moved := block{wide: b.wide, high: b.high, sign: b.sign}
	for _, s := range b.signs {
		moved.signs = append(moved.signs, s.plus(x, y))
	}
	for _, l := range b.labels {
		l.X, l.Y = l.X+x, l.Y+y
		moved.labels = append(moved.labels, l)
	}
	for _, c := range b.boxes {
		moved.boxes = append(moved.boxes, box{c.x0 + x, c.y0 + y, c.x1 + x, c.y1 + y})
	}
	return moved
}

func (g *ground) fits(b block, x, y float64) bool {
	for _, c := range b.boxes {
		if !g.free(box{c.x0 + x, c.y0 + y, c.x1 + x, c.y1 + y}) {
			return false
		}
	}
	return true
}

// A reach is how far from its place on the way something may stand.
type reach struct{ dx, dy, cost float64 }

// reaches are all, the nearest first.
func reaches() []reach {
	var all []reach
	for dx := 21.0; dx <= 207; dx += 6 {
		for dy := -80.0; dy <= 80; dy += 8 {
			all = append(all, reach{dx, dy, dx + 1.1*abs(dy)})
		}
	}
	slices.SortStableFunc(all, func(a, b reach) int { return cmp.Compare(a.cost, b.cost) })
	return all
}

// set finds a place beside p for one of the blocks, which are seen from the left
// and from the right of the way, and takes its room. inside is the side on which
// it should stand, and across how much is lost if it does not. ok is false if there
// is no place.
func (g *ground) set(p pt, inside, across float64, near []reach, right, left []block) (found block, ok bool) {
	least := 1e9
	for _, side := range []float64{inside, -inside} {
		blocks, dear := right, 0.0
		if side < 0 {
			blocks = left
		}
		if side != inside {
			dear = across
		}
		for i, b := range blocks {
			loss := 0.0
			if b.cut {
				loss = 130
			}
			for _, r := range near {
				c := r.cost + dear + float64(i)*6 + loss
				if c >= least {
					break
				}
				x, y := p.x+r.dx, p.y+r.dy-b.high/2
				if side < 0 {
					x = p.x - r.dx - b.wide
				}
				if g.fits(b, x, y) {
					least, found, ok = c, b.at(x, y), true
					break
				}
			}
		}
	}
	if ok {
		for _, c := range found.boxes {
			g.take(c)
		}
	}
	return found, ok
}

// The sizes of words on the picture: of the words, of a date, and from line to line.
const (
	wordSize = 13.5
	dateSize = 12.0
	wordLine = 16.5
)

// faces are how wide the signs of the typeface are, from the space on, in hundredths
// of its size: in regular and in bold, as a browser measures them.
var faces = [2][95]uint8{
	{
		28, 29, 30, 65, 59, 92, 73, 16, 30, 30, 48, 61, 21, 36, 21, 39, 65, 41, 55, 58, 61, 59, 60, 51,
		61, 59, 21, 21, 55, 63, 55, 48, 78, 63, 61, 64, 67, 57, 55, 69, 69, 39, 51, 63, 54, 82, 69, 71,
		59, 72, 61, 59, 56, 69, 59, 86, 62, 57, 61, 32, 39, 34, 55, 37, 24, 52, 57, 48, 56, 54, 31, 56,
		55, 25, 24, 49, 26, 84, 55, 55, 57, 57, 35, 47, 33, 54, 46, 68, 48, 45, 46, 34, 24, 34, 55,
	},
	{
		30, 30, 36, 73, 60, 95, 73, 19, 32, 32, 48, 60, 25, 37, 25, 42, 66, 43, 57, 59, 62, 60, 62, 53,
		62, 58, 25, 25, 56, 62, 56, 53, 78, 66, 63, 65, 68, 59, 56, 71, 70, 41, 55, 65, 55, 85, 71, 74,
		62, 75, 64, 60, 59, 69, 63, 88, 67, 63, 61, 33, 42, 34, 57, 39, 27, 54, 59, 50, 59, 55, 35, 58,
		56, 28, 25, 54, 30, 87, 56, 57, 59, 59, 37, 50, 36, 56, 51, 72, 52, 50, 49, 37, 25, 37, 54,
	},
}

// wordsWide is how wide words are at a size, a little generously.
func wordsWide(words string, size float64, bold bool) float64 {
	face := &faces[0]
	if bold {
		face = &faces[1]
	}
	w := 0.0
	for _, r := range words {
		switch {
		case r >= ' ' && r <= '~':
			w += float64(face[r-' ']) / 100
		case r < 0x250 && !unicode.IsUpper(r), strings.ContainsRune("“”‘’–…", r):
			w += 0.62
		case r < 0x2E80:
			w += 0.78
		default:
			w += 1.08
		}
	}
	return w * size * 1.03
}

// wrapped are words in at most two lines of at most so wide, the rest cut.
func wrapped(words string, wide float64, bold bool) []string {
	fits := func(s string) bool { return wordsWide(s, wordSize, bold) <= wide }
	words = strings.Join(strings.Fields(words), " ")
	if words == "" {
		return nil
	}
	if fits(words) {
		return []string{words}
	}
	var best []string
	for i := 0; i < len(words); i++ { // the break that makes both lines most alike
		if words[i] != ' ' {
			continue
		}
		a, b := words[:i], words[i+1:]
		if fits(a) && fits(b) && (best == nil || longer(a, b) < longer(best[0], best[1])) {
			best = []string{a, b}
		}
	}
	if best != nil {
		return best
	}
	first := words
	for !fits(first) {
		i := strings.LastIndexByte(first, ' ')
		if i < 0 {
			return []string{clip(words, wide, bold)} // one word is as long as that
		}
		first = first[:i]
	}
	return []string{first, clip(strings.TrimSpace(words[len(first):]), wide, bold)}
}

func longer(a, b string) int { return max(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) }

// clip cuts words to so wide, at a space if one is near.
func clip(words string, wide float64, bold bool) string {
	if wordsWide(words, wordSize, bold) <= wide {
		return words
	}
	cut := []rune(words)
	for len(cut) > 1 && wordsWide(string(cut)+"…", wordSize, bold) > wide {
		cut = cut[:len(cut)-1]
	}
	short := string(cut)
	if i := strings.LastIndexByte(short, ' '); i > len(short)/2 && words[len(short)] != ' ' {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,.;:-–") + "…"
}

// A script is lines under each other.
type script struct {
	lines []label // X is 0
	wide  float64
	high  float64
	cut   bool
}

// scripted sets words, in one or two lines, and a date under them.
func scripted(w Words, wide float64, class string, bold bool) script {
	var s script
	y := 11.0
	add := func(words, class string, size float64, bold bool) {
		s.lines = append(s.lines, label{Y: y, Class: class, Words: words})
		s.wide = max(s.wide, wordsWide(words, size, bold))
		y += wordLine
	}
	for _, line := range wrapped(w.Text, wide, bold) {
		add(line, class, wordSize, bold)
		s.cut = s.cut || strings.HasSuffix(line, "…") && !strings.HasSuffix(w.Text, "…")
	}
	if w.Date != "" {
		add(clip(w.Date, 150, false), "t-date", dateSize, false)
	}
	s.high = y - wordLine + 4
	return s
}

// at are the lines with the given anchor at x, y, and their boxes.
func (s script) at(x, y float64, anchor string) (labels []label, all box) {
	for _, l := range s.lines {
		l.X, l.Y, l.Anchor = x, y+l.Y, anchor
		labels = append(labels, l)
	}
	left := x
	switch anchor {
	case "middle":
		left -= s.wide / 2
	case "end":
		left -= s.wide
	}
	return labels, box{left, y, left + s.wide, y + s.high}
}

// class is that of a label on the picture: what lies on a clearing needs nothing
// to set it off.
func (l label) class() string {
	if c, in := strings.CutSuffix(l.Class, " t-in"); in {
		return c
	}
	return strings.TrimSpace("halo-text " + l.Class)
}
