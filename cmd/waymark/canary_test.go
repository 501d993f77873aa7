package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/waymark-care/waymark/internal/store"
)

// canary is in every word that somebody writes about themselves or another.
const canary = "Kanari"

// A visitor is a browser without script.
type visitor struct {
	t       *testing.T
	p       *process
	cookies map[string]string
}

var hidden = regexp.MustCompile(`/(join|recover)/([A-Za-z0-9._~-]+)`)

// goes opens a page, after what redirects there are.
func (v *visitor) goes(path string) answered {
	v.t.Helper()
	for range 5 {
		a := v.sends(path, nil)
		if a.status != http.StatusSeeOther {
			return a
		}
		path = a.header.Get("Location")
	}
	v.t.Fatalf("%s leads on and on", path)
	return answered{}
}

func (v *visitor) sends(path string, form url.Values) answered {
	v.t.Helper()
	path, _, _ = strings.Cut(path, "#")
	method, text := http.MethodGet, ""
	if form != nil {
		method, text = http.MethodPost, form.Encode()
	}
	r, err := http.NewRequest(method, "http://"+v.p.addr+path, strings.NewReader(text))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if cookie := v.cookies["waymark"]; cookie != "" && r.Method == http.MethodPost {
		r.Header.Set("Waymark-Page", v.p.pageOf("waymark="+cookie))
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil {
		v.t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		v.cookies[c.Name] = c.Value
	}
	return answered{res.StatusCode, res.Header, body.String()}
}

// writes fills in the form of a page whose address ends so, and sends it.
func (v *visitor) writes(page, end string, fields map[string]string) answered {
	v.t.Helper()
	got := v.goes(page)
	f := formTo(v.t, got, end)
	for name, value := range fields {
		f.fields.Set(name, value)
	}
	out := v.sends(f.action, f.fields)
	if out.status >= 400 {
		v.t.Fatalf("%s: %d\n%s", f.action, out.status, out.body)
	}
	return out
}

// joins takes up an invitation with a password, and, who works there, a second step.
func joins(t *testing.T, p *process, link, password string, staff bool) *visitor {
	t.Helper()
	v := &visitor{t: t, p: p, cookies: make(map[string]string)}
	link = hidden.FindString(link)
	v.writes(link, link, map[string]string{"password": password})
	if staff {
		f := formTo(t, v.goes("/account/second-step"), "/second-step")
		u, err := url.Parse(f.fields.Get("url"))
		if err != nil {
			t.Fatal(err)
		}
		code, err := totp.GenerateCode(u.Query().Get("secret"), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		f.fields.Set("code", code)
		if got := v.sends(f.action, f.fields); got.status >= 400 {
			t.Fatalf("second step: %d\n%s", got.status, got.body)
		}
	}
	return v
}

var clientLink = regexp.MustCompile(`/clients/([0-9a-f-]{36})`)

// walk goes through the whole product, and leaves canaries everywhere.
func walk(t *testing.T, p *process, mail, first string) {
	t.Helper()
	ines := joins(t, p, first, canary+" opens sesame twelve", true)
	ines.writes("/practice", "/practice", map[string]string{"about": "Oeffentlich says the practice.", "crisis": "Ring Oeffentlich."})
	ines.writes("/account/name", "/account/name", map[string]string{"name": canary + " Ines", "phone": "0117 " + canary})

	ines.writes("/people/new", "/people/new", map[string]string{"name": canary + " Bert", "email": "kanari.bert@example.org", "roles": "clinician"})
	bert := joins(t, p, letterTo(t, mail, "kanari.bert@example.org"), canary+" behind the door", true)
	invited := ines.writes("/clients/new", "/clients/new", map[string]string{"name": canary + " Tomas", "email": "kanari.tomas@example.org"})
	client := clientLink.FindStringSubmatch(invited.body)[1]
	tomas := joins(t, p, letterTo(t, mail, "kanari.tomas@example.org"), canary+" at the window", false)
	tomas.writes("/account/name", "/account/name", map[string]string{"name": canary + " Tomas Two", "phone": "0117 " + canary})

	record := "/clients/" + client
	ines.writes(record+"/ask", "/ask", map[string]string{"instrument": "phq-9", "rhythm": "weekly", "reason": canary + " asks why."})
	ines.writes(record+"/sessions", "/sessions", map[string]string{"place": canary + " room"})
	ask := regexp.MustCompile(`/my/asks/[0-9a-f-]{36}/0`).FindString(tomas.goes("/my/week").body)
	f := formTo(t, tomas.goes(ask), "/0")
	for i := range 9 {
		f.fields.Set(fmt.Sprintf("q%d", i+1), "1")
	}
	f.fields.Set("note", canary+" in my own words")
	if got := tomas.sends(f.action+"/draft", f.fields); got.status != http.StatusSeeOther {
		t.Fatalf("draft: %d", got.status)
	}
	given := tomas.sends(f.action, f.fields)
	if given.status != http.StatusSeeOther {
		t.Fatalf("answers: %d\n%s", given.status, given.body)
	}
	tomas.goes(given.header.Get("Location"))
	elsewhere(t, p, ines, tomas, record)
	inCalendars(t, p, ines, tomas)
	withApps(t, p, ines, tomas)
	inTimes(t, ines, client)
	atTheBeginning(t, ines, tomas, record)
	inNotes(t, ines, record)
	inTheRoom(t, ines, tomas, record)
	fromElsewhere(t, ines, bert)
	inCare(t, ines, tomas, record)
	inPublic(t, p, ines, bert)
	strangers(t, p, ines, bert)
	towards(t, ines, tomas, record)
	builds(t, ines)
	practises(t, ines, tomas, record)
	inTheVault(t, ines, record)
	inTheJournal(t, ines, tomas, record)
	takesAlong(t, tomas)
	afterwards(t, ines, record)

	tomas.writes("/my/check-in", "/check-in", map[string]string{"heard": "4", "landed": canary + " landed.", "missed": canary + " did not.", "worry": canary + " weighs."})
	tomas.writes("/my/markers/new", "/markers", map[string]string{"own": canary + " word", "line": canary + " line"})
	ines.goes(record + "/together")
	said := regexp.MustCompile(`/my/check-ins/[0-9a-f-]{36}`).FindString(tomas.goes("/my/together").body)
	tomas.writes(said, said, map[string]string{"worry": canary + " weighs less."})
	ines.writes(record+"/together", "/markers", map[string]string{"own": canary + " trust", "line": canary + " line"})
	ines.writes(record+"/together", "/talked", map[string]string{})
	ines.writes("/markers/words", "/markers/words", map[string]string{"words": canary + " lightness"})

	tomas.writes("/my/log/items", "/my/log/items", map[string]string{"name": canary + " courage", "low": canary + " none", "high": canary + " much", "better": "higher"})
	tomas.writes("/my/log", "/my/log", map[string]string{"v-mood": "4", "there": "outside", "line": canary + " by the river."})
	tomas.writes("/my/log/settings", "/sharing", map[string]string{"sharing": "whole"})
	tomas.writes("/my/log/settings", "/warning", map[string]string{"do": "on"})
	tomas.sends("/my/log?day="+canary, nil)
	ines.writes("/log-scales", "/log-scales", map[string]string{"name": canary + " worry", "low": canary + " none", "high": canary + " much", "better": "lower"})
	ines.goes(record + "/log")

	flag := regexp.MustCompile(record + `/flags/[0-9a-f-]{36}`).FindString(ines.goes(record).body)
	ines.writes(flag, "/close", map[string]string{"note": canary + " was rung, and is safe."})
	bert.writes("/emergency", "/emergency", map[string]string{"email": "kanari.tomas@example.org", "reason": canary + " seemed in danger."})
	bert.goes("/emergency/" + client)
	ines.writes(record+"/course", "/events", map[string]string{"words": canary + " moved."})
	ines.writes(record+"/detours", "/detours", map[string]string{"name": canary, "reason": canary + " comes first."})
	tomas.writes("/my/detours", "/notes", map[string]string{"words": canary + " could speak."})
	ines.writes(record+"/detours", "/close", map[string]string{"stays": canary + " is home.", "changed": canary + " is tired."})
	ines.writes(record+"/plan/revise", "/plan", map[string]string{
		"do": "keep", "words-0": canary + " and trams", "own-0": canary + " on foot", "because-0": canary + " wishes it", "rhythm": canary + " weekly",
		"hypothesis-0-0": canary + " is tired", "against-0-0": canary + " sleeps well", "steps-0": canary + " one stop", "format": "individual", "where": "remote",
	})
	tomas.writes("/my/plan", "/unfit", map[string]string{"unfit": canary + " does not fit."})
	tomas.writes("/my/plan", "/steps", map[string]string{"step": "", "pace": canary + " rests."})
	tomas.writes("/my/review", "/words", map[string]string{"helps": canary + " helps.", "not": canary + " not.", "change": canary + " changes."})
	ines.writes(record+"/review", "/review", map[string]string{"words": canary + " went well.", "outcome": "go-on"})
	tomas.writes("/my/course", "/my/events", map[string]string{"words": canary + " was born."})
	ines.goes(record + "/team")
	tomas.goes("/my/record")
	ines.goes("/acts")
	tomas.writes("/my/record/use", "/use", map[string]string{"about": "learning", "yes": "yes"})
	ines.writes(record+"/work", "/work", map[string]string{"ending": "early"})
	ines.goes("/clients/look")
	ines.goes("/report")
	untilWhen(t, ines, tomas, record, client)

	// What is wrong, refused or nowhere leaves no trace either.
	nobody := &visitor{t: t, p: p, cookies: make(map[string]string)}
	nobody.sends("/sign-in", url.Values{"email": {"kanari.tomas@example.org"}, "password": {canary + " is wrong"}})
	nobody.sends("/sign-in", url.Values{"email": {"kanari.nobody@example.org"}, "password": {canary + " is wrong"}})
	nobody.sends("/recover", url.Values{"email": {"kanari.tomas@example.org"}})
	nobody.sends("/clients/"+canary, nil)
	nobody.sends("/"+canary+"?q="+canary, nil)
	nobody.sends(record+"/flags/x/close", url.Values{"note": {canary}})
	ines.sends(record+"/flags/"+canary+"/close", url.Values{"note": {canary}, "revision": {canary}})
	ines.sends(record+"/sessions", url.Values{"day": {canary}, "clock": {canary}, "place": {canary}})
	ines.sends("/clients/"+canary, nil)
	ines.sends("/people/"+canary, nil)
	ines.sends(record+"/answers/"+canary, nil)
	ines.sends(record+"/team", url.Values{"clinician": {canary}})
	ines.sends(record+"/team", url.Values{"clinician": {canary}, "do": {"end"}})
	ines.sends(record+"/share", url.Values{"supervisor": {canary}, "do": {"show"}})
	ines.sends(record+"/ask", url.Values{"instrument": {canary}, "id-" + canary: {canary}, "rhythm": {canary}})
	ines.sends(record+"/course/aid", url.Values{"of": {canary}, "answer": {canary}, "day": {canary}, "support": {canary}})
	ines.sends(record+"/events", url.Values{"id": {canary}, "day": {canary}, "words": {canary}})
	ines.sends(record+"/detours", url.Values{"id": {canary}, "name": {canary}, "from": {canary}, "reason": {canary}})
	ines.sends(record+"/course?of="+canary, nil)
	ines.sends(record+"/plan", url.Values{"do": {canary}, "problems": {"1"}, "words-0": {canary}, "concern-0": {canary}, "approach-0": {canary}})
	ines.sends(record+"/plan", url.Values{"do": {"keep"}, "problems": {"1"}, "id-0": {canary}, "words-0": {canary}, "review": {canary}, "why": {canary}})
	ines.sends(record+"/detours/"+canary+"/close", url.Values{"until": {canary}, "stays": {canary}})
	ines.sends(record+"/review", url.Values{"nth": {canary}, "outcome": {canary}, "day": {canary}, "words": {canary}})
	tomas.sends("/my/review/"+canary, nil)
	tomas.sends("/my/plan/history?from="+canary, nil)
	tomas.sends("/my/plan/sign", url.Values{"number": {canary}})
	tomas.sends("/my/plan/steps", url.Values{"id": {canary}, "problem": {canary}, "step": {canary}})
	tomas.sends("/my/events", url.Values{"id": {canary}, "day": {canary}, "words": {canary}})
	ines.sends("/account/sign-ins/"+canary+"/end", url.Values{})
	ines.sends(record+"/work", url.Values{"id": {canary}, "ending": {canary}, "ended": {canary}, "revision": {canary}})
	ines.sends(record+"/work/"+canary+"/reopen", url.Values{"revision": {canary}})
	tomas.sends("/my/record/use", url.Values{"id": {canary}, "about": {canary}, "words": {canary}, "yes": {canary}})
	bert.sends("/emergency", url.Values{"id": {canary}, "email": {"kanari.tomas@example.org"}, "reason": {canary}})
	ines.sends("/clients/new", url.Values{"name": {canary}, "email": {canary}, "id": {canary}})
	tomas.sends("/my/asks/"+canary+"/0", url.Values{"q1": {canary}})
	tomas.sends(ask, url.Values{"instrument": {"phq-9"}, "q1": {canary}})
	tomas.sends("/my/sessions/"+canary+"/check-in", url.Values{"id": {canary}, "worry": {canary}})
	tomas.sends("/my/check-in", url.Values{"id": {canary}, "worry": {canary}})
	tomas.sends("/my/check-ins/"+canary, url.Values{"revision": {canary}, "worry": {canary}})
	tomas.sends("/my/markers/"+canary, url.Values{"do": {"take"}})
	ines.sends(record+"/check-ins/"+canary+"/talked", url.Values{"revision": {canary}, "on": {canary}})
	ines.sends(record+"/markers/"+canary+"/take-back", url.Values{})
	nobody.sends("/join/"+canary, url.Values{"password": {canary}})
}

// traces are the canary as it may look in a file: as text in any case, in two
// wider spellings, and in base64 wherever it begins.
func traces() [][]byte {
	all := [][]byte{[]byte(strings.ToLower(canary))}
	var wide []byte
	for _, b := range []byte(canary) {
		wide = append(wide, b, 0)
	}
	all = append(all, bytes.ToLower(wide))
	for _, word := range []string{canary, strings.ToLower(canary)} {
		for shift := range 3 {
			text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + word))
			all = append(all, bytes.ToLower([]byte(text[(shift*8+5)/6:len(text)-1])))
		}
	}
	return all
}

