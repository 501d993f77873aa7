package fhir

import (
	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

const (
	ucum       = "http://unitsofmeasure.org"
	categories = "http://terminology.hl7.org/CodeSystem/observation-category"
	absences   = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
)

type observation struct {
	head
	Status           string       `json:"status"`
	Category         []concept    `json:"category"`
	Code             concept      `json:"code"`
	Subject          *reference   `json:"subject"`
	Effective        string       `json:"effectiveDateTime"`
	Issued           string       `json:"issued"`
	ValueQuantity    *quantity    `json:"valueQuantity,omitempty"`
	DataAbsentReason *concept     `json:"dataAbsentReason,omitempty"`
	Interpretation   []concept    `json:"interpretation,omitempty"`
	DerivedFrom      []reference  `json:"derivedFrom,omitempty"`
	Performer        []reference  `json:"performer,omitempty"`
	Note             []annotation `json:"note,omitempty"`
	Component        []component  `json:"component,omitempty"`

	from func() found // the answer that it is made of
}

type component struct {
	Code             concept   `json:"code"`
	ValueQuantity    *quantity `json:"valueQuantity,omitempty"`
	ValueString      string    `json:"valueString,omitempty"`
	DataAbsentReason *concept  `json:"dataAbsentReason,omitempty"`
}

func score(v *float64) (*quantity, *concept) {
	if v == nil {
		return nil, &concept{Coding: []coding{{System: absences, Code: "unknown"}}, Text: "too little was answered"}
	}
	return &quantity{Value: *v, Unit: "{score}", System: ucum, Code: "{score}"}, nil
}

// observationOf is what an answer adds up to, in FHIR's words. A code is given only
// where it was verified.
func observationOf(c *call, client access.Compartment, in *instrument.Instrument, a *measure.Answer) found {
	o := &observation{
		head: record.Of("Observation", record.Within(client, a.ID), "1", record.Changed(*a)), Status: "final",
		Category: []concept{{Coding: []coding{{System: categories, Code: "survey", Display: "Survey"}}}},
		Code:     concept{Text: in.Name + ", total score"},
		Subject:  record.Ref("Patient", client.Of()), Effective: record.Instant(a.GivenAt), Issued: record.Instant(record.Changed(*a)),
		DerivedFrom: []reference{*record.Ref("QuestionnaireResponse", record.Within(client, a.ID))},
		from:        func() found { return c.responseOf(client, in, a) },
	}
	if in.TotalLOINC != "" {
		o.Code.Coding = []coding{{System: loinc, Code: in.TotalLOINC}}
	}
	if in.Scoring.NoTotal {
		o.Code = concept{Text: in.Name + ", its parts"}
	} else {
		o.ValueQuantity, o.DataAbsentReason = score(a.Result.Total)
	}
	if b := a.Result.Band; b != nil {
		o.Interpretation = []concept{{Text: b.Words}}
	}
	if a.Mode == measure.ModeElsewhere && len(a.Items) == 0 {
		o.DerivedFrom, o.from = nil, nil
		o.Note = []annotation{{Text: "As it was kept elsewhere (" + a.Source + "): the total alone, without answers."}}
	}
	for _, part := range a.Result.Subscales {
		c := component{Code: concept{Text: part.Name}}
		c.ValueQuantity, c.DataAbsentReason = score(part.Total)
		o.Component = append(o.Component, c)
	}
	return o
}

func observations() kind {
	return kind{
		name: "Observation", about: "What an answered questionnaire adds up to, by its published rule, with the band that its author gave it and the scores of its parts; " +
			"and the days of the daily log, as far as the client shows it.",
		reads: []access.Action{access.ReadMeasures, access.ReadLog, access.ReadSharedLog},
		params: []param{
			{"patient", reference_, "whose; a client need not say it"},
			{"subject", reference_, "the same as patient"},
			{"date", date, "when it was answered, or which day"},
			{"code", token_, "the LOINC code of a total, as http://loinc.org|44261-6 or 44261-6; or daily-log"},
			{"category", token_, "survey, what an answer adds up to; daily-log, a day of the daily log"},
			{"status", token_, "final, which all are"},
		},
		read:   readObservation,
		search: searchObservations,
	}
}

// byCode is the questionnaire whose total has the code.
func byCode(lib *instrument.Library, code string) (*instrument.Instrument, bool) {
	for _, in := range lib.Newest() {
		if in.TotalLOINC != "" && (code == in.TotalLOINC || code == loinc+"|"+in.TotalLOINC) {
			return in, true
		}
	}
	return nil, false
}
