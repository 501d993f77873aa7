package exercise

import "slices"

// Everything is every version of everything, hidden or not.
func (l *Library) Everything() []Exercise { return slices.Clone(l.all) }
