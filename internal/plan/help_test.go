package plan_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
)

func newID(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func fieldOf(err error) string {
	var f *fault.Error
	errors.As(err, &f)
	return f.Field
}
