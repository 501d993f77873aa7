package takeout

import (
	"context"
	"fmt"
	"strings"

	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/plan"
)

// beginnings are what was told at the beginning, with all that ever stood there.
func (w *writer) beginnings(ctx context.Context) error {
	all, err := intake.EverythingIn(ctx, w.tx)
	if err != nil {
		return err
	}
	if err := w.ts.methods.Ready(ctx, w.tx); err != nil {
		return err
	}
	library := w.ts.methods.In(w.tx.Practice)
	var entries []Entry
	for _, b := range all {
		newest := map[intake.Part]bool{}
		for _, r := range b.Parts {
			e := Entry{Title: r.Part.Title(), When: w.moment(r.At), At: r.At, By: w.by(r.By)}
			if len(all) > 1 {
				e.Title += fmt.Sprintf(" (course of work %d)", b.Number)
			}
			if newest[r.Part] {
				e.Title += ", as it stood before"
			}
			newest[r.Part] = true
			if r.State == intake.Room {
				e.Lines = lines("", w.or("You chose to tell this in the room only.", "The client chose to tell this in the room only."))
			}
			e.Lines = append(e.Lines, saidOf(r.Part, r.Said(), library)...)
			entries = append(entries, e)
		}
		for _, d := range b.Drafts {
			entries = append(entries, Entry{
				Title: d.Part.Title() + ", begun and not sent: only you can read this", When: w.moment(d.At), At: d.At, By: "you", Lines: saidOf(d.Part, d.Said, library),
			})
		}
	}
	w.add("beginning", "The beginning", w.or("What you told, or what was written down with you. Earlier wordings follow each part.", "What the client told, or what was written down with them. Earlier wordings follow each part."), entries)
	w.agreements(all)
	return nil
}

// saidOf are the answers in a part, in the order of its questions.
func saidOf(p intake.Part, said intake.Said, library *method.Library) (all []Line) {
	for _, q := range p.Questions() {
		text := q.TextOf(said[q.Name])
		if q.Kind == intake.Concerns {
			var names []string
			for ref := range strings.FieldsSeq(text) {
				names = append(names, nameOf(library, ref))
			}
			text = strings.Join(names, ", ")
		}
		all = append(all, lines(q.Label, text)...)
	}
	return all
}

// nameOf is how the catalogue calls a concern or an approach; what it does not know
// stays as it is written.
func nameOf(library *method.Library, ref string) string {
	if c, ok := library.Concern(ref); ok {
		return c.Plain
	}
	if a, ok := library.Approach(ref); ok {
		return a.Plain
	}
	return ref
}

// agreements are all versions of the working agreement, and who signed which.
func (w *writer) agreements(all []intake.Beginning) {
	var entries []Entry
	for _, b := range all {
		for _, v := range b.Terms.Versions {
			e := Entry{Title: fmt.Sprintf("Version %d", v.Number), When: w.moment(v.At), At: v.At, By: w.by(v.By)}
			for _, s := range intake.Sections() {
				e.Lines = append(e.Lines, lines(s.Label, v.Text[s.Name])...)
			}
			for _, s := range b.Terms.Signs {
				if s.Version != v.Number {
					continue
				}
				label := "Signed by " + w.by(s.By)
				if s.Withdrawn {
					label = "Taken back by " + w.by(s.By)
				}
				e.Lines = append(e.Lines, lines(label, strings.TrimSpace(w.moment(s.At)+"\n"+s.Words))...)
			}
			entries = append(entries, e)
		}
	}
	w.add("agreement", "The working agreement", "The newest version first.", entries)
}

// goals are the life that the client wants, and what they work towards.
func (w *writer) goals(ctx context.Context) error {
	set, err := goal.In(ctx, w.tx)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, v := range set.Visions {
		entries = append(entries, Entry{Title: w.or("The life you want", "The life they want"), When: w.moment(v.At), At: v.At, By: w.by(v.By), Lines: lines("", v.Words)})
	}
	for _, g := range set.All {
		first := g.Now()
		if len(g.Wordings) > 0 {
			first = g.Wordings[0]
		}
		e := Entry{Title: g.Standing().Words, When: w.moment(first.At), At: first.At, By: w.by(first.By)}
		for _, v := range g.Wordings {
			e.Lines = append(e.Lines, lines(
				fmt.Sprintf("As worded by %s on %s", w.by(v.By), w.moment(v.At)), v.Words,
				"How both will know", v.Know, "0 means", v.Low, "10 means", v.High, "Why it was changed", v.Why)...)
			for _, side := range []goal.Side{goal.ByClient, goal.ByClinician} {
				if s, ok := v.Signed(side); ok {
					e.Lines = append(e.Lines, lines("Agreed by "+w.by(s.By), w.moment(s.At))...)
				}
			}
		}
		for _, m := range g.Milestones {
			text := m.Words
			if m.Reached() {
				text += ", reached on " + day(m.Day)
			}
			e.Lines = append(e.Lines, lines("On the way", text, "Beside it", m.Note)...)
		}
		for _, r := range g.Ratings {
			for _, former := range r.Former {
				e.Lines = append(e.Lines, lines("How far, "+day(former.Day)+", before it was changed", fmt.Sprintf("%d of 10", former.Value))...)
			}
			e.Lines = append(e.Lines, lines("How far, "+day(r.Day), fmt.Sprintf("%d of 10", r.Value))...)
		}
		for _, t := range g.Turns {
			what := map[goal.TurnKind]string{goal.Retired: "Put away", goal.Reopened: "Taken up again", goal.Replaced: "Another goal stands in its place"}[t.Kind]
			if t.Kind == goal.Retired && t.As == goal.Arrived {
				what = w.or("You got there", "They got there")
			}
			e.Lines = append(e.Lines, lines(what, w.moment(t.At)+", by "+w.by(t.By), "Why", t.Reason)...)
		}
		entries = append(entries, e)
	}
	w.add("goals", w.or("What you work towards", "What they work towards"), "", entries)
	return nil
}

