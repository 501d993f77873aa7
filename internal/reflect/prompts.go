package reflect

import (
	"hash/fnv"
	"time"
)

// A Prompt is a question to oneself, in our own words.
type Prompt struct {
	ID   string // stays, also when the words are polished
	Text string
}

// minute are asked after a session. Each loosens something: the wish that it should
// have been perfect, the wish to have done more, the wish to carry it alone. None asks
// how well somebody worked, and none can be answered wrongly.
var minute = []Prompt{
	{"stayed", "What stays with you from this hour?"},
	{"enough", "Where was just being there enough?"},
	{"surprise", "What came that you had not planned, and was it welcome?"},
	{"quiet", "What happened quietly, that no scale would show?"},
	{"theirs", "What did they do by themselves today?"},
	{"unsaid", "What did you leave unsaid, and was that good?"},
	{"undone", "What was not done today, and can stay undone?"},
	{"breath", "Was there a moment in which you could both breathe?"},
	{"body", "How is your body now, and what would it like before the next hour?"},
	{"carry", "Is there something that you are carrying out of the room? Whose is it?"},
	{"pulled", "Was there a moment in which you felt you had to do something? What was it about?"},
	{"wrong", "If something went differently than you hoped: what might it have made room for?"},
	{"learnt", "What did they teach you today?"},
	{"limit", "Where did you keep a limit, and how was that?"},
	{"thread", "Which thread may simply lie until next time?"},
}

// week are to sit with for a week. Nobody has to write anything.
var week = []Prompt{
	{"perfect", "If no session this week had to be a good one, what would change?"},
	{"presence", "With whom is your presence the work, and nothing beside it?"},
	{"adding", "What have you wanted to add lately, and for whom?"},
	{"pace", "Whose pace are you walking at?"},
	{"rest", "Which hour in this week is yours, and who guards it?"},
	{"harder", "Where do you work harder than the person you work with? What are you afraid would happen if you did not?"},
	{"silence", "What do you do with silence, and what does it do with you?"},
	{"slow", "What has changed so slowly that you have stopped noticing it?"},
	{"known", "What do you believe you know about somebody, that they never said?"},
	{"no", "What would you like to say no to?"},
	{"joy", "Where was there joy in your work this week, and who noticed?"},
	{"enough-done", "What is enough, this week?"},
	{"help", "What would you bring to a colleague, if it did not have to be a question?"},
}

// Minute are the questions after a session.
func Minute() []Prompt { return append([]Prompt(nil), minute...) }

// AfterSession is the question after a session: the same one whenever its page is
// opened, and nth further ones for who would rather have another.
func AfterSession(sessionID string, nth int) Prompt {
	h := fnv.New32a()
	h.Write([]byte(sessionID))
	n := len(minute)
	return minute[(int(h.Sum32()%uint32(n))+nth%n+n)%n]
}

// OfWeek is the question of the week in which now lies, which begins on Monday. All of
// them come round before one comes again.
func OfWeek(now time.Time) Prompt {
	y, m, d := now.Date()
	days := int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
	weeks := (days + 3) / 7 // the first of January 1970 was a Thursday
	return week[weeks%len(week)]
}

// Words are the words of the prompt with the given id; empty if it is not here any more.
func Words(id string) string {
	for _, all := range [][]Prompt{minute, week} {
		for _, p := range all {
			if p.ID == id {
				return p.Text
			}
		}
	}
	return ""
}
