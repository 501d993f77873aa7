package instrument

import (
	"fmt"
	"strings"
)

// Doubts says, for whoever reads figures of in, what about them is not sure: one
// sentence for each thing; nil if everything was compared with its source.
func (in *Instrument) Doubts() []string {
	var out []string
	say := func(what string, b Basis) {
		switch b {
		case FromMemory:
			out = append(out, fmt.Sprintf("%s from memory, and not compared with a source.", what))
		case Conflicting:
			out = append(out, fmt.Sprintf("%s taken from sources that differ.", what))
		case Verified, "":
		}
	}
	say("The words of the questions are", in.Basis.Wording)
	say("Which items are reversed is", in.Basis.Reverse)
	say("How many answers may be missing is", in.Basis.Missing)
	say("The bands are", in.Basis.Bands)
	say("Which items are read first is", in.Basis.Critical)
	say("The parts are", in.Basis.Subscales)
	for _, c := range in.Scoring.Caseness {
		say("The cut “"+c.Words()+"” is", c.Basis)
	}
	if t := in.Scoring.ReliableChange; t != nil {
		say("The threshold of reliable change is", t.Basis)
	}
	return out
}

// Words is the cut as one says it: "10 or more", "4 or more for men".
func (c Caseness) Words() string {
	s := ""
	if c.AtMost != nil {
		s = fmt.Sprintf("%d or less", *c.AtMost)
	} else {
		s = fmt.Sprintf("%d or more", *c.AtLeast)
	}
	if c.For != "" {
		s += " for " + c.For
	}
	return s
}

// Rule says in a few sentences how in is scored.
func (in *Instrument) Rule() []string {
	s := in.Scoring
	lo, hi := in.Range()
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch {
	case s.NoTotal:
		add("There is no total, only parts.")
	case s.Method == Mean:
		add("The mean of the answers, times %v: from %v to %v, and %s.", s.multiplier(), lo, hi, in.Direction)
	case s.multiplier() != 1:
		add("The sum of the answers, times %v: from %v to %v, and %s.", s.multiplier(), lo, hi, in.Direction)
	default:
		add("The sum of the answers: from %v to %v, and %s.", lo, hi, in.Direction)
	}
	if len(s.Reverse) > 0 {
		add("Counted the other way round: %s.", in.numbers(s.Reverse))
	}
	if len(s.Optional) > 0 {
		add("Does not concern everybody, and is not missing if left out: %s.", in.numbers(s.Optional))
	}
	if s.Gate != nil {
		add("Asked first, and adds nothing: %s. A no there ends it with the lowest total.", in.numbers([]string{s.Gate.Item}))
	}
	switch s.MaxMissing {
	case 0:
		add("Every question is needed for a total.")
	case 1:
		add("One answer may be missing; it is estimated from the others.")
	default:
		add("Up to %d answers may be missing; they are estimated from the others.", s.MaxMissing)
	}
	if in.Caution != "" {
		add("%s", in.Caution)
	}
	for _, p := range s.Subscales {
		add("Part “%s”: %s.", p.Name, in.numbers(p.Items))
		if c := p.Count; c != nil {
			first, _ := in.Item(p.Items[0])
			add("Counted in it: answers from “%s” on; %d or more are needed.", first.Wording(&c.From), c.Needed)
		}
	}
	for _, c := range s.Critical {
		it, _ := in.Item(c.Item)
		add("Read first, whatever the total: %s, from “%s”.", in.numbers([]string{c.Item}), it.Wording(&c.From))
	}
	for _, c := range s.Caseness {
		add("The cut: %s. %s.", c.Words(), strings.TrimSuffix(c.Source, "."))
	}
	if t := s.ReliableChange; t != nil {
		add("More than chance: a change of %v or more. %s.", t.AtLeast, strings.TrimSuffix(t.Source, "."))
	}
	return out
}

// numbers names items by their place: "questions 4, 8 and 12".
func (in *Instrument) numbers(ids []string) string {
	var all []string
	for i, it := range in.Items {
		for _, id := range ids {
			if it.ID == id {
				all = append(all, fmt.Sprint(i+1))
			}
		}
	}
	switch n := len(all); n {
	case 0:
		return "none"
	case 1:
		return "question " + all[0]
	default:
		return "questions " + strings.Join(all[:n-1], ", ") + " and " + all[n-1]
	}
}
