package fhir

import (
	"net/http"
	"net/url"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// What was answered is never changed, so that its history is its beginning; an answer
// that is given later is another one.

type past struct {
	ResourceType string      `json:"resourceType"`
	Type         string      `json:"type"`
	Total        int         `json:"total"`
	Link         []link      `json:"link"`
	Entry        []pastEntry `json:"entry"`
}

type pastEntry struct {
	FullURL  string      `json:"fullUrl"`
	Resource found       `json:"resource"`
	Request  pastRequest `json:"request"`
	Response replied     `json:"response"`
}

type pastRequest struct {
	Method string `json:"method"`
	URL    string `json:"url"`
}

// history answers _history of one, page by page as it may be asked for: there is one.
func (api *API) history(c *call) error {
	in := *c
	in.kind.params, in.kind.undated = []param{{"_since", date, "what was changed since"}}, true
	q, err := in.query()
	if err != nil {
		return err
	}
	if q.has("_id") || q.sort != "" || q.page != "" || !q.shape.Whole() {
		return refuse(http.StatusBadRequest, "invalid", "A history takes _since and _count.")
	}
	f, err := c.kind.read(c, c.r.PathValue("name"))
	if err != nil {
		return err
	}
	since := time.Time{}
	if q.has("_since") {
		at, _, ok := moment(q.one("_since"), c.loc)
		if !ok {
			return badParam("_since", "must be a moment such as 2026-11-24T10:00:00Z")
		}
		since = at
	}
	h := past{
		ResourceType: "Bundle", Type: "history", Total: 1, Entry: []pastEntry{},
		Link: []link{{"self", c.at(f) + "/_history" + asked(c.r.URL)}},
	}
	changed, err := time.Parse(time.RFC3339, f.Changed())
	if err != nil || changed.Before(since) {
		h.Total = 0
	}
	if h.Total == 1 && !q.only {
		h.Entry = append(h.Entry, pastEntry{
			FullURL: c.at(f), Resource: f, Request: pastRequest{http.MethodPost, f.Named()},
			Response: replied{Status: "201 Created", ETag: `W/"` + f.Version() + `"`, LastModified: f.Changed()},
		})
	}
	return c.send(http.StatusOK, h)
}

func asked(u *url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	return "?" + u.RawQuery
}

// readVersion answers one version of one.
func (api *API) readVersion(c *call) error {
	f, err := c.kind.read(c, c.r.PathValue("name"))
	if err == nil && f.Version() != c.r.PathValue("nth") {
		err = fault.Absent()
	}
	if err != nil {
		return err
	}
	return c.resource(http.StatusOK, f)
}
