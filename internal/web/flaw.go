package web

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A Flaw is why a form came back: something to correct, or somebody who was
// quicker. A nil Flaw is a form that has not been sent.
type Flaw struct {
	Kind  fault.Kind
	Field string
	Text  string
}

// FlawIn returns the flaw in err, if the form can be shown again with it: its
// text and field beside what was typed. Everything else is a page of its own.
func FlawIn(err error) (*Flaw, bool) {
	f, ok := AsFault(err)
	if !ok || f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, false
	}
	return &Flaw{f.Kind, f.Field, f.Text}, true
}

// Status is that of the page with the form.
func (f *Flaw) Status() int {
	if f == nil {
		return http.StatusOK
	}
	return statusOf[f.Kind]
}

// At is what to correct in the field, or empty.
func (f *Flaw) At(field string) string {
	if f == nil || f.Field != field {
		return ""
	}
	return f.Text
}

// Clash says whether somebody was quicker.
func (f *Flaw) Clash() bool { return f != nil && f.Kind == fault.Conflict }

// Afresh is the id of the form that comes back: after a Conflict another one than it had,
// which is that of something else.
func (f *Flaw) Afresh(id string) (string, error) {
	if f.Clash() {
		return NewID()
	}
	return id, nil
}

// Summary stands above the form. fields are those that it shows: a flaw in one
// of them leads there.
func (f *Flaw) Summary(fields ...string) ui.FormErrorProps {
	p := ui.FormErrorProps{}
	if f.Clash() {
		p.Title = titleOf[fault.Conflict]
	}
	for _, field := range fields {
		if field == f.Field {
			p.Fields = []ui.FieldError{{Name: field, Text: f.Text}}
			return p
		}
	}
	p.Text = f.Text
	return p
}

// SummaryOfNew is Summary of a form that only makes something new: nobody was quicker
// there, but the form was used.
func (f *Flaw) SummaryOfNew(fields ...string) ui.FormErrorProps {
	p := f.Summary(fields...)
	if f.Clash() {
		p.Title = "This form was used already"
	}
	return p
}

// WrongIn is what f says of the field called name; f may be nil.
func WrongIn(f *fault.Error, name string) string {
	if f == nil {
		return ""
	}
	return (&Flaw{f.Kind, f.Field, f.Text}).At(name)
}

// Summary stands, under a title, above a form that came back because of f.
// fields are those that it shows.
func Summary(f *fault.Error, title string, fields ...string) ui.FormErrorProps {
	p := (&Flaw{f.Kind, f.Field, f.Text}).Summary(fields...)
	p.Title = title
	return p
}

// NewID is the id of what a form will make.
func NewID() (string, error) {
	id, err := uuid.NewV7()
	return id.String(), err
}
