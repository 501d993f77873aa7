package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/journal"
)

// A leafShown is what somebody shares of their journal. The journal itself nobody here has:
// it is made by a browser and a person with a pen.
type leafShown struct {
	ago, days int // when it was shared, and for how long
	words     string
	read      bool // by whoever treats them
}

func leavesShown() map[string][]leafShown {
	return map[string][]leafShown{
		"Nora Whitfield": {
			{ago: 6, days: 14, read: true, words: "The market again, alone this time. I stood at the cheese stall with my heart in my ears and thought, so this is what we talked about: it is loud, and it is only loud.\n\nThen the man asked whether I wanted to taste."},
			{ago: 1, days: 10, words: "I wrote to my sister. I have not sent it. I would like to read it to you before I decide."},
		},
	}
}

// shows has a client share a few pages.
func (s *Story) shows(clinician, client access.Actor, name string) {
	for _, p := range leavesShown()[name] {
		d := s.Now.In(s.Zone).AddDate(0, 0, -p.ago)
		at := time.Date(d.Year(), d.Month(), d.Day(), 21, 20, 0, 0, s.Zone)
		id := ""
		s.then(at, func(ctx context.Context) error {
			id = s.NewID()
			_, err := s.Shares.Make(ctx, client, journal.ShareForm{
				ID: id, EntryID: s.NewID(), Kind: journal.Words, Words: p.words, Last: at.AddDate(0, 0, p.days).Format(time.DateOnly),
			}, at)
			return err
		})
		if p.read {
			s.then(at.Add(12*time.Hour), func(ctx context.Context) error {
				_, err := s.Shares.One(ctx, clinician, client.ID, id)
				return err
			})
		}
	}
}
