package fhir_test

import (
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/safetyplan"
)

// more is what the kinds come from beside what each site has anyway.
type more struct {
	assignments *assignment.Assignments
	calendars   *calendar.Calendars
	hours       *hour.Hours
	informants  *informant.Informants
	intakes     *intake.Intakes
	logs        *mood.Logs
	notes       *note.Notes
	outcomes    *outcome.Outcomes
	plans       *plan.Plans
	safetyPlans *safetyplan.Plans
}

func (s *site) furnish(shelf *instrument.Shelf) {
	s.more = more{
		assignment.New(s.Door), calendar.New(s.Door, origin), hour.New(s.Door), informant.New(s.Door, shelf, origin), intake.New(s.Door),
		mood.New(s.Door), note.New(s.Door), outcome.New(s.Door, s.measures), plan.New(s.Door), safetyplan.New(s.Door),
	}
}
