package fhir

import (
	"strings"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
)

// apart returns the record and the id that within put together. What cannot be one is
// like what is not there.
func apart(text string) (client access.Compartment, id string, err error) {
	a, b, _ := strings.Cut(text, ".")
	whose, ok := record.Long(a)
	id, also := record.Long(b)
	if !ok || !also {
		return "", "", fault.Absent()
	}
	return access.ClientRecord(whose), id, nil
}

// recordOf is in whose record what has this id lies.
func recordOf(text string) (access.Compartment, error) {
	whose, _, _ := strings.Cut(text, ".")
	id, ok := record.Long(whose)
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
