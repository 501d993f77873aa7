package outward

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// inside are addresses that must never be connected to.
var inside = []string{
	"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.8.9.10",
	"168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1",
	"192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250",
	"240.0.0.1", "255.255.255.255",
	"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1",
	"64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "3fff::1",
	"fc00::1", "fd00:ec2::254", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "4000::1", "5f00::1",
}

var outside = []string{
	"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.1.1.1", "128.0.0.1", "172.15.1.1", "172.32.0.1",
	"192.0.1.1", "192.169.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888",
}

func TestOnlyAddressesOnTheInternetAreConnectedTo(t *testing.T) {
	c := New()
	for _, text := range inside {
		for _, port := range []string{"443", "80", "8443"} {
			if err := c.control("tcp4", net.JoinHostPort(text, port), nil); !errors.Is(err, errInside) {
				t.Errorf("%s port %s: %v", text, port, err)
			}
		}
		if err := New().Check("https://" + host(text) + "/a.ics"); err == nil {
			t.Errorf("https://%s passes as an address", text)
		}
	}
	for _, text := range outside {
		if err := c.control("tcp6", net.JoinHostPort(text, "443"), nil); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"", "nothing", "1.1.1.1", ":443", "localhost:443"} {
		if err := c.control("tcp4", text, nil); err == nil {
			t.Errorf("%q can be connected to", text)
		}
	}
	if err := c.control("unix", "8.8.8.8:443", nil); err == nil {
		t.Error("what is no TCP can be connected to")
	}
}

func host(text string) string {
	if strings.Contains(text, ":") {
		return "[" + strings.ReplaceAll(text, "%", "%25") + "]"
	}
	return text
}

