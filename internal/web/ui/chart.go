package ui

import "time"

// CourseProps describe scores in their course. What is left empty is not drawn.
// Bands and lines lie in this order, the last on top: 80 % fan, 50 % fan,
// middle of the fan, reliable-change band, events, own line, dots.
type CourseProps struct {
	ID     string    // unique on the page; begins the ids inside
	Title  string    // "PHQ-9 from March to November"
	Desc   string    // for readers; empty: the scores in order
	Unit   string    // head of the value's column; empty: "Score"
	Lo, Hi float64   // the whole range that the instrument has
	Step   float64   // between lines of the grid; 0: chosen
	From   time.Time // zero: the first point
	To     time.Time // zero: the last point, or the end of the fan
	Points []Point   // in order of time

	Fan80    []Span // where 8 in 10 are
	Fan50    []Span // where 5 in 10 are
	Mid      []Span // the middle of the fan; only Lo is read
	Reliable *Band  // too close to the first score to tell apart
	Usual    *Band  // the person's usual wobble (Own)
	Events   []Event
	Lanes    []Lane
	Sessions []time.Time // short strokes on the axis

	Place   *time.Location // whose days these are; nil: UTC
	Talked  string         // words for a point that was talked about; empty: "talked about"
	Seen    string         // empty: "seen, not yet talked about"
	Unseen  string         // empty: "not yet seen"
	Source  string         // where this comes from; stands above the table
	Open    string         // words of the summary; empty: "The scores as a table"
	NoScore string         // words for a dotted stretch; empty: "no score"
	Happens string         // words for an event; empty: "a life event"

	mine bool // a person's own line: whether a score was talked about is not said of it
}

// A Point is one score.
type Point struct {
	Time  time.Time
	Value float64
	State State
	Gap   bool   // nothing lies between the one before and this one, however near: a dotted line
	Note  string // in the table: "in the detour"
	Href  string // in the table: where the answers are
}

// State is what became of a score.
type State int

const (
	Talked  State = iota // talked about: a filled dot
	Seen                 // seen, not yet talked about: a ring
	NotSeen              // nobody has opened it: a dotted ring
)

// A Span is a low and a high at a time.
type Span struct {
	Time   time.Time
	Lo, Hi float64
}

// A Band is a low and a high at all times, and what it means.
type Band struct {
	Lo, Hi float64
	Words  string
}

// An Event is a moment that people named.
type Event struct {
	Time  time.Time
	Words string
}

// A Lane is a stretch of the way under the axis.
type Lane struct {
	From, To time.Time
	Pause    bool // a clearing; otherwise a detour
	Words    string
}

// SparkProps are a course in the size of a word: numbers of one scale.
type SparkProps struct {
	Values []float64
	Lo, Hi float64
	Words  string // what it says, for readers; empty: hidden from them, because the words are beside it
}
