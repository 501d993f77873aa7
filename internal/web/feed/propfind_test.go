package feed

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// whole says whether text is well-formed XML.
func whole(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func FuzzWhatAProgramAsks(f *testing.F) {
	for _, text := range []string{
		`<propfind xmlns="DAV:"><prop><getetag/><a xmlns="urn:&quot;x&quot;"/></prop></propfind>`, `<d:propfind xmlns:d="DAV:"><d:allprop/></d:propfind>`,
		`<d:propfind xmlns:d="DAV:"><d:propname/></d:propfind>`, "", "<a", `<propfind xmlns="DAV:"><prop><b:c:d xmlns:b="e"/></prop></propfind>`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest("PROPFIND", davOwn, nil)
		q, err := read(r, body)
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		if err := q.answer(w, []resource{{davOwn, ownProps(nil)}, {davSelf, selfProps()}}); err != nil {
			t.Fatal(err)
		}
		if err := whole(w.Body.String()); err != nil || w.Code != http.StatusMultiStatus {
			t.Errorf("%q is answered with %d, %v\n%s", body, w.Code, err, w.Body)
		}
	})
}
