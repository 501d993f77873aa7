package asking

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// suggested is a reason to begin from; the clinician changes it as they like.
const suggested = "So that we both see how the weeks go, and whether what we do helps. It takes a few minutes, and you can always say not this time."

type askPage struct {
	frame  ui.FrameProps
	base   string
	name   string
	keep   string
	tabs   []ui.Tab
	asks   []desk.AskLine // what is asked already
	ended  []desk.AskLine
	load   desk.LoadLine
	what   []ui.Option // asked of this client already, or asked everywhere
	others []ui.Option // the rest, folded away
	rhythm []ui.Option
	recall []ui.Option
	from   string
	reason string
	ids    map[string]string // of the asks to be made, by instrument
	flaw   *web.Flaw
}

// askFields are those of the form, for what is to be corrected.
var askFields = []string{"instrument", "rhythm", "from", "recall", "reason"}

// askForm is the form with its page around it.
func (p *Pages) askForm(r *http.Request) (askPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	asking, err := p.Measures.Asking(r.Context(), actor, record)
	if err != nil {
		return askPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return askPage{}, err
	}
	page := askPage{
		frame: desk.Frame(r, "What is asked"), base: "/clients/" + id, name: desk.First(desk.NameOf(who)), keep: "ask-" + id,
		tabs: desk.Tabs(id, "/ask"), reason: suggested, ids: map[string]string{}, load: desk.LoadOf(asking.Load),
		rhythm: rhythms(), recall: recalls(),
	}
	page.frame.Kicker = desk.NameOf(who)
	lib := p.Measures.Library(actor.Practice)
	open, refused := map[string]bool{}, map[string]time.Time{}
	for _, a := range asking.Asks {
		line := desk.AskLine{ID: a.ID, What: desk.AskInWords(lib, a, now), Reason: a.Reason}
		switch a.State {
		case measure.AskOpen:
			line.What += waitsInWords(lib, a, asking, now)
			page.asks = append(page.asks, line)
			open[a.Instrument] = true
			continue
		case measure.AskRefused:
			line.What += ". " + page.name + " asked " + desk.On(a.EndedAt, now) + " not to be asked this any more"
			if refused[a.Instrument].Before(a.EndedAt) {
				refused[a.Instrument] = a.EndedAt
			}
		case measure.AskEnded:
		}
		page.ended = append(page.ended, line)
	}
	for _, in := range nearFirst(asking, open) {
		o := ui.Option{Value: in.ID, Text: in.Name + ", " + in.Subject, Hint: desk.Upper(desk.Number(len(in.Items))) + " questions about " + in.Recall + ", about " + desk.Count(in.Minutes, "minute", "minutes") + "."}
		if at := asking.Answered[in.ID]; !at.IsZero() {
			o.Hint += " Answered " + desk.On(at, now) + "."
			if w, _ := measure.WaitOf(in, measure.Once, measure.DayOf(now, now.Location()), at, now.Location()); !w.Answered.IsZero() {
				o.Hint += " It looks back " + backWords(w.Days) + ", so it is asked from " + dayWords(w.From, now) + " unless you choose otherwise below."
			}
		}
		if open[in.ID] {
			o.Hint += " It is asked already; one answer then settles both."
		}
		if at := refused[in.ID]; !at.IsZero() {
			o.Hint += " " + page.name + " asked " + desk.On(at, now) + " not to be asked this any more: talk about it first."
		}
		if nearness(in.ID, asking, open) < far {
			page.what = append(page.what, o)
		} else {
			page.others = append(page.others, o)
		}
		if page.ids[in.ID], err = web.NewID(); err != nil {
			return page, err
		}
	}
	return page, nil
}

// How near a questionnaire lies to somebody who asks this client.
const (
	near     = iota // asked now
	answered        // asked or answered before
	usual           // asked nearly everywhere
	far             // any other
)

func nearness(id string, asking measure.Asking, open map[string]bool) int {
	before := slices.ContainsFunc(asking.Asks, func(a measure.Ask) bool { return a.Instrument == id && a.State == measure.AskEnded })
	switch {
	case open[id]:
		return near
	case before || !asking.Answered[id].IsZero():
		return answered
	case id == "phq-9" || id == "gad-7":
		return usual
	}
	return far
}

// nearFirst is what can be asked for, the nearest first, and by name otherwise.
func nearFirst(asking measure.Asking, open map[string]bool) []*instrument.Instrument {
	all := slices.Clone(asking.Offers)
	slices.SortStableFunc(all, func(a, b *instrument.Instrument) int {
		return cmp.Compare(nearness(a.ID, asking, open), nearness(b.ID, asking, open))
	})
	return all
}

func rhythms() []ui.Option {
	return []ui.Option{
		{Value: string(measure.EachSession), Text: "With each session", Hint: "It opens a day before each appointment and closes when the session is over. A session that is moved or cancelled takes it along."},
		{Value: string(measure.Weekly), Text: "Every week", Hint: "It waits on their page each week, until you end it. A week that goes by is not asked for again."},
		{Value: string(measure.Fortnightly), Text: "Every two weeks"},
		{Value: string(measure.Monthly), Text: "Every month", Hint: "On the same day of each month, or on its last day where there is no such day."},
		{Value: string(measure.Once), Text: "Once", Hint: "It waits until it is answered, or they say not this time. For a certain date, give the day below."},
	}
}

func recalls() []ui.Option {
	return []ui.Option{
		{Value: "wait", Text: "Wait until those days are over", Hint: "Nobody is asked twice about the same days. A questionnaire about two weeks then comes every second week, also where a shorter rhythm is chosen.", Chosen: true},
		{Value: "sooner", Text: "Ask all the same", Hint: "Where a fresh look each week is worth more than answers that do not overlap."},
	}
}

// backWords is how far something looks back.
func backWords(days int64) string {
	switch {
	case days >= 365 && days%365 == 0:
		return desk.Count(int(days/365), "year", "years")
	case days%7 == 0 && days < 63:
		return desk.Count(int(days/7), "week", "weeks")
	}
	return desk.Count(int(days), "day", "days")
}

// dayWords is a day in a sentence: "3 December".
func dayWords(d measure.Day, now time.Time) string {
	at, err := d.Begins(now.Location())
	if err != nil {
		return string(d)
	}
	return desk.Short(at, now)
}

// waitsInWords says when something that waits for its days to be over is asked.
func waitsInWords(lib *instrument.Library, a measure.Ask, asking measure.Asking, now time.Time) string {
	in, ok := lib.Lookup(a.Instrument, "")
	if !ok || a.Sooner {
		return ""
	}
	w, ok := measure.WaitOf(in, a.Rhythm, measure.DayOf(now, now.Location()), asking.Answered[a.Instrument], now.Location())
	switch {
	case !ok || a.Rhythm == measure.Once && asking.Answered[a.Instrument].After(a.MadeAt):
		return ""
	case w.Answered.IsZero():
		return ". It looks back " + backWords(w.Days) + ", so it is not asked more often than that"
	}
	return ". Not before " + dayWords(w.From, now) + ": it looks back " + backWords(w.Days) + " and was answered " + desk.On(w.Answered, now)
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	page, err := p.askForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, askView(page))
}

// askNow asks for each questionnaire that was chosen. Each has an id of its own,
// so that sending the form again asks for none twice.
func (p *Pages) askNow(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	chosen := r.PostForm["instrument"]
	var failed error
	for _, one := range chosen {
		_, failed = p.Measures.Ask(r.Context(), web.ActorOf(r), record, measure.AskForm{
			ID: r.PostFormValue("id-" + one), Instrument: one,
			Rhythm: measure.Rhythm(r.PostFormValue("rhythm")), From: measure.Day(r.PostFormValue("from")),
			Sooner: r.PostFormValue("recall") == "sooner", Reason: r.PostFormValue("reason"),
		}, web.LocationOf(r))
		if failed != nil {
			break
		}
	}
	if failed == nil && len(chosen) > 0 {
		return web.Kept(w, r, "/clients/"+id+"?done=asked", "ask-"+id)
	}
	flaw, ok := web.FlawIn(failed)
	if failed != nil && !ok {
		return failed
	}
	if failed == nil {
		flaw = &web.Flaw{Kind: fault.Invalid, Field: "instrument", Text: "Choose at least one questionnaire."}
	}
	page, err := p.askForm(r)
	if err != nil {
		return err
	}
	page.flaw, page.reason, page.from = flaw, r.PostFormValue("reason"), r.PostFormValue("from")
	choose(page.rhythm, r.PostForm["rhythm"])
	choose(page.what, chosen)
	choose(page.others, chosen)
	if slices.Contains(r.PostForm["recall"], "sooner") {
		page.recall[0].Chosen, page.recall[1].Chosen = false, true
	}
	for one := range page.ids {
		if was := r.PostFormValue("id-" + one); was != "" {
			page.ids[one] = was
		}
	}
	return web.Show(w, r, flaw.Status(), askView(page))
}

func choose(options []ui.Option, values []string) {
	for i, o := range options {
		options[i].Chosen = o.Chosen || slices.Contains(values, o.Value)
	}
}

func (p *Pages) endAsk(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	if _, err := p.Measures.EndAsk(r.Context(), web.ActorOf(r), record, r.PathValue("ask")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"?done=ended")
}
