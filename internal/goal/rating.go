package goal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
)

// The ends of the scale on which a client says how far they are with a goal. It
// is a measure of our own ("goal progress 0-10", design of measures, section 1):
// it means something within one person and one goal only, so that there is no
// band, no threshold and no verdict about it.
const (
	LowestRating  = 0
	HighestRating = 10
)

// Voice is whose word a rating is.
type Voice string

const (
	VoiceClient Voice = "client" // the client said it
	VoiceBoth   Voice = "both"   // they found it together
)

// A Rating is where the client was on the scale of a goal on one day.
type Rating struct {
	ID     string // UUIDv7, made by the form
	Day    measure.Day
	Value  int
	Voice  Voice
	By     string    // who noted it: the client, or whoever treats them, in the session
	Side   Side      // of By
	At     time.Time // when it was noted
	Former []Rating  // what stood for the same day before, oldest first
}

// A RatingForm is what somebody fills in to say how far it is.
type RatingForm struct {
	ID     string // UUIDv7 of the rating to be made
	GoalID string
	Day    measure.Day
	Value  int
	Voice  Voice // read only from whoever treats the client
}

// Rate notes how far the client is with a goal; actor is the client, or treats
// them and says whose word it is. For each day the newest counts, and the others
// stay. Sending the same form twice is success; the same id with other content is
// fault.Conflict. A goal that is over takes none.
func (gl *Goals) Rate(ctx context.Context, actor access.Actor, client access.Compartment, f RatingForm, loc *time.Location) (Rating, error) {
	tx, err := gl.door.Begin(ctx, actor, access.RateGoal, client)
	if err != nil {
		return Rating{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID + " " + f.GoalID)
	if err := fault.FormID(f.ID); err != nil {
		return Rating{}, err
	}
	r := Rating{ID: f.ID, Day: f.Day, Value: f.Value, Voice: f.Voice, By: actor.ID, Side: SideOf(actor, client), At: tx.Now}
	if r.Side == ByClient {
		r.Voice = VoiceClient
	}
	today := measure.DayOf(tx.Now, loc)
	switch {
	case f.Value < LowestRating || f.Value > HighestRating:
		return Rating{}, fault.New(fault.Invalid, "value", "Please choose a number from 0 to 10, or leave it for another day.")
	case r.Voice != VoiceClient && r.Voice != VoiceBoth:
		return Rating{}, fault.New(fault.Invalid, "voice", "Please say whose number it is.")
	}
	if err := f.Day.Within("day", today, mostDaysBack, 0); err != nil {
		return Rating{}, err
	}
	gs, err := WordedIn(ctx, tx)
	if err != nil {
		return Rating{}, err
	}
	g, ok := gs.One(f.GoalID)
	switch {
	case !ok:
		return Rating{}, fault.Absent()
	case f.Day < measure.DayOf(g.Wordings[0].At, loc):
		return Rating{}, fault.New(fault.Invalid, "day", "That lies before this goal was written down. Please choose a later day.")
	}
	if err := rated(ctx, tx, &gs); err != nil {
		return Rating{}, err
	}
	if was, of, there := gs.rating(f.ID); there {
		if of == f.GoalID && was.Day == r.Day && was.Value == r.Value && was.Voice == r.Voice && was.By == r.By {
			return was, nil // it came twice
		}
		return Rating{}, fault.UsedTwice()
	}
	if !g.Current() {
		return Rating{}, goalOver()
	}
	if err := insertRating(ctx, tx, f.GoalID, r); err != nil {
		return Rating{}, err
	}
	return r, tx.Commit()
}

// mostDaysBack is how far back one can say how it was.
const mostDaysBack = 366

// rating is the one with the given id, and of which goal it is.
func (gs Set) rating(id string) (r Rating, goalID string, ok bool) {
	for _, g := range gs.All {
		for _, r := range g.Ratings {
			for _, one := range append([]Rating{r}, r.Former...) {
				if one.ID == id {
					return one, g.ID, true
				}
			}
		}
	}
	return r, "", false
}

// byDay puts ratings, which are in the order in which they were noted, in order
// of day: of each day the newest, with what stood there before.
func byDay(noted []Rating) []Rating {
	days := map[measure.Day]Rating{}
	for _, r := range noted {
		if was, ok := days[r.Day]; ok {
			r.Former = was.Former
			was.Former = nil
			r.Former = append(r.Former, was)
		}
		days[r.Day] = r
	}
	all := make([]Rating, 0, len(days))
	for _, r := range days {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Rating) int { return cmp.Compare(a.Day, b.Day) })
	return all
}

// OwnRatings says to the client what their numbers are, and nothing about what
// they should be.
func (g Goal) OwnRatings() string {
	switch n := len(g.Ratings); {
	case n == 0:
		return "No number yet. It begins whenever you like, and nothing is lost without one."
	case n == 1:
		return fmt.Sprintf("You began at %d.", g.Ratings[0].Value)
	default:
		return fmt.Sprintf("You began at %d, and last said %d. What lies between the two, you know best.", g.Ratings[0].Value, g.Ratings[n-1].Value)
	}
}

// RatingsOf says to whoever treats the client what the numbers are, and how far
// they can be trusted.
func (g Goal) RatingsOf(name string) string {
	switch n := len(g.Ratings); {
	case n == 0:
		return "No number yet."
	case n == 1:
		return fmt.Sprintf("%s began at %d.", name, g.Ratings[0].Value)
	default:
		return fmt.Sprintf("%s began at %d, and last said %d.", name, g.Ratings[0].Value, g.Ratings[n-1].Value)
	}
}

// AboutRatings is what the numbers can be used for.
const AboutRatings = "These numbers are the client’s own, on a scale in their own words. They mean something within this goal alone: there is no usual course, no band and no threshold for them, and how far two of them must lie apart to differ is not known. Ask what makes it this number."
