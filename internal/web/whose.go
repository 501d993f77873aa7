package web

import (
	"bytes"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// Several people may use one browser: what one types on a page must not end in the record
// of another, who has signed in there meanwhile in another window. So each page of somebody
// who is signed in says with every form that it sends whose page it is, by a mark. It is
// put in here, into every page that is shown, and looked at here, before anything of what
// was sent is read by the page, shown again or kept:
//
//   - a form carries it in a hidden field, its last one;
//   - a script that sends something else has it from data-page of the body, and says it in
//     a header, also where it only asks for something (shared/whose.ts);
//   - what waited on a phone says whose it is in a header of its own (away.go).
//
// What is for anybody does not ask for it: signing in, and out, has to work from any page.
// Programs sign in with each request, and have no pages.

const (
	pageField  = "whose-page"
	pageHeader = "Waymark-Page"
)

// page is the mark of whose page it is: the same on every page of theirs and after each
// sign-in of theirs, another one for everybody else, and keyed, so that it says who it is
// to nobody but us.
func (v *Visitor) page() string {
	return hex.EncodeToString(v.site.door.Lookup(v.Actor.Practice, "page of "+v.Actor.ID))
}

// whosePage refuses what comes from a page of somebody other than who is signed in, and
// takes the field away, which no page is to see.
func (v *Visitor) whosePage(r *http.Request) error {
	if !v.In() {
		return nil // it is kept, to be sent again by whoever signs in
	}
	said := r.PostForm[pageField]
	for _, form := range []map[string][]string{r.PostForm, r.Form} {
		delete(form, pageField)
	}
	if r.MultipartForm != nil {
		delete(r.MultipartForm.Value, pageField)
	}
	if v.route.Audience == Anyone || v.route.Audience.program() {
		return nil
	}
	if header := r.Header.Get(pageHeader); header != "" {
		said = append(said, header)
	}
	for _, mark := range said {
		if subtle.ConstantTimeCompare([]byte(mark), []byte(v.page())) == 0 {
			v.strange = true
			return fault.New(fault.Another, "", "Somebody else has signed in in this browser since this page was opened. Nothing was saved, for neither of you.")
		}
	}
	if len(said) == 0 && r.Method == http.MethodPost && !fromBox(r) {
		v.strange = true
		return fault.New(fault.Another, "", "This page does not say whose it is: it was open here before Waymark was renewed. Nothing was saved. Go back in your browser and copy what you wrote; then open the page anew, and send it from there.")
	}
	return nil
}

// says puts into page, which is shown to v, whose it is.
func (v *Visitor) says(page *bytes.Buffer) {
	if v.site == nil || !v.In() {
		return
	}
	const body, end = ` data-whose="`, "</form>"
	mark := v.page()
	field := `<input type="hidden" name="` + pageField + `" value="` + mark + `">`
	text := page.String()
	page.Reset()
	if before, after, ok := strings.Cut(text, body); ok {
		page.WriteString(before + ` data-page="` + mark + `"` + body)
		text = after
	}
	for {
		at := strings.Index(text, end)
		if at < 0 {
			break
		}
		page.WriteString(text[:at])
		if posts(text[:at]) {
			page.WriteString(field)
		}
		page.WriteString(end)
		text = text[at+len(end):]
	}
	page.WriteString(text)
}

// posts says whether the last form that begins in text is sent by POST.
func posts(text string) bool {
	at := strings.LastIndex(text, "<form")
	if at < 0 {
		return false
	}
	tag, _, _ := strings.Cut(text[at:], ">")
	return strings.Contains(tag, ` method="post"`)
}
