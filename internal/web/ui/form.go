package ui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// FormProps describe a form that works without script.
type FormProps struct {
	Action string // where it is posted
	Get    bool   // a search; everything else is posted
	Keep   string // opaque id under which the device keeps what is typed, sealed, until a page answers with FrameProps.Kept
	ID     string // id of the element, if something must point at it
	Label  string // name for readers, where a page has several forms
	Plain  bool   // never sent by script, as for sign-in
	Busy   string // said while it is on its way; empty: "Saving…"
}

// FieldProps describe one field. Hint and Error are tied to it for readers.
type FieldProps struct {
	Name     string // of the value; also the id of the element unless ID is set
	ID       string
	Label    string // at most four words
	Hint     string // one sentence under the label
	Error    string // what to correct, in words; the border alone is never enough
	Value    string
	Type     string   // of an input: text if empty, or email, password, tel, number, date, time, url, search
	Complete string   // autocomplete, such as "username" or "one-time-code"
	Mode     string   // inputmode, such as "numeric"
	Rows     int      // of a text area
	Max      int      // longest text, in characters
	Options  []Option // of a Select
	Required bool
	ReadOnly bool
	Focus    bool // the page begins here
	Secret   bool // never kept on the device
}

// An Option is one choice, worded as it is shown.
type Option struct {
	Value  string
	Text   string
	Hint   string
	Under  string // Answers: heading of those that stand together, next to each other; empty: none
	Chosen bool
}

// together are runs of options under one heading.
func together(all []Option) (runs [][]Option) {
	for i, o := range all {
		if i == 0 || o.Under != all[i-1].Under {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], o)
	}
	return runs
}

// ChoiceProps describe a question with answers, one to a row (Answers), or a
// scale on one line (Scale).
type ChoiceProps struct {
	Name    string // of the value, and the beginning of the elements' ids
	ID      string // that beginning, where several forms of a page have the name
	Label   string
	Hint    string
	Error   string
	Options []Option
	Several bool     // Answers: boxes to tick instead of one choice
	More    []Option // Answers: what is folded away below, open if something in it is chosen
	Fold    string   // Answers: words that open it
	Low     string   // Scale: what its first end means
	High    string   // Scale: what its last end means
	Out     string   // Scale: words of one more choice, which leaves the question out
	Ends    []string // Answers: values after which no further question is asked, for gate.js
	Unseen  bool     // the label is there for readers only, because the page has said it already
}

// ButtonProps describe a button, or with Href a link that looks like one.
type ButtonProps struct {
	Text   string
	Kind   ButtonKind
	Href   string
	Icon   string
	Name   string // with Value: what the form learns from this button
	Value  string
	Action string // another address for the form
	Off    bool   // disabled; say why beside it
	Wide   bool
	Type   string // "submit" if empty, or "button"
	ID     string
	// NewWindow opens the page beside this one, so that what was typed here stays.
	NewWindow bool
}

// ButtonKind is how a button looks. A view has at most one Main.
type ButtonKind int

const (
	Outline ButtonKind = iota
	Main
	Quiet // text only: the nearest "no"
	Erase // red: only to erase
)

func (p ButtonProps) class() string {
	kinds := [...]string{"", " btn-main", " btn-plain", " btn-danger"}
	class := "btn" + kinds[p.Kind]
	if p.Wide {
		class += " btn-wide"
	}
	return class
}

// A FieldError names a field that must be corrected.
type FieldError struct {
	Name string // FieldProps.Name or ChoiceProps.Name, or its ID
	Text string
}

// FormErrorProps are the summary above a form that came back.
type FormErrorProps struct {
	Title  string // empty: "Not saved yet"
	Text   string // one sentence; empty if the list says it
	Fields []FieldError
}

func (p FieldProps) id() string {
	if p.ID != "" {
		return p.ID
	}
	return "f-" + p.Name
}

func (p FieldProps) class() string {
	if p.Error != "" {
		return "field field-wrong"
	}
	return "field"
}

// attrs are what input, textarea and select have in common.
func (p FieldProps) attrs() templ.Attributes {
	a := templ.Attributes{"id": p.id(), "name": p.Name}
	if by := describedBy(p.id(), p.Hint, p.Error); by != "" {
		a["aria-describedby"] = by
	}
	if p.Error != "" {
		a["aria-invalid"] = "true"
	}
	for name, v := range map[string]string{"autocomplete": p.Complete, "inputmode": p.Mode} {
		if v != "" {
			a[name] = v
		}
	}
	for name, on := range map[string]bool{"required": p.Required, "readonly": p.ReadOnly, "autofocus": p.Focus, "data-secret": p.Secret} {
		if on {
			a[name] = true
		}
	}
	return a
}

func describedBy(id, hint, wrong string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if wrong != "" {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}

func (p ChoiceProps) id() string { return "f-" + cmp.Or(p.ID, p.Name) }

func (p ChoiceProps) scaleClass() string {
	if len(p.Options) == 11 {
		return "scale scale-11"
	}
	return "scale"
}

// fieldID is the element that an error in the summary leads to.
func (e FieldError) id() string {
	if strings.HasPrefix(e.Name, "f-") {
		return e.Name
	}
	return "f-" + e.Name
}

// Scale0To10 are the options of a scale from 0 to 10; chosen below 0 is none.
func Scale0To10(chosen int) []Option {
	words := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}
	options := make([]Option, len(words))
	for i, w := range words {
		options[i] = Option{Value: w, Text: w, Chosen: i == chosen}
	}
	return options
}

func anyChosen(options []Option) bool {
	return slices.ContainsFunc(options, func(o Option) bool { return o.Chosen })
}
