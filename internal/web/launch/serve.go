package launch

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/web"
)

// A configuration is what an app reads to find its way (hl7.org/fhir/smart-app-launch,
// "Conformance", and RFC 8414).
type configuration struct {
	Issuer        string   `json:"issuer,omitempty"`
	Authorize     string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Revocation    string   `json:"revocation_endpoint"`
	Management    string   `json:"management_endpoint"`
	Grants        []string `json:"grant_types_supported"`
	Responses     []string `json:"response_types_supported"`
	Modes         []string `json:"response_modes_supported"`
	Scopes        []string `json:"scopes_supported"`
	Methods       []string `json:"code_challenge_methods_supported"`
	Authenticates []string `json:"token_endpoint_auth_methods_supported"`
	Revokes       []string `json:"revocation_endpoint_auth_methods_supported"`
	Names         bool     `json:"authorization_response_iss_parameter_supported"`
	Capabilities  []string `json:"capabilities"`
}

func (p *Pages) discovery(w http.ResponseWriter, r *http.Request) error {
	c := configuration{
		Authorize: p.Origin + authorize, Token: p.Origin + tokens, Revocation: p.Origin + revoke, Management: p.Origin + settings,
		Grants: []string{"authorization_code", "refresh_token"}, Responses: []string{"code"}, Modes: []string{"query"}, Methods: []string{"S256"},
		Authenticates: []string{"none"}, Revokes: []string{"none"}, Names: true,
		Scopes:       []string{"launch/patient", "offline_access"},
		Capabilities: []string{"launch-standalone", "client-public", "context-standalone-patient", "permission-offline", "permission-patient", "permission-user", "permission-v2"},
	}
	if !strings.HasPrefix(r.URL.Path, launch.Root) { // SMART has it only with OpenID Connect
		c.Issuer = p.Origin
	}
	for _, of := range []string{"patient/", "user/"} {
		for _, o := range p.Offers {
			c.Scopes = append(c.Scopes, of+o)
		}
	}
	unkept(w)
	return send(w, http.StatusOK, c)
}

func send(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(text)
	return err
}

// A granted is the answer of RFC 6749, section 5.1, with whom it is about (SMART).
type granted struct {
	Access  string `json:"access_token"`
	Type    string `json:"token_type"`
	Seconds int    `json:"expires_in"`
	Scope   string `json:"scope"`
	Refresh string `json:"refresh_token,omitempty"`
	Patient string `json:"patient,omitempty"`
}

type denied struct {
	Code string `json:"error"`
	Text string `json:"error_description,omitempty"`
}

// tokens gives an app tokens for what it brings.
func (p *Pages) tokens(w http.ResponseWriter, r *http.Request) error {
	f, err := p.brought(r, "grant_type", "code", "redirect_uri", "client_id", "code_verifier", "refresh_token", "scope")
	if err != nil {
		return deny(w, err)
	}
	var given launch.Given
	switch f.Get("grant_type") {
	case "authorization_code":
		given, err = p.Launches.Redeem(r.Context(), launch.Redemption{
			Code: f.Get("code"), Client: f.Get("client_id"), Redirect: f.Get("redirect_uri"), Verifier: f.Get("code_verifier"),
		})
	case "refresh_token":
		given, err = p.Launches.Refresh(r.Context(), launch.Return{Refresh: f.Get("refresh_token"), Client: f.Get("client_id"), Scope: f.Get("scope")})
	case "":
		err = &launch.Wrong{Code: "invalid_request", Text: "grant_type is missing"}
	default:
		err = &launch.Wrong{Code: "unsupported_grant_type", Text: "grant_type can be authorization_code or refresh_token"}
	}
	if err != nil {
		return deny(w, err)
	}
	unkept(w)
	return send(w, http.StatusOK, granted{
		Access: given.Access, Type: "Bearer", Seconds: int(given.Lasts.Seconds()), Scope: strings.Join(given.Scopes, " "), Refresh: given.Refresh, Patient: given.Patient,
	})
}

// revoke ends what an app brings. The answer is the same whatever that was (RFC 7009).
func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	f, err := p.brought(r, "token", "token_type_hint", "client_id")
	if err == nil {
		err = p.Launches.Revoke(r.Context(), f.Get("token"), f.Get("client_id"))
	}
	if err != nil {
		return deny(w, err)
	}
	unkept(w)
	return send(w, http.StatusOK, struct{}{})
}

// brought is what an app sent, of which none of the names may be there twice.
func (p *Pages) brought(r *http.Request, names ...string) (url.Values, error) {
	wrong := func(text string) error { return &launch.Wrong{Code: "invalid_request", Text: text} }
	if !strings.HasPrefix(p.Origin, "https://") && !near(r) {
		return nil, wrong("this is only for TLS")
	}
	now := web.NowOf(r)
	if !p.Gate.asked.Of(web.VisitorOf(r).Source, now).AllowN(now, 1) {
		return nil, fault.New(fault.TooSoon, "", "")
	}
	if r.URL.RawQuery != "" {
		return nil, wrong("nothing may stand in the address")
	}
	if r.Header.Get("Authorization") != "" {
		return nil, &launch.Wrong{Code: "invalid_client", Text: "an app here has no secret: send client_id alone"}
	}
	for _, name := range names {
		if len(r.PostForm[name]) > 1 {
			return nil, wrong(name + " is there twice")
		}
	}
	if r.PostForm.Get("client_id") == "" {
		return nil, wrong("client_id is missing")
	}
	return r.PostForm, nil
}

// near says whether r comes from this machine itself, and by no proxy.
func near(r *http.Request) bool {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && a.Addr().Unmap().IsLoopback() && len(r.Header.Values("X-Forwarded-For")) == 0
}

// deny tells an app what was wrong, as RFC 6749, section 5.2, has it; err is passed on if
// it was none of its doing.
func deny(w http.ResponseWriter, err error) error {
	var wrong *launch.Wrong
	switch {
	case errors.As(err, &wrong):
		status := http.StatusBadRequest
		if wrong.Code == "invalid_client" {
			status = http.StatusUnauthorized
			w.Header().Set("WWW-Authenticate", `Basic realm="Waymark"`)
		}
		unkept(w)
		return send(w, status, denied{wrong.Code, wrong.Text})
	case fault.Is(err, fault.TooSoon):
		unkept(w)
		w.Header().Set("Retry-After", "60")
		return send(w, http.StatusTooManyRequests, denied{"temporarily_unavailable", "very many requests came from this network"})
	case fault.Is(err, fault.NotSaved):
		unkept(w)
		return send(w, http.StatusServiceUnavailable, denied{"temporarily_unavailable", "nothing can be kept at the moment"})
	}
	return err
}

func unkept(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
}
