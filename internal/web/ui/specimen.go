package ui

import "time"

// SpecimenProps describe the page that shows every component.
type SpecimenProps struct {
	Home  string
	Theme string // "light" or "dark" overrides the device
}

// day is a day of the specimen's year.
func day(m time.Month, d int) time.Time { return time.Date(2026, m, d, 10, 0, 0, 0, time.UTC) }

// specimenCourse is the course of an invented person with everything that a
// course can have.
func specimenCourse() CourseProps {
	p := CourseProps{
		ID: "phq", Title: "PHQ-9 from March to November", Lo: 0, Hi: 27, Step: 5,
		From: day(3, 3), To: day(12, 8),
		Reliable: &Band{13, 23, "13 to 23: too close to 18 to tell apart"},
		Events:   []Event{{day(5, 26), "26 May: father’s stroke"}},
		Lanes: []Lane{
			{From: day(5, 26), To: day(6, 29), Words: "Detour, Jun"},
			{From: day(7, 31), To: day(9, 4), Pause: true, Words: "Pause"},
			{From: day(9, 19), To: day(10, 13), Words: "Loop, Oct"},
		},
		Seen:   "seen by Nora, not yet talked about",
		Source: "Expected course from the first score alone. In a trial its signal came for 25 in 100 of those it was meant for, and for 6 in 100 of the others.",
		Open:   "Where this comes from, and the scores as a table",
	}
	scores := []struct {
		m    time.Month
		d    int
		v    float64
		note string
	}{
		{3, 3, 18, ""},
		{3, 17, 17, ""},
		{3, 31, 15, ""},
		{4, 21, 13, ""},
		{5, 12, 12, ""},
		{6, 2, 16, "in the detour"},
		{6, 16, 17, "in the detour"},
		{6, 30, 14, ""},
		{7, 28, 11, ""},
		{9, 8, 9, ""},
		{9, 29, 12, "in the loop"},
		{10, 20, 10, ""},
		{11, 20, 7, ""},
	}
	for i, s := range scores {
		pt := Point{Time: day(s.m, s.d), Value: s.v, Note: s.note}
		if i == len(scores)-1 {
			pt.State = Seen
		}
		p.Points = append(p.Points, pt)
	}
	// A fan that narrows from the first score, by hand: the real one is computed.
	for week, mid := range []float64{16.8, 14.7, 13.7, 13, 12.5, 12.1, 11.8, 11.5, 11.3, 11.1, 10.9, 10.7, 10.5, 10.4, 10.3, 10.1, 10, 9.9, 9.8, 9.6} {
		t := day(3, 3).AddDate(0, 0, 15*week)
		wide := 5.7 + 0.17*float64(week)
		p.Fan80 = append(p.Fan80, Span{t, mid - wide, mid + wide})
		p.Fan50 = append(p.Fan50, Span{t, mid - wide*0.53, mid + wide*0.53})
		p.Mid = append(p.Mid, Span{t, mid, mid})
	}
	return p
}

// specimenOwn is the same course as its client sees it.
func specimenOwn() CourseProps {
	p := specimenCourse()
	p.ID, p.Title, p.Step = "own", "Your answers from March to November", 0
	p.Usual = &Band{7, 12, "the usual wobble"}
	p.Events, p.Source, p.Open, p.Seen = nil, "", "The same as a table", "not yet talked about"
	p.To = time.Time{}
	return p
}

func specimenQuestions() []Question {
	options := []Option{{Value: "0", Text: "Not at all"}, {Value: "1", Text: "Several days"}, {Value: "2", Text: "More than half the days"}, {Value: "3", Text: "Nearly every day"}}
	stem := "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
	return []Question{
		{Name: "q1", Stem: stem, Text: "Little interest or pleasure in doing things", Options: options},
		{Name: "q2", Stem: stem, Text: "Feeling down, depressed, or hopeless", Options: options},
		{Name: "q3", Stem: stem, Text: "Trouble falling or staying asleep, or sleeping too much", Options: options},
	}
}
