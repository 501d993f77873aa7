package method_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/method"
)

func TestWhatShipsCanBeRead(t *testing.T) {
	lib := method.Shipped()
	if n := len(lib.Concerns()); n < 3 {
		t.Errorf("%d concerns", n)
	}
	for _, c := range lib.Concerns() {
		choice, ok := lib.For(c.Ref(), method.Either)
		if !ok || len(choice.Options) < 1 || !choice.Options[len(choice.Options)-1].IsNone() {
			t.Errorf("%s: %v", c.ID, choice.Options)
		}
	}
}
