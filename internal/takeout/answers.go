package takeout

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/outcome"
)

// leftOut is what stands where nothing was chosen.
const leftOut = "left out"

// answers are all filled-in questionnaires with their scores.
func (w *writer) answers(ctx context.Context) error {
	all, err := w.ts.measures.AnswersIn(ctx, w.tx)
	if err != nil {
		return err
	}
	library := w.ts.measures.Library(w.tx.Practice)
	entries := make([]Entry, 0, len(all))
	for _, a := range all {
		e := Entry{Title: a.Instrument, When: w.moment(a.GivenAt), At: a.GivenAt, By: w.by(w.tx.Compartment.Of())}
		elsewhere := a.Mode == measure.ModeElsewhere
		totalAlone := elsewhere && len(a.Items) == 0
		if totalAlone { // nobody here knows who said what, or when in the day
			e.When, e.By = a.GivenAt.In(w.loc).Format(longDay), ""
		}
		if elsewhere {
			e.Lines = lines("From another product", cmp.Or(a.Source, "Nobody said which."), "Brought in by", w.by(a.EnteredBy))
		} else if a.EnteredBy != "" {
			e.Lines = lines("Entered by", w.by(a.EnteredBy))
		}
		if in, ok := library.Lookup(a.Instrument, a.Version); ok {
			e.Title = in.Title + " (" + in.Name + ")"
			e.Lines = append(e.Lines, scoreLines(a)...)
			if !totalAlone {
				e.Lines = append(e.Lines, itemLines(in, a.Items)...)
			}
		}
		e.Lines = append(e.Lines, lines("In their own words", a.Note)...)
		entries = append(entries, e)
	}
	w.add("answers", "Questionnaires", w.or(
		"Your answers, and what they add up to. A number is no verdict: it says how some things were in the days that were asked about. What you began to answer and did not send is not among them.",
		"The answers, and what they add up to. A number is no verdict: it says how some things were in the days that were asked about."), entries)
	return nil
}

// scoreLines are what the answers add up to.
func scoreLines(a measure.Answer) (all []Line) {
	if n, ok := a.Result.Shown(); ok {
		text := strconv.Itoa(n)
		if a.Result.Prorated {
			text += ", worked out from the questions that were answered"
		}
		all = lines("Total", text)
		if a.Result.Band != nil {
			all = append(all, lines("What it says", a.Result.Band.Client)...)
		}
	}
	for _, s := range a.Result.Subscales {
		if s.Display != nil {
			all = append(all, lines(s.Name, strconv.Itoa(*s.Display))...)
		}
	}
	return all
}

// itemLines are the questions with what was answered.
func itemLines(in *instrument.Instrument, items instrument.Answers) (all []Line) {
	for _, it := range in.Items {
		text := it.Wording(items[it.ID])
		if text == "" {
			text = leftOut
		}
		all = append(all, Line{it.Text, text})
	}
	return all
}

// others are what somebody close was asked, and said.
func (w *writer) others(ctx context.Context) error {
	all, err := w.ts.informants.EverythingIn(ctx, w.tx)
	if err != nil {
		return err
	}
	library := w.ts.measures.Library(w.tx.Practice)
	var entries []Entry
	for _, f := range all {
		e := Entry{Title: f.Who, When: w.moment(f.MadeAt), At: f.MadeAt, By: w.by(f.By), Lines: lines("How it was agreed", f.Agreed)}
		switch {
		case f.State == informant.Given:
			e.Lines = append(e.Lines, lines("Answered", w.moment(f.GivenAt))...)
			if in, ok := library.Lookup(f.Instrument, f.Version); ok {
				e.Lines = append(e.Lines, itemLines(in, f.Items)...)
			}
			e.Lines = append(e.Lines, lines("In their own words", f.Note)...)
		case f.State == informant.Ended:
			e.Lines = append(e.Lines, lines("", "Taken back")...)
		default:
			e.Lines = append(e.Lines, lines("", "Not answered")...)
		}
		entries = append(entries, e)
	}
	w.add("others", w.or("What somebody close to you was asked", "What somebody close to them was asked"), "", entries)
	return nil
}

