package fhir_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// all is everything about the client, as who may see it, by kind and id.
func (s *site) all(who access.Actor, client string) (found []string, err error) {
	s.t.Helper()
	ctx, settle := s.Visit(s.t)
	defer settle()
	err = s.api.Everything(ctx, who, client, func(resource []byte) error {
		var r tree
		if err := json.Unmarshal(resource, &r); err != nil {
			return err
		}
		found = append(found, fmt.Sprint(r["resourceType"], "/", r["id"]))
		return nil
	})
	return found, err
}

// collected is the same as one Bundle.
func (s *site) collected(who access.Actor, client string) (found []string) {
	s.t.Helper()
	var text bytes.Buffer
	s.Do(s.t, func(ctx context.Context) error { return s.api.Collect(ctx, who, client, s.Clock.Now(), &text) })
	var b tree
	if err := json.Unmarshal(text.Bytes(), &b); err != nil || b["resourceType"] != "Bundle" || b["type"] != "collection" || b["timestamp"] != s.Clock.Now().UTC().Format(time.RFC3339) {
		s.t.Fatalf("%v %.200s", err, &text)
	}
	for _, e := range b["entry"].([]any) {
		r := e.(tree)["resource"].(tree)
		name := fmt.Sprint(r["resourceType"], "/", r["id"])
		if at := e.(tree)["fullUrl"]; at != origin+base+"/"+name {
			s.t.Errorf("%s is at %s", name, at)
		}
		found = append(found, name)
	}
	return found
}

func kindsOf(found []string) map[string]int {
	n := map[string]int{}
	for _, f := range found {
		for i := range f {
			if f[i] == '/' {
				n[f[:i]]++
				break
			}
		}
	}
	return n
}

func TestEverythingAboutSomebodyIsThereForWhoeverMaySeeIt(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		app := s.program(s.tomas, "patient/*.crs")
		for i := range 3 {
			app.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, i, 0))
		}
		s.Do(t, func(ctx context.Context) error {
			_, err := s.goals.Propose(ctx, s.tomas, access.ClientRecord(s.tomas.ID), goal.Form{ID: webtest.NewID(t), Worded: goal.Worded{Words: "Go to the choir again", Know: "I went twice"}})
			return err
		})
		for _, who := range []access.Actor{s.tomas, s.ines} {
			found, err := s.all(who, s.tomas.ID)
			n := kindsOf(found)
			if err != nil || found[0] != "Patient/"+s.tomas.ID || n["QuestionnaireResponse"] != 3 || n["Observation"] != 3 || n["Goal"] != 1 || n["Questionnaire"] != 1 {
				t.Errorf("%v: got %v, %v", who.ID, n, err)
			}
			in := kindsOf(s.collected(who, s.tomas.ID))
			delete(in, "AuditEvent") // which are more each time
			for kind := range n {
				if kind != "AuditEvent" && in[kind] != n[kind] || len(in) < 5 {
					t.Errorf("%v: the Bundle has %v, want %v", who.ID, in, n)
				}
			}
			if own := who.ID == s.tomas.ID; own != (n["AuditEvent"] > 0) {
				t.Errorf("%d openings are there, own: %v", n["AuditEvent"], own)
			}
		}
		for _, who := range []access.Actor{s.odile, s.priya} {
			ctx, settle := s.Visit(t)
			if err := s.api.Collect(ctx, who, s.tomas.ID, s.Clock.Now(), io.Discard); !fault.Is(err, fault.NotFound) {
				t.Errorf("somebody else collects: %v", err)
			}
			settle()
			if found, err := s.all(who, s.tomas.ID); !fault.Is(err, fault.NotFound) || len(found) > 0 {
				t.Errorf("somebody else finds %v, %v", found, err)
			}
		}
	})
}

func TestEverythingIsFollowedPageByPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		app := s.program(s.tomas, "patient/*.crs")
		for i := range 3 {
			app.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, i, 0))
		}
		var paged []string
		where := base + "/Patient/" + s.tomas.ID + "/$everything?_count=2"
		for n := 0; where != ""; n++ {
			b := app.gets(http.StatusOK, where)
			for _, r := range entries(b) {
				paged = append(paged, fmt.Sprint(r["resourceType"], "/", r["id"]))
			}
			if where = next(b); n > 100 {
				t.Fatal("there is always a next page")
			}
		}
		n := kindsOf(paged)
		if len(slices.Compact(slices.Sorted(slices.Values(paged)))) != len(paged) || n["QuestionnaireResponse"] != 3 || n["Observation"] != 3 || n["Patient"] != 1 || n["Questionnaire"] != 1 || n["AuditEvent"] < 3 {
			t.Errorf("the pages hold %v: %v", n, paged)
		}
		few := kindsOf(idsIn(app.gets(http.StatusOK, base+"/Patient/"+s.tomas.ID+"/$everything?_type=Observation,Patient")))
		if len(few) != 2 || few["Observation"] != 3 {
			t.Errorf("of two kinds there is %v", few)
		}
		scores := s.program(s.ines, "user/Patient.rs", "user/Observation.rs")
		if some := kindsOf(idsIn(scores.gets(http.StatusOK, base+"/Patient/"+s.tomas.ID+"/$everything"))); len(some) != 2 || some["Observation"] != 3 {
			t.Errorf("with a scope for scores alone there is %v", some)
		}
		app.gets(http.StatusBadRequest, base+"/Patient/"+s.tomas.ID+"/$everything?_type=Everything")
		app.gets(http.StatusBadRequest, base+"/Patient/"+s.tomas.ID+"/$everything?start=2026")
		s.program(s.odile, "user/*.rs").gets(http.StatusNotFound, base+"/Patient/"+s.tomas.ID+"/$everything")
		s.program(s.ines, "user/Observation.rs").gets(http.StatusForbidden, base+"/Patient/"+s.tomas.ID+"/$everything")
	})
}

// idsIn are the kinds and ids of a bundle.
func idsIn(b tree) (all []string) {
	for _, r := range entries(b) {
		all = append(all, fmt.Sprint(r["resourceType"], "/", r["id"]))
	}
	return all
}
