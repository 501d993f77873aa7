package demo

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/retention"
)

// keeps has the practice decide for how long it keeps records, by the guide of its
// country; nobody's time is over yet.
func (s *Story) keeps(manager access.Actor) {
	s.then(s.Now.AddDate(0, -2, 1), func(ctx context.Context) error {
		law, _ := retention.LawOf("GB")
		_, err := s.Endings.SetRule(ctx, manager, retention.Rule{Years: law.Years, Until: 25}, law)
		return err
	})
}
