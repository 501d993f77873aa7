package measure

import (
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
)

// The course of a client with 200 scores, from answers that lie open: what may be
// said about it, its signals and its fan.
func BenchmarkACourseOf200Scores(b *testing.B) {
	in, ok := instrument.Lookup("phq-9", "")
	if !ok {
		b.Fatal("no PHQ-9")
	}
	start := time.Date(2023, 1, 9, 10, 0, 0, 0, time.UTC)
	answers := make([]Answer, 200)
	for i := range answers {
		total := float64((i*i*7+18)%28) / 2
		answers[i] = Answer{ID: string(rune('a' + i%26)), GivenAt: start.AddDate(0, 0, 7*i), Result: instrument.Result{Total: &total}}
	}
	prior, _ := course.Shipped("phq-9")
	talks := []Talk{{Instrument: "phq-9", AnswerID: "b", Day: "2023-02-01"}}
	b.ReportAllocs()
	for b.Loop() {
		if c := courseOf(in, &prior, answers, talks).withFan(); len(c.Fan) == 0 || len(c.Scores) != 200 {
			b.Fatal("no course")
		}
	}
}
