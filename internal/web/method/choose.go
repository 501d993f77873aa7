package method

import (
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// ChooseProps describe the part of a form in which an approach is chosen for one
// concern. The field's value is the Ref of the approach: "cbt@1", "none@1".
type ChooseProps struct {
	Name   string        // of the field
	Choice method.Choice // what there is; see method.Library.For
	Chosen string        // the Ref that is chosen already; "" for none yet
	// Before is what Chosen names (method.Library.Approach). It stays to choose from
	// where a later version, or nothing, has taken its place among the options.
	Before *method.Approach
	Who    string // how the client is called: "Tom"; "" if nobody is meant
	Client bool   // said to the client, in the second person
	Error  string
}

func (p ChooseProps) label() string {
	if p.Client {
		return "Ways to work on it"
	}
	return "An approach for: " + p.Choice.Concern.Name
}

// prefers says what the client would rather do; "" if nothing was said.
func (p ChooseProps) prefers() string {
	way := map[method.Way]string{
		method.Skills:    "learn and practise something",
		method.Exploring: "understand and find words",
	}[p.Choice.Prefers]
	switch {
	case way == "":
		return ""
	case p.Client:
		return "You said that you would rather " + way + ". What fits that is marked."
	case p.Who == "":
		return "The client would rather " + way + ". What fits that is marked."
	default:
		return p.Who + " would rather " + way + ". What fits that is marked."
	}
}

// has says whether what was chosen is among the options as they are now.
func (p ChooseProps) has() bool {
	for _, o := range p.Choice.Options {
		if o.Approach.Ref() == p.Chosen {
			return true
		}
	}
	return p.Chosen == ""
}

// marks are the chips of an option: how strong the evidence is, and what fits.
func (p ChooseProps) marks(o method.Option) []ui.ChipProps {
	if o.IsNone() {
		return nil
	}
	chips := []ui.ChipProps{{Text: o.Strength.Words()}}
	if p.Choice.Prefers != method.Either && o.Fits {
		chips = append(chips, ui.ChipProps{Text: "Fits", Tone: ui.Water})
	}
	if o.Approach.Own {
		chips = append(chips, ui.ChipProps{Text: "The practice’s own", Tone: ui.Draft})
	}
	return chips
}

// name is what an approach is called for the reader.
func (p ChooseProps) name(a *method.Approach) string { return nameOf(a, p.Client) }

func nameOf(a *method.Approach, client bool) string {
	switch {
	case client:
		return a.Plain
	case a.Short != "":
		return a.Name + " (" + a.Short + ")"
	default:
		return a.Name
	}
}

// words are those of one reader.
func words(s method.Said, client bool) string {
	if client {
		return s.Plain()
	}
	return s.Clinician
}

// known is what is known of an option, and of which concern if it is a wider one.
func (p ChooseProps) known(o method.Option) string {
	s := words(o.Said, p.Client)
	if s == "" && !p.Client {
		s = o.Strength.Meaning()
	} else if s == "" {
		s = o.Strength.Plain()
	}
	if o.For.ID != p.Choice.Concern.ID {
		name := o.For.Name
		if p.Client {
			name = o.For.Plain
		}
		s = "Of " + lower(name) + " in general: " + s
	}
	return s
}
