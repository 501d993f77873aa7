package post_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/waytest"
)

// trusted is what a mail server shows whom this process trusts.
var trusted tls.Certificate

func TestMain(m *testing.M) {
	var pemmed []byte
	trusted, pemmed = selfSigned()
	dir, err := os.MkdirTemp("", "waymark-post")
	if err != nil {
		panic(err)
	}
	file := filepath.Join(dir, "roots.pem")
	if err := os.WriteFile(file, pemmed, 0o600); err != nil {
		panic(err)
	}
	os.Setenv("SSL_CERT_FILE", file)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// A sink is a mail server that keeps what it is given.
type sink struct {
	mu     sync.Mutex
	got    []*mail.Message
	bodies []string
	rcpts  []string
	refuse error // what it says to every recipient
	user   string
}

func (s *sink) NewSession(*smtp.Conn) (smtp.Session, error) { return &talk{sink: s}, nil }

type talk struct {
	*sink
	known bool
}

func (s *talk) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *talk) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.user || password != "geheim" {
			return errors.New("no")
		}
		s.known = true
		return nil
	}), nil
}

func (s *talk) Mail(string, *smtp.MailOptions) error {
	if s.user != "" && !s.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *talk) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.refuse != nil {
		return s.refuse
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rcpts = append(s.rcpts, to)
	return nil
}

func (s *talk) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got, s.bodies = append(s.got, m), append(s.bodies, string(body))
	return err
}
func (s *talk) Reset()        {}
func (s *talk) Logout() error { return nil }

// listen serves s on a port of its own, and returns host and port.
func listen(t *testing.T, s *sink, conf *tls.Config) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(s)
	server.AllowInsecureAuth, server.TLSConfig, server.Domain = true, conf, "localhost"
	server.ErrorLog = quiet{}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

const from = "Lindenhouse <post@lindenhouse.example>"

