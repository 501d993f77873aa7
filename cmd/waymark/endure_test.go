package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/demo"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
)

// A writer is a client who answers one questionnaire after the other.
type writer struct {
	id, cookie string
	asks       []string
	kept       map[string]int // by ask: the answer that the server said it kept
	unsure     map[string]int // sent, and no answer came
}

const (
	writers       = 8
	asksPerWriter = 50
)

// writersIn makes a practice with people who have much to answer, and closes it.
// by is the cookie of who treats them.
func writersIn(t *testing.T, c config, most int) (o *operatorAt, all []*writer, by string) {
	t.Helper()
	g, _, err := found(t.Context(), c, keys.LockEvaluation(c.Data))
	if err != nil {
		t.Fatal(err)
	}
	defer g.close()
	d, err := domains.New(g.door, c.Origin)
	if err != nil {
		t.Fatal(err)
	}
	p := &product{conf: c, ground: g, Story: &demo.Story{All: d, Door: g.door, Now: time.Now(), At: time.Now(), Zone: time.UTC}}
	practice, err := p.Found(t.Context(), person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	clinician, err := p.Join(t.Context(), access.System(practice, "operator"), "Ines", "ines@example.org", person.Clinician)
	if err != nil {
		t.Fatal(err)
	}
	for i := range writers {
		w := &writer{kept: make(map[string]int), unsure: make(map[string]int)}
		if w.id, err = p.Join(t.Context(), demo.Who(practice, clinician), "Tomas", fmt.Sprintf("t%d@example.org", i), person.Client); err != nil {
			t.Fatal(err)
		}
		for range most {
			p.does(t, func(ctx context.Context) error {
				a, err := p.Measures.Ask(ctx, demo.Who(practice, clinician), access.ClientRecord(w.id), measure.AskForm{ID: newID(t), Instrument: "gad-7", Rhythm: measure.Once}, time.UTC)
				w.asks = append(w.asks, a.ID)
				return err
			})
		}
		w.cookie = p.signsIn(t, practice, w.id)
		all = append(all, w)
	}
	o = &operatorAt{data: c.Data, env: make(map[string]string)}
	if c.Database != "" {
		o.env["WAYMARK_DATABASE"], o.env["WAYMARK_KEYS_DATABASE"] = c.Database, c.KeysDatabase
	}
	return o, all, p.signsIn(t, practice, clinician)
}

var saysWhose = regexp.MustCompile(` data-page="([0-9a-f]+)"`)

// pageOf is the mark of the pages of whoever the cookie signs in, as it stands on one.
func (p *process) pageOf(cookie string) string {
	if mark, ok := p.marks.Load(cookie); ok {
		return mark.(string)
	}
	_, _, body, err := p.browse(cookie, "/account", nil)
	found := saysWhose.FindStringSubmatch(body)
	if err != nil || found == nil {
		return ""
	}
	p.marks.Store(cookie, found[1])
	return found[1]
}

// browse sends one request and follows nothing.
func (p *process) browse(cookie, path string, form url.Values) (status int, where, body string, err error) {
	method, text := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, text = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, "http://"+p.addr+path, text)
	if err != nil {
		return 0, "", "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
		if form != nil {
			r.Header.Set("Waymark-Page", p.pageOf(cookie))
		}
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, "", "", err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Location"), string(said), err
}

// answers are those with number n: no two of the first 4^7 are the same.
func answersOf(n int) url.Values {
	v := url.Values{"instrument": {"gad-7"}, "rev": {"0"}}
	in, _ := instrument.Lookup("gad-7", "")
	v.Set("version", in.Version)
	for _, item := range in.Items {
		v.Set(item.ID, fmt.Sprint(n%4))
		n /= 4
	}
	return v
}

// writes answers until the server is gone.
func (w *writer) writes(p *process, saved *atomic.Int64) {
	for n, ask := range w.asks {
		if _, done := w.kept[ask]; done {
			continue
		}
		status, _, _, err := p.browse("waymark="+w.cookie, "/my/asks/"+ask+"/0", answersOf(n))
		if err != nil {
			w.unsure[ask] = n
			return
		}
		if status != http.StatusSeeOther {
			w.unsure[ask] = -status
			return
		}
		w.kept[ask] = n
		saved.Add(1)
	}
}

func TestNoSavedAnswerIsLostAndNoneIsDoubledWhenTheServerIsKilled(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		o, all, _ := writersIn(t, c, asksPerWriter)
		for round := range 2 {
			p := o.serves(t)
			var saved atomic.Int64
			var busy sync.WaitGroup
			for _, w := range all {
				busy.Go(func() { w.writes(p, &saved) })
			}
			for until := time.Now().Add(3 * time.Second); saved.Load() < int64(40+40*round) && time.Now().Before(until); {
				time.Sleep(time.Millisecond)
			}
			p.cmd.Process.Kill()
			<-p.done
			p.cmd.Wait()
			busy.Wait()
			if saved.Load() == 0 {
				t.Fatal("nothing was saved before the server was killed")
			}
		}

		p := o.serves(t)
		unsure, kept := 0, 0
		for _, w := range all {
			for ask, n := range w.unsure {
				if n < 0 {
					t.Fatalf("answered with %d", -n)
				}
				unsure++
				for range 2 { // the form is sent again, and once more
					if status, _, body, err := p.browse("waymark="+w.cookie, "/my/asks/"+ask+"/0", answersOf(n)); err != nil || status != http.StatusSeeOther {
						t.Fatalf("sent again: %d %v\n%s", status, err, body)
					}
				}
				w.kept[ask] = n
			}
			for ask := range w.kept {
				kept++
				status, where, _, err := p.browse("waymark="+w.cookie, "/my/asks/"+ask+"/0", nil)
				if err != nil || status != http.StatusSeeOther || !strings.HasPrefix(where, "/my/answers/") {
					t.Errorf("what was saved is not there: %d %s %v", status, where, err)
				}
			}
		}
		t.Logf("%d saved, %d of them sent again", kept, unsure)
		if log, err := p.stops(t); err != nil {
			t.Fatalf("%v\n%s", err, log)
		}
		stored(t, c, all)
		if out := o.types(t, "", "audit", "verify"); !strings.Contains(out, "whole") {
			t.Error(out)
		}
		tampered(t, c, o)
	})
}

