package fhir

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

func questionnaireResponses() kind {
	return kind{
		name: "QuestionnaireResponse", past: true, about: "What a client answered. What is posted is scored, flagged and written down as on the page: by a client as " +
			"their own answer, to what they were asked if they were; by a clinician as something answered on paper or aloud.",
		reads:  []access.Action{access.ReadMeasures},
		writes: []access.Action{access.GiveAnswer, access.EnterAnswer, access.ReadDue, access.ReadDefinitions},
		params: []param{
			{"_id", token_, "which"},
			{"patient", reference_, "whose; a client need not say it"},
			{"subject", reference_, "the same as patient"},
			{"authored", date, "when it was answered"},
			{"questionnaire", reference_, "to which, by its canonical address"},
			{"status", token_, "completed, which all are"},
			{"identifier", token_, "what whoever sent it calls it by, as system|value; for one client"},
		},
		read: func(c *call, id string) (found, error) {
			return ofAnswer(c, id, sayResponse)
		},
		search: searchResponses,
		create: createResponse,
	}
}

var errNoDefinition = errors.New("an answer to a questionnaire that is not here")

// A saying says an answer to a questionnaire as a resource.
type saying func(*call, access.Compartment, *instrument.Instrument, *measure.Answer) found

func (c *call) say(client access.Compartment, a *measure.Answer, say saying) (found, error) {
	in, ok := c.api.Measures.Library(c.actor.Practice).Lookup(a.Instrument, a.Version)
	if !ok {
		return nil, errNoDefinition
	}
	return say(c, client, in, a), nil
}

// ofAnswer is the one answer that an id names, as say says it.
func ofAnswer(c *call, id string, say saying) (found, error) {
	client, id, err := apart(id)
	if err != nil {
		return nil, err
	}
	a, err := c.api.Measures.One(c.r.Context(), c.actor, client, id)
	if err != nil {
		return nil, err
	}
	return c.say(client, &a, say)
}

// ofAnswers are the answers of a window, as say says them.
func ofAnswers(c *call, q query, client access.Compartment, w measure.Window, say saying) (answers, error) {
	all, err := c.answersIn(q, client, w)
	if err != nil {
		return answers{}, err
	}
	return paged(q, all, func(a *measure.Answer) (found, error) { return c.say(client, a, say) })
}

// answersIn are the answers of a window. When they came is not when they were given, so
// that whoever asks for it has them gone through.
func (c *call) answersIn(q query, client access.Compartment, w measure.Window) (some []measure.Answer, err error) {
	if !q.dated {
		return c.api.Measures.Within(c.r.Context(), c.actor, client, w)
	}
	if w.Before.IsZero() || !q.updated.before.IsZero() && q.updated.before.Before(w.Before) {
		w.Before = q.updated.before // nothing comes before it is given
	}
	most := w.Most
	w.Most = mostCount
	for {
		all, err := c.api.Measures.Within(c.r.Context(), c.actor, client, w)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if q.updated.holds(record.Changed(a)) {
				some = append(some, a)
			}
		}
		if len(all) < w.Most || len(some) >= most {
			return some[:min(most, len(some))], nil
		}
		w.After = measure.Mark{At: all[len(all)-1].GivenAt, ID: all[len(all)-1].ID}
	}
}

func sayResponse(c *call, client access.Compartment, in *instrument.Instrument, a *measure.Answer) found {
	return record.AnswerOf(&c.api.words, client, in, a)
}

// whose is the record that a search is about.
func (c *call) whose(q query) (access.Compartment, error) {
	var whose string
	for _, name := range []string{"patient", "subject"} {
		for _, v := range q.values[name] {
			id, ok := c.named("Patient", v)
			if !ok {
				_, err := personID(v)
				id, ok = v, err == nil && name == "patient"
			}
			if !ok || whose != "" && whose != id {
				return "", badParam(name, "must name one client, such as Patient/…")
			}
			whose = id
		}
	}
	if whose != "" {
		return access.ClientRecord(whose), nil
	}
	return access.ClientRecord(c.actor.ID), nil
}

func searchResponses(c *call, q query) (answers, error) {
	client, w, ok, err := c.window(q, "authored")
	if err != nil || !ok {
		return answers{total: -1}, err
	}
	if q.has("identifier") {
		return c.sentAs(q, client, w)
	}
	return ofAnswers(c, q, client, w, sayResponse)
}

// window is what of whose answers q asks for; ok is false if there can be none.
func (c *call) window(q query, when string) (client access.Compartment, w measure.Window, ok bool, err error) {
	if q.sort != "" && q.sort != "-"+when {
		return client, w, false, badParam("_sort", "may only be -"+when+" here: the newest first")
	}
	if client, err = c.whose(q); err != nil {
		return client, w, false, err
	}
	s, err := c.dates(q, when)
	if err != nil {
		return client, w, false, err
	}
	after, err := c.after(q)
	if err != nil {
		return client, w, false, err
	}
	w = measure.Window{From: s.from, Before: s.before, Most: q.count + 1}
	if at, id, marked := strings.Cut(after, " "); marked {
		micros, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return client, w, false, badParam("_page", "is not one that was given out for this search")
		}
		w.After = measure.Mark{At: time.UnixMicro(micros), ID: id}
	}
	if v := q.one("status"); v != "" && v != "completed" && v != "final" {
		return client, w, false, nil
	}
	if v := q.one("questionnaire"); v != "" {
		url, _, _ := strings.Cut(v, "|")
		in, there := byURL(c.api.Measures.Library(c.actor.Practice), url)
		if !there {
			return client, w, false, nil
		}
		w.Instrument = in.ID
	}
	if v := q.one("_id"); v != "" {
		return client, w, false, badParam("_id", "is read at its own address")
	}
	return client, w, true, nil
}

func byURL(lib *instrument.Library, url string) (*instrument.Instrument, bool) {
	for _, in := range slices.Backward(lib.All()) {
		if in.URL == url {
			return in, true
		}
	}
	return nil, false
}

// paged is the page of answers that q is for; all has one more if there are more.
func paged(q query, all []measure.Answer, say func(*measure.Answer) (found, error)) (answers, error) {
	found := answers{total: -1}
	if len(all) > q.count {
		all = all[:q.count]
		if q.count > 0 {
			last := all[len(all)-1]
			found.next = strconv.FormatInt(last.GivenAt.UnixMicro(), 10) + " " + last.ID
		}
	}
	found.page = make([]record.Resource, 0, len(all))
	for i := range all {
		f, err := say(&all[i])
		if err != nil {
			return found, err
		}
		found.page = append(found.page, f)
	}
	return found, nil
}
