package main

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/safetyplan"
)

// fillCare has a client begin a safety plan, and remember and plan something that nourishes.
func (p *product) fillCare(t *testing.T, s *someone, self access.Actor) {
	t.Helper()
	record, thing, moment := access.ClientRecord(s.ID), newID(t), newID(t)
	p.does(t, func(ctx context.Context) error {
		_, err := p.SafetyPlans.Write(ctx, self, record, safetyplan.Form{ID: newID(t), Content: safetyplan.Content{
			Text:   map[safetyplan.Part]string{safetyplan.Signs: s.words},
			People: map[safetyplan.Part][]safetyplan.Person{safetyplan.Ask: {{Name: s.words, Phone: "0117 496 0118", Words: s.words}}},
		}})
		return err
	})
	p.does(t, func(ctx context.Context) error {
		_, err := p.Nourishing.KeepThing(ctx, self, record, nourish.ThingForm{ID: thing, Words: s.words})
		return err
	})
	p.does(t, func(ctx context.Context) error {
		_, err := p.Nourishing.KeepMoment(ctx, self, record, nourish.MomentForm{
			ID: moment, Thing: thing, Day: mood.DayOf(time.Now()) + 3, State: nourish.Planned, Line: s.words,
		}, p.Zone)
		return err
	})
	s.has["nourishing"], s.has["moment"] = append(s.has["nourishing"], thing), append(s.has["moment"], moment)
}

// careCells are the routes of the safety plan and of what nourishes: for the client and
// for those who treat them. In an emergency the plan is read, and nothing more.
func careCells() map[string]cell {
	own := func(pairs ...string) cell { return cell{form: values(pairs...)} }
	mine := func(what string, pairs ...string) cell {
		return cell{owner: what, reach: theirs(what), form: values(pairs...)}
	}
	record := func(pairs ...string) cell {
		return cell{owner: "client", reach: works, form: values(pairs...)}
	}
	return map[string]cell{
		"GET /my/at-hand":          {},
		"GET /my/at-hand/text":     {},
		"POST /my/at-hand/text":    own("id", newOne+"1", "from", "1", "signs", "The nights", "agree", "no"),
		"POST /my/at-hand/agree":   own("version", "1"),
		"GET /my/at-hand/versions": {},
		"POST /my/at-hand/here":    {spared: true}, // it is noted with the browser, whoever asks

		"GET /my/nourish":                      {},
		"GET /my/nourish/new":                  {},
		"POST /my/nourish/things":              own("id", newOne+"2", "words", "The lake", "side", "nourishes", "item", ""),
		"GET /my/nourish/things/{nourishing}":  mine("nourishing"),
		"POST /my/nourish/things/{nourishing}": mine("nourishing", "revision", "1", "words", "The lake", "side", "nourishes", "item", ""),
		"POST /my/nourish/moments":             own("id", newOne+"3", "thing", newOne+"2", "day", "2026-03-04", "state", "there"),
		"POST /my/nourish/moments/{moment}":    mine("moment", "revision", "1", "thing", newOne+"2", "day", "2027-03-04", "state", "let go"),
		"POST /my/nourish/show":                own("shown", "no", "revision", "0"),

		"GET /clients/{client}/safety-plan":          {owner: "client", reach: reads, notes: true},
		"GET /clients/{client}/safety-plan/text":     {owner: "client", reach: reads},
		"POST /clients/{client}/safety-plan/text":    record("id", newOne+"4", "from", "1", "signs", "The nights", "agree", "no"),
		"POST /clients/{client}/safety-plan/agree":   record("version", "1"),
		"GET /clients/{client}/safety-plan/versions": {owner: "client", reach: reads},
		"GET /emergency/{client}/safety-plan":        {owner: "client", reach: glimpses, notes: true},
		"GET /clients/{client}/nourish":              {owner: "client", reach: works},
	}
}
