package change

import "math"

// A Service says when a course of work counts as what, by two measures that are
// filled in at its start and at its end, of both of which lower is better.
//
// The definitions are those of NHS Talking Therapies for anxiety and depression
// (formerly IAPT): NHS England, NHS Talking Therapies Manual, chapter on outcomes;
// NHS Digital, A guide to IAPT data and publications; Gyani, Shafran, Layard and
// Clark 2013, Behav Res Ther 51:597-606.
type Service struct {
	Depression, Anxiety Measure
}

// A Measure is how one questionnaire is judged.
type Measure struct {
	Cut     float64 // a score above it is a case; a caseness of "10 or more" is 9.5
	AtLeast float64 // a difference of so many points or more is reliable, above 0
}

// TalkingTherapies are the published figures for PHQ-9 (10 or more is a case, 6
// points are reliable) and GAD-7 (8 or more, 4 points).
var TalkingTherapies = Service{Depression: Measure{Cut: 9.5, AtLeast: 6}, Anxiety: Measure{Cut: 7.5, AtLeast: 4}}

// Check refuses a service by which nothing could be counted.
func (s Service) Check() error {
	for _, m := range []Measure{s.Depression, s.Anxiety} {
		if err := m.rule().Check(); err != nil {
			return err
		}
	}
	return nil
}

func (m Measure) rule() Rule {
	return Rule{Better: LowerIsBetter, Cut: m.Cut, Limit: m.AtLeast, OrMore: true}
}

// A Pair is the first and the last score of one measure.
type Pair struct {
	Pre, Post float64
}

// An Outcome is how one course of work counts. More than one can be true.
type Outcome struct {
	// CaseAtStart: above the cut on either measure at the start.
	CaseAtStart bool
	// Recovery: a case at the start, and below the cut on both at the end.
	Recovery bool
	// ReliableImprovement: reliably better on either, and reliably worse on none.
	ReliableImprovement bool
	// ReliableRecovery: both of the two above.
	ReliableRecovery bool
	// ReliableDeterioration: reliably worse on either, and reliably better on none.
	ReliableDeterioration bool
	// Mixed: reliably better on one and reliably worse on the other. It counts as
	// neither improvement nor deterioration.
	Mixed bool
}

// Outcome judges a course of work whose four scores are all known. Where one is
// not, the course is not classifiable; see Tally.Skip.
func (s Service) Outcome(depression, anxiety Pair) (Outcome, error) {
	if err := s.Check(); err != nil {
		return Outcome{}, err
	}
	var o Outcome
	var better, worse bool
	below := true // both, at the end
	for _, m := range [...]struct {
		Measure
		Pair
	}{{s.Depression, depression}, {s.Anxiety, anxiety}} {
		c, err := m.rule().Category(m.Post-m.Pre, m.Pre, m.Post)
		if err != nil {
			return Outcome{}, err
		}
		o.CaseAtStart = o.CaseAtStart || m.Pre > m.Cut+slack
		below = below && m.Post < m.Cut-slack
		better = better || c == Recovered || c == Improved
		worse = worse || c == Deteriorated || c == Harmed
	}
	o.Recovery = o.CaseAtStart && below
	o.ReliableImprovement = better && !worse
	o.ReliableDeterioration = worse && !better
	o.Mixed = better && worse
	o.ReliableRecovery = o.Recovery && o.ReliableImprovement
	return o, nil
}

// A Tally counts the outcomes of many courses of work.
type Tally struct {
	Courses, NotClassifiable, CaseAtStart                                             int
	Recovery, ReliableImprovement, ReliableRecovery, ReliableDeterioration, Unchanged int
	Mixed                                                                             int
}

