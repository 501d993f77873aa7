package record

import (
	"context"
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
	Head
	Target   []Reference        `json:"target"`
	Recorded string             `json:"recorded"`
	Reason   []Concept          `json:"reason,omitempty"`
	Activity *Concept           `json:"activity,omitempty"`
	Agent    []provenanceAgent  `json:"agent"`
	Entity   []provenanceSource `json:"entity,omitempty"`

	last time.Time // when somebody agreed last
}

type provenanceAgent struct {
	Type Concept    `json:"type"`
	Who  *Reference `json:"who"`
}

type provenanceSource struct {
	Role string    `json:"role"`
	What Reference `json:"what"`
}

// What somebody did in what they recorded, of FHIR's participants.
const (
	author   = "author"   // said or wrote it
	enterer  = "enterer"  // wrote down what somebody else said
	attester = "attester" // agreed to it, or signed it
	sender   = "assembler"
)

func agent(did string, who *Reference) provenanceAgent {
	return provenanceAgent{Concept{Coding: []Coding{{System: "http://terminology.hl7.org/CodeSystem/provenance-participant-type", Code: did}}}, who}
}

// attested adds that somebody agreed.
func (r *provenance) attested(client access.Compartment, who string, at time.Time) {
	r.Agent, r.last = append(r.Agent, agent(attester, by(client, who))), Later(r.last, at)
}

// operation is the activity: the first of something makes it, what comes later changes it.
func operation(first bool, words string) *Concept {
	c := Coding{System: "http://terminology.hl7.org/CodeSystem/v3-DataOperation", Code: "UPDATE", Display: "revise"}
	if first {
		c.Code, c.Display = "CREATE", "create"
	}
	return &Concept{Coding: []Coding{c}, Text: words}
}

func provenances() Kind {
	sorted := func(sort string) func(string) bool {
		return func(own string) bool { return strings.HasPrefix(own, sort+"-") }
	}
	return several("Provenance", "Who recorded what, and when: answers with their scores, each wording of a goal, each version of the plan and of the safety plan, and each turn of what was "+
		"agreed to practise. Whether a program sent an answer is said if it named what it sent.",
		"recorded", "when it was recorded", []Param{
			{"target", Referring, "of what, such as Goal/…"},
			{"agent", Referring, "who did it, such as Practitioner/…"},
		},
		Part{Reads: []access.Action{access.ReadMeasures}, Of: []string{"QuestionnaireResponse", "Observation"}, IDs: sorted("a"), All: whoAnswered},
		Part{Reads: []access.Action{access.ReadGoals}, Of: []string{"Goal"}, IDs: sorted("g"), All: whoWorded},
		Part{Reads: []access.Action{access.ReadPlan}, Of: []string{"CarePlan"}, IDs: sorted("p"), All: whoPlanned},
		Part{Reads: []access.Action{access.ReadSafetyPlan}, Of: []string{"CarePlan"}, IDs: sorted("s"), All: whoWroteSafety},
		Part{Reads: []access.Action{access.ReadAssignments}, Of: []string{"CarePlan"}, IDs: sorted("t"), All: whoPractised},
	).without("status")
}

// recorded is the line of who recorded the targets.
func recorded(id string, at time.Time, r *provenance, targets ...*Reference) Line {
	r.Head, r.Recorded = Of("Provenance", id, "", Later(at, r.last)), Instant(at)
	l := Line{Resource: r, At: at, Codes: map[string][]string{}}
	for _, t := range targets {
		r.Target = append(r.Target, *t)
		l.Codes["target"] = append(l.Codes["target"], t.Reference)
	}
	for _, a := range r.Agent {
		l.Codes["agent"] = append(l.Codes["agent"], a.Who.Reference)
	}
	return l
}

// atOnce is how many answers are read together.
const atOnce = 500

