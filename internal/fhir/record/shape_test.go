package record

import "testing"

func TestEveryKindHasAnOutline(t *testing.T) {
	names := []string{"Observation", "Patient", "Practitioner", "Questionnaire", "QuestionnaireResponse"}
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	for _, name := range names {
		if _, there := outlines[name]; !there {
			t.Errorf("of %s nobody knows what belongs into a summary", name)
		}
	}
	if len(outlines) != len(names) {
		t.Errorf("there are %d outlines of %d kinds", len(outlines), len(names))
	}
}

func TestATagThatIsThereStays(t *testing.T) {
	got, err := Shape{Elements: "b"}.Append([]byte("x"), "Other", []byte(`{"resourceType":"Other","meta":{"tag":[{"code":"OLD"}],"versionId":"3"},"a":1,"b":{"c":[2]}}`))
	want := `x{"resourceType":"Other","b":{"c":[2]},"meta":{"tag":[{"code":"OLD"},{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED","display":"subsetted"}],"versionId":"3"}}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := (Shape{Summary: "true"}).Append(nil, "Other", []byte(`[1]`)); err == nil {
		t.Error("a list is taken for a resource")
	}
}