// plan is every revision of the plan.
func (w *writer) plan(ctx context.Context) error {
	all, err := plan.EverythingIn(ctx, w.tx)
	if err != nil {
		return err
	}
	if err := w.ts.methods.Ready(ctx, w.tx); err != nil {
		return err
	}
	library := w.ts.methods.In(w.tx.Practice)
	var entries []Entry
	words := map[string]string{}
	for _, r := range all.Revisions {
		e := Entry{Title: fmt.Sprintf("The plan, version %d", r.Number), When: w.moment(r.At), At: r.At, By: w.by(r.By)}
		e.Lines = lines("Why it was changed", r.Why)
		for _, p := range r.Problems {
			words[p.ID] = p.Words
			e.Lines = append(e.Lines, lines("What the work is about", p.Words)...)
			if p.Concern != "" {
				e.Lines = append(e.Lines, lines("Concern", nameOf(library, p.Concern))...)
			}
			for _, h := range p.Hypotheses {
				e.Lines = append(e.Lines, lines("How it may be understood", h.Words, "What would speak against it", h.Against)...)
			}
			if p.Approach != "" {
				e.Lines = append(e.Lines, lines("The way", nameOf(library, p.Approach))...)
			}
			e.Lines = append(e.Lines, lines("The way, in words", p.Own, "Why this way", p.Because, "Steps", strings.Join(p.Steps, "\n"))...)
		}
		e.Lines = append(e.Lines, lines("Format", r.Format.Words(), "Where", r.Where.Words(), "How often", r.Rhythm, "When both look again", day(r.Review))...)
		for _, side := range []goal.Side{goal.ByClient, goal.ByClinician} {
			if s, ok := r.Signed(side); ok {
				e.Lines = append(e.Lines, lines("Signed by "+w.by(s.By), w.moment(s.At))...)
			}
		}
		for _, u := range r.Unfit {
			text := u.Words
			if text == "" {
				text = "Something does not fit."
			}
			e.Lines = append(e.Lines, lines("Said not to fit, by "+w.by(u.By)+" on "+w.moment(u.At), text)...)
		}
		entries = append(entries, e)
	}
	for _, p := range all.Paces {
		title := "Before the first step"
		if p.Step != "" {
			title = "On to a step: " + p.Step
		}
		entries = append(entries, Entry{Title: title, When: w.moment(p.At), At: p.At, By: w.by(p.By), Lines: lines("Of", words[p.Problem], "What showed it", p.Words)})
	}
	w.add("plan", "The plan", "The oldest version first.", entries)
	w.reviews(all.Reviews, all.Before)
	w.meanwhile(all.Meanwhile)
	return nil
}

// reviews are the looks back that both held.
func (w *writer) reviews(all []plan.Review, before plan.Word) {
	var entries []Entry
	for _, r := range all {
		e := Entry{Title: fmt.Sprintf("Review %d, %s", r.Nth, day(r.Day)), When: w.moment(r.At), At: r.At, By: w.by(r.By)}
		e.Lines = lines("What came of it", r.Outcome.Words(), "What both found", r.Words, "When both look again", day(r.Next))
		for _, side := range []goal.Side{goal.ByClient, goal.ByClinician} {
			who := w.or("You", "The client")
			if side == goal.ByClinician {
				who = w.or("Those who work with you", "Those who work with them")
			}
			b := r.Said[side]
			e.Lines = append(e.Lines, lines(who+", beforehand: what helps", b.Helps, who+": what does not", b.Not, who+": what to change", b.Change)...)
		}
		for _, g := range r.Picture.Goals {
			if g.Last != nil {
				e.Lines = append(e.Lines, lines("How far then: "+g.Words, fmt.Sprintf("%d of 10", *g.Last))...)
			}
		}
		for _, m := range r.Picture.Measures {
			e.Lines = append(e.Lines, lines(m.Title, m.Own)...)
		}
		entries = append(entries, e)
	}
	if before.Revision > 0 {
		entries = append(entries, Entry{
			Title: "Said before the next review", When: w.moment(before.At), At: before.At, By: w.by(before.By),
			Lines: lines("What helps", before.Helps, "What does not", before.Not, "What to change", before.Change),
		})
	}
	w.add("reviews", "Reviews", "", entries)
}

// meanwhile is what happened beside the work.
func (w *writer) meanwhile(all plan.Meanwhile) {
	var entries []Entry
	for _, e := range all.Events {
		entries = append(entries, Entry{Title: e.Words, When: day(e.Day), By: w.by(e.By)})
	}
	for _, d := range all.Detours {
		state := map[plan.DetourState]string{plan.DetourOpen: "It goes on.", plan.DetourClosed: "It is over."}[d.State]
		e := Entry{Title: "A detour: " + d.Name, When: day(d.From), By: w.by(d.By), Lines: lines(
			"", state, "Until", day(d.Until), "Why", d.Reason, "What stays", d.Stays, "What changed", d.Changed, "Why it was set aside", d.Why)}
		for _, n := range d.Notes {
			e.Lines = append(e.Lines, lines(day(n.Day)+", "+w.by(n.By), n.Words)...)
		}
		entries = append(entries, e)
	}
	w.add("meanwhile", "What happened meanwhile", "Events, and detours from the way.", entries)
}
