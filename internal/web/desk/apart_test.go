package desk_test

import (
	"maps"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web/desk"
)

func TestWhoeverIsCalledAlikeIsToldApart(t *testing.T) {
	day := time.Date(2026, time.November, 21, 10, 0, 0, 0, time.UTC)
	got := desk.Apart([]person.Person{
		{ID: "1", Name: "Lea", Email: "lea@example", Since: day},
		{ID: "2", Name: " lea ", Email: "lea@example.org", Since: day},
		{ID: "3", Name: "Ada Brook", Email: "ada@example.org", Since: day},
		{ID: "4", Name: "Jon Vale", Email: "vale@example.org", Since: day},
		{ID: "5", Name: "Jon  Vale", Email: "Vale@example.org", Since: day.AddDate(0, 1, 0)},
		{ID: "6", Name: "Kim", Since: day},
		{ID: "7", Name: "Kim", Since: day},
	}, day)
	want := map[string]string{
		"1": "lea@example", "2": "lea@example.org",
		"4": "since 21 November 2026", "5": "since 21 December 2026",
		"6": "number one of this name", "7": "number two of this name",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
