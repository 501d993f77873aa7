package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/web"
)

// gauntlet are bodies that no browser of ours sends.
func gauntlet() map[string]sending {
	many, deep := make([]string, 10_000), new(bytes.Buffer)
	for i := range many {
		many[i] = fmt.Sprintf("k%d=v", i)
	}
	z := gzip.NewWriter(deep)
	z.Write(bytes.Repeat([]byte("note=0000000000000000"), 100_000))
	z.Close()
	return map[string]sending{
		"ten thousand fields":    {raw: strings.Join(many, "&")},
		"a value of a megabyte":  {raw: "id=" + newOne + "8&name=A&note=" + strings.Repeat("x", 1<<20)},
		"a name of a megabyte":   {raw: strings.Repeat("x", 1<<20) + "=1"},
		"bytes that are no text": {raw: "id=%ff%fe&name=%ff&note=%c3%28&reason=%ff&email=%ff@x.example&password=%ff&clinician=%ff&supervisor=%fe&revision=%ff&instrument=%ff&occasion=%ff"},
		"zero bytes":             {raw: "id=%00&name=a%00b&note=a%00b&reason=%00&email=a%00@x.example&clinician=%00&supervisor=%00&instrument=%00&version=%00&q1=%00"},
		"broken escapes":         {raw: "id=%zz&note=%"},
		"a compressed body":      {raw: deep.String(), header: map[string]string{"Content-Encoding": "gzip"}},
		"fields twice":           {raw: "id=" + newOne + "8&id=" + newOne + "9&revision=1&revision=2&name=A&name=B&email=a@x.example&email=b@x.example&note=&note=x&instrument=phq-9&instrument=phq-9&rhythm=once&rhythm=weekly&day=x&day=y&q1=1&q1=2"},
		"no body":                {},
		"JSON":                   {kind: "application/json", raw: `{"id":"` + newOne + `8","name":"A","email":"a@x.example","note":"n"}`},
		"broken JSON":            {kind: "application/json", raw: `{"id":`},
		"a JSON of zeroes":       {kind: "application/json", raw: `{"Practice":"\u0000","Ceremony":"\u0000","To":"\u0000","Label":"\u0000","Response":"\u0000"}`},
		"deep JSON":              {kind: "application/json", raw: strings.Repeat("[", 100_000)},
		"parts":                  {kind: "multipart/form-data; boundary=x", raw: "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--x--\r\n"},
		"text":                   {kind: "text/plain", raw: "note=hello"},
		"an odd type":            {kind: "application/x-www-form-urlencoded; charset=utf-7", raw: "note=%2BADw-"},
		"no type that is one":    {kind: "////", raw: "note=hello"},
		"semicolons":             {raw: "a=1;b=2"},
	}
}

func TestNoFormBreaksAnythingWhateverIsInIt(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		table, all, sent := cells(), gauntlet(), 0
		for _, r := range p.routes {
			if r.Method != http.MethodPost || r.Pattern == "/sign-out" {
				continue
			}
			s := p.find(map[web.Audience]string{web.Client: "Bela", web.Clinician: "Cleo", web.Manager: "Mona", web.SignedIn: "Bela", web.Anyone: "nobody", web.Token: "nobody", web.AppPassword: "nobody"}[r.Audience])
			bela := p.find("Bela")
			owner, second := bela.ID, noSuch
			cell := table[r.Method+" "+r.Pattern]
			if cell.owner == "ask" {
				owner = bela.has["ask"][0]
			}
			if ids := bela.has[cell.of]; len(ids) > 0 {
				second = ids[0]
			}
			path, before, taken := fill(r.Pattern, owner, second), p.kept(t), false
			for what, a := range all {
				a.method, a.path = http.MethodPost, path
				got := p.asks(s, a)
				p.wholesome(t, s, r, path, got)
				if got.status >= 500 {
					t.Errorf("%s sent to %s: %d", what, r.Pattern, got.status)
				}
				if sent++; c.Database != "" && sent%len(all) > 0 {
					taken = taken || got.status < 400
					continue // one look after each route: to look at all of PostgreSQL takes long, and it is the same program
				}
				after := p.kept(t)
				wrong := changed(before, after)
				before = after
				if got.status >= 400 && !taken && len(wrong) > 0 && !strings.HasPrefix(r.Pattern, "/recover") {
					t.Errorf("%s sent to %s: refused with %d, and changed %v", what, r.Pattern, got.status, wrong)
				}
			}
		}
		if log := p.ground.records.Writable(t.Context()); !log {
			t.Error("nothing can be kept any more")
		}
	})
}

