package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAMountedRootKeyIsChangedForAnotherAndForAPassphrase(t *testing.T) {
	first, second := mountedKey, strings.Replace(mountedKey, "8e", "11", 1)
	o := newOwner(t)
	o.env["WAYMARK_ROOT_KEY"] = first
	o.types(t, "", append(newPractice, "--mounted")...)

	// What is missing is said, and nothing is changed.
	for says, c := range map[string]struct {
		env  map[string]string
		args []string
	}{
		"none is given here":       {map[string]string{}, []string{"--mounted"}},
		"openssl rand -hex 32":     {map[string]string{"WAYMARK_ROOT_KEY": first}, []string{"--mounted"}},
		"add --mounted":            {map[string]string{"WAYMARK_ROOT_KEY": first, "WAYMARK_NEW_ROOT_KEY": second}, nil},
		"This is the secret in us": {map[string]string{"WAYMARK_ROOT_KEY": first, "WAYMARK_NEW_ROOT_KEY": first}, []string{"--mounted"}},
	} {
		if c.env["WAYMARK_NEW_ROOT_KEY"] == "" && c.env["WAYMARK_ROOT_KEY"] == "" {
			c.env["WAYMARK_NEW_ROOT_KEY"] = second
		}
		at := &operatorAt{data: o.data, env: c.env}
		if _, err := at.try("", append([]string{"keys", "rotate", "--yes"}, c.args...)...); err == nil || !strings.Contains(plain(err), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	o.types(t, "", "db", "check", "--all")

	o.env["WAYMARK_NEW_ROOT_KEY"] = second
	if out := o.types(t, "", "keys", "rotate", "--mounted", "--yes"); !strings.Contains(out, "credential waymark-root") {
		t.Error(out)
	}
	delete(o.env, "WAYMARK_NEW_ROOT_KEY")
	if _, err := o.try("", "db", "check"); err == nil {
		t.Error("the old secret opens the practice")
	}
	p := o.serves(t) // still with the old one
	p.becomes(t, stateSealed)
	if out, _ := o.try("", "doctor"); !strings.Contains(out, "Give it the newest root key") {
		t.Errorf("doctor: %s", out)
	}
	if log, err := p.stops(t); err != nil || !strings.Contains(log, "as after the root key was changed") {
		t.Errorf("%v %s", err, log)
	}
	o.env["WAYMARK_ROOT_KEY"] = second
	p = o.serves(t)
	p.becomes(t, stateReady)
	p.stops(t)

	third := filepath.Join(t.TempDir(), "root.new")
	if err := os.WriteFile(third, []byte(first), 0o600); err != nil { // it opens nothing any more, so that it is new
		t.Fatal(err)
	}
	o.types(t, "", "keys", "rotate", "--new-key-file", third, "--yes")
	o.env["WAYMARK_ROOT_KEY"] = first
	out := o.types(t, "", "keys", "rotate", "--yes")
	if !strings.Contains(out, "The mounted secret opens nothing any more") {
		t.Error(out)
	}
	delete(o.env, "WAYMARK_ROOT_KEY")
	o.types(t, passphraseLine.FindString(out), "db", "check", "--all")
}
