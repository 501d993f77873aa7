package clinician

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// recentCheckIns is how far back Today looks for what clients said after sessions.
const recentCheckIns = 60 // days

// togetherPage is how the work with one client is felt: their check-ins, what is
// worth asking about, and what either side noticed.
type togetherPage struct {
	frame    ui.FrameProps
	base     string // "/clients/<id>"
	name     string
	tabs     []ui.Tab
	news     string // a repair, in words
	open     []askAbout
	chart    ui.CourseProps
	meaning  string
	said     []saidCard
	noticed  []noticedLine
	id       string // of the marker that the form makes
	words    []ui.ButtonProps
	line     string
	own      string
	flaw     *web.Flaw // of the marker's form
	talkFlaw *web.Flaw
}

// An askAbout is a check-in that is worth asking about, with the form that closes it.
type askAbout struct {
	id, revision string
	when, words  string
	on           string // the day on which it was talked about, as the form has it
}

// A saidCard is one check-in.
type saidCard struct {
	when    string
	chip    *ui.ChipProps
	lines   []alliance.Line
	earlier []formerCard
	state   string
}

// A formerCard is what a check-in said when it was read, before it was changed.
type formerCard struct {
	when  string
	lines []alliance.Line
}

type noticedLine struct {
	id, word, line, note string
	mine                 bool
}

// togetherOf is the page of the client whom the address names.
func (p *Pages) togetherOf(r *http.Request) (togetherPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	course, err := p.Alliances.Of(r.Context(), actor, record)
	if err != nil {
		return togetherPage{}, err
	}
	markers, err := p.Alliances.Markers(r.Context(), actor, record)
	if err != nil {
		return togetherPage{}, err
	}
	words, err := p.Alliances.Words(r.Context(), actor)
	if err != nil {
		return togetherPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return togetherPage{}, err
	}
	if err := p.read(r, record, course.Steps...); err != nil {
		return togetherPage{}, err
	}
	page := togetherPage{
		frame: desk.Frame(r, desk.NameOf(who)), base: "/clients/" + id, name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/together"),
		chart: allianceChart(course, now), meaning: meaningOf(course, now),
	}
	page.frame.Kicker = "Working together"
	if news, ok := course.News(); ok {
		page.news = newsOf(news, now)
	}
	for _, s := range course.Open() {
		page.open = append(page.open, askAbout{
			id: s.ID, revision: strconv.FormatInt(s.Revision, 10), when: desk.Upper(trimOn(desk.On(s.GivenAt, now))),
			words: s.Signal.InWords(), on: now.Format(time.DateOnly),
		})
	}
	for _, s := range slices.Backward(course.Steps) {
		page.said = append(page.said, saidCardOf(s, actor.ID, now))
	}
	var theirs []string
	for _, m := range slices.Backward(markers) {
		page.noticed = append(page.noticed, noticedOf(m, page.name, actor.ID, now))
		theirs = append(theirs, m.Word)
	}
	all := words.All(theirs...)
	for _, word := range all[:min(len(all), mostWords)] {
		page.words = append(page.words, ui.ButtonProps{Text: word, Name: "word", Value: word})
	}
	page.id, err = web.NewID()
	return page, err
}

// shownWhole is how many check-ins stand open; the others are folded away.
const shownWhole = 4

// mostWords is how many words one can choose from at a glance.
const mostWords = 20

// read notes that whoever asks has read the check-ins that are shown. Where
// nothing can be kept they are shown all the same.
func (p *Pages) read(r *http.Request, record access.Compartment, shown ...alliance.Step) error {
	var unread []alliance.CheckIn
	for _, s := range shown {
		if s.Unread {
			unread = append(unread, s.CheckIn)
		}
	}
	if len(unread) == 0 {
		return nil
	}
	if err := p.Alliances.Seen(r.Context(), web.ActorOf(r), record, unread...); err != nil && !fault.Is(err, fault.NotSaved) {
		return err
	}
	return nil
}

