package measure_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/instrument"
)

const skip = -99 // stands for a skipped item in the lists of these tests

func shipped(t testing.TB, id string) *instrument.Instrument {
	t.Helper()
	in, ok := instrument.Lookup(id, "")
	if !ok {
		t.Fatalf("no instrument %s", id)
	}
	return in
}

func answers(t testing.TB, in *instrument.Instrument, values ...int) instrument.Answers {
	t.Helper()
	list := make([]*int, len(values))
	for i := range values {
		if values[i] != skip {
			list[i] = &values[i]
		}
	}
	a, err := instrument.InOrder(in, list...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// inventedJSON is the file of an instrument of n items with answers lo to hi, whose
// scoring is given as members of our extension.
func inventedJSON(n, lo, hi int, scoring string) string {
	var items []string
	for i := range n {
		var options []string
		for v := lo; v <= hi; v++ {
			options = append(options, fmt.Sprintf(`{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":%d}],"valueCoding":{"display":"Answer %d"}}`, v, v))
		}
		items = append(items, fmt.Sprintf(`{"linkId":"q%d","text":"Item %d","type":"choice","answerOption":[%s]}`, i+1, i+1, strings.Join(options, ",")))
	}
	return fmt.Sprintf(`{"resourceType":"Questionnaire","id":"invented","url":"urn:test:invented","version":"1","language":"en","title":"N","description":"A","copyright":"L",
"extension":[{"url":"urn:waymark:fhir:scoring","extension":[{"url":"clientTitle","valueString":"T"},{"url":"subject","valueString":"s"},{"url":"source","valueString":"S"},
{"url":"recall","valueString":"R"},{"url":"stem","valueString":"Q"},{"url":"intervalDays","valueInteger":7},{"url":"minutes","valueInteger":1},{"url":"informant","valueCode":"self"},
{"url":"direction","valueCode":"lower is better"},{"url":"rule","valueCode":"r"},%s]}],"item":[%s]}`, scoring, strings.Join(items, ","))
}
