package instrument

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/tree"
)

// The addresses by which FHIR knows what is read here.
const (
	// ScoringURL is the one extension of ours: how answers become a score, and what
	// the score means. doc/instruments.md describes it.
	ScoringURL = "urn:waymark:fhir:scoring"

	loincSystem = "http://loinc.org"
	ordinalURL  = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
	weightURL   = "http://hl7.org/fhir/StructureDefinition/itemWeight" // its name in R5
	minimumURL  = "http://hl7.org/fhir/StructureDefinition/minValue"
	maximumURL  = "http://hl7.org/fhir/StructureDefinition/maxValue"
	hiddenURL   = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
)

// Limits of a definition.
const (
	MaxFile  = 1 << 20 // bytes
	MaxItems = 200     // questions
)

var limits = tree.Limits{Bytes: MaxFile, Text: 10_000, List: MaxItems, Depth: 32, Values: 50_000}

// Parse reads one definition: a FHIR R4 Questionnaire with our scoring extension.
// name stands before every error, with the place after it:
//
//	phq-9: item[3].answerOption[1]: no ordinalValue, so it cannot be scored
//
// Groups are flattened; the words of a group, or of a display item, stand above
// each question that follows in it. Whatever could make a score wrong is refused,
// and so is what FHIR can say and a page here could not ask.
func Parse(name string, data []byte) (*Instrument, error) {
	in, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return in, nil
}

func parse(data []byte) (*Instrument, error) {
	root, err := tree.Read(data, limits)
	if err != nil {
		return nil, err
	}
	if root.Kind != '{' {
		return nil, tree.Wrong("", "must be an object")
	}
	if t := root.Fields["resourceType"]; t.Text != "Questionnaire" {
		return nil, tree.Wrong("resourceType", `must be "Questionnaire"`)
	}
	if err := root.Known("url version language title description copyright code item extension",
		"meta implicitRules text contained identifier name derivedFrom status experimental subjectType date publisher contact "+
			"useContext jurisdiction purpose approvalDate lastReviewDate effectivePeriod"); err != nil {
		return nil, err
	}
	r := &reading{in: &Instrument{}, byLink: map[string]string{}}
	if err := r.head(root); err != nil {
		return nil, err
	}
	if err := r.items(root, ""); err != nil {
		return nil, err
	}
	if len(r.in.Items) == 0 {
		return nil, tree.Wrong("item", "must not be empty")
	}
	if err := r.scoring(root); err != nil {
		return nil, err
	}
	if err := r.conditions(); err != nil {
		return nil, err
	}
	r.in.File = data
	return r.in, r.in.check(r.at)
}

// A reading is a definition on its way from the file to an Instrument.
type reading struct {
	in     *Instrument
	at     []string          // where each question stands in the file
	when   []tree.Node       // under what condition each is asked
	codes  []map[string]int  // of each question, the value of each coded answer
	byLink map[string]string // ids by linkId
}

func (r *reading) head(root tree.Node) (err error) {
	in := r.in
	for _, f := range []struct {
		to       *string
		key      string
		optional bool
	}{
		{&in.URL, "url", false},
		{&in.Version, "version", false},
		{&in.Language, "language", false},
		{&in.Name, "title", false},
		{&in.About, "description", false},
		{&in.Licence, "copyright", false},
		{&in.ID, "id", true},
	} {
		if *f.to, err = root.Words(f.key, f.optional); err != nil {
			return err
		}
	}
	if in.ID == "" { // the last part of the address is as good a name
		in.ID = strings.ToLower(in.URL[strings.LastIndexAny(in.URL, "/:")+1:])
	}
	in.LOINC, err = loincIn(root)
	return err
}

// loincIn is the LOINC code among the codes of n; "" if there is none.
func loincIn(n tree.Node) (string, error) {
	codes, err := n.All("code")
	if err != nil {
		return "", err
	}
	for _, c := range codes {
		if c.Fields["system"].Text != loincSystem {
			continue
		}
		code := c.Fields["code"].Text
		if !loinc(code) || code == "" {
			return "", tree.Wrong(c.At+".code", "is no LOINC code")
		}
		return code, nil
	}
	return "", nil
}

