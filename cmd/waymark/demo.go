package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
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
		"so it works only in a folder that was made by this command. Without --data the folder is temporary and removed at the end."
}

// Run makes the sample data, prints the links and serves until it is stopped.
func (d demoCmd) Run(c *call) error {
	conf := c.config
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
	if err := demoFolder(conf); err != nil {
		return err
	}
	var err error
	if conf.Listen, err = freeAddress(conf.Listen); err != nil {
		return err
	}
	// Browsers make passkeys for names only, so the name of this machine for itself.
	_, port, _ := net.SplitHostPort(conf.Listen)
	conf.Origin = "http://localhost:" + port
	conf.Mail = cmp.Or(conf.Mail, "dir:"+conf.in("mail"))

	cast, err := d.fill(c.ctx, conf)
	if err != nil {
		return fmt.Errorf("make sample data: %w", err)
	}
	stage := newStage(conf.Origin, cast)
	conf.stage = stage
	return serve(c.ctx, conf, c.env, func(string, bool) { d.show(c, conf, stage) })
}

// demoFolder makes sure that the folder holds sample data or nothing.
func demoFolder(c config) error {
	if _, err := os.Stat(c.demoMarker()); err == nil {
		return errors.New("this folder holds sample data already: give another, or remove it")
	}
	if held, err := os.ReadDir(c.Data); err == nil && len(held) > 0 {
		return errors.New("this folder is not empty, and it was not made by waymark demo: give another")
	}
	if err := makeFolder(c); err != nil {
		return err
	}
	return os.WriteFile(c.demoMarker(), []byte("Sample data. Nothing here is protected.\n"), 0o600)
}

// freeAddress is address with a port that is free, if it asks for any.
func freeAddress(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port != "0" {
		return address, err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return net.JoinHostPort(host, port), nil
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
		if p.URL != "" {
			c.say("%-28s %s", p.Role+", "+p.Name, p.URL)
			if p.Note != "" {
				c.say("%-28s   %s", "", p.Note)
			}
		}
	}
	c.say("%-28s %s\n%-28s %s", "visitor, public page", s.origin+"/p/"+demo.Slug, "every part of the look", s.origin+"/ui")
	c.say("\nLetters lie in %s. Stop with Ctrl-C.", conf.in("mail"))
}
