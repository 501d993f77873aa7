package assets_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/assets"
)

func get(t *testing.T, address, encoding string) *http.Response {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", assets.Handler())
	r := httptest.NewRequest("GET", address, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w.Result()
}

func built(t *testing.T) {
	t.Helper()
	if _, err := assets.Read("main.css"); err != nil {
		t.Skip(err)
	}
}

func TestAHashedFileIsKeptForEver(t *testing.T) {
	built(t)
	for name, kind := range map[string]string{"main.css": "text/css; charset=utf-8", "leave.js": "text/javascript; charset=utf-8", "mark.svg": "image/svg+xml", "licences.txt": "text/plain; charset=utf-8"} {
		address := assets.Path(name)
		if address == "/assets/"+name {
			t.Errorf("%s has no hash in its address", name)
		}
		reply := get(t, address, "")
		if reply.StatusCode != http.StatusOK || reply.Header.Get("Content-Type") != kind {
			t.Errorf("%s: %d, %s", address, reply.StatusCode, reply.Header.Get("Content-Type"))
		}
		if c := reply.Header.Get("Cache-Control"); !strings.Contains(c, "immutable") {
			t.Errorf("%s: Cache-Control %q", address, c)
		}
	}
}

func TestTheLicencesOfWhatOthersWroteTravelInTheProgram(t *testing.T) {
	built(t)
	b, err := assets.Read("licences.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"SIL OPEN FONT LICENSE Version 1.1", "The Atkinson Hyperlegible Next Project Authors", "Stephen Ruiz", "The Go Authors",
		"github.com/ncruces/go-sqlite3 ", "github.com/jackc/pgx/v5 ", "Permission is hereby granted, free of charge", "Apache License", "cedar-go  v1.9.0  NOTICE",
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("nothing in it says %q", want)
		}
	}
}

func TestACompressedFileIsTheSameFile(t *testing.T) {
	built(t)
	plain, packed := get(t, assets.Path("main.css"), ""), get(t, assets.Path("main.css"), "gzip, br")
	if plain.Header.Get("Content-Encoding") != "" || packed.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("encodings %q and %q", plain.Header.Get("Content-Encoding"), packed.Header.Get("Content-Encoding"))
	}
	a, _ := io.ReadAll(plain.Body)
	b, _ := io.ReadAll(packed.Body)
	if len(b) >= len(a) || len(a) == 0 {
		t.Errorf("%d bytes became %d", len(a), len(b))
	}
}

func TestOnlyWhatTheManifestNamesIsServed(t *testing.T) {
	for _, address := range []string{"/assets/", "/assets/manifest.json", "/assets/main.css", "/assets/../assets.go", "/assets/dist.txt", assets.Path("main.css") + ".gz", assets.Path("nothing.js")} {
		if reply := get(t, address, "gzip"); reply.StatusCode == http.StatusOK {
			t.Errorf("%s was served", address)
		}
	}
}

func TestTheStylesheetAsksNoOtherHostAndHasADayForOldBrowsers(t *testing.T) {
	built(t)
	b, err := io.ReadAll(get(t, assets.Path("main.css"), "").Body)
	if err != nil {
		t.Fatal(err)
	}
	css := string(b)
	for _, no := range []string{"//", "data:", "@import"} {
		if strings.Contains(css, no) {
			t.Errorf("the stylesheet has %q", no)
		}
	}
	for _, want := range []string{"@supports not (color: light-dark(", "latin-ext-400-normal"} {
		if !strings.Contains(css, want) {
			t.Errorf("the stylesheet has no %q", want)
		}
	}
}
