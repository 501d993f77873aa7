package fhir

import (
	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

func sayScore(c *call, client access.Compartment, in *instrument.Instrument, a *measure.Answer) found {
	return record.ScoreOf(&c.api.words, client, in, a)
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
