package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/profile"
)

// publicPages has the practice and both its clinicians write what they say in
// public, and publish it.
func (s *Story) publicPages(ctx context.Context, manager, miriam, james access.Actor) error {
	err := s.Visit(ctx, func(ctx context.Context) error {
		_, state, err := s.Profiles.KeepPractice(ctx, manager, 0, saidByPractice)
		if err != nil {
			return err
		}
		_, err = s.Profiles.PublishPractice(ctx, manager, state.Revision)
		return err
	})
	if err != nil {
		return err
	}
	for _, one := range []struct {
		who  access.Actor
		said profile.Clinician
	}{{miriam, saidByMiriam}, {james, saidByJames}} {
		err := s.Visit(ctx, func(ctx context.Context) error {
			_, state, err := s.Profiles.Keep(ctx, one.who, 0, one.said)
			if err != nil {
				return err
			}
			_, err = s.Profiles.Publish(ctx, one.who, state.Revision)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// firstTimes has both offer first consultations that are still to come: James every
// Thursday, Miriam two, on days on which she sees nobody else at that hour.
func (s *Story) firstTimes(ctx context.Context, miriam, james access.Actor) error {
	today := s.Now.In(s.Zone)
	next := func(from int, fits func(time.Weekday) bool) string {
		for d := today.AddDate(0, 0, from); ; d = d.AddDate(0, 0, 1) {
			if fits(d.Weekday()) {
				return d.Format(time.DateOnly)
			}
		}
	}
	thursday := func(d time.Weekday) bool { return d == time.Thursday }
	workday := func(d time.Weekday) bool { return d != time.Saturday && d != time.Sunday }
	for _, one := range []struct {
		who access.Actor
		profile.Offer
	}{
		{james, profile.Offer{Day: next(2, thursday), Clock: "11:00", Weeks: 4, Ways: []profile.Way{profile.InPerson, profile.Video}}},
		{james, profile.Offer{Day: next(2, thursday), Clock: "17:30", Weeks: 2, Ways: []profile.Way{profile.Video, profile.Phone}}},
		{miriam, profile.Offer{Day: next(10, workday), Clock: "13:00", Weeks: 2, Ways: []profile.Way{profile.InPerson, profile.Video}}},
	} {
		one.ID, one.Length = s.NewID(), 50*time.Minute
		err := s.Visit(ctx, func(ctx context.Context) error {
			_, _, err := s.Profiles.Offer(ctx, one.who, one.Offer, s.Zone)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

var saidByPractice = profile.Practice{
	Headline: "Therapy in Bristol, at the pace you can walk",
	Lead:     "We are two psychologists. We work with anxiety, low mood, grief and trauma, in person and by video, with a plan that you help to write and can change.",
	Approach: "You say what should be different, in your own words. We agree on one to three goals and look together, every few weeks, at whether the work helps.\n\n" +
		"Between sessions you may practise small things, or not; both are part of it. Some weeks call for a tool and some for company. If something else would help you more, we say so.",
	Languages: []profile.Language{"en", "de"},
	Formats:   []profile.Format{profile.Individual, profile.Couple},
	Ways:      []profile.Way{profile.InPerson, profile.Video},
	Currency:  "GBP",
	Fees: []profile.Fee{
		{What: "First consultation", Minutes: 50, Price: 6000, Slides: true, Low: 2000, High: 2000},
		{What: "Individual, in person or by video", Minutes: 50, Price: 8500, Slides: true, Low: 4500, High: 7000},
		{What: "Couple", Minutes: 75, Price: 12000, Slides: true, Low: 7000, High: 10000},
		{What: "A letter or report, if you ask for one", Price: 4000, Words: "Agreed with you before it is written"},
	},
	Sliding:    "You choose the reduced fee yourself; we do not ask for proof.",
	Cancelling: "Cancelling is free until 48 hours before. After that we ask for half the fee, unless you are ill.",
	Contact:    "You can write to us between sessions about times and practical things, and we read it on weekdays. What matters to you is better kept for the session, where there is room for it. We are no emergency service: in danger, call 999.",
	Where:      "The blue door beside the chapel, second floor. There is a lift. You can wait in the room on the left; nobody will call your name.",
	Room:       profile.Open, RoomWords: "We answer within two working days.",
	Elsewhere: "Your GP can tell you what there is nearby, and refer you. In England you can also refer yourself to NHS Talking Therapies, without your GP.\n\n" +
		"If you would like to look for another therapist, the registers of the professional bodies say who is qualified and near you.",
}

var saidByMiriam = profile.Clinician{
	Address: "miriam-adler", Name: "Miriam Adler", Title: "Clinical psychologist",
	Registered: "An invented person of a sample practice: there is no number to look up.",
	Lead:       "Anxiety, trauma, life after illness.",
	About: "Most people come to me because something keeps happening although they have tried a great deal. We look at it closely and without hurry, and then try one small thing at a time, beginning with what is easiest.\n\n" +
		"I say what I think may help and why, how sure that is, and what else there is. You decide. When life takes us off the plan, we follow it, and keep the way back.",
	Approaches: []string{"Cognitive behavioural therapy", "EMDR and trauma-focused work", "Finding one’s way after illness"},
	Languages:  []profile.Language{"en", "de"},
	Formats:    []profile.Format{profile.Individual},
	Ways:       []profile.Way{profile.InPerson, profile.Video},
	Room:       profile.Open, RoomWords: "A few first consultations, and free hours from January",
}

var saidByJames = profile.Clinician{
	Address: "james-obi", Name: "James Obi", Title: "Clinical psychologist",
	Registered: "An invented person of a sample practice: there is no number to look up.",
	Lead:       "Low mood, couples, anger.",
	About: "I work with people who are tired of fighting, with themselves or with somebody they love. We slow things down until it is clear what each of you needs, and find words for it that can be heard.\n\n" +
		"With low mood I often begin with very small steps outside the room, because waiting to feel like it can take long.",
	Approaches: []string{"Behavioural activation", "Emotionally focused work with couples"},
	Languages:  []profile.Language{"en"},
	Formats:    []profile.Format{profile.Individual, profile.Couple},
	Ways:       []profile.Way{profile.InPerson, profile.Video, profile.Phone},
	Room:       profile.Open, RoomWords: "Two free hours on Thursdays",
}
