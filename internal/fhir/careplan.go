package fhir

import (
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/safetyplan"
)

type carePlan struct {
	head
	Status      string       `json:"status"`
	Intent      string       `json:"intent"`
	Category    []concept    `json:"category"`
	Title       string       `json:"title"`
	Description string       `json:"description,omitempty"`
	Subject     *reference   `json:"subject"`
	Period      *period      `json:"period,omitempty"`
	Created     string       `json:"created"`
	Author      *reference   `json:"author"`
	Contributor []reference  `json:"contributor,omitempty"`
	Goal        []reference  `json:"goal,omitempty"`
	Activity    []activity   `json:"activity,omitempty"`
	Note        []annotation `json:"note,omitempty"`
}

type activity struct {
	Detail activityDetail `json:"detail"`
}

type activityDetail struct {
	Instantiates []string    `json:"instantiatesUri,omitempty"`
	Code         *concept    `json:"code,omitempty"`
	Reason       []concept   `json:"reasonCode,omitempty"`
	Goal         []reference `json:"goal,omitempty"`
	Status       string      `json:"status"`
	Scheduled    string      `json:"scheduledString,omitempty"`
	Description  string      `json:"description,omitempty"`
}

// The categories of plans. The first half of the id of what has none tells them apart too.
const (
	planCategory     = "plan"
	safetyCategory   = "safety-plan"
	practiceCategory = "agreed-practice"
)

func carePlans() kind {
	return ofParts("CarePlan", "How a client and whoever treats them work towards the goals: the plan, draft until the client has signed it; the safety plan; and each thing that was "+
		"suggested or agreed to practise between sessions.",
		"date", "since when it is as it is", []param{
			{"category", token_, "plan, safety-plan or agreed-practice"},
		},
		part{reads: []access.Action{access.ReadSafetyPlan}, category: safetyCategory, all: safetyPlans, ids: func(own string) bool { return begins(own, safetyCategory) }},
		part{reads: []access.Action{access.ReadPlan}, category: planCategory, all: treatmentPlan, ids: func(own string) bool { return own == planCategory }},
		part{reads: []access.Action{access.ReadAssignments}, category: practiceCategory, all: agreedPractice, ids: isShort})
}

// labelled puts labelled texts under each other, and leaves out what is empty.
func labelled(pairs ...string) string {
	var all []string
	for i := 0; i+1 < len(pairs); i += 2 {
		switch {
		case pairs[i+1] == "":
		case pairs[i] == "":
			all = append(all, pairs[i+1])
		default:
			all = append(all, pairs[i]+": "+pairs[i+1])
		}
	}
	return strings.Join(all, "\n")
}

func treatmentPlan(c *call, client access.Compartment) ([]line, error) {
	p, err := c.api.Plans.Plan(c.r.Context(), c.actor, client)
	if err != nil || p.Number == 0 {
		return nil, err
	}
	r := &carePlan{
		head: of("CarePlan", beside(client, planCategory, ""), revision(p.Number), p.At), Status: "draft", Intent: "proposal",
		Category: ownCategory(planCategory, "The plan"), Title: "The plan", Subject: ref("Patient", client.Of()),
		Description: labelled("Format", p.Format.Words(), "Where", p.Where.Words(), "How often", p.Rhythm, "Both look again", string(p.Review)),
		Created:     instant(p.At), Author: by(client, p.By),
	}
	at := p.At
	if s, ok := p.Signed(goal.ByClient); ok {
		r.Status, r.Intent, at = "active", "plan", s.At
		r.Meta.LastUpdated = instant(s.At)
		r.Period = &period{Start: instant(s.At)}
		r.Contributor = []reference{*by(client, s.By)}
	}
	for _, u := range p.Unfit {
		words := u.Words
		if words == "" {
			words = "Something does not fit."
		}
		r.Note = append(r.Note, annotation{Time: instant(u.At), Text: words})
	}
	if p.Why != "" {
		r.Note = append(r.Note, annotation{Time: instant(p.At), Text: "Why it was changed: " + p.Why})
	}
	library := c.api.Plans.Library(c.actor.Practice)
	for _, problem := range p.Problems {
		r.Activity = append(r.Activity, activity{wayOf(client, p, problem, library)})
		if problem.Goal != "" {
			r.Goal = append(r.Goal, *ref("Goal", within(client, problem.Goal)))
		}
	}
	return []line{{found: r, at: at, status: r.Status}}, nil
}

// wayOf is one problem of a plan and the way in which both work on it.
func wayOf(client access.Compartment, p plan.Plan, problem plan.Problem, library *method.Library) activityDetail {
	d := activityDetail{Status: "not-started"}
	way := problem.Own
	if a, ok := library.Approach(problem.Approach); ok {
		way = a.Plain
	}
	if problem.NoneNow() {
		way = "None for now"
	}
	if way != "" {
		d.Code = &concept{Text: way}
	}
	if problem.Because != "" {
		d.Reason = []concept{{Text: problem.Because}}
	}
	if problem.Goal != "" {
		d.Goal = []reference{*ref("Goal", within(client, problem.Goal))}
	}
	pairs := []string{"", problem.Words}
	if concern, ok := library.Concern(problem.Concern); ok {
		pairs = append(pairs, "Concern", concern.Plain)
	}
	for _, h := range problem.Hypotheses {
		pairs = append(pairs, "How it may be understood", h.Words, "What would speak against it", h.Against)
	}
	now := p.StepNow(problem)
	for i, step := range problem.Steps {
		label := "Step"
		if i == now {
			label, d.Status = "Step, where both are now", "in-progress"
		}
		pairs = append(pairs, label, step)
	}
	d.Description = labelled(pairs...)
	return d
}

