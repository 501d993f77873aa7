package post_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/waytest"
)

// A moody mail server says to each command what answers has for it, or that all is well.
// An answer that is empty hangs up.
type moody struct {
	answers map[string]string // by the command's first word; ".": once it has the letter
	slow    time.Duration     // before it answers "."

	mu  sync.Mutex
	got int // letters that it had whole
}

func (m *moody) listen(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go m.talk(c)
		}
	}()
	return l.Addr().String()
}

func (m *moody) talk(c net.Conn) {
	defer c.Close()
	in := bufio.NewScanner(c)
	fmt.Fprint(c, "220 here\r\n")
	for letter := false; in.Scan(); {
		word := strings.ToUpper(strings.Fields(in.Text() + " x")[0])
		switch {
		case letter && in.Text() != ".":
			continue
		case letter:
			letter, word = false, "."
			m.mu.Lock()
			m.got++
			m.mu.Unlock()
			time.Sleep(m.slow)
		}
		answer, said := m.answers[word]
		switch {
		case said && answer == "":
			return
		case said:
		case word == "DATA":
			answer = "354 go on"
		default:
			answer = "250 well"
		}
		letter = letter || word == "DATA" && strings.HasPrefix(answer, "354")
		fmt.Fprint(c, answer+"\r\n")
	}
}

func (m *moody) had() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.got
}

// fateOf is what became of the only letter there is, to Tomas.
func fateOf(t *testing.T, w *waytest.World, id string) (fate post.Fate) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		tx, err := w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		fate, _, err = post.FateOf(ctx, tx, id)
		return err
	})
	return fate
}

// put is letter, and returns the office and the letter's id as well.
func put(t *testing.T, w *waytest.World, c post.Carrier, l post.Letter) (o *post.Office, q *job.Queue, id string) {
	t.Helper()
	o = post.New(w.Door, c, func(_ context.Context, tx *access.Tx) (string, error) {
		return tx.Compartment.Of() + "@example.org", nil
	})
	q = job.New(w.Door)
	q.Handle(post.Send, o.Work)
	w.Do(t, func(ctx context.Context) error {
		tx, err := w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if id, err = post.Put(ctx, tx, access.PersonRecord("tomas"), l); err != nil {
			return err
		}
		return tx.Commit()
	})
	return o, q, id
}

var once = post.Letter{Subject: "Something is waiting for you", Text: "Canary text.\n", Once: true}

// TestLettersThatNoServerTakesAreSeenUntilOneLeaves has a mail server away for a day.
func TestLettersThatNoServerTakesAreSeenUntilOneLeaves(t *testing.T) {
	for name, l := range map[string]post.Letter{"at least once": hello, "at most once": once} {
		t.Run(name, func(t *testing.T) {
			waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
				dir := t.TempDir()
				watch := &watching{Carrier: carrier(t, "smtp://127.0.0.1:1?tls=none"), then: carrier(t, "dir:"+dir)}
				o, q, id := put(t, w, watch, l)
				if got := fateOf(t, w, id); got != post.Waits {
					t.Errorf("before its turn: %q", got)
				}
				began := w.Clock.Now()
				drain(t, q)
				if u, err := post.Waiting(t.Context(), w.Door); err != nil || u.Letters != 1 {
					t.Errorf("%+v, %v", u, err)
				}
				if !o.Stuck(t.Context()).IsZero() {
					t.Error("one that is tried in vain once is spoken of already")
				}
				for range 30 {
					w.Clock.Pass(time.Hour)
					drain(t, q)
				}
				u, err := post.Waiting(t.Context(), w.Door)
				if err != nil || u.Letters != 1 || u.Since.Sub(began) > time.Minute || !u.Tried.Equal(w.Clock.Now().UTC()) && w.Clock.Now().Sub(u.Tried) > time.Hour {
					t.Errorf("after thirty hours: %+v, %v", u, err)
				}
				if since := o.Stuck(t.Context()); !since.Equal(u.Since) {
					t.Errorf("stuck since %v, want %v", since, u.Since)
				}
				if got := fateOf(t, w, id); got != post.Fails {
					t.Errorf("its fate is %q", got)
				}
				if o.Failed() < 20 {
					t.Errorf("%d tries were counted", o.Failed())
				}
				watch.Carrier = watch.then
				w.Clock.Pass(time.Hour)
				drain(t, q)
				if since := o.Stuck(t.Context()); !since.IsZero() {
					t.Errorf("a letter left, and they are said to be stuck since %v", since)
				}
				if got := fateOf(t, w, id); got != post.Went {
					t.Errorf("its fate is %q", got)
				}
			})
		})
	}
}

