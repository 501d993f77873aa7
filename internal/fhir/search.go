package fhir

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A param is one by which a kind can be searched, of one of FHIR's types.
type param struct {
	name, kind, about string
}

const (
	token_     = "token"
	date       = "date"
	reference_ = "reference"
	text_      = "string"
)

// usual and most are how many a page of results has.
const (
	usualCount = 50
	mostCount  = 500
)

// A query is what a program looks for.
type query struct {
	values url.Values // of the params of the kind, checked for shape only
	count  int
	sort   string
	page   string // where the page before ended; empty: from the beginning
	only   bool   // _summary=count
}

func (q query) has(name string) bool { return q.values.Has(name) }

// one is the value of a param that may be given once.
func (q query) one(name string) string { return q.values.Get(name) }

// query reads what is looked for. What is not known is refused, and never ignored:
// somebody who asks for less must not be given more.
func (c *call) query() (query, error) {
	values := c.r.URL.Query()
	if c.r.Method == http.MethodPost {
		values = c.r.PostForm
		if len(c.r.URL.RawQuery) > 0 {
			return query{}, refuse(http.StatusBadRequest, "invalid", "Say what you look for in the form alone.")
		}
	}
	q := query{values: url.Values{}, count: usualCount}
	for name, all := range values {
		for _, v := range all {
			if len(v) > 500 {
				return q, badParam(name, "is too long")
			}
		}
		switch name {
		case "_count":
			n, err := strconv.Atoi(all[0])
			if err != nil || n < 0 || len(all) > 1 {
				return q, badParam(name, "must be a whole number")
			}
			q.count = min(n, mostCount)
			q.only = n == 0
		case "_sort":
			q.sort = all[0]
		case "_page":
			q.page = all[0]
		case "_summary":
			if all[0] != "count" && all[0] != "false" {
				return q, badParam(name, "may be count or false here")
			}
			q.only = all[0] == "count"
		case "_format":
			if !slices.Contains([]string{"json", "application/json", "application/fhir+json"}, all[0]) {
				return q, refuse(http.StatusNotAcceptable, "not-supported", "Only JSON is spoken here.")
			}
		default:
			if !slices.ContainsFunc(c.kind.params, func(p param) bool { return p.name == name }) {
				return q, badParam(name, "cannot be searched by here; the CapabilityStatement says what can")
			}
			q.values[name] = all
		}
		if len(all) > 1 && !slices.ContainsFunc(c.kind.params, func(p param) bool { return p.name == name && p.kind == date }) {
			return q, badParam(name, "may be given once")
		}
	}
	return q, nil
}

func badParam(name, format string, args ...any) error {
	r := refuse(http.StatusBadRequest, "invalid", "The parameter "+clean(name)+" "+format+".", args...).(*refusal)
	return r
}

// clean is a name as it may be said back.
func clean(name string) string {
	if len(name) > 40 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-:.") != "" {
		return "that was given"
	}
	return name
}

// A span is from when to when; a zero time has no end there.
type span struct{ from, before time.Time }

// dates reads params such as date=ge2026-01-01&date=lt2026-02. A date without a time
// is a whole day (month, year) in the zone of the practice.
func (c *call) dates(q query, name string) (s span, err error) {
	for _, v := range q.values[name] {
		op, rest := "eq", v
		if len(v) > 2 && v[0] >= 'a' && v[0] <= 'z' {
			op, rest = v[:2], v[2:]
		}
		begins, ends, ok := moment(rest, c.loc)
		if !ok {
			return s, badParam(name, "must be a date such as 2026-11-24 or ge2026-11-24T10:00:00Z")
		}
		var part span
		switch op {
		case "eq":
			part = span{begins, ends}
		case "ge":
			part.from = begins
		case "gt":
			part.from = ends
		case "lt":
			part.before = begins
		case "le":
			part.before = ends
		default:
			return s, badParam(name, "may begin with eq, ge, gt, le or lt")
		}
		if s.from.Before(part.from) {
			s.from = part.from
		}
		if s.before.IsZero() || !part.before.IsZero() && part.before.Before(s.before) {
			s.before = part.before
		}
	}
	return s, nil
}

// moment is when what is written begins and ends.
func moment(text string, loc *time.Location) (begins, ends time.Time, ok bool) {
	for _, form := range []struct {
		layout              string
		years, months, days int
		length              time.Duration
	}{
		{"2006", 1, 0, 0, 0},
		{"2006-01", 0, 1, 0, 0},
		{"2006-01-02", 0, 0, 1, 0},
		{"2006-01-02T15:04Z07:00", 0, 0, 0, time.Minute},
		{"2006-01-02T15:04:05Z07:00", 0, 0, 0, time.Second},
		{"2006-01-02T15:04:05.000Z07:00", 0, 0, 0, time.Millisecond},
	} {
		t, err := time.ParseInLocation(form.layout, text, loc)
		if err == nil && t.Year() > 0 {
			return t, t.AddDate(form.years, form.months, form.days).Add(form.length), true
		}
	}
	return begins, ends, false
}

// holds says whether t is within the span.
func (s span) holds(t time.Time) bool {
	return !t.Before(s.from) && (s.before.IsZero() || t.Before(s.before))
}
