package takeout

import (
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/takeout"
)

// anchor is where the section with the given place stands in the page: its number, since
// a browser's history keeps what somebody jumped to.
func anchor(place int) string { return "part-" + strconv.Itoa(place+1) }

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

// titleOf is how a record is called, and indexTitle its archive.
func titleOf(r takeout.Record) string {
	if r.Staff {
		return "The record of " + r.Name
	}
	return "Your record"
}

func indexTitle(r takeout.Record) string {
	if r.Staff {
		return "An archive of the record of " + r.Name
	}
	return "Your archive"
}

// filesIn is how many files there are, in words.
func filesIn(n int) string {
	if n == 1 {
		return "one file"
	}
	return strconv.Itoa(n) + " files"
}
