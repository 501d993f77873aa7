package fhir

import (
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/web"
)

type schedule struct {
	head
	Active  bool        `json:"active"`
	Actor   []reference `json:"actor"`
	Horizon period      `json:"planningHorizon"`
}

type slot struct {
	head
	Schedule *reference `json:"schedule"`
	Status   string     `json:"status"`
	Start    string     `json:"start"`
	End      string     `json:"end"`
	Comment  string     `json:"comment,omitempty"` // where it is
}

func schedules() kind {
	return ofParts("Schedule", "Of each clinician who works with a client: the times that the client may be given. None is there for a client whose practice does not have clients book.",
		"", "", []param{{"actor", reference_, "of which clinician, as Practitioner/…"}},
		part{reads: []access.Action{access.ReadTimes}, all: func(c *call, client access.Compartment) ([]line, error) {
			t, err := c.times(client)
			if err != nil {
				return nil, err
			}
			now := web.NowOf(c.r)
			var lines []line
			for _, id := range t.With {
				r := &schedule{
					head: of("Schedule", within(client, id), "", time.Time{}), Active: true, Actor: []reference{*ref("Practitioner", id)},
					Horizon: period{instant(now), instant(now.Add(t.Policy.Ahead))},
				}
				lines = append(lines, line{found: r, codes: map[string][]string{"actor": {"Practitioner/" + id, id}}})
			}
			return lines, nil
		}}).without("status").unmarked()
}

func slots() kind {
	return ofParts("Slot", "Times that are free now, as the pages for booking offer them to whoever asks: to the client within the practice’s policy, to whoever treats them all that are open. "+
		"A time that was taken is not there any more.",
		"start", "when it begins", []param{{"schedule", reference_, "of which Schedule"}},
		part{reads: []access.Action{access.ReadTimes}, all: func(c *call, client access.Compartment) ([]line, error) {
			t, err := c.times(client)
			if err != nil {
				return nil, err
			}
			var lines []line
			for _, s := range t.Open {
				whose := within(client, s.ClinicianID)
				r := &slot{
					head: of("Slot", whose+"-"+strconv.FormatInt(s.Start.Unix()/60, 36), "", time.Time{}), Schedule: ref("Schedule", whose), Status: "free",
					Start: instant(s.Start), End: instant(s.End()), Comment: s.Place,
				}
				lines = append(lines, line{found: r, at: s.Start, status: r.Status, codes: map[string][]string{"schedule": {"Schedule/" + whose, whose}}})
			}
			return lines, nil
		}}).unmarked()
}

// times are those that may be given to the client; nobody's, where the client asks and
// clients do not book.
func (c *call) times(client access.Compartment) (calendar.Times, error) {
	t, err := c.api.Calendars.Times(c.r.Context(), c.actor, client, c.loc)
	if !t.Policy.Books && ofOneself(c, client) {
		t.With = nil
	}
	return t, err
}
