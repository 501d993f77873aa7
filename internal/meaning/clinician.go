package meaning

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
)

// Sentence is the one sentence (or three short ones) under a course, for the
// clinician. name is how the client is called; scores are in order of time and
// start at week 0. Without a prior nothing is said about others.
func Sentence(name string, in *instrument.Instrument, p *course.Prior, scores []course.Moment) string {
	if name == "" {
		name = "The client"
	}
	if len(scores) == 0 {
		return "No score yet."
	}
	first, last := scores[0], scores[len(scores)-1]
	var say []string
	week := last.Week
	if len(scores) == 1 {
		say = append(say, fmt.Sprintf("%s began at %s.", name, whole(first.Score)))
		week = 4
	} else {
		say = append(say, fmt.Sprintf("%s is at %s and began at %s.", name, whole(last.Score), whole(first.Score)))
		if c, ok := ReliableChange(in, first.Score, last.Score); ok {
			say = append(say, changeWords(c))
		} else if math.Abs(last.Score-first.Score) >= 0.05 {
			say = append(say, "How much of that is the test’s own wobble is not known.")
		}
	}
	if n := len(scores); n > 2 {
		if words, ok := lately(in, scores[n-2].Score, last.Score); ok {
			say = append(say, words)
		}
	}
	if p != nil && instrument.RoundHalfUp(week) > 0 { // within days of the first there is nothing to expect yet
		say = append(say, others(*p, in, first.Score, week))
	}
	return strings.Join(say, " ")
}

// lately says that the newest score is reliably worse than the one before it: which the
// client reads too, and which the first score may hide. ok is false if it is not.
func lately(in *instrument.Instrument, before, newest float64) (words string, ok bool) {
	c, ok := ReliableChange(in, before, newest)
	if !ok || c.Verdict != change.Worse {
		return "", false
	}
	move := "fall"
	if c.Delta > 0 {
		move = "rise"
	}
	return fmt.Sprintf("From the score before it, %s, a %s of %s towards harder days is more than that.", whole(before), move, number(math.Abs(c.Delta))), true
}

// others says where most people are who started at first.
func others(p course.Prior, in *instrument.Instrument, first, week float64) string {
	post, err := p.Posterior([]course.Moment{{Score: first}})
	if err != nil {
		return ""
	}
	pt := post.At(week).Clamp(Scale(in))
	return fmt.Sprintf("Of clients starting at %s, 8 in 10 are between %d and %d at week %d.",
		whole(first), instrument.RoundHalfUp(pt.P80[0]), instrument.RoundHalfUp(pt.P80[1]), instrument.RoundHalfUp(week))
}

func changeWords(c Change) string {
	wobble := fmt.Sprintf("the test’s own wobble (%s or more counts)", number(c.AtLeast))
	move := "fall"
	if c.Delta > 0 {
		move = "rise"
	}
	switch {
	case math.Abs(c.Delta) < 0.05:
		return "Nothing has moved between the two."
	case c.Verdict == change.NoReliableChange:
		return fmt.Sprintf("A %s of %s is within %s.", move, number(math.Abs(c.Delta)), wobble)
	}
	s := fmt.Sprintf("A %s of %s is more than %s.", move, number(math.Abs(c.Delta)), wobble)
	if c.Verdict == change.Worse {
		s = fmt.Sprintf("A %s of %s, towards harder days, is more than %s.", move, number(math.Abs(c.Delta)), wobble)
	}
	return s
}

// Words is the change in words for the clinician.
func (c Change) Words() string { return changeWords(c) }

// Explain is what stands behind the fan and the change, for the details, and what of
// it is not sure: the sample, what was assumed, and the rules. p is nil if nothing is
// known of others.
func Explain(in *instrument.Instrument, p *course.Prior) (out []string) {
	t := in.Scoring.ReliableChange
	switch {
	case p != nil:
		out = []string{
			"The bands come from " + p.Sample + ".",
			"They follow the first score alone: the middle of the fan holds 5 in 10 new scores, the whole fan 8 in 10. They say what is usual, not what is right for this person.",
		}
		out = append(out, p.Assumptions...)
		if t != nil {
			out = append(out, moreThanWobble(t))
		}
		out = append(out, "Source: "+p.Source+". Prior "+p.ID+", scoring rule "+in.Scoring.Rule+".")
	case t != nil:
		out = append(out, moreThanWobble(t))
	}
	return append(out, in.Doubts()...)
}

func moreThanWobble(t *instrument.Threshold) string {
	return fmt.Sprintf("More than wobble: a difference of %s or more counts. Source: %s.", number(t.AtLeast), t.Source)
}

// Summary is a result in a few words for the clinician: "PHQ-9: 15 of 27, moderately severe".
func Summary(in *instrument.Instrument, r instrument.Result) string {
	n, ok := r.Shown()
	if !ok {
		return in.Name + ": no score, because " + r.Reason
	}
	_, hi := in.Range()
	s := fmt.Sprintf("%s: %d of %d", in.Name, n, instrument.RoundHalfUp(hi))
	if r.Band != nil {
		s += ", " + r.Band.Words
		if b := in.Basis.Bands; b == instrument.FromMemory || b == instrument.Conflicting {
			s += " (this word is not sure: its band is " + map[instrument.Basis]string{instrument.FromMemory: "from memory", instrument.Conflicting: "drawn differently by sources"}[b] + ")"
		}
	}
	if r.Prorated {
		s += fmt.Sprintf(" (estimated from %d of %d answers)", len(in.Items)-r.Missing, len(in.Items))
	}
	return s
}

// CriticalWords says for the clinician what was answered to the critical items,
// in the order of the instrument: "Question 9 was answered “Several days”: …". A
// skipped one is unknown. Nothing is said of items that were not endorsed.
func CriticalWords(in *instrument.Instrument, r instrument.Result) []string {
	var out []string
	for _, c := range r.Critical {
		for i, it := range in.Items {
			if it.ID != c.Item {
				continue
			}
			switch c.State {
			case instrument.Endorsed:
				out = append(out, fmt.Sprintf("Question %d was answered “%s”: “%s”.", i+1, it.Wording(c.Answer), it.Text))
			case instrument.Unknown:
				out = append(out, fmt.Sprintf("Question %d was skipped, so it is unknown: “%s”. Worth asking.", i+1, it.Text))
			case instrument.NotEndorsed:
			}
		}
	}
	return out
}

// whole is a total as it is displayed.
func whole(x float64) string { return strconv.Itoa(instrument.RoundHalfUp(x)) }

// number is x without decimals if it has none, and with one otherwise.
func number(x float64) string {
	if math.Abs(x-math.Round(x)) < 0.05 {
		return strconv.Itoa(int(math.Round(x)))
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}
