package hour

import (
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A workForm is the clinician's own side of a session, as it was typed.
type workForm struct {
	action, keep, revision string
	call                   ui.ChoiceProps
	intent, instead        string
	tools                  []toolRow // and one more, to add
	more                   toolRow
	said                   bool   // something is written
	words                  string // what it was meant for, in a line
	open                   bool   // it came back
	asItIs                 *workView
	third                  bool // one more tool would be the third in a week
}

// A toolRow is one tool with what became of it.
type toolRow struct {
	n         string
	technique string
	name      string
	title     string
	href      string // in the catalogue
	use       []ui.Option
	choose    []ui.Option
}

// A workView is what stands there now, if somebody was quicker.
type workView struct {
	call, intent, instead string
	tools                 []string
}

var calls = []ui.Option{
	{Value: string(hour.CallTool), Text: "A tool", Hint: "An exercise, a technique, something to try."},
	{Value: string(hour.CallPresence), Text: "Presence", Hint: "Staying, listening, and adding nothing."},
	{Value: string(hour.CallNone), Text: "Open", Hint: "It may show itself."},
}

var uses = []ui.Option{
	{Value: string(hour.Intended), Text: "Meant"}, {Value: string(hour.Used), Text: "Used"}, {Value: string(hour.LetGo), Text: "Let go"},
}

func chosen(all []ui.Option, value string) []ui.Option {
	some := make([]ui.Option, len(all))
	for i, o := range all {
		o.Chosen = o.Value == value
		some[i] = o
	}
	return some
}

// workFormOf is the form with what is written.
func (p *Pages) workFormOf(s *seat, k hour.Work, id, base string) workForm {
	library := p.library(s.Actor.Practice)
	f := workForm{
		action: base + "/meant", keep: s.Keep("meant", id), revision: digits(k.Revision), intent: k.Intent, instead: k.Instead,
		call: ui.ChoiceProps{Name: "call", Label: "What does this session call for?", Hint: "Only those who treat " + s.Name + " read this. It can stay open.", Options: chosen(calls, string(k.Call))},
		said: k.Call != hour.CallNone || k.Intent != "" || len(k.Tools) > 0 || k.Instead != "",
	}
	for i, t := range k.Tools {
		f.tools = append(f.tools, rowOf(library, t, i+1))
	}
	f.more = toolRow{n: strconv.Itoa(len(k.Tools) + 1), use: chosen(uses, string(hour.Intended)), choose: []ui.Option{{Value: "", Text: "None"}}}
	for _, t := range library.Techniques() {
		f.more.choose = append(f.more.choose, ui.Option{Value: t.ID, Text: t.Name})
	}
	f.words = wordsOf(k, library)
	return f
}

func rowOf(library *method.Library, t hour.Tool, n int) toolRow {
	row := toolRow{n: strconv.Itoa(n), technique: t.Technique, name: t.Name, title: t.Name, use: chosen(uses, string(t.Use))}
	if t.Technique != "" {
		row.title = "Something that is not in the catalogue any more"
		if one, ok := library.Technique(t.Technique); ok {
			row.title, row.href = one.Name, "/methods/"+one.ID
		}
	}
	return row
}

// wordsOf is what a session was meant for, in a line.
func wordsOf(k hour.Work, library *method.Library) string {
	words := map[hour.Call]string{hour.CallTool: "A tool", hour.CallPresence: "Presence"}[k.Call]
	if k.Intent != "" {
		if words != "" {
			words += ": "
		}
		words += k.Intent
	}
	for i, t := range k.Tools {
		sep := ", "
		if i == 0 {
			sep = ". "
			if words == "" {
				sep = ""
			}
		}
		words += sep + rowOf(library, t, 0).title + " (" + string(t.Use) + ")"
	}
	return desk.Upper(words)
}

// workIn is what the form of a session's own side says.
func workIn(r *http.Request) hour.WorkForm {
	f := hour.WorkForm{
		Revision: number(r, "revision"), Call: hour.Call(r.PostFormValue("call")), Intent: r.PostFormValue("intent"), Instead: r.PostFormValue("instead"),
	}
	for n := 1; n <= hour.MaxTools+1; n++ {
		at := strconv.Itoa(n)
		t := hour.Tool{Technique: r.PostFormValue("technique-" + at), Name: r.PostFormValue("name-" + at), Use: hour.Use(r.PostFormValue("use-" + at))}
		if t.Use == "" || t.Use == "none" {
			continue // taken off the list
		}
		f.Tools = append(f.Tools, t)
	}
	return f
}

// mean keeps the clinician's own side of a session.
func (p *Pages) mean(w http.ResponseWriter, r *http.Request) error {
	s, id, f := seatIn(r), r.PathValue("session"), workIn(r)
	now, err := p.Hours.Mean(r.Context(), s.Actor, s.Record, id, f)
	if err == nil {
		return web.Kept(w, r, s.page(id)+"?done=kept", s.Keep("meant", id))
	}
	return p.flawed(w, r, id, err, func(page *sessionPage, flaw *web.Flaw) {
		library := p.library(s.Actor.Practice)
		typed := hour.Work{Revision: f.Revision, Call: f.Call, Intent: f.Intent, Tools: f.Tools, Instead: f.Instead}
		if len(typed.Tools) > hour.MaxTools {
			typed.Tools = typed.Tools[:hour.MaxTools]
		}
		known := make([]hour.Tool, 0, len(typed.Tools))
		for _, t := range typed.Tools {
			if t.Technique != "" || t.Name != "" {
				known = append(known, t)
			}
		}
		typed.Tools = known
		if flaw.Clash() {
			typed.Revision = now.Revision
		}
		s.Name = page.name
		form := p.workFormOf(s, typed, id, page.base)
		form.open = true
		form.call.Error = flaw.At("call")
		if flaw.Clash() {
			v := &workView{intent: now.Intent, instead: now.Instead, call: map[hour.Call]string{hour.CallTool: "A tool", hour.CallPresence: "Presence"}[now.Call]}
			for _, t := range now.Tools {
				v.tools = append(v.tools, rowOf(library, t, 0).title+" ("+string(t.Use)+")")
			}
			form.asItIs = v
		}
		page.work = form
	})
}
