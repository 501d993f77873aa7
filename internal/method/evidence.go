package method

import (
	"cmp"
	"strings"
)

// A Strength says how strong the evidence is, on a small scale of our own. It says
// nothing about whether an approach suits a person, and nothing about how well
// anybody works. The scale is described in doc/methods.md and in the glossary.
type Strength string

const (
	// Recommended: a current guideline of a national or international body
	// recommends it for this concern, among the first or as an alternative; which
	// of them, and for whom, is said in the words beside it.
	Recommended Strength = "recommended"
	// SeveralTrials: several controlled trials, summed up in a review, point the
	// same way for this concern.
	SeveralTrials Strength = "several trials"
	// SomeTrials: few or small controlled trials, or trials that disagree.
	SomeTrials Strength = "some trials"
	// Tradition: long practice and case literature, hardly tried in trials.
	Tradition Strength = "tradition"
	// OwnExperience: what the practice itself has seen. Nothing that comes with the
	// product rests on it.
	OwnExperience Strength = "own experience"
)

// Strengths are the scale, from the strongest evidence down.
func Strengths() []Strength {
	return []Strength{Recommended, SeveralTrials, SomeTrials, Tradition, OwnExperience}
}

// Words is the strength as a label.
func (s Strength) Words() string {
	switch s {
	case Recommended:
		return "Guideline-recommended"
	case SeveralTrials:
		return "Several trials"
	case SomeTrials:
		return "Some trials"
	case Tradition:
		return "Practice tradition"
	case OwnExperience:
		return "Own experience"
	default:
		return string(s)
	}
}

// Meaning is the strength in one sentence for a clinician.
func (s Strength) Meaning() string {
	switch s {
	case Recommended:
		return "A current guideline recommends it for this concern."
	case SeveralTrials:
		return "Several controlled trials, summed up in a review, point the same way."
	case SomeTrials:
		return "Few or small controlled trials, or trials that disagree."
	case Tradition:
		return "Long practice and case literature, hardly tried in trials."
	case OwnExperience:
		return "What this practice has seen itself."
	default:
		return ""
	}
}

// Plain is the strength in one sentence for a client.
func (s Strength) Plain() string {
	switch s {
	case Recommended:
		return "This is among what national guidelines recommend."
	case SeveralTrials:
		return "Several careful studies found that it helps."
	case SomeTrials:
		return "It has been studied a little. The first findings are encouraging, or mixed."
	case Tradition:
		return "Therapists have worked this way for a long time. It has hardly been studied."
	case OwnExperience:
		return "This practice has seen it help. It has not been studied."
	default:
		return ""
	}
}

// rank orders strengths, strongest first; what is not on the scale comes last.
func (s Strength) rank() int {
	for i, one := range Strengths() {
		if s == one {
			return i
		}
	}
	return len(Strengths())
}

// The kinds of source.
const (
	Guideline = "guideline"
	Review    = "review" // meta-analyses and systematic reviews
	Trial     = "trial"
	Theory    = "theory" // where an idea or a way of working was first described
	Stated    = "stated" // by a practice, in its own words
)

// How a source was checked.
const (
	// Read: what is drawn from it was compared with its words, or with those of
	// its abstract.
	Read = "read"
	// Found: that it exists under this title, number and year was looked up; its
	// words were not compared.
	Found = "found"
	// NotChecked: known to the field, and not looked up.
	NotChecked = "not checked"
)

// A Source is something published, or something that a practice states.
type Source struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	Cite    string `json:"cite"` // as one would write it in a list of sources
	Year    int    `json:"year,omitempty"`
	URL     string `json:"url,omitempty"` // https only
	Checked string `json:"checked"`
	Note    string `json:"note,omitempty"` // what was compared, or what to mind
}

// CheckedWords says how the source was checked.
func (s *Source) CheckedWords() string {
	switch {
	case s.Kind == Stated:
		return "stated by the practice"
	case s.Checked == Read:
		return "compared with its words"
	case s.Checked == Found:
		return "looked up; not checked against the text"
	default:
		return "not checked against the text"
	}
}

// CheckedSentence says in full how the source was checked, and what was not.
func (s *Source) CheckedSentence() string {
	switch {
	case s.Kind == Stated:
		return "Stated by the practice."
	case s.Checked == Read && s.Note != "":
		return s.Note
	case s.Checked == Read:
		return "Compared with its words."
	case s.Note == "" || strings.Contains(s.Note, "not checked against the text"):
		return strings.TrimSpace(map[string]string{Found: "Looked up."}[s.Checked] + " " + cmp.Or(s.Note, "Not checked against the text."))
	default:
		return strings.TrimSpace(map[string]string{Found: "Looked up:"}[s.Checked] + " " + s.Note + " Not checked against the text.")
	}
}
