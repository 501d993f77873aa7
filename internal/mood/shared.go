package mood

import (
	"context"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Shared returns, to those who treat the client, what the client shows of the
// log, with entries from a day on at the most. What is not shown looks like what
// is not there. A question is shown if the client wants to bring it, also where
// the log itself is not: then without its figures.
func (ls *Logs) Shared(ctx context.Context, actor access.Actor, client access.Compartment, from Day) (Log, error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReadSharedLog, client)
	if err != nil {
		return Log{}, err
	}
	defer tx.Rollback()

	return SharedIn(ctx, tx, from)
}

// SharedIn is Shared in tx, whose action must open and be of those who treat the client.
func SharedIn(ctx context.Context, tx *access.Tx, from Day) (Log, error) {
	set, err := settingsOf(ctx, tx)
	if err != nil {
		return Log{}, err
	}
	if set.Sharing == Mine {
		l := Log{Items: Everybody(), Settings: Settings{Sharing: Mine}}
		l.Questions, err = broughtOf(ctx, tx, set)
		if len(l.Questions) > 0 && err == nil {
			l.Items, err = itemsOf(ctx, tx) // by name, for the questions
		}
		return l, err
	}
	if set.Sharing == Onward {
		from = max(from, set.From)
	}
	tx.Names("from " + from.String())
	l, err := logOf(ctx, tx, from)
	if err != nil {
		return Log{}, err
	}
	l.Settings = Settings{Sharing: set.Sharing, From: set.From}
	l.First, l.Last = 0, 0
	if n := len(l.Entries); n > 0 {
		l.First, l.Last = l.Entries[0].Day, l.Entries[n-1].Day
	}
	l.Questions, err = broughtOf(ctx, tx, set)
	return l, err
}

// broughtOf are the questions that the client wants to bring, as they are shown.
func broughtOf(ctx context.Context, tx *access.Tx, set Settings) ([]Question, error) {
	all, err := questionsOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(q Question) bool { return q.Answer != Bring })
	for i := range all {
		if !set.Shows(all[i].Day) {
			all[i].Z, all[i].Mean = 0, 0
		}
	}
	return all, nil
}

// A Line is what the page of a client says of the log.
type Line struct {
	Sharing Sharing
	Last    Day // the newest day that is shown; 0: there is none
	Noted   int // days shown of the last 14
	Brought int // questions to be brought and not talked about yet
}

// Line returns that, opening no entry: for those who treat the client.
func (ls *Logs) Line(ctx context.Context, actor access.Actor, client access.Compartment, today Day) (l Line, err error) {
	tx, err := ls.door.Begin(ctx, actor, access.GlanceLog, client)
	if err != nil {
		return l, err
	}
	defer tx.Rollback()

	set, err := settingsOf(ctx, tx)
	if err != nil {
		return l, err
	}
	brought, err := broughtOf(ctx, tx, set)
	if err != nil {
		return l, err
	}
	for _, q := range brought {
		if q.TalkedAt.IsZero() {
			l.Brought++
		}
	}
	if l.Sharing = set.Sharing; l.Sharing == Mine {
		return l, nil
	}
	l.Noted, l.Last, err = countDays(ctx, tx, set.From, today-13)
	return l, err
}

// Talked notes that those who treat the client and the client talked about what
// was brought. Noting it twice is success.
func (ls *Logs) Talked(ctx context.Context, actor access.Actor, client access.Compartment, id string) error {
	tx, err := ls.door.Begin(ctx, actor, access.TalkLog, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	q, err := question(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case q.Answer != Bring:
		return fault.Absent()
	case !q.TalkedAt.IsZero():
		return nil
	}
	q.Revision, q.TalkedAt, q.TalkedBy = q.Revision+1, tx.Now, tx.Actor.ID
	if err := insertQuestion(ctx, tx, q); err != nil {
		return err
	}
	return tx.Commit()
}

// Offers are the scales that the practice offers for logs, withdrawn ones too:
// for its clinicians and clients.
func (ls *Logs) Offers(ctx context.Context, actor access.Actor) ([]Item, error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReadLogScales, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return ofPractice.rows(ctx, tx)
}

// Offer adds a scale to those that the practice offers: for its clinicians. No
// client has it in their log until they take it. The same form twice is success.
func (ls *Logs) Offer(ctx context.Context, actor access.Actor, f ItemForm) (Item, error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReviseLogScales, access.Operations)
	if err != nil {
		return Item{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if f.Kind != Scale || f.From != "" {
		return Item{}, incomplete()
	}
	i, added, err := add(ctx, tx, ofPractice, f)
	if err != nil || !added {
		return i, err
	}
	return i, tx.Commit()
}

// Withdraw stops offering a scale, or offers it again: for the practice's
// clinicians. Whoever has taken it keeps it.
func (ls *Logs) Withdraw(ctx context.Context, actor access.Actor, id string, away bool) (Item, error) {
	tx, err := ls.door.Begin(ctx, actor, access.ReviseLogScales, access.Operations)
	if err != nil {
		return Item{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	all, err := ofPractice.rows(ctx, tx)
	if err != nil {
		return Item{}, err
	}
	i, there := find(all, id)
	switch {
	case !there:
		return Item{}, fault.Absent()
	case i.Away == away:
		return i, nil
	}
	i.Revision, i.Away = i.Revision+1, away
	if err := ofPractice.insert(ctx, tx, i); err != nil {
		return Item{}, err
	}
	return i, tx.Commit()
}
