package fhir

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
)

// dayMark is where a day stands among scores of the same moment: before all.
const dayMark = "ffffffff-ffff-7fff-bfff-ffffffffffff"

// daysFrom are the days of a client's log, the oldest first: to the client all of them,
// to those who treat them what the client shows.
func (c *call) daysFrom(client access.Compartment, from mood.Day) (mood.Log, error) {
	if client.Of() == c.actor.ID {
		return c.api.Logs.Open(c.r.Context(), c.actor, client, from)
	}
	return c.api.Logs.Shared(c.r.Context(), c.actor, client, from)
}

// readObservation is the score, or the day of the log, that an id names.
func readObservation(c *call, id string) (found, error) {
	_, own, _ := strings.Cut(id, ".")
	text, daily := strings.CutPrefix(own, "log-")
	if !daily {
		return ofAnswer(c, id, sayScore)
	}
	client, err := recordOf(id)
	if err != nil {
		return nil, err
	}
	day, ok := mood.ParseDay(text)
	if !ok || day.String() != text {
		return nil, fault.Absent()
	}
	log, err := c.daysFrom(client, day)
	if err != nil {
		return nil, err
	}
	if e := log.On(day); !e.Empty() {
		return record.DayOf(client, log, e), nil
	}
	return nil, fault.Absent()
}

func searchObservations(c *call, q query) (answers, error) {
	client, w, ok, err := c.window(q, "date")
	if err != nil || !ok {
		return answers{total: -1}, err
	}
	scores, days := true, true
	if v := q.one("category"); v != "" {
		scores, days = means(record.Categories+"|survey", v), means(record.Ours+"|"+record.DailyLog, v)
	}
	if v := q.one("code"); v != "" {
		in, there := byCode(c.api.Measures.Library(c.actor.Practice), v)
		if there {
			w.Instrument = in.ID
		}
		scores, days = scores && there, days && means(record.Codes+"|"+record.DailyLog, v)
	}
	switch {
	case days:
		return c.withDays(q, client, w, scores)
	case scores:
		return ofAnswers(c, q, client, w, sayScore)
	}
	return answers{total: -1}, nil
}

// An observed is a score or a day of the log, and where it stands.
type observed struct {
	found
	at time.Time
	id string
}

// withDays are days of the log, and the scores of w among them, the newest first.
func (c *call) withDays(q query, client access.Compartment, w measure.Window, scores bool) (answers, error) {
	var all []observed
	if scores {
		some, err := c.answersIn(q, client, w)
		if err != nil {
			return answers{}, err
		}
		for i := range some {
			a := &some[i]
			f, err := c.say(client, a, sayScore)
			if err != nil {
				return answers{}, err
			}
			all = append(all, observed{f, a.GivenAt, a.ID})
		}
	}
	from := mood.Day(0)
	if !w.From.IsZero() {
		from = mood.DayOf(w.From.In(c.loc))
	}
	log, err := c.daysFrom(client, from)
	if err != nil && !(scores && fault.Is(err, fault.NotFound)) { // the log is not for everybody who reads scores
		return answers{}, err
	}
	for _, e := range log.Entries {
		at := e.Day.In(c.loc)
		if at.Before(w.From) || !w.Before.IsZero() && !at.Before(w.Before) || w.After.ID != "" && !at.Before(w.After.At) {
			continue
		}
		if o := record.DayOf(client, log, e); q.lately(o) {
			all = append(all, observed{o, at, dayMark})
		}
	}
	slices.SortFunc(all, func(a, b observed) int {
		if n := b.at.Compare(a.at); n != 0 {
			return n
		}
		return strings.Compare(b.id, a.id)
	})
	page := answers{total: -1}
	if len(all) > q.count {
		all = all[:q.count]
		if q.count > 0 {
			last := all[len(all)-1]
			page.next = strconv.FormatInt(last.at.UnixMicro(), 10) + " " + last.id
		}
	}
	for _, o := range all {
		page.page = append(page.page, o.found)
	}
	return page, nil
}
