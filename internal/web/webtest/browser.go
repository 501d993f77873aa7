package webtest

import (
	"encoding/hex"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A Browser keeps cookies, and the last page that it was shown. It belongs to
// one person, or to nobody.
type Browser struct {
	Cookies map[string]string
	Body    string // of the last page

	t    *testing.T
	site *Site
}

// Do sends a request as this browser would, and keeps the cookies that come back.
func (b *Browser) Do(r *http.Request) *httptest.ResponseRecorder {
	for name, value := range b.Cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	b.says(r)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	w := httptest.NewRecorder()
	b.site.Handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.Cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.Cookies, c.Name)
		}
	}
	b.Body = w.Body.String()
	return w
}

// What says whose page it is, in a form and from a script (web.Visitor).
const pageField, pageHeader = "whose-page", "Waymark-Page"

// mark is that of the pages of whoever is signed in; of nobody it is empty.
func (b *Browser) mark() string {
	cookie := b.Cookies[b.site.Cookie()]
	if cookie == "" {
		return ""
	}
	ctx, visit := b.site.World.Door.Brief(b.t.Context())
	who, err := b.site.Accounts.Who(ctx, cookie)
	if settled := visit.Settle(); err != nil || settled != nil {
		return ""
	}
	return hex.EncodeToString(b.site.World.Door.Lookup(who.Actor.Practice, "page of "+who.Actor.ID))
}

// says has a form come from a page of whoever is signed in, as a page's script does, unless
// it says itself by its header, which may be empty, whose page it comes from.
func (b *Browser) says(r *http.Request) {
	if _, said := r.Header[pageHeader]; said || r.Method != http.MethodPost {
		return
	}
	if mark := b.mark(); mark != "" {
		r.Header.Set(pageHeader, mark)
	}
}

// Get asks for a page.
func (b *Browser) Get(path string) *httptest.ResponseRecorder {
	return b.Do(b.request(http.MethodGet, path, nil))
}

// Submit sends a form of names and values in turn.
func (b *Browser) Submit(path string, fields ...string) *httptest.ResponseRecorder {
	return b.Do(b.request(http.MethodPost, path, formOf(fields)))
}

func formOf(fields []string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return form
}

func (b *Browser) request(method, path string, form url.Values) *http.Request {
	r := httptest.NewRequestWithContext(b.t.Context(), method, b.site.Origin+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return r
}

// A Reply is what a browser got.
type Reply struct {
	Status int
	Body   string
	To     string // where it is sent on to, by redirection or by a header that the script follows
	Header http.Header
}

var tags = regexp.MustCompile(`(?s)<[^>]*>`)

// Text is what can be read of the page: without tags, and without double spaces.
func (r Reply) Text() string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(r.Body, " "))), " ")
}

// Send sends any request; header holds names and values in turn.
func (b *Browser) Send(method, path string, form url.Values, header ...string) Reply {
	if !slices.Contains(header, pageHeader) && form.Has(pageField) && b.mark() != "" { // from a page of their own, whatever page it was read on
		form = maps.Clone(form)
		form.Del(pageField)
	}
	r := b.request(method, path, form)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := b.Do(r)
	to := w.Header().Get("Location")
	if on := w.Header().Get("Waymark-Go"); on != "" {
		to = on
	}
	return Reply{Status: w.Code, Body: w.Body.String(), To: to, Header: w.Header()}
}

// Open shows a page, which must be there.
func (b *Browser) Open(path string) Reply {
	b.t.Helper()
	r := b.Send(http.MethodGet, path, nil)
	if r.Status != http.StatusOK {
		b.t.Fatalf("GET %s: got %d %s\n%s", path, r.Status, r.To, r.Text())
	}
	return r
}

// Post sends a form of names and values in turn, which must be answered with want.
func (b *Browser) Post(path string, want int, fields ...string) Reply {
	b.t.Helper()
	return b.PostForm(path, formOf(fields), want)
}

