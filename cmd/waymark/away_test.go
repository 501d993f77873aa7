package main

import (
	"database/sql"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/waytest"
)

// A gate stands between a server and PostgreSQL: what passes it can be cut, and it can be
// shut, as if the database were away.
type gate struct {
	to, path string

	mu       sync.Mutex
	listener net.Listener
	through  map[net.Conn]bool
}

// gateBefore returns a gate, and the address of what lies behind it.
func gateBefore(t *testing.T, address string) (*gate, string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	dir := shortDir(t)
	g := &gate{to: filepath.Join(q.Get("host"), ".s.PGSQL.5432"), path: filepath.Join(dir, ".s.PGSQL.5432"), through: make(map[net.Conn]bool)}
	if _, err := os.Stat(g.to); err != nil {
		t.Skipf("PostgreSQL has no socket here: %v", err)
	}
	q.Set("host", dir)
	q.Set("application_name", filepath.Base(dir))
	u.RawQuery = q.Encode()
	g.opens(t)
	t.Cleanup(g.shuts)
	return g, u.String()
}

func (g *gate) opens(t *testing.T) {
	t.Helper()
	l, err := net.Listen("unix", g.path)
	if err != nil {
		t.Fatal(err)
	}
	g.mu.Lock()
	g.listener = l
	g.mu.Unlock()
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("unix", g.to)
			if err != nil {
				from.Close()
				continue
			}
			g.mu.Lock()
			g.through[from], g.through[to] = true, true
			g.mu.Unlock()
			for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
				go func() { io.Copy(way[0], way[1]); way[0].Close(); way[1].Close() }()
			}
		}
	}()
}

// cuts ends what passes the gate; it stays open.
func (g *gate) cuts() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.through {
		c.Close()
	}
	clear(g.through)
}

func (g *gate) shuts() {
	g.mu.Lock()
	g.listener.Close()
	g.mu.Unlock()
	g.cuts()
}

// becomes waits until /readyz says what is given.
func (p *process) becomes(t *testing.T, want string) {
	t.Helper()
	body := ""
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		if _, body = p.get(t, "/readyz"); body == want+"\n" {
			return
		}
	}
	t.Fatalf("readyz says %q, want %q\n%s", body, want, p.log)
}

// Secrets that a machine mounts.
const (
	mountedKey = "8e25e9c735a001f440d185eed4fc4e2d8f4f2385d4dcec9f8f443f01789389f8"
	anotherKey = "63162747727e6a6ee203dd8d54a65d5de0ee7c01fd00fde86233caff0a8bf88b"
)

// newMounted has made a practice that opens by a mounted key, behind a gate.
func newMounted(t *testing.T) (*operatorAt, *gate) {
	t.Helper()
	records, apart := waytest.Schema(t), waytest.Schema(t)
	key := filepath.Join(t.TempDir(), "root.key")
	if err := os.WriteFile(key, []byte(mountedKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	g, records := gateBefore(t, records)
	u, err := url.Parse(apart)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("host", filepath.Dir(g.path))
	q.Set("application_name", filepath.Base(filepath.Dir(g.path)))
	u.RawQuery = q.Encode()
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), kit: filepath.Join(t.TempDir(), "kit.txt"), env: map[string]string{
		"WAYMARK_DATABASE": records, "WAYMARK_KEYS_DATABASE": u.String(), "WAYMARK_ROOT_KEY_FILE": key,
	}}
	o.types(t, "", "init", "--mounted", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org", "--kit-file", o.kit)
	return o, g
}

func TestAPracticeIsNotSealedBecausePostgreSQLStumbles(t *testing.T) {
	o, g := newMounted(t)
	p := o.serves(t)
	p.becomes(t, stateReady)

	t.Log("every connection is ended")
	db, err := sql.Open("pgx", o.env["WAYMARK_DATABASE"])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()`, filepath.Base(filepath.Dir(g.path))); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * refreshEvery)
	p.becomes(t, stateReady)

	t.Log("the database is away for seconds")
	g.shuts()
	p.becomes(t, waitsForDatabase)
	time.Sleep(2 * refreshEvery)
	p.becomes(t, waitsForDatabase)
	if status, body := p.get(t, "/help"); status != 200 {
		t.Errorf("Help now while the database is away: %d\n%s", status, body)
	}
	g.opens(t)
	p.becomes(t, stateReady)
	if status, _ := p.get(t, "/sign-in"); status != 200 {
		t.Errorf("the page to sign in: %d", status)
	}
	log, err := p.stops(t)
	if err != nil {
		t.Error(err)
	}
	if strings.Contains(log, "root key") || strings.Contains(log, `msg=sealed why="the root`) {
		t.Errorf("the log blames the root key:\n%s", log)
	}
	for _, line := range []string{"jobs not taken up", "not looked whether the keys are in force"} {
		if n := strings.Count(log, `msg="`+line); n > 3 {
			t.Errorf("%q is said %d times:\n%s", line, n, log)
		}
	}
}

func TestAServerWaitsForItsDatabaseAndOpensByItself(t *testing.T) {
	o, g := newMounted(t)
	o.serves(t).stops(t) // that the server leaves what is public
	g.shuts()
	p := o.serves(t)
	if _, body := p.get(t, "/readyz"); body != "sealed: "+waitsForDatabase+"\n" {
		t.Errorf("readyz: %q", body)
	}
	for _, path := range []string{"/help", "/p/linden-house"} {
		if status, _ := p.get(t, path); status != 200 {
			t.Errorf("%s while the database is away: %d", path, status)
		}
	}
	g.opens(t)
	p.becomes(t, stateReady)
	if log, err := p.stops(t); err != nil {
		t.Errorf("%v\n%s", err, log)
	}
	g.shuts()
	p = o.serves(t)
	begun := time.Now()
	if log, err := p.stops(t); err != nil || time.Since(begun) > 5*time.Second {
		t.Errorf("stopped while it waits: %v after %s\n%s", err, time.Since(begun), log)
	}
}

func TestAPassphraseThatIsRightIsTypedOnce(t *testing.T) {
	o, g := newMounted(t)
	delete(o.env, "WAYMARK_ROOT_KEY_FILE")
	g.shuts()
	p := o.serves(t)
	if _, err := o.try(anotherKey+"\n", "unlock"); err == nil || strings.Contains(err.Error(), "right") {
		t.Errorf("a wrong secret: %v", err)
	}
	if _, err := o.try(mountedKey+"\n", "unlock"); err == nil || !strings.Contains(err.Error(), waitsForDatabase) {
		t.Errorf("the right secret while the database is away: %v", err)
	}
	g.opens(t)
	p.becomes(t, stateReady)
	if log, err := p.stops(t); err != nil {
		t.Error(errors.Join(err, errors.New(log)))
	}
}
