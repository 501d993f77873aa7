package ui

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestTheGridHasAtMostSixLinesOfRoundValues(t *testing.T) {
	for _, c := range []struct {
		lo, hi, step float64
		want         []float64
	}{
		{0, 27, 0, []float64{0, 5, 10, 15, 20, 25}},
		{0, 21, 0, []float64{0, 5, 10, 15, 20}},
		{0, 10, 0, []float64{0, 2, 4, 6, 8, 10}},
		{10, 50, 0, []float64{10, 20, 30, 40, 50}},
		{0, 100, 0, []float64{0, 20, 40, 60, 80, 100}},
		{0, 1, 0, []float64{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}},
		{0, 27, 9, []float64{0, 9, 18, 27}},
		{5, 5, 0, []float64{5}},
	} {
		if diff := cmp.Diff(c.want, valueTicks(c.lo, c.hi, c.step)); diff != "" {
			t.Errorf("valueTicks(%v, %v, %v): %s", c.lo, c.hi, c.step, diff)
		}
	}
}

func TestTheAxisOfTimeMarksWeeksThenMonthsThenYears(t *testing.T) {
	for _, c := range []struct {
		from, to time.Time
		most     int
		want     string
	}{
		{date(2026, 3, 3), date(2026, 3, 24), 6, "3 Mar, 10 Mar, 17 Mar, 24 Mar"},
		{date(2026, 3, 3), date(2026, 5, 12), 12, "3 Mar, 10 Mar, 17 Mar, 24 Mar, 31 Mar, 7 Apr, 14 Apr, 21 Apr, 28 Apr, 5 May, 12 May"},
		{date(2026, 3, 3), date(2026, 11, 24), 12, "Apr, May, Jun, Jul, Aug, Sep, Oct, Nov"},
		{date(2026, 3, 1), date(2026, 11, 24), 6, "Mar, May, Jul, Sep, Nov"},
		{date(2026, 10, 20), date(2027, 4, 2), 12, "Nov, Dec, 2027, Feb, Mar, Apr"},
		{date(2020, 5, 1), date(2027, 4, 2), 9, "2021, 2022, 2023, 2024, 2025, 2026, 2027"},
	} {
		var got []string
		for _, tick := range timeTicks(c.from, c.to, c.most) {
			got = append(got, tick.Words)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s to %s: %s", c.from.Format("2 Jan 2006"), c.to.Format("2 Jan 2006"), diff)
		}
	}
}

func TestAScaleHoldsWhatLiesOutsideAtItsEdge(t *testing.T) {
	s := scale{0, 27, 300, 30} // upside down, as values are
	for v, want := range map[float64]float64{0: 300, 27: 30, 13.5: 165, -4: 300, 40: 30} {
		if got := s.held(v); got != want {
			t.Errorf("held(%v) = %v, want %v", v, got, want)
		}
	}
	if got := (scale{5, 5, 10, 20}).at(5); got != 15 {
		t.Errorf("a scale of one value puts it at %v, want the middle, 15", got)
	}
}

// courses are one for each number of points that a page may have, each with
// everything that wants words.
func courses() map[string]CourseProps {
	all := map[string]CourseProps{"specimen": specimenCourse(), "own": specimenOwn()}
	start := date(2026, 3, 3)
	for _, n := range []int{0, 1, 2, 3, 13, 60} {
		p := CourseProps{ID: "c", Title: "A course", Lo: 0, Hi: 27, From: start}
		for i := range n {
			p.Points = append(p.Points, Point{Time: start.AddDate(0, 0, 7*i), Value: float64((i*i*7 + 18) % 28), State: State(i % 3)})
		}
		end := start.AddDate(0, 0, 7*max(n, 1))
		p.Fan80 = []Span{{start, 8, 26}, {end, 1, 19}}
		p.Fan50 = []Span{{start, 13, 21}, {end, 6, 14}}
		p.Reliable = &Band{12, 24, "12 to 24: too close to 18 to tell apart"}
		p.Events = []Event{{start.AddDate(0, 0, 2), "a move"}, {start.AddDate(0, 0, 3), "a new job, in another town"}, {end, "the end of the lease"}}
		p.Lanes = []Lane{{From: start, To: start.AddDate(0, 0, 5), Words: "Detour, Mar"}, {From: start.AddDate(0, 0, 6), To: end, Pause: true, Words: "Pause"}}
		all[fmt.Sprintf("%d points", n)] = p
	}
	return all
}

