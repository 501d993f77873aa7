package measure

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// NoteEvent notes a life event; actor is the client or treats them. e needs ID,
// Day and Words. Sending the same form twice is success; the same id with other
// content is fault.Conflict.
func (ms *Measures) NoteEvent(ctx context.Context, actor access.Actor, client access.Compartment, e LifeEvent, loc *time.Location) (LifeEvent, error) {
	tx, err := ms.door.Begin(ctx, actor, access.NoteEvent, client)
	if err != nil {
		return LifeEvent{}, err
	}
	defer tx.Rollback()

	tx.Names(e.ID)
	if _, err := formID(e.ID); err != nil {
		return LifeEvent{}, err
	}
	if err := dayBetween("day", e.Day, DayOf(tx.Now, loc), eventBack, eventAhead); err != nil {
		return LifeEvent{}, err
	}
	if e.Words, err = words("words", e.Words, MaxEvent, "A few words, please: what it was."); err != nil {
		return LifeEvent{}, err
	}
	e.By = actor.ID
	made, err := insertMark(ctx, tx, e.ID, 1, kindEvent, sealedMark{Day: e.Day, Words: e.Words})
	if err != nil {
		return LifeEvent{}, err
	}
	if !made {
		return e, sameMark(ctx, tx, e.ID, 1, kindEvent, sealedMark{Day: e.Day, Words: e.Words})
	}
	return e, tx.Commit()
}

