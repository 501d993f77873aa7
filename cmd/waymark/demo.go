package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/demo"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// demoCmd shows a practice at work, in a folder of its own.
type demoCmd struct {
	JSON    bool   `help:"Print the sign-in links as JSON."`
	Fixture string `enum:"story,matrix,ways" default:"story" help:"story: a practice at work. matrix: two small practices with everybody in them, for testing who may see what. ways: three clients, with 3, 30 and 300 sessions."`
}

// Help is what "waymark demo --help" adds.
func (demoCmd) Help() string {
	return "Everything in it is made up. The key lies beside the data and links sign people in without a password, " +
		"so it works only in a folder of its own: one that is not there yet, or is empty. What an earlier run made in a folder is not shown again; " +
		"remove it first. Without --data the folder is temporary and removed at the end. Of the settings it heeds --data, --listen, --metrics-listen and --log, " +
		"and only as flags: what the environment says is for a real practice. Letters lie in a folder and go to nobody."
}

// Run makes the sample data, prints the links and serves until it is stopped.
func (d demoCmd) Run(c *call) error {
	conf := c.config.apart()
	if !onLoopback(conf.Listen) {
		return errors.New("the sample practice is served on this machine only: its links need no password")
	}
	if !conf.dataGiven {
		dir, err := os.MkdirTemp("", "waymark-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		conf.Data = filepath.Join(dir, "data")
	}
	// It listens before anything is made: that takes a while, and would be for nothing.
	open, err := listenForDemo(conf.Listen)
	if err != nil {
		return err
	}
	defer open.Close()
	conf.open, conf.Listen = open, open.Addr().String()
	forget, err := demoFolder(conf)
	if err != nil {
		return err
	}
	shown := false
	defer func() {
		if !shown {
			forget()
		}
	}()
	// Browsers make passkeys for names only, so the name of this machine for itself.
	_, port, _ := net.SplitHostPort(conf.Listen)
	conf.Origin = "http://localhost:" + port
	conf.Mail, conf.MailFrom = "dir:"+conf.in("mail"), "post@localhost"

	cast, err := d.fill(c.ctx, conf)
	if err != nil {
		return fmt.Errorf("make sample data: %w", err)
	}
	stage := newStage(conf.Origin, cast)
	conf.stage = stage
	return serve(c.ctx, conf, func(string) string { return "" }, func(string, bool) {
		shown = true
		d.show(c, conf, stage)
	})
}

// apart is c for a sample practice: where it lies, where it is served, and how it logs.
// Nothing else is heeded, whoever set it and how, so that nothing of it goes to where a real
// practice has its databases, its mail, its backups and its signed heads.
func (c config) apart() config {
	return config{Data: c.Data, dataGiven: c.dataGiven, Listen: c.Listen, MetricsListen: c.MetricsListen, TLS: "off", Log: c.Log}
}

// demoFolder makes sure that the folder holds nothing but what is made now. forget
// leaves it as it was, so that the next try finds nothing in its way.
func demoFolder(c config) (forget func(), err error) {
	if _, err := os.Stat(c.demoMarker()); err == nil {
		return nil, errors.New("this folder holds sample data already: give another, or remove it")
	}
	held, err := os.ReadDir(c.Data)
	if len(held) > 0 {
		return nil, errors.New("this folder is not empty, and it was not made by waymark demo: give another")
	}
	there := !errors.Is(err, fs.ErrNotExist)
	if there && err != nil {
		return nil, fmt.Errorf("nobody can see whether this folder is empty: %w", err)
	}
	forget = func() {
		if !there {
			os.RemoveAll(c.Data)
			return
		}
		made, _ := os.ReadDir(c.Data)
		for _, one := range made {
			os.RemoveAll(filepath.Join(c.Data, one.Name()))
		}
	}
	if err := makeFolder(c); err != nil {
		return nil, err
	}
	return forget, os.WriteFile(c.demoMarker(), []byte("Sample data. Nothing here is protected.\n"), 0o600)
}

// listenForDemo opens the address, or says what else to do.
func listenForDemo(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("something listens on %s already, perhaps another sample practice: use --listen 127.0.0.1:0 for any port that is free (make demo DEMO='--listen 127.0.0.1:0')", address)
	}
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return l, nil
}