// log is the daily log, with the questions that it asked.
func (w *writer) log(ctx context.Context) error {
	read := mood.EverythingIn
	if w.staff {
		read = func(ctx context.Context, tx *access.Tx) (mood.Log, error) { return mood.SharedIn(ctx, tx, 0) }
	}
	all, err := read(ctx, w.tx)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, e := range all.Entries {
		out := Entry{Title: day(e.Day.String()), At: e.KeptAt}
		for _, i := range all.Items {
			if v, ok := e.Value(i.ID); ok {
				text := fmt.Sprintf("%d of %d", v, mood.Top)
				if i.ID == mood.Hours {
					text = strconv.Itoa(v)
				}
				out.Lines = append(out.Lines, Line{i.Name, text})
			}
		}
		for _, id := range e.There {
			if i, ok := all.Item(id); ok {
				out.Lines = append(out.Lines, Line{"It was there", i.Name})
			}
		}
		out.Lines = append(out.Lines, lines("A line", e.Line)...)
		entries = append(entries, out)
	}
	for _, q := range all.Questions {
		scale, _ := all.Item(q.Scale)
		entries = append(entries, Entry{
			Title: "Asked: is something different with “" + scale.Name + "”?", When: w.moment(q.At), At: q.At,
			Lines: lines("To be brought to a session", q.Words, "Talked about", w.moment(q.TalkedAt)),
		})
	}
	w.add("log", w.or("Your daily log", "The daily log"), w.or("", "As far as the client shows it."), entries)
	return nil
}

// checkIns are what the client said after sessions.
func (w *writer) checkIns(ctx context.Context) error {
	all, err := alliance.CheckInsIn(ctx, w.tx)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, c := range all {
		e := Entry{Title: "After a session", When: w.moment(c.GivenAt), At: c.GivenAt, By: w.by(w.tx.Compartment.Of())}
		e.Lines = append(saidLines(c.Said), lines("Changed", w.moment(c.ChangedAt), "Talked about", w.moment(c.TalkedAt))...)
		for _, f := range c.Earlier {
			e.Lines = append(e.Lines, lines("Before that it said", w.moment(f.At))...)
			e.Lines = append(e.Lines, saidLines(f.Said)...)
		}
		entries = append(entries, e)
	}
	w.add("check-ins", w.or("What you said after sessions", "What they said after sessions"), "", entries)
	return nil
}

func saidLines(s alliance.Said) (all []Line) {
	for _, i := range alliance.Items() {
		if v := s.Answers[i]; v != nil {
			all = append(all, Line{i.Text(), fmt.Sprintf("%d of 10", *v)})
		}
	}
	return append(all, lines("What landed", s.Landed, "What did not", s.Missed, "What weighs", s.Worry)...)
}

// markers are what was noticed quietly.
func (w *writer) markers(ctx context.Context) error {
	read := alliance.MarkersIn
	if w.staff {
		read = alliance.SharedIn
	}
	all, err := read(ctx, w.tx)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, m := range all {
		just := ""
		if m.Just {
			just = "Only you can read this."
		}
		entries = append(entries, Entry{Title: m.Word, When: w.moment(m.At), At: m.At, By: w.by(m.By), Lines: lines("", m.Line, "", just)})
	}
	w.add("noticed", "What was noticed", "", entries)
	return nil
}

// choices are what the client's work may be used for, and when it was finished.
func (w *writer) choices(ctx context.Context) error {
	var all outcome.Choices
	var err error
	if !w.staff { // nobody else even sees what they chose
		if all, err = outcome.ChoicesIn(ctx, w.tx); err != nil {
			return err
		}
	}
	done, err := outcome.FinishedIn(ctx, w.tx)
	if err != nil {
		return err
	}
	about := map[outcome.About]string{
		outcome.AboutLearning: "That the practice learns from your finished work", outcome.AboutReport: "That your finished work is counted",
	}
	var entries []Entry
	for _, c := range all.Past {
		said := "You said no."
		if c.Yes {
			said = "You said yes."
		}
		entries = append(entries, Entry{Title: about[c.About], When: w.moment(c.At), At: c.At, By: "you", Lines: lines("", said, "The explanation that you read", c.Words)})
	}
	for _, e := range done {
		entries = append(entries, Entry{Title: "A piece of work, finished", When: day(e.Ended), By: w.by(e.NotedBy), Lines: lines("It began", day(e.Began))})
	}
	w.add("use", w.or("What your work is used for", "Finished work"), "", entries)
	return nil
}
