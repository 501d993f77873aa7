package enquiry

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A gonePage stands where an enquiry was, or never was: nobody is told which.
type gonePage struct {
	Frame ui.FrameProps
	Typed []string // what was written to be told or noted, to be copied
}

// gone is the answer if err is that there is no such enquiry: one is deleted as soon
// as a colleague takes the person on, or the person takes it back.
func gone(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	page := gonePage{Frame: web.Frame(r)}
	page.Frame.Heading = "Not here any more"
	for _, field := range []string{"told", "among"} {
		if text := r.PostForm.Get(field); text != "" {
			page.Typed = append(page.Typed, text)
		}
	}
	return web.Show(w, r, http.StatusNotFound, goneView(page))
}
