package calendar

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/session"
)

// roomIn is, in tx, all that decides which of a clinician's times are open from from
// to to: their hours without the practice's holidays; what is taken, protected or busy
// in a calendar of their own; and what counts towards their limits, for the whole of
// the weeks that are touched. It opens nobody's record; where tx opens nothing the
// places stay empty. zone is the practice's.
func roomIn(ctx context.Context, tx *access.Tx, clinicianID string, from, to time.Time, zone *time.Location) (r room, err error) {
	r = room{clinicianID: clinicianID, zone: zone}
	first, last := DayOf(from, zone), DayOf(to, zone)
	closed, err := holidaysIn(ctx, tx, first, last)
	if err != nil {
		return r, err
	}
	week, err := hoursOf(ctx, tx, clinicianID)
	if err != nil {
		return r, err
	}
	for d := first; d <= last; d++ {
		if slices.ContainsFunc(closed, func(h Holiday) bool { return h.on(d) }) {
			continue
		}
		for _, h := range week {
			if h.on(d) {
				r.hours = append(r.hours, hours{Span: session.Span{Start: d.at(h.From, zone), End: d.at(h.To, zone)}, place: h.Place})
			}
		}
	}
	if r.busy, err = session.TakenIn(ctx, tx, clinicianID, from, to); err != nil {
		return r, err
	}
	guarded, err := protectedOf(ctx, tx, clinicianID, first)
	if err != nil {
		return r, err
	}
	for _, p := range guarded {
		r.busy = append(r.busy, p.spans(first, last, zone)...)
	}
	elsewhere, err := feed.BusyIn(ctx, tx, clinicianID, from, to)
	if err != nil {
		return r, err
	}
	r.busy = append(r.busy, elsewhere...)
	limits, err := limitsOf(ctx, tx, clinicianID)
	if err != nil {
		return r, err
	}
	r.perDay, r.perWeek = limits.PerDay, limits.PerWeek
	if r.perDay > 0 || r.perWeek > 0 {
		booked, err := session.BusyIn(ctx, tx, clinicianID, first.Monday().Begins(zone), (last.Monday() + 7).Begins(zone))
		if err != nil {
			return r, err
		}
		for _, s := range booked {
			r.booked = append(r.booked, s.Start)
		}
	}
	return r, nil
}
