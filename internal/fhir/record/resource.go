package record

import (
	"encoding/base32"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

// What FHIR's resources have in common, as far as we say it.

// A Head is what each resource begins with.
type Head struct {
	ResourceType string `json:"resourceType"`
	ID           string `json:"id,omitempty"`
	Meta         *Meta  `json:"meta,omitempty"`
}

// Meta is which version it is, and since when.
type Meta struct {
	VersionID   string   `json:"versionId,omitempty"`
	LastUpdated string   `json:"lastUpdated,omitempty"`
	Profile     []string `json:"profile,omitempty"`
}

// A Coding is a code of a system.
type Coding struct {
	System  string `json:"system,omitempty"`
	Version string `json:"version,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

// A Concept is what codes or words mean.
type Concept struct {
	Coding []Coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// A Reference names another resource, or somebody in words.
type Reference struct {
	Reference string `json:"reference,omitempty"`
	Type      string `json:"type,omitempty"`
	Display   string `json:"display,omitempty"`
}

// A HumanName is a name as one text.
type HumanName struct {
	Text string `json:"text"`
}

// A ContactPoint is how somebody is reached.
type ContactPoint struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

// A Quantity is a number with its unit.
type Quantity struct {
	Value  float64 `json:"value"`
	Unit   string  `json:"unit,omitempty"`
	System string  `json:"system,omitempty"`
	Code   string  `json:"code,omitempty"`
}

// Named is of which kind it is.
func (h Head) Named() string { return h.ResourceType }

// Ident is its id.
func (h Head) Ident() string { return h.ID }

// Version is which version it is, for ETag; empty: that is not known.
func (h Head) Version() string {
	if h.Meta == nil {
		return ""
	}
	return h.Meta.VersionID
}

// Changed is when it last changed; empty: that is not known.
func (h Head) Changed() string {
	if h.Meta == nil {
		return ""
	}
	return h.Meta.LastUpdated
}

// A Resource is what is sent.
type Resource interface {
	Named() string
	Ident() string
	Version() string
	Changed() string
}

// Of is the head of a resource of the kind with the given id, as it is since then.
func Of(kind, id string, version string, changed time.Time) Head {
	h := Head{ResourceType: kind, ID: id}
	if version != "" || !changed.IsZero() {
		h.Meta = &Meta{VersionID: version}
		if !changed.IsZero() {
			h.Meta.LastUpdated = Instant(changed)
		}
	}
	return h
}

// Standing is the version of what becomes something else without a new revision, by time
// or by somebody's word.
func Standing(n int64, status string) string { return Revision(n) + "." + status }

// Later is the later of the two.
func Later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Instant is a moment as FHIR writes it, to the millisecond.
func Instant(t time.Time) string { return t.UTC().Format(instant) }

// AppendInstant writes it, as JSON, behind dst.
func AppendInstant(dst []byte, t time.Time) []byte {
	return append(t.UTC().AppendFormat(append(dst, '"'), instant), '"')
}

const instant = "2006-01-02T15:04:05.000Z"

// Ref refers to what has the id.
func Ref(kind, id string) *Reference { return &Reference{Reference: kind + "/" + id} }

// The id of a resource says in whose record it lies, so that one question at the door
// is enough to read it: the client's id and its own, in 26 letters and digits each
// (FHIR allows 64 characters). People's ids are their own.

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Short is an id in 26 letters and digits; empty if it is none.
func Short(id string) string {
	u, err := uuid.Parse(id)
	if err != nil {
		return ""
	}
	return letters.EncodeToString(u[:])
}

// Long is the id that Short made short.
func Long(text string) (string, bool) {
	b, err := letters.DecodeString(text)
	if err != nil || len(b) != 16 || Short(uuid.UUID(b).String()) != text {
		return "", false
	}
	return uuid.UUID(b).String(), true
}

// Within is the id of what lies in a client's record.
func Within(client access.Compartment, id string) string { return Short(client.Of()) + "." + Short(id) }

// Revision is the version of what has revisions; 0 is none.
func Revision(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// DefinitionID is the id of one version of a questionnaire.
func DefinitionID(in *instrument.Instrument) string {
	id := strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, in.ID+"."+in.Version)
	return id[:min(len(id), 64)]
}

// Canonical is how answers name a questionnaire.
func Canonical(in *instrument.Instrument) string { return in.URL + "|" + in.Version }

// Changed is when an answer was last changed, which is when it came.
func Changed(a measure.Answer) time.Time {
	if a.EnteredAt.After(a.GivenAt) {
		return a.EnteredAt
	}
	return a.GivenAt
}
