package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
)

// feed answers a calendar that reads a secret address.
func (p *Pages) feed(w http.ResponseWriter, r *http.Request) error {
	if err := p.Gate.enter(r); err != nil {
		return err
	}
	body, err := p.Feeds.Fetch(r.Context(), r.PathValue("link"))
	if fault.Is(err, fault.NotFound) {
		if many := p.Gate.missed(r); many != nil {
			return many
		}
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="appointments.ics"`)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(body) // a program that left is nobody's fault
	}
	return nil
}

// wellKnown leads a program that knows only the host to the calendar (RFC 6764).
func (p *Pages) wellKnown(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, davRoot, http.StatusPermanentRedirect)
	return nil
}

// say answers a program in plain words.
func say(w http.ResponseWriter, status int, words string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write([]byte(words + "\n"))
	return nil
}

// absent is what a program finds where there is nothing, and where there is nothing
// for it.
func absent(w http.ResponseWriter) error {
	return say(w, http.StatusNotFound, "There is nothing here.")
}

// told answers a program with a fault, or passes on what is none.
func told(w http.ResponseWriter, err error) error {
	f, ok := web.AsFault(err)
	if !ok {
		return err
	}
	switch f.Kind {
	case fault.NotFound:
		return absent(w)
	case fault.Invalid:
		return say(w, http.StatusUnsupportedMediaType, f.Text)
	case fault.Conflict:
		return say(w, http.StatusForbidden, f.Text)
	case fault.TooLarge:
		return say(w, http.StatusRequestEntityTooLarge, f.Text)
	case fault.TooSoon:
		w.Header().Set("Retry-After", "60")
		return say(w, http.StatusTooManyRequests, f.Text)
	case fault.NotSaved:
		w.Header().Set("Retry-After", "60")
		return say(w, http.StatusServiceUnavailable, f.Text)
	}
	return err
}