func TestNoAddressIsReachedByADetour(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		ada, dora, carl, suna := p.find("Ada"), p.find("Dora"), p.find("Carl"), p.find("Suna")
		for _, path := range []string{
			"//clients/" + ada.ID, "/clients//" + ada.ID, "/./clients/" + ada.ID, "/clients/./" + ada.ID, "/x/../clients/" + ada.ID,
			"/clients/" + dora.ID + "/../" + ada.ID, "/clients/" + dora.ID + "%2f..%2f" + ada.ID, "/clients%2f" + ada.ID,
			"/clients/" + ada.ID + "/", "/CLIENTS/" + ada.ID, "/clients/" + ada.ID + "%00", "/clients/" + ada.ID + ";a=b", "/clients/" + ada.ID + "?x=%zz",
			"/clients/%2e%2e/clients/" + ada.ID, "/clients/" + ada.ID + "%20", "/people/" + ada.ID, "/supervision/../clients/" + ada.ID,
			"/clients/" + ada.ID + "/%2e%2e/" + ada.ID, "/emergency/" + ada.ID, "/my/answers/" + ada.has["answer"][0],
		} {
			for _, s := range []*someone{carl, dora, p.find("Conor"), p.find("nobody"), suna} {
				got := p.gets(s, path)
				p.wholesome(t, s, web.Route{Method: "GET"}, path, got)
				for i := 0; i < 3 && got.header.Get("Location") != ""; i++ {
					got = p.gets(s, got.header.Get("Location"))
					p.wholesome(t, s, web.Route{Method: "GET"}, path, got)
				}
				if got.status == http.StatusOK && !strings.Contains(got.body, "Sign in") {
					t.Errorf("%s: GET %s is shown", s, path)
				}
				if got.status >= 500 {
					t.Errorf("%s: GET %s: %d", s, path, got.status)
				}
			}
		}
	})
}

// listened serves p as the server does, on loopback, with a short patience.
func (p *product) listened(t *testing.T) string {
	t.Helper()
	s := &server{config: p.conf, admits: p.conf.admits(), safe: p.ground.safe}
	s.showSealed()
	s.site.Store(p.site)
	conf := s.httpServer(s)
	conf.ReadTimeout, conf.ReadHeaderTimeout = 2*time.Second, 2*time.Second
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go conf.Serve(l)
	t.Cleanup(func() { conf.Close() })
	return l.Addr().String()
}

