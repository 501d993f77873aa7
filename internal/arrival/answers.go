package arrival

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

// arrival is s as measure takes it.
func (s ScoreItem) arrival() measure.Arrival {
	return measure.Arrival{Instrument: s.Instrument, On: s.On, Total: s.Total, Version: s.Version, At: s.At, Items: s.items, Note: s.Note}
}

// answers finds the answers of s among those that its questionnaire offers, or says
// why it cannot. A version that is not here is read by the newest one, if its
// questions and answers are the same.
func (p *planner) answers(s *ScoreItem) (why string) {
	lib := p.as.measures.Library(p.l.Practice)
	if _, there := lib.Lookup(s.Instrument, s.Version); !there {
		s.Version = ""
	}
	in, there := lib.Lookup(s.Instrument, s.Version)
	if !there || len(s.Answers) == 0 {
		return ""
	}
	s.items = make(instrument.Answers, len(s.Answers))
	known := 0
	for _, it := range in.Items {
		a, given := s.Answers[it.LinkID]
		if !given {
			continue
		}
		known++
		at := slices.IndexFunc(it.Answers, a.means)
		if at < 0 {
			return "answers “" + shortened(it.LinkID) + "” with something that the questionnaire does not offer"
		}
		s.items[it.ID] = &it.Answers[at].Value
	}
	if known < len(s.Answers) {
		return fmt.Sprintf("has %d answers to questions that the questionnaire does not ask", len(s.Answers)-known)
	}
	return ""
}

// means says whether a is the choice c.
func (a Answer) means(c instrument.Choice) bool {
	switch {
	case a.Number != nil:
		return *a.Number == c.Value
	case a.Code != "":
		return a.Code == c.Code || a.Code == c.LOINC
	}
	return a.Text != "" && strings.EqualFold(a.Text, c.Text)
}

// said is what was answered, in one text that is the same for the same answers.
func said(items instrument.Answers) string {
	var all []string
	for id, v := range items {
		if v != nil {
			all = append(all, fmt.Sprintf("%s=%d", id, *v))
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
