package ui

import (
	"context"
	"io"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// Still is part, rendered once and written ever after as it was then. It is for what stands
// on every page in the same words: nothing in it may depend on who asks, on the practice,
// or on the time. What it costs is then what it takes to copy it.
func Still(part templ.Component) templ.Component {
	return &still{made: sync.OnceValues(func() (string, error) {
		var text strings.Builder
		err := part.Render(context.Background(), &text)
		return text.String(), err
	})}
}

type still struct{ made func() (string, error) }

// Render writes what was rendered.
func (s *still) Render(_ context.Context, w io.Writer) error {
	text, err := s.made()
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}
