package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
)

// A site is what an unlocked server has: the domains, the queue and the pages.
type site struct {
	ground  *ground
	queue   *job.Queue
	handler http.Handler
	// pattern is the route that a request takes, for metrics: never the path,
	// which may hold an id.
	pattern func(*http.Request) string

	active  atomic.Int64 // requests being answered
	closing atomic.Bool
}

// build puts the house together on g: this list is the whole of it.
func build(_ context.Context, g *ground, c config) (*site, error) {
	s := &site{ground: g, queue: job.New(g.door)}

	// The ground that domains share.
	carrier, err := post.NewCarrier(c.Mail, c.MailFrom)
	if err != nil {
		return nil, err
	}
	office := post.New(g.door, carrier)

	// The domains.

	// The work for later.
	s.queue.Handle(post.Send, office.Work)

	// The pages.
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(w, "Waymark\n")
	})
	s.handler = mux
	s.pattern = func(r *http.Request) string { _, p := mux.Handler(r); return p }
	return s, nil
}

// sealedPages answers while the server is sealed: what is public, the crisis
// page, and for everything else that the practice is not open yet. It may use
// nothing but c and what the server itself left in c.publicFile().
func sealedPages(config) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Retry-After", "60")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, sealedPage)
	})
}

const sealedPage = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Not open yet</title>
<h1>Not open yet</h1>
<p>The server has started and waits for the practice to unlock it. Nothing is lost. Please try again in a while.</p>
<p>If you are in danger, do not wait for this page: call your local emergency number.</p>
</html>
`

// enter counts a request in, unless the site is closing.
func (s *site) enter() bool {
	s.active.Add(1)
	if s.closing.Load() {
		s.active.Add(-1)
		return false
	}
	return true
}

func (s *site) leave() { s.active.Add(-1) }

// drain lets nobody in any more and waits for those inside.
func (s *site) drain(patience time.Duration) error {
	s.closing.Store(true)
	for until := time.Now().Add(patience); s.active.Load() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			return fmt.Errorf("%d requests were still being answered", s.active.Load())
		}
	}
	return nil
}
