package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

// A Visitor is whoever sent a request.
type Visitor struct {
	account.SignedIn        // zero if nobody has signed in
	Source           string // where from, for rate limits only

	site    *Site
	route   Route
	strange bool // what was sent comes from the page of somebody else, and is shown to nobody
}

// Is says whether the visitor has the role. It is for finding one's way: what
// may be opened, the door decides.
func (v *Visitor) Is(role Audience) bool { return slices.Contains(v.Roles, string(role)) }

// In says whether somebody has signed in.
func (v *Visitor) In() bool { return v.SignInID != "" }

type visitorKey struct{}

// VisitorOf returns whoever sent r.
func VisitorOf(r *http.Request) *Visitor {
	v, _ := r.Context().Value(visitorKey{}).(*Visitor)
	if v == nil {
		return &Visitor{}
	}
	return v
}

// ActorOf returns the actor who is asking. Every route behind sign-in has one.
func ActorOf(r *http.Request) access.Actor { return VisitorOf(r).Actor }

// PracticeOf is the visitor's practice, as far as it is public.
func PracticeOf(r *http.Request) person.Practice {
	v := VisitorOf(r)
	if v.site == nil {
		return person.Practice{}
	}
	p, _ := v.site.facts.Of(v.Self().Practice)
	return p
}

// LocationOf is the time zone of the visitor's practice.
func LocationOf(r *http.Request) *time.Location {
	p := PracticeOf(r)
	if v := VisitorOf(r); v.site != nil {
		return v.site.facts.zone(p)
	}
	return p.Location()
}

// NowOf is the time in the zone of the visitor's practice.
func NowOf(r *http.Request) time.Time {
	if v := VisitorOf(r); v.site != nil {
		return v.site.now(r)
	}
	return time.Now()
}

// cookie is the name of the cookie that a browser signs in with. Without TLS, in
// the sample practice on one's own machine, browsers refuse the safer name.
func (s *Site) cookie() string {
	if s.options.Secure {
		return "__Host-waymark"
	}
	return "waymark"
}

