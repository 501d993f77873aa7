package fhir

import "github.com/waymark-care/waymark/internal/fhir/record"

// What FHIR's resources have in common, as far as we say it.
type (
	coding       = record.Coding
	concept      = record.Concept
	contactPoint = record.ContactPoint
	head         = record.Head
	humanName    = record.HumanName

	found = record.Resource // what is sent
)

const loinc = record.LOINC
