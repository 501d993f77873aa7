package measure

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestEachQuestionnaireIsAskedWhenItsTimeComes(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		if text == "" {
			return time.Time{}
		}
		when, err := time.ParseInLocation("2006-01-02 15:04", text, vienna)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	// p is an ask from a day on, made at 9 on that day unless it says otherwise.
	type p struct {
		id, in   string
		rhythm   Rhythm
		from     Day
		made     string
		done     int64
		doneAt   string
		answered string
		begun    int64
		ended    bool
		own      bool
	}
	none := int64(-1)
	for _, tt := range []struct {
		name string
		all  []p
		now  string
		want string // "id/occasion+also", and "!" for a draft
	}{
		{"nothing asked, nothing due", nil, "2026-11-02 10:00", ""},
		{"once is due until it is answered", []p{{id: "a", rhythm: Once, from: "2026-11-02", done: none, begun: none}}, "2027-03-02 10:00", "a/0"},
		{"once is not due after it was answered", []p{{id: "a", rhythm: Once, from: "2026-11-02", done: 0, doneAt: "2026-11-03 10:00", answered: "2026-11-03 10:00", begun: none}}, "2026-12-02 10:00", ""},
		{"once is not due after it was declined", []p{{id: "a", rhythm: Once, from: "2026-11-02", done: 0, doneAt: "2026-11-03 10:00", begun: none}}, "2026-12-02 10:00", ""},
		{"not before its first day", []p{{id: "a", rhythm: Once, from: "2026-11-02", made: "2026-10-20 09:00", done: none, begun: none}}, "2026-11-01 23:59", ""},
		{"the first day begins at midnight where the practice is", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", made: "2026-10-20 09:00", done: none, begun: none}}, "2026-11-02 00:00", "a/0"},
		{"not after it has ended", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: none, begun: none, ended: true}}, "2026-11-03 10:00", ""},

		{"weekly: answered this week", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-02 10:00", answered: "2026-11-02 10:00", begun: none}}, "2026-11-08 23:59", ""},
		{"weekly: due again when the next week begins", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-02 10:00", answered: "2026-11-02 10:00", begun: none}}, "2026-11-09 00:00", "a/1"},
		{"weekly: declined this week, asked again in the next", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-03 10:00", begun: none}}, "2026-11-09 08:00", "a/1"},
		{"weekly: weeks that went by are not asked for again", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-02 10:00", answered: "2026-11-02 10:00", begun: none}}, "2026-12-01 10:00", "a/4"},
		{"weekly: an answer late in one week is not followed by a question early in the next", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-08 22:00", answered: "2026-11-08 22:00", begun: none}}, "2026-11-11 23:00", ""},
		{"weekly: four days later it is asked", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-08 22:00", answered: "2026-11-08 22:00", begun: none}}, "2026-11-12 00:00", "a/1"},
		{"weekly: last week's form, sent this week, counts for this week too", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-09 00:10", answered: "2026-11-09 00:10", begun: none}}, "2026-11-14 10:00", ""},
		{"weekly: a week with the clocks going back has its seven days", []p{{id: "a", rhythm: Weekly, from: "2026-10-19", made: "2026-10-18 10:00", done: 0, doneAt: "2026-10-19 10:00", answered: "2026-10-19 10:00", begun: none}}, "2026-10-25 23:30", ""},
		{"weekly: and the next begins at midnight", []p{{id: "a", rhythm: Weekly, from: "2026-10-19", made: "2026-10-18 10:00", done: 0, doneAt: "2026-10-19 10:00", answered: "2026-10-19 10:00", begun: none}}, "2026-10-26 00:00", "a/1"},
		{"a draft says that it was begun", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: none, begun: 1}}, "2026-11-10 10:00", "a/1!"},
		{"a draft of an earlier week does not", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: none, begun: 0}}, "2026-11-10 10:00", "a/1"},

		{"two questionnaires are two", []p{
			{id: "a", rhythm: Weekly, from: "2026-11-02", done: none, begun: none},
			{id: "b", in: "gad-7", rhythm: Weekly, from: "2026-11-03", done: none, begun: none},
		}, "2026-11-04 10:00", "a/0 b/0"},
		{"once and weekly of the same are asked once", []p{
			{id: "a", rhythm: Weekly, from: "2026-11-02", done: none, begun: none},
			{id: "b", rhythm: Once, from: "2026-11-03", done: none, begun: none},
		}, "2026-11-04 10:00", "a/0+b"},
		{"and the one with the draft goes on", []p{
			{id: "a", rhythm: Weekly, from: "2026-11-02", done: none, begun: none},
			{id: "b", rhythm: Once, from: "2026-11-03", done: none, begun: 0},
		}, "2026-11-04 10:00", "b/0+a!"},
		{"one answer settles both", []p{
			{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-04 10:00", answered: "2026-11-04 10:00", begun: none},
			{id: "b", rhythm: Once, from: "2026-11-03", done: none, begun: none},
		}, "2026-11-06 10:00", ""},
		{"and stays settled in the next week", []p{
			{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-04 10:00", answered: "2026-11-04 10:00", begun: none},
			{id: "b", rhythm: Once, from: "2026-11-03", done: none, begun: none},
		}, "2026-11-10 10:00", "a/1"},
		{"one no settles both", []p{
			{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-04 10:00", begun: none},
			{id: "b", rhythm: Once, from: "2026-11-03", done: none, begun: none},
		}, "2026-11-05 10:00", ""},
		{"once waits until the interval since the weekly answer has passed", []p{
			{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-02 10:00", answered: "2026-11-02 10:00", begun: none},
			{id: "b", rhythm: Once, from: "2026-11-03", done: none, begun: none},
		}, "2026-11-08 10:00", ""},
		{"and is then asked together with the next week", []p{
			{id: "a", rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-02 10:00", answered: "2026-11-02 10:00", begun: none},
			{id: "b", rhythm: Once, from: "2026-11-03", done: none, begun: none},
		}, "2026-11-09 10:00", "a/1+b"},
		{"an answer to an ask that has ended counts", []p{
			{id: "a", rhythm: Once, from: "2026-11-02", done: 0, doneAt: "2026-11-03 10:00", answered: "2026-11-03 10:00", begun: none, ended: true},
			{id: "b", rhythm: Weekly, from: "2026-11-04", done: none, begun: none},
		}, "2026-11-05 10:00", ""},
		{"so does one that nobody asked for", []p{
			{id: "o", done: 1762000000000, doneAt: "2026-11-04 10:00", answered: "2026-11-04 10:00", begun: none, own: true},
			{id: "b", rhythm: Weekly, from: "2026-11-02", done: none, begun: none},
		}, "2026-11-08 10:00", ""},
		{"an answer before the ask does not settle it", []p{
			{id: "a", rhythm: Once, from: "2026-10-05", done: 0, doneAt: "2026-10-06 10:00", answered: "2026-10-06 10:00", begun: none},
			{id: "b", rhythm: Once, from: "2026-11-02", done: none, begun: none},
		}, "2026-11-02 10:00", "b/0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var all []past
			for _, x := range tt.all {
				if x.in == "" {
					x.in = "phq-9"
				}
				if x.from == "" {
					x.from = "2026-11-02"
				}
				if x.made == "" {
					x.made = string(x.from) + " 09:00"
				}
				from, err := x.from.Begins(vienna)
				if err != nil {
					t.Fatal(err)
				}
				a := Ask{ID: x.id, Instrument: x.in, Rhythm: x.rhythm, From: x.from, State: AskOpen, MadeAt: at(x.made)}
				if x.ended {
					a.State = AskEnded
				}
				all = append(all, past{
					ask: a, from: from, own: x.own, done: x.done, doneAt: at(x.doneAt), answeredAt: at(x.answered), begun: x.begun,
				})
			}
			var got []string
			for _, d := range dueNow(all, func(string) int { return 7 }, at(tt.now), vienna) {
				s := fmt.Sprintf("%s/%d", d.Ask.ID, d.Occasion)
				for _, o := range d.Also {
					s += "+" + o.ID
				}
				if d.Begun {
					s += "!"
				}
				got = append(got, s)
			}
			if g := strings.Join(got, " "); g != tt.want {
				t.Errorf("due: got %q, want %q", g, tt.want)
			}
		})
	}
}
