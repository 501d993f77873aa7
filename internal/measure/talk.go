package measure

import (
	"time"

	"github.com/waymark-care/waymark/internal/course"
)

// MaxAid is how many bytes each answer of the aid may have.
const MaxAid = 2000

// A Talk is that a signal was talked about. The answers to the aid are for those
// who treat the client.
type Talk struct {
	ID         string // UUIDv7, made by the form
	Instrument string
	AnswerID   string    // the score that gave the signal
	ScoreAt    time.Time // when that was
	Total      *float64  // what it was; nil of what was noted before it was kept
	Kind       course.Kind
	Day        Day // when it was talked about
	By         string
	At         time.Time // when it was noted
	Plain      bool      // the score was talked about, without the aid

	Aid map[string]string // by AidQuestion.ID; only from Talks
}

// same says whether both forms have the same content.
func (t Talk) same(u Talk) bool {
	if t.Instrument != u.Instrument || t.AnswerID != u.AnswerID || t.Day != u.Day || t.By != u.By || len(t.Aid) != len(u.Aid) {
		return false
	}
	for id, words := range t.Aid {
		if u.Aid[id] != words {
			return false
		}
	}
	return true
}

// An AidQuestion is one thing to think through when a signal is open.
type AidQuestion struct {
	ID    string
	About string // "The work together"
	Ask   string // to think through alone, or with the client
	Next  string // what helps if the answer is yes
}

// Aid are the five questions, in the order in which it helps to ask them. They
// follow the clinical support tools that made feedback on a course help those
// who were not helped so far (Whipple et al. 2003, Journal of Counseling
// Psychology 50:59-68; Harmon et al. 2007, Psychotherapy Research 17:379-392):
// alliance, motivation, support, life events, and whether the method fits. The
// words are our own.
var aid = []AidQuestion{
	{
		ID: "alliance", About: "The work together",
		Ask:  "Do we still agree on what we are working on, and why in this way? Has something between us landed badly and stayed unsaid?",
		Next: "Ask how working together has been lately, and mean it. If something broke, name your own part first, slow down, and mend it before going on.",
	},
	{
		ID: "motivation", About: "Wanting to change",
		Ask:  "Is the change that we work for theirs? Does it feel possible just now, or is it somebody else’s wish?",
		Next: "Let both sides speak: what speaks for things staying as they are, and what against. Go back to what matters most to them, and make the next step smaller.",
	},
	{
		ID: "support", About: "Who stands by them",
		Ask:  "Who knows how it is for them? Who helps, and who makes it harder?",
		Next: "Find one person who could know a little more, and practise how to ask. Somebody close can come along once, or a group may carry part of it.",
	},
	{
		ID: "events", About: "What happens outside",
		Ask:  "Has something happened that would pull anybody’s scores: a loss, a move, money, illness, too little sleep?",
		Next: "Note it as a life event. If it needs the hours for a while, open a detour with its reason, and keep the way back. If there is danger, look at safety first.",
	},
	{
		ID: "method", About: "What we do",
		Ask:  "Does the way we work fit the problem as we understand it today? Is something missing from the picture: body, medicine, substances, another difficulty?",
		Next: "Look at the understanding again, together. Change the way or the rhythm, bring it to supervision, or ask for a second opinion or a medical check.",
	},
}

// Aid are the five questions that a signal opens.
func Aid() []AidQuestion { return append([]AidQuestion(nil), aid...) }

// talkBack is how many days a talk may lie back.
const talkBack = 120 * 366

// talkDay says whether a talk may have been on d.
func talkDay(d, today Day) error { return d.Within("day", today, talkBack, 0) }
