package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Over HTTP/2 Write may return while what it was given is still being sent, where whoever
// asked has gone (net/http, writeDataFromHandler): rendering another page there would send
// it to them.
func TestNoPageIsRenderedWhereAnotherMayStillBeOnItsWay(t *testing.T) {
	for proto, again := range map[int]bool{1: true, 2: false, 3: false} {
		s := &Site{}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.ProtoMajor = proto
		r = r.WithContext(context.WithValue(r.Context(), visitorKey{}, &Visitor{site: s}))
		used := false
		for range 64 { // a pool may lose what it is given
			page, done := blank(r)
			if page.Len() != 0 {
				t.Fatalf("HTTP/%d: a page begins with what stood on another", proto)
			}
			page.WriteString("somebody's")
			done(page)
			kept := s.blanks.Get()
			used = used || kept != nil
			if kept != nil {
				s.blanks.Put(kept)
			}
		}
		if used != again {
			t.Errorf("HTTP/%d: a page is rendered where another was: %v", proto, used)
		}
	}
}

func TestWhereALargePageWasNoOtherIsKept(t *testing.T) {
	s := &Site{}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r = r.WithContext(context.WithValue(r.Context(), visitorKey{}, &Visitor{site: s}))
	page, done := blank(r)
	page.Grow(largePage + 1)
	done(page)
	if s.blanks.Get() != nil {
		t.Error("a server keeps as much as the largest page took")
	}
}
