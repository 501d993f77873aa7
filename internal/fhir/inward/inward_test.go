package inward_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/inward"
)

const one = `{"resourceType":"Bundle","type":"collection","entry":[
{"resource":{"resourceType":"Goal","id":"g1"}},
{"resource":{"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2020-11-24",
 "code":{"coding":[{"system":"http://loinc.org","code":"44261-6"}]},"valueQuantity":{"value":18}}},
{"resource":{"resourceType":"Observation","id":"o2","status":"final","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2020-12-01T10:00:00Z",
 "derivedFrom":[{"reference":"QuestionnaireResponse/q1"}],"code":{"coding":[{"system":"http://loinc.org","code":"44261-6"}]},"valueQuantity":{"value":1}}},
{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"p1","birthDate":"1990-01-01","name":[{"given":["Zoë","A."],"family":"Quill"}],
 "telecom":[{"system":"email","value":"zoe@example.org"},{"system":"phone","value":"030"}]}},
{"resource":{"resourceType":"Appointment","id":"a1","status":"fulfilled","start":"2020-11-24T10:00:00Z","end":"2020-11-24T10:50:00Z",
 "participant":[{"actor":{"reference":"urn:uuid:1"}},{"actor":{"reference":"Practitioner/x"}}]}},
{"resource":{"resourceType":"Encounter","id":"e1","status":"finished","appointment":[{"reference":"Appointment/a1"}],"subject":{"reference":"Patient/p1"},
 "period":{"start":"2020-11-24T10:00:00Z","end":"2020-11-24T10:50:00Z"}}},
{"resource":{"resourceType":"QuestionnaireResponse","id":"q1","status":"completed","questionnaire":"urn:example:q|1","authored":"2020-12-01T10:00:00Z",
 "subject":{"reference":"Patient/p1"},"item":[{"linkId":"/1","answer":[{"valueInteger":1}]},{"linkId":"g","item":[{"linkId":"/2","answer":[{"valueCoding":{"code":"LA6569-3"}}]}]}]}}
]}`

func TestABundleBecomesWhatCanBeBroughtAndTheRestIsListed(t *testing.T) {
	f, err := inward.Read([]byte(one), "Old Book", "c1", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Goal (1)", "Patient.birthDate (1)"}, f.Left); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, it := range f.Items {
		words := string(it.Kind) + " " + it.Key + " "
		switch it.Kind {
		case arrival.Clients:
			words += it.Client.Name + " " + it.Client.Email + " " + it.Client.Phone
		case arrival.Appointments:
			words += it.Appointment.Client + " " + it.Appointment.Length.String() + " " + string(it.Appointment.Attendance)
		case arrival.Scores:
			words += it.Score.Client + " " + it.Score.Instrument + " " + string(it.Score.On)
		}
		if len(it.Flaws) > 0 {
			t.Errorf("%s: %v", words, it.Flaws)
		}
		got = append(got, words)
	}
	want := []string{
		"clients p1 Zoë A. Quill zoe@example.org 030", "scores o1 p1 44261-6 2020-11-24",
		"appointments a1 p1 50m0s came", "scores q1 p1 urn:example:q 2020-12-01",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if a := f.Items[3].Score.Answers; len(a) != 2 || a["/2"].Code != "LA6569-3" || a["/1"].Number == nil {
		t.Errorf("%v", a)
	}
}

func TestAWrongBundleIsRefusedWithItsPlace(t *testing.T) {
	for text, place := range map[string]string{
		`{`:                          "not closed",
		`{"resourceType":"Patient"}`: "resourceType",
		`{"resourceType":"Bundle"}`:  "type",
		`{"resourceType":"Bundle","type":"history"}`:                                        "type",
		`{"resourceType":"Bundle","type":"batch","type":"batch"}`:                           "given twice",
		`{"resourceType":"Bundle","type":"batch","entry":{}}`:                               "entry",
		`{"resourceType":"Bundle","type":"batch","entry":[{"resource":{}}]}`:                "entry[0].resource.resourceType",
		`{"resourceType":"Bundle","type":"batch","x":` + strings.Repeat("[", 10_000) + `}`:  "levels deep",
		`{"resourceType":"Bundle","type":"batch","x":"` + strings.Repeat("a", 6<<20) + `"}`: "larger than",
	} {
		_, err := inward.Read([]byte(text), "", "", time.UTC)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), place) {
			t.Errorf("%.80s: %v", text, err)
		}
	}
}

func TestWhatIsWrongWithOneResourceStandsWithIt(t *testing.T) {
	for text, why := range map[string]string{
		`"resourceType":"Patient","id":"1"`:                                                                                   "There is no name",
		`"resourceType":"Patient","name":[{"text":"A"}],"modifierExtension":[{}]`:                                             "changes the meaning",
		`"resourceType":"Appointment","status":"booked","start":"tomorrow"`:                                                   "is no moment",
		`"resourceType":"Appointment","status":"waitlist","start":"2026-01-01T10:00:00Z","minutesDuration":50`:                "is none that can be",
		`"resourceType":"Appointment","status":"booked","start":"2026-01-01T10:00:00Z","minutesDuration":50`:                  "whom it is about",
		`"resourceType":"Appointment","status":"entered-in-error","start":"2026-01-01T10:00:00Z","minutesDuration":50`:        "entered in error",
		`"resourceType":"QuestionnaireResponse","status":"in-progress","item":[{"linkId":"1","answer":[{"valueInteger":1}]}]`: "questionnaire is missing",
	} {
		f, err := inward.Read([]byte(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{`+text+`}}]}`), "", "", time.UTC)
		if err != nil || len(f.Items) != 1 {
			t.Errorf("%s: %v %v", text, f, err)
			continue
		}
		said := ""
		for _, fl := range f.Items[0].Flaws {
			said += fl.Column + " " + fl.Why + "; "
		}
		if !strings.Contains(said, why) {
			t.Errorf("%s: %s", text, said)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(one))
	f.Add([]byte(`{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient"}},{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := inward.Read(data, "", "", time.UTC)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%v", err)
		}
		for _, it := range got.Items {
			if err == nil && it.Where == "" {
				t.Errorf("an item without a place: %+v", it)
			}
		}
	})
}
