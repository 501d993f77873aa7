package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// inPublic publishes what anybody may read, and leaves canaries in what is a draft.
func inPublic(t *testing.T, p *process, ines, bert *visitor) {
	t.Helper()
	day := time.Now().AddDate(0, 0, 20).Format(time.DateOnly)
	publish := func(v *visitor, page string, public, draft map[string]string) {
		v.writes(page, page, public)
		v.writes(page+"/preview", "/publish", nil)
		v.writes(page, page, draft)
		v.goes(page + "/preview")
	}
	publish(ines, "/practice/page", map[string]string{"lead": "Oeffentlich", "room": "open", "currency": "GBP", "fee-what-0": "Oeffentlich", "fee-price-0": "60"},
		map[string]string{"lead": canary + " leads", "elsewhere": canary + " elsewhere", "fee-words-0": canary + " pays", "languages": "English"})
	publish(bert, "/profile", map[string]string{"name": "Oeffentlich", "address": "oeffentlich", "lead": "Oeffentlich"},
		map[string]string{"name": canary, "address": "kanari", "about": canary + " about", "approaches": canary, "link": "https://kanari.example/"})
	bert.writes("/profile/times", "/profile/times", map[string]string{"day": day, "clock": "10:00", "length": "50", "weeks": "2", "time_ways": "person"})

	nobody := &visitor{t: t, p: p, cookies: make(map[string]string)}
	if got := nobody.goes("/"); got.status != http.StatusOK || !strings.Contains(got.body, "Oeffentlich") || strings.Contains(got.body, canary) {
		t.Errorf("the page of the practice: %d\n%s", got.status, got.body)
	}
	nobody.sends("/p/"+canary, nil)
	nobody.sends("/p/"+canary+"/"+canary, nil)
	bert.sends("/profile", url.Values{"revision": {canary}, "name": {canary}, "languages": {canary}, "fee-price-0": {canary}})
	bert.sends("/profile/publish", url.Values{"revision": {canary}})
	bert.sends("/profile/times", url.Values{"id": {canary}, "day": {canary}, "clock": {canary}, "time_ways": {canary}})
	bert.sends("/profile/times/"+canary+"/withdraw", url.Values{})
	ines.sends("/practice/page/"+canary+"/take-off", url.Values{})
}
