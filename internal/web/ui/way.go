package ui

// WayProps describe a journey for its picture: now is at the top, the first hour
// at the bottom, and beyond now it is open. What is left empty is not drawn.
// The picture has the same content as the Tale beside it, of which it names the
// place; what finds no room in the picture stands there.
type WayProps struct {
	ID        string // unique on the page; begins the ids inside
	Title     string // for readers: "Your way so far, drawn as a winding path. The same story follows as a list."
	Stretches []Stretch
	Before    *Words // what lies before the drawn part and stands in the list; nil: it begins here
	Here      Words  // "You are here", and the day
	Ahead     string // "open from here"
	Stayed    string // beside the dotted line of a detour: "The goals stayed here"; empty: nothing
}

// Words are a few words on the picture and a date under them. What is longer than
// two short lines is cut there, because the list has it whole.
type Words struct {
	Text string
	Date string
}

// A Stretch is a piece of the way, from one turn to the next.
type Stretch struct {
	Kind  StretchKind
	Steps int    // sessions held in it
	Words Words  // of a detour or a clearing
	Spots []Spot // what stands beside it, in order
	Open  bool   // a detour that still goes on
}

// StretchKind is how a stretch goes.
type StretchKind int

const (
	Onward   StretchKind = iota // the way itself
	Turned                      // a detour: the same way, equally wide, while the direct line stays dotted
	Clearing                    // a pause
)

// A Sign is what stands beside the way.
type Sign int

const (
	NoSign Sign = iota // words alone
	Stone              // a standing stone: a goal
	Cairn              // a milestone
	Light              // a quieter marker
)

// A Spot is something beside a stretch of the way.
type Spot struct {
	Sign  Sign
	Count int // stones: from one to three
	After int // it stands after so many of the stretch's steps
	Words Words
	Loud  bool // the words in bold; stones and cairns always are
}

// TaleProps are the same story in words: in the source from the beginning, and at
// a desk shown in the picture's direction.
type TaleProps struct {
	Label    string     // names the list
	Chapters []Chapter  // what is folded away, oldest first
	Items    []TaleItem // what the picture shows, oldest first
}

// A Chapter is an earlier part of the story, folded away.
type Chapter struct {
	Heading string // "2023, sessions 12 to 55"
	Note    string
	Items   []TaleItem
}

// A TaleItem is one thing that happened.
type TaleItem struct {
	When  string // "2 to 23 June"
	Step  string // "sessions 12 to 15"; on paper it is left out where there is much
	Title string
	Lines []string
	Kind  TaleKind
	Href  string // the title leads there
}

// TaleKind is the sign before an item.
type TaleKind int

const (
	Told TaleKind = iota
	ToldTurn
	ToldLight
	ToldRest
	ToldHere
)

func (k TaleKind) class() string {
	return [...]string{"", "is-turn", "is-light", "is-rest", "is-now"}[k]
}

// How many items stand on one sheet beside the picture whole, and how many with a
// line each; of more, the titles.
const (
	wholeOnPaper = 11
	linesOnPaper = 22
)

func (p TaleProps) class() string {
	switch n := len(p.Items) + len(p.Chapters); {
	case n <= wholeOnPaper:
		return "tales"
	case n <= linesOnPaper:
		return "tales tales-brief"
	}
	return "tales tales-brief tales-short"
}

// step goes on from when it was.
func (it TaleItem) step() string {
	if it.Step == "" {
		return ""
	}
	return ", " + it.Step
}
