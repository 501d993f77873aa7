package fhir

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"runtime/debug"
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
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			c.until(time.Now().Add(patience))
		}
		err := c.enter(d)
		if err == nil {
			err = c.whole(page)
		}
		if err != nil {
			return c.fail(err)
		}
		return nil
	}
}

// whole does what page does, and makes an error of one that breaks down, so that a
// program is answered in words that it knows.
func (c *call) whole(page func(*call) error) (err error) {
	defer func() {
		broke := recover()
		if broke == http.ErrAbortHandler {
			panic(broke) // the server ends the connection
		}
		if broke != nil {
			err = fmt.Errorf("page broke down: %T\n%s", broke, debug.Stack())
		}
	}()
	return page(c)
}

func (c *call) enter(d doing) error {
	if err := c.speaks(); err != nil {
		return err
	}
	if !strings.HasPrefix(c.api.Origin, "https://") && !near(c.r) {
		return refuse(http.StatusForbidden, "security", "A token is taken only over TLS.")
	}
	source, now := web.VisitorOf(c.r).Source, web.NowOf(c.r)
	gate := c.api.Gate
	if !gate.asked.Of(source, now).AllowN(now, 1) {
		return tooMany()
	}
	brought := c.brought()
	err := fault.Absent()
	if brought != "" {
		c.in, err = c.api.Tokens.EnterIn(c.r.Context(), brought, c.record(d))
	}
	if fault.Is(err, fault.NotFound) {
		if c.r.Header.Get("Authorization") != "" && !gate.wrong.Of(source, now).AllowN(now, 1) { // a token that is good is good from there all the same
			return tooMany()
		}
		return noToken()
	}
	if err != nil {
		return err
	}
	if err := c.within(d); err != nil {
		return err
	}
	c.actor = c.in.Actor
	c.actor.Mandate = mandate(c.in)
	c.loc = c.api.Facts.Zone(c.actor.Practice)
	return nil
}

// record is the one client's record that is read, as far as the address says it; empty if
// it does not, or if there may be several.
func (c *call) record(d doing) access.Compartment {
	if c.r.Method != http.MethodGet || !slices.ContainsFunc(c.kind.params, func(p param) bool { return p.name == "patient" }) {
		return ""
	}
	if d == reading {
		client, _ := recordOf(c.r.PathValue("name"))
		return client
	}
	if strings.Count(c.r.URL.RawQuery, "patient=") != 1 {
		return ""
	}
	_, whose, _ := strings.Cut(c.r.URL.RawQuery, "patient=")
	whose, _, _ = strings.Cut(whose, "&")
	if whose, err := personID(strings.TrimPrefix(whose, "Patient/")); err == nil {
		return access.ClientRecord(whose)
	}
	return ""
}

// brought is the token that came; empty if none did.
func (c *call) brought() string {
	scheme, brought, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(brought)
}

func noToken() error {
	return refuse(http.StatusUnauthorized, "login", "Bring a token that is valid: Authorization: Bearer …")
}

// still refuses to go on once the token was ended: of what has many parts, each is asked
// for anew.
func (c *call) still() error {
	_, err := c.api.Tokens.Enter(c.r.Context(), c.brought())
	if fault.Is(err, fault.NotFound) {
		return noToken()
	}
	return err
}

// within refuses what the scopes do not cover. A batch is covered entry by entry.
func (c *call) within(d doing) error {
	if d != "" && !lets(c.in.Scopes, c.kind.name, d) {
		return refuse(http.StatusForbidden, "forbidden", "This token has no scope for %s.%s.", c.kind.name, d)
	}
	return nil
}

// types are what we read and write.
var types = []string{"application/fhir+json", "application/json"}

// speaks refuses whoever wants to be answered otherwise than in JSON.
func (c *call) speaks() error {
	if strings.Contains(c.r.URL.RawQuery, "_format") {
		if f := c.r.URL.Query().Get("_format"); f != "" && !speaks(f) {
			return unspoken()
		}
	}
	accept := c.r.Header.Get("Accept")
	for part := range strings.SplitSeq(accept, ",") {
		kind, _, _ := strings.Cut(part, ";")
		kind = strings.TrimSpace(kind)
		if accept == "" || slices.Contains(types, kind) || kind == "*/*" || kind == "application/*" || strings.Contains(c.r.URL.Path, "/$export/") {
			return nil
		}
	}
	return unspoken()
}

func speaks(format string) bool { return format == "json" || slices.Contains(types, format) }

func unspoken() error {
	return refuse(http.StatusNotAcceptable, "not-supported", "Only JSON is spoken here: application/fhir+json.")
}

func tooMany() error {
	return fault.New(fault.TooSoon, "", "There were very many requests from your network. Please try again in a while.")
}

// near says whether r comes from this machine itself, and by no proxy.
func near(r *http.Request) bool {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && a.Addr().Unmap().IsLoopback() && len(r.Header.Values("X-Forwarded-For")) == 0
}

