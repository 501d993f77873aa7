package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// An island of script may talk in JSON where a form cannot, as passkey.ts does.
// It asks with Accept: application/json, is told by Tell, and where something is
// wrong it is told {"kind", "field", "text"} with the status a page would have.

// Told is a problem as a script is told of it.
type Told struct {
	Kind  fault.Kind `json:"kind,omitempty"` // empty: on our side
	Field string     `json:"field,omitempty"`
	Text  string     `json:"text"` // to be shown
}

// wantsJSON says whether a script of ours asked.
func wantsJSON(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Accept"), ",")
	return kind == "application/json"
}

// Tell answers a script.
func Tell(w http.ResponseWriter, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	tell(w, http.StatusOK, text)
	return nil
}

// Heard reads into v what a script sent.
func Heard(r *http.Request, v any) error {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if kind != "application/json" || json.NewDecoder(r.Body).Decode(v) != nil {
		return fault.New(fault.Invalid, "", "This did not arrive whole. Please try again.")
	}
	return nil
}

func tellProblem(w http.ResponseWriter, f *fault.Error) {
	text, _ := json.Marshal(Told{Kind: f.Kind, Field: f.Field, Text: f.Text}) // three texts: it cannot fail
	tell(w, statusFor(f), text)
}

func tell(w http.ResponseWriter, status int, text []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(text)
}
