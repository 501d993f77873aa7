package method

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
)

// The kinds of entry.
const (
	KindConcern   = "concern"
	KindApproach  = "approach"
	KindTechnique = "technique"
)

// ownPrefix begins the id of everything that is a practice's own, so that nothing
// which comes with a later release can stand in its place.
const ownPrefix = "own-"

// Own is an entry of the practice's own in one version.
type Own struct {
	sheet  Sheet
	File   []byte // as it is kept
	By     string // person id, or "operator"
	MadeAt time.Time
}

// Kind says what the entry is.
func (o Own) Kind() string {
	switch {
	case len(o.sheet.Concerns) > 0:
		return KindConcern
	case len(o.sheet.Approaches) > 0:
		return KindApproach
	default:
		return KindTechnique
	}
}

// Entry is its name, id and version.
func (o Own) Entry() *Entry {
	switch {
	case len(o.sheet.Concerns) > 0:
		return &o.sheet.Concerns[0].Entry
	case len(o.sheet.Approaches) > 0:
		return &o.sheet.Approaches[0].Entry
	default:
		return &o.sheet.Techniques[0].Entry
	}
}

// entries are how many entries are in a sheet.
func (s *Sheet) entries() int { return len(s.Concerns) + len(s.Approaches) + len(s.Techniques) }

// split takes a sheet apart into sheets with one entry each, and with each the
// sources that it cites and nobody has yet.
func (s *Sheet) split(base *Library) []Sheet {
	var out []Sheet
	has := make(map[string]bool)
	put := func(one Sheet, cites []string) {
		for _, src := range s.Sources {
			if slices.Contains(cites, src.ID) && base.source(src.ID) == nil && !has[src.ID] {
				one.Sources = append(one.Sources, src)
				has[src.ID] = true
			}
		}
		out = append(out, one)
	}
	for _, c := range s.Concerns {
		put(Sheet{Concerns: []*Concern{c}}, c.cites())
	}
	for _, a := range s.Approaches {
		put(Sheet{Approaches: []*Approach{a}}, a.cites())
	}
	for _, t := range s.Techniques {
		put(Sheet{Techniques: []*Technique{t}}, t.cites())
	}
	return out
}

func (c *Concern) cites() []string {
	all := slices.Clone(c.About.Cites)
	for _, s := range c.First {
		all = append(all, s.Cites...)
	}
	for _, k := range c.Links {
		all = append(all, k.Cites...)
	}
	return all
}

func (a *Approach) cites() []string {
	all := slices.Concat(a.About.Cites, a.Mechanism.Cites, a.Effect.Cites, a.Lasts.Cites, a.Asks.Cites, around(a.Cautions, a.Steps))
	for _, k := range a.Links {
		all = append(all, k.Cites...)
	}
	return all
}

func (t *Technique) cites() []string {
	return slices.Concat(t.About.Cites, t.Mechanism.Cites, t.Effect.Cites, t.Lasts.Cites, t.Asks.Cites, around(t.Cautions, t.Steps))
}

func around(cautions []Caution, steps []Step) []string {
	var all []string
	for _, c := range cautions {
		all = append(all, c.Cites...)
	}
	for _, s := range steps {
		all = append(all, s.Cites...)
	}
	return all
}

// A Form is an entry of the practice's own as somebody fills it in. Texts that are
// lists have one member on each line.
type Form struct {
	ID      string // of the form, a UUID: a new entry is called after it
	Entry   string // id of the entry that is revised; "" for a new one
	Version int    // the version it started from; 0 for a new one
	Kind    string

	Name, Plain                string
	About, AboutPlain          string
	Mechanism, Effect          string
	EffectPlain                string
	Lasts, Asks                string
	NotIf, WaitIf, Care, Steps string // one on each line
	Way                        Way
	Strength                   Strength // of a technique
	Evidence, EvidencePlain    string   // what is known, for every link
	Sources                    string   // one on each line
	Within                     string   // of a concern
	Demand                     int      // of a technique
	Approaches                 []string // of a technique
	Links                      []Tie    // of a concern or an approach
}

// A Tie is a line of a form: the concern or approach at the other end, and how
// strong the evidence is. One without To is no line.
type Tie struct {
	To       string
	Strength Strength
}

// names is the id of the entry that the form makes or revises.
func (f Form) names() string {
	if f.Entry != "" {
		return f.Entry
	}
	return ownPrefix + strings.ToLower(f.ID)
}

// Limits of a form.
const (
	maxLines = 30 // of one list
	maxTies  = 40
)

