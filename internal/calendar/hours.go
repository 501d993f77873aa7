package calendar

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// What may be kept of somebody's time.
const (
	MaxPlace   = session.MaxPlace
	MaxFor     = 200 // characters of what a protected time is for
	MaxKept    = 100 // hours, and protected times, that hold
	MaxPerDay  = 24
	MaxPerWeek = 100
)

// Hours are a stretch of each week in which a clinician sees people.
type Hours struct {
	ID          string // UUIDv7, made with the form
	Weekday     int    // 0 is Monday
	From, To    int    // minutes from midnight, by the practice's clocks
	First, Last Day    // from when until when it holds; Last 0: until further notice
	Place       string // where, in words; may be empty
}

// on says whether h holds on d.
func (h Hours) on(d Day) bool {
	return d.Weekday() == h.Weekday && d >= h.First && (h.Last == 0 || d <= h.Last)
}

// beyond says why a session from start to before end is not within hours, in the words
// that the clinician reads whose hours they are; empty if it is, or if none hold then.
func beyond(hours []Hours, start, end time.Time, zone *time.Location) string {
	day := DayOf(start, zone)
	some := slices.ContainsFunc(hours, func(h Hours) bool { return day >= h.First && (h.Last == 0 || day <= h.Last) })
	on := slices.DeleteFunc(slices.Clone(hours), func(h Hours) bool { return !h.on(day) })
	if len(on) == 0 {
		if some {
			return "That is a day of the week on which you see nobody."
		}
		return ""
	}
	slices.SortFunc(on, func(a, b Hours) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	within, words := start, make([]string, len(on))
	for i, h := range on {
		words[i] = Clock(h.From) + " to " + Clock(h.To)
		if to := day.at(h.To, zone); !day.at(h.From, zone).After(within) && to.After(within) {
			within = to
		}
	}
	if !within.Before(end) {
		return ""
	}
	return "On that day you see people from " + strings.Join(words, " and from ") + "."
}

func (h Hours) check() (Hours, error) {
	if err := fault.FormID(h.ID); err != nil {
		return h, err
	}
	switch {
	case h.Weekday < 0 || h.Weekday > 6:
		return h, fault.New(fault.Invalid, "weekday", "Choose a day of the week.")
	case h.From < 0 || h.To > dayMinutes || h.From >= h.To:
		return h, fault.New(fault.Invalid, "to", "Choose an end that is later than the beginning, on the same day.")
	case h.Last != 0 && h.Last < h.First:
		return h, fault.New(fault.Invalid, "last", "Choose a last day that is not before the first.")
	}
	var err error
	h.Place, err = fault.Text("place", h.Place, MaxPlace)
	return h, err
}

// A Protected is time in which a clinician sees nobody: for writing, supervision,
// rest, a holiday of their own. Nobody else learns what for.
type Protected struct {
	ID          string
	Weekly      bool // every week on Weekday from First to Last; otherwise once, from From on First to To on Last
	Weekday     int  // 0 is Monday
	From, To    int
	First, Last Day // Last 0: weekly until further notice
	For         string
}

func (p Protected) check() (Protected, error) {
	if err := fault.FormID(p.ID); err != nil {
		return p, err
	}
	if !p.Weekly && p.Last == 0 {
		p.Last = p.First
	}
	switch {
	case p.Weekly && (p.Weekday < 0 || p.Weekday > 6):
		return p, fault.New(fault.Invalid, "weekday", "Choose a day of the week.")
	case p.From < 0 || p.To < 0 || p.From > dayMinutes || p.To > dayMinutes ||
		p.From >= p.To && (p.Weekly || p.First == p.Last):
		return p, fault.New(fault.Invalid, "to", "Choose an end that is later than the beginning.")
	case p.Last != 0 && p.Last < p.First:
		return p, fault.New(fault.Invalid, "last", "Choose a last day that is not before the first.")
	case !p.Weekly && p.Last-p.First > 400:
		return p, fault.New(fault.Invalid, "last", "That is longer than a year. Please choose an earlier last day.")
	}
	if !p.Weekly {
		p.Weekday = -1
	}
	var err error
	p.For, err = fault.Text("for", p.For, MaxFor)
	return p, err
}

// spans are when p is, as far as it touches the days from first to last.
func (p Protected) spans(first, last Day, zone *time.Location) (all []session.Span) {
	if !p.Weekly {
		if p.First <= last && p.Last >= first {
			all = append(all, session.Span{Start: p.First.at(p.From, zone), End: p.Last.at(p.To, zone)})
		}
		return all
	}
	for d := max(first, p.First); d <= last && (p.Last == 0 || d <= p.Last); d++ {
		if d.Weekday() == p.Weekday {
			all = append(all, session.Span{Start: d.at(p.From, zone), End: d.at(p.To, zone)})
		}
	}
	return all
}

// Limits are how many sessions a clinician wants at most; 0: as many as come.
type Limits struct {
	PerDay, PerWeek int
	Revision        int64 // 0: none were kept yet
}

// Setup is what a clinician decided about their time.
type Setup struct {
	Hours     []Hours     // by day of the week and time
	Protected []Protected // those that are not over
	Limits    Limits
}

// Setup returns actor's own.
func (cs *Calendars) Setup(ctx context.Context, actor access.Actor, zone *time.Location) (s Setup, err error) {
	tx, err := cs.door.Begin(ctx, actor, access.ReadAvailability, access.PersonRecord(actor.ID))
	if err != nil {
		return s, err
	}
	defer tx.Rollback()

	if s.Hours, err = hoursOf(ctx, tx, actor.ID); err != nil {
		return s, err
	}
	kept, err := protectedOf(ctx, tx, actor.ID, DayOf(tx.Now, zone))
	if err != nil {
		return s, err
	}
	for _, g := range kept {
		if err := tx.OpenJSON(ctx, protectedPlace(g.ID), g.body, &g.For); err != nil {
			return s, err
		}
		s.Protected = append(s.Protected, g.Protected)
	}
	s.Limits, err = limitsOf(ctx, tx, actor.ID)
	return s, err
}

// AddHours keeps that actor sees people then. Sending the same form twice is success.
func (cs *Calendars) AddHours(ctx context.Context, actor access.Actor, h Hours) error {
	tx, err := cs.door.Begin(ctx, actor, access.SetAvailability, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(h.ID)
	if h, err = h.check(); err != nil {
		return err
	}
	all, err := hoursOf(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(all, func(o Hours) bool { return o.ID == h.ID }); at >= 0 {
		if all[at] != h {
			return fault.UsedTwice()
		}
		return nil
	}
	if len(all) >= MaxKept {
		return fault.New(fault.TooLarge, "weekday", "A hundred stretches are as many as fit. Please end some first.")
	}
	if won, err := insertHours(ctx, tx, h); err != nil || !won {
		return err // one that was ended stays so
	}
	return tx.Commit()
}

// EndHours ends hours of actor's own at once. Doing so twice is success.
func (cs *Calendars) EndHours(ctx context.Context, actor access.Actor, id string) error {
	tx, err := cs.door.Begin(ctx, actor, access.SetAvailability, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if there, err := endHours(ctx, tx, id); err != nil || !there {
		return orAbsent(err)
	}
	return tx.Commit()
}

// Protect keeps that actor sees nobody then. What is planned at that time stays; the
// answer says how much that is within the next 28 weeks. Sending the same form twice
// is success.
func (cs *Calendars) Protect(ctx context.Context, actor access.Actor, p Protected, zone *time.Location) (planned int, err error) {
	tx, err := cs.door.Begin(ctx, actor, access.SetAvailability, access.PersonRecord(actor.ID))
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()

	tx.Names(p.ID)
	if p, err = p.check(); err != nil {
		return 0, err
	}
	today := DayOf(tx.Now, zone)
	for _, s := range p.spans(today, today+aheadDays, zone) {
		busy, err := session.BusyIn(ctx, tx, actor.ID, s.Start, s.End)
		if err != nil {
			return 0, err
		}
		planned += len(busy)
	}
	was, there, err := protectedOne(ctx, tx, p.ID)
	if err != nil {
		return 0, err
	}
	if there {
		if was.Protected != p {
			return 0, fault.UsedTwice()
		}
		return planned, nil
	}
	all, err := protectedOf(ctx, tx, actor.ID, today)
	if err != nil {
		return 0, err
	}
	if len(all) >= MaxKept {
		return 0, fault.New(fault.TooLarge, "first", "A hundred protected times are as many as fit. Please end some first.")
	}
	if err := insertProtected(ctx, tx, p); err != nil {
		return 0, err
	}
	return planned, tx.Commit()
}

// Unprotect ends a protected time of actor's own. Doing so twice is success.
func (cs *Calendars) Unprotect(ctx context.Context, actor access.Actor, id string) error {
	tx, err := cs.door.Begin(ctx, actor, access.SetAvailability, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if there, err := endProtected(ctx, tx, id); err != nil || !there {
		return orAbsent(err)
	}
	return tx.Commit()
}

func orAbsent(err error) error {
	if err == nil {
		err = fault.Absent()
	}
	return err
}

// Limit keeps how many sessions actor wants at most. l.Revision is that which the form
// began from; if it was changed since, the answer is fault.Conflict with what stands.
// Sending the same twice is success.
func (cs *Calendars) Limit(ctx context.Context, actor access.Actor, l Limits) (Limits, error) {
	tx, err := cs.door.Begin(ctx, actor, access.SetAvailability, access.PersonRecord(actor.ID))
	if err != nil {
		return l, err
	}
	defer tx.Rollback()

	switch {
	case l.PerDay < 0 || l.PerDay > MaxPerDay:
		return l, fault.New(fault.Invalid, "day", "Choose from 1 to 24 sessions, or none for no limit.")
	case l.PerWeek < 0 || l.PerWeek > MaxPerWeek:
		return l, fault.New(fault.Invalid, "week", "Choose from 1 to 100 sessions, or none for no limit.")
	}
	was, err := limitsOf(ctx, tx, actor.ID)
	if err != nil {
		return l, err
	}
	if was.PerDay == l.PerDay && was.PerWeek == l.PerWeek {
		return was, nil
	}
	if was.Revision != l.Revision {
		return was, fault.New(fault.Conflict, "", "You changed this on another page meanwhile. Please look again.")
	}
	l.Revision++
	if err := insertLimits(ctx, tx, l); err != nil {
		return l, err
	}
	return l, tx.Commit()
}
