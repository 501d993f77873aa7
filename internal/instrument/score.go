package instrument

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"

	"github.com/waymark-care/waymark/internal/fault"
)

// Answers are one filled-in questionnaire: the value chosen for each item, by the
// item's id. An item that is absent or nil was skipped.
type Answers map[string]*int

// InOrder returns answers given as a list in the order of in's items, nil for a
// skipped one. More values than items are refused.
func InOrder(in *Instrument, values ...*int) (Answers, error) {
	if len(values) > len(in.Items) {
		return nil, fault.New(fault.Invalid, "items", fmt.Sprintf("There are %d questions and %d answers.", len(in.Items), len(values)))
	}
	a := make(Answers, len(values))
	for i, v := range values {
		a[in.Items[i].ID] = v
	}
	return a, nil
}

// Check refuses, with fault.Invalid and the item's id as the field, an answer
// that in does not offer, an item that it does not have, and an answer behind a
// gate that was shut which says something else than the gate did. Nothing is
// clipped or guessed; a skipped item is all right.
func (a Answers) Check(in *Instrument) error {
	var against []string
	for _, it := range in.Items {
		v := a[it.ID]
		switch {
		case v == nil:
		case !slices.ContainsFunc(it.Answers, func(c Choice) bool { return c.Value == *v }):
			return fault.New(fault.Invalid, it.ID, "Choose one of the answers to this question.")
		case !in.Asks(a, it.ID) && in.adds(it.ID) && *v != in.least(it):
			against = append(against, it.ID)
		}
	}
	if len(against) > 0 {
		return in.contradiction(a, against)
	}
	var unknown []string
	for id := range a {
		if _, ok := in.Item(id); !ok {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) > 0 {
		sort.Strings(unknown)
		return fault.New(fault.Invalid, unknown[0], "This question is not part of the questionnaire.")
	}
	return nil
}

// shut says whether the gate was answered so that the rest is not asked.
func (in *Instrument) shut(a Answers) bool {
	g := in.Scoring.Gate
	return g != nil && a[g.Item] != nil && *a[g.Item] < g.From
}

// Ends are the answers to the item after which nothing else is asked; nil unless
// it is the gate.
func (in *Instrument) Ends(it Item) (ends []Choice) {
	if g := in.Scoring.Gate; g != nil && g.Item == it.ID {
		for _, c := range it.Answers {
			if c.Value < g.From {
				ends = append(ends, c)
			}
		}
	}
	return ends
}

// Asks says whether the item is asked, after what a answers before it.
func (in *Instrument) Asks(a Answers, item string) bool {
	if !in.shut(a) {
		return true
	}
	for _, it := range in.Items {
		if it.ID == item {
			return true
		}
		if it.ID == in.Scoring.Gate.Item {
			return false
		}
	}
	return false
}

// least is the answer to it that counts least.
func (in *Instrument) least(it Item) int {
	lo, hi := it.Range()
	if slices.Contains(in.Scoring.Reverse, it.ID) {
		return hi
	}
	return lo
}

// contradiction says what to do about answers behind a gate that was shut.
func (in *Instrument) contradiction(a Answers, items []string) error {
	gate, _ := in.Item(in.Scoring.Gate.Item)
	first, _ := in.Item(items[0])
	least, which := in.least(first), in.numbers(items)
	said, them := which+" says", "it"
	if len(items) > 1 {
		said, them = which+" say", "them"
	}
	no, asked := gate.Wording(a[gate.ID]), in.numbers([]string{gate.ID})
	return fault.New(fault.Invalid, first.ID, fmt.Sprintf("After “%s” to %s nothing more is asked, and %s something else. If the “%s” is right, leave %s out or change %s to “%s”. If not, change %s.",
		no, asked, said, no, them, them, first.Wording(&least), asked))
}

// Same says whether both choose the same, however a skipped item is written.
func (a Answers) Same(b Answers) bool { return maps.Equal(a.chosen(), b.chosen()) }

func (a Answers) chosen() map[string]int {
	out := make(map[string]int, len(a))
	for id, v := range a {
		if v != nil {
			out[id] = *v
		}
	}
	return out
}

// A Result is what one filled-in questionnaire says. It can always be made again
// from the answers and the instrument version named in it.
type Result struct {
	Instrument string `json:"instrument"`
	Version    string `json:"version"`
	Language   string `json:"language"`
	// Total is not rounded; nil when too many items are missing (see Reason).
	Total *float64 `json:"total"`
	// Display is Total rounded half up, for showing and for the band only.
	Display   *int             `json:"display"`
	Band      *Band            `json:"band"`
	Subscales []SubscaleResult `json:"subscales"`
	Critical  []CriticalAnswer `json:"critical"`
	// Pattern says whether every subscale that counts has as many endorsed items as
	// it needs; nil where none counts, and unknown where skipped items could decide.
	Pattern  *Pattern `json:"pattern,omitempty"`
	Missing  int      `json:"missing"`
	Prorated bool     `json:"prorated"` // estimated from the items that were answered
	Rule     string   `json:"rule"`
	Reason   string   `json:"reason"` // why there is no total; "" when there is one
}

// A Pattern is whether the endorsed items make up what their subscales need.
type Pattern string

// The patterns. What is unknown hangs on items that were skipped.
const (
	PatternMet     Pattern = "met"
	PatternNotMet  Pattern = "not met"
	PatternUnknown Pattern = "unknown"
)

// A SubscaleResult is the score of one part of an instrument.
type SubscaleResult struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Total   *float64 `json:"total"`
	Display *int     `json:"display"`
	Band    *Band    `json:"band"`
	Missing int      `json:"missing"`
	Reason  string   `json:"reason"`
	// Endorsed and Needed are set where the subscale counts: how many of its items
	// were answered so that they count, on the raw answers, and how many make it up.
	Endorsed *int `json:"endorsed,omitempty"`
	Needed   int  `json:"needed,omitempty"`
}

