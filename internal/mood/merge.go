package mood

import (
	"maps"
	"slices"
)

// LineField is what the line of text is called where entries clash.
const LineField = "line"

// merge brings together what two devices noted of one day, both beginning from
// base. What only one of them changed is taken from it. What both changed, and
// differently, is named in clashes, and stands in merged as in mine.
func merge(base, theirs, mine Entry) (merged Entry, clashes []string) {
	merged = Entry{Day: mine.Day, Values: map[string]int{}}
	scales := map[string]bool{}
	for _, e := range []Entry{base, theirs, mine} {
		for id := range e.Values {
			scales[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(scales)) {
		v, clash := pick(noteOf(base, id), noteOf(theirs, id), noteOf(mine, id))
		if v.there {
			merged.Values[id] = v.value
		}
		if clash {
			clashes = append(clashes, id)
		}
	}
	merged.There = both(base.There, theirs.There, mine.There)
	line, clash := pick(base.Line, theirs.Line, mine.Line)
	merged.Line = line
	if clash {
		clashes = append(clashes, LineField)
	}
	return merged, clashes
}

// noted is a value that may be missing.
type noted struct {
	value int
	there bool
}

func noteOf(e Entry, scale string) noted {
	v, there := e.Values[scale]
	return noted{v, there}
}

func pick[T comparable](base, theirs, mine T) (T, bool) {
	switch {
	case mine == theirs, mine == base:
		return theirs, false
	case theirs == base:
		return mine, false
	}
	return mine, true
}

// both is base with what either added, and without what either took away.
func both(base, theirs, mine []string) (all []string) {
	was := func(id string) bool { return slices.Contains(base, id) }
	for _, list := range [][]string{base, theirs, mine} {
		for _, id := range list {
			kept := slices.Contains(theirs, id) && slices.Contains(mine, id)
			if (kept || !was(id)) && !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	slices.Sort(all)
	return all
}

// same says whether two entries note the same.
func same(a, b Entry) bool {
	return maps.Equal(a.Values, b.Values) && slices.Equal(a.There, b.There) && a.Line == b.Line
}
