// Package profile is what a practice and each of its clinicians say of themselves
// in public, and the first consultations that clinicians offer.
//
// What is being written is a draft: a clinician's is sealed under the key of
// their own record, so that nobody else can read it. What was published is sealed
// again under the key of the practice, where whoever asks may read it, and only
// as long as the clinician works there. Who asks for a consultation, and what
// becomes of that, is not here but in enquiry.
//
//	profile.go    what is said, and its limits        words.go money.go address.go   its parts
//	profiles.go   drafts, publishing                  public.go    what anybody reads
//	times.go      first consultations: pure rules     offers.go    offering and taking them
package profile

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// Limits, in characters where it is text.
const (
	MaxName   = 120
	MaxLead   = 600
	MaxText   = 4000
	MaxLink   = 200
	MaxFees   = 12
	MaxListed = 12 // approaches
	maxLine   = 160
)

// A Clinician is what one clinician says of themselves.
type Clinician struct {
	Address    string     `json:"address"` // the last part of the page's address, chosen by the clinician
	Name       string     `json:"name"`    // as they are called in public
	Title      string     `json:"title,omitempty"`
	Registered string     `json:"registered,omitempty"` // with whom, and under which number
	Lead       string     `json:"lead,omitempty"`       // a sentence or two, shown beside the name
	About      string     `json:"about,omitempty"`      // paragraphs
	Approaches []string   `json:"approaches,omitempty"`
	Languages  []Language `json:"languages,omitempty"`
	Formats    []Format   `json:"formats,omitempty"`
	Ways       []Way      `json:"ways,omitempty"`
	Room       Room       `json:"room"`
	RoomWords  string     `json:"room_words,omitempty"` // "Free hours from January"
	Currency   Currency   `json:"currency,omitempty"`
	Fees       []Fee      `json:"fees,omitempty"` // none: those of the practice
	Link       string     `json:"link,omitempty"` // https, or none
}

// A Practice is what a practice says of itself, beside its name and how to reach
// it, which are in package person.
type Practice struct {
	Headline   string     `json:"headline,omitempty"`
	Lead       string     `json:"lead,omitempty"`
	Approach   string     `json:"approach,omitempty"` // how we work, in paragraphs
	Languages  []Language `json:"languages,omitempty"`
	Formats    []Format   `json:"formats,omitempty"`
	Ways       []Way      `json:"ways,omitempty"`
	Currency   Currency   `json:"currency,omitempty"`
	Fees       []Fee      `json:"fees,omitempty"`
	Sliding    string     `json:"sliding,omitempty"`    // how the reduced fee works
	Cancelling string     `json:"cancelling,omitempty"` // until when a session can be cancelled free of charge
	Contact    string     `json:"contact,omitempty"`    // contact between sessions
	Where      string     `json:"where,omitempty"`      // how to find us, steps, lift
	Room       Room       `json:"room"`
	RoomWords  string     `json:"room_words,omitempty"` // "We answer within two working days."
	Elsewhere  string     `json:"elsewhere,omitempty"`  // who else may help, when there is no room
	Link       string     `json:"link,omitempty"`
	Listed     bool       `json:"listed,omitempty"` // search engines may list the practice's pages
}

// State is where something that is written stands.
type State struct {
	Revision    int64     // of the newest draft; 0: nothing is written yet
	MadeAt      time.Time // when that was kept
	Published   int64     // which revision anybody may read; 0: none
	PublishedAt time.Time
}

// Check returns c as it can be kept, or says what to correct. A draft may lack
// what a published page needs.
func (c Clinician) Check() (Clinician, error) {
	var err error
	for _, f := range []struct {
		field string
		text  *string
		most  int
	}{
		{"name", &c.Name, MaxName}, {"title", &c.Title, maxLine}, {"registered", &c.Registered, maxLine}, {"room_words", &c.RoomWords, maxLine},
	} {
		if *f.text, err = line(f.field, *f.text, f.most); err != nil {
			return c, err
		}
	}
	if c.Lead, err = fault.Text("lead", c.Lead, MaxLead); err != nil {
		return c, err
	}
	if c.About, err = fault.Text("about", c.About, MaxText); err != nil {
		return c, err
	}
	if c.Address, err = checkAddress(c.Address); err != nil {
		return c, err
	}
	if c.Approaches, err = checkLines("approaches", c.Approaches); err != nil {
		return c, err
	}
	if c.Link, err = checkLink(c.Link); err != nil {
		return c, err
	}
	err = checkParts(&c.Languages, &c.Formats, &c.Ways, &c.Room, &c.Currency, &c.Fees)
	return c, err
}

