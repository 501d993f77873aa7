package web

import (
	"bytes"
	"context"
	"html"
	"net/http"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/web/ui"
)

// giveBack sees to it that nothing somebody wrote is missing from a page that says it
// was not kept. A page has it in its form as a rule; where the form is gone, because
// what it was about was closed, taken off or taken over meanwhile, the words are shown
// by themselves, to be copied.
func giveBack(r *http.Request, page *bytes.Buffer) error {
	there, missing := "", []ui.KeptText(nil)
	for _, name := range sortedNames(r.PostForm) {
		if slices.Contains(secret, name) {
			continue
		}
		for _, value := range r.PostForm[name] {
			bare := squeezed(value)
			if !strings.ContainsAny(strings.TrimSpace(value), " \n") {
				continue // no words: a choice, an id, a day
			}
			if there == "" {
				there = squeezed(html.UnescapeString(page.String()))
			}
			if !strings.Contains(there, bare) {
				missing = append(missing, ui.KeptText{Text: value})
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	var block bytes.Buffer
	if err := ui.NotKept(missing).Render(context.WithoutCancel(r.Context()), &block); err != nil {
		return err
	}
	text := page.String()
	at := strings.Index(text, "</h1>")
	if at < 0 {
		return nil
	}
	at += len("</h1>")
	page.Reset()
	page.WriteString(text[:at])
	block.WriteTo(page)
	page.WriteString(text[at:])
	return nil
}

// squeezed is text without its spaces, which pages set as they like.
func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }
