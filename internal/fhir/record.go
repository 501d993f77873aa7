package fhir

import (
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A line is one of a few things of a kind in a client's record: what is sent of it,
// and by what it is searched.
type line struct {
	found
	at     time.Time
	status string
	codes  map[string][]string // by the name of a further param: "system|code", or what a reference names
}

// A part is where some of a kind come from.
type part struct {
	reads    []access.Action
	category string                // its code among ours; empty: it has none
	ids      func(own string) bool // whether it can be of this part, by the second half of its id; nil: it can
	of       []string              // the kinds that a target may be of, where one is searched for
	shown    func(c *call, client access.Compartment) bool
	all      func(c *call, client access.Compartment) ([]line, error)
}

// ofRecord is a kind of which a record has so few that they are read together: found
// by whose they are, by status and by when.
func ofRecord(name, about, when, whenAbout string, reads []access.Action, all func(c *call, client access.Compartment) ([]line, error)) kind {
	return ofParts(name, about, when, whenAbout, nil, part{reads: reads, all: all})
}

// ofParts is such a kind whose resources come from several places, each of which asks
// the door by itself: whoever may read one of them gets that one. They are found by more
// as well.
func ofParts(name, about, when, whenAbout string, more []param, parts ...part) kind {
	k := kind{name: name, about: about, params: []param{
		{"patient", reference_, "whose; a client need not say it"},
		{"status", token_, "how it stands"},
	}}
	if when != "" {
		k.params = append(k.params, param{when, date, whenAbout})
	}
	k.params = append(k.params, more...)
	for _, p := range parts {
		for _, a := range p.reads {
			if !slices.Contains(k.reads, a) {
				k.reads = append(k.reads, a)
			}
		}
	}
	k.read = func(c *call, id string) (found, error) {
		client, err := recordOf(id)
		if err != nil {
			return nil, err
		}
		_, own, _ := strings.Cut(id, ".")
		lines, err := c.lines(client, parts, func(p part) bool { return p.ids == nil || p.ids(own) })
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			if l.id() == id {
				return l.found, nil
			}
		}
		return nil, fault.Absent()
	}
	k.search = func(c *call, q query) (answers, error) {
		if q.sort != "" && q.sort != "_id" {
			return answers{}, badParam("_sort", "may only be _id here, which is the order of making")
		}
		client, err := c.whose(q)
		if err != nil {
			return answers{}, err
		}
		s, err := c.dates(q, when)
		if err != nil {
			return answers{}, err
		}
		lines, err := c.lines(client, parts, func(p part) bool {
			target, _, _ := strings.Cut(q.one("target"), "/")
			return (p.category == "" || !q.has("category") || means(ours+"|"+p.category, q.one("category"))) &&
				(len(p.of) == 0 || !q.has("target") || slices.Contains(p.of, target))
		})
		if err != nil {
			return answers{}, err
		}
		var some []found
		for _, l := range lines {
			if s.holds(l.at) && (!q.has("status") || q.one("status") == l.status) && l.has(q, more) {
				some = append(some, l.found)
			}
		}
		return cut(c, q, some)
	}
	return k
}

// lines are what there is in the parts that are wanted, of those that are shown to
// whoever asks. If the door lets them read none of these, there is nothing here for them.
func (c *call) lines(client access.Compartment, parts []part, wanted func(part) bool) (all []line, err error) {
	asked, refused := 0, 0
	for _, p := range parts {
		if !wanted(p) || p.shown != nil && !p.shown(c, client) {
			continue
		}
		asked++
		some, err := p.all(c, client)
		switch {
		case fault.Is(err, fault.NotFound):
			refused++
		case err != nil:
			return nil, err
		}
		all = append(all, some...)
	}
	if asked > 0 && asked == refused {
		return nil, fault.Absent()
	}
	return all, nil
}

// ours is the system of categories of our own, which a part has.
const ours = "urn:waymark:fhir:category"

// has says whether the line is one of those that the further params ask for.
func (l line) has(q query, more []param) bool {
	for _, p := range more {
		if v := q.one(p.name); v != "" && (p.kind == token_ || p.kind == reference_) && p.name != "category" &&
			!slices.ContainsFunc(l.codes[p.name], func(code string) bool { return means(code, v) }) {
			return false
		}
	}
	return true
}

// means says whether a code, with its system, is what a search asks for, with it or without.
func means(code, asked string) bool {
	_, bare, _ := strings.Cut(code, "|")
	return asked == code || asked == bare
}
