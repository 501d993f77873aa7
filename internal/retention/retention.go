// Package retention is how records end: for how long a practice keeps them, what
// holds one longer, a client's wish to be erased, closing a record when the work is
// over, and erasing it for good, with a certificate that anybody can check. Nothing
// is ever erased by itself: the rule only says what may be.
//
// All of it lies beside the name of a client and never in the clinical record, so that
// whoever manages the practice can decide without reading anything.
package retention

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

// Limits on what is typed here.
const (
	MaxWords = 2000 // characters of a reason, a wish or an answer
	MaxYears = 100
	MinAge   = 18 // the least age until which the record of somebody under age is kept
	MaxAge   = 40
)

// ofAge is when somebody is of age (Convention on the Rights of the Child, article 1).
const ofAge = 18

// A Rule is for how long a practice keeps records.
type Rule struct {
	Revision int64 // 0: none was set
	Years    int   // after the last contact
	Until    int   // of somebody who was under age then: until at least this age; 0: no such rule
	Why      string
	SetAt    time.Time
	SetBy    string // person id
}

// Set says whether there is a rule.
func (r Rule) Set() bool { return r.Revision > 0 }

// A Law is what is known of a country: figures with a source that was looked up.
type Law struct {
	Country string // ISO 3166
	Years   int
	Binding bool // or a guide, for those who have no rule of their own
	Says    string
	Source  string
}

// laws are those that were verified against what publishes them. Other countries have
// such rules too: there the practice types its own number.
var laws = []Law{
	{
		Country: "DE", Years: 10, Binding: true,
		Says:   "Whoever treats somebody keeps the record for ten years after the treatment ended, unless another rule asks for longer.",
		Source: "§ 630f (3) BGB",
	},
	{
		Country: "NL", Years: 20, Binding: true,
		Says:   "A record is kept for twenty years after it was last changed, or longer if good care asks for it.",
		Source: "Article 7:454 (3) BW, since 1 January 2020",
	},
	{
		Country: "GB", Years: 20,
		Says:   "The National Health Service in England keeps records of mental health, and psychology with them, for twenty years after the treatment ended, and those of children until their 25th birthday. For a practice of its own that is a guide and no law.",
		Source: "NHS England, Records Management Code of Practice 2021, appendix II",
	},
}

// LawOf is what is known of the country with that code.
func LawOf(country string) (Law, bool) {
	i := slices.IndexFunc(laws, func(l Law) bool { return l.Country == country })
	if i < 0 {
		return Law{}, false
	}
	return laws[i], true
}

// A Closing is that a record was closed, or opened again.
type Closing struct {
	Revision int64
	Closed   bool
	At       time.Time
	By       string // person id
	Born     string // 2006-01-02, if they were under age; else empty
}

// A Hold is a reason for which a record is not erased.
type Hold struct {
	ID     string
	Reason string
	At     time.Time
	By     string // person id
}

// A WishState is what became of a wish.
type WishState string

// The states of a wish.
const (
	Asked     WishState = "asked"
	Withdrawn WishState = "withdrawn"
	Answered  WishState = "answered"
)

// A Wish is that a client asks for their record to be erased.
type Wish struct {
	ID     string
	State  WishState
	At     time.Time
	Words  string
	Answer string
	Ended  time.Time // withdrawn or answered
	By     string    // who answered
}

// A Standing is how it stands with the end of one record.
type Standing struct {
	Person  person.Person
	Last    time.Time // the last contact
	Ahead   bool      // a session is planned
	Treated bool      // somebody treats them, by a care relation that nobody ended
	Closing Closing   // the newest; zero if it was never closed
	Holds   []Hold    // those that hold now, oldest first
	Wish    *Wish     // the newest
	Seen    time.Time // when this was read
}

// Asks says whether the client waits for an answer.
func (s Standing) Asks() bool { return s.Wish != nil && s.Wish.State == Asked }

// Until is the first day on which the record need not be kept any more, by the rule
// and the clocks of loc.
func (s Standing) Until(r Rule, loc *time.Location) time.Time {
	last := s.Last.In(loc)
	y, m, d := last.Date()
	until := clocks.Begins(y+r.Years, m, d+1, loc)
	born, err := time.Parse(time.DateOnly, s.Closing.Born)
	if r.Until == 0 || err != nil {
		return until
	}
	y, m, d = born.Date()
	if last.Before(clocks.Begins(y+ofAge, m, d, loc)) {
		if age := clocks.Begins(y+r.Until, m, d, loc); age.After(until) {
			until = age
		}
	}
	return until
}

// GoesOn says whether the work goes on: a session is planned, or somebody treats the
// client and nobody closed the record.
func (s Standing) GoesOn() bool { return s.Ahead || s.Treated && !s.Closing.Closed }

// Due says whether the record may end at that time: the rule's time is over, the work
// does not go on and nothing holds it.
func (s Standing) Due(r Rule, now time.Time, loc *time.Location) bool {
	return !s.GoesOn() && s.over(r, now, loc)
}

// Lapsed says that it would be due, but for a care relation that nobody ended.
func (s Standing) Lapsed(r Rule, now time.Time, loc *time.Location) bool {
	return s.GoesOn() && !s.Ahead && s.over(r, now, loc)
}

func (s Standing) over(r Rule, now time.Time, loc *time.Location) bool {
	return r.Set() && len(s.Holds) == 0 && !now.Before(s.Until(r, loc))
}

// A Reason is why a record was erased.
type Reason string

// The reasons.
const (
	ByRule   Reason = "rule"     // the time of keeping was over
	ByWish   Reason = "wish"     // the client asked for it
	Other    Reason = "other"    // for what the manager wrote down
	Operator Reason = "operator" // at the machine, on request
	Restored Reason = "restored" // again, after a restore of a backup from before
)

// InWords is the reason as a certificate says it.
func (r Reason) InWords() string {
	switch r {
	case ByRule:
		return "the time for which the practice keeps records was over"
	case ByWish:
		return "the client asked for it"
	case Operator:
		return "asked for at the machine"
	case Restored:
		return "erased before, and again after a restore"
	}
	return "another reason, which the practice wrote down"
}

// check tidies a rule, or says what to correct; least is the least number of years that
// the law of the country has, 0 if none is known.
func (r *Rule) check(least int) error {
	if r.Years < 1 || r.Years > MaxYears {
		return fault.New(fault.Invalid, "years", "Give a number of years from 1 to 100.")
	}
	if r.Until != 0 && (r.Until < MinAge || r.Until > MaxAge) {
		return fault.New(fault.Invalid, "until", "Give an age from 18 to 40, or leave it empty.")
	}
	var err error
	if r.Why, err = fault.Text("why", r.Why, MaxWords); err != nil {
		return err
	}
	if r.Years < least && r.Why == "" {
		return fault.New(fault.Invalid, "why", "That is shorter than the law we know of your country has it. Write down why it may be shorter for you, best with what your counsel said.")
	}
	return nil
}

// clientOf is the compartments of a client that this package reads and writes.
func clientOf(id string) (clinical, name access.Compartment) {
	return access.ClientRecord(id), access.PersonRecord(id)
}
