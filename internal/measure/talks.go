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
	if err := fault.FormID(t.ID); err != nil {
		return Talk{}, err
	}
	if t.Aid, err = checkAid(t.Aid); err != nil {
		return Talk{}, err
	}
	t.By, t.At = actor.ID, tx.Now
	if err := talkDay(t.Day, DayOf(tx.Now, loc)); err != nil {
		return Talk{}, err
	}
	switch was, there, err := talkOf(ctx, tx, t.ID); {
	case err != nil:
		return Talk{}, err
	case there && was.same(t):
		return was, nil // it came twice
	case there:
		return Talk{}, other()
	}
	if err := ms.meet(ctx, tx, &t, loc); err != nil {
		return Talk{}, err
	}
	if err := insertTalk(ctx, tx, t); err != nil {
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
	t.ID, t.Plain = id.String(), true
	return insertTalk(ctx, tx, t)
}

// meet finds the open signal that t is about.
func (ms *Measures) meet(ctx context.Context, tx *access.Tx, t *Talk, loc *time.Location) error {
	in, ok := ms.Library(tx.Practice).Lookup(t.Instrument, "")
	if !ok {
		return fault.Absent()
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
		return fault.Absent()
	}
	t.ScoreAt, t.Total = answers[i].GivenAt, answers[i].Result.Total
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
