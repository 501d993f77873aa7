package mood_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/mood"
)

func (p *place) answer(q mood.Question, f mood.AnswerForm) (out mood.Question, err error) {
	p.t.Helper()
	ctx, settle := p.Visit(p.t)
	out, err = p.logs.Answer(ctx, p.Tomas, p.Client, q.ID, f)
	settle()
	return out, err
}

func TestNobodyIsAskedWhoDidNotWantThat(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		if n := p.days(append(slices.Clone(usual), 2, 2, 2, 2, 2, 2, 2, 2)...); n != 0 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestAChangeIsAskedAboutOnceAndBroughtToTheNextSession(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.watch(mood.Mood)
		if n := p.days(usual...); n != 0 {
			t.Fatalf("asked %d times in usual days", n)
		}
		if n := p.days(3, 3, 2, 3, 3, 2, 3, 3, 3, 2); n != 1 {
			t.Fatalf("asked %d times after a change", n)
		}
		l := p.open(0)
		if len(l.Waiting()) != 1 || l.Questions[0].Scale != mood.Mood || l.Questions[0].Early || l.Questions[0].Mean < 6 {
			t.Fatalf("got %+v", l.Questions)
		}
		p.share(mood.Whole)
		if got := p.shared(); len(got.Questions) != 0 {
			t.Errorf("shown before it was brought: %+v", got.Questions)
		}
		p.share(mood.Mine)
		q, f := l.Questions[0], mood.AnswerForm{Revision: 1, Answer: mood.Bring, Words: canary}
		for range 2 { // it came twice
			if got, err := p.answer(q, f); err != nil || got.Revision != 2 || got.Words != canary {
				t.Fatalf("got %+v, %v", got, err)
			}
		}
		if _, err := p.answer(q, mood.AnswerForm{Revision: 1, Answer: mood.NotNow}); !fault.Is(err, fault.Conflict) {
			t.Errorf("from an old page: %v", err)
		}
		got := p.shared()
		if len(got.Questions) != 1 || got.Questions[0].Words != canary || got.Questions[0].Z != 0 || len(got.Entries) != 0 {
			t.Errorf("brought, the log not shared: %+v", got)
		}
		if line := p.line(); line.Brought != 1 {
			t.Errorf("the line: %+v", line)
		}
		p.Do(t, func(ctx context.Context) error {
			if err := p.logs.Talked(ctx, p.Clinician, p.Client, q.ID); err != nil {
				return err
			}
			return p.logs.Talked(ctx, p.Clinician, p.Client, q.ID)
		})
		if line := p.line(); line.Brought != 0 {
			t.Errorf("talked about: %+v", line)
		}
		if got := p.open(0).Questions[0]; got.TalkedBy != p.Clinician.ID || got.TalkedAt.IsZero() || got.Revision != 3 {
			t.Errorf("talked about: %+v", got)
		}
		if _, err := p.answer(q, mood.AnswerForm{Revision: 3, Answer: mood.NotNow}); !fault.Is(err, fault.Conflict) {
			t.Errorf("after it was talked about: %v", err)
		}
		p.AuditHolds(t)
		p.NotOnDisk(t, canary)
	})
}

func TestAfterAQuestionFourteenDaysAreQuietAlsoWhenItIsSwitchedOffAndOn(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.watch(mood.Mood)
		p.days(usual...)
		since := p.open(0).Settings.Since
		if n := p.days(2, 2, 2, 2, 2, 2, 2, 2); n != 1 {
			t.Fatalf("asked %d times", n)
		}
		first := p.open(0).Questions[0].Day
		p.watch("")
		if n := p.days(2); n != 0 {
			t.Error("asked though it is off")
		}
		for p.today() < first+mood.QuietDays {
			if n := p.days(2); n != 0 {
				t.Errorf("asked on %s, after %s", p.today(), first)
			}
		}
		p.watch(mood.Mood) // its usual is now made from other days
		if l := p.open(0); l.Settings.Since == since {
			t.Error("the usual did not begin anew")
		}
	})
}

