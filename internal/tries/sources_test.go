package tries_test

import (
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/tries"
)

func TestOneSourceCannotTryWithoutEnd(t *testing.T) {
	s := tries.NewSources()
	now := time.Date(2026, time.November, 19, 9, 30, 0, 0, time.UTC)
	allowed := 0
	for range 200 {
		if s.Allow("192.0.2.7", now) == nil {
			allowed++
		}
	}
	if allowed != 60 {
		t.Errorf("%d tries at once, want 60", allowed)
	}
	if err := s.Allow("192.0.2.8", now); err != nil {
		t.Errorf("another source: %v", err)
	}
	if err := s.Allow("192.0.2.7", now.Add(time.Second)); err != nil {
		t.Errorf("a second later: %v", err)
	}
}
