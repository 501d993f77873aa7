package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/post"
)

// TestManagersAreToldWhatTheServerNeeds has a practice of four days without a backup.
func TestManagersAreToldWhatTheServerNeeds(t *testing.T) {
	o := newOperator(t)
	c := config{Data: o.data, TLS: "off", Mail: "smtp://127.0.0.1:1?tls=none", MailFrom: "post@a.example"}
	p, err := keys.Open(c.keysDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := p.Unlock([]byte(o.passphrase(t)))
	if err != nil {
		t.Fatal(err)
	}
	g, err := stand(t.Context(), c, p, root)
	if err != nil {
		t.Fatal(err)
	}
	defer g.close()
	carrier, err := post.NewCarrier(c.Mail, c.MailFrom)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{ground: g, office: post.New(g.door, carrier, nil)}
	if all := s.worries(t.Context(), time.UTC); len(all) != 0 {
		t.Errorf("on the first day: %q", all)
	}
	old := time.Now().AddDate(0, 0, -4)
	if err := os.Chtimes(filepath.Join(c.keysDir(), keys.SafeFile), old, old); err != nil {
		t.Fatal(err)
	}
	if all := s.worries(t.Context(), time.UTC); len(all) != 1 || !strings.Contains(all[0], "backup") {
		t.Errorf("after four days: %q", all)
	}
	if err := noteBackup(c, time.Now()); err != nil {
		t.Fatal(err)
	}
	if all := s.worries(t.Context(), time.UTC); len(all) != 0 {
		t.Errorf("after a backup: %q", all)
	}
}
