package arrival

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/inward"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A beginPage asks for a file.
type beginPage struct {
	frame  ui.FrameProps
	root   string
	kinds  []ui.Option
	source string
	flaw   *web.Flaw
}

// A lookPage says how a file is read, and what bringing it would do.
type lookPage struct {
	frame    ui.FrameProps
	root     string
	packed   string // the file
	looked   string // what was looked at: the file, and how it is read
	about    string // the file in a line
	kinds    []ui.Option
	kind     arrival.Kind
	fields   []ui.FieldProps
	orders   []ui.Option
	ordered  bool // there are days to be read
	lengths  bool // and lengths
	minutes  string
	source   string
	flaw     *web.Flaw
	report   *arrival.Report // nil until it is known how to read the file
	lines    ui.TableProps
	more     int // lines that are not shown
	brings   string
	standing []string // in words
}

// longest is how long bringing the largest file may take: twenty thousand clients took a
// minute and a half on a busy machine of two cores.
const longest = 5 * time.Minute

// mostShown is how many lines are shown; the others are counted.
const mostShown = 200

// frame stands around the pages of root.
func frame(r *http.Request, root, heading string) ui.FrameProps {
	f := web.FrameSaying(r, heading, nil)
	f.Heading = heading
	return f
}

func crumb(root string) ui.Link {
	if root == managersImport {
		return ui.Link{Text: "Practice", Href: "/practice"}
	}
	return ui.Link{Text: "Clients", Href: "/clients"}
}

// sourceHint says what the name of the other product is for.
func sourceHint(root string) string {
	if root == managersImport {
		return "What the other product is called. With it, the same people are found again when you bring a file a second time."
	}
	return "What the other product is called. It stands beside every score."
}

// notBrought stands above a form from which nothing was brought.
func notBrought(p ui.FormErrorProps) ui.FormErrorProps {
	p.Title = "Nothing was brought in yet"
	return p
}

func kindOptions(root string, chosen arrival.Kind) []ui.Option {
	words := map[arrival.Kind]string{arrival.Clients: "Clients", arrival.Appointments: "Appointments", arrival.Scores: "Scores of questionnaires"}
	var all []ui.Option
	for _, k := range kindsFor(root) {
		all = append(all, ui.Option{Value: string(k), Text: words[k], Chosen: k == chosen})
	}
	return all
}

func (p *Pages) begin(root string) web.Page {
	return func(w http.ResponseWriter, r *http.Request) error {
		return web.Show(w, r, http.StatusOK, beginView(beginPage{frame: frame(r, root, "Bring in from elsewhere"), root: root, kinds: kindOptions(root, "")}))
	}
}

// again shows the form for a file once more.
func again(w http.ResponseWriter, r *http.Request, root string, failed error) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page := beginPage{
		frame: frame(r, root, "Bring in from elsewhere"), root: root, flaw: flaw,
		kinds: kindOptions(root, arrival.Kind(r.PostForm.Get("kind"))), source: r.PostForm.Get("source"),
	}
	return web.Show(w, r, flaw.Status(), beginView(page))
}

// fileIn is the file that came with a form: chosen just now, or going along.
func fileIn(r *http.Request) (data []byte, packed string, err error) {
	file, _, err := r.FormFile("file")
	switch {
	case err == nil:
		defer file.Close()
		if data, err = io.ReadAll(io.LimitReader(file, arrival.MaxBytes+1)); err != nil {
			return nil, "", fmt.Errorf("read the uploaded file: %w", err)
		}
	case errors.Is(err, http.ErrMissingFile), errors.Is(err, http.ErrNotMultipart):
		packed = r.PostForm.Get("packed")
		if data, err = unpack(packed); err != nil {
			return nil, "", fault.New(fault.Invalid, "file", "The file did not come along whole. Please choose it again.")
		}
	default:
		return nil, "", fmt.Errorf("read the uploaded file: %w", err)
	}
	if len(data) == 0 {
		return nil, "", fault.New(fault.Invalid, "file", "Please choose a file.")
	}
	if packed == "" {
		packed, err = pack(data)
	}
	return data, packed, err
}

