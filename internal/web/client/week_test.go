package client_test

import (
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web/client"
)

func TestAFullWeekAsksForNoMoreAttentionThanTwoThings(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, id := range []string{"phq-9", "gad-7", "phq-15"} {
			h.ask(t, id, measure.Weekly)
		}
		week := h.browser(t, h.tomas).Open("/my/week")
		inOrder(t, week.Body, "For this week, if it suits you", "Also here", "<details", "One more, if you like", "Whenever you like", "Notice something quiet", "<details", "More of your own", "Reminders and quiet hours")
		if n := strings.Count(week.Body, "Not this time"); n != 3 {
			t.Errorf("%d of 3 can be passed over", n)
		}
	})
}

func TestOfEverythingThatIsOfferedTwoThingsAreInSightAndWhatHasItsTimeComesFirst(t *testing.T) {
	for _, tt := range []struct {
		name                     string
		free, after, nears       bool
		begin, asks              int
		inBegin, inAsks, andMore int
		inNears                  bool
	}{
		{name: "a quiet week", asks: 1, inAsks: 1},
		{name: "somebody new", free: true, nears: true, begin: 2, asks: 2, inAsks: 1, andMore: 4},
		{name: "after a session", after: true, begin: 1, asks: 3, inAsks: 1, andMore: 3},
		{name: "a free time after a session", free: true, after: true, asks: 1, andMore: 1},
		{name: "the beginning comes before a second questionnaire", begin: 1, asks: 2, inBegin: 1, inAsks: 1, andMore: 1},
		{name: "a goal waits longest", nears: true, begin: 1, inBegin: 1, inNears: true},
	} {
		begin, asks, nears, more := client.InSight(tt.free, tt.after, tt.nears, tt.begin, tt.asks)
		if begin != tt.inBegin || asks != tt.inAsks || nears != tt.inNears || more != tt.andMore {
			t.Errorf("%s: %d of the beginning, %d questionnaires, goal %t, %d folded", tt.name, begin, asks, nears, more)
		}
	}
}
