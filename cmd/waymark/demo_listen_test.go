package main

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

func TestNothingOfTheSamplePracticeGoesToWhereARealOneKeepsItsKeysAndHeads(t *testing.T) {
	real := t.TempDir()
	set := map[string]string{"WAYMARK_BACKUP_DIR": real, "WAYMARK_HEADS_TO": "keeper@example.org"}
	for name, one := range map[string]struct {
		args []string
		env  map[string]string
	}{
		"by the variables": {args: []string{"demo"}, env: set},
		"by flags":         {args: []string{"demo", "--backup-dir", real, "--heads-to", "keeper@example.org"}},
	} {
		var c commands
		env := func(name string) string { return one.env[name] }
		parser, err := newParser(&c, env, new(strings.Builder))
		if err == nil {
			_, err = parser.Parse(one.args)
		}
		if err != nil {
			t.Fatal(name, err)
		}
		if c.BackupDir == "" || c.HeadsTo == "" {
			t.Fatalf("%s: nothing was set", name)
		}
		if got := c.config.apart(); got.BackupDir != "" || got.HeadsTo != "" || got.Listen != c.Listen {
			t.Errorf("%s: to %q and %q", name, got.BackupDir, got.HeadsTo)
		}
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
