package ui

// The measures of the picture, in its own units.
const (
	wayWide = 372.0 // of the picture
	wayMid  = 184.0 // where the way crosses from one side to the other
	bedWide = 24.0
	rimWide = 26.6 // of the bed with its edges

	stepLeast = 46.0 // between two steps
	stepMost  = 90.0

	bowLong = 234.0 // a bow of the way: how long it is, how far it goes out and how high it is
	bowOut  = 83.0
	bowHigh = 122.0

	loopLong  = 310.0 // the same of a detour
	loopOut   = 128.0
	loopHigh  = 168.0
	loopLeast = 276.0

	shortest   = 130.0 // of any piece of the way
	nearGlade  = 62.0  // no step is nearer to the middle of a clearing along the way
	gladeWide  = 100.0
	gladeAbove = 60.0
	gladeBelow = 66.0
)

// A walk draws the way as it goes: upwards, from side to side. It is pure: the
// same journey goes the same way.
type walk struct {
	spacing float64 // between steps
	at      pt
	side    float64 // of the next bow: -1 left, 1 right
	bows    int
	leaving bool   // it has just come out of a clearing, upwards
	runs    [][]pt // the way in pieces without a gap; clearings lie between
	pieces  []piece
}

// A piece is one stretch on the way.
type piece struct {
	*Stretch
	run, from, to int // its points
	side          float64
	rest          pt // the middle of a clearing
	curves        []curve
	trace         trace
	steps         []float64 // how far along each is
}

// walked walks along all stretches.
func walked(stretches []Stretch, spacing float64) walk {
	w := walk{spacing: spacing, at: pt{wayMid - 4, 0}, side: -1}
	w.runs = [][]pt{{w.at}}
	for i := range stretches {
		s := &stretches[i]
		p := piece{Stretch: s, run: len(w.runs) - 1, from: len(w.runs[len(w.runs)-1]) - 1, side: w.side}
		switch s.Kind {
		case Turned:
			w.loop(float64(s.Steps) * spacing)
		case Clearing:
			p.rest = w.clearing()
		default:
			long := float64(s.Steps) * spacing
			for _, near := range []int{i - 1, i + 1} {
				if near >= 0 && near < len(stretches) && stretches[near].Kind == Clearing {
					long += nearGlade - 20
				}
			}
			w.onward(long)
		}
		p.to = len(w.runs[p.run]) - 1
		w.pieces = append(w.pieces, p)
	}
	if w.leaving { // the pause goes on
		w.pieces = append(w.pieces, piece{Stretch: &Stretch{}, run: len(w.runs) - 1, to: 1})
		w.goTo(w.at.plus(w.side*8, -48))
	}
	for i := range w.pieces {
		p := &w.pieces[i]
		if all := route(w.runs[p.run]); p.Kind != Clearing && p.to > p.from {
			p.curves = all[p.from:p.to]
			p.trace = traced(p.curves)
		}
	}
	for i := range w.pieces {
		w.stepsOf(i)
	}
	return w
}

// go on to a point.
func (w *walk) goTo(points ...pt) {
	last := len(w.runs) - 1
	w.runs[last] = append(w.runs[last], points...)
	w.at = points[len(points)-1]
}

// uneven is how far a bow differs from the others, so that the way looks walked.
func (w *walk) uneven() (out, up, mid float64) {
	i := w.bows
	w.bows++
	return [...]float64{0, 9, -7, 4, -11, 7, -3}[i%7], [...]float64{0, 0.03, -0.04, 0.05, -0.02}[i%5], [...]float64{-4, 8, -9, 3, 10, -6}[i%6]
}

// onward walks about so long, in bows from side to side.
func (w *walk) onward(long float64) {
	if long == 0 { // hardly a step
		w.bow(22, 84, 0)
		return
	}
	long = max(long, shortest)
	bows := max(1, int(long/bowLong+0.5))
	part := long / float64(bows) / bowLong
	for range bows {
		w.bow(bowOut*min(part, 1.1), bowHigh*max(part, 0.4), 0)
	}
}

