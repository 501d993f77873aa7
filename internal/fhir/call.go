package fhir

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/tree"
	"github.com/waymark-care/waymark/internal/web"
)

// A call is one request of a program that came in.
type call struct {
	api   *API
	w     http.ResponseWriter
	r     *http.Request
	kind  kind
	in    token.In
	actor access.Actor
	loc   *time.Location // of the practice
}

// by answers a program that brings a token with the scope for it; nobody else finds
// anything, and what is missing is said before anything is opened.
func (api *API) by(k kind, d doing, page func(*call) error) web.Page {
	return func(w http.ResponseWriter, r *http.Request) error {
		c := &call{api: api, w: w, r: r, kind: k}
		if err := c.enter(d); err != nil {
			return c.fail(err)
		}
		if err := page(c); err != nil {
			return c.fail(err)
		}
		return nil
	}
}

func (c *call) enter(d doing) error {
	if !strings.HasPrefix(c.api.Origin, "https://") && !near(c.r) {
		return refuse(http.StatusForbidden, "security", "A token is taken only over TLS.")
	}
	source, now := web.VisitorOf(c.r).Source, web.NowOf(c.r)
	gate := c.api.Gate
	if gate.wrong.Of(source, now).TokensAt(now) < 1 || !gate.asked.Of(source, now).AllowN(now, 1) {
		return fault.New(fault.TooSoon, "", "There were very many requests from your network. Please try again in a while.")
	}
	scheme, brought, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	err := fault.Absent()
	if strings.EqualFold(scheme, "Bearer") {
		c.in, err = c.api.Tokens.Enter(c.r.Context(), strings.TrimSpace(brought))
	}
	if fault.Is(err, fault.NotFound) {
		if brought != "" {
			gate.wrong.Of(source, now).AllowN(now, 1)
		}
		return refuse(http.StatusUnauthorized, "login", "Bring a token that is valid: Authorization: Bearer …")
	}
	if err != nil {
		return err
	}
	if !lets(c.in.Scopes, c.kind.name, d) {
		return refuse(http.StatusForbidden, "forbidden", "This token has no scope for %s.%s.", c.kind.name, d)
	}
	c.actor = c.in.Actor
	c.actor.Mandate = mandate(c.in)
	practice, _ := c.api.Facts.Of(c.actor.Practice)
	c.loc = practice.Location()
	return nil
}

// near says whether r comes from this machine itself, and by no proxy.
func near(r *http.Request) bool {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && a.Addr().Unmap().IsLoopback() && len(r.Header.Values("X-Forwarded-For")) == 0
}

func (c *call) base() string { return c.api.Origin + root }

var limits = tree.Limits{Bytes: mostOne, Text: 100_000, List: mostItems, Depth: mostDepth, Values: mostValues}

// body is what the program sent, taken apart.
func (c *call) body() (tree.Node, error) {
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains([]string{"application/fhir+json", "application/json"}, kind) {
		return tree.Node{}, refuse(http.StatusUnsupportedMediaType, "not-supported", "Send application/fhir+json.")
	}
	if e := c.r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return tree.Node{}, refuse(http.StatusUnsupportedMediaType, "not-supported", "Send it as it is, without a content encoding.")
	}
	data, err := io.ReadAll(c.r.Body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return tree.Node{}, fault.New(fault.TooLarge, "", "This is larger than can be kept.")
	case err != nil:
		return tree.Node{}, refuse(http.StatusBadRequest, "incomplete", "This request did not arrive whole.")
	}
	root, err := tree.Read(data, limits)
	if err != nil {
		return root, err
	}
	if root.Kind != '{' {
		return root, tree.Wrong("", "must be an object")
	}
	if t := root.Fields["resourceType"]; t.Text != c.kind.name {
		return root, tree.Wrong("resourceType", "must be "+c.kind.name+" here")
	}
	return root, nil
}

// resource answers with one.
func (c *call) resource(status int, f found) error {
	if v := f.version(); v != "" {
		tag := `W/"` + v + `"`
		c.w.Header().Set("ETag", tag)
		if status == http.StatusOK && c.r.Method == http.MethodGet && c.r.Header.Get("If-None-Match") == tag {
			c.w.Header().Set("Cache-Control", "no-store")
			c.w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	if at, err := time.Parse(time.RFC3339, f.changed()); err == nil {
		c.w.Header().Set("Last-Modified", at.UTC().Format(http.TimeFormat))
	}
	return c.send(status, f)
}
