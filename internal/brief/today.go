package brief

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/reflect"
	"github.com/waymark-care/waymark/internal/session"
)

// A Short is what the day ahead says of one client, beside what it knows of measures,
// flags and check-ins already.
type Short struct {
	Last    time.Time // when the last session began; zero: there was none within eight weeks
	Agenda  []hour.Item
	Before  hour.Hour // the last session of which something is kept
	HasLast bool
	Events  []plan.LifeEvent
	Detours []plan.NewDetour
	Harder  bool // those who treat the client do clearly more of the work, and nobody put that aside
}

// A Day is what the day ahead says.
type Day struct {
	Of     map[access.Compartment]Short
	Done   map[string]bool       // after which of today's sessions, by id, something was written or skipped
	Frames map[string]hour.Frame // of the sessions since yesterday that were begun, by id
}

// Over says whether a session of the day is over at now: it was ended, early perhaps, or
// its time is gone. One that nobody ended makes room for the next one all the same; one
// that was moved after somebody began it goes by its new time.
func (d Day) Over(a session.Appointment, now time.Time) bool {
	if f, ok := d.Frames[a.ID]; ok && f.Start.Equal(a.Start) {
		return !f.Ended.IsZero() || !now.Before(f.Until)
	}
	return !a.End().After(now)
}

// Today returns what the day ahead says of these clients, all of them at once: for those
// who treat them. Of those whom actor does not treat it says nothing.
func (bs *Briefs) Today(ctx context.Context, actor access.Actor, clients []access.Compartment) (Day, error) {
	l, err := bs.door.BeginList(ctx, actor, access.ListBriefs, access.KindClient)
	if err != nil {
		return Day{}, err
	}
	defer l.Rollback()

	d := Day{Of: make(map[access.Compartment]Short), Frames: make(map[string]hour.Frame)}
	if l.Only(clients); len(l.Compartments) == 0 {
		return d, nil
	}
	lasts, err := session.LastIn(ctx, l, l.Now.Add(-noneYet))
	if err != nil {
		return d, err
	}
	waiting, err := hour.WaitingIn(ctx, l)
	if err != nil {
		return d, err
	}
	from := l.Now
	for _, c := range l.Compartments {
		if s := since(lasts[c], l.Now); s.Before(from) {
			from = s
		}
	}
	news, err := plan.NewsIn(ctx, l, from)
	if err != nil {
		return d, err
	}
	lately := l.Now.Add(-Lately)
	hours, works, err := worksIn(ctx, l, lately, lately)
	if err != nil {
		return d, err
	}
	aside, err := reflect.AsideIn(ctx, l.Tx)
	if err != nil {
		return d, err
	}
	for _, c := range l.Compartments {
		s := Short{Last: lasts[c], Agenda: waiting[c]}
		s.Before, s.HasLast = lastOf(hours[c], l.Now)
		for _, h := range hours[c] {
			if !h.Began.IsZero() && l.Now.Sub(h.Start) < 48*time.Hour {
				d.Frames[h.SessionID] = h.Frame
			}
		}
		begin := since(s.Last, l.Now)
		for _, e := range news[c].Events {
			if !e.At.Before(begin) {
				s.Events = append(s.Events, e)
			}
		}
		for _, one := range news[c].Detours {
			if one.Open() || !one.Since.Before(begin) {
				s.Detours = append(s.Detours, one)
			}
		}
		s.Harder = works[c].Harder() && aside[c].IsZero()
		l.Shows(c)
		d.Of[c] = s
	}
	d.Done, err = reflect.DoneIn(ctx, l.Tx, l.Now.Add(-48*time.Hour))
	return d, err
}

// Harder says whether those who treat client clearly do more of the work lately, and
// actor has not put that aside: for those who treat them.
func (bs *Briefs) Harder(ctx context.Context, actor access.Actor, client access.Compartment) (bool, error) {
	tx, err := bs.door.Begin(ctx, actor, access.ReadBalance, client)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	aside, err := reflect.AsideIn(ctx, tx)
	if err != nil || !aside[client].IsZero() {
		return false, err
	}
	lately := tx.Now.Add(-Lately)
	_, works, err := worksIn(ctx, tx.Alone(), lately, lately)
	return works[client].Harder(), err
}

// A Whose is whose work it has been with one client, and what became of tools.
type Whose struct {
	Work  Work
	Tools Tools
	Aside time.Time // until when the clinician put it aside; zero: not
	Week  int       // tools brought in, and steps come into the plan, within the last week
}

