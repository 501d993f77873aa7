package fhir

import (
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/token"
)

// What a program does with a kind of resource; the letters of a scope stand for them.
type doing string

const (
	reading   doing = "r"
	searching doing = "s"
	creating  doing = "c"
)

// lets says whether one of the scopes covers doing d with the kind. The first word of a
// scope says of whom: patient, the one client that the token is about; user, whomever its
// person may see; system, the same with nobody sitting there. The mandate keeps to that.
func lets(scopes []string, kind string, d doing) bool {
	for _, s := range scopes {
		_, what, _ := strings.Cut(s, "/")
		of, letters, _ := strings.Cut(what, ".")
		if (of == "*" || of == kind) && strings.Contains(letters, string(d)) {
			return true
		}
	}
	return false
}

// mandate is what the scopes of a token give leave to do, in the words of the door.
func mandate(in token.In) *access.Mandate {
	m := &access.Mandate{ID: in.Token, Of: in.Of}
	for _, k := range kinds() {
		if lets(in.Scopes, k.name, reading) || lets(in.Scopes, k.name, searching) {
			m.Allow(k.reads...)
		}
		if lets(in.Scopes, k.name, creating) {
			m.Allow(k.writes...)
		}
	}
	return m
}
