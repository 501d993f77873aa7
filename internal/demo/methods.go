package demo

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/method"
)

// ownMethod has a clinician write down what the practice knows from its own work:
// an approach, honestly said to rest on that, and then once more, revised.
func (s *Story) ownMethod(ctx context.Context, clinician access.Actor) error {
	return s.Visit(ctx, func(ctx context.Context) error {
		f := method.Form{
			ID: s.NewID(), Kind: method.KindApproach,
			Name: "Walking sessions", Plain: "Talking while walking",
			About:      "Sessions on foot along the harbour, in any weather that both agree to.",
			AboutPlain: "You walk and talk instead of sitting face to face. You choose the pace and the way.",
			Mechanism:  "Walking side by side takes the weight out of being looked at, and a body that moves seems to loosen what is stuck.",
			Effect:     "People who find a room hard say that they speak more freely. What they came for is worked on as it would be indoors.", EffectPlain: "Some people find it easier to speak. The work itself is the same.",
			Lasts: "A few sessions at the beginning, or now and then.", Asks: "Shoes, and being at ease with being seen together.",
			NotIf: "Acute danger, or a session that may need a closed door", WaitIf: "Somebody is afraid to be met by people they know",
			Care: "Agree beforehand what is said if you meet anybody", Steps: "Ten minutes at the end of a session\nHalf a session\nA whole one",
			Way: method.Exploring, Evidence: "About thirty people since 2019, noted by two clinicians. Not compared with anything.",
			EvidencePlain: "We have done this with about thirty people. It has not been studied.", Sources: "Our own notes, 2019 to 2025",
			Links: []method.Tie{{To: "grief", Strength: method.OwnExperience}, {To: "depression", Strength: method.OwnExperience}},
		}
		first, err := s.Methods.Write(ctx, clinician, f)
		if err != nil {
			return err
		}
		f = first.FormOf()
		f.ID = s.NewID()
		f.Care += "\nKeep to a way where nobody has to shout"
		_, err = s.Methods.Write(ctx, clinician, f)
		return err
	})
}
