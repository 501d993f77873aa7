package operator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Where the questionnaires are: managers change what may be asked for, clinicians
// read it before they ask.
const (
	toInstruments         = "/practice/instruments"
	cliniciansInstruments = "/instruments"
)

// mostForm is how much a form with a definition may hold: pasted text grows on
// its way.
const mostForm = 4 * instrument.MaxFile

// instrumentsPage lists what may be asked for.
type instrumentsPage struct {
	frame ui.FrameProps
	alone bool // for a clinician, who reads and changes nothing
	free  []instrumentLine
	packs []instrumentLine
	own   []instrumentLine
	text  string // a definition that was pasted
	flaw  *web.Flaw
}

type instrumentLine struct {
	name, about, href string
	chip              *ui.ChipProps
}

// instrumentPage is one questionnaire as a client sees it, and how it is scored.
type instrumentPage struct {
	frame     ui.FrameProps
	list      string // where all of them are
	alone     bool   // for a clinician, who reads and changes nothing
	in        *instrument.Instrument
	facts     ui.TableProps
	rule      []string
	doubts    []string
	questions []shownQuestion
	example   ui.TableProps
	says      []string // what follows from the example

	file    string // the definition, before it is brought in
	pack    bool
	on      bool
	own     bool
	retired bool
}

type shownQuestion struct {
	stem   string
	choice ui.ChoiceProps
}

// instruments is the list at the address list.
func (p *Pages) instruments(list string) web.Page {
	return func(w http.ResponseWriter, r *http.Request) error {
		page, err := p.instrumentList(r, list)
		if err != nil {
			return err
		}
		return web.Show(w, r, http.StatusOK, instrumentsView(page))
	}
}

func (p *Pages) instrumentList(r *http.Request, list string) (instrumentsPage, error) {
	st, err := p.Shelf.Stock(r.Context(), web.ActorOf(r))
	if err != nil {
		return instrumentsPage{}, err
	}
	page := instrumentsPage{frame: frame(r, "Questionnaires"), alone: list == cliniciansInstruments}
	for _, in := range st.Free {
		page.free = append(page.free, lineOf(in, list))
	}
	for _, k := range st.Packs {
		line := lineOf(k.Instrument, list)
		line.chip = &ui.ChipProps{Text: "Off"}
		if k.On {
			line.chip = &ui.ChipProps{Text: "On", Tone: ui.Water}
		}
		page.packs = append(page.packs, line)
	}
	for _, o := range st.Own {
		line := lineOf(o.Instrument, list)
		line.name += ", version " + o.Version
		line.href += "?version=" + o.Version
		if !o.RetiredAt.IsZero() {
			line.chip = &ui.ChipProps{Text: "Retired"}
		}
		page.own = append(page.own, line)
	}
	return page, nil
}

func lineOf(in *instrument.Instrument, list string) instrumentLine {
	about := fmt.Sprintf("%s, %d questions about %s.", in.Subject, len(in.Items), in.Recall)
	if in.Screening {
		about += " For a first look, not for change."
	}
	return instrumentLine{name: in.Name, about: strings.ToUpper(about[:1]) + about[1:], href: list + "/" + in.ID}
}

// definitionIn is the definition that came with a form, as a file or pasted.
func definitionIn(r *http.Request) (string, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseMultipartForm(mostForm); err != nil {
			return "", fault.New(fault.Invalid, "file", "This file could not be read, or is too large. A definition has at most one megabyte.")
		}
		defer r.MultipartForm.RemoveAll()
	}
	file, _, err := r.FormFile("file")
	switch {
	case err == nil:
		defer file.Close()
		data, err := io.ReadAll(io.LimitReader(file, instrument.MaxFile+1))
		if err != nil {
			return "", fmt.Errorf("read the uploaded file: %w", err)
		}
		if len(data) > 0 {
			return string(data), nil
		}
	case !errors.Is(err, http.ErrMissingFile) && !errors.Is(err, http.ErrNotMultipart):
		return "", fmt.Errorf("read the uploaded file: %w", err)
	}
	if text := r.PostFormValue("definition"); strings.TrimSpace(text) != "" {
		return text, nil
	}
	return "", fault.New(fault.Invalid, "definition", "Please choose a file, or paste a definition.")
}

