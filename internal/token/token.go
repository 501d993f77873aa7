// Package token lets programs in: a token acts in the name of the person who made
// it, within scopes, until a day, and can be ended at once.
//
// A token is shown once and kept nowhere: the database holds a keyed mark of it. What
// the scopes mean, whoever serves programs says (package fhir); here they are names
// of a known shape. A program is never more than a person: the door asks what they
// may, and then what they gave the program leave to do (access.Mandate).
package token

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// How many tokens somebody may have, how long one may last, and how long what it is
// called may be, in characters.
const (
	MaxTokens = 20
	MaxLabel  = 80
	MaxScopes = 40
	Shortest  = time.Minute
	Longest   = 366 * 24 * time.Hour
	Usual     = 90 * 24 * time.Hour
)

// A Token is one, without its secret.
type Token struct {
	ID     string
	Label  string // in the words of whoever made it
	Scopes []string
	MadeAt time.Time
	Until  time.Time
	UsedAt time.Time // to the hour; zero: never yet

	EndedAt time.Time // zero unless it was ended before it ran out
}

// Over says whether it lets nobody in any more.
func (t Token) Over(now time.Time) bool { return !t.EndedAt.IsZero() || !now.Before(t.Until) }

// A Form is what is filled in to make one.
type Form struct {
	ID     string // UUIDv7 of what is to be made
	Label  string
	Scopes []string
	Of     string        // person id of the one client whom patient scopes are about; empty: whoever makes it
	Lasts  time.Duration // 0: Usual
}

func (f Form) check() (Form, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	var err error
	if f.Label, err = fault.Line("label", f.Label, MaxLabel); err != nil {
		return f, err
	}
	if f.Lasts == 0 {
		f.Lasts = Usual
	}
	if f.Lasts < Shortest || f.Lasts > Longest {
		return f, fault.New(fault.Invalid, "lasts", "A token lasts from a minute to a year.")
	}
	if f.Of != "" {
		if u, err := uuid.Parse(f.Of); err != nil || u.String() != f.Of {
			return f, fault.New(fault.Invalid, "of", "Please say whom it is about.")
		}
	}
	f.Scopes, err = scopes(f.Scopes)
	return f, err
}

// aboutOne says whether the scopes are those of one client alone.
func aboutOne(scopes []string) bool { return strings.HasPrefix(scopes[0], "patient/") }

// scope is the shape of a name: SMART App Launch 2, without filters.
var scope = regexp.MustCompile(`^(?:patient|user|system)/(?:\*|[A-Z][A-Za-z]{1,40})\.(c?r?u?d?s?)$`)

// scopes puts them in order, each once, or says what is wrong.
func scopes(all []string) ([]string, error) {
	all = slices.Compact(slices.Sorted(slices.Values(all)))
	if len(all) == 0 {
		return nil, fault.New(fault.Invalid, "scopes", "Please say what the program may read or write.")
	}
	if len(all) > MaxScopes {
		return nil, fault.New(fault.Invalid, "scopes", fmt.Sprintf("A token has at most %d scopes.", MaxScopes))
	}
	for _, s := range all {
		if m := scope.FindStringSubmatch(s); m == nil || m[1] == "" {
			return nil, fault.New(fault.Invalid, "scopes", "One of the scopes is not one that is known here, such as “patient/Observation.rs”.")
		}
	}
	if aboutOne(all) != aboutOne(all[len(all)-1:]) {
		return nil, fault.New(fault.Invalid, "scopes", "Scopes of one client (patient/…) and of everybody (user/…, system/…) do not go together.")
	}
	return all, nil
}

// A program comes in with "wm1.", its practice, and 160 random bits, in letters that
// are easily told apart.
const (
	version      = "wm1"
	secretLength = 32
)

func secret() string {
	b := make([]byte, 20)
	rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

func whole(practice, secret string) string { return version + "." + practice + "." + secret }

// parts are the practice and the secret of what a program brings, if it can be one.
func parts(brought string) (practice, secret string, ok bool) {
	all := strings.Split(brought, ".")
	if len(all) != 3 || all[0] != version || len(all[2]) != secretLength || len(all[1]) > 40 {
		return "", "", false
	}
	for _, s := range all[1:] {
		if s == "" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") != "" {
			return "", "", false
		}
	}
	return all[1], all[2], true
}

// In is a program that came in: whom it acts for, and within which scopes.
type In struct {
	Token  string // its id, or that of the launch it came of: what the log names
	Launch string // empty unless an app was let in (package launch)
	Actor  access.Actor
	Scopes []string
	Of     string // person id of the one client whom it is about; empty: whomever its person may see
	Until  time.Time

	id string
}