func TestAnAddressIsLookedAtBeforeAnybodyIsAsked(t *testing.T) {
	for text, want := range map[string]error{
		"https://calendar.example/a.ics":        nil,
		"https://calendar.example:8443/a?b=c#d": nil,
		"https://calendar.example":              nil,
		"https://bücher.example/a.ics":          nil,
		"http://calendar.example/a.ics":         errHTTPS,
		"webcal://calendar.example/a.ics":       errHTTPS,
		"file:///etc/passwd":                    errHTTPS,
		"gopher://calendar.example/":            errHTTPS,
		"//calendar.example/a.ics":              errHTTPS,
		"calendar.example":                      errHTTPS,
		"":                                      errHTTPS,
		"https:calendar.example":                errAddress,
		"https:///a.ics":                        errAddress,
		"https://user:secret@calendar.example/": errAddress,
		"https://calendar.example:22/":          errAddress,
		"https://calendar.example:25/":          errAddress,
		"https://calendar.example:0/":           errAddress,
		"https://calendar.example:/":            errAddress,
		"https://calendar.example:99999/":       errAddress,
		"https://calendar.example/a b":          errAddress,
		"https://calendar.example/\r\nHost: a":  errAddress,
		"https://calendar.example/\x00":         errAddress,
		"https://calendar.example/%zz":          errAddress,
		"https://" + strings.Repeat("a", 2100):  errAddress,
		"https://169.254.169.254/latest":        errInside,
		"https://[fd00:ec2::254]/latest":        errInside,
		"https://[::ffff:10.0.0.1]/":            errInside,
	} {
		if err := New().Check(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

// Names and numbers that stand for this machine in ways that no list of texts holds:
// they are caught when connecting, and nobody here is asked.
func TestNothingInsideIsAskedHoweverItIsWritten(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer s.Close()
	port := s.Listener.Addr().(*net.TCPAddr).Port
	for _, name := range []string{"localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"} {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		_, err := New().Get(ctx, fmt.Sprintf("https://%s:%d/a.ics", name, port), small)
		cancel()
		if err == nil {
			t.Errorf("%s was asked", name)
		}
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests came in", asked.Load())
	}
}

var small = Limits{Bytes: 1000, Time: 5 * time.Second, Redirects: 2, Types: []string{"text/calendar"}}

// listens answers by TLS on this machine, and returns a client that may reach it.
func listens(t *testing.T, answer http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	s := httptest.NewUnstartedServer(answer)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return ForTest(s.Listener.Addr().(*net.TCPAddr).AddrPort(), roots), s
}

func calendar(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Write([]byte(text))
}

func TestWhatLiesAtAnAddressIsRead(t *testing.T) {
	c, s := listens(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "" || r.Header.Get("Accept-Encoding") != "identity" {
			t.Errorf("asked with %v", r.Header)
		}
		calendar(w, "BEGIN:VCALENDAR")
	})
	a, err := c.Get(t.Context(), s.URL+"/a.ics", small)
	if err != nil || string(a.Body) != "BEGIN:VCALENDAR" || a.Status != http.StatusOK {
		t.Fatalf("%q %v", a.Body, err)
	}
}

func TestWhatATestMayReachIsOneListener(t *testing.T) {
	c, _ := listens(t, func(w http.ResponseWriter, _ *http.Request) { calendar(w, "one") })
	_, other := listens(t, func(w http.ResponseWriter, _ *http.Request) { calendar(w, "other") })
	if _, err := c.Get(t.Context(), other.URL+"/a.ics", small); !errors.Is(err, errInside) {
		t.Errorf("another listener of this machine: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"large, and it says so": {func(w http.ResponseWriter, _ *http.Request) { calendar(w, strings.Repeat("a", 1001)) }, errLarge},
		"large, and it does not say so": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/calendar")
			for range 100 {
				w.Write(bytes.Repeat([]byte("a"), 1000))
				w.(http.Flusher).Flush()
			}
		}, errLarge},
		"packed": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", "text/calendar")
			z := gzip.NewWriter(w)
			z.Write(make([]byte, 1<<20))
			z.Close()
		}, errPacked},
		"a page to sign in": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte("<html>"))
		}, errType},
		"no type at all":         {func(w http.ResponseWriter, _ *http.Request) { w.Header()["Content-Type"] = nil }, errType},
		"not there":              {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, errNotThere},
		"not without signing in": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, errNotThere},
		"broken":                 {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, errAnswer},
		"nothing new":            {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }, errMoved},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/calendar")
			w.Header().Set("Content-Length", "500")
			w.Write([]byte("BEGIN"))
		}, errReach},
		"headers without end": {func(w http.ResponseWriter, _ *http.Request) {
			for i := range 100 {
				w.Header().Set(fmt.Sprint("A", i), strings.Repeat("a", 1000))
			}
			calendar(w, "a")
		}, errReach},
		"round and round": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/again"+r.URL.Path, http.StatusFound)
		}, errMoved},
		"on without TLS":                {to("http://calendar.example/a.ics"), errHTTPS},
		"on to a file":                  {to("file:///etc/passwd"), errHTTPS},
		"on to this machine, elsewhere": {to("https://127.0.0.1:4443/"), errInside},
		"on to metadata":                {to("https://169.254.169.254/latest/meta-data/"), errInside},
		"on to metadata in IPv6":        {to("https://[fd00:ec2::254]/latest/meta-data/"), errInside},
		"on inside, in other words":     {to("https://[::ffff:192.168.0.1]/"), errInside},
		"on by a name for this machine": {to("https://localhost:4443/"), errInside},
		"on with a password":            {to("https://a:b@calendar.example/"), errAddress},
		"on to a port of mail":          {to("https://calendar.example:25/"), errAddress},
		"on to nowhere":                 {to("https://"), errAddress},
	} {
		t.Run(name, func(t *testing.T) {
			client, s := listens(t, c.answer)
			_, err := client.Get(t.Context(), s.URL+"/secret-path.ics", small)
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret-path") {
				t.Errorf("the reason holds the address: %v", err)
			}
			if text, ok := Why(Reason(err)); !ok || text == "" {
				t.Errorf("nobody can say why: %q", Reason(err))
			}
		})
	}
}

func to(where string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", where)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}

func TestWhereAnAddressLeadsOnIsFollowedWithoutSayingWhereFrom(t *testing.T) {
	c, s := listens(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/secret" {
			http.Redirect(w, r, "/there", http.StatusMovedPermanently)
			return
		}
		if r.Header.Get("Referer") != "" {
			t.Errorf("it says where from: %s", r.Header.Get("Referer"))
		}
		calendar(w, "there")
	})
	if a, err := c.Get(t.Context(), s.URL+"/secret", small); err != nil || string(a.Body) != "there" {
		t.Errorf("%q %v", a.Body, err)
	}
}

