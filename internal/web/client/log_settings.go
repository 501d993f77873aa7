package client

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A questionCard is the one question of the early warning.
type questionCard struct {
	Text     string
	Who      string // who learns of it
	Action   string
	Keep     string
	Revision string
	Words    string
	Error    string
	Max      int
}

func questionFrom(q mood.Question, log mood.Log, with string, now time.Time) questionCard {
	item, _ := log.Item(q.Scale)
	way := "lower"
	if q.Z > q.Mean {
		way = "higher"
	}
	return questionCard{
		Text: fmt.Sprintf("Around %s, “%s” was %s than your usual: about %.0f where it is mostly about %.0f. It may pass and mean little, and you know more about it than this page.",
			ui.Date(q.Day.In(now.Location()), now), item.Name, way, q.Z, q.Mean),
		Who:    "If you bring it, " + with + " can read this question and your words before the session, and nothing else of your log unless you share it.",
		Action: "/my/log/questions/" + q.ID, Keep: "log-question-" + q.ID, Revision: strconv.FormatInt(q.Revision, 10), Words: q.Words, Max: mood.MaxBring,
	}
}

// answerQuestion keeps what the client makes of the question.
func (p *Pages) answerQuestion(w http.ResponseWriter, r *http.Request) error {
	revision, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil {
		return web.Absent()
	}
	actor, record := own(r)
	id, answer := r.PathValue("question"), r.PostForm.Get("answer")
	f := mood.AnswerForm{Revision: revision, Answer: mood.Answer(answer), Words: r.PostForm.Get("words")}
	if _, err := p.Logs.Answer(r.Context(), actor, record, id, f); err != nil {
		return err
	}
	to := toLog
	if r.PostForm.Get("from") == "settings" {
		to = toSettings
	}
	return web.Kept(w, r, to+"?said="+answer, "log-question-"+id)
}

// settingsPage says who reads the log, and whether somebody wants to be asked.
type settingsPage struct {
	Frame    ui.FrameProps
	Revision string
	Icon     string
	Who      string
	Sharing  mood.Sharing
	With     string

	Watch   string // words for how the early warning stands
	On      bool
	Scales  ui.FieldProps
	Known   []string
	Answers []answerLine
}

// An answerLine is an earlier question, and what came of it.
type answerLine struct {
	Text, Note string
	Action     string // where it is taken back; empty if it cannot be
	Revision   string
}

func (p *Pages) logSettings(w http.ResponseWriter, r *http.Request) error {
	page, err := p.settingsPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, settingsView(page))
}

func (p *Pages) settingsPage(r *http.Request) (settingsPage, error) {
	actor, record := own(r)
	now := web.NowOf(r)
	log, err := p.Logs.Open(r.Context(), actor, record, 0)
	if err != nil {
		return settingsPage{}, err
	}
	with, err := p.with(r)
	if err != nil {
		return settingsPage{}, err
	}
	page := settingsPage{Frame: web.Frame(r), Revision: strconv.FormatInt(log.Settings.Revision, 10), Sharing: log.Settings.Sharing, With: with}
	page.Frame.Heading, page.Frame.Toast = "Who reads it, and early warning", saidOfLog(r)
	page.Frame.Back = &ui.Link{Text: "Back to the log", Href: toLog}
	page.Who, page.Icon = readers(log.Settings, with, now)
	page.Scales = ui.FieldProps{Name: "scale", Label: "What to follow"}
	for _, i := range log.Items {
		if _, ok := i.Watchable(); ok {
			page.Scales.Options = append(page.Scales.Options, ui.Option{Value: i.ID, Text: i.Name, Chosen: i.ID == mood.Mood})
		}
	}
	page.On = log.Settings.Watch != ""
	page.Watch = standing(log, now)
	page.Known = []string{
		"It follows one scale by a running average, and compares it with your own usual, which is made from 28 days you noted; from the 14th day there is one for the time being. Days without an entry move nothing.",
		"When the average leaves what is usual on the harder side, it asks you one question, here and nowhere else, and then is quiet for 14 days. Nobody is told, unless you bring it.",
		fmt.Sprintf("It is often wrong. In a simulation, about %.0f in 100 people whose days stayed as they were would be asked within three months. Of those whose days got worse for good, by as much as their usual ups and downs, about %.0f in 100 were asked, half of them by day %d. What is smaller or shorter it mostly misses. It has not been tried in a study with people.",
			mood.Known.ForNothing, mood.Known.Noticed, mood.Known.HalfBy),
		"It is no watch over you. If you are in danger, use Help now: nobody sees this log in real time.",
	}
	for i := len(log.Questions) - 1; i >= 0; i-- {
		page.Answers = append(page.Answers, answerFrom(log.Questions[i], log, now))
	}
	return page, nil
}

