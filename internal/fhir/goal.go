package fhir

import (
	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
)

type goalResource struct {
	head
	LifecycleStatus   string       `json:"lifecycleStatus"`
	AchievementStatus *concept     `json:"achievementStatus,omitempty"`
	Description       concept      `json:"description"`
	Subject           *reference   `json:"subject"`
	StartDate         string       `json:"startDate,omitempty"`
	StatusDate        string       `json:"statusDate,omitempty"`
	StatusReason      string       `json:"statusReason,omitempty"`
	ExpressedBy       *reference   `json:"expressedBy,omitempty"`
	Note              []annotation `json:"note,omitempty"`
}

type annotation struct {
	Time string `json:"time,omitempty"`
	Text string `json:"text"`
}

const achievements = "http://terminology.hl7.org/CodeSystem/goal-achievement"

func goals() kind {
	return ofRecord("Goal", "What a client works towards, in their words: proposed until both agreed, active, completed when they got there, cancelled when they let it go.",
		"start-date", "when both had agreed", []access.Action{access.ReadGoals},
		func(c *call, client access.Compartment) ([]line, error) {
			set, err := c.api.Goals.All(c.r.Context(), c.actor, client)
			if err != nil {
				return nil, err
			}
			var all []line
			for _, g := range set.All {
				r := c.goal(client, g)
				all = append(all, line{found: r, at: g.AgreedSince(), status: r.LifecycleStatus})
			}
			return all, nil
		})
}

func (c *call) goal(client access.Compartment, g goal.Goal) *goalResource {
	w := g.Standing()
	changed := w.At
	r := &goalResource{
		head: of("Goal", within(client, g.ID), revision(w.Revision), w.At), LifecycleStatus: "proposed",
		Description: concept{Text: w.Words}, Subject: ref("Patient", client.Of()), ExpressedBy: ref("Patient", client.Of()),
	}
	if w.Side == goal.ByClinician {
		r.ExpressedBy = ref("Practitioner", w.By)
	}
	if since := g.AgreedSince(); !since.IsZero() {
		r.LifecycleStatus, r.StartDate = "active", day(since, c.loc)
		changed = later(changed, since)
	}
	if t, over := g.Over(); over {
		r.LifecycleStatus, r.StatusReason, r.StatusDate = "cancelled", t.Reason, day(t.At, c.loc)
		changed = later(changed, t.At)
		if t.Kind == goal.Retired && t.As == goal.Arrived {
			r.LifecycleStatus = "completed"
			r.AchievementStatus = &concept{Coding: []coding{{System: achievements, Code: "achieved", Display: "Achieved"}}}
		}
	}
	r.Meta.LastUpdated = instant(changed)
	r.Meta.VersionID = standing(w.Revision, r.LifecycleStatus)
	if w.Know != "" {
		r.Note = append(r.Note, annotation{Text: "How both will know: " + w.Know})
	}
	return r
}
