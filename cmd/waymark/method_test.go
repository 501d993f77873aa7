package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// walking is an approach of a practice's own.
const walking = `{"sources":[{"id":"own-notes","kind":"stated","cite":"Our own notes","checked":"not checked"}],
"approaches":[{"id":"own-walking","version":1,"name":"Walking sessions","plain":"Talking while walking","about":{"clinician":"Sessions on foot."},
 "effect":{"clinician":"People speak more freely.","sources":["own-notes"]},"links":[{"concern":"grief","strength":"own experience"}]}]}`

func TestAFileOfMethodsIsCheckedWithoutAPractice(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.json")
	try := func(text string) (string, error) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		err := run(t.Context(), []string{"method", "check", file}, func(string) string { return "" }, strings.NewReader(""), &out)
		return out.String(), err
	}
	if out, err := try(walking); err != nil || !strings.Contains(out, "Walking sessions, version 1 (approach own-walking)") || !strings.Contains(out, "Our own notes (stated by the practice)") {
		t.Errorf("got %v\n%s", err, out)
	}
	if _, err := try(strings.Replace(walking, `"grief"`, `"sorrow"`, 1)); err == nil || !strings.Contains(err.Error(), `approaches[0].links[0].concern: there is no concern called "sorrow"`) {
		t.Errorf("got %v", err)
	}
}

func TestTheOperatorBringsInMethods(t *testing.T) {
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	o.types(t, "", "init", "--evaluation", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org")
	file := filepath.Join(t.TempDir(), "own.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(walking)
	if out := o.types(t, "", "method", "import", file); !strings.Contains(out, "Walking sessions, version 1, can be chosen.") {
		t.Errorf("while nothing serves: %s", out)
	}
	p := o.serves(t)
	if out := o.types(t, "", "method", "import", file); !strings.Contains(out, "All of it was here already.") {
		t.Errorf("the same again, by the running server: %s", out)
	}
	write(strings.Replace(walking, "on foot", "by boat", 1))
	if _, err := o.try("", "method", "import", file); err == nil || !strings.Contains(err.Error(), "other content") {
		t.Errorf("other content: %v", err)
	}
	if log, err := p.stops(t); err != nil || strings.Contains(log, "Walking") {
		t.Errorf("the log holds the name: %v\n%s", err, log)
	}
}
