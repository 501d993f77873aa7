package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
)

// wired serves on wires.
func wired(t *testing.T, page http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(page)
	server.Listener = Wires(server.Listener)
	server.Config.ConnContext = OnWire
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func ofLength(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Path[1:])
	view := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, strings.Repeat("m", n))
		return err
	})
	_ = Show(w, r, http.StatusOK, view)
}

// Where the buffer of net/http is full is nobody's business: a page of any length comes
// whole, and so does the next one on the same connection.
func TestPagesOfAnyLengthComeWhole(t *testing.T) {
	url := wired(t, ofLength)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1, DisableCompression: true}}
	for n := range 9000 {
		if n > 100 && n < 3500 {
			continue
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			q, err := http.NewRequestWithContext(t.Context(), method, url+"/"+strconv.Itoa(n), nil)
			if err != nil {
				t.Fatal(err)
			}
			reply, err := client.Do(q)
			if err != nil {
				t.Fatalf("%s of %d bytes: %v", method, n, err)
			}
			got, err := io.ReadAll(reply.Body)
			reply.Body.Close()
			want := n
			if method == http.MethodHead {
				want = 0
			}
			if err != nil || len(got) != want || reply.ContentLength != int64(n) {
				t.Fatalf("%s of %d bytes: got %d, said to be %d: %v", method, n, len(got), reply.ContentLength, err)
			}
		}
	}
}

// A page that needs net/http's buffer twice is sent once. What is not a page is sent as it comes.
func TestAPageLeavesAtOnce(t *testing.T) {
	url := wired(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/slowly" {
			ofLength(w, r)
			return
		}
		comes(r, 6000) // and then something else is said
		w.Header().Set("Content-Length", "5000")
		io.WriteString(w, strings.Repeat("s", 4999))
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ask := func(path string) int {
		t.Helper()
		if _, err := io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		room := make([]byte, 64<<10)
		n, err := c.Read(room)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 20 {
		if n := ask("/8000"); n < 8000 {
			t.Errorf("a page of 8,000 bytes: %d came at first", n)
		}
	}
	if n := ask("/slowly"); n < 1000 {
		t.Errorf("something of 5,000 bytes that is no page: %d came at first", n)
	}
}
