package record

import (
	"context"
	"fmt"
	"strconv"

	"github.com/waymark-care/waymark/internal/access"
)

type auditEvent struct {
	Head
	Type     Coding       `json:"type"`
	Subtype  []Coding     `json:"subtype"`
	Action   string       `json:"action"`
	Recorded string       `json:"recorded"`
	Outcome  string       `json:"outcome"`
	Agent    []auditAgent `json:"agent"`
	Source   auditSource  `json:"source"`
	Entity   []auditWhat  `json:"entity"`
}

type auditAgent struct {
	Who       *Reference `json:"who"`
	Requestor bool       `json:"requestor"`
}

type auditSource struct {
	Observer Reference `json:"observer"`
}

type auditWhat struct {
	What *Reference `json:"what"`
}

// newestFirst less the number of an entry is its id: pages go from the newest back, and
// what was opened meanwhile, which to turn a page is, comes before them.
const newestFirst = 1e16 - 1

// MostOpenings is how many entries are looked through.
const MostOpenings = 2000

func auditEvents() Kind {
	k := single("AuditEvent", "Who opened a client's record, wrote in it or was refused, and when; the newest "+strconv.Itoa(MostOpenings)+". Never what it was about.",
		"date", "when", []access.Action{access.ReadOpenings},
		func(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
			all, err := c.People.Openings(ctx, c.Actor, client.Of(), MostOpenings)
			if err != nil {
				return nil, err
			}
			var lines []Line
			for _, o := range all {
				e := &auditEvent{
					Head:    Of("AuditEvent", Short(client.Of())+fmt.Sprintf(".n%016d", newestFirst-o.Seq), "", o.At),
					Type:    Coding{System: "http://terminology.hl7.org/CodeSystem/audit-event-type", Code: "rest", Display: "RESTful Operation"},
					Subtype: []Coding{{System: "urn:waymark:action", Code: string(o.Action)}},
					Action:  "R", Recorded: Instant(o.At), Outcome: "0",
					Agent:  []auditAgent{{Ref("Practitioner", o.ActorID), true}},
					Source: auditSource{Reference{Display: "Waymark"}},
					Entity: []auditWhat{{Ref("Patient", client.Of())}},
				}
				if o.ActorID == client.Of() {
					e.Agent[0].Who = Ref("Patient", o.ActorID)
				}
				if !(access.Actor{ID: o.ActorID}).IsPerson() {
					e.Agent[0].Who = &Reference{Display: "Waymark"}
				}
				if o.By != "" { // the log keeps which; whose account it is has the list
					e.Agent = append(e.Agent, auditAgent{&Reference{Display: "A program, in their name"}, false})
				}
				if o.Action.Changes() {
					e.Action = "U"
				}
				if !o.Allowed {
					e.Outcome = "4"
				}
				lines = append(lines, Line{Resource: e, At: o.At})
			}
			return lines, nil
		})
	k.Own = true
	return k
}
