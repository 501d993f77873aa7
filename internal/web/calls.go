package web

import (
	"strings"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// ReachOf is whom somebody in danger can reach in the practice's country, with what
// the practice says.
func ReachOf(p person.Practice) ui.ReachProps {
	country, _ := safety.Contacts(p.Country)
	return ui.ReachProps{Calls: Calls(country), Country: country.Name, From: p.Name, Words: paragraphs(p.Crisis)}
}

func paragraphs(text string) []string {
	var all []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// Calls are whom somebody in danger can reach, a row each that calls or writes:
// danger to life first, then those who listen. What a line is for stands before its
// name, which says little to whoever does not know it.
func Calls(c safety.Country) []ui.CallRow {
	all := []ui.CallRow{{
		Who: "Your life or someone’s is in danger", Number: c.Emergency.Number, Href: c.Emergency.Tel,
		Note: sentences(c.Emergency.Also), Now: true,
	}}
	for _, l := range c.Shown() {
		note := sentences(l.Note, l.Hours, l.Languages)
		if l.Number != "" {
			all = append(all, ui.CallRow{Who: l.For + ": " + l.Name, Number: l.Number, Href: l.Tel, Note: note})
		}
		if l.Text != "" && l.SMS != "" {
			all = append(all, ui.CallRow{Who: "You would rather write: " + l.Name, Number: l.Text, Href: l.SMS, Note: note})
		}
	}
	return all
}

// sentences joins what there is: "Choose option 2. Day and night. German".
func sentences(parts ...string) string {
	var all []string
	for _, part := range parts {
		if part != "" {
			all = append(all, strings.ToUpper(part[:1])+strings.TrimSuffix(part[1:], "."))
		}
	}
	return strings.Join(all, ". ")
}
