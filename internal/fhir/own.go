package fhir

import (
	"slices"
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

// by is whoever did something in a client's record: the client, or somebody who works
// in the practice.
func by(client access.Compartment, id string) *reference {
	if id == client.Of() {
		return ref("Patient", id)
	}
	return ref("Practitioner", id)
}

// without is k, which has no such param.
func (k kind) without(name string) kind {
	k.params = slices.DeleteFunc(slices.Clone(k.params), func(p param) bool { return p.name == name })
	return k
}

// unmarked is k, of which it is not known when one last changed.
func (k kind) unmarked() kind {
	k.undated = true
	return k
}
