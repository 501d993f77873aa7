package main

import (
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
