package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/reflect"
)

// A breath is what a clinician wrote for herself after the session of one week.
type breath struct {
	back    int // sessions before today's; 0 is the last one that is over
	prompt  string
	text    string
	leaving reflect.Leaving
}

// breaths are Miriam's, by the client's name.
func breaths() map[string][]breath {
	return map[string][]breath{
		"Nora Whitfield": {
			{back: 22, prompt: "enough", text: "Nothing was done today but sitting there. It was enough, and I noticed late that it was.", leaving: reflect.Lighter},
			{back: 8, prompt: "theirs", text: "She chose the market herself. I would not have dared to propose it.", leaving: reflect.Lighter},
			{back: 1, prompt: "quiet", text: "She laughed. No scale has a line for that."},
		},
		"Tom Osei": {
			{back: 1, prompt: "surprise", text: "He brought the bass, and played four notes.", leaving: reflect.Lighter},
		},
		"Sofia Lind": {
			{back: 4, prompt: "pulled", text: "I had three sheets with me before she sat down. It was about my not knowing what else to do.", leaving: reflect.Heavier},
			{back: 2, prompt: "carry", text: "I am carrying her week home with me. Most of it is hers.", leaving: reflect.Heavier},
			{back: 1, prompt: "undone", text: "The ladder was not done today. The sky did not fall."},
		},
		"Daniel Okafor": {
			{back: 1, prompt: "body", text: "Shoulders up to the ears. Ten minutes at the window before the next.", leaving: reflect.Heavier},
		},
	}
}

// A heave is a session in which most of what was brought and taken on came from the
// clinician.
type heave struct {
	back     int
	bring    string
	mine     string // steps of the clinician's, a line each
	hers     string
	tools    []hour.Tool
	instead  string
	open     string
	decision string
}

// heaves are the last sessions with Sofia, whom Miriam would like to carry.
func heaves() []heave {
	return []heave{
		{
			back: 4, bring: "A ladder of situations", mine: "Write the ladder down\nLook for a group on Mondays\nPrepare a sheet for the sleep",
			tools: []hour.Tool{{Name: "A ladder of situations", Use: hour.Intended}, {Name: "Sheet for the sleep", Use: hour.LetGo}}, decision: "We look at the ladder together",
		},
		{
			back: 3, bring: "The first rung", mine: "Send two articles\nAsk the doctor about the letter", hers: "Tell one person where you are going",
			tools: []hour.Tool{{Name: "A ladder of situations", Use: hour.Used}, {Name: "Slow breathing", Use: hour.Used}}, instead: "She talked about her sister, mostly.",
		},
		{
			back: 2, bring: "Why the week was so full", mine: "Find another time for her\nWrite the next rung down",
			tools: []hour.Tool{{Name: "Slow breathing", Use: hour.Intended}, {Name: "A letter that is not sent", Use: hour.LetGo}}, open: "Whether the ladder is hers or mine",
		},
		{
			back: 1, bring: "Whether the ladder helps", mine: "Think about what to leave out\nCall the practice about Mondays",
			tools: []hour.Tool{{Name: "A ladder of situations", Use: hour.LetGo}}, open: "What she would begin herself",
		},
	}
}

// minutes notes what a clinician writes for herself after sessions with one client, and
// how sessions went with the one for whom she works harder than the client does.
func (s *Story) minutes(clinician, client access.Actor, t tale, slot func(int) time.Time) {
	record := access.ClientRecord(client.ID)
	last := t.weeks
	if slot(last).Add(time.Hour).After(s.Now) {
		last-- // today's is still to come
	}
	if t.name == "Sofia Lind" {
		for _, h := range heaves() {
			s.heaves(clinician, record, h, slot(last-h.back+1))
		}
	}
	for _, b := range breaths()[t.name] {
		week := last - b.back + 1
		if week < 0 || week >= t.pause[0] && week < t.pause[1] {
			continue
		}
		s.then(slot(week).Add(56*time.Minute), func(ctx context.Context) error {
			id, err := s.sessionAt(ctx, clinician, record, slot(week))
			if err != nil || id == "" {
				return err
			}
			_, err = s.Reflections.Keep(ctx, clinician, reflect.Form{
				ID: s.NewID(), Kind: reflect.AfterHour, Client: record, SessionID: id, Prompt: b.prompt,
				Said: reflect.Said{Text: b.text, Leaving: b.leaving},
			})
			return err
		})
	}
	if t.name != "Nora Whitfield" {
		return
	}
	for _, back := range []int{5, 2} {
		at := slot(t.weeks - back).Add(8 * time.Hour)
		prompt := reflect.OfWeek(at.In(s.Zone)).ID
		s.then(at, func(ctx context.Context) error {
			_, err := s.Reflections.Keep(ctx, clinician, reflect.Form{
				ID: s.NewID(), Kind: reflect.OverWeek, Prompt: prompt, Said: reflect.Said{Text: sat()[prompt]},
			})
			return err
		})
	}
}

// sat is what Miriam would write on each question of a week.
func sat() map[string]string {
	return map[string]string{
		"perfect":     "I would look at the clock less.",
		"presence":    "With Vera. She does not need me to be quick.",
		"adding":      "Sheets, for Sofia. She has not asked for one.",
		"pace":        "Mine, on Mondays.",
		"rest":        "Wednesday after lunch. I guard it, mostly.",
		"harder":      "With Sofia. That she would stop coming.",
		"silence":     "I count. Lately a little less.",
		"slow":        "Nora does not sit nearest the door any more.",
		"known":       "That Tom is proud. He never said so.",
		"no":          "A tenth hour on Thursdays.",
		"joy":         "Four notes on a bass.",
		"enough-done": "That everybody was met who came.",
		"help":        "The ladder, and whose it is.",
	}
}

// heaves holds one session with Sofia. What is there already stays.
func (s *Story) heaves(clinician access.Actor, record access.Compartment, h heave, start time.Time) {
	var item hour.Item
	s.then(start.Add(-time.Hour), func(ctx context.Context) (err error) {
		item, err = s.Hours.Bring(ctx, clinician, record, hour.ItemForm{ID: s.NewID(), Text: h.bring})
		return err
	})
	s.then(start.Add(time.Minute), func(ctx context.Context) error {
		id, err := s.sessionAt(ctx, clinician, record, start)
		if err != nil || id == "" {
			return err
		}
		if _, err := s.Hours.Begin(ctx, clinician, record, id, 50*time.Minute); err != nil {
			return err
		}
		s.then(start.Add(51*time.Minute), func(ctx context.Context) error {
			if _, err := s.Hours.Talk(ctx, clinician, record, item.ID, id, true); err != nil {
				return err
			}
			_, err := s.Hours.Keep(ctx, clinician, record, id, hour.KeptForm{Decisions: h.decision, ForClinician: h.mine, ForClient: h.hers, Open: h.open})
			if err != nil && !fault.Is(err, fault.Conflict) {
				return err
			}
			_, err = s.Hours.Mean(ctx, clinician, record, id, hour.WorkForm{Call: hour.CallTool, Tools: h.tools, Instead: h.instead})
			if err != nil && !fault.Is(err, fault.Conflict) {
				return err
			}
			_, err = s.Hours.End(ctx, clinician, record, id)
			return err
		})
		return nil
	})
}

// sessionAt is the id of the client's session that begins at start; empty if there is none.
func (s *Story) sessionAt(ctx context.Context, clinician access.Actor, record access.Compartment, start time.Time) (string, error) {
	all, err := s.Sessions.Of(ctx, clinician, record)
	for _, a := range all {
		if a.Start.Equal(start) {
			return a.ID, err
		}
	}
	return "", err
}