// Add counts one more course.
func (t *Tally) Add(o Outcome) {
	t.Courses++
	for _, c := range [...]struct {
		n    *int
		more bool
	}{
		{&t.CaseAtStart, o.CaseAtStart},
		{&t.Recovery, o.Recovery},
		{&t.ReliableImprovement, o.ReliableImprovement},
		{&t.ReliableRecovery, o.ReliableRecovery},
		{&t.ReliableDeterioration, o.ReliableDeterioration},
		{&t.Mixed, o.Mixed},
		{&t.Unchanged, !o.ReliableImprovement && !o.ReliableDeterioration && !o.Mixed},
	} {
		if c.more {
			*c.n++
		}
	}
}

// Skip counts one more course of which a score is missing: it stands in no
// denominator, and is told beside the rates.
func (t *Tally) Skip() {
	t.Courses++
	t.NotClassifiable++
}

// Rates are the shares of a tally, each with its own denominator: of all courses
// that are classifiable, and for the two kinds of recovery, of those that were
// cases at the start, since nobody else can recover.
//
// The national statistics keep courses with missing scores in the denominators,
// where they can only count as a failure. Here they stand beside: Courses and
// NotClassifiable are told, so that either can be reckoned.
type Rates struct {
	Courses         int `json:"courses"`
	NotClassifiable int `json:"notClassifiable"`
	Classifiable    int `json:"classifiable"`

	CaseAtStart           Share `json:"caseAtStart"`           // of the classifiable
	Recovery              Share `json:"recovery"`              // of the cases at the start
	ReliableImprovement   Share `json:"reliableImprovement"`   // of the classifiable
	ReliableRecovery      Share `json:"reliableRecovery"`      // of the cases at the start
	ReliableDeterioration Share `json:"reliableDeterioration"` // of the classifiable
	NoReliableChange      Share `json:"noReliableChange"`      // of the classifiable
	Mixed                 Share `json:"mixed"`                 // of the classifiable
}

// A Share is N of Of.
type Share struct {
	N      int    `json:"n"`
	Of     int    `json:"of"`
	OfWhat string `json:"ofWhat,omitempty"` // "cases at the start"
	// Rate is N/Of, from 0 to 1, with the interval in which the rate of many such
	// courses lies with 95 % confidence. All three are nil of nothing.
	Rate *float64 `json:"rate"`
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
}

// Rates are the shares of what was counted.
func (t Tally) Rates() Rates {
	all := t.Courses - t.NotClassifiable
	ofAll := func(n int) Share {
		s := NewShare(n, all)
		s.OfWhat = "classifiable courses"
		return s
	}
	ofCases := func(n int) Share {
		s := NewShare(n, t.CaseAtStart)
		s.OfWhat = "cases at the start"
		return s
	}
	return Rates{
		Courses: t.Courses, NotClassifiable: t.NotClassifiable, Classifiable: all,
		CaseAtStart:           ofAll(t.CaseAtStart),
		Recovery:              ofCases(t.Recovery),
		ReliableImprovement:   ofAll(t.ReliableImprovement),
		ReliableRecovery:      ofCases(t.ReliableRecovery),
		ReliableDeterioration: ofAll(t.ReliableDeterioration),
		NoReliableChange:      ofAll(t.Unchanged),
		Mixed:                 ofAll(t.Mixed),
	}
}

// NewShare is n of of, with the score interval of Wilson (1927, J Am Stat Assoc
// 22:209-212), which holds for small numbers and for none and all.
func NewShare(n, of int) Share {
	s := Share{N: n, Of: of}
	if of <= 0 || n < 0 || n > of {
		return s
	}
	z := z95
	total, p := float64(of), float64(n)/float64(of)
	middle := (p + z*z/(2*total)) / (1 + z*z/total)
	half := z / (1 + z*z/total) * math.Sqrt(p*(1-p)/total+z*z/(4*total*total))
	low, high := max(0, middle-half), min(1, middle+half)
	if n == 0 {
		low = 0
	}
	if n == of {
		high = 1
	}
	s.Rate, s.Low, s.High = &p, &low, &high
	return s
}

// z95 is the two-sided 95 % quantile of the normal distribution.
const z95 = 1.959963984540054
