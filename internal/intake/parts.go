package intake

import (
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// A Part is one part of what is told at the beginning.
type Part string

// The parts, in the order in which they are offered. The summary is written by
// those who treat the client.
const (
	Brings      Part = "brings"
	Strengths   Part = "strengths"
	Life        Part = "life"
	Health      Part = "health"
	Tried       Part = "tried"
	Context     Part = "context"
	Readiness   Part = "readiness"
	Preferences Part = "preferences"
	Summary     Part = "summary"
)

// Kind is how a question is answered.
type Kind int

const (
	Words    Kind = iota // in words, as long as one likes
	Short                // in one line
	One                  // one of the options
	Ruler                // a number from 0 to 10
	Concerns             // concerns of the catalogue, by id, a space between
)

// An Option is one answer to choose.
type Option struct{ Value, Text string }

// A Question is asked in the same words on a screen and in the room.
type Question struct {
	Name      string
	Label     string
	Hint      string
	Kind      Kind
	Options   []Option
	Low, High string // ends of a ruler
	Group     int    // from 1: it belongs with the others of that number; 0: it stands alone
	Fold      bool   // shown only on request: it is for whoever has more to say
}

// A part is what a Part is made of.
type part struct {
	title     string
	why       string // why it is asked
	sensitive bool
	source    string
	questions []Question
}

// Parts are all that a client tells, in order.
func Parts() []Part {
	return []Part{Brings, Strengths, Life, Health, Tried, Context, Readiness, Preferences}
}

// all are Parts and the summary.
func allParts() []Part { return append(Parts(), Summary) }

// PartOf is the part called name.
func PartOf(name string) (Part, bool) {
	p := Part(name)
	return p, p.known()
}

func (p Part) known() bool { return slices.Contains(allParts(), p) }

// Title is the name of the part, as the client reads it.
func (p Part) Title() string { return p.made().title }

// Why says why it is asked.
func (p Part) Why() string { return p.made().why }

// Sensitive says whether it asks for what is hard to tell.
func (p Part) Sensitive() bool { return p.made().sensitive }

// Source is where the idea of its questions comes from; the wording is ours.
func (p Part) Source() string { return p.made().source }

// Questions are what it asks.
func (p Part) Questions() []Question { return p.made().questions }

func (p Part) question(name string) (Question, bool) {
	for _, q := range p.Questions() {
		if q.Name == name {
			return q, true
		}
	}
	return Question{}, false
}

// TextOf is the text of the option with the given value; of a ruler or of words it
// is the value itself.
func (q Question) TextOf(value string) string {
	for _, o := range q.Options {
		if o.Value == value {
			return o.Text
		}
	}
	if q.Kind == Ruler && value != "" {
		return value + " of 10"
	}
	return value
}

// check returns text as it is kept, or what to correct.
func (q Question) check(text string) (string, error) {
	switch q.Kind {
	case Short:
		return fault.Line(q.Name, text, MaxLine)
	case One:
		if text == "" || slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == text }) {
			return text, nil
		}
		return "", fault.New(fault.Invalid, q.Name, "Choose one of these, or leave it out.")
	case Ruler:
		if text == "" {
			return "", nil
		}
		if n, err := strconv.Atoi(text); err != nil || n < 0 || n > 10 || strconv.Itoa(n) != text {
			return "", fault.New(fault.Invalid, q.Name, "Choose a number from 0 to 10, or leave it out.")
		}
		return text, nil
	case Concerns:
		ids := strings.Fields(text)
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if len(ids) > MaxConcerns {
			return "", fault.New(fault.Invalid, q.Name, "More than six are hard to begin with. Choose those that matter most.")
		}
		for _, id := range ids {
			if len(id) > 60 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				return "", fault.New(fault.Invalid, q.Name, "Choose among these, or leave it out.")
			}
		}
		return strings.Join(ids, " "), nil
	}
	return fault.Text(q.Name, text, MaxWords)
}

