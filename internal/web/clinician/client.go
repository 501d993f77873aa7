package clinician

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

type clientPage struct {
	frame    ui.FrameProps
	base     string // "/clients/<id>"
	name     string // as they are called
	tabs     []ui.Tab
	alone    bool // somebody who may read and change nothing
	flags    []flagBanner
	closed   int // flags that were closed
	courses  []courseCard
	asks     []desk.AskLine
	load     desk.LoadLine
	next     string
	last     string
	together *togetherBlock  // what they said last after a session; nil in an emergency
	log      *logBlock       // nil in an emergency
	begin    *beginningBlock // nil in an emergency
	goals    *goalsBlock     // nil in an emergency
	harder   *harderNote     // nil: nothing to wonder about
	held     int             // sessions that are over
	invited  string          // words, if they have not come yet
	address  string          // theirs, then
	arrived  string          // words, if nobody has invited them yet
	inviteID string
	reach    reachLine
}

// A flagBanner is an open flag, above everything else.
type flagBanner struct {
	href  string
	words string
	note  string
	mine  bool // whoever asks has said that they saw it
}

// client is one client's page. It opens ten doors: measures, flags, sessions, the
// name, and, for those who treat the client, what happened meanwhile, the beginning,
// the work together, the log, goals and whose work it has been.
func (p *Pages) client(w http.ResponseWriter, r *http.Request) error {
	page, err := p.overview(r, "/clients/")
	if err != nil {
		return err
	}
	if err := p.lately(r, &page); err != nil {
		return err
	}
	if page.together != nil { // whoever opened it in an emergency has no part in the log either
		line, err := p.logLine(r, page.name)
		if err != nil {
			return err
		}
		page.log = &line
		if err := p.meanwhile(r, &page); err != nil {
			return err
		}
		if page.begin, err = p.beginning(r, page.name); err != nil {
			return err
		}
		if page.goals, err = p.goalsBlock(r, page.name, page.held); err != nil {
			return err
		}
		if page.harder, err = p.harder(r, page.name); err != nil {
			return err
		}
	}
	return web.Show(w, r, http.StatusOK, clientView(page))
}

// overview is the page of the client whom the address names. Its links lead to
// addresses under under.
func (p *Pages) overview(r *http.Request, under string) (clientPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	whole, err := p.Measures.Whole(r.Context(), actor, record)
	if err != nil {
		return clientPage{}, err
	}
	flags, err := p.Flags.Of(r.Context(), actor, record)
	if err != nil {
		return clientPage{}, err
	}
	hours, err := p.Sessions.Around(r.Context(), actor, record)
	if err != nil {
		return clientPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return clientPage{}, err
	}

	page := clientPage{frame: desk.Frame(r, desk.NameOf(who)), base: under + id, name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "")}
	page.frame.Kicker = kickerOf(hours, now)
	page.next, page.last = aroundNow(hours, now)
	page.held = hours.Held
	for _, f := range flags {
		if !f.Open() {
			page.closed++
			continue
		}
		page.flags = append(page.flags, bannerOf(p.Measures.Library(actor.Practice), f, page.base, actor.ID, now))
	}
	whole.Courses = criticalFirst(whole.Courses)
	// One chart at a time: the first, or the one that was asked for.
	shown := max(0, slices.IndexFunc(whole.Courses, func(c measure.Course) bool { return c.Instrument.ID == r.FormValue("of") }))
	for i, c := range whole.Courses {
		card := wordsOf(c, page.name, page.base, now)
		if i == shown {
			card.course = courseProps(c, page.name, page.base, now)
		} else if totals := c.Totals(); len(totals) > 1 {
			lo, hi := c.Instrument.Range()
			card.spark = ui.SparkProps{Values: totals, Lo: lo, Hi: hi}
		}
		switch {
		case under == "/clients/":
			card.whole = ui.Link{Text: "The whole course", Href: page.base + "/course?of=" + c.Instrument.ID}
		case i != shown:
			card.whole = ui.Link{Text: "Its chart", Href: page.base + "?of=" + c.Instrument.ID}
		}
		page.courses = append(page.courses, card)
	}
	page.reach = reachOf(who, page.name)
	page.load = desk.LoadOf(whole.Load)
	for _, a := range whole.Asks {
		if a.State == measure.AskOpen {
			page.asks = append(page.asks, desk.AskLine{ID: a.ID, What: desk.AskInWords(p.Measures.Library(web.ActorOf(r).Practice), a, now), Reason: a.Reason})
		}
	}
	if who.State == person.Arrived {
		if page.arrived, err = p.uninvited(r, who, page.name); err != nil {
			return page, err
		}
	}
	if who.State == person.Invited {
		page.invited, page.address = page.name+" was invited "+desk.On(who.Since, now)+" and has not come in yet.", who.Email
		invites, err := p.People.Invites(r.Context(), web.ActorOf(r), who.ID)
		if err != nil {
			return page, err
		}
		if len(invites) > 0 {
			page.invited += web.LetterWords(r, invites[0], p.Mail)
		}
		if page.inviteID, err = web.NewID(); err != nil {
			return page, err
		}
	}
	return page, nil
}

// uninvited says of a client without an invitation how that came.
func (p *Pages) uninvited(r *http.Request, who person.Person, name string) (string, error) {
	all, err := p.People.Invites(r.Context(), web.ActorOf(r), who.ID)
	if err != nil {
		return "", err
	}
	if len(all) > 0 {
		return "The invitation of " + name + " was withdrawn. Nobody comes in as " + name + " until they are invited again.", nil
	}
	return name + " came with an import " + desk.On(who.Since, web.NowOf(r)) + ". Nobody has written to them.", nil
}

// meanwhile puts life events and detours onto the chart: a rise or a fall often has its
// reason there.
func (p *Pages) meanwhile(r *http.Request, page *clientPage) error {
	at := slices.IndexFunc(page.courses, func(c courseCard) bool { return len(c.course.Points) > 0 })
	if at < 0 {
		return nil
	}
	record, _ := desk.RecordOf(r)
	beside, err := p.Plans.Meanwhile(r.Context(), web.ActorOf(r), record)
	if err != nil {
		return err
	}
	drawn(&page.courses[at].course, beside, nil, web.NowOf(r))
	return nil
}

// criticalFirst is all with those first that ask about danger.
func criticalFirst(all []measure.Course) []measure.Course {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b measure.Course) int {
		return cmp.Compare(len(b.Instrument.Scoring.Critical), len(a.Instrument.Scoring.Critical))
	})
	return all
}

// kickerOf is "Session 31 today at 10:00, room 2".
func kickerOf(a session.Around, now time.Time) string {
	if !a.Planned {
		return "No session planned"
	}
	words := "Session " + figures(a.Held+1) + " " + desk.At(a.Next.Start, now)
	if a.Next.Place != "" {
		words += ", " + a.Next.Place
	}
	return words
}

// aroundNow is the next session and the last one, in words.
func aroundNow(a session.Around, now time.Time) (next, last string) {
	if a.Planned {
		next = desk.Upper(trimOn(desk.At(a.Next.Start, now)))
		if a.Next.Place != "" {
			next += ", " + a.Next.Place
		}
	}
	if !a.Last.IsZero() {
		last = desk.Upper(trimOn(desk.At(a.Last, now)))
	}
	return next, last
}

func bannerOf(lib *instrument.Library, f safety.Flag, base, me string, now time.Time) flagBanner {
	b := flagBanner{href: base + "/flags/" + f.ID, words: desk.FlagInWords(lib, f) + " " + desk.Upper(desk.At(f.RaisedAt, now)) + "."}
	switch {
	case len(f.Seen) > 0:
		b.note = "Somebody who treats them saw it " + desk.At(f.Seen[0].At, now) + ". It is still open."
	case len(f.Told) > 0:
		b.note = "A letter went out " + desk.At(f.Told[0].At, now) + ". Nobody has said yet that they saw it."
	default:
		b.note = "No letter has gone out yet, and nobody has said that they saw it."
	}
	for _, s := range f.Seen {
		b.mine = b.mine || s.PersonID == me
	}
	return b
}

