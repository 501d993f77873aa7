package access

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
)

//go:embed policy.cedar
var policyText []byte

// A policy answers from policy.cedar. What it sees takes few values, so each
// answer is worked out once: it is the same for everybody who asks in the same
// relation. What somebody holds is asked every time (heldBy).
type policy struct {
	set   *cedar.PolicySet
	known sync.Map // from question to bool
}

type question struct {
	who, action, kind, grants, roles string
}

func readPolicy() (*policy, error) {
	set, err := cedar.NewPolicySetFromBytes("policy.cedar", policyText)
	if err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	return &policy{set: set}, nil
}

// who is all that the policy learns of the actor: a person, anyone, or which job.
func (a Actor) who() string {
	if a.IsPerson() {
		return "person"
	}
	return a.ID
}

func (p *policy) allows(actor Actor, action Action, kind string, h held) (bool, error) {
	if _, known := manners[action]; !known {
		return false, fmt.Errorf("there is no action %q", action)
	}
	slices.Sort(h.grants)
	slices.Sort(h.roles)
	q := question{actor.who(), string(action), kind, strings.Join(h.grants, " "), strings.Join(h.roles, " ")}
	if answer, ok := p.known.Load(q); ok {
		return answer.(bool), nil
	}
	answer, err := p.ask(q, h)
	if err == nil {
		p.known.Store(q, answer)
	}
	return answer, err
}

// couldAllow says whether actor, being what they are in the practice, would be
// allowed to do action in some record of the kind if it were given to them.
func (p *policy) couldAllow(actor Actor, action Action, kind string, roles []string) (bool, error) {
	if len(roles) == 0 {
		return false, nil // who does not belong to the practice
	}
	for _, g := range []Grant{Treats, Supervises, Self, Emergency, Knows, Glimpses} {
		if ok, err := p.allows(actor, action, kind, held{grants: []string{string(g)}, roles: roles}); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (p *policy) ask(q question, h held) (bool, error) {
	decision, diag := cedar.Authorize(p.set, cedar.EntityMap{}, cedar.Request{
		Principal: cedar.NewEntityUID("Actor", cedar.String(q.who)),
		Action:    cedar.NewEntityUID("Action", cedar.String(q.action)),
		Resource:  cedar.NewEntityUID("Record", cedar.String(q.kind)),
		Context:   cedar.NewRecord(cedar.RecordMap{"grants": set(h.grants), "roles": set(h.roles)}),
	})
	if len(diag.Errors) > 0 {
		// Cedar skips a policy that it cannot evaluate, even one that forbids.
		return false, fmt.Errorf("policy: %v", diag.Errors)
	}
	return decision == cedar.Allow, nil
}

func set(texts []string) cedar.Set {
	all := make([]cedar.Value, len(texts))
	for i, s := range texts {
		all[i] = cedar.String(s)
	}
	return cedar.NewSet(all...)
}