func TestNoLabelCoversAnotherOrADotOrLeavesTheSheet(t *testing.T) {
	for name, p := range courses() {
		for _, s := range []sheet{deskSheet, handSheet} {
			d := draw(p, s)
			labels := append(append([]label{}, d.Labels...), d.Ticks...)
			for i, a := range labels {
				if b := a.box(); s == deskSheet && (b.x0 < 0 || b.x1 > d.Width || b.y0 < 0 || b.y1 > d.Height) {
					t.Errorf("%s on %v: %q leaves the sheet: %v", name, s.width, a.Words, b)
				}
				for _, o := range labels[i+1:] {
					if a.box().meets(o.box()) {
						t.Errorf("%s on %v: %q covers %q", name, s.width, a.Words, o.Words)
					}
				}
				for _, o := range d.Dots {
					if a.box().meets(box{o.X - o.R, o.Y - o.R, o.X + o.R, o.Y + o.R}) {
						t.Errorf("%s on %v: %q covers the dot at %v, %v", name, s.width, a.Words, o.X, o.Y)
					}
				}
			}
		}
	}
}

func TestNoLineOfAnEventGoesThroughTheWordsOfAnother(t *testing.T) {
	start := date(2026, 3, 3)
	all := courses()
	for _, days := range [][]int{{1, 2, 3}, {10, 10, 10}, {0, 60, 119}, {100, 110, 118, 119}, {5, 9, 30, 31, 33, 80, 112, 115}, {118, 119}} {
		p := CourseProps{ID: "c", Title: "A course", Hi: 27, From: start, To: start.AddDate(0, 0, 120), Points: []Point{{Time: start, Value: 3}, {Time: start.AddDate(0, 0, 110), Value: 9}}}
		for i, day := range days {
			p.Events = append(p.Events, Event{start.AddDate(0, 0, day), []string{"a move", "the new job, in another town", "exams"}[i%3]})
		}
		all[fmt.Sprint("events on ", days)] = p
	}
	for name, p := range all {
		for _, s := range []sheet{deskSheet, handSheet} {
			d := draw(p, s)
			for i, e := range d.Events {
				if s == deskSheet && len(e.breaks) > 0 {
					t.Errorf("%s: the line of %q is broken where there is room for all", name, p.Events[i].Words)
				}
				for k, o := range d.Labels[:len(d.Events)] {
					if b := o.box(); k != i && e.Top < b.y0 && b.x0 < e.X && e.X < b.x1 && !slices.Contains(e.breaks, b) {
						t.Errorf("%s on %v: a line goes through %q", name, s.width, o.Words)
					}
				}
			}
		}
	}
}

func TestTheLastNumberIsAlwaysSaid(t *testing.T) {
	for name, p := range courses() {
		if len(p.Points) == 0 {
			continue
		}
		want := figure(p.Points[len(p.Points)-1].Value)
		said := false
		for _, l := range draw(p, deskSheet).Labels {
			said = said || l.Words == want && l.Class == "t-ink"
		}
		if !said {
			t.Errorf("%s: the last score, %s, has no number beside its dot", name, want)
		}
	}
}

func TestEveryPointIsDrawnInsideTheAxesAndInTheTable(t *testing.T) {
	for name, p := range courses() {
		d := draw(p, deskSheet)
		if len(d.Dots) != len(p.Points) || len(p.table().Rows) != len(p.Points) {
			t.Errorf("%s: %d dots and %d rows for %d points", name, len(d.Dots), len(p.table().Rows), len(p.Points))
		}
		for _, o := range d.Dots {
			if math.IsNaN(o.X) || math.IsNaN(o.Y) || o.X < d.Left || o.X > d.Right || o.Y > d.Base || o.Y < 0 {
				t.Errorf("%s: a dot at %v, %v", name, o.X, o.Y)
			}
		}
	}
}

func TestALineIsDottedWhereThereWasAPauseOrAGap(t *testing.T) {
	start := date(2026, 3, 3)
	p := CourseProps{ID: "c", Hi: 10, Points: []Point{
		{Time: start, Value: 1}, {Time: start.AddDate(0, 0, 7), Value: 2}, {Time: start.AddDate(0, 0, 14), Value: 3, Gap: true}, {Time: start.AddDate(0, 0, 60), Value: 4},
	}, Lanes: []Lane{{From: start.AddDate(0, 0, 16), To: start.AddDate(0, 0, 50), Pause: true}}}
	d := draw(p, deskSheet)
	if own, gaps := strings.Count(d.Own, "L"), strings.Count(d.Gaps, "L"); own != 1 || gaps != 2 {
		t.Errorf("%d whole pieces and %d dotted ones, want 1 and 2: %q, %q", own, gaps, d.Own, d.Gaps)
	}
}

