package web

import (
	"net/http"
	"time"
)

// KeepForm gives the browser the cookie by which the form is found that it has
// opened by a link. It is no sign-in, and opens nothing else.
func KeepForm(w http.ResponseWriter, r *http.Request, keeps string, lasts time.Duration) {
	s := VisitorOf(r).site
	http.SetCookie(w, &http.Cookie{
		Name: s.cookie() + "-form", Value: keeps, Path: "/", MaxAge: int(lasts.Seconds()),
		HttpOnly: true, Secure: s.options.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// FormOf is the value of that cookie, if the browser has one.
func FormOf(r *http.Request) string {
	if s := VisitorOf(r).site; s != nil {
		if c, err := r.Cookie(s.cookie() + "-form"); err == nil && isText(c.Value) {
			return c.Value
		}
	}
	return ""
}