// pack is data as it goes along in a form.
func pack(data []byte) (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// unpack takes no more than a file may have.
func unpack(packed string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(packed)
	if err != nil || len(raw) == 0 {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, arrival.MaxBytes+1))
	if err == nil && len(data) > arrival.MaxBytes {
		err = errors.New("more than a file may have")
	}
	return data, err
}

// optionsIn are how the file is to be read: as the form says, or, the first time, as
// the names of its columns let us guess.
func optionsIn(r *http.Request, root string, t *arrival.Table) arrival.Options {
	f := r.PostForm
	o := arrival.Options{
		Kind: arrival.Kind(f.Get("kind")), Order: arrival.Order(f.Get("dates")), Source: f.Get("source"), Location: web.LocationOf(r),
	}
	if !slices.Contains(kindsFor(root), o.Kind) {
		o.Kind = arrival.GuessKind(t.Names)
	}
	if !slices.Contains(kindsFor(root), o.Kind) {
		o.Kind = kindsFor(root)[0]
	}
	if v := web.VisitorOf(r); v.Is(web.Clinician) {
		o.Clinician = v.Actor.ID
	}
	o.Minutes, _ = strconv.Atoi(strings.TrimSpace(f.Get("minutes")))
	if o.Minutes < 5 || o.Minutes > 8*60 {
		o.Minutes = 0
	}
	if f.Get("mapped") != string(o.Kind) {
		o.Map = arrival.Guess(o.Kind, t.Names)
		if root == cliniciansImport {
			delete(o.Map, treats)
		}
		return o
	}
	o.Map = make(arrival.Mapping)
	for _, field := range fieldsFor(root, o.Kind) {
		if at, err := strconv.Atoi(f.Get("in-" + field.Name)); err == nil && at >= 0 && at < len(t.Names) {
			o.Map[field.Name] = at
		}
	}
	return o
}

// treats is the field that says who treats a client.
const treats = "clinician"

// fieldsFor are what can be read at root: clinicians bring clients of their own.
func fieldsFor(root string, k arrival.Kind) []arrival.Field {
	return slices.DeleteFunc(arrival.FieldsOf(k), func(f arrival.Field) bool { return root == cliniciansImport && f.Name == treats })
}

