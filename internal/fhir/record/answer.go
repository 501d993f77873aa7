package record

import (
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/tree"
)

// Our own extensions of an answered questionnaire.
const (
	NoteURL   = "urn:waymark:fhir:note"   // the client's own words beside the answers
	ModeURL   = "urn:waymark:fhir:mode"   // how it was answered: self, paper, interview, elsewhere
	sourceURL = "urn:waymark:fhir:source" // what another product is called that kept it
	UrgentURL = "urn:waymark:fhir:urgent" // what to show whoever answered, at once
)

// An Answer is an answered questionnaire as it is sent. Programs ask for it by the
// hundred, and so it writes itself, and the words of the questionnaire are at hand.
type Answer struct {
	In     *instrument.Instrument // that it answers
	Urgent string                 // what to show whoever answered, at once; may be empty

	id     string
	client access.Compartment
	words  *wording
	a      *measure.Answer
}

// AnswerOf is a, by the client, in FHIR's words; in is the questionnaire that it answers.
func AnswerOf(words *Words, client access.Compartment, in *instrument.Instrument, a *measure.Answer) *Answer {
	return &Answer{In: in, id: Within(client, a.ID), client: client, words: words.of(in), a: a}
}

// Named is of which kind it is.
func (r *Answer) Named() string { return "QuestionnaireResponse" }

// Ident is its id.
func (r *Answer) Ident() string { return r.id }

// Version is always the first: it is never changed.
func (r *Answer) Version() string { return "1" }

// Changed is when it came.
func (r *Answer) Changed() string { return Instant(Changed(*r.a)) }

// MarshalJSON writes it where it stands within what encoding/json writes.
func (r *Answer) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// AppendJSON writes it behind to.
func (r *Answer) AppendJSON(to []byte) []byte {
	a := r.a
	to = tree.AppendText(append(to, `{"resourceType":"QuestionnaireResponse","id":`...), r.id)
	to = AppendInstant(append(to, `,"meta":{"versionId":"1","lastUpdated":`...), Changed(*a))
	to = tree.AppendMember(append(to, `},"extension":[{"url":"`+ModeURL+`"`...), `,"valueCode":`, a.Mode)
	to = tree.AppendMember(to, `},{"url":"`+sourceURL+`","valueString":`, a.Source)
	to = tree.AppendMember(to, `},{"url":"`+NoteURL+`","valueString":`, a.Note)
	to = tree.AppendMember(to, `},{"url":"`+UrgentURL+`","valueString":`, r.Urgent)
	to = append(to, `}]`...)
	if a.Sent != "" {
		system, value, _ := strings.Cut(a.Sent, "|")
		to = tree.AppendText(append(to, `,"identifier":{"system":`...), system)
		to = tree.AppendText(append(to, `,"value":`...), value)
		to = append(to, '}')
	}
	to = append(append(to, `,"questionnaire":`...), r.words.canonical...)
	to = tree.AppendText(append(to, `,"status":"completed","subject":{"reference":`...), "Patient/", r.client.Of())
	to = AppendInstant(append(to, `},"authored":`...), a.GivenAt)
	to = append(to, `,"author":{"reference":`...)
	if a.EnteredBy != "" {
		to = tree.AppendText(to, "Practitioner/", a.EnteredBy)
	} else {
		to = tree.AppendText(to, "Patient/", r.client.Of())
	}
	to = tree.AppendText(append(to, `},"source":{"reference":`...), "Patient/", r.client.Of())
	to = append(to, '}')
	if a.Mode == measure.ModeElsewhere && len(a.Items) == 0 {
		return append(to, '}') // its total is all that is known
	}
	to = append(to, `,"item":[`...)
	for i, it := range r.words.items {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(to, it.begins...)
		if v := a.Items[r.In.Items[i].ID]; v != nil {
			to = it.answered(to, *v)
		}
		to = append(to, '}')
	}
	return append(to, `]}`...)
}
