package fhir_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const called = `"identifier":{"system":"https://forms.example","value":"17"},`

func named(body string) string { return strings.Replace(body, `"status":`, called+`"status":`, 1) }

func TestWhatIsSentTwiceUnderOneNameIsOneAnswerAndOneFlag(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.Do(t, func(ctx context.Context) error {
			_, err := s.measures.Ask(ctx, s.ines, access.ClientRecord(s.tomas.ID), measure.AskForm{ID: webtest.NewID(t), Instrument: "phq-9", Rhythm: measure.Weekly}, time.UTC)
			return err
		})
		body := named(phq9(s.tomas.ID, 1, 2))
		for _, p := range []*program{s.program(s.tomas, "patient/*.crs"), s.program(s.ines, "user/*.crs")} {
			made := p.asksFor(map[bool]int{true: 201, false: 200}[p.first()], "POST", base+"/QuestionnaireResponse", body)
			again := p.asksFor(200, "POST", base+"/QuestionnaireResponse", body)
			if made["id"] == nil || made["id"] != again["id"] || made["identifier"].(tree)["value"] != "17" {
				t.Errorf("got %v, then %v", made, again)
			}
			other := strings.Replace(body, "LA6569-3", "LA6568-5", 1)
			p.asksFor(http.StatusConflict, "POST", base+"/QuestionnaireResponse", other)
			if once := p.asksFor(200, "POST", base+"/QuestionnaireResponse", other, "If-None-Exist", "identifier=https://forms.example|17"); once["id"] != made["id"] {
				t.Errorf("if none exists: %v", once)
			}
			for _, wrong := range []string{"identifier=https://forms.example|18", "identifier=17", "status=completed", "patient=" + s.tomas.ID, "%"} {
				if res, _ := p.asks("POST", base+"/QuestionnaireResponse", body, "If-None-Exist", wrong); res.StatusCode != 412 && res.StatusCode != 400 {
					t.Errorf("If-None-Exist %s: %d", wrong, res.StatusCode)
				}
			}
			for path, n := range map[string]int{"%7C17": 1, "%7C18": 0, "%7C17&authored=lt2026": 0} {
				if all := entries(p.gets(200, base+"/QuestionnaireResponse?patient="+s.tomas.ID+"&identifier=https://forms.example"+path)); len(all) != n {
					t.Errorf("%s finds %v", path, all)
				}
			}
		}
		s.program(s.odile, "user/*.rs").gets(http.StatusNotFound, base+"/QuestionnaireResponse?patient="+s.tomas.ID+"&identifier=https://forms.example%7C17")
		s.program(s.priya, "patient/*.crs").creates(base+"/QuestionnaireResponse", named(phq9(s.priya.ID, 1, 0))) // of hers it is another
		if answers, flags := s.Count(t, `SELECT count(*) FROM occasion WHERE state = 'given'`), s.Count(t, `SELECT count(*) FROM flag`); answers != 2 || flags != 1 {
			t.Errorf("%d answers and %d flags were kept", answers, flags)
		}
		s.NotOnDisk(t, "forms.example")
	})
}

func TestWhatComesTwiceAtTheSameMomentIsOneAnswer(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.program(s.tomas, "patient/*.crs")
		p.gets(http.StatusOK, base+"/Questionnaire")
		body := named(phq9(s.tomas.ID, 1, 1))
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if res, got := p.asks("POST", base+"/QuestionnaireResponse", body); res.StatusCode != 200 && res.StatusCode != 201 {
					t.Errorf("got %d %v", res.StatusCode, got)
				}
			})
		}
		all.Wait()
		if answers, flags := s.Count(t, `SELECT count(*) FROM occasion WHERE state = 'given'`), s.Count(t, `SELECT count(*) FROM flag`); answers != 1 || flags != 1 {
			t.Errorf("%d answers and %d flags were kept", answers, flags)
		}
	})
}

// first says whether nothing was answered yet.
func (p *program) first() bool {
	return p.s.Count(p.s.t, `SELECT count(*) FROM occasion WHERE state = 'given'`) == 0
}

func TestAProgramThatMayOnlySendReadsNothingBySendingAgain(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		made := s.program(s.tomas, "patient/*.crs").creates(base+"/QuestionnaireResponse", named(phq9(s.tomas.ID, 2, 0)))
		sends := s.program(s.tomas, "patient/QuestionnaireResponse.c")
		guess := named(phq9(s.tomas.ID, 0, 0))
		for _, once := range []string{"identifier=https://forms.example|17", "patient=" + s.tomas.ID + "&identifier=https://forms.example|17"} {
			res, got := sends.asks("POST", base+"/QuestionnaireResponse", guess, "If-None-Exist", once)
			if res.StatusCode != http.StatusOK || res.Header.Get("Location") != origin+base+"/QuestionnaireResponse/"+made["id"].(string) || got != nil {
				t.Errorf("%s: %d %q tells what is there: %v", once, res.StatusCode, res.Header.Get("Location"), got)
			}
		}
		_, all := sends.sends("batch", post("QuestionnaireResponse", guess, `,"ifNoneExist":"identifier=https://forms.example|17"`))
		if all[0]["resource"] != nil {
			t.Errorf("in a batch it tells what is there: %v", all)
		}
		if own := sends.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0)); own["id"] == nil {
			t.Errorf("what it sent itself is not said back: %v", own)
		}
	})
}
