package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/person"
)

func TestInitRefusesACountryThatThereIsNot(t *testing.T) {
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	for code, want := range map[string]string{"UK": "Did you mean GB, United Kingdom?", "xx": "such as GB", "germany": "Did you mean DE, Germany?"} {
		out, err := o.try("", "init", "--evaluation", "--practice", "Linden House", "--country", code, "--time-zone", "Europe/London", "--name", "Ines Vogt", "--email", "ines@example.org")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q\n%s", code, err, want, out)
		}
		if _, err := os.Stat(o.data); !os.IsNotExist(err) {
			t.Errorf("%s: something was made: %v", code, err)
		}
	}
}

func TestInitAndDoctorSayWhereNobodyIsThereToTalkTo(t *testing.T) {
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	want := "No crisis line of Norway was checked, and Linden House has written none: Help now shows 113"
	if out := o.types(t, "", "init", "--evaluation", "--practice", "Linden House", "--country", "NO", "--time-zone", "Europe/Oslo", "--name", "Ines Vogt", "--email", "ines@example.org"); !strings.Contains(out, want) {
		t.Errorf("init does not say so:\n%s", out)
	}
	if out, _ := o.try("", "doctor"); !strings.Contains(out, "note   help now     "+want) || !strings.Contains(out, "write under Practice") {
		t.Errorf("doctor does not say so, or not what to do:\n%s", out)
	}
}

func TestDoctorSaysWhomHelpNowNames(t *testing.T) {
	for _, tt := range []struct{ country, crisis, level, want string }{
		{"GB", "", good, "Linden House, United Kingdom: 999 and 3 crisis lines."},
		{"NO", "", note, "No crisis line of Norway was checked"},
		{"NO", "Call 116 117 at night.", good, "Linden House, Norway: 113, no crisis line, and the practice's own words."},
		{"BR", "", note, "Neither the emergency number nor a crisis line of Brazil is known here"},
		{"BR", "Call 192, or CVV on 188.", good, "and the practice's own words"},
		{"UK", "", note, `No country has the code "UK" of Linden House`},
		{"UK", "Call 999.", note, `No country has the code "UK" of Linden House`},
	} {
		f := helpNow(person.Practice{Name: "Linden House", Country: tt.country, Crisis: tt.crisis})
		if f.Level != tt.level || !strings.Contains(f.Means, tt.want) || (f.Do == "") != (f.Level == good) {
			t.Errorf("%s: got %+v, want %s: %q", tt.country, f, tt.level, tt.want)
		}
	}
}
