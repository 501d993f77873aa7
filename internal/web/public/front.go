package public

import (
	"net/http"
	"strings"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// front leads those who are signed in to their first page, and everybody else
// to the practice.
func (p *Pages) front(w http.ResponseWriter, r *http.Request) error {
	if v := web.VisitorOf(r); v.In() {
		return web.SeeOther(w, r, v.Home())
	}
	if one, ok := p.Facts.Only(); ok {
		return web.Show(w, r, http.StatusOK, practiceView(describe(r, p.Facts, one, true)))
	}
	page := practicesPage{Frame: plain(r, p.Facts), All: p.Facts.All()}
	page.Frame.Heading = "Practices here"
	if len(page.All) == 0 {
		page.Frame.Heading = "Not set up yet"
	}
	return web.Show(w, r, http.StatusOK, practicesView(page))
}

type practicesPage struct {
	Frame ui.FrameProps
	All   []person.Practice
}

func (p *Pages) practice(w http.ResponseWriter, r *http.Request) error {
	one, ok := p.Facts.At(r.PathValue("slug"))
	if !ok {
		return web.Absent()
	}
	return web.Show(w, r, http.StatusOK, practiceView(describe(r, p.Facts, one, true)))
}

// A practicePage is what a practice says of itself in public.
type practicePage struct {
	Frame     ui.FrameProps
	Practice  person.Practice
	Lead      string   // the first paragraph of what it says
	More      []string // the others
	Emergency safety.Emergency
	Help      string
	Open      bool // people can sign in
}

func describe(r *http.Request, facts *web.Facts, one person.Practice, open bool) practicePage {
	page := practicePage{Frame: plain(r, facts), Practice: one, Open: open, Help: "/help?p=" + one.Slug}
	country, _ := safety.Contacts(one.Country)
	page.Emergency = country.Emergency
	if all := paragraphs(one.About); len(all) > 0 {
		page.Lead, page.More = all[0], all[1:]
	}
	f := &page.Frame
	f.Audience, f.Brand, f.Home, f.Leave = ui.Public, one.Name, "/p/"+one.Slug, one.Leave
	if len(page.More) > 0 {
		f.Places = append(f.Places, ui.Place{Link: ui.Link{Text: "About us", Href: "#about"}})
	}
	f.Places = append(f.Places, ui.Place{Link: ui.Link{Text: "Get in touch", Href: "#contact"}})
	if open {
		f.Places = append(f.Places, ui.Place{Link: ui.Link{Text: "Sign in", Href: "/sign-in?p=" + one.Slug}})
	}
	f.Foot = foot(page)
	return page
}

// paragraphs are the parts of a text between empty lines.
func paragraphs(text string) []string {
	var all []string
	for _, part := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// tel is the address that calls a number as people write it; empty if it is none.
func tel(number string) string {
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == '+' {
			return c
		}
		return -1
	}, strings.ReplaceAll(number, "(0)", ""))
	if len(digits) < 3 || strings.LastIndex(digits, "+") > 0 {
		return ""
	}
	return "tel:" + digits
}