// Draft is what a form says, as it would be kept: what is wrong is fault.Invalid
// with the field. It keeps nothing.
func (l *Library) Draft(f Form) (Own, error) {
	d := &drafter{form: f}
	if _, err := uuid.Parse(f.ID); err != nil {
		return Own{}, fault.New(fault.Invalid, "", "This form has lost its number. Please open it once more.")
	}
	e := Entry{ID: f.names(), Version: f.Version + 1, Own: true}
	e.Name, e.Plain = d.name("name", f.Name), d.name("plain", f.Plain)
	if e.Plain == "" {
		e.Plain = e.Name
	}
	d.cite(e)
	e.About = d.said("about", f.About, f.AboutPlain)
	if d.err == nil && e.Name == "" {
		d.fail("name", "Please give it a name.")
	}
	if d.err == nil && e.About.Clinician == "" {
		d.fail("about", "Please say in a sentence or two what this is.")
	}
	var sheet Sheet
	switch f.Kind {
	case KindConcern:
		sheet.Concerns = []*Concern{{Entry: e, Within: f.Within, Links: d.links(func(to string) Link { return Link{Approach: to} })}}
	case KindApproach:
		sheet.Approaches = []*Approach{{
			Entry: e, Way: f.Way, Mechanism: d.rests("mechanism", f.Mechanism, ""), Effect: d.rests("effect", f.Effect, f.EffectPlain),
			Lasts: d.said("lasts", f.Lasts, ""), Asks: d.said("asks", f.Asks, ""), Cautions: d.cautions(), Steps: d.steps(),
			Links: d.links(func(to string) Link { return Link{Concern: to} }),
		}}
	case KindTechnique:
		if d.err == nil && !slices.Contains(Strengths(), f.Strength) {
			d.fail("strength", "Please say what this rests on.")
		}
		if d.err == nil && len(f.Approaches) == 0 {
			d.fail("approaches", "Please choose at least one approach that it belongs to.")
		}
		sheet.Techniques = []*Technique{{
			Entry: e, Approaches: f.Approaches, Demand: f.Demand, Way: f.Way, Strength: f.Strength,
			Mechanism: d.rests("mechanism", f.Mechanism, ""), Effect: d.rests("effect", f.Effect, f.EffectPlain),
			Lasts: d.said("lasts", f.Lasts, ""), Asks: d.said("asks", f.Asks, ""), Cautions: d.cautions(), Steps: d.steps(),
		}}
	default:
		d.fail("kind", "Please choose what you want to add.")
	}
	sheet.Sources = d.sources
	if d.err != nil {
		return Own{}, d.err
	}
	return l.own(sheet)
}

// own is a sheet with one entry, tied to the library, as it would be kept.
func (l *Library) own(sheet Sheet) (Own, error) {
	file, err := json.Marshal(sheet)
	if err != nil {
		return Own{}, fmt.Errorf("encode method: %w", err)
	}
	again, err := Parse(file)
	if err == nil {
		_, err = with(l, again, ownRules)
	}
	if err != nil {
		return Own{}, fault.New(fault.Invalid, "", "This cannot be kept as it stands. What is wrong: "+err.Error()+".")
	}
	again.markOwn()
	return Own{sheet: again, File: file}, nil
}

func (s *Sheet) markOwn() {
	for _, c := range s.Concerns {
		c.Own = true
	}
	for _, a := range s.Approaches {
		a.Own = true
	}
	for _, t := range s.Techniques {
		t.Own = true
	}
}

// A drafter reads a form and keeps the first that is wrong.
type drafter struct {
	form    Form
	sources []*Source
	cited   []string
	err     error
}

func (d *drafter) fail(field, text string) {
	if d.err == nil {
		d.err = fault.New(fault.Invalid, field, text)
	}
}

func (d *drafter) text(field, text string, most int) string {
	clean, err := fault.Text(field, text, most)
	if err != nil && d.err == nil {
		d.err = err
	}
	return clean
}

func (d *drafter) name(field, text string) string {
	clean, err := fault.Line(field, text, MaxName)
	if err != nil && d.err == nil {
		d.err = err
	}
	return clean
}

// said is a statement that is no claim about what helps.
func (d *drafter) said(field, clinician, client string) Said {
	s := Said{Clinician: d.text(field, clinician, MaxText), Client: d.text(field+"plain", client, MaxText)}
	if s.Clinician == "" {
		s.Clinician, s.Client = s.Client, ""
	}
	return s
}

// rests is a statement that rests on the sources of the form.
func (d *drafter) rests(field, clinician, client string) Said {
	s := d.said(field, clinician, client)
	if s.Clinician != "" {
		s.Cites = d.cited
	}
	return s
}

func (d *drafter) lines(field, text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = d.text(field, line, MaxText); line != "" {
			out = append(out, line)
		}
	}
	if len(out) > maxLines {
		d.fail(field, fmt.Sprintf("At most %d lines fit here.", maxLines))
	}
	return out
}

// cite makes sources of the lines of the form. Their ids tell entry and version.
func (d *drafter) cite(e Entry) {
	for i, line := range d.lines("sources", d.form.Sources) {
		id := fmt.Sprintf("%s-s%d-%d", e.ID, e.Version, i+1)
		d.sources = append(d.sources, &Source{ID: id, Kind: Stated, Cite: line, Checked: NotChecked})
		d.cited = append(d.cited, id)
	}
}

func (d *drafter) cautions() []Caution {
	var out []Caution
	for _, part := range []struct{ field, kind, text string }{
		{"notif", WhenNot, d.form.NotIf}, {"waitif", WhenWait, d.form.WaitIf}, {"care", WithCare, d.form.Care},
	} {
		for _, line := range d.lines(part.field, part.text) {
			out = append(out, Caution{Kind: part.kind, Said: Said{Clinician: line}})
		}
	}
	return out
}