// CriticalState says what is known of a critical item.
type CriticalState string

const (
	Endorsed    CriticalState = "endorsed"
	NotEndorsed CriticalState = "not endorsed"
	Unknown     CriticalState = "unknown" // skipped: ask
)

// A CriticalAnswer is the raw answer to an item that is read first.
type CriticalAnswer struct {
	Item   string        `json:"item"`
	Answer *int          `json:"answer"`
	State  CriticalState `json:"state"`
}

// Endorsed reports whether any critical item was endorsed.
func (r Result) Endorsed() bool { return r.any(Endorsed) }

// CriticalUnknown reports whether a critical item was skipped and none endorsed.
func (r Result) CriticalUnknown() bool { return !r.Endorsed() && r.any(Unknown) }

func (r Result) any(s CriticalState) bool {
	return slices.ContainsFunc(r.Critical, func(c CriticalAnswer) bool { return c.State == s })
}

// Shown is the displayed total; ok is false when there is none.
func (r Result) Shown() (n int, ok bool) {
	if r.Display == nil {
		return 0, false
	}
	return *r.Display, true
}

// Score reads the critical items, then adds up. Answers that in does not offer
// are refused as by Check. Missing items are prorated, sum(answered)*k/(k-m),
// while the instrument's rule allows; above that there is no total and Reason
// says why. Multipliers come last.
func Score(in *Instrument, a Answers) (Result, error) {
	if err := a.Check(in); err != nil {
		return Result{}, err
	}
	s := in.Scoring
	r := Result{
		Instrument: in.ID, Version: in.Version, Language: in.Language, Rule: s.Rule,
		Subscales: []SubscaleResult{}, Critical: []CriticalAnswer{},
	}
	for _, c := range s.Critical {
		r.Critical = append(r.Critical, CriticalAnswer{Item: c.Item, Answer: a[c.Item], State: state(a[c.Item], c.From)})
	}
	for _, sub := range s.Subscales {
		t := in.part(a, sub.Items, sub.MaxMissing, sub.multiplier())
		sr := SubscaleResult{ID: sub.ID, Name: sub.Name, Missing: t.missing, Reason: t.reason}
		if t.reason == "" {
			sr.Total = &t.value
			sr.Display, sr.Band = shown(t.value, sub.Bands)
		}
		if sub.Count != nil {
			r.count(sub, &sr, a)
		}
		r.Subscales = append(r.Subscales, sr)
	}
	total := in.part(a, in.scored(), s.MaxMissing, s.multiplier())
	r.Missing = total.missing
	switch {
	case s.NoTotal:
		r.Reason = "this instrument has no total, only its parts"
	case total.reason != "":
		r.Reason = total.reason
	case s.NeedsSubscales && slices.ContainsFunc(r.Subscales, func(p SubscaleResult) bool { return p.Total == nil }):
		r.Reason = "too many items of one part were not answered, and the total needs every part"
	default:
		r.Total, r.Prorated = &total.value, total.missing > 0
		r.Display, r.Band = shown(total.value, s.Bands)
	}
	return r, nil
}

