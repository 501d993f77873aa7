package measure

import (
	"time"

	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
)

// A Raised is a signal as something that is open until it is dealt with. It
// follows from the answers and from what was talked about, and is not stored.
type Raised struct {
	Kind     course.Kind // the strongest while it was open
	Rule     string      // by which that was given first
	Since    *Given      // the score that gave it first
	On       *Given      // the newest score that gives it
	State    RaisedState
	TalkID   string    // if it was talked about with the aid
	ClosedBy string    // person id; empty while it is open, and if it passed
	ClosedAt time.Time // of the talk, or of the score that gave no signal any more; zero while it is open
}

// RaisedState says what became of a signal.
type RaisedState string

// The states of a signal. It passes if the next score gives none: nobody has to
// close it, and nothing is held against anybody.
const (
	SignalOpen   RaisedState = "open"
	SignalTalked RaisedState = "talked about"
	SignalPassed RaisedState = "passed"
)

// talkQuiet is for how many days after a signal was talked about one that is no
// stronger is not raised again, unless its score is reliably worse than the one that was
// talked about: whoever has just talked about it need not be asked by each score that
// follows, but what has become worse since is news.
const talkQuiet = 28

// raised follows the signals of given, answers to in, which are in order of time; trail
// has those of each score, and scored says which of given it is.
func raised(in *instrument.Instrument, given []Given, scored []int, trail [][]course.Signal, talks []Talk) []Raised {
	var all []Raised
	open := false // the last of all is
	for i, signals := range trail {
		g := &given[scored[i]]
		var strongest course.Signal
		if len(signals) > 0 && !hushed(in, g, signals[0].Kind, talks) {
			strongest = signals[0]
		}
		if strongest.Kind == "" {
			if open {
				last := &all[len(all)-1]
				last.State, last.ClosedAt = SignalPassed, g.At
				open = false
			}
			continue
		}
		if !open {
			all = append(all, Raised{Kind: strongest.Kind, Rule: strongest.Rule, Since: g, State: SignalOpen})
			open = true
		}
		last := &all[len(all)-1]
		last.On = g
		if rank(strongest.Kind) > rank(last.Kind) {
			last.Kind, last.Rule = strongest.Kind, strongest.Rule
		}
		for _, t := range talks {
			if t.AnswerID == g.AnswerID {
				last.State, last.ClosedBy, last.ClosedAt = SignalTalked, t.By, t.At
				if !t.Plain {
					last.TalkID = t.ID
				}
				open = false
			}
		}
		if open && !g.TalkedAt.IsZero() {
			last.State, last.ClosedBy, last.ClosedAt = SignalTalked, g.TalkedBy, g.TalkedAt
			open = false
		}
	}
	return all
}

// hushed says whether a signal of kind on g was talked about a short while ago.
func hushed(in *instrument.Instrument, g *Given, kind course.Kind, talks []Talk) bool {
	for _, t := range talks {
		if t.AnswerID == g.AnswerID || rank(kind) > rank(t.Kind) || g.At.Before(t.ScoreAt) {
			continue
		}
		if t.Total != nil {
			if c, ok := meaning.ReliableChange(in, *t.Total, *g.Result.Total); ok && c.Worse() {
				continue
			}
		}
		if g.At.Unix()/(24*60*60) <= t.Day.number()+talkQuiet {
			return true
		}
	}
	return false
}

func rank(k course.Kind) int {
	switch k {
	case course.SlowerThan:
		return 2
	case course.LookCloser:
		return 1
	}
	return 0
}
