package note

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// A Found is a note in which all the words stand that were looked for.
type Found struct {
	Note
	Meeting session.Appointment // zero: it is about something else
	Draft   bool                // they stand in the unfinished text of whoever asks
	Earlier bool                // they stand in an earlier version only
	Around  string              // what stands around the first of them
}

// mostFound is how many notes are shown at once.
const mostFound = 50

// around is about how many letters stand before and after what was found.
const around = 70

// Find looks for words in everything that is signed, in every version, and in
// actor's own drafts: a note is found if all of the words stand in one text of it, as
// parts of words too, capitals or not. Everything is opened and read for it, and no
// index is kept. Newest first; more says that there are more than are shown. For
// whoever treats the client.
func (ns *Notes) Find(ctx context.Context, actor access.Actor, client access.Compartment, text string) (found []Found, more bool, err error) {
	tx, err := ns.door.Begin(ctx, actor, access.ReadNotes, client)
	if err != nil {
		return nil, false, err
	}
	defer tx.Rollback()

	if text, err = fault.Line("words", text, MaxSought); err != nil {
		return nil, false, err
	}
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		return nil, false, nil
	}
	notes, err := notesOf(ctx, tx)
	if err != nil {
		return nil, false, err
	}
	signed, err := everyText(ctx, tx, true)
	if err != nil {
		return nil, false, err
	}
	own, err := drafts(ctx, tx, func(Draft) bool { return true }, `person_id = $3`, actor.ID)
	if err != nil {
		return nil, false, err
	}
	meetings, err := session.AllIn(ctx, tx)
	if err != nil {
		return nil, false, err
	}
	for _, n := range notes {
		f, ok := foundIn(n, signed[n.ID], own, words)
		if !ok {
			continue
		}
		if len(found) == mostFound {
			return found, true, nil
		}
		if i := slices.IndexFunc(meetings, func(m session.Appointment) bool { return m.ID == n.Session }); i >= 0 {
			f.Meeting = meetings[i]
		}
		found = append(found, f)
	}
	return found, false, nil
}

// foundIn looks for words in one note: in what is signed, then in the draft, then in
// what was signed before.
func foundIn(n Note, signed []Text, own []Draft, words []string) (f Found, ok bool) {
	f.Note = n
	if len(signed) > 0 {
		if f.Around, ok = holds(signed[0].Content, words); ok {
			return f, true
		}
	}
	for _, d := range own {
		if d.Note != n.ID {
			continue
		}
		if f.Around, ok = holds(d.Content, words); ok {
			f.Draft = true
			return f, true
		}
	}
	for _, t := range signed[min(1, len(signed)):] {
		if f.Around, ok = holds(t.Content, words); ok {
			f.Earlier = true
			return f, true
		}
	}
	return f, false
}

// holds says whether all the words stand in c, and what stands around the first.
func holds(c Content, words []string) (string, bool) {
	var whole strings.Builder
	for _, f := range c.Shape.Fields() {
		if text := c.Words[f.Name]; text != "" {
			whole.WriteString(text + "\n")
		}
	}
	text := strings.Join(strings.Fields(whole.String()), " ")
	low := strings.ToLower(text)
	for _, word := range words {
		if !strings.Contains(low, word) {
			return "", false
		}
	}
	if len(low) != len(text) {
		return cut(text, 2*around), true // capitals that are longer than their small letters
	}
	at := strings.Index(low, words[0])
	from, to := max(0, at-around), min(len(text), at+len(words[0])+around)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	if space := strings.IndexByte(text[from:at], ' '); from > 0 && space >= 0 { // at the beginning of a word
		from += space + 1
	}
	if space := strings.LastIndexByte(text[at:to], ' '); to < len(text) && space > len(words[0]) {
		to = at + space
	}
	part := text[from:to]
	if from > 0 {
		part = "…" + part
	}
	if to < len(text) {
		part += "…"
	}
	return part, true
}
