package operator_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/web/webtest"
)

// diary is a definition of the practice's own.
const diary = `{"resourceType":"Questionnaire","id":"sleep-diary","url":"urn:example:sleep-diary","version":"VERSION","language":"en",
"title":"Sleep diary","description":"Two questions about last night.","copyright":"Written by Linden House.",
"extension":[{"url":"urn:waymark:fhir:scoring","extension":[
 {"url":"clientTitle","valueString":"Two short questions"},{"url":"subject","valueString":"sleep"},{"url":"source","valueString":"Linden House"},
 {"url":"recall","valueString":"last night"},{"url":"intervalDays","valueInteger":1},{"url":"minutes","valueInteger":1},{"url":"informant","valueCode":"self"},
 {"url":"direction","valueCode":"higher is better"},{"url":"rule","valueCode":"sleep-diary.sum.1"},{"url":"maxMissing","valueInteger":0}]}],
"item":[{"linkId":"1","text":"How was your night?","type":"choice","answerOption":[
  {"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":0}],"valueString":"Restless"},
  {"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":1}],"valueString":"Quiet"}]},
 {"linkId":"2","text":"How do you feel <b>now</b>?","type":"choice","answerOption":[
  {"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":0}],"valueString":"Tired"},
  {"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":1}],"valueString":"Rested"}]}]}`

func version(v string) string { return strings.Replace(diary, "VERSION", v, 1) }

func TestAManagerBringsInAQuestionnaireAfterLookingAtIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		has(t, b.Open("/practice/instruments"), "None yet.", "PHQ-9", "WHO-5", "Off", "CORE-10")

		look := b.Post("/practice/instruments/preview", http.StatusOK, "definition", version("1"))
		has(t, look, "Not brought in yet.", "How was your night?", "Restless", "How do you feel <b>now</b>?", "The total is 1, shown as 1 of 2.", "Written by Linden House.")
		has(t, b.Open("/practice/instruments"), "None yet.")

		if to := b.Post("/practice/instruments", http.StatusSeeOther, "definition", hidden(t, look, "definition")).To; to != "/practice/instruments/sleep-diary?version=1&done=brought" {
			t.Errorf("sent on to %q", to)
		}
		has(t, b.Open("/practice/instruments/sleep-diary?version=1&done=brought"), "Brought in.", "Retire this version", "How was your night?")
		b.Post("/practice/instruments", http.StatusSeeOther, "definition", version("1"))

		other := strings.Replace(version("1"), "How was your night?", "How was it?", 1)
		has(t, b.Post("/practice/instruments", http.StatusConflict, "definition", other), "is here already with other content", "How was it?")
		b.Post("/practice/instruments", http.StatusSeeOther, "definition", strings.Replace(other, `"version":"1"`, `"version":"2"`, 1))
		has(t, b.Open("/practice/instruments"), "Sleep diary, version 1", "Sleep diary, version 2")

		b.Post("/practice/instruments/sleep-diary/retire", http.StatusSeeOther, "version", "1", "retired", "yes")
		has(t, b.Open("/practice/instruments"), "Retired")
		has(t, b.Open("/practice/instruments/sleep-diary?version=1"), "Ask for it again")
		b.Post("/practice/instruments/sleep-diary/retire", http.StatusNotFound, "version", "9", "retired", "yes")
	})
}

func TestAWrongDefinitionComesBackWithItsPlace(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		wrong := strings.Replace(version("1"), `"linkId":"2"`, `"linkId":"1"`, 1)
		for _, path := range []string{"/practice/instruments/preview", "/practice/instruments"} {
			has(t, b.Post(path, http.StatusUnprocessableEntity, "definition", wrong), "item[1].linkId: given twice", "How was your night?")
			has(t, b.Post(path, http.StatusUnprocessableEntity, "definition", " "), "Please choose a file, or paste a definition.")
			has(t, b.Post(path, http.StatusUnprocessableEntity, "definition", "{"), "not closed")
			has(t, b.Post(path, http.StatusUnprocessableEntity, "definition", strings.Replace(version("1"), "sleep-diary", "phq-9", 1)))
		}
	})
}

