package web

import "net/http"

// A client may keep their safety plan on a phone, for whoever holds it, without signing
// in (web/care, plan-here.ts). The practice is not told: a cookie alone says so, for as
// long as forms and devices are known, and all it does is that signing out does not wipe
// the plan off the phone.

// KeepPlanHere notes with the browser whether a safety plan is kept on it.
func KeepPlanHere(w http.ResponseWriter, r *http.Request, yes bool) {
	s := VisitorOf(r).site
	c := &http.Cookie{
		Name: s.cookie() + "-plan", Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: s.options.Secure, SameSite: http.SameSiteLaxMode,
	}
	if yes {
		c.Value, c.MaxAge = "1", int(deviceLasts.Seconds())
	}
	http.SetCookie(w, c)
}

// planHere says whether a safety plan is kept on the browser.
func planHere(r *http.Request) bool {
	s := VisitorOf(r).site
	if s == nil {
		return false
	}
	c, err := r.Cookie(s.cookie() + "-plan")
	return err == nil && c.Value == "1"
}
