package record

import (
	"context"
	"fmt"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/safetyplan"
)

type carePlan struct {
	Head
	Status      string       `json:"status"`
	Intent      string       `json:"intent"`
	Category    []Concept    `json:"category"`
	Title       string       `json:"title"`
	Description string       `json:"description,omitempty"`
	Subject     *Reference   `json:"subject"`
	Period      *Period      `json:"period,omitempty"`
	Created     string       `json:"created"`
	Author      *Reference   `json:"author"`
	Contributor []Reference  `json:"contributor,omitempty"`
	Goal        []Reference  `json:"goal,omitempty"`
	Activity    []activity   `json:"activity,omitempty"`
	Note        []Annotation `json:"note,omitempty"`
}

type activity struct {
	Detail activityDetail `json:"detail"`
}

type activityDetail struct {
	Instantiates []string    `json:"instantiatesUri,omitempty"`
	Code         *Concept    `json:"code,omitempty"`
	Reason       []Concept   `json:"reasonCode,omitempty"`
	Goal         []Reference `json:"goal,omitempty"`
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

func carePlans() Kind {
	return several("CarePlan", "How a client and whoever treats them work towards the goals: the plan, draft until the client has signed it; the safety plan; and each thing that was "+
		"suggested or agreed to practise between sessions.",
		"date", "since when it is as it is", []Param{
			{"category", Token, "plan, safety-plan or agreed-practice"},
		},
		Part{Reads: []access.Action{access.ReadSafetyPlan}, Category: safetyCategory, All: safetyPlans, IDs: func(own string) bool { return begins(own, safetyCategory) }},
		Part{Reads: []access.Action{access.ReadPlan}, Category: planCategory, All: treatmentPlan, IDs: func(own string) bool { return own == planCategory }},
		Part{Reads: []access.Action{access.ReadAssignments}, Category: practiceCategory, All: agreedPractice, IDs: isShort})
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

func treatmentPlan(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	p, err := c.Plans.Plan(ctx, c.Actor, client)
	if err != nil || p.Number == 0 {
		return nil, err
	}
	r := &carePlan{
		Head: Of("CarePlan", Beside(client, planCategory, ""), Revision(p.Number), p.At), Status: "draft", Intent: "proposal",
		Category: OwnCategory(planCategory, "The plan"), Title: "The plan", Subject: Ref("Patient", client.Of()),
		Description: labelled("Format", p.Format.Words(), "Where", p.Where.Words(), "How often", p.Rhythm, "Both look again", string(p.Review)),
		Created:     Instant(p.At), Author: by(client, p.By),
	}
	at, changed := p.At, p.At
	if s, ok := p.Signed(goal.ByClient); ok {
		r.Status, r.Intent, at, changed = "active", "plan", s.At, s.At
		r.Period = &Period{Start: Instant(s.At)}
		r.Contributor = []Reference{*by(client, s.By)}
	}
	for _, u := range p.Unfit {
		words := u.Words
		if words == "" {
			words = "Something does not fit."
		}
		r.Note = append(r.Note, Annotation{Time: Instant(u.At), Text: words})
		changed = Later(changed, u.At)
	}
	for _, pace := range p.Paces {
		changed = Later(changed, pace.At)
	}
	r.Meta = &Meta{VersionID: fmt.Sprintf("%d.%d.%d.%s", p.Number, len(p.Unfit), len(p.Paces), r.Status), LastUpdated: Instant(changed)}
	if p.Why != "" {
		r.Note = append(r.Note, Annotation{Time: Instant(p.At), Text: "Why it was changed: " + p.Why})
	}
	library := c.Plans.Library(c.Actor.Practice)
	for _, problem := range p.Problems {
		r.Activity = append(r.Activity, activity{wayOf(client, p, problem, library)})
		if problem.Goal != "" {
			r.Goal = append(r.Goal, *Ref("Goal", Within(client, problem.Goal)))
		}
	}
	return []Line{{Resource: r, At: at, Status: r.Status}}, nil
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
		d.Code = &Concept{Text: way}
	}
	if problem.Because != "" {
		d.Reason = []Concept{{Text: problem.Because}}
	}
	if problem.Goal != "" {
		d.Goal = []Reference{*Ref("Goal", Within(client, problem.Goal))}
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
func safetyPlans(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	p, err := c.SafetyPlans.Plan(ctx, c.Actor, client)
	if err != nil {
		return nil, err
	}
	var lines []Line
	if held, ok := p.Held(); ok {
		lines = append(lines, safetyPlan(client, Beside(client, safetyCategory, ""), held))
		if p.Newest.Number != held.Number {
			lines = append(lines, safetyPlan(client, Beside(client, safetyCategory+"-draft", ""), p.Newest))
		}
	}
	return lines, nil
}

func safetyPlan(client access.Compartment, id string, v safetyplan.Version) Line {
	r := &carePlan{
		Head: Of("CarePlan", id, Revision(v.Number), v.At), Status: "draft", Intent: "proposal",
		Category: OwnCategory(safetyCategory, "The safety plan"), Title: "The safety plan", Subject: Ref("Patient", client.Of()),
		Created: Instant(v.At), Author: by(client, v.By),
	}
	at, changed := v.At, v.At
	if v.Agreed() {
		at = v.Since()
		r.Status, r.Intent, r.Period = "active", "plan", &Period{Start: Instant(at)}
	}
	for _, y := range v.Yes {
		changed = Later(changed, y.At)
		r.Contributor = append(r.Contributor, *by(client, y.By))
	}
	r.Meta = &Meta{VersionID: fmt.Sprintf("%d.%d", v.Number, len(v.Yes)), LastUpdated: Instant(changed)}
	for _, s := range safetyplan.Sections() {
		all := v.Lines(s.Part)
		for _, p := range v.People[s.Part] {
			all = append(all, strings.Join(strings.Fields(p.Name+" "+p.Phone+" "+p.Words), " "))
		}
		if len(all) > 0 {
			r.Activity = append(r.Activity, activity{activityDetail{Code: &Concept{Text: s.Label}, Status: "unknown", Description: strings.Join(all, "\n")}})
		}
	}
	return Line{Resource: r, At: at, Status: r.Status}
}

// agreedPractice is what was suggested or agreed to practise, each as a plan of its own:
// each is agreed to, changed and let go of by itself.
func agreedPractice(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	set, err := c.Assignments.All(ctx, c.Actor, client, c.Zone)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, a := range set.All {
		r := practiceOf(client, a)
		lines = append(lines, Line{Resource: r, At: a.Last().At, Status: r.Status})
	}
	return lines, nil
}

func practiceOf(client access.Compartment, a assignment.Assignment) *carePlan {
	first := a.Turns[0]
	r := &carePlan{
		Head: Of("CarePlan", Within(client, a.ID), Revision(a.Revision), a.Last().At), Intent: "plan",
		Category: OwnCategory(practiceCategory, "Agreed practice"), Title: a.Title, Description: a.Words, Subject: Ref("Patient", client.Of()),
		Created: Instant(first.At), Author: by(client, first.By),
	}
	d := activityDetail{Code: &Concept{Text: a.Title}, Description: a.Small}
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
		r.Period = &Period{Start: Instant(begun)}
		if a.State == assignment.LetGo {
			r.Period.End = Instant(a.Last().At)
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
		r.Goal = []Reference{*Ref("Goal", Within(client, a.Goal))}
	}
	if text := labelled("Why", a.Why, "Step of the plan", a.Step); text != "" {
		r.Note = []Annotation{{Time: Instant(first.At), Text: text}}
	}
	r.Activity = []activity{{d}}
	return r
}
