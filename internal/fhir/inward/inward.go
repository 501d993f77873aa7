// Package inward translates a FHIR R4 Bundle that somebody else wrote, or Waymark
// elsewhere, into what can be brought in here. It keeps and decides nothing: arrival
// does.
//
// Of a Bundle of the types collection, searchset, history-less document, batch or
// transaction the resources are read and never what an entry asks a server to do.
// What has no place here is listed and counted, and nothing is left out silently.
package inward

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/tree"
)

// limits of a Bundle.
var limits = tree.Limits{Bytes: arrival.MaxBytes, Text: 200_000, List: arrival.MaxRows, Depth: 24, Values: 600_000}

// Our own extensions of an answered questionnaire, as package fhir writes them.
const (
	noteURL = "urn:waymark:fhir:note"
	loinc   = "http://loinc.org"
)

// Is says whether data looks like JSON, and so like a Bundle and not like a table.
func Is(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))), []byte("{"))
}

// Read translates a Bundle. source is what the other product is called, clinician the
// id of whoever treats those in it, and loc has the clocks by which a moment becomes a
// day. What is wrong with the whole is fault.Invalid at "file", with its place.
func Read(data []byte, source, clinician string, loc *time.Location) (arrival.File, error) {
	f := arrival.File{Clinician: clinician}
	var err error
	if f.Source, err = fault.Line("source", source, measure.MaxSource); err != nil {
		return f, err
	}
	n, err := tree.Read(data, limits)
	if err != nil {
		return f, wrong(err)
	}
	b := bundle{file: &f, loc: loc, left: make(map[string]int), answered: make(map[string]bool), met: make(map[string]bool), called: make(map[string]string)}
	if err := b.read(n); err != nil {
		return f, wrong(err)
	}
	var names []string
	for name := range b.left {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f.Left = append(f.Left, fmt.Sprintf("%s (%d)", name, b.left[name]))
	}
	return f, nil
}

func wrong(err error) error {
	var flaw *tree.Flaw
	if !errors.As(err, &flaw) {
		return err
	}
	return fault.New(fault.Invalid, "file", "This file cannot be read. "+flaw.Error())
}

// A bundle is what is being read.
type bundle struct {
	file     *arrival.File
	loc      *time.Location
	left     map[string]int
	answered map[string]bool   // ids of the questionnaires whose answers are in it
	met      map[string]bool   // ids of the appointments
	called   map[string]string // ids of the patients, by what else the Bundle calls them
}

// A resource is one of it, and where it stands.
type resource struct {
	tree.Node

	kind, id, url string // url is what others in the Bundle may call it by
}

func (b *bundle) read(n tree.Node) error {
	kind, err := n.Words("resourceType", false)
	if err != nil {
		return err
	}
	if kind != "Bundle" {
		return tree.Wrong("resourceType", "must be Bundle")
	}
	how, err := n.Words("type", false)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"collection", "searchset", "document", "batch", "transaction"}, how) {
		return tree.Wrong("type", "is none that can be brought in")
	}
	entries, err := n.All("entry")
	if err != nil {
		return err
	}
	var all []resource
	for _, e := range entries {
		r, there := e.Fields["resource"]
		if !there || r.Kind != '{' {
			b.left["entries without a resource"]++
			continue
		}
		kind, err := r.Words("resourceType", false)
		if err != nil {
			return err
		}
		res := resource{Node: r, kind: kind, id: text(r, "id"), url: text(e, "fullUrl")}
		all = append(all, res)
		switch kind {
		case "QuestionnaireResponse":
			if items, err := r.All("item"); err == nil && len(items) > 0 {
				b.answered[res.id] = true
			}
		case "Appointment":
			b.met[res.id] = true
		case "Patient":
			if res.id != "" && res.url != "" {
				b.called[res.url] = res.id
			}
		}
	}
	for _, r := range all { // whom the others are about comes first
		if r.kind == "Patient" {
			b.patient(r)
		}
	}
	for _, r := range all {
		b.one(r)
	}
	return nil
}

// one translates what is no Patient.
func (b *bundle) one(r resource) {
	switch r.kind {
	case "Patient":
	case "Appointment":
		b.appointment(r)
	case "Encounter":
		b.encounter(r)
	case "QuestionnaireResponse":
		b.response(r)
	case "Observation":
		b.observation(r)
	default:
		b.left[r.kind]++
	}
}

// text is the member called key, if it is text; empty if not.
func text(n tree.Node, key string) string {
	if m, there := n.Fields[key]; there && m.Kind == '"' {
		return tree.Tidy(m.Text)
	}
	return ""
}

// member is the object called key; the zero Node if there is none.
func member(n tree.Node, key string) tree.Node {
	if m, there := n.Fields[key]; there && m.Kind == '{' {
		return m
	}
	return tree.Node{}
}

