package measure

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/safety"
)

// paperBack is how far back what is entered may have been answered.
const paperBack = 20 * 366 // days

// Entered is what a clinician enters that a client answered on paper, or aloud.
type Entered struct {
	ID         string // UUIDv7, made by the form
	Instrument string
	Version    string
	Mode       string // ModePaper or ModeInterview
	On         Day    // when it was answered
	Items      instrument.Answers
	Note       string
	Sent       string // as in Answer
}

// Enter keeps what client answered on paper or in the room; actor, who entered it,
// treats the client. It counts as answered on that day, at noon, or now if that is
// today and earlier. If a critical item was endorsed the flag is raised as for an
// answer on a screen: whoever enters it is the one who can act on it now. Sending
// the same twice is success; the same id with other content is fault.Conflict.
func (ms *Measures) Enter(ctx context.Context, actor access.Actor, client access.Compartment, e Entered, loc *time.Location) (Answer, error) {
	tx, err := ms.door.Begin(ctx, actor, access.EnterAnswer, client)
	if err != nil {
		return Answer{}, err
	}
	defer tx.Rollback()

	tx.Names(e.ID)
	if e.Mode != ModePaper && e.Mode != ModeInterview {
		return Answer{}, fault.New(fault.Invalid, "mode", "Please say whether it was on paper or aloud.")
	}
	a, err := ms.check(ctx, tx, Answer{ID: e.ID, Instrument: e.Instrument, Version: e.Version, Items: e.Items, Note: e.Note, Sent: e.Sent})
	if err != nil {
		return Answer{}, err
	}
	if !slices.ContainsFunc(slices.Collect(maps.Values(a.Items)), func(v *int) bool { return v != nil }) {
		return Answer{}, fault.New(fault.Invalid, "items", "There is no answer here yet. Choose at least one.")
	}
	a.Mode, a.EnteredBy, a.EnteredAt = e.Mode, actor.ID, tx.Now
	if a.GivenAt, err = e.On.answered(tx.Now, loc); err != nil {
		return Answer{}, err
	}
	if was, there, err := ms.twice(ctx, tx, a); err != nil || there {
		return was, err
	}
	k := ms.keyOf(tx, a)
	kept, err := ms.insertAnswer(ctx, tx, k, a)
	if err == nil && !kept {
		var was Answer
		was, kept, err = ms.entered(ctx, tx, k, a, e.On, loc)
		if !kept {
			return was, err
		}
	}
	if err != nil {
		return Answer{}, err
	}
	a.Occasion = k.nth
	if err := ms.keepSent(ctx, tx, a); err != nil {
		return Answer{}, err
	}
	if a.Result.Endorsed() {
		if _, err := safety.Raise(ctx, tx, flagOf(a)); err != nil {
			return Answer{}, err
		}
	}
	return a, tx.Commit()
}

// entered finds out why a was not kept at first: it was there already, its id was used
// for another, or it is the first of its kind, which is now kept.
func (ms *Measures) entered(ctx context.Context, tx *access.Tx, k key, a Answer, on Day, loc *time.Location) (was Answer, kept bool, err error) {
	was, err = ms.answer(ctx, tx, a.ID)
	switch {
	case err == nil && was.same(a) && was.Mode == a.Mode && DayOf(was.GivenAt, loc) == on:
		return was, false, nil // it came twice
	case err == nil:
		return was, false, other()
	case !fault.Is(err, fault.NotFound):
		return Answer{}, false, err
	}
	if err := insertOwn(ctx, tx, k, a.Instrument); err != nil {
		return Answer{}, false, err
	}
	kept, err = ms.insertAnswer(ctx, tx, k, a)
	if err == nil && !kept {
		err = other()
	}
	return Answer{}, kept, err
}

// answered is when on that day something counts as answered.
func (d Day) answered(now time.Time, loc *time.Location) (time.Time, error) {
	begins, err := d.Begins(loc)
	if err != nil {
		return now, fault.New(fault.Invalid, "on", "Please give the day on which it was answered.")
	}
	switch today := DayOf(now, loc).number(); {
	case d.number() > today:
		return now, fault.New(fault.Invalid, "on", "That day is yet to come. Please give the day on which it was answered.")
	case d.number() < today-paperBack:
		return now, fault.New(fault.Invalid, "on", "That is very long ago. Please check the year.")
	}
	y, m, day := begins.Date()
	if noon := time.Date(y, m, day, 12, 0, 0, 0, loc); noon.Before(now) {
		return noon.UTC(), nil
	}
	return now, nil
}
