package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

// The commands reach a running server through control.sock in the data folder,
// mode 0600: whoever may open it could read the server's memory as well. It
// speaks HTTP:
//
//	GET  /state     sealed, ready, or stopped changing: read only
//	POST /unlock    the passphrase as the body
//	POST /do/NAME   a command as JSON, done on the server's own ground (task.go)
const (
	stateSealed   = "sealed"
	stateReady    = "ready"
	stateReadOnly = "read only"
)

// errNotServing says that no server listens on the data folder.
var errNotServing = errors.New("no server is running on this data folder")

// notServing is errNotServing, and what there may be to do.
func (c *config) notServing() error {
	if c.noSafe() {
		return fmt.Errorf("%w, and there is no practice in it: %s. If it is not the folder of your practice, name that one (--data, WAYMARK_DATA)", errNotServing, c.Data)
	}
	return fmt.Errorf("%w: %s. Start it with waymark serve, or as the system does it", errNotServing, c.Data)
}

// controlListener makes control.sock, and takes the place of one that a killed server left.
func controlListener(c config) (net.Listener, error) {
	path := c.controlSock()
	if len(path) > 100 { // the system's limit is 108 bytes, less on others
		return nil, fmt.Errorf("the path of the data folder is too long for a socket in it: %s", path)
	}
	// The caller holds the folder (serving), so nobody else listens here.
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("control socket: %w", err)
	}
	return l, nil
}

// controlHandler answers the commands.
func (s *server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, s.state(r.Context())) })
	mux.HandleFunc("POST /unlock", func(w http.ResponseWriter, r *http.Request) {
		secret, err := io.ReadAll(io.LimitReader(r.Body, longestLine))
		if err == nil {
			// A hung-up caller must not leave a site half built.
			err = s.unlock(context.WithoutCancel(r.Context()), secret)
		}
		clear(secret)
		if err != nil {
			http.Error(w, plain(err), http.StatusUnprocessableEntity)
		}
	})
	mux.HandleFunc("POST /do/{name}", s.doTask)
	return mux
}

// ask sends a request to the running server and returns its answer, whose body the caller closes.
func ask(ctx context.Context, c config, method, path string, body []byte) (*http.Response, error) {
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", c.controlSock())
		},
	}}
	req, err := http.NewRequestWithContext(ctx, method, "http://waymark"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, c.notServing()
	}
	if err != nil {
		return nil, fmt.Errorf("ask the running server: %w", err)
	}
	return res, nil
}

// askText is ask for a short answer; what is no success becomes an error.
func askText(ctx context.Context, c config, method, path string, body []byte) (string, error) {
	res, err := ask(ctx, c, method, path, body)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, longestLine))
	if err != nil {
		return "", fmt.Errorf("read the server's answer: %w", err)
	}
	if res.StatusCode >= 300 {
		return "", errors.New(strings.TrimSpace(string(text)))
	}
	return string(text), nil
}

func askState(ctx context.Context, c config) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return askText(ctx, c, http.MethodGet, "/state", nil)
}

func sendUnlock(ctx context.Context, c config, secret []byte) error {
	_, err := askText(ctx, c, http.MethodPost, "/unlock", secret)
	return err
}
