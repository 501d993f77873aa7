package waytest

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/keys"
)

// A place is where a world is kept, so that another process can stand in it.
type place struct {
	Records, Keys string // addresses
	Safe          string // folder
	Secret        []byte // opens the safe
}

const placeVariable = "WAYMARK_TEST_PLACE"

// Inside returns, in a process that Child started, the world of the test that
// started it, with a clock that goes; and nil in any other process. A test that
// uses Child asks first.
func Inside(t *testing.T) *World {
	t.Helper()
	text := os.Getenv(placeVariable)
	if text == "" {
		return nil
	}
	w := &World{Clock: &Clock{at: Start}, Practice: practice}
	if err := json.Unmarshal([]byte(text), &w.place); err != nil {
		t.Fatal(err)
	}
	safe, err := keys.Open(w.place.Safe)
	if err != nil {
		t.Fatal(err)
	}
	if w.Root, err = safe.Unlock(w.place.Secret); err != nil {
		t.Fatal(err)
	}
	w.stand(t, time.Now)
	return w
}

// Child runs the test called name in a process of its own, inside w, kills it
// after the given time with a signal that it cannot catch, and returns the lines
// that it had said by then whole. env is more for its environment.
func (w *World) Child(t *testing.T, name string, live time.Duration, env ...string) []string {
	t.Helper()
	text, err := json.Marshal(w.place)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+name+"$", "-test.count=1")
	cmd.Env = append(append(os.Environ(), env...), placeVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var kill *time.Timer
	var lines []string
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			break // what comes last may be half a line
		}
		if kill == nil { // its life begins with its first word
			kill = time.AfterFunc(live, func() { cmd.Process.Kill() })
			defer kill.Stop()
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() > 0 {
		t.Errorf("the child ended by itself: %v, after %q", err, lines[max(0, len(lines)-3):])
	}
	return lines
}

// Broken returns a world whose databases answer nothing any more: whatever is
// asked of it must be an error, and never a record.
func Broken(t *testing.T) *World {
	t.Helper()
	w := In(t, t.TempDir())
	for _, db := range []interface{ Close() error }{w.DB, w.Keys} {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return w
}