// list is the list called key; empty if there is none.
func list(n tree.Node, key string) []tree.Node {
	if m, there := n.Fields[key]; there && m.Kind == '[' {
		return m.List
	}
	return nil
}

// add notes an item of r that has these flaws.
func (b *bundle) add(r resource, it arrival.Item, flaws ...arrival.Flaw) {
	it.Where, it.Key = r.At, r.id
	if it.Where == "" {
		it.Where = r.kind
	}
	if it.Key == "" {
		it.Key = r.url
	}
	if _, there := r.Fields["modifierExtension"]; there {
		flaws = append(flaws, arrival.Flaw{Column: "modifierExtension", Why: "changes the meaning in a way that is not known here"})
	}
	if text(r.Node, "status") == "entered-in-error" {
		flaws = append(flaws, arrival.Flaw{Column: "status", Why: "says that it was entered in error"})
	}
	it.Flaws = flaws
	b.file.Items = append(b.file.Items, it)
}

func (b *bundle) patient(r resource) {
	c := arrival.ClientItem{}
	for _, n := range list(r.Node, "name") {
		name := text(n, "text")
		if name == "" {
			var parts []string
			for _, given := range list(n, "given") {
				parts = append(parts, tree.Tidy(given.Text))
			}
			name = strings.TrimSpace(strings.Join(append(parts, text(n, "family")), " "))
		}
		if c.Name == "" || text(n, "use") == "usual" || text(n, "use") == "official" && name != "" {
			c.Name = name
		}
	}
	for _, t := range list(r.Node, "telecom") {
		switch system := text(t, "system"); {
		case text(t, "use") == "old":
		case system == "email" && c.Email == "":
			c.Email = text(t, "value")
		case (system == "phone" || system == "sms") && c.Phone == "":
			c.Phone = text(t, "value")
		}
	}
	for _, key := range []string{"birthDate", "gender", "address", "contact", "communication", "maritalStatus", "generalPractitioner", "photo", "identifier"} {
		if _, there := r.Fields[key]; there {
			b.left["Patient."+key]++
		}
	}
	item := arrival.Item{Kind: arrival.Clients, Client: c}
	b.add(r, item, item.Check()...)
}

// about is whom a reference leads to, as clients are known by their ids there.
func (b *bundle) about(ref tree.Node) string {
	to := text(ref, "reference")
	if id, there := b.called[to]; there {
		return id
	}
	if to == "" {
		return text(ref, "display")
	}
	if at := strings.LastIndex(to, "Patient/"); at >= 0 {
		id, _, _ := strings.Cut(to[at+len("Patient/"):], "/")
		return id
	}
	return to // as urn:uuid:…
}

func (b *bundle) moment(flaws *[]arrival.Flaw, column, text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	if at, err := clocks.Day(text, b.loc); err == nil && column != "start" {
		return at.Add(12 * time.Hour).UTC()
	}
	*flaws = append(*flaws, arrival.Flaw{Column: column, Why: "is no moment as FHIR writes it, such as 2026-11-24T14:30:00Z"})
	return time.Time{}
}

func (b *bundle) appointment(r resource) {
	var flaws []arrival.Flaw
	a := arrival.AppointmentItem{Start: b.moment(&flaws, "start", text(r.Node, "start"))}
	if n, there := r.Fields["minutesDuration"]; there {
		m, err := n.Whole()
		if err != nil {
			flaws = append(flaws, arrival.Flaw{Column: "minutesDuration", Why: "must be a whole number"})
		}
		a.Length = time.Duration(m) * time.Minute
	} else if len(flaws) == 0 {
		a.Length = b.moment(&flaws, "end", text(r.Node, "end")).Sub(a.Start)
	}
	for _, p := range list(r.Node, "participant") {
		if ref := member(p, "actor"); strings.Contains(text(ref, "reference"), "Patient/") || a.Client == "" && strings.HasPrefix(text(ref, "reference"), "urn:") {
			a.Client = b.about(ref)
		}
	}
	switch status := text(r.Node, "status"); status {
	case "fulfilled", "arrived", "checked-in":
		a.Attendance = session.Came
	case "noshow":
		a.Attendance = session.Away
	case "cancelled":
		a.Attendance = session.Early
	case "booked", "pending", "proposed", "entered-in-error":
	default:
		flaws = append(flaws, arrival.Flaw{Column: "status", Why: "is none that can be brought in"})
	}
	b.add(r, arrival.Item{Kind: arrival.Appointments, Appointment: a}, noClient(flaws, a.Client)...)
}

func noClient(flaws []arrival.Flaw, client string) []arrival.Flaw {
	if client == "" {
		flaws = append(flaws, arrival.Flaw{Why: "says of no Patient whom it is about"})
	}
	return flaws
}

