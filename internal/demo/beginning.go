package demo

import (
	"context"
	"maps"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/intake"
)

// A telling is one part of what a client told at the beginning, by the days and
// hours after they were invited.
type telling struct {
	after    time.Duration
	part     intake.Part
	byClient bool
	said     intake.Said
	revision int64 // that it began from
	room     bool  // told in the room only
}

// An opening is how the work with one client began.
type opening struct {
	enquiry  intake.FromEnquiry // what they said when they asked; empty: they were sent by somebody
	invited  []intake.Part
	note     string
	tellings []telling
	seen     time.Duration // when the clinician read what was there
	rhythm   string        // of the working agreement; empty: the words to begin with
	agreed   time.Duration // when the clinician wrote and signed the agreement; 0: there is none
	signed   time.Duration // when the client did; 0: it waits
}

const (
	hours = time.Hour
	days  = 24 * time.Hour
)

// openings are by the client's name. Who is not here began before there was such
// a page.
func openings() map[string]opening {
	return map[string]opening{
		"Nora Whitfield": {
			enquiry: intake.FromEnquiry{
				Brings: "I am afraid in trams and in shops, and I sleep badly. A friend said that one can learn to live differently with it.",
				Way:    string(intake.Skills), Format: "alone", Place: "room", Language: "English", Also: "Mornings, before work.",
			},
			invited: []intake.Part{intake.Brings, intake.Strengths, intake.Health, intake.Tried},
			note:    "Only what comes easily. We have time for the rest.",
			tellings: []telling{
				{after: 8 * hours, part: intake.Brings, byClient: true, revision: 1, said: intake.Said{
					"brings":    "I am afraid in trams and in shops, and I sleep badly. A friend said that one can learn to live differently with it.",
					"since":     "Since last winter, after I fainted on the number 7.",
					"harder":    "Getting to work. Seeing Lea, who lives three stops away. I sit near the door at the cinema, or I do not go.",
					"different": "I would get on a tram on a Saturday and not look up the last one home.",
					"concern":   "anxiety",
				}},
				{after: 9 * hours, part: intake.Strengths, byClient: true, said: intake.Said{
					"carries": "Lea. The allotment. Singing, when nobody is in.",
					"good":    "I notice when somebody is left out.",
					"through": "Mum’s last year. I wrote everything down at night and it became smaller.",
				}},
				{after: 32 * hours, part: intake.Health, byClient: true, said: intake.Said{
					"health":    "A thyroid that is looked at every year. The fainting was low blood pressure, the hospital said.",
					"medicines": "Levothyroxine 50 micrograms in the morning.",
					"body":      "Awake from three to five most nights.",
					"doctor":    "Dr Amin, at the surgery in Chapel Row",
				}},
				{after: 33 * hours, part: intake.Tried, byClient: true, said: intake.Said{
					"what-1": "Six sessions of counselling at work", "by-1": "therapist", "judged-1": "little",
					"what-2": "Going by bike instead", "by-2": "alone", "judged-2": "unsure",
					"what-3": "Breathing into a bag, as my brother said", "by-3": "close", "judged-3": "worse",
					"earlier": "Somebody who says what the plan is.",
				}},
				{after: 4*days + 50*time.Minute, part: intake.Context, said: intake.Said{
					"work": "A surveyor’s office, five days. She may ask for four.", "home": "On her own, a flat with stairs.",
					"people": "Lea, her sister. Dad, on Sundays.", "duties": "Dad’s shopping.", "week": "Evenings are free but for choir, which she has stopped.",
				}},
				{after: 4*days + 55*time.Minute, part: intake.Readiness, said: intake.Said{
					"important": "9", "why": "She turned down Lea’s birthday and was ashamed.", "sure": "4",
					"surer": "Beginning with one stop, and not alone.", "against": "At home nothing happens.",
				}},
				{after: 5 * days, part: intake.Life, byClient: true, room: true},
				{after: 11*days + 2*hours, part: intake.Summary, said: intake.Said{
					"understood": "You fainted once, and since then you look for the way out before you look at anything else. It works, and the city has become small.",
					"first":      "Trams, one stop at a time, and the nights.",
					"open":       "What happened at the hospital with Mum, when you want to.",
				}},
			},
			seen: 4*days - hours, rhythm: "We meet once a week for 50 minutes, on the same morning. After six hours we look at whether that suits us.",
			agreed: 11*days + time.Hour, signed: 12 * days,
		},
		"Jonas Brandt": {
			invited: []intake.Part{intake.Brings, intake.Preferences, intake.Tried},
			note:    "If you like, before we meet. It can all wait.",
			tellings: []telling{
				{after: 7 * hours, part: intake.Brings, byClient: true, said: intake.Said{
					"brings": "Everything is a bit grey. I do my work and then I lie on the sofa.", "since": "Since the summer, I think.",
				}},
				{after: 30 * hours, part: intake.Preferences, byClient: true, said: intake.Said{
					"way": string(intake.Unsure), "pace": "slow", "place": "room", "less": "Homework that looks like school.",
				}},
			},
			seen: 4*days - hours, agreed: 4*days + 2*hours,
		},
	}
}

