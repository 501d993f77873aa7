package fhir_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// says are the names of what a resource says, in order.
func says(r tree) string { return strings.Join(slices.Sorted(maps.Keys(r)), " ") }

func TestAProgramMayAskForLessOfEachResource(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		app := s.program(s.tomas, "patient/*.crs")
		made := app.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		app.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 2, 0))
		one := base + "/QuestionnaireResponse/" + made["id"].(string)
		for _, c := range []struct{ ask, want string }{
			{"_elements=authored,item", "authored id item meta resourceType status"}, // it would be none without its status
			{"_elements=nothing", "id meta resourceType status"},
			{"_summary=true", "author authored id meta questionnaire resourceType source status subject"},
			{"_summary=text", "id meta resourceType status"},
			{"_summary=data", "author authored extension id item meta questionnaire resourceType source status subject"},
			{"%5Felements=authored,item", "authored id item meta resourceType status"},
			{"_summary=false", "author authored extension id item meta questionnaire resourceType source status subject"},
		} {
			whole := strings.HasSuffix(c.ask, "false")
			got := []tree{app.gets(http.StatusOK, one+"?"+c.ask)}
			for _, r := range append(got, entries(app.gets(http.StatusOK, base+"/QuestionnaireResponse?"+c.ask))...) {
				if says(r) != c.want {
					t.Errorf("%s: got %s, want %s", c.ask, says(r), c.want)
				}
				if meta := fmt.Sprint(r["meta"]); strings.Contains(meta, "SUBSETTED") == whole || !strings.Contains(meta, "versionId:1") {
					t.Errorf("%s: meta is %s", c.ask, meta)
				}
			}
		}
		page := app.gets(http.StatusOK, base+"/Observation?_elements=value&_count=1")
		if got := says(entries(page)[0]); got != "code id meta resourceType status valueQuantity" {
			t.Errorf("a value is said as %s", got)
		}
		if second := app.gets(http.StatusOK, next(page)); says(entries(second)[0]) != says(entries(page)[0]) {
			t.Errorf("the next page says %s", says(entries(second)[0]))
		}
		for _, ask := range []string{"_summary=some", "_elements=", "_elements=a,,b", "_elements=QuestionnaireResponse.item", "_elements=item&_summary=true", "_elements=item&_elements=status", "_summary=text&_summary=data", "_summary=true;x", "x=1;y=2", "_elements=%zz"} {
			app.gets(http.StatusBadRequest, base+"/QuestionnaireResponse?"+ask)
			app.gets(http.StatusBadRequest, one+"?"+ask)
		}
		app.gets(http.StatusBadRequest, one+"?_summary=count")
		app.gets(http.StatusBadRequest, base+"/Patient/"+s.tomas.ID+"/$everything?_elements=status")
		if total := app.gets(http.StatusOK, base+"/Patient?_summary=count")["total"]; total != 1.0 {
			t.Errorf("there are %v", total)
		}
		clinic := s.program(s.ines, "user/*.rs")
		for _, k := range []string{"Questionnaire", "Patient"} {
			for _, r := range entries(clinic.gets(http.StatusOK, base+"/"+k+"?_summary=true&_count=3")) {
				if r["item"] != nil || r["resourceType"] != k || r["id"] == nil {
					t.Errorf("got %s", says(r))
				}
			}
		}
		desk := s.program(s.ines, "user/Questionnaire.rs", "user/QuestionnaireResponse.rs")
		both := entries(desk.gets(http.StatusOK, base+"/QuestionnaireResponse?patient="+s.tomas.ID+"&_elements=status&_include=QuestionnaireResponse:questionnaire"))
		if len(both) != 3 || both[2]["item"] == nil {
			t.Errorf("what comes along is not whole: %d, %s", len(both), says(both[len(both)-1]))
		}
	})
}
