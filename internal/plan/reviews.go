package plan

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/meaning"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/session"
)

// Look returns the review of client's that is to come, as far as it has prepared
// itself, and those that were held, the newest first: for those who treat the
// client, and for the client. Days are those of loc, the practice's time zone.
func (ps *Plans) Look(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (Look, []Review, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadReview, client)
	if err != nil {
		return Look{}, nil, err
	}
	defer tx.Rollback()

	held, err := reviews(ctx, tx)
	if err != nil {
		return Look{}, nil, err
	}
	l, err := ps.look(ctx, tx, held, loc)
	tx.Names(reviewNamed(l.Nth))
	slices.Reverse(held)
	return l, held, err
}

// look is the review that follows those that were held.
func (ps *Plans) look(ctx context.Context, tx *access.Tx, held []Review, loc *time.Location) (Look, error) {
	l := Look{Nth: int64(len(held)) + 1}
	p, err := planIn(ctx, tx)
	if err != nil {
		return l, err
	}
	if l.Day = p.Review; p.Number == 0 && len(held) > 0 {
		l.Day = held[len(held)-1].Next
	}
	l.Near = nears(l.Day, measure.DayOf(tx.Now, loc), p.Open)
	if l.Said, err = saidBefore(ctx, tx, l.Nth); err != nil {
		return l, err
	}
	l.Picture, err = ps.picture(ctx, tx, p, held, loc)
	return l, err
}

// SayBefore keeps what one side says beforehand to the nth review; actor is the
// client or treats them. revision is that of what actor was looking at, 0 if there
// was nothing: if somebody of the same side wrote meanwhile, the answer is
// fault.Conflict together with what they wrote. Nothing is a fine thing to say. The
// same twice is success. Once the review was held it is fault.Conflict.
func (ps *Plans) SayBefore(ctx context.Context, actor access.Actor, client access.Compartment, nth, revision int64, b Before) (Word, error) {
	tx, err := ps.door.Begin(ctx, actor, access.SayReview, client)
	if err != nil {
		return Word{}, err
	}
	defer tx.Rollback()

	tx.Names(reviewNamed(nth))
	if b, err = b.check(); err != nil {
		return Word{}, err
	}
	last, _, err := lastReview(ctx, tx)
	if err != nil {
		return Word{}, err
	}
	if nth <= last.Nth {
		return Word{}, fault.New(fault.Conflict, "", "That review was held meanwhile, and is kept as it was. What you wrote can stand for the next one.")
	}
	if nth != last.Nth+1 {
		return Word{}, fault.Absent()
	}
	all, err := saidBefore(ctx, tx, nth)
	if err != nil {
		return Word{}, err
	}
	side := goal.SideOf(actor, client)
	was := all[side]
	if was.Revision > 0 && was.Before == b {
		return was, nil // it came twice
	}
	next := Word{Before: b, Revision: was.Revision + 1, By: actor.ID, At: tx.Now}
	kept := false
	if was.Revision == revision {
		if kept, err = insertWord(ctx, tx, nth, side, next); err != nil {
			return Word{}, err
		}
	}
	if !kept {
		return was, fault.New(fault.Conflict, "", "Somebody wrote here while you were writing, perhaps you from another window or device. Both are here, and nothing is lost.")
	}
	return next, tx.Commit()
}

// KeepReview keeps a review that was held, with everything as it is now; actor
// treats the client. It stays as it is kept. The same twice is success; if it was
// kept otherwise meanwhile, the answer is fault.Conflict together with that.
func (ps *Plans) KeepReview(ctx context.Context, actor access.Actor, client access.Compartment, f ReviewForm, loc *time.Location) (Review, error) {
	tx, err := ps.door.Begin(ctx, actor, access.KeepReview, client)
	if err != nil {
		return Review{}, err
	}
	defer tx.Rollback()

	tx.Names(reviewNamed(f.Nth))
	if f, err = f.check(measure.DayOf(tx.Now, loc)); err != nil {
		return Review{}, err
	}
	held, err := reviews(ctx, tx)
	if err != nil {
		return Review{}, err
	}
	if i := slices.IndexFunc(held, func(r Review) bool { return r.Nth == f.Nth }); i >= 0 {
		was := held[i]
		if was.Day == f.Day && was.Outcome == f.Outcome && was.Words == f.Words && was.Next == f.Next && was.By == actor.ID {
			return was, nil // it came twice
		}
		return was, reviewKept()
	}
	l, err := ps.look(ctx, tx, held, loc)
	if err != nil {
		return Review{}, err
	}
	if f.Nth != l.Nth {
		return Review{}, fault.Absent()
	}
	r := Review{
		Nth: l.Nth, Day: f.Day, Outcome: f.Outcome, Words: f.Words, Next: f.Next, Picture: l.Picture,
		Said: map[goal.Side]Before{}, By: actor.ID, At: tx.Now,
	}
	for side, w := range l.Said {
		r.Said[side] = w.Before
	}
	kept, err := insertReview(ctx, tx, r)
	if err != nil {
		return Review{}, err
	}
	if !kept { // somebody was quicker by a moment
		return Review{}, reviewKept()
	}
	return r, tx.Commit()
}