func TestANewUsualIsOnlyMadeWhenTheClientAgrees(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.watch(mood.Mood)
		p.days(usual...)
		p.days(3, 4, 2, 3, 4, 3, 2, 3)
		l := p.open(0)
		since, q := l.Settings.Since, l.Questions[0]
		p.days(3, 4, 2, 3, 4, 3, 2, 3, 3, 4, 2, 3, 4, 3, 2, 3)
		if l = p.open(0); l.Settings.Since != since || len(l.Questions) != 2 {
			t.Fatalf("nobody agreed: %+v", l)
		}
		if _, err := p.answer(q, mood.AnswerForm{Revision: 1, Answer: mood.Usual}); err != nil {
			t.Fatal(err)
		}
		l = p.open(0)
		if l.Settings.Since != q.Day {
			t.Errorf("the new usual begins on %s, want %s", l.Settings.Since, q.Day)
		}
		if n := p.days(3, 4, 2, 3, 4, 3, 2, 3, 3, 4, 2, 3, 4, 3, 2, 3); n != 0 {
			t.Errorf("asked %d times about what is usual now", n)
		}
	})
}

func TestTheUsualIsMadeFromDaysThatWereNotedBefore(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.days(1, 1, 1)
		p.Clock.Pass(90 * 24 * time.Hour) // long ago is not usual
		p.days(9, 9)
		p.days(usual...)
		p.watch(mood.Mood)
		if set := p.open(0).Settings; set.Since != p.today()-27 {
			t.Errorf("since %s, today is %s", set.Since, p.today())
		}
		if n := p.days(2, 2, 2, 2, 2, 2); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestADayThatWasCorrectedTakesTheQuestionBack(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.watch(mood.Mood)
		p.days(usual...)
		p.days(5, 5, 5, 5)
		asked := false
		for _, wrong := range []int{4, 3, 2, 1, 0} { // until a slip of the thumb is enough
			p.Clock.Pass(24 * time.Hour)
			f := p.form(wrong)
			if asked = p.keep(f).Asked; asked {
				f.ID, f.Revision, f.Values[mood.Mood] = id(t), 1, 9
				p.keep(f)
				break
			}
		}
		l := p.open(0)
		if !asked || len(l.Questions) != 1 || l.Questions[0].Answer != mood.Gone || len(l.Waiting()) != 0 {
			t.Errorf("asked %t: got %+v", asked, l.Questions)
		}
	})
}

func TestWhatHasNoBetterEndIsNotWatched(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ctx, settle := p.Visit(t)
		defer settle()
		for _, scale := range []string{mood.Hours, "rest", "nothing"} {
			if _, err := p.logs.Watch(ctx, p.Tomas, p.Client, scale, 0, p.zone); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", scale, err)
			}
		}
	})
}

func TestEveryRowOfALogGoesWithItsRecord(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.watch(mood.Mood)
		p.days(append(slices.Clone(usual), 2, 2, 2, 2, 2, 2)...)
		p.Do(t, func(ctx context.Context) error { _, err := p.logs.Add(ctx, p.Tomas, p.Client, scale(t)); return err })
		for _, table := range []string{"mood_entry", "mood_item", "mood_setting", "mood_question"} {
			if p.Count(t, `SELECT count(*) FROM `+table+` WHERE practice = $1 AND compartment = $2`, p.Practice, string(p.Client)) == 0 {
				t.Errorf("%s holds nothing of the record", table)
			}
		}
		p.Do(t, func(ctx context.Context) error { return p.Door.Forget(ctx, p.Practice, p.Client) })
		ctx, settle := p.Visit(t)
		if l, err := p.logs.Open(ctx, p.Tomas, p.Client, 0); err == nil {
			t.Errorf("the key is gone, and yet: %+v", l)
		}
		settle()
	})
}

func TestALongLogIsFollowedLikeAWholeOne(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.watch(mood.Mood)
		for range 12 {
			p.days(usual...)
		}
		before := len(p.open(0).Questions)
		asked := 0
		for range 8 {
			asked += p.days(3)
			l := p.open(0)
			whole := mood.Follow(l.Values(mood.Mood, l.Settings.Since), mood.Beneath, false)
			if newest := whole.Points[len(whole.Points)-1]; newest.Alarm != (asked > 0) {
				t.Fatalf("asked %d times, and the whole log says %+v", asked, newest)
			}
		}
		if now := len(p.open(0).Questions); asked != 1 || now != before+1 {
			t.Errorf("asked %d times; %d questions, before %d", asked, now, before)
		}
	})
}
