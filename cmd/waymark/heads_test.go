package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAHeadThatWasMailedProvesTheLog has the day's letter sent, and then cuts
// off the end of the log so that nothing within the databases shows it.
func TestAHeadThatWasMailedProvesTheLog(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		c.HeadsTo = "keeper@example.org"
		p := newProduct(t, c)
		verify := func(head string) (string, error) {
			var out bytes.Buffer
			err := (&auditVerifyCmd{Head: head}).do(t.Context(), p.ground, &out)
			return out.String(), err
		}
		drain := func() {
			t.Helper()
			if _, err := p.site.queue.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		drain()
		if n := len(headLetters(t, p.letters)); n != 0 {
			t.Fatalf("%d letters before the first day is over", n)
		}
		p.passed.Add(int64(25 * time.Hour))
		drain()
		mailed := headLetters(t, p.letters)
		if len(mailed) != 1 {
			t.Fatalf("%d letters after a day, want one for all practices together", len(mailed))
		}
		head, err := headIn(mailed[0])
		if err != nil {
			t.Fatal(err)
		}
		if out, err := verify(head); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}

		cut(t, p, head)
		if out, err := verify(""); err != nil {
			t.Fatalf("the log that was cut off does not look whole by itself, so that this shows nothing: %v\n%s", err, out)
		}
		out, err := verify(head)
		var status exit
		if !errors.As(err, &status) || !strings.Contains(out, "once was longer") {
			t.Errorf("a log that was cut off is believed: %v\n%s", err, out)
		}
	})
}

// cut takes away the newest leaves of what head speaks of, and all that speaks of them.
func cut(t *testing.T, p *product, head string) {
	t.Helper()
	var size int64
	if _, err := fmt.Sscanf(head, "waymark audit\n%d\n", &size); err != nil {
		t.Fatal(err)
	}
	if size%256 < 4 {
		t.Fatalf("%d leaves: the newest have hashes already", size)
	}
	tx, err := p.ground.records.Write(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(t.Context(), `DELETE FROM audit_checkpoint`); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `DELETE FROM audit WHERE seq >= $1`, size-3); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// headLetters are the letters that hold a head.
func headLetters(t *testing.T, dir string) (all []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "waymark audit\r\n") {
			if !strings.Contains(string(text), "keeper@example.org") {
				t.Errorf("a head went to somebody else:\n%s", text)
			}
			all = append(all, string(text))
		}
	}
	return all
}

func TestAHeadIsFoundInALetterHoweverItWasKept(t *testing.T) {
	const head = "waymark audit\n812\nq2xJqV1W6P0m6s9pW7h0c2ZpG5V2bXg8m4J1yJp7bXw=\n\n— waymark 8Zq1cQ==\n"
	letter := headLetter("keeper@example.org", head).Text
	for name, kept := range map[string]string{
		"as the server writes it":  head,
		"copied from a letter":     letter,
		"with the ends of Windows": strings.ReplaceAll(letter, "\n", "\r\n"),
		"quoted in an answer":      "> " + strings.ReplaceAll(letter, "\n", "\n> "),
	} {
		if got, err := headIn(kept); err != nil || got != head {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	for _, kept := range []string{"", "Dear all", strings.TrimSuffix(head, "— waymark 8Zq1cQ==\n")} {
		if got, err := headIn(kept); err == nil {
			t.Errorf("%q: got %q", kept, got)
		}
	}
}

func TestAHeadFromAfterTheBackupThatWasRestoredIsToldFromALogThatWasChanged(t *testing.T) {
	o := newOperator(t)
	secret := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(secret, []byte(o.passphrase(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	o.env["WAYMARK_PASSPHRASE_FILE"] = secret
	headNow := func(at *operatorAt) string {
		t.Helper()
		at.env["WAYMARK_BACKUP_DIR"] = t.TempDir()
		p := at.serves(t)
		p.becomes(t, stateReady)
		if log, err := p.stops(t); err != nil {
			t.Fatalf("%v\n%s", err, log)
		}
		return filepath.Join(at.env["WAYMARK_BACKUP_DIR"], "waymark-audit-head.txt")
	}
	before := headNow(o)
	backups := t.TempDir()
	o.types(t, "", "backup", "--to", backups)
	for range 3 {
		o.types(t, "", "backup", "--to", t.TempDir()) // something to write down
	}
	after := headNow(o)
	files, err := filepath.Glob(filepath.Join(backups, "waymark-2*.age"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	back := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: map[string]string{"WAYMARK_PASSPHRASE_FILE": secret}, kit: o.kit}
	back.types(t, "", "restore", "--from", files[0], "--keys", filepath.Join(backups, "waymark-keys.age"), "--kit", o.kit)
	if out := back.types(t, "", "audit", "verify", "--checkpoint", before); !strings.Contains(out, "It begins with the head of") {
		t.Errorf("a head from before the backup: %s", out)
	}
	for range 2 { // while the restored log is shorter than the other was, and when it is longer
		out, err := back.try("", "audit", "verify", "--checkpoint", after)
		var status exit
		if !errors.As(err, &status) || !strings.Contains(out, "A backup was restored on ") || !strings.Contains(out, "as is to be expected") || strings.Contains(out, "not as it was written") {
			t.Errorf("a head from after the backup: %v\n%s", err, out)
		}
		for range 6 {
			back.types(t, "", "backup", "--to", t.TempDir())
		}
	}
	newest := headNow(back)
	if out := back.types(t, "", "audit", "verify", "--checkpoint", newest); !strings.Contains(out, "It begins with the head of") {
		t.Errorf("a head from after the restore: %s", out)
	}
	out, err := o.try("", "audit", "verify", "--checkpoint", newest)
	if err == nil || !strings.Contains(out, "not as it was written") {
		t.Errorf("where nothing was restored: %v\n%s", err, out)
	}
}