func TestADefinitionIsReadFromAFile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("file", "sleep.json")
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte(version("1")))
		form.WriteField("definition", "")
		form.Close()
		r := httptest.NewRequest(http.MethodPost, origin+"/practice/instruments/preview", &body)
		r.Header.Set("Content-Type", form.FormDataContentType())
		got := b.Do(r)
		if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "How was your night?") {
			t.Errorf("got %d: %.500s", got.Code, got.Body)
		}
	})
}

// unread is a body that nobody may read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the file of somebody who is nobody here was read")
	return 0, io.EOF
}

func TestALargeFileIsReadOnlyFromSomebodyWhoMayBringOneIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, b := range []*webtest.Browser{h.site.Nobody(t), h.browser(t, h.miriam)} {
			for _, length := range []int64{-1, 3 << 20} {
				r := httptest.NewRequest(http.MethodPost, origin+"/practice/instruments/preview", unread{t})
				r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
				r.ContentLength = length
				if got := b.Do(r); got.Code == http.StatusOK {
					t.Errorf("got %d", got.Code)
				}
			}
		}
	})
}

func TestTermsAreReadBeforeAPackIsSwitchedOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		has(t, b.Open("/practice/instruments/who-5"), "CC BY-NC-SA 3.0 IGO", "We keep to these terms", "How sure this is")
		b.Post("/practice/instruments/who-5/switch", http.StatusSeeOther, "on", "yes")
		has(t, b.Open("/practice/instruments/who-5"), "Switch it off")
		b.Post("/practice/instruments/who-5/switch", http.StatusSeeOther, "on", "no")
		has(t, b.Open("/practice/instruments/who-5"), "We keep to these terms")
		b.Post("/practice/instruments/phq-9/switch", http.StatusNotFound, "on", "yes")
		b.Send(http.MethodGet, "/practice/instruments/nothing", nil)
	})
}

func TestAClinicianReadsTermsAndDoubtsBeforeAskingAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		otto, miriam := h.browser(t, h.otto), h.browser(t, h.miriam)
		otto.Post("/practice/instruments", http.StatusSeeOther, "definition", version("1"))
		list := miriam.Open("/instruments")
		has(t, list, "Sleep diary, version 1", "PHQ-9", "WHO-5", "Off", "Before you ask")
		pages := []reply{list, miriam.Open("/instruments/who-5"), miriam.Open("/instruments/core-10"), miriam.Open("/instruments/sleep-diary?version=1"), miriam.Open("/instruments/pc-ptsd-5")}
		has(t, pages[1], "CC BY-NC-SA 3.0 IGO", "It is off. Whoever manages the practice can switch it on.")
		has(t, pages[2], "How sure this is", "The bands are from memory", "Over the last week...")
		has(t, pages[3], "How was your night?")
		has(t, pages[4], "After “No” nothing more is asked.")
		for _, page := range pages {
			if strings.Contains(page.Body, "/practice/instruments") || strings.Contains(page.Body, "Bring it in") || strings.Contains(page.Body, "/switch") {
				t.Error("the page offers what managers do")
			}
		}
		for _, b := range []*browser{otto, h.browser(t, h.nora)} { // managers have their own
			if got := b.Send(http.MethodGet, "/instruments", nil); got.Status != http.StatusNotFound {
				t.Errorf("status %d", got.Status)
			}
		}
	})
}

func TestQuestionnairesAreBroughtInByManagersOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, b := range []*browser{h.browser(t, h.miriam), h.browser(t, h.nora)} {
			b.Post("/practice/instruments", http.StatusNotFound, "definition", version("1"))
			b.Post("/practice/instruments/preview", http.StatusNotFound, "definition", version("1"))
			b.Post("/practice/instruments/who-5/switch", http.StatusNotFound, "on", "yes")
		}
	})
}