func whoAnswered(ctx context.Context, c *Asker, client access.Compartment) (lines []Line, err error) {
	w := measure.Window{Most: atOnce}
	for {
		some, err := c.Measures.Within(ctx, c.Actor, client, w)
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

func whoGave(client access.Compartment, a measure.Answer) Line {
	r := &provenance{Activity: operation(true, "")}
	targets := []*Reference{Ref("QuestionnaireResponse", Within(client, a.ID)), Ref("Observation", Within(client, a.ID))}
	if a.Mode == measure.ModeElsewhere {
		r.Entity, targets = []provenanceSource{{"source", Reference{Display: a.Source}}}, targets[1:]
	} else {
		r.Agent = append(r.Agent, agent(author, Ref("Patient", client.Of())))
	}
	if a.EnteredBy != "" {
		r.Agent = append(r.Agent, agent(enterer, by(client, a.EnteredBy)))
	}
	if a.Sent != "" {
		r.Agent = append(r.Agent, agent(sender, &Reference{Display: "A program"}))
	}
	if len(r.Agent) == 0 {
		r.Agent = append(r.Agent, agent(sender, &Reference{Display: a.Source}))
	}
	return recorded(Beside(client, "a", a.ID), Changed(a), r, targets...)
}

// whoWorded is who wrote each wording of each goal, and who agreed to it.
func whoWorded(ctx context.Context, c *Asker, client access.Compartment) (lines []Line, err error) {
	set, err := c.Goals.All(ctx, c.Actor, client)
	if err != nil {
		return nil, err
	}
	for _, g := range set.All {
		for i, w := range g.Wordings {
			r := &provenance{Agent: []provenanceAgent{agent(author, by(client, w.By))}, Activity: operation(i == 0, "")}
			if w.Why != "" {
				r.Reason = []Concept{{Text: w.Why}}
			}
			for _, side := range []goal.Side{goal.ByClient, goal.ByClinician} {
				if s, ok := w.Signed(side); ok {
					r.attested(client, s.By, s.At)
				}
			}
			lines = append(lines, recorded(Beside(client, fmt.Sprintf("g-%d", w.Revision), g.ID), w.At, r, Ref("Goal", Within(client, g.ID))))
		}
	}
	return lines, nil
}

func whoPlanned(ctx context.Context, c *Asker, client access.Compartment) (lines []Line, err error) {
	all, err := c.Plans.History(ctx, c.Actor, client)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		r := &provenance{Agent: []provenanceAgent{agent(author, by(client, v.By))}, Activity: operation(v.Number == 1, "")}
		if v.Why != "" {
			r.Reason = []Concept{{Text: v.Why}}
		}
		if s, ok := v.Signed(goal.ByClient); ok {
			r.attested(client, s.By, s.At)
		}
		lines = append(lines, recorded(Beside(client, fmt.Sprintf("p-%d", v.Number), ""), v.At, r, Ref("CarePlan", Beside(client, planCategory, ""))))
	}
	return lines, nil
}

func whoWroteSafety(ctx context.Context, c *Asker, client access.Compartment) (lines []Line, err error) {
	all, err := c.SafetyPlans.Versions(ctx, c.Actor, client)
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
			r.attested(client, y.By, y.At)
		}
		lines = append(lines, recorded(Beside(client, fmt.Sprintf("s-%d", v.Number), ""), v.At, r, Ref("CarePlan", Beside(client, target, ""))))
	}
	return lines, nil
}

// whoPractised is each turn of what was suggested or agreed to practise.
func whoPractised(ctx context.Context, c *Asker, client access.Compartment) (lines []Line, err error) {
	set, err := c.Assignments.All(ctx, c.Actor, client, c.Zone)
	if err != nil {
		return nil, err
	}
	for _, a := range set.All {
		for i, d := range a.Turns {
			r := &provenance{Agent: []provenanceAgent{agent(author, by(client, d.By))}, Activity: operation(i == 0, string(d.Turn))}
			lines = append(lines, recorded(Beside(client, fmt.Sprintf("t-%d", i+1), a.ID), d.At, r, Ref("CarePlan", Within(client, a.ID))))
		}
	}
	return lines, nil
}
