package fhir

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

// Everything puts every resource about the client, one after the other, as far as
// actor may see them and what actor's mandate lets be read: the client themself first,
// then kind by kind, and at the end the questionnaires that were answered. ctx is that
// of a visit. Whoever may not read who the client is gets fault.NotFound, and nothing.
func (api *API) Everything(ctx context.Context, actor access.Actor, client string, put func(resource []byte) error) error {
	c := api.inside(ctx, actor)
	for at := ""; ; {
		page, next, err := c.everything(client, query{count: mostCount}, nil, at)
		if err != nil {
			return err
		}
		for _, f := range page {
			text, err := appendJSON(nil, f)
			if err != nil {
				return err
			}
			if err := put(text); err != nil {
				return err
			}
		}
		if at = next; at == "" {
			return nil
		}
	}
}

// Collect writes to w all that Everything puts, as one Bundle (a collection, made at now),
// resource by resource.
func (api *API) Collect(ctx context.Context, actor access.Actor, client string, now time.Time, w io.Writer) error {
	head, err := json.Marshal(now.UTC().Format(time.RFC3339))
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, `{"resourceType":"Bundle","type":"collection","timestamp":`+string(head)+`,"entry":[`); err != nil {
		return err
	}
	between := "\n"
	err = api.Everything(ctx, actor, client, func(resource []byte) error {
		var named struct{ ResourceType, ID string }
		if err := json.Unmarshal(resource, &named); err != nil {
			return err
		}
		full, err := json.Marshal(api.Origin + root + "/" + named.ResourceType + "/" + named.ID)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, between+`{"fullUrl":`+string(full)+`,"resource":`+string(resource)+`}`)
		between = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}

// inside is a call that came by no request.
func (api *API) inside(ctx context.Context, actor access.Actor) *call {
	r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: root}, Header: http.Header{}}
	return &call{api: api, r: r.WithContext(ctx), actor: actor, loc: api.Facts.Zone(actor.Practice)}
}

// everything is a page of all that is about the client, of those kinds alone if some
// are named, from at on, and where the next begins; next is empty after the last. Of q
// it keeps to count and to what was changed within a time.
func (c *call) everything(client string, q query, types []string, at string) (page []found, next string, err error) {
	who, err := c.person("Patient", client)
	if err != nil {
		return nil, "", err
	}
	stages := c.stages(client, types)
	from, within, _ := strings.Cut(at, " ")
	first := max(0, slices.IndexFunc(stages, func(k kind) bool { return k.name == from }))
	for i, k := range stages[first:] {
		some := answers{page: []found{who}}
		if k.name != "Patient" {
			some, err = c.stage(k, client, q, within)
		}
		within = ""
		switch {
		case fault.Is(err, fault.NotFound):
			continue // none of it is for whoever asks
		case err != nil:
			return nil, "", err
		}
		page = append(page, some.page...)
		q.count -= len(some.page)
		switch {
		case some.next != "":
			return page, k.name + " " + some.next, nil
		case q.count == 0 && first+i+1 < len(stages):
			return page, stages[first+i+1].name + " ", nil
		}
	}
	return page, "", nil
}

// showEverything answers $everything of one client (hl7.org/fhir/R4/patient-operation-everything.html).
func (api *API) showEverything(c *call) error {
	client, err := personID(c.r.PathValue("name"))
	if err != nil {
		return err
	}
	in := *c // it has params of its own
	in.kind.params = []param{
		{"_since", date, "what was changed since"},
		{"_type", token_, "of these kinds alone"},
	}
	in.kind.undated = true
	q, err := in.query()
	if err != nil {
		return err
	}
	q.path = "Patient/" + client + "/$everything"
	if q.has("_id") || q.sort != "" || q.only || !q.shape.Whole() {
		return refuse(http.StatusBadRequest, "invalid", "Everything is told by kind and page; it takes _since, _type and _count.")
	}
	if q.has("_since") {
		at, _, ok := moment(q.one("_since"), c.loc)
		if !ok {
			return badParam("_since", "must be a moment such as 2026-11-24T10:00:00Z")
		}
		q.dated, q.updated = true, span{from: at}
	}
	var types []string
	if q.has("_type") {
		types = strings.Split(q.one("_type"), ",")
		for _, t := range types {
			if !slices.ContainsFunc(kinds(), func(k kind) bool { return k.name == t }) {
				return badParam("_type", "names a kind that is not here")
			}
		}
	}
	at, err := c.after(q)
	if err != nil {
		return err
	}
	page, next, err := c.everything(client, q, types, at)
	if err != nil {
		return err
	}
	return c.bundle(q, answers{page: page, next: next, total: -1})
}

// stages are the kinds that are about somebody, as far as the scopes let them be read,
// with whoever it is first and the questionnaires last.
func (c *call) stages(client string, types []string) []kind {
	var whom, about, asked []kind
	for _, k := range kinds() {
		switch {
		case k.passing,
			len(types) > 0 && !slices.Contains(types, k.name),
			c.in.Token != "" && !lets(c.in.Scopes, k.name, reading) && !lets(c.in.Scopes, k.name, searching),
			c.actor.Mandate != nil && !c.actor.Mandate.Acts[k.reads[0]],
			k.own && c.actor.ID != client:
		case k.name == "Patient":
			whom = append(whom, k)
		case k.name == "Questionnaire":
			asked = append(asked, k)
		case slices.ContainsFunc(k.params, func(p param) bool { return p.name == "patient" }):
			about = append(about, k)
		}
	}
	return slices.Concat(whom, about, asked)
}

// stage is what there is of one kind, from the mark on.
func (c *call) stage(k kind, client string, q query, from string) (answers, error) {
	in := *c
	in.kind = k
	q.from, q.values, q.path, q.page = from, url.Values{}, "", ""
	q.dated = q.dated && !k.undated // of these, all are told again
	if k.name == "Questionnaire" {
		all, err := in.answered(access.ClientRecord(client))
		if err != nil {
			return answers{}, err
		}
		return cut(&in, q, all)
	}
	q.values.Set("patient", client)
	return k.search(&in, q)
}

// answered are the questionnaires that somebody gave answers to, in the versions that
// they saw.
func (c *call) answered(client access.Compartment) (some []*definition, err error) {
	used := map[*instrument.Instrument]bool{}
	lib := c.api.Measures.Library(c.actor.Practice)
	for w := (measure.Window{Most: mostCount}); ; {
		all, err := c.api.Measures.Within(c.r.Context(), c.actor, client, w)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if in, ok := lib.Lookup(a.Instrument, a.Version); ok {
				used[in] = true
			}
		}
		if len(all) < w.Most {
			break
		}
		w.After = measure.Mark{At: all[len(all)-1].GivenAt, ID: all[len(all)-1].ID}
	}
	for in := range used {
		d, err := definitionOf(in)
		if err != nil {
			return nil, err
		}
		some = append(some, d)
	}
	return some, nil
}
