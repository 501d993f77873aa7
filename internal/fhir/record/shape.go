package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/waymark-care/waymark/internal/tree"
)

// A Shape is how much of a resource is asked for (hl7.org/fhir/R4/search.html#summary,
// #elements). The zero Shape is all of it.
type Shape struct {
	Summary  string // true: what its outline names; text: as little as there can be; data: all but text
	Elements string // these, with spaces between
}

// Whole says whether it is all.
func (s Shape) Whole() bool { return s == Shape{} }

// Of an outline are the elements without which a resource of its kind would be none, or
// would mean something else, and those that FHIR has in a summary.
type outline struct{ must, summary string }

// outlines are those of FHIR R4, of the elements themselves (StructureDefinition: min,
// isModifier and isSummary); [x] stands for any type.
var outlines = map[string]outline{
	"Appointment":           {"status participant", "identifier cancelationReason serviceCategory serviceType specialty appointmentType reasonCode start end"},
	"AuditEvent":            {"type recorded agent source", "subtype action outcome outcomeDesc purposeOfEvent"},
	"CarePlan":              {"status intent subject", "identifier instantiatesCanonical instantiatesUri basedOn replaces partOf category title description encounter period created author addresses"},
	"Consent":               {"status scope category", "identifier patient dateTime performer organization source[x] policyRule verification provision"},
	"DocumentReference":     {"status content", "masterIdentifier identifier docStatus type category subject date author relatesTo description securityLabel context"},
	"Encounter":             {"status class", "identifier type serviceType subject episodeOfCare participant appointment reasonCode reasonReference diagnosis"},
	"Goal":                  {"lifecycleStatus description subject", "achievementStatus category priority start[x] statusDate expressedBy"},
	"Observation":           {"status code", "identifier basedOn partOf subject focus encounter effective[x] issued performer value[x] hasMember derivedFrom component"},
	"Patient":               {"active deceased[x] link", "identifier name telecom gender birthDate address managingOrganization"},
	"Practitioner":          {"", "identifier active name telecom address gender birthDate"},
	"Provenance":            {"target recorded agent", ""},
	"Questionnaire":         {"status", "url identifier version name title experimental subjectType date publisher contact useContext jurisdiction effectivePeriod code"},
	"QuestionnaireResponse": {"status", "identifier basedOn partOf questionnaire subject encounter authored author source"},
	"RelatedPerson":         {"active patient", "identifier relationship name telecom gender birthDate address"},
	"Schedule":              {"active actor", "identifier serviceCategory serviceType specialty planningHorizon"},
	"Slot":                  {"schedule status start end", "identifier serviceCategory serviceType specialty appointmentType"},
	"Task":                  {"status intent", "instantiatesCanonical instantiatesUri basedOn groupIdentifier partOf statusReason businessStatus code description focus for encounter executionPeriod lastModified requester owner location"},
}

// keeps says whether an element of a resource of the kind is asked for.
func (s Shape) keeps(kind, element string) bool {
	of := outlines[kind]
	switch {
	case element == "resourceType", element == "id", element == "meta", names(of.must, element):
		return true
	case s.Summary == "true":
		return names(of.summary, element)
	case s.Summary == "text":
		return element == "text"
	case s.Summary == "data":
		return element != "text"
	}
	return names(s.Elements, element)
}

// names says whether the list names the element, as itself or as a choice of types.
func names(list, element string) bool {
	for word := range strings.FieldsSeq(list) {
		base, choice := strings.CutSuffix(word, "[x]")
		rest, begins := strings.CutPrefix(element, base)
		if word == element || choice && begins && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return true
		}
	}
	return false
}

// Append writes what is asked for of a resource of the kind behind to, marked as not being
// all of it.
func (s Shape) Append(to []byte, kind string, resource []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(resource))
	if _, err := dec.Token(); err != nil {
		return to, fmt.Errorf("shape %s: %w", kind, err)
	}
	meta := json.RawMessage(`{}`)
	open := byte('{')
	for dec.More() {
		name, err := dec.Token()
		var value json.RawMessage
		if err == nil {
			err = dec.Decode(&value)
		}
		if err != nil {
			return to, fmt.Errorf("shape %s: %w", kind, err)
		}
		switch {
		case name == "meta":
			meta = value
		case s.keeps(kind, name.(string)):
			to = append(tree.AppendText(append(to, open), name.(string)), ':')
			to, open = append(to, value...), ','
		}
	}
	meta, err := subsetted(meta)
	return append(append(append(append(to, open), `"meta":`...), meta...), '}'), err
}

// subsetted is meta with the mark of what is not all of a resource.
func subsetted(meta json.RawMessage) (json.RawMessage, error) {
	var all map[string]json.RawMessage
	var tags []json.RawMessage
	if err := json.Unmarshal(meta, &all); err != nil {
		return nil, fmt.Errorf("read meta: %w", err)
	}
	if all["tag"] != nil {
		if err := json.Unmarshal(all["tag"], &tags); err != nil {
			return nil, fmt.Errorf("read tags: %w", err)
		}
	}
	tags = append(tags, json.RawMessage(`{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED","display":"subsetted"}`))
	var err error
	if all["tag"], err = json.Marshal(tags); err != nil {
		return nil, fmt.Errorf("write tags: %w", err)
	}
	return json.Marshal(all)
}
