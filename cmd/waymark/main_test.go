package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/demo"
)

// TestMain lets the test's own binary be the program, for tests that kill it.
func TestMain(m *testing.M) {
	if os.Getenv("WAYMARK_TEST_IS_MAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// An operatorAt types commands at one machine.
type operatorAt struct {
	data string
	env  map[string]string
	kit  string // file with the printed kit
}

// newOperator has made a practice by waymark init.
func newOperator(t *testing.T, init ...string) *operatorAt {
	t.Helper()
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string), kit: filepath.Join(t.TempDir(), "kit.txt")}
	o.types(t, "", append([]string{
		"init", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org", "--kit-file", o.kit,
	}, init...)...)
	return o
}

// shortDir is a folder whose path leaves room for a socket in it.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "way")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (o *operatorAt) try(stdin string, args ...string) (string, error) {
	env := func(name string) string { return o.env[name] }
	var out bytes.Buffer
	err := run(context.Background(), append([]string{"--data", o.data}, args...), env, strings.NewReader(stdin), &out)
	return out.String(), err
}

func (o *operatorAt) types(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, err := o.try(stdin, args...)
	if err != nil {
		t.Fatalf("waymark %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// passphrase is what stands on the kit.
func (o *operatorAt) passphrase(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(o.kit)
	if err != nil {
		t.Fatal(err)
	}
	found := passphraseLine.FindString(string(text))
	if found == "" {
		t.Fatalf("no passphrase on the kit:\n%s", text)
	}
	return found
}

var passphraseLine = regexp.MustCompile(`[0-9A-Z]{5}(-[0-9A-Z]{5}){4}`)

// A process is the program as the system runs it.
type process struct {
	cmd  *exec.Cmd
	log  *bytes.Buffer
	addr string
	done chan struct{}

	marks sync.Map // of whose pages, by cookie
}

// starts runs the program in a process of its own.
func (o *operatorAt) starts(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], append([]string{"--data", o.data}, args...)...), log: new(bytes.Buffer), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "WAYMARK_TEST_IS_MAIN=1")
	for name, value := range o.env {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	return p
}

var listening = regexp.MustCompile(`msg="waymark listens" addr=(\S+)`)

// serves runs waymark serve, and returns once it listens.
func (o *operatorAt) serves(t *testing.T) *process {
	t.Helper()
	p := o.starts(t, "serve", "--listen", "127.0.0.1:0")
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		defer close(p.done)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			fmt.Fprintln(p.log, lines.Text())
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
			}
		}
	}()
	t.Cleanup(func() { p.cmd.Process.Kill() })
	select {
	case p.addr = <-found:
	case <-p.done:
		t.Fatalf("the server ended:\n%s", p.log)
	case <-time.After(20 * time.Second):
		t.Fatal("the server does not listen")
	}
	return p
}

func (p *process) get(t *testing.T, path string) (int, string) {
	t.Helper()
	res, err := http.Get("http://" + p.addr + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// stops sends SIGTERM and returns the log, and how the program ended.
func (p *process) stops(t *testing.T) (string, error) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-p.done
	err := p.cmd.Wait()
	return p.log.String(), err
}

func TestTheServerStartsSealedAndIsUnlockedByThePassphrase(t *testing.T) {
	o := newOperator(t)
	p := o.serves(t)
	if status, body := p.get(t, "/healthz"); status != 200 || body != "alive\n" {
		t.Errorf("healthz while sealed: %d %q", status, body)
	}
	if status, body := p.get(t, "/readyz"); status != 503 || body != "sealed\n" {
		t.Errorf("readyz while sealed: %d %q", status, body)
	}
	if status, _ := p.get(t, "/clients"); status != 503 {
		t.Errorf("a page while sealed: %d, want 503", status)
	}
	if _, err := o.try("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA\n", "unlock"); err == nil {
		t.Error("a wrong passphrase unlocked it")
	}
	if status, _ := p.get(t, "/readyz"); status != 503 {
		t.Errorf("readyz after a wrong passphrase: %d", status)
	}
	o.types(t, strings.ToLower(o.passphrase(t))+"\n", "unlock")
	if status, body := p.get(t, "/readyz"); status != 200 {
		t.Errorf("readyz after unlocking: %d %q", status, body)
	}
	if out := o.types(t, "", "audit", "verify"); !strings.Contains(out, "whole") {
		t.Errorf("the running server verifies: %s", out)
	}
	if status, body := p.get(t, "/p/linden-house"); status != 200 || !strings.Contains(body, "Linden House") {
		t.Errorf("the public page: %d\n%s", status, body)
	}
	if out := o.types(t, "", "unlock"); !strings.Contains(out, "already") {
		t.Errorf("unlocking again: %s", out)
	}
	log, err := p.stops(t)
	if err != nil || !strings.Contains(log, "waymark stopped") {
		t.Errorf("stopped by SIGTERM: %v\n%s", err, log)
	}
	if strings.Contains(log, o.passphrase(t)) {
		t.Error("the passphrase stands in the log")
	}
	again := o.serves(t)
	for _, path := range []string{"/p/linden-house", "/help"} {
		if status, _ := again.get(t, path); status != 200 {
			t.Errorf("%s while sealed: %d", path, status)
		}
	}
	if _, err := again.stops(t); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Join(o.data, "control.sock")); err == nil {
		t.Error("the control socket is still there")
	}
	if _, err := o.try("", "unlock"); err == nil || !strings.Contains(err.Error(), "no server is running") {
		t.Errorf("unlocking nobody: %v", err)
	}
}

