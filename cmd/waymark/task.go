package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/fault"
)

// A task is the part of a command that needs an open ground. A running server
// that is unlocked does it on its own ground, so that nobody has to type the
// passphrase again; otherwise the command opens the ground itself. Its exported
// fields are what it is asked to do, with absolute paths.
type task interface {
	do(ctx context.Context, g *ground, out io.Writer) error
}

// tasks are those that a running server does when asked.
func tasks() map[string]task {
	return map[string]task{
		"audit-verify": new(auditVerifyCmd),
		"backup":       new(backupCmd),
		"db-check":     new(dbCheckCmd),
		"doctor":       new(groundDoctor),
		"erase":        new(eraseCmd),

		"move-key": new(moveKeyCmd), "move-out": new(moveOutCmd), "move-away": new(moveAwayCmd),

		"instrument-import": new(instrumentImportCmd),
		"method-import":     new(methodImportCmd),

		"let-in": new(letInCmd), "invite-link": new(inviteLinkCmd), "token-create": new(tokenCreateCmd), "import": new(importCmd),
	}
}

// longestTask is room for a few files of another product as text, and more than any
// other needs.
const longestTask = 4 * arrival.MaxBytes

// perform has t done, by the running server or here.
func (c *call) perform(name string, t task, out io.Writer) error {
	state, err := askState(c.ctx, c.config)
	if err == nil && state != stateSealed {
		return c.performThere(name, t, out)
	}
	if err != nil && !errors.Is(err, errNotServing) {
		return err
	}
	g, err := c.standByHand()
	if errors.Is(err, errServes) {
		return c.performThere(name, t, out)
	}
	if err != nil {
		return err
	}
	return errors.Join(t.do(c.ctx, g, out), g.close())
}

// standByHand opens the ground, after asking for the passphrase if need be, and
// waiting for whoever has it open. It fails with errServes if that is a server
// that has been unlocked meanwhile.
func (c *call) standByHand() (*ground, error) {
	safe, err := c.config.openSafe()
	if err != nil {
		return nil, err
	}
	root, err := c.unlockByHand(safe)
	if err != nil {
		return nil, err
	}
	held, err := c.waitForFiles()
	if err != nil {
		root.Forget()
		return nil, err
	}
	return standHolding(c.ctx, c.config, safe, root, held)
}

// The trailers of an answer say how it ended, after all that it had to say.
const (
	trailerError = "Waymark-Error"
	trailerExit  = "Waymark-Exit"
)

func (c *call) performThere(name string, t task, out io.Writer) error {
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	res, err := ask(c.ctx, c.config, http.MethodPost, "/do/"+name, body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(out, res.Body); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if said := res.Trailer.Get(trailerError); said != "" {
		text, err := url.QueryUnescape(said)
		if err != nil {
			return err
		}
		return errors.New(text)
	}
	status, err := strconv.Atoi(res.Trailer.Get(trailerExit))
	switch {
	case err != nil:
		return errors.New("the server stopped before it had finished")
	case status != 0:
		return exit(status)
	}
	return nil
}

// doTask answers a command that asks for a task.
func (s *server) doTask(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", trailerError+", "+trailerExit)
	end := func(err error) {
		var quiet exit
		switch {
		case errors.As(err, &quiet):
			w.Header().Set(trailerExit, strconv.Itoa(int(quiet)))
		case err != nil:
			w.Header().Set(trailerError, url.QueryEscape(plain(err)))
		default:
			w.Header().Set(trailerExit, "0")
		}
	}
	t, ok := tasks()[r.PathValue("name")]
	if !ok {
		end(errors.New("the running server does not know this command: it is of another version, so restart it"))
		return
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, longestTask)).Decode(t); err != nil {
		end(fmt.Errorf("read what is asked: %w", err))
		return
	}
	site := s.site.Load()
	if site == nil || !site.enter() {
		end(fault.New(fault.Sealed, "", "The server is sealed: unlock it with waymark unlock."))
		return
	}
	defer site.leave()
	end(t.do(r.Context(), site.ground, w))
}

// house is what the archive package works on.
func (g *ground) house() archive.House {
	return archive.House{
		Records: g.records, Keys: g.apart, KeysDir: g.config.keysDir(), Safe: g.safe,
		Root: g.root, Ring: g.ring, Signer: g.signer, Log: g.log, Product: version, Turn: &g.keysTurn,
	}
}
