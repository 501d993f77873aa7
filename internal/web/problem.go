package web

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web/ui"
)

var statusOf = map[fault.Kind]int{
	fault.Invalid:  http.StatusUnprocessableEntity,
	fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict,
	fault.TooSoon:  http.StatusTooManyRequests,
	fault.SignIn:   http.StatusUnauthorized,
	fault.Another:  http.StatusUnauthorized,
	fault.StepUp:   http.StatusForbidden,
	fault.NotSaved: http.StatusServiceUnavailable,
	fault.Sealed:   http.StatusServiceUnavailable,
	fault.TooLarge: http.StatusRequestEntityTooLarge,
}

// statusFor is the status of the page for f.
func statusFor(f *fault.Error) int {
	if status := statusOf[f.Kind]; status != 0 {
		return status
	}
	return http.StatusInternalServerError
}

var titleOf = map[fault.Kind]string{
	fault.Invalid:  "One thing to correct",
	fault.NotFound: "There is nothing here",
	fault.Conflict: "Somebody was quicker",
	fault.TooSoon:  "Please wait a moment",
	fault.SignIn:   "Please sign in again",
	fault.Another:  "Nothing was saved",
	fault.StepUp:   "Please say once more who you are",
	fault.NotSaved: "Not saved",
	fault.Sealed:   "Not open yet",
	fault.TooLarge: "Too much at once",
}

// AsFault returns the fault in err, if it is one that a person can do something about.
func AsFault(err error) (*fault.Error, bool) {
	var f *fault.Error
	ok := errors.As(err, &f)
	return f, ok
}

// problem shows why a page could not be shown. What somebody typed comes back.
func (s *Site) problem(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errSetup) && !fromBox(r) {
		SeeOther(w, r, "/account")
		return
	}
	f, ok := AsFault(err)
	if !ok || f.Kind == fault.NotSaved {
		slog.ErrorContext(r.Context(), "page failed", "method", r.Method, "route", r.Pattern, "err", err)
	}
	if !ok {
		f = &fault.Error{Text: "This is not your doing. It has been noted, and somebody can look into it. Please try again."}
	}
	if fromBox(r) {
		reachFor(w, r, err)
		tellBox(w, statusFor(f), Sent{State: stateOf(statusFor(f)), Field: f.Field, Text: f.Text})
		return
	}
	if wantsJSON(r) {
		tellProblem(w, f)
		return
	}
	if r.Method == http.MethodGet && !isFetch(r) {
		to := "?to=" + url.QueryEscape(r.URL.RequestURI())
		switch {
		case ok && f.Kind == fault.SignIn:
			SeeOther(w, r, "/sign-in"+to)
			return
		case ok && f.Kind == fault.StepUp:
			SeeOther(w, r, "/step-up"+to)
			return
		}
	}
	status := statusFor(f)
	props := s.problemProps(r, f)
	if props.Reach = reachFor(w, r, err); len(props.Reach.Calls) > 0 {
		props.Frame.Scripts = append(props.Frame.Scripts, "plan-here.js")
	}
	if err := Show(w, r, status, ui.Problem(props)); err != nil {
		slog.ErrorContext(r.Context(), "problem page failed", "err", err)
		http.Error(w, f.Text, status)
	}
}

// problemProps is the page for f. It is the same for everybody: a refusal shows
// neither that there is something, nor who is asking.
func (s *Site) problemProps(r *http.Request, f *fault.Error) ui.ProblemProps {
	p := ui.ProblemProps{Title: titleOf[f.Kind], Text: f.Text, Frame: ui.FrameProps{Help: "/help"}}
	if p.Title == "" {
		p.Title = "Something went wrong on our side"
	}
	if f.Kind == fault.NotFound {
		if p.Text == p.Title+"." { // the same for everybody, so it can only say what links are like
			p.Text = "A link may have been used already, have run out, or have lost a piece on its way. Whoever gave it to you can give you a new one."
		}
		p.Next = []ui.ButtonProps{{Text: "To the first page", Href: "/"}}
		return p
	}
	switch f.Kind {
	case fault.Another: // what was typed is nobody's business here
		if r.Method == http.MethodPost {
			p.Text += " What was written is not shown here. Whoever wrote it signs in and opens that page again: it is there, if this browser could keep it."
		}
		p.Next = []ui.ButtonProps{{Text: "To the first page", Href: "/"}}
		return p
	case fault.SignIn:
		p.Next = append(p.Next, ui.ButtonProps{Text: "Sign in in a new window", Href: "/sign-in?to=%2Fsign-in%2Fdone", NewWindow: true})
	case fault.StepUp:
		p.Next = append(p.Next, ui.ButtonProps{Text: "Say who you are, in a new window", Href: "/step-up?to=%2Fsign-in%2Fdone", NewWindow: true})
	}
	if r.Method == http.MethodPost {
		p.Kept, p.Again = kept(r)
	} else {
		p.Next = append(p.Next, ui.ButtonProps{Text: "Try again", Href: Local(r.URL.RequestURI())})
	}
	return p
}

// secret are fields that are never sent back to a browser.
var secret = []string{"password", "new_password", "old_password", "code"}

// kept is what somebody typed, to be read and copied, and a form that sends all
// of it once more.
func kept(r *http.Request) (texts []ui.KeptText, again *ui.AgainProps) {
	again = &ui.AgainProps{Action: Local(r.URL.RequestURI())}
	for _, name := range sortedNames(r.PostForm) {
		if slices.Contains(secret, name) {
			return texts, nil // such a form is filled in anew
		}
		for _, value := range r.PostForm[name] {
			again.Fields = append(again.Fields, ui.FieldProps{Name: name, Value: value})
			if strings.ContainsAny(value, " \n") {
				texts = append(texts, ui.KeptText{Text: value})
			}
		}
	}
	if len(again.Fields) == 0 {
		return nil, nil
	}
	return texts, again
}

// sortedNames are the fields of a form.
func sortedNames(form url.Values) []string { return slices.Sorted(maps.Keys(form)) }

// isFetch says whether a script asked, which wants an answer and not a page to go to.
func isFetch(r *http.Request) bool {
	mode := r.Header.Get("Sec-Fetch-Mode")
	return mode != "" && mode != "navigate"
}

// Shortage says, for a banner, whether nothing can be kept at the moment.
func (s *Site) shortage(ctx context.Context) bool {
	return s.options.Writable != nil && !s.options.Writable(ctx)
}