// trace finds the canary in what was kept.
func trace(held []byte) bool {
	held = bytes.ToLower(held)
	for i, t := range traces() {
		if i >= 2 && len(t) < 6 {
			continue // too short to mean anything
		}
		if bytes.Contains(held, t) {
			return true
		}
	}
	return false
}

func TestTheCanaryIsFoundWhereItIs(t *testing.T) {
	for _, text := range []string{"x " + canary, "kanari.tomas@example.org", base64.StdEncoding.EncodeToString([]byte("ab" + canary + "cd")), base64.StdEncoding.EncodeToString([]byte("abc" + canary + "cd"))} {
		if !trace([]byte(text)) {
			t.Errorf("not found in %q", text)
		}
	}
	if trace([]byte("Oeffentlich")) {
		t.Error("found where it is not")
	}
}

func TestNothingThatSomebodyWroteLiesAnywhereInTheClear(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		around := t.TempDir()
		dirs := map[string]string{"mail": "", "backup": "", "tmp": ""}
		for name := range dirs {
			dirs[name] = filepath.Join(around, name)
			if err := os.Mkdir(dirs[name], 0o700); err != nil {
				t.Fatal(err)
			}
		}
		metrics := loopbackAddress(t)
		o := &operatorAt{data: c.Data, env: map[string]string{
			"WAYMARK_MAIL": "dir:" + dirs["mail"], "WAYMARK_BACKUP_DIR": dirs["backup"], "TMPDIR": dirs["tmp"], "WAYMARK_METRICS_LISTEN": metrics,
		}}
		if c.Database != "" {
			o.env["WAYMARK_DATABASE"], o.env["WAYMARK_KEYS_DATABASE"] = c.Database, c.KeysDatabase
		}
		link := o.types(t, "", "init", "--evaluation", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
			"--name", canary+" Ines", "--email", "kanari.ines@example.org")
		p := o.serves(t)
		walk(t, p, dirs["mail"], link)
		o.types(t, "", "backup", "--to", dirs["backup"])
		watched := (&process{addr: metrics}).mustGet(t, "/metrics")
		if trace([]byte(watched)) || !strings.Contains(watched, "waymark_saves_total") {
			t.Error("the metrics name somebody, or are none")
		}
		waitForLetters(t, dirs["mail"], 6)
		p.cmd.Process.Kill() // the log of the database stays as it was
		<-p.done
		p.cmd.Wait()
		if trace(p.log.Bytes()) {
			t.Errorf("the log names somebody:\n%s", p.log)
		}
		files := 0
		for _, dir := range []string{c.Data, dirs["backup"], dirs["tmp"]} {
			files += scan(t, dir)
		}
		if files < 6 {
			t.Errorf("only %d files were looked at", files)
		}
		public, err := os.ReadFile(c.publicFile())
		if err != nil || !bytes.Contains(public, []byte("Oeffentlich")) {
			t.Errorf("what is public is not there: %v", err)
		}
		letters(t, dirs["mail"])
		scanRows(t, c)
		if _, err := o.try("", "audit", "verify"); err != nil {
			t.Error(err)
		}
	})
}

