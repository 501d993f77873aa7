package fhir

import (
	"time"
)

// What FHIR's resources have in common, as far as we say it.

// A head is what each resource begins with.
type head struct {
	ResourceType string `json:"resourceType"`
	ID           string `json:"id,omitempty"`
	Meta         *meta  `json:"meta,omitempty"`
}

type meta struct {
	VersionID   string   `json:"versionId,omitempty"`
	LastUpdated string   `json:"lastUpdated,omitempty"`
	Profile     []string `json:"profile,omitempty"`
}

type coding struct {
	System  string `json:"system,omitempty"`
	Version string `json:"version,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

type concept struct {
	Coding []coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

type reference struct {
	Reference string `json:"reference,omitempty"`
	Type      string `json:"type,omitempty"`
	Display   string `json:"display,omitempty"`
}

type humanName struct {
	Text string `json:"text"`
}

type contactPoint struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

type quantity struct {
	Value  float64 `json:"value"`
	Unit   string  `json:"unit,omitempty"`
	System string  `json:"system,omitempty"`
	Code   string  `json:"code,omitempty"`
}

// id and version are what Location and ETag say.
func (h head) id() string { return h.ID }

func (h head) name() string { return h.ResourceType }

func (h head) version() string {
	if h.Meta == nil {
		return ""
	}
	return h.Meta.VersionID
}

func (h head) changed() string {
	if h.Meta == nil {
		return ""
	}
	return h.Meta.LastUpdated
}

// A found is a resource that is sent.
type found interface {
	name() string // of its kind
	id() string
	version() string
	changed() string
}

// of is the head of a resource of the kind with the given id, as it is since then.
func of(kind, id string, version string, changed time.Time) head {
	h := head{ResourceType: kind, ID: id}
	if version != "" || !changed.IsZero() {
		h.Meta = &meta{VersionID: version}
		if !changed.IsZero() {
			h.Meta.LastUpdated = instant(changed)
		}
	}
	return h
}

// standing is the version of what becomes something else without a new revision, by time
// or by somebody's word.
func standing(n int64, status string) string { return revision(n) + "." + status }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// instant is a moment as FHIR writes it, to the millisecond.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func ref(kind, id string) *reference { return &reference{Reference: kind + "/" + id} }
