package feed

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-ical"
	"github.com/emersion/go-webdav"
	"github.com/emersion/go-webdav/caldav"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/web"
)

// Where a program finds things. The addresses are the same for everybody: whose
// calendar it is, the app password says, and nobody else's can even be named.
const (
	davRoot = "/dav/"
	davSelf = "/dav/me/"
	davHome = "/dav/me/calendars/"
	davOwn  = "/dav/me/calendars/own/"
)

// A caller is a program that came in, and whom it acts for.
type caller struct {
	feeds *feed.Feeds
	actor access.Actor
	loc   *time.Location // of the practice

	body   []byte        // what it sent, whole
	all    []feed.Object // once they were asked for
	loaded bool
}

// objects is the calendar, read once in a request.
func (c *caller) objects(ctx context.Context) ([]feed.Object, error) {
	if c.loaded {
		return c.all, nil
	}
	var err error
	c.all, err = c.feeds.Objects(ctx, c.actor)
	c.loaded = err == nil
	return c.all, err
}

// byProgram answers a program that brings an app password; nobody else finds anything.
func (p *Pages) byProgram(page func(http.ResponseWriter, *http.Request, *caller) error) web.Page {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		if !strings.HasPrefix(p.Origin, "https://") && !near(r) {
			return say(w, http.StatusForbidden, "An app password is taken only over TLS.")
		}
		if err := p.Gate.enter(r); err != nil {
			return told(w, err)
		}
		c := &caller{feeds: p.Feeds}
		user, password, brought := r.BasicAuth()
		err := fault.Absent()
		if brought {
			c.actor, err = p.Feeds.Enter(r.Context(), feed.Key{User: user, Password: password})
		}
		switch {
		case fault.Is(err, fault.NotFound):
			if brought {
				if many := p.Gate.missed(r); many != nil {
					return told(w, many)
				}
			}
			w.Header().Set("WWW-Authenticate", `Basic realm="Waymark calendar", charset="UTF-8"`)
			return say(w, http.StatusUnauthorized, "Use the user name and the app password that were shown on the page “Calendar” of your account.")
		case err != nil:
			return told(w, err)
		}
		practice, _ := p.Facts.Of(c.actor.Practice)
		c.loc = practice.Location()
		access.Rest(r.Context()) // what arrives slowly keeps nobody waiting
		body, err := io.ReadAll(r.Body)
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			return say(w, http.StatusRequestEntityTooLarge, "This is larger than can be kept.")
		case err != nil:
			return say(w, http.StatusBadRequest, "This request did not arrive whole.")
		}
		c.body = body
		return told(w, page(w, r, c))
	}
}

// place answers at the addresses above the calendar.
func (p *Pages) place(w http.ResponseWriter, r *http.Request, c *caller) error {
	if r.Method == http.MethodOptions {
		return options(w, "OPTIONS, PROPFIND")
	}
	q, err := read(r, c.body)
	if err != nil {
		return say(w, http.StatusBadRequest, "This request cannot be read.")
	}
	if q.finite(w) {
		return nil
	}
	root := resource{davRoot, rootProps()}
	self := resource{davSelf, selfProps()}
	home := resource{davHome, homeProps()}
	var all []resource
	switch r.URL.Path {
	case davRoot:
		all = []resource{root, self}
	case davSelf:
		all = []resource{self, home}
	case davHome:
		all = []resource{home}
		if q.depth > 0 {
			objects, err := c.objects(r.Context()) // its tag depends on them
			if err != nil {
				return err
			}
			all = append(all, resource{davOwn, ownProps(objects)})
		}
	}
	if q.depth == 0 {
		all = all[:1]
	}
	return q.answer(w, all)
}

// own answers at the calendar itself.
func (p *Pages) own(w http.ResponseWriter, r *http.Request, c *caller) error {
	switch r.Method {
	case http.MethodOptions:
		return options(w, "OPTIONS, PROPFIND, REPORT")
	case "PROPPATCH":
		return say(w, http.StatusForbidden, "The name and the colour of this calendar are the program’s own.")
	case "REPORT":
		return c.report(w, r)
	}
	q, err := read(r, c.body)
	if err != nil {
		return say(w, http.StatusBadRequest, "This request cannot be read.")
	}
	if q.finite(w) {
		return nil
	}
	objects, err := c.objects(r.Context())
	if err != nil {
		return err
	}
	all := []resource{{davOwn, ownProps(objects)}}
	if q.depth > 0 {
		for _, o := range objects {
			all = append(all, resource{hrefOf(o), objectProps(o)})
		}
	}
	return q.answer(w, all)
}

