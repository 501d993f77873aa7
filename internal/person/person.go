// Package person is who belongs to a practice and who works with whom: the
// practice itself, its people, invitations, care relations, supervision, leaving,
// opening a record in an emergency, and erasing somebody.
//
// It is one of the few packages that give and end grants: each relation here is
// what the policy means by treats, supervises, self, knows, clinician, manager
// and client. What somebody signs in with is in package account.
package person

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
)

// Limits on what people write about themselves and their practice, in characters.
const (
	MaxName   = 120
	MaxEmail  = 254
	MaxPhone  = 40
	MaxWords  = 2000
	MaxReason = 1000
)

// A Role is what somebody is in a practice. Somebody may have several.
type Role string

// The roles.
const (
	Clinician Role = "clinician"
	Manager   Role = "manager"
	Client    Role = "client"
)

// A State is where somebody stands.
type State string

// The states of a person.
const (
	Invited State = "invited"
	Here    State = "here"
	Left    State = "left"
	Erased  State = "erased"
)

// A Person is somebody who belongs to a practice.
type Person struct {
	ID        string
	Staff     bool // or a client
	Clinician bool // in lists: of the staff, and may treat clients
	State     State
	Since     time.Time
	Revision  int64 // of the name
	Name      string
	Email     string
	Phone     string
}

// A Practice is how a practice is set up.
type Practice struct {
	ID       string
	Slug     string // its public address
	Revision int64

	Name     string
	About    string // what it says of itself in public
	Address  string
	Phone    string
	Email    string
	Country  string // ISO 3166, decides the crisis contacts
	TimeZone string // as in the IANA database
	Crisis   string // its own words in a crisis
	Leave    string // the neutral page that Leave opens
	// ContactsChecked is the day on which somebody of the practice checked the
	// crisis contacts of its country; before, they are shown with that said.
	ContactsChecked time.Time
}

// Location is the practice's time zone.
func (p Practice) Location() *time.Location {
	if loc, err := time.LoadLocation(p.TimeZone); err == nil {
		return loc
	}
	return time.UTC
}

// Check says what to correct before p can be kept.
func (p Practice) Check() error {
	for _, f := range []struct {
		field, text, ask string
		most             int
		needed           bool
	}{
		{"name", p.Name, "Give the practice a name.", MaxName, true},
		{"about", p.About, "", MaxWords, false},
		{"address", p.Address, "", MaxName * 2, false},
		{"phone", p.Phone, "", MaxPhone, false},
		{"crisis", p.Crisis, "", MaxWords, false},
		{"leave", p.Leave, "", MaxName * 2, false},
	} {
		if err := text(f.field, f.text, f.most, f.needed, f.ask); err != nil {
			return err
		}
	}
	if p.Email != "" {
		if _, err := Address("email", p.Email); err != nil {
			return err
		}
	}
	if err := checkCountry(p.Country); err != nil {
		return err
	}
	if _, err := time.LoadLocation(p.TimeZone); err != nil || p.TimeZone == "" {
		return fault.New(fault.Invalid, "time_zone", "Choose the time zone the practice is in.")
	}
	if p.Leave != "" && !strings.HasPrefix(p.Leave, "https://") && p.Leave != "about:blank" {
		return fault.New(fault.Invalid, "leave", "Give the whole address of the page, beginning with https://.")
	}
	return nil
}

// checkSlug checks the public address of a practice: small letters, digits and dashes.
func checkSlug(slug string) error {
	ok := len(slug) >= 2 && len(slug) <= 40
	for _, r := range slug {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
	}
	if !ok {
		return fault.New(fault.Invalid, "slug", "Use two to forty small letters, digits or dashes for the public address.")
	}
	return nil
}

// text checks one line or paragraph that somebody wrote.
func text(field, s string, most int, needed bool, ask string) error {
	switch {
	case needed && strings.TrimSpace(s) == "":
		return fault.New(fault.Invalid, field, ask)
	case fault.Length(s) > most:
		return fault.New(fault.Invalid, field, fmt.Sprintf("This is longer than fits here: at most %d letters.", most))
	case strings.ContainsFunc(s, forbidden):
		return fault.New(fault.Invalid, field, "There are signs in this text that cannot be shown. Please type it again.")
	}
	return nil
}

// forbidden are control characters, and those that turn the direction of what
// follows, so that a name cannot pretend to be another.
func forbidden(r rune) bool {
	if r == '\n' || r == '\t' || r == '\r' {
		return false
	}
	return unicode.IsControl(r) || r == unicode.ReplacementChar ||
		r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// Address returns the e-mail address in s, tidied, or says what to correct.
func Address(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > MaxEmail || strings.ContainsFunc(s, unicode.IsSpace) {
		return "", fault.New(fault.Invalid, field, "Write the e-mail address like name@example.org.")
	}
	return s, nil
}

// An InviteForm is whom to invite.
type InviteForm struct {
	ID    string // of the invitation, made with the form
	Name  string
	Email string
	Roles []Role
}

// check tidies f, or says what to correct.
func (f *InviteForm) check() error {
	f.Name = strings.TrimSpace(fault.Plain(f.Name))
	if err := text("name", f.Name, MaxName, true, "Write the name, or what they would like to be called."); err != nil {
		return err
	}
	if strings.ContainsAny(f.Name, "\n\r\t") {
		return fault.New(fault.Invalid, "name", "Write the name on one line.")
	}
	email, err := Address("email", f.Email)
	if err != nil {
		return err
	}
	f.Email = email
	if len(f.Roles) == 0 || slices.Contains(f.Roles, Client) && len(f.Roles) > 1 {
		return fault.New(fault.Invalid, "roles", "Choose what the person is in the practice.")
	}
	for _, r := range f.Roles {
		if r != Clinician && r != Manager && r != Client {
			return fault.New(fault.Invalid, "roles", "Choose what the person is in the practice.")
		}
	}
	return checkID(f.ID)
}

func (f InviteForm) staff() bool { return !slices.Contains(f.Roles, Client) }

func roles(all []Role) string {
	texts := make([]string, len(all))
	for i, r := range all {
		texts[i] = string(r)
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}

// An Invite is an invitation that was sent.
type Invite struct {
	ID        string
	PersonID  string
	Roles     string
	MadeAt    time.Time
	ExpiresAt time.Time
	Used      bool
	Ended     bool

	Letter post.Fate // of the letter with the link; of those from before that was kept, and of links that were handed over, Went
	Stuck  time.Time // since when that letter is tried in vain; zero: it is not
	Mailed bool      // there was a letter, as far as is known

	letter string // its id
}

// Open says whether the invitation can still be taken up.
func (i Invite) Open(now time.Time) bool { return !i.Used && !i.Ended && now.Before(i.ExpiresAt) }

// InviteLasts is how long an invitation can be taken up.
const InviteLasts = 14 * 24 * time.Hour

// EmergencyLasts is how long a record stays open to whoever broke the glass.
const EmergencyLasts = 4 * time.Hour
