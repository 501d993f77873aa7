package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/web"
)

// serveCmd serves the practice.
type serveCmd struct{}

// Help is what "waymark serve --help" adds.
func (serveCmd) Help() string {
	return "The server answers at once. If nothing on the machine opens the safe it is sealed: it shows the public pages and " +
		"the crisis page, and waits for waymark unlock. While the database does not answer, or the disk cannot be written, it is " +
		"sealed too, and opens by itself when that is over. It stops on SIGTERM or Ctrl-C, after answering what it was asked."
}

// Run serves until the process is told to stop.
func (serveCmd) Run(c *call) error { return serve(c.ctx, c.config, c.env, nil) }

// The limits of every request, beside those on bodies that the pages set.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
	drainTimeout      = 10 * time.Second // at stop
	unlockPatience    = time.Minute      // with a command that has the files open
)

// A server is a process that serves: sealed at first, then with a site.
type server struct {
	config config
	env    func(string) string
	admits func(*http.Request) bool
	safe   *keys.Safe
	sealed atomic.Pointer[http.Handler]
	counts *metrics      // nil unless somebody listens to them
	asked  atomic.Uint64 // requests, but for whether the server is there

	site atomic.Pointer[site] // nil while sealed

	waits atomic.Pointer[string] // what a sealed server waits for to open itself, or nil (opening.go)
	again chan struct{}          // it was sealed, and may open itself again
	said  saidOnce               // that the database does not answer

	mu    sync.Mutex // held while unlocking or sealing
	stop  func()     // ends the site's chores, and returns when they have ended
	typed []byte     // a passphrase that opens the safe, while the site cannot be built
}

// serve serves until ctx ends. When it listens it calls ready with the address,
// if ready is not nil, and whether the server is sealed.
func serve(ctx context.Context, c config, env func(string) string, ready func(address string, sealed bool)) (err error) {
	if c.exposed() {
		return fmt.Errorf("serving on %s without TLS would send everything in the clear: set WAYMARK_TLS, or, if a proxy in front does TLS, WAYMARK_TRUSTED_PROXY", c.Listen)
	}
	if err := c.notOurs(); err != nil {
		return err
	}
	safe, err := c.openSafe()
	if err != nil {
		return err
	}
	held, err := holdFolder(c)
	if err != nil {
		return err
	}
	defer held.Close()

	ctx, quit := context.WithCancel(ctx)
	defer quit()
	s := &server{config: c, env: env, admits: c.admits(), safe: safe, again: make(chan struct{}, 1)}
	s.showSealed()
	if c.MetricsListen != "" {
		s.counts = newMetrics(s)
	}
	control, err := controlListener(c)
	if err != nil {
		return err
	}
	defer os.Remove(c.controlSock())
	listener, err := s.listen(ctx)
	if err != nil {
		control.Close()
		return err
	}
	pages, commands := s.httpServer(s), &http.Server{Handler: s.controlHandler(), ReadHeaderTimeout: readHeaderTimeout}
	failed := make(chan error, 3)
	go func() { failed <- pages.Serve(listener) }()
	go func() { failed <- commands.Serve(control) }()
	if s.counts != nil {
		watch, err := net.Listen("tcp", c.MetricsListen)
		if err != nil {
			return errors.Join(fmt.Errorf("listen for metrics: %w", err), pages.Close(), commands.Close())
		}
		watched := s.httpServer(s.counts.handler())
		defer watched.Close()
		go func() { failed <- watched.Serve(watch) }()
		slog.Info("metrics", "addr", watch.Addr().String())
	}

	if err := s.openAtStart(ctx); err != nil {
		return errors.Join(err, pages.Close(), commands.Close())
	}
	trying := make(chan struct{})
	go func() { defer close(trying); s.keepOpening(ctx) }()
	sealed := s.site.Load() == nil
	slog.Info("waymark listens", "addr", listener.Addr().String(), "version", version, "sealed", sealed)
	if ready != nil {
		ready(listener.Addr().String(), sealed)
	}
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	quit()
	<-trying

	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	slow := pages.Shutdown(end)
	commands.Close()
	if slow != nil {
		slog.Warn("some requests were cut short", "err", slow)
		pages.Close()
	}
	err = errors.Join(err, s.seal(end, "the server stops"))
	slog.Info("waymark stopped")
	return err
}

func (s *server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ConnContext:       web.OnWire,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug), // it names addresses of visitors
	}
}

// listen opens the address of the pages, with TLS if there is to be any.
func (s *server) listen(ctx context.Context) (net.Listener, error) {
	conf, err := tlsConfig(ctx, s.config)
	if err != nil {
		return nil, err
	}
	l := s.config.open
	if l == nil {
		if l, err = net.Listen("tcp", s.config.Listen); err != nil {
			return nil, fmt.Errorf("listen: %w", err)
		}
	}
	if conf != nil {
		return tls.NewListener(l, conf), nil
	}
	return web.Wires(l), nil
}

// unlock opens the safe with a secret that somebody typed, and builds the site.
func (s *server) unlock(ctx context.Context, secret []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.site.Load() != nil {
		return nil
	}
	safe, err := s.config.openSafe() // it may have been rotated since
	if err != nil {
		return err
	}
	s.safe = safe
	root, err := safe.Unlock(secret)
	if err != nil {
		return err
	}
	err = s.open(ctx, root)
	if waits := s.config.waitsFor(err); waits != "" {
		s.typed = bytes.Clone(secret)
		s.wait(waits, err)
		return fmt.Errorf("the passphrase is right, but %s: the server opens by itself as soon as that is over", waits)
	}
	return err
}

// open builds the site on an unlocked root. The caller holds mu.
func (s *server) open(ctx context.Context, root *keys.Root) error {
	held, err := holdFiles(ctx, s.config, unlockPatience, func() {
		slog.Info("a command has the files open: waiting until it has closed them")
	}, func() error { return nil })
	if err != nil {
		root.Forget()
		return err
	}
	g, err := standHolding(ctx, s.config, s.safe, root, held)
	if err != nil {
		return err
	}
	if err := noteRestore(ctx, g); err != nil {
		return errors.Join(err, g.close())
	}
	if _, err := eraseAgain(ctx, g); err != nil {
		return errors.Join(err, g.close())
	}
	if _, err := endAgain(ctx, g); err != nil {
		return errors.Join(err, g.close())
	}
	if _, err := heedArrived(ctx, g); err != nil {
		return errors.Join(err, g.close())
	}
	site, err := build(ctx, g, s.config)
	if err != nil {
		return errors.Join(err, g.close())
	}
	s.stop = s.begin(context.WithoutCancel(ctx), site)
	s.site.Store(site)
	s.waits.Store(nil)
	clear(s.typed)
	s.typed = nil
	slog.Info("unlocked")
	return nil
}

// showSealed has the pages for while the server is sealed say what is public now.
func (s *server) showSealed() {
	h := sealedPages(s.config)
	s.sealed.Store(&h)
}

// seal closes the site: nobody is let in, the chores end, the head of the audit
// log is signed and everything is closed.
func (s *server) seal(ctx context.Context, why string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.showSealed()
	site := s.site.Swap(nil)
	if site == nil {
		return nil
	}
	slog.Info("sealed", "why", why)
	slow := site.drain(drainTimeout)
	s.stop()
	err := site.ground.signHead(ctx)
	if s.config.BackupDir != "" {
		copyKeys(ctx, site.ground)
	}
	return errors.Join(slow, err, site.ground.close())
}

// ServeHTTP answers one request.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/healthz":
		io.WriteString(w, "alive\n")
		return
	case "/readyz":
		s.readyz(w, r)
		return
	}
	s.asked.Add(1)
	if !s.admits(r) {
		pastTheProxy(w)
		return
	}
	handler, route := *s.sealed.Load(), func(*http.Request) string { return "sealed" }
	if site := s.site.Load(); site != nil && site.enter() {
		defer site.leave()
		handler, route = site.handler, site.pattern
	}
	if s.counts == nil {
		handler.ServeHTTP(w, r)
		return
	}
	s.counts.counted(w, r, route(r), handler)
}

func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	state := s.state(r.Context())
	if waits := s.waits.Load(); state == stateSealed && waits != nil {
		state += ": " + *waits
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if state != stateReady {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	io.WriteString(w, state+"\n")
}

// state is what somebody who waits for the server may know.
func (s *server) state(ctx context.Context) string {
	site := s.site.Load()
	if site == nil || !site.enter() {
		return stateSealed
	}
	defer site.leave()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := site.ground.answers(ctx)
	s.said.say(waitsForDatabase, err)
	if err != nil {
		return waitsForDatabase
	}
	if !site.ground.records.Writable(ctx) {
		return stateReadOnly
	}
	return stateReady
}
