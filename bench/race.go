package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/keys"
)

const (
	races  = 50  // rounds
	racers = 100 // who book one time at once, in each
)

// race has many clients book one open time of the leading clinician at once, again
// and again, and returns how long a round took in the middle. It fails unless exactly
// one of them had it each time, and all others were told.
func (p *practice) race(ctx context.Context) (time.Duration, error) {
	safe, err := keys.Open(filepath.Join(p.dir, "keys"))
	if err != nil {
		return 0, err
	}
	root, err := safe.UnlockEvaluation(p.dir)
	if err != nil {
		return 0, err
	}
	m := &maker{practice: p}
	m.now.Store(time.Now().UnixMicro())
	if err := m.stand(ctx, root); err != nil {
		return 0, err
	}
	defer m.close()
	calendars := calendar.New(m.door, "http://localhost")
	var open []calendar.Slot
	first := &p.yearly[0]
	err = m.visit(ctx, func(ctx context.Context) error {
		policy := calendar.FirstPolicy()
		policy.Books, policy.Most = true, 10
		if _, err := calendars.RevisePolicy(ctx, m.who(p.manager.id), policy); err != nil {
			return err
		}
		for weekday := range 7 {
			h := calendar.Hours{ID: m.newID(), Weekday: weekday, From: 6 * 60, To: 22 * 60, First: calendar.DayOf(m.clock(), time.UTC)}
			if err := calendars.AddHours(ctx, m.who(p.leading), h); err != nil {
				return err
			}
		}
		t, err := calendars.Times(ctx, m.who(first.id), access.ClientRecord(first.id), time.UTC)
		open = t.Open
		return err
	})
	if err != nil {
		return 0, err
	}
	if len(open) < races {
		return 0, fmt.Errorf("only %d times are open", len(open))
	}
	took := make([]time.Duration, races)
	for round, slot := range open[:races] {
		var won atomic.Int64
		failed := make([]error, racers)
		var all sync.WaitGroup
		began := time.Now()
		for i := range racers {
			c := &p.yearly[(i+round)%len(p.yearly)] // some of them on two devices
			id := m.newID()
			all.Go(func() {
				err := m.visit(ctx, func(ctx context.Context) error {
					_, err := calendars.Book(ctx, m.who(c.id), access.ClientRecord(c.id), calendar.Choice{ID: id, ClinicianID: p.leading, Start: slot.Start}, time.UTC)
					if err == nil {
						won.Add(1)
					}
					return err
				})
				if err != nil && !fault.Is(err, fault.Conflict) {
					failed[i] = err
				}
			})
		}
		all.Wait()
		took[round] = time.Since(began)
		if i := slices.IndexFunc(failed, func(err error) bool { return err != nil }); i >= 0 {
			return 0, fmt.Errorf("book: %w", failed[i])
		}
		if won.Load() != 1 {
			return 0, fmt.Errorf("in round %d, %d of %d had the same time", round, won.Load(), racers)
		}
	}
	return median(took), nil
}
