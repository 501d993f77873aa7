package fhir

import (
	"encoding/hex"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/web"
)

type relatedPerson struct {
	head
	Active       bool           `json:"active"`
	Patient      *reference     `json:"patient"`
	Relationship []concept      `json:"relationship,omitempty"`
	Name         []humanName    `json:"name,omitempty"`
	Telecom      []contactPoint `json:"telecom,omitempty"`
}

// helps is what the id of somebody in a safety plan begins with.
const helps = "helps"

func relatedPersons() kind {
	return ofParts("RelatedPerson", "Who is close to a client, as far as the record says: whoever was asked to fill in a form, in the words in which they were named, and whom the safety plan "+
		"names to be asked for help. They have no account.",
		"", "", []param{
			{"active", token_, "true or false"},
		},
		part{reads: []access.Action{access.ReadMeasures}, all: whoWasAsked, ids: isShort},
		part{reads: []access.Action{access.ReadSafetyPlan}, all: whoHelps, ids: func(own string) bool { return begins(own, helps) }}).without("status")
}

func related(r *relatedPerson) line {
	active := "false"
	if r.Active {
		active = "true"
	}
	return line{found: r, codes: map[string][]string{"active": {active}}}
}

// whoWasAsked are those who were asked to fill in a form: once for each way in which
// they were named.
func whoWasAsked(c *call, client access.Compartment) ([]line, error) {
	all, err := c.api.Informants.Of(c.r.Context(), c.actor, client)
	if err != nil {
		return nil, err
	}
	now := web.NowOf(c.r)
	known := map[string]*relatedPerson{}
	var lines []line
	for i := len(all) - 1; i >= 0; i-- { // the oldest first, whose id stays
		f := all[i]
		who := strings.ToLower(strings.TrimSpace(f.Who))
		r := known[who]
		if r == nil {
			r = &relatedPerson{head: of("RelatedPerson", within(client, f.ID), "", f.MadeAt), Patient: ref("Patient", client.Of()), Relationship: []concept{{Text: f.Who}}}
			known[who] = r
			lines = append(lines, line{found: r})
		}
		r.Active = r.Active || f.State == informant.Given || !f.Over(now)
		r.Meta.LastUpdated = instant(f.MadeAt)
	}
	for i, l := range lines {
		lines[i] = related(l.found.(*relatedPerson))
	}
	return lines, nil
}

// whoHelps are the people whom the safety plan names to be asked for help.
func whoHelps(c *call, client access.Compartment) ([]line, error) {
	p, err := c.api.SafetyPlans.Plan(c.r.Context(), c.actor, client)
	if err != nil {
		return nil, err
	}
	held, _ := p.Held()
	var lines []line
	for _, somebody := range held.People[safetyplan.Ask] {
		r := &relatedPerson{
			head: of("RelatedPerson", c.nameless(client, somebody.Name), "", held.At), Active: true, Patient: ref("Patient", client.Of()),
			Name: []humanName{{somebody.Name}},
		}
		if somebody.Words != "" {
			r.Relationship = []concept{{Text: somebody.Words}}
		}
		if somebody.Phone != "" {
			r.Telecom = []contactPoint{{"phone", somebody.Phone}}
		}
		lines = append(lines, related(r))
	}
	return lines, nil
}

// nameless is the id of somebody who has none: the same for the same name in the same
// record, and it tells nobody the name.
func (c *call) nameless(client access.Compartment, name string) string {
	mark := c.api.Pages.door.Lookup(c.actor.Practice, "fhir person of "+string(client)+"\x00"+name)
	return beside(client, helps+"-"+hex.EncodeToString(mark[:8]), "")
}
