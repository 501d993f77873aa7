package record

import (
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// Beside is the id of something in a client's record that has none of its own, or
// stands beside something else that has this one: sort says what it is.
func Beside(client access.Compartment, sort, id string) string {
	if id == "" {
		return Short(client.Of()) + "." + sort
	}
	return Short(client.Of()) + "." + sort + "-" + Short(id)
}

// begins says whether the second half of an id is one that beside made of the sort.
func begins(own, sort string) bool { return own == sort || strings.HasPrefix(own, sort+"-") }

// isShort says whether the second half of an id is nothing but an id.
func isShort(own string) bool { return len(own) == 26 && !strings.Contains(own, "-") }

// by is whoever did something in a client's record: the client, or somebody who works
// in the practice.
func by(client access.Compartment, id string) *Reference {
	if id == client.Of() {
		return Ref("Patient", id)
	}
	return Ref("Practitioner", id)
}

// Ours is the system of categories of our own.
const Ours = "urn:waymark:fhir:category"

// LOINC is the system of LOINC's codes.
const LOINC = "http://loinc.org"
