package record

import (
	"context"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/note"
)

type document struct {
	Head
	Status      string            `json:"status"`
	DocStatus   string            `json:"docStatus"`
	Type        Concept           `json:"type"`
	Category    []Concept         `json:"category"`
	Subject     *Reference        `json:"subject"`
	Date        string            `json:"date"`
	Author      []Reference       `json:"author"`
	Description string            `json:"description,omitempty"`
	Content     []documentContent `json:"content"`
	Context     *documentContext  `json:"context,omitempty"`
}

type documentContent struct {
	Attachment Attachment `json:"attachment"`
}

type Attachment struct {
	ContentType string `json:"contentType"`
	Data        []byte `json:"data,omitempty"` // in base64, as FHIR has it
	Title       string `json:"title,omitempty"`
	Creation    string `json:"creation,omitempty"`
}

type documentContext struct {
	Related []Reference `json:"related"`
}

// What documents there are.
const (
	progressNote    = "11506-3" // of LOINC, as in FHIR's own value set of types of documents
	noteCategory    = "note"
	summaryCategory = "summary"
)

// OwnCategory is a category of our own, as a resource says it.
func OwnCategory(code, words string) []Concept {
	return []Concept{{Coding: []Coding{{System: Ours, Code: code}}, Text: words}}
}

func text(words string, title string, at time.Time) []documentContent {
	return []documentContent{{Attachment{ContentType: "text/plain; charset=utf-8", Data: []byte(words), Title: title, Creation: Instant(at)}}}
}

func documentReferences() Kind {
	return several("DocumentReference", "Signed notes, as they were amended last, for whoever treats the client; and what the client may read of their sessions in somebody’s words, for both. "+
		"The text comes with it. Drafts and process notes are not there.",
		"date", "when it was signed or shared", []Param{
			{"category", Token, "note or summary"},
			{"type", Token, "LOINC 11506-3, a progress note"},
		},
		Part{
			Reads: []access.Action{access.ReadHour}, Category: summaryCategory, All: summaries,
			IDs: func(own string) bool { return begins(own, "s") },
		},
		Part{
			Reads: []access.Action{access.ReadNotes}, Category: noteCategory, All: signedNotes, IDs: isShort,
			Shown: func(c *Asker, client access.Compartment) bool { return client.Of() != c.Actor.ID },
		})
}

// summaries are read by the client too: they were written for them.
func summaries(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	all, err := c.Hours.Summaries(ctx, c.Actor, client)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, s := range all {
		d := &document{
			Head: Of("DocumentReference", Beside(client, "s", s.SessionID), Revision(s.Revision), s.At), Status: "current", DocStatus: "final",
			Type:     Concept{Text: "What was written down for the client about a session"},
			Category: OwnCategory(summaryCategory, "For the client to read"), Subject: Ref("Patient", client.Of()), Date: Instant(s.At),
			Author: []Reference{*Ref("Practitioner", s.By)}, Content: text(s.Text, "Summary of a session", s.At),
			Context: &documentContext{[]Reference{*Ref("Appointment", Within(client, s.SessionID))}},
		}
		lines = append(lines, Line{Resource: d, At: s.At, Status: d.Status})
	}
	return lines, nil
}

// signedNotes are for whoever treats the client, and nobody else.
func signedNotes(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error) {
	all, err := c.Notes.Signed(ctx, c.Actor, client)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, n := range all {
		d := &document{
			Head: Of("DocumentReference", Within(client, n.ID), Revision(n.Text.Revision), n.Text.At), Status: "current", DocStatus: "final",
			Type:     Concept{Coding: []Coding{{System: LOINC, Code: progressNote, Display: "Progress note"}}, Text: n.Text.Shape.Title()},
			Category: OwnCategory(noteCategory, "Progress note"), Subject: Ref("Patient", client.Of()), Date: Instant(n.Text.At),
			Author: []Reference{*Ref("Practitioner", n.Text.By)}, Content: text(plain(n.Text.Content), n.Text.Shape.Title(), n.Text.At),
		}
		if n.Text.Revision > 1 {
			d.DocStatus, d.Description = "amended", n.Text.Reason
		}
		if n.Session != "" {
			d.Context = &documentContext{[]Reference{*Ref("Appointment", Within(client, n.Session))}}
		}
		lines = append(lines, Line{Resource: d, At: n.Text.At, Status: d.Status, Codes: map[string][]string{"type": {LOINC + "|" + progressNote}}})
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
