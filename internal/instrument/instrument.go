// Package instrument is the questionnaires themselves: their words as published,
// their answers, and how answers become a score. Definitions are data files.
//
// Everything but the Shelf, which keeps what a practice brought along behind the
// door (shelf.go, sql.go), is pure: no database, no clock, no randomness. Nothing
// here knows who answers, when, or what a course of scores means; that is package
// measure.
package instrument

import "slices"

// An Instrument is one published questionnaire in one version and language: its
// words exactly as published, and how its answers become a score. Instruments are
// read from data files (see Parse) and never changed afterwards; callers share
// them and must not write to them. Answers keep the version they were given
// under, so a version that was ever used stays.
type Instrument struct {
	ID       string // "phq-9"
	URL      string // FHIR Questionnaire.url
	Version  string // of this file: wording, coding and scoring together
	Language string // BCP 47, "en"
	// Title is what a client sees: short, and telling nothing to somebody who
	// looks over a shoulder. Name is the published name, for clinicians.
	Title string
	Name  string
	// About is said to the client before the first question: what it is for.
	About      string
	Subject    string // what it measures, in the middle of a sentence: "low mood"
	LOINC      string // of the panel; "" if not verified
	TotalLOINC string
	Licence    string
	Terms      string // what a practice agrees to before it asks for this; "" for what anybody may use
	Source     string
	Recall     string // "the last 2 weeks"
	Caution    string // what a clinician should know beside a result; may be ""
	Stem       string // stands above every question that has no stem of its own; may be ""

	IntervalDays int    // shortest sensible time between two answers
	Minutes      int    // how long it usually takes
	Informant    string // who answers: "self"
	Direction    Direction
	Screening    bool // it asks whether to look further, and says nothing about change

	Items   []Item
	Scoring Scoring
	Basis   Bases

	File []byte // the definition itself, as it was read
}

// Direction says which way is better.
type Direction string

const (
	LowerIsBetter  Direction = "lower is better"
	HigherIsBetter Direction = "higher is better"
)

// An Item is one question, worded exactly as published.
type Item struct {
	ID      string // "q9", by its place among the questions; the name of its form field
	LinkID  string // FHIR Questionnaire.item.linkId
	LOINC   string // "" if not verified
	Stem    string // what stands above it; "" if the instrument's Stem does
	Text    string
	Answers []Choice
}

// A Choice is one answer that may be given to an item.
type Choice struct {
	Value int
	Text  string // exactly as published
	LOINC string

	// How the definition writes it, for programs: "valueCoding" with a code, perhaps
	// of a system, "valueInteger" or "valueString".
	As, System, Code string
}

// Basis says how sure a figure is. Nothing is shown as more than it is.
type Basis string

const (
	Verified    Basis = "verified"    // compared with what its source says
	FromMemory  Basis = "from memory" // widely used, not compared with its source
	Conflicting Basis = "sources differ"
)

// Bases are what stands behind the figures that name no source of their own;
// "" where nothing was said.
type Bases struct {
	Wording, Reverse, Missing, Bands, Critical, Subscales Basis
}

// The methods of adding up.
const (
	Sum  = ""     // of the items; what is missing is estimated from the others
	Mean = "mean" // of the items that were answered
)

// Scoring says how answers become a total, and what a total means. Items are named
// by their ids.
type Scoring struct {
	Rule   string // the id stored with every result: "phq-9.sum-prorate-2.1"
	Method string // Sum or Mean
	// NoTotal is set for instruments whose subscales are never added up.
	NoTotal    bool
	Reverse    []string // items that count lowest + highest - answer
	Unscored   []string // items that are asked and add nothing
	Optional   []string // items that do not concern everybody: a skipped one adds nothing and is not missing
	Multiplier float64  // of the total; 0 is 1
	// MaxMissing is how many items may be missing for the total to be estimated
	// from the others; above it there is no total.
	MaxMissing     int
	NeedsSubscales bool // there is a total only if each subscale has one
	Gate           *Gate
	Subscales      []Subscale
	Bands          []Band
	Critical       []Critical
	Caseness       []Caseness // the first is the published one
	ReliableChange *Threshold
}

// A Gate is asked first. Below From the rest is not asked, and the total is the
// lowest there is; a skipped one leaves the total unknown. It adds nothing itself.
type Gate struct {
	Item string
	From int
}