func (d *drafter) steps() []Step {
	var out []Step
	for _, line := range d.lines("steps", d.form.Steps) {
		out = append(out, Step{Said: Said{Clinician: line}})
	}
	return out
}

func (d *drafter) links(one func(to string) Link) []Link {
	var out []Link
	evidence := d.rests("evidence", d.form.Evidence, d.form.EvidencePlain)
	for _, tie := range d.form.Links {
		if tie.To == "" {
			continue
		}
		k := one(tie.To)
		k.Strength, k.Said = tie.Strength, evidence
		if !slices.Contains(Strengths(), k.Strength) {
			d.fail("links", "Please say for each line what it rests on.")
		}
		if slices.ContainsFunc(out, func(o Link) bool { return o.Concern == k.Concern && o.Approach == k.Approach }) {
			d.fail("links", "The same is there twice. Please leave one of the lines empty.")
		}
		out = append(out, k)
	}
	if len(out) > maxTies {
		d.fail("links", fmt.Sprintf("At most %d lines fit here.", maxTies))
	}
	if d.form.Kind == KindApproach && len(out) == 0 && d.err == nil {
		d.fail("links", "Please choose at least one concern that it is for.")
	}
	return out
}

// FitsForm says whether a form can hold all that the entry says. One that came from
// a file may say more, and is revised by a file.
func (o Own) FitsForm(l *Library) bool {
	f := o.FormOf()
	f.Version--
	f.ID = uuid.Nil.String()
	again, err := l.without(f.Entry, f.Version+1).Draft(f)
	return err == nil && bytes.Equal(again.File, o.File)
}

// FormOf is the form that would make an own entry once more, to revise it.
func (o Own) FormOf() Form {
	e := o.Entry()
	f := Form{Entry: e.ID, Version: e.Version, Kind: o.Kind(), Name: e.Name, Plain: e.Plain, About: e.About.Clinician, AboutPlain: e.About.Client}
	links := func(all []Link) {
		for _, k := range all {
			f.Links = append(f.Links, Tie{To: k.Concern + k.Approach, Strength: k.Strength})
			f.Evidence, f.EvidencePlain = k.Clinician, k.Client
		}
	}
	around := func(cautions []Caution, steps []Step) {
		var not, wait, care, on []string
		for _, c := range cautions {
			switch c.Kind {
			case WhenNot:
				not = append(not, oneLine(c.Clinician))
			case WhenWait:
				wait = append(wait, oneLine(c.Clinician))
			default:
				care = append(care, oneLine(c.Clinician))
			}
		}
		for _, s := range steps {
			on = append(on, oneLine(s.Clinician))
		}
		f.NotIf, f.WaitIf, f.Care, f.Steps = strings.Join(not, "\n"), strings.Join(wait, "\n"), strings.Join(care, "\n"), strings.Join(on, "\n")
	}
	switch f.Kind {
	case KindConcern:
		c := o.sheet.Concerns[0]
		f.Within = c.Within
		links(c.Links)
	case KindApproach:
		a := o.sheet.Approaches[0]
		f.Way, f.Mechanism, f.Effect, f.EffectPlain = a.Way, a.Mechanism.Clinician, a.Effect.Clinician, a.Effect.Client
		f.Lasts, f.Asks = a.Lasts.Clinician, a.Asks.Clinician
		around(a.Cautions, a.Steps)
		links(a.Links)
	default:
		t := o.sheet.Techniques[0]
		f.Way, f.Mechanism, f.Effect, f.EffectPlain = t.Way, t.Mechanism.Clinician, t.Effect.Clinician, t.Effect.Client
		f.Lasts, f.Asks, f.Strength, f.Demand, f.Approaches = t.Lasts.Clinician, t.Asks.Clinician, t.Strength, t.Demand, t.Approaches
		around(t.Cautions, t.Steps)
	}
	var cites []string
	for _, s := range o.sheet.Sources {
		cites = append(cites, oneLine(s.Cite))
	}
	f.Sources = strings.Join(cites, "\n")
	return f
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// Concern, Approach and Technique are the entry as what it is; nil if it is
// something else.
func (o Own) Concern() *Concern {
	if len(o.sheet.Concerns) == 0 {
		return nil
	}
	return o.sheet.Concerns[0]
}

// Approach is the entry as an approach, or nil.
func (o Own) Approach() *Approach {
	if len(o.sheet.Approaches) == 0 {
		return nil
	}
	return o.sheet.Approaches[0]
}

// Technique is the entry as a technique, or nil.
func (o Own) Technique() *Technique {
	if len(o.sheet.Techniques) == 0 {
		return nil
	}
	return o.sheet.Techniques[0]
}

// Try is what a form says, as Write would keep it. It keeps nothing, and does not
// look whether somebody was quicker.
func (l *Library) Try(f Form) (Own, error) { return l.without(f.names(), f.Version+1).Draft(f) }

// Sources are those that the entry brings along.
func (o Own) Sources() []*Source { return o.sheet.Sources }