// safetyPlans are the safety plan that is shown when it is needed, and a newer draft of
// it, if there is one.
func safetyPlans(c *call, client access.Compartment) ([]line, error) {
	p, err := c.api.SafetyPlans.Plan(c.r.Context(), c.actor, client)
	if err != nil {
		return nil, err
	}
	var lines []line
	if held, ok := p.Held(); ok {
		lines = append(lines, safetyPlan(client, beside(client, safetyCategory, ""), held))
		if p.Newest.Number != held.Number {
			lines = append(lines, safetyPlan(client, beside(client, safetyCategory+"-draft", ""), p.Newest))
		}
	}
	return lines, nil
}

func safetyPlan(client access.Compartment, id string, v safetyplan.Version) line {
	r := &carePlan{
		head: of("CarePlan", id, revision(v.Number), v.At), Status: "draft", Intent: "proposal",
		Category: ownCategory(safetyCategory, "The safety plan"), Title: "The safety plan", Subject: ref("Patient", client.Of()),
		Created: instant(v.At), Author: by(client, v.By),
	}
	at := v.At
	if v.Agreed() {
		r.Status, r.Intent, at = "active", "plan", v.Since()
		r.Meta.LastUpdated, r.Period = instant(at), &period{Start: instant(at)}
	}
	for _, y := range v.Yes {
		r.Contributor = append(r.Contributor, *by(client, y.By))
	}
	for _, s := range safetyplan.Sections() {
		all := v.Lines(s.Part)
		for _, p := range v.People[s.Part] {
			all = append(all, strings.Join(strings.Fields(p.Name+" "+p.Phone+" "+p.Words), " "))
		}
		if len(all) > 0 {
			r.Activity = append(r.Activity, activity{activityDetail{Code: &concept{Text: s.Label}, Status: "unknown", Description: strings.Join(all, "\n")}})
		}
	}
	return line{found: r, at: at, status: r.Status}
}

// agreedPractice is what was suggested or agreed to practise, each as a plan of its own:
// each is agreed to, changed and let go of by itself.
func agreedPractice(c *call, client access.Compartment) ([]line, error) {
	set, err := c.api.Assignments.All(c.r.Context(), c.actor, client, c.loc)
	if err != nil {
		return nil, err
	}
	var lines []line
	for _, a := range set.All {
		r := practiceOf(client, a)
		lines = append(lines, line{found: r, at: a.Last().At, status: r.Status})
	}
	return lines, nil
}

func practiceOf(client access.Compartment, a assignment.Assignment) *carePlan {
	first := a.Turns[0]
	r := &carePlan{
		head: of("CarePlan", within(client, a.ID), revision(a.Revision), a.Last().At), Intent: "plan",
		Category: ownCategory(practiceCategory, "Agreed practice"), Title: a.Title, Description: a.Words, Subject: ref("Patient", client.Of()),
		Created: instant(first.At), Author: by(client, first.By),
	}
	d := activityDetail{Code: &concept{Text: a.Title}, Description: a.Small}
	switch a.State {
	case assignment.Suggested:
		r.Status, r.Intent, d.Status = "draft", "proposal", "not-started"
	case assignment.Agreed:
		r.Status, d.Status = "active", "in-progress"
	case assignment.Postponed:
		r.Status, d.Status = "on-hold", "on-hold"
	case assignment.Declined, assignment.Withdrawn:
		r.Status, r.Intent, d.Status = "revoked", "proposal", "cancelled"
	case assignment.LetGo:
		r.Status, d.Status = "revoked", "stopped"
	}
	if begun := a.Begun(); !begun.IsZero() {
		r.Period = &period{Start: instant(begun)}
		if a.State == assignment.LetGo {
			r.Period.End = instant(a.Last().At)
		}
	}
	var days []string
	for _, day := range a.Days {
		days = append(days, day.String())
	}
	var when []string
	for _, text := range []string{a.Often, a.When, strings.Join(days, ", ")} {
		if text != "" {
			when = append(when, text)
		}
	}
	d.Scheduled = strings.Join(when, "; ")
	if a.Exercise != "" {
		d.Instantiates = []string{"urn:waymark:exercise:" + a.Ref()}
	}
	if a.Goal != "" {
		r.Goal = []reference{*ref("Goal", within(client, a.Goal))}
	}
	if text := labelled("Why", a.Why, "Step of the plan", a.Step); text != "" {
		r.Note = []annotation{{Time: instant(first.At), Text: text}}
	}
	r.Activity = []activity{{d}}
	return r
}