func TestAStopSignsTheHeadOfTheLogAndCopiesIt(t *testing.T) {
	o := newOperator(t, "--evaluation")
	o.env["WAYMARK_BACKUP_DIR"] = t.TempDir()
	p := o.serves(t)
	if status, _ := p.get(t, "/readyz"); status != 200 {
		t.Fatalf("readyz: %d", status)
	}
	if log, err := p.stops(t); err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	head := filepath.Join(o.env["WAYMARK_BACKUP_DIR"], "waymark-audit-head.txt")
	if out := o.types(t, "", "audit", "verify", "--checkpoint", head); !strings.Contains(out, "whole") || !strings.Contains(out, "It begins with the head of ") {
		t.Error(out)
	}
	text, err := os.ReadFile(head)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(head, bytes.Replace(text, []byte("\n"), []byte("\n9"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := o.try("", "audit", "verify", "--checkpoint", head); err == nil {
		t.Error("a forged head was believed")
	}
	if _, err := os.Stat(filepath.Join(o.env["WAYMARK_BACKUP_DIR"], "waymark-keys.age")); err != nil {
		t.Errorf("keys were not copied: %v", err)
	}
}

func TestEveryRouteSaysForWhomItIs(t *testing.T) {
	o := &operatorAt{data: t.TempDir(), env: make(map[string]string)}
	var all []listed
	if err := json.Unmarshal([]byte(o.types(t, "", "routes", "--json")), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Error("there are no routes")
	}
	seen := make(map[string]bool)
	for _, l := range all {
		if l.Method == "" || !strings.HasPrefix(l.Pattern, "/") || l.Audience == "" {
			t.Errorf("%+v", l)
		}
		want := ""
		switch {
		case strings.HasPrefix(l.Pattern, "/dav/"):
			want = "app password"
		case strings.HasPrefix(l.Pattern, "/fhir/R4") && l.Action != "":
			want = "token"
		case l.Pattern == "/fhir/R4/" || l.Pattern == "/fhir/R4/metadata" || l.Pattern == "/healthz" || l.Pattern == "/readyz" || l.Pattern == "/assets/":
			want = "anyone"
		}
		if seen[l.Pattern] = true; want != "" && l.Audience != want {
			t.Errorf("%s %s is for %s, want %s", l.Method, l.Pattern, l.Audience, want)
		}
	}
	for _, pattern := range []string{"/healthz", "/readyz", "/assets/"} {
		if !seen[pattern] {
			t.Errorf("%s is not listed", pattern)
		}
	}
}

func TestInitTouchesNoPracticeThatIsThere(t *testing.T) {
	o := newOperator(t)
	again := []string{"init", "--practice", "Other", "--country", "GB", "--time-zone", "Europe/London", "--name", "M", "--email", "m@example.org"}
	if _, err := o.try("", again...); err == nil {
		t.Error("a second practice was made over the first")
	}
	safe := filepath.Join(o.data, "keys", "root.json")
	if err := os.Rename(safe, safe+".lost"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.try("", again...); err == nil || !strings.Contains(err.Error(), "restore") {
		t.Errorf("without its safe: %v", err)
	}
	if err := os.Rename(safe+".lost", safe); err != nil {
		t.Fatal(err)
	}
	o.types(t, o.passphrase(t), "db", "check", "--all")
	other := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	if _, err := other.try("", append(again, "--email", "nobody")...); err == nil {
		t.Error("an address that is none was taken")
	}
	if _, err := os.Lstat(other.data); err == nil {
		t.Error("something was made before what was asked had been checked")
	}
}

func TestTwoServersNeverHoldTheSameFolder(t *testing.T) {
	o := newOperator(t, "--evaluation")
	o.serves(t)
	if _, err := o.try("", "serve", "--listen", "127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "stop it first") {
		t.Errorf("a second server: %v", err)
	}
	if _, err := o.try("", "keys", "rotate", "--yes"); err == nil || !strings.Contains(err.Error(), "stop it first") {
		t.Errorf("changing the root key beneath a server: %v", err)
	}
}

func TestADatabaseThatCannotBeOpenedIsSaid(t *testing.T) {
	o := newOperator(t, "--evaluation")
	if err := os.WriteFile(filepath.Join(o.data, "waymark.db"), bytes.Repeat([]byte("torn"), 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := o.try("", "serve", "--listen", "127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "database of the records") {
		t.Errorf("got %v", err)
	}
}

func TestABackupMadeByTheRunningServerIsRestoredElsewhere(t *testing.T) {
	o := newOperator(t)
	p := o.serves(t)
	o.types(t, o.passphrase(t), "unlock")
	dir := t.TempDir()
	if out := o.types(t, "", "backup", "--to", dir); !strings.Contains(out, "Verified") {
		t.Error(out)
	}
	if _, err := p.stops(t); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "waymark-2*.age"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	elsewhere := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string), kit: o.kit}
	restore := []string{"restore", "--from", files[0], "--keys", filepath.Join(dir, "waymark-keys.age"), "--kit", o.kit}

	// Killed at any moment, a restore leaves nothing that starts, or all of it.
	for i := range 6 {
		p := elsewhere.starts(t, restore...)
		if err := p.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+40*i) * time.Millisecond)
		p.cmd.Process.Kill()
		p.cmd.Wait()
		if _, err := os.Lstat(filepath.Join(elsewhere.data, "keys", "root.json")); err == nil {
			os.RemoveAll(elsewhere.data)
		}
	}
	if out := elsewhere.types(t, "", restore...); !strings.Contains(out, "Restored") {
		t.Error(out)
	}
	secret := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(secret, []byte(o.passphrase(t)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere.env["WAYMARK_PASSPHRASE_FILE"] = secret
	if out := elsewhere.types(t, "", "db", "check", "--all"); !strings.Contains(out, "All is as it was written") {
		t.Error(out)
	}
	again := elsewhere.serves(t)
	if status, body := again.get(t, "/readyz"); status != 200 {
		t.Errorf("readyz after a restore: %d %s", status, body)
	}
	if _, err := elsewhere.try("", restore...); err == nil {
		t.Error("a practice was restored over another")
	}
}

func TestTheRootKeyIsChangedAndThePassphraseRecovered(t *testing.T) {
	o := newOperator(t)
	first := o.passphrase(t)
	if _, err := o.try(first+"\nno\n", "keys", "rotate"); err == nil {
		t.Error("the root key was changed though nobody had kept the kit")
	}
	o.types(t, first, "audit", "verify")

	out := o.types(t, first, "keys", "rotate", "--yes")
	second := passphraseLine.FindString(out)
	if second == "" || second == first {
		t.Fatalf("no new passphrase:\n%s", out)
	}
	if _, err := o.try(first, "db", "check"); err == nil {
		t.Error("the old passphrase still opens the practice")
	}
	o.types(t, second, "db", "check", "--all")

	newKit := filepath.Join(t.TempDir(), "kit2.txt")
	if err := os.WriteFile(newKit, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := o.try("", "keys", "recover", "--kit", o.kit); err == nil {
		t.Error("the old kit still recovers the practice")
	}
	out = o.types(t, "", "keys", "recover", "--kit", newKit)
	third := passphraseLine.FindString(out)
	if _, err := o.try(second, "db", "check"); err == nil {
		t.Error("the lost passphrase still opens the practice")
	}
	o.types(t, third, "db", "check", "--all")
}

// In the sample practice every table of every domain has rows, so that a value
// sealed where nobody looks for it is noticed here.
func TestASamplePracticeIsSoundAndWhoeverIsErasedStaysErasedAfterARestore(t *testing.T) {
	c := config{Data: filepath.Join(shortDir(t), "data"), Origin: "http://localhost:8420", Listen: "127.0.0.1:0"}
	mail := t.TempDir()
	c.Mail, c.MailFrom = "dir:"+mail, "post@example.org"
	if err := makeFolder(c); err != nil {
		t.Fatal(err)
	}
	cast, err := demoCmd{Fixture: "matrix"}.fill(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	o := &operatorAt{data: c.Data, env: map[string]string{"WAYMARK_MAIL": c.Mail}}
	// The kit of a sample practice was shown to nobody, so the root key is changed.
	printed := o.types(t, "", "keys", "rotate", "--yes")
	kit, secret := filepath.Join(t.TempDir(), "kit.txt"), filepath.Join(t.TempDir(), "passphrase")
	if err := errors.Join(os.WriteFile(kit, []byte(printed), 0o600), os.WriteFile(secret, []byte(passphraseLine.FindString(printed)), 0o600)); err != nil {
		t.Fatal(err)
	}
	o.env["WAYMARK_PASSPHRASE_FILE"] = secret
	before := o.checked(t)
	if before.Opened == 0 || before.Opened+before.Empty != before.Rows {
		t.Errorf("%+v", before)
	}

	dir := t.TempDir()
	o.types(t, "", "backup", "--to", dir)
	var gone demo.Player
	for _, p := range cast {
		if p.Role == "client" {
			gone = p
		}
	}
	if _, err := o.try("", "erase", "--practice", gone.Practice, "--client", gone.ID); err == nil {
		t.Error("erased without --yes")
	}
	if _, err := o.try("", "erase", "--practice", gone.Practice, "--client", "nobody", "--yes"); err == nil {
		t.Error("erased nobody")
	}
	o.env["WAYMARK_BACKUP_DIR"] = dir
	erased := o.types(t, "", "erase", "--practice", gone.Practice, "--client", gone.ID, "--yes")
	if !strings.Contains(erased, "written anew") {
		t.Error(erased)
	}
	certified(t, o, erased)
	after := o.checked(t)
	if after.Opened >= before.Opened || after.Opened+after.Erased+after.Empty != after.Rows {
		t.Errorf("after erasing: %+v, before: %+v", after, before)
	}

	files, err := filepath.Glob(filepath.Join(dir, "waymark-2*.age"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	elsewhere := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: map[string]string{"WAYMARK_PASSPHRASE_FILE": secret}}
	out := elsewhere.types(t, "", "restore", "--from", files[0], "--keys", filepath.Join(dir, "waymark-keys.age"), "--kit", kit)
	if !strings.Contains(out, "Erased again") {
		t.Error(out)
	}
	// Sign-ins, which are sealed too, have ended.
	if again := elsewhere.checked(t); again.Opened == 0 || again.Opened > after.Opened || again.Opened+again.Empty != again.Rows || len(again.Wrong) > 0 {
		t.Errorf("restored: %+v, before: %+v", again, after)
	}
}

type soundness struct {
	Rows, Opened, Erased, Empty int64
	Wrong                       []string
}

func (o *operatorAt) checked(t *testing.T) (s soundness) {
	t.Helper()
	out, err := o.try("", "db", "check", "--all", "--json")
	if err := errors.Join(err, json.Unmarshal([]byte(out), &s)); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return s
}

func TestDoctorFailsWhereRealPeopleWouldBeAtRisk(t *testing.T) {
	o := newOperator(t, "--evaluation")
	out, err := o.try("", "doctor", "--json")
	var status exit
	if !errors.As(err, &status) || status != 1 {
		t.Errorf("ended with %v, want status 1", err)
	}
	var said struct {
		Good     bool
		Findings []finding
	}
	if err := json.Unmarshal([]byte(out), &said); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	level := make(map[string]string)
	for _, f := range said.Findings {
		level[f.Name] = f.Level
		if f.Level == fails && f.Do == "" {
			t.Errorf("%s fails and does not say what to do", f.Name)
		}
	}
	for name, want := range map[string]string{"keys": fails, "mail": fails, "backup": fails, "files": good, "database": good, "jobs": good} {
		if level[name] != want {
			t.Errorf("%s: %q, want %q\n%s", name, level[name], want, out)
		}
	}
	if err := os.Chmod(o.data, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, _ := o.try("", "doctor"); !strings.Contains(out, "Others on this machine may reach") {
		t.Errorf("an open folder was not found:\n%s", out)
	}
}
