package web

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// mostForms is how many forms one browser holds: whoever opens more lets go of
// the oldest.
const mostForms = 8

// betweenForms stands between what a browser keeps of each.
const betweenForms = "~"

// KeepForm adds to the cookie by which the forms are found that this browser has
// opened by their links. It is no sign-in, and opens nothing else. One form does
// not take the place of another: somebody may be asked about two people.
func KeepForm(w http.ResponseWriter, r *http.Request, keeps string, lasts time.Duration) {
	s := VisitorOf(r).site
	all := append([]string{keeps}, FormsOf(r)...)
	http.SetCookie(w, &http.Cookie{
		Name: s.cookie() + "-form", Value: strings.Join(all[:min(len(all), mostForms)], betweenForms), Path: "/", MaxAge: int(lasts.Seconds()),
		HttpOnly: true, Secure: s.options.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// FormsOf is what the browser keeps of each form, that of the newest first.
func FormsOf(r *http.Request) []string {
	s := VisitorOf(r).site
	if s == nil {
		return nil
	}
	c, err := r.Cookie(s.cookie() + "-form")
	if err != nil || c.Value == "" || !isText(c.Value) {
		return nil
	}
	all := strings.Split(c.Value, betweenForms)
	return slices.Compact(all[:min(len(all), mostForms)])
}