func TestWhatComesTooLateToBeOfUseIsDropped(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := &sink{}
		watch := &watching{Carrier: carrier(t, "smtp://127.0.0.1:1?tls=none"), then: carrier(t, "smtp://"+listen(t, s, nil)+"?tls=none")}
		l := hello
		l.Within = []post.Window{{From: w.Clock.Now(), To: w.Clock.Now().Add(time.Hour)}}
		_, q, _ := put(t, w, watch, l)
		drain(t, q)
		watch.Carrier = watch.then
		w.Clock.Pass(24 * time.Hour)
		drain(t, q)
		if len(s.got) != 0 || w.Count(t, `SELECT (SELECT count(*) FROM letter) + (SELECT count(*) FROM job)`) != 0 {
			t.Errorf("%d letters went a day later", len(s.got))
		}
	})
}

// A server that lets nobody send says so of the address.
func TestAServerThatRelaysForNobodyIsNotMistakenForAWrongAddress(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := &sink{refuse: &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Relay access denied"}}
		o, q, id := put(t, w, carrier(t, "smtp://"+listen(t, s, nil)+"?tls=none"), hello)
		for range 3 {
			drain(t, q)
			w.Clock.Pass(time.Hour)
		}
		if got := fateOf(t, w, id); got == post.Refused {
			t.Error("the address is said to be wrong")
		}
		if u, err := post.Waiting(t.Context(), w.Door); err != nil || u.Letters != 1 || o.Stuck(t.Context()).IsZero() {
			t.Errorf("%+v, %v: letters are said to leave", u, err)
		}
	})
}

// TestAnAddressThatIsRefusedSaysNothingAboutTheOthers has the server take letters, and none
// for Tomas.
func TestAnAddressThatIsRefusedSaysNothingAboutTheOthers(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := &sink{refuse: &smtp.SMTPError{Code: 550, Message: "no such user: tomas@example.org"}}
		o, q, id := put(t, w, carrier(t, "smtp://"+listen(t, s, nil)+"?tls=none"), hello)
		for range 3 {
			drain(t, q)
			w.Clock.Pass(7 * time.Hour)
		}
		if got := fateOf(t, w, id); got != post.Refused {
			t.Errorf("its fate is %q", got)
		}
		if u, err := post.Waiting(t.Context(), w.Door); err != nil || u.Letters != 0 || !o.Stuck(t.Context()).IsZero() {
			t.Errorf("%+v, %v: no letters are said to leave", u, err)
		}
		if q.Failed() != 0 {
			t.Error("an address that nobody has counts as work that failed")
		}
		for range 20 {
			drain(t, q)
			w.Clock.Pass(7 * time.Hour)
		}
		if n := w.Count(t, `SELECT (SELECT count(*) FROM letter) + (SELECT count(*) FROM job)`); n != 0 {
			t.Error("it is tried for ever")
		}
	})
}

// TestOfWhatSaysTheSameOneThatWaitsIsEnough has a mail server away while much is waiting.
func TestOfWhatSaysTheSameOneThatWaitsIsEnough(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		l := hello
		l.Kind = "waiting"
		refused := carrier(t, "smtp://127.0.0.1:1?tls=none")
		_, q, _ := put(t, w, refused, l)
		if _, _, id := put(t, w, refused, l); id == "" {
			t.Error("one whose turn has not come yet kept another from being posted")
		}
		drain(t, q)
		if _, _, id := put(t, w, refused, l); id != "" {
			t.Error("a third one waits")
		}
		if _, _, id := put(t, w, refused, hello); id == "" {
			t.Error("one that says something else was not posted")
		}
	})
}