func carrier(t *testing.T, address string) post.Carrier {
	t.Helper()
	c, err := post.NewCarrier(address, from)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// letter posts l to Tomas and works the queue until it rests.
func letter(t *testing.T, w *waytest.World, c post.Carrier, l post.Letter) *job.Queue {
	t.Helper()
	office := post.New(w.Door, c, func(_ context.Context, tx *access.Tx) (string, error) {
		return tx.Compartment.Of() + "@example.org", nil
	})
	q := job.New(w.Door)
	q.Handle(post.Send, office.Work)
	w.Do(t, func(ctx context.Context) error {
		tx, err := w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := post.Post(ctx, tx, access.PersonRecord("tomas"), l); err != nil {
			return err
		}
		return tx.Commit()
	})
	return q
}

func drain(t *testing.T, q *job.Queue) {
	t.Helper()
	if _, err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

var hello = post.Letter{Subject: "Something is waiting for you", Text: "Canary text.\n"}

func TestALetterGoesToThePersonWhoseRecordItIsSealedIn(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := &sink{user: "haus"}
		q := letter(t, w, carrier(t, "smtp://haus:geheim@"+listen(t, s, &tls.Config{Certificates: []tls.Certificate{trusted}})), hello)
		if n := w.Count(t, `SELECT count(*) FROM job WHERE args LIKE '%example%' OR args LIKE '%anary%' OR args LIKE '%waiting%'`); n != 0 {
			t.Error("the job names an address or says what the letter says")
		}
		drain(t, q)
		if len(s.got) != 1 || s.rcpts[0] != "tomas@example.org" || !strings.Contains(s.bodies[0], "Canary text.") {
			t.Fatalf("the server got %d letters for %v: %q", len(s.got), s.rcpts, s.bodies)
		}
		if h := s.got[0].Header; h.Get("Subject") != hello.Subject || h.Get("Auto-Submitted") != "auto-generated" || h.Get("User-Agent")+h.Get("X-Mailer") != "" {
			t.Errorf("header %v", h)
		}
		if n := w.Count(t, `SELECT (SELECT count(*) FROM letter) + (SELECT count(*) FROM job)`); n != 0 {
			t.Errorf("%d rows are left of a letter that went", n)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE actor_id = 'system:post' AND action IN ('letter.read', 'letter.send') AND compartment = 'person/tomas'`); n != 2 {
			t.Errorf("%d leaves, want 2", n)
		}
	})
}

func TestALetterThatDidNotGoIsTriedAgainUnderTheSameIdAndErrorsNameNobody(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		dir := t.TempDir()
		s := &sink{refuse: &smtp.SMTPError{Code: 450, Message: "<tomas@example.org>: not now, Tomas"}}
		watch := &watching{Carrier: carrier(t, "smtp://"+listen(t, s, nil)+"?tls=none"), then: carrier(t, "dir:"+dir)}
		q := letter(t, w, watch, hello)
		for range 3 {
			drain(t, q)
			w.Clock.Pass(time.Hour)
		}
		if len(watch.ids) != 3 || watch.ids[0] != watch.ids[2] || !watch.at[0].Equal(watch.at[2]) {
			t.Errorf("carried as %v at %v", watch.ids, watch.at)
		}
		for _, err := range watch.errs {
			if err == nil || strings.Contains(err.Error(), "tomas") || strings.Contains(err.Error(), "Tomas") {
				t.Errorf("the error is %v", err)
			}
		}
		watch.Carrier = watch.then
		drain(t, q)
		if found, _ := filepath.Glob(filepath.Join(dir, "*")); len(found) != 1 {
			t.Errorf("the folder holds %v", found)
		}
		if n := w.Count(t, `SELECT count(*) FROM letter`); n != 0 {
			t.Error("the letter is still there")
		}
	})
}

type watching struct {
	post.Carrier
	then post.Carrier
	ids  []string
	at   []time.Time
	errs []error
}

func (c *watching) Carry(ctx context.Context, id string, at time.Time, l post.Letter) error {
	err := c.Carrier.Carry(ctx, id, at, l)
	c.ids, c.at = append(c.ids, id), append(c.at, at)
	if c.Carrier != c.then {
		c.errs = append(c.errs, err)
	}
	return err
}

// TestNoLetterLeavesBeforeItsLeaf checks what is in the log at the moment a
// letter is carried.
func TestNoLetterLeavesBeforeItsLeaf(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		c := &looking{look: func() int { return w.Count(t, `SELECT count(*) FROM audit WHERE action = 'letter.read'`) }}
		drain(t, letter(t, w, c, hello))
		if c.saw != 1 {
			t.Errorf("%d leaves were durable when the letter left the house, want 1", c.saw)
		}
	})
}

type looking struct {
	look func() int
	saw  int
}

func (c *looking) Carry(context.Context, string, time.Time, post.Letter) error {
	c.saw = c.look()
	return nil
}

func TestNothingCanBePutIntoTheHeader(t *testing.T) {
	dir := t.TempDir()
	s := &sink{}
	for _, c := range []post.Carrier{carrier(t, "dir:"+dir), carrier(t, "smtp://"+listen(t, s, nil)+"?tls=none")} {
		for _, to := range []string{"a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "", "a@example.org\x00", "<a@example.org>\nX: y"} {
			err := c.Carry(t.Context(), "id-to", time.Now(), post.Letter{To: to, Subject: "s", Text: "t"})
			if err == nil {
				t.Errorf("a letter went to %q", to)
			} else if strings.Contains(err.Error(), "a@example.org") {
				t.Errorf("the error names the address: %v", err)
			}
		}
		for _, subject := range []string{"s\r\nBcc: b@example.org", "s\nX-Bad: y", "s\r\n\r\nbody", "ä\r\nBcc: b@example.org"} {
			if err := c.Carry(t.Context(), "id-subject", time.Now(), post.Letter{To: "a@example.org", Subject: subject, Text: "t"}); err != nil {
				continue
			}
			if held, err := os.ReadFile(filepath.Join(dir, "id-subject.eml")); err == nil {
				m, err := mail.ReadMessage(bytes.NewReader(held))
				if err != nil {
					t.Fatal(err)
				}
				s.got = append(s.got, m)
			}
		}
	}
	for _, m := range s.got {
		if m.Header.Get("Bcc") != "" || m.Header.Get("X-Bad") != "" {
			t.Errorf("a header was put in: %v", m.Header)
		}
	}
	if len(s.got) == 0 {
		t.Error("no letter went at all")
	}
	for _, to := range s.rcpts {
		if to != "a@example.org" {
			t.Errorf("a letter went to %q", to)
		}
	}
}

func TestAFolderKeepsALetterOnceAndToItself(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "letters")
	c := carrier(t, "dir:"+dir)
	at := time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)
	for range 2 {
		if err := c.Carry(t.Context(), "one", at, post.Letter{To: "a@example.org", Subject: "s", Text: "t"}); err != nil {
			t.Fatal(err)
		}
	}
	found, _ := os.ReadDir(dir)
	if len(found) != 1 || found[0].Name() != "one.eml" {
		t.Fatalf("the folder holds %v", found)
	}
	if info, err := found[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	held, _ := os.ReadFile(filepath.Join(dir, "one.eml"))
	m, err := mail.ReadMessage(bytes.NewReader(held))
	if err != nil || m.Header.Get("Message-Id") != "<one@lindenhouse.example>" {
		t.Errorf("%v, %v", err, m.Header)
	}
	if when, err := m.Header.Date(); err != nil || !when.Equal(at) {
		t.Errorf("dated %v, %v", when, err)
	}
}

func TestAServerThatCannotProveWhoItIsGetsNothing(t *testing.T) {
	s := &sink{}
	stranger, _ := selfSigned()
	address := listen(t, s, &tls.Config{Certificates: []tls.Certificate{stranger}})
	for _, url := range []string{
		"smtp://haus:geheim@" + address,                   // STARTTLS, by a certificate that nobody vouches for
		"smtp://haus:geheim@" + listen(t, &sink{}, nil),   // no TLS at all
		"smtps://haus:geheim@" + listen(t, &sink{}, nil),  // a plain server where TLS should be
		"smtp://haus:falsch@" + listenAs(t) + "?tls=none", // a wrong password
		"smtp://haus:geheim@mail.invalid:25?tls=none",     // tls=none is for this machine only
	} {
		c, err := post.NewCarrier(url, from)
		if err != nil {
			t.Fatal(err)
		}
		err = c.Carry(t.Context(), "id", time.Now(), post.Letter{To: "a@example.org", Subject: "s", Text: "t"})
		if err == nil {
			t.Errorf("%s took the letter", url)
		} else if strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "a@example.org") {
			t.Errorf("the error tells too much: %v", err)
		}
	}
	if len(s.got) != 0 {
		t.Error("the letter was handed over")
	}
}

func listenAs(t *testing.T) string { return listen(t, &sink{user: "haus"}, nil) }

func selfSigned() (tls.Certificate, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestWithoutAWayToSendLettersWait(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		q := letter(t, w, carrier(t, ""), hello)
		drain(t, q)
		if n := w.Count(t, `SELECT count(*) FROM letter`); n != 1 {
			t.Error("the letter is lost")
		}
		w.NotOnDisk(t, "Canary text")
	})
	for _, bad := range []string{"mail.example.org", "http://x", "smtp://", "smtp://host:0x"} {
		if _, err := post.NewCarrier(bad, from); err == nil {
			t.Errorf("%q passed for a way to send", bad)
		}
	}
}
