package main

import (
	"archive/zip"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/demo"

	"github.com/waymark-care/waymark/internal/web"
)

// What every answer has, and what none has.
var (
	titles  = regexp.MustCompile(`(?s)<head>.*?<title>(.*?)</title>.*?</head>`)
	scripts = regexp.MustCompile(`(?s)<script([^>]*)>(.*?)</script>`)
	inline  = regexp.MustCompile(`\s(style|on[a-z]+)\s*=`) // in a tag, in small letters
	address = regexp.MustCompile(`\s(href|src|action|formaction|poster|ping|srcset|data|cite|background)$`)
	ours    = regexp.MustCompile(`^(/([^/\\]|$)|#|\?|tel:[+0-9]+$|sms:[+0-9]+$|mailto:|about:blank$|data:image/)`)
)

const wantPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// wholesome checks what holds for every answer to anybody.
func (p *product) wholesome(t *testing.T, s *someone, r web.Route, path string, got answered) {
	t.Helper()
	fail := func(what string) {
		t.Helper()
		t.Errorf("%s: %s %.120s (%d): %s", s, r.Method, path, got.status, what)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": wantPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if name == "Content-Security-Policy" && r.Wakes && got.status == http.StatusOK { // it registers the service worker
			want = strings.Replace(want, "trusted-types 'none'", "trusted-types waymark-worker", 1)
		}
		if name == "Content-Security-Policy" && r.Plays && got.status == http.StatusOK { // it plays what is served from here
			want = strings.Replace(want, "img-src 'self' data:;", "img-src 'self' data:; media-src 'self';", 1)
		}
		if name == "Content-Security-Policy" && r.Records && got.status == http.StatusOK { // it shows what its script made
			want = strings.Replace(want, "img-src 'self' data:;", "img-src 'self' data: blob:; media-src blob:;", 1)
		}
		if got.header.Get(name) != want {
			fail(name + " is " + got.header.Get(name))
		}
	}
	if !moved(got) && got.header.Get("Cache-Control") != "no-store" {
		fail("it may be kept in a cache")
	}
	if strings.Contains(got.body, ` data-whose="`) && strings.Count(got.body, ` method="post"`) != strings.Count(got.body, ` name="whose-page" value="`+p.page(s)+`"`) {
		fail("a form does not say whose page it is on")
	}
	page := p.read(got)
	for _, wrong := range page.wrong {
		fail(wrong)
	}
	for _, name := range page.names {
		if !p.mayName(s, name) {
			fail("it names " + name)
		}
	}
	for _, word := range page.words {
		i := slices.IndexFunc(p.all, func(c *someone) bool { return c.words == word })
		if i < 0 || !p.mayRead(s, p.all[i]) {
			fail("it shows words from the record of somebody else")
		}
	}
}

// unpacked is the body of an answer, or what stands in the texts of an archive: in
// packed bytes there is every short name sooner or later.
func unpacked(got answered) string {
	if got.header.Get("Content-Type") != "application/zip" || got.status != http.StatusOK {
		return got.body
	}
	files, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
	if err != nil {
		return "an archive that does not open: " + err.Error()
	}
	var all strings.Builder
	for _, f := range files.File {
		r, err := f.Open()
		if err != nil {
			return "a file that does not open: " + err.Error()
		}
		text, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return "a file that cannot be read: " + err.Error()
		}
		if utf8.Valid(text) {
			all.WriteString(f.Name + "\n" + string(text) + "\n")
		}
	}
	return all.String()
}

// A reading is what stands in an answer.
type reading struct{ wrong, names, words []string }

// read reads an answer, once if it is given often.
func (p *product) read(got answered) reading {
	where := append(got.header.Values("Location"), got.header.Values("Waymark-Go")...)
	key := strings.Join(where, " ") + got.header.Get("Content-Type") + got.body
	p.reads.Lock()
	defer p.reads.Unlock()
	if r, known := p.readings[key]; known {
		return r
	}
	var r reading
	got.body = strings.ReplaceAll(got.body, strings.Repeat("x", 1<<10), "x")       // what a form of a megabyte gets back
	file := strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") // it is kept, and works alone
	if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") && len(where) == 0 && !file {
		r.wrong = markup(got.body)
	}
	for _, u := range addresses(got.body) {
		where = append(where, html.UnescapeString(u))
	}
	said := unpacked(got)
	for _, u := range where {
		if strings.HasPrefix(u, "otpauth:") { // opens the authenticator of whoever's second step it is, which has to say for whom
			continue
		}
		if !ours.MatchString(u) {
			r.wrong = append(r.wrong, "it leads elsewhere: "+u)
		}
		plain, err := url.QueryUnescape(u)
		if err != nil {
			plain = u
		}
		if who := p.whom(plain); len(who) > 0 && !strings.HasPrefix(u, "mailto:") {
			r.wrong = append(r.wrong, "an address names "+who[0])
		}
	}
	for _, values := range got.header {
		said += "\n" + strings.Join(values, "\n")
	}
	r.names, r.words = p.whom(said), words.FindAllString(said, -1)
	if p.readings == nil {
		p.readings = make(map[string]reading)
	}
	p.readings[key] = r
	return r
}

