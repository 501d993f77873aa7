package fhir

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/tree"
	"github.com/waymark-care/waymark/internal/web"
)

// Our own extensions of an answered questionnaire.
const (
	noteURL   = "urn:waymark:fhir:note"   // the client's own words beside the answers
	modeURL   = "urn:waymark:fhir:mode"   // how it was answered: self, paper, interview
	urgentURL = "urn:waymark:fhir:urgent" // what to show whoever answered, at once
)

type extension struct {
	URL         string `json:"url"`
	ValueString string `json:"valueString,omitempty"`
	ValueCode   string `json:"valueCode,omitempty"`
}

type response struct {
	head
	Extension     []extension    `json:"extension,omitempty"`
	Questionnaire string         `json:"questionnaire"`
	Status        string         `json:"status"`
	Subject       *reference     `json:"subject"`
	Authored      string         `json:"authored"`
	Author        *reference     `json:"author,omitempty"`
	Source        *reference     `json:"source,omitempty"`
	Item          []responseItem `json:"item,omitempty"`
}

type responseItem struct {
	LinkID string   `json:"linkId"`
	Text   string   `json:"text,omitempty"`
	Answer []answer `json:"answer,omitempty"`
}

type answer struct {
	ValueCoding  *coding `json:"valueCoding,omitempty"`
	ValueInteger *int    `json:"valueInteger,omitempty"`
	ValueString  string  `json:"valueString,omitempty"`
}

// responseOf is a in FHIR's words; in is the questionnaire that it answers.
func responseOf(client access.Compartment, in *instrument.Instrument, a measure.Answer) *response {
	r := &response{
		head:          of("QuestionnaireResponse", within(client, a.ID), "1", changed(a)),
		Questionnaire: canonical(in), Status: "completed", Subject: ref("Patient", client.Of()), Authored: instant(a.GivenAt),
		Source: ref("Patient", client.Of()), Author: ref("Patient", client.Of()),
	}
	if a.EnteredBy != "" {
		r.Author = ref("Practitioner", a.EnteredBy)
	}
	r.Extension = append(r.Extension, extension{URL: modeURL, ValueCode: a.Mode})
	if a.Note != "" {
		r.Extension = append(r.Extension, extension{URL: noteURL, ValueString: a.Note})
	}
	for _, it := range in.Items {
		item := responseItem{LinkID: it.LinkID, Text: it.Text}
		if v := a.Items[it.ID]; v != nil {
			item.Answer = []answer{answerOf(it, *v)}
		}
		r.Item = append(r.Item, item)
	}
	return r
}

func answerOf(it instrument.Item, v int) answer {
	for _, choice := range it.Answers {
		if choice.Value != v {
			continue
		}
		switch choice.As {
		case "valueInteger":
			return answer{ValueInteger: &choice.Value}
		case "valueString":
			return answer{ValueString: choice.Text}
		}
		return answer{ValueCoding: &coding{System: choice.System, Code: choice.Code, Display: choice.Text}}
	}
	return answer{ValueInteger: &v}
}

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
type saying func(access.Compartment, *instrument.Instrument, measure.Answer) found

func (c *call) say(client access.Compartment, a measure.Answer, say saying) (found, error) {
	in, ok := c.api.Measures.Library(c.actor.Practice).Lookup(a.Instrument, a.Version)
	if !ok {
		return nil, errNoDefinition
	}
	return say(client, in, a), nil
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
	return c.say(client, a, say)
}

// ofAnswers are the answers of a window, as say says them.
func ofAnswers(c *call, q query, client access.Compartment, w measure.Window, say saying) (answers, error) {
	all, err := c.answersIn(q, client, w)
	if err != nil {
		return answers{}, err
	}
	return paged(q, all, func(a measure.Answer) (found, error) { return c.say(client, a, say) })
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
			if q.updated.holds(changed(a)) {
				some = append(some, a)
			}
		}
		if len(all) < w.Most || len(some) >= most {
			return some[:min(most, len(some))], nil
		}
		w.After = measure.Mark{At: all[len(all)-1].GivenAt, ID: all[len(all)-1].ID}
	}
}