func (c *call) base() string { return c.api.Origin + root }

var limits = tree.Limits{Bytes: mostOne, Text: 100_000, List: mostItems, Depth: mostDepth, Values: mostValues}

// How quickly what is sent must come: the first of it soon, and then so much a second.
// Whoever sends more slowly holds a connection and nothing else until then.
const (
	patience = 1800 * time.Millisecond
	slowest  = 64 << 10 // bytes a second
)

// until is when what is sent must have come, if that can be said of the connection. It
// holds, too, for what the server reads to its end before it answers, of what nobody
// heard.
func (c *call) until(t time.Time) {
	_ = http.NewResponseController(c.w).SetReadDeadline(t) // in a batch there is no connection
}

// hear is what the program sent, if it is of one of the types and comes in time.
func (c *call) hear(types ...string) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(types, kind) {
		return nil, refuse(http.StatusUnsupportedMediaType, "not-supported", "Send %s.", types[0])
	}
	if e := c.r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, refuse(http.StatusUnsupportedMediaType, "not-supported", "Send it as it is, without a content encoding.")
	}
	access.Rest(c.r.Context()) // nobody waits for it but us
	begun := time.Now()
	data := make([]byte, 0, min(max(c.r.ContentLength, 0), 32<<10)+bytes.MinRead)
	for {
		c.until(begun.Add(patience + time.Duration(len(data))*time.Second/slowest))
		data = slices.Grow(data, bytes.MinRead)
		n, err := c.r.Body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		var large *http.MaxBytesError
		switch {
		case errors.Is(err, io.EOF):
			c.until(time.Time{})
			return data, nil
		case errors.As(err, &large):
			return nil, fault.New(fault.TooLarge, "", "This is larger than can be kept.")
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, refuse(http.StatusRequestTimeout, "timeout", "This came too slowly. Nothing of it was kept.")
		case err != nil:
			return nil, refuse(http.StatusBadRequest, "incomplete", "This request did not arrive whole.")
		}
	}
}

// body is what the program sent, taken apart.
func (c *call) body() (tree.Node, error) {
	data, err := c.hear(types...)
	if err != nil {
		return tree.Node{}, err
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

// address is what the address asks for. What of it cannot be understood is refused:
// somebody who asks for less must not be given more.
func (c *call) address() (url.Values, error) {
	values, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "structure", "What stands in the address behind the question mark cannot be understood.")
	}
	return values, nil
}

// form is what the program sent as a form.
func (c *call) form() (url.Values, error) {
	if len(c.r.URL.RawQuery) > 0 {
		return nil, refuse(http.StatusBadRequest, "invalid", "Say what you look for in the form alone.")
	}
	data, err := c.hear("application/x-www-form-urlencoded")
	if err != nil {
		return nil, err
	}
	if bytes.Count(data, []byte("&")) > 2*mostParams {
		return nil, refuse(http.StatusBadRequest, "too-costly", "These are more than %d parameters.", mostParams)
	}
	values, err := url.ParseQuery(string(data))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "structure", "This is no form.")
	}
	return values, nil
}

// resource answers with one, or says that it is as whoever asks has it.
func (c *call) resource(status int, f found) error {
	changed, dated := time.Parse(time.RFC3339, f.Changed())
	tag := ""
	if v := f.Version(); v != "" {
		tag = `W/"` + v + `"`
		c.w.Header().Set("ETag", tag)
	}
	if dated == nil {
		c.w.Header().Set("Last-Modified", changed.UTC().Format(http.TimeFormat))
	}
	if c.r.Method == http.MethodGet {
		if want := c.r.Header.Get("If-Match"); want != "" && want != "*" && !among(want, tag) {
			return refuse(http.StatusPreconditionFailed, "conflict", "This is of another version.")
		}
		have := c.r.Header.Get("If-None-Match")
		since, err := http.ParseTime(c.r.Header.Get("If-Modified-Since"))
		if have == "*" || among(have, tag) || have == "" && err == nil && dated == nil && !changed.Truncate(time.Second).After(since) {
			c.w.Header().Set("Cache-Control", "no-store")
			c.w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	brief := strings.Contains(c.r.Header.Get("Prefer"), "return=minimal")
	if status == http.StatusOK { // it was there before, and whoever may only send does not read it by sending
		brief = brief || !lets(c.in.Scopes, c.kind.name, reading)
	}
	if c.r.Method == http.MethodPost && brief {
		c.w.Header().Set("Cache-Control", "no-store")
		c.w.WriteHeader(status)
		return nil
	}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return c.send(status, f)
	}
	shape, err := c.shape()
	if err != nil {
		return err
	}
	return c.sending(status, func(to []byte) ([]byte, error) { return appendShaped(to, f, shape) })
}

// among says whether the tag is one of those that a header names, weak or not.
func among(header, tag string) bool {
	for have := range strings.SplitSeq(header, ",") {
		if have = strings.TrimSpace(have); tag != "" && strings.TrimPrefix(have, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
