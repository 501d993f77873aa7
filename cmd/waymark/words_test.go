package main

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A form as it stands in a page.
type pageForm struct {
	action string
	keep   string     // under which the device keeps it
	fields url.Values // as they are filled in
}

var (
	formTags  = regexp.MustCompile(`(?s)<form[^>]*\saction="([^"]*)"[^>]*>(.*?)</form>`)
	inputTags = regexp.MustCompile(`(?s)<input[^>]*>`)
	areaTags  = regexp.MustCompile(`(?s)<textarea[^>]*\sname="([^"]*)"[^>]*>(.*?)</textarea>`)
	listTags  = regexp.MustCompile(`(?s)<select[^>]*\sname="([^"]*)"[^>]*>(.*?)</select>`)
	chosenTag = regexp.MustCompile(`<option value="([^"]*)"[^>]*\sselected`)
	keepTag   = regexp.MustCompile(`^<form[^>]*\sdata-keep="([^"]*)"`)
	valueTag  = regexp.MustCompile(`\svalue="([^"]*)"`)
	attribute = regexp.MustCompile(`\s([a-z-]+)(?:="([^"]*)")?`)
)

// formsIn are the forms of a page, read as a browser without script does.
func formsIn(body string) (all []pageForm) {
	for _, m := range formTags.FindAllStringSubmatch(body, -1) {
		f := pageForm{action: html.UnescapeString(m[1]), fields: make(url.Values)}
		if keep := keepTag.FindStringSubmatch(m[0]); keep != nil {
			f.keep = html.UnescapeString(keep[1])
		}
		for _, tag := range inputTags.FindAllString(m[2], -1) {
			a := make(map[string]string)
			for _, pair := range attribute.FindAllStringSubmatch(tag, -1) {
				a[pair[1]] = html.UnescapeString(pair[2])
			}
			_, checked := a["checked"]
			if a["name"] != "" && (checked || a["type"] != "radio" && a["type"] != "checkbox") {
				f.fields.Add(a["name"], a["value"])
			}
		}
		for _, area := range areaTags.FindAllStringSubmatch(m[2], -1) {
			f.fields.Set(area[1], strings.TrimPrefix(html.UnescapeString(area[2]), "\n"))
		}
		for _, list := range listTags.FindAllStringSubmatch(m[2], -1) {
			if chosen := chosenTag.FindStringSubmatch(list[2]); chosen != nil {
				f.fields.Set(list[1], html.UnescapeString(chosen[1]))
			}
		}
		all = append(all, f)
	}
	return all
}

// formTo is the form of the page that leads to an address that ends so.
func formTo(t *testing.T, a answered, end string) pageForm {
	t.Helper()
	for _, f := range formsIn(a.body) {
		if strings.HasSuffix(f.action, end) {
			return f
		}
	}
	t.Fatalf("there is no form to %s on the page (%d):\n%s", end, a.status, a.body)
	return pageForm{}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// told is what a page says, and what stands in its fields, without spaces and lines.
func told(body string) string {
	text := tags.ReplaceAllStringFunc(body, func(tag string) string {
		value := valueTag.FindStringSubmatch(tag)
		if value == nil {
			return ""
		}
		return value[1]
	})
	return strings.Join(strings.Fields(html.UnescapeString(text)), "")
}

// longWords are what somebody wrote for a while.
const longWords = "First line, with “quotes” & <signs>.\nSecond line.\n\nA last one."

// A writing is a form with something long in it.
type writing struct {
	who, page, to string // page: where the form is; to: how its address ends
	fields        map[string]string
}

func (p *product) writings() []writing {
	bela := p.find("Bela")
	flag := "/clients/" + bela.ID + "/flags/" + bela.has["flag"][0]
	return []writing{
		{"Cleo", flag, "/close", map[string]string{"note": longWords}},
		{"Cleo", "/clients/new", "/clients/new", map[string]string{"name": "Hanno of the long name", "email": "hanno@example.org"}},
		{"Cleo", "/clients/" + bela.ID + "/ask", "/ask", map[string]string{"instrument": "phq-9", "rhythm": "once", "reason": longWords}},
		{"Cleo", "/clients/" + bela.ID + "/sessions", "/sessions", map[string]string{"day": time.Now().AddDate(0, 0, 20).Format(time.DateOnly), "clock": "09:15", "place": "The room with the long name"}},
		{"Mona", "/practice", "/practice", map[string]string{"about": longWords, "crisis": "You can ring us.\nAlways."}},
		{"Mona", "/practice/page", "/practice/page", map[string]string{"approach": longWords, "elsewhere": "Somebody else.\nAlways."}},
		{"Cleo", "/profile", "/profile", map[string]string{"about": longWords, "title": "A title of some length"}},
		{"Ada", "/account/name", "/account/name", map[string]string{"name": "Ada of the long name", "phone": "020 7946 0000"}},
		{"Cleo", "/account/name", "/account/name", map[string]string{"name": "Cleo of the long name", "phone": "020 7946 0001"}},
	}
}

// fillsIn opens the page and writes.
func (p *product) fillsIn(t *testing.T, w writing) pageForm {
	t.Helper()
	got := p.gets(p.find(w.who), w.page)
	if got.status != http.StatusOK {
		t.Fatalf("%s: GET %s: %d", w.who, w.page, got.status)
	}
	f := formTo(t, got, w.to)
	for _, one := range formsIn(got.body) { // of several that lead there, the one for this decision, or for something new
		move, revision := one.fields.Get("move"), w.fields["revision"]
		if move != "" && move == w.fields["move"] || revision != "" && strings.HasSuffix(one.action, w.to) && revision == one.fields.Get("revision") {
			f = one
		}
	}
	for name, value := range w.fields {
		f.fields.Set(name, strings.ReplaceAll(value, "\n", "\r\n")) // as browsers send it
	}
	return f
}

func TestWhatSomebodyTypedSurvivesAnExpiredSignIn(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		for _, w := range slices.Concat(p.writings(), p.hourWritings(t), p.wayWritings(t)) {
			t.Run(w.who+strings.ReplaceAll(w.to, "/", " "), func(t *testing.T) {
				s := p.find(w.who)
				s.cookie = p.signsIn(t, s.Practice, s.ID)
				f := p.fillsIn(t, w)
				p.passed.Add(int64(40 * time.Minute))
				before := p.kept(t)
				out := p.posts(s, f.action, f.fields)
				if out.status != http.StatusUnauthorized {
					t.Fatalf("status %d, want 401", out.status)
				}
				again := formTo(t, out, f.action)
				for name, values := range f.fields {
					if !slices.Equal(again.fields[name], values) {
						t.Errorf("%s comes back as %q, typed was %q", name, again.fields[name], values)
					}
				}
				for _, value := range w.fields {
					if strings.ContainsAny(value, "\n") && !strings.Contains(out.body, html.EscapeString(strings.ReplaceAll(value, "\n", "\r\n"))) {
						t.Errorf("%q is not there to be read", value)
					}
				}
				if wrong := changed(before, p.kept(t)); len(wrong) > 0 {
					t.Errorf("signed out, and changed %v", wrong)
				}
				s.cookie = p.signsIn(t, s.Practice, s.ID)
				first := p.posts(s, again.action, again.fields)
				if first.status != http.StatusSeeOther && first.status != http.StatusOK {
					t.Fatalf("sent again after signing in: %d\n%s", first.status, first.body)
				}
				p.forgets(t, s, f, first)
				once := p.kept(t)
				second := p.posts(s, again.action, again.fields)
				if second.status >= 500 || second.status == http.StatusNotFound {
					t.Errorf("sent a second time: %d", second.status)
				}
				if wrong := changed(once, p.kept(t)); len(wrong) > 0 {
					t.Errorf("sent a second time it made something more in %v", wrong)
				}
			})
		}
	})
}