// preview shows what somebody is about to bring in. It keeps nothing.
func (p *Pages) preview(w http.ResponseWriter, r *http.Request) error {
	text, wrong := definitionIn(r)
	var in *instrument.Instrument
	if wrong == nil {
		in, wrong = instrument.Read([]byte(text))
	}
	if wrong != nil {
		return p.listAgain(w, r, text, wrong)
	}
	if _, err := p.Shelf.Stock(r.Context(), web.ActorOf(r)); err != nil { // whoever may look may preview
		return err
	}
	page := instrumentOf(r, in, toInstruments)
	page.file = text
	page.frame.Lead = "Not brought in yet. Please read it as a client will."
	return web.Show(w, r, http.StatusOK, instrumentView(page))
}

// bring brings in a definition that was looked at.
func (p *Pages) bring(w http.ResponseWriter, r *http.Request) error {
	text, wrong := definitionIn(r)
	if wrong != nil {
		return p.listAgain(w, r, text, wrong)
	}
	o, err := p.Shelf.Import(r.Context(), web.ActorOf(r), []byte(text))
	if err != nil {
		return p.listAgain(w, r, text, err)
	}
	return web.SeeOther(w, r, toInstruments+"/"+o.ID+"?version="+o.Version+"&done=brought")
}

// listAgain is the list with what was pasted still in its form.
func (p *Pages) listAgain(w http.ResponseWriter, r *http.Request, text string, failed error) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.instrumentList(r, toInstruments)
	if err != nil {
		return err
	}
	if flaw.Field == "file" { // both ways of bringing one in end in the same field
		flaw.Field = "definition"
	}
	page.flaw = flaw
	if len(text) <= instrument.MaxFile {
		page.text = text
	}
	return web.Show(w, r, flaw.Status(), instrumentsView(page))
}

// instrument is one of the list at the address list.
func (p *Pages) instrument(list string) web.Page {
	return func(w http.ResponseWriter, r *http.Request) error {
		st, err := p.Shelf.Stock(r.Context(), web.ActorOf(r))
		if err != nil {
			return err
		}
		page, ok := pick(r, st, list)
		if !ok {
			return web.Absent()
		}
		return web.Show(w, r, http.StatusOK, instrumentView(page))
	}
}

// pick is the page of the questionnaire that the address names.
func pick(r *http.Request, st instrument.Stock, list string) (page instrumentPage, ok bool) {
	id, version := r.PathValue("instrument"), r.URL.Query().Get("version")
	for _, o := range st.Own {
		if o.ID == id && (version == "" || o.Version == version) {
			page = instrumentOf(r, o.Instrument, list)
			page.own, page.retired = true, !o.RetiredAt.IsZero()
			return page, true
		}
	}
	for _, k := range st.Packs {
		if k.ID == id {
			page = instrumentOf(r, k.Instrument, list)
			page.pack, page.on = true, k.On
			return page, true
		}
	}
	for _, in := range st.Free {
		if in.ID == id {
			return instrumentOf(r, in, list), true
		}
	}
	return page, false
}

func instrumentOf(r *http.Request, in *instrument.Instrument, list string) instrumentPage {
	page := instrumentPage{frame: frame(r, in.Name), list: list, alone: list == cliniciansInstruments, in: in, rule: in.Rule(), doubts: in.Doubts()}
	page.frame.Back = &ui.Link{Text: "Questionnaires", Href: list}
	page.facts = ui.TableProps{Caption: "About " + in.Name, RowHeads: true, Columns: []ui.Column{{Name: "What"}, {Name: "As it stands in the file"}}}
	for _, f := range [][2]string{
		{"In a client’s list", in.Title},
		{"Before the questions", in.About},
		{"Version", in.Version + ", " + in.Language},
		{"Looks back on", in.Recall},
		{"Asked again", daysLater(in.IntervalDays)},
		{"Licence", in.Licence},
		{"Source", in.Source},
	} {
		page.facts.Rows = append(page.facts.Rows, []ui.Cell{{Text: f[0]}, {Text: f[1]}})
	}
	for i, it := range in.Items {
		q := shownQuestion{choice: ui.ChoiceProps{Name: "preview-" + it.ID, Label: it.Text, Hint: lastWords(in, it)}}
		if above := in.Above(it); i == 0 || above != in.Above(in.Items[i-1]) {
			q.stem = above
		}
		for _, c := range it.Answers {
			q.choice.Options = append(q.choice.Options, ui.Option{Value: strconv.Itoa(c.Value), Text: c.Text})
		}
		page.questions = append(page.questions, q)
	}
	page.example, page.says = worked(in)
	return page
}

