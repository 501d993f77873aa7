package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/waytest"
)

var newPractice = []string{
	"init", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London", "--name", "Ines Vogt", "--email", "ines@example.org",
}

// fullAfter is a place to write to that takes some letters and no more.
type fullAfter struct{ left int }

func (f *fullAfter) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(b), nil
}

// fails runs waymark init and fails unless it does, and says what is wrong.
func (o *operatorAt) fails(t *testing.T, out io.Writer, says string, more ...string) {
	t.Helper()
	env := func(name string) string { return o.env[name] }
	err := run(context.Background(), append(append([]string{"--data", o.data}, newPractice...), more...), env, strings.NewReader(""), out)
	if err == nil || !strings.Contains(err.Error(), "no practice was made") || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v, want what is wrong, %q", err, says)
	}
}

// begins makes the practice that did not come about before, and fails unless it stands.
func (o *operatorAt) begins(t *testing.T) {
	t.Helper()
	o.types(t, "", append(newPractice, "--kit-file", o.kit)...)
	o.types(t, o.passphrase(t), "db", "check", "--all")
	if _, err := os.Lstat(filepath.Join(o.data, "BEGUN")); err == nil {
		t.Error("the practice stands, and is said to be begun")
	}
}

func newOwner(t *testing.T) *operatorAt {
	return &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string), kit: filepath.Join(t.TempDir(), "kit.txt")}
}

func TestAnInitThatFailsHalfWayLeavesNothingBehind(t *testing.T) {
	t.Run("the kit cannot be printed", func(t *testing.T) {
		for _, there := range []bool{false, true} {
			o := newOwner(t)
			if there {
				if err := os.Mkdir(o.data, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			o.fails(t, &fullAfter{100}, "kit was not printed", "--kit-file", o.kit)
			if held, err := os.ReadDir(o.data); len(held) > 0 || os.IsNotExist(err) == there {
				t.Errorf("where the folder was there: %t: left is %v, %v", there, held, err)
			}
			if _, err := os.Lstat(o.kit); err == nil {
				t.Error("the kit of a practice that was not made")
			}
			o.begins(t)
		}
	})
	// What stands in the way comes after the safe and the databases were made.
	for name, way := range map[string]string{"before the practice": "ballast", "after the practice": "public.json"} {
		t.Run(name, func(t *testing.T) {
			o := newOwner(t)
			theirs := filepath.Join(o.data, way)
			if err := os.MkdirAll(theirs, 0o700); err != nil {
				t.Fatal(err)
			}
			o.fails(t, io.Discard, "nothing is left of it in "+o.data)
			if held, err := os.ReadDir(o.data); len(held) != 1 || held[0].Name() != way {
				t.Errorf("left is %v, %v", held, err)
			}
			if err := os.Remove(theirs); err != nil {
				t.Fatal(err)
			}
			o.begins(t)
		})
	}
}

func TestAnInitThatWasKilledIsBegunAnewByTheNext(t *testing.T) {
	t.Run("when all is made and the kit is not printed", func(t *testing.T) {
		o := newOwner(t)
		p := o.starts(t, append(newPractice, "--kit-file", o.kit)...)
		read, write := fullPipe(t)
		p.cmd.Stdout = write
		if err := p.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer read.Close()
		for until := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			if text, _ := os.ReadFile(o.kit); strings.Contains(string(text), "It opens what was made") {
				break
			}
			if time.Now().After(until) {
				t.Fatal("the kit never came")
			}
		}
		if _, err := o.try("", newPractice...); err == nil || !strings.Contains(err.Error(), "wait until it has ended") {
			t.Errorf("an init beside it: %v", err)
		}
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		p.cmd.Wait()
		for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"db", "check"}} {
			if _, err := o.try(o.passphrase(t), args...); err == nil || !strings.Contains(err.Error(), "Run waymark init again") {
				t.Errorf("waymark %s: %v", args[0], err)
			}
		}
		if out, _ := o.try("", "doctor"); !strings.Contains(out, "Run waymark init again") {
			t.Error(out)
		}
		first := o.passphrase(t)
		o.begins(t)
		if o.passphrase(t) == first {
			t.Error("the kit is that of the practice that is gone")
		}
	})
	t.Run("at any moment", func(t *testing.T) {
		o := newOwner(t)
		for i := range 8 {
			p := o.starts(t, append(newPractice, "--kit-file", o.kit)...)
			if err := p.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(20+35*i) * time.Millisecond)
			p.cmd.Process.Kill()
			p.cmd.Wait()
			if _, err := os.Lstat(filepath.Join(o.data, "BEGUN")); err != nil {
				os.RemoveAll(o.data) // it had not begun, or was faster
				os.Remove(o.kit)
			}
		}
		o.begins(t)
	})
	t.Run("on PostgreSQL", func(t *testing.T) {
		o := newOwner(t)
		o.env["WAYMARK_DATABASE"], o.env["WAYMARK_KEYS_DATABASE"] = waytest.Schema(t), waytest.Schema(t)
		o.fails(t, &fullAfter{100}, "empty the databases (WAYMARK_DATABASE, WAYMARK_KEYS_DATABASE)")
		if _, err := os.Lstat(o.data); !os.IsNotExist(err) {
			t.Errorf("left is something: %v", err)
		}
		// Killed, it leaves the databases, too, which are the operator's to empty.
		o.env["WAYMARK_DATABASE"], o.env["WAYMARK_KEYS_DATABASE"] = waytest.Schema(t), waytest.Schema(t)
		c := config{Data: o.data, Database: o.env["WAYMARK_DATABASE"], KeysDatabase: o.env["WAYMARK_KEYS_DATABASE"]}
		b, err := begin(c, "")
		if err != nil {
			t.Fatal(err)
		}
		g, _, err := found(t.Context(), c, keys.LockPassphrase())
		if err == nil {
			err = errors.Join(g.close(), b.held.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := o.try("", newPractice...); err == nil || !strings.Contains(err.Error(), "Empty the databases (WAYMARK_DATABASE, WAYMARK_KEYS_DATABASE), and run waymark init again") {
				t.Errorf("got %v", err)
			}
		}
		o.env["WAYMARK_DATABASE"], o.env["WAYMARK_KEYS_DATABASE"] = waytest.Schema(t), waytest.Schema(t)
		o.begins(t)
	})
}

func TestWhatLiesBesideAPracticeThatWasBegunStays(t *testing.T) {
	o := newOwner(t)
	if _, err := begin(config{Data: o.data}, o.kit); err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(o.data, "keys", "note.txt")
	for path, text := range map[string]string{theirs: "ours", o.kit: "the kit of another practice", filepath.Join(o.data, "waymark.db"): "half"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dropKit(config{Data: o.data}, o.kit)
	if err := (&config{Data: o.data}).clear(); err != nil {
		t.Fatal(err)
	}
	for path, stays := range map[string]bool{theirs: true, o.kit: true, filepath.Join(o.data, "waymark.db"): false, filepath.Join(o.data, "BEGUN"): false} {
		if _, err := os.Lstat(path); (err == nil) != stays {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// fullPipe is a pipe that takes nothing more until somebody reads.
func fullPipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	write.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	for err == nil {
		_, err = write.Write(make([]byte, 4096))
	}
	return read, write
}
