package fhir

import (
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/web"
)

// ofRecord is a kind of which a client's record has so few that they are read together.
// Each of the places that it comes from asks the door by itself.
func ofRecord(of record.Kind) kind {
	k := kind{name: of.Name, about: of.About, undated: of.Undated, own: of.Own, passing: of.Passing}
	for _, p := range of.Params {
		k.params = append(k.params, param{p.Name, p.Kind, p.About})
	}
	for _, p := range of.Parts {
		for _, a := range p.Reads {
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
		lines, err := c.lines(client, of.Parts, func(p record.Part) bool { return p.IDs == nil || p.IDs(own) })
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			if l.Ident() == id {
				return l.Resource, nil
			}
		}
		return nil, fault.Absent()
	}
	k.search = func(c *call, q query) (answers, error) { return c.searchRecord(of, q) }
	return k
}

// searchRecord finds what a search asks for among all that there is.
func (c *call) searchRecord(of record.Kind, q query) (answers, error) {
	if q.sort != "" && q.sort != "_id" {
		return answers{}, badParam("_sort", "may only be _id here, which is the order of making")
	}
	client, err := c.whose(q)
	if err != nil {
		return answers{}, err
	}
	s, err := c.dates(q, of.When)
	if err != nil {
		return answers{}, err
	}
	lines, err := c.lines(client, of.Parts, func(p record.Part) bool {
		target, _, _ := strings.Cut(q.one("target"), "/")
		return (p.Category == "" || !q.has("category") || means(record.Ours+"|"+p.Category, q.one("category"))) &&
			(len(p.Of) == 0 || !q.has("target") || slices.Contains(p.Of, target))
	})
	if err != nil {
		return answers{}, err
	}
	var some []found
	for _, l := range lines {
		if s.holds(l.At) && (!q.has("status") || q.one("status") == l.Status) && has(l, q, of.Params) {
			some = append(some, l.Resource)
		}
	}
	return cut(c, q, some)
}

// lines are what there is in the parts that are wanted, of those that are shown to
// whoever asks. If the door lets them read none of these, there is nothing here for them.
func (c *call) lines(client access.Compartment, parts []record.Part, wanted func(record.Part) bool) (all []record.Line, err error) {
	asker := c.asker()
	asked, refused := 0, 0
	for _, p := range parts {
		if !wanted(p) || p.Shown != nil && !p.Shown(asker, client) {
			continue
		}
		asked++
		some, err := p.All(c.r.Context(), asker, client)
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

// asker is whoever asks, for what lies in a record.
func (c *call) asker() *record.Asker {
	api := c.api
	return &record.Asker{
		Domains: &record.Domains{
			Assignments: api.Assignments, Calendars: api.Calendars, Goals: api.Goals, Hours: api.Hours, Informants: api.Informants, Intakes: api.Intakes, Logs: api.Logs,
			Measures: api.Measures, Notes: api.Notes, Outcomes: api.Outcomes, People: api.People, Plans: api.Plans, SafetyPlans: api.SafetyPlans, Sessions: api.Sessions,
		},
		Actor: c.actor, Now: web.NowOf(c.r), Zone: c.loc,
		Mark: func(text string) []byte { return api.Pages.door.Lookup(c.actor.Practice, text) },
	}
}

// has says whether the line is one of those that the further params ask for.
func has(l record.Line, q query, params []record.Param) bool {
	for _, p := range params {
		if v := q.one(p.Name); v != "" && (p.Kind == record.Token || p.Kind == record.Referring) && !slices.Contains([]string{"patient", "subject", "status", "category"}, p.Name) &&
			!slices.ContainsFunc(l.Codes[p.Name], func(code string) bool { return means(code, v) }) {
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
