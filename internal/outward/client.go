package outward

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Limits are what one request may cost.
type Limits struct {
	Bytes     int64         // of the answer
	Time      time.Duration // in all, from the first look-up of a name to the last byte
	Redirects int           // that are followed; each is looked at like the first address
	Types     []string      // media types that are taken; none: any
}

// MaxAddress is how many bytes an address may have.
const MaxAddress = 2000

// limits of every request, whatever it is for.
const (
	connecting  = 5 * time.Second
	headerBytes = 32 << 10
	mostTime    = time.Minute
)

// A Client asks addresses that people typed. It may be used by many at once, and
// keeps no connection open.
type Client struct {
	transport *http.Transport
	inside    func(netip.AddrPort) bool // what a test may reach beside the internet; nil: nothing
}

// New returns a client for the public internet.
func New() *Client { return newClient(nil, nil) }

func newClient(inside func(netip.AddrPort) bool, roots *x509.CertPool) *Client {
	c := &Client{inside: inside}
	dialer := &net.Dialer{Timeout: connecting, KeepAlive: -1, Control: c.control}
	c.transport = &http.Transport{
		Proxy:                  nil, // none, whatever the environment says
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    connecting,
		ResponseHeaderTimeout:  2 * connecting,
		MaxResponseHeaderBytes: headerBytes,
		DisableKeepAlives:      true, // the next request looks at the address anew
		DisableCompression:     true,
	}
	return c
}

// ForTest returns a client that may also reach the one listener of a test, at
// listener and with the certificates roots. It panics in any program that is not a
// test, so that no setting can lead to it.
func ForTest(listener netip.AddrPort, roots *x509.CertPool) *Client {
	if !testing.Testing() {
		panic("outward: the house itself is reached only in tests")
	}
	return newClient(func(a netip.AddrPort) bool { return a == listener }, roots)
}

// control looks at the address to which a connection is about to be made.
func (c *Client) control(network, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return errInside
	}
	if public(a.Addr()) || c.inside != nil && c.inside(a) {
		return nil
	}
	return errInside
}

// What goes wrong, one word each (Reason).
var (
	errInside   = Refusal{"inside"}
	errAddress  = Refusal{"address"}
	errHTTPS    = Refusal{"https"}
	errMoved    = Refusal{"moved"}
	errLarge    = Refusal{"large"}
	errSlow     = Refusal{"slow"}
	errPacked   = Refusal{"packed"}
	errType     = Refusal{"type"}
	errAnswer   = Refusal{"answer"}
	errNotThere = Refusal{"absent"}
	errReach    = Refusal{"reach"}
	errCertain  = Refusal{"certificate"}
)

// A Refusal is why an address was not asked, or its answer not taken. It holds
// nothing of the address and nothing of the answer, so that it may be kept and shown.
type Refusal struct{ word string }

// Error is the reason in a word.
func (r Refusal) Error() string { return "refused: " + r.word }

// Reason is why err came of asking, in one word that can be kept in the clear.
func Reason(err error) string {
	var r Refusal
	if errors.As(err, &r) {
		return r.word
	}
	return "reach"
}

// reasons are what the words of Reason mean.
var reasons = map[string]string{
	"inside":      "This address leads to a machine inside a network, and not to the internet. Only addresses on the internet are asked.",
	"address":     "This is not an address that can be asked. It begins with https:// and holds a host and a path.",
	"https":       "Only addresses that begin with https:// are asked, so that nobody on the way can read along.",
	"moved":       "The address leads on to others, over and over. Please give the one at which the calendar lies.",
	"large":       "What came was larger than is read here.",
	"slow":        "The answer took too long.",
	"packed":      "The answer came compressed, which is not read here.",
	"type":        "What came is not what was asked for. Perhaps the address leads to a page to sign in.",
	"answer":      "The server at this address answered that something went wrong.",
	"absent":      "The server at this address says that there is nothing, or nothing without signing in.",
	"reach":       "Nobody could be reached at this address.",
	"certificate": "The server at this address could not show that it is who it says: its certificate is not valid.",
}

// Why says a reason to the person who gave the address; ok is false if there is no
// such reason.
func Why(reason string) (text string, ok bool) {
	text, ok = reasons[reason]
	return text, ok
}

// Check says whether text is an address that may be asked, before anything is
// asked of anybody. It does not look up names: that is done when it is asked.
func (c *Client) Check(text string) error {
	u, err := parse(text)
	if err != nil {
		return err
	}
	return look(u, c.inside != nil)
}

func parse(text string) (*url.URL, error) {
	if len(text) > MaxAddress {
		return nil, errAddress
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, errAddress
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, errAddress
	}
	return u, nil
}

// look says whether u may be asked, as far as its text says. In a test an address
// of this machine is left to control.
func look(u *url.URL, test bool) error {
	if u.Scheme != "https" {
		return errHTTPS
	}
	host := u.Hostname()
	if u.Opaque != "" || u.User != nil || host == "" || strings.HasSuffix(u.Host, ":") {
		return errAddress
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n > 65535 || n != 443 && n < 1024 {
			return errAddress
		}
	}
	if a, err := netip.ParseAddr(host); err == nil && !public(a) && !(test && a.IsLoopback()) {
		return errInside
	}
	return nil
}

