package fhir

import (
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// beside is the id of something in a client's record that has none of its own, or
// stands beside something else that has this one: sort says what it is.
func beside(client access.Compartment, sort, id string) string {
	if id == "" {
		return short(client.Of()) + "." + sort
	}
	return short(client.Of()) + "." + sort + "-" + short(id)
}

// begins says whether the second half of an id is one that beside made of the sort.
func begins(own, sort string) bool { return own == sort || strings.HasPrefix(own, sort+"-") }

// isShort says whether the second half of an id is nothing but an id.
func isShort(own string) bool { return len(own) == 26 && !strings.Contains(own, "-") }
