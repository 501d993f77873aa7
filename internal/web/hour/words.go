package hour

import (
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

func openWords(mine bool) string {
	if mine {
		return "Open it now"
	}
	return "Open it together"
}

func bringLabel(mine bool) string {
	if mine {
		return "What would you like to talk about?"
	}
	return "What do you bring?"
}

func bringHint(v agendaView) string {
	if v.mine {
		return "A word is enough. It can be something that is hard to say aloud."
	}
	return desk.Upper(v.other) + " reads it too."
}

func bringVerb(waits bool) string {
	if waits {
		return "Keep it so"
	}
	return "Bring it"
}

func labelOf(f thingForm) string {
	if f.revision != "0" {
		return "Change what is on the agenda"
	}
	return "Bring something to the session"
}

// wrong is what to correct in the form f, if it is the one that came back.
func (v agendaView) wrong(f thingForm) string {
	if v.flaw.Clash() {
		return ""
	}
	for _, t := range v.things {
		if t.open {
			if t.id == f.id {
				return v.flaw.At("text")
			}
			return ""
		}
	}
	if f.id == v.form.id {
		return v.flaw.At("text")
	}
	return ""
}

// leftOf says how much of the time is left, in steps of five minutes: a clock that
// counts down is looked at.
func leftOf(until, now time.Time) string {
	left := until.Sub(now)
	switch {
	case left <= 0:
		return "Its time is over. There is no hurry to the last sentence."
	case left < 8*time.Minute:
		return "A few minutes are left."
	}
	minutes := int((left + 150*time.Second).Minutes()) / 5 * 5
	return "About " + desk.Number(minutes) + " minutes are left."
}

// at is the clock of t in the zone of now.
func at(t, now time.Time) string { return t.In(now.Location()).Format("15:04") }

// elsewhere says whether whoever looks keeps other clocks than the practice at a time.
func (s *seat) elsewhere(t time.Time) bool {
	_, theirs := t.In(s.Now.Location()).Zone()
	_, ours := t.In(s.here).Zone()
	return theirs != ours
}

// there is what the practice's clocks show at a time, if it is something else:
// " (10:00 at the practice)", with the day if that is another one too.
func (s *seat) there(t time.Time) string {
	mine, ours := t.In(s.Now.Location()), t.In(s.here)
	switch {
	case !s.elsewhere(t):
		return ""
	case mine.Day() != ours.Day():
		return " (" + ours.Format("Monday 15:04") + " at the practice)"
	}
	return " (" + ours.Format("15:04") + " at the practice)"
}

// clocks says to somebody who keeps other clocks than the practice that these are theirs.
func (s *seat) clocks() string {
	if !s.elsewhere(s.Now) {
		return ""
	}
	return "Times are by the clocks that you chose. They show " + at(s.Now, s.Now) + s.there(s.Now) + " now."
}

// whenOf is when an appointment is: "Tuesday 24 November, 10:00 to 10:50".
func whenOf(start, end, now time.Time) string {
	return desk.Upper(strings.TrimPrefix(desk.On(start, now), "on ")) + ", " + at(start, now) + " to " + at(end, now)
}

// A mark is how one session stands in the row of all of them.
type mark struct {
	kind  string // of its sign: held, ahead, away, late, early
	words string
}

// markOf is the sign of a session and what it says, as the one who looks would say it.
func (s *seat) markOf(l hour.Line, now time.Time) mark {
	by := func() string {
		switch {
		case l.By == session.TheClient && s.Mine:
			return "you"
		case l.By == session.TheClient:
			return s.Name
		case l.By == session.ThePractice:
			return "the practice"
		case l.ClinicianID == s.Actor.ID:
			return "you"
		}
		return s.Who(l.ClinicianID)
	}
	switch {
	case l.State == session.Missed && s.Mine:
		return mark{"away", "you were not there"}
	case l.State == session.Missed:
		return mark{"away", s.Name + " was not there"}
	case l.State == session.Cancelled && l.By == "":
		return mark{"early", "cancelled"}
	case l.State == session.Cancelled && l.Attendance == session.Late && !s.Mine:
		return mark{"late", "cancelled late by " + by()}
	case l.State == session.Cancelled:
		return mark{"early", "cancelled by " + by()}
	case l.Frame.Runs(now):
		return mark{"now", "now"}
	case l.End.After(now) && l.Frame.Ended.IsZero():
		return mark{"ahead", "planned"}
	case l.Attendance == session.Came, !l.Frame.Began.IsZero():
		return mark{"held", "you met"}
	}
	return mark{"held", "held, as planned"}
}

// moved says that a session was moved, and by whom.
func (s *seat) moved(l hour.Line) string {
	if l.MovedFrom.IsZero() {
		return ""
	}
	words := "moved"
	switch {
	case l.MovedBy == session.TheClient && s.Mine, l.MovedBy == session.TheClinician && l.ClinicianID == s.Actor.ID:
		words += " by you"
	case l.MovedBy == session.TheClient:
		words += " by " + s.Name
	case l.MovedBy == session.ThePractice:
		words += " by the practice"
	case l.MovedBy == session.TheClinician:
		words += " by " + s.Who(l.ClinicianID)
	}
	return words + ", from " + desk.Short(l.MovedFrom, s.Now)
}

// continuity is how the sessions went so far, in a sentence and without a score, for
// the desk: to the client it would be a bill.
func (s *seat) continuity(lines []hour.Line) string {
	var held, moved, away, early, late int
	var first time.Time
	for _, l := range lines {
		m := s.markOf(l, s.Now)
		if !l.MovedFrom.IsZero() {
			moved++
		}
		switch m.kind {
		case "held":
			held++
			if first.IsZero() {
				first = l.Start
			}
		case "away":
			away++
		case "early":
			early++
		case "late":
			late++
		}
	}
	if held == 0 {
		return ""
	}
	words := desk.Upper(desk.Count(held, "session", "sessions")) + " since " + desk.Short(first, s.Now)
	var rest []string
	add := func(n int, what string) {
		if n > 0 {
			rest = append(rest, desk.Number(n)+" "+what)
		}
	}
	add(moved, "moved")
	add(early, "cancelled")
	add(late, "cancelled late")
	add(away, "without "+s.Name)
	if len(rest) > 0 {
		words += "; " + strings.Join(rest, ", ")
	}
	return words + "."
}

func workSummary(f workForm, state string) string {
	switch {
	case state == "before" && !f.said:
		return "What does it call for?"
	case !f.said:
		return "What it was meant for, tools, and what happened instead"
	}
	return "Change it"
}

func agendaHeading(p ownPage) string {
	switch p.state {
	case "runs", "over":
		return "What both of you brought"
	}
	return "What both of you bring"
}

func toneOf(s sessionLine) ui.Tone {
	if s.now {
		return ui.Water
	}
	return ui.Calm
}
