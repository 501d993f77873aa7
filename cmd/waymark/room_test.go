package main

import (
	"cmp"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A letter of many scripts takes three bytes, and each of these three on the way.
const onTheWay = 9

// TestWhatAPageLetsBeTypedCanBeSent walks from page to page as people of the practice do,
// and reckons what each form weighs that is filled to the end of every field.
func TestWhatAPageLetsBeTypedCanBeSent(t *testing.T) {
	c := config{Data: shortDir(t) + "/data", Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	c.Mail = "dir:" + c.in("mail")
	p := newProduct(t, c)
	p.peopled(t)
	mux, rooms, measured := http.NewServeMux(), make(map[string]int64), make(map[string]bool)
	for _, r := range p.routes {
		if r.Method == http.MethodPost {
			mux.Handle("POST "+r.Pattern, http.NotFoundHandler())
			rooms["POST "+r.Pattern] = r.Room()
		}
	}
	for _, name := range []string{"nobody", "Bela", "Cleo", "Mona"} {
		s := p.find(name)
		queue, asked, times := []string{"/", "/p/linden-house", "/p/linden-house/begin", "/today", "/my/week", "/practice", "/account", "/exercises/new", "/methods/new"}, make(map[string]bool), make(map[string]int)
		for len(queue) > 0 && len(asked) < 500 {
			path := queue[0]
			queue = queue[1:]
			kind := ids.ReplaceAllString(strings.SplitN(path, "?", 2)[0], "*")
			if asked[path] || times[kind] > 1 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "/assets/") {
				continue
			}
			asked[path] = true
			times[kind]++
			got := p.gets(s, path)
			if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				continue
			}
			var form *weighed
			for _, m := range roomTags.FindAllStringSubmatch(got.body, -1) {
				tag := attrs(m[2])
				switch m[1] {
				case "a":
					to, _, _ := strings.Cut(tag["href"], "#")
					queue = append(queue, to)
				case "form":
					form = nil
					if strings.EqualFold(tag["method"], "post") && tag["enctype"] == "" {
						form = &weighed{to: cmp.Or(tag["action"], strings.SplitN(path, "?", 2)[0])}
					}
				case "/form":
					if form == nil {
						continue
					}
					u, err := url.Parse(form.to)
					if err != nil {
						t.Fatal(err)
					}
					_, pattern := mux.Handler(&http.Request{Method: http.MethodPost, URL: u})
					room, there := rooms[pattern]
					if measured[pattern] = there; there && form.bytes > room {
						t.Errorf("%s: the form of %s for %s weighs %d bytes, and %d are taken", s, path, pattern, form.bytes, room)
					}
					form = nil
				default:
					if form != nil {
						form.add(tag)
					}
				}
			}
		}
	}
	if len(measured) < 100 {
		t.Errorf("forms for only %d addresses were found", len(measured))
	}
}

var ids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

var (
	roomTags = regexp.MustCompile(`(?s)<(form|/form|a|input|textarea|select)\b([^>]*)>`)
	roomPair = regexp.MustCompile(`(?s)([a-z-]+)="([^"]*)"`)
)

func attrs(text string) map[string]string {
	all := make(map[string]string)
	for _, m := range roomPair.FindAllStringSubmatch(text, -1) {
		all[m[1]] = html.UnescapeString(m[2])
	}
	return all
}

// A weighed form is one with the bytes that it has on the way, filled to the end of every
// field. A field that has no end on the page is reckoned as it stands.
type weighed struct {
	to    string
	bytes int64
}

func (f *weighed) add(field map[string]string) {
	if field["name"] == "" {
		return
	}
	f.bytes += int64(len(url.QueryEscape(field["name"])) + 2)
	if most, err := strconv.Atoi(field["maxlength"]); err == nil {
		f.bytes += int64(most) * onTheWay
	} else {
		f.bytes += int64(len(url.QueryEscape(field["value"])))
	}
}
