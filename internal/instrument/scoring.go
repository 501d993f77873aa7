package instrument

import (
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/tree"
)

// A part is one level of the scoring extension: FHIR writes each member as an
// extension of its own, and a list as the same one several times.
type part struct {
	at   string
	kids map[string][]tree.Node
	seen map[string]bool
}

// partOf is what e holds; at is how errors name it.
func partOf(e tree.Node, at string) (part, error) {
	p := part{at: at, kids: map[string][]tree.Node{}, seen: map[string]bool{}}
	list, err := e.All("extension")
	if err != nil {
		return p, err
	}
	for _, k := range list {
		if k.Kind != '{' {
			return p, tree.Wrong(k.At, "must be an object")
		}
		key := k.Fields["url"].Text
		if key == "" {
			return p, tree.Wrong(k.At+".url", "missing")
		}
		values := 0
		for _, name := range k.Keys {
			switch {
			case strings.HasPrefix(name, "value"), name == "extension":
				values++
			case name != "url" && name != "id":
				return p, tree.Wrong(k.Fields[name].At, "not known here")
			}
		}
		if values != 1 {
			return p, tree.Wrong(k.At, "must have one value")
		}
		p.kids[key] = append(p.kids[key], k)
	}
	return p, nil
}

func (p part) place(key string) string { return p.at + "." + key }

// value is the value of the member called key, of one of the kinds that FHIR has for it.
func (p part) value(key string, kinds ...string) (n tree.Node, there bool, err error) {
	p.seen[key] = true
	list := p.kids[key]
	switch len(list) {
	case 0:
		return tree.Node{}, false, nil
	case 1:
		n, err := valueOf(list[0], p.place(key), kinds)
		return n, true, err
	}
	return tree.Node{}, false, tree.Wrong(p.place(key), "given twice")
}

func valueOf(k tree.Node, at string, kinds []string) (tree.Node, error) {
	for _, kind := range kinds {
		if n, there := k.Fields[kind]; there {
			return placed(n, at), nil
		}
	}
	return tree.Node{}, tree.Wrong(at, "must be a "+strings.Join(kinds, " or a "))
}

func (p part) words(key string, optional bool) (string, error) {
	n, there, err := p.value(key, "valueString", "valueCode", "valueMarkdown")
	switch {
	case err != nil:
		return "", err
	case !there && optional:
		return "", nil
	case !there:
		return "", tree.Wrong(p.place(key), "missing")
	case n.Kind != '"' || tree.Tidy(n.Text) == "":
		return "", tree.Wrong(n.At, "must be text, and not empty")
	}
	return tree.Tidy(n.Text), nil
}

func (p part) whole(key string, optional bool) (int, error) {
	n, there, err := p.value(key, "valueInteger", "valueDecimal")
	if err != nil || !there {
		if err == nil && !optional {
			err = tree.Wrong(p.place(key), "missing")
		}
		return 0, err
	}
	return n.Whole()
}

func (p part) number(key string, optional bool) (float64, error) {
	n, there, err := p.value(key, "valueDecimal", "valueInteger")
	if err != nil || !there {
		if err == nil && !optional {
			err = tree.Wrong(p.place(key), "missing")
		}
		return 0, err
	}
	return n.Number()
}

// multiplier is 0 if there is none.
func (p part) multiplier() (float64, error) {
	x, err := p.number("multiplier", true)
	if _, there := p.kids["multiplier"]; err == nil && there && (x <= 0 || x > 1000) {
		err = tree.Wrong(p.place("multiplier"), "must be above 0, and at most 1000")
	}
	return x, err
}

func (p part) truth(key string) (bool, error) {
	n, there, err := p.value(key, "valueBoolean")
	if err == nil && there && n.Kind != 't' {
		err = tree.Wrong(n.At, "must be true or false")
	}
	return n.Truth, err
}

// many are the members called key, each with its place.
func (p part) many(key string) []tree.Node {
	p.seen[key] = true
	all := make([]tree.Node, len(p.kids[key]))
	for i, n := range p.kids[key] {
		all[i] = placed(n, p.place(key)+"["+strconv.Itoa(i)+"]")
	}
	return all
}

