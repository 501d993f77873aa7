package care

import (
	"strings"

	"github.com/waymark-care/waymark/internal/nourish"
)

// The words that differ by who is looking.

func emptyPlan(p planPage) string {
	if p.mine {
		return "There is no safety plan here yet. It is written together, in an hour that is calm. You can begin it, or wait for your session; a line is enough."
	}
	return "There is no safety plan yet. It is written together with " + p.name + ", in an hour that is calm, and in their words."
}

func noteOfPlan(mine bool) string {
	if mine {
		return "Nobody is told when you open this page. You and those who work with you can read the plan, and whoever has to open your record in an emergency."
	}
	return "The plan is read by its client, by those who treat them, and by whoever has to open the record in an emergency. It replaces no judgement of your own: an answer that signals danger stays to be looked at."
}

func formLead(p planForm) string {
	if p.mine {
		return "In your own words. Leave out what does not fit. What both of you agreed to before stays the plan until both agree to this."
	}
	return "Together, in " + p.name + "’s words. Leave out what does not fit. What both agreed to before stays the plan until both agree to this."
}

// namedInWords is somebody whom a plan names, in a line.
func namedInWords(p Reached) string {
	var all []string
	for _, part := range []string{p.Name, p.Phone, p.Words} {
		if part != "" {
			all = append(all, part)
		}
	}
	return strings.Join(all, ", ")
}

// fieldNames are all fields of a plan, for the summary above it.
func fieldNames(all []partFields) (names []string) {
	for _, f := range all {
		if len(f.people) == 0 {
			names = append(names, string(f.part))
		}
		for _, p := range f.people {
			names = append(names, p.name.Name, p.phone.Name, p.words.Name)
		}
	}
	return names
}

// you is whom a page speaks of.
func you(p nourishPage) string {
	if p.mine {
		return "you"
	}
	return p.name
}

func rememberedHeading(p nourishPage) string {
	if p.mine {
		return "What you remember"
	}
	return "What " + p.name + " remembers"
}

func nothingRemembered(p nourishPage) string {
	if p.mine {
		return "Nothing yet. What did you like doing as a child? Whom do you breathe out with? Where does it become quiet?"
	}
	return "Nothing yet."
}

// trimOn is a day without "on" before it.
func trimOn(s string) string { return strings.TrimPrefix(s, "on ") }

// alsoOf are the kinds of a thing beside its first: "also energy and places".
func alsoOf(t nourish.Thing) string {
	if len(t.Kinds) < 2 {
		return ""
	}
	var all []string
	for _, k := range t.Kinds[1:] {
		all = append(all, strings.ToLower(k.Words()))
	}
	last := len(all) - 1
	if last == 0 {
		return "also " + all[0]
	}
	return "also " + strings.Join(all[:last], ", ") + " and " + all[last]
}
