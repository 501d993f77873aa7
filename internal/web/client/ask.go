package client

import (
	"crypto/sha256"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// askPage is a questionnaire.
type askPage struct {
	Frame ui.FrameProps
	Ask   ui.AskProps
}

func askPath(ask string, occasion int64) string {
	return "/my/asks/" + ask + "/" + occasionText(occasion)
}

func occasionText(n int64) string { return strconv.FormatInt(n, 10) }

// mostOccasions is more than anybody is ever asked.
const mostOccasions = 100_000

func occasionOf(text string) (n int64, ok bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0 && n < mostOccasions && occasionText(n) == text
}

// place is which occasion of which ask an address is about.
func place(r *http.Request) (ask string, occasion int64, ok bool) {
	ask = r.PathValue("ask")
	occasion, ok = occasionOf(r.PathValue("occasion"))
	return ask, occasion, ok && isID(ask)
}

// answerID is the id of the answer to an occasion: always the same one, so that
// a form that comes twice, or again from the copy that a device kept, makes one
// answer. It is a UUIDv7 whose time is that of the ask, plus one millisecond for
// each occasion.
func answerID(ask string, occasion int64) string {
	at := uuid.MustParse(ask) // checked by place
	sum := sha256.Sum256([]byte("answer " + ask + " " + occasionText(occasion)))
	id := uuid.UUID(sum[:16])
	var millis int64
	for _, b := range at[:6] {
		millis = millis<<8 | int64(b)
	}
	millis += occasion
	for i := range 6 {
		id[i] = byte(millis >> (8 * (5 - i)))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// ask shows a questionnaire, with what was answered so far.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	id, n, ok := place(r)
	if !ok {
		return web.Absent()
	}
	actor, record := own(r)
	now := web.NowOf(r)
	due, err := p.Measures.Due(r.Context(), actor, record, now.Location())
	if err != nil {
		return err
	}
	d, waits := among(due, id, n)
	if !waits {
		return p.notDue(w, r, id, n, now)
	}
	var draft measure.Draft
	if d.Begun {
		if draft, _, err = p.Measures.Draft(r.Context(), actor, record, id, n); err != nil {
			return err
		}
	}
	return p.showAsk(w, r, d.Ask, n, draft)
}

func among(due []measure.Due, ask string, occasion int64) (measure.Due, bool) {
	for _, d := range due {
		if d.Ask.ID == ask && d.Occasion == occasion {
			return d, true
		}
	}
	return measure.Due{}, false
}

// recent is among how many answers the one to an occasion is looked for.
const recent = 60

// notDue is for an occasion that does not wait: it was answered, which leads to
// what the answers say; or left out, and may be answered after all; or is over.
func (p *Pages) notDue(w http.ResponseWriter, r *http.Request, id string, n int64, now time.Time) error {
	actor, record := own(r)
	a, runs, err := p.Measures.Running(r.Context(), actor, record, id, n, now.Location())
	if err != nil {
		return err
	}
	given, err := p.Measures.Newest(r.Context(), actor, record, recent)
	if err != nil {
		return err
	}
	for _, one := range given {
		if one.AskID == id && one.Occasion == n {
			return web.SeeOther(w, r, "/my/answers/"+one.ID)
		}
	}
	if !runs {
		page := askPage{Frame: web.Frame(r)}
		page.Frame.Heading = "This is not asked any more"
		return web.Show(w, r, http.StatusOK, overView(page))
	}
	draft, _, err := p.Measures.Draft(r.Context(), actor, record, id, n)
	if err != nil {
		return err
	}
	return p.showAsk(w, r, a, n, draft)
}

func (p *Pages) showAsk(w http.ResponseWriter, r *http.Request, a measure.Ask, n int64, draft measure.Draft) error {
	in, ok := p.Measures.Library(web.ActorOf(r).Practice).Lookup(a.Instrument, draft.Version)
	if !ok {
		return web.Absent()
	}
	f := form{ask: a.ID, occasion: n, in: in, rev: draft.Rev, chosen: chosen(draft.Items), note: draft.Note}
	return web.Show(w, r, http.StatusOK, askView(f.page(r)))
}

func chosen(items instrument.Answers) map[string]string {
	all := make(map[string]string, len(items))
	for item, v := range items {
		if v != nil {
			all[item] = strconv.Itoa(*v)
		}
	}
	return all
}

// A form is a questionnaire with what somebody chose in it, right or wrong.
type form struct {
	ask      string
	occasion int64
	in       *instrument.Instrument
	rev      int64
	chosen   map[string]string // by item; a skipped one is not there
	note     string            // in their own words
	wrong    map[string]string // what to correct, by item
}

// formOf is what came. What is about nothing that is asked here is absent.
func (p *Pages) formOf(r *http.Request) (f form, err error) {
	ask, occasion, ok := place(r)
	if !ok {
		return f, web.Absent()
	}
	f.ask, f.occasion = ask, occasion
	actor, record := own(r)
	id, version := r.PostFormValue("instrument"), r.PostFormValue("version")
	if f.in, ok = p.Measures.Library(actor.Practice).Lookup(id, version); !ok {
		if f.in, err = p.Measures.Questionnaire(r.Context(), actor, record, id, version); err != nil {
			return f, err
		}
	}
	f.rev, _ = strconv.ParseInt(r.PostFormValue("rev"), 10, 64)
	f.rev = max(f.rev, 0)
	f.chosen, f.note = web.Chosen(r, f.in), r.PostFormValue(noteField)
	return f, nil
}

// noteField is the field of the client's own words. No item has such a name.
const noteField = "note"

// items are what was chosen, if the form holds nothing else and nothing twice.
func (f *form) items(r *http.Request) (instrument.Answers, error) {
	return web.Items(r, f.in, "instrument", "version", "rev", noteField)
}

func (f *form) page(r *http.Request) askPage {
	page := askPage{Frame: web.Frame(r)}
	page.Frame.Back = &ui.Link{Text: "Stop here, keep my answers", Href: toWeek}
	page.Frame.Scripts = []string{"ask.js"}
	page.Frame.SignOut = ""
	id := answerID(f.ask, f.occasion)
	page.Ask = ui.AskProps{
		Title: f.in.Title, Action: askPath(f.ask, f.occasion), Draft: askPath(f.ask, f.occasion) + "/draft", Keep: id,
		Hidden: map[string]string{
			"instrument": f.in.ID, "version": f.in.Version, "rev": strconv.FormatInt(f.rev, 10),
		},
		Intro: f.in.About + " Any of them can be left out.", All: r.URL.Query().Get("all") == "1", Danger: len(f.in.Scoring.Critical) > 0,
	}
	for i, it := range f.in.Items {
		q := ui.Question{Name: it.ID, Stem: f.in.Above(it), Text: it.Text, Ends: web.Ends(f.in, it), Error: f.wrong[it.ID]}
		for _, c := range it.Answers {
			v := strconv.Itoa(c.Value)
			q.Options = append(q.Options, ui.Option{Value: v, Text: c.Text, Chosen: f.chosen[it.ID] == v})
		}
		if q.Error != "" && page.Ask.Error == nil {
			page.Ask.Error = &ui.FormErrorProps{Fields: []ui.FieldError{
				{Name: it.ID, Text: "Question " + strconv.Itoa(i+1) + ": " + strings.ToLower(q.Error[:1]) + q.Error[1:]},
			}}
		}
		page.Ask.Questions = append(page.Ask.Questions, q)
	}
	page.Ask.Questions = append(page.Ask.Questions, ui.Question{
		Name: noteField, Text: "Anything to add, in your own words?", Text2: "You can leave this empty. Those who work with you can read it.",
		Free: true, Extra: true, Value: f.note, Error: f.wrong[noteField],
	})
	return page
}

// give keeps the answers. Whatever is wrong comes back with all the others still chosen.
func (p *Pages) give(w http.ResponseWriter, r *http.Request) error {
	f, err := p.formOf(r)
	if err != nil {
		return err
	}
	items, err := f.items(r)
	if err != nil {
		return p.comesBack(w, r, f, err)
	}
	actor, record := own(r)
	id := answerID(f.ask, f.occasion)
	kept, err := p.Measures.Give(r.Context(), actor, record, measure.Answer{
		ID: id, AskID: f.ask, Occasion: f.occasion, Instrument: f.in.ID, Version: f.in.Version, Items: items, Note: f.note,
	})
	switch {
	case err == nil:
		return web.Kept(w, r, "/my/answers/"+kept.ID, id)
	case fault.Is(err, fault.Invalid):
		return p.comesBack(w, r, f, err)
	case fault.Is(err, fault.Conflict) && kept.ID != "":
		return f.twice(w, r, kept)
	}
	if said, wrong := instrument.Score(f.in, items); wrong == nil && said.Endorsed() {
		return web.Urgent(err) // whom to reach does not wait for a disk
	}
	return err
}

// comesBack shows the form again, with what to correct. Somebody else's ask looks
// like none, whatever is wrong with the form.
func (p *Pages) comesBack(w http.ResponseWriter, r *http.Request, f form, err error) error {
	actor, record := own(r)
	if _, _, absent := p.Measures.Running(r.Context(), actor, record, f.ask, f.occasion, web.NowOf(r).Location()); absent != nil {
		return absent
	}
	wrong, ok := web.AsFault(err)
	if !ok {
		return err
	}
	if _, ok := f.in.Item(wrong.Field); !ok && wrong.Field != noteField {
		return err
	}
	f.wrong = map[string]string{wrong.Field: wrong.Text}
	return web.Show(w, r, http.StatusUnprocessableEntity, askView(f.page(r)))
}

// twicePage says that an occasion was answered before, and shows both.
type twicePage struct {
	Frame  ui.FrameProps
	When   string
	Href   string
	Answer ui.TableProps
}

func (f *form) twice(w http.ResponseWriter, r *http.Request, was measure.Answer) error {
	now := web.NowOf(r)
	page := twicePage{
		Frame: web.Frame(r), When: on(was.GivenAt.In(now.Location()), now), Href: "/my/answers/" + was.ID,
		Answer: ui.TableProps{
			Caption: "What was sent first, and what you chose here", RowHeads: true,
			Columns: []ui.Column{{Name: "Question"}, {Name: "Sent first, kept"}, {Name: "Chosen here"}},
		},
	}
	page.Frame.Heading, page.Frame.Kept = "This was answered already", answerID(f.ask, f.occasion)
	before := chosen(was.Items)
	for _, it := range f.in.Items {
		page.Answer.Rows = append(page.Answer.Rows, []ui.Cell{
			{Text: it.Text}, {Text: wording(it, before[it.ID])}, {Text: wording(it, f.chosen[it.ID])},
		})
	}
	if was.Note != f.note {
		page.Answer.Rows = append(page.Answer.Rows, []ui.Cell{{Text: "In your own words"}, {Text: was.Note}, {Text: f.note}})
	}
	return web.Show(w, r, http.StatusConflict, twiceView(page))
}

// wording is the published wording of what was chosen.
func wording(it instrument.Item, value string) string {
	for _, c := range it.Answers {
		if strconv.Itoa(c.Value) == value {
			return c.Text
		}
	}
	return "left out"
}

// draft keeps what was answered so far. A script sends it now and then while
// somebody types, so it extends the sign-in; what was typed last, on whatever
// device, is kept. A person who sends it by hand is told if another device went
// on meanwhile. Once the answers were given a draft is of no use, and ignored.
func (p *Pages) draft(w http.ResponseWriter, r *http.Request) error {
	f, err := p.formOf(r)
	if err != nil {
		return err
	}
	byHand := r.Header.Get("Waymark-Form") == ""
	items, err := f.items(r)
	if err != nil {
		return p.comesBack(w, r, f, err)
	}
	d := measure.Draft{
		AskID: f.ask, Occasion: f.occasion, Instrument: f.in.ID, Version: f.in.Version, Items: items, Note: f.note, Rev: f.rev + 1,
	}
	if !byHand {
		d.Rev = max(d.Rev, web.NowOf(r).UnixMicro())
	}
	actor, record := own(r)
	was, err := p.Measures.KeepDraft(r.Context(), actor, record, d)
	switch {
	case fault.Is(err, fault.Conflict) && was.AskID == "" && byHand:
		return web.SeeOther(w, r, askPath(f.ask, f.occasion))
	case fault.Is(err, fault.Conflict) && byHand:
		return f.elsewhere(w, r, was)
	case fault.Is(err, fault.Invalid):
		return p.comesBack(w, r, f, err)
	case err != nil && !fault.Is(err, fault.Conflict):
		return err
	case byHand:
		return web.Kept(w, r, toWeek+"?said=kept", answerID(f.ask, f.occasion))
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// elsewhere shows the form as it was sent, with what another device kept
// meanwhile beside each question where the two differ. Saving it again puts this
// one in its place.
func (f *form) elsewhere(w http.ResponseWriter, r *http.Request, was measure.Draft) error {
	f.rev = was.Rev
	page := f.page(r)
	before := chosen(was.Items)
	for i, it := range f.in.Items {
		if before[it.ID] != f.chosen[it.ID] {
			page.Ask.Questions[i].Text2 = "Meanwhile, from another window or device: " + wording(it, before[it.ID]) + "."
		}
	}
	if last := len(page.Ask.Questions) - 1; was.Note != f.note {
		page.Ask.Questions[last].Open = true
		page.Ask.Questions[last].Text2 = "Meanwhile, from another window or device: “" + was.Note + "”."
	}
	page.Ask.All = true
	page.Ask.Error = &ui.FormErrorProps{
		Title: "You went on with this in another window or on another device",
		Text:  "Nothing is lost: where the two differ, the other one is shown under the question. Choose what should stand, and save or send it.",
	}
	return web.Show(w, r, http.StatusConflict, askView(page))
}

// decline says "not this time".
func (p *Pages) decline(w http.ResponseWriter, r *http.Request) error {
	ask := r.PathValue("ask")
	n, ok := occasionOf(r.PostFormValue("occasion"))
	if !ok || !isID(ask) {
		return web.Absent()
	}
	actor, record := own(r)
	err := p.Measures.Decline(r.Context(), actor, record, ask, n)
	if fault.Is(err, fault.Conflict) {
		return web.SeeOther(w, r, askPath(ask, n))
	}
	if err != nil {
		return err
	}
	return web.Kept(w, r, toWeek+"?said=declined&ask="+ask+"&n="+occasionText(n), answerID(ask, n))
}

// refuse says "please do not ask me this again".
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request) error {
	ask := r.PathValue("ask")
	actor, record := own(r)
	if err := p.Measures.Refuse(r.Context(), actor, record, ask); err != nil {
		return err
	}
	return web.SeeOther(w, r, toWeek+"?said=refused&ask="+ask)
}

// askAgain takes that back, as long as it can be.
func (p *Pages) askAgain(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	if err := p.Measures.AskAgain(r.Context(), actor, record, r.PathValue("ask")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toWeek+"?said=again")
}
