package main

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
)

// longWay is how many sessions the client has had whose path is measured: one each
// week, until the week before the end.
const longWay = 300

// A walker is that client.
type walker struct {
	member
	goal, detour string
}

// walk is one week of the walker, left weeks before the end.
func (m *maker) walk(ctx context.Context, left int) error {
	w := &m.walker
	by, own, record := m.who(w.clinician), m.who(w.id), access.ClientRecord(w.id)
	now := m.clock()
	return m.visit(ctx, func(ctx context.Context) error {
		goals, plans, markers := goal.New(m.door), plan.New(m.door), alliance.New(m.door)
		_, err := m.sessions.Plan(ctx, by, record, session.Form{ID: m.newID(), Start: now.Truncate(time.Minute).Add(time.Hour), Length: 50 * time.Minute})
		if err != nil {
			return err
		}
		today := measure.DayOf(now, time.UTC)
		switch n := longWay - left; {
		case n == 2:
			g, err := goals.Propose(ctx, own, record, goal.Form{ID: m.newID(), Worded: goal.Worded{Words: "Go out without planning the way back", Know: "I notice it"}})
			if err != nil {
				return err
			}
			w.goal = g.ID
			_, err = goals.Agree(ctx, by, record, g.ID, 1)
			return err
		case n%40 == 30:
			w.detour = m.newID()
			_, err = plans.OpenDetour(ctx, by, record, plan.Detour{ID: w.detour, Name: "A move", From: today, Reason: "It needs the hours for a while."}, time.UTC)
		case n%40 == 36:
			_, err = plans.CloseDetour(ctx, by, record, w.detour, plan.WayBack{Until: today, Stays: "The goal"}, time.UTC)
		case n > 2 && n%12 == 5:
			id := m.newID()
			if _, err := goals.SetMilestone(ctx, own, record, goal.MilestoneForm{ID: id, GoalID: w.goal, Words: "Three stops by tram"}); err != nil {
				return err
			}
			_, err = goals.Reach(ctx, own, record, goal.ReachForm{ID: m.newID(), GoalID: w.goal, MilestoneID: id, Day: today}, time.UTC)
		case n%4 == 3:
			_, err = markers.Notice(ctx, own, record, alliance.MarkerForm{ID: m.newID(), Word: "Trust", Line: "I said it aloud for the first time"})
		}
		return err
	})
}