// lastWords says after which answers to it nothing more is asked.
func lastWords(in *instrument.Instrument, it instrument.Item) string {
	var words []string
	for _, c := range in.Ends(it) {
		words = append(words, "“"+c.Text+"”")
	}
	if len(words) == 0 {
		return ""
	}
	return "After " + strings.Join(words, " or ") + " nothing more is asked."
}

func daysLater(n int) string {
	if n == 1 {
		return "after a day at the soonest"
	}
	return "after " + strconv.Itoa(n) + " days at the soonest"
}

// worked is one way to answer in, and what follows from it.
func worked(in *instrument.Instrument) (table ui.TableProps, says []string) {
	table = ui.TableProps{Caption: "An example of answers", RowHeads: true, Columns: []ui.Column{{Name: "Question"}, {Name: "Answer"}, {Name: "In figures"}}}
	a := make(instrument.Answers, len(in.Items))
	for i, it := range in.Items {
		c := it.Answers[i%len(it.Answers)]
		if g := in.Scoring.Gate; g != nil && g.Item == it.ID {
			c.Value, c.Text = g.From, it.Wording(&g.From)
		}
		v := c.Value
		a[it.ID] = &v
		table.Rows = append(table.Rows, []ui.Cell{{Text: strconv.Itoa(i + 1)}, {Text: c.Text}, {Text: strconv.Itoa(v)}})
	}
	res, err := instrument.Score(in, a)
	if err != nil {
		return table, []string{"These answers could not be scored."}
	}
	_, hi := in.Range()
	if res.Total == nil {
		says = append(says, "No total: "+res.Reason+".")
	} else {
		says = append(says, fmt.Sprintf("The total is %s, shown as %d of %d.", figure(*res.Total), *res.Display, instrument.RoundHalfUp(hi)))
	}
	if res.Band != nil {
		says = append(says, "A clinician reads: “"+res.Band.Words+"”.", "The client reads: “"+res.Band.Client+"”")
	}
	for _, s := range res.Subscales {
		if s.Total != nil {
			says = append(says, s.Name+": "+figure(*s.Total)+".")
		}
	}
	if res.Endorsed() {
		says = append(says, "One of these answers is read first: a flag is raised, and the client sees whom to reach before anything else.")
	}
	return table, says
}

func figure(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// retire ends asking for a definition of the practice's own, or takes it back.
func (p *Pages) retire(w http.ResponseWriter, r *http.Request) error {
	id, version, retired := r.PathValue("instrument"), r.PostFormValue("version"), r.PostFormValue("retired") == "yes"
	if err := p.Shelf.Retire(r.Context(), web.ActorOf(r), id, version, retired); err != nil {
		return err
	}
	what := "unretired"
	if retired {
		what = "retired"
	}
	return web.SeeOther(w, r, toInstruments+"?done="+what)
}

// switchPack switches what comes with terms on or off.
func (p *Pages) switchPack(w http.ResponseWriter, r *http.Request) error {
	on := r.PostFormValue("on") == "yes"
	if err := p.Shelf.Switch(r.Context(), web.ActorOf(r), r.PathValue("instrument"), on); err != nil {
		return err
	}
	what := "off"
	if on {
		what = "on"
	}
	return web.SeeOther(w, r, toInstruments+"?done="+what)
}
