package measure

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
	"github.com/waymark-care/waymark/internal/session"
)

// A Given is one answer in a course: its score and no words.
type Given struct {
	AnswerID string
	At       time.Time
	Week     float64 // since the first score; 0 for what came before it
	Result   instrument.Result
	SeenAt   time.Time // by the client; zero: not yet
	TalkedAt time.Time // zero: not yet
	TalkedBy string    // person id
	Wrote    bool      // words came with it
	Mode     string    // ModeSelf, ModePaper, ModeInterview or ModeElsewhere
	Source   string    // where it comes from, if that is elsewhere
}

// A Course is how somebody answered one questionnaire over time, and what may be
// said about it.
type Course struct {
	Instrument *instrument.Instrument // the newest version
	Given      []Given                // oldest first
	Skipped    []time.Time            // "not this time", oldest first; it is never more than that
	Scores     []course.Moment        // of those that have a total; the first at week 0

	Prior   *course.Prior   // nil if nothing is known of others
	Fan     []course.Point  // where others are who started there, within the range; from the first score alone
	Change  *meaning.Change // from the first score to the newest, by the published rule; nil if there is none
	Lately  *meaning.Change // from the score before the newest to the newest; nil if there are not three, or no rule
	Signals []course.Signal // of the newest score while they are open, the stronger first
	Raised  []Raised        // every signal there ever was and what became of it, oldest first

	scored []int // which of Given each of Scores is
	trail  [][]course.Signal
}

// Sentence is what the course says in a line or three, for the clinician; name
// is how the client is called.
func (c Course) Sentence(name string) string {
	return meaning.Sentence(name, c.Instrument, c.Prior, c.Scores)
}

// Explain is what stands behind the fan, the change and the signals, for the
// details, and what of it is not sure.
func (c Course) Explain() []string { return meaning.Explain(c.Instrument, c.Prior) }

// Totals are the scores alone, oldest first, as meaning.ForClient,
// OwnLine and UsualWobble want them.
func (c Course) Totals() []float64 {
	totals := make([]float64, len(c.Scores))
	for i, s := range c.Scores {
		totals[i] = s.Score
	}
	return totals
}

// The fan goes this many weeks beyond the newest score, and at least to fanLeast.
const (
	fanBeyond = 4
	fanLeast  = 12
	fanSteep  = 12 // until then week by week, and every fourth after it
)

func givenOf(a *Answer) Given {
	return Given{
		AnswerID: a.ID, At: a.GivenAt, Result: a.Result,
		SeenAt: a.SeenAt, TalkedAt: a.TalkedAt, TalkedBy: a.TalkedBy, Wrote: a.Note != "", Mode: a.Mode, Source: a.Source,
	}
}

// prior is what is known of others who answered the questionnaire: what the
// practice learned of it, or else what comes with the product; nil if nothing is.
func (ms *Measures) prior(practice, instrument string) *course.Prior {
	if ms.learned != nil {
		if p, ok := ms.learned(practice, instrument); ok {
			return &p
		}
	}
	if p, ok := course.Shipped(instrument); ok {
		return &p
	}
	return nil
}

// courseOf is the course of answers, which are in order of time; talks are what
// was talked about, of whatever questionnaire.
func courseOf(in *instrument.Instrument, prior *course.Prior, answers []Answer, talks []Talk) Course {
	n := len(answers)
	c := Course{Instrument: in, Prior: prior, Given: make([]Given, n), Scores: make([]course.Moment, 0, n), scored: make([]int, 0, n)}
	var start time.Time
	for i := range answers { // by place: both are large
		a, g := &answers[i], &c.Given[i]
		*g = givenOf(a)
		if a.Result.Total != nil && start.IsZero() {
			start = a.GivenAt
		}
		if !start.IsZero() {
			g.Week = a.GivenAt.Sub(start).Hours() / (24 * week)
		}
		if a.Result.Total != nil {
			c.Scores = append(c.Scores, course.Moment{Week: g.Week, Score: *a.Result.Total})
			c.scored = append(c.scored, i)
		}
	}
	if n := len(c.Scores); n > 1 {
		if whole, ok := meaning.ReliableChange(in, c.Scores[0].Score, c.Scores[n-1].Score); ok {
			c.Change = &whole
		}
		if lately, ok := meaning.ReliableChange(in, c.Scores[n-2].Score, c.Scores[n-1].Score); ok && n > 2 {
			c.Lately = &lately
		}
	}
	if c.Prior != nil {
		c.trail, _ = c.Prior.Trail(meaning.Scale(in), c.Scores) // scores are in order and finite
	}
	return c.after(talks)
}

// after is c with its signals as they are after talks.
func (c Course) after(talks []Talk) Course {
	var own []Talk // of this questionnaire
	for _, t := range talks {
		if t.Instrument == c.Instrument.ID {
			own = append(own, t)
		}
	}
	c.Raised, c.Signals = raised(c.Instrument, c.Given, c.scored, c.trail, own), nil
	if n := len(c.Raised); n > 0 && c.Raised[n-1].State == SignalOpen {
		c.Signals = c.trail[len(c.trail)-1]
	}
	return c
}

