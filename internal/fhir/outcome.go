package fhir

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/tree"
)

// A refusal is why something could not be done: a status, and FHIR's code for it
// (hl7.org/fhir/R4/valueset-issue-type.html).
type refusal struct {
	status int
	code   string
	text   string
	at     string // a FHIRPath, if it is about one place
}

func (r *refusal) Error() string { return r.text }

func refuse(status int, code, format string, args ...any) error {
	return &refusal{status: status, code: code, text: fmt.Sprintf(format, args...)}
}

// wrongAt refuses what was sent because of one place in it.
func wrongAt(at, format string, args ...any) error {
	return &refusal{status: http.StatusUnprocessableEntity, code: "invalid", text: fmt.Sprintf(format, args...), at: at}
}

type operationOutcome struct {
	ResourceType string  `json:"resourceType"`
	Issue        []issue `json:"issue"`
}

type issue struct {
	Severity    string   `json:"severity"`
	Code        string   `json:"code"`
	Diagnostics string   `json:"diagnostics,omitempty"`
	Expression  []string `json:"expression,omitempty"`
}

var codeOf = map[fault.Kind]struct {
	status int
	code   string
}{
	fault.Invalid:  {http.StatusUnprocessableEntity, "invalid"},
	fault.NotFound: {http.StatusNotFound, "not-found"},
	fault.Conflict: {http.StatusConflict, "conflict"},
	fault.TooSoon:  {http.StatusTooManyRequests, "throttled"},
	fault.SignIn:   {http.StatusUnauthorized, "login"},
	fault.StepUp:   {http.StatusForbidden, "forbidden"},
	fault.NotSaved: {http.StatusServiceUnavailable, "transient"},
	fault.Sealed:   {http.StatusServiceUnavailable, "transient"},
	fault.TooLarge: {http.StatusRequestEntityTooLarge, "too-costly"},
}

// told is err as a program is told of it. Absence is worded here, so that it is the
// same wherever it comes from.
func told(err error) *refusal {
	var r *refusal
	var f *fault.Error
	var flaw *tree.Flaw
	switch {
	case errors.As(err, &r):
		return r
	case errors.As(err, &flaw):
		return &refusal{http.StatusBadRequest, "structure", flaw.Why, flaw.At}
	case fault.Is(err, fault.NotFound):
		return &refusal{http.StatusNotFound, "not-found", "There is nothing here.", ""}
	case errors.As(err, &f):
		if of, ok := codeOf[f.Kind]; ok {
			return &refusal{of.status, of.code, f.Text, f.Field}
		}
	}
	return &refusal{http.StatusInternalServerError, "exception", "This is not your doing. It has been noted, and somebody can look into it.", ""}
}

// issue is what a program is told of it.
func (r *refusal) issue() issue {
	i := issue{Severity: "error", Code: r.code, Diagnostics: r.text}
	if r.at != "" {
		i.Expression = []string{r.at}
	}
	return i
}

// fail answers with what was wrong.
func (c *call) fail(err error) error {
	r := told(err)
	if r.status >= http.StatusInternalServerError {
		slog.ErrorContext(c.r.Context(), "program not answered", "method", c.r.Method, "route", c.r.Pattern, "err", err)
	}
	if r.status == http.StatusUnauthorized {
		c.w.Header().Set("WWW-Authenticate", `Bearer realm="Waymark"`)
	}
	return c.send(r.status, operationOutcome{"OperationOutcome", []issue{r.issue()}})
}

func (c *call) send(status int, v any) error {
	return c.sending(status, func(to []byte) ([]byte, error) { return appendJSON(to, v) })
}

// sending answers with what write puts behind what it is given.
func (c *call) sending(status int, write func([]byte) ([]byte, error)) error {
	sheet, ok := c.api.paper.Get().(*[]byte)
	if !ok {
		sheet = new([]byte)
	}
	text, err := write((*sheet)[:0])
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/fhir+json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	c.w.WriteHeader(status)
	if _, err = c.w.Write(text); err != nil {
		return err // HTTP/2 may still be at sending it: nobody writes on this sheet again
	}
	if cap(text) <= largestSheet {
		*sheet = text
		c.api.paper.Put(sheet)
	}
	return nil
}

// largestSheet is how many bytes a sheet may have to be written on again: a usual page
// has 150,000, and what is larger is rare.
const largestSheet = 256 << 10

// appendShaped writes as much of f as is asked for behind what there is.
func appendShaped(to []byte, f found, s record.Shape) ([]byte, error) {
	if s.Whole() {
		return appendJSON(to, f)
	}
	text, err := appendJSON(nil, f)
	if err != nil {
		return to, err
	}
	return s.Append(to, f.Named(), text)
}

// appendJSON writes v behind what there is.
func appendJSON(to []byte, v any) ([]byte, error) {
	if own, ok := v.(interface{ AppendJSON([]byte) []byte }); ok {
		return own.AppendJSON(to), nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return to, fmt.Errorf("encode resource: %w", err)
	}
	return append(to, text...), nil
}
