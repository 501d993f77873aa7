package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/instrument"
)

// A page is something that people do all day, and how fast it is to be.
type page struct {
	name    string
	targets []target
	other   string // what is sent to find out whether the first was saved; only for what saves
	// goal is how many a second at 8 connections on two cores, by database; none
	// is 0.
	goal map[string]float64
	// within is how long one of them may take at one connection, from the request to
	// the answer; none is 0.
	within time.Duration
	// house says that it is of the house, under whose load memory has a goal. These come
	// first, so that what others take is not counted with them.
	house bool
	// program says that it is another program that does it, by token.
	program bool
}

// ofPage is the field of a form that says whose page it comes from; it is the last.
const ofPage = "&whose-page="

// pages are what is measured of p, for people who have signed in.
func (p *practice) pages(leading string) ([]page, error) {
	in, ok := instrument.Shipped().Lookup("phq-9", "")
	if !ok {
		return nil, fmt.Errorf("there is no PHQ-9")
	}
	form := url.Values{"instrument": {in.ID}, "version": {in.Version}, "rev": {"1"}}
	filled := func(left int64) string {
		for item, v := range chosen(in, left) {
			form.Set(item, strconv.Itoa(*v))
		}
		return form.Encode()
	}
	var week, answer, save, client, brief []target
	for _, c := range p.savers {
		week = append(week, target{http.MethodGet, "/my/week", c.cookie, "", http.StatusOK})
		answer = append(answer, target{http.MethodGet, "/my/answers/" + c.newest, c.cookie, "", http.StatusOK})
		save = append(save, target{http.MethodPost, "/my/asks/" + c.open + "/#", c.cookie, filled(1) + ofPage + c.mark, http.StatusSeeOther})
	}
	for _, c := range p.yearly[:aDay] {
		brief = append(brief, target{http.MethodGet, "/clients/" + c.id + "/brief", leading, "", http.StatusOK})
	}
	for _, c := range p.yearly {
		client = append(client, target{http.MethodGet, "/clients/" + c.id, leading, "", http.StatusOK})
	}
	programs, err := p.byPrograms(in)
	return append([]page{
		{name: "This week", house: true, targets: week, goal: map[string]float64{"SQLite": 6500, "PostgreSQL": 3500}},
		{name: "one answer", house: true, targets: answer, goal: map[string]float64{"SQLite": 6500, "PostgreSQL": 3500}},
		{name: "client, a year of measures", house: true, targets: client},
		{
			name: "50 people", house: true, targets: []target{{http.MethodGet, "/people", p.manager.cookie, "", http.StatusOK}},
			goal: map[string]float64{"SQLite": 2000, "PostgreSQL": 1700},
		},
		{name: "save a check-in", house: true, targets: save, other: filled(2), goal: map[string]float64{"SQLite": 4500, "PostgreSQL": 2400}},
		{
			name: "the path of 300 sessions", targets: []target{{http.MethodGet, "/my/way", p.walker.cookie, "", http.StatusOK}},
			within: 20 * time.Millisecond,
		},
		{
			name: "the plan, 20 revisions", targets: []target{{http.MethodGet, "/my/plan", p.walker.cookie, "", http.StatusOK}},
			within: 10 * time.Millisecond,
		},
		{
			name: "Today, 8 sessions", targets: []target{{http.MethodGet, "/today", leading, "", http.StatusOK}},
			within: 15 * time.Millisecond,
		},
		{name: "the brief before a session", targets: brief, within: 10 * time.Millisecond},
		{
			name: fmt.Sprintf("a week of %d clinicians", staff+desks+1), targets: []target{{http.MethodGet, "/practice/week?week=" + p.full, p.manager.cookie, "", http.StatusOK}},
			within: 50 * time.Millisecond,
		},
		{name: "60 clients, who needs a look", targets: []target{{http.MethodGet, "/clients/look", leading, "", http.StatusOK}}},
		{name: "60 clients, last answers", targets: []target{{http.MethodGet, "/clients", leading, "", http.StatusOK}}},
	}, programs...), err
}
