package record

import (
	"context"
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
	Head
	Status       string         `json:"status"`
	Scope        Concept        `json:"scope"`
	Category     []Concept      `json:"category"`
	Patient      *Reference     `json:"patient"`
	DateTime     string         `json:"dateTime,omitempty"`
	Performer    []Reference    `json:"performer,omitempty"`
	Source       *Attachment    `json:"sourceAttachment,omitempty"`
	PolicyRule   Concept        `json:"policyRule"`
	Verification []verification `json:"verification,omitempty"`
	Provision    *provision     `json:"provision,omitempty"`
}

type verification struct {
	Verified     bool       `json:"verified"`
	VerifiedWith *Reference `json:"verifiedWith"`
	Date         string     `json:"verificationDate"`
}

type provision struct {
	Type   string  `json:"type"`
	Period *Period `json:"period,omitempty"`
}

const (
	agreementCategory = "working-agreement"
	useCategory       = "use"
	logCategory       = "shared-log"
)

func scope(code, words string) Concept {
	return Concept{Coding: []Coding{{System: "http://terminology.hl7.org/CodeSystem/consentscope", Code: code, Display: words}}}
}

func consents() Kind {
	return several("Consent", "What was agreed to: each version of the working agreement, active while it is the one that both signed; what a client shows of their daily log; "+
		"and, for the client alone, what their finished work may be used for.",
		"date", "when it was last signed, decided or taken back", []Param{
			{"category", Token, "working-agreement, shared-log or use"},
			{"scope", Token, "treatment, patient-privacy or research"},
		},
		Part{Reads: []access.Action{access.ReadTerms}, Category: agreementCategory, All: agreements, IDs: func(own string) bool { return begins(own, agreementCategory) }},
		Part{Reads: []access.Action{access.ReadLog, access.ReadSharedLog}, Category: logCategory, All: sharedLog, IDs: func(own string) bool { return own == logCategory }},
		Part{
			Reads: []access.Action{access.ReadChoices}, Category: useCategory, All: uses, IDs: func(own string) bool { return begins(own, useCategory) },
			Shown: ofOneself,
		}).unmarked()
}

// ofOneself says whether it is the client who asks.
func ofOneself(c *Asker, client access.Compartment) bool { return client.Of() == c.Actor.ID }

// consented is the line of a consent of the scope.
func consented(r *consent, at time.Time) Line {
	return Line{Resource: r, At: at, Status: r.Status, Codes: map[string][]string{"scope": {r.Scope.Coding[0].System + "|" + r.Scope.Coding[0].Code}}}
}

// agreements are all versions of the working agreement, of every course of work.
func agreements(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	newest, err := c.Intakes.Terms(ctx, c.Actor, client, 0)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for course := int64(1); course < newest.Course; course++ {
		t, err := c.Intakes.Terms(ctx, c.Actor, client, course)
		if err != nil {
			return nil, err
		}
		lines = append(lines, agreementOf(client, t)...)
	}
	return append(lines, agreementOf(client, newest)...), nil
}

func agreementOf(client access.Compartment, t intake.Terms) (lines []Line) {
	state := t.State()
	for _, v := range t.Versions {
		var said []string
		for _, s := range intake.Sections() {
			if v.Text[s.Name] != "" {
				said = append(said, s.Label+"\n"+v.Text[s.Name])
			}
		}
		r := &consent{
			Status: "inactive", Scope: scope("treatment", "Treatment"), Category: OwnCategory(agreementCategory, "The working agreement"), Patient: Ref("Patient", client.Of()),
			PolicyRule: Concept{Text: "What each side takes on in the work, written and signed by both"},
			Source:     &Attachment{ContentType: "text/plain; charset=utf-8", Data: []byte(strings.Join(said, "\n\n")), Title: fmt.Sprintf("The working agreement, version %d", v.Number), Creation: Instant(v.At)},
		}
		switch {
		case v.Number == state.Agreed && state.Holds:
			r.Status = "active"
		case v.Number > state.Agreed && v.Number == state.Newest:
			r.Status = "proposed"
		}
		at, signs := v.At, int64(0)
		for _, s := range t.Signs {
			if s.Version != v.Number {
				continue
			}
			at, signs = s.At, signs+1
			if s.Side == intake.ByClient {
				r.Verification = append(r.Verification, verification{!s.Withdrawn, by(client, s.By), Instant(s.At)})
			}
		}
		for _, side := range []intake.Side{intake.ByClient, intake.ByClinician} {
			if s, ok := t.Of(v.Number, side); ok && !s.Withdrawn {
				r.Performer = append(r.Performer, *by(client, s.By))
			}
		}
		id := Beside(client, fmt.Sprintf("%s-%d-%d", agreementCategory, t.Course, v.Number), "")
		r.Head, r.DateTime = Of("Consent", id, Standing(signs+1, r.Status), at), Instant(at)
		lines = append(lines, consented(r, at))
	}
	return lines
}

// sharedLog is that a client shows their daily log to those who treat them. Whoever is
// not shown anything finds nothing.
func sharedLog(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	read := c.Logs.Shared
	if ofOneself(c, client) {
		read = c.Logs.Open
	}
	log, err := read(ctx, c.Actor, client, mood.Day(math.MaxInt32))
	if err != nil || log.Settings.Sharing == mood.Mine {
		return nil, err
	}
	r := &consent{
		Head: Of("Consent", Beside(client, logCategory, ""), "", time.Time{}), Status: "active", Scope: scope("patient-privacy", "Privacy Consent"),
		Category: OwnCategory(logCategory, "The daily log is shown"), Patient: Ref("Patient", client.Of()), Performer: []Reference{*Ref("Patient", client.Of())},
		PolicyRule: Concept{Text: "Those who treat the client read the daily log, until the client stops showing it"}, Provision: &provision{Type: "permit"},
	}
	at := time.Time{}
	if log.Settings.Sharing == mood.Onward {
		at = log.Settings.From.In(c.Zone)
		r.Provision.Period = &Period{Start: log.Settings.From.String()}
	}
	return []Line{consented(r, at)}, nil
}

// uses are what a client said that their finished work may be used for.
func uses(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	all, err := c.Outcomes.Choices(ctx, c.Actor, client)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, choice := range []outcomes.Choice{all.Learning, all.Report} {
		if choice.Revision == 0 {
			continue // nothing was said
		}
		r := &consent{
			Head: Of("Consent", Beside(client, useCategory+"-"+string(choice.About), ""), Revision(choice.Revision), choice.At), Status: "active",
			Scope: scope("research", "Research"), Category: OwnCategory(useCategory, "What finished work may be used for"), Patient: Ref("Patient", client.Of()),
			DateTime: Instant(choice.At), Performer: []Reference{*Ref("Patient", client.Of())}, Provision: &provision{Type: "permit"},
			PolicyRule: Concept{Text: "The practice learns from finished work, without names"},
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
