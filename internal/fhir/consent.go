package fhir

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/mood"
	outcomes "github.com/waymark-care/waymark/internal/outcome"
)

type consent struct {
	head
	Status       string         `json:"status"`
	Scope        concept        `json:"scope"`
	Category     []concept      `json:"category"`
	Patient      *reference     `json:"patient"`
	DateTime     string         `json:"dateTime,omitempty"`
	Performer    []reference    `json:"performer,omitempty"`
	Source       *attachment    `json:"sourceAttachment,omitempty"`
	PolicyRule   concept        `json:"policyRule"`
	Verification []verification `json:"verification,omitempty"`
	Provision    *provision     `json:"provision,omitempty"`
}

type verification struct {
	Verified     bool       `json:"verified"`
	VerifiedWith *reference `json:"verifiedWith"`
	Date         string     `json:"verificationDate"`
}

type provision struct {
	Type   string  `json:"type"`
	Period *period `json:"period,omitempty"`
}

const (
	agreementCategory = "working-agreement"
	useCategory       = "use"
	logCategory       = "shared-log"
)

func scope(code, words string) concept {
	return concept{Coding: []coding{{System: "http://terminology.hl7.org/CodeSystem/consentscope", Code: code, Display: words}}}
}

func consents() kind {
	return ofParts("Consent", "What was agreed to: each version of the working agreement, active while it is the one that both signed; what a client shows of their daily log; "+
		"and, for the client alone, what their finished work may be used for.",
		"date", "when it was last signed, decided or taken back", []param{
			{"category", token_, "working-agreement, shared-log or use"},
			{"scope", token_, "treatment, patient-privacy or research"},
		},
		part{reads: []access.Action{access.ReadTerms}, category: agreementCategory, all: agreements, ids: func(own string) bool { return begins(own, agreementCategory) }},
		part{reads: []access.Action{access.ReadLog, access.ReadSharedLog}, category: logCategory, all: sharedLog, ids: func(own string) bool { return own == logCategory }},
		part{
			reads: []access.Action{access.ReadChoices}, category: useCategory, all: uses, ids: func(own string) bool { return begins(own, useCategory) },
			shown: ofOneself,
		}).unmarked()
}

// ofOneself says whether it is the client who asks.
func ofOneself(c *call, client access.Compartment) bool { return client.Of() == c.actor.ID }

// consented is the line of a consent of the scope.
func consented(r *consent, at time.Time) line {
	return line{found: r, at: at, status: r.Status, codes: map[string][]string{"scope": {r.Scope.Coding[0].System + "|" + r.Scope.Coding[0].Code}}}
}

// agreements are all versions of the working agreement, of every course of work.
func agreements(c *call, client access.Compartment) ([]line, error) {
	newest, err := c.api.Intakes.Terms(c.r.Context(), c.actor, client, 0)
	if err != nil {
		return nil, err
	}
	var lines []line
	for course := int64(1); course < newest.Course; course++ {
		t, err := c.api.Intakes.Terms(c.r.Context(), c.actor, client, course)
		if err != nil {
			return nil, err
		}
		lines = append(lines, agreementOf(client, t)...)
	}
	return append(lines, agreementOf(client, newest)...), nil
}

func agreementOf(client access.Compartment, t intake.Terms) (lines []line) {
	state := t.State()
	for _, v := range t.Versions {
		var said []string
		for _, s := range intake.Sections() {
			if v.Text[s.Name] != "" {
				said = append(said, s.Label+"\n"+v.Text[s.Name])
			}
		}
		r := &consent{
			Status: "inactive", Scope: scope("treatment", "Treatment"), Category: ownCategory(agreementCategory, "The working agreement"), Patient: ref("Patient", client.Of()),
			PolicyRule: concept{Text: "What each side takes on in the work, written and signed by both"},
			Source:     &attachment{ContentType: "text/plain; charset=utf-8", Data: []byte(strings.Join(said, "\n\n")), Title: fmt.Sprintf("The working agreement, version %d", v.Number), Creation: instant(v.At)},
		}
		switch {
		case v.Number == state.Agreed && state.Holds:
			r.Status = "active"
		case v.Number > state.Agreed && v.Number == state.Newest:
			r.Status = "proposed"
		}
		at := v.At
		for _, s := range t.Signs {
			if s.Version != v.Number {
				continue
			}
			at = s.At
			if s.Side == intake.ByClient {
				r.Verification = append(r.Verification, verification{!s.Withdrawn, by(client, s.By), instant(s.At)})
			}
		}
		for _, side := range []intake.Side{intake.ByClient, intake.ByClinician} {
			if s, ok := t.Of(v.Number, side); ok && !s.Withdrawn {
				r.Performer = append(r.Performer, *by(client, s.By))
			}
		}
		id := beside(client, fmt.Sprintf("%s-%d-%d", agreementCategory, t.Course, v.Number), "")
		r.head, r.DateTime = of("Consent", id, revision(int64(len(r.Verification)+len(r.Performer)+1)), at), instant(at)
		lines = append(lines, consented(r, at))
	}
	return lines
}

// sharedLog is that a client shows their daily log to those who treat them. Whoever is
// not shown anything finds nothing.
func sharedLog(c *call, client access.Compartment) ([]line, error) {
	read := c.api.Logs.Shared
	if ofOneself(c, client) {
		read = c.api.Logs.Open
	}
	log, err := read(c.r.Context(), c.actor, client, mood.Day(math.MaxInt32))
	if err != nil || log.Settings.Sharing == mood.Mine {
		return nil, err
	}
	r := &consent{
		head: of("Consent", beside(client, logCategory, ""), "", time.Time{}), Status: "active", Scope: scope("patient-privacy", "Privacy Consent"),
		Category: ownCategory(logCategory, "The daily log is shown"), Patient: ref("Patient", client.Of()), Performer: []reference{*ref("Patient", client.Of())},
		PolicyRule: concept{Text: "Those who treat the client read the daily log, until the client stops showing it"}, Provision: &provision{Type: "permit"},
	}
	at := time.Time{}
	if log.Settings.Sharing == mood.Onward {
		at = log.Settings.From.In(c.loc)
		r.Provision.Period = &period{Start: log.Settings.From.String()}
	}
	return []line{consented(r, at)}, nil
}

// uses are what a client said that their finished work may be used for.
func uses(c *call, client access.Compartment) ([]line, error) {
	all, err := c.api.Outcomes.Choices(c.r.Context(), c.actor, client)
	if err != nil {
		return nil, err
	}
	var lines []line
	for _, choice := range []outcomes.Choice{all.Learning, all.Report} {
		if choice.Revision == 0 {
			continue // nothing was said
		}
		r := &consent{
			head: of("Consent", beside(client, useCategory+"-"+string(choice.About), ""), revision(choice.Revision), choice.At), Status: "active",
			Scope: scope("research", "Research"), Category: ownCategory(useCategory, "What finished work may be used for"), Patient: ref("Patient", client.Of()),
			DateTime: instant(choice.At), Performer: []reference{*ref("Patient", client.Of())}, Provision: &provision{Type: "permit"},
			PolicyRule: concept{Text: "The practice learns from finished work, without names"},
		}
		if choice.About == outcomes.AboutReport {
			r.PolicyRule.Text = "Finished work is counted in the report of the practice, without names"
		}
		if !choice.Yes {
			r.Status, r.Provision.Type = "rejected", "deny"
		}
		lines = append(lines, consented(r, choice.At))
	}
	return lines, nil
}
