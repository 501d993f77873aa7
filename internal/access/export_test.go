package access

import (
	"context"
	"fmt"

	"github.com/cedar-policy/cedar-go"
)

// Allows asks the policy of d alone.
func Allows(d *Door, actor Actor, action Action, kind string, grants, roles []Grant) (bool, error) {
	var h held
	for _, g := range grants {
		h.grants = append(h.grants, string(g))
	}
	for _, r := range roles {
		h.roles = append(h.roles, string(r))
	}
	return d.policy.allows(actor, action, kind, h)
}

// Manners are how an action is done.
func Manners(a Action) (changes, opens, fresh, gives bool) {
	m := manners[a]
	return m.changes, m.opens, m.fresh, m.gives
}

// PolicyText is the policy as it is shipped.
func PolicyText() string { return string(policyText) }

// UsePolicy replaces the policy of d.
func UsePolicy(d *Door, text string) error {
	set, err := cedar.NewPolicySetFromBytes("test", []byte(text))
	if err != nil {
		return fmt.Errorf("read policy: %w", err)
	}
	d.policy = &policy{set: set}
	return nil
}

// Pending is the number of leaves that the visit of ctx still holds.
func Pending(ctx context.Context) int { return len(visitIn(ctx).leaves) }

// Decided says whether it is decided what those who manage the practice see of a.
func Decided(a Action) bool { _, ok := sights[a]; return ok }
