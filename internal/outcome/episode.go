package outcome

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/session"
)

// Ending is how a piece of work ended.
type Ending string

// The endings.
const (
	AsPlanned Ending = "planned"   // together, when it was time
	Early     Ending = "early"     // before that, whoever ended it
	Elsewhere Ending = "elsewhere" // it goes on with somebody else
)

// Endings are all of them, as a form offers them.
var Endings = [...]Ending{AsPlanned, Early, Elsewhere}

// State says whether a piece of work goes on.
type State string

// The states. A client who pauses is not finished.
const (
	Open     State = "open"
	Finished State = "finished"
)

// An Episode is one piece of work of a client with the practice: from the first
// score or session to where the clinician said that it is finished. A client may
// have several in a life.
type Episode struct {
	ID       string // UUIDv7; "" while it goes on for the first time
	Revision int64  // 0 while it goes on for the first time
	State    State
	Began    measure.Day
	Ended    measure.Day // "" while it goes on
	Ending   Ending      // "" while it goes on
	NotedAt  time.Time   // of this revision; zero while it goes on for the first time
	NotedBy  string      // person id

	// Scores are those from the first day to the last, by instrument, in weeks
	// since the first of each. Only a finished episode has any.
	Scores map[string][]course.Moment
}

// Weeks is how long the work went on, in whole weeks, rounded; 0 while it goes on.
func (e Episode) Weeks() int {
	began, err1 := time.Parse(time.DateOnly, string(e.Began))
	ended, err2 := time.Parse(time.DateOnly, string(e.Ended))
	if err1 != nil || err2 != nil || ended.Before(began) {
		return 0
	}
	return int(math.Round(ended.Sub(began).Hours() / (7 * 24)))
}

// A Work is all the work with one client.
type Work struct {
	Now  *Episode  // what goes on; nil if nothing does
	Done []Episode // finished, newest first
}

// A FinishForm is what a clinician fills in to say that a piece of work is finished.
type FinishForm struct {
	ID       string // of the episode; UUIDv7, made by the form unless the work was opened again
	Revision int64  // of the episode that the author was looking at; 0 for one that was never finished
	Ending   Ending
	Ended    measure.Day // "" is today
}

// Work returns the work with client: for those who treat the client, for the
// client, and for whoever broke the glass. Days are those of loc, the practice's
// time zone.
func (o *Outcomes) Work(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) (Work, error) {
	tx, err := o.door.Begin(ctx, actor, access.ReadEpisodes, client)
	if err != nil {
		return Work{}, err
	}
	defer tx.Rollback()

	w, _, err := o.work(ctx, tx, loc)
	return w, err
}

// FinishedIn are, in tx, the finished pieces of work of the record, in order of the
// day on which each ended. Other domains ask it in a transaction of theirs.
func FinishedIn(ctx context.Context, tx *access.Tx) ([]Episode, error) {
	all, err := episodes(ctx, tx)
	done := slices.DeleteFunc(all, func(e Episode) bool { return e.State != Finished })
	slices.SortStableFunc(done, func(a, b Episode) int { return cmp.Or(cmp.Compare(a.Ended, b.Ended), cmp.Compare(a.ID, b.ID)) })
	return done, err
}

// work is the work with the client of tx, and the totals that were ever scored.
func (o *Outcomes) work(ctx context.Context, tx *access.Tx, loc *time.Location) (Work, []measure.Scored, error) {
	all, err := episodes(ctx, tx)
	if err != nil {
		return Work{}, nil, err
	}
	scored, err := o.measures.ScoredIn(ctx, tx)
	if err != nil {
		return Work{}, nil, err
	}
	var w Work
	for _, e := range all {
		if e.State == Open {
			w.Now = &e
		} else {
			w.Done = append(w.Done, e)
		}
	}
	slices.SortStableFunc(w.Done, func(a, b Episode) int {
		return cmp.Or(-cmp.Compare(a.Ended, b.Ended), -cmp.Compare(a.ID, b.ID))
	})
	if w.Now == nil {
		if w.Now, err = begun(ctx, tx, w.Done, scored, loc); err != nil {
			return Work{}, nil, err
		}
	}
	return w, scored, nil
}

// begun is the work that goes on for the first time: it began with the first
// score or the first session after what was finished; nil if there was none.
func begun(ctx context.Context, tx *access.Tx, done []Episode, scored []measure.Scored, loc *time.Location) (*Episode, error) {
	var after time.Time
	if len(done) > 0 {
		var err error
		if after, err = endOf(done[0].Ended, loc); err != nil {
			return nil, err
		}
	}
	first, ok, err := session.FirstFrom(ctx, tx, after)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(scored, func(s measure.Scored) bool { return !s.At.Before(after) }); i >= 0 {
		if !ok || scored[i].At.Before(first) {
			first, ok = scored[i].At, true
		}
	}
	if !ok {
		return nil, nil
	}
	return &Episode{State: Open, Began: measure.DayOf(first, loc)}, nil
}

// endOf is when the day is over.
func endOf(d measure.Day, loc *time.Location) (time.Time, error) {
	t, err := clocks.Day(string(d), loc)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "ended", "Please choose a day.")
	}
	return clocks.NextDay(t), nil
}

