// Package method is the methods of therapy as data: concerns, approaches and
// techniques, what is known of each, how strong that is and where it is said.
//
// It decides nothing and ranks nobody. It holds what two people need in front of
// them when they choose how to work: what an approach is thought to do, what can be
// expected of it, how strong the evidence for this concern is, when not to begin,
// what it asks of the client, and that "none for now" is a choice as well.
//
// # How to use it
//
// A Library is everything there is for one practice; it does not change, and every
// lookup is pure. Whoever has a transaction asks the Shelf to have looked, once:
//
//	err := shelf.Ready(ctx, tx)          // two small statements, or none
//	lib := shelf.In(tx.Practice)         // no door, no database
//	choice, ok := lib.For("depression", method.Skills)
//	for _, o := range choice.Options {   // strongest evidence first, "none" last
//		o.Approach.Ref()                 // "cbt@1": what a plan keeps
//		o.Strength, o.Strength.Words()   // how strong, in words
//		o.Fits                           // as the client likes to work
//	}
//	a, ok := lib.Approach("cbt@1")       // as it was when the plan was made
//	a, ok = lib.Approach("cbt")          // as it is now
//
// A plan keeps the Ref of what it chose ("cbt@1", "none@1", an approach of the
// practice's own just the same) and the Ref of the concern. Every version stays, so
// that the reason for a choice can be read as it was. What is hidden is left out of
// For and of the lists, and is still found by its Ref.
//
// Without a practice (a command, a test) Shipped is the library that comes with
// the product. The pages that show all this, and the part "choose for this
// problem" that other pages place, are in package web/method.
package method

import (
	"fmt"
	"strconv"
	"strings"
)

// A Said is one statement in the words of two readers, and what it rests on.
type Said struct {
	Clinician string   `json:"clinician,omitempty"`
	Client    string   `json:"client,omitempty"`  // second person, plain; "" where there is nothing to say to a client
	Cites     []string `json:"sources,omitempty"` // ids of sources; see Sources

	sources []*Source
}

// Sources are what the statement rests on.
func (s Said) Sources() []*Source { return s.sources }

// Plain is the line for a client, and the clinician's if there is no other.
func (s Said) Plain() string {
	if s.Client != "" {
		return s.Client
	}
	return s.Clinician
}

// An Entry is what concerns, approaches and techniques have in common. A version is
// never changed once it was released: what changes gets the next number.
type Entry struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Name    string `json:"name"`            // for clinicians
	Plain   string `json:"plain"`           // for clients, as one would say it
	Words   string `json:"words,omitempty"` // other words by which somebody looks for it
	About   Said   `json:"about"`

	Own bool `json:"-"` // the practice's own
}

// Ref names the entry in this version: "cbt@1".
func (e *Entry) Ref() string { return e.ID + "@" + strconv.Itoa(e.Version) }

// ParseRef takes a Ref apart. Without a version ("cbt") version is 0: the newest.
func ParseRef(ref string) (id string, version int, err error) {
	id, number, with := strings.Cut(ref, "@")
	if with {
		if version, err = strconv.Atoi(number); err != nil || version < 1 || strconv.Itoa(version) != number {
			return "", 0, fmt.Errorf("%q is no version", number)
		}
	}
	if !sound(id) {
		return "", 0, fmt.Errorf("%q is no id", id)
	}
	return id, version, nil
}

// A Concern is what somebody comes with.
type Concern struct {
	Entry
	Within string `json:"within,omitempty"` // id of the wider concern: panic is within anxiety
	First  []Said `json:"first,omitempty"`  // what to look at before any approach is chosen
	Links  []Link `json:"links,omitempty"`
}

// A Way says how somebody works, or would rather work.
type Way string

const (
	Either    Way = ""          // no preference; of an approach: it can be worked in both ways
	Skills    Way = "skills"    // learning and practising something
	Exploring Way = "exploring" // understanding, feeling, finding words
)

// An Approach is a way of working that has a name.
type Approach struct {
	Entry
	Short     string    `json:"short,omitempty"` // "CBT"
	Way       Way       `json:"way,omitempty"`
	Mechanism Said      `json:"mechanism,omitzero"` // how it is thought to work
	Effect    Said      `json:"effect,omitzero"`    // what can be expected
	Lasts     Said      `json:"lasts,omitzero"`     // roughly how long
	Asks      Said      `json:"asks,omitzero"`      // what it asks of the client
	Cautions  []Caution `json:"cautions,omitempty"`
	Steps     []Step    `json:"steps,omitempty"` // from simple to demanding
	Links     []Link    `json:"links,omitempty"`
}

// None is the id of the approach that is no approach: nothing for now but presence
// and a day to look again. Every choice has it.
const None = "none"

// A Technique is one thing that is done within approaches.
type Technique struct {
	Entry
	Approaches []string  `json:"approaches"`      // ids of those it belongs to
	Demand     int       `json:"demand"`          // how much it asks: 1 simple to 5 demanding
	After      []string  `json:"after,omitempty"` // ids of techniques that usually come first
	Way        Way       `json:"way,omitempty"`
	Strength   Strength  `json:"strength"` // of what Effect says
	Mechanism  Said      `json:"mechanism,omitzero"`
	Effect     Said      `json:"effect,omitzero"`
	Lasts      Said      `json:"lasts,omitzero"`
	Asks       Said      `json:"asks,omitzero"`
	Cautions   []Caution `json:"cautions,omitempty"`
	Steps      []Step    `json:"steps,omitempty"`
}

// A Link says how strong the evidence for an approach to a concern is, and in
// words what is known.
type Link struct {
	Concern  string   `json:"concern,omitempty"`  // left out in a concern's own links
	Approach string   `json:"approach,omitempty"` // left out in an approach's own links
	Strength Strength `json:"strength"`
	Said
}

// The kinds of caution.
const (
	WhenNot  = "not"  // do not begin with this
	WhenWait = "wait" // something comes first
	WithCare = "care" // mind this while doing it
)

// A Caution says when not, when to wait, or what to mind.
type Caution struct {
	Kind string `json:"kind"`
	Said
}

// KindWords is the kind as a heading.
func (c Caution) KindWords() string {
	switch c.Kind {
	case WhenNot:
		return "Not if"
	case WhenWait:
		return "Wait if"
	default:
		return "Take care"
	}
}

// A Step is one stage of the work, perhaps with a technique for it.
type Step struct {
	Technique string `json:"technique,omitempty"`
	Said
}
