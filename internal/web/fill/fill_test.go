package fill_test

import (
	"bytes"
	"compress/gzip"
	"html"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/assets"
	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/web/fill"
	"github.com/waymark-care/waymark/internal/web/ui"
)

func TestWhatWasFilledInStandsInTheFormAndIsReadFromItAsItWas(t *testing.T) {
	for _, e := range exercise.Shipped().All() {
		t.Run(e.ID, func(t *testing.T) {
			filled, err := exercise.Read(e, written(e))
			if err != nil || len(filled) != len(e.Fields) {
				t.Fatalf("read %d of %d fields, %v", len(filled), len(e.Fields), err)
			}
			again, err := exercise.Read(e, controls(shown(t, fill.Form(e, filled, ui.FieldError{}))))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(filled, again); diff != "" {
				t.Errorf("the form says something else:\n%s", diff)
			}
		})
	}
}

func TestAnEmptyFormIsNothingFilledIn(t *testing.T) {
	for _, e := range exercise.Shipped().All() {
		sent := controls(shown(t, fill.Form(e, nil, ui.FieldError{})))
		if filled, err := exercise.Read(e, sent); err != nil || !filled.Empty() {
			t.Errorf("%s: %v, %v", e.ID, filled, err)
		}
	}
}

func TestWordsStayWordsAndNothingNeedsAScriptOrAStyleInThePage(t *testing.T) {
	for _, e := range exercise.Shipped().All() {
		filled, _ := exercise.Read(e, written(e))
		for name, page := range map[string]string{
			"form":  shown(t, fill.Form(e, filled, ui.FieldError{})),
			"about": shown(t, fill.About(e)), "guide": shown(t, fill.Guide(e)),
		} {
			for _, never := range []string{"<b>said", " style=", " onclick=", "<script", "javascript:"} {
				if strings.Contains(page, never) {
					t.Errorf("%s of %s has %s", name, e.ID, never)
				}
			}
		}
	}
}

func TestAPlanAsksOnlyWhatIsSaidBeforehand(t *testing.T) {
	e, _ := exercise.Shipped().One("behavioural-experiment", 0)
	before := shown(t, fill.At(e, nil, ui.FieldError{}, exercise.Before))
	after := shown(t, fill.At(e, nil, ui.FieldError{}, exercise.After))
	for _, f := range e.Fields {
		name := `name="` + f.Name() + `"`
		if plan := f.When == exercise.Before; strings.Contains(before, name) != plan || strings.Contains(after, name) == plan {
			t.Errorf("%s is asked at the wrong time", f.ID)
		}
	}
}

func TestTheFieldThatCameBackWrongSaysWhy(t *testing.T) {
	e, _ := exercise.Shipped().One("exposure-ladder", 0)
	form := url.Values{"x-steps-0-what": {"The tram"}, "x-steps-0-expected": {"a lot"}}
	typed, err := exercise.Read(e, form)
	wrong := fill.Wrong(err)
	page := shown(t, fill.Form(e, typed, wrong))
	for _, want := range []string{`id="f-x-steps-0-expected-error"`, html.EscapeString(wrong.Text), `value="a lot"`, `value="The tram"`} {
		if wrong.Text == "" || !strings.Contains(page, want) {
			t.Errorf("no %s, %+v", want, wrong)
		}
	}
}

func TestAGuideNamesItsStepsInThePageItself(t *testing.T) {
	for _, e := range exercise.Shipped().All() {
		page := shown(t, fill.Guide(e))
		if fill.Leads(e) == (page == "") {
			t.Errorf("%s: leads %v, and has %d bytes", e.ID, fill.Leads(e), len(page))
		}
		for _, s := range e.Steps {
			if !strings.Contains(page, html.EscapeString(s.Text)) {
				t.Errorf("%s does not say %q without a script", e.ID, s.Text)
			}
		}
	}
}

func TestWhatAnExerciseAddsToAPageIsBelowFortyKilobytes(t *testing.T) {
	if _, err := assets.Read("main.css"); err != nil {
		t.Skip("the browser files are not built")
	}
	for _, e := range exercise.Shipped().All() {
		var page bytes.Buffer
		packed := gzip.NewWriter(&page)
		packed.Write([]byte(shown(t, fill.About(e)) + shown(t, fill.Form(e, nil, ui.FieldError{}))))
		packed.Close()
		whole := page.Len()
		for _, name := range append(fill.Scripts(e), fill.GuideScripts(e)...) {
			r := httptest.NewRequest("GET", assets.Path(name), nil)
			r.Header.Set("Accept-Encoding", "gzip")
			w := httptest.NewRecorder()
			assets.Handler().ServeHTTP(w, r)
			if w.Code != 200 {
				t.Fatalf("%s: %d", name, w.Code)
			}
			whole += w.Body.Len()
		}
		if whole > 40<<10 {
			t.Errorf("%s adds %d bytes", e.ID, whole)
		}
		t.Logf("%s: %d bytes", e.ID, whole)
	}
}

func shown(t *testing.T, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := c.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// written is a form in which every field of e is filled in, two rows of each with rows.
func written(e exercise.Exercise) url.Values {
	form := make(url.Values)
	fields(form, e.Fields, exercise.Field.Name)
	return form
}

func fields(form url.Values, all []exercise.Field, name func(exercise.Field) string) {
	for _, f := range all {
		at := name(f)
		switch f.Kind {
		case exercise.Text:
			form.Set(at, "<b>said</b>\n\nand “more” & more")
		case exercise.Line:
			form.Set(at, `<b>said</b> "so"`)
		case exercise.Number, exercise.Scale, exercise.Minutes:
			form.Set(at, strconv.Itoa(f.Bottom()+1))
		case exercise.Choice:
			form.Set(at, f.Choices[len(f.Choices)-1])
		case exercise.Choices:
			form[at] = f.Choices[1:]
		case exercise.Date:
			form.Set(at, "2026-11-24")
		case exercise.FeelingWords:
			form.Set(exercise.WordName(at, 0), "like wet sand")
			form.Set(exercise.StrengthName(at, 0), "70")
			form.Set(exercise.WordName(at, 1), "tense")
		case exercise.Rows:
			for n := range 2 {
				fields(form, f.Fields, func(in exercise.Field) string { return in.NameIn(f, n) })
			}
		}
	}
}

var (
	control  = regexp.MustCompile(`(?s)<input\b([^>]*)>|<textarea\b([^>]*)>(.*?)</textarea>`)
	property = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
)

// controls is what a browser sends of a page that is left as it is.
func controls(page string) url.Values {
	form := make(url.Values)
	for _, m := range control.FindAllStringSubmatch(page, -1) {
		has := make(map[string]string)
		for _, p := range property.FindAllStringSubmatch(m[1]+m[2], -1) {
			has[p[1]] = html.UnescapeString(p[2])
		}
		value := has["value"]
		if m[2] != "" {
			value = strings.TrimPrefix(html.UnescapeString(m[3]), "\n")
		}
		_, ticked := has["checked"]
		if picks := has["type"] == "radio" || has["type"] == "checkbox"; has["name"] == "" || picks && !ticked {
			continue
		}
		form.Add(has["name"], value)
	}
	return form
}
