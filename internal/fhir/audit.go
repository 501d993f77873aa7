package fhir

import (
	"fmt"
	"strconv"

	"github.com/waymark-care/waymark/internal/access"
)

type auditEvent struct {
	head
	Type     coding       `json:"type"`
	Subtype  []coding     `json:"subtype"`
	Action   string       `json:"action"`
	Recorded string       `json:"recorded"`
	Outcome  string       `json:"outcome"`
	Agent    []auditAgent `json:"agent"`
	Source   auditSource  `json:"source"`
	Entity   []auditWhat  `json:"entity"`
}

type auditAgent struct {
	Who       *reference `json:"who"`
	Requestor bool       `json:"requestor"`
}

type auditSource struct {
	Observer reference `json:"observer"`
}

type auditWhat struct {
	What *reference `json:"what"`
}

// newestFirst less the number of an entry is its id: pages go from the newest back, and
// what was opened meanwhile, which to turn a page is, comes before them.
const newestFirst = 1e16 - 1

// mostOpenings is how many entries are looked through.
const mostOpenings = 2000

func auditEvents() kind {
	k := ofRecord("AuditEvent", "Who opened a client's record, wrote in it or was refused, and when; the newest "+strconv.Itoa(mostOpenings)+". Never what it was about.",
		"date", "when", []access.Action{access.ReadOpenings},
		func(c *call, client access.Compartment) ([]line, error) {
			all, err := c.api.People.Openings(c.r.Context(), c.actor, client.Of(), mostOpenings)
			if err != nil {
				return nil, err
			}
			var lines []line
			for _, o := range all {
				e := &auditEvent{
					head:    of("AuditEvent", short(client.Of())+fmt.Sprintf(".n%016d", newestFirst-o.Seq), "", o.At),
					Type:    coding{System: "http://terminology.hl7.org/CodeSystem/audit-event-type", Code: "rest", Display: "RESTful Operation"},
					Subtype: []coding{{System: "urn:waymark:action", Code: string(o.Action)}},
					Action:  "R", Recorded: instant(o.At), Outcome: "0",
					Agent:  []auditAgent{{ref("Practitioner", o.ActorID), true}},
					Source: auditSource{reference{Display: "Waymark"}},
					Entity: []auditWhat{{ref("Patient", client.Of())}},
				}
				if o.ActorID == client.Of() {
					e.Agent[0].Who = ref("Patient", o.ActorID)
				}
				if !(access.Actor{ID: o.ActorID}).IsPerson() {
					e.Agent[0].Who = &reference{Display: "Waymark"}
				}
				if o.Action.Changes() {
					e.Action = "U"
				}
				if !o.Allowed {
					e.Outcome = "4"
				}
				lines = append(lines, line{found: e, at: o.At})
			}
			return lines, nil
		})
	k.own = true
	return k
}