// An Answer is what came.
type Answer struct {
	Status int
	Body   []byte
}

// Get asks the address for what lies there. An error is a Refusal, or that of ctx.
func (c *Client) Get(ctx context.Context, address string, l Limits) (Answer, error) {
	u, err := parse(address)
	if err != nil {
		return Answer{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Answer{}, errAddress
	}
	if len(l.Types) > 0 {
		r.Header.Set("Accept", strings.Join(l.Types, ", "))
	}
	return c.ask(r, l)
}

// ask sends r and reads the whole answer, which is 2xx.
func (c *Client) ask(r *http.Request, l Limits) (Answer, error) {
	reply, err := c.send(r, l)
	if err != nil {
		return Answer{}, err
	}
	defer reply.end()
	if err := taken(reply.Response, l); err != nil {
		return Answer{Status: reply.StatusCode}, err
	}
	body, err := reply.read(l)
	return Answer{Status: reply.StatusCode, Body: body}, err
}

// Do sends r and returns its answer, whatever its status, without following it
// anywhere: for libraries that bring their own requests, such as to the address at
// which a browser wants to be woken. The body is whole, and small.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	l := Limits{Bytes: 64 << 10, Time: 15 * time.Second}
	reply, err := c.send(r, l)
	if err != nil {
		return nil, err
	}
	defer reply.end()
	body, err := reply.read(l)
	if err != nil {
		return nil, err
	}
	reply.Response.Body = io.NopCloser(bytes.NewReader(body))
	return reply.Response, nil
}

// A reply is an answer whose body is still on its way.
type reply struct {
	*http.Response
	ctx    context.Context
	cancel context.CancelFunc
	body   io.ReadCloser
}

func (r *reply) end() {
	r.body.Close()
	r.cancel()
}

// read is the body, if it is not larger than it may be.
func (r *reply) read(l Limits) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.body, l.Bytes+1))
	switch {
	case err != nil:
		return nil, refusal(r.ctx, err)
	case int64(len(body)) > l.Bytes:
		return nil, errLarge
	}
	return body, nil
}

// send sends r, whose address somebody chose.
func (c *Client) send(r *http.Request, l Limits) (*reply, error) {
	if l.Bytes <= 0 || l.Time <= 0 || l.Time > mostTime {
		return nil, errors.New("outward: a request without limits")
	}
	if len(r.URL.String()) > MaxAddress {
		return nil, errAddress
	}
	if err := look(r.URL, c.inside != nil); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), l.Time)
	r = r.Clone(ctx)
	r.Header.Set("Accept-Encoding", "identity")
	r.Header.Set("User-Agent", "Waymark")
	r.Header.Del("Cookie")
	client := http.Client{Transport: c.transport, CheckRedirect: c.follow(l.Redirects)}
	got, err := client.Do(r)
	if err != nil {
		defer cancel()
		return nil, refusal(ctx, err)
	}
	return &reply{got, ctx, cancel, got.Body}, nil
}

// taken says whether the answer is one that may be read, by what stands before it.
func taken(reply *http.Response, l Limits) error {
	switch s := reply.StatusCode; {
	case s >= 300 && s < 400:
		return errMoved
	case s == http.StatusNotFound, s == http.StatusGone, s == http.StatusUnauthorized, s == http.StatusForbidden:
		return errNotThere
	case s < 200 || s > 299:
		return errAnswer
	}
	if e := reply.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return errPacked
	}
	if reply.ContentLength > l.Bytes {
		return errLarge
	}
	if len(l.Types) == 0 {
		return nil
	}
	kind, _, err := mime.ParseMediaType(reply.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(l.Types, kind) {
		return errType
	}
	return nil
}

// follow looks at where an answer leads on.
func (c *Client) follow(most int) func(*http.Request, []*http.Request) error {
	return func(r *http.Request, via []*http.Request) error {
		if most == 0 {
			return http.ErrUseLastResponse
		}
		if len(via) > most {
			return errMoved
		}
		r.Header.Del("Referer") // it holds the address that led there, which may be a secret
		r.Header.Del("Authorization")
		r.Header.Del("Cookie")
		if len(r.URL.String()) > MaxAddress {
			return errAddress
		}
		return look(r.URL, c.inside != nil)
	}
}

// refusal is err without what the client knows of the address.
func refusal(ctx context.Context, err error) error {
	var r Refusal
	var untrusted *tls.CertificateVerificationError
	var name *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &r):
		return r
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return errSlow
	case ctx.Err() != nil:
		return fmt.Errorf("ask outside: %w", ctx.Err())
	case errors.As(err, &untrusted):
		return errCertain
	case errors.As(err, &name):
		return errReach
	case errors.As(err, &timeout) && timeout.Timeout():
		return errSlow
	}
	return errReach
}
