package fhir

import (
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
)

type appointment struct {
	head
	Status      string        `json:"status"`
	Start       string        `json:"start"`
	End         string        `json:"end"`
	Minutes     int           `json:"minutesDuration"`
	Participant []participant `json:"participant"`
}

type participant struct {
	Actor  *reference `json:"actor"`
	Status string     `json:"status"`
}

type encounter struct {
	head
	Status      string      `json:"status"`
	Class       coding      `json:"class"`
	Subject     *reference  `json:"subject"`
	Participant []present   `json:"participant"`
	Appointment []reference `json:"appointment"`
	Period      period      `json:"period"`
}

type present struct {
	Individual *reference `json:"individual"`
}

type period struct {
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

func appointments() kind {
	return ofRecord("Appointment", "When a client and a clinician meet: booked, or, once it is over, fulfilled, noshow or cancelled.",
		"date", "when it begins", []access.Action{access.ReadSessions},
		func(c *call, client access.Compartment) ([]line, error) {
			all, changed, err := c.api.Sessions.Dated(c.r.Context(), c.actor, client)
			if err != nil {
				return nil, err
			}
			now := web.NowOf(c.r)
			var lines []line
			for _, a := range all {
				r := &appointment{
					head: of("Appointment", within(client, a.ID), revision(a.Revision), latest(now, changed[a.ID], a.End())), Status: "booked",
					Start: instant(a.Start), End: instant(a.End()), Minutes: int(a.Length.Minutes()),
					Participant: []participant{{ref("Patient", client.Of()), "accepted"}, {ref("Practitioner", a.ClinicianID), "accepted"}},
				}
				switch {
				case a.State == session.Cancelled:
					r.Status = "cancelled"
				case a.State == session.Missed:
					r.Status = "noshow"
				case a.Attendance == session.Came || !a.End().After(now):
					r.Status = "fulfilled"
				}
				r.Meta.VersionID = standing(a.Revision, r.Status)
				lines = append(lines, line{found: r, at: a.Start, status: r.Status})
			}
			return lines, nil
		})
}

func encounters() kind {
	return ofRecord("Encounter", "Sessions that were held, or run now. Nothing of what was said.",
		"date", "when it began", []access.Action{access.ReadSessions},
		func(c *call, client access.Compartment) ([]line, error) {
			all, err := c.api.Sessions.Attended(c.r.Context(), c.actor, client)
			if err != nil {
				return nil, err
			}
			now := web.NowOf(c.r)
			var lines []line
			for _, a := range all {
				status := "finished"
				switch {
				case a.State != session.Planned || a.Start.After(now):
					continue
				case a.End.After(now):
					status = "in-progress"
				}
				r := &encounter{
					head: of("Encounter", within(client, a.ID), standing(a.Revision, status), latest(now, a.ChangedAt, a.Start, a.End)), Status: status,
					Class:       coding{System: "http://terminology.hl7.org/CodeSystem/v3-ActCode", Code: "AMB", Display: "ambulatory"},
					Subject:     ref("Patient", client.Of()),
					Participant: []present{{ref("Practitioner", a.ClinicianID)}},
					Appointment: []reference{*ref("Appointment", within(client, a.ID))},
					Period:      period{instant(a.Start), instant(a.End)},
				}
				lines = append(lines, line{found: r, at: a.Start, status: status})
			}
			return lines, nil
		})
}
