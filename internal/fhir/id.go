package fhir

import (
	"encoding/base32"
	"strings"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// The id of a resource says in whose record it lies, so that one question at the door
// is enough to read it: the client's id and its own, in 26 letters and digits each
// (FHIR allows 64 characters). People's ids are their own.

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

func short(id string) string {
	u, err := uuid.Parse(id)
	if err != nil {
		return ""
	}
	return strings.ToLower(letters.EncodeToString(u[:]))
}

func long(text string) (string, bool) {
	b, err := letters.DecodeString(strings.ToUpper(text))
	if err != nil || len(b) != 16 || short(uuid.UUID(b).String()) != text {
		return "", false
	}
	return uuid.UUID(b).String(), true
}

// within is the id of what lies in a client's record.
func within(client access.Compartment, id string) string { return short(client.Of()) + "." + short(id) }

// apart returns the record and the id that within put together. What cannot be one is
// like what is not there.
func apart(text string) (client access.Compartment, id string, err error) {
	a, b, _ := strings.Cut(text, ".")
	whose, ok := long(a)
	id, also := long(b)
	if !ok || !also {
		return "", "", fault.Absent()
	}
	return access.ClientRecord(whose), id, nil
}

// recordOf is in whose record what has this id lies.
func recordOf(text string) (access.Compartment, error) {
	whose, _, _ := strings.Cut(text, ".")
	id, ok := long(whose)
	if !ok {
		return "", fault.Absent()
	}
	return access.ClientRecord(id), nil
}

// personID is text if it can be the id of somebody.
func personID(text string) (string, error) {
	if u, err := uuid.Parse(text); err != nil || u.String() != text {
		return "", fault.Absent()
	}
	return text, nil
}

// named is whom a reference such as "Patient/…" names, relative or under our own
// address.
func (c *call) named(kind, text string) (string, bool) {
	text = strings.TrimPrefix(text, c.base()+"/")
	id, ok := strings.CutPrefix(text, kind+"/")
	if !ok {
		return "", false
	}
	_, err := personID(id)
	return id, err == nil
}
