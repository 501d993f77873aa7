package fhir_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
)

func TestSomebodyWhoLeftReachesNothingByAToken(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ruth := s.Join(t, s.Operator(), "Ruth Keller", "ruth@example.org", person.Manager)
		p := s.program(s.ines, "user/*.crs")
		p.gets(http.StatusOK, base+"/Observation?patient="+s.tomas.ID)
		p.gets(http.StatusOK, base+"/Questionnaire")
		s.Do(t, func(ctx context.Context) error { return s.People.Leave(ctx, fresh(ruth), s.ines.ID) })
		for _, path := range []string{
			"/Questionnaire", "/Patient", "/Practitioner", "/Observation?patient=" + s.tomas.ID, "/Patient/" + s.tomas.ID, "/Practitioner/" + s.ines.ID,
		} {
			res, got := p.asks("GET", base+path, "")
			empty := res.StatusCode == http.StatusOK && got["resourceType"] == "Bundle" && len(entries(got)) == 0
			if !empty && res.StatusCode != http.StatusUnauthorized && res.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d %v", path, res.StatusCode, got)
			}
		}
		if res, got := p.asks("POST", base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0)); res.StatusCode != http.StatusUnauthorized && res.StatusCode != http.StatusNotFound {
			t.Errorf("sending: %d %v", res.StatusCode, got)
		}
		s.Clock.Pass(time.Hour + time.Minute)
		p.gets(http.StatusUnauthorized, base+"/Questionnaire")
	})
}

func TestWhatATokenFoundOutOfOneRecordOpensNoOtherAndEndsWithItsGrant(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.program(s.tomas, "patient/*.crs").creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		made := s.program(s.priya, "patient/*.crs").creates(base+"/QuestionnaireResponse", phq9(s.priya.ID, 1, 0))
		p := s.program(s.ines, "user/*.rs")
		own, theirs := s.tomas.ID, s.priya.ID
		p.gets(http.StatusOK, base+"/Observation?patient="+own) // that it was used is kept, once an hour
		for _, path := range []string{                          // what the address seems to say, and what is asked for
			"/QuestionnaireResponse?_id=" + made["id"].(string) + ",patient=" + own,
			"/QuestionnaireResponse?subject=Patient/" + theirs + "&identifier=patient=" + own,
			"/QuestionnaireResponse/" + made["id"].(string) + "?patient=" + own,
			"/Observation?patient=" + theirs,
		} {
			if res, got := p.asks("GET", base+path, ""); res.StatusCode == http.StatusOK && (got["resourceType"] != "Bundle" || len(entries(got)) > 0) {
				t.Errorf("%s: %v", path, got)
			}
		}
		reads := []string{"/Observation?patient=" + own, "/Observation?patient=Patient/" + own, "/QuestionnaireResponse?subject=Patient/" + own}
		for _, path := range reads {
			p.gets(http.StatusOK, base+path)
		}
		s.Ungrant(t, s.ines, access.ClientRecord(own))
		for _, path := range reads {
			p.gets(http.StatusNotFound, base+path)
		}
		s.Grant(t, s.ines, access.ClientRecord(own), access.Treats)
		p.gets(http.StatusOK, base+reads[0])
		s.Ungrant(t, s.ines, access.Operations) // the role, which goes with it
		for _, path := range reads {
			p.gets(http.StatusNotFound, base+path)
		}
	})
}

func TestAProgramCannotCallThoseWhoTreatAClientWithoutEnd(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.tomas, "patient/*.crs")
		const most = 40
		for range most {
			p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 0, 1))
		}
		if res, got := p.asks("POST", base+"/QuestionnaireResponse", phq9(s.tomas.ID, 0, 1)); res.StatusCode != http.StatusTooManyRequests {
			t.Errorf("after %d answers: %d %v", most, res.StatusCode, got)
		}
		s.Clock.Pass(time.Hour)
		p.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 0, 0))
	})
}

func fresh(a access.Actor) access.Actor { a.Fresh = true; return a }

func TestAClientIsNotToldByWhichAddressSomebodySignsIn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		if got := s.program(s.tomas, "user/*.rs").gets(http.StatusOK, base+"/Practitioner/"+s.ines.ID); got["name"] == nil || got["telecom"] != nil {
			t.Errorf("a client's program reads %v", got)
		}
		if got := s.program(s.tomas, "patient/*.rs").gets(http.StatusOK, base+"/Patient/"+s.tomas.ID); got["telecom"] == nil {
			t.Errorf("their own is %v", got)
		}
		if got := s.program(s.ines, "user/*.rs").gets(http.StatusOK, base+"/Practitioner/"+s.ines.ID); got["telecom"] == nil {
			t.Errorf("they themself read %v", got)
		}
	})
}