// beginning notes how the work with a client began: came is when they were invited
// to the practice.
func (s *Story) beginning(clinician, client access.Actor, name string, came time.Time) {
	o, ok := openings()[name]
	if !ok {
		return
	}
	record := access.ClientRecord(client.ID)
	if o.enquiry.Brings != "" {
		s.then(came.Add(3*time.Minute), func(ctx context.Context) error {
			o.enquiry.ClientID, o.enquiry.At = client.ID, came.AddDate(0, 0, -3)
			return s.Intakes.FromEnquiry(ctx, clinician, record, o.enquiry)
		})
	}
	s.then(came.Add(4*time.Minute), func(ctx context.Context) error {
		return s.Intakes.Invite(ctx, clinician, record, intake.InviteForm{ID: s.NewID(), Course: 1, Parts: o.invited, Note: o.note})
	})
	for _, t := range o.tellings {
		s.then(came.Add(t.after), func(ctx context.Context) error { return s.tell(ctx, clinician, client, t) })
	}
	s.then(came.Add(o.seen), func(ctx context.Context) error {
		in, err := s.Intakes.Open(ctx, clinician, record, 0)
		if err != nil {
			return err
		}
		var read []intake.Revision
		for _, p := range in.Parts {
			if p.Unread {
				read = append(read, p.Revision)
			}
		}
		return s.Intakes.Seen(ctx, clinician, record, read...)
	})
	if o.agreed == 0 {
		return
	}
	sign := func(who access.Actor) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			_, err := s.Intakes.SignTerms(ctx, who, record, intake.SignForm{ID: s.NewID(), Course: 1, Version: 1})
			return err
		}
	}
	s.then(came.Add(o.agreed), func(ctx context.Context) error {
		text := maps.Clone(intake.StartText())
		if o.rhythm != "" {
			text["rhythm"] = o.rhythm
		}
		_, err := s.Intakes.ReviseTerms(ctx, clinician, record, intake.TermsForm{Course: 1, Text: text})
		return err
	})
	s.then(came.Add(o.agreed+time.Minute), sign(clinician))
	if o.signed > 0 {
		s.then(came.Add(o.signed), sign(client))
	}
}

// tell has one part written.
func (s *Story) tell(ctx context.Context, clinician, client access.Actor, t telling) error {
	record, by := access.ClientRecord(client.ID), clinician
	if t.byClient {
		by = client
	}
	f := intake.Form{Part: t.part, Course: 1, Revision: t.revision, Said: t.said}
	var err error
	switch {
	case t.room:
		_, err = s.Intakes.Room(ctx, by, record, t.part, 1, t.revision)
	case t.part == intake.Summary:
		_, err = s.Intakes.Summarise(ctx, by, record, f)
	default:
		_, err = s.Intakes.Keep(ctx, by, record, f)
	}
	return err
}