// count counts the endorsed items of sub, and what follows for the pattern.
func (r *Result) count(sub Subscale, sr *SubscaleResult, a Answers) {
	endorsed, skipped := 0, 0
	for _, id := range sub.Items {
		switch v := a[id]; {
		case v == nil:
			skipped++
		case *v >= sub.Count.From:
			endorsed++
		}
	}
	sr.Endorsed, sr.Needed = &endorsed, sub.Count.Needed
	here := PatternMet
	if endorsed < sub.Count.Needed {
		here = PatternUnknown
	}
	if endorsed+skipped < sub.Count.Needed {
		here = PatternNotMet
	}
	switch {
	case r.Pattern == nil, here == PatternNotMet, here == PatternUnknown && *r.Pattern == PatternMet:
		r.Pattern = &here
	}
}

func state(v *int, from int) CriticalState {
	switch {
	case v == nil:
		return Unknown
	case *v >= from:
		return Endorsed
	}
	return NotEndorsed
}

// A sum is what some items add up to, or why they do not.
type sum struct {
	value   float64
	missing int
	reason  string
}

// part adds the given items, reversed where the instrument says so, and estimates
// up to maxMissing of them.
func (in *Instrument) part(a Answers, items []string, maxMissing int, multiplier float64) sum {
	var found sum
	if g := in.Scoring.Gate; g != nil {
		switch {
		case a[g.Item] == nil:
			found.reason = "the first question was not answered, and the others follow from it"
			found.missing = in.skipped(a, items)
			return found
		case in.shut(a):
			found.value, _ = in.rangeOf(items, multiplier)
			return found
		}
	}
	total, k := 0, 0
	for _, id := range items {
		v := a[id]
		if v == nil && slices.Contains(in.Scoring.Optional, id) {
			continue
		}
		k++
		if v == nil {
			found.missing++
			continue
		}
		x := *v
		if slices.Contains(in.Scoring.Reverse, id) {
			it, _ := in.Item(id)
			lo, hi := it.Range()
			x = lo + hi - x
		}
		total += x
	}
	if found.missing > maxMissing || found.missing == k {
		found.reason = tooMany(found.missing, k, maxMissing)
		return found
	}
	found.value = float64(total)
	switch {
	case in.Scoring.Method == Mean:
		found.value /= float64(k - found.missing)
	case found.missing > 0:
		found.value = found.value * float64(k) / float64(k-found.missing)
	}
	found.value *= multiplier
	return found
}

func (in *Instrument) skipped(a Answers, items []string) (n int) {
	for _, id := range items {
		if a[id] == nil && !slices.Contains(in.Scoring.Optional, id) {
			n++
		}
	}
	return n
}

func shown(total float64, bands []Band) (*int, *Band) {
	n := RoundHalfUp(total)
	for i := range bands {
		if b := bands[i]; n >= b.Low && n <= b.High {
			return &n, &b
		}
	}
	return &n, nil
}

// RoundHalfUp rounds for display: 15.5 is shown as 16, and -0.5 as 0. A total that
// only float arithmetic has put just below a half counts as the half.
func RoundHalfUp(x float64) int { return int(math.Floor(x + 0.5 + 1e-9)) }

func tooMany(missing, of, allowed int) string {
	if of == 0 {
		return "nothing was answered"
	}
	if allowed == 0 {
		return fmt.Sprintf("%d of %d items were not answered, and this score needs all of them", missing, of)
	}
	return fmt.Sprintf("%d of %d items were not answered; at most %d may be missing for a score", missing, of, allowed)
}
