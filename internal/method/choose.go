package method

import (
	"cmp"
	"slices"
	"strings"
)

// A Choice is what there is to choose from for one concern.
type Choice struct {
	Concern *Concern
	Prefers Way
	Options []Option // never empty: None is the last
}

// An Option is one approach to a concern.
type Option struct {
	Approach *Approach
	Link              // how strong, and what is known; its Concern is what that is known about
	For      *Concern // the concern of the link: the one asked for, or a wider one
	Fits     bool     // as the client would rather work; true if they said nothing
}

// IsNone says whether the option is to begin nothing for now.
func (o Option) IsNone() bool { return o.Approach.ID == None }

// For is what there is to choose from for a concern: by strength of evidence, then
// what fits how the client would rather work, then by name; "none for now" is
// always the last. What is known about a wider concern counts for one within it,
// and says so. Nothing here looks at who is asking or for whom.
func (l *Library) For(concern string, prefers Way) (Choice, bool) {
	c, ok := l.Concern(concern)
	if !ok {
		return Choice{}, false
	}
	choice := Choice{Concern: c, Prefers: prefers}
	links := l.links()
	seen := make(map[string]bool)
	none := Option{Fits: true, For: c}
	for about, steps := c, 0; about != nil && steps < maxWithin; steps++ {
		for _, k := range links {
			a, ok := l.Approach(k.Approach)
			if !ok || k.Concern != about.ID || seen[k.Approach] {
				continue
			}
			seen[k.Approach] = true
			o := Option{Approach: a, Link: k, For: about, Fits: Fits(a.Way, prefers)}
			if a.ID == None {
				o.Fits = true
				none = o
				continue
			}
			choice.Options = append(choice.Options, o)
		}
		wider, ok := l.Concern(about.Within)
		if !ok {
			break
		}
		about = wider
	}
	slices.SortStableFunc(choice.Options, func(a, b Option) int {
		return cmp.Or(cmp.Compare(a.Strength.rank(), b.Strength.rank()), later(a.Fits, b.Fits),
			strings.Compare(strings.ToLower(a.Approach.Name), strings.ToLower(b.Approach.Name)))
	})
	if none.Approach == nil {
		if a, ok := l.Approach(None); ok {
			none.Approach, none.Link = a, Link{Concern: c.ID, Approach: None, Strength: Tradition, Said: a.Effect}
		}
	}
	if none.Approach != nil {
		choice.Options = append(choice.Options, none)
	}
	return choice, true
}

// Fits says whether an approach works in the way that somebody prefers; one that
// can be worked in both ways always does.
func Fits(works, prefers Way) bool { return prefers == Either || works == Either || works == prefers }

func later(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// WayWords is a way of working in words.
func (w Way) WayWords() string {
	switch w {
	case Skills:
		return "Skill-focused"
	case Exploring:
		return "Exploratory"
	default:
		return "Skills and exploring"
	}
}
