package client

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/web/ui"
)

const (
	toBeginning = "/beginning"
	toAgreement = "/beginning/agreement"
)

// beginnings are what waits for a client at the beginning of the work; nothing if
// nothing does.
func (p *Pages) beginnings(r *http.Request, known names) (all []ui.LineProps, err error) {
	actor, record := own(r)
	waits, err := p.Intakes.Waits(r.Context(), actor, record)
	if err != nil || waits.Nothing() {
		return nil, err
	}
	if n := len(waits.Parts); n > 0 {
		by, err := p.nameOf(r.Context(), actor, known, waits.By)
		if err != nil {
			return nil, err
		}
		note := "As much or as little as you like, and “not now” is there."
		if waits.Note != "" {
			note = capital(first(by)) + ": “" + waits.Note + "”"
		}
		all = append(all, ui.LineProps{Icon: "write", Text: "Something about you beforehand: " + count(n, "part", "parts"), Href: toBeginning, Note: note})
	}
	if waits.Terms > 0 {
		by, err := p.nameOf(r.Context(), actor, known, waits.Sign)
		if err != nil {
			return nil, err
		}
		who := "Whoever works with you"
		if by != "" {
			who = first(by)
		}
		all = append(all, ui.LineProps{Icon: "done", Text: "Our working agreement", Href: toAgreement, Note: who + " has signed it. Read it, change it, sign it or leave it."})
	}
	return all, nil
}