func TestALineIsDottedWhereTheTimeIsLongForItsCourse(t *testing.T) {
	for name, tt := range map[string]struct {
		days   []int // between one score and the next
		dotted []int // which of the scores are reached by a dotted line
	}{
		"weekly, and five weeks":           {[]int{7, 7, 35, 7}, []int{3}},
		"weekly, and four weeks":           {[]int{7, 7, 28, 7}, nil},
		"weekly, and two pauses":           {[]int{7, 30, 7, 7, 90}, []int{2, 5}},
		"monthly":                          {[]int{31, 30, 31, 31, 28}, nil},
		"monthly, and one left out":        {[]int{31, 30, 61, 31}, []int{3}},
		"every two weeks, and one more":    {[]int{14, 14, 28, 14}, nil},
		"two a month apart":                {[]int{31}, nil},
		"two a season apart":               {[]int{90}, []int{1}},
		"after a month, and then a season": {[]int{31, 90}, []int{2}},
		"one":                              {nil, nil},
	} {
		at := date(2026, 3, 3)
		p := CourseProps{ID: "c", Hi: 10, Points: []Point{{Time: at, Value: 1}}}
		for _, n := range tt.days {
			at = at.AddDate(0, 0, n)
			p.Points = append(p.Points, Point{Time: at, Value: 2})
		}
		var got []int
		for i, is := range p.dotted() {
			if is {
				got = append(got, i)
			}
		}
		if !slices.Equal(got, tt.dotted) {
			t.Errorf("%s: dotted to %v, want %v", name, got, tt.dotted)
		}
	}
}

func TestAFanIsCutWhereTheDrawingEnds(t *testing.T) {
	a := date(2026, 3, 1)
	spans := []Span{{a, 0, 10}, {a.AddDate(0, 0, 10), 10, 20}}
	got := cut(spans, a.AddDate(0, 0, 5), a.AddDate(0, 0, 10))
	want := []Span{{a.AddDate(0, 0, 5), 5, 15}, {a.AddDate(0, 0, 10), 10, 20}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheClientsCourseHasNoPrediction(t *testing.T) {
	var page bytes.Buffer
	if err := Own(specimenCourse()).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	for _, no := range []string{"fan50", "8 in 10", "too close to 18", "hatch"} {
		if strings.Contains(page.String(), no) {
			t.Errorf("the client's chart has %q", no)
		}
	}
}

func TestThePersonsOwnLineSaysOfNoScoreThatItWasTalkedAbout(t *testing.T) {
	p := courses()["3 points"]
	p.Points[1].Note = "6 days"
	table := p.own().table()
	if len(table.Columns) != 3 || table.Columns[2].Name != "Note" || table.Rows[1][2].Text != "6 days" || table.Rows[0][2].Text != "" {
		t.Errorf("with a note: %+v", table)
	}
	if p.Points[1].Note = ""; len(p.own().table().Columns) != 2 {
		t.Errorf("without a note: %+v", p.own().table())
	}
	if got := p.table(); got.Columns[2].Name != "State" || got.Rows[2][2].Text != "Talked about" {
		t.Errorf("at the desk: %+v", got)
	}
}

func TestTheSameCourseIsTheSameBytes(t *testing.T) {
	for name, p := range courses() {
		var a, b bytes.Buffer
		if err := Course(p).Render(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
		if err := Course(p).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s differs from itself", name)
		}
		if strings.Contains(a.String(), "NaN") || strings.Contains(a.String(), "Inf") {
			t.Errorf("%s has a place that is no number", name)
		}
	}
}

func TestSessionsAreStrokesOnTheAxisInsideOfTheDrawing(t *testing.T) {
	start := date(2026, 3, 3)
	p := CourseProps{ID: "c", Title: "A course", Hi: 10, Points: []Point{{Time: start, Value: 1}, {Time: start.AddDate(0, 0, 70), Value: 2}}}
	for _, days := range []int{-7, 0, 14, 28, 300} {
		p.Sessions = append(p.Sessions, start.AddDate(0, 0, days))
	}
	if d := draw(p, deskSheet); strings.Count(d.Steps, "M") != 3 {
		t.Errorf("strokes: %q, want three", d.Steps)
	}
	var page bytes.Buffer
	if err := Course(p).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), "a session") {
		t.Error("the key does not explain the strokes")
	}
}

func TestLongWordsAreCutInTheDrawingAndWholeBelowIt(t *testing.T) {
	start := date(2026, 3, 3)
	long := "The house was sold after all, and nobody knew where to go with the piano"
	p := CourseProps{
		ID: "c", Title: "A course", Hi: 10, Points: []Point{{Time: start, Value: 1}, {Time: start.AddDate(0, 0, 70), Value: 2}},
		Events: []Event{{Time: start.AddDate(0, 0, 30), Words: long}}, Lanes: []Lane{{From: start, To: start.AddDate(0, 0, 40), Words: long}},
	}
	d := draw(p, deskSheet)
	for _, l := range d.Labels {
		if len([]rune(l.Words)) > longest {
			t.Errorf("%q stands in the drawing", l.Words)
		}
	}
	if notes := strings.Join(p.notes(), "\n"); strings.Count(notes, long) != 2 {
		t.Errorf("notes: %s", notes)
	}
}
