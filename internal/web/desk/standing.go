package desk

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// StandingInWords is "7 on Friday 20 November, was 10. Began at 18: better by more
// than its wobble." An answer without a score hides nothing of what came before it.
func StandingInWords(s measure.Standing, now time.Time) string {
	before, earlier := s.Before.Result.Shown()
	earlier = earlier && s.Before.AnswerID != s.Newest.AnswerID
	var words string
	if score, ok := s.Newest.Result.Shown(); ok {
		words = strconv.Itoa(score) + " " + On(s.Newest.At, now)
		if earlier {
			words += ", was " + strconv.Itoa(before)
		}
		words += "."
	} else {
		words = "Answered " + On(s.Newest.At, now) + ", too few answers for a score."
		if earlier {
			words += " Before that " + strconv.Itoa(before) + "."
		}
	}
	if s.Change != nil {
		if start, ok := s.First.Result.Shown(); ok {
			words += " Began at " + strconv.Itoa(start) + ": " + verdict(s.Change.Verdict) + "."
		}
	}
	return words
}

// WorsenedInWords is how the newest score compares with the one before it: for
// standings that have Worsened.
func WorsenedInWords(s measure.Standing) string {
	return fmt.Sprintf("%d, was %d: worse than last time by more than its wobble.", instrument.RoundHalfUp(s.Lately.To), instrument.RoundHalfUp(s.Lately.From))
}

// SignalChip is a signal in two or three words.
func SignalChip(s course.Signal) *ui.ChipProps {
	return &ui.ChipProps{Text: s.Name(), Tone: ui.Clay}
}

func verdict(v change.Verdict) string {
	switch v {
	case change.Better:
		return "better by more than its wobble"
	case change.Worse:
		return "worse by more than its wobble"
	case change.NoReliableChange:
	}
	return "within its wobble"
}

// FlagInWords is what was answered.
func FlagInWords(lib *instrument.Library, f safety.Flag) string {
	in, ok := lib.Lookup(f.Instrument, f.Version)
	if !ok {
		return "An answer asks for a look."
	}
	r := instrument.Result{}
	for _, e := range f.Items {
		r.Critical = append(r.Critical, instrument.CriticalAnswer{Item: e.Item, Answer: &e.Answer, State: instrument.Endorsed})
	}
	name := in.Name
	if in.Informant != "self" {
		name = "Said by somebody close"
	}
	return name + ". " + strings.Join(meaning.CriticalWords(in, r), " ")
}