// DropEvent takes a life event off, which stays in the record as taken off;
// actor noted it. Doing so twice is success.
func (ms *Measures) DropEvent(ctx context.Context, actor access.Actor, client access.Compartment, id string) error {
	tx, err := ms.door.Begin(ctx, actor, access.NoteEvent, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	m, err := marksOf(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case len(m) == 0 || m[0].kind != kindEvent || m[0].by != actor.ID:
		return absent()
	case len(m) > 1:
		return nil // it came twice
	}
	if _, err := insertMark(ctx, tx, id, 2, kindEvent, sealedMark{}); err != nil {
		return err
	}
	return tx.Commit()
}

// OpenDetour notes that the work takes another way from a day on; actor treats
// the client. d needs ID, From and Reason. Sending the same form twice is
// success; the same id with other content is fault.Conflict.
func (ms *Measures) OpenDetour(ctx context.Context, actor access.Actor, client access.Compartment, d Detour, loc *time.Location) (Detour, error) {
	tx, err := ms.door.Begin(ctx, actor, access.TurnAside, client)
	if err != nil {
		return Detour{}, err
	}
	defer tx.Rollback()

	tx.Names(d.ID)
	if _, err := formID(d.ID); err != nil {
		return Detour{}, err
	}
	if err := dayBetween("from", d.From, DayOf(tx.Now, loc), eventBack, 0); err != nil {
		return Detour{}, err
	}
	if d.Reason, err = words("reason", d.Reason, MaxDetour, "Please say why the work takes another way."); err != nil {
		return Detour{}, err
	}
	d.By, d.Until, d.Back, d.ClosedBy, d.Revision = actor.ID, "", "", "", 1
	made, err := insertMark(ctx, tx, d.ID, 1, kindDetour, sealedMark{Day: d.From, Words: d.Reason})
	if err != nil {
		return Detour{}, err
	}
	if !made {
		return d, sameMark(ctx, tx, d.ID, 1, kindDetour, sealedMark{Day: d.From, Words: d.Reason})
	}
	return d, tx.Commit()
}

// CloseDetour notes that the work is back on its way since until, and, if
// anybody wants to say so, what led back; actor treats the client, whoever of
// them opened it. Sending the same twice is success; if somebody closed it
// otherwise meanwhile, it is fault.Conflict together with the detour as it is.
func (ms *Measures) CloseDetour(ctx context.Context, actor access.Actor, client access.Compartment, id string, until Day, back string, loc *time.Location) (Detour, error) {
	tx, err := ms.door.Begin(ctx, actor, access.TurnAside, client)
	if err != nil {
		return Detour{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	m, err := marksOf(ctx, tx, id)
	if err != nil {
		return Detour{}, err
	}
	if len(m) == 0 || m[0].kind != kindDetour {
		return Detour{}, absent()
	}
	if err := dayBetween("until", until, DayOf(tx.Now, loc), eventBack, 0); err != nil {
		return Detour{}, err
	}
	if until.number() < m[0].Day.number() {
		return Detour{}, fault.New(fault.Invalid, "until", "That lies before the detour began.")
	}
	if back, err = fault.Text("back", back, MaxDetour); err != nil {
		return Detour{}, err
	}
	if was := detourOf(m); !was.Open() {
		if was.Until == until && was.Back == back && was.ClosedBy == actor.ID {
			return was, nil // it came twice
		}
		return was, fault.New(fault.Conflict, "", "This detour was closed already. What was noted then is kept.")
	}
	if _, err := insertMark(ctx, tx, id, 2, kindDetour, sealedMark{Day: until, Words: back}); err != nil {
		return Detour{}, err
	}
	d := detourOf(m)
	d.Until, d.Back, d.ClosedBy, d.Revision = until, back, actor.ID, 2
	return d, tx.Commit()
}

// TalkAboutSignal notes on which day an open signal was talked about, and what
// came of the aid; actor treats the client. t needs ID, Instrument, AnswerID, Day,
// and what was written of Aid. It closes the signal, and the score counts as
// talked about. Sending the same form twice is success; if the signal is not open
// any more it is fault.Conflict.
func (ms *Measures) TalkAboutSignal(ctx context.Context, actor access.Actor, client access.Compartment, t Talk, loc *time.Location) (Talk, error) {
	tx, err := ms.door.Begin(ctx, actor, access.TalkSignal, client)
	if err != nil {
		return Talk{}, err
	}
	defer tx.Rollback()

	tx.Names(t.ID + " " + t.AnswerID)
	if _, err := formID(t.ID); err != nil {
		return Talk{}, err
	}
	if t.Aid, err = checkAid(t.Aid); err != nil {
		return Talk{}, err
	}
	t.By, t.At = actor.ID, tx.Now
	if err := dayBetween("day", t.Day, DayOf(tx.Now, loc), eventBack, 0); err != nil {
		return Talk{}, err
	}
	marks, err := marksOf(ctx, tx, t.ID)
	if err != nil {
		return Talk{}, err
	}
	if len(marks) > 0 {
		if was := marks[0].talk(); marks[0].kind == kindTalk && was.same(t) {
			return was, nil // it came twice
		}
		return Talk{}, other()
	}
	if err := ms.meet(ctx, tx, &t, loc); err != nil {
		return Talk{}, err
	}
	s := sealedMark{Day: t.Day, Instrument: t.Instrument, Answer: t.AnswerID, Score: t.ScoreAt.UnixMicro(), Signal: t.Kind, Aid: t.Aid}
	if _, err := insertMark(ctx, tx, t.ID, 1, kindTalk, s); err != nil {
		return Talk{}, err
	}
	if err := markTalked(ctx, tx, t.AnswerID); err != nil {
		return Talk{}, err
	}
	return t, tx.Commit()
}

// settle notes that the signal was talked about that is open on the answer's
// score, if one is: noted is that the answer was, and that is enough.
func (ms *Measures) settle(ctx context.Context, tx *access.Tx, answerID string) error {
	a, err := ms.answer(ctx, tx, answerID)
	if err != nil || !a.TalkedAt.IsZero() || a.Result.Total == nil {
		return err
	}
	t := Talk{Instrument: a.Instrument, AnswerID: a.ID, Day: DayOf(tx.Now, time.UTC)}
	switch err := ms.meet(ctx, tx, &t, time.UTC); {
	case fault.Is(err, fault.Conflict):
		return nil // no signal is open
	case err != nil:
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	_, err = insertMark(ctx, tx, id.String(), 1, kindTalk, sealedMark{
		Day: t.Day, Instrument: t.Instrument, Answer: t.AnswerID, Score: t.ScoreAt.UnixMicro(), Signal: t.Kind, Plain: true,
	})
	return err
}

// meet finds the open signal that t is about.
func (ms *Measures) meet(ctx context.Context, tx *access.Tx, t *Talk, loc *time.Location) error {
	in, ok := ms.Library(tx.Practice).Lookup(t.Instrument, "")
	if !ok {
		return absent()
	}
	answers, _, err := ms.answersOf(ctx, tx, ms.series(tx, t.Instrument))
	if err != nil {
		return err
	}
	talks, err := talksIn(ctx, tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(answers, func(a Answer) bool { return a.ID == t.AnswerID })
	if i < 0 {
		return absent()
	}
	t.ScoreAt = answers[i].GivenAt
	c := courseOf(in, ms.prior(tx.Practice, in.ID), answers, talks)
	for _, r := range c.Raised {
		if r.State == SignalOpen && !t.ScoreAt.Before(r.Since.At) && !t.ScoreAt.After(r.On.At) {
			t.Kind = r.Kind
			if t.Day.number() < DayOf(r.Since.At, loc).number() {
				return fault.New(fault.Invalid, "day", "That lies before the score came.")
			}
			return nil
		}
	}
	return fault.New(fault.Conflict, "", "This signal is not open any more. Perhaps a colleague noted that it was talked about, or a newer score came.")
}

func checkAid(from map[string]string) (map[string]string, error) {
	kept := map[string]string{}
	for id, text := range from {
		if !slices.ContainsFunc(aid, func(q AidQuestion) bool { return q.ID == id }) {
			return nil, fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again; what you wrote is still here.")
		}
		text, err := fault.Text(id, text, MaxAid)
		if err != nil {
			return nil, err
		}
		if text != "" {
			kept[id] = text
		}
	}
	return kept, nil
}

// Talks returns what came of the aid whenever a signal of client's was talked
// about, newest first: for those who treat the client alone.
func (ms *Measures) Talks(ctx context.Context, actor access.Actor, client access.Compartment) ([]Talk, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadTalks, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	talks, err := talksIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	slices.Reverse(talks)
	ids := make([]string, len(talks))
	for i, t := range talks {
		ids[i] = t.ID
	}
	tx.Names(strings.Join(ids, " "))
	return talks, nil
}

// A Journey is everything that one chart of a client's way needs.
type Journey struct {
	Courses   []Course // of what was ever answered, in order of instrument
	Landmarks Landmarks
}

// Journey returns the courses of everything that client ever answered, and what
// stands beside them: for those who treat the client, and for the client. The
// courses are as Whole returns them.
func (ms *Measures) Journey(ctx context.Context, actor access.Actor, client access.Compartment) (Journey, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return Journey{}, err
	}
	defer tx.Rollback()

	var j Journey
	if j.Landmarks, err = landmarks(ctx, tx); err != nil {
		return Journey{}, err
	}
	if j.Courses, err = ms.coursesIn(ctx, tx, j.Landmarks.talks); err != nil {
		return Journey{}, err
	}
	tx.Names(strings.Join(append(j.Landmarks.ids(), spanned(j.Courses)...), " "))
	return j, nil
}

// ids are those of everything in l, for the log.
func (l Landmarks) ids() []string {
	var ids []string
	for _, e := range l.Events {
		ids = append(ids, e.ID)
	}
	for _, d := range l.Detours {
		ids = append(ids, d.ID)
	}
	for _, t := range l.talks {
		ids = append(ids, t.ID)
	}
	return ids
}

// spanned says from which answer to which the courses go, for the log.
func spanned(all []Course) []string {
	var ids []string
	for _, c := range all {
		if n := len(c.Given); n > 0 {
			ids = append(ids, c.Given[0].AnswerID, "to", c.Given[n-1].AnswerID)
		}
	}
	return ids
}