// A server that sends a byte now and then never ends, and each read of it succeeds.
func TestAServerThatDripsIsLeft(t *testing.T) {
	c, s := listens(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/calendar")
		for r.Context().Err() == nil {
			w.Write([]byte("a"))
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	})
	l := small
	l.Time = 150 * time.Millisecond
	began := time.Now()
	if _, err := c.Get(t.Context(), s.URL, l); !errors.Is(err, errSlow) {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAServerThatSaysNothingIsLeft(t *testing.T) {
	c, s := listens(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	l := small
	l.Time = 100 * time.Millisecond
	if _, err := c.Get(t.Context(), s.URL, l); !errors.Is(err, errSlow) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ctx, s.URL, small); !errors.Is(err, context.Canceled) {
		t.Errorf("after the job was told to end: %v", err)
	}
}

func TestACertificateHasToHold(t *testing.T) {
	c, s := listens(t, func(w http.ResponseWriter, _ *http.Request) { calendar(w, "a") })
	c.transport.TLSClientConfig.RootCAs = x509.NewCertPool()
	if _, err := c.Get(t.Context(), s.URL, small); !errors.Is(err, errCertain) {
		t.Errorf("%v", err)
	}
	if New().transport.TLSClientConfig.InsecureSkipVerify || New().transport.TLSClientConfig.MinVersion < tls.VersionTLS12 {
		t.Error("TLS is looser than it should be")
	}
}

func TestTheEnvironmentNamesNoProxy(t *testing.T) {
	asked := false
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer proxy.Close()
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	c, s := listens(t, func(w http.ResponseWriter, _ *http.Request) { calendar(w, "a") })
	if _, err := c.Get(t.Context(), s.URL, small); err != nil || asked || New().transport.Proxy != nil {
		t.Errorf("a proxy was asked: %t %v", asked, err)
	}
}

// A name that leads outside when it is looked up and inside when it is asked again
// gets no further: what counts is the address of the connection itself.
func TestANameThatLeadsInsideTheSecondTimeIsRefused(t *testing.T) {
	c, s := listens(t, func(w http.ResponseWriter, _ *http.Request) { calendar(w, "a") })
	if _, err := c.Get(t.Context(), s.URL, small); err != nil {
		t.Fatal(err)
	}
	c.inside = nil // the same text, and what it leads to is inside from now on
	if _, err := c.Get(t.Context(), s.URL, small); !errors.Is(err, errInside) {
		t.Errorf("%v: a connection was kept, or an address remembered", err)
	}
}

func TestWhatALibraryAsksGoesByTheSameRules(t *testing.T) {
	c, s := listens(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
			w.Write([]byte("gone"))
		case "/away":
			http.Redirect(w, r, "/gone", http.StatusSeeOther)
		case "/large":
			w.Write(make([]byte, 1<<20))
		}
	})
	for path, want := range map[string]int{"/gone": http.StatusGone, "/away": http.StatusSeeOther} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader("wake"))
		got, err := c.Do(r)
		if err != nil || got.StatusCode != want {
			t.Errorf("%s: %v %v", path, got, err)
		}
	}
	for path, want := range map[string]error{s.URL + "/large": errLarge, "https://169.254.169.254/": errInside, "http://calendar.example/": errHTTPS} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, path, nil)
		if _, err := c.Do(r); !errors.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestARequestWithoutLimitsIsNotMade(t *testing.T) {
	c, s := listens(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	for _, l := range []Limits{{}, {Bytes: 1}, {Time: time.Second}, {Bytes: 1, Time: time.Hour}} {
		if _, err := c.Get(t.Context(), s.URL, l); err == nil {
			t.Errorf("%+v", l)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, text := range append(append([]string{"https://a.example/b", "https://[::1]:443/"}, inside...), outside...) {
		f.Add(text)
		f.Add("https://" + host(text) + "/a")
	}
	f.Fuzz(func(t *testing.T, text string) {
		if New().Check(text) != nil {
			return
		}
		u, err := parse(text)
		if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			t.Errorf("%q passes: %v", text, u)
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil && !public(a) {
			t.Errorf("%q passes, and is inside", text)
		}
	})
}
