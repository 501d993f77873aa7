package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/person"
)

// A knock is one enquiry of the sample practice.
type knock struct {
	days    int // ago
	written enquiry.Written
}

// knocks are those who asked lately, in every state that there is. Priya Shah was
// taken on.
func knocks() []knock {
	of := func(days int, name, email, brings string, change func(*enquiry.Written)) knock {
		w := enquiry.Written{Brings: brings}
		w.Name, w.Email, w.Reach = name, email, enquiry.Message
		if change != nil {
			change(&w)
		}
		return knock{days, w}
	}
	return []knock{
		of(41, "Wanda Blake", "wanda@example.org", "Since my second child I am on edge all day, and I shout. I would like to be somebody else at breakfast.", func(w *enquiry.Written) {
			w.Way, w.Place, w.Times = "skills", "remote", "When the children are at school"
		}),
		of(14, "Theo Lang", "theo@example.org", "My wife and I would like to see somebody together before we decide anything.", func(w *enquiry.Written) {
			w.Format, w.Place = "close", "room"
		}),
		of(12, "Priya Shah", "priya@example.org", "I began a new job in spring and cannot switch off at night any more. I would like to learn how.", func(w *enquiry.Written) {
			w.Way, w.Format, w.Place, w.Times = "skills", "alone", "room", "Around noon"
		}),
		of(6, "Sam Reid", "sam.reid@example.org", "Panic at work, about twice a week.", func(w *enquiry.Written) { w.Place = "both" }),
		of(5, "Noor Aziz", "", "", func(w *enquiry.Written) {
			w.Phone, w.Reach, w.Best, w.Language = "0117 496 0177", enquiry.Careful, "Weekdays before three. I live with my parents.", "Arabic or English"
		}),
		of(3, "Rank Higher Team", "team@rank.example", "Dear owner, we bring your site https://one.example to page one. See https://two.example for prices.", nil),
		of(2, "Kit", "kit@example.org", "I do not know whether this is bad enough. I have lost interest in most things, and my sister says I should ask.", func(w *enquiry.Written) {
			w.Way, w.Place = "unsure", "unsure"
		}),
		of(1, "Sam Reid", "sam.reid@example.org", "I wrote last week and am not sure that it arrived. It is about panic at work.", func(w *enquiry.Written) {
			w.Phone, w.Place = "07700 900142", "both"
		}),
	}
}

// asks notes who asked, and what became of it.
func (s *Story) asks(miriam, james access.Actor) {
	s.asked = make(map[string]string)
	at := func(days, hour int) time.Time {
		d := s.Now.In(s.Zone).AddDate(0, 0, -days)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, 20, 0, 0, s.Zone)
	}
	for _, k := range knocks() {
		s.then(at(k.days, 21), func(ctx context.Context) error {
			f := enquiry.Form{Agree: true, Written: k.written}
			var err error
			if f.ID, f.Stamp, err = s.Enquiries.Blank(miriam.Practice, s.At.Add(-7*time.Minute)); err != nil {
				return err
			}
			s.asked[k.written.Name] = f.ID
			_, err = s.Enquiries.Ask(ctx, miriam.Practice, "sample "+f.ID, f)
			return err
		})
	}
	decide := func(days int, by access.Actor, name string, d enquiry.Decision) {
		s.then(at(days, 9), func(ctx context.Context) error {
			d.ID, d.Revision = s.NewID(), 1
			_, err := s.Enquiries.Decide(ctx, by, s.asked[name], d)
			return err
		})
	}
	decide(39, miriam, "Wanda Blake", enquiry.Decision{
		Move: enquiry.Wait, Among: "Would suit either of us. Mornings only.",
		Told: "Thank you for writing to us. There is no free place at the moment, most likely there is one in the new year. You are on our list, in the order in which people asked, and we will tell you here.",
	})
	decide(13, james, "Theo Lang", enquiry.Decision{
		Move: enquiry.Decline,
		Told: "Thank you for writing to us. We are sorry: nobody here has room for couples this year. That says nothing about whether you two should have help. The couples’ service of the city takes new people on, and so does the register of couple therapists.",
	})
	decide(3, miriam, "Noor Aziz", enquiry.Decision{
		Move: enquiry.Propose, To: james.ID, Among: "I have no free hour before three. Could you?", Told: "Thank you. I have asked a colleague who has time in the mornings. You will be called.",
	})
}

// invited has a client come: by an enquiry, if they asked before, or by word of mouth.
func (s *Story) invited(ctx context.Context, clinician access.Actor, t tale) (id, link string, err error) {
	if asked := s.asked[t.name]; asked != "" {
		made, _, err := s.Enquiries.Accept(ctx, clinician, asked, enquiry.AcceptForm{ID: s.NewID(), Revision: 1, Name: t.name, Email: t.email})
		return made.ClientID, made.Link, err
	}
	return s.People.Invite(ctx, clinician, person.InviteForm{ID: s.NewID(), Name: t.name, Email: t.email, Roles: []person.Role{person.Client}})
}
