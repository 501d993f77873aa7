package web

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

// AskBack is what a form with an address in "email" comes back with that is valid and
// rarely meant, once: sent again with the same one (ui.Sure) it is taken. Otherwise nil.
func AskBack(r *http.Request) *Flaw {
	email := r.PostForm.Get("email")
	words := person.Doubt(email)
	if words == "" || r.PostForm.Get("sure") == email {
		return nil
	}
	return &Flaw{Kind: fault.Invalid, Field: "email", Text: words}
}