func options(w http.ResponseWriter, allow string) error {
	w.Header().Set("DAV", "1, 3, calendar-access")
	w.Header().Set("Allow", allow)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func hrefOf(o feed.Object) string { return (&url.URL{Path: davOwn + o.Name}).EscapedPath() }

// object answers at one event.
func (p *Pages) object(w http.ResponseWriter, r *http.Request, c *caller) error {
	name := r.PathValue("name")
	switch r.Method {
	case http.MethodPut:
		return c.put(w, r, name)
	case http.MethodDelete:
		return c.delete(w, r, name)
	}
	o, err := c.named(r.Context(), name)
	if err != nil {
		return err
	}
	switch r.Method {
	case http.MethodOptions:
		if o.Locked {
			return options(w, "OPTIONS, GET, HEAD, PROPFIND")
		}
		return options(w, "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND")
	case "PROPFIND":
		q, err := read(r, c.body)
		if err != nil {
			return say(w, http.StatusBadRequest, "This request cannot be read.")
		}
		return q.answer(w, []resource{{hrefOf(o), objectProps(o)}})
	}
	h := w.Header()
	h.Set("ETag", quoted(o.Tag))
	if strings.Contains(r.Header.Get("If-None-Match"), quoted(o.Tag)) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "text/calendar; charset=utf-8; component=vevent")
	h.Set("Last-Modified", o.Changed.UTC().Format(http.TimeFormat))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(o.Text)
	}
	return nil
}

func (c *caller) named(ctx context.Context, name string) (feed.Object, error) {
	all, err := c.objects(ctx)
	if err != nil {
		return feed.Object{}, err
	}
	for _, o := range all {
		if o.Name == name {
			return o, nil
		}
	}
	return feed.Object{}, fault.Absent()
}

func quoted(tag string) string { return `"` + tag + `"` }

// condition is what the program knows of what it changes.
func condition(r *http.Request) feed.Condition {
	match := strings.TrimSpace(r.Header.Get("If-Match"))
	if match != "" && match != "*" {
		match = strings.Trim(strings.TrimPrefix(match, "W/"), `"`)
	}
	return feed.Condition{Match: match, New: strings.TrimSpace(r.Header.Get("If-None-Match")) == "*"}
}

const changed = "This event was changed meanwhile. Read it again, and then change it."

func (c *caller) put(w http.ResponseWriter, r *http.Request, name string) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != ical.MIMEType {
		return say(w, http.StatusUnsupportedMediaType, "Only events can be kept in this calendar.")
	}
	o, made, err := c.feeds.Put(r.Context(), c.actor, name, c.body, condition(r), c.loc)
	if errors.Is(err, feed.ErrChanged) {
		return say(w, http.StatusPreconditionFailed, changed)
	}
	if err != nil {
		return err
	}
	w.Header().Set("ETag", quoted(o.Tag))
	status := http.StatusNoContent
	if made {
		status = http.StatusCreated
	}
	w.WriteHeader(status)
	return nil
}