func sayResponse(client access.Compartment, in *instrument.Instrument, a measure.Answer) found {
	return responseOf(client, in, a)
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

// changed is when an answer was last changed, which is when it came.
func changed(a measure.Answer) time.Time {
	if a.EnteredAt.After(a.GivenAt) {
		return a.EnteredAt
	}
	return a.GivenAt
}

// paged is the page of answers that q is for; all has one more if there are more.
func paged(q query, all []measure.Answer, say func(measure.Answer) (found, error)) (answers, error) {
	found := answers{total: -1}
	if len(all) > q.count {
		all = all[:q.count]
		if q.count > 0 {
			last := all[len(all)-1]
			found.next = strconv.FormatInt(last.GivenAt.UnixMicro(), 10) + " " + last.ID
		}
	}
	for _, a := range all {
		f, err := say(a)
		if err != nil {
			return found, err
		}
		found.page = append(found.page, f)
	}
	return found, nil
}

// A sent is an answered questionnaire that was posted.
type sent struct {
	client access.Compartment
	in     *instrument.Instrument
	items  instrument.Answers
	note   string
	mode   string
	on     string // when, as it was written; may be empty
}

func createResponse(c *call, body tree.Node) (found, bool, error) {
	s, err := c.sent(body)
	if err != nil {
		return nil, false, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, false, err
	}
	if s.client == access.ClientRecord(c.actor.ID) {
		return c.give(s, id.String())
	}
	on, err := c.day(s, measure.DayOf(web.NowOf(c.r), c.loc))
	if err != nil {
		return nil, false, err
	}
	if s.mode == "" {
		s.mode = measure.ModePaper
	}
	a, err := c.api.Measures.Enter(c.r.Context(), c.actor, s.client, measure.Entered{
		ID: id.String(), Instrument: s.in.ID, Version: s.in.Version, Mode: s.mode, On: on, Items: s.items, Note: s.note,
	}, c.loc)
	if err != nil {
		return nil, false, s.placed(err)
	}
	return responseOf(s.client, s.in, a), true, nil
}

// day is when it was answered, if that is said, and otherwise today.
func (c *call) day(s sent, today measure.Day) (measure.Day, error) {
	if s.on == "" {
		return today, nil
	}
	at, _, ok := moment(s.on, c.loc)
	if !ok || len(s.on) < len("2006-01-02") {
		return today, wrongAt("QuestionnaireResponse.authored", "must be a day such as 2026-11-24, or a moment")
	}
	return measure.DayOf(at, c.loc), nil
}

// give keeps what a client's own program sends: as the answer to what they were asked,
// if they were and it is due.
func (c *call) give(s sent, id string) (found, bool, error) {
	due, err := c.api.Measures.Due(c.r.Context(), c.actor, s.client, c.loc)
	if err != nil {
		return nil, false, err
	}
	if now := web.NowOf(c.r); !c.api.Gate.given.Of(c.actor.ID, now).AllowN(now, 1) {
		return nil, false, fault.New(fault.TooSoon, "", "These are very many answers. Please send the next in a while.")
	}
	a := measure.Answer{ID: id, Instrument: s.in.ID, Version: s.in.Version, Items: s.items, Note: s.note}
	for _, d := range due {
		if d.Ask.Instrument == s.in.ID {
			a.AskID, a.Occasion = d.Ask.ID, d.Occasion
		}
	}
	a, err = c.api.Measures.Give(c.r.Context(), c.actor, s.client, a)
	if err != nil {
		return nil, false, s.placed(err)
	}
	r := responseOf(s.client, s.in, a)
	if a.Result.Endorsed() {
		r.Extension = append(r.Extension, extension{URL: urgentURL, ValueString: "What you answered may mean that you are in danger. Nobody watches this in real time. " +
			"If you are in danger, call your local emergency number now. People who can help today: " + c.api.Origin + "/help"})
	}
	return r, true, nil
}

// placed is err with the place in what was sent, if it is about one of the questions.
func (s sent) placed(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		return err
	}
	if it, ok := s.in.Item(f.Field); ok {
		return wrongAt("QuestionnaireResponse.item.where(linkId='"+it.LinkID+"')", "%s", f.Text)
	}
	return &refusal{http.StatusUnprocessableEntity, "invalid", f.Text, "QuestionnaireResponse"}
}

// sent takes body apart. What is not understood is refused with its place.
func (c *call) sent(body tree.Node) (s sent, err error) {
	if err := body.Known("extension questionnaire status subject authored item", "author source language text meta"); err != nil {
		return s, err
	}
	status, err := body.Words("status", false)
	if err != nil {
		return s, err
	}
	if status != "completed" {
		if slices.Contains([]string{"in-progress", "amended", "entered-in-error", "stopped"}, status) {
			return s, wrongAt("QuestionnaireResponse.status", "only what is completed is kept here")
		}
		return s, wrongAt("QuestionnaireResponse.status", "is no status of a QuestionnaireResponse")
	}
	if s.client, err = c.subject(body); err != nil {
		return s, err
	}
	if s.on, err = body.Words("authored", true); err != nil {
		return s, err
	}
	which, err := body.Words("questionnaire", false)
	if err != nil {
		return s, err
	}
	if s.in, err = c.definition(which); err != nil {
		return s, err
	}
	if err := s.extensions(body); err != nil {
		return s, err
	}
	s.items = instrument.Answers{}
	return s, s.read(body, 0)
}