// standing says how the early warning stands.
func standing(log mood.Log, now time.Time) string {
	set := log.Settings
	if set.Watch == "" {
		return "It is off."
	}
	item, _ := log.Item(set.Watch)
	side, ok := item.Watchable()
	if !ok {
		return "It is on, and waits: “" + item.Name + "” is put away."
	}
	held := false
	for _, q := range log.Questions {
		held = held || q.Early && q.Since == set.Since && q.Scale == set.Watch && q.Answer != mood.Gone
	}
	w := mood.Follow(log.Values(set.Watch, set.Since), side, held)
	from := ui.Date(set.Since.In(now.Location()), now)
	switch {
	case !w.Ready:
		return fmt.Sprintf("It is on for “%s”, and gathers what is usual: %s from %s on, of %d that it needs.", item.Name, count(w.Have, "day", "days"), from, mood.Provisional)
	case w.Provisional:
		return fmt.Sprintf("It is on for “%s”. For the time being your usual is about %.1f, made from %d days from %s on.", item.Name, w.Baseline.Mean, w.Baseline.Days, from)
	}
	return fmt.Sprintf("It is on for “%s”. Your usual is about %.1f, made from %d days, from %s to %s.", item.Name, w.Baseline.Mean, w.Baseline.Days,
		from, ui.Date(w.Baseline.To.In(now.Location()), now))
}

func answerFrom(q mood.Question, log mood.Log, now time.Time) answerLine {
	item, _ := log.Item(q.Scale)
	a := answerLine{Text: ui.Date(q.Day.In(now.Location()), now) + ": “" + item.Name + "” looked different from your usual."}
	switch {
	case q.Answer == mood.Gone:
		a.Note = "The day was corrected since, and the question was taken back."
	case !q.TalkedAt.IsZero():
		a.Note = "Brought, and talked about " + on(q.TalkedAt.In(now.Location()), now) + "."
	case q.Answer == mood.Bring:
		a.Note, a.Action = "You want to bring it.", "/my/log/questions/"+q.ID
		if q.Words != "" {
			a.Note = "You want to bring it: “" + q.Words + "”"
		}
	case q.Answer == mood.Usual:
		a.Note = "You said that it is your usual now."
	case q.Answer == mood.NotNow:
		a.Note = "Nothing to bring."
	default:
		a.Note = "Not answered. That is all right."
	}
	a.Revision = strconv.FormatInt(q.Revision, 10)
	return a
}

// shareLog says who reads the log from now on.
func (p *Pages) shareLog(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	revision, _ := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	how := mood.Sharing(r.PostForm.Get("sharing"))
	if _, err := p.Logs.Share(r.Context(), actor, record, how, revision, web.NowOf(r).Location()); err != nil {
		return err
	}
	said := "shared"
	if how == mood.Mine {
		said = "mine"
	}
	return web.SeeOther(w, r, toSettings+"?said="+said)
}

// warn switches the early warning on or off.
func (p *Pages) warn(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	revision, _ := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	scale, said := "", "off"
	if r.PostForm.Get("do") == "on" {
		scale, said = r.PostForm.Get("scale"), "watching"
	}
	if _, err := p.Logs.Watch(r.Context(), actor, record, scale, revision, web.NowOf(r).Location()); err != nil {
		return err
	}
	return web.SeeOther(w, r, toSettings+"?said="+said)
}