// SignIn gives the browser the cookie of a new sign-in.
func SignIn(w http.ResponseWriter, r *http.Request, token string) {
	s := VisitorOf(r).site
	http.SetCookie(w, &http.Cookie{
		Name: s.cookie(), Value: token, Path: "/",
		HttpOnly: true, Secure: s.options.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// SignOut takes the cookie back, and has the browser drop what it holds of us; not on
// a phone that is used without a network, where words may wait: there the script locks.
// Nor where the script found what somebody else wrote there ("others"), such as answers
// that had no connection: then it has dropped only what is of whoever goes (keep.ts).
func SignOut(w http.ResponseWriter, r *http.Request) {
	s := VisitorOf(r).site
	http.SetCookie(w, &http.Cookie{
		Name: s.cookie(), Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: s.options.Secure, SameSite: http.SameSiteLaxMode,
	})
	drop := `"cache", "storage"`
	if OnPhone(r) || planHere(r) || r.PostForm.Get("others") != "" {
		drop = `"cache"`
	}
	w.Header().Set("Clear-Site-Data", drop)
}

// deviceLasts is for how long a browser is known again (400 days are the most
// that browsers keep).
const deviceLasts = 180 * 24 * time.Hour

// KeepDevice gives the browser the long-lived cookie by which account knows it
// again. It opens nothing, and stays when somebody signs out.
func KeepDevice(w http.ResponseWriter, r *http.Request, device string) {
	s := VisitorOf(r).site
	http.SetCookie(w, &http.Cookie{
		Name: s.cookie() + "-device", Value: device, Path: "/", MaxAge: int(deviceLasts.Seconds()),
		HttpOnly: true, Secure: s.options.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// DeviceOf is the value of that cookie, if the browser has one.
func DeviceOf(r *http.Request) string {
	if s := VisitorOf(r).site; s != nil {
		if c, err := r.Cookie(s.cookie() + "-device"); err == nil {
			return c.Value
		}
	}
	return ""
}

// Room is how many bytes may be sent to the page.
func (r Route) Room() int64 {
	switch {
	case r.Most != 0:
		return r.Most
	case r.Audience == Anyone || r.Audience.program():
		return usual
	}
	return ours
}

// serve makes each request for route a visit of its own, by whoever's cookie it carries.
func (s *Site) serve(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, visit := s.door.Brief(r.Context())
		v := &Visitor{site: s, route: route}
		if s.options.Source != nil {
			v.Source = s.options.Source(r)
		}
		out := &reply{ResponseWriter: w, visit: visit}
		r = r.WithContext(context.WithValue(ctx, visitorKey{}, v))
		r.Body = http.MaxBytesReader(w, r.Body, route.Room())
		if err := s.caught(out, r, v); err != nil {
			w.Header().Set("Content-Security-Policy", policy) // what is refused looks the same everywhere
			s.problem(out, r, err)
		}
		out.WriteHeader(http.StatusOK) // if the page said nothing at all
	})
}

// caught answers as answer does, and makes an error of a page that breaks down,
// so that what somebody typed comes back. The log says where, and not with what.
func (s *Site) caught(w http.ResponseWriter, r *http.Request, v *Visitor) (err error) {
	defer func() {
		switch broke := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("page broke down: %w\n%s", broke, debug.Stack())
		default:
			if broke == http.ErrAbortHandler { // Torn: the server ends the connection
				panic(broke)
			}
			err = fmt.Errorf("page broke down: %T\n%s", broke, debug.Stack())
		}
	}()
	return s.answer(w, r, v)
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request, v *Visitor) error {
	if fromBox(r) {
		w.Header().Set("Waymark-Outbox", "1") // it is we who answer
	}
	later := v.route.Audience != Anyone && !v.route.Audience.program() && (r.ContentLength < 0 || r.ContentLength > usual) // from nobody we do not know
	if r.Method == http.MethodPost && !later && !v.route.Takes {
		if err := parse(r, v.route.Room()); err != nil {
			return err
		}
	}
	if c, err := r.Cookie(s.cookie()); err == nil && !v.route.Audience.program() {
		who, err := s.accounts.Who(r.Context(), c.Value)
		switch {
		case err == nil:
			v.SignedIn = who
		case !fault.Is(err, fault.SignIn) && !v.route.public():
			return err
		}
	}
	if err := v.whoseBox(r); err != nil {
		return err
	}
	if r.Method == http.MethodPost && later && !v.route.Takes {
		if err := v.finds(r); err != nil { // of nobody else so much is read
			return err
		}
		access.Rest(r.Context())
		if err := parse(r, v.route.Room()); err != nil {
			return err
		}
	}
	if err := v.whosePage(r); err != nil { // before anything that shows what was typed
		return err
	}
	if err := v.finds(r); err != nil {
		return err
	}
	if v.In() && !v.route.Polls && !alone(r) {
		if err := s.accounts.Touch(r.Context(), v.SignedIn); err != nil && !fault.Is(err, fault.NotSaved) {
			return err
		}
	}
	if v.route.Wakes {
		w.Header().Set("Content-Security-Policy", wakes)
	}
	if v.route.Plays {
		w.Header().Set("Content-Security-Policy", plays)
	}
	if v.route.Records {
		w.Header().Set("Content-Security-Policy", records(w.Header().Get("Content-Security-Policy")))
		w.Header().Set("Permissions-Policy", asksToHear)
	}
	return v.route.Page(w, r)
}

// finds says whether there is something at the address of r for the visitor.
func (v *Visitor) finds(r *http.Request) error {
	if err := v.mayFind(v.route.Audience); err != nil {
		return err
	}
	if !isText(r.URL.Path) || !v.route.named(r) {
		return Absent()
	}
	return nil
}

// free are the variables of patterns that are no ids of records.
var free = []string{"slug", "name", "link", "token", "passkey", "occasion", "instrument", "part", "method", "exercise", "nth"}

// named says whether every id in the address is one. What is none leads nowhere,
// and is not written down either: it may be words.
func (r Route) named(req *http.Request) bool {
	for part := range strings.SplitSeq(r.Pattern, "/") {
		name, ok := strings.CutPrefix(part, "{")
		if name = strings.TrimSuffix(name, "}"); !ok || name == "$" || slices.Contains(free, name) {
			continue
		}
		id, err := uuid.Parse(req.PathValue(name))
		if err != nil || id.String() != req.PathValue(name) {
			return false
		}
	}
	return true
}

// public says whether the page is for anybody: then it opens even where nobody
// can be asked who is there, because the database is down.
func (r Route) public() bool { return r.Audience == Anyone && r.Method == http.MethodGet }

// errSetup says that somebody has to add a second way to sign in first.
var errSetup = errors.New("a second step is missing")

// mayFind says whether the visitor is of the audience. What is for others looks
// like nothing.
func (v *Visitor) mayFind(a Audience) error {
	switch {
	case a == Anyone, a.program(): // whose page looks at what the program brings
		return nil
	case !v.In():
		return fault.New(fault.SignIn, "", "You have been signed out, or have not signed in yet. Sign in, and you can go on.")
	case a == SignedIn:
		return nil
	case v.NeedsSetup:
		return errSetup
	case v.Is(a):
		return nil
	}
	return Absent()
}

// parse reads whatever was sent, within its limits, and before anything is asked
// of the database: what arrives slowly must keep nobody else waiting.
func parse(r *http.Request, most int64) error {
	err := hear(r)
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if err == nil && strings.TrimSpace(kind) != "application/json" { // that the page understands
		if err = r.ParseForm(); err == nil {
			err = r.ParseMultipartForm(most)
		}
		if errors.Is(err, http.ErrNotMultipart) {
			err = nil
		}
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fault.New(fault.TooLarge, "", "This is more than can be kept at once. Please shorten it and send it again.")
	case err != nil:
		return &fault.Error{Kind: fault.Invalid, Err: err, Text: "This form did not arrive whole. Please send it again."}
	case len(r.PostForm) > mostFields:
		return fault.New(fault.TooLarge, "", "This form has more fields than any of ours.")
	}
	for name, values := range r.PostForm {
		if !isText(name) || slices.ContainsFunc(values, func(value string) bool { return !isText(value) }) {
			return fault.New(fault.Invalid, "", "There is a character in this form that cannot be kept. Please type it once more.")
		}
	}
	return nil
}

// hear reads the body of r into memory.
func hear(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err
}

// isText says whether text is such as both databases can compare with what they
// keep. No browser of ours sends anything else.
func isText(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

const mostFields = 2000

// A reply sends no byte before everything its visit asked for is durable in the
// audit log. If that fails, what was to be said is not said.
type reply struct {
	http.ResponseWriter
	visit  *access.Visit
	begun  bool
	closed bool
}

// Unwrap lets a page say how long it waits for what is sent (http.ResponseController).
func (w *reply) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// notRecorded is said when even a refusal cannot be written down.
const notRecorded = `<!doctype html><html lang="en-GB"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Waymark</title>
<h1>Not shown, and not saved</h1>
<p>Everything that is opened here is written down first, and at the moment nothing can be written. Please try again in a few minutes.
If you were writing: go back one page in your browser, your text is still there.</p>
<p>If you are in danger, do not wait for this page: call your local emergency number. <a href="/help">People who can help today</a></p>
</html>
`

func (w *reply) WriteHeader(status int) {
	if w.begun {
		return
	}
	w.begun = true
	if err := w.visit.Settle(); err != nil {
		slog.Error("visit not recorded, reply withheld", "err", err)
		w.closed = true
		h := w.Header()
		clear(h)
		Headers(h, false)
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("Retry-After", "60")
		w.ResponseWriter.WriteHeader(http.StatusServiceUnavailable)
		w.ResponseWriter.Write([]byte(notRecorded))
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *reply) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.closed {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// Local is where to go next, if that is a page of ours, and otherwise home.
func Local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return u.RequestURI()
}