func markup(body string) (wrong []string) {
	if m := titles.FindStringSubmatch(body); m == nil || m[1] != "Waymark" {
		wrong = append(wrong, "the title is not Waymark")
	}
	for _, m := range scripts.FindAllStringSubmatch(body, -1) {
		if !strings.Contains(m[1], ` src="/assets/`) || strings.TrimSpace(m[2]) != "" {
			wrong = append(wrong, "there is a script in the page: "+m[0])
		}
	}
	small := strings.ToLower(body)
	for _, no := range []string{"<style", "javascript:", "<base", "http-equiv"} {
		if strings.Contains(small, no) {
			wrong = append(wrong, "there is style or script in the page: "+no)
		}
	}
	for _, after := range strings.Split(small, "<")[1:] {
		tag, _, _ := strings.Cut(after, ">")
		if !strings.Contains(tag, "style") && !strings.Contains(tag, "on") {
			continue // as in most, and a hundred times faster to see
		}
		if m := inline.FindString(tag); m != "" {
			wrong = append(wrong, "there is style or script in the page: <"+tag)
		}
	}
	return wrong
}

// addresses are the values of all attributes that lead somewhere.
func addresses(body string) (all []string) {
	for {
		before, after, there := strings.Cut(body, `="`)
		value, rest, ends := strings.Cut(after, `"`)
		switch {
		case !there:
			return all
		case ends && address.MatchString(strings.ToLower(before[max(0, len(before)-12):])):
			all, body = append(all, value), rest
		default:
			body = after
		}
	}
}

// whom is whose names and addresses stand in a text, as words of their own.
func (p *product) whom(text string) (all []string) {
	if p.names == nil {
		for _, q := range p.Cast {
			p.names = append(p.names, q.Name, strings.ToLower(q.Email), q.Email)
		}
		slices.Sort(p.names)
		p.names = slices.DeleteFunc(slices.Compact(p.names), func(name string) bool { return name == "" })
	}
	for _, name := range p.names {
		for rest := text; ; {
			before, after, there := strings.Cut(rest, name)
			if !there {
				break
			}
			if !wordAt(before, len(before)-1) && !wordAt(after, 0) {
				all = append(all, name)
				break
			}
			rest = name[len(name)-1:] + after
		}
	}
	return all
}

// wordAt says whether what stands at a place of text belongs to a word.
func wordAt(text string, at int) bool {
	if at < 0 || at >= len(text) {
		return false
	}
	c := text[at]
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

var words = regexp.MustCompile(`Wq[0-9a-f]{32}`)

// mayRead says whether s may read what stands in the client's record.
func (p *product) mayRead(s, client *someone) bool {
	return s.is(web.SignedIn) && (s.ID == client.ID || reads(p, s, client.ID))
}

// mayName says whether s may learn the name, or the address, of somebody.
func (p *product) mayName(s *someone, name string) bool {
	i := slices.IndexFunc(p.Cast, func(q demo.Player) bool { return q.Name == name || strings.EqualFold(q.Email, name) })
	one, address := p.Cast[i], p.Cast[i].Name != name
	staff := one.Role != "client" && one.Role != "invited" && one.Role != "erased"
	switch {
	case !s.is(web.SignedIn) || one.Practice != s.Practice:
		return false
	case s.ID == one.ID:
		return true
	case s.Role == "manager":
		return one.Role != "erased"
	case s.Role == "client": // who treats them, or did, or opened their record
		by := p.treats(s.ID)
		return !address && (by != nil && by.ID == one.ID || one.Name == "Otis" && s.Name == "Olga" || p.glass(&someone{Player: one}, s.ID))
	case staff:
		return !address
	}
	return reads(p, s, one.ID)
}

// The files of the pages name no other host either.
func TestEveryAssetStaysAtHome(t *testing.T) {
	elsewhere := regexp.MustCompile(`(?i)(url\(\s*["']?|import\s*\(?\s*["']|from\s*["']|fetch\(\s*["'])(https?:)?//`)
	eachAsset(t, func(path, text string) {
		if m := elsewhere.FindString(text); m != "" {
			t.Errorf("%s asks elsewhere: %s", path, m)
		}
	})
}

// eachAsset asks the site for every file that pages ask for.
func eachAsset(t *testing.T, f func(path, text string)) {
	t.Helper()
	c := config{Data: shortDir(t) + "/data", Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	p := newProduct(t, c)
	asked := make(map[string]bool)
	queue := []string{"/", "/help", "/sign-in", "/ui"}
	cleo := &someone{Player: *p.named("Cleo"), cookie: p.signsIn(t, p.named("Cleo").Practice, p.named("Cleo").ID)}
	ada := &someone{Player: *p.named("Ada"), cookie: p.signsIn(t, p.named("Ada").Practice, p.named("Ada").ID)}
	named := regexp.MustCompile(`/assets/[A-Za-z0-9._/-]+`)
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if asked[path] {
			continue
		}
		asked[path] = true
		got := p.gets(nil, path)
		if got.status != http.StatusOK {
			t.Errorf("GET %s: %d", path, got.status)
		}
		f(path, got.body)
		queue = append(queue, named.FindAllString(got.body, -1)...)
		for _, s := range []*someone{cleo, ada} {
			queue = append(queue, named.FindAllString(p.gets(s, "/today").body+p.gets(s, "/my/week").body, -1)...)
		}
	}
	if len(asked) < 6 {
		t.Errorf("only %v were asked for", asked)
	}
}
