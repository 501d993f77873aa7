package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// noted runs a command in a process of its own and returns its first note, and
// what waits for its end.
func (o *operatorAt) noted(t *testing.T, args ...string) (note string, wait func() (string, error)) {
	t.Helper()
	p := o.starts(t, args...)
	var out strings.Builder
	p.cmd.Stdout = &out
	notes, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill() })
	in := bufio.NewReader(notes)
	note, err = in.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return note, func() (string, error) {
		rest, err := io.ReadAll(in)
		err = errors.Join(err, p.cmd.Wait()) // only then has out all of it
		return out.String() + string(rest), err
	}
}

func TestACommandWaitsForAnotherThatHasTheFilesOpenAndSaysSo(t *testing.T) {
	o := newOperator(t, "--evaluation")
	held, err := holdFile(config{Data: o.data}, "open")
	if err != nil {
		t.Fatal(err)
	}
	note, wait := o.noted(t, "db", "check")
	if !strings.Contains(note, "waiting until it has closed them") {
		t.Fatalf("it says %q", note)
	}
	time.Sleep(3 * waitStep)
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := wait(); err != nil || !strings.Contains(out, "All is as it was written.") {
		t.Errorf("afterwards: %v\n%s", err, out)
	}
}

func TestACommandThatWaitedIsDoneByTheServerThatWasUnlockedMeanwhile(t *testing.T) {
	o := newOperator(t)
	p := o.serves(t) // sealed
	held, err := holdFile(config{Data: o.data}, "open")
	if err != nil {
		t.Fatal(err)
	}
	passphrase := o.passphrase(t)
	quick := make(chan error, 1)
	go func() { quick <- sendUnlock(context.Background(), config{Data: o.data}, []byte(passphrase)) }()
	time.Sleep(3 * waitStep)
	select {
	case err := <-quick:
		t.Fatalf("the server has opened the files that another had open: %v", err)
	default:
	}
	file := t.TempDir() + "/passphrase"
	if err := os.WriteFile(file, []byte(passphrase), 0o600); err != nil {
		t.Fatal(err)
	}
	o.env["WAYMARK_PASSPHRASE_FILE"] = file
	note, wait := o.noted(t, "db", "check")
	if !strings.Contains(note, "waiting") {
		t.Fatalf("it says %q", note)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := wait(); err != nil || !strings.Contains(out, "All is as it was written.") {
		t.Errorf("the command: %v\n%s", err, out)
	}
	if err := <-quick; err != nil {
		t.Errorf("unlock: %v", err)
	}
	if status, _ := p.get(t, "/readyz"); status != 200 {
		t.Errorf("readyz: %d", status)
	}
	if out := o.types(t, "", "db", "check"); !strings.Contains(out, "All is as it was written.") {
		t.Error(out) // by the server, which has the files open
	}
}

func TestWhoWaitsForTheFilesStopsWhenToldTo(t *testing.T) {
	c := config{Data: t.TempDir()}
	held, err := holdFile(c, "open")
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	said := 0
	say := func() { said++ }
	never := func() error { return nil }
	ctx, cancel := context.WithTimeout(t.Context(), 3*waitStep)
	defer cancel()
	if _, err := holdFiles(ctx, c, time.Hour, say, never); !errors.Is(err, context.DeadlineExceeded) || said != 1 {
		t.Errorf("got %v after %d notes", err, said)
	}
	if _, err := holdFiles(t.Context(), c, waitStep, say, never); err == nil || !strings.Contains(err.Error(), "does not end") {
		t.Errorf("got %v", err)
	}
	if _, err := holdFiles(t.Context(), c, time.Hour, say, func() error { return errServes }); !errors.Is(err, errServes) {
		t.Errorf("got %v", err)
	}
}
