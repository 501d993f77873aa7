package intake

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// Way is what a client would rather do in the hours.
type Way string

// The ways; empty is not said.
const (
	Skills    Way = "skills"
	Exploring Way = "exploring"
	Both      Way = "both"
	Unsure    Way = "unsure"
)

// A Preference is how a client would like to work, for choosing an approach
// together. A wish is no order, and none is no refusal.
type Preference struct {
	Way   Way         // empty: not said
	Lines []Preferred // everything that was said, the way first, in words
	More  string      // what a therapist should do more of
	Less  string      // what a therapist should rather not do
	Also  string      // anything else
	By    string      // person id of who said or wrote it last
	Side  Side
	At    time.Time
	Room  bool // it is told in the room only
}

// A Preferred is one wish in words: "Where", "In person".
type Preferred struct{ Label, Text string }

// Known says whether anything was said.
func (p Preference) Known() bool { return len(p.Lines) > 0 }

// InWords is the way as one would say it of somebody: "would rather learn and
// practise something concrete"; empty if nothing was said.
func (w Way) InWords() string {
	switch w {
	case Skills:
		return "would rather learn and practise something concrete"
	case Exploring:
		return "would rather understand where it comes from, with room to talk"
	case Both:
		return "would like some of both: learning something concrete, and room to understand"
	case Unsure:
		return "does not know yet whether to learn something concrete or to look where it comes from"
	}
	return ""
}

// PreferenceIn is how the client would like to work, as it was said last. tx is at
// their record, by an action that may open what is sealed.
func PreferenceIn(ctx context.Context, tx *access.Tx) (Preference, error) {
	course, err := courseIn(ctx, tx, tx.Compartment)
	if err != nil {
		return Preference{}, err
	}
	now, err := newestOf(ctx, tx, course, Preferences)
	if err != nil {
		return Preference{}, err
	}
	return preferenceOf(now[Preferences]), nil
}

// Preference is PreferenceIn by itself: for those who treat the client, and for
// the client.
func (is *Intakes) Preference(ctx context.Context, actor access.Actor, client access.Compartment) (Preference, error) {
	tx, err := is.door.Begin(ctx, actor, access.ReadIntake, client)
	if err != nil {
		return Preference{}, err
	}
	defer tx.Rollback()

	tx.Names(string(Preferences))
	return PreferenceIn(ctx, tx)
}

func preferenceOf(r Revision) Preference {
	p := Preference{By: r.By, Side: r.Side, At: r.At, Room: r.State == Room}
	said := r.Said()
	for _, q := range Preferences.Questions() {
		if said[q.Name] != "" {
			p.Lines = append(p.Lines, Preferred{q.Label, q.TextOf(said[q.Name])})
		}
	}
	p.Way, p.More, p.Less, p.Also = Way(said["way"]), said["more"], said["less"], said["also"]
	return p
}