// Lacks says what c needs before it can be published, if it needs something.
func (c Clinician) Lacks() error {
	switch {
	case c.Name == "":
		return fault.New(fault.Invalid, "name", "Write how you are called in public.")
	case c.Address == "":
		return fault.New(fault.Invalid, "address", "Choose the address of your page.")
	case c.Lead == "":
		return fault.New(fault.Invalid, "lead", "Write a sentence or two that stand beside your name.")
	}
	return nil
}

// Check returns p as it can be kept, or says what to correct.
func (p Practice) Check() (Practice, error) {
	var err error
	for _, f := range []struct {
		field string
		text  *string
		most  int
	}{
		{"headline", &p.Headline, maxLine}, {"room_words", &p.RoomWords, maxLine},
	} {
		if *f.text, err = line(f.field, *f.text, f.most); err != nil {
			return p, err
		}
	}
	for _, f := range []struct {
		field string
		text  *string
		most  int
	}{
		{"lead", &p.Lead, MaxLead},
		{"approach", &p.Approach, MaxText},
		{"sliding", &p.Sliding, MaxLead},
		{"cancelling", &p.Cancelling, MaxLead},
		{"contact", &p.Contact, MaxText},
		{"where", &p.Where, MaxText},
		{"elsewhere", &p.Elsewhere, MaxText},
	} {
		if *f.text, err = fault.Text(f.field, *f.text, f.most); err != nil {
			return p, err
		}
	}
	if p.Link, err = checkLink(p.Link); err != nil {
		return p, err
	}
	err = checkParts(&p.Languages, &p.Formats, &p.Ways, &p.Room, &p.Currency, &p.Fees)
	return p, err
}

// Lacks says what p needs before it can be published, if it needs something.
func (p Practice) Lacks() error {
	if p.Lead == "" {
		return fault.New(fault.Invalid, "lead", "Write a sentence or two that your page begins with.")
	}
	return nil
}

// line checks a text of one line.
func line(field, text string, most int) (string, error) {
	text, err := fault.Text(field, text, most)
	if err == nil && strings.ContainsAny(text, "\n\t") {
		err = fault.New(fault.Invalid, field, "Please write this on one line.")
	}
	return text, err
}

func checkLines(field string, all []string) ([]string, error) {
	var kept []string
	for _, one := range all {
		one, err := line(field, one, maxLine)
		if err != nil {
			return nil, err
		}
		if one != "" {
			kept = append(kept, one)
		}
	}
	if len(kept) > MaxListed {
		return nil, fault.New(fault.Invalid, field, "That is more than fits here: at most twelve lines.")
	}
	return kept, nil
}

// checkLink checks an address that is shown as a link: https, a plain host, and
// nothing that hides where it leads.
func checkLink(text string) (string, error) {
	text, err := line("link", text, MaxLink)
	if err != nil || text == "" {
		return text, err
	}
	u, err := url.Parse(text)
	host := ""
	if err == nil {
		host = strings.ToLower(u.Hostname())
	}
	if err != nil || u.Scheme != "https" || u.User != nil || u.Opaque != "" || !strings.Contains(host, ".") ||
		strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || strings.ContainsAny(text, " \\\"<>") {
		return text, fault.New(fault.Invalid, "link", "Give the whole address of the page, beginning with https://.")
	}
	return u.String(), nil
}

func checkParts(languages *[]Language, formats *[]Format, ways *[]Way, room *Room, currency *Currency, fees *[]Fee) error {
	for _, l := range *languages {
		if l.Name() == "" {
			return fault.New(fault.Invalid, "languages", "One of the languages is not in the list of those that are known here.")
		}
	}
	var ok bool
	if *formats, ok = known(Formats(), *formats); !ok {
		return fault.New(fault.Invalid, "formats", "Choose among the formats that are shown.")
	}
	if *ways, ok = known(Ways(), *ways); !ok {
		return fault.New(fault.Invalid, "ways", "Choose among the ways to meet that are shown.")
	}
	if *room == "" {
		*room = Closed
	}
	if !slices.Contains(Rooms(), *room) {
		return fault.New(fault.Invalid, "room", "Choose whether there is room.")
	}
	if *currency != "" && !currency.Known() {
		return fault.New(fault.Invalid, "currency", "Choose a currency from the list.")
	}
	if *currency == "" && len(*fees) > 0 {
		return fault.New(fault.Invalid, "currency", "Choose the currency of the fees.")
	}
	var err error
	*fees, err = checkFees(*fees)
	return err
}