// Opened is the signal that is open, if one is.
func (c Course) Opened() (r Raised, ok bool) {
	if n := len(c.Raised); n > 0 && c.Raised[n-1].State == SignalOpen {
		return c.Raised[n-1], true
	}
	return Raised{}, false
}

// withFan adds where others are.
func (c Course) withFan() Course {
	if c.Prior == nil || len(c.Scores) == 0 {
		return c
	}
	last := max(fanLeast, int(math.Ceil(c.Scores[len(c.Scores)-1].Week))+fanBeyond)
	var weeks []float64
	for w := 0; w < last; {
		weeks = append(weeks, float64(w))
		if w++; w > fanSteep {
			w += 3 // it is nearly straight there
		}
	}
	weeks = append(weeks, float64(last))
	fan, err := c.Prior.Fan(c.Scores[:1], weeks)
	if err != nil {
		return c // without a fan rather than with a wrong one
	}
	scale := meaning.Scale(c.Instrument)
	for i := range fan {
		fan[i] = fan[i].Clamp(scale)
	}
	c.Fan = fan
	return c
}

// Course returns how client answered one questionnaire, and what may be said
// about it: for those who treat the client, for the client, and for a supervisor
// to whom the record was shown. It holds scores and no words. Without any answer
// the course is empty.
func (ms *Measures) Course(ctx context.Context, actor access.Actor, client access.Compartment, instrument string) (Course, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadCourse, client)
	if err != nil {
		return Course{}, err
	}
	defer tx.Rollback()

	in, ok, err := ms.door.shelf.Find(ctx, tx, instrument, "")
	if err != nil {
		return Course{}, err
	}
	if !ok {
		return Course{}, fault.Absent()
	}
	answers, skipped, err := ms.answersOf(ctx, tx, ms.series(tx, instrument))
	if err != nil {
		return Course{}, err
	}
	talks, err := talksIn(ctx, tx)
	if err != nil {
		return Course{}, err
	}
	c := courseOf(in, ms.prior(tx.Practice, in.ID), answers, talks).withFan()
	c.Skipped = skipped
	if len(answers) > 0 {
		tx.Names(answers[0].ID + " to " + answers[len(answers)-1].ID)
	}
	return c, nil
}

// Courses returns the courses of everything that client ever answered, in order of
// instrument, each as Course returns it but without Skipped, in one opening.
func (ms *Measures) Courses(ctx context.Context, actor access.Actor, client access.Compartment) ([]Course, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadCourse, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return ms.CoursesIn(ctx, tx)
}

// CoursesIn is Courses in tx, whose action must open: for what looks back on a
// client's work in one piece.
func (ms *Measures) CoursesIn(ctx context.Context, tx *access.Tx) ([]Course, error) {
	talks, err := talksIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	return ms.coursesIn(ctx, tx, talks)
}

// A Whole is everything about one client's measures, as their page shows it.
type Whole struct {
	Courses []Course // of what was ever answered, in order of instrument
	Asks    []Ask    // everything that was ever asked, newest first
	Load    Load     // how much that is in a week
}

// Whole returns the courses of everything that client ever answered, and what
// was asked, in one opening: for those who treat the client, and for the client.
// The courses are as Course returns them, without Skipped.
func (ms *Measures) Whole(ctx context.Context, actor access.Actor, client access.Compartment) (Whole, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return Whole{}, err
	}
	defer tx.Rollback()

	talks, err := talksIn(ctx, tx)
	if err != nil {
		return Whole{}, err
	}
	var w Whole
	if w.Courses, err = ms.coursesIn(ctx, tx, talks); err != nil {
		return Whole{}, err
	}
	if w.Asks, err = asks(ctx, tx); err != nil {
		return Whole{}, err
	}
	spans, err := session.PlannedIn(ctx, tx, client, tx.Now, tx.Now.Add(loadAhead))
	if err != nil {
		return Whole{}, err
	}
	w.Load = loadOf(w.Asks, ms.Library(tx.Practice).Lookup, sessionsPerWeek(len(spans), loadAhead))
	return w, nil
}

// coursesIn are the courses of everything that one client ever answered, in order
// of instrument, and names them in the log.
func (ms *Measures) coursesIn(ctx context.Context, tx *access.Tx, talks []Talk) ([]Course, error) {
	answers, err := ms.allAnswers(ctx, tx)
	if err != nil {
		return nil, err
	}
	var all []Course
	for _, in := range ms.Library(tx.Practice).Newest() {
		n := 0
		for _, a := range answers {
			if a.Instrument == in.ID {
				n++
			}
		}
		if n == 0 {
			continue
		}
		of := make([]Answer, 0, n)
		for _, a := range answers {
			if a.Instrument == in.ID {
				of = append(of, a)
			}
		}
		all = append(all, courseOf(in, ms.prior(tx.Practice, in.ID), of, talks).withFan())
	}
	if n := len(answers); n > 0 {
		tx.Names(answers[0].ID + " to " + answers[n-1].ID)
	}
	return all, nil
}

