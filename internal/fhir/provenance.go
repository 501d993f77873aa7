package fhir

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/safetyplan"
)

type provenance struct {
	head
	Target   []reference        `json:"target"`
	Recorded string             `json:"recorded"`
	Reason   []concept          `json:"reason,omitempty"`
	Activity *concept           `json:"activity,omitempty"`
	Agent    []provenanceAgent  `json:"agent"`
	Entity   []provenanceSource `json:"entity,omitempty"`
}

type provenanceAgent struct {
	Type concept    `json:"type"`
	Who  *reference `json:"who"`
}

type provenanceSource struct {
	Role string    `json:"role"`
	What reference `json:"what"`
}

// What somebody did in what they recorded, of FHIR's participants.
const (
	author   = "author"   // said or wrote it
	enterer  = "enterer"  // wrote down what somebody else said
	attester = "attester" // agreed to it, or signed it
	sender   = "assembler"
)

func agent(did string, who *reference) provenanceAgent {
	return provenanceAgent{concept{Coding: []coding{{System: "http://terminology.hl7.org/CodeSystem/provenance-participant-type", Code: did}}}, who}
}

// operation is the activity: the first of something makes it, what comes later changes it.
func operation(first bool, words string) *concept {
	c := coding{System: "http://terminology.hl7.org/CodeSystem/v3-DataOperation", Code: "UPDATE", Display: "revise"}
	if first {
		c.Code, c.Display = "CREATE", "create"
	}
	return &concept{Coding: []coding{c}, Text: words}
}

func provenances() kind {
	of := func(sort string) func(string) bool {
		return func(own string) bool { return strings.HasPrefix(own, sort+"-") }
	}
	return ofParts("Provenance", "Who recorded what, and when: answers with their scores, each wording of a goal, each version of the plan and of the safety plan, and each turn of what was "+
		"agreed to practise. Whether a program sent an answer is said if it named what it sent.",
		"recorded", "when it was recorded", []param{
			{"target", reference_, "of what, such as Goal/…"},
			{"agent", reference_, "who did it, such as Practitioner/…"},
		},
		part{reads: []access.Action{access.ReadMeasures}, of: []string{"QuestionnaireResponse", "Observation"}, ids: of("a"), all: whoAnswered},
		part{reads: []access.Action{access.ReadGoals}, of: []string{"Goal"}, ids: of("g"), all: whoWorded},
		part{reads: []access.Action{access.ReadPlan}, of: []string{"CarePlan"}, ids: of("p"), all: whoPlanned},
		part{reads: []access.Action{access.ReadSafetyPlan}, of: []string{"CarePlan"}, ids: of("s"), all: whoWroteSafety},
		part{reads: []access.Action{access.ReadAssignments}, of: []string{"CarePlan"}, ids: of("t"), all: whoPractised},
	).without("status")
}

// recorded is the line of who recorded the targets.
func recorded(id string, at time.Time, r *provenance, targets ...*reference) line {
	r.head, r.Recorded = of("Provenance", id, "", at), instant(at)
	l := line{found: r, at: at, codes: map[string][]string{}}
	for _, t := range targets {
		r.Target = append(r.Target, *t)
		l.codes["target"] = append(l.codes["target"], t.Reference)
	}
	for _, a := range r.Agent {
		l.codes["agent"] = append(l.codes["agent"], a.Who.Reference)
	}
	return l
}

func whoAnswered(c *call, client access.Compartment) (lines []line, err error) {
	w := measure.Window{Most: mostCount}
	for {
		some, err := c.api.Measures.Within(c.r.Context(), c.actor, client, w)
		if err != nil {
			return nil, err
		}
		for _, a := range some {
			lines = append(lines, whoGave(client, a))
		}
		if len(some) < w.Most {
			return lines, nil
		}
		last := some[len(some)-1]
		w.After = measure.Mark{At: last.GivenAt, ID: last.ID}
	}
}

