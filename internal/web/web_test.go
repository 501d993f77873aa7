package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/waymark-care/waymark/internal/web"
)

func TestAPageSaysHowLongItIsSoThatABrowserKnowsWhenItIsNotWhole(t *testing.T) {
	text := strings.Repeat("<p>weiter</p>", 4000) // more than is sent at once
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.Show(w, r, http.StatusOK, templ.Raw(text))
	}))
	defer s.Close()
	reply, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	got, err := io.ReadAll(reply.Body)
	if err != nil || string(got) != text || reply.ContentLength != int64(len(text)) {
		t.Errorf("got %d bytes, said to be %d, want %d: %v", len(got), reply.ContentLength, len(text), err)
	}
}

func TestAViewThatFailsMidwayIsNotSent(t *testing.T) {
	broken := errors.New("broken")
	view := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "half of it")
		return broken
	})
	w := httptest.NewRecorder()
	if err := web.Show(w, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, view); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("sent %q, %v", w.Body, w.Header())
	}
}

func TestWordsThatAPageOfAProblemHasNoFieldForAreShownOnIt(t *testing.T) {
	form := url.Values{"note": {"First <line>.\r\nSecond."}, "there": {"On the page"}, "id": {"0198"}, "password": {"not for anybody"}}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := r.ParseForm(); err != nil {
		t.Fatal(err)
	}
	for status, shown := range map[int]bool{http.StatusConflict: true, http.StatusNotFound: true, http.StatusOK: false} {
		w := httptest.NewRecorder()
		if err := web.Show(w, r, status, templ.Raw("<main><h1>Closed</h1><p>On the\npage</p></main>")); err != nil {
			t.Fatal(err)
		}
		body := w.Body.String()
		if strings.Contains(body, "First &lt;line&gt;.\r\nSecond.") != shown || strings.Count(body, "textarea") != map[bool]int{true: 2}[shown] || strings.Contains(body, "anybody") {
			t.Errorf("%d: %s", status, body)
		}
	}
}
