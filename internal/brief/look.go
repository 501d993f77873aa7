package brief

import (
	"cmp"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
)

// A Why is why somebody needs a look. The smaller comes first, whatever the scores say:
// a critical item is read before any total. No reason hides another.
type Why int

// The reasons for a look.
const (
	Flagged       Why = iota // an answer to a critical item needs a look, and nobody closed that
	DangerSkipped            // whoever answered left the question about danger out: it is unknown
	Signalled                // a signal is open
	Worsened                 // none is, but the newest score is reliably worse than the one before it: whoever answered was told so
	Dipped                   // a check-in is worth asking about
	Wrote                    // words came with the newest answer since the last session
	Unseen                   // whoever answered has not looked at what it says
	Silent                   // nothing was heard for long, though the work goes on
)

const (
	// QuietDays is after how many days without a session and an answer somebody has
	// long not been heard.
	QuietDays = 28
	// unseenAfter is how long somebody may take to look at what their answers say.
	unseenAfter = time.Hour
)

// A Look is one reason to look at one client, with what it is about.
type Look struct {
	Client   access.Compartment
	Why      Why
	Flag     safety.Flag      // Flagged
	Standing measure.Standing // DangerSkipped, Signalled, Worsened, Wrote, Unseen
	CheckIn  alliance.Step    // Dipped
	Heard    time.Time        // Silent: the last session or answer; zero: none that is known
}

// Known is what is known of one client when it is asked who needs a look.
type Known struct {
	Client    access.Compartment
	Flags     []safety.Flag // that are open
	Standings []measure.Standing
	CheckIns  []alliance.Step // worth asking about
	Near      session.Near
	Working   bool      // the work goes on, so that it would be heard
	Since     time.Time // when they came
}

// Gather is what is known, client by client, in the order in which they come.
func Gather(flags []safety.Flag, standings []measure.Standing, checkIns []alliance.Standing) []Known {
	var all []Known
	at := make(map[access.Compartment]int)
	of := func(c access.Compartment) *Known {
		i, there := at[c]
		if !there {
			i = len(all)
			at[c], all = i, append(all, Known{Client: c})
		}
		return &all[i]
	}
	for _, f := range flags {
		k := of(f.Client)
		k.Flags = append(k.Flags, f)
	}
	for _, s := range standings {
		k := of(s.Client)
		k.Standings = append(k.Standings, s)
	}
	for _, s := range checkIns {
		of(s.Client).CheckIns = s.Open
	}
	return all
}

// Looks are the reasons to look at those clients, the weightiest first, and of the same
// weight in the order of the clients. now is in the practice's zone.
func Looks(all []Known, now time.Time) []Look {
	var looks []Look
	for _, k := range all {
		looks = append(looks, k.looks(now)...)
	}
	slices.SortStableFunc(looks, func(a, b Look) int { return cmp.Compare(a.Why, b.Why) })
	return looks
}

func (k Known) looks(now time.Time) (all []Look) {
	flagged := make(map[string]bool)
	for _, f := range k.Flags {
		flagged[f.AnswerID] = true
		all = append(all, Look{Client: k.Client, Why: Flagged, Flag: f})
	}
	for _, s := range k.Standings {
		add := func(why Why) { all = append(all, Look{Client: k.Client, Why: why, Standing: s}) }
		if len(s.Signals) > 0 { // of the newest score, which may be older than the newest answer
			add(Signalled)
		} else if s.Worsened() && s.Score().TalkedAt.IsZero() {
			add(Worsened)
		}
		if !s.Newest.TalkedAt.IsZero() {
			continue
		}
		if s.Newest.Result.CriticalUnknown() && !flagged[s.Newest.AnswerID] {
			add(DangerSkipped)
		}
		if s.Newest.Wrote && s.Newest.At.After(k.Near.Last) {
			add(Wrote)
		}
		if s.Newest.SeenAt.IsZero() && !flagged[s.Newest.AnswerID] && now.Sub(s.Newest.At) > unseenAfter {
			add(Unseen)
		}
	}
	for _, step := range k.CheckIns {
		all = append(all, Look{Client: k.Client, Why: Dipped, CheckIn: step})
	}
	if heard, silent := k.silent(now); silent {
		all = append(all, Look{Client: k.Client, Why: Silent, Heard: heard})
	}
	return all
}

// silent says whether nothing was heard for long, and what was heard last.
func (k Known) silent(now time.Time) (heard time.Time, silent bool) {
	if !k.Working {
		return heard, false
	}
	heard = k.Near.Last
	for _, s := range k.Standings {
		if s.Newest.At.After(heard) {
			heard = s.Newest.At
		}
	}
	from, loc := heard, now.Location()
	if from.IsZero() {
		from = k.Since
	}
	return heard, measure.DayOf(now, loc).DaysAfter(measure.DayOf(from, loc)) >= QuietDays
}
