package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/demo"
)

func TestTheSamplePracticeMakesNothingWhereItCannotListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	out, err := o.try("", "demo", "--listen", taken.Addr().String())
	if err == nil || !strings.Contains(err.Error(), "use --listen") || !strings.Contains(err.Error(), "make demo") {
		t.Errorf("got %v, want what else to do\n%s", err, out)
	}
	if _, err := os.Stat(o.data); !os.IsNotExist(err) {
		t.Errorf("something was made: %v", err)
	}
}

func TestWhatWasMadeForAPracticeThatIsNotShownIsRemoved(t *testing.T) {
	for _, there := range []bool{false, true} {
		c := config{Data: filepath.Join(t.TempDir(), "data")}
		if there {
			if err := os.Mkdir(c.Data, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		forget, err := demoFolder(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := demoFolder(c); err == nil || !strings.Contains(err.Error(), "holds sample data already") {
			t.Errorf("a second time: %v", err)
		}
		forget()
		held, err := os.ReadDir(c.Data)
		if len(held) > 0 || os.IsNotExist(err) == there {
			t.Errorf("where the folder was there: %t: %v, %v", there, held, err)
		}
		if _, err := demoFolder(c); err != nil {
			t.Errorf("another try: %v", err)
		}
	}
}

func TestAFolderThatNobodyCanSeeIntoIsNotRemoved(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root sees into every folder")
	}
	c := config{Data: t.TempDir()}
	theirs := filepath.Join(c.Data, "theirs")
	if err := errors.Join(os.Mkdir(theirs, 0o700), os.Chmod(c.Data, 0o300)); err != nil {
		t.Fatal(err)
	}
	if _, err := demoFolder(c); err == nil || !strings.Contains(err.Error(), "whether this folder is empty") {
		t.Errorf("a folder that cannot be seen into: %v", err)
	}
	if _, err := os.Stat(theirs); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(c.Data, 0o700); err != nil {
		t.Fatal(err)
	}
}

// Every setting there is has a real one's value here, by its variable and by its flag: one
// that is added later is among them, and has to be thought about.
func TestNothingOfTheSamplePracticeGoesToWhereARealOneHasItsData(t *testing.T) {
	real := t.TempDir()
	values := map[string]string{
		"WAYMARK_DATA": real, "WAYMARK_DATABASE": "postgres://a/b", "WAYMARK_KEYS_DATABASE": "postgres://a/c", "WAYMARK_LISTEN": "127.0.0.1:9",
		"WAYMARK_ORIGIN": "https://practice.example", "WAYMARK_TLS": "files", "WAYMARK_TLS_CERT": "/a", "WAYMARK_TLS_KEY": "/b", "WAYMARK_DOMAINS": "practice.example",
		"WAYMARK_ACME_EMAIL": "a@example.org", "WAYMARK_TRUSTED_PROXY": "10.0.0.1", "WAYMARK_MAIL": "smtps://a:b@mail.example", "WAYMARK_MAIL_FROM": "post@practice.example",
		"WAYMARK_HEADS_TO": "keeper@example.org", "WAYMARK_METRICS_LISTEN": "127.0.0.1:8", "WAYMARK_BACKUP_DIR": real, "WAYMARK_LOG": "json",
	}
	// What a flag may say of a sample practice.
	heeded := map[string]bool{"WAYMARK_DATA": true, "WAYMARK_LISTEN": true, "WAYMARK_METRICS_LISTEN": true, "WAYMARK_LOG": true, "WAYMARK_TLS": true}
	settings := reflect.TypeFor[config]()
	var flags []string
	for i := range settings.NumField() {
		name := settings.Field(i).Tag.Get("var")
		if name == "" {
			continue
		}
		if values[name] == "" {
			t.Fatalf("%s: may the sample practice heed it?", name)
		}
		if flag := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "WAYMARK_"), "_", "-")); name != "WAYMARK_TLS" {
			flags = append(flags, "--"+flag+"="+values[name])
		}
	}
	parse := func(env map[string]string, args ...string) config {
		t.Helper()
		var c commands
		parser, err := newParser(&c, func(name string) string { return env[name] }, new(strings.Builder))
		if err == nil {
			_, err = parser.Parse(append([]string{"demo"}, args...))
		}
		if err != nil {
			t.Fatal(err)
		}
		return c.config
	}
	plain := parse(nil)
	if got := parse(values); !reflect.DeepEqual(got, plain) {
		t.Errorf("by the variables it is\n%+v\nwant\n%+v", got, plain)
	}
	given := parse(nil, flags...)
	if given.BackupDir == "" || given.Mail == "" {
		t.Fatalf("nothing was given: %+v", given)
	}
	got, were := reflect.ValueOf(given.apart()), reflect.ValueOf(plain)
	for i := range settings.NumField() {
		if f := settings.Field(i); f.IsExported() && !heeded[f.Tag.Get("var")] && !got.Field(i).IsZero() && !reflect.DeepEqual(got.Field(i).Interface(), were.Field(i).Interface()) {
			t.Errorf("by its flag, %s is %v", f.Name, got.Field(i))
		}
	}
}

