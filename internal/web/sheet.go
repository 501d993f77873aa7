package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
)

// Chosen is what somebody chose in the form of a questionnaire, right or wrong, by
// item. A skipped one is not there.
func Chosen(r *http.Request, in *instrument.Instrument) map[string]string {
	all := make(map[string]string, len(in.Items))
	for _, it := range in.Items {
		if v := r.PostFormValue(it.ID); v != "" {
			all[it.ID] = v
		}
	}
	return all
}

// Ends are the values of the answers to it after which nothing else is asked.
func Ends(in *instrument.Instrument, it instrument.Item) (values []string) {
	for _, c := range in.Ends(it) {
		values = append(values, strconv.Itoa(c.Value))
	}
	return values
}

// Items are the answers in the form of a questionnaire. An item that came twice,
// one that the questionnaire does not have, and what is no number are refused,
// with the item as the field. others are the fields that the form has besides.
func Items(r *http.Request, in *instrument.Instrument, others ...string) (instrument.Answers, error) {
	all := make(instrument.Answers, len(in.Items))
	for name, values := range r.PostForm {
		_, known := in.Item(name)
		switch {
		case !known && !slices.Contains(others, name):
			return nil, fault.New(fault.Invalid, name, "This form holds an answer to a question that is not asked here. Nothing was kept. Please open the page again.")
		case len(values) > 1:
			return nil, fault.New(fault.Invalid, name, "Two answers came to this question. Choose one of them.")
		case !known || values[0] == "":
			continue
		}
		v, err := strconv.Atoi(values[0])
		if err != nil || len(values[0]) > 6 {
			return nil, fault.New(fault.Invalid, name, "Choose one of the answers to this question.")
		}
		all[name] = &v
	}
	return all, nil
}
