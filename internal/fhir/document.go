package fhir

import (
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/note"
)

type document struct {
	head
	Status      string            `json:"status"`
	DocStatus   string            `json:"docStatus"`
	Type        concept           `json:"type"`
	Category    []concept         `json:"category"`
	Subject     *reference        `json:"subject"`
	Date        string            `json:"date"`
	Author      []reference       `json:"author"`
	Description string            `json:"description,omitempty"`
	Content     []documentContent `json:"content"`
	Context     *documentContext  `json:"context,omitempty"`
}

type documentContent struct {
	Attachment attachment `json:"attachment"`
}

type attachment struct {
	ContentType string `json:"contentType"`
	Data        []byte `json:"data,omitempty"` // in base64, as FHIR has it
	Title       string `json:"title,omitempty"`
	Creation    string `json:"creation,omitempty"`
}

type documentContext struct {
	Related []reference `json:"related"`
}

// What documents there are.
const (
	progressNote    = "11506-3" // of LOINC, as in FHIR's own value set of types of documents
	noteCategory    = "note"
	summaryCategory = "summary"
)

func ownCategory(code, words string) []concept {
	return []concept{{Coding: []coding{{System: ours, Code: code}}, Text: words}}
}

func text(words string, title string, at time.Time) []documentContent {
	return []documentContent{{attachment{ContentType: "text/plain; charset=utf-8", Data: []byte(words), Title: title, Creation: instant(at)}}}
}

func documentReferences() kind {
	return ofParts("DocumentReference", "Signed notes, as they were amended last, for whoever treats the client; and what the client may read of their sessions in somebody’s words, for both. "+
		"The text comes with it. Drafts and process notes are not there.",
		"date", "when it was signed or shared", []param{
			{"category", token_, "note or summary"},
			{"type", token_, "LOINC 11506-3, a progress note"},
		},
		part{
			reads: []access.Action{access.ReadHour}, category: summaryCategory, all: summaries,
			ids: func(own string) bool { return begins(own, "s") },
		},
		part{
			reads: []access.Action{access.ReadNotes}, category: noteCategory, all: signedNotes, ids: isShort,
			shown: func(c *call, client access.Compartment) bool { return client.Of() != c.actor.ID },
		})
}

// summaries are read by the client too: they were written for them.
func summaries(c *call, client access.Compartment) ([]line, error) {
	all, err := c.api.Hours.Summaries(c.r.Context(), c.actor, client)
	if err != nil {
		return nil, err
	}
	var lines []line
	for _, s := range all {
		d := &document{
			head: of("DocumentReference", beside(client, "s", s.SessionID), revision(s.Revision), s.At), Status: "current", DocStatus: "final",
			Type:     concept{Text: "What was written down for the client about a session"},
			Category: ownCategory(summaryCategory, "For the client to read"), Subject: ref("Patient", client.Of()), Date: instant(s.At),
			Author: []reference{*ref("Practitioner", s.By)}, Content: text(s.Text, "Summary of a session", s.At),
			Context: &documentContext{[]reference{*ref("Appointment", within(client, s.SessionID))}},
		}
		lines = append(lines, line{found: d, at: s.At, status: d.Status})
	}
	return lines, nil
}

// signedNotes are for whoever treats the client, and nobody else.
func signedNotes(c *call, client access.Compartment) ([]line, error) {
	all, err := c.api.Notes.Signed(c.r.Context(), c.actor, client)
	if err != nil {
		return nil, err
	}
	var lines []line
	for _, n := range all {
		d := &document{
			head: of("DocumentReference", within(client, n.ID), revision(n.Text.Revision), n.Text.At), Status: "current", DocStatus: "final",
			Type:     concept{Coding: []coding{{System: loinc, Code: progressNote, Display: "Progress note"}}, Text: n.Text.Shape.Title()},
			Category: ownCategory(noteCategory, "Progress note"), Subject: ref("Patient", client.Of()), Date: instant(n.Text.At),
			Author: []reference{*ref("Practitioner", n.Text.By)}, Content: text(plain(n.Text.Content), n.Text.Shape.Title(), n.Text.At),
		}
		if n.Text.Revision > 1 {
			d.DocStatus, d.Description = "amended", n.Text.Reason
		}
		if n.Session != "" {
			d.Context = &documentContext{[]reference{*ref("Appointment", within(client, n.Session))}}
		}
		lines = append(lines, line{found: d, at: n.Text.At, status: d.Status, codes: map[string][]string{"type": {loinc + "|" + progressNote}}})
	}
	return lines, nil
}

// plain is what a note says, as one text: its parts under their names, and what it is
// about at the end.
func plain(n note.Content) string {
	var b strings.Builder
	fields := n.Shape.Fields()
	for _, f := range fields {
		words := n.Words[f.Name]
		if words == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		if len(fields) > 1 {
			b.WriteString(f.Label + "\n")
		}
		b.WriteString(words)
	}
	for i, g := range n.Goals {
		if i == 0 {
			b.WriteString("\n\nAbout")
		}
		b.WriteString("\n- " + g.Words)
	}
	return b.String()
}
