package web

import (
	"strings"

	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Calls are whom somebody in danger can reach, a row each that calls or writes:
// danger to life first, then those who listen.
func Calls(c safety.Country) []ui.CallRow {
	all := []ui.CallRow{{
		Who: "Your life or someone’s is in danger", Number: c.Emergency.Number, Href: c.Emergency.Tel,
		Note: sentences(c.Emergency.Also), Now: true,
	}}
	for _, l := range c.Shown() {
		note := sentences(l.Note, l.Hours, l.Languages)
		if l.Number != "" {
			all = append(all, ui.CallRow{Who: l.Name, Number: l.Number, Href: l.Tel, Note: note})
		}
		if l.Text != "" && l.SMS != "" {
			who := l.Name
			if l.Number != "" {
				who = "You would rather write: " + l.Name
			}
			all = append(all, ui.CallRow{Who: who, Number: l.Text, Href: l.SMS, Note: note})
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
