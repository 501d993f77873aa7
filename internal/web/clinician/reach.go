package clinician

import (
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safetyplan"
)

// A reachLine is how a client can be reached: what they gave for it, or what came with
// them. It is read with the name, in the same opening, by whoever treats them and whoever
// opened the record in an emergency, and by nobody else of the clinicians.
type reachLine struct {
	name  string // as they are called
	phone string // as it was written; empty: none
	tel   string // calls it; empty: it is read only
	email string
	words string // what they have said about being reached there
}

func reachOf(who person.Person, name string) reachLine {
	r := reachLine{name: name, phone: who.Phone, tel: safetyplan.Person{Phone: who.Phone}.Tel(), email: who.Email}
	switch {
	case who.State != person.Here:
		r.words = name + " has not come in yet, and has not said whether they would like to be reached there."
	case who.Phone == "":
		r.words = name + " has given no telephone. They are asked for one only if they would like to be reached there."
	default:
		r.words = name + " can change the telephone, or take it out. They gave it to be reached there, or it came with them from another product; which of the two is not known here."
	}
	return r
}
