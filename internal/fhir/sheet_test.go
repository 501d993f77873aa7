package fhir

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/waymark-care/waymark/internal/fhir/record"
)

// A broken connection says that it was closed while what it was given is still on its way
// out, as HTTP/2 does when a program ends its request.
type broken struct {
	*httptest.ResponseRecorder
	given []byte
}

func (b *broken) Write(p []byte) (int, error) {
	b.given = p
	return 0, errors.New("stream closed")
}

func TestWhatIsStillOnItsWayToOneProgramIsNotWrittenOverForAnother(t *testing.T) {
	api := &API{}
	first := &broken{ResponseRecorder: httptest.NewRecorder()}
	answers := func(w http.ResponseWriter, text string) error {
		c := &call{api: api, w: w}
		return c.sending(http.StatusOK, func(to []byte) ([]byte, error) { return append(to, text...), nil })
	}
	for range 20 { // a sheet may be lost between two answers, and seldom is
		if err := answers(first, "what Ada wrote"); err == nil {
			t.Fatal("nothing was said of the end")
		}
		if err := answers(httptest.NewRecorder(), "what Dora wrote"); err != nil {
			t.Fatal(err)
		}
		if string(first.given) != "what Ada wrote" {
			t.Fatalf("Ada's program is sent %q", first.given)
		}
	}
}

func TestAnAnswerThatCannotBeWrittenLeavesNothingOfItself(t *testing.T) {
	api := &API{}
	w := httptest.NewRecorder()
	c := &call{api: api, w: w}
	err := c.sending(http.StatusOK, func(to []byte) ([]byte, error) { return append(to, "half of it"...), io.ErrUnexpectedEOF })
	if !errors.Is(err, io.ErrUnexpectedEOF) || w.Body.Len() > 0 {
		t.Errorf("got %v, and %q was sent", err, w.Body)
	}
	if err := c.send(http.StatusOK, record.Ref("Patient", "a")); err != nil || w.Body.String() != `{"reference":"Patient/a"}` {
		t.Errorf("got %v, %s", err, w.Body)
	}
}
