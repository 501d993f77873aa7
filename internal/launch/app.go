package launch

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// How many apps a practice may have, to how many addresses each may send people on, and how
// long their texts may be, in characters.
const (
	MaxApps      = 50
	MaxName      = 60
	MaxRedirects = 5
	MaxRedirect  = 300
	maxMay       = 60
)

// An App is a program of others that those who manage a practice made known.
type App struct {
	ID        string // what it calls itself by: client_id
	Name      string
	Redirects []string // to which people go on from here
	Clients   bool     // clients may let it in
	Staff     bool     // those who work here may
	May       []string // at most: "Observation.rs", "QuestionnaireResponse.c"
	MadeAt    time.Time
	EndedAt   time.Time // zero unless it was withdrawn
}

// An AppForm is what is filled in to make one known.
type AppForm struct {
	ID        string // UUIDv7 of what is to be made
	Name      string
	Redirects string // one to a line
	Clients   bool
	Staff     bool
	May       []string
}

var may = regexp.MustCompile(`^[A-Z][A-Za-z]{1,40}\.(?:rs|c)$`)

func (f AppForm) check() (App, error) {
	a := App{ID: f.ID, Clients: f.Clients, Staff: f.Staff}
	if err := fault.FormID(f.ID); err != nil {
		return a, err
	}
	var err error
	if a.Name, err = fault.Line("name", f.Name, MaxName); err != nil {
		return a, err
	}
	if a.Name == "" {
		return a, fault.New(fault.Invalid, "name", "Please say what it is called: people read it before they let it in.")
	}
	for line := range strings.Lines(f.Redirects) {
		if line = strings.TrimSpace(line); line == "" || slices.Contains(a.Redirects, line) {
			continue
		}
		if err := checkRedirect(line); err != nil {
			return a, err
		}
		a.Redirects = append(a.Redirects, line)
	}
	if n := len(a.Redirects); n == 0 || n > MaxRedirects {
		return a, fault.New(fault.Invalid, "redirects", fmt.Sprintf("Please give one address, and at most %d: whoever made the app knows it.", MaxRedirects))
	}
	if !a.Clients && !a.Staff {
		return a, fault.New(fault.Invalid, "for", "Please say who may let it in.")
	}
	for _, m := range slices.Sorted(slices.Values(f.May)) {
		if !may.MatchString(m) || len(a.May) == maxMay {
			return a, fault.New(fault.Invalid, "may", "One of these is not known here.")
		}
		a.May = append(a.May, m)
	}
	if a.May = slices.Compact(a.May); len(a.May) == 0 {
		return a, fault.New(fault.Invalid, "may", "Please say what it may ask for.")
	}
	return a, nil
}

// loopback is where an app on somebody's own device listens (RFC 8252, section 7.3). Names
// for it are not taken: they may lead elsewhere (section 8.3).
const loopback = "127.0.0.1"

// hostname is one that can stand in a content security policy as it is.
var hostname = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?$`)

// checkRedirect says what is wrong with an address to which people would go on: it has to be
// one place, whole, with nothing in it that reads differently to others.
func checkRedirect(text string) error {
	wrong := func(why string) error { return fault.New(fault.Invalid, "redirects", why) }
	u, err := url.Parse(text)
	switch {
	case len(text) > MaxRedirect:
		return wrong("One of the addresses is too long.")
	case err != nil || u.Host == "" || u.Opaque != "" || strings.ContainsAny(text, " \t\r\n\\<>\"'`*;,") || u.String() != text:
		return wrong("One of the addresses is not written as addresses are, whole and in one piece.")
	case u.User != nil || u.Fragment != "" || strings.Contains(text, "#"):
		return wrong("An address here can have neither a name before its host nor a # in it.")
	case !hostname.MatchString(u.Host):
		return wrong("The host of an address has to be in small letters, as in app.example.")
	case u.Scheme != "https" && !(u.Scheme == "http" && u.Hostname() == loopback):
		return wrong("An address has to begin with https://, or, for an app on somebody’s own device, with http://127.0.0.1.")
	}
	return nil
}

// sendsTo says whether people go on to the address from here: it is one of those that were
// made known, to the letter. Only the port of an app on somebody's own device is not known
// beforehand (RFC 8252, section 7.3).
func (a App) sendsTo(address string) bool {
	if checkRedirect(address) != nil {
		return false
	}
	return slices.ContainsFunc(a.Redirects, func(known string) bool { return known == address || withoutPort(known) == withoutPort(address) })
}

// withoutPort is the address of an app on somebody's own device without its port; any
// other address is left as it is.
func withoutPort(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.Hostname() != loopback {
		return address
	}
	u.Host = loopback
	return u.String()
}

// OriginOf is scheme and host of an address that was checked, and whether it is on
// somebody's own device.
func OriginOf(address string) (origin string, own bool) {
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	return u.Scheme + "://" + u.Host, u.Scheme == "http"
}