// items reads the questions of n, which is the file or a group, below the words above.
func (r *reading) items(n tree.Node, above string) error {
	list, err := n.All("item")
	if err != nil {
		return err
	}
	for _, it := range list {
		if err := it.Known("linkId code text type answerOption item extension enableWhen answerValueSet initial repeats readOnly",
			"definition prefix enableBehavior required maxLength"); err != nil {
			return err
		}
		if err := unaskable(it); err != nil {
			return err
		}
		kind, err := it.Words("type", false)
		if err != nil {
			return err
		}
		switch kind {
		case "group":
			text, err := it.Words("text", true)
			if err != nil {
				return err
			}
			if text == "" {
				text = above
			}
			if err := r.items(it, text); err != nil {
				return err
			}
		case "display":
			if above, err = it.Words("text", false); err != nil {
				return err
			}
		case "choice", "integer":
			if err := r.question(it, kind, above); err != nil {
				return err
			}
		default:
			return tree.Wrong(it.At+".type", "only choice, integer, group and display can be asked here")
		}
	}
	return nil
}

// unaskable refuses what FHIR can ask and we cannot.
func unaskable(it tree.Node) error {
	for key, why := range map[string]string{
		"answerValueSet": "answers must be written out, as answerOption",
		"initial":        "an answer that is chosen beforehand is not asked",
	} {
		if n, there := it.Fields[key]; there {
			return tree.Wrong(n.At, why)
		}
	}
	for key, why := range map[string]string{
		"repeats":  "one answer to each question",
		"readOnly": "what cannot be answered is not asked",
	} {
		if n, there := it.Fields[key]; there && n.Truth {
			return tree.Wrong(n.At, why)
		}
	}
	hidden, there, err := extension(it, hiddenURL)
	if err == nil && there && hidden.Fields["valueBoolean"].Truth {
		return tree.Wrong(hidden.At, "hidden questions are not asked here")
	}
	return err
}

// extension finds the extension of n with one of the addresses.
func extension(n tree.Node, urls ...string) (found tree.Node, there bool, err error) {
	list, err := n.All("extension")
	if err != nil {
		return tree.Node{}, false, err
	}
	for _, e := range list {
		for _, url := range urls {
			if e.Kind != '{' {
				return tree.Node{}, false, tree.Wrong(e.At, "must be an object")
			}
			if e.Fields["url"].Text != url {
				continue
			}
			if there {
				return tree.Node{}, false, tree.Wrong(e.At, "given twice")
			}
			found, there = e, true
		}
	}
	return found, there, nil
}

func (r *reading) question(it tree.Node, kind, above string) (err error) {
	if len(r.in.Items) == MaxItems {
		return tree.Wrong(it.At, fmt.Sprintf("more than %d questions", MaxItems))
	}
	if _, there := it.Fields["item"]; there {
		return tree.Wrong(it.At+".item", "only a group holds questions")
	}
	q := Item{ID: "q" + strconv.Itoa(len(r.in.Items)+1), Stem: above}
	if q.LinkID, err = it.Words("linkId", false); err != nil {
		return err
	}
	if _, twice := r.byLink[q.LinkID]; twice {
		return tree.Wrong(it.At+".linkId", "given twice")
	}
	if q.Text, err = it.Words("text", false); err != nil {
		return err
	}
	if q.LOINC, err = loincIn(it); err != nil {
		return err
	}
	codes := map[string]int{}
	if kind == "integer" {
		q.Answers, err = numbers(it)
	} else {
		q.Answers, err = choices(it, codes)
	}
	if err != nil {
		return err
	}
	r.byLink[q.LinkID] = q.ID
	r.in.Items = append(r.in.Items, q)
	r.at = append(r.at, it.At)
	r.when = append(r.when, it.Fields["enableWhen"])
	r.codes = append(r.codes, codes)
	return nil
}

// mostNumbers is how many whole numbers there may be to choose from.
const mostNumbers = 101

// numbers are the answers of a question for a whole number within bounds.
func numbers(it tree.Node) ([]Choice, error) {
	var ends [2]int
	for i, url := range []string{minimumURL, maximumURL} {
		e, there, err := extension(it, url)
		if err != nil {
			return nil, err
		}
		if !there {
			return nil, tree.Wrong(it.At, "an integer needs the extensions minValue and maxValue, so that what is out of range can be refused")
		}
		if ends[i], err = placed(e.Fields["valueInteger"], e.At+".valueInteger").Whole(); err != nil {
			return nil, err
		}
	}
	if ends[1] <= ends[0] || ends[1]-ends[0] >= mostNumbers {
		return nil, tree.Wrong(it.At, fmt.Sprintf("maxValue must be above minValue, with at most %d numbers to choose from", mostNumbers))
	}
	var all []Choice
	for v := ends[0]; v <= ends[1]; v++ {
		all = append(all, Choice{Value: v, Text: strconv.Itoa(v), As: "valueInteger"})
	}
	return all, nil
}

// placed is n, standing at a place even if it is not there.
func placed(n tree.Node, at string) tree.Node {
	n.At = at
	return n
}