// A courseCard is one questionnaire in its course.
type courseCard struct {
	id      string
	heading string
	note    string
	meaning string
	signals []signalLine
	course  ui.CourseProps
	spark   ui.SparkProps // the scores as a small line, of which the words are beside it; only without course
	open    []string      // answers without a score, in words
	talk    string        // address to say that the newest was talked about; empty: it was
	talkOf  string
	newest  string // address of the newest answers
	whole   ui.Link
}

type signalLine struct {
	chip  ui.ChipProps
	words string
}

// cardOf is c as it is drawn. Without base there are no links, and no names.
func cardOf(c measure.Course, name, base string, now time.Time) courseCard {
	card := wordsOf(c, name, base, now)
	card.course = courseProps(c, name, base, now)
	return card
}

// wordsOf is cardOf without the chart.
func wordsOf(c measure.Course, name, base string, now time.Time) courseCard {
	in := c.Instrument
	card := courseCard{id: "m-" + in.ID, heading: in.Name + ", " + in.Subject, meaning: c.Sentence(name)}
	card.note = noteOf(c, now)
	for _, g := range c.Given {
		if g.Result.Total == nil {
			card.open = append(card.open, desk.Short(g.At, now)+": "+g.Result.Reason)
		}
	}
	if len(c.Given) == 0 {
		return card
	}
	newest := c.Given[len(c.Given)-1]
	if len(c.Signals) > 0 { // the weightiest; another of the same score would say it twice
		card.signals = append(card.signals, signalLine{*desk.SignalChip(c.Signals[0]), c.Signals[0].Words})
	}
	if base != "" {
		card.newest = base + "/answers/" + newest.AnswerID
		if newest.TalkedAt.IsZero() {
			card.talk, card.talkOf = card.newest+"/talked", desk.Short(newest.At, now)
		}
	}
	return card
}

func courseProps(c measure.Course, name, base string, now time.Time) ui.CourseProps {
	in := c.Instrument
	lo, hi := in.Range()
	p := ui.CourseProps{
		ID: "c-" + in.ID, Title: in.Name, Lo: lo, Hi: hi, Step: 5, Place: now.Location(),
		Seen: "seen by " + name + ", not yet talked about", Unseen: "not yet seen by " + name,
		Open: "Where this comes from, and the scores as a table",
	}
	if name == "" {
		p.Seen, p.Unseen = "seen by the client, not yet talked about", "not yet seen by the client"
	}
	var start, before time.Time
	for _, g := range c.Given {
		if g.Result.Total == nil {
			continue
		}
		if start.IsZero() {
			start = g.At
		}
		pt := ui.Point{Time: g.At, Value: *g.Result.Total, State: stateOf(g)}
		if g.Result.Prorated {
			pt.Note = "estimated, because some were left out"
		}
		if how := enteredWords(g.Mode); how != "" {
			pt.Note = strings.TrimSuffix("answered "+how+", "+pt.Note, ", ")
		}
		if base != "" {
			pt.Href = base + "/answers/" + g.AnswerID
		}
		p.Points = append(p.Points, pt)
		before = g.At
	}
	if start.IsZero() {
		return p
	}
	p.Title = in.Name + " from " + start.In(now.Location()).Format("January 2006") + " to " + before.In(now.Location()).Format("January 2006")
	for _, f := range c.Fan {
		t := start.Add(time.Duration(f.Week * 7 * 24 * float64(time.Hour)))
		p.Fan80 = append(p.Fan80, ui.Span{Time: t, Lo: f.P80[0], Hi: f.P80[1]})
		p.Fan50 = append(p.Fan50, ui.Span{Time: t, Lo: f.P50[0], Hi: f.P50[1]})
		p.Mid = append(p.Mid, ui.Span{Time: t, Lo: f.Mean, Hi: f.Mean})
	}
	p.Reliable = bandOf(in, c.Scores[0].Score)
	source := c.Explain()
	if len(c.Signals) > 0 {
		source = append(source, course.Doubt)
	}
	p.Source = strings.Join(source, " ")
	return p
}

func stateOf(g measure.Given) ui.State {
	switch {
	case !g.TalkedAt.IsZero():
		return ui.Talked
	case !g.SeenAt.IsZero():
		return ui.Seen
	}
	return ui.NotSeen
}