func (c *caller) delete(w http.ResponseWriter, r *http.Request, name string) error {
	err := c.feeds.Delete(r.Context(), c.actor, name, condition(r))
	if errors.Is(err, feed.ErrChanged) {
		return say(w, http.StatusPreconditionFailed, changed)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// report answers calendar-query and calendar-multiget. What the library reads was
// looked at before: it goes as deep as somebody writes.
func (c *caller) report(w http.ResponseWriter, r *http.Request) error {
	root, err := shallow(c.body)
	switch {
	case err != nil:
		return say(w, http.StatusBadRequest, "This request cannot be read.")
	case root != (xml.Name{Space: nsCalDAV, Local: "calendar-query"}) && root != (xml.Name{Space: nsCalDAV, Local: "calendar-multiget"}):
		return violated(w, "supported-report")
	}
	if _, err := c.objects(r.Context()); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	w.Header().Set("Content-Type", `application/xml; charset="utf-8"`)
	(&caldav.Handler{Backend: backend{caller: c, given: make(map[string]bool)}, Prefix: strings.TrimSuffix(davRoot, "/")}).ServeHTTP(&once{ResponseWriter: w}, r)
	return nil
}

// once keeps the library from naming the type of its answers twice.
type once struct{ http.ResponseWriter }

func (w *once) WriteHeader(status int) {
	if kinds := w.Header().Values("Content-Type"); len(kinds) > 1 {
		w.Header().Set("Content-Type", kinds[0])
	}
	w.ResponseWriter.WriteHeader(status)
}

// What a request may hold. What is asked for is answered for every event, names that
// nobody knows too: so names are short, and each property is asked for once.
const (
	mostDepth = 24  // elements that lie in one another
	mostName  = 128 // bytes of a name, or of its namespace
	mostElse  = 200 // elements, but for the addresses of events
)

// shallow returns the outermost element of body, if it is XML that is not deep, and
// whose answer is not much longer than what it asks about.
func shallow(body []byte) (root xml.Name, err error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var open []xml.Name
	count, asked := 0, make(map[xml.Name]bool)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && len(open) == 0 {
			return root, nil
		}
		if err != nil {
			return root, err
		}
		switch one := token.(type) {
		case xml.StartElement:
			name := one.Name
			if len(open) == 0 {
				root = name
			}
			if name != (xml.Name{Space: nsDAV, Local: "href"}) {
				count++
			}
			if len(name.Space) > mostName || len(name.Local) > mostName || len(open) >= mostDepth || count > mostElse {
				return root, errors.New("too deep, too long, or too much")
			}
			if n := len(open); n > 0 && open[n-1] == (xml.Name{Space: nsDAV, Local: "prop"}) {
				if asked[name] {
					return root, errors.New("asked for twice")
				}
				asked[name] = true
			}
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.Directive:
			return root, errors.New("a directive")
		}
	}
}

// A backend answers the library's questions from what the caller has read.
type backend struct {
	caldav.Backend // what it is not asked for a report is not there

	caller *caller
	given  map[string]bool // the names of events that stand in the answer
}

// GetCalendarObject returns one event.
func (b backend) GetCalendarObject(ctx context.Context, path string, _ *caldav.CalendarCompRequest) (*caldav.CalendarObject, error) {
	name, ok := strings.CutPrefix(path, davOwn)
	if !ok || b.given[name] {
		return nil, nowhere() // or it stands in the answer already
	}
	b.given[name] = true
	o, err := b.caller.named(ctx, name)
	if fault.Is(err, fault.NotFound) {
		return nil, nowhere()
	}
	if err != nil {
		return nil, err
	}
	return shown(o)
}

func nowhere() error {
	return webdav.NewHTTPError(http.StatusNotFound, errors.New("there is nothing here"))
}

func shown(o feed.Object) (*caldav.CalendarObject, error) {
	cal, err := ical.NewDecoder(bytes.NewReader(o.Text)).Decode()
	if err != nil {
		return nil, fmt.Errorf("read an event that was kept: %w", err)
	}
	return &caldav.CalendarObject{
		Path: davOwn + o.Name, ModTime: o.Changed, ContentLength: int64(len(o.Text)), ETag: o.Tag, Data: cal,
	}, nil
}

// QueryCalendarObjects returns the events that a filter lets through. Times are compared
// here: the library counts through what comes again without end.
func (b backend) QueryCalendarObjects(ctx context.Context, _ string, query *caldav.CalendarQuery) ([]caldav.CalendarObject, error) {
	all, err := b.caller.objects(ctx)
	if err != nil {
		return nil, err
	}
	var found []caldav.CalendarObject
	began := time.Now()
	for _, o := range all {
		co, err := shown(o)
		if err != nil {
			return nil, err
		}
		filter, from, to := timeless(query.CompFilter)
		ok, err := caldav.Match(filter, co)
		if err != nil {
			return nil, webdav.NewHTTPError(http.StatusBadRequest, errors.New("this filter cannot be read"))
		}
		if ok && (from.IsZero() && to.IsZero() || o.Touches(from, to, b.caller.loc, began)) {
			found = append(found, *co)
		}
	}
	return found, nil
}

// timeless is a filter without its times, and those.
func timeless(f caldav.CompFilter) (without caldav.CompFilter, from, to time.Time) {
	from, to = f.Start, f.End
	f.Start, f.End = time.Time{}, time.Time{}
	comps := f.Comps
	f.Comps = nil
	for _, c := range comps {
		inner, start, end := timeless(c)
		f.Comps = append(f.Comps, inner)
		if from.IsZero() {
			from = start
		}
		if to.IsZero() {
			to = end
		}
	}
	props := f.Props
	f.Props = nil
	for _, p := range props {
		p.Start, p.End = time.Time{}, time.Time{}
		f.Props = append(f.Props, p)
	}
	if to.IsZero() && !from.IsZero() {
		to = from.Add(5 * 366 * 24 * time.Hour)
	}
	return f, from, to
}
