// Package assets holds what browsers are given besides pages: the stylesheet,
// the islands of script and the fonts, as `npm run build` left them in dist, and the
// licences of what others wrote ("licences.txt"). It serves nothing else, and nothing in
// it is about anybody.
package assets

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// dist.txt matches too, so that the package compiles before the first build.
//
//go:embed all:dist*
var files embed.FS

// prefix is where the handler is to be registered.
const prefix = "/assets/"

// ErrNotBuilt says that the binary was compiled before the browser files were built.
var ErrNotBuilt = errors.New("the browser files are missing: run npm run build and compile again")

// manifest gives the name with its hash for each plain name; it is read once and
// never changes.
var manifest = sync.OnceValues(func() (map[string]string, error) {
	b, err := files.ReadFile("dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, err
	}
	var names map[string]string
	if err := json.Unmarshal(b, &names); err != nil {
		return nil, err
	}
	return names, nil
})

// Path returns the address of the file with the plain name, such as "main.css"
// or "leave.js". An unknown name gives an address that is not found.
func Path(name string) string {
	names, _ := manifest()
	if hashed, ok := names[name]; ok {
		return prefix + hashed
	}
	return prefix + name
}

// Read returns the content of the file with the plain name, for what is also served under
// an address that stays the same, or printed.
func Read(name string) ([]byte, error) {
	names, err := manifest()
	if err != nil {
		return nil, err
	}
	hashed, ok := names[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return files.ReadFile("dist/" + hashed)
}

// Handler serves the files under GET /assets/, to be kept for ever: another
// content has another address. Only names from the manifest are answered.
func Handler() http.Handler {
	names, _ := manifest()
	known := make(map[string]bool, len(names))
	for _, hashed := range names {
		known[hashed] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, prefix)
		if !known[name] {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Type", typeOf(name))
		body, err := packed(r, name)
		if err == nil {
			h.Set("Content-Encoding", "gzip")
		} else if body, err = files.ReadFile("dist/" + name); err != nil {
			http.NotFound(w, r)
			return
		}
		if ext := path.Ext(name); ext == ".css" || ext == ".js" || ext == ".txt" {
			h.Set("Vary", "Accept-Encoding")
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
	})
}

// packed returns the compressed form of name if there is one and the browser takes it.
func packed(r *http.Request, name string) ([]byte, error) {
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Header.Get("Range") != "" {
		return nil, fs.ErrNotExist
	}
	return files.ReadFile("dist/" + name + ".gz")
}

// typeOf does not ask the machine's own table: it differs between machines.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}