// itemsPage is what the form asks.
type itemsPage struct {
	Frame  ui.FrameProps
	Error  *ui.FormErrorProps
	Kinds  []itemKind
	Offers []mood.Item // that the practice offers and the client has not taken
	IDs    map[string]string
	Form   mood.ItemForm
	Fields map[string]string // what to correct
}

type itemKind struct {
	Heading string
	ID      string
	Items   []mood.Item
}

func (p *Pages) items(w http.ResponseWriter, r *http.Request) error {
	page, err := p.itemsPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, itemsView(page))
}

func (p *Pages) itemsPage(r *http.Request) (itemsPage, error) {
	actor, record := own(r)
	log, err := p.Logs.Open(r.Context(), actor, record, mood.DayOf(web.NowOf(r)))
	if err != nil {
		return itemsPage{}, err
	}
	offers, err := p.Logs.Offers(r.Context(), actor)
	if err != nil {
		return itemsPage{}, err
	}
	page := itemsPage{
		Frame: web.Frame(r), IDs: map[string]string{}, Fields: map[string]string{},
		Form: mood.ItemForm{ID: uuid.Must(uuid.NewV7()).String(), Kind: mood.Scale},
	}
	page.Frame.Heading, page.Frame.Toast = "What the form asks", saidOfLog(r)
	page.Frame.Back = &ui.Link{Text: "Back to the log", Href: toLog}
	taken := make(map[string]bool)
	for _, kind := range []struct {
		kind        mood.Kind
		id, heading string
	}{{mood.Scale, "h-scales", "Scales"}, {mood.Activity, "h-did", "What was there"}, {mood.Trigger, "h-set", "What set something off"}} {
		k := itemKind{Heading: kind.heading, ID: kind.id}
		for _, i := range log.Items {
			taken[i.From] = true
			if i.Kind == kind.kind {
				k.Items = append(k.Items, i)
			}
		}
		page.Kinds = append(page.Kinds, k)
	}
	for _, o := range offers {
		if !o.Away && !taken[o.ID] {
			page.Offers = append(page.Offers, o)
			page.IDs[o.ID] = uuid.Must(uuid.NewV7()).String()
		}
	}
	return page, nil
}

// addItem adds a scale or a word of the client's own, or one that the practice offers.
func (p *Pages) addItem(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	f := mood.ItemForm{
		ID: r.PostForm.Get("id"), Kind: mood.Kind(r.PostForm.Get("kind")), Name: r.PostForm.Get("name"),
		Low: r.PostForm.Get("low"), High: r.PostForm.Get("high"), Better: mood.Better(r.PostForm.Get("better")), From: r.PostForm.Get("offer"),
	}
	if f.From != "" {
		offers, err := p.Logs.Offers(r.Context(), actor)
		if err != nil {
			return err
		}
		found := false
		for _, o := range offers {
			if o.ID == f.From {
				found = true
				f.Kind, f.Name, f.Low, f.High, f.Better = mood.Scale, o.Name, o.Low, o.High, o.Better
			}
		}
		if !found {
			return web.Absent()
		}
	}
	_, err := p.Logs.Add(r.Context(), actor, record, f)
	if err == nil {
		return web.Kept(w, r, toItems+"?said=added", "log-item")
	}
	var wrong *fault.Error
	if !errors.As(err, &wrong) || wrong.Kind != fault.Invalid || wrong.Field == "id" || f.From != "" {
		return err
	}
	page, err := p.itemsPage(r)
	if err != nil {
		return err
	}
	page.Form, page.Fields[wrong.Field] = f, wrong.Text
	page.Error = &ui.FormErrorProps{Fields: []ui.FieldError{{Name: wrong.Field, Text: wrong.Text}}}
	return web.Show(w, r, http.StatusUnprocessableEntity, itemsView(page))
}

// putAway takes something out of the form, or brings it back.
func (p *Pages) putAway(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	away := r.PostForm.Get("do") == "away"
	if _, err := p.Logs.PutAway(r.Context(), actor, record, r.PostForm.Get("item"), away); err != nil {
		return err
	}
	said := "back"
	if away {
		said = "away"
	}
	return web.SeeOther(w, r, toItems+"?said="+said)
}