func whoGave(client access.Compartment, a measure.Answer) line {
	r := &provenance{Activity: operation(true, "")}
	targets := []*reference{ref("QuestionnaireResponse", within(client, a.ID)), ref("Observation", within(client, a.ID))}
	if a.Mode == measure.ModeElsewhere {
		r.Entity, targets = []provenanceSource{{"source", reference{Display: a.Source}}}, targets[1:]
	} else {
		r.Agent = append(r.Agent, agent(author, ref("Patient", client.Of())))
	}
	if a.EnteredBy != "" {
		r.Agent = append(r.Agent, agent(enterer, by(client, a.EnteredBy)))
	}
	if a.Sent != "" {
		r.Agent = append(r.Agent, agent(sender, &reference{Display: "A program"}))
	}
	if len(r.Agent) == 0 {
		r.Agent = append(r.Agent, agent(sender, &reference{Display: a.Source}))
	}
	return recorded(beside(client, "a", a.ID), changed(a), r, targets...)
}

// whoWorded is who wrote each wording of each goal, and who agreed to it.
func whoWorded(c *call, client access.Compartment) (lines []line, err error) {
	set, err := c.api.Goals.All(c.r.Context(), c.actor, client)
	if err != nil {
		return nil, err
	}
	for _, g := range set.All {
		for i, w := range g.Wordings {
			r := &provenance{Agent: []provenanceAgent{agent(author, by(client, w.By))}, Activity: operation(i == 0, "")}
			if w.Why != "" {
				r.Reason = []concept{{Text: w.Why}}
			}
			for _, side := range []goal.Side{goal.ByClient, goal.ByClinician} {
				if s, ok := w.Signed(side); ok {
					r.Agent = append(r.Agent, agent(attester, by(client, s.By)))
				}
			}
			lines = append(lines, recorded(beside(client, fmt.Sprintf("g-%d", w.Revision), g.ID), w.At, r, ref("Goal", within(client, g.ID))))
		}
	}
	return lines, nil
}

func whoPlanned(c *call, client access.Compartment) (lines []line, err error) {
	all, err := c.api.Plans.History(c.r.Context(), c.actor, client)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		r := &provenance{Agent: []provenanceAgent{agent(author, by(client, v.By))}, Activity: operation(v.Number == 1, "")}
		if v.Why != "" {
			r.Reason = []concept{{Text: v.Why}}
		}
		if s, ok := v.Signed(goal.ByClient); ok {
			r.Agent = append(r.Agent, agent(attester, by(client, s.By)))
		}
		lines = append(lines, recorded(beside(client, fmt.Sprintf("p-%d", v.Number), ""), v.At, r, ref("CarePlan", beside(client, planCategory, ""))))
	}
	return lines, nil
}

func whoWroteSafety(c *call, client access.Compartment) (lines []line, err error) {
	all, err := c.api.SafetyPlans.Versions(c.r.Context(), c.actor, client)
	if err != nil {
		return nil, err
	}
	holds := slices.IndexFunc(all, safetyplan.Version.Agreed) // the newest first
	for i, v := range all {
		target := safetyCategory
		if i < holds {
			target += "-draft"
		}
		r := &provenance{Agent: []provenanceAgent{agent(author, by(client, v.By))}, Activity: operation(v.Number == 1, "")}
		for _, y := range v.Yes {
			r.Agent = append(r.Agent, agent(attester, by(client, y.By)))
		}
		lines = append(lines, recorded(beside(client, fmt.Sprintf("s-%d", v.Number), ""), v.At, r, ref("CarePlan", beside(client, target, ""))))
	}
	return lines, nil
}

// whoPractised is each turn of what was suggested or agreed to practise.
func whoPractised(c *call, client access.Compartment) (lines []line, err error) {
	set, err := c.api.Assignments.All(c.r.Context(), c.actor, client, c.loc)
	if err != nil {
		return nil, err
	}
	for _, a := range set.All {
		for i, d := range a.Turns {
			r := &provenance{Agent: []provenanceAgent{agent(author, by(client, d.By))}, Activity: operation(i == 0, string(d.Turn))}
			lines = append(lines, recorded(beside(client, fmt.Sprintf("t-%d", i+1), a.ID), d.At, r, ref("CarePlan", within(client, a.ID))))
		}
	}
	return lines, nil
}
