package record

import (
	"context"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
)

type schedule struct {
	Head
	Active  bool        `json:"active"`
	Actor   []Reference `json:"actor"`
	Horizon Period      `json:"planningHorizon"`
}

type slot struct {
	Head
	Schedule *Reference `json:"schedule"`
	Status   string     `json:"status"`
	Start    string     `json:"start"`
	End      string     `json:"end"`
	Comment  string     `json:"comment,omitempty"` // where it is
}

func schedules() Kind {
	return several("Schedule", "Of each clinician who works with a client: the times that the client may be given. None is there for a client whose practice does not have clients book.",
		"", "", []Param{{"actor", Referring, "of which clinician, as Practitioner/…"}},
		Part{Reads: []access.Action{access.ReadTimes}, All: func(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
			t, err := times(ctx, c, client)
			if err != nil {
				return nil, err
			}
			now := c.Now
			var lines []Line
			for _, id := range t.With {
				r := &schedule{
					Head: Of("Schedule", Within(client, id), "", time.Time{}), Active: true, Actor: []Reference{*Ref("Practitioner", id)},
					Horizon: Period{Instant(now), Instant(now.Add(t.Policy.Ahead))},
				}
				lines = append(lines, Line{Resource: r, Codes: map[string][]string{"actor": {"Practitioner/" + id, id}}})
			}
			return lines, nil
		}}).without("status").passing()
}

func slots() Kind {
	return several("Slot", "Times that are free now, as the pages for booking offer them to whoever asks: to the client within the practice’s policy, to whoever treats them all that are open. "+
		"A time that was taken is not there any more.",
		"start", "when it begins", []Param{{"schedule", Referring, "of which Schedule"}},
		Part{Reads: []access.Action{access.ReadTimes}, All: func(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
			t, err := times(ctx, c, client)
			if err != nil {
				return nil, err
			}
			var lines []Line
			for _, s := range t.Open {
				whose := Within(client, s.ClinicianID)
				r := &slot{
					Head: Of("Slot", whose+"-"+strconv.FormatInt(s.Start.Unix()/60, 36), "", time.Time{}), Schedule: Ref("Schedule", whose), Status: "free",
					Start: Instant(s.Start), End: Instant(s.End()), Comment: s.Place,
				}
				lines = append(lines, Line{Resource: r, At: s.Start, Status: r.Status, Codes: map[string][]string{"schedule": {"Schedule/" + whose, whose}}})
			}
			return lines, nil
		}}).passing()
}

// times are those that may be given to the client; nobody's, where the client asks and
// clients do not book.
func times(ctx context.Context, c *Asker, client access.Compartment) (calendar.Times, error) {
	t, err := c.Calendars.Times(ctx, c.Actor, client, c.Zone)
	if !t.Policy.Books && ofOneself(c, client) {
		t.With = nil
	}
	return t, err
}
