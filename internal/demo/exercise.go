package demo

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/exercise"
)

// ownExercises has one clinician adapt an exercise and write one down that the practice
// knows to help, and another begin a draft.
func (s *Story) ownExercises(ctx context.Context, clinician, colleague access.Actor) error {
	return s.Visit(ctx, func(ctx context.Context) error {
		lib, err := s.Exercises.Library(ctx, clinician)
		if err != nil {
			return err
		}
		saying, _ := lib.One("saying-no", 0)
		f := saying.FormOf(s.NewID(), true)
		f.Title = "Saying no at work"
		f.What = "To practise drawing a line at work, from small things to larger ones: the extra shift, the call in the evening, the work of somebody else."
		f.Smallest = "Answer an hour later than usual."
		first, err := s.Exercises.Keep(ctx, clinician, f)
		if err != nil {
			return err
		}
		f = first.FormOf(s.NewID(), false)
		f.Care = "Know what your contract says before you say no to something that is your work. Your clinician can help you to find the first small no."
		if _, err := s.Exercises.Keep(ctx, clinician, f); err != nil {
			return err
		}
		if _, err := s.Exercises.Keep(ctx, clinician, exercise.Form{
			ID: s.NewID(), Title: "Five minutes at the harbour", Group: "days", Level: "1", Minutes: "15",
			What:     "To get out of the house on a day that you would rather spend in bed. The water does not ask anything.",
			How:      "Put on shoes and a coat. Nothing else has to be tidy.\nGo down to the water, or to the nearest place with a view.\nStay for five minutes, and look for something that moves.\nGo home. That was it.",
			NotWhen:  "In the dark or in a storm\nIf being near water is not safe for you at present: choose a park",
			Smallest: "Stand at the open window for one minute.",
			Rating:   exercise.Rating{Label: "How heavy is the day?", Most: 10, Low: "Light", High: "As heavy as it gets"}, Guide: exercise.Scales,
			Asks: []exercise.Ask{
				{Label: "What moved?", Kind: exercise.Line, Help: "A gull, a crane, somebody with a dog."},
				{Label: "With whom?", Kind: exercise.Choice, Choices: "Alone\nWith somebody\nWith a dog"},
			},
		}); err != nil {
			return err
		}
		_, err = s.Exercises.Save(ctx, colleague, exercise.Form{
			ID: s.NewID(), Title: "Three things before sleep", Group: "yourself", Level: "1",
			What: "To let the day come to an end.", How: "Write down three things that were all right today, however small.",
			Asks: []exercise.Ask{{ID: "f1", Kind: exercise.Text}},
		})
		return err
	})
}
