package fhir

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/tree"
	"github.com/waymark-care/waymark/internal/web"
)

// A sent is an answered questionnaire that was posted.
type sent struct {
	client access.Compartment
	in     *instrument.Instrument
	items  instrument.Answers
	note   string
	mode   string
	on     string // when, as it was written; may be empty
	name   string // what whoever sends it calls it by, system|value; may be empty
	once   bool   // whatever came under that name before is what they want
}

func createResponse(c *call, body tree.Node) (found, bool, error) {
	s, err := c.sent(body)
	if err != nil {
		return nil, false, err
	}
	if s.once, err = c.once(s); err != nil {
		return nil, false, err
	}
	keep := c.enterFor
	if s.client == access.ClientRecord(c.actor.ID) {
		keep = c.give
	}
	for tries := 0; ; tries++ {
		id, err := uuid.NewV7()
		if err != nil {
			return nil, false, err
		}
		made, fresh, err := keep(s, id.String())
		if s.name == "" || tries > 0 || !fault.Is(err, fault.Conflict) {
			return made, fresh, err
		}
	} // it came twice at the same moment: the first is there now
}

// enterFor keeps what whoever treats a client sends.
func (c *call) enterFor(s sent, id string) (found, bool, error) {
	on, err := c.day(s, measure.DayOf(web.NowOf(c.r), c.loc))
	if err != nil {
		return nil, false, err
	}
	if s.mode == "" {
		s.mode = measure.ModePaper
	}
	a, err := c.api.Measures.Enter(c.r.Context(), c.actor, s.client, measure.Entered{
		ID: id, Instrument: s.in.ID, Version: s.in.Version, Mode: s.mode, On: on, Items: s.items, Note: s.note, Sent: s.name,
	}, c.loc)
	return c.kept(s, id, a, err)
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
	a := measure.Answer{ID: id, Instrument: s.in.ID, Version: s.in.Version, Items: s.items, Note: s.note, Sent: s.name}
	for _, d := range due {
		if d.Ask.Instrument == s.in.ID {
			a.AskID, a.Occasion = d.Ask.ID, d.Occasion
		}
	}
	a, err = c.api.Measures.Give(c.r.Context(), c.actor, s.client, a)
	f, fresh, err := c.kept(s, id, a, err)
	if r, ok := f.(*record.Answer); ok && a.Result.Endorsed() {
		r.Urgent = "What you answered may mean that you are in danger. Nobody watches this in real time. " +
			"If you are in danger, call your local emergency number now. People who can help today: " + c.api.Origin + "/help"
	}
	return f, fresh, err
}

// kept is what came of keeping s under the id: a, or what was sent under its name before.
func (c *call) kept(s sent, id string, a measure.Answer, err error) (found, bool, error) {
	if s.once && fault.Is(err, fault.Conflict) && a.Sent == s.name {
		err = nil
	}
	if err != nil {
		return nil, false, s.placed(err)
	}
	f, err := c.say(s.client, &a, sayResponse)
	return f, a.ID == id, err
}

// once says whether whatever has the name of s already is to be the answer
// (hl7.org/fhir/R4/http.html#ccreate).
func (c *call) once(s sent) (bool, error) {
	asked := c.r.Header.Get("If-None-Exist")
	if asked == "" {
		return false, nil
	}
	values, err := url.ParseQuery(strings.TrimPrefix(asked, "?"))
	if err != nil {
		return false, refuse(http.StatusBadRequest, "invalid", "If-None-Exist must be a search, such as identifier=https://example.org/forms|17.")
	}
	for name, v := range values {
		switch {
		case len(v) > 1:
			return false, badParam(name, "may be given once")
		case name == "identifier" && v[0] == s.name:
		case (name == "patient" || name == "subject") && strings.TrimPrefix(v[0], "Patient/") == s.client.Of():
		default:
			return false, refuse(http.StatusPreconditionFailed, "invalid", "If-None-Exist can say here which identifier, as system|value, and whose: both as in what is sent.")
		}
	}
	if s.name == "" || values.Get("identifier") == "" {
		return false, refuse(http.StatusPreconditionFailed, "invalid", "If-None-Exist must say which identifier, as system|value.")
	}
	return true, nil
}

// sentAs is what was sent under the identifier that q asks for, if it lies within w.
func (c *call) sentAs(q query, client access.Compartment, w measure.Window) (answers, error) {
	a, there, err := c.api.Measures.SentAs(c.r.Context(), c.actor, client, q.one("identifier"))
	if err != nil || !there || !w.Holds(a) {
		return answers{total: -1}, err
	}
	f, err := c.say(client, &a, sayResponse)
	if err != nil || !q.lately(f) {
		return answers{total: -1}, err
	}
	return answers{page: []found{f}, total: -1}, nil
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
	if err := body.Known("extension identifier questionnaire status subject authored item", "author source language text meta"); err != nil {
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
	if s.name, err = called(body); err != nil {
		return s, err
	}
	s.items = instrument.Answers{}
	return s, s.read(body, 0)
}

// called is what whoever sends body calls it by; empty if by nothing.
func called(body tree.Node) (string, error) {
	n, there := body.Fields["identifier"]
	if !there {
		return "", nil
	}
	if err := n.Known("system value", "use"); err != nil {
		return "", err
	}
	system, err := n.Words("system", false)
	if err != nil {
		return "", err
	}
	if strings.Contains(system, "|") {
		return "", wrongAt(n.At+".system", "must be an address, without |")
	}
	value, err := n.Words("value", false)
	if err == nil && len(system)+len(value) >= measure.MaxSent {
		err = wrongAt(n.At, "must have fewer than %d characters", measure.MaxSent)
	}
	return system + "|" + value, err
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
		if which == record.Canonical(in) || which == in.URL || which == "Questionnaire/"+record.DefinitionID(in) {
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
		case record.NoteURL:
			s.note, err = e.Words("valueString", false)
		case record.ModeURL:
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