// A Standing is where one client stands with one questionnaire.
type Standing struct {
	Client     access.Compartment
	Instrument *instrument.Instrument
	First      Given           // with a score; without any, the first that was read
	Before     Given           // Newest, or the newest one with a score before it
	Newest     Given           // with a score or not
	Change     *meaning.Change // from the first score to the newest; nil without both, or without a rule
	Lately     *meaning.Change // from the score before the newest to the newest; nil if there are not three, or no rule
	Signals    []course.Signal // of the newest score while they are open, the stronger first
	Arrived    bool            // the newest came after the time that was asked about

	course Course // of the scores that were read
}

// Score is the newest answer that has a score; without any, the newest.
func (s Standing) Score() Given {
	if s.Newest.Result.Total == nil {
		return s.Before
	}
	return s.Newest
}

// Worsened says whether the newest score is reliably worse than the one before it,
// which the client is told, whatever it is beside the first.
func (s Standing) Worsened() bool { return s.Lately != nil && s.Lately.Worse() }

// Overview returns where each client whom actor treats stands with each
// questionnaire, in order of client and instrument, and whether anything arrived
// after since: for Today. Of each it reads the newest answer, the first with a
// score and the newest two with one, which is all that a change and a signal need.
func (ms *Measures) Overview(ctx context.Context, actor access.Actor, since time.Time) ([]Standing, error) {
	l, err := ms.door.BeginList(ctx, actor, access.ListMeasures, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return ms.StandingsIn(ctx, l, since)
}

// StandingsIn is Overview in l, whose action must open: for what looks at more than
// measures before a session.
func (ms *Measures) StandingsIn(ctx context.Context, l *access.List, since time.Time) ([]Standing, error) {
	ends, err := ms.scoredEndsOf(ctx, l)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ends, func(a, b standing) int {
		return cmp.Or(cmp.Compare(a.client, b.client), cmp.Compare(a.answer.Instrument, b.answer.Instrument),
			a.answer.GivenAt.Compare(b.answer.GivenAt), cmp.Compare(a.answer.ID, b.answer.ID))
	})

	var all []Standing
	asking := make(map[access.Compartment]bool) // whose newest score gives a signal
	for len(ends) > 0 {
		n := slices.IndexFunc(ends, func(s standing) bool {
			return s.client != ends[0].client || s.answer.Instrument != ends[0].answer.Instrument
		})
		if n < 0 {
			n = len(ends)
		}
		if s, ok := ms.standingOf(l.Practice, ends[:n], since); ok {
			all = append(all, s)
			if len(s.Signals) > 0 {
				asking[s.Client] = true
			}
		}
		ends = ends[n:]
	}
	talks, err := talksOf(ctx, l, asking)
	if err != nil {
		return nil, err
	}
	for i, s := range all {
		if len(s.Signals) > 0 && len(talks[s.Client]) > 0 {
			all[i].Signals = s.course.after(talks[s.Client]).Signals
		}
	}
	return all, nil
}

// Last returns the newest answer of each client whom actor treats, to whatever
// questionnaire; those who never answered are not in it.
func (ms *Measures) Last(ctx context.Context, actor access.Actor) (map[access.Compartment]Given, error) {
	l, err := ms.door.BeginList(ctx, actor, access.ListMeasures, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	last, err := ms.lastOf(ctx, l)
	if err != nil {
		return nil, err
	}
	all := make(map[access.Compartment]Given, len(last))
	for _, s := range last {
		all[s.client] = givenOf(&s.answer)
	}
	return all, nil
}

// standingOf is where the client stands whose answers to one questionnaire, in
// order of time, are given: at least the newest, the first with a score and the newest
// two with one. ok is false if
// the instrument is not here any more.
func (ms *Measures) standingOf(practice string, answers []standing, since time.Time) (Standing, bool) {
	in, ok := ms.Library(practice).Lookup(answers[0].answer.Instrument, "")
	if !ok {
		return Standing{}, false
	}
	only := make([]Answer, len(answers))
	for i, s := range answers {
		only[i] = s.answer
	}
	c := courseOf(in, ms.prior(practice, in.ID), only, nil)
	newest := len(c.Given) - 1
	s := Standing{
		Client: answers[0].client, Instrument: in,
		First: c.Given[0], Before: c.Given[newest], Newest: c.Given[newest],
		Change: c.Change, Lately: c.Lately, Signals: c.Signals, course: c,
	}
	if len(c.scored) > 0 {
		s.First = c.Given[c.scored[0]]
	}
	for _, i := range c.scored {
		if i < newest {
			s.Before = c.Given[i]
		}
	}
	s.Arrived = s.Newest.At.After(since)
	return s, true
}