// bow goes out to one side and back to the middle; more is how much longer it
// goes along that side.
func (w *walk) bow(out, high, more float64) {
	dx, dy, mid := w.uneven()
	const shoulder = 0.14 // of its height
	from := w.at
	far := wayMid + w.side*(out+dx)
	first := pt{from.x + (far-from.x)*0.62, from.y - shoulder*high}
	if w.leaving {
		first.x -= (far - from.x) * 0.16
		first.y -= 30
		from.y -= 34
		w.leaving = false
	}
	to := pt{wayMid + mid, from.y - high - more}
	points := []pt{first, {far, from.y - (0.48+dy)*high}}
	const every = 64.0
	for n, i := int(more/every), 1; i <= n; i++ {
		in := 0.0
		if i%2 == 1 && i < n {
			in = 26
		}
		points = append(points, pt{far - w.side*in, points[1].y - float64(i)*more/float64(n)})
	}
	points = append(points, pt{to.x + (far-to.x)*0.62, to.y + shoulder*high}, to)
	w.goTo(points...)
	w.side = -w.side
}

// loop is a detour of about so long.
func (w *walk) loop(long float64) {
	part := min(max(long, loopLeast)/loopLong, 1)
	w.bow(loopOut*max(part, 0.94), loopHigh*part, max(0, long-loopLong))
}

// clearing leads into a clearing and out of it, and returns its middle.
func (w *walk) clearing() pt {
	rest := pt{wayMid + 2, w.at.y - 46}
	last := len(w.runs) - 1
	into := pt{rest.x + 4, rest.y + 20}
	if n := len(w.runs[last]); n > 2 {
		w.runs[last][n-1] = into // it bends upwards instead of crossing to the other side
	} else {
		rest.y -= 50
		into.y -= 50
		w.goTo(into)
	}
	w.at = pt{rest.x - 6, rest.y - 22}
	w.runs = append(w.runs, []pt{w.at})
	w.leaving = true
	return rest
}

// stepsOf sets the steps of one piece evenly, and away from clearings.
func (w *walk) stepsOf(i int) {
	p := &w.pieces[i]
	n := p.Steps
	if p.Kind == Clearing || n == 0 || p.trace.length() == 0 {
		return
	}
	begin, end := 0.0, p.trace.length()
	if i > 0 && w.pieces[i-1].Kind == Clearing {
		begin = min(nearGlade, end/3)
	}
	if i+1 < len(w.pieces) && w.pieces[i+1].Kind == Clearing {
		end -= min(nearGlade, end/3)
	}
	apart := (end - begin) / float64(n)
	first := begin + apart/2
	if apart > stepMost {
		first, apart = (begin+end-stepMost*float64(n-1))/2, stepMost
	}
	for k := range n {
		p.steps = append(p.steps, first+float64(k)*apart)
	}
}

// spot is where something stands that comes after so many steps of the piece.
func (p *piece) spot(after int) pt {
	long := p.trace.length()
	if long == 0 {
		return p.rest
	}
	far := 0.0
	switch n := len(p.steps); {
	case n == 0:
		far = long / 2
	case after <= 0:
		far = min(8, p.steps[0])
	case after >= n:
		far = max(long-8, p.steps[n-1])
	default:
		far = (p.steps[after-1] + p.steps[after]) / 2
	}
	at, _ := p.trace.at(far)
	return at
}

// direct is the line on which the goals stay while a detour is walked.
func (p *piece) direct() []curve {
	a, b := p.trace.points[0], p.trace.points[len(p.trace.points)-1]
	up := b.y - a.y
	out := -p.side * min(28+max(0, abs(up)-loopHigh)/12, 44)
	return route([]pt{a, {wayMid + out*0.75, a.y + up*0.22}, {wayMid + out, a.y + up*0.5}, {wayMid + out*0.75, a.y + up*0.78}, b})
}
