package demo

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/note"
)

// A page is the note about the session of one week.
type page struct {
	week    int
	shape   note.Shape
	words   note.Words
	goals   bool   // it names the goals that are worked towards
	draft   bool   // it was begun and not signed
	amended string // the text of its first field a day later
	why     string // why
	summary string // that the client may read
}

// pages are the notes by the client's name. Sessions without one are as usual here
// as they are anywhere.
func pages() map[string][]page {
	return map[string][]page{
		"Nora Whitfield": {
			{week: 0, shape: note.Free, words: note.Words{"text": "First hour. She sat nearest the door and said so herself. Panic on the tram since the spring; she plans every way back before she leaves.\n\nShe wants something to do, and not to be hurried. Nights are bad from three on."}},
			{week: 1, shape: note.SOAP, goals: true, words: note.Words{
				"subjective": "“I went to the stop and home again.” Slept four hours on most nights.",
				"objective":  "Quick breath when she told of the stop, slower by the end. Both questionnaires high.",
				"assessment": "Leaving early keeps the fear from being found out. Sleep and fear feed each other.",
				"plan":       "Word a second goal together. A plan to look at next week.",
			}},
			{week: 2, shape: note.SOAP, goals: true, words: note.Words{
				"subjective": "The plan reads well to her, and the tram “sits in my stomach already”.",
				"assessment": "I was faster than she was.",
				"plan":       "Ask what should come before the tram.",
			}},
			{week: 3, shape: note.DAP, goals: true, words: note.Words{
				"data":       "She had written that the tram so soon frightens her more than it helps. We put skills first, and she signed in the room.",
				"assessment": "To say no to me was the largest step so far.",
				"plan":       "Breathing out slowly, at home, once a day. Nothing else.",
			}},
			{week: 7, shape: note.BIRP, goals: true, words: note.Words{
				"behaviour":    "One stop by tram and back on foot. She rang Lea from the stop, and then did not need it.",
				"intervention": "We went through it slowly, from the door of the house on.",
				"response":     "She laughed at how long she had looked at the timetable.",
				"plan":         "The same stop again, without more.",
			}},
			{
				week: 9, shape: note.DAP, goals: true,
				words:   note.Words{"data": "Three stops, alone, on Thursday.", "assessment": "She goes further than she thinks.", "plan": "No new step for two weeks."},
				amended: "Three stops, alone, on Wednesday. She had not looked up the way back.", why: "It was on Wednesday, and I had left out the way back.",
				summary: "You went three stops, alone, and did not look up the way back. You said: it was loud, and it was all right. We leave it at three stops for two weeks.",
			},
			{week: 14, shape: note.Narrative, words: note.Words{
				"brought":  "Dad came to hospital on Sunday.",
				"happened": "We left the plan where it was. Mostly she talked, and I stayed.",
				"next":     "The hours are for this, as long as it takes.",
			}},
			{week: 18, shape: note.Narrative, goals: true, words: note.Words{
				"brought":    "Dad is at home again.",
				"happened":   "We looked at both goals. Sleep waits a while, by her own wish.",
				"understood": "The weeks with Dad were no step back.",
				"next":       "One thing is enough.",
			}},
			{week: 27, shape: note.Free, goals: true, words: note.Words{"text": "We looked at the whole of it together. The goals are still the right ones. She wants fewer questionnaires when life is full, and she is right."}},
			{week: 29, shape: note.Free, words: note.Words{"text": "The old worry is back. She was ashamed of it, until she heard herself say that she knows the way."}},
			{
				week: 33, shape: note.DAP, goals: true,
				words:   note.Words{"data": "The Saturday market, for an hour, with no way out prepared.", "assessment": "She chose it herself, and before I had thought of it.", "plan": "Nothing to add."},
				summary: "You stood at the market for an hour on a Saturday. You chose it yourself. Nothing needs to be added to that.",
			},
			{week: 36, shape: note.SOAP, goals: true, draft: true, words: note.Words{
				"subjective": "She told how the train to Lea’s is “only a long tram”.",
				"plan":       "She will say when.",
			}},
		},
		"Tom Osei": {
			{week: 1, shape: note.Free, words: note.Words{"text": "The bass is in its case since February. He would rather do than talk."}},
			{week: 17, shape: note.BIRP, words: note.Words{"behaviour": "One rehearsal, badly, he says.", "intervention": "We looked at what badly means.", "response": "Mike asked when he comes again.", "plan": "To go again."}},
		},
	}
}

// quiet are the notes of sessions of the long story in which nothing new began.
func quiet(week int) page {
	texts := []string{
		"The step as it was. She told of the week in her own order, and found the tram in it only at the end.",
		"Sleep was the larger part of the hour. Two nights of four; she does not count any more.",
		"Lea was mentioned more often than the fear.",
		"Nothing new, and that was enough.",
		"She came in laughing about the timetable, and was tired all the same. We stayed with the tiredness.",
	}
	return page{week: week, shape: note.Free, words: note.Words{"text": texts[week%len(texts)]}}
}

// story are all notes of one client. Two sessions of the long one have none.
func story(name string) []page {
	all := pages()[name]
	if name != "Nora Whitfield" {
		return all
	}
	for week := range 36 {
		paused, none := week >= 22 && week < 26, week == 21 || week == 35
		if !paused && !none && !slices.ContainsFunc(all, func(p page) bool { return p.week == week }) {
			all = append(all, quiet(week))
		}
	}
	return all
}

// writes has the clinician write the notes of one client.
func (s *Story) writes(clinician, client access.Actor, name string, slot func(int) time.Time) {
	record := access.ClientRecord(client.ID)
	for _, p := range story(name) {
		s.then(slot(p.week).Add(55*time.Minute), func(ctx context.Context) error {
			f, err := s.blank(ctx, clinician, record, p)
			if err != nil {
				return err
			}
			if p.draft {
				_, _, err := s.Notes.KeepDraft(ctx, clinician, record, f)
				return err
			}
			if _, _, err := s.Notes.Sign(ctx, clinician, record, f); err != nil {
				return err
			}
			if p.summary != "" {
				s.then(slot(p.week).Add(70*time.Minute), func(ctx context.Context) error {
					_, err := s.Notes.Share(ctx, clinician, record, note.ShareForm{Note: f.ID, Text: p.summary})
					return err
				})
			}
			if p.amended != "" {
				s.then(slot(p.week).Add(30*time.Hour), func(ctx context.Context) error {
					f.Page, f.Base, f.Reason = s.NewID(), 1, p.why
					f.Words[f.Shape.Fields()[0].Name] = p.amended
					_, _, err := s.Notes.Sign(ctx, clinician, record, f)
					return err
				})
			}
			return nil
		})
	}
}

// blank is the form of a note about the session that was held last.
func (s *Story) blank(ctx context.Context, clinician access.Actor, record access.Compartment, p page) (note.Form, error) {
	all, err := s.Notes.List(ctx, clinician, record)
	if err != nil {
		return note.Form{}, err
	}
	if len(all) == 0 || all[0].State != note.None {
		return note.Form{}, errors.New("there is no session without a note")
	}
	f := note.Form{ID: s.NewID(), Session: all[0].Session, Page: s.NewID(), Shape: p.shape, Words: p.words}
	if !p.goals {
		return f, nil
	}
	set, err := s.Goals.Worded(ctx, clinician, record)
	if err != nil {
		return f, err
	}
	for _, g := range set.Current() {
		f.Goals = append(f.Goals, g.ID)
	}
	return f, nil
}
