// Package launch lets apps in: a program of others that those who manage a practice made
// known (an App) sends somebody here, they read what it would like to do and say yes or
// no, and it goes on with a code that it turns into tokens of theirs. It is SMART App
// Launch 2 (hl7.org/fhir/smart-app-launch, "standalone launch" of a public client): the
// authorization code of OAuth 2 (RFC 6749) with proof of who began (PKCE, RFC 7636), as
// RFC 9700 wants it.
//
// Nothing that an app brings is kept as it is: of codes and tokens there are keyed marks. A
// code is good once, for a minute. What an app may come again with is another each time;
// where an old one turns up, somebody copied it, and everything that came of it ends.
package launch

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
)

// How long a code, the token that came of it, and all of it may last at most, and how many
// apps somebody may have let in.
const (
	CodeLasts   = time.Minute
	AccessLasts = time.Hour
	Longest     = 366 * 24 * time.Hour
	MaxLaunches = 20
)

// lost is how soon after a token for coming again was turned in the same may be turned in
// once more, if nothing was done with what was given for it: the answer was lost on its way.
const lost = time.Minute

// Root is where, at a server's address, apps ask with what they were let in with: package
// fhir answers there.
const Root = "/fhir/R4"

// The words of scopes that are about no resource.
const (
	scopePatient = "launch/patient"
	scopeOffline = "offline_access"
)

// A Launch is an app that somebody let in.
type Launch struct {
	ID     string
	App    string // its id
	Name   string // what it was called then
	Scopes []string
	MadeAt time.Time
	Until  time.Time
	UsedAt time.Time // zero: never yet
	Again  bool      // it may come again by itself until then
}

// A Request is what an app sends somebody with: the parameters of RFC 6749, section 4.1.1,
// of RFC 7636, section 4.3, and of SMART App Launch.
type Request struct {
	Type      string
	Client    string
	Redirect  string
	Scope     string
	State     string
	Audience  string
	Challenge string
	Method    string
}

// A Wrong is what is wrong with a request, under its name in RFC 6749.
type Wrong struct {
	Code string
	Text string
	Back bool // the app is told; otherwise nobody knows that it is one
}

func (w *Wrong) Error() string { return w.Code + ": " + w.Text }

// Lengths of what an app may send, in bytes.
const (
	maxState = 1024
	maxScope = 4096
)

// challenge is the shape of one made by SHA-256, and verifier of what it was made from
// (RFC 7636, section 4).
var (
	challenge = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	verifier  = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)
)

// check says what is wrong with r, which came for app, to a server at base.
func (r Request) check(app App, base string) error {
	if !app.sendsTo(r.Redirect) {
		return &Wrong{Code: "invalid_request", Text: "This app asked to be called back at an address that the practice does not know."}
	}
	back := func(code, text string) error { return &Wrong{code, text, true} }
	switch {
	case r.State == "" || len(r.State) > maxState:
		return back("invalid_request", "state is missing, or too long")
	case r.Type != "code":
		return back("unsupported_response_type", "response_type can only be code")
	case r.Method != "S256" || !challenge.MatchString(r.Challenge):
		return back("invalid_request", "code_challenge is missing, or was not made by S256")
	case strings.TrimSuffix(r.Audience, "/") != base:
		return back("invalid_request", "aud must be "+base)
	case len(r.Scope) > maxScope:
		return back("invalid_scope", "scope is too long")
	}
	return nil
}

// proves says whether v is what the challenge was made from.
func proves(v, challenge string) bool {
	sum := sha256.Sum256([]byte(v))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return verifier.MatchString(v) && subtle.ConstantTimeCompare([]byte(made), []byte(challenge)) == 1
}

// An Asked is a request that somebody can answer.
type Asked struct {
	App    App
	Scopes []string // which they can let it have, each by itself
	Again  bool     // it would like to come again by itself
}

var resource = regexp.MustCompile(`^(patient|user)/(\*|[A-Z][A-Za-z]{1,40})\.(c?r?u?d?s?)$`)

// within are the scopes of what is asked that the app may have from somebody who is, or is
// not, a client: each spelled out, so that what is said yes to is what was read. What is not
// known, or not for it, is left out, as SMART has it.
func within(asked string, app App, client bool) []string {
	of := "user"
	if client {
		of = "patient"
	}
	letters := map[string]string{} // of each kind
	for word := range strings.FieldsSeq(asked) {
		m := resource.FindStringSubmatch(word)
		if m == nil || m[1] != of {
			continue
		}
		for _, may := range app.May {
			kind, lets, _ := strings.Cut(may, ".")
			if m[2] != "*" && m[2] != kind {
				continue
			}
			if both := common(lets, m[3]); both != "" {
				letters[may] = union(letters[may], both)
			}
		}
	}
	var all []string
	for _, may := range app.May {
		if kind, _, _ := strings.Cut(may, "."); letters[may] != "" {
			all = append(all, of+"/"+kind+"."+letters[may])
		}
	}
	return all
}

func common(a, b string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(b, r) {
			return r
		}
		return -1
	}, a)
}

func union(a, b string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(a+b, r) {
			return r
		}
		return -1
	}, "crs")
}

func asks(scope, word string) bool { return slices.Contains(strings.Fields(scope), word) }

// ofResources are the scopes that are about a resource.
func ofResources(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == scopePatient || s == scopeOffline })
}

// A Consent is somebody's yes.
type Consent struct {
	ID      string // UUIDv7 of what is to be made
	Request Request
	Scopes  []string      // of those that were asked
	Lasts   time.Duration // for how long it may come again; of no meaning if it did not ask to
}

func (c Consent) check(asked Asked) (Consent, error) {
	if err := fault.FormID(c.ID); err != nil {
		return c, err
	}
	if len(c.Scopes) == 0 {
		return c, fault.New(fault.Invalid, "scopes", "Please tick what it may do, or choose “No”.")
	}
	for _, s := range c.Scopes {
		if !slices.Contains(asked.Scopes, s) {
			return c, fault.New(fault.Invalid, "scopes", "There is something ticked that this app did not ask for.")
		}
	}
	c.Scopes = slices.Compact(slices.Sorted(slices.Values(c.Scopes)))
	switch {
	case !asked.Again:
		c.Lasts = AccessLasts
	case c.Lasts < AccessLasts || c.Lasts > Longest:
		return c, fault.New(fault.Invalid, "lasts", "Please say for how long.")
	}
	return c, nil
}

// What an app brings begins with what it is: a code, or a token for coming again. Then
// come the practice and secrets of 160 random bits.
const (
	codeVersion    = "wc1"
	refreshVersion = "wr1"
	secretLength   = 32
)

func secret() string {
	b := make([]byte, 20)
	rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// parts are the practice and the n secrets of what an app brings, if it can be one of version.
func parts(version, brought string, n int) (practice string, secrets []string, ok bool) {
	all := strings.Split(brought, ".")
	if len(brought) > 200 || len(all) != n+2 || all[0] != version || len(all[1]) > 40 {
		return "", nil, false
	}
	for i, s := range all[1:] {
		if s == "" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") != "" || i > 0 && len(s) != secretLength {
			return "", nil, false
		}
	}
	return all[1], all[2:], true
}

// isID says whether text is an id as we write them.
func isID(text string) bool {
	u, err := uuid.Parse(text)
	return err == nil && u.String() == text
}
