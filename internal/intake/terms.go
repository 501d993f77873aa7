package intake

import (
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// MaxSection is how many characters a section of the working agreement may have.
const MaxSection = 3000

// A Section is one thing that the working agreement says.
type Section struct {
	Name  string
	Label string
	Hint  string
	Start string // what the product offers to begin with; both change it as they like
	Short bool   // one line
}

// Sections are what a working agreement says, in order. The words to begin with
// are ours.
func Sections() []Section {
	return []Section{
		{
			Name: "client", Label: "My part, as the client",
			Start: "I come, or say so when I cannot.\n" +
				"I say it when something does not fit, as soon as I can, also when it is about you.\n" +
				"I choose what I try between our hours, and no is an answer.\n" +
				"If I am in danger I call somebody who answers now, as named under Help now. I do not wait for our hour.",
		},
		{
			Name: "clinician", Label: "My part, as the therapist",
			Start: "I am on time, prepared, and there for the whole hour.\n" +
				"I say why I suggest something. There is always another way, or none for now.\n" +
				"I ask how the work is for you, and what you answer changes it.\n" +
				"I keep what you tell me to myself, within the limits that we have talked about.",
		},
		{
			Name: "rhythm", Label: "How often, and how long",
			Start: "We meet once a week for 50 minutes. After about six hours we look at whether that suits us.",
		},
		{
			Name: "fit", Label: "When something does not fit",
			Start: "Either of us says so, in the hour or in the check-in afterwards. It need not be worded well. Something that does not fit is part of the work, and nobody’s failure.",
		},
		{
			Name: "contact", Label: "Between our hours",
			Start: "Nobody watches this place in real time. What you write here is read before our next hour, not at once. In an emergency, Help now is on every page.",
		},
		{
			Name: "missed", Label: "When an hour is missed",
			Start: "Things come up. If you can, say so the day before, and we look for another time. If I hear nothing, I ask once how you are. What an hour costs that was missed stands with the fees, and it costs no goodwill.",
		},
		{
			Name: "kept", Label: "What is kept of it",
			Start: "What is written here stands in your record. You can read it, and see who opened it. No sound and no picture of our hours is kept. What may be used beyond our work is your choice, under My record.",
		},
		{Name: "review", Label: "When we look at this again", Start: "In about three months.", Short: true},
	}
}

// Text is what a working agreement says, by name of the section.
type Text map[string]string

// StartText is what the product offers to begin with.
func StartText() Text {
	t := Text{}
	for _, s := range Sections() {
		t[s.Name] = s.Start
	}
	return t
}

func (t Text) same(o Text) bool { return Said(t).same(Said(o)) }

// check returns t as it is kept, or what to correct.
func (t Text) check() (Text, error) {
	kept := Text{}
	for _, s := range Sections() {
		text, err := fault.Text(s.Name, t[s.Name], MaxSection)
		if s.Short {
			text, err = fault.Line(s.Name, t[s.Name], MaxLine)
		}
		if err != nil {
			return t, err
		}
		if text != "" {
			kept[s.Name] = text
		}
	}
	if strings.TrimSpace(kept["client"]+kept["clinician"]) == "" {
		return t, fault.New(fault.Invalid, "client", "Please write a line about the part of one of you at least.")
	}
	return kept, nil
}

// A Version is one version of the text.
type Version struct {
	Course int64
	Number int64 // from 1
	At     time.Time
	By     string // person id
	Side   Side
	Text   Text
	Again  bool // the text is that of the version before: it was to be signed anew
}

// A Sign is that somebody signed one version, or took their signing back.
type Sign struct {
	ID        string
	Version   int64
	Withdrawn bool
	By        string // person id
	Side      Side
	At        time.Time
	Words     string // that came with taking it back; may be empty
}

// Terms is the working agreement of one course of work.
type Terms struct {
	Course   int64
	IsNewest bool      // of the newest course of work, in which alone is written
	Versions []Version // newest first; empty if there is none yet
	Signs    []Sign    // oldest first
}

// Newest is the newest version; ok is false if there is none.
func (t Terms) Newest() (v Version, ok bool) {
	if len(t.Versions) == 0 {
		return v, false
	}
	return t.Versions[0], true
}

// Version is the one with the given number.
func (t Terms) Version(n int64) (Version, bool) {
	for _, v := range t.Versions {
		if v.Number == n {
			return v, true
		}
	}
	return Version{}, false
}

// Of is what came last from a side about a version; ok is false if nothing did.
func (t Terms) Of(version int64, side Side) (last Sign, ok bool) {
	for _, s := range t.Signs {
		if s.Version == version && s.Side == side {
			last, ok = s, true
		}
	}
	return last, ok
}

// State is how the agreement stands.
func (t Terms) State() TermsState {
	s := TermsState{}
	if v, ok := t.Newest(); ok {
		s.Newest = v.Number
	}
	holds := func(version int64, side Side) bool {
		last, ok := t.Of(version, side)
		return ok && !last.Withdrawn
	}
	s.ByClient, s.ByClinician = holds(s.Newest, ByClient), holds(s.Newest, ByClinician)
	// The highest that both ever signed is the one that counts: what was before it
	// does not come back when somebody takes their signing back.
	both := map[int64]map[Side]bool{}
	for _, sign := range t.Signs {
		if sign.Withdrawn {
			continue
		}
		if both[sign.Version] == nil {
			both[sign.Version] = map[Side]bool{}
		}
		both[sign.Version][sign.Side] = true
		if both[sign.Version][ByClient] && both[sign.Version][ByClinician] && sign.Version > s.Agreed {
			s.Agreed = sign.Version
		}
	}
	if s.Agreed > 0 {
		s.Holds = holds(s.Agreed, ByClient) && holds(s.Agreed, ByClinician)
		for _, side := range []Side{ByClient, ByClinician} {
			if last, ok := t.Of(s.Agreed, side); ok {
				if last.Withdrawn {
					s.Withdrawn = side
				}
				if last.At.After(s.Since) {
					s.Since = last.At
				}
			}
		}
	}
	return s
}

// TermsState is how a working agreement stands.
type TermsState struct {
	Newest      int64 // version; 0 if there is no text yet
	ByClient    bool  // the client signed the newest, and it holds
	ByClinician bool
	Agreed      int64     // the highest version that both signed at some time; 0 if none
	Holds       bool      // Agreed holds: neither side took it back
	Withdrawn   Side      // who took Agreed back; empty if nobody did
	Since       time.Time // of Holds, or of taking back
}

// A TermsForm is the working agreement as somebody changes it.
type TermsForm struct {
	Course  int64
	Version int64 // that the form began from; 0: there was none
	Text    Text
	Again   bool // the same text, to be signed anew
}

// A SignForm signs a version, or takes that back.
type SignForm struct {
	ID      string // UUIDv7, made by the form
	Course  int64
	Version int64  // that was read
	Words   string // with taking back, if one likes
}
