package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sleepDiary is a definition of a practice's own, in its own words.
const sleepDiary = `{"resourceType":"Questionnaire","id":"sleep-diary","url":"urn:example:sleep-diary","version":"1","language":"en",
"title":"Sleep diary","description":"Two questions about last night.","copyright":"Written by Linden House.",
"extension":[{"url":"urn:waymark:fhir:scoring","extension":[
 {"url":"clientTitle","valueString":"Two short questions"},{"url":"subject","valueString":"sleep"},{"url":"source","valueString":"Linden House"},
 {"url":"recall","valueString":"last night"},{"url":"intervalDays","valueInteger":1},{"url":"minutes","valueInteger":1},{"url":"informant","valueCode":"self"},
 {"url":"direction","valueCode":"higher is better"},{"url":"rule","valueCode":"sleep-diary.sum.1"},{"url":"maxMissing","valueInteger":0}]}],
"item":[{"linkId":"1","text":"How was your night?","type":"choice","answerOption":[
  {"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":0}],"valueString":"Restless"},
  {"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":1}],"valueString":"Quiet"}]}]}`

func TestADefinitionIsCheckedWithoutAPractice(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.json")
	try := func(text string) (string, error) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		err := run(t.Context(), []string{"instrument", "check", file}, func(string) string { return "" }, strings.NewReader(""), &out)
		return out.String(), err
	}
	out, err := try(sleepDiary)
	if err != nil || !strings.Contains(out, "Sleep diary, version 1 (sleep-diary, en): 1 questions.") || !strings.Contains(out, "1. How was your night?") || !strings.Contains(out, "1  Quiet") {
		t.Errorf("got %v\n%s", err, out)
	}
	if _, err := try(strings.Replace(sleepDiary, `"valueDecimal":1`, `"valueDecimal":0`, 1)); err == nil || !strings.Contains(err.Error(), "item[0].answerOption[1]: its value is given twice") {
		t.Errorf("got %v", err)
	}
}

func TestTheOperatorBringsInADefinition(t *testing.T) {
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	o.types(t, "", "init", "--evaluation", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org")
	file := filepath.Join(t.TempDir(), "own.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(sleepDiary)
	if out := o.types(t, "", "instrument", "import", file); !strings.Contains(out, "Sleep diary, version 1, can be asked for.") {
		t.Errorf("while nothing serves: %s", out)
	}
	p := o.serves(t)
	if out := o.types(t, "", "instrument", "import", file); !strings.Contains(out, "can be asked for") {
		t.Errorf("the same again, by the running server: %s", out)
	}
	write(strings.Replace(sleepDiary, "Quiet", "Calm", 1))
	if _, err := o.try("", "instrument", "import", file); err == nil || !strings.Contains(err.Error(), "other content") {
		t.Errorf("other content: %v", err)
	}
	// A definition may be much longer than a line of the control socket.
	write(strings.Replace(strings.Replace(sleepDiary, `"version":"1"`, `"version":"2"`, 1), "Linden House.", strings.Repeat("Linden House. ", 600), 1) + strings.Repeat(" ", 200_000))
	if out := o.types(t, "", "instrument", "import", file); !strings.Contains(out, "version 2") {
		t.Errorf("a long one: %s", out)
	}
	if log, err := p.stops(t); err != nil || strings.Contains(log, "Sleep") {
		t.Errorf("the log holds the name: %v\n%s", err, log)
	}
}