// encounter is a session that was held, unless its appointment says so.
func (b *bundle) encounter(r resource) {
	for _, ref := range list(r.Node, "appointment") {
		if to := text(ref, "reference"); b.met[to[strings.LastIndex(to, "/")+1:]] {
			return
		}
	}
	if status := text(r.Node, "status"); status != "finished" && status != "entered-in-error" {
		b.left["Encounter that was not held"]++
		return
	}
	var flaws []arrival.Flaw
	period := member(r.Node, "period")
	a := arrival.AppointmentItem{Client: b.about(member(r.Node, "subject")), Start: b.moment(&flaws, "start", text(period, "start")), Attendance: session.Came}
	if len(flaws) == 0 {
		a.Length = b.moment(&flaws, "end", text(period, "end")).Sub(a.Start).Round(time.Minute)
		a.Start = a.Start.Truncate(time.Minute)
	}
	b.add(r, arrival.Item{Kind: arrival.Appointments, Appointment: a}, noClient(flaws, a.Client)...)
}

func (b *bundle) response(r resource) {
	if !b.answered[r.id] {
		b.left["QuestionnaireResponse without answers"]++
		return
	}
	var flaws []arrival.Flaw
	s := arrival.ScoreItem{Client: b.about(member(r.Node, "subject")), Answers: make(map[string]arrival.Answer)}
	s.Instrument, s.Version, _ = strings.Cut(text(r.Node, "questionnaire"), "|")
	if s.Instrument == "" {
		flaws = append(flaws, arrival.Flaw{Column: "questionnaire", Why: "is missing"})
	}
	if status := text(r.Node, "status"); status != "completed" && status != "amended" {
		flaws = append(flaws, arrival.Flaw{Column: "status", Why: "is not completed"})
	}
	if s.At = b.moment(&flaws, "authored", text(r.Node, "authored")); !s.At.IsZero() {
		s.On = measure.DayOf(s.At, b.loc)
	}
	for _, e := range list(r.Node, "extension") {
		if text(e, "url") == noteURL {
			s.Note = text(e, "valueString")
		}
	}
	flaws = items(&s, list(r.Node, "item"), flaws, 0)
	b.add(r, arrival.Item{Kind: arrival.Scores, Score: s}, noClient(flaws, s.Client)...)
}

// items reads the answers of a list of items, and of those within them.
func items(s *arrival.ScoreItem, all []tree.Node, flaws []arrival.Flaw, depth int) []arrival.Flaw {
	for _, it := range all {
		link := text(it, "linkId")
		given := list(it, "answer")
		if len(given) > 1 {
			flaws = append(flaws, arrival.Flaw{Column: link, Why: "has several answers"})
		}
		if len(given) > 0 {
			s.Answers[link] = answer(given[0])
			given = list(given[0], "item")
		}
		if depth < 8 {
			flaws = items(s, append(slices.Clone(list(it, "item")), given...), flaws, depth+1)
		}
	}
	return flaws
}

func answer(n tree.Node) (a arrival.Answer) {
	if c := member(n, "valueCoding"); c.Kind == '{' {
		return arrival.Answer{Code: text(c, "code"), Text: text(c, "display")}
	}
	for _, key := range []string{"valueInteger", "valueDecimal"} {
		if v, there := n.Fields[key]; there {
			if x, err := v.Number(); err == nil && x == math.Trunc(x) && math.Abs(x) < 1e6 {
				whole := int(x)
				return arrival.Answer{Number: &whole}
			}
		}
	}
	return arrival.Answer{Text: text(n, "valueString")}
}

// observation is a total that another product kept, unless the answers that it is
// derived from are here.
func (b *bundle) observation(r resource) {
	for _, ref := range list(r.Node, "derivedFrom") {
		if to := text(ref, "reference"); b.answered[to[strings.LastIndex(to, "/")+1:]] {
			return
		}
	}
	code := ""
	for _, c := range list(member(r.Node, "code"), "coding") {
		if text(c, "system") == loinc {
			code = text(c, "code")
		}
	}
	value := member(r.Node, "valueQuantity").Fields["value"]
	if whole, there := r.Fields["valueInteger"]; there {
		value = whole
	}
	total, err := value.Number()
	if code == "" || err != nil {
		b.left["Observation that is no score"]++
		return
	}
	var flaws []arrival.Flaw
	s := arrival.ScoreItem{Client: b.about(member(r.Node, "subject")), Instrument: code, Total: total}
	if s.At = b.moment(&flaws, "effectiveDateTime", text(r.Node, "effectiveDateTime")); !s.At.IsZero() {
		s.On = measure.DayOf(s.At, b.loc)
	}
	if status := text(r.Node, "status"); !slices.Contains([]string{"final", "amended", "corrected", "entered-in-error"}, status) {
		flaws = append(flaws, arrival.Flaw{Column: "status", Why: "is not final"})
	}
	b.add(r, arrival.Item{Kind: arrival.Scores, Score: s}, noClient(flaws, s.Client)...)
}