func TestLettersOfTheSamplePracticeGoToAFolderWhateverTheShellSays(t *testing.T) {
	var taken atomic.Bool
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		if c, err := server.Accept(); err == nil {
			taken.Store(true)
			c.Close()
		}
	}()
	real := t.TempDir()
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: map[string]string{
		"WAYMARK_MAIL": "smtp://" + server.Addr().String(), "WAYMARK_HEADS_TO": "keeper@example.org", "WAYMARK_BACKUP_DIR": real,
		"WAYMARK_DATABASE": "postgres://127.0.0.1:1/none", "WAYMARK_PASSPHRASE_FILE": filepath.Join(real, "none"),
	}}
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	var out bytes.Buffer
	ended := make(chan error, 1)
	go func() {
		env := func(name string) string { return o.env[name] }
		ended <- run(ctx, []string{"--data", o.data, "demo", "--fixture", "matrix", "--listen", "127.0.0.1:0"}, env, strings.NewReader(""), &out)
	}()
	for ctx.Err() == nil {
		if letters, _ := filepath.Glob(filepath.Join(o.data, "mail", "*")); len(letters) > 0 {
			if _, err := os.Stat(filepath.Join(o.data, "control.sock")); err == nil {
				break // it serves
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(3 * time.Second) // the queue has had its turn
	stop()
	if err := <-ended; err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if held, err := os.ReadDir(real); len(held) > 0 || err != nil || taken.Load() {
		t.Errorf("a real mail server was asked: %t; in the real folder lies %v, %v", taken.Load(), held, err)
	}
}

func TestTheMatrixLeavesNothingUndoneAndSaysWhoHasNoLink(t *testing.T) {
	c := config{Data: filepath.Join(shortDir(t), "data"), Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	c.Mail = "dir:" + c.in("mail")
	p := newProduct(t, c)
	tx, err := p.ground.records.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var left int
	if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM job WHERE name = $1`, "person.erase").Scan(&left); err != nil || left > 0 {
		t.Errorf("%d times nobody destroyed the keys of who left: %v", left, err)
	}
	for _, one := range p.Cast {
		joins := strings.HasPrefix(one.Invite, c.Origin+"/join/") && len(one.Invite) > len(c.Origin+"/join/")
		if joins != (one.Role == "invited") || (one.URL == "") != (one.Role == "invited" || one.Role == "leaver") || one.URL == "" && one.Note == "" {
			t.Errorf("%s %s: link %q, invitation %q, note %q", one.Role, one.Name, one.URL, one.Invite, one.Note)
		}
	}
	lev, gus := *p.named("Lev"), *p.named("Gus")
	o := new(strings.Builder)
	demoCmd{}.show(&call{out: o}, c, &stage{cast: []demo.Player{lev, gus}})
	if said := o.String(); !strings.Contains(said, "there is no link") || !strings.Contains(said, gus.Invite) {
		t.Errorf("it does not say how Gus comes in, or why Lev does not:\n%s", said)
	}
}
