package main

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/reflect"
)

var timeTag = regexp.MustCompile(`name="time"[^>]*\svalue="([^"]*)"`)

// hourWritings are the forms of a session, of the minutes around it and of the times at
// which people meet, in an order in which one follows the other.
func (p *product) hourWritings(t *testing.T) []writing {
	t.Helper()
	bela := p.find("Bela")
	desk := "/clients/" + bela.ID
	ahead, held := bela.has["session"][0], bela.has["held"][0]
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	kept, free := p.reflects(t), p.freeTimes(t)
	return []writing{
		{"Bela", "/my/session", "/my/agenda", map[string]string{"revision": "0", "text": longWords}},
		{"Bela", "/my/session", "/my/agenda", map[string]string{"text": longWords}},
		{"Cleo", desk + "/sessions", "/agenda", map[string]string{"revision": "0", "text": longWords}},
		{"Cleo", desk + "/sessions/" + ahead, "/agenda", map[string]string{"text": longWords}},
		{"Cleo", desk + "/sessions/" + held, "/kept", map[string]string{"decisions": "To go on\nTo write it down", "for-client": "Ring Paul", "open": "The move\nThe winter", "calm": "The lake at night"}},
		{"Cleo", desk + "/sessions/" + held, "/meant", map[string]string{"intent": "To stay with it", "instead": longWords}},
		{"Cleo", desk + "/sessions/" + held + "/minute", "/minute", map[string]string{"do": "keep", "text": longWords}},
		{"Cleo", "/reflections", "/reflections", map[string]string{"text": longWords}},
		{"Cleo", "/reflections/" + kept, "/" + kept, map[string]string{"text": longWords}},
		{"Cleo", "/calendar/new", "/calendar/new", map[string]string{"with": bela.ID, "day": day(33), "clock": "06:15", "place": "The room up there", "anyway": "yes"}},
		{"Cleo", "/calendar/new", "/calendar/new", map[string]string{"with": bela.ID, "day": day(34), "clock": "05:15", "every": "2", "place": "The room up there"}},
		{"Cleo", "/calendar/hours", "/calendar/hours", map[string]string{"from": "18:00", "to": "19:00", "place": "The room up there"}},
		{"Cleo", "/calendar/hours", "/hours/protected", map[string]string{"first": day(40), "from": "20:00", "to": "21:00", "for": "Writing and rest"}},
		{"Mona", "/practice/holidays", "/practice/holidays", map[string]string{"first": day(300), "name": "Closed in winter"}},
		{"Mona", "/practice/booking", "/practice/booking", map[string]string{"late": longWords, "contact": "What to bring.\nNo more."}},
		{"Bela", "/my/times", "/my/times", map[string]string{"time": free[0], "words": longWords}},
		{"Bela", "/my/times/" + ahead + "/move", "/move", map[string]string{"time": free[2], "words": longWords}},
		{"Cleo", "/calendar/sessions/" + bela.ID + "/" + ahead, "/move", map[string]string{"day": day(35), "clock": "05:15", "place": "The room up there", "anyway": "yes"}},
		{"Bela", "/my/times/" + ahead + "/cancel", "/cancel", map[string]string{"words": longWords}},
		{"Bela", "/account/calendar", "/calendar/addresses", map[string]string{"label": "My phone at home"}},
		{"Cleo", "/account/calendar/sources", "/calendar/sources", map[string]string{"address": "https://calendar.example.org/mine.ics", "label": "Mine at home"}},
		{"Cleo", "/account/calendar/programs", "/calendar/programs", map[string]string{"label": "A program at home"}},
		{"Bela", "/my/reminders", "/reminders/appointments", map[string]string{"how": "mail", "lead": "evening"}},
	}
}

