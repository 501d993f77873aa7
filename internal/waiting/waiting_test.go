package waiting

import (
	"testing"
	"time"
)

func day(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAFreedTimeGoesToWhoeverWaitedLongestAndCan(t *testing.T) {
	start := day(t, "2026-11-24 10:00") // a Tuesday morning
	wish := func(n int, w Wish) Wish {
		w.Since = day(t, "2026-11-01 10:00").AddDate(0, 0, n)
		return w
	}
	all := Wish{Days: AnyDay, Parts: AnyPart}
	for name, tt := range map[string]struct {
		line []waiter
		want string
	}{
		"nobody":                    {nil, ""},
		"who waited longest":        {[]waiter{{client: "b", wish: wish(2, all)}, {client: "a", wish: wish(1, all)}}, "a"},
		"not again":                 {[]waiter{{client: "a", wish: wish(1, all), had: true}, {client: "b", wish: wish(2, all)}}, "b"},
		"not who is busy then":      {[]waiter{{client: "a", wish: wish(1, all), busy: true}}, ""},
		"not on another day":        {[]waiter{{client: "a", wish: wish(1, Wish{Days: On(time.Monday), Parts: AnyPart})}}, ""},
		"on the day":                {[]waiter{{client: "a", wish: wish(1, Wish{Days: On(time.Tuesday), Parts: Morning})}}, "a"},
		"not in the evening":        {[]waiter{{client: "a", wish: wish(1, Wish{Days: AnyDay, Parts: Evening | Afternoon})}}, ""},
		"earlier than the next one": {[]waiter{{client: "a", wish: wish(1, Wish{Earlier: true, Days: AnyDay, Parts: AnyPart}), next: start.Add(time.Hour)}}, "a"},
		"not after the next one":    {[]waiter{{client: "a", wish: wish(1, Wish{Earlier: true, Days: AnyDay, Parts: AnyPart}), next: start.Add(-time.Hour)}}, ""},
		"earlier than none planned": {[]waiter{{client: "a", wish: wish(1, Wish{Earlier: true, Days: AnyDay, Parts: AnyPart})}}, "a"},
	} {
		if w, ok := turn(tt.line, start, time.UTC); w.client != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: got %q, %t, want %q", name, w.client, ok, tt.want)
		}
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := turn([]waiter{{client: "a", wish: wish(1, Wish{Days: AnyDay, Parts: Morning})}}, start, tokyo); ok {
		t.Error("ten in London is evening in Tokyo, by whose clocks the practice keeps time")
	}
	if On(time.Monday) != 1 || On(time.Sunday) != 64 {
		t.Errorf("got %d and %d", On(time.Monday), On(time.Sunday))
	}
}

func TestThereIsTimeToAnswerAndToOfferItToTheNext(t *testing.T) {
	now := day(t, "2026-11-23 10:00")
	for left, want := range map[time.Duration]time.Duration{
		10 * 24 * time.Hour: 24 * time.Hour, 72 * time.Hour: 24 * time.Hour, 30 * time.Hour: 10 * time.Hour, 2 * time.Hour: 40 * time.Minute,
	} {
		until, ok := answerUntil(now, now.Add(left))
		if !ok || until.Sub(now) != want {
			t.Errorf("%v before: got %v, %t, want %v", left, until.Sub(now), ok, want)
		}
	}
	for _, left := range []time.Duration{2*time.Hour - time.Minute, 0, -time.Hour} {
		if _, ok := answerUntil(now, now.Add(left)); ok {
			t.Errorf("offered %v before", left)
		}
	}
}
