package main

import (
	"fmt"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web"
)

// lookAtHelpNow looks whom Help now names in each practice, by what is public: it opens
// nothing, and so is looked at while the server is sealed, too.
func (c *config) lookAtHelpNow() []finding {
	facts, err := web.ReadFacts(c.publicFile())
	if err != nil {
		return []finding{{"help now", fails, "It cannot be told whom Help now names: " + err.Error() + ".", "Restart the server and unlock it: it writes the file anew."}}
	}
	var all []finding
	for _, p := range facts.All() {
		all = append(all, helpNow(p))
	}
	return all
}

// helpNow is whom Help now names for the clients of p.
func helpNow(p person.Practice) finding {
	country, known := safety.Contacts(p.Country)
	lines := len(country.Shown())
	f := finding{Name: "help now", Level: note, Do: "Sign in as whoever manages " + p.Name + " and write under Practice, in “Your words in a crisis”, whom to call there; call the numbers first."}
	switch {
	case person.CountryName(p.Country) == "":
		f.Means = fmt.Sprintf("No country has the code %q of %s: Help now shows 112, which is not the emergency number everywhere, and no crisis line.", p.Country, p.Name)
		f.Do = "Sign in as whoever manages " + p.Name + " and choose the country under Practice."
	case p.Crisis != "":
		f.Level, f.Do, f.Means = good, "", fmt.Sprintf("%s, %s: %s, and the practice's own words.", p.Name, person.CountryName(p.Country), inNumbers(country, known))
	case !known:
		f.Means = fmt.Sprintf("Neither the emergency number nor a crisis line of %s is known here, and %s has written none: Help now shows 112, which is not the emergency number everywhere.", person.CountryName(p.Country), p.Name)
	case lines == 0:
		f.Means = fmt.Sprintf("No crisis line of %s was checked, and %s has written none: Help now shows %s and nobody to talk to.", country.Name, p.Name, country.Emergency.Number)
	default:
		f.Level, f.Do, f.Means = good, "", fmt.Sprintf("%s, %s: %s.", p.Name, country.Name, inNumbers(country, known))
	}
	return f
}

// inNumbers is what Help now shows of a country.
func inNumbers(c safety.Country, known bool) string {
	number := c.Emergency.Number
	if !known {
		number += ", as its own emergency number is not known here"
	}
	switch n := len(c.Shown()); n {
	case 0:
		return number + ", no crisis line"
	case 1:
		return number + " and one crisis line"
	default:
		return fmt.Sprintf("%s and %d crisis lines", number, n)
	}
}