// choices are the answers that are written out; codes learns the value of each code.
func choices(it tree.Node, codes map[string]int) ([]Choice, error) {
	options, err := it.All("answerOption")
	if err != nil {
		return nil, err
	}
	if len(options) < 2 {
		return nil, tree.Wrong(it.At+".answerOption", "must be at least two")
	}
	var all []Choice
	for _, o := range options {
		c, code, err := choice(o)
		if err != nil {
			return nil, err
		}
		if code != "" {
			codes[code] = c.Value
		}
		all = append(all, c)
	}
	return all, nil
}

func choice(o tree.Node) (c Choice, code string, err error) {
	if err := o.Known("valueCoding valueInteger valueString extension initialSelected", ""); err != nil {
		return c, "", err
	}
	if s, there := o.Fields["initialSelected"]; there && s.Truth {
		return c, "", tree.Wrong(s.At, "an answer that is chosen beforehand is not asked")
	}
	coding, coded := o.Fields["valueCoding"]
	value, counted := o.Fields["valueInteger"]
	_, said := o.Fields["valueString"]
	switch {
	case coded && !counted && !said:
		if err := coding.Known("system code display extension", "version userSelected"); err != nil {
			return c, "", err
		}
		if c.Text, err = coding.Words("display", false); err != nil {
			return c, "", err
		}
		if code, err = coding.Words("code", true); err != nil {
			return c, "", err
		}
		c.As, c.System, c.Code = "valueCoding", coding.Fields["system"].Text, code
		if c.System == loincSystem {
			if c.LOINC = code; !answerCode(code) {
				return c, "", tree.Wrong(coding.At+".code", "is no LOINC answer code")
			}
		}
	case counted && !coded && !said:
		if c.Value, err = value.Whole(); err != nil {
			return c, "", err
		}
		c.As, c.Text = "valueInteger", strconv.Itoa(c.Value)
	case said && !coded && !counted:
		c.As = "valueString"
		if c.Text, err = o.Words("valueString", false); err != nil {
			return c, "", err
		}
	default:
		return c, "", tree.Wrong(o.At, "must be one of valueCoding, valueString and valueInteger")
	}
	ordinal, there, err := extension(o, ordinalURL, weightURL)
	if err == nil && !there && coded {
		ordinal, there, err = extension(coding, ordinalURL, weightURL)
	}
	switch {
	case err != nil:
		return c, "", err
	case there:
		at, key := ordinal.At, "valueDecimal"
		if _, ok := ordinal.Fields[key]; !ok {
			key = "valueInteger"
		}
		c.Value, err = placed(ordinal.Fields[key], at+"."+key).Whole()
		return c, code, err
	case counted:
		return c, "", nil
	}
	return c, "", tree.Wrong(o.At, "no ordinalValue, so it cannot be scored")
}

// conditions understands "asked only when", of which one kind is known: when the
// gate was answered as the scoring says.
func (r *reading) conditions() error {
	for i, list := range r.when {
		if list.Kind == 0 {
			continue
		}
		gate := r.in.Scoring.Gate
		if gate == nil {
			return tree.Wrong(list.At, "a question that is asked only sometimes needs a gate in the scoring")
		}
		if list.Kind != '[' || len(list.List) != 1 {
			return tree.Wrong(list.At, "must be one condition")
		}
		w := list.List[0]
		if err := w.Known("question operator answerCoding answerInteger", ""); err != nil {
			return err
		}
		if r.byLink[w.Fields["question"].Text] != gate.Item {
			return tree.Wrong(w.At+".question", "must be the gate of the scoring")
		}
		if w.Fields["operator"].Text != "=" {
			return tree.Wrong(w.At+".operator", `must be "="`)
		}
		var value int
		at := r.index(gate.Item)
		if n, there := w.Fields["answerInteger"]; there {
			v, err := n.Whole()
			if err != nil {
				return err
			}
			value = v
		} else {
			v, ok := r.codes[at][w.Fields["answerCoding"].Fields["code"].Text]
			if !ok {
				return tree.Wrong(w.At+".answerCoding.code", "is no answer to the gate")
			}
			value = v
		}
		if _, hi := r.in.Items[at].Range(); value != gate.From || gate.From != hi {
			return tree.Wrong(w.At, "must open by the same answer as the gate of the scoring, which is its highest")
		}
		if i <= at {
			return tree.Wrong(list.At, "comes before its gate")
		}
	}
	return nil
}

func (r *reading) index(id string) int {
	for i, it := range r.in.Items {
		if it.ID == id {
			return i
		}
	}
	return -1
}
