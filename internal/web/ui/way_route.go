package ui

import (
	"math"
	"strings"
)

// A pt is a point of the picture; y grows downwards.
type pt struct{ x, y float64 }

func (p pt) plus(x, y float64) pt { return pt{p.x + x, p.y + y} }

func (p pt) to(q pt) float64 { return math.Hypot(q.x-p.x, q.y-p.y) }

// A curve is one cubic Bézier curve.
type curve struct{ a, b, c, d pt }

func (s curve) at(u float64) pt {
	v := 1 - u
	mix := func(a, b, c, d float64) float64 { return v*v*v*a + 3*v*v*u*b + 3*v*u*u*c + u*u*u*d }
	return pt{mix(s.a.x, s.b.x, s.c.x, s.d.x), mix(s.a.y, s.b.y, s.c.y, s.d.y)}
}

// tension is how far the handles of a curve reach, in parts of its chord.
const tension = 0.37

// route is one curve through all points, its tangents continuous at each: the
// direction there is that of both sides, a short side counting more.
func route(points []pt) []curve {
	n := len(points)
	if n < 2 {
		return nil
	}
	towards := make([]pt, n)
	for i := range points {
		var d pt
		if i == 0 || i == n-1 {
			a, b := points[max(0, i-1)], points[min(n-1, i+1)]
			d = pt{b.x - a.x, b.y - a.y}
		} else {
			p, a, b := points[i], points[i-1], points[i+1]
			before, after := a.to(p), p.to(b)
			d = pt{
				(p.x-a.x)/before*after + (b.x-p.x)/after*before,
				(p.y-a.y)/before*after + (b.y-p.y)/after*before,
			}
		}
		long := math.Hypot(d.x, d.y)
		towards[i] = pt{d.x / long, d.y / long}
	}
	curves := make([]curve, n-1)
	for i := range curves {
		a, d := points[i], points[i+1]
		reach := a.to(d) * tension
		curves[i] = curve{
			a, a.plus(towards[i].x*reach, towards[i].y*reach),
			d.plus(-towards[i+1].x*reach, -towards[i+1].y*reach), d,
		}
	}
	return curves
}

// path writes curves as the value of a d attribute.
func path(curves []curve) string {
	if len(curves) == 0 {
		return ""
	}
	var b strings.Builder
	point := func(sign string, p pt) { b.WriteString(sign + num(p.x) + " " + num(p.y)) }
	point("M", curves[0].a)
	for _, s := range curves {
		point("C", s.b)
		point(" ", s.c)
		point(" ", s.d)
	}
	return b.String()
}

// A trace is a curve as points close to each other, each with how far along it is.
type trace struct {
	points []pt
	along  []float64
}

// fine is how many points each curve of a trace has.
const fine = 12

func traced(curves []curve) trace {
	if len(curves) == 0 {
		return trace{}
	}
	t := trace{points: []pt{curves[0].a}, along: []float64{0}}
	for _, s := range curves {
		for k := 1; k <= fine; k++ {
			p := s.at(float64(k) / fine)
			last := len(t.points) - 1
			t.along = append(t.along, t.along[last]+t.points[last].to(p))
			t.points = append(t.points, p)
		}
	}
	return t
}

func (t trace) length() float64 {
	if len(t.along) == 0 {
		return 0
	}
	return t.along[len(t.along)-1]
}

// at is the point so far along, and the direction there in radians.
func (t trace) at(far float64) (p pt, angle float64) {
	j := 1
	for j < len(t.along)-1 && t.along[j] < far {
		j++
	}
	a, b := t.points[j-1], t.points[j]
	f := 0.0
	if d := t.along[j] - t.along[j-1]; d > 0 {
		f = min(max((far-t.along[j-1])/d, 0), 1)
	}
	return pt{a.x + (b.x-a.x)*f, a.y + (b.y-a.y)*f}, math.Atan2(b.y-a.y, b.x-a.x)
}
