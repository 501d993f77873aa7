package fault_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
)

func TestTheIDOfAFormIsOneThatAPageMade(t *testing.T) {
	made, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	if err := fault.FormID(made.String()); err != nil {
		t.Errorf("an id as pages make it: %v", err)
	}
	for _, text := range []string{
		"", "1", uuid.NewString(), strings.ToUpper(made.String()), "{" + made.String() + "}", "urn:uuid:" + made.String(),
		strings.ReplaceAll(made.String(), "-", ""), made.String() + " ",
	} {
		if err := fault.FormID(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