// subject is the record of whoever answered. Whose it is, the door decides.
func (c *call) subject(body tree.Node) (access.Compartment, error) {
	n, there := body.Fields["subject"]
	if !there {
		return "", tree.Wrong("subject", "missing")
	}
	if err := n.Known("reference", "type display"); err != nil {
		return "", err
	}
	text, err := n.Words("reference", false)
	if err != nil {
		return "", err
	}
	id, ok := c.named("Patient", text)
	if !ok {
		return "", wrongAt("QuestionnaireResponse.subject.reference", "must be Patient/ and an id of ours")
	}
	return access.ClientRecord(id), nil
}

func (c *call) definition(which string) (*instrument.Instrument, error) {
	all, err := c.api.Shelf.Definitions(c.r.Context(), c.actor)
	if err != nil {
		return nil, err
	}
	for _, in := range slices.Backward(all) {
		if which == canonical(in) || which == in.URL || which == "Questionnaire/"+definitionID(in) {
			return in, nil
		}
	}
	return nil, wrongAt("QuestionnaireResponse.questionnaire", "is not one of this practice; ask for Questionnaire to see them")
}

func (s *sent) extensions(body tree.Node) error {
	all, err := body.All("extension")
	if err != nil {
		return err
	}
	for _, e := range all {
		if err := e.Known("url valueString valueCode", ""); err != nil {
			return err
		}
		switch url := e.Fields["url"].Text; url {
		case noteURL:
			s.note, err = e.Words("valueString", false)
		case modeURL:
			s.mode, err = e.Words("valueCode", false)
		default:
			err = tree.Wrong(e.At+".url", "not known here")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read takes up the items of n, groups and all.
func (s *sent) read(n tree.Node, depth int) error {
	all, err := n.All("item")
	if err != nil {
		return err
	}
	for _, it := range all {
		if err := it.Known("linkId answer item", "text definition"); err != nil {
			return err
		}
		link, err := it.Words("linkId", false)
		if err != nil {
			return err
		}
		if err := s.answer(it, link); err != nil {
			return err
		}
		if err := s.read(it, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *sent) answer(it tree.Node, link string) error {
	answers, err := it.All("answer")
	if err != nil || len(answers) == 0 {
		return err
	}
	at := slices.IndexFunc(s.in.Items, func(i instrument.Item) bool { return i.LinkID == link })
	if at < 0 {
		return tree.Wrong(it.At+".linkId", "is no question of this questionnaire")
	}
	item := s.in.Items[at]
	if _, twice := s.items[item.ID]; twice {
		return tree.Wrong(it.At, "answers the same question once more")
	}
	if len(answers) > 1 {
		return tree.Wrong(it.At+".answer", "must be one answer at most")
	}
	v, err := value(item, answers[0])
	if err != nil {
		return err
	}
	s.items[item.ID] = &v
	return nil
}

// value is which answer to item n says.
func value(item instrument.Item, n tree.Node) (int, error) {
	if err := n.Known("valueCoding valueInteger valueString", ""); err != nil {
		return 0, err
	}
	codes, coded := n.Fields["valueCoding"]
	if coded {
		if err := codes.Known("system code display", "version userSelected"); err != nil {
			return 0, err
		}
	}
	for _, c := range item.Answers {
		switch {
		case coded && c.As == "valueCoding" && c.Code != "" && codes.Fields["code"].Text == c.Code && codes.Fields["system"].Text == c.System,
			coded && c.As == "valueCoding" && c.Code == "" && codes.Fields["display"].Text == c.Text, // its author gave it no code
			!coded && n.Fields["valueString"].Kind == '"' && c.As == "valueString" && n.Fields["valueString"].Text == c.Text:
			return c.Value, nil
		}
	}
	if whole, there := n.Fields["valueInteger"]; there && !coded {
		v, err := whole.Whole()
		if err != nil {
			return 0, err
		}
		if slices.ContainsFunc(item.Answers, func(c instrument.Choice) bool { return c.Value == v && c.As == "valueInteger" }) {
			return v, nil
		}
	}
	return 0, wrongAt(n.At, "is not one of the answers to this question")
}