func reviewKept() error {
	return fault.New(fault.Conflict, "", "This review was kept already, and stays as it was. What you wrote is still here.")
}

// Nears says whether a review of client's is near, and which: for a page that
// leads there. It is never near while a detour is open.
func (ps *Plans) Nears(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (Look, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPlan, client)
	if err != nil {
		return Look{}, err
	}
	defer tx.Rollback()

	last, _, err := lastReview(ctx, tx)
	if err != nil {
		return Look{}, err
	}
	p, err := planIn(ctx, tx)
	tx.Names(reviewNamed(last.Nth + 1))
	return Look{Nth: last.Nth + 1, Day: p.Review, Near: nears(p.Review, measure.DayOf(tx.Now, loc), p.Open)}, err
}

// picture is what there is to see since the last of held.
func (ps *Plans) picture(ctx context.Context, tx *access.Tx, p Plan, held []Review, loc *time.Location) (Picture, error) {
	pic := Picture{Until: measure.DayOf(tx.Now, loc), Plan: p.Number}
	var since time.Time
	if n := len(held); n > 0 {
		since = held[n-1].At
		pic.Since = measure.DayOf(since, loc)
	}
	var err error
	if pic.Sessions, err = session.HeldSinceIn(ctx, tx, since); err != nil {
		return pic, err
	}
	gs, err := goal.In(ctx, tx)
	if err != nil {
		return pic, err
	}
	for _, g := range gs.All {
		if t, over := g.Over(); !over || t.At.After(since) {
			pic.Goals = append(pic.Goals, goalThen(g, pic.Since))
		}
	}
	if pic.Measures, err = ps.measured(ctx, tx, since); err != nil {
		return pic, err
	}
	noticed, err := alliance.SharedIn(ctx, tx)
	if err != nil {
		return pic, err
	}
	for _, m := range noticed {
		if m.At.After(since) {
			pic.Markers = append(pic.Markers, MarkerThen{m.Word, m.Line, goal.Side(m.Side), measure.DayOf(m.At, loc)})
		}
	}
	beside, err := meanwhile(ctx, tx)
	if err != nil {
		return pic, err
	}
	for _, d := range beside.Walked() {
		if d.Open() || d.Until >= pic.Since {
			pic.Detours = append(pic.Detours, DetourThen{d.Name, d.From, d.Until, d.Stays, d.Changed})
		}
	}
	for _, e := range beside.Events {
		if e.Day >= pic.Since && e.Day <= pic.Until && (pic.Since != "" || e.At.After(since)) {
			pic.Events = append(pic.Events, EventThen{e.Words, e.Day})
		}
	}
	pic.Practice, err = practised(ctx, tx, since)
	return pic, err
}

// about is how long before it was kept a review may have been held: what came after the
// session with the last one is new.
const about = 24 * time.Hour

// practised is what was practised since then, and how it went.
func practised(ctx context.Context, tx *access.Tx, since time.Time) (all []PracticeThen, err error) {
	if !since.IsZero() {
		since = since.Add(-about)
	}
	s, err := assignment.LogsIn(ctx, tx, since)
	if err != nil {
		return nil, err
	}
	for _, a := range s.All {
		p := PracticeThen{Title: a.Title, Times: map[assignment.How]int{}, Over: !a.Open()}
		for _, l := range s.Of(a.ID) {
			if l.How != assignment.Planned {
				p.Times[l.How]++
			}
		}
		if len(p.Times) > 0 {
			all = append(all, p)
		}
	}
	return all, nil
}

// goalThen is a goal as it stands now; since is the day of the last review.
func goalThen(g goal.Goal, since measure.Day) GoalThen {
	w := g.Standing()
	t := GoalThen{ID: g.ID, Words: w.Words, Low: w.Low, High: w.High, Agreed: !g.AgreedSince().IsZero()}
	if over, ok := g.Over(); ok {
		t.Over = over.Kind
	}
	for i, r := range g.Ratings {
		if i == 0 {
			t.First = &r.Value
		}
		if r.Day <= since {
			t.Before = &r.Value
		}
		t.Last = &r.Value
	}
	for _, m := range g.Milestones {
		if m.Reached() && m.Day >= since {
			t.Milestones = append(t.Milestones, EventThen{m.Words, m.Day})
		}
	}
	return t
}

