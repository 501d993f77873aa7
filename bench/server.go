package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// buildServer builds waymark as make build does. With profiling it also listens
// for net/http/pprof, by a file that exists only in this build.
func buildServer(ctx context.Context, dir string, profiling bool) (string, error) {
	out := filepath.Join(dir, "waymark")
	args := []string{"build", "-trimpath", "-o", out}
	if profiling {
		source, overlay := filepath.Join(dir, "profile.go"), filepath.Join(dir, "overlay.json")
		if err := os.WriteFile(source, []byte(profileSource), 0o600); err != nil {
			return "", err
		}
		here, err := filepath.Abs("cmd/waymark/profile_of_bench.go")
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(overlay, fmt.Appendf(nil, `{"Replace": {%q: %q}}`, here, source), 0o600); err != nil {
			return "", err
		}
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./cmd/waymark")...)
	cmd.Env, cmd.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build waymark: %w", err)
	}
	return out, nil
}

const profileSource = `package main

import (
	"net/http"
	_ "net/http/pprof"
	"os"
)

func init() {
	go http.ListenAndServe(os.Getenv("BENCH_PROFILE"), nil)
}
`

// A server is waymark serving a practice in a process of its own.
type server struct {
	cmd     *exec.Cmd
	url     string
	profile string // where pprof listens
	started time.Time
}

// freePort is an address on this machine that nobody listens at.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// start starts binary on p. It returns before the server answers.
func (p *practice) start(ctx context.Context, binary string) (*server, error) {
	addr, err := freePort()
	if err != nil {
		return nil, err
	}
	profile, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(p.dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, binary, "serve")
	cmd.Env = append(os.Environ(), "WAYMARK_DATA="+p.dir, "WAYMARK_LISTEN="+addr, "BENCH_PROFILE="+profile,
		"WAYMARK_DATABASE="+p.records, "WAYMARK_KEYS_DATABASE="+p.keys)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	s := &server{cmd: cmd, url: "http://" + addr, profile: profile, started: time.Now()}
	return s, cmd.Start()
}

// stop stops the server as an operator would.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// answers waits until the page is answered, and returns how long that took from
// the start of the process.
func (s *server) answers(t target) (time.Duration, error) {
	for {
		status, _, err := t.send(s.url)
		if err == nil && status == t.want {
			return time.Since(s.started), nil
		}
		if time.Since(s.started) > 20*time.Second {
			return 0, fmt.Errorf("the server did not answer: %d %w", status, err)
		}
		time.Sleep(500 * time.Microsecond)
	}
}

// rss is how much memory the process has now, in bytes, how much of that is its
// own and not pages of the program file, and how much it had at most since forgetMost;
// 0 where the system does not say. What is not its own is Linux's affair: it maps what lies around
// each page that is touched, the more the larger the pieces are in which it has read
// the file. The same program was seen with 35 MB of its file, and with all 55 after the
// file was read from end to end. Two versions are compared by what is their own.
func (s *server) rss() (now, own, most int64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, 0, 0
	}
	of := func(name string) int64 {
		_, rest, _ := bytes.Cut(text, []byte(name+":"))
		fields := bytes.Fields(rest)
		if len(fields) == 0 {
			return 0
		}
		n, _ := strconv.ParseInt(string(fields[0]), 10, 64)
		return n << 10
	}
	return of("VmRSS"), of("RssAnon"), of("VmHWM")
}

// forgetMost begins anew with how much memory the process had at most, where the
// system can.
func (s *server) forgetMost() {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid), []byte("5"), 0) // proc_pid_clear_refs(5)
}

// cpu is how long the process has computed so far; 0 where the system does not say.
func (s *server) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(string(fields[11]), 10, 64)
	system, _ := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond // a tick is 10 ms on every Linux that Go runs on
}

// keepProfile keeps a CPU profile of the next d in a file.
func (s *server) keepProfile(path string, d time.Duration) error {
	reply, err := http.Get(fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", s.profile, int(d.Seconds())))
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