// A Subscale is a part of an instrument that is scored on its own.
type Subscale struct {
	ID         string
	Name       string
	Items      []string
	MaxMissing int
	Multiplier float64
	Bands      []Band
	Count      *Count
}

// A Count goes by how many items were answered with From or more, before they are
// reversed: the pattern is there if these are Needed or more in every subscale
// that counts. It is what the provisional diagnosis of the PCL-5 goes by.
type Count struct {
	From, Needed int
}

// A Band is a range of displayed totals and the words for it, both ends included.
type Band struct {
	Low    int    `json:"low"`
	High   int    `json:"high"`
	Words  string `json:"words"`  // as published, for clinicians: "mild"
	Client string `json:"client"` // one softened sentence for the client
}

// A Critical item is read first, on its raw answer, whatever the total.
type Critical struct {
	Item string
	From int // endorsed by this answer and every higher one
}

// Caseness is a published cut between "worth treating" and not: AtLeast where
// lower is better, AtMost where higher is.
type Caseness struct {
	Rule    string
	AtLeast *int
	AtMost  *int
	For     string // whom it is for, if not for everybody: "men"
	Source  string
	Basis   Basis
}

// Cut is the value between the two sides: 9.5 for "10 or more".
func (c Caseness) Cut() float64 {
	if c.AtMost != nil {
		return float64(*c.AtMost) + 0.5
	}
	return float64(*c.AtLeast) - 0.5
}

// A Threshold is the smallest change that is more than chance: AtLeast counts or more.
type Threshold struct {
	Rule    string
	AtLeast float64
	Source  string
	Basis   Basis
}

// Item returns the item with the given id.
func (in *Instrument) Item(id string) (Item, bool) {
	for _, it := range in.Items {
		if it.ID == id {
			return it, true
		}
	}
	return Item{}, false
}

// Wording is the published wording of the answer v; "" for a skipped one.
func (it Item) Wording(v *int) string {
	for _, c := range it.Answers {
		if v != nil && c.Value == *v {
			return c.Text
		}
	}
	return ""
}

// Range is the lowest and the highest answer to the item.
func (it Item) Range() (lo, hi int) {
	for i, c := range it.Answers {
		if i == 0 || c.Value < lo {
			lo = c.Value
		}
		if i == 0 || c.Value > hi {
			hi = c.Value
		}
	}
	return lo, hi
}

// Range is the lowest and the highest total that in can have.
func (in *Instrument) Range() (lo, hi float64) {
	return in.rangeOf(in.scored(), in.Scoring.multiplier())
}

func (in *Instrument) rangeOf(items []string, multiplier float64) (lo, hi float64) {
	for _, it := range in.Items {
		if slices.Contains(items, it.ID) {
			l, h := it.Range()
			if slices.Contains(in.Scoring.Optional, it.ID) {
				l, h = min(l, 0), max(h, 0) // skipped, it adds nothing
			}
			lo, hi = lo+float64(l), hi+float64(h)
		}
	}
	if in.Scoring.Method == Mean {
		multiplier /= float64(max(1, len(items)))
	}
	return lo * multiplier, hi * multiplier
}

// Reach is the lowest and the highest that the subscale can have.
func (in *Instrument) Reach(s Subscale) (lo, hi float64) { return in.rangeOf(s.Items, s.multiplier()) }

// scored are the ids of the items that add to the total.
func (in *Instrument) scored() []string {
	ids := make([]string, 0, len(in.Items))
	for _, it := range in.Items {
		if in.adds(it.ID) {
			ids = append(ids, it.ID)
		}
	}
	return ids
}

func (in *Instrument) adds(id string) bool {
	g := in.Scoring.Gate
	return !slices.Contains(in.Scoring.Unscored, id) && (g == nil || g.Item != id)
}

// Above is what stands above the item.
func (in *Instrument) Above(it Item) string {
	if it.Stem != "" {
		return it.Stem
	}
	return in.Stem
}

func (s Scoring) multiplier() float64  { return orOne(s.Multiplier) }
func (s Subscale) multiplier() float64 { return orOne(s.Multiplier) }

func orOne(m float64) float64 {
	if m == 0 {
		return 1
	}
	return m
}
