package public

import (
	"net/http"

	"github.com/waymark-care/waymark/assets"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/profile"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Sealed serves what is public while the server waits to be unlocked, from
// facts alone: the practices, Help now and what these look like. Everything
// else is not open yet, with status 503. secure: with TLS, here or in front.
func Sealed(facts *web.Facts, secure bool) http.Handler {
	show := func(page web.Page) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if err := page(w, r); err != nil {
				http.Error(w, "Not open yet", http.StatusServiceUnavailable)
			}
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", assets.Handler())
	mux.HandleFunc("GET /{$}", show(func(w http.ResponseWriter, r *http.Request) error {
		all := facts.All()
		if len(all) == 1 {
			return profile.Show(w, r, profile.StandFor(r, facts, all[0], false))
		}
		page := practicesPage{Frame: plain(r, facts), All: all}
		page.Frame.Heading = "Practices here"
		if len(all) == 0 {
			return closed(w, r)
		}
		return web.Show(w, r, http.StatusOK, practicesView(page))
	}))
	mux.HandleFunc("GET /p/{slug}", show(func(w http.ResponseWriter, r *http.Request) error {
		one, ok := facts.At(r.PathValue("slug"))
		if !ok {
			return closed(w, r)
		}
		return profile.Show(w, r, profile.StandFor(r, facts, one, false))
	}))
	mux.HandleFunc("GET /p/{slug}/{name}", show(func(w http.ResponseWriter, r *http.Request) error {
		if err := clinician(w, r, facts, false); err != nil {
			return closed(w, r)
		}
		return nil
	}))
	mux.HandleFunc("GET /help", show(func(w http.ResponseWriter, r *http.Request) error {
		return web.Show(w, r, http.StatusOK, helpView(helpFor(r, facts)))
	}))
	mux.HandleFunc("/", show(closed))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.Headers(w.Header(), secure)
		mux.ServeHTTP(w, r)
	})
}

// closed says that the server waits to be unlocked.
func closed(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Retry-After", "60")
	p := ui.ProblemProps{
		Frame: web.Frame(r), Title: "Not open yet",
		Text: "This server was started and waits to be opened by the practice. Nothing is lost. Please try again in a while.",
	}
	if r.Method == http.MethodPost {
		p.Text += " If you were writing, go back one page in your browser: your text is still there."
	}
	p.Next = []ui.ButtonProps{{Text: "To the first page", Href: "/"}}
	return web.Show(w, r, http.StatusServiceUnavailable, ui.Problem(p))
}
