package instrument

import (
	"fmt"
	"strconv"
	"strings"
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
	root, err := plant(data)
	if err != nil {
		return nil, err
	}
	if root.kind != '{' {
		return nil, wrong("", "must be an object")
	}
	if t := root.fields["resourceType"]; t.text != "Questionnaire" {
		return nil, wrong("resourceType", `must be "Questionnaire"`)
	}
	if err := root.known("url version language title description copyright code item extension",
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
		return nil, wrong("item", "must not be empty")
	}
	if err := r.scoring(root); err != nil {
		return nil, err
	}
	if err := r.conditions(); err != nil {
		return nil, err
	}
	return r.in, r.in.check(r.at)
}

// A reading is a definition on its way from the file to an Instrument.
type reading struct {
	in     *Instrument
	at     []string          // where each question stands in the file
	when   []node            // under what condition each is asked
	codes  []map[string]int  // of each question, the value of each coded answer
	byLink map[string]string // ids by linkId
}

func (r *reading) head(root node) (err error) {
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
		if *f.to, err = root.words(f.key, f.optional); err != nil {
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
func loincIn(n node) (string, error) {
	codes, err := n.all("code")
	if err != nil {
		return "", err
	}
	for _, c := range codes {
		if c.fields["system"].text != loincSystem {
			continue
		}
		code := c.fields["code"].text
		if !loinc(code) || code == "" {
			return "", wrong(c.at+".code", "is no LOINC code")
		}
		return code, nil
	}
	return "", nil
}

// items reads the questions of n, which is the file or a group, below the words above.
func (r *reading) items(n node, above string) error {
	list, err := n.all("item")
	if err != nil {
		return err
	}
	for _, it := range list {
		if err := it.known("linkId code text type answerOption item extension enableWhen answerValueSet initial repeats readOnly",
			"definition prefix enableBehavior required maxLength"); err != nil {
			return err
		}
		if err := unaskable(it); err != nil {
			return err
		}
		kind, err := it.words("type", false)
		if err != nil {
			return err
		}
		switch kind {
		case "group":
			text, err := it.words("text", true)
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
			if above, err = it.words("text", false); err != nil {
				return err
			}
		case "choice", "integer":
			if err := r.question(it, kind, above); err != nil {
				return err
			}
		default:
			return wrong(it.at+".type", "only choice, integer, group and display can be asked here")
		}
	}
	return nil
}

// unaskable refuses what FHIR can ask and we cannot.
func unaskable(it node) error {
	for key, why := range map[string]string{
		"answerValueSet": "answers must be written out, as answerOption",
		"initial":        "an answer that is chosen beforehand is not asked",
	} {
		if n, there := it.fields[key]; there {
			return wrong(n.at, why)
		}
	}
	for key, why := range map[string]string{
		"repeats":  "one answer to each question",
		"readOnly": "what cannot be answered is not asked",
	} {
		if n, there := it.fields[key]; there && n.truth {
			return wrong(n.at, why)
		}
	}
	hidden, there, err := extension(it, hiddenURL)
	if err == nil && there && hidden.fields["valueBoolean"].truth {
		return wrong(hidden.at, "hidden questions are not asked here")
	}
	return err
}

// extension finds the extension of n with one of the addresses.
func extension(n node, urls ...string) (found node, there bool, err error) {
	list, err := n.all("extension")
	if err != nil {
		return node{}, false, err
	}
	for _, e := range list {
		for _, url := range urls {
			if e.kind != '{' {
				return node{}, false, wrong(e.at, "must be an object")
			}
			if e.fields["url"].text != url {
				continue
			}
			if there {
				return node{}, false, wrong(e.at, "given twice")
			}
			found, there = e, true
		}
	}
	return found, there, nil
}

func (r *reading) question(it node, kind, above string) (err error) {
	if len(r.in.Items) == MaxItems {
		return wrong(it.at, fmt.Sprintf("more than %d questions", MaxItems))
	}
	if _, there := it.fields["item"]; there {
		return wrong(it.at+".item", "only a group holds questions")
	}
	q := Item{ID: "q" + strconv.Itoa(len(r.in.Items)+1), Stem: above}
	if q.LinkID, err = it.words("linkId", false); err != nil {
		return err
	}
	if _, twice := r.byLink[q.LinkID]; twice {
		return wrong(it.at+".linkId", "given twice")
	}
	if q.Text, err = it.words("text", false); err != nil {
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
	r.at = append(r.at, it.at)
	r.when = append(r.when, it.fields["enableWhen"])
	r.codes = append(r.codes, codes)
	return nil
}

// mostNumbers is how many whole numbers there may be to choose from.
const mostNumbers = 101

// numbers are the answers of a question for a whole number within bounds.
func numbers(it node) ([]Choice, error) {
	var ends [2]int
	for i, url := range []string{minimumURL, maximumURL} {
		e, there, err := extension(it, url)
		if err != nil {
			return nil, err
		}
		if !there {
			return nil, wrong(it.at, "an integer needs the extensions minValue and maxValue, so that what is out of range can be refused")
		}
		if ends[i], err = e.fields["valueInteger"].placed(e.at + ".valueInteger").whole(); err != nil {
			return nil, err
		}
	}
	if ends[1] <= ends[0] || ends[1]-ends[0] >= mostNumbers {
		return nil, wrong(it.at, fmt.Sprintf("maxValue must be above minValue, with at most %d numbers to choose from", mostNumbers))
	}
	var all []Choice
	for v := ends[0]; v <= ends[1]; v++ {
		all = append(all, Choice{Value: v, Text: strconv.Itoa(v)})
	}
	return all, nil
}

// placed is n, standing at a place even if it is not there.
func (n node) placed(at string) node {
	n.at = at
	return n
}

// choices are the answers that are written out; codes learns the value of each code.
func choices(it node, codes map[string]int) ([]Choice, error) {
	options, err := it.all("answerOption")
	if err != nil {
		return nil, err
	}
	if len(options) < 2 {
		return nil, wrong(it.at+".answerOption", "must be at least two")
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

func choice(o node) (c Choice, code string, err error) {
	if err := o.known("valueCoding valueInteger valueString extension initialSelected", ""); err != nil {
		return c, "", err
	}
	if s, there := o.fields["initialSelected"]; there && s.truth {
		return c, "", wrong(s.at, "an answer that is chosen beforehand is not asked")
	}
	coding, coded := o.fields["valueCoding"]
	value, counted := o.fields["valueInteger"]
	_, said := o.fields["valueString"]
	switch {
	case coded && !counted && !said:
		if err := coding.known("system code display extension", "version userSelected"); err != nil {
			return c, "", err
		}
		if c.Text, err = coding.words("display", false); err != nil {
			return c, "", err
		}
		if code, err = coding.words("code", true); err != nil {
			return c, "", err
		}
		if coding.fields["system"].text == loincSystem {
			if c.LOINC = code; !answerCode(code) {
				return c, "", wrong(coding.at+".code", "is no LOINC answer code")
			}
		}
	case counted && !coded && !said:
		if c.Value, err = value.whole(); err != nil {
			return c, "", err
		}
		c.Text = strconv.Itoa(c.Value)
	case said && !coded && !counted:
		if c.Text, err = o.words("valueString", false); err != nil {
			return c, "", err
		}
	default:
		return c, "", wrong(o.at, "must be one of valueCoding, valueString and valueInteger")
	}
	ordinal, there, err := extension(o, ordinalURL, weightURL)
	if err == nil && !there && coded {
		ordinal, there, err = extension(coding, ordinalURL, weightURL)
	}
	switch {
	case err != nil:
		return c, "", err
	case there:
		at, key := ordinal.at, "valueDecimal"
		if _, ok := ordinal.fields[key]; !ok {
			key = "valueInteger"
		}
		c.Value, err = ordinal.fields[key].placed(at + "." + key).whole()
		return c, code, err
	case counted:
		return c, "", nil
	}
	return c, "", wrong(o.at, "no ordinalValue, so it cannot be scored")
}

// conditions understands "asked only when", of which one kind is known: when the
// gate was answered as the scoring says.
func (r *reading) conditions() error {
	for i, list := range r.when {
		if list.kind == 0 {
			continue
		}
		gate := r.in.Scoring.Gate
		if gate == nil {
			return wrong(list.at, "a question that is asked only sometimes needs a gate in the scoring")
		}
		if list.kind != '[' || len(list.list) != 1 {
			return wrong(list.at, "must be one condition")
		}
		w := list.list[0]
		if err := w.known("question operator answerCoding answerInteger", ""); err != nil {
			return err
		}
		if r.byLink[w.fields["question"].text] != gate.Item {
			return wrong(w.at+".question", "must be the gate of the scoring")
		}
		if w.fields["operator"].text != "=" {
			return wrong(w.at+".operator", `must be "="`)
		}
		var value int
		at := r.index(gate.Item)
		if n, there := w.fields["answerInteger"]; there {
			v, err := n.whole()
			if err != nil {
				return err
			}
			value = v
		} else {
			v, ok := r.codes[at][w.fields["answerCoding"].fields["code"].text]
			if !ok {
				return wrong(w.at+".answerCoding.code", "is no answer to the gate")
			}
			value = v
		}
		if _, hi := r.in.Items[at].Range(); value != gate.From || gate.From != hi {
			return wrong(w.at, "must open by the same answer as the gate of the scoring, which is its highest")
		}
		if i <= at {
			return wrong(list.at, "comes before its gate")
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