// lookedAt is a mark of the file and of how it is read.
func lookedAt(packed string, o arrival.Options) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%d\n%q\n", packed, o.Kind, o.Order, o.Minutes, o.Source)
	for _, field := range arrival.FieldsOf(o.Kind) {
		at, there := o.Map[field.Name]
		fmt.Fprintf(h, "%s %v %d\n", field.Name, there, at)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (p *Pages) look(root string) web.Page {
	return func(w http.ResponseWriter, r *http.Request) error { return p.lookOrBring(w, r, root, false) }
}

func (p *Pages) bring(root string) web.Page {
	return func(w http.ResponseWriter, r *http.Request) error { return p.lookOrBring(w, r, root, true) }
}

func (p *Pages) lookOrBring(w http.ResponseWriter, r *http.Request, root string, bring bool) error {
	data, packed, err := fileIn(r)
	if err != nil {
		return again(w, r, root, err)
	}
	if inward.Is(data) {
		return p.bundle(w, r, root, data, packed, bring)
	}
	t, err := arrival.ReadTable(data)
	if err != nil {
		return again(w, r, root, err)
	}
	if root == managersImport && r.PostForm.Get("mapped") == "" && !arrival.HoldsClients(t.Names) {
		return again(w, r, root, fault.New(fault.Invalid, "file", "This is a table of appointments or scores, by the names of its columns. Whoever treats the clients brings those, under Clients, at the foot. Here you bring a table of the clients themselves."))
	}
	o := optionsIn(r, root, t)
	page := lookPage{
		frame: frame(r, root, "Look at it first"), root: root, packed: packed, looked: lookedAt(packed, o),
		about: aboutOf(t), kind: o.Kind, kinds: kindOptions(root, o.Kind), source: o.Source,
	}
	var file arrival.File
	if file, err = arrival.Read(t, o); err == nil {
		if bring && r.PostForm.Get("looked") != page.looked {
			bring = false
			page.flaw = &web.Flaw{Kind: fault.Invalid, Text: "How the file is read was changed. This is what would happen now: please look at it once more."}
		}
		do := p.Arrivals.Look
		if bring {
			web.Patient(w, longest)
			do = p.Arrivals.Bring
		}
		var report arrival.Report
		if report, err = do(r.Context(), web.ActorOf(r), file, o.Location); err == nil {
			page.report = &report
		}
	}
	if err != nil {
		var ok bool
		if page.flaw, ok = web.FlawIn(err); !ok {
			return err
		}
	}
	page.form(t, o)
	if page.report != nil {
		page.tell(*page.report)
	}
	return web.Show(w, r, page.flaw.Status(), lookView(page))
}

// bundle looks at, or brings in, what a FHIR Bundle holds: there is nothing to say about
// how it is read.
func (p *Pages) bundle(w http.ResponseWriter, r *http.Request, root string, data []byte, packed string, bring bool) error {
	o := arrival.Options{Source: r.PostForm.Get("source"), Location: web.LocationOf(r)}
	if v := web.VisitorOf(r); v.Is(web.Clinician) {
		o.Clinician = v.Actor.ID
	}
	f, err := inward.Read(data, o.Source, o.Clinician, o.Location)
	if err != nil {
		return again(w, r, root, err)
	}
	page := lookPage{
		frame: frame(r, root, "Look at it first"), root: root, packed: packed, looked: lookedAt(packed, o),
		about: "A FHIR Bundle.", source: o.Source,
	}
	if root == managersImport {
		f.Items = slices.DeleteFunc(f.Items, func(it arrival.Item) bool { return it.Kind != arrival.Clients })
		f.Left = append(f.Left, "what is clinical: whoever treats the client brings it")
	}
	do := p.Arrivals.Look
	if bring && r.PostForm.Get("looked") == page.looked {
		web.Patient(w, longest)
		do = p.Arrivals.Bring
	}
	report, err := do(r.Context(), web.ActorOf(r), f, o.Location)
	if err != nil {
		return again(w, r, root, err)
	}
	page.report = &report
	page.tell(report)
	return web.Show(w, r, http.StatusOK, lookView(page))
}

// aboutOf is "A table of 12 rows, its cells parted by semicolons, in Windows-1252."
func aboutOf(t *arrival.Table) string {
	comma := map[rune]string{',': "commas", ';': "semicolons", '\t': "tabs"}[t.Comma]
	return "A table of " + desk.Count(len(t.Rows), "row", "rows") + ", its cells parted by " + comma + ", in " + t.Charset + "."
}

// form fills in how the file is read.
func (p *lookPage) form(t *arrival.Table, o arrival.Options) {
	for _, f := range fieldsFor(p.root, o.Kind) {
		at, there := o.Map[f.Name]
		props := ui.FieldProps{Name: "in-" + f.Name, Label: f.Label, Hint: f.Hint, Error: p.flaw.At(f.Name)}
		props.Options = append(props.Options, ui.Option{Value: "-", Text: "Not in this file", Chosen: !there})
		for i, name := range t.Names {
			text := name
			if text == "" {
				text = "Column " + strconv.Itoa(i+1)
			}
			if first := firstIn(t, i); first != "" {
				text += " (" + first + ")"
			}
			props.Options = append(props.Options, ui.Option{Value: strconv.Itoa(i), Text: text, Chosen: there && at == i})
		}
		p.fields = append(p.fields, props)
	}
	p.ordered, p.lengths = o.Kind != arrival.Clients, o.Kind == arrival.Appointments
	p.orders = []ui.Option{
		{Value: "", Text: "Year first, as 2026-11-24", Chosen: o.Order == arrival.OnlyISO},
		{Value: string(arrival.DayFirst), Text: "Day first, as 24.11.2026 or 24/11/2026", Chosen: o.Order == arrival.DayFirst},
		{Value: string(arrival.MonFirst), Text: "Month first, as 11/24/2026", Chosen: o.Order == arrival.MonFirst},
	}
	if o.Minutes > 0 {
		p.minutes = strconv.Itoa(o.Minutes)
	}
}

// firstIn is the first thing that stands in a column, in short.
func firstIn(t *arrival.Table, column int) string {
	for _, row := range t.Rows {
		if cell := row.Cells[column]; cell != "" {
			if letters := []rune(cell); len(letters) > 24 {
				return string(letters[:24]) + "…"
			}
			return cell
		}
	}
	return ""
}

// verdicts are in the order in which they are looked at.
var verdicts = []struct {
	verdict       arrival.Verdict
	word, brought string
	would, did    [2]string // of one, and of several
}{
	{arrival.Wrong, "Not like this", "Not brought", [2]string{"cannot be brought as it is", "cannot be brought as they are"}, [2]string{"was not brought", "were not brought"}},
	{
		arrival.Changed, "Otherwise here", "Left as it is here",
		[2]string{"is here already and says something else; nothing is overwritten", "are here already and say something else; nothing is overwritten"},
		[2]string{"was here already and says something else; nothing was overwritten", "were here already and say something else; nothing was overwritten"},
	},
	{arrival.Fresh, "New", "Brought", [2]string{"is new", "are new"}, [2]string{"was brought in", "were brought in"}},
	{arrival.Same, "Here already", "Here already", [2]string{"is here already", "are here already"}, [2]string{"was here already", "were here already"}},
}

// tell says what would happen, or what did.
func (p *lookPage) tell(r arrival.Report) {
	p.lines = ui.TableProps{
		Caption: "What becomes of each row", RowHeads: true,
		Columns: []ui.Column{{Name: "Where"}, {Name: "Who"}, {Name: "What happens"}, {Name: "Why"}},
	}
	if r.Brought {
		p.frame.Heading, p.lines.Columns[2].Name = "Brought in", "What happened"
	}
	for _, v := range verdicts {
		n := r.Count(v.verdict)
		if n == 0 {
			continue
		}
		word, words := v.word, v.would
		if r.Brought {
			word, words = v.brought, v.did
		}
		p.standing = append(p.standing, desk.Upper(desk.Number(n))+" "+words[min(n, 2)-1]+".")
		for _, l := range r.Lines {
			if l.Verdict != v.verdict {
				continue
			}
			if len(p.lines.Rows) == mostShown {
				p.more++
				continue
			}
			p.lines.Rows = append(p.lines.Rows, []ui.Cell{{Text: desk.Upper(l.Where)}, {Text: l.Who}, {Text: word}, {Text: whyOf(l)}})
		}
	}
	if n := r.Count(arrival.Fresh); n > 0 && !r.Brought {
		p.brings = "Bring " + desk.Number(n) + " in"
	}
}

// whyOf is what is said of a line: "Start: is not a day …".
func whyOf(l arrival.Line) string {
	var all []string
	for _, f := range l.Flaws {
		switch {
		case f.Column != "":
			all = append(all, "“"+f.Column+"” "+f.Why)
		default:
			all = append(all, desk.Upper(f.Why))
		}
	}
	if l.Note != "" && l.Note != "is here already" { // which the column before it says
		all = append(all, desk.Upper(l.Note))
	}
	return strings.Join(all, ". ")
}
