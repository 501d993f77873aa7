package clinician

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/daily"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// logRoutes are the addresses of what clients share of their daily logs.
func (p *Pages) logRoutes() []web.Route {
	return []web.Route{
		desk.Get("/clients/{client}/log", access.ReadSharedLog, p.log),
		desk.Post("/clients/{client}/log/{question}/talked", access.TalkLog, p.talkedLog),
		desk.Get("/log-scales", access.ReadLogScales, p.logScales),
		desk.Post("/log-scales", access.ReviseLogScales, p.offerScale),
		desk.Post("/log-scales/{scale}", access.ReviseLogScales, p.withdrawScale),
	}
}

// A logBlock is what a client's page says of their log.
type logBlock struct {
	Text string
	Note string
	Link bool // there is something to see
}

func (p *Pages) logLine(r *http.Request, name string) (b logBlock, err error) {
	record, _ := desk.RecordOf(r)
	now := web.NowOf(r)
	l, err := p.Logs.Line(r.Context(), web.ActorOf(r), record, mood.DayOf(now))
	if err != nil {
		return b, err
	}
	b.Link = l.Sharing != mood.Mine || l.Brought > 0
	switch {
	case l.Sharing == mood.Mine:
		b.Text, b.Note = "Not shared.", "Whether "+name+" keeps one is theirs to say."
	case l.Last == 0:
		b.Text = "Shared; nothing noted yet."
	case l.Noted == 0:
		b.Text = "Shared; nothing noted in the last two weeks."
	default:
		b.Text = "Noted on " + desk.Count(l.Noted, "day", "days") + " of the last 14, newest " + desk.On(l.Last.In(now.Location()), now) + "."
	}
	if l.Brought > 0 {
		b.Note = name + " wants to bring something about the last days."
	}
	return b, nil
}

type logPage struct {
	frame   ui.FrameProps
	base    string
	name    string
	tabs    []ui.Tab
	shared  bool
	since   string
	daily   daily.Props
	brought []broughtLine
}

// A broughtLine is a question of the early warning that the client wants to bring.
type broughtLine struct {
	text, words, state string
	talk               string // where it is noted that it was talked about; empty if it was
}

// log is what the client shares.
func (p *Pages) log(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	log, err := p.Logs.Shared(r.Context(), actor, record, 0)
	if err != nil {
		return err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := logPage{frame: desk.Frame(r, desk.NameOf(who)), base: "/clients/" + id, name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/log")}
	page.frame.Kicker = "The daily log"
	page.shared = log.Settings.Sharing != mood.Mine
	if log.Settings.Sharing == mood.Onward {
		page.since = "Shared from " + ui.Date(log.Settings.From.In(now.Location()), now) + " on."
	}
	page.daily = daily.From(log, mood.DayOf(now), now.Location())
	for i := len(log.Questions) - 1; i >= 0; i-- {
		page.brought = append(page.brought, broughtFrom(log.Questions[i], log, page.base, now))
	}
	return web.Show(w, r, http.StatusOK, logView(page))
}

func broughtFrom(q mood.Question, log mood.Log, base string, now time.Time) broughtLine {
	item, _ := log.Item(q.Scale)
	b := broughtLine{words: q.Words, text: fmt.Sprintf("Around %s, “%s” looked different from their usual.", ui.Date(q.Day.In(now.Location()), now), item.Name)}
	if q.Mean > 0 || q.Z > 0 {
		b.text = fmt.Sprintf("Around %s, “%s” looked different from their usual: about %.1f where it is mostly about %.1f.", ui.Date(q.Day.In(now.Location()), now), item.Name, q.Z, q.Mean)
	}
	if q.TalkedAt.IsZero() {
		b.state, b.talk = "To be brought. It is a question, and no finding.", base+"/log/"+q.ID+"/talked"
	} else {
		b.state = "Talked about, noted " + desk.At(q.TalkedAt, now) + "."
	}
	return b
}

func (p *Pages) talkedLog(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	if err := p.Logs.Talked(r.Context(), web.ActorOf(r), record, r.PathValue("question")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"/log?done=talked")
}

// scalesPage is what the practice offers for logs.
type scalesPage struct {
	frame  ui.FrameProps
	scales []mood.Item
	form   mood.ItemForm
	wrong  map[string]string
	error  *ui.FormErrorProps
}

func (p *Pages) scalesPage(r *http.Request) (scalesPage, error) {
	scales, err := p.Logs.Offers(r.Context(), web.ActorOf(r))
	if err != nil {
		return scalesPage{}, err
	}
	page := scalesPage{frame: desk.Frame(r, "Scales for daily logs"), scales: scales, wrong: map[string]string{}}
	page.form.ID = uuid.Must(uuid.NewV7()).String()
	page.frame.Lead = "Offered to every client of the practice; nobody has one until they take it."
	return page, nil
}

func (p *Pages) logScales(w http.ResponseWriter, r *http.Request) error {
	page, err := p.scalesPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, scalesView(page))
}

func (p *Pages) offerScale(w http.ResponseWriter, r *http.Request) error {
	f := mood.ItemForm{
		ID: r.PostForm.Get("id"), Kind: mood.Scale, Name: r.PostForm.Get("name"),
		Low: r.PostForm.Get("low"), High: r.PostForm.Get("high"), Better: mood.Better(r.PostForm.Get("better")),
	}
	_, err := p.Logs.Offer(r.Context(), web.ActorOf(r), f)
	if err == nil {
		return web.Kept(w, r, "/log-scales?done=offered", "log-scale")
	}
	var wrong *fault.Error
	if !errors.As(err, &wrong) || wrong.Kind != fault.Invalid || wrong.Field == "id" {
		return err
	}
	page, err := p.scalesPage(r)
	if err != nil {
		return err
	}
	page.form, page.wrong[wrong.Field] = f, wrong.Text
	page.error = &ui.FormErrorProps{Fields: []ui.FieldError{{Name: wrong.Field, Text: wrong.Text}}}
	return web.Show(w, r, http.StatusUnprocessableEntity, scalesView(page))
}

func (p *Pages) withdrawScale(w http.ResponseWriter, r *http.Request) error {
	away := r.PostForm.Get("do") == "withdraw"
	if _, err := p.Logs.Withdraw(r.Context(), web.ActorOf(r), r.PathValue("scale"), away); err != nil {
		return err
	}
	said := "offered"
	if away {
		said = "withdrawn"
	}
	return web.SeeOther(w, r, "/log-scales?done="+said)
}