// fill makes the sample data by the domains' own methods, under a clock that
// begins months ago and ends now.
func (d demoCmd) fill(ctx context.Context, c config) (cast []demo.Player, err error) {
	return d.fillUntil(ctx, c, time.Now().UTC().Truncate(time.Minute))
}

// fillUntil is fill under a clock that ends at now.
func (d demoCmd) fillUntil(ctx context.Context, c config, now time.Time) (cast []demo.Player, err error) {
	g, _, err := found(ctx, c, keys.LockEvaluation(c.Data))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	doms, err := domains.New(g.door, c.Origin)
	if err != nil {
		return nil, err
	}
	carrier, err := post.NewCarrier("dir:"+c.in("mail"), c.MailFrom)
	if err != nil {
		return nil, err
	}
	s := &demo.Story{All: doms, Door: g.door, Carrier: carrier, Now: now, IDs: make(map[string]string)}
	g.records.Now, g.apart.Now = s.Clock, s.Clock
	switch d.Fixture {
	case "matrix":
		err = s.Matrix(ctx)
	case "ways":
		err = s.Ways(ctx)
	default:
		err = s.Tell(ctx)
	}
	if err == nil {
		err = s.Tokens(ctx)
	}
	if err != nil {
		return nil, err
	}
	_, err = g.log.Checkpoint(ctx)
	return s.Cast, err
}

// A stage lets the people of the sample data in by links. It exists only in the
// process of waymark demo.
type stage struct {
	origin string
	cast   []demo.Player
	doors  map[string]demo.Player // by what the link carries
}

func newStage(origin string, cast []demo.Player) *stage {
	s := &stage{origin: origin, doors: make(map[string]demo.Player)}
	for _, p := range cast {
		if p.Role != "invited" && p.Role != "leaver" {
			token := rand.Text()
			s.doors[token] = p
			p.URL = origin + "/demo/" + token
		}
		if p.Invite != "" {
			p.Invite = origin + "/join/" + p.Invite
		}
		s.cast = append(s.cast, p)
	}
	return s
}

// routes are the pages that only the sample practice has.
func (s *stage) routes(accounts *account.Accounts) []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/demo/{token}", Audience: web.Anyone, Action: access.MakeSignIn, Page: func(w http.ResponseWriter, r *http.Request) error {
			p, ok := s.doors[r.PathValue("token")]
			if !ok {
				return web.Absent()
			}
			token, err := accounts.Enter(r.Context(), access.System(p.Practice, "demo"), p.ID, r.UserAgent())
			if err != nil {
				return err
			}
			web.SignIn(w, r, token.Cookie)
			return web.SeeOther(w, r, "/")
		}},
		{Method: "GET", Pattern: "/ui", Audience: web.Anyone, Page: func(w http.ResponseWriter, r *http.Request) error {
			return web.Show(w, r, http.StatusOK, ui.Specimen(ui.SpecimenProps{}))
		}},
	}
}

// show prints the links, once somebody can follow them.
func (d demoCmd) show(c *call, conf config, s *stage) {
	if d.JSON {
		json.NewEncoder(c.out).Encode(struct {
			URL    string        `json:"url"`
			Public string        `json:"public"`
			Look   string        `json:"look"`
			Data   string        `json:"data"`
			Links  []demo.Player `json:"links"`
		}{s.origin, s.origin + "/p/" + demo.Slug, s.origin + "/ui", conf.Data, s.cast})
		return
	}
	c.say("A sample practice is at work at %s\nEverything in it is made up. Each link signs one person in; use another browser or a private window for a second one.\n", s.origin)
	for _, p := range s.cast {
		switch at := cmp.Or(p.URL, p.Invite); {
		case at != "":
			c.say("%-28s %s", p.Role+", "+p.Name, at)
			if p.Note != "" {
				c.say("%-28s   %s", "", p.Note)
			}
		case p.Note != "":
			c.say("%-28s %s", p.Role+", "+p.Name, p.Note)
		}
	}
	c.say("%-28s %s\n%-28s %s", "visitor, public page", s.origin+"/p/"+demo.Slug, "every part of the look", s.origin+"/ui")
	c.say("\nLetters lie in %s. Stop with Ctrl-C.", conf.in("mail"))
}
