package takeout

import (
	"context"
	"fmt"
	"strings"

	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/release"
	"github.com/waymark-care/waymark/internal/safety"
)

// notes are the signed notes of sessions, with every amendment: for those who treat the
// client.
func (w *writer) notes(ctx context.Context) error {
	if !w.staff {
		return nil
	}
	all, err := note.SignedIn(ctx, w.tx)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, n := range all {
		title := "Of " + w.moment(n.About)
		if n.Session != "" {
			title = "Of the session on " + w.moment(n.About)
		}
		for _, t := range n.Texts {
			e := Entry{Title: title, When: w.moment(t.At), At: t.At, By: w.by(t.By), Lines: lines("Why it was amended", t.Reason)}
			if t.Revision > 1 {
				e.Title += fmt.Sprintf(", amendment %d", t.Revision-1)
			}
			for _, f := range t.Shape.Fields() {
				e.Lines = append(e.Lines, lines(f.Label, t.Words[f.Name])...)
			}
			for _, g := range t.Goals {
				e.Lines = append(e.Lines, lines("A goal that it is about", g.Words)...)
			}
			entries = append(entries, e)
		}
	}
	w.add("notes", "Notes of sessions", "Signed notes, with every amendment. Drafts are not among them, nor what anybody writes for themselves.", entries)
	return nil
}

// released are process notes that their authors let out of their vaults.
func (w *writer) released(ctx context.Context) error {
	all, err := release.In(ctx, w.tx)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, r := range all {
		entries = append(entries, Entry{
			Title: "A process note, begun on " + w.moment(r.Begun), When: "Released on " + w.moment(r.Made), At: r.Made, By: w.by(r.By), Lines: lines("", r.Words),
		})
	}
	w.add("released", "Process notes that were released", w.or(
		"Those who work with you may keep notes for themselves, which nobody else can read. Here is what one of them chose to give to you.",
		"Process notes are their author’s alone. Here is what an author chose to give into the record."), entries)
	return nil
}

// flags are the answers that needed a look, with what was done about each.
func (w *writer) flags(ctx context.Context) error {
	if !w.staff {
		return nil
	}
	all, err := safety.EverythingIn(ctx, w.tx)
	if err != nil {
		return err
	}
	library := w.ts.measures.Library(w.tx.Practice)
	var entries []Entry
	for _, f := range all {
		e := Entry{Title: f.Instrument, When: w.moment(f.RaisedAt), At: f.RaisedAt}
		if in, ok := library.Lookup(f.Instrument, f.Version); ok {
			e.Title = in.Name
			for _, i := range f.Items {
				if it, ok := in.Item(i.Item); ok {
					e.Lines = append(e.Lines, lines(it.Text, it.Wording(&i.Answer))...)
				}
			}
		}
		e.Lines = append(e.Lines, lines("The client saw whom to reach", w.moment(f.ShownAt))...)
		for _, n := range f.Seen {
			e.Lines = append(e.Lines, lines("Seen by "+w.by(n.PersonID), w.moment(n.At))...)
		}
		for _, c := range f.Closed {
			e.Lines = append(e.Lines, lines("What was done, by "+w.by(c.By), strings.TrimSpace(w.moment(c.At)+"\n"+c.Note))...)
		}
		entries = append(entries, e)
	}
	w.add("flags", "Answers that needed a look", "", entries)
	return nil
}