// Finish says that the work with client is finished; actor treats the client.
// Its dates and scores are put together in the client's record. Sending the same
// form twice is success; if the work was changed since the author looked, it is
// fault.Conflict with the episode as it is now.
func (o *Outcomes) Finish(ctx context.Context, actor access.Actor, client access.Compartment, f FinishForm, loc *time.Location) (Episode, error) {
	tx, err := o.door.Begin(ctx, actor, access.FinishEpisode, client)
	if err != nil {
		return Episode{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if err := f.check(); err != nil {
		return Episode{}, err
	}
	if f.Ended == "" {
		f.Ended = measure.DayOf(tx.Now, loc)
	}
	w, scored, err := o.work(ctx, tx, loc)
	if err != nil {
		return Episode{}, err
	}
	if i := slices.IndexFunc(w.Done, func(e Episode) bool { return e.ID == f.ID }); i >= 0 {
		was := w.Done[i]
		if was.Revision == f.Revision+1 && was.Ending == f.Ending && was.Ended == f.Ended {
			return was, nil // it came twice
		}
		return was, changed()
	}
	switch {
	case w.Now == nil:
		return Episode{}, fault.New(fault.Invalid, "", "There has been no session and no answer yet, so there is nothing to finish.")
	case w.Now.Revision != f.Revision, w.Now.ID != "" && w.Now.ID != f.ID:
		return *w.Now, changed()
	}
	e := *w.Now
	e.ID, e.Revision, e.State, e.Ending, e.Ended = f.ID, f.Revision+1, Finished, f.Ending, f.Ended
	e.NotedAt, e.NotedBy = tx.Now, actor.ID
	if err := e.fits(tx.Now, loc); err != nil {
		return Episode{}, err
	}
	if e.Scores, err = scoresOf(e, scored, loc); err != nil {
		return Episode{}, err
	}
	if err := insertEpisode(ctx, tx, e); err != nil {
		return Episode{}, err
	}
	return e, tx.Commit()
}

func changed() error {
	return fault.New(fault.Conflict, "", "Somebody changed this while you were looking at it. Please look again at how it stands now.")
}

func (f FinishForm) check() error {
	if err := fault.FormID(f.ID); err != nil {
		return err
	}
	if !slices.Contains(Endings[:], f.Ending) {
		return fault.New(fault.Invalid, "ending", "Please choose how the work ended.")
	}
	return nil
}

// fits says whether the episode can have ended on that day.
func (e Episode) fits(now time.Time, loc *time.Location) error {
	if _, err := endOf(e.Ended, loc); err != nil {
		return err
	}
	switch {
	case e.Ended > measure.DayOf(now, loc):
		return fault.New(fault.Invalid, "ended", "That day is yet to come. Please choose today or an earlier day.")
	case e.Ended < e.Began:
		return fault.New(fault.Invalid, "ended", "That is before the work began. Please choose a later day.")
	}
	return nil
}

// scoresOf are the scores from the first day of e to the last.
func scoresOf(e Episode, scored []measure.Scored, loc *time.Location) (map[string][]course.Moment, error) {
	from, err := e.Began.Begins(loc)
	if err != nil {
		return nil, err
	}
	to, err := endOf(e.Ended, loc)
	if err != nil {
		return nil, err
	}
	first := make(map[string]time.Time)
	all := make(map[string][]course.Moment)
	for _, s := range scored {
		if s.At.Before(from) || !s.At.Before(to) {
			continue
		}
		if _, there := first[s.Instrument]; !there {
			first[s.Instrument] = s.At
		}
		week := s.At.Sub(first[s.Instrument]).Hours() / (7 * 24)
		all[s.Instrument] = append(all[s.Instrument], course.Moment{Week: math.Round(week*100) / 100, Score: s.Total})
	}
	return all, nil
}

// Reopen says that the work which was finished last goes on; actor treats the
// client. revision is the one that the author was looking at. Doing it twice is
// success.
func (o *Outcomes) Reopen(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64) (Episode, error) {
	tx, err := o.door.Begin(ctx, actor, access.FinishEpisode, client)
	if err != nil {
		return Episode{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	all, err := episodes(ctx, tx)
	if err != nil {
		return Episode{}, err
	}
	i := slices.IndexFunc(all, func(e Episode) bool { return e.ID == id })
	if i < 0 {
		return Episode{}, fault.Absent()
	}
	e := all[i]
	switch {
	case e.State == Open && e.Revision == revision+1:
		return e, nil // it came twice
	case e.State == Open || e.Revision != revision:
		return e, changed()
	}
	for _, other := range all {
		if other.State == Open || other.Ended > e.Ended || other.Ended == e.Ended && other.ID > e.ID {
			return e, fault.New(fault.Conflict, "", "Only the work that was finished last can go on. What came after it stands on its own.")
		}
	}
	e.Revision, e.State, e.Ending, e.Ended, e.Scores = revision+1, Open, "", "", nil
	e.NotedAt, e.NotedBy = tx.Now, actor.ID
	if err := insertEpisode(ctx, tx, e); err != nil {
		return Episode{}, err
	}
	return e, tx.Commit()
}

// Finished returns the clients, of those whom actor treats, whose last piece of
// work is finished and who have none open. It opens nothing.
func (o *Outcomes) Finished(ctx context.Context, actor access.Actor) (map[access.Compartment]bool, error) {
	l, err := o.door.BeginList(ctx, actor, access.ListClients, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return allFinished(ctx, l)
}
