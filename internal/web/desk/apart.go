package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/person"
)

// Apart says of those of all who are called alike what tells them apart, by their ids: the
// address that the practice has for them, or else since when they are here, or else which
// of them came first. Whoever is alone with their name is not in it: nothing more is shown
// of anybody than is needed.
func Apart(all []person.Person, now time.Time) map[string]string {
	called := make(map[string][]person.Person)
	for _, p := range all {
		name := strings.ToLower(strings.Join(strings.Fields(NameOf(p)), " "))
		called[name] = append(called[name], p)
	}
	apart := make(map[string]string)
	for _, same := range called {
		if len(same) < 2 {
			continue
		}
		slices.SortFunc(same, func(a, b person.Person) int { return cmp.Compare(a.ID, b.ID) }) // ids are in the order of making
		address := func(p person.Person) string { return strings.ToLower(p.Email) }
		day := func(p person.Person) string { return "since " + p.Since.In(now.Location()).Format("2 January 2006") }
		for i, p := range same {
			words := "number " + Number(i+1) + " of this name"
			if alone(same, p, day) {
				words = day(p)
			}
			if p.Email != "" && alone(same, p, address) {
				words = p.Email
			}
			apart[p.ID] = words
		}
	}
	return apart
}

// alone says whether nobody else in all has what p has.
func alone(all []person.Person, p person.Person, what func(person.Person) string) bool {
	n := 0
	for _, q := range all {
		if what(q) == what(p) {
			n++
		}
	}
	return n == 1
}
