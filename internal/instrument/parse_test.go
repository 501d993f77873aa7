package instrument_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/instrument"
)

func TestAWrongFileIsRefusedWithItsPlace(t *testing.T) {
	good := inventedJSON(3, 0, 3, members(num("maxMissing", 1), band(0, 4, "w"), band(5, 9, "v"),
		group("critical", text("item", "q3"), num("from", 1)),
		group("caseness", text("rule", "c"), num("atLeast", 5), text("source", "s")),
		group("reliableChange", text("rule", "c"), num("atLeast", 3), text("source", "s"))))
	if _, err := instrument.Parse("x", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"no questionnaire", `"resourceType":"Questionnaire"`, `"resourceType":"Patient"`, `x: resourceType: must be "Questionnaire"`},
		{"a value twice", `"valueDecimal":1}],"valueCoding"`, `"valueDecimal":0}],"valueCoding"`, "x: item[0].answerOption[1]: its value is given twice"},
		{"words twice", `"display":"Answer 1"`, `"display":"Answer 0"`, "x: item[0].answerOption[1]: its words are given twice"},
		{"text for a number", `"valueDecimal":1}],"valueCoding"`, `"valueDecimal":"1"}],"valueCoding"`, "x: item[0].answerOption[1].extension[0].valueDecimal: must be a whole number"},
		{"a fraction", `"valueDecimal":1}],"valueCoding"`, `"valueDecimal":1.5}],"valueCoding"`, "x: item[0].answerOption[1].extension[0].valueDecimal: must be a whole number"},
		{"null", `"valueDecimal":1}],"valueCoding"`, `"valueDecimal":null}],"valueCoding"`, "x: item[0].answerOption[1].extension[0].valueDecimal: must be a whole number"},
		{"no value to score by", `"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue"`, `"url":"x"`, "x: item[0].answerOption[0]: no ordinalValue, so it cannot be scored"},
		{"an unknown field", `"language":"en"`, `"language":"en","sum":1`, "x: sum: not known here"},
		{"an unknown field of an item", `"text":"Item 2"`, `"text":"Item 2","sum":1`, "x: item[1].sum: not known here"},
		{"an unknown member of the scoring", `"url":"maxMissing"`, `"url":"mostMissing"`, "x: scoring.maxMissing: missing"},
		{"a field twice", `"language":"en"`, `"language":"en","language":"de"`, "x: language: given twice"},
		{"an object for a list", `"item":[`, `"item":{`, "x: item: "},
		{"an empty title", `"title":"N"`, `"title":" "`, "x: title: must not be empty"},
		{"no licence", `"copyright":"L",`, ``, "x: copyright: missing"},
		{"no scoring", `urn:waymark:fhir:scoring`, `urn:another`, "x: extension: the scoring is missing"},
		{"an odd id", `"id":"invented"`, `"id":"../x"`, "x: id: must be small letters, digits and hyphens"},
		{"an odd language", `"language":"en"`, `"language":"english"`, `x: language: must be a language code such as "en"`},
		{"an odd version", `"version":"1"`, `"version":"1/2"`, "x: version: must be letters, digits, dots and hyphens"},
		{"an odd answer code", `"valueCoding":{`, `"valueCoding":{"system":"http://loinc.org","code":"6568-5",`, "x: item[0].answerOption[0].valueCoding.code: is no LOINC answer code"},
		{"a mistyped LOINC code", `"text":"Item 2"`, `"text":"Item 2","code":[{"system":"http://loinc.org","code":"44250-8"}]`, "x: item[1].code[0].code: is no LOINC code"},
		{"an odd direction", `lower is better`, `sideways`, `x: scoring.direction: must be "lower is better" or "higher is better"`},
		{"a linkId twice", `"linkId":"q2"`, `"linkId":"q1"`, "x: item[1].linkId: given twice"},
		{"an open question", `"type":"choice"`, `"type":"text"`, "x: item[0].type: only choice, integer, group and display can be asked here"},
		{"several answers", `"text":"Item 2"`, `"text":"Item 2","repeats":true`, "x: item[1].repeats: one answer to each question"},
		{"answers elsewhere", `"text":"Item 2"`, `"text":"Item 2","answerValueSet":"#a"`, "x: item[1].answerValueSet: answers must be written out, as answerOption"},
		{"a changed meaning", `"text":"Item 2"`, `"text":"Item 2","modifierExtension":[]`, "x: item[1].modifierExtension: changes the meaning in a way that is not known here"},
		{"a condition without a gate", `"text":"Item 2"`, `"text":"Item 2","enableWhen":[{"question":"q1","operator":"=","answerInteger":3}]`, "x: item[1].enableWhen: a question that is asked only sometimes needs a gate in the scoring"},
		{"no interval", `"url":"intervalDays","valueInteger":7`, `"url":"intervalDays","valueInteger":0`, "x: scoring.intervalDays: must be from 1 to 3660"},
		{"a gap between bands", `"url":"low","valueDecimal":5`, `"url":"low","valueDecimal":6`, "x: scoring.band[1].low: must be 5, so that every total has one band"},
		{"bands that end early", `"url":"high","valueDecimal":9`, `"url":"high","valueDecimal":8`, "x: scoring.band[1].high: must be 9, the highest total"},
		{"no words for the client", `"url":"client","valueString":"c"`, `"url":"client","valueString":""`, "x: scoring.band[0].client: must be text, and not empty"},
		{"a critical item of nowhere", `"url":"item","valueString":"q3"`, `"url":"item","valueString":"q9"`, "x: scoring.critical[0].item[0]: is the linkId of no question"},
		{"a critical answer of nowhere", `"url":"from","valueDecimal":1`, `"url":"from","valueDecimal":7`, "x: scoring.critical[0].from: is no answer to this question"},
		{"all may be missing", `"url":"maxMissing","valueDecimal":1`, `"url":"maxMissing","valueDecimal":3`, "x: scoring.maxMissing: must be 0 or more, and leave at least one item"},
		{"reversed unknown", `{"url":"maxMissing"`, text("reverse", "q7") + `,{"url":"maxMissing"`, "x: scoring.reverse[0]: is the linkId of no question"},
		{"reversed but not scored", `{"url":"maxMissing"`, text("unscored", "q2") + "," + text("reverse", "q2") + `,{"url":"maxMissing"`, "x: scoring.reverse[0]: adds nothing to the score"},
		{"a multiplier of nothing", `{"url":"maxMissing"`, num("multiplier", 0) + `,{"url":"maxMissing"`, "x: scoring.multiplier: must be above 0, and at most 1000"},
		{"an unknown basis", `{"url":"maxMissing"`, group("basis", text("bands", "sure")) + `,{"url":"maxMissing"`, "x: scoring.basis[0].bands: must be "},
		{"a cut out of reach", `"url":"atLeast","valueDecimal":5`, `"url":"atLeast","valueDecimal":10`, "x: scoring.caseness[0]: must lie inside the range of totals"},
		{"a cut on the wrong side", `"url":"atLeast","valueDecimal":5`, `"url":"atMost","valueDecimal":5`, "x: scoring.caseness[0].atMost: where lower is better this is atLeast"},
		{"a threshold of nothing", `"url":"atLeast","valueDecimal":3`, `"url":"atLeast","valueDecimal":0`, "x: scoring.reliableChange[0].atLeast: must be above 0 and within the range of totals"},
		{"no total, but bands", `{"url":"maxMissing"`, yes("noTotal") + `,{"url":"maxMissing"`, "x: scoring.noTotal: without a total there are subscales, and no bands, caseness or reliable change"},
		{"a count that asks for more than there is", `{"url":"maxMissing"`, counted(2, 3) + `,{"url":"maxMissing"`, "x: scoring.subscale[0].count.needed: must be 1 or more, and no more than there are items"},
		{"a count from no answer", `{"url":"maxMissing"`, counted(9, 1) + `,{"url":"maxMissing"`, "x: scoring.subscale[0].count.from: is no answer to q1"},
		{"a subscale of nothing", `{"url":"maxMissing"`, part("a", 0, 1) + `,{"url":"maxMissing"`, "x: scoring.subscale[0].item: must not be empty"},
		{"a huge text", `"text":"Item 2"`, `"text":"` + strings.Repeat("a", 10_001) + `"`, "x: item[1].text: longer than 10000"},
		{"a character nobody sees", `"text":"Item 2"`, `"text":"Item\u0000 2"`, "x: item[1].text: has a character that cannot be shown"},
		{"half of a character", `"text":"Item 2"`, "\"text\":\"Item \xff\"", "x: is no UTF-8 text"},
		{"deep nesting", `"title":"N"`, `"title":` + strings.Repeat("[", 5000), "x: title" + strings.Repeat("[0]", 31) + ": more than 32 levels deep"},
		{"deep groups", `"item":[`, `"item":[` + strings.Repeat(`{"type":"group","item":[`, 40), "x: item[0]" + strings.Repeat(".item[0]", 15) + ": more than 32 levels deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bad := strings.Replace(good, tt.old, tt.new, 1)
			if bad == good {
				t.Fatal("nothing was replaced")
			}
			_, err := instrument.Parse("x", []byte(bad))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, data, want string }{
		{"more than 200 items", inventedJSON(201, 0, 1, num("maxMissing", 0)), "x: item[200]: more than 200"},
		{"two files in one", good + "{}", "x: something follows the end"},
		{"larger than a megabyte", good + strings.Repeat(" ", 1<<20), "x: larger than 1048576 bytes"},
		{"more values than anybody writes", "[" + many("["+many("[0,0]")+"]") + "]", "x: more than 50000 values"},
		{"long names inside one another", strings.Repeat(`{"`+strings.Repeat("k", 100)+`":`, 6) + "0", "x: the names of what lies inside one another are too long"},
		{"empty", "", "x: not valid JSON: EOF"},
		{"null", "null", "x: must be an object"},
	} {
		if _, err := instrument.Parse("x", []byte(tt.data)); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

// many is a list's 200 members.
func many(one string) string { return strings.TrimSuffix(strings.Repeat(one+",", 200), ",") }

// wrapped puts the questions of an invented file into something else.
func wrapped(t *testing.T, data, before, after string) *instrument.Instrument {
	t.Helper()
	at := strings.LastIndex(data, `"item":[{"linkId"`) + len(`"item":[`)
	end := strings.LastIndex(data, "]}")
	in, err := instrument.Parse("x", []byte(data[:at]+before+data[at:end]+after+data[end:]))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestGroupsAreFlattenedAndTheirWordsStandAbove(t *testing.T) {
	data := inventedJSON(2, 0, 1, num("maxMissing", 0))
	in := wrapped(t, data, `{"type":"group","text":"In the last week","item":[{"type":"display","text":"How true is this?"},{"type":"group","item":[`,
		`]}]},{"linkId":"n","text":"How many","type":"integer","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueInteger":0},
{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueInteger":1}]}`)
	var got []string
	for _, it := range in.Items {
		got = append(got, fmt.Sprintf("%s %s %s|%s %d", it.ID, it.LinkID, in.Above(it), it.Text, len(it.Answers)))
	}
	want := "q1 q1 How true is this?|Item 1 2; q2 q2 How true is this?|Item 2 2; q3 n Q|How many 2"
	if strings.Join(got, "; ") != want {
		t.Errorf("\n got %s\nwant %s", strings.Join(got, "; "), want)
	}
}

func TestManyQuestionsInGroupsAreCountedTogether(t *testing.T) {
	data := inventedJSON(150, 0, 1, num("maxMissing", 0))
	at := strings.LastIndex(data, `"item":[{"linkId"`) + len(`"item":`)
	items := strings.TrimSuffix(data[at:], "}")
	more := strings.ReplaceAll(items, `"linkId":"q`, `"linkId":"p`)
	_, err := instrument.Parse("x", []byte(data[:at]+`[{"type":"group","item":`+items+`},{"type":"group","item":`+more+`}]}`))
	if err == nil || err.Error() != "x: item[1].item[50]: more than 200 questions" {
		t.Errorf("got %v", err)
	}
}

func TestAGateIsTheFirstThatIsScored(t *testing.T) {
	for item, want := range map[string]string{"q1": "", "q2": "x: scoring.gate[0].item: must be the first of the questions that are scored"} {
		_, err := instrument.Parse("x", []byte(inventedJSON(3, 0, 1, members(num("maxMissing", 0), group("gate", text("item", item), num("from", 1))))))
		if got := fmt.Sprint(err); got != want && (err != nil || want != "") {
			t.Errorf("%s: got %v", item, err)
		}
	}
}

func TestAConditionMustBeTheGate(t *testing.T) {
	gate := members(num("maxMissing", 0), group("gate", text("item", "q1"), num("from", 1)))
	condition := func(when string) error {
		_, err := instrument.Parse("x", []byte(strings.Replace(inventedJSON(3, 0, 1, gate), `"text":"Item 2"`, `"text":"Item 2","enableWhen":[`+when+`]`, 1)))
		return err
	}
	if err := condition(`{"question":"q1","operator":"=","answerInteger":1}`); err != nil {
		t.Error(err)
	}
	for when, want := range map[string]string{
		`{"question":"q3","operator":"=","answerInteger":1}`:                                                    "x: item[1].enableWhen[0].question: must be the gate of the scoring",
		`{"question":"q1","operator":">","answerInteger":0}`:                                                    `x: item[1].enableWhen[0].operator: must be "="`,
		`{"question":"q1","operator":"=","answerInteger":0}`:                                                    "x: item[1].enableWhen[0]: must open by the same answer as the gate of the scoring, which is its highest",
		`{"question":"q1","operator":"=","answerCoding":{"code":"none"}}`:                                       "x: item[1].enableWhen[0].answerCoding.code: is no answer to the gate",
		`{"question":"q1","operator":"=","answerInteger":1},{"question":"q1","operator":"=","answerInteger":1}`: "x: item[1].enableWhen: must be one condition",
	} {
		if err := condition(when); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", when, err, want)
		}
	}
}

func TestOnlyItemsWithTheSameRangeStandInForOneAnother(t *testing.T) {
	data := strings.Replace(inventedJSON(2, 0, 2, num("maxMissing", 1)), `"valueDecimal":2}`, `"valueDecimal":4}`, 1)
	if _, err := instrument.Parse("x", []byte(data)); err == nil || err.Error() != "x: scoring.maxMissing: must be 0: only items with the same range can stand in for one another" {
		t.Errorf("got %v", err)
	}
}

// counted is a subscale of the first question in which answers from from on count.
func counted(from, needed float64) string {
	return strings.Replace(part("a", 0, 1, 1), `{"url":"item"`, group("count", num("from", from), num("needed", needed))+`,{"url":"item"`, 1)
}
