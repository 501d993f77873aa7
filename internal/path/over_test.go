package path_test

import (
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/path"
)

func TestWhenTheWorkIsOver(t *testing.T) {
	day := func(d, hour int) time.Time { return time.Date(2026, 11, d, hour, 0, 0, 0, london) }
	finished := func(d int) path.Station { return path.Station{Kind: path.Finished, At: day(d, 0)} }
	for _, tt := range []struct {
		name string
		s    path.Story
		want bool
	}{
		{"nobody said so", path.Story{Held: []time.Time{day(2, 9)}}, false},
		{"after the last session", path.Story{Held: []time.Time{day(2, 9)}, Stations: []path.Station{finished(9)}}, true},
		{"on its day", path.Story{Held: []time.Time{day(2, 9)}, Stations: []path.Station{finished(2)}}, true},
		{"a session was held since", path.Story{Held: []time.Time{day(2, 9), day(16, 9)}, Stations: []path.Station{finished(9)}}, false},
		{"it was finished twice, and that holds", path.Story{Held: []time.Time{day(2, 9), day(16, 9)}, Stations: []path.Station{finished(9), finished(23)}}, true},
		{"no session was ever held", path.Story{Stations: []path.Station{finished(9)}}, true},
	} {
		if got := tt.s.Over(); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
