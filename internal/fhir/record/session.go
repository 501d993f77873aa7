package record

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/session"
)

type appointment struct {
	Head
	Status      string        `json:"status"`
	Start       string        `json:"start"`
	End         string        `json:"end"`
	Minutes     int           `json:"minutesDuration"`
	Participant []participant `json:"participant"`
}

type participant struct {
	Actor  *Reference `json:"actor"`
	Status string     `json:"status"`
}

type encounter struct {
	Head
	Status      string      `json:"status"`
	Class       Coding      `json:"class"`
	Subject     *Reference  `json:"subject"`
	Participant []present   `json:"participant"`
	Appointment []Reference `json:"appointment"`
	Period      Period      `json:"period"`
}

type present struct {
	Individual *Reference `json:"individual"`
}

type Period struct {
	Start string `json:"start"`
	End   string `json:"end,omitempty"`
}

// latest is when the last of these was that are over: with time, too, something becomes
// what it was not.
func latest(now time.Time, all ...time.Time) (last time.Time) {
	for _, t := range all {
		if t.After(last) && !t.After(now) {
			last = t
		}
	}
	return last
}

func day(t time.Time, loc *time.Location) string { return t.In(loc).Format(time.DateOnly) }

func appointments() Kind {
	return single("Appointment", "When a client and a clinician meet: booked, or, once it is over, fulfilled, noshow or cancelled.",
		"date", "when it begins", []access.Action{access.ReadSessions},
		func(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
			all, changed, err := c.Sessions.Dated(ctx, c.Actor, client)
			if err != nil {
				return nil, err
			}
			now := c.Now
			var lines []Line
			for _, a := range all {
				r := &appointment{
					Head: Of("Appointment", Within(client, a.ID), Revision(a.Revision), latest(now, changed[a.ID], a.End())), Status: "booked",
					Start: Instant(a.Start), End: Instant(a.End()), Minutes: max(1, int(a.Length.Minutes())), // a positiveInt
					Participant: []participant{{Ref("Patient", client.Of()), "accepted"}, {Ref("Practitioner", a.ClinicianID), "accepted"}},
				}
				switch {
				case a.State == session.Cancelled:
					r.Status = "cancelled"
				case a.State == session.Missed:
					r.Status = "noshow"
				case a.Attendance == session.Came || !a.End().After(now):
					r.Status = "fulfilled"
				}
				r.Meta.VersionID = Standing(a.Revision, r.Status)
				lines = append(lines, Line{Resource: r, At: a.Start, Status: r.Status})
			}
			return lines, nil
		})
}

func encounters() Kind {
	return single("Encounter", "Sessions that were held, or run now. Nothing of what was said.",
		"date", "when it began", []access.Action{access.ReadSessions},
		func(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
			all, err := c.Sessions.Attended(ctx, c.Actor, client)
			if err != nil {
				return nil, err
			}
			now := c.Now
			var lines []Line
			for _, a := range all {
				status := "finished"
				switch {
				case a.State != session.Planned || a.Start.After(now):
					continue
				case a.End.After(now):
					status = "in-progress"
				}
				r := &encounter{
					Head: Of("Encounter", Within(client, a.ID), Standing(a.Revision, status), latest(now, a.ChangedAt, a.Start, a.End)), Status: status,
					Class:       Coding{System: "http://terminology.hl7.org/CodeSystem/v3-ActCode", Code: "AMB", Display: "ambulatory"},
					Subject:     Ref("Patient", client.Of()),
					Participant: []present{{Ref("Practitioner", a.ClinicianID)}},
					Appointment: []Reference{*Ref("Appointment", Within(client, a.ID))},
					Period:      Period{Instant(a.Start), Instant(a.End)},
				}
				lines = append(lines, Line{Resource: r, At: a.Start, Status: status})
			}
			return lines, nil
		})
}