// wire sends bytes as they are and returns what comes back within some seconds.
func wire(t *testing.T, addr, text string, pause time.Duration) string {
	t.Helper()
	c, err := net.DialTimeout("tcp", addr, 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	head, rest, _ := strings.Cut(text, "|")
	io.WriteString(c, head)
	if rest != "" {
		time.Sleep(pause)
		io.WriteString(c, rest)
	}
	var out bytes.Buffer
	io.Copy(&out, c) // until it closes, or the time is up
	return out.String()
}

func TestOddRequestsOnTheWireAreRefusedAndNothingIsKept(t *testing.T) {
	c := config{Data: shortDir(t) + "/data", Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	p := newProduct(t, c)
	p.peopled(t)
	addr := p.listened(t)
	cleo, bela := p.find("Cleo"), p.find("Bela")
	to := "/clients/" + bela.ID + "/flags/" + bela.has["flag"][0] + "/close"
	form := url.Values{"revision": {"1"}, "note": {"smuggled"}}.Encode()
	head := "POST " + to + " HTTP/1.1\r\nHost: localhost\r\nCookie: waymark=" + cleo.cookie + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	length := fmt.Sprintf("Content-Length: %d\r\n", len(form))
	before := p.kept(t)
	t.Run("all", func(t *testing.T) { oddOnes(t, addr, head, length, form) })
	if wrong := changed(before, p.kept(t)); len(wrong) > 0 {
		t.Errorf("changed %v", wrong)
	}
}

// oddOnes sends requests that are none, each on a wire of its own.
func oddOnes(t *testing.T, addr, head, length, form string) {
	for what, text := range map[string]string{
		"two lengths":               head + length + "Content-Length: 3\r\n\r\n" + form,
		"a length and chunks":       head + length + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nxyz\r\nzz",
		"chunks said twice":         head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"an odd coding":             head + "Transfer-Encoding: xchunked\r\n" + length + "\r\n" + form,
		"a negative length":         head + "Content-Length: -1\r\n\r\n" + form,
		"a length with a plus":      head + fmt.Sprintf("Content-Length: +%d\r\n\r\n", len(form)) + form,
		"a space before the colon":  head + "Content-Length : 5\r\n\r\n" + form,
		"a folded header":           head + "X-A: b\r\n folded\r\nContent-Length : 5\r\n\r\n" + form,
		"no host":                   strings.Replace(head, "Host: localhost\r\n", "", 1) + length + "\r\n" + form,
		"two hosts":                 head + "Host: elsewhere\r\n" + length + "\r\n" + form,
		"a header of 64 kilobytes":  head + length + "X-A: " + strings.Repeat("a", 64<<10) + "\r\n\r\n" + form,
		"ten thousand headers":      head + length + strings.Repeat("X-A: b\r\n", 10_000) + "\r\n" + form,
		"a body that ends too soon": head + "Content-Length: 4000\r\nConnection: close\r\n\r\nrevision=1&note=half",
		"a body that comes slowly":  head + "Content-Length: 4000\r\nConnection: close\r\n\r\nrevision=1&note=half|more of it",
		"a header that never ends":  head + "X-A: b|\r\nX-B: c",
		"a bare line feed in it":    head + "X-A: a\nContent-Length: 3\r\n" + length + "\r\n" + form,
		"another site's form":       head + "Sec-Fetch-Site: cross-site\r\nConnection: close\r\n" + length + "\r\n" + form,
		"another site's origin":     head + "Origin: https://elsewhere.example\r\nConnection: close\r\n" + length + "\r\n" + form,
		"an odd version":            strings.Replace(head, "HTTP/1.1", "HTTP/9.9", 1) + length + "\r\n" + form,
		"no request at all":         "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
		"an address of another":     strings.Replace(head, "POST /", "POST http://elsewhere.example/", 1) + "Origin: http://localhost\r\nConnection: close\r\n" + length + "\r\n" + form,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			out := wire(t, addr, text, 500*time.Millisecond)
			if took := time.Since(begun); took > 4*time.Second {
				t.Errorf("it was held for %s", took)
			}
			if out == "" {
				return // closed without a word
			}
			res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(out)), nil)
			if err != nil {
				t.Fatalf("%v in %q", err, out)
			}
			if res.StatusCode < 400 || res.StatusCode >= 500 && res.StatusCode != http.StatusNotImplemented && res.StatusCode != http.StatusHTTPVersionNotSupported {
				t.Errorf("status %d: %s", res.StatusCode, out)
			}
			if strings.Count(out, "HTTP/1.1 ") > 1 {
				t.Errorf("one request had two answers: %s", out)
			}
		})
	}
}

// The server is not held up by those who send slowly.
func TestSlowVisitorsDoNotHoldUpTheOthers(t *testing.T) {
	c := config{Data: shortDir(t) + "/data", Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	p := newProduct(t, c)
	addr := p.listened(t)
	for range 64 {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\nemail=")
	}
	begun := time.Now()
	res, err := http.Get("http://" + addr + "/help")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if took := time.Since(begun); res.StatusCode != http.StatusOK || took > 2*time.Second {
		t.Errorf("Help now: %d after %s", res.StatusCode, took)
	}
}

// A page that breaks down halfway is an answer too, with what was typed, and the
// server goes on.
func TestAPageThatBreaksDownGivesBackWhatWasTyped(t *testing.T) {
	c := config{Data: shortDir(t) + "/data", Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	p := newProduct(t, c)
	facts, err := web.ReadFacts("")
	if err != nil {
		t.Fatal(err)
	}
	var none []string
	p.site.handler = web.NewSite(p.ground.door, p.Accounts, facts, web.Options{}, []web.Route{
		{Method: "POST", Pattern: "/breaks", Audience: web.Anyone, Page: func(http.ResponseWriter, *http.Request) error {
			return errors.New(none[len(none)-1])
		}},
		{Method: "POST", Pattern: "/gives-up", Audience: web.Anyone, Page: func(_ http.ResponseWriter, r *http.Request) error {
			panic(r.PostFormValue("note"))
		}},
	}).Handler()
	for _, path := range []string{"/breaks", "/gives-up"} {
		got := p.posts(nil, path, url.Values{"note": {longWords}})
		if got.status != http.StatusInternalServerError || formTo(t, got, path).fields.Get("note") != longWords {
			t.Errorf("%s: %d\n%s", path, got.status, got.body)
		}
	}
}