// bandOf is where scores are too close to the first to tell apart.
func bandOf(in *instrument.Instrument, start float64) *ui.Band {
	t := in.Scoring.ReliableChange
	if t == nil {
		return nil
	}
	lo, hi := in.Range()
	b := ui.Band{Lo: max(lo, start-t.AtLeast+1), Hi: min(hi, start+t.AtLeast-1)}
	b.Words = figures(instrument.RoundHalfUp(b.Lo)) + " to " + figures(instrument.RoundHalfUp(b.Hi)) +
		": too close to " + figures(instrument.RoundHalfUp(start)) + " to tell apart"
	return &b
}

// noteOf is "Lower is better. Thirteen times since 3 March. Question 9: “Not at
// all” since 12 May."
func noteOf(c measure.Course, now time.Time) string {
	words := plainNoteOf(c, now)
	for _, crit := range c.Instrument.Scoring.Critical {
		words += criticalNote(c, crit.Item, now)
	}
	return words
}

// plainNoteOf is which way is better and how often it was answered, and no answer.
func plainNoteOf(c measure.Course, now time.Time) string {
	words := "Lower is better."
	if c.Instrument.Direction == instrument.HigherIsBetter {
		words = "Higher is better."
	}
	if len(c.Given) > 0 {
		words += " " + desk.Upper(times(len(c.Given))) + " since " + desk.Short(c.Given[0].At, now) + "."
	}
	if n, from := elsewhereIn(c); n > 0 {
		words += " " + desk.Upper(desk.Count(n, "score", "scores")) + " brought from elsewhere" + from + "."
	}
	return words
}

// elsewhereIn is how many scores of c another product kept, and which, in words.
func elsewhereIn(c measure.Course) (n int, from string) {
	for _, g := range c.Given {
		if g.Mode != measure.ModeElsewhere {
			continue
		}
		n++
		if g.Source != "" && !strings.Contains(from, g.Source) {
			from = strings.TrimPrefix(strings.TrimSuffix(from, ")")+", "+g.Source+")", ", ")
		}
	}
	if from != "" {
		from = " (" + from
	}
	return n, from
}

func criticalNote(c measure.Course, item string, now time.Time) string {
	nth, choices := 0, []instrument.Choice(nil)
	for i, it := range c.Instrument.Items {
		if it.ID == item {
			nth, choices = i+1, it.Answers
		}
	}
	answerOf := func(g measure.Given) *int {
		for _, a := range g.Result.Critical {
			if a.Item == item {
				return a.Answer
			}
		}
		return nil
	}
	if nth == 0 || len(c.Given) == 0 {
		return ""
	}
	last := c.Given[len(c.Given)-1]
	v, since := answerOf(last), last.At
	if v == nil && last.Mode == measure.ModeElsewhere {
		return " Question " + figures(nth) + ": not known, because this score is from elsewhere."
	}
	if v == nil {
		return " Question " + figures(nth) + ": skipped on " + desk.Short(since, now) + ", so it is unknown."
	}
	for i := len(c.Given) - 2; i >= 0; i-- {
		if before := answerOf(c.Given[i]); before == nil || *before != *v {
			break
		}
		since = c.Given[i].At
	}
	for _, choice := range choices {
		if choice.Value == *v {
			return " Question " + figures(nth) + ": “" + choice.Text + "” since " + desk.Short(since, now) + "."
		}
	}
	return ""
}

type answerPage struct {
	frame    ui.FrameProps
	base     string
	id       string
	name     string
	tabs     []ui.Tab
	summary  string
	critical []string
	caution  string       // what to know beside the result
	parts    []answerPart // all answers
	note     string
	noteOf   string // whose words they are, if not the client's
	aid      string // what whoever entered the answers can do now
	state    string
	talked   bool
	alone    bool // somebody who may read and change nothing
}

// answer is one filled-in questionnaire in full.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	page, err := p.answerOf(r)
	if err != nil {
		return p.leadToOther(w, r, err)
	}
	return web.Show(w, r, http.StatusOK, answerView(page))
}

