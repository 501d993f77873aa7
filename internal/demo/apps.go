package demo

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/launch"
)

// apps has whoever manages the long story's practice make an app known, and Nora let it in.
func (s *Story) apps(ctx context.Context) error {
	who := func(role, name string) (Player, bool) {
		i := slices.IndexFunc(s.Cast, func(p Player) bool { return p.Role == role && (name == "" || p.Name == name) })
		return s.Cast[max(i, 0)], i >= 0
	}
	manager, managed := who("manager", "")
	nora, there := who("client", "Nora Whitfield")
	if !managed || !there {
		return nil // another story
	}
	const redirect = "http://127.0.0.1/back"
	proof := strings.Repeat("sample", 9)
	sum := sha256.Sum256([]byte(proof))
	return s.Visit(ctx, func(ctx context.Context) error {
		app, err := s.Launches.KeepApp(ctx, Who(manager.Practice, manager.ID), launch.AppForm{
			ID: s.NewID(), Name: "Mood on my watch", Redirects: redirect, Clients: true, May: []string{"Goal.rs", "Observation.rs"},
		})
		if err != nil {
			return fmt.Errorf("an app: %w", err)
		}
		code, err := s.Launches.Let(ctx, Who(nora.Practice, nora.ID), launch.Consent{
			ID: s.NewID(), Scopes: []string{"patient/Observation.rs"}, Lasts: 90 * 24 * time.Hour,
			Request: launch.Request{
				Type: "code", Client: app.ID, Redirect: redirect, Scope: "launch/patient offline_access patient/*.rs", State: "sample",
				Audience: s.Launches.Base(), Challenge: base64.RawURLEncoding.EncodeToString(sum[:]), Method: "S256",
			},
		}, true)
		if err != nil {
			return fmt.Errorf("an app is let in: %w", err)
		}
		_, err = s.Launches.Redeem(ctx, launch.Redemption{Code: code, Client: app.ID, Redirect: redirect, Verifier: proof})
		return err
	})
}