func TestALetterThatIsTakenBackDoesNotGo(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := &sink{}
		_, q, id := put(t, w, carrier(t, "smtp://"+listen(t, s, nil)+"?tls=none"), hello)
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, w.Clinician, access.Ask, w.Client)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := post.Withdraw(ctx, tx, id); err != nil {
				return err
			}
			return tx.Commit()
		})
		drain(t, q)
		if len(s.got) != 0 || w.Count(t, `SELECT count(*) FROM job`) != 0 {
			t.Errorf("%d letters went", len(s.got))
		}
	})
}

// TestWhatAServerTookIsNotSentAgainAndWhatItRefusedIs goes by the last that the server said.
func TestWhatAServerTookIsNotSentAgainAndWhatItRefusedIs(t *testing.T) {
	took, lost, not := map[string]string{"RSET": ""}, map[string]string{".": ""}, map[string]string{".": "451 not now"}
	for name, x := range map[string]struct {
		answers map[string]string
		slow    time.Duration
		l       post.Letter
		want    int // letters that the server had, after three tries
	}{
		"it took it and hung up, at least once":      {took, 0, hello, 1},
		"it took it and hung up, at most once":       {took, 0, once, 1},
		"it answers slowly":                          {nil, time.Second, hello, 1},
		"its answer was lost, at most once":          {lost, 0, once, 1},
		"its answer was lost, at least once":         {lost, 0, hello, 3},
		"it read it and said not now, at most once":  {not, 0, once, 3},
		"it read it and said not now, at least once": {not, 0, hello, 3},
	} {
		t.Run(name, func(t *testing.T) {
			waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
				server := &moody{answers: x.answers, slow: x.slow}
				_, q, _ := put(t, w, carrier(t, "smtp://"+server.listen(t)+"?tls=none"), x.l)
				for range 3 {
					drain(t, q)
					w.Clock.Pass(2 * time.Hour)
				}
				if server.had() != x.want {
					t.Errorf("the server had it %d times, want %d", server.had(), x.want)
				}
			})
		})
	}
}

// TestTryFindsWhatKeepsLettersFromLeaving is what doctor goes by.
func TestTryFindsWhatKeepsLettersFromLeaving(t *testing.T) {
	hangs, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hangs.Close()
	ours, vouched := &moody{}, &tls.Config{Certificates: []tls.Certificate{trusted}}
	for name, x := range map[string]struct {
		address, from string
		good          bool
	}{
		"one that takes them":     {"smtp://" + ours.listen(t) + "?tls=none", from, true},
		"a password":              {"smtp://haus:geheim@" + listen(t, &sink{user: "haus"}, vouched), from, true},
		"a wrong password":        {"smtp://haus:falsch@" + listen(t, &sink{user: "haus"}, vouched), from, false},
		"nobody there":            {"smtp://127.0.0.1:1?tls=none", from, false},
		"no TLS":                  {"smtp://" + ours.listen(t), from, false},
		"no answer":               {"smtp://" + hangs.Addr().String() + "?tls=none", from, false},
		"not this sender":         {"smtp://" + (&moody{answers: map[string]string{"MAIL": "553 not you"}}).listen(t) + "?tls=none", from, false},
		"no sender":               {"smtp://" + ours.listen(t) + "?tls=none", "post", false},
		"another way":             {"ftp://x", from, false},
		"a password like a port":  {"smtp://u:p@h:x", from, false},
		"a folder":                {"dir:" + t.TempDir(), from, true},
		"a file and not a folder": {"dir:/dev/null", from, false},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		err := post.Try(ctx, x.address, x.from)
		cancel()
		if (err == nil) != x.good || err != nil && (strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "falsch")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ours.had() != 0 {
		t.Error("a letter was sent")
	}
}

// A missing carrier knows nobody, for certain.
type missing struct{}

func (missing) Carry(context.Context, string, time.Time, post.Letter) error {
	return errors.Join(post.ErrNotTaken, post.ErrNobody)
}

func TestARefusedAddressThatSaysUntilWhenIsTriedUntilThen(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		l := hello
		l.Within = []post.Window{{From: w.Clock.Now(), To: w.Clock.Now().AddDate(0, 0, 14)}}
		_, q, id := put(t, w, missing{}, l)
		for range 13 {
			drain(t, q)
			w.Clock.Pass(24 * time.Hour)
		}
		if got := fateOf(t, w, id); got != post.Refused {
			t.Errorf("after thirteen days: %q", got)
		}
	})
}
