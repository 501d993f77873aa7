package assignment

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/session"
)

// Log keeps how it went, or changes what is there: f.Revision is what the client was
// looking at, and if it was changed since, the answer is fault.Conflict together with
// the log as it is. It may arrive late, from a device that had no network: a day that
// lies ahead by a wrong clock becomes the day on which it arrives, and the same form is
// known when it comes again, whatever became of the log meanwhile. Something that was
// let go or declined can still be logged: it was done. For the client.
func (as *Assignments) Log(ctx context.Context, actor access.Actor, client access.Compartment, f LogForm, loc *time.Location) (Log, error) {
	tx, err := as.door.Begin(ctx, actor, access.LogExercise, client)
	if err != nil {
		return Log{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID + " " + f.Assignment)
	mark, err := f.mark()
	if err != nil {
		return Log{}, err
	}
	was, there, err := logOf(ctx, tx, f.ID)
	if err != nil {
		return Log{}, err
	}
	if there && was.came(mark) {
		return was, nil
	}
	a, err := one(ctx, tx, f.Assignment)
	if err != nil {
		return Log{}, err
	}
	e := exercise.Exercise{}
	if a.Exercise != "" {
		if e, err = exercise.OneIn(ctx, tx, a.Exercise, a.Version); err != nil {
			return Log{}, err
		}
	}
	next, err := f.read(e, a.Rated(), measure.DayOf(tx.Now, loc))
	if err != nil {
		return was, err
	}
	if there {
		return as.revise(ctx, tx, was, next, f, mark)
	}
	if f.Revision > 0 {
		return Log{}, fault.Absent()
	}
	last, err := session.LastIn(ctx, tx.Alone(), time.Time{})
	if err != nil {
		return Log{}, err
	}
	next.Since = last[client]
	next.remember(mark)
	kept, err := insertLog(ctx, tx, &next)
	if err != nil {
		return Log{}, err
	}
	if !kept { // the same form at the same moment, by another way
		return was, fault.UsedTwice()
	}
	return next, tx.Commit()
}

// revise puts next in the place of was.
func (as *Assignments) revise(ctx context.Context, tx *access.Tx, was, next Log, f LogForm, mark string) (Log, error) {
	switch {
	case was.Assignment != f.Assignment:
		return Log{}, fault.UsedTwice()
	case was.Gone:
		return was, fault.New(fault.Conflict, "", "You took this back. What you wrote is still here, and can be kept as something new.")
	case was.Revision != f.Revision:
		return was, logChanged()
	}
	next.N, next.Since, next.Revision, next.sent, next.Answer = was.N, was.Since, was.Revision+1, was.sent, was.Answer
	next.remember(mark)
	kept, err := updateLog(ctx, tx, next)
	if err != nil {
		return Log{}, err
	}
	if !kept {
		return was, logChanged()
	}
	if err := noteMine(ctx, tx, was, next); err != nil {
		return Log{}, err
	}
	return next, tx.Commit()
}

// TakeBack takes back what the client logged: its words are gone, and what was answered
// to it. assignment is what it was about; revision is as for Log. Twice is success. For
// the client.
func (as *Assignments) TakeBack(ctx context.Context, actor access.Actor, client access.Compartment, assignment, id string, revision int64) (Log, error) {
	tx, err := as.door.Begin(ctx, actor, access.LogExercise, client)
	if err != nil {
		return Log{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	l, there, err := logOf(ctx, tx, id)
	switch {
	case err != nil:
		return Log{}, err
	case !there || l.Assignment != assignment:
		return Log{}, fault.Absent()
	case l.Gone:
		return l, nil
	case l.Revision != revision:
		return l, logChanged()
	}
	l.Revision, l.Gone, l.Said, l.Day, l.Answer = revision+1, true, Said{}, "", Answer{}
	kept, err := updateLog(ctx, tx, l)
	if err != nil {
		return Log{}, err
	}
	if !kept {
		return l, logChanged()
	}
	if err := dropAnswer(ctx, tx, client, id); err != nil {
		return Log{}, err
	}
	if err := access.Ended(ctx, tx, actor.ID, client, endedLog+id); err != nil {
		return Log{}, err
	}
	return l, tx.Commit()
}

// One returns one log of the client's own, which may have been taken back: for the client.
func (as *Assignments) One(ctx context.Context, actor access.Actor, client access.Compartment, id string) (Log, error) {
	tx, err := as.door.Begin(ctx, actor, access.ReadAssignments, client)
	if err != nil {
		return Log{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	l, there, err := logOf(ctx, tx, id)
	if err == nil && (!there || l.Gone || goal.SideOf(actor, client) != goal.ByClient) {
		return Log{}, fault.Absent()
	}
	return l, err
}

// An AnswerForm is a line from those who treat the client. Empty, it takes back what was
// said.
type AnswerForm struct {
	N        int64 // of the log
	Revision int64 // of the answer that it began from; 0: there was none
	Line     string
	Quality  Mark
	Amount   Mark
}

// Answer keeps one line beside a log, and how well and how much it was where both want
// to look at that. f.Revision is as for Log. The same twice is success. For those who
// treat the client.
func (as *Assignments) Answer(ctx context.Context, actor access.Actor, client access.Compartment, f AnswerForm) (Log, error) {
	tx, err := as.door.Begin(ctx, actor, access.AnswerLog, client)
	if err != nil {
		return Log{}, err
	}
	defer tx.Rollback()

	l, there, err := logNamed(ctx, tx, f.N)
	if err != nil {
		return Log{}, err
	}
	if !there {
		return Log{}, fault.Absent()
	}
	tx.Names(l.ID)
	a, err := one(ctx, tx, l.Assignment)
	if err != nil {
		return Log{}, err
	}
	next := Answer{Revision: l.Answer.Revision + 1, By: actor.ID, At: tx.Now}
	if next.Line, err = fault.Line("line", f.Line, MaxLine); err != nil {
		return Log{}, err
	}
	if a.Rated() {
		if next.Quality, next.Amount, err = marks(f.Quality, f.Amount); err != nil {
			return Log{}, err
		}
	}
	now := l.Answer
	shown := l.shownTo(goal.ByClinician)
	if now.Line == next.Line && now.Quality == next.Quality && now.Amount == next.Amount {
		return shown, nil
	}
	if now.Revision == f.Revision {
		kept, err := keepAnswer(ctx, tx, l.ID, next)
		if err != nil {
			return Log{}, err
		}
		if kept {
			shown.Answer = next
			return shown, tx.Commit()
		}
	}
	return shown, fault.New(fault.Conflict, "line", "Somebody answered this while you were writing. Both lines are here.")
}
