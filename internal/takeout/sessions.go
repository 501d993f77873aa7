package takeout

import (
	"context"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/session"
)

// sessions are all appointments with what both kept of them, and the summaries that
// the client may read.
func (w *writer) sessions(ctx context.Context) error {
	appointments, err := session.AttendedIn(ctx, w.tx)
	if err != nil {
		return err
	}
	kept, err := hour.EverythingIn(ctx, w.tx)
	if err != nil {
		return err
	}
	summaries, err := hour.SummariesIn(ctx, w.tx)
	if err != nil {
		return err
	}
	of := map[string]hour.Hour{}
	for _, h := range kept.Hours {
		of[h.SessionID] = h
	}
	var entries []Entry
	for _, a := range appointments {
		e := Entry{Title: "A session with " + w.by(a.ClinicianID), When: w.moment(a.Start), At: a.Start}
		e.Lines = lines("Until", a.End.In(w.loc).Format("15:04"), "What became of it", w.became(a))
		if !a.MovedFrom.IsZero() {
			e.Lines = append(e.Lines, lines("Moved from", w.moment(a.MovedFrom))...)
		}
		h := of[a.ID]
		delete(of, a.ID)
		e.Lines = append(append(e.Lines, w.keptLines(h.Kept)...), summaryLines(w, summaries[a.ID])...)
		entries = append(entries, e)
	}
	for _, h := range kept.Hours { // begun without an appointment that is still known
		if _, left := of[h.SessionID]; left {
			entries = append(entries, Entry{
				Title: "A session with " + w.by(h.ClinicianID), When: w.moment(h.Start), At: h.Start,
				Lines: append(w.keptLines(h.Kept), summaryLines(w, summaries[h.SessionID])...),
			})
		}
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	w.add("sessions", "Sessions", w.or(
		"With what you both kept, and summaries that were shared with you. Notes that those who work with you write for themselves are not part of this.",
		"With what both kept, and summaries that were shared with the client."), entries)
	w.agenda(kept.Items)
	return nil
}

// became is what became of an appointment.
func (w *writer) became(a session.Attended) string {
	switch {
	case a.State == session.Cancelled && a.Attendance == session.Late:
		return "Cancelled late"
	case a.State == session.Cancelled:
		return "Cancelled"
	case a.Attendance == session.Away:
		return "Missed"
	case a.Held(w.tx.Now):
		return "It took place, as far as is known"
	}
	return "Planned"
}

func (w *writer) keptLines(k hour.Kept) []Line {
	return lines(
		"What was decided", strings.Join(k.Decisions, "\n"),
		w.or("Next steps: yours", "Next steps: the client’s"), strings.Join(k.Of(hour.ByClient), "\n"),
		w.or("Next steps: of those who work with you", "Next steps: of those who work with them"), strings.Join(k.Of(hour.ByClinician), "\n"),
		"Next steps: of both", strings.Join(k.Of(hour.ByBoth), "\n"),
		"What stays open", strings.Join(k.Open, "\n"), "To leave with", k.Calm)
}

func summaryLines(w *writer, s hour.Summary) []Line {
	return lines("Summary, by "+w.by(s.By), s.Text)
}

// agenda is what either brought, also what is hard to say aloud.
func (w *writer) agenda(all []hour.Item) {
	var entries []Entry
	for _, i := range all {
		state := "It waits for a session."
		if i.State == hour.Talked {
			state = "It was talked about."
		}
		hard := ""
		if i.Hard {
			hard = "Hard to say aloud: to be opened in the session only."
		}
		if i.Text == "" {
			i.Text = "Something that is for the session only."
		}
		entries = append(entries, Entry{Title: firstLine(i.Text), When: w.moment(i.At), At: i.At, By: w.by(i.By), Lines: lines("", i.Text, "", hard, "", state)})
	}
	w.add("agenda", "Brought to sessions", "", entries)
}

// firstLine is how something is called by its own words.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(line); len(runes) > 80 {
		line = strings.TrimSpace(string(runes[:80])) + "…"
	}
	return line
}
