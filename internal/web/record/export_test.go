package record

import (
	"maps"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

var TimesOf = timesOf

// Did are the words for an action, or nothing.
func Did(a access.Action) string { return did[a] }

// AllDid are the actions that have words.
func AllDid() []access.Action { return slices.Sorted(maps.Keys(did)) }

// Shown is how many days are in sight of what others opened, and which months
// are folded away.
func Shown(openings []access.Opening, now time.Time) (newest int, months []string) {
	others, _ := days(openings, "", names{}, nil, now)
	in, earlier := byMonth(others)
	for _, m := range earlier {
		months = append(months, m.Name)
	}
	return len(in), months
}
