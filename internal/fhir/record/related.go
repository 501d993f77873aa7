package record

import (
	"context"
	"encoding/hex"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/safetyplan"
)

type relatedPerson struct {
	Head
	Active       bool           `json:"active"`
	Patient      *Reference     `json:"patient"`
	Relationship []Concept      `json:"relationship,omitempty"`
	Name         []HumanName    `json:"name,omitempty"`
	Telecom      []ContactPoint `json:"telecom,omitempty"`
}

// helps is what the id of somebody in a safety plan begins with.
const helps = "helps"

func relatedPersons() Kind {
	return several("RelatedPerson", "Who is close to a client, as far as the record says: whoever was asked to fill in a form, in the words in which they were named, and whom the safety plan "+
		"names to be asked for help. They have no account.",
		"", "", []Param{
			{"active", Token, "true or false"},
		},
		Part{Reads: []access.Action{access.ReadMeasures}, All: whoWasAsked, IDs: isShort},
		Part{Reads: []access.Action{access.ReadSafetyPlan}, All: whoHelps, IDs: func(own string) bool { return begins(own, helps) }}).without("status")
}

func related(r *relatedPerson) Line {
	active := "false"
	if r.Active {
		active = "true"
	}
	return Line{Resource: r, Codes: map[string][]string{"active": {active}}}
}

// whoWasAsked are those who were asked to fill in a form: once for each way in which
// they were named.
func whoWasAsked(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	all, err := c.Informants.Of(ctx, c.Actor, client)
	if err != nil {
		return nil, err
	}
	now := c.Now
	known := map[string]*relatedPerson{}
	var lines []Line
	for i := len(all) - 1; i >= 0; i-- { // the oldest first, whose id stays
		f := all[i]
		who := strings.ToLower(strings.TrimSpace(f.Who))
		r := known[who]
		if r == nil {
			r = &relatedPerson{Head: Of("RelatedPerson", Within(client, f.ID), "", f.MadeAt), Patient: Ref("Patient", client.Of()), Relationship: []Concept{{Text: f.Who}}}
			known[who] = r
			lines = append(lines, Line{Resource: r})
		}
		r.Active = r.Active || f.State == informant.Given || !f.Over(now)
		r.Meta.LastUpdated = Instant(f.MadeAt)
	}
	for i, l := range lines {
		lines[i] = related(l.Resource.(*relatedPerson))
	}
	return lines, nil
}

// whoHelps are the people whom the safety plan names to be asked for help.
func whoHelps(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	p, err := c.SafetyPlans.Plan(ctx, c.Actor, client)
	if err != nil {
		return nil, err
	}
	held, _ := p.Held()
	var lines []Line
	for _, somebody := range held.People[safetyplan.Ask] {
		r := &relatedPerson{
			Head: Of("RelatedPerson", c.nameless(client, somebody.Name), "", held.At), Active: true, Patient: Ref("Patient", client.Of()),
			Name: []HumanName{{somebody.Name}},
		}
		if somebody.Words != "" {
			r.Relationship = []Concept{{Text: somebody.Words}}
		}
		if somebody.Phone != "" {
			r.Telecom = []ContactPoint{{"phone", somebody.Phone}}
		}
		lines = append(lines, related(r))
	}
	return lines, nil
}

// nameless is the id of somebody who has none: the same for the same name in the same
// record, and it tells nobody the name.
func (c *Asker) nameless(client access.Compartment, name string) string {
	mark := c.Mark("fhir person of " + string(client) + "\x00" + name)
	return Beside(client, helps+"-"+hex.EncodeToString(mark[:8]), "")
}