// loopbackAddress is one that is free.
func loopbackAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (p *process) mustGet(t *testing.T, path string) string {
	t.Helper()
	status, body := p.get(t, path)
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d", path, status)
	}
	return body
}

// waitForLetters waits until the queue has sent some.
func waitForLetters(t *testing.T, dir string, least int) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		all, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) >= least {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("only %d letters were sent", len(all))
		}
	}
}

// letterTo waits for an invitation that is sent to the address, and returns its text.
func letterTo(t *testing.T, dir, address string) string {
	t.Helper()
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		all, err := filepath.Glob(filepath.Join(dir, "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range all {
			held, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(string(held), "=\r\n", "")
			if strings.Contains(text, "<"+address+">") && strings.Contains(text, "/join/") {
				return text
			}
		}
	}
	t.Fatalf("no invitation came to %s", address)
	return ""
}

// scan looks into every file of a folder.
func scan(t *testing.T, dir string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if trace([]byte(d.Name())) {
			t.Errorf("the name of %s names somebody", path)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		held, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if trace(held) {
			t.Errorf("%s names somebody", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// letters checks that letters say to whom they go, and nothing else of anybody.
func letters(t *testing.T, dir string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var rest []string
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "To: ") {
				rest = append(rest, line)
			}
		}
		if said := strings.Join(rest, ""); trace([]byte(said)) || trace([]byte(filepath.Base(path))) {
			t.Errorf("a letter names somebody:\n%s", said)
		}
		for _, word := range []string{"therap", "Linden", "PHQ", "clinic", "practice", "crisis", "depress"} {
			if strings.Contains(strings.ToLower(strings.Join(rest, "")), strings.ToLower(word)) {
				t.Errorf("a letter says %q:\n%s", word, text)
			}
		}
	}
}

// scanRows looks into every column of every table, as whoever holds the
// database, and the key of its file, would.
func scanRows(t *testing.T, c config) {
	t.Helper()
	reopened(t, c, func(p *product) {
		for _, db := range []*store.DB{p.ground.records, p.ground.apart} {
			rows := 0
			eachRow(t, db, func(table store.Table, row []any) {
				rows++
				for i, v := range row {
					text := fmt.Sprint(v)
					if b, ok := v.([]byte); ok {
						text = string(b)
					}
					if trace([]byte(text)) {
						t.Errorf("%s.%s names somebody: %q", table.Name, table.Columns[i].Name, text)
					}
				}
			})
			if rows == 0 {
				t.Error("there are no rows")
			}
		}
	})
}
