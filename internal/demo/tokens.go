package demo

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/token"
)

// Tokens lets a program in for each of the cast who is here, so that the addresses
// for programs can be tried at once.
func (s *Story) Tokens(ctx context.Context) error {
	for i := range s.Cast {
		p := &s.Cast[i]
		scopes := []string{"user/*.crs"}
		switch p.Role {
		case "invited", "leaver", "erased":
			continue
		case "client":
			scopes = []string{"patient/*.crs"}
		}
		err := s.Visit(ctx, func(ctx context.Context) (err error) {
			p.Token, err = s.All.Tokens.Make(ctx, Who(p.Practice, p.ID), token.Form{ID: s.NewID(), Label: "To try things out", Scopes: scopes})
			return err
		})
		if err != nil {
			return fmt.Errorf("a token for %s: %w", p.Role, err)
		}
	}
	return s.apps(ctx)
}
