package ui

import (
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Tone is what a banner or a chip means. Danger is for danger to life, and for
// what was not saved; nothing else.
type Tone int

const (
	Calm   Tone = iota // plain
	Water              // agreed, possible
	Clay               // a detour, "worth asking about"
	Danger             // danger to life, or not saved
	Draft              // a chip: not final
)

// BannerProps are one sentence with a sign.
type BannerProps struct {
	Text  string
	Tone  Tone   // Calm, Clay or Danger
	Icon  string // empty: chosen by tone
	Link  *Link
	Alert bool // said aloud at once by readers: for errors only
}

// ChipProps are at most four words, never a button.
type ChipProps struct {
	Text string
	Tone Tone
	Icon string
}

// CardProps describe the one thing that is now.
type CardProps struct {
	Kicker  string
	Heading string
	ID      string // of the heading; empty only if there is no heading
	Marked  bool   // today's one thing
}

// PartProps describe a part of a page, set apart by a hairline (Part), or by a
// rule under its heading at a desk (Block).
type PartProps struct {
	Heading string
	ID      string // of the heading
	Note    string // small, at the right
	Link    *Link  // at the right instead of Note
	Unseen  bool   // the heading is for readers only
}

// EmptyProps say that it is all right that nothing is here.
type EmptyProps struct {
	Text   string
	Action *ButtonProps // one thing to do at most
}

// ToastProps say what happened, and offer to undo it. Never for errors.
type ToastProps struct {
	Text string
	Undo *ButtonProps // a link, or the button of a POST form to UndoTo
	// UndoTo is the address that undoes by POST, if Undo is a button; the hidden
	// values go with it.
	UndoTo string
	Hidden map[string]string
}

// DialogProps describe a question asked before something is done. DialogLink
// opens it; without script its address leads to a page that shows the same
// dialog with Open set.
type DialogProps struct {
	ID      string
	Title   string      // the question
	Text    string      // what follows, in one sentence
	Careful string      // words of the careful choice, which comes first and is Escape too
	Back    string      // Open: where the careful choice leads
	Do      ButtonProps // what is done
	Action  string      // where Do is posted
	Hidden  map[string]string
	Open    bool // shown on a page of its own
}

// A Column is the head of a column of a table.
type Column struct {
	Name  string
	Right bool // figures
}

// A Cell is text, a link, or any component.
type Cell struct {
	Text string
	Href string
	Body templ.Component
}

// TableProps describe a table. The first cell of a row is its head if RowHeads.
type TableProps struct {
	Caption  string // for readers, unless Shown
	Shown    bool
	Columns  []Column
	Rows     [][]Cell
	RowHeads bool
}

// A Tab is one view of the same thing.
type Tab struct {
	Link
	Current bool
}

// StopsProps are progress as stops on a line, always with words beside it.
type StopsProps struct {
	Stops []Stop
}

// Stop is the state of one step.
type Stop int

const (
	Ahead Stop = iota
	Answered
	Skipped
	Here
)

func (s Stop) class() string {
	return [...]string{"", "done", "done skipped", "here"}[s]
}

// LineProps are one item of a list of things: an icon, words, and what one can do.
type LineProps struct {
	Icon string
	Text string
	Href string // the text leads there
	Note string
	Chip *ChipProps
}

// ProblemProps tell a person what happened and what they can do next.
type ProblemProps struct {
	Frame FrameProps // Plain unless set
	Title string     // what happened: "Not saved: the disk is full"
	Text  string     // what it means, in one or two sentences
	Reach ReachProps // whom to reach, before anything else, where that cannot wait
	Next  []ButtonProps
	Kept  []KeptText // what was typed, so that it survives
	Again *AgainProps
	Code  string // a word for whoever runs the practice; shown small
}

// AgainProps is a form that sends once more, whole, what could not be kept.
type AgainProps struct {
	Action string
	Fields []FieldProps // name and value
}

// KeptText is what somebody typed and could not be saved.
type KeptText struct {
	Label string
	Text  string
}

// A CallRow is a person or a service that answers today: the whole row calls.
type CallRow struct {
	Who    string // "Someone who listens: Samaritans"
	Number string // as it is read: "116 123"
	Href   string // "tel:116123", "sms:85258" or a page
	Note   string // when, in which language, and that it is free
	Now    bool   // danger to life: the one red thing on a page
}

// ReachProps are whom somebody in danger can reach, and what the practice says then.
type ReachProps struct {
	Calls   []CallRow // danger to life first; nobody: nothing is shown
	Country string    // what the country is called; empty if it is not known
	From    string    // the practice
	Words   []string  // its own words in a crisis, by paragraphs
}

// Call is whom to call, within a sentence: one of several, or the one number there is.
func (p ReachProps) Call() string {
	if len(p.Calls) == 1 {
		return "call " + p.Calls[0].Number
	}
	return "call one of these people"
}

// mostSaid is how many characters of a practice's own words keep nobody from the
// numbers below them. Of more than that only the first paragraph is in sight.
const mostSaid = 280

// said are the words in sight, and those that a tap shows.
func (p ReachProps) said() (now, more []string) {
	n := 0
	for _, w := range p.Words {
		n += utf8.RuneCountInString(w)
	}
	if n <= mostSaid || len(p.Words) < 2 {
		return p.Words, nil
	}
	return p.Words[:1], p.Words[1:]
}

func (c CallRow) icon() string {
	if len(c.Href) > 4 && c.Href[:4] == "sms:" {
		return "text"
	}
	return "call"
}

func (t Tone) banner() string {
	return map[Tone]string{Clay: "banner banner-clay", Danger: "banner banner-danger"}[t]
}

func (p BannerProps) class() string { return or(p.Tone.banner(), "banner") }

func (p BannerProps) icon() string {
	if p.Icon != "" {
		return p.Icon
	}
	switch p.Tone {
	case Clay:
		return "way"
	case Danger:
		return "warn"
	}
	return "note"
}

func (p ChipProps) class() string {
	return "chip" + map[Tone]string{Water: " chip-water", Clay: " chip-clay", Danger: " chip-danger", Draft: " chip-line"}[p.Tone]
}

// Date is how a day is written: "Tuesday 24 November", with the year only if it
// is not the year of now.
func Date(t, now time.Time) string {
	if t.Year() == now.Year() {
		return t.Format("Monday 2 January")
	}
	return t.Format("Monday 2 January 2006")
}

func problemFrame(p ProblemProps) FrameProps {
	f := p.Frame
	f.Heading, f.Kicker, f.Lead = p.Title, "", ""
	return f
}

func keptName(i int) string { return "kept-" + string(rune('a'+i%26)) }
