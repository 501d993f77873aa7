package access

// A Mandate is what somebody gave a program leave to do in their name. It narrows
// what they may themselves, and never widens it: the policy is asked all the same,
// and what they may no more, the program may no more either.
type Mandate struct {
	ID   string          // of the token, which stands with each leaf
	Acts map[Action]bool // what it may do; none if empty
	Of   string          // the one person whose records it reaches; empty: whoever's they reach
}

// Allow adds to what it may do.
func (m *Mandate) Allow(all ...Action) {
	if m.Acts == nil {
		m.Acts = make(map[Action]bool)
	}
	for _, a := range all {
		m.Acts[a] = true
	}
}

// lets says whether the mandate, if there is one, covers action in compartment; of a
// list, where there is none yet, whether it covers the action at all.
func (m *Mandate) lets(action Action, c Compartment) bool {
	switch {
	case m == nil:
		return true
	case !m.Acts[action]:
		return false
	}
	return c == "" || c == Operations || m.Of == "" || c.Of() == m.Of
}

// mandated is what the mandate adds to what a leaf says.
func (a Actor) mandated(detail string) string {
	switch {
	case a.Mandate == nil:
		return detail
	case detail == "":
		return byProgram + a.Mandate.ID
	}
	return byProgram + a.Mandate.ID + " " + detail
}

// byProgram stands in what a leaf says before the id of the mandate.
const byProgram = "by:"