// freeTimes has a clinician be there every day, lets clients book, and returns times
// that one of them can book.
func (p *product) freeTimes(t *testing.T) (all []string) {
	t.Helper()
	first := time.Now().Format(time.DateOnly)
	for day := range 7 {
		form := values("id", newID(t), "weekday", string(rune('0'+day)), "from", "09:00", "to", "16:00", "first", first)(p, "")
		if got := p.posts(p.find("Cleo"), "/calendar/hours", form); got.status != http.StatusSeeOther {
			t.Fatalf("hours: %d\n%s", got.status, got.body)
		}
	}
	policy := formTo(t, p.gets(p.find("Mona"), "/practice/booking"), "/practice/booking")
	policy.fields.Set("books", "yes")
	policy.fields.Set("moves", "yes")
	policy.fields.Set("most", "6")
	if got := p.posts(p.find("Mona"), policy.action, policy.fields); got.status != http.StatusSeeOther {
		t.Fatalf("the policy: %d\n%s", got.status, got.body)
	}
	later := "/my/times?week=" + time.Now().AddDate(0, 0, 21).Format(time.DateOnly)
	for _, one := range timeTag.FindAllStringSubmatch(p.gets(p.find("Bela"), later).body, -1) {
		all = append(all, one[1])
	}
	slices.Reverse(all) // the nearest are listed first
	if len(all) < 4 {
		t.Fatalf("%d times are free", len(all))
	}
	return all
}

// reflects has a clinician keep something for herself.
func (p *product) reflects(t *testing.T) (id string) {
	t.Helper()
	id = newID(t)
	f := reflect.Form{ID: id, Kind: reflect.OverWeek, Prompt: reflect.OfWeek(time.Now()).ID, Said: reflect.Said{Text: "Begun"}}
	p.does(t, func(ctx context.Context) error {
		_, err := p.Reflections.Keep(ctx, p.actor("Cleo"), f)
		return err
	})
	return id
}

// Choices and numbers are no words; they come back all the same.
func TestChoicesThatCouldNotBeKeptComeBack(t *testing.T) {
	c := config{Data: shortDir(t) + "/data", Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	p := newProduct(t, c)
	p.peopled(t)
	bela, cleo := p.find("Bela"), p.find("Cleo")

	f := formTo(t, p.gets(bela, "/my/times"), "/times/waiting")
	f.fields["days"] = []string{"2", "6"}
	f.fields.Set("when", "any")
	f.fields.Del("parts")
	got := p.posts(bela, f.action, f.fields)
	if again := formTo(t, got, "/times/waiting"); got.status != http.StatusUnprocessableEntity || !slices.Equal(again.fields["days"], []string{"2", "6"}) || again.fields.Get("when") != "any" {
		t.Errorf("%d: chosen was %v, there is %v", got.status, f.fields, again.fields)
	}

	one, other := formTo(t, p.gets(cleo, "/calendar/hours"), "/limits"), formTo(t, p.gets(cleo, "/calendar/hours"), "/limits")
	one.fields.Set("day", "5")
	other.fields.Set("day", "7")
	if got := p.posts(cleo, one.action, one.fields); got.status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", got.status, got.body)
	}
	got = p.posts(cleo, other.action, other.fields)
	if again := formTo(t, got, "/limits"); got.status != http.StatusConflict || again.fields.Get("day") != "7" || !strings.Contains(got.body, "Kept at the moment: 5 in one day, no limit in one week.") {
		t.Errorf("%d: %v\n%s", got.status, again.fields, got.body)
	}
	if got := p.posts(cleo, other.action, formTo(t, got, "/limits").fields); got.status != http.StatusSeeOther {
		t.Errorf("after a look at both: %d", got.status)
	}

	// What is as long as it may be is kept in any script.
	lines := strings.TrimSuffix(strings.Repeat(strings.Repeat("語", 166)+"\r\n", 12), "\r\n")
	k := formTo(t, p.gets(cleo, "/clients/"+bela.ID+"/sessions/"+bela.has["held"][0]), "/kept")
	for _, name := range []string{"decisions", "for-client", "for-clinician", "for-both", "open"} {
		k.fields.Set(name, lines)
	}
	if got := p.posts(cleo, k.action, k.fields); got.status != http.StatusSeeOther {
		t.Errorf("the most that can be kept of a session: %d\n%s", got.status, got.body)
	}
}
