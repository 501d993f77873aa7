package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A target is one request. In path, # stands for a number that counts up, so
// that no two requests ask for the same.
type target struct {
	method, path, cookie, body string
	want                       int // status
}

// numbered is t as it is asked for when all targets were asked for n times.
func (t target) numbered(n int64) target {
	t.path = strings.Replace(t.path, "#", fmt.Sprint(n), 1)
	t.body = strings.Replace(t.body, everyDay, day(n), 1)
	return t
}

// dress says in q who asks, and what it brings.
func (t target) dress(q *http.Request) {
	if t.byToken() {
		q.Header.Set("Authorization", "Bearer "+t.cookie)
	} else {
		q.Header.Set("Cookie", "waymark="+t.cookie)
	}
	switch {
	case strings.HasPrefix(t.body, "{"):
		q.Header.Set("Content-Type", "application/fhir+json")
	case t.body != "":
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
}

// send sends the request once, and follows nothing.
func (t target) send(url string) (status int, body string, err error) {
	q, err := http.NewRequest(t.method, url+t.path, strings.NewReader(t.body))
	if err != nil {
		return 0, "", err
	}
	t.dress(q)
	c := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       10 * time.Second,
	}
	reply, err := c.Do(q)
	if err != nil {
		return 0, "", err
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	return reply.StatusCode, string(text), err
}

// A figure is what came of one run, or of the median of several.
type figure struct {
	perSecond float64
	p50, p99  time.Duration
	requests  int64
	failed    int64         // statuses from 400 on, and broken connections
	bytes     int64         // of replies
	cpu       time.Duration // of the server, for one request
}

// A loader makes requests from a process of its own: wrk, or, where there is
// none, this program.
type loader struct {
	wrk    string // path, or empty
	script string
	dir    string
	quiet  time.Duration // of warming up; whole seconds
	length time.Duration // of one run; whole seconds
	runs   int
}

//go:embed load.lua
var script string

func newLoader(dir string) (*loader, error) {
	l := &loader{dir: dir, script: filepath.Join(dir, "load.lua")}
	l.wrk, _ = exec.LookPath("wrk")
	return l, os.WriteFile(l.script, []byte(script), 0o600)
}

func (l *loader) name() string {
	if l.wrk != "" {
		return "wrk"
	}
	return "this program's own load generator, which takes more of the machine than wrk"
}

// measure has the targets asked for over conns connections, and returns the run
// in the middle. from is where the counting begins; it returns where it ended.
func (l *loader) measure(ctx context.Context, s *server, all []target, conns int, from int64) (figure, int64, error) {
	file := filepath.Join(l.dir, "targets")
	var lines strings.Builder
	for _, t := range all {
		fmt.Fprintf(&lines, "%s\t%s\t%s\t%s\n", t.method, t.path, t.cookie, t.body)
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		return figure{}, from, err
	}
	var runs []figure
	for i := range l.runs + 1 {
		length := l.length
		if i == 0 {
			if length = l.quiet; length == 0 {
				continue
			}
		}
		before := s.cpu()
		f, err := l.run(ctx, s.url, file, conns, length, from)
		if err != nil {
			return figure{}, from, err
		}
		f.cpu = (s.cpu() - before) / time.Duration(max(f.requests, 1))
		from += f.requests + int64(conns) + 1 // what was under way at the end was not counted
		if i > 0 {
			runs = append(runs, f)
		}
	}
	slices.SortFunc(runs, func(a, b figure) int { return int(a.perSecond - b.perSecond) })
	middle := runs[len(runs)/2]
	middle.failed = 0
	for _, f := range runs {
		middle.failed += f.failed
	}
	return middle, from, nil
}

func (l *loader) run(ctx context.Context, url, file string, conns int, length time.Duration, from int64) (figure, error) {
	var cmd *exec.Cmd
	if l.wrk != "" {
		cmd = exec.CommandContext(ctx, l.wrk, "-t1", fmt.Sprintf("-c%d", conns), fmt.Sprintf("-d%ds", int(length.Seconds())),
			"-s", l.script, url, "--", file, fmt.Sprint(from))
	} else {
		self, err := os.Executable()
		if err != nil {
			return figure{}, err
		}
		cmd = exec.CommandContext(ctx, self, "-generate", fmt.Sprintf("%s %d %s %s %d", url, conns, length, file, from))
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return figure{}, fmt.Errorf("load: %w\n%s", err, out)
	}
	_, line, _ := strings.Cut(string(out), "RESULT ")
	return parseResult(line)
}

// parseResult reads what load.lua and generate print.
func parseResult(line string) (figure, error) {
	var f figure
	var micros, p50, p99 int64
	if _, err := fmt.Sscan(line, &f.requests, &micros, &p50, &p99, &f.failed, &f.bytes); err != nil {
		return f, fmt.Errorf("read the result of a run: %w", err)
	}
	f.perSecond = float64(f.requests) / (float64(micros) / 1e6)
	f.p50, f.p99 = time.Duration(p50)*time.Microsecond, time.Duration(p99)*time.Microsecond
	return f, nil
}