// Whose returns whose work it has been with client, and what became of tools: for those
// who treat them.
func (bs *Briefs) Whose(ctx context.Context, actor access.Actor, client access.Compartment) (w Whose, err error) {
	tx, err := bs.door.Begin(ctx, actor, access.ReadBalance, client)
	if err != nil {
		return w, err
	}
	defer tx.Rollback()

	lately := tx.Now.Add(-Lately)
	_, works, err := worksIn(ctx, tx.Alone(), lately, lately)
	if err != nil {
		return w, err
	}
	uses, err := hour.ToolsSinceIn(ctx, tx, tx.Now.Add(-Added))
	if err != nil {
		return w, err
	}
	week := tx.Now.Add(-Week)
	if w.Tools.Steps, err = plan.StepsIn(ctx, tx, week); err != nil {
		return w, err
	}
	w.Work, w.Tools.Tried = works[client], triedIn(uses)
	if w.Tools.Kept, err = keptIn(ctx, tx, tx.Now.Add(-Added)); err != nil {
		return w, err
	}
	suggested, err := assignment.BegunIn(ctx, tx.Alone(), access.Micros(week))
	if err != nil {
		return w, err
	}
	w.Week = inWeek(uses, week, "", w.Tools.Steps.Added) + ours(suggested[client], week)
	aside, err := reflect.AsideIn(ctx, tx)
	w.Aside = aside[client]
	return w, err
}

// Week returns how many tools were brought in within the last week with client, but for
// those of one session, and how many steps came into their plan: for those who treat
// them. Third says what that means.
func (bs *Briefs) Week(ctx context.Context, actor access.Actor, client access.Compartment, but string) (int, error) {
	tx, err := bs.door.Begin(ctx, actor, access.ReadBalance, client)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()

	since := tx.Now.Add(-Week)
	uses, err := hour.ToolsSinceIn(ctx, tx, since)
	if err != nil {
		return 0, err
	}
	suggested, err := assignment.BegunIn(ctx, tx.Alone(), access.Micros(since))
	if err != nil {
		return 0, err
	}
	steps, err := plan.StepsIn(ctx, tx, since)
	return inWeek(uses, since, but, steps.Added) + ours(suggested[client], since), err
}

// A Caseload is whose work it has been, and what became of tools, with every client.
type Caseload struct {
	Of map[access.Compartment]Whose // without steps of plans
}

// Caseload returns that for every client whom actor treats, in one opening.
func (bs *Briefs) Caseload(ctx context.Context, actor access.Actor) (Caseload, error) {
	l, err := bs.door.BeginList(ctx, actor, access.ListBalances, access.KindClient)
	if err != nil {
		return Caseload{}, err
	}
	defer l.Rollback()

	all := Caseload{Of: make(map[access.Compartment]Whose)}
	hours, works, err := worksIn(ctx, l, l.Now.Add(-Added), l.Now.Add(-Lately))
	if err != nil {
		return all, err
	}
	aside, err := reflect.AsideIn(ctx, l.Tx)
	if err != nil {
		return all, err
	}
	for _, c := range l.Compartments {
		w := Whose{Work: works[c], Aside: aside[c]}
		w.Tools.Tried = triedIn(usesIn(hours[c]))
		if len(w.Work.Starts) > 0 || len(w.Tools.Tried) > 0 {
			l.Shows(c)
			all.Of[c] = w
		}
	}
	return all, nil
}

// worksIn are the sessions of each client from a time on, and whose work it was since
// another, later one.
func worksIn(ctx context.Context, l *access.List, from, since time.Time) (map[access.Compartment][]hour.Hour, map[access.Compartment]Work, error) {
	hours, err := hour.SinceIn(ctx, l, from)
	if err != nil {
		return nil, nil, err
	}
	brought, err := hour.BroughtIn(ctx, l, since)
	if err != nil {
		return nil, nil, err
	}
	begun, err := goal.BegunIn(ctx, l, since)
	if err != nil {
		return nil, nil, err
	}
	suggested, err := assignment.BegunIn(ctx, l, access.Micros(since))
	if err != nil {
		return nil, nil, err
	}
	works := make(map[access.Compartment]Work)
	for _, c := range l.Compartments {
		works[c] = workOf(since, hours[c], brought[c], begun[c], suggested[c])
	}
	return hours, works, nil
}