// measured is what each questionnaire that was answered says, in words.
func (ps *Plans) measured(ctx context.Context, tx *access.Tx, since time.Time) ([]MeasureThen, error) {
	if ps.measures == nil {
		return nil, nil
	}
	courses, err := ps.measures.CoursesIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	var all []MeasureThen
	for _, c := range courses {
		totals := c.Totals()
		if len(totals) == 0 {
			continue
		}
		m := MeasureThen{Instrument: c.Instrument.ID, Title: c.Instrument.Title, Name: c.Instrument.Name, Own: meaning.OwnLine(c.Instrument, totals)}
		switch {
		case c.Change != nil:
			m.Words = c.Change.Words()
		case len(totals) == 1:
			m.Words = "Answered once so far."
		default:
			m.Words = "There is no published rule for how much of a change counts."
		}
		if then, ok := before(c, since); ok && len(totals) > 1 {
			if change, ok := meaning.ReliableChange(c.Instrument, then, totals[len(totals)-1]); ok {
				m.Lately = change.Words()
			}
		}
		all = append(all, m)
	}
	return all, nil
}

// before is the last total of a course that was given before since, if others
// came after it.
func before(c measure.Course, since time.Time) (total float64, ok bool) {
	later := false
	for _, g := range c.Given {
		switch {
		case g.Result.Total == nil:
		case g.At.Before(since):
			total, ok = *g.Result.Total, true
		default:
			later = true
		}
	}
	return total, ok && later
}

// Balance says who began what since the last review: for those who treat the
// client. It is a picture of the work, and of nobody's worth.
func (ps *Plans) Balance(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (Balance, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadBalance, client)
	if err != nil {
		return Balance{}, err
	}
	defer tx.Rollback()

	last, ok, err := lastReview(ctx, tx)
	if err != nil {
		return Balance{}, err
	}
	var b Balance
	if ok {
		b.Since = measure.DayOf(last.At, loc)
	}
	tx.Names(reviewNamed(last.Nth + 1))
	begun := func(at time.Time, by string, words string) {
		if at.After(last.At) {
			b.Starts = append(b.Starts, Start{goal.SideOf(access.Actor{ID: by}, client), measure.DayOf(at, loc), words})
		}
	}
	gs, err := goal.WordedIn(ctx, tx)
	if err != nil {
		return Balance{}, err
	}
	for _, g := range gs.All {
		begun(g.Wordings[0].At, g.Wordings[0].By, "a goal proposed")
		for _, m := range g.Milestones {
			begun(m.SetAt, m.SetBy, "a milestone set")
		}
	}
	noticed, err := alliance.SharedIn(ctx, tx)
	if err != nil {
		return Balance{}, err
	}
	for _, m := range noticed {
		begun(m.At, m.By, "something noticed")
	}
	given, err := alliance.GivenIn(ctx, tx, last.At)
	if err != nil {
		return Balance{}, err
	}
	for _, at := range given {
		begun(at, client.Of(), "a word after a session")
	}
	beside, err := meanwhile(ctx, tx)
	if err != nil {
		return Balance{}, err
	}
	for _, e := range beside.Events {
		begun(e.At, e.By, "something that happened noted")
	}
	for _, d := range beside.Detours {
		begun(d.At, d.By, "a detour named")
	}
	steps, err := paces(ctx, tx)
	if err != nil {
		return Balance{}, err
	}
	for _, p := range steps {
		begun(p.At, p.By, "on to another step")
	}
	all, err := revisions(ctx, tx, 0)
	if err != nil {
		return Balance{}, err
	}
	for _, r := range all {
		begun(r.At, r.By, "the plan written")
		for _, u := range r.Unfit {
			begun(u.At, u.By, "a word on the plan")
		}
	}
	said, err := saidBefore(ctx, tx, last.Nth+1)
	if err != nil {
		return Balance{}, err
	}
	for _, w := range said {
		begun(w.At, w.By, "words for this review")
	}
	slices.SortStableFunc(b.Starts, func(a, c Start) int { return cmp.Or(cmp.Compare(a.Day, c.Day), cmp.Compare(a.Words, c.Words)) })
	return b, nil
}

// reviewNamed is how a review is named in the log.
func reviewNamed(nth int64) string { return fmt.Sprintf("review %d", nth) }
