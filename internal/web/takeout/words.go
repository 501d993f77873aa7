package takeout

import (
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/takeout"
)

// count is how much there is in a section, in words.
func count(s takeout.Section) string {
	if n := len(s.Entries); n > 0 {
		return strconv.Itoa(n)
	}
	return "nothing"
}

// under stands under the title of an entry: when, and who.
func under(e takeout.Entry) string {
	parts := []string{}
	if e.When != "" {
		parts = append(parts, e.When)
	}
	if e.By != "" {
		parts = append(parts, e.By)
	}
	return strings.Join(parts, ", ")
}
