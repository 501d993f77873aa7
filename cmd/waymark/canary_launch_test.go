package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// withApps makes an app known and lets it in, with canaries in its name, in where it is and
// in what it brings.
func withApps(t *testing.T, p *process, ines, tomas *visitor) {
	t.Helper()
	const back = "http://127.0.0.1/" + canary
	f := formTo(t, ines.goes("/practice/programs/new"), "/practice/programs")
	f.fields.Set("name", canary+" diary")
	f.fields.Set("redirects", back)
	f.fields["for"], f.fields["may"] = []string{"clients"}, []string{"Goal.rs"}
	if got := ines.sends(f.action, f.fields); got.status != http.StatusSeeOther {
		t.Fatalf("an app: %d\n%s", got.status, got.body)
	}
	proof := strings.Repeat(canary, 8)
	sum := sha256.Sum256([]byte(proof))
	asks := url.Values{
		"response_type": {"code"}, "client_id": {f.fields.Get("id")}, "redirect_uri": {back}, "scope": {"patient/*.rs offline_access " + canary}, "state": {canary},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	if page := tomas.goes("/practice/programs"); page.status != http.StatusNotFound {
		t.Errorf("a client sees which apps there are: %d", page.status)
	}
	asks.Set("aud", "http://"+canary+".example")
	if got := tomas.sends("/launch/authorize?"+asks.Encode(), nil); !strings.Contains(got.header.Get("Location"), "error=invalid_request") {
		t.Errorf("for another server: %d %v", got.status, got.header)
	}
	var way struct {
		Token string `json:"token_endpoint"`
	}
	if err := json.Unmarshal([]byte(tomas.goes("/fhir/R4/.well-known/smart-configuration").body), &way); err != nil {
		t.Fatal(err)
	}
	origin := strings.TrimSuffix(way.Token, "/launch/token")
	asks.Set("aud", origin+"/fhir/R4")
	yes := formTo(t, tomas.goes("/launch/authorize?"+asks.Encode()), "/launch/authorize")
	yes.fields.Set("answer", "yes")
	yes.fields.Set("scopes", "patient/Goal.rs")
	yes.fields.Set("days", "30")
	got := tomas.sends(yes.action, yes.fields)
	to, err := url.Parse(got.header.Get("Location"))
	if err != nil || to.Query().Get("code") == "" {
		t.Fatalf("no code: %d %v\n%s", got.status, got.header, got.body)
	}
	app := &visitor{t: t, p: p, cookies: map[string]string{}}
	for _, brought := range []url.Values{
		{"grant_type": {canary}, "client_id": {canary}}, {"grant_type": {"refresh_token"}, "refresh_token": {"wr1." + canary}, "client_id": {canary}},
	} {
		if got := app.sends("/launch/token", brought); got.status != http.StatusBadRequest {
			t.Errorf("nonsense: %d %s", got.status, got.body)
		}
	}
	got = app.sends("/launch/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "client_id": {f.fields.Get("id")}, "redirect_uri": {back}, "code_verifier": {proof},
	})
	if got.status != http.StatusOK || !strings.Contains(got.body, "refresh_token") {
		t.Errorf("tokens: %d %s", got.status, got.body)
	}
}
