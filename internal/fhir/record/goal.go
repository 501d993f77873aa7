package record

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
)

type goalResource struct {
	Head
	LifecycleStatus   string       `json:"lifecycleStatus"`
	AchievementStatus *Concept     `json:"achievementStatus,omitempty"`
	Description       Concept      `json:"description"`
	Subject           *Reference   `json:"subject"`
	StartDate         string       `json:"startDate,omitempty"`
	StatusDate        string       `json:"statusDate,omitempty"`
	StatusReason      string       `json:"statusReason,omitempty"`
	ExpressedBy       *Reference   `json:"expressedBy,omitempty"`
	Note              []Annotation `json:"note,omitempty"`
}

type Annotation struct {
	Time string `json:"time,omitempty"`
	Text string `json:"text"`
}

const achievements = "http://terminology.hl7.org/CodeSystem/goal-achievement"

func goals() Kind {
	return single("Goal", "What a client works towards, in their words: proposed until both agreed, active, completed when they got there, cancelled when they let it go.",
		"start-date", "when both had agreed", []access.Action{access.ReadGoals},
		func(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
			set, err := c.Goals.All(ctx, c.Actor, client)
			if err != nil {
				return nil, err
			}
			var all []Line
			for _, g := range set.All {
				r := c.goal(client, g)
				all = append(all, Line{Resource: r, At: g.AgreedSince(), Status: r.LifecycleStatus})
			}
			return all, nil
		})
}

func (c *Asker) goal(client access.Compartment, g goal.Goal) *goalResource {
	w := g.Standing()
	changed := w.At
	r := &goalResource{
		Head: Of("Goal", Within(client, g.ID), Revision(w.Revision), w.At), LifecycleStatus: "proposed",
		Description: Concept{Text: w.Words}, Subject: Ref("Patient", client.Of()), ExpressedBy: Ref("Patient", client.Of()),
	}
	if w.Side == goal.ByClinician {
		r.ExpressedBy = Ref("Practitioner", w.By)
	}
	if since := g.AgreedSince(); !since.IsZero() {
		r.LifecycleStatus, r.StartDate = "active", day(since, c.Zone)
		changed = Later(changed, since)
	}
	if t, over := g.Over(); over {
		r.LifecycleStatus, r.StatusReason, r.StatusDate = "cancelled", t.Reason, day(t.At, c.Zone)
		changed = Later(changed, t.At)
		if t.Kind == goal.Retired && t.As == goal.Arrived {
			r.LifecycleStatus = "completed"
			r.AchievementStatus = &Concept{Coding: []Coding{{System: achievements, Code: "achieved", Display: "Achieved"}}}
		}
	}
	r.Meta.LastUpdated = Instant(changed)
	r.Meta.VersionID = Standing(w.Revision, r.LifecycleStatus)
	if w.Know != "" {
		r.Note = append(r.Note, Annotation{Text: "How both will know: " + w.Know})
	}
	return r
}
