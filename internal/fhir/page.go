package fhir

import (
	"cmp"
	"crypto/hmac"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/tree"
)

// answers are what a search found: a page of it, and where the next begins.
type answers struct {
	page  []found
	next  string // empty: that was all
	total int    // -1: not counted
}

type link struct {
	Relation string `json:"relation"`
	URL      string `json:"url"`
}

// A Pager marks where a page ended, so that nobody can make up such a mark: what it
// says is taken up without a further question.
type Pager struct{ door *access.Door }

// NewPager returns a pager; door has the key.
func NewPager(door *access.Door) *Pager { return &Pager{door} }

func (p *Pager) mark(c *call, q query, at string) []byte {
	return p.door.Lookup(c.actor.Practice, strings.Join([]string{"fhir page", c.actor.ID, c.kind.name, q.fixed(), at}, "\x00"))
}

// fixed is what must stay the same from page to page.
func (q query) fixed() string { return q.values.Encode() + " " + q.sort + q.path }

// after is where the page before ended; empty for the first.
func (c *call) after(q query) (string, error) {
	if q.page == "" {
		return q.from, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(q.page)
	if err == nil && len(b) > 16 {
		at := string(b[16:])
		if hmac.Equal(b[:16], c.api.Pages.mark(c, q, at)) {
			return at, nil
		}
	}
	return "", badParam("_page", "is not one that was given out for this search")
}

// bundle answers with a page of what was found, and what comes along with it.
func (c *call) bundle(q query, a answers) error {
	return c.sending(http.StatusOK, func(to []byte) ([]byte, error) {
		to = append(to, `{"resourceType":"Bundle","type":"searchset"`...)
		if a.total >= 0 {
			to = strconv.AppendInt(append(to, `,"total":`...), int64(a.total), 10)
		}
		to = tree.AppendText(append(to, `,"link":[{"relation":"self","url":`...), c.where(q, q.page))
		if a.next != "" {
			mark := append(c.api.Pages.mark(c, q, a.next), a.next...)
			to = tree.AppendText(append(to, `},{"relation":"next","url":`...), c.where(q, base64.RawURLEncoding.EncodeToString(mark)))
		}
		to = append(to, `}]`...)
		if q.only {
			return append(to, '}'), nil
		}
		more, err := c.along(q, a.page)
		if err != nil || len(a.page)+len(more) == 0 {
			return append(to, '}'), err
		}
		to = append(to, `,"entry":[`...)
		for i, f := range slices.Concat(a.page, more) {
			if i > 0 {
				to = append(to, ',')
			}
			to = tree.AppendText(append(to, `{"fullUrl":`...), c.base(), "/", f.Named(), "/", f.Ident())
			mode, shape := "match", q.shape
			if i >= len(a.page) {
				mode, shape = "include", record.Shape{}
			}
			if to, err = appendShaped(append(to, `,"resource":`...), f, shape); err != nil {
				return to, err
			}
			to = append(append(append(to, `,"search":{"mode":"`...), mode...), `"}}`...)
		}
		return append(to, `]}`...), nil
	})
}

// counted looks for no page but for how many there are on all of them.
func counted(look func(query) (answers, error)) func(query) (answers, error) {
	return func(q query) (answers, error) {
		q.count = mostCount
		for n := 0; ; {
			a, err := look(q)
			n += len(a.page)
			switch {
			case err != nil:
				return answers{}, err
			case a.total >= 0:
				return answers{total: a.total}, nil
			case a.next == "":
				return answers{total: n}, nil
			}
			q.from = a.next
		}
	}
}

// at is the address of f.
func (c *call) at(f found) string { return c.base() + "/" + f.Named() + "/" + f.Ident() }

func (c *call) where(q query, page string) string {
	values := url.Values{}
	for name, all := range q.values {
		values[name] = all
	}
	if q.count != usualCount {
		values.Set("_count", strconv.Itoa(q.count))
	}
	if q.sort != "" {
		values.Set("_sort", q.sort)
	}
	if q.only {
		values.Set("_summary", "count")
	} else if q.shape.Summary != "" {
		values.Set("_summary", q.shape.Summary)
	}
	if q.shape.Elements != "" {
		var names []string
		for e := range strings.FieldsSeq(q.shape.Elements) {
			if !strings.HasSuffix(e, "[x]") {
				names = append(names, e)
			}
		}
		values.Set("_elements", strings.Join(names, ","))
	}
	for _, name := range q.include {
		values.Add("_include", name)
	}
	if page != "" {
		values.Set("_page", page)
	}
	where := c.base() + "/" + cmp.Or(q.path, c.kind.name)
	if len(values) > 0 {
		where += "?" + values.Encode()
	}
	return where
}

// cut is the page of all, which are in order of id, that a query is for: for kinds of
// which there are never very many.
func cut[F found](c *call, q query, all []F) (answers, error) {
	after, err := c.after(q)
	if err != nil {
		return answers{}, err
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Ident() < all[j].Ident() })
	a := answers{total: -1}
	if !q.dated {
		a.total = len(all)
	}
	for _, f := range all {
		if f.Ident() <= after || !q.lately(f) {
			continue
		}
		if len(a.page) == q.count {
			a.next = a.page[len(a.page)-1].Ident()
			break
		}
		a.page = append(a.page, f)
	}
	return a, nil
}