// PostForm sends form, which must be answered with want.
func (b *Browser) PostForm(path string, form url.Values, want int, header ...string) Reply {
	b.t.Helper()
	r := b.Send(http.MethodPost, path, form, header...)
	if r.Status != want {
		b.t.Fatalf("POST %s: got %d, want %d\n%s", path, r.Status, want, r.Text())
	}
	return r
}

// Want checks how a request was answered.
func (b *Browser) Want(status int, got *httptest.ResponseRecorder) {
	b.t.Helper()
	if got.Code != status {
		b.t.Fatalf("got %d %s, want %d\n%s", got.Code, got.Header().Get("Location"), status, got.Body)
	}
}

// WantTo checks that the browser is sent on to path.
func (b *Browser) WantTo(path string, got *httptest.ResponseRecorder) {
	b.t.Helper()
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != path {
		b.t.Fatalf("got %d %s, want to go on to %s\n%s", got.Code, got.Header().Get("Location"), path, got.Body)
	}
}

// Has checks that the last page holds the texts, as they stand in its HTML.
func (b *Browser) Has(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		if !strings.Contains(b.Body, text) {
			b.t.Errorf("the page does not have %q:\n%s", text, b.Body)
		}
	}
}

// Hidden is what the form of the last page carries under name.
func (b *Browser) Hidden(name string) string {
	b.t.Helper()
	return Hidden(b.t, Reply{Body: b.Body}, name)
}

var hiddenFields = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// Carried is what the forms of a page carry out of sight.
func Carried(r Reply) url.Values {
	form := url.Values{}
	for _, m := range hiddenFields.FindAllStringSubmatch(r.Body, -1) {
		form.Add(m[1], html.UnescapeString(m[2]))
	}
	return form
}

var (
	typed     = regexp.MustCompile(`<(?:input|textarea)[^>]* maxlength="(\d+)"[^>]*>`)
	nameOfTag = regexp.MustCompile(` name="([^"]*)"`)
)

// Brimful is what the forms of a page carry, with every field that has a greatest length
// filled up to it: with one sign that counts twice, and with those that take the most
// bytes for what they count.
func Brimful(r Reply) url.Values {
	form := Carried(r)
	for _, m := range typed.FindAllStringSubmatch(r.Body, -1) {
		most, _ := strconv.Atoi(m[1])
		if name := nameOfTag.FindStringSubmatch(m[0]); name != nil && most > 10 { // less is a number's
			form.Set(name[1], "\U0001F642"+strings.Repeat("\u5fc3", most-2))
		}
	}
	return form
}

// Hidden is what the page carries for its form under name.
func Hidden(t *testing.T, r Reply, name string) string {
	t.Helper()
	form := Carried(r)
	if !form.Has(name) {
		t.Fatalf("the page has no hidden field %q:\n%s", name, r.Text())
	}
	return form.Get(name)
}

// Has checks that the page says all that is wanted.
func Has(t *testing.T, r Reply, wanted ...string) {
	t.Helper()
	text := r.Text()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%s", want, text)
		}
	}
}

// HasNot checks that none of the texts stands in the page, not even in its HTML.
func HasNot(t *testing.T, r Reply, unwanted ...string) {
	t.Helper()
	for _, bad := range unwanted {
		if strings.Contains(r.Body, bad) || strings.Contains(r.Text(), bad) {
			t.Errorf("the page says %q:\n%s", bad, r.Text())
		}
	}
}

var secret = regexp.MustCompile(`<(?:input|textarea)[^>]*data-secret[^>]*>`)

// KeepsSecrets fails unless the last page has so many fields whose words only a browser
// may know, and none that is sent with a form, or that the browser keeps or asks somebody
// else about.
func (b *Browser) KeepsSecrets(fields int) {
	b.t.Helper()
	all := secret.FindAllString(b.Body, -1)
	if len(all) != fields {
		b.t.Errorf("the page has %d such fields, want %d", len(all), fields)
	}
	for _, field := range all {
		if strings.Contains(field, " name=") || !strings.Contains(field, ` spellcheck="false"`) || !strings.Contains(field, ` autocomplete="off"`) {
			b.t.Errorf("what is typed here leaves the page: %s", field)
		}
	}
}
