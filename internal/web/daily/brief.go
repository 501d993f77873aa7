package daily

import (
	"github.com/waymark-care/waymark/internal/mood"
)

// Mood is what log says of mood in a line or two, for a glance before a session: on how
// many of the days since then it was noted, where half of them lie, and how the last two
// weeks were. Empty: nothing was noted.
func Mood(log mood.Log, since, today mood.Day) (lines []string) {
	all := log.Values(mood.Mood, since)
	if len(all) == 0 {
		return nil
	}
	words := "Mood was noted on " + days(len(all)) + "."
	if len(all) < mood.EnoughDays {
		lo, hi := all[0].X, all[0].X
		for _, v := range all {
			lo, hi = min(lo, v.X), max(hi, v.X)
		}
		if lo == hi {
			words += " It was " + figure(lo) + " of " + figure(mood.Top) + "."
		} else {
			words += " It lay between " + figure(lo) + " and " + figure(hi) + " of " + figure(mood.Top) + "."
		}
	} else {
		words += " " + middle(all)
	}
	lines = append(lines, words)
	if item, ok := log.Item(mood.Mood); ok {
		if words := lately(log.Lately(item.ID, today), item); words != "" {
			lines = append(lines, words)
		}
	}
	return lines
}
