// Package instrument is the questionnaires themselves: their words as published,
// their answers, and how answers become a score. Definitions are data files.
//
// It is pure: no database, no clock, no randomness. It knows nothing of who
// answers, when, or what a course of scores means; that is package measure.
package instrument

import "slices"

// An Instrument is one published questionnaire in one version and language: its
// words exactly as published, and how its answers become a score. Instruments are
// read from data files (see Load) and never changed afterwards; callers share
// them and must not write to them. Answers keep the version they were given
// under, so a version that was ever used stays.
type Instrument struct {
	ID       string `json:"id"`       // "phq-9"
	Version  string `json:"version"`  // of this file: wording, coding and scoring together
	Language string `json:"language"` // BCP 47, "en"
	// Title is what a client sees: short, and telling nothing to somebody who
	// looks over a shoulder. Name is the published name, for clinicians.
	Title string `json:"title"`
	Name  string `json:"name"`
	// About is said to the client before the first question: what it is for.
	About      string `json:"about"`
	Subject    string `json:"subject"`         // what it measures, in the middle of a sentence: "low mood"
	LOINC      string `json:"loinc,omitempty"` // of the panel; "" if not verified
	TotalLOINC string `json:"totalLoinc,omitempty"`
	Licence    string `json:"licence"`
	Source     string `json:"source"`
	Recall     string `json:"recall"` // "the last 2 weeks"
	Stem       string `json:"stem"`

	IntervalDays int       `json:"intervalDays"` // shortest sensible time between two answers
	Minutes      int       `json:"minutes"`      // how long it usually takes
	Informant    string    `json:"informant"`    // who answers: "self"
	Direction    Direction `json:"direction"`

	// Answers are the choices of every item that names none of its own. Load
	// copies them into the items: readers use Item.Answers.
	Answers []Choice `json:"answers,omitempty"`
	Items   []Item   `json:"items"`
	Scoring Scoring  `json:"scoring"`
}

// Direction says which way is better.
type Direction string

const (
	LowerIsBetter  Direction = "lower is better"
	HigherIsBetter Direction = "higher is better"
)

// An Item is one question, worded exactly as published.
type Item struct {
	ID      string   `json:"id"`              // "q9"; the name of its form field
	LinkID  string   `json:"linkId"`          // FHIR Questionnaire.item.linkId
	LOINC   string   `json:"loinc,omitempty"` // "" if not verified
	Text    string   `json:"text"`
	Answers []Choice `json:"answers,omitempty"`
}

// A Choice is one answer that may be given to an item.
type Choice struct {
	Value int    `json:"value"`
	Text  string `json:"text"` // exactly as published
	LOINC string `json:"loinc,omitempty"`
}

// Scoring says how answers become a total, and what a total means.
type Scoring struct {
	Rule string `json:"rule"` // the id stored with every result: "phq-9.sum.1"
	// NoTotal is set for instruments whose subscales are never added up.
	NoTotal    bool     `json:"noTotal,omitempty"`
	Reverse    []string `json:"reverse,omitempty"` // items that count lowest + highest - answer
	Multiplier float64  `json:"multiplier,omitempty"`
	// MaxMissing is how many items may be missing for the total to be estimated
	// from the others; above it there is no total.
	MaxMissing     int        `json:"maxMissing"`
	Subscales      []Subscale `json:"subscales,omitempty"`
	Bands          []Band     `json:"bands,omitempty"`
	Critical       []Critical `json:"critical,omitempty"`
	Caseness       []Caseness `json:"caseness,omitempty"` // the first is the published one
	ReliableChange *Threshold `json:"reliableChange,omitempty"`
}

// A Subscale is a part of an instrument that is scored on its own.
type Subscale struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Items      []string `json:"items"`
	MaxMissing int      `json:"maxMissing"`
	Multiplier float64  `json:"multiplier,omitempty"`
	Bands      []Band   `json:"bands,omitempty"`
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
	Item string `json:"item"`
	From int    `json:"from"` // endorsed by this answer and every higher one
}

// Caseness is a published cut between "worth treating" and not.
type Caseness struct {
	Rule    string `json:"rule"`
	AtLeast int    `json:"atLeast"`
	Source  string `json:"source"`
}

// Cut is the value between the two sides: 9.5 for "10 or more".
func (c Caseness) Cut() float64 { return float64(c.AtLeast) - 0.5 }

// A Threshold is the smallest change that is more than chance: AtLeast counts or more.
type Threshold struct {
	Rule    string  `json:"rule"`
	AtLeast float64 `json:"atLeast"`
	Source  string  `json:"source"`
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
func (it Item) Range() (lo, hi int) { return spread(it.Answers) }

func spread(cs []Choice) (lo, hi int) {
	for i, c := range cs {
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
	return in.rangeOf(in.ids(), in.Scoring.multiplier())
}

func (in *Instrument) rangeOf(items []string, multiplier float64) (lo, hi float64) {
	for _, it := range in.Items {
		if slices.Contains(items, it.ID) {
			l, h := spread(in.choices(it))
			lo, hi = lo+float64(l), hi+float64(h)
		}
	}
	return lo * multiplier, hi * multiplier
}

// choices are it's own answers, or those of all items.
func (in *Instrument) choices(it Item) []Choice {
	if len(it.Answers) > 0 {
		return it.Answers
	}
	return in.Answers
}

func (in *Instrument) ids() []string {
	ids := make([]string, len(in.Items))
	for i, it := range in.Items {
		ids[i] = it.ID
	}
	return ids
}

func (s Scoring) multiplier() float64  { return orOne(s.Multiplier) }
func (s Subscale) multiplier() float64 { return orOne(s.Multiplier) }

func orOne(m float64) float64 {
	if m == 0 {
		return 1
	}
	return m
}