func (p Part) made() part {
	switch p {
	case Brings:
		return part{
			title: "What brings you",
			why:   "So that the first hour begins where you are, and you need not tell it twice.",
			questions: []Question{
				{Name: "brings", Label: "What brings you here?", Hint: "A sentence is enough, and so is a word."},
				{Name: "since", Label: "Since when, and did something set it off?"},
				{Name: "harder", Label: "What does it make harder?", Hint: "Sleep, work, people, something you stopped doing."},
				{Name: "different", Label: "What would be different if it were better?", Hint: "Something small that somebody else could see is enough."},
				{Name: "concern", Kind: Concerns, Fold: true, Label: "If one of these words fits", Hint: "They help to find a way of working. They are no diagnosis."},
			},
		}
	case Strengths:
		return part{
			title: "What carries you",
			why:   "The work is built on what holds, and not only on what hurts.",
			questions: []Question{
				{Name: "carries", Label: "What carries you, also on hard days?", Hint: "A person, an animal, faith, a habit, a place, music."},
				{Name: "good", Label: "What are you good at, or known for?"},
				{Name: "through", Label: "What hard time have you come through, and what helped then?"},
				{Name: "side", Label: "Who is on your side?"},
			},
		}
	case Life:
		return part{
			title: "Your story so far", sensitive: true,
			why: "Some of what is hard now began earlier, and knowing it saves guessing. It can wait for months, and much of it need never be told.",
			questions: []Question{
				{Name: "story", Label: "What of your life should be known?", Hint: "In any order, as much or as little as you like."},
				{Name: "family", Label: "The family you come from"},
				{Name: "hard", Label: "Is there something that is hard to tell?", Hint: "It is enough to write that there is something. You need not say what."},
			},
		}
	case Health:
		return part{
			title: "Health and medicines", sensitive: true,
			why: "Body and mind share one life: a medicine, a thyroid or too little sleep can look like low mood.",
			questions: []Question{
				{Name: "health", Label: "Your health, now and before"},
				{Name: "medicines", Label: "What you take", Hint: "Names and doses if they are at hand, also what needs no prescription."},
				{Name: "body", Label: "Sleep, food, movement"},
				{Name: "substances", Label: "Alcohol and other substances", Hint: "How much, how often, and what it does for you. Nobody judges it."},
				{Name: "doctor", Kind: Short, Label: "A doctor who knows you", Hint: "Nobody gets in touch with them unless you agree first."},
			},
		}
	case Tried:
		return part{
			title: "What you have tried",
			why:   "So that what did not help is not repeated, and what helped is not lost. How it was is for you to judge.",
			questions: append(tried(),
				Question{Name: "earlier", Label: "If you have been in therapy: what should be different this time?"},
			),
		}
	case Context:
		return part{
			title: "Your life now",
			why:   "What can be practised depends on what a week leaves room for.",
			questions: []Question{
				{Name: "work", Label: "Work, school, or what fills your days"},
				{Name: "home", Label: "Home, and who lives there"},
				{Name: "people", Label: "The people who matter"},
				{Name: "duties", Label: "Whom or what you look after"},
				{Name: "week", Label: "What a usual week looks like"},
				{Name: "outside", Label: "What weighs from outside", Hint: "Money, papers, a move, a court."},
			},
		}
	case Readiness:
		return part{
			title:  "Is now the time?",
			why:    "Wanting change and trusting oneself with it go up and down. There is no right number, nothing is added up, and nothing is decided by it.",
			source: "After the rulers of importance and confidence in Rollnick, Mason and Butler, Health Behavior Change (1999), and Miller and Rollnick, Motivational Interviewing (3rd edition, 2013). The wording is ours.",
			questions: []Question{
				{Name: "important", Kind: Ruler, Label: "How important is it to you that something changes?", Low: "0, not at all", High: "10, more than anything"},
				{Name: "why", Label: "Why this number, and not a lower one?"},
				{Name: "sure", Kind: Ruler, Label: "If you decided to, how sure are you that you could?", Low: "0, not at all", High: "10, quite sure"},
				{Name: "surer", Label: "What would make you one step surer?"},
				{Name: "against", Label: "What speaks for leaving things as they are?", Hint: "There are always good reasons."},
			},
		}
	case Preferences:
		return part{
			title:  "How you would like to work",
			why:    "A way of working that suits somebody is more often stayed with. A wish is no order: what is possible is talked about together.",
			source: "After the idea of asking for preferences beforehand, and what is known of meeting them: Swift, Callahan, Cooper and Parkin, Journal of Clinical Psychology 74 (2018). The questions are ours, and no published inventory.",
			questions: []Question{
				{Name: "way", Kind: One, Label: "What would you rather do in the hours?", Options: []Option{
					{"skills", "Learn and practise something concrete"}, {"exploring", "Understand where it comes from, with room to talk"}, {"both", "Some of both"}, {"unsure", "I do not know yet"},
				}},
				{Name: "lead", Kind: One, Fold: true, Label: "Who sets the direction?", Options: []Option{{"therapist", "Mostly the therapist"}, {"me", "Mostly I"}, {"open", "No strong wish"}}},
				{Name: "feelings", Kind: One, Fold: true, Label: "When strong feelings come", Options: []Option{{"stay", "Stay with them"}, {"distance", "Keep some distance at first"}, {"open", "No strong wish"}}},
				{Name: "time", Kind: One, Fold: true, Label: "What to look at", Options: []Option{{"earlier", "What was earlier in my life"}, {"now", "What is now and comes next"}, {"open", "No strong wish"}}},
				{Name: "tone", Kind: One, Fold: true, Label: "How to be with me", Options: []Option{{"gentle", "Gently, with encouragement"}, {"straight", "Straight out, also when it is uncomfortable"}, {"open", "No strong wish"}}},
				{Name: "pace", Kind: One, Fold: true, Label: "Pace", Options: []Option{{"slow", "Slowly"}, {"steady", "Steadily"}, {"brisk", "Briskly"}, {"see", "As it turns out"}}},
				{Name: "format", Kind: One, Label: "With whom", Options: []Option{{"alone", "On my own"}, {"close", "With a partner or family"}, {"group", "In a group"}, {"unsure", "I do not know yet"}}},
				{Name: "place", Kind: One, Label: "Where", Options: []Option{{"room", "In person"}, {"remote", "Remotely"}, {"both", "Either, or both in turn"}, {"unsure", "I do not know yet"}}},
				{Name: "language", Kind: Short, Label: "In which language"},
				{Name: "more", Label: "What a therapist should do more of"},
				{Name: "less", Label: "What a therapist should rather not do"},
				{Name: "also", Label: "Anything else about how you would like to work", Hint: "Faith, culture, being seen by a man or a woman, what made it hard before."},
			},
		}
	case Summary:
		return part{
			title: "Summary",
			why:   "What was understood so far, in words in which both can find themselves. What may lie behind it stands in the plan, as a hypothesis.",
			questions: []Question{
				{Name: "understood", Label: "What was understood so far"},
				{Name: "first", Label: "What is looked at first"},
				{Name: "open", Label: "What is still open"},
			},
		}
	}
	return part{}
}

// tried are the questions about what was tried, three to each.
func tried() (all []Question) {
	for n := 1; n <= MaxTried; n++ {
		at := strconv.Itoa(n)
		all = append(all,
			Question{Name: "what-" + at, Group: n, Fold: n > 1, Kind: Short, Label: "What was tried", Hint: "Therapy, a medicine, a book, talking to somebody, a change."},
			Question{Name: "by-" + at, Group: n, Fold: n > 1, Kind: One, Label: "With whom", Options: []Option{
				{"alone", "On my own"}, {"close", "Somebody close"}, {"therapist", "A therapist"}, {"doctor", "A doctor or a clinic"}, {"group", "A group"}, {"other", "Somebody else"},
			}},
			Question{Name: "judged-" + at, Group: n, Fold: n > 1, Kind: One, Label: "How it was", Options: []Option{
				{"helped", "It helped"}, {"little", "It helped a little"}, {"not", "It did not help"}, {"worse", "It made things worse"}, {"unsure", "Hard to say"},
			}},
		)
	}
	return all
}
