package fhir

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
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

// mostParams is how many of different names a search may have.
const mostParams = 40

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
	from   string // the same, from within: not as a program said it
	only   bool   // _summary=count
	shape  record.Shape

	include []string // what comes along, by the names of what points to it

	path    string // under the root, if it is no search of a kind
	dated   bool   // only what was last changed within updated
	updated span
}

func (q query) has(name string) bool { return q.values.Has(name) }

// one is the value of a param that may be given once.
func (q query) one(name string) string { return q.values.Get(name) }

// query reads what is looked for. What is not known is refused, and never ignored:
// somebody who asks for less must not be given more.
func (c *call) query() (query, error) {
	asked := c.address
	if c.r.Method == http.MethodPost {
		asked = c.form
	}
	values, err := asked()
	if err != nil {
		return query{}, err
	}
	if len(values) > mostParams {
		return query{}, refuse(http.StatusBadRequest, "too-costly", "These are more than %d parameters.", mostParams)
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
			q.only = q.only || n == 0
		case "_sort":
			q.sort = all[0]
		case "_page":
			q.page = all[0]
		case "_summary":
			q.only = q.only || all[0] == "count"
			fallthrough
		case "_elements":
			if err := shaped(&q.shape, name, all[0]); err != nil {
				return q, err
			}
		case "_include":
			q.include = slices.Compact(slices.Sorted(slices.Values(all)))
			if err := c.include(q.include); err != nil {
				return q, err
			}
			continue
		case "_format":
			if !speaks(all[0]) {
				return q, unspoken()
			}
		default:
			if !slices.ContainsFunc(c.kind.all(), func(p param) bool { return p.name == name }) {
				return q, badParam(name, "cannot be searched by here; the CapabilityStatement says what can")
			}
			q.values[name] = all
		}
		if len(all) > 1 && !slices.ContainsFunc(c.kind.all(), func(p param) bool { return p.name == name && p.kind == date }) {
			return q, badParam(name, "may be given once")
		}
	}
	if q.shape.Elements != "" && (q.only || q.shape.Summary != "") {
		return q, badParam("_elements", "goes with no _summary")
	}
	if q.only && q.page != "" {
		return q, badParam("_page", "goes with no count: that is of all pages")
	}
	q.dated = q.has(lastUpdated)
	q.updated, err = c.dates(q, lastUpdated)
	return q, err
}

// shaped takes up what _summary or _elements says of how much is asked for.
func shaped(s *record.Shape, name, value string) error {
	switch {
	case name == "_elements":
		for e := range strings.SplitSeq(value, ",") {
			if e == "" || strings.Trim(e, letters) != "" {
				return badParam(name, "must be names of elements with commas between, such as status,subject")
			}
			s.Elements += " " + e + " " + e + "[x]" // of whichever type
		}
	case value == "true" || value == "text" || value == "data":
		s.Summary = value
	case value != "false" && value != "count":
		return badParam(name, "may be true, text, data, count or false")
	}
	return nil
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// shape is how much of one resource the address asks for.
func (c *call) shape() (s record.Shape, err error) {
	values, err := c.address()
	if err != nil {
		return s, err
	}
	for name, all := range values {
		if name != "_summary" && name != "_elements" {
			continue
		}
		if len(all) > 1 || len(all[0]) > 500 || all[0] == "count" {
			return s, badParam(name, "says here how much of one is asked for, and once")
		}
		if err := shaped(&s, name, all[0]); err != nil {
			return s, err
		}
	}
	if s.Elements != "" && s.Summary != "" {
		return s, badParam("_elements", "goes with no _summary")
	}
	return s, nil
}

const lastUpdated = "_lastUpdated"

// common are the params by which every kind can be searched.
var common = []param{
	{"_id", token_, "which: one, or several with commas between"},
	{lastUpdated, date, "when it last changed"},
}

// all are the params of the kind, the common ones first.
func (k kind) all() []param {
	all := make([]param, 0, len(common)+len(k.params))
	for _, p := range common {
		if p.name != lastUpdated || !k.undated {
			all = append(all, p)
		}
	}
	for _, p := range k.params {
		if p.name != "_id" {
			all = append(all, p)
		}
	}
	return all
}

// lately says whether f was last changed when q asks for, if it does.
func (q query) lately(f found) bool {
	if !q.dated {
		return true
	}
	at, err := time.Parse(time.RFC3339, f.Changed())
	return err == nil && q.updated.holds(at)
}

// mostIDs is how many may be asked for at once.
const mostIDs = 100

// ids are those that q asks for, if it asks for nothing further.
func (c *call) ids(q query) (ids []string, alone bool, err error) {
	if !q.has("_id") {
		return nil, false, nil
	}
	for name := range q.values {
		alone = slices.Contains([]string{"_id", "patient", "subject", lastUpdated}, name)
		if !alone {
			return nil, false, nil
		}
	}
	ids = strings.Split(q.one("_id"), ",")
	if len(ids) > mostIDs {
		return nil, true, badParam("_id", "may name %d at once", mostIDs)
	}
	if q.has("patient") || q.has("subject") {
		client, err := c.whose(q)
		if err != nil {
			return nil, true, err
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return !strings.HasPrefix(id, record.Short(client.Of())+".") })
	}
	return ids, true, nil
}

// byID are the resources with these ids, as far as they are there for whoever asks.
func (c *call) byID(q query, ids []string) (answers, error) {
	var some []found
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		f, err := c.kind.read(c, id)
		switch {
		case fault.Is(err, fault.NotFound):
		case err != nil:
			return answers{}, err
		default:
			some = append(some, f)
		}
	}
	return cut(c, q, some)
}

// whoseIsMissing says whether q had to name a client and does not: a token that is for
// whomever its person may see has no one record. It looks at nothing but the question.
func (c *call) whoseIsMissing(q query) bool {
	return c.in.Of == "" && !q.has("patient") && !q.has("subject") && !q.has("_id") &&
		slices.ContainsFunc(c.kind.params, func(p param) bool { return p.name == "patient" })
}

func badParam(name, format string, args ...any) error {
	r := refuse(http.StatusBadRequest, "invalid", "The parameter "+clean(name)+" "+format+".", args...).(*refusal)
	return r
}

// clean is a name as it may be said back.
func clean(name string) string {
	if len(name) > 40 || strings.Trim(name, letters+"_-:.") != "" {
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
		switch {
		case err != nil || t.Year() == 0:
		case form.length > 0:
			return t, t.Add(form.length), true
		default:
			t, _ = time.Parse(form.layout, text) // which is read already: as a date alone
			y, m, d := t.Date()
			return clocks.Begins(y, m, d, loc), clocks.Begins(y+form.years, m+time.Month(form.months), d+form.days, loc), true
		}
	}
	return begins, ends, false
}

// holds says whether t is within the span.
func (s span) holds(t time.Time) bool {
	return !t.Before(s.from) && (s.before.IsZero() || t.Before(s.before))
}