func (p *Pages) answerOf(r *http.Request) (answerPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	a, err := p.Measures.One(r.Context(), actor, record, r.PathValue("answer"))
	if err != nil {
		return answerPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return answerPage{}, err
	}
	in, ok := p.Measures.Library(web.ActorOf(r).Practice).Lookup(a.Instrument, a.Version)
	if !ok {
		return answerPage{}, web.Absent()
	}
	page := answerPage{
		frame: desk.Frame(r, in.Name+", "+ui.Date(a.GivenAt.In(now.Location()), now)), base: "/clients/" + id, id: a.ID,
		name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, ""), caution: in.Caution, note: a.Note,
		summary: meaning.Summary(in, a.Result) + ".", critical: meaning.CriticalWords(in, a.Result),
		talked: !a.TalkedAt.IsZero(),
	}
	page.frame.Kicker = desk.NameOf(who)
	page.state = answerState(a, page.name, actor.ID, now)
	if a.EnteredBy != "" && a.Result.Endorsed() {
		page.aid = "This was entered by somebody who was there, so no screen has shown " + page.name + " whom to reach. Ask about it while you are together, look at the crisis contacts with them, and close the flag with what was done."
	}
	if a.Mode != measure.ModeElsewhere || len(a.Items) > 0 { // or nobody here knows the answers behind it
		page.parts = answerParts(in, a.Items)
	}
	return page, nil
}

func answerState(a measure.Answer, name, me string, now time.Time) string {
	words := "Given " + desk.At(a.GivenAt, now) + ". "
	if a.Mode == measure.ModeElsewhere {
		from := ""
		if a.Source != "" {
			from = " (" + a.Source + ")"
		}
		if len(a.Items) == 0 {
			from += ", its total alone and no answers"
		}
		return "Brought in " + desk.On(a.EnteredAt, now) + " from another product" + from + ", as of " + trimOn(desk.On(a.GivenAt, now)) + "."
	}
	if a.EnteredBy != "" {
		by := "a colleague"
		if a.EnteredBy == me {
			by = "you"
		}
		words = "Answered " + enteredWords(a.Mode) + " " + desk.On(a.GivenAt, now) + ", entered by " + by + " " + desk.At(a.EnteredAt, now) + ". "
	}
	if a.SeenAt.IsZero() {
		words += name + " has not looked at what it says yet."
	} else {
		words += name + " saw what it says " + desk.At(a.SeenAt, now) + "."
	}
	if a.TalkedAt.IsZero() {
		return words + " Not yet talked about."
	}
	by := "a colleague"
	if a.TalkedBy == me {
		by = "you"
	}
	return words + " Talked about, noted by " + by + " " + desk.At(a.TalkedAt, now) + "."
}

// enteredWords says how an answer came to be here, if the client did not send it.
func enteredWords(mode string) string {
	switch mode {
	case measure.ModePaper:
		return "on paper"
	case measure.ModeInterview:
		return "aloud"
	case measure.ModeElsewhere:
		return "elsewhere"
	}
	return ""
}

// An answerPart is the questions below the same words, with their answers.
type answerPart struct {
	above string
	table ui.TableProps
}

func answerParts(in *instrument.Instrument, items instrument.Answers) (parts []answerPart) {
	for i, it := range in.Items {
		if above := in.Above(it); i == 0 || above != parts[len(parts)-1].above {
			parts = append(parts, answerPart{above, ui.TableProps{
				Caption: "Answers from question " + figures(i+1) + " on",
				Columns: []ui.Column{{Name: "No.", Right: true}, {Name: "Question"}, {Name: "Answer"}, {Name: "Counts", Right: true}},
			}})
		}
		row := []ui.Cell{{Text: figures(i + 1)}, {Text: it.Text}, {Text: "Skipped"}, {Text: ""}}
		if v := items[it.ID]; v != nil {
			row[2].Text, row[3].Text = it.Wording(v), figures(*v)
		} else if !in.Asks(items, it.ID) {
			row[2].Text = "Not asked"
		}
		last := &parts[len(parts)-1]
		last.table.Rows = append(last.table.Rows, row)
	}
	return parts
}

func (p *Pages) talked(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	if err := p.Measures.Talked(r.Context(), web.ActorOf(r), record, r.PathValue("answer")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"?done=talked")
}