// reopened opens what lies at c for as long as f runs.
func reopened(t *testing.T, c config, f func(p *product)) {
	t.Helper()
	safe, err := keys.Open(c.keysDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := safe.UnlockEvaluation(c.Data)
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
	f(&product{conf: c, ground: g, Story: &demo.Story{All: d, Door: g.door, Zone: time.UTC}})
}

// stored checks that each answer is there once, as it was sent.
func stored(t *testing.T, c config, all []*writer) {
	t.Helper()
	reopened(t, c, func(p *product) {
		for _, w := range all {
			practice, _, _ := strings.Cut(w.cookie, ".")
			var given []measure.Answer
			p.does(t, func(ctx context.Context) (err error) {
				given, err = p.Measures.Newest(ctx, demo.Who(practice, w.id), access.ClientRecord(w.id), 1000)
				return err
			})
			times := make(map[string]int)
			for _, a := range given {
				times[a.AskID]++
				want, sent := w.kept[a.AskID]
				form := answersOf(want)
				for item, v := range a.Items {
					if v == nil || fmt.Sprint(*v) != form.Get(item) {
						t.Errorf("an answer is not as it was sent")
					}
				}
				if !sent || times[a.AskID] != 1 || len(a.Items) != 7 {
					t.Errorf("an answer is there %d times, with %d items; it was sent: %t", times[a.AskID], len(a.Items), sent)
				}
			}
			if len(given) != len(w.kept) {
				t.Errorf("%d answers are there, %d were saved", len(given), len(w.kept))
			}
		}
	})
}

// tampered changes one leaf, and then takes one away: each is found and named.
func tampered(t *testing.T, c config, o *operatorAt) {
	t.Helper()
	for _, change := range []struct {
		text string
		seq  int64
	}{
		{`UPDATE audit SET actor_id = 'somebody else' WHERE seq = 41`, 41},
		{`DELETE FROM audit WHERE seq = 17`, 17},
	} {
		reopened(t, c, func(p *product) {
			tx, err := p.ground.records.Write(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer tx.Rollback()
			if _, err := tx.Exec(t.Context(), change.text); err != nil {
				t.Fatal(err)
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
		})
		out, err := o.try("", "audit", "verify", "--json")
		var status exit
		var said struct {
			Whole bool
			Wrong int64 `json:"first_wrong"`
		}
		if err := errors.Join(json.Unmarshal([]byte(out), &said)); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if !errors.As(err, &status) || said.Whole || said.Wrong != change.seq {
			t.Errorf("after %q: %v\n%s", change.text, err, out)
		}
	}
}

func TestAFormThatWasOpenWhileTheServerWasKilledIsSentAfterwards(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		o, all, clinician := writersIn(t, c, 1)
		p := o.serves(t)
		page := "/clients/" + all[0].id + "/ask"
		status, _, body, err := p.browse("waymark="+clinician, page, nil)
		if err != nil || status != http.StatusOK {
			t.Fatal(status, err)
		}
		f := formTo(t, answered{status: status, body: body}, "/ask")
		f.fields.Set("instrument", "phq-9")
		f.fields.Set("rhythm", "once")
		f.fields.Set("reason", longWords)
		p.cmd.Process.Kill()
		<-p.done
		p.cmd.Wait()
		if _, _, _, err := p.browse("waymark="+clinician, f.action, f.fields); err == nil {
			t.Fatal("the server is still there")
		}
		p = o.serves(t)
		for range 2 {
			if status, _, body, err := p.browse("waymark="+clinician, f.action, f.fields); err != nil || status != http.StatusSeeOther {
				t.Fatalf("%d %v\n%s", status, err, body)
			}
		}
		_, _, body, err = p.browse("waymark="+clinician, page, nil)
		if err != nil || strings.Count(body, html.EscapeString("Second line.")) != 1 {
			t.Errorf("it is asked for %d times: %v", strings.Count(body, "Second line."), err)
		}
	})
}

func TestOnAFullDiskNothingIsLostAndReadingGoesOn(t *testing.T) {
	disk := shortDir(t)
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=56m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted here: %s", out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", disk).Run() })
	c := config{Data: filepath.Join(disk, "data"), Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	if err := makeFolder(c); err != nil {
		t.Fatal(err)
	}
	o, all, clinician := writersIn(t, c, 1)
	p := o.serves(t)
	open := p.beginnings(t, all[0], clinician)
	filler := filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 64<<10); err == nil; {
		_, err = f.Write(block)
	}
	f.Close()

	page := "/clients/" + all[0].id + "/ask"
	var full answered
	for range 400 {
		status, _, body, err := p.browse("waymark="+clinician, page, nil)
		if err != nil || status != http.StatusOK {
			t.Fatalf("reading before anything failed: %d %v\n%s\n%s", status, err, body, p.log)
		}
		form := formTo(t, answered{body: body}, "/ask")
		form.fields["instrument"] = []string{"phq-9"}
		form.fields.Set("rhythm", "once")
		form.fields.Set("reason", longWords+strings.Repeat(" and more", 40))
		full.status, _, full.body, err = p.browse("waymark="+clinician, form.action, form.fields)
		if err != nil {
			t.Fatal(err)
		}
		if full.status != http.StatusSeeOther {
			break
		}
	}
	if full.status != http.StatusServiceUnavailable || !strings.Contains(full.body, "Not saved") {
		t.Fatalf("on a full disk: %d\n%s", full.status, full.body)
	}
	again := formTo(t, full, "/ask")
	if again.fields.Get("reason") != longWords+strings.Repeat(" and more", 40) {
		t.Errorf("what was typed is not in the answer:\n%s", full.body)
	}
	refused := 0
	for _, one := range open {
		status, _, body, err := p.browse("waymark="+one.cookie, one.action, one.fields)
		switch {
		case err != nil || status != http.StatusSeeOther && status != http.StatusServiceUnavailable:
			t.Errorf("%s on a full disk: %d %v", one.action, status, err)
		case status == http.StatusServiceUnavailable:
			if refused++; formTo(t, answered{body: body}, one.action).fields.Encode() != one.fields.Encode() {
				t.Errorf("%s on a full disk: what was typed is not in the answer:\n%s", one.action, body)
			}
		}
	}
	if refused == 0 {
		t.Error("no form met the full disk")
	}
	for range 20 {
		for path, cookie := range map[string]string{"/clients/" + all[0].id: clinician, "/my/week": all[0].cookie, "/today": clinician, "/help": ""} {
			if status, _, body, err := p.browse("waymark="+cookie, path, nil); err != nil || status != http.StatusOK {
				t.Fatalf("reading %s on a full disk: %d %v\n%s", path, status, err, body)
			}
		}
	}
	if _, body := p.get(t, "/readyz"); !strings.Contains(body, stateReadOnly) {
		t.Errorf("readyz on a full disk: %s", body)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		status, _, _, err := p.browse("waymark="+clinician, again.action, again.fields)
		if err == nil && status == http.StatusSeeOther {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("with room again: %d %v\n%s", status, err, p.log)
		}
	}
	for _, one := range open {
		if status, _, body, err := p.browse("waymark="+one.cookie, one.action, one.fields); err != nil || status != http.StatusSeeOther {
			t.Errorf("%s with room again: %d %v\n%s", one.action, status, err, body)
		}
	}
	if log, err := p.stops(t); err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	o.types(t, "", "audit", "verify")
	o.types(t, "", "db", "check", "--all")
}
