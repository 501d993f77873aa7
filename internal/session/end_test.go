package session

import (
	"testing"
	"time"
)

func TestASessionThatWasEndedIsAsLongAsItWas(t *testing.T) {
	at := func(clock string) time.Time {
		t.Helper()
		got, err := time.Parse("2006-01-02 15:04:05", "2026-11-19 "+clock)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	planned := Appointment{Start: at("18:19:00"), Length: 50 * time.Minute}
	for name, tt := range map[string]struct {
		planned, began, ended string
		start, end            string
	}{
		"early":                         {"18:19:00", "18:19:10", "18:41:50", "18:19:00", "18:41:00"},
		"at once":                       {"18:19:00", "18:19:10", "18:19:40", "18:19:00", "18:19:40"},
		"as it began":                   {"18:19:00", "18:19:00", "18:19:00", "18:19:00", "18:19:00"},
		"when its time was over":        {"18:19:00", "18:19:10", "19:09:00", "18:19:00", "19:09:00"},
		"later than that":               {"18:19:00", "18:19:10", "19:30:00", "18:19:00", "19:09:00"},
		"before it was to begin":        {"18:19:00", "17:30:20", "18:10:10", "17:30:00", "18:10:00"},
		"begun early, ended in time":    {"18:19:00", "18:10:20", "18:50:10", "18:19:00", "18:50:00"},
		"it was moved while it was on":  {"10:00:00", "10:01:00", "10:02:00", "18:19:00", "19:09:00"},
		"ended as it was about to last": {"18:19:00", "18:20:00", "19:08:59", "18:19:00", "19:08:00"},
	} {
		got := planned.ran(Run{Planned: at(tt.planned), Began: at(tt.began), Ended: at(tt.ended)})
		if !got.Start.Equal(at(tt.start)) || !got.End().Equal(at(tt.end)) {
			t.Errorf("%s: from %s to %s, want %s to %s", name, got.Start.Format("15:04:05"), got.End().Format("15:04:05"), tt.start, tt.end)
		}
	}
}
