package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/waymark-care/waymark/internal/keys"
)

// stuck says since when no letter has left; zero where none is to: that is no trouble.
func (s *site) stuck(ctx context.Context) time.Time {
	if s.ground.config.Mail == "" {
		return time.Time{}
	}
	return s.office.Stuck(ctx)
}

// worries are what of the doctor's findings managers are told on their pages, because it
// loses something if nobody acts: they know whom to call. Nothing is opened or dialled.
func (s *site) worries(ctx context.Context, in *time.Location) (all []string) {
	c, now := &s.ground.config, s.ground.records.Clock()
	if since := s.stuck(ctx); !since.IsZero() && now.Sub(since) > mailPasses {
		all = append(all, "No letter has left since "+since.In(in).Format("Monday 2 January, 15:04")+": the mail server takes none. They wait, and go by themselves once it does; links to sign in again do not reach anybody meanwhile.")
	}
	if f := c.lookAtBackups(now); f.Level == fails && now.Sub(c.madeAt()) > backupAge {
		all = append(all, "There is no backup that would help: "+lower(f.Means))
	} else if f := c.lookAtBackupDir(); f.Level == fails {
		all = append(all, f.Means)
	}
	if f := c.lookAtRoom(); f.Level == fails {
		all = append(all, "The disk is nearly full. "+f.Means)
	}
	if c.TLS != "off" {
		if f := c.lookAtTLS(now); f.Level != good {
			all = append(all, f.Means)
		}
	}
	return all
}

// madeAt is about when this practice was made, or its keys were last changed: nobody is
// told on the first day that there is no backup yet.
func (c *config) madeAt() time.Time {
	info, err := os.Stat(filepath.Join(c.keysDir(), keys.SafeFile))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// lower is text with a small first letter, as after a colon.
func lower(text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf("%c%s", text[0]|0x20, text[1:])
}