func TestOfTwoDevicesBothWordsAreShown(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		for _, w := range slices.Concat(p.writings(), p.hourWritings(t), p.wayWritings(t)) {
			if makes(w) {
				continue
			}
			t.Run(w.who+strings.ReplaceAll(w.to, "/", " "), func(t *testing.T) {
				s := p.find(w.who)
				one, other := p.fillsIn(t, w), p.fillsIn(t, w)
				for name, value := range w.fields {
					if strings.ContainsAny(value, " \n") {
						other.fields.Set(name, "Otherwise, "+name)
					}
				}
				if got := p.posts(s, one.action, one.fields); got.status != http.StatusSeeOther {
					t.Fatalf("the first device: %d\n%s", got.status, got.body)
				}
				before := p.kept(t)
				got := p.posts(s, other.action, other.fields)
				if got.status != http.StatusConflict {
					t.Fatalf("the second device: %d, want 409\n%s", got.status, got.body)
				}
				if wrong := changed(before, p.kept(t)); len(wrong) > 0 {
					t.Errorf("the second device changed %v", wrong)
				}
				said := told(got.body)
				for name, value := range w.fields {
					for _, want := range []string{value, "Otherwise, " + name} {
						if !strings.ContainsAny(value, " \n") {
							continue // no words
						}
						if !strings.Contains(said, strings.Join(strings.Fields(want), "")) {
							t.Errorf("%q is not on the page of the conflict", want)
						}
					}
				}
				if ends(w) {
					return
				}
				again := formTo(t, got, w.to)
				if do := w.fields["do"]; do != "" { // a button's
					again.fields.Set("do", do)
				}
				if got := p.posts(s, again.action, again.fields); got.status != http.StatusSeeOther {
					t.Errorf("sent after a look at both: %d\n%s", got.status, got.body)
				}
			})
		}
	})
}

// Eight devices send the same form at once: it is kept once, and each is told so.
func TestTheSameFormFromManyDevicesIsKeptOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		ada := p.find("Ada")
		f := formTo(t, p.gets(ada, "/my/asks/"+ada.has["ask"][0]+"/0"), "/0")
		for i := range 7 {
			f.fields.Set(fmt.Sprintf("q%d", i+1), "2")
		}
		var all sync.WaitGroup
		codes := make([]int, 8)
		for i := range codes {
			all.Go(func() { codes[i] = p.posts(ada, f.action, f.fields).status })
		}
		all.Wait()
		for _, code := range codes {
			if code != http.StatusSeeOther {
				t.Errorf("answered with %v", codes)
				break
			}
		}
		given := 0
		for _, line := range strings.Split(p.kept(t)["occasion"], "\n") {
			if strings.Contains(line, ada.has["ask"][0]) && strings.Contains(line, "|given|") {
				given++
			}
		}
		if given != 1 {
			t.Errorf("it is there %d times", given)
		}
		f.fields.Set("q1", "0")
		got := p.posts(ada, f.action, f.fields)
		if got.status != http.StatusConflict || !strings.Contains(got.body, "Chosen here") {
			t.Errorf("other answers from one more device: %d", got.status)
		}
	})
}
