package profile

import (
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// taken are addresses below a practice's that lead, or may one day lead, to
// something else.
var taken = []string{
	"about", "answer", "answers", "appointment", "article", "articles", "begin", "book", "contact", "course", "courses", "enquiry", "enquiries",
	"fees", "feed", "group", "groups", "guide", "guides", "help", "join", "learn", "list", "new", "people", "policies", "practice", "preview", "privacy",
	"read", "sign-in", "sign-up", "team", "terms", "waiting", "waiting-list", "workshop", "workshops",
}

// checkAddress checks the last part of the address of a clinician's page: small
// letters, digits and single dashes between them. Empty is none yet.
func checkAddress(a string) (string, error) {
	a = strings.TrimSpace(a)
	if a == "" {
		return "", nil
	}
	ok := len(a) >= 2 && len(a) <= 40 && a[0] != '-' && a[len(a)-1] != '-' && !strings.Contains(a, "--")
	for _, r := range a {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
	}
	switch {
	case !ok:
		return a, fault.New(fault.Invalid, "address", "Use two to forty small letters or digits, with single dashes between, such as miriam-adler.")
	case slices.Contains(taken, a):
		return a, fault.New(fault.Invalid, "address", "This address leads to something else here. Please choose another.")
	}
	return a, nil
}
