package measure

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/session"
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
		sooner   bool
		refused  bool
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
		{"weekly: four days later it is asked, if overlapping was decided", []p{{id: "a", sooner: true, rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-08 22:00", answered: "2026-11-08 22:00", begun: none}}, "2026-11-12 00:00", "a/1"},
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
			{id: "a", sooner: true, rhythm: Weekly, from: "2026-11-02", done: 0, doneAt: "2026-11-04 10:00", answered: "2026-11-04 10:00", begun: none},
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
		{"fortnightly: not in the second week", []p{{id: "a", rhythm: Fortnightly, from: "2026-11-02", done: 0, doneAt: "2026-11-02 10:00", answered: "2026-11-02 10:00", begun: none}}, "2026-11-15 23:59", ""},
		{"fortnightly: in the third", []p{{id: "a", rhythm: Fortnightly, from: "2026-11-02", done: 0, doneAt: "2026-11-02 10:00", answered: "2026-11-02 10:00", begun: none}}, "2026-11-16 00:00", "a/1"},
		{"monthly: on the same day of the next month", []p{{id: "a", rhythm: Monthly, from: "2026-11-19", done: 0, doneAt: "2026-11-19 10:00", answered: "2026-11-19 10:00", begun: none}}, "2026-12-18 23:59", ""},
		{"monthly: from midnight", []p{{id: "a", rhythm: Monthly, from: "2026-11-19", done: 0, doneAt: "2026-11-19 10:00", answered: "2026-11-19 10:00", begun: none}}, "2026-12-19 00:00", "a/1"},
		{"monthly: a month without a 31st has it on its last day", []p{{id: "a", rhythm: Monthly, from: "2026-01-31", made: "2026-01-31 09:00", done: 0, doneAt: "2026-01-31 10:00", answered: "2026-01-31 10:00", begun: none}}, "2026-02-28 00:00", "a/1"},
		{"monthly: and the month after on the 31st again", []p{{id: "a", rhythm: Monthly, from: "2026-01-31", made: "2026-01-31 09:00", done: 1, doneAt: "2026-02-28 10:00", answered: "2026-02-28 10:00", begun: none}}, "2026-03-30 23:59", ""},
		{"monthly: on that day", []p{{id: "a", rhythm: Monthly, from: "2026-01-31", made: "2026-01-31 09:00", done: 1, doneAt: "2026-02-28 10:00", answered: "2026-02-28 10:00", begun: none}}, "2026-03-31 00:00", "a/2"},
		{"monthly: a leap year has a 29th", []p{{id: "a", rhythm: Monthly, from: "2028-01-31", made: "2028-01-31 09:00", done: 0, doneAt: "2028-01-31 10:00", answered: "2028-01-31 10:00", begun: none}}, "2028-02-29 00:00", "a/1"},
		{"monthly: over the end of a year", []p{{id: "a", rhythm: Monthly, from: "2026-11-30", done: none, begun: none}}, "2027-02-28 08:00", "a/3"},
		{"monthly: declined, and not asked again just after", []p{{id: "a", rhythm: Monthly, from: "2026-11-02", done: 0, doneAt: "2026-11-28 10:00", begun: none}}, "2026-12-05 08:00", ""},

		{"by sessions: nothing without a session", []p{{id: "a", rhythm: EachSession, from: "2026-11-02", done: none, begun: none}}, "2026-11-04 10:00", ""},
		{"by sessions: from a day before", []p{{id: "a", rhythm: EachSession, from: "2026-11-02", done: none, begun: none}}, "2026-11-09 15:00", "a/207"},
		{"by sessions: not earlier", []p{{id: "a", rhythm: EachSession, from: "2026-11-02", done: none, begun: none}}, "2026-11-09 14:59", ""},
		{"by sessions: until its end", []p{{id: "a", rhythm: EachSession, from: "2026-11-02", done: none, begun: none}}, "2026-11-10 15:49", "a/207"},
		{"by sessions: not after", []p{{id: "a", rhythm: EachSession, from: "2026-11-02", done: none, begun: none}}, "2026-11-10 15:50", ""},
		{"by sessions: not for one before the first day", []p{{id: "a", rhythm: EachSession, from: "2026-11-11", made: "2026-11-02 09:00", done: none, begun: none}}, "2026-11-10 15:00", ""},
		{"by sessions: answered before it", []p{{id: "a", rhythm: EachSession, from: "2026-11-02", done: 207, doneAt: "2026-11-09 18:00", answered: "2026-11-09 18:00", begun: none}}, "2026-11-10 15:10", ""},
		{"by sessions: the next one a week later", []p{{id: "a", rhythm: EachSession, from: "2026-11-02", done: 207, doneAt: "2026-11-09 18:00", answered: "2026-11-09 18:00", begun: none}}, "2026-11-16 18:00", "a/375"},
		{"by sessions: one that was moved is not asked for twice", []p{{id: "a", rhythm: EachSession, from: "2026-11-02", done: 204, doneAt: "2026-11-08 18:00", answered: "2026-11-08 18:00", begun: none}}, "2026-11-10 15:10", ""},
		{"by sessions: nor on the day of an answer, where overlapping was decided", []p{{id: "a", sooner: true, rhythm: EachSession, from: "2026-11-02", done: 204, doneAt: "2026-11-10 09:00", answered: "2026-11-10 09:00", begun: none}}, "2026-11-10 15:10", ""},

		{"once after an answer waits until it is no longer spoken of", []p{
			{id: "o", done: 1762000000000, doneAt: "2026-11-04 10:00", answered: "2026-11-04 10:00", begun: none, own: true},
			{id: "b", rhythm: Once, from: "2026-11-05", done: none, begun: none},
		}, "2026-11-10 23:00", ""},
		{"and is asked then", []p{
			{id: "o", done: 1762000000000, doneAt: "2026-11-04 10:00", answered: "2026-11-04 10:00", begun: none, own: true},
			{id: "b", rhythm: Once, from: "2026-11-05", done: none, begun: none},
		}, "2026-11-11 00:00", "b/0"},
		{"or at once, where that was decided", []p{
			{id: "o", done: 1762000000000, doneAt: "2026-11-04 10:00", answered: "2026-11-04 10:00", begun: none, own: true},
			{id: "b", sooner: true, rhythm: Once, from: "2026-11-05", done: none, begun: none},
		}, "2026-11-05 09:30", "b/0"},
		{"once on a date", []p{{id: "a", rhythm: Once, from: "2026-12-24", made: "2026-11-02 09:00", done: none, begun: none}}, "2026-12-23 23:59", ""},
		{"and on that date", []p{{id: "a", rhythm: Once, from: "2026-12-24", made: "2026-11-02 09:00", done: none, begun: none}}, "2026-12-24 00:00", "a/0"},
		{"what the client refused is not asked", []p{{id: "a", rhythm: Weekly, from: "2026-11-02", done: none, begun: none, refused: true}}, "2026-11-03 10:00", ""},

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
				a := Ask{ID: x.id, Instrument: x.in, Rhythm: x.rhythm, From: x.from, Sooner: x.sooner, State: AskOpen, MadeAt: at(x.made)}
				if x.ended {
					a.State = AskEnded
				}
				if x.refused {
					a.State = AskRefused
				}
				all = append(all, past{
					ask: a, own: x.own, done: x.done, doneAt: at(x.doneAt), answeredAt: at(x.answered), begun: x.begun,
				})
			}
			var got []string
			for _, d := range dueNow(all, times{now: at(tt.now), loc: vienna, recall: func(string) int64 { return 7 }, spans: []session.Span{
				{Start: at("2026-11-10 15:00"), End: at("2026-11-10 15:50")}, {Start: at("2026-11-17 15:00"), End: at("2026-11-17 15:50")},
			}}) {
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

func TestADayBeginsWhereTheClocksLeaveMidnightOut(t *testing.T) {
	cairo, err := time.LoadLocation("Africa/Cairo")
	if err != nil {
		t.Fatal(err) // Go brings its own
	}
	got, err := Day("2026-04-24").Begins(cairo)
	if err != nil || got.Format("2006-01-02 15:04") != "2026-04-24 01:00" {
		t.Errorf("the day begins at %s, %v", got, err)
	}
}

// TestWhatTheDatabaseRefusesIsYetToCome checks that the plain numbers by which one
// statement refuses what is yet to come never refuse what has begun.
func TestWhatTheDatabaseRefusesIsYetToCome(t *testing.T) {
	for _, zone := range []string{"Europe/London", "America/St_Johns", "Pacific/Auckland"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for day := range 400 {
			for _, rhythm := range []Rhythm{Weekly, Fortnightly, Monthly} {
				a := Ask{Rhythm: rhythm, From: Day("2026-01-01").plus(int64(day))}
				from, _ := a.From.Begins(loc)
				begin, every := a.steps(from)
				for n := range int64(60) {
					opens, _ := a.opensOn(n).Begins(loc)
					sql := begin.Add(time.Duration(n) * every).Add(-time.Duration(early) * time.Microsecond)
					if sql.After(opens) {
						t.Fatalf("%s from %s: occasion %d opens %s, and is refused before %s", rhythm, a.From, n, opens, sql)
					}
					if o, ok := a.running(opens, nil, loc); !ok || o.nth != n {
						t.Fatalf("%s from %s: occasion %d does not run when it opens: %v %t", rhythm, a.From, n, o, ok)
					}
				}
			}
		}
	}
}
