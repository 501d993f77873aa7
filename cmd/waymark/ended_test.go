package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/demo"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/reflect"
)

// TestWhoeverLeftDoesNotComeBackWithABackup restores records from before somebody
// left, with the keys that the server copied afterwards.
func TestWhoeverLeftDoesNotComeBackWithABackup(t *testing.T) {
	c := config{Data: filepath.Join(shortDir(t), "data"), Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	c.Mail = "dir:" + t.TempDir()
	if err := makeFolder(c); err != nil {
		t.Fatal(err)
	}
	cast, err := demoCmd{Fixture: "matrix"}.fill(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	who := func(name string) demo.Player {
		for _, p := range cast {
			if p.Name == name {
				return p
			}
		}
		t.Fatalf("nobody is called %s", name)
		return demo.Player{}
	}
	o := &operatorAt{data: c.Data, env: map[string]string{"WAYMARK_MAIL": c.Mail}}
	printed := o.types(t, "", "keys", "rotate", "--yes") // the kit of a sample practice was shown to nobody
	kit, secret := filepath.Join(t.TempDir(), "kit.txt"), filepath.Join(t.TempDir(), "passphrase")
	if err := errors.Join(os.WriteFile(kit, []byte(printed), 0o600), os.WriteFile(secret, []byte(passphraseLine.FindString(printed)), 0o600)); err != nil {
		t.Fatal(err)
	}
	o.env["WAYMARK_PASSPHRASE_FILE"] = secret

	// within opens a practice as a server would, for what people do in it.
	within := func(c config, do func(context.Context, *ground, *domains.All) error) {
		t.Helper()
		safe, err := keys.Open(c.keysDir())
		if err != nil {
			t.Fatal(err)
		}
		root, err := safe.Unlock([]byte(passphraseLine.FindString(printed)))
		if err != nil {
			t.Fatal(err)
		}
		g, err := stand(t.Context(), c, safe, root)
		if err != nil {
			t.Fatal(err)
		}
		defer g.close()
		d, err := domains.New(g.door, c.Origin)
		if err != nil {
			t.Fatal(err)
		}
		if err := inVisit(t.Context(), g, func(ctx context.Context) error { return do(ctx, g, d) }); err != nil {
			t.Fatal(err)
		}
	}
	mona, carl, ada := who("Mona"), who("Carl"), who("Ada")
	client, record := access.Actor{Practice: ada.Practice, ID: ada.ID}, access.ClientRecord(ada.ID)
	desk, thoughts := demo.Who(mona.Practice, who("Cleo").ID), [2]string{newID(t), newID(t)}
	var cookie string
	var app launch.App
	var asked [2]string // links to the answers of two who asked for a consultation
	within(c, func(ctx context.Context, _ *ground, d *domains.All) error {
		for i := range asked {
			f := enquiry.Form{Agree: true}
			var err error
			if f.ID, f.Stamp, err = d.Enquiries.Blank(mona.Practice, time.Now().Add(-time.Minute)); err != nil {
				return err
			}
			f.Name, f.Email, f.Reach = "Kim", fmt.Sprintf("kim%d@example.org", i), enquiry.Message
			if asked[i], err = d.Enquiries.Ask(ctx, mona.Practice, "203.0.113.7", f); err != nil {
				return err
			}
			_, asked[i], _ = strings.Cut(asked[i], enquiry.AnswerPath)
		}
		token, err := d.Accounts.Enter(ctx, access.System(mona.Practice, "demo"), mona.ID, "Firefox")
		cookie = token.Cookie
		if err == nil {
			f := launch.AppForm{ID: newID(t), Name: "An app", Redirects: "https://app.example/", Clients: true, May: []string{"Goal.rs"}}
			app, err = d.Launches.KeepApp(ctx, demo.Who(mona.Practice, mona.ID), f)
		}
		if err == nil {
			_, err = d.Logs.Share(ctx, client, record, mood.Whole, 0, time.UTC)
		}
		for _, id := range thoughts {
			if err == nil {
				_, err = d.Reflections.Keep(ctx, desk, reflect.Form{ID: id, Kind: reflect.OverWeek, Prompt: reflect.OfWeek(time.Now()).ID, Said: reflect.Said{Text: "Not now"}})
			}
		}
		return err
	})
	old, dir := t.TempDir(), t.TempDir()
	o.types(t, "", "backup", "--to", old)
	within(c, func(ctx context.Context, g *ground, d *domains.All) error {
		if _, err := d.Accounts.Who(ctx, cookie); err != nil {
			t.Errorf("the sign-in is not good in the first place: %v", err)
		}
		manager := access.Actor{Practice: mona.Practice, ID: mona.ID, Fresh: true}
		if err := d.People.Leave(ctx, manager, carl.ID); err != nil {
			return err
		}
		if err := d.Launches.Withdraw(ctx, manager, app.ID); err != nil {
			return err
		}
		if _, err := d.Logs.Share(ctx, client, record, mood.Mine, 0, time.UTC); err != nil {
			return err
		}
		if err := d.Enquiries.Withdraw(ctx, asked[0]); err != nil {
			return err
		}
		if err := d.Reflections.Drop(ctx, desk, thoughts[0]); err != nil {
			return err
		}
		if err := d.Enquiries.Forget(ctx, &job.Run{Practice: mona.Practice}); err != nil { // as the queue does at once
			return err
		}
		no := outcome.ChoiceForm{ID: uuid.Must(uuid.NewV7()).String(), About: outcome.AboutReport, Words: outcome.Explained.Version}
		if _, err := d.Outcomes.Choose(ctx, client, record, no); err != nil {
			return err
		}
		_, err := g.house().BackupKeys(ctx, dir) // as the running server does within seconds
		return err
	})

	files, err := filepath.Glob(filepath.Join(old, "waymark-2*.age"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	elsewhere := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: map[string]string{"WAYMARK_PASSPHRASE_FILE": secret}}
	out := elsewhere.types(t, "", "restore", "--from", files[0], "--keys", filepath.Join(dir, "waymark-keys.age"), "--kit", kit)
	if !strings.Contains(out, "Ended again") || !strings.Contains(out, "signed out") {
		t.Error(out)
	}
	c.Data = elsewhere.data
	within(c, func(ctx context.Context, g *ground, d *domains.All) error {
		if _, err := d.Accounts.Who(ctx, cookie); err == nil {
			t.Error("a sign-in from before the backup is good after the restore")
		}
		if all, err := d.Launches.Apps(ctx, client); err != nil || len(all) > 0 {
			t.Errorf("an app that was withdrawn may ask: %v, %v", all, err)
		}
		if log, err := d.Logs.Open(ctx, client, record, 0); err != nil || log.Settings.Sharing != mood.Mine {
			t.Errorf("a log that was taken back is shown: %s, %v", log.Settings.Sharing, err)
		}
		if all, err := d.Reflections.All(ctx, desk); err != nil || len(all) != 1 || all[0].ID != thoughts[1] {
			t.Errorf("of two reflections, one of which was let go of, there are %d, %v", len(all), err)
		}
		if _, err := d.Enquiries.Answer(ctx, asked[0]); !fault.Is(err, fault.NotFound) {
			t.Errorf("an enquiry that was taken back is there again: %v", err)
		}
		if a, err := d.Enquiries.Answer(ctx, asked[1]); err != nil || a.State != enquiry.Asked {
			t.Errorf("one that was not: %+v, %v", a, err)
		}
		if l, err := d.Enquiries.List(ctx, access.Actor{Practice: mona.Practice, ID: mona.ID}, enquiry.Inbox, 0); err != nil || l.Total != 1 {
			t.Errorf("the inbox has %d, %v", l.Total, err)
		}
		if chosen, err := d.Outcomes.Choices(ctx, client, record); err != nil || chosen.Report.Yes {
			t.Errorf("whoever said no is counted: %+v, %v", chosen.Report, err)
		}
		tx, err := g.records.Glance(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		var grants, works int
		err = tx.QueryRow(ctx, `SELECT
			(SELECT count(*) FROM grants WHERE actor_id = $1),
			(SELECT count(*) FROM care WHERE clinician_id = $1 AND until = 0)`, carl.ID).Scan(&grants, &works)
		if grants+works != 0 {
			t.Errorf("Carl, who left, holds %d grants and works with %d clients", grants, works)
		}
		return err
	})
	if s := elsewhere.checked(t); len(s.Wrong) != 0 {
		t.Errorf("%+v", s)
	}
}
