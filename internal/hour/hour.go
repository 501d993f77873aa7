// Package hour is what happens in a session: what both sides bring to it, the time
// frame that is held, what it was meant to be and what it became, what was decided,
// and what is left at its end. When and where people meet is package session, and
// notes are package note.
package hour

import (
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// How much there may be.
const (
	MaxWords   = 2000                     // characters of one thing on the agenda
	MaxLine    = 500                      // characters of one decision, next step, or what stays open
	MaxCalm    = 300                      // characters
	MaxInstead = 4000                     // characters
	MaxSummary = 20000                    // characters
	MaxLines   = 12                       // of each kind
	MaxText    = MaxLines * (MaxLine + 1) // characters of all lines of one kind, as they are typed
	MaxTools   = 8                        // of one session
	MaxWaiting = 12                       // things on the agenda that one side has brought and nobody has talked about
)

// forgotten is how long after its frame a session that nobody ended counts as over.
const forgotten = 3 * time.Hour

// A Side is whose something is.
type Side string

// The sides. A next step can be of both.
const (
	ByClient    Side = "client"
	ByClinician Side = "clinician"
	ByBoth      Side = "both"
)

// SideOf is on which side of client's record actor stands.
func SideOf(actor access.Actor, client access.Compartment) Side {
	if actor.ID == client.Of() {
		return ByClient
	}
	return ByClinician
}

// A Frame is when a session was begun, until when its time goes, and when it was ended.
type Frame struct {
	Start   time.Time // as it was planned
	Until   time.Time // the end that is held
	Began   time.Time // zero: nobody has said so
	Ended   time.Time // zero: nobody has said so
	BeganBy string
}

// Runs says whether the session is running at now. One that nobody ended is over
// three hours after its frame.
func (f Frame) Runs(now time.Time) bool {
	return !f.Began.IsZero() && f.Ended.IsZero() && now.Before(f.Until.Add(forgotten))
}

// Over says whether the session is over at now: ended, or its time is gone.
func (f Frame) Over(now time.Time) bool {
	return !f.Ended.IsZero() || !f.Runs(now) && !now.Before(f.Until)
}

// movedTo says whether the session, since somebody began it, was moved to a time that is
// not over at now: what was begun was not that.
func (f Frame) movedTo(a session.Appointment, now time.Time) bool {
	return a.State == session.Planned && !a.Start.Equal(f.Start) && a.End().After(now)
}

// least is how much of a frame must be left at its beginning; if less is, it is
// held at its whole length from then on.
const least = 10 * time.Minute

// frameOf is until when a session goes that was planned from start for length, and
// begins now: until the planned end, early or late; if hardly anything of that is
// left, or it is another day, for its length from now on.
func frameOf(start time.Time, length time.Duration, now time.Time) time.Time {
	end := start.Add(length)
	if end.Sub(now) < min(least, length) || start.Sub(now) > length {
		return now.Add(length)
	}
	return end
}

// When a session may be begun.
const (
	earliest = time.Hour      // before it was planned to begin
	latest   = 12 * time.Hour // after it was planned to end
)

// Beginning says why the session that was planned as a cannot be begun at now, if it
// cannot: fault.Conflict if it was cancelled, fault.Invalid if it is too early or over.
func Beginning(a session.Appointment, now time.Time) error {
	switch {
	case a.State == session.Cancelled:
		return fault.New(fault.Conflict, "", "This session was cancelled. You can begin one without an appointment.")
	case a.Start.Sub(now) > earliest:
		return fault.New(fault.Invalid, "", "This session is planned for later. You can move it, or begin one without an appointment.")
	case now.Sub(a.End()) > latest:
		return fault.New(fault.Invalid, "", "This session is over. What is kept of it can still be written.")
	}
	return nil
}

// A Step is what somebody takes on until the next session.
type Step struct {
	Whose Side   `json:"whose"`
	Text  string `json:"text"`
}

// Kept is what both take with them from a session, and both read.
type Kept struct {
	Revision  int64 // 0: nothing is kept
	At        time.Time
	By        string
	Decisions []string
	Steps     []Step
	Open      []string // what stays open
	Calm      string   // one calming thing to leave with
}

// Empty says whether nothing stands in it.
func (k Kept) Empty() bool {
	return len(k.Decisions) == 0 && len(k.Steps) == 0 && len(k.Open) == 0 && k.Calm == ""
}

// Of are the next steps of one side.
func (k Kept) Of(whose Side) (all []string) {
	for _, s := range k.Steps {
		if s.Whose == whose {
			all = append(all, s.Text)
		}
	}
	return all
}

// A Call is what a session calls for, as its clinician means it.
type Call string

// What a session may call for. None is as good.
const (
	CallNone     Call = ""
	CallTool     Call = "tool"
	CallPresence Call = "presence"
)

// A Use is what became of a tool.
type Use string

// What may become of a tool.
const (
	Intended Use = "intended"
	Used     Use = "used"
	LetGo    Use = "let go"
)

// A Tool is an exercise or a tool of a session: a technique of the catalogue, or
// something of one's own by name.
type Tool struct {
	Technique string `json:"technique,omitempty"` // its id in package method
	Name      string `json:"name,omitempty"`      // if it is not in the catalogue
	Use       Use    `json:"use"`
}

// Work is the clinician's own side of a session, for those who treat the client.
type Work struct {
	Revision int64 // 0: nothing is written
	At       time.Time
	By       string
	Call     Call
	Intent   string // what it is meant for, in words
	Tools    []Tool
	Instead  string // what happened instead of what was planned
}

// A Summary is what the client may read about a session in somebody's words.
type Summary struct {
	SessionID string
	Revision  int64
	At        time.Time
	By        string
	Text      string // empty: it was taken back
}

// An Hour is everything about one session, as far as whoever asks may know it: the
// client gets no Work, and of the agenda everybody what is open to them.
type Hour struct {
	SessionID   string
	ClinicianID string
	Frame
	Agenda  []Item // what stood on it, if it was begun
	Kept    Kept
	Work    Work
	Summary Summary
}

// A KeptForm is what is kept of a session, as it was typed: a line each.
type KeptForm struct {
	Revision                int64 // that it began from; 0: nothing was kept
	Decisions, Open         string
	ForClient, ForClinician string
	ForBoth                 string
	Calm                    string
}

// check returns what is kept by f, or what to correct.
func (f KeptForm) check() (k Kept, err error) {
	if k.Decisions, err = lines("decisions", f.Decisions); err != nil {
		return k, err
	}
	for _, s := range []struct {
		field, text string
		whose       Side
	}{{"for-client", f.ForClient, ByClient}, {"for-clinician", f.ForClinician, ByClinician}, {"for-both", f.ForBoth, ByBoth}} {
		all, err := lines(s.field, s.text)
		if err != nil {
			return k, err
		}
		for _, text := range all {
			k.Steps = append(k.Steps, Step{s.whose, text})
		}
	}
	if k.Open, err = lines("open", f.Open); err != nil {
		return k, err
	}
	k.Calm, err = fault.Text("calm", f.Calm, MaxCalm)
	return k, err
}

// lines are the lines of text that say something.
func lines(field, text string) ([]string, error) {
	text, err := fault.Text(field, text, MaxText)
	if err != nil {
		return nil, err
	}
	var all []string
	for line := range strings.SplitSeq(text, "\n") {
		if line, err = fault.Line(field, line, MaxLine); err != nil {
			return nil, err
		}
		if line != "" {
			all = append(all, line)
		}
	}
	if len(all) > MaxLines {
		return nil, fault.New(fault.Invalid, field, "More than twelve lines are hard to hold on to. Which of them matter most?")
	}
	return all, nil
}

// A WorkForm is the clinician's own side of a session, as it was typed.
type WorkForm struct {
	Revision int64 // that it began from; 0: nothing was written
	Call     Call
	Intent   string
	Tools    []Tool
	Instead  string
}

// check returns f as it is kept, or what to correct.
func (f WorkForm) check() (w Work, err error) {
	switch f.Call {
	case CallNone, CallTool, CallPresence:
	default:
		return w, fault.New(fault.Invalid, "call", "Choose one of these, or leave it open.")
	}
	w.Call = f.Call
	if w.Intent, err = fault.Line("intent", f.Intent, MaxLine); err != nil {
		return w, err
	}
	if w.Instead, err = fault.Text("instead", f.Instead, MaxInstead); err != nil {
		return w, err
	}
	known := map[Tool]bool{}
	for _, t := range f.Tools {
		if t.Technique != "" {
			t.Name = ""
		}
		if t.Name, err = fault.Line("tool", t.Name, MaxLine); err != nil {
			return w, err
		}
		if t.Technique == "" && t.Name == "" {
			continue
		}
		if len(t.Technique) > 60 || strings.Trim(t.Technique, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return w, fault.New(fault.Invalid, "tool", "Choose among these, or write what it is.")
		}
		if t.Use != Intended && t.Use != Used && t.Use != LetGo {
			return w, fault.New(fault.Invalid, "tool", "Say of each tool whether it is meant, was used, or was let go.")
		}
		same := Tool{Technique: t.Technique, Name: t.Name}
		if known[same] {
			continue
		}
		known[same] = true
		w.Tools = append(w.Tools, t)
	}
	if len(w.Tools) > MaxTools {
		return w, fault.New(fault.Invalid, "tool", "More than eight tools are more than one session can hold.")
	}
	return w, nil
}
