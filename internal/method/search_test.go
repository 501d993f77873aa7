package method_test

import (
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/method"
)

func TestWordsFindEntries(t *testing.T) {
	lib := method.Shipped()
	for text, want := range map[string]string{
		"EMDR":           "emdr",
		"insomnia":       "sleep",
		"panic":          "panic",
		"cbt insomnia":   "cbt-i",
		"burnout":        "work-stress",
		"eye  movement":  "emdr",
		"sleep RESTRICT": "sleep-window",
		"waiting":        "none",
		"diary":          "activity-scheduling",
	} {
		hits := lib.Search(text)
		if len(hits) == 0 || hits[0].ID != want {
			t.Errorf("%q finds %v, want %s first", text, hits, want)
		}
	}
	for _, text := range []string{"", "  ", "zzz", strings.Repeat("a ", 500), strings.Repeat("é", 300)} {
		if hits := lib.Search(text); len(hits) > 0 && strings.TrimSpace(text) == "" {
			t.Errorf("%q finds %d", text, len(hits))
		}
	}
}
