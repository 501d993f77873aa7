package record

import (
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
)

// What tells a day of the daily log from a score.
const (
	DailyLog = "daily-log" // among categories and codes of ours
	Codes    = "urn:waymark:fhir:code"
)

// Systems of codes.
const (
	ucum       = "http://unitsofmeasure.org"
	Categories = "http://terminology.hl7.org/CodeSystem/observation-category"
	absences   = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
)

// An Observation is what an answer adds up to, or a day of the daily log.
type Observation struct {
	Head

	Status           string       `json:"status"`
	Category         []Concept    `json:"category"`
	Code             Concept      `json:"code"`
	Subject          *Reference   `json:"subject"`
	Effective        string       `json:"effectiveDateTime"`
	Issued           string       `json:"issued"`
	ValueQuantity    *Quantity    `json:"valueQuantity,omitempty"`
	DataAbsentReason *Concept     `json:"dataAbsentReason,omitempty"`
	Interpretation   []Concept    `json:"interpretation,omitempty"`
	DerivedFrom      []Reference  `json:"derivedFrom,omitempty"`
	Performer        []Reference  `json:"performer,omitempty"`
	Note             []Annotation `json:"note,omitempty"`
	Component        []Component  `json:"component,omitempty"`

	of func() *Answer // that it is derived from
}

// A Component is a part of an observation.
type Component struct {
	Code             Concept   `json:"code"`
	ValueQuantity    *Quantity `json:"valueQuantity,omitempty"`
	ValueString      string    `json:"valueString,omitempty"`
	DataAbsentReason *Concept  `json:"dataAbsentReason,omitempty"`
}

func score(v *float64) (*Quantity, *Concept) {
	if v == nil {
		return nil, &Concept{Coding: []Coding{{System: absences, Code: "unknown"}}, Text: "too little was answered"}
	}
	return &Quantity{Value: *v, Unit: "{score}", System: ucum, Code: "{score}"}, nil
}

// Answer is the answer that one is made of that is derived from one.
func (o *Observation) Answer() *Answer { return o.of() }

// ScoreOf is what an answer adds up to, in FHIR's words. A code is given only where it was
// verified.
func ScoreOf(words *Words, client access.Compartment, in *instrument.Instrument, a *measure.Answer) *Observation {
	o := &Observation{
		Head: Of("Observation", Within(client, a.ID), "1", Changed(*a)), Status: "final",
		Category: []Concept{{Coding: []Coding{{System: Categories, Code: "survey", Display: "Survey"}}}},
		Code:     Concept{Text: in.Name + ", total score"},
		Subject:  Ref("Patient", client.Of()), Effective: Instant(a.GivenAt), Issued: Instant(Changed(*a)),
		DerivedFrom: []Reference{*Ref("QuestionnaireResponse", Within(client, a.ID))},
		of:          func() *Answer { return AnswerOf(words, client, in, a) },
	}
	if in.TotalLOINC != "" {
		o.Code.Coding = []Coding{{System: LOINC, Code: in.TotalLOINC}}
	}
	if in.Scoring.NoTotal {
		o.Code = Concept{Text: in.Name + ", its parts"}
	} else {
		o.ValueQuantity, o.DataAbsentReason = score(a.Result.Total)
	}
	if b := a.Result.Band; b != nil {
		o.Interpretation = []Concept{{Text: b.Words}}
	}
	if a.Mode == measure.ModeElsewhere && len(a.Items) == 0 {
		o.DerivedFrom = nil
		o.Note = []Annotation{{Text: "As it was kept elsewhere (" + a.Source + "): the total alone, without answers."}}
	}
	if a.Result.Prorated && a.Result.Total != nil {
		o.Note = append(o.Note, Annotation{Text: fmt.Sprintf("Estimated from %d of %d answers: the others were left out.", len(in.Items)-a.Result.Missing, len(in.Items))})
	}
	for _, part := range a.Result.Subscales {
		c := Component{Code: Concept{Text: part.Name}}
		c.ValueQuantity, c.DataAbsentReason = score(part.Total)
		o.Component = append(o.Component, c)
	}
	return o
}

// DayOf is a day of the log in FHIR's words. How mood was is its value; whatever else
// was noted is a part of it.
func DayOf(client access.Compartment, log mood.Log, e mood.Entry) *Observation {
	o := &Observation{
		Head: Of("Observation", Beside(client, "log-"+e.Day.String(), ""), Revision(e.Revision), e.KeptAt), Status: "final",
		Category: OwnCategory(DailyLog, "Daily log"), Code: Concept{Coding: []Coding{{System: Codes, Code: DailyLog}}, Text: "Daily log"},
		Subject: Ref("Patient", client.Of()), Effective: e.Day.String(), Issued: Instant(e.KeptAt), Performer: []Reference{*Ref("Patient", client.Of())},
	}
	for _, item := range log.Items {
		v, noted := e.Value(item.ID)
		switch {
		case !noted:
		case item.ID == mood.Mood:
			o.Code.Text = "Daily log, mood" + ends(item)
			o.ValueQuantity = &Quantity{Value: float64(v), Unit: fmt.Sprintf("of %d", mood.Top)}
		case item.ID == mood.Hours:
			o.Component = append(o.Component, Component{Code: Concept{Text: item.Name}, ValueQuantity: &Quantity{Value: float64(v), Unit: "h", System: ucum, Code: "h"}})
		default:
			o.Component = append(o.Component, Component{Code: Concept{Text: item.Name + ends(item)}, ValueQuantity: &Quantity{Value: float64(v), Unit: fmt.Sprintf("of %d", mood.Top)}})
		}
	}
	for _, id := range e.There {
		if item, ok := log.Item(id); ok {
			o.Component = append(o.Component, Component{Code: Concept{Text: "It was there"}, ValueString: item.Name})
		}
	}
	if e.Line != "" {
		o.Note = []Annotation{{Text: e.Line}}
	}
	return o
}

// ends says what the ends of a scale mean.
func ends(item mood.Item) string {
	if item.Low == "" || item.High == "" {
		return ""
	}
	return fmt.Sprintf(" (0 %s, %d %s)", item.Low, mood.Top, item.High)
}