// links are the ids of the items whose linkIds are given under key.
func (r *reading) links(p part, key string) ([]string, error) {
	var ids []string
	for _, k := range p.many(key) {
		n, err := valueOf(k, k.At, []string{"valueString", "valueCode"})
		if err != nil {
			return nil, err
		}
		id, ok := r.byLink[n.Text]
		if !ok {
			return nil, tree.Wrong(k.At, "is the linkId of no question")
		}
		for _, was := range ids {
			if was == id {
				return nil, tree.Wrong(k.At, "given twice")
			}
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// end refuses what nothing was read of.
func (p part) end() error {
	for key := range p.kids {
		if !p.seen[key] {
			return tree.Wrong(p.place(key), "not known here")
		}
	}
	return nil
}

// scoring reads our extension.
func (r *reading) scoring(root tree.Node) error {
	e, there, err := extension(root, ScoringURL)
	if err != nil {
		return err
	}
	if !there {
		return tree.Wrong("extension", "the scoring is missing: an extension with the url "+ScoringURL)
	}
	if err := e.Known("url extension", ""); err != nil {
		return err
	}
	p, err := partOf(e, "scoring")
	if err != nil {
		return err
	}
	in, s := r.in, &r.in.Scoring
	var direction string
	for _, f := range []struct {
		to       *string
		key      string
		optional bool
	}{
		{&in.Title, "clientTitle", false},
		{&in.Subject, "subject", false},
		{&in.Source, "source", false},
		{&in.Recall, "recall", false},
		{&in.Informant, "informant", false},
		{&direction, "direction", false},
		{&in.Stem, "stem", true},
		{&in.Caution, "caution", true},
		{&in.Terms, "terms", true},
		{&in.TotalLOINC, "totalLoinc", true},
		{&s.Rule, "rule", false},
		{&s.Method, "method", true},
	} {
		if *f.to, err = p.words(f.key, f.optional); err != nil {
			return err
		}
	}
	in.Direction = Direction(direction)
	for _, f := range []struct {
		to       *int
		key      string
		optional bool
	}{
		{&in.IntervalDays, "intervalDays", false},
		{&in.Minutes, "minutes", false},
		{&s.MaxMissing, "maxMissing", false},
	} {
		if *f.to, err = p.whole(f.key, f.optional); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		to  *bool
		key string
	}{
		{&in.Screening, "screening"},
		{&s.NoTotal, "noTotal"},
		{&s.NeedsSubscales, "totalNeedsSubscales"},
	} {
		if *f.to, err = p.truth(f.key); err != nil {
			return err
		}
	}
	if s.Multiplier, err = p.multiplier(); err != nil {
		return err
	}
	for _, f := range []struct {
		to  *[]string
		key string
	}{
		{&s.Reverse, "reverse"},
		{&s.Unscored, "unscored"},
		{&s.Optional, "optional"},
	} {
		if *f.to, err = r.links(p, f.key); err != nil {
			return err
		}
	}
	if s.Bands, err = bands(p); err != nil {
		return err
	}
	for _, read := range []func(part) error{r.gate, r.subscales, r.critical, r.caseness, r.reliable, r.basis} {
		if err := read(p); err != nil {
			return err
		}
	}
	return p.end()
}

func bands(p part) ([]Band, error) {
	var all []Band
	for _, k := range p.many("band") {
		q, err := partOf(k, k.At)
		if err != nil {
			return nil, err
		}
		var b Band
		if b.Low, err = q.whole("low", false); err != nil {
			return nil, err
		}
		if b.High, err = q.whole("high", false); err != nil {
			return nil, err
		}
		if b.Words, err = q.words("words", false); err != nil {
			return nil, err
		}
		if b.Client, err = q.words("client", false); err != nil {
			return nil, err
		}
		if err := q.end(); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

// itemFrom is an item with the answer from which something holds.
func (r *reading) itemFrom(k tree.Node) (item string, from int, err error) {
	q, err := partOf(k, k.At)
	if err != nil {
		return "", 0, err
	}
	items, err := r.links(q, "item")
	if err != nil {
		return "", 0, err
	}
	if len(items) != 1 {
		return "", 0, tree.Wrong(k.At+".item", "must be one linkId")
	}
	if from, err = q.whole("from", false); err != nil {
		return "", 0, err
	}
	return items[0], from, q.end()
}

func (r *reading) gate(p part) error {
	list := p.many("gate")
	if len(list) > 1 {
		return tree.Wrong(list[1].At, "there is one gate at most")
	}
	for _, k := range list {
		item, from, err := r.itemFrom(k)
		if err != nil {
			return err
		}
		r.in.Scoring.Gate = &Gate{Item: item, From: from}
	}
	return nil
}

func (r *reading) critical(p part) error {
	for _, k := range p.many("critical") {
		item, from, err := r.itemFrom(k)
		if err != nil {
			return err
		}
		r.in.Scoring.Critical = append(r.in.Scoring.Critical, Critical{Item: item, From: from})
	}
	return nil
}

func (r *reading) subscales(p part) error {
	for _, k := range p.many("subscale") {
		q, err := partOf(k, k.At)
		if err != nil {
			return err
		}
		var s Subscale
		if s.ID, err = q.words("id", false); err != nil {
			return err
		}
		if s.Name, err = q.words("name", false); err != nil {
			return err
		}
		if s.Items, err = r.links(q, "item"); err != nil {
			return err
		}
		if s.MaxMissing, err = q.whole("maxMissing", false); err != nil {
			return err
		}
		if s.Multiplier, err = q.multiplier(); err != nil {
			return err
		}
		if s.Bands, err = bands(q); err != nil {
			return err
		}
		if s.Count, err = count(q); err != nil {
			return err
		}
		if err := q.end(); err != nil {
			return err
		}
		r.in.Scoring.Subscales = append(r.in.Scoring.Subscales, s)
	}
	return nil
}

// published is what a figure from outside always says of itself.
func published(q part) (rule, source string, basis Basis, err error) {
	if rule, err = q.words("rule", false); err != nil {
		return "", "", "", err
	}
	if source, err = q.words("source", false); err != nil {
		return "", "", "", err
	}
	said, err := q.words("basis", true)
	return rule, source, Basis(said), err
}

func (r *reading) caseness(p part) error {
	for _, k := range p.many("caseness") {
		q, err := partOf(k, k.At)
		if err != nil {
			return err
		}
		var c Caseness
		if c.Rule, c.Source, c.Basis, err = published(q); err != nil {
			return err
		}
		if c.For, err = q.words("for", true); err != nil {
			return err
		}
		for key, to := range map[string]**int{"atLeast": &c.AtLeast, "atMost": &c.AtMost} {
			if _, there := q.kids[key]; !there {
				continue
			}
			x, err := q.whole(key, false)
			if err != nil {
				return err
			}
			*to = &x
		}
		if err := q.end(); err != nil {
			return err
		}
		r.in.Scoring.Caseness = append(r.in.Scoring.Caseness, c)
	}
	return nil
}

func (r *reading) reliable(p part) error {
	list := p.many("reliableChange")
	if len(list) > 1 {
		return tree.Wrong(list[1].At, "there is one rule at most")
	}
	for _, k := range list {
		q, err := partOf(k, k.At)
		if err != nil {
			return err
		}
		t := &Threshold{}
		if t.Rule, t.Source, t.Basis, err = published(q); err != nil {
			return err
		}
		if t.AtLeast, err = q.number("atLeast", false); err != nil {
			return err
		}
		if err := q.end(); err != nil {
			return err
		}
		r.in.Scoring.ReliableChange = t
	}
	return nil
}

// basis is what stands behind figures that have no source of their own.
func (r *reading) basis(p part) error {
	list := p.many("basis")
	if len(list) > 1 {
		return tree.Wrong(list[1].At, "given twice")
	}
	for _, k := range list {
		q, err := partOf(k, k.At)
		if err != nil {
			return err
		}
		for key, to := range map[string]*Basis{
			"wording": &r.in.Basis.Wording, "reverse": &r.in.Basis.Reverse, "missing": &r.in.Basis.Missing,
			"bands": &r.in.Basis.Bands, "critical": &r.in.Basis.Critical, "subscales": &r.in.Basis.Subscales,
		} {
			said, err := q.words(key, true)
			if err != nil {
				return err
			}
			*to = Basis(said)
		}
		if err := q.end(); err != nil {
			return err
		}
	}
	return nil
}

// count reads from which answer on the items of a part are counted.
func count(p part) (*Count, error) {
	list := p.many("count")
	switch len(list) {
	case 0:
		return nil, nil
	case 1:
	default:
		return nil, tree.Wrong(list[1].At, "given twice")
	}
	q, err := partOf(list[0], p.place("count"))
	if err != nil {
		return nil, err
	}
	var c Count
	if c.From, err = q.whole("from", false); err != nil {
		return nil, err
	}
	if c.Needed, err = q.whole("needed", false); err != nil {
		return nil, err
	}
	return &c, q.end()
}