// lately adds to a client's page what the client said last after a session. Who
// opened the record in an emergency has no part in it.
func (p *Pages) lately(r *http.Request, page *clientPage) error {
	record, _ := desk.RecordOf(r)
	course, ok, err := p.Alliances.Lately(r.Context(), web.ActorOf(r), record)
	if err != nil || !ok {
		return err
	}
	block := togetherBlockOf(course, web.NowOf(r))
	page.together = &block
	if newest, ok := course.Newest(); ok {
		return p.read(r, record, newest)
	}
	return nil
}

func (p *Pages) together(w http.ResponseWriter, r *http.Request) error {
	page, err := p.togetherOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, togetherView(page))
}

// allianceTalked notes that a check-in was talked about, and on which day.
func (p *Pages) allianceTalked(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // 0 is nobody's revision: a conflict
	failed := error(nil)
	day, err := dayIn(r.PostFormValue("on"), web.NowOf(r))
	if err != nil {
		failed = fault.New(fault.Invalid, "on", "Please choose a day, for example "+web.NowOf(r).Format(time.DateOnly)+".")
	} else {
		failed = p.Alliances.Talked(r.Context(), web.ActorOf(r), record, r.PathValue("checkin"), revision, day)
	}
	if failed == nil {
		return web.SeeOther(w, r, "/clients/"+id+"/together?done=talked")
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.togetherOf(r)
	if err != nil {
		return err
	}
	page.talkFlaw = flaw
	return web.Show(w, r, flaw.Status(), togetherView(page))
}

// dayIn is the moment that stands for a day: now, if it is today; otherwise its noon.
func dayIn(text string, now time.Time) (time.Time, error) {
	if text == "" || text == now.Format(time.DateOnly) {
		return time.Time{}, nil
	}
	day, err := clocks.Day(text, now.Location())
	return day.Add(12 * time.Hour), err
}

// notice keeps a marker.
func (p *Pages) notice(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	f := alliance.MarkerForm{
		ID: r.PostFormValue("id"), Word: cmp.Or(r.PostFormValue("word"), r.PostFormValue("own")), Line: r.PostFormValue("line"),
	}
	_, failed := p.Alliances.Notice(r.Context(), web.ActorOf(r), record, f)
	if failed == nil {
		return web.Kept(w, r, "/clients/"+id+"/together?done=noticed", "notice-"+id)
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.togetherOf(r)
	if err != nil {
		return err
	}
	if !flaw.Clash() {
		page.id = cmp.Or(f.ID, page.id)
	}
	page.flaw, page.line, page.own = flaw, f.Line, r.PostFormValue("own")
	return web.Show(w, r, flaw.Status(), togetherView(page))
}

// takeMarker takes back a marker of one's own.
func (p *Pages) takeMarker(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	if err := p.Alliances.TakeBack(r.Context(), web.ActorOf(r), record, r.PathValue("marker")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"/together?done=taken-back")
}

// wordsPage is the practice's own words for markers.
type wordsPage struct {
	frame    ui.FrameProps
	always   []string
	text     string
	revision string
	flaw     *web.Flaw
	now      []string // as they are, where somebody was quicker
}

func (p *Pages) markerWords(w http.ResponseWriter, r *http.Request) error {
	words, err := p.Alliances.Words(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, wordsView(wordsForm(r, words)))
}

func wordsForm(r *http.Request, words alliance.Words) wordsPage {
	page := wordsPage{frame: desk.Frame(r, "Words for what is quiet"), always: alliance.Words{}.All(), revision: strconv.FormatInt(words.Revision, 10)}
	for _, word := range words.Own {
		page.text += word + "\n"
	}
	return page
}

func (p *Pages) reviseWords(w http.ResponseWriter, r *http.Request) error {
	revision, err := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	if err != nil {
		revision = -1 // nobody's: a conflict
	}
	now, failed := p.Alliances.ReviseWords(r.Context(), web.ActorOf(r), revision, r.PostFormValue("words"))
	if failed == nil {
		return web.Kept(w, r, "/markers/words?done=words", "marker-words")
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page := wordsForm(r, now)
	if flaw.Clash() {
		page.now = now.All()[len(page.always):]
	} else {
		page.revision = r.PostFormValue("revision")
	}
	page.flaw, page.text = flaw, r.PostFormValue("words")
	return web.Show(w, r, flaw.Status(), wordsView(page))
}
